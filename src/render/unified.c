/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A patch from "the old patch carried onto the new base" to the new
 * downstream, for git apply and patch.  Its reverse always applies exactly to
 * the new downstream: every line that is not shown is context there.
 */
#include "render/binary.h"
#include "render/format.h"
#include "render/terminal.h"

#include <string.h>

#define NO_NEWLINE "\\ No newline at end of file\n"

/* @prefix and @path as in a git diff header, quoted where they must be. */
static char *quote_path(const char *prefix, const char *path)
{
	g_autoptr(GString) quoted = g_string_new("\"");
	g_autofree char *printable = md_terminal_name(path, FALSE);
	/* Letters stay letters, as core.quotePath=false has it, but for a name that has worse. */
	guint last = strcmp(printable, path) == 0 ? 0xff : 0x7e;
	gboolean needed = FALSE;

	g_string_append(quoted, prefix);
	for (const char *c = path; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			g_string_append_printf(quoted, "\\%c", *c);
		else if ((guchar)*c < ' ' || (guchar)*c > last)
			g_string_append_printf(quoted, "\\%03o", (guint)(guchar)*c);
		else {
			g_string_append_c(quoted, *c);
			continue;
		}
		needed = TRUE;
	}
	if (!needed)
		return g_strconcat(prefix, path, NULL);
	g_string_append_c(quoted, '"');
	return g_string_free(g_steal_pointer(&quoted), FALSE);
}

/*
 * One patch: from mode @before to mode @after, where 0 is no file. The text
 * before is the new downstream without the lines shown as '+' and with those
 * shown as '-': the carried one, where nothing was left out of what is shown.
 */
struct change {
	const struct md_file_comparison *file;
	guint32 before, after;
	guint32 shown;	 /* the set of marks that were asked for */
	gsize old_lines; /* of the text before */
};

static void append_name(GString *out, const char *sign, const char *prefix, const char *path,
			guint32 mode)
{
	g_autofree char *name = quote_path(prefix, path);

	if (mode == MD_MODE_ABSENT)
		g_string_append_printf(out, "%s /dev/null\n", sign);
	else /* A tab ends a name with blanks in it; patch(1) needs that. */
		g_string_append_printf(out, "%s %s%s\n", sign, name, strchr(name, ' ') ? "\t" : "");
}

static void append_header(GString *out, const struct change *change, gboolean hunks)
{
	const char *path = change->file->name;
	g_autofree char *old_name = quote_path("a/", path);
	g_autofree char *new_name = quote_path("b/", path);

	g_string_append_printf(out, "diff --git %s %s\n", old_name, new_name);
	if (change->before == MD_MODE_ABSENT)
		g_string_append_printf(out, "new file mode %06o\n", change->after);
	else if (change->after == MD_MODE_ABSENT)
		g_string_append_printf(out, "deleted file mode %06o\n", change->before);
	/* Of a link it must be said that it is one: by its name it could be a file. */
	else if (change->before != change->after || change->before == MD_MODE_SYMLINK)
		g_string_append_printf(out, "old mode %06o\nnew mode %06o\n", change->before,
				       change->after);
	if (!hunks)
		return;
	append_name(out, "---", "a/", path, change->before);
	append_name(out, "+++", "b/", path, change->after);
}

/* A hunk as it grows: one region, or several whose context meets. */
struct hunk {
	GString *body;
	const char *function;
	gsize old_start, old_count, new_start, new_count;
	gsize leading, trailing; /* lines of context before and after the changes */
	gboolean changes;	 /* has a + or - */
};

static void append_line(struct hunk *hunk, char sign, struct md_slice line, gboolean last)
{
	g_string_append_c(hunk->body, sign);
	g_string_append_len(hunk->body, line.data, (gssize)line.size);
	if (line.size == 0 || line.data[line.size - 1] != '\n') {
		g_string_append_c(hunk->body, '\n');
		if (last)
			g_string_append(hunk->body, NO_NEWLINE);
	}
	hunk->old_count += sign != '+';
	hunk->new_count += sign != '-';
	hunk->changes |= sign != ' ';
	hunk->leading += !hunk->changes;
	hunk->trailing = sign == ' ' && hunk->changes ? hunk->trailing + 1 : 0;
}

