/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the model of a patch out of files before and after it. */
#include "diff/diff.h"
#include "patch/binary.h"
#include "patch/reader.h"

#include <string.h>

#define CONTEXT 3
/* What git prints of a heading. */
#define HEADING_SIZE 80
#define TYPE_MASK 0170000u

struct making {
	struct md_patch *patch;
	struct md_workspace *workspace;
	GArray *hunks; /* of struct md_hunk */
	GArray *lines; /* of struct md_hunk_line */
};

static void add_lines(struct making *making, struct md_hunk *hunk, char sign, struct md_slice text)
{
	struct md_hunk_line line = { .sign = sign };

	while (md_slice_next_line(&text, &line.text)) {
		g_array_append_val(making->lines, line);
		hunk->line_count++;
		hunk->old_count += sign != '+';
		hunk->new_count += sign != '-';
	}
}

/* The first, or last, @count lines of @text. */
static struct md_slice some_lines(struct md_slice text, gsize count, gboolean last)
{
	struct md_slice rest = text, line;

	if (last) {
		gsize at = text.size;

		while (at > 0 && (at == text.size || text.data[at - 1] != '\n' || --count > 0))
			at--;
		return (struct md_slice){ text.data + at, text.size - at };
	}
	while (count-- > 0 && md_slice_next_line(&rest, &line))
		;
	return (struct md_slice){ text.data, text.size - rest.size };
}

/* Ends @hunk: as the header counts, a range without lines begins one earlier. */
static void end_hunk(struct making *making, struct md_patch_file *file, struct md_hunk *hunk)
{
	hunk->old_start += hunk->old_count > 0;
	hunk->new_start += hunk->new_count > 0;
	g_array_append_val(making->hunks, *hunk);
	file->hunk_count++;
}

/* As git does: what starts in the first column with a letter, and is no label. */
static gboolean is_heading(struct md_slice line)
{
	return line.size > 0 && (g_ascii_isalpha(line.data[0]) || line.data[0] == '_') &&
	       line.data[line.size - 1] != ':';
}

/* The last line of @text that begins a function, or @before. */
static struct md_slice find_heading(struct md_slice text, struct md_slice before)
{
	struct md_slice line;

	while (md_slice_next_line(&text, &line)) {
		line = md_slice_chomp(line);
		if (!is_heading(line))
			continue;
		before = line;
		before.size = MIN(before.size, HEADING_SIZE);
	}
	return before;
}

/* Texts as a merge with nobody on the other side: every chunk of ours is a change. */
static void add_hunks(struct making *making, struct md_patch_file *file, struct md_slice old,
		      struct md_slice new)
{
	const struct md_slice text[MD_MERGE_TEXTS] = { old, new, old };
	MD_AUTOPTR(md_merge) merge = md_merge_new(making->workspace, text);
	struct md_slice heading = { "", 0 };
	struct md_hunk hunk;
	gboolean open = FALSE;

	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);
		struct md_slice same = chunk->text[MD_MERGE_OURS], before;
		gsize count = chunk->end[MD_MERGE_OURS] - chunk->first[MD_MERGE_OURS];
		gboolean last = i + 1 == merge->chunks->len;

		if (chunk->kind != MD_CHUNK_SAME) {
			if (!open)
				hunk = (struct md_hunk){ .heading = heading };
			open = TRUE;
			add_lines(making, &hunk, '-', chunk->text[MD_MERGE_BASE]);
			add_lines(making, &hunk, '+', chunk->text[MD_MERGE_OURS]);
			continue;
		}
		if (open && !last && count <= 2 * CONTEXT) {
			add_lines(making, &hunk, ' ', same);
			continue;
		}
		if (open) {
			add_lines(making, &hunk, ' ', some_lines(same, CONTEXT, FALSE));
			end_hunk(making, file, &hunk);
		}
		open = FALSE;
		if (last)
			break;
		before = some_lines(same, CONTEXT, TRUE);
		heading = find_heading((struct md_slice){ same.data, same.size - before.size },
				       heading);
		hunk = (struct md_hunk){
			.heading = heading,
			.old_start = chunk->end[MD_MERGE_BASE] - MIN(count, CONTEXT),
			.new_start = chunk->end[MD_MERGE_OURS] - MIN(count, CONTEXT),
		};
		add_lines(making, &hunk, ' ', before);
		heading = find_heading(before, heading);
		open = TRUE;
	}
	if (open)
		end_hunk(making, file, &hunk);
}

