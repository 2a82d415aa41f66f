/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ground that the readers of all formats stand on: lines with their
 * numbers, errors with a place, names in headers, files and hunks as they are
 * completed.  Nothing is allocated by a number that the patch claims.
 */
#include "patch/reader.h"

#include "patch/names.h"

#include <string.h>

/*
 * No file in memory has more lines; sums of a few such numbers still fit.
 */
#define LINE_LIMIT (G_MAXSSIZE / 8)

gboolean md_cursor_next(struct md_cursor *cursor, struct md_slice *line)
{
	if (!md_slice_next_line(&cursor->rest, line))
		return FALSE;
	cursor->line++;
	return TRUE;
}

gboolean md_cursor_peek(const struct md_cursor *cursor, struct md_slice *line)
{
	struct md_slice rest = cursor->rest;

	return md_slice_next_line(&rest, line);
}

gboolean md_cursor_at(const struct md_cursor *cursor, const char *prefix)
{
	return md_slice_has_prefix(cursor->rest, prefix);
}

struct md_slice md_line_text(struct md_slice line)
{
	line = md_slice_chomp(line);
	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	return line;
}

struct md_slice md_line_heading(struct md_slice text)
{
	while (text.size > 0 && text.data[text.size - 1] == '\r')
		text.size--;
	return text;
}

gsize md_reader_place(const struct md_reader *reader, gsize line)
{
	if (reader->places == NULL || reader->places->len == 0)
		return line + 1;
	return g_array_index(reader->places, gsize, MIN(line, reader->places->len - 1));
}

gboolean md_reader_fail(const struct md_reader *reader, gsize line, GError **error,
			const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s:%zu: %s", reader->name,
		    md_reader_place(reader, line), what);
	return FALSE;
}

gboolean md_read_number(struct md_slice *text, gsize *value)
{
	gsize number = 0, digits = 0;

	while (digits < text->size && g_ascii_isdigit(text->data[digits])) {
		number = number * 10 + (gsize)(text->data[digits++] - '0');
		if (number > LINE_LIMIT)
			return FALSE;
	}
	if (digits == 0)
		return FALSE;
	text->data += digits;
	text->size -= digits;
	*value = number;
	return TRUE;
}

struct md_patch_file *md_reader_file_new(const struct md_reader *reader, gsize line)
{
	struct md_patch_file *file = g_new0(struct md_patch_file, 1);

	file->place = md_reader_place(reader, line);
	return file;
}

void md_patch_file_free(struct md_patch_file *file)
{
	if (file == NULL)
		return;
	g_free(file->old_name);
	g_free(file->new_name);
	g_free(file->old_id);
	g_free(file->new_id);
	g_clear_pointer(&file->binary_data, g_bytes_unref);
	g_clear_pointer(&file->binary_reverse_data, g_bytes_unref);
	g_free(file);
}

void md_reader_add(struct md_reader *reader, struct md_patch_file *file)
{
	const char *name = file->git ? file->new_name : NULL;
	gboolean again = name != NULL && g_hash_table_contains(reader->group_names, name);

	/*
	 * One run of `git diff` names a file once, but for a change of its type,
	 * which is a deletion and then a creation: with no renames in between the
	 * cut does no harm.
	 */
	if (reader->group_over || again) {
		if (reader->patch->files->len > 0)
			reader->group++;
		g_hash_table_remove_all(reader->group_names);
		reader->group_over = FALSE;
	}
	if (name != NULL)
		g_hash_table_add(reader->group_names, g_strdup(name));
	file->group = reader->group;
	g_ptr_array_add(reader->patch->files, file);
}

void md_reader_chop(const struct md_reader *reader, struct md_slice *text)
{
	*text = md_slice_chomp(*text);
	if (reader->strip_cr && text->size > 0 && text->data[text->size - 1] == '\r')
		text->size--;
}

static gboolean has_crlf(struct md_slice text)
{
	return text.size >= 2 && memcmp(text.data + text.size - 2, "\r\n", 2) == 0;
}

/* Copies the lines from @first on without their CR. */
static void strip_carriage_returns(struct md_reader *reader, gsize first)
{
	struct md_hunk_line *lines = (struct md_hunk_line *)(void *)reader->lines->data;
	gsize size = 0;
	char *copy;

	for (gsize i = first; i < reader->lines->len; i++)
		if (has_crlf(lines[i].text))
			size += lines[i].text.size - 1;
	if (size == 0)
		return;
	copy = g_malloc(size);
	g_ptr_array_add(reader->patch->kept, g_bytes_new_take(copy, size));
	for (gsize i = first; i < reader->lines->len; i++) {
		struct md_slice *text = &lines[i].text;

		if (!has_crlf(*text))
			continue;
		memcpy(copy, text->data, text->size - 2);
		copy[text->size - 2] = '\n';
		text->data = copy;
		text->size--;
		copy += text->size;
	}
}

