/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mails: where one begins, and bodies that were encoded on the way.
 *
 * A patch in a mail is text between other text, which needs no mail parser.
 * Only a body in quoted-printable or base64 (RFC 2045) has to be decoded, and
 * each decoded line has to know the line of the mail that it came from, for
 * messages: that is what a mail library would not give.  A body ends at the
 * next mail, at a boundary of its multipart, or at the end.
 *
 * Archives hold mails that were decoded but kept their header, so a body is
 * decoded only where all of it is what the header says.  C code never passes
 * for either encoding: its first " = " is not quoted-printable.
 */
#include "patch/reader.h"

#include <string.h>

/* Headers over this length hold no boundary worth looking for. */
#define HEADER_LIMIT 4096

enum encoding {
	ENCODING_NONE,
	ENCODING_QUOTED,
	ENCODING_BASE64,
};

struct decoder {
	struct md_cursor at;
	GByteArray *text;
	GArray *places;	    /* of gsize: the line that each line of text came from */
	gboolean line_open; /* the last line of text has no newline yet */
	gboolean decoded;   /* some body was encoded */
	GPtrArray *boundaries;
};

gboolean md_is_mail_start(struct md_slice line)
{
	struct md_slice text = md_line_text(line);
	gsize word = 5;

	if (md_slice_has_prefix(text, "commit ")) {
		while (word + 2 < text.size && g_ascii_isxdigit(text.data[word + 2]))
			word++;
		return word - 5 >= 40;
	}
	if (!md_slice_has_prefix(text, "From ") || text.size < 24)
		return FALSE;
	/* "From WHO Www Mmm dd hh:mm:ss yyyy": the end tells it from prose. */
	text.data += text.size - 13;
	return text.data[2] == ':' && text.data[5] == ':' && text.data[8] == ' ' &&
	       g_ascii_isdigit(text.data[9]) && g_ascii_isdigit(text.data[12]);
}

static gboolean has_prefix_nocase(struct md_slice line, const char *prefix)
{
	gsize size = strlen(prefix);

	return line.size >= size && g_ascii_strncasecmp(line.data, prefix, size) == 0;
}

/* Appends one line, or a piece of one, that came from line @line. */
static void append(struct decoder *decoder, const char *data, gsize size, gsize line)
{
	for (gsize i = 0; i < size; i++) {
		if (!decoder->line_open) {
			gsize place = line + 1;

			g_array_append_val(decoder->places, place);
		}
		decoder->line_open = data[i] != '\n';
	}
	g_byte_array_append(decoder->text, (const guint8 *)data, (guint)size);
}

/* Ends a line that was left open, so that what follows stands alone. */
static void close_line(struct decoder *decoder)
{
	if (decoder->line_open)
		append(decoder, "\n", 1, decoder->at.line);
}