static void add_binary(struct md_patch_file *file, GBytes *old, GBytes *new)
{
	g_autoptr(GBytes) none = g_bytes_new_static("", 0);

	file->binary = TRUE;
	file->binary_data = g_bytes_ref(new ? new : none);
	file->binary_reverse_data = g_bytes_ref(old ? old : none);
	file->old_id = md_patch_blob_id(old);
	file->new_id = md_patch_blob_id(new);
}

static void add_file(struct making *making, const struct md_patch_change *change)
{
	struct md_patch_file *file = g_new0(struct md_patch_file, 1);
	struct md_slice old = md_slice_from_bytes(change->old);
	struct md_slice new = md_slice_from_bytes(change->new);

	file->git = TRUE;
	file->kind = change->old_mode == 0			       ? MD_PATCH_CREATE
		     : change->new_mode == 0			       ? MD_PATCH_DELETE
		     : strcmp(change->old_path, change->new_path) != 0 ? MD_PATCH_RENAME
								       : MD_PATCH_MODIFY;
	if (change->old_mode != 0)
		file->old_name = g_strconcat("a/", change->old_path, NULL);
	if (change->new_mode != 0)
		file->new_name = g_strconcat("b/", change->new_path, NULL);
	if (change->old_mode != change->new_mode) {
		file->old_mode = change->old_mode;
		file->new_mode = change->new_mode;
	}
	if (file->kind != MD_PATCH_CREATE && file->kind != MD_PATCH_DELETE &&
	    md_slice_equal(old, new))
		; /* its mode or its name alone */
	else if (md_slice_is_binary(old) || md_slice_is_binary(new))
		add_binary(file, change->old, change->new);
	else
		add_hunks(making, file, old, new);
	g_ptr_array_add(making->patch->files, file);
	if (change->old != NULL)
		g_ptr_array_add(making->patch->kept, g_bytes_ref(change->old));
	if (change->new != NULL)
		g_ptr_array_add(making->patch->kept, g_bytes_ref(change->new));
}

static gboolean is_type_change(const struct md_patch_change *change)
{
	return change->old_mode != 0 && change->new_mode != 0 &&
	       (change->old_mode & TYPE_MASK) != (change->new_mode & TYPE_MASK);
}

struct md_patch *md_patch_make(const char *name, struct md_workspace *workspace,
			       const struct md_patch_change *changes, gsize count)
{
	struct making making = {
		.patch = md_patch_new(name),
		.workspace = workspace,
		.hunks = g_array_new(FALSE, FALSE, sizeof(struct md_hunk)),
		.lines = g_array_new(FALSE, FALSE, sizeof(struct md_hunk_line)),
	};

	for (gsize i = 0; i < count; i++) {
		struct md_patch_change gone = changes[i], made = changes[i];

		if (!is_type_change(&changes[i])) {
			add_file(&making, &changes[i]);
			continue;
		}
		/* A file that becomes a link goes, and the link is made. */
		gone.new_mode = made.old_mode = 0;
		gone.new = made.old = NULL;
		add_file(&making, &gone);
		add_file(&making, &made);
	}
	making.patch->hunks = (struct md_hunk *)g_array_free(making.hunks, FALSE);
	making.patch->lines = (struct md_hunk_line *)g_array_free(making.lines, FALSE);
	md_patch_share_out(making.patch);
	return making.patch;
}