void md_reader_end_hunk(struct md_reader *reader, struct md_patch_file *file, struct md_hunk *hunk,
			gsize first_line)
{
	if (reader->strip_cr)
		strip_carriage_returns(reader, first_line);
	hunk->line_count = reader->lines->len - first_line;
	g_array_append_val(reader->hunks, *hunk);
	file->hunk_count++;
}

/*
 * Whether the text behind a name is the start of 1970, which stands for a
 * file that is not there.  The stamp is local time, so half a day to either
 * side may show.
 */
static gboolean is_epoch(struct md_slice stamp)
{
	static const char *const days[][2] = {
		{ "1970-01-01", "" },
		{ "1969-12-31", "" },
		{ "Jan  1 ", " 1970" },
		{ "Dec 31 ", " 1969" },
	};
	g_autofree char *text = g_strndup(stamp.data, stamp.size);

	for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
		const char *day = strstr(text, days[i][0]);

		if (day != NULL && strstr(day, days[i][1]) != NULL)
			return TRUE;
	}
	return FALSE;
}

static gboolean is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/*
 * The size of the unquoted name that @text begins with.  It ends at the first
 * blank, but where a tab follows later, at that: only so can a name with blanks
 * be told from its time.
 */
static gsize plain_name_size(struct md_slice text)
{
	const char *tab = text.size ? memchr(text.data, '\t', text.size) : NULL;
	gsize size = 0;

	if (tab != NULL) {
		size = (gsize)(tab - text.data);
		while (size > 0 && is_blank(text.data[size - 1]))
			size--;
		return size;
	}
	while (size < text.size && !is_blank(text.data[size]))
		size++;
	return size;
}

/* Reads "NAME<tab>TIME"; @absent: the file is said not to be there. */
static gboolean read_header_name(struct md_reader *reader, struct md_slice text, char **name,
				 gboolean *absent, GError **error)
{
	gsize line = reader->at.line - 1;
	g_autofree char *found = NULL;

	while (text.size > 0 && is_blank(text.data[0])) {
		text.data++;
		text.size--;
	}
	if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL)
		return md_reader_fail(reader, line, error, "a NUL byte in a file name");
	if (text.size > 0 && text.data[0] == '"') {
		found = md_name_unquote(&text);
		if (found == NULL)
			return md_reader_fail(reader, line, error, "malformed quoted file name");
	} else {
		gsize size = plain_name_size(text);

		found = g_strndup(text.data, size);
		text.data += size;
		text.size -= size;
	}
	*absent = strcmp(found, "/dev/null") == 0;
	g_clear_pointer(name, g_free);
	if (*absent)
		return TRUE;
	*absent = is_epoch(text);
	*name = g_steal_pointer(&found);
	return TRUE;
}

/* A line that shows the hunk before it to be longer than its header says. */
static gboolean is_surplus(const struct md_cursor *cursor)
{
	struct md_slice line;

	if (!md_cursor_peek(cursor, &line))
		return FALSE;
	if (line.data[0] == '+')
		return !md_slice_has_prefix(line, "+++ ");
	/* Not a signature ("-- "), a ruler, a header or an item of a list. */
	return line.data[0] == '-' && line.size > 1 && strchr("- \r\n", line.data[1]) == NULL;
}

gboolean md_reader_named_hunks(struct md_reader *reader, struct md_patch_file *file,
			       const char *hunk_prefix, md_read_hunk read_hunk, GError **error)
{
	gsize first = reader->hunks->len;
	const struct md_hunk *hunk;
	gboolean old_absent, new_absent;
	struct md_slice line;

	/* Both headers begin with four bytes, "--- ", "+++ " or "*** ". */
	md_cursor_next(&reader->at, &line);
	line = (struct md_slice){ line.data + 4, line.size - 4 };
	if (!read_header_name(reader, md_line_text(line), &file->old_name, &old_absent, error))
		return FALSE;
	md_cursor_next(&reader->at, &line);
	line = (struct md_slice){ line.data + 4, line.size - 4 };
	if (!read_header_name(reader, md_line_text(line), &file->new_name, &new_absent, error))
		return FALSE;
	reader->strip_cr = has_crlf(line);

	while (md_cursor_at(&reader->at, hunk_prefix))
		if (!read_hunk(reader, file, error))
			return FALSE;
	if (is_surplus(&reader->at))
		return md_reader_fail(reader, reader->at.line, error,
				      "the hunk is longer than its header says");
	if (file->kind != MD_PATCH_MODIFY)
		return TRUE;
	hunk = &g_array_index(reader->hunks, struct md_hunk, first);
	if (hunk->old_start == 0 && old_absent)
		file->kind = MD_PATCH_CREATE;
	else if (hunk->new_start == 0 && new_absent)
		file->kind = MD_PATCH_DELETE;
	return TRUE;
}
