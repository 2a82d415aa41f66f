/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hunks of context diffs, turned into the one model of a hunk.
 *
 *   ***************[ HEADING]
 *   *** FIRST,LAST ****          the old lines: "  ", "- ", "! "
 *   --- FIRST,LAST ----          the new lines: "  ", "+ ", "! "
 *
 * A part without changes is left out, its context being that of the other.
 * A range of one line and an empty one both show as one number: they differ
 * in whether a line follows.  Whether a part that could be left out was left
 * out is found by trying to read it.
 */
#include "patch/reader.h"

#include <string.h>

struct part {
	GArray *lines; /* of struct md_hunk_line; the sign may be '!' */
	gsize start, count, context;
	gboolean given;
};

static gboolean trim(struct md_slice *text, const char *head, const char *tail)
{
	gsize head_size = strlen(head), tail_size = strlen(tail);

	if (text->size < head_size + tail_size || !md_slice_has_prefix(*text, head) ||
	    memcmp(text->data + text->size - tail_size, tail, tail_size) != 0)
		return FALSE;
	text->data += head_size;
	text->size -= head_size + tail_size;
	return TRUE;
}

/* Reads "*** FIRST,LAST ****" or the same with dashes. */
static gboolean parse_range(struct md_slice line, const char *head, const char *tail,
			    struct part *part)
{
	struct md_slice text = md_line_text(line);
	gsize last;

	if (!trim(&text, head, tail) || !md_read_number(&text, &part->start))
		return FALSE;
	last = part->start;
	if (text.size > 0) {
		text.data++;
		text.size--;
		if (text.data[-1] != ',' || !md_read_number(&text, &last) || text.size > 0)
			return FALSE;
	}
	if (last + 1 < part->start)
		return FALSE;
	part->count = part->start == 0 ? last : last + 1 - part->start;
	return part->start > 0 || last == 0;
}

/* A line of a part, or sign 0.  One lost its blanks on the way: it is context. */
static struct md_hunk_line parse_line(const struct md_reader *reader, struct md_slice line,
				      char changed)
{
	struct md_hunk_line parsed = { 0, line };
	struct md_slice text = line;

	md_reader_chop(reader, &text);
	if (text.size == 0 || line.data[0] == '\t') {
		parsed.sign = ' ';
		return parsed;
	}
	if (line.data[0] != ' ' && line.data[0] != '!' && line.data[0] != changed)
		return parsed;
	parsed.sign = line.data[0];
	parsed.text.data++;
	parsed.text.size--;
	if (text.size > 1 && (line.data[1] == ' ' || line.data[1] == '\t')) {
		parsed.text.data++;
		parsed.text.size--;
	} else if (text.size > 1) {
		parsed.sign = 0;
	}
	return parsed;
}

/* Reads the lines of @part while they are such; FALSE when some are missing. */
static gboolean read_lines(struct md_reader *reader, struct part *part, char changed)
{
	struct md_slice line, note;

	while (part->lines->len < part->count && md_cursor_peek(&reader->at, &line)) {
		struct md_hunk_line parsed = parse_line(reader, line, changed);

		if (parsed.sign == 0 && line.data[0] != '#')
			break;
		md_cursor_next(&reader->at, &line);
		if (parsed.sign == 0)
			continue;
		part->context += parsed.sign == ' ';
		if (part->lines->len + 1 == part->count && md_cursor_at(&reader->at, "\\")) {
			md_cursor_next(&reader->at, &note);
			md_reader_chop(reader, &parsed.text);
		}
		g_array_append_val(part->lines, parsed);
	}
	return part->lines->len == part->count;
}

static void forget(struct part *part)
{
	g_array_set_size(part->lines, 0);
	part->context = 0;
	part->given = FALSE;
}

static gboolean read_old(struct md_reader *reader, struct part *old, GError **error)
{
	gsize number = reader->at.line;
	struct md_slice line;

	if (!md_cursor_next(&reader->at, &line) || !parse_range(line, "*** ", " ****", old))
		return md_reader_fail(reader, number, error, "malformed hunk header");
	old->given = !md_cursor_at(&reader->at, "--- ");
	if (old->given && !read_lines(reader, old, '-'))
		return md_reader_fail(reader, reader->at.line, error,
				      "the old lines of the hunk are fewer than it says");
	return TRUE;
}