/*
 * Lines that were asked for, but are context to a patch, stand at one end of a hunk
 * alone. patch(1) takes a hunk with less context behind than before for one that ends
 * the file, and the other way round: elsewhere both ends get the same.
 */
static void balance_context(struct hunk *hunk, gsize old_lines)
{
	gboolean ends = hunk->old_start + hunk->old_count > old_lines;
	gsize first = 0, end = hunk->body->len;
	const char *body = hunk->body->str;

	for (; hunk->leading > hunk->trailing && !ends; hunk->leading--) {
		first = strchr(body + first, '\n') + 1 - body;
		hunk->old_start++, hunk->new_start++;
		hunk->old_count--, hunk->new_count--;
	}
	for (; hunk->trailing > hunk->leading && hunk->old_start > 1; hunk->trailing--) {
		do
			end = (const char *)memrchr(body, '\n', end - 1) + 1 - body;
		while (body[end] == '\\');
		hunk->old_count--, hunk->new_count--;
	}
	g_string_truncate(hunk->body, end);
	g_string_erase(hunk->body, 0, (gssize)first);
}

/*
 * A line without a newline is the last one of its own version, but the text
 * before may go on after it: there it counts as a whole line.
 */
static void append_column(struct hunk *hunk, const struct change *change, md_mark mark,
			  struct md_slice line)
{
	char sign = md_mark_sign_if(mark, change->shown);
	gboolean whole = line.size > 0 && line.data[line.size - 1] == '\n';
	gboolean last_before = hunk->old_start + hunk->old_count == change->old_lines;

	if (sign == ' ' && !md_mark_is_in(mark, MD_NEW_DOWNSTREAM))
		return;
	/* A change of kind deletes the one file and makes the other. */
	if (change->before == MD_MODE_ABSENT && sign != '-')
		sign = '+';
	else if (change->before == MD_MODE_ABSENT ||
		 (change->after == MD_MODE_ABSENT && sign == '+'))
		return;
	else if (change->after == MD_MODE_ABSENT)
		sign = '-';
	if (sign == ' ' && !whole && !last_before) {
		append_line(hunk, '-', line, FALSE);
		append_line(hunk, '+', line, TRUE);
		return;
	}
	append_line(hunk, sign, line, sign != '-' || last_before);
}

static void finish_hunk(GString *out, const struct change *change, struct hunk *hunk,
			gboolean *started)
{
	if (hunk->changes) {
		balance_context(hunk, change->old_lines);
		if (!*started)
			append_header(out, change, TRUE);
		*started = TRUE;
		g_string_append_printf(
			out, "@@ -%zu,%zu +%zu,%zu @@%s%s\n",
			hunk->old_count ? hunk->old_start : hunk->old_start - 1, hunk->old_count,
			hunk->new_count ? hunk->new_start : hunk->new_start - 1, hunk->new_count,
			hunk->function ? " " : "", hunk->function ? hunk->function : "");
		g_string_append_len(out, hunk->body->str, (gssize)hunk->body->len);
	}
	g_string_truncate(hunk->body, 0);
}

/* Begins a hunk at @region; @growth: lines that the hunks before it add. */
static struct hunk begin_hunk(const struct change *change, const struct md_file_region *region,
			      gssize growth, GString *body)
{
	gsize new_start = change->after ? region->start[MD_NEW_DOWNSTREAM] : 1;

	return (struct hunk){
		.body = body,
		.function = region->heading ? region->heading->name : NULL,
		.old_start = change->before ? (gsize)((gssize)new_start - growth) : 1,
		.new_start = new_start,
	};
}

