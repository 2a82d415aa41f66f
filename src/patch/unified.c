/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hunks of unified diffs.
 *
 *   @@ -START[,COUNT] +START[,COUNT] @@[ HEADING]
 *    context, -old, +new
 *   \ No newline at end of file
 *
 * COUNT is 1 where it is not said.  The counts alone say where a hunk ends:
 * "--- a" inside one is a deleted line.  As in GNU patch, a line that is
 * empty or begins with a tab has lost its leading blank on the way, "=" is
 * context, and a line that begins with "#" is a comment.  GNU patch also makes
 * up to three empty lines at the end of a patch up; here that is a patch that
 * was cut off.
 */
#include "patch/reader.h"

#include <string.h>

struct unified {
	struct md_hunk hunk;
	gsize line; /* of its header */
	gsize first_line;
	gsize old_left, new_left;
	gboolean changes;
};

static gboolean skip_text(struct md_slice *text, const char *expected)
{
	if (!md_slice_has_prefix(*text, expected))
		return FALSE;
	text->data += strlen(expected);
	text->size -= strlen(expected);
	return TRUE;
}

static gboolean parse_range(struct md_slice *text, gsize *start, gsize *count)
{
	*count = 1;
	return md_read_number(text, start) &&
	       (!skip_text(text, ",") || md_read_number(text, count));
}

static gboolean parse_header(struct md_slice line, struct md_hunk *hunk)
{
	struct md_slice text = md_line_text(line);

	if (!skip_text(&text, "@@ -") || !parse_range(&text, &hunk->old_start, &hunk->old_count) ||
	    !skip_text(&text, " +") || !parse_range(&text, &hunk->new_start, &hunk->new_count) ||
	    !skip_text(&text, " @@"))
		return FALSE;
	skip_text(&text, " ");
	hunk->heading = md_line_heading(text);
	/* A run that starts at line 0 cannot hold a line. */
	return (hunk->old_start > 0 || hunk->old_count == 0) &&
	       (hunk->new_start > 0 || hunk->new_count == 0);
}

gboolean md_is_unified_header(struct md_slice line)
{
	struct md_hunk hunk;

	return parse_header(line, &hunk);
}

/* The sign and text of @line; sign 0 where it is no line of a hunk. */
static struct md_hunk_line parse_line(const struct md_reader *reader, struct md_slice line)
{
	struct md_hunk_line parsed = { 0, line };
	struct md_slice text = line;

	md_reader_chop(reader, &text);
	if (text.size == 0 || line.data[0] == '\t') {
		parsed.sign = ' ';
		return parsed;
	}
	if (strchr(" -+=", line.data[0]) == NULL)
		return parsed;
	parsed.sign = line.data[0] == '=' ? ' ' : line.data[0];
	parsed.text.data++;
	parsed.text.size--;
	return parsed;
}

/* Takes the line for "no newline at end of file", where there is one. */
static void take_incomplete(struct md_reader *reader, struct md_hunk_line *line)
{
	struct md_slice note;

	if (!md_cursor_at(&reader->at, "\\"))
		return;
	md_cursor_next(&reader->at, &note);
	md_reader_chop(reader, &line->text);
}

static gboolean add_line(struct md_reader *reader, struct unified *unified,
			 struct md_hunk_line line, GError **error)
{
	gboolean old = line.sign != '+', new = line.sign != '-';

	if ((old && unified->old_left == 0) || (new && unified->new_left == 0))
		return md_reader_fail(reader, reader->at.line - 1, error,
				      "more '%c' lines than the hunk header says", line.sign);
	unified->old_left -= old;
	unified->new_left -= new;
	unified->changes |= line.sign != ' ';
	if ((old && unified->old_left == 0) || (new && unified->new_left == 0))
		take_incomplete(reader, &line);
	g_array_append_val(reader->lines, line);
	return TRUE;
}

static gboolean read_line(struct md_reader *reader, struct unified *unified, GError **error)
{
	struct md_hunk_line parsed;
	struct md_slice line;

	if (!md_cursor_next(&reader->at, &line))
		return md_reader_fail(reader, unified->line, error,
				      "the hunk is cut off: %zu of its lines are missing",
				      MAX(unified->old_left, unified->new_left));
	if (line.data[0] == '#')
		return TRUE;
	if (line.data[0] == '\\')
		return md_reader_fail(reader, reader->at.line - 1, error,
				      "lines follow the one without a newline");
	parsed = parse_line(reader, line);
	if (parsed.sign == 0)
		return md_reader_fail(reader, reader->at.line - 1, error,
				      "the hunk of line %zu is shorter than its header says",
				      unified->hunk.place);
	return add_line(reader, unified, parsed, error);
}

gboolean md_read_unified_hunk(struct md_reader *reader, struct md_patch_file *file, GError **error)
{
	struct unified unified = { .line = reader->at.line, .first_line = reader->lines->len };
	struct md_slice header;

	md_cursor_next(&reader->at, &header);
	if (!parse_header(header, &unified.hunk))
		return md_reader_fail(reader, unified.line, error, "malformed hunk header");
	unified.hunk.place = md_reader_place(reader, unified.line);
	unified.old_left = unified.hunk.old_count;
	unified.new_left = unified.hunk.new_count;
	while (unified.old_left > 0 || unified.new_left > 0)
		if (!read_line(reader, &unified, error))
			return FALSE;
	if (!unified.changes)
		return md_reader_fail(reader, unified.line, error, "the hunk changes nothing");
	md_reader_end_hunk(reader, file, &unified.hunk, unified.first_line);
	return TRUE;
}
