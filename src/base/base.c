/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors, slices and hooks. */
#include "base/base.h"

#include <string.h>

/* clang-format off: the name is no subtraction. */
G_DEFINE_QUARK(md - error - quark, md_error)
/* clang-format on */

int md_compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

gboolean md_slice_equal(struct md_slice a, struct md_slice b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

gboolean md_slice_has_prefix(struct md_slice slice, const char *prefix)
{
	gsize size = strlen(prefix);

	return slice.size >= size && memcmp(slice.data, prefix, size) == 0;
}

gboolean md_slice_next_line(struct md_slice *rest, struct md_slice *line)
{
	const char *newline;

	if (rest->size == 0)
		return FALSE;
	newline = memchr(rest->data, '\n', rest->size);
	line->data = rest->data;
	line->size = newline ? (gsize)(newline - rest->data) + 1 : rest->size;
	rest->data += line->size;
	rest->size -= line->size;
	return TRUE;
}

struct md_slice md_slice_chomp(struct md_slice line)
{
	if (line.size > 0 && line.data[line.size - 1] == '\n')
		line.size--;
	return line;
}

/*
 * A text of more lines is nothing that anybody reads, and would take 100 bytes of memory for each,
 * in a file that may be compressed to nothing. The longest of a kernel has 300,000.
 */
#define MOST_LINES ((gsize)4 << 20)

gboolean md_slice_is_binary(struct md_slice text)
{
	if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL)
		return TRUE;
	return text.size > MOST_LINES && md_slice_count_lines(text) > MOST_LINES;
}

gboolean md_slice_is_utf8(struct md_slice text)
{
	/* The top bits of eight bytes, all of which ASCII leaves clear. */
	const guint64 high = 0x8080808080808080u;
	const char *at = text.data, *end;

	/* A missing text has no place to count from. */
	if (text.size == 0)
		return TRUE;
	end = at + text.size;
	while (at < end) {
		guint64 bytes;
		gunichar character;

		for (; end - at >= (gssize)sizeof(bytes); at += sizeof(bytes)) {
			memcpy(&bytes, at, sizeof(bytes));
			if (bytes & high)
				break;
		}
		while (at < end && (*at & 0x80) == 0)
			at++;
		if (at == end)
			break;
		character = g_utf8_get_char_validated(at, end - at);
		/* (gunichar)-1: invalid, -2: cut. */
		if (character >= (gunichar)-2)
			return FALSE;
		at = g_utf8_next_char(at);
	}
	return TRUE;
}

gboolean md_hooks_progress(const struct md_hooks *hooks, const char *phase, guint64 done,
			   guint64 total, GError **error)
{
	if (hooks == NULL || hooks->progress == NULL ||
	    hooks->progress(hooks->data, phase, done, total))
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_CANCELLED, "%s: stopped", phase);
	return FALSE;
}

void md_hooks_log(const struct md_hooks *hooks, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list arguments;

	if (hooks == NULL || hooks->log == NULL)
		return;
	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	hooks->log(hooks->data, message);
}

struct md_slice md_slice_lines(struct md_slice text, gsize first, gsize end)
{
	struct md_slice rest = text, line, some;
	gsize at = 0;

	for (; at < first && md_slice_next_line(&rest, &line);)
		at++;
	some = (struct md_slice){ rest.data, 0 };
	for (; at < end && md_slice_next_line(&rest, &line); at++)
		some.size += line.size;
	return some;
}

gsize md_slice_count_lines(struct md_slice text)
{
	struct md_slice line;
	gsize count = 0;

	while (md_slice_next_line(&text, &line))
		count++;
	return count;
}

void md_text_append(GString *out, struct md_slice text)
{
	if (text.size == 0)
		return;
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append_len(out, text.data, (gssize)text.size);
}
