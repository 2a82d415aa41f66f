/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the patches in a text, whatever else it holds, and builds the model.
 *
 * What begins a file is two or three lines that fit together, never one
 * alone: "---" by itself is a ruler in a mail, "*** " stars in prose.  All
 * else is skipped.  A hunk header that stands alone behind other hunks is an
 * error, for then a count before it was wrong and lines would be lost.
 */
#include "patch/reader.h"

#include <string.h>

/* Larger than the diff between any two kernels; a claim to memory stops here. */
#define PATCH_LIMIT ((gsize)1 << 30)
/* A whole kernel has 40 million; each takes 32 bytes, however short it is. */
#define LINES_LIMIT ((gsize)64 << 20)

/* What the lines at the cursor begin. */
enum start {
	START_TEXT,
	START_GIT,
	START_UNIFIED,
	START_CONTEXT,
	START_NOTICE, /* "Binary files differ" */
	START_MAIL,
	START_STRAY, /* a hunk without a file */
	START_CUT,   /* the names of a file, and then the end */
};

/* Whether the three lines from the cursor on begin so; @cut: but for the third. */
static gboolean has_three(const struct md_cursor *cursor, const char *const prefixes[3],
			  gboolean *cut)
{
	struct md_cursor ahead = *cursor;
	struct md_slice line;

	for (gsize i = 0; i < 3; i++) {
		if (!md_cursor_next(&ahead, &line)) {
			*cut = i == 2;
			return FALSE;
		}
		if (!md_slice_has_prefix(line, prefixes[i]))
			return FALSE;
	}
	return TRUE;
}

static enum start find_start(const struct md_cursor *cursor, gboolean after_hunk)
{
	static const char *const unified[] = { "--- ", "+++ ", "@@ -" };
	static const char *const context[] = { "*** ", "--- ", "********" };
	struct md_slice line, old_name, new_name;
	gboolean cut = FALSE;

	md_cursor_peek(cursor, &line);
	switch (line.data[0]) {
	case 'd':
		return md_slice_has_prefix(line, "diff --git ") ? START_GIT : START_TEXT;
	case '-':
		if (has_three(cursor, unified, &cut))
			return START_UNIFIED;
		return cut ? START_CUT : START_TEXT;
	case '*':
		return has_three(cursor, context, &cut) ? START_CONTEXT : START_TEXT;
	case 'B':
		return md_is_binary_notice(line, &old_name, &new_name) ? START_NOTICE : START_TEXT;
	case '@':
		return after_hunk && md_is_unified_header(line) ? START_STRAY : START_TEXT;
	case 'F':
	case 'c':
		return md_is_mail_start(line) ? START_MAIL : START_TEXT;
	default:
		return START_TEXT;
	}
}

static gboolean read_named(struct md_reader *reader, const char *prefix, md_read_hunk read_hunk,
			   GError **error)
{
	MD_AUTOPTR(md_patch_file) file = md_reader_file_new(reader, reader->at.line);

	if (!md_reader_named_hunks(reader, file, prefix, read_hunk, error))
		return FALSE;
	md_reader_add(reader, g_steal_pointer(&file));
	return TRUE;
}

static char *notice_name(struct md_slice name)
{
	static const struct md_slice absent = { "/dev/null", 9 };

	return md_slice_equal(name, absent) ? NULL : g_strndup(name.data, name.size);
}

/* A binary file that diff only mentions: nothing to apply, but not nothing. */
static void read_notice(struct md_reader *reader)
{
	struct md_patch_file *file = md_reader_file_new(reader, reader->at.line);
	struct md_slice line, old_name, new_name;

	md_cursor_next(&reader->at, &line);
	md_is_binary_notice(line, &old_name, &new_name);
	file->binary = TRUE;
	file->old_name = notice_name(old_name);
	file->new_name = notice_name(new_name);
	md_reader_add(reader, file);
}

/* Whether @line, which is the last and has no newline, should have begun something. */
static gboolean begins_header(struct md_slice line)
{
	static const char *const words[] = { "diff ", "index ", "Index: ", "--- ", "+++ ", "*** " };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (md_slice_has_prefix(line, words[i]))
			return TRUE;
	}
	return FALSE;
}