/* Two regions between which the new downstream has no line are one hunk. */
static gboolean meets(const struct change *change, const struct hunk *hunk,
		      const struct md_file_region *region)
{
	return !change->after ||
	       hunk->new_start + hunk->new_count == region->start[MD_NEW_DOWNSTREAM];
}

static void append_change(GString *out, const struct change *change)
{
	const GPtrArray *regions = change->file->regions;
	g_autoptr(GString) body = g_string_new(NULL);
	gboolean started = FALSE;
	gssize growth = 0;

	for (guint i = 0; i < regions->len;) {
		const struct md_file_region *region = g_ptr_array_index(regions, i);
		struct hunk hunk = begin_hunk(change, region, growth, body);

		do {
			region = g_ptr_array_index(regions, i++);
			for (gsize line = 0; line < region->count; line++)
				append_column(&hunk, change, region->mark[line],
					      region->line[line]);
		} while (i < regions->len && meets(change, &hunk, g_ptr_array_index(regions, i)));
		growth += (gssize)hunk.new_count - (gssize)hunk.old_count;
		finish_hunk(out, change, &hunk, &started);
	}
	if (!started && change->before != change->after)
		append_header(out, change, FALSE);
}

static gsize count_old_lines(const struct md_file_comparison *file, guint32 shown)
{
	gsize count = file->newest_lines;

	for (guint i = 0; i < file->regions->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->regions, i);

		for (gsize line = 0; line < region->count; line++) {
			char sign = md_mark_sign_if(region->mark[line], shown);

			count += sign == '-';
			count -= sign == '+';
		}
	}
	return count;
}

/* git's id of a blob with this content, in hex; zeros for no file. */
static char *blob_id(struct md_slice content)
{
	guint8 id[MD_ID_SIZE] = { 0 };
	GString *hex = g_string_new(NULL);

	if (content.data != NULL)
		md_blob_id(content, id);
	for (gsize i = 0; i < sizeof(id); i++)
		g_string_append_printf(hex, "%02x", id[i]);
	return g_string_free(hex, FALSE);
}

static void append_binary(GString *out, const struct change *change)
{
	struct md_slice before = md_slice_from_bytes(change->file->carried);
	struct md_slice newest = md_slice_from_bytes(change->file->newest);
	g_autofree char *old_id = blob_id(before);
	g_autofree char *new_id = blob_id(newest);

	append_header(out, change, FALSE);
	if (md_slice_equal(before, newest))
		return;
	/* git takes a binary patch only with both ids written out. */
	g_string_append_printf(out, "index %s..%s\n", old_id, new_id);
	md_binary_append(out, before, newest);
}

void md_render_patch(GString *out, const struct md_comparison *comparison,
		     const struct md_file_comparison *file)
{
	gsize old_lines = count_old_lines(file, comparison->shown);
	struct change change = { file, file->mode[MD_CARRIED], file->mode[MD_NEW_DOWNSTREAM],
				 comparison->shown, old_lines };

	/* A file that is new, but for lines that were not asked for. */
	if (change.before == MD_MODE_ABSENT && old_lines > 0)
		change.before = change.after;

	if (file->binary) {
		append_binary(out, &change);
	} else if (change.before != MD_MODE_ABSENT && change.after != MD_MODE_ABSENT &&
		   (change.before & MD_MODE_TYPE) != (change.after & MD_MODE_TYPE)) {
		struct change deleted = { file, change.before, MD_MODE_ABSENT, change.shown,
					  old_lines };
		struct change made = { file, MD_MODE_ABSENT, change.after, change.shown, 0 };

		append_change(out, &deleted);
		append_change(out, &made);
	} else {
		append_change(out, &change);
	}
}

static void append_file(GString *out, const struct md_comparison *comparison,
			const struct md_file_comparison *file, gboolean first,
			const struct md_render_settings *settings)
{
	md_render_patch(out, comparison, file);
}

const struct md_format md_format_unified = { "unified", NULL, append_file, NULL };