static int hex_pair(const char *text)
{
	int high = g_ascii_xdigit_value(text[0]), low = g_ascii_xdigit_value(text[1]);

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Appends @line decoded; FALSE where it is not quoted-printable.  @to may be NULL. */
static gboolean decode_quoted(struct md_slice line, gsize number, struct decoder *to)
{
	struct md_slice text = md_line_text(line);

	/* Blanks at the end were added on the way. */
	while (text.size > 0 && strchr(" \t", text.data[text.size - 1]) != NULL)
		text.size--;
	for (gsize i = 0; i < text.size; i++) {
		char byte = text.data[i];
		int pair;

		if (byte == '=' && i + 1 == text.size)
			return TRUE;
		if (byte == '=') {
			pair = i + 2 < text.size ? hex_pair(text.data + i + 1) : -1;
			if (pair < 0)
				return FALSE;
			byte = (char)pair;
			i += 2;
		} else if (byte & 0x80) {
			return FALSE;
		}
		if (to != NULL)
			append(to, &byte, 1, number);
	}
	if (to != NULL)
		append(to, "\n", 1, number);
	return TRUE;
}

/* Each line of base64 that mailers write holds whole groups of four digits. */
static gboolean decode_base64(struct md_slice line, gsize number, struct decoder *to)
{
	struct md_slice text = md_line_text(line);
	g_autofree char *copy = NULL;
	gsize size = 0, digits = 0;

	while (digits < text.size && (g_ascii_isalnum(text.data[digits]) ||
				      text.data[digits] == '+' || text.data[digits] == '/'))
		digits++;
	while (digits < text.size && text.data[digits] == '=')
		digits++;
	if (digits < text.size || text.size % 4 != 0)
		return FALSE;
	if (to == NULL || text.size == 0)
		return TRUE;
	copy = g_strndup(text.data, text.size);
	g_base64_decode_inplace(copy, &size);
	append(to, copy, size, number);
	return TRUE;
}

static const struct {
	const char *name;
	enum encoding encoding;
	gboolean (*decode)(struct md_slice line, gsize number, struct decoder *to);
} encoding_table[] = {
	{ "quoted-printable", ENCODING_QUOTED, decode_quoted },
	{ "base64", ENCODING_BASE64, decode_base64 },
};

/* Takes the boundary out of a Content-Type header or its second line. */
static void note_boundary(struct decoder *decoder, struct md_slice line)
{
	static const char key[] = "boundary=";
	const char *start;
	gsize left, size = 0;

	if (line.size > HEADER_LIMIT)
		return;
	start = memmem(line.data, line.size, key, strlen(key));
	if (start == NULL)
		return;
	start += strlen(key);
	left = line.size - (gsize)(start - line.data);
	if (left > 0 && *start == '"') {
		start++;
		left--;
	}
	while (size < left && strchr("\"; \t\r\n", start[size]) == NULL)
		size++;
	if (size > 0)
		g_ptr_array_add(decoder->boundaries, g_strdup_printf("--%.*s", (int)size, start));
}

static gboolean is_boundary(const struct decoder *decoder, struct md_slice line)
{
	/* A mail has few; more would make the search quadratic. */
	guint count = MIN(decoder->boundaries->len, 8);

	for (guint i = 0; i < count; i++)
		if (md_slice_has_prefix(line, g_ptr_array_index(decoder->boundaries, i)))
			return TRUE;
	return FALSE;
}

static gboolean ends_body(const struct decoder *decoder, struct md_slice line)
{
	return (line.data[0] == 'F' && md_is_mail_start(line)) ||
	       (line.data[0] == '-' && is_boundary(decoder, line));
}

/* Copies header lines up to and with the empty line that ends them. */
static enum encoding copy_headers(struct decoder *decoder)
{
	static const char key[] = "Content-Transfer-Encoding:";
	enum encoding encoding = ENCODING_NONE;
	struct md_slice line;

	while (md_cursor_next(&decoder->at, &line)) {
		append(decoder, line.data, line.size, decoder->at.line - 1);
		if (md_line_text(line).size == 0)
			break;
		note_boundary(decoder, line);
		if (!has_prefix_nocase(line, key))
			continue;
		line.data += strlen(key);
		line.size -= strlen(key);
		while (line.size > 0 && *line.data == ' ') {
			line.data++;
			line.size--;
		}
		for (gsize i = 0; i < G_N_ELEMENTS(encoding_table); i++)
			if (has_prefix_nocase(line, encoding_table[i].name))
				encoding = encoding_table[i].encoding;
	}
	return encoding;
}

/* Decodes the body that begins here, where all of it is of @encoding. */
static void decode_body(struct decoder *decoder, enum encoding encoding)
{
	struct md_cursor end = decoder->at;
	struct md_slice line;
	gsize i = 0;

	while (encoding_table[i].encoding != encoding)
		i++;
	while (md_cursor_peek(&end, &line) && !ends_body(decoder, line)) {
		if (!encoding_table[i].decode(line, 0, NULL))
			return;
		md_cursor_next(&end, &line);
	}
	decoder->decoded = TRUE;
	while (decoder->at.line < end.line) {
		md_cursor_next(&decoder->at, &line);
		encoding_table[i].decode(line, decoder->at.line - 1, decoder);
	}
	close_line(decoder);
}

GBytes *md_mail_decode(GBytes *content, GArray **places)
{
	static const char key[] = "Content-Transfer-Encoding:";
	struct decoder decoder = { .at.rest = md_slice_from_bytes(content) };
	g_autoptr(GByteArray) text = NULL;
	g_autoptr(GArray) lines = NULL;
	g_autoptr(GPtrArray) boundaries = NULL;
	gboolean in_headers = TRUE;
	struct md_slice line;

	/* The usual case costs one search. */
	if (memmem(decoder.at.rest.data, decoder.at.rest.size, key + 1, strlen(key) - 2) == NULL)
		return NULL;
	decoder.text = text = g_byte_array_new();
	decoder.places = lines = g_array_new(FALSE, FALSE, sizeof(gsize));
	decoder.boundaries = boundaries = g_ptr_array_new_with_free_func(g_free);
	while (decoder.at.rest.size > 0) {
		if (in_headers) {
			enum encoding encoding = copy_headers(&decoder);

			in_headers = FALSE;
			if (encoding != ENCODING_NONE)
				decode_body(&decoder, encoding);
			continue;
		}
		md_cursor_next(&decoder.at, &line);
		if (line.data[0] == 'F' && md_is_mail_start(line)) {
			g_ptr_array_set_size(boundaries, 0);
			in_headers = TRUE;
		} else {
			in_headers = line.data[0] == '-' && is_boundary(&decoder, line);
		}
		append(&decoder, line.data, line.size, decoder.at.line - 1);
	}
	close_line(&decoder);
	if (!decoder.decoded)
		return NULL;
	*places = g_steal_pointer(&lines);
	return g_byte_array_free_to_bytes(g_steal_pointer(&text));
}