static gboolean read_one(struct md_reader *reader, enum start start, GError **error)
{
	struct md_slice line;

	switch (start) {
	case START_GIT:
		return md_read_git(reader, error);
	case START_UNIFIED:
		return read_named(reader, "@@ -", md_read_unified_hunk, error);
	case START_CONTEXT:
		return read_named(reader, "********", md_read_context_hunk, error);
	case START_NOTICE:
		read_notice(reader);
		return TRUE;
	case START_STRAY:
		return md_reader_fail(reader, reader->at.line, error,
				      "a hunk out of place: the one before is longer than its "
				      "header says");
	case START_CUT:
		return md_reader_fail(reader, reader->at.line, error,
				      "the patch ends behind the names of a file");
	case START_MAIL:
		reader->group_over = TRUE;
		break;
	case START_TEXT:
		break;
	}
	md_cursor_next(&reader->at, &line);
	if (reader->unfinished && reader->at.rest.size == 0 && begins_header(line))
		return md_reader_fail(reader, reader->at.line - 1, error,
				      "the patch is cut off in a header");
	return TRUE;
}

static gboolean read_all(struct md_reader *reader, GError **error)
{
	gboolean after_hunk = FALSE;

	while (reader->at.rest.size > 0) {
		enum start start = find_start(&reader->at, after_hunk);
		gsize hunks = reader->hunks->len;

		if (!read_one(reader, start, error))
			return FALSE;
		if (reader->hunks->len > hunks)
			after_hunk = TRUE;
		else if (start != START_TEXT)
			after_hunk = FALSE;
	}
	return TRUE;
}

void md_patch_share_out(struct md_patch *patch)
{
	struct md_hunk *hunk = patch->hunks;
	const struct md_hunk_line *line = patch->lines;

	for (guint i = 0; i < patch->files->len; i++) {
		struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		file->hunk = hunk;
		for (gsize j = 0; j < file->hunk_count; j++, hunk++) {
			hunk->line = line;
			line += hunk->line_count;
		}
	}
}

struct md_patch *md_patch_new(const char *name)
{
	struct md_patch *patch = g_new0(struct md_patch, 1);

	patch->name = g_strdup(name);
	patch->files = g_ptr_array_new_with_free_func((GDestroyNotify)md_patch_file_free);
	patch->kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return patch;
}

void md_patch_free(struct md_patch *patch)
{
	if (patch == NULL)
		return;
	g_free(patch->name);
	g_ptr_array_unref(patch->files);
	g_free(patch->hunks);
	g_free(patch->lines);
	g_ptr_array_unref(patch->kept);
	g_free(patch);
}

static gboolean ends_line(struct md_slice text)
{
	return text.size == 0 || text.data[text.size - 1] == '\n';
}

/* The text to read: decoded, and with a newline at its end. */
static GBytes *prepare(GBytes *content, GArray **places)
{
	GBytes *decoded = md_mail_decode(content, places);
	struct md_slice text;
	char *copy;

	if (decoded != NULL)
		return decoded;
	text = md_slice_from_bytes(content);
	if (ends_line(text))
		return g_bytes_ref(content);
	copy = g_malloc(text.size + 1);
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\n';
	return g_bytes_new_take(copy, text.size + 1);
}

struct md_patch *md_patch_parse(const char *name, GBytes *content, GError **error)
{
	MD_AUTOPTR(md_patch) patch = md_patch_new(name);
	g_autoptr(GArray) places = NULL;
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) hunks = g_array_new(FALSE, FALSE, sizeof(struct md_hunk));
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct md_hunk_line));
	struct md_reader reader = {
		.name = name, .patch = patch, .hunks = hunks, .lines = lines, .group_names = names
	};
	GBytes *text;

	if (g_bytes_get_size(content) > PATCH_LIMIT) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s: a patch of over %zu MB", name,
			    PATCH_LIMIT >> 20);
		return NULL;
	}
	if (g_bytes_get_size(content) > LINES_LIMIT &&
	    md_slice_count_lines(md_slice_from_bytes(content)) > LINES_LIMIT) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s: a patch of over %zu lines", name,
			    LINES_LIMIT);
		return NULL;
	}
	text = prepare(content, &places);
	g_ptr_array_add(patch->kept, text);
	reader.at.rest = md_slice_from_bytes(text);
	reader.places = places;
	reader.unfinished = !ends_line(md_slice_from_bytes(content));
	if (!read_all(&reader, error))
		return NULL;
	patch->hunks = (struct md_hunk *)(void *)g_array_free(g_steal_pointer(&hunks), FALSE);
	patch->lines = (struct md_hunk_line *)(void *)g_array_free(g_steal_pointer(&lines), FALSE);
	md_patch_share_out(patch);
	return g_steal_pointer(&patch);
}

gsize md_patch_hunk_count(const struct md_patch *patch)
{
	gsize count = 0;

	for (guint i = 0; i < patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		count += MAX(file->hunk_count, 1);
	}
	return count;
}