static gboolean only_deletes(const struct part *old)
{
	for (gsize i = 0; i < old->lines->len; i++)
		if (g_array_index(old->lines, struct md_hunk_line, i).sign == '!')
			return FALSE;
	return old->given;
}

static gboolean read_new(struct md_reader *reader, const struct part *old, struct part *new,
			 GError **error)
{
	gsize number = reader->at.line;
	struct md_cursor start;
	struct md_slice line;
	gboolean complete;

	if (!md_cursor_next(&reader->at, &line) || !parse_range(line, "--- ", " ----", new))
		return md_reader_fail(reader, number, error,
				      "the hunk has no line \"--- FIRST,LAST ----\" here");
	start = reader->at;
	complete = read_lines(reader, new, '+');
	new->given = new->count > 0;
	/* Left out: its context is that of the old part, or it has none at all. */
	if (only_deletes(old) && (new->count == old->context || old->context == 0) &&
	    (!complete || new->context != old->context)) {
		reader->at = start;
		forget(new);
		return TRUE;
	}
	if (!complete)
		return md_reader_fail(reader, reader->at.line, error,
				      "the new lines of the hunk are fewer than it says");
	return TRUE;
}

/* Gives a part that was left out the context of the other one. */
static gboolean fill(struct part *part, const struct part *from)
{
	if (part->given || part->count == 0)
		return TRUE;
	for (gsize i = 0; i < from->lines->len; i++) {
		struct md_hunk_line line = g_array_index(from->lines, struct md_hunk_line, i);

		if (line.sign == ' ')
			g_array_append_val(part->lines, line);
	}
	part->context = part->lines->len;
	/* No context at all: the one number named an empty range. */
	if (part->context == 0 && part->count == 1)
		part->count = 0;
	return part->context == part->count;
}

static gsize append_run(GArray *to, const struct part *from, gsize at, char sign)
{
	while (at < from->lines->len) {
		struct md_hunk_line line = g_array_index(from->lines, struct md_hunk_line, at);

		if (line.sign == ' ')
			break;
		line.sign = sign;
		g_array_append_val(to, line);
		at++;
	}
	return at;
}

/* Zips the two parts at their context lines, deletions first. */
static void merge(GArray *to, const struct part *old, const struct part *new)
{
	gsize old_at = append_run(to, old, 0, '-');
	gsize new_at = append_run(to, new, 0, '+');

	while (old_at < old->lines->len) {
		g_array_append_val(to, g_array_index(old->lines, struct md_hunk_line, old_at));
		old_at = append_run(to, old, old_at + 1, '-');
		new_at = append_run(to, new, new_at + 1, '+');
	}
}

static gboolean read_parts(struct md_reader *reader, struct part *old, struct part *new, gsize line,
			   GError **error)
{
	if (!read_old(reader, old, error) || !read_new(reader, old, new, error))
		return FALSE;
	if (!fill(old, new) || !fill(new, old) || old->context != new->context)
		return md_reader_fail(reader, line, error,
				      "the old and new lines of the hunk do not fit together");
	if (old->lines->len == old->context && new->lines->len == new->context)
		return md_reader_fail(reader, line, error, "the hunk changes nothing");
	return TRUE;
}

gboolean md_read_context_hunk(struct md_reader *reader, struct md_patch_file *file, GError **error)
{
	g_autoptr(GArray) old_lines = g_array_new(FALSE, FALSE, sizeof(struct md_hunk_line));
	g_autoptr(GArray) new_lines = g_array_new(FALSE, FALSE, sizeof(struct md_hunk_line));
	struct part old = { .lines = old_lines }, new = { .lines = new_lines };
	struct md_hunk hunk = { .place = md_reader_place(reader, reader->at.line) };
	gsize line = reader->at.line, first_line = reader->lines->len;
	struct md_slice header;

	md_cursor_next(&reader->at, &header);
	hunk.heading = md_line_text(header);
	while (hunk.heading.size > 0 && hunk.heading.data[0] == '*') {
		hunk.heading.data++;
		hunk.heading.size--;
	}
	trim(&hunk.heading, " ", "");
	hunk.heading = md_line_heading(hunk.heading);
	if (!read_parts(reader, &old, &new, line, error))
		return FALSE;
	hunk.old_start = old.start;
	hunk.old_count = old.count;
	hunk.new_start = new.start;
	hunk.new_count = new.count;
	merge(reader->lines, &old, &new);
	md_reader_end_hunk(reader, file, &hunk, first_line);
	return TRUE;
}
