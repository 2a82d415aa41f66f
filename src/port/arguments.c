/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the parentheses behind a name: the parameters of a definition, the arguments of
 * a call. Nothing is known of types: two headlines are one where their words are, without the
 * names of the parameters.
 */
#include "port/undo.h"

#include <string.h>

/* A list that is longer is none that was understood: each within another is read again. */
#define MOST_BYTES 3000

/* Over blanks, comments, strings and characters; a literal is told as a quote, the rest as ' '. */
static char next_byte(struct md_slice text, gsize *at)
{
	const char *data = text.data;
	gsize end = text.size;
	char c = data[(*at)++];

	if (c == '/' && *at < end && data[*at] == '*') {
		const char *close = memmem(data + *at, end - *at, "*/", 2);

		*at = close ? (gsize)(close - data) + 2 : end;
		return ' ';
	}
	if (c == '/' && *at < end && data[*at] == '/') {
		const char *newline = memchr(data + *at, '\n', end - *at);

		*at = newline ? (gsize)(newline - data) : end;
		return ' ';
	}
	if (c == '"' || c == '\'') {
		while (*at < end && data[*at] != c && data[*at] != '\n')
			*at += data[*at] == '\\' ? 2 : 1;
		*at = MIN(*at + 1, end);
	}
	return g_ascii_isspace(c) ? ' ' : c;
}

gboolean md_arguments_read(struct md_slice text, gsize at, struct md_arguments *arguments)
{
	struct md_arguments read = { 0 };
	gsize first;
	gint depth = 0;
	gboolean any = FALSE;

	while (at < text.size && (text.data[at] == ' ' || text.data[at] == '\t'))
		at++;
	if (at >= text.size || text.data[at] != '(')
		return FALSE;
	text.size = MIN(text.size, at + MOST_BYTES);
	read.bytes.first = first = at;
	while (at < text.size) {
		char c = next_byte(text, &at);

		/* Whoever chooses among them by #ifdef has more than one list. */
		if (c == '#' || c == ';')
			return FALSE;
		depth += c == '(' || c == '[' || c == '{';
		depth -= c == ')' || c == ']' || c == '}';
		if (depth == 0)
			break;
		any |= c != ' ' && depth + (c == ')') > 0 && at > first + 1;
		read.count += c == ',' && depth == 1;
	}
	if (depth != 0)
		return FALSE;
	read.bytes.end = at;
	read.count += any;
	text = (struct md_slice){ text.data + first, at - first };
	read.open = memmem(text.data, text.size, "...", 3) != NULL ||
		    memmem(text.data, text.size, "__VA_ARGS__", strlen("__VA_ARGS__")) != NULL;
	if (read.count == 1 && memmem(text.data, text.size, "void", 4) != NULL &&
	    text.size == strlen("(void)"))
		read.count = 0;
	*arguments = read;
	return TRUE;
}

/* ---------------------------------------------------------------- headlines */

/* Words that say nothing of what a function takes or gives. */
static gboolean is_silent(struct md_slice word)
{
	static const char *const silent[] = { "static", "extern", "inline", "noinline" };

	for (guint i = 0; i < G_N_ELEMENTS(silent); i++) {
		if (md_slice_is(word, silent[i]))
			return TRUE;
	}
	return FALSE;
}

/* Drops the word at the end of @out, from byte @floor on, where another stands before it. */
static void drop_name(GString *out, gsize floor)
{
	gsize at = out->len;

	while (at > floor && (g_ascii_isalnum(out->str[at - 1]) || out->str[at - 1] == '_'))
		at--;
	if (at > floor)
		g_string_truncate(out, at);
}

/* Appends the words and signs of bytes [first, end), each behind a blank. */
static void append_words(GString *out, struct md_slice text, struct md_extent bytes)
{
	gsize at = bytes.first, parameter = out->len;

	text.size = bytes.end;
	while (at < bytes.end) {
		gsize first = at;
		char c;

		while (at < bytes.end && (g_ascii_isalnum(text.data[at]) || text.data[at] == '_'))
			at++;
		if (at > first) {
			const struct md_slice word = { text.data + first, at - first };

			if (!is_silent(word))
				g_string_append_printf(out, " %.*s", (int)word.size, word.data);
			continue;
		}
		c = next_byte(text, &at);
		if (c == ' ')
			continue;
		if (c == ',' || c == ')')
			drop_name(out, parameter + 1);
		g_string_append_c(out, c);
		if (c == ',' || c == '(')
			parameter = out->len;
	}
}

gboolean md_undo_headline(const struct md_undo_version *version, const struct md_piece *piece,
			  struct md_extent *lines, GString *headline)
{
	const struct md_undo_words words = md_undo_words(version, piece->core);

	for (guint i = 0; i < words.count; i++) {
		const struct md_undo_word *word = &words.word[i];
		gsize at = (gsize)(word->text.data - version->text.data);
		struct md_arguments arguments;
		gsize end = word->line;

		if (piece->name == NULL || !md_slice_is(word->text, piece->name))
			continue;
		if (!md_arguments_read(version->text, at + word->text.size, &arguments))
			return FALSE;
		while (end + 1 < version->line->len &&
		       g_array_index(version->line, gsize, end) < arguments.bytes.end)
			end++;
		*lines = (struct md_extent){ piece->core.first, end };
		append_words(headline, version->text,
			     (struct md_extent){
				     g_array_index(version->line, gsize, piece->core.first), at });
		append_words(headline, version->text, arguments.bytes);
		return TRUE;
	}
	return FALSE;
}
