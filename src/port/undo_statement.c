/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A statement that can be taken out of a function. Upstream's new function may be much more than
 * its call of what is undone; where the call's value is not kept, the function is whole without:
 *
 *     count(tap, 1);                       a call alone
 *     if (count(tap, 1)) return -EBUSY;    a test of it, without an else
 *
 * It must begin behind a semicolon or a brace, on a line of its own, and end with its line.
 */
#include "port/undo.h"

#include <string.h>

/* A statement longer than this is none that was understood. */
#define MOST_BYTES 10000

struct cursor {
	const char *text;
	gsize at, end;
};

/* Over comments, strings and characters, else one byte; gives it, or ' '. */
static char step(struct cursor *cursor)
{
	const char *text = cursor->text;
	char c = text[cursor->at++];

	if (c == '/' && cursor->at < cursor->end && text[cursor->at] == '*') {
		const char *close = memmem(text + cursor->at, cursor->end - cursor->at, "*/", 2);

		cursor->at = close ? (gsize)(close - text) + 2 : cursor->end;
		return ' ';
	}
	if (c != '"' && c != '\'')
		return c;
	while (cursor->at < cursor->end && text[cursor->at] != c && text[cursor->at] != '\n')
		cursor->at += text[cursor->at] == '\\' ? 2 : 1;
	cursor->at = MIN(cursor->at + 1, cursor->end);
	return ' ';
}

static void skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end) {
		struct cursor ahead = *cursor;

		if (!g_ascii_isspace(step(&ahead)) || cursor->text[cursor->at] == '"' ||
		    cursor->text[cursor->at] == '\'')
			return;
		*cursor = ahead;
	}
}

/* Behind the parenthesis or brace that closes the one that stands here. */
static gboolean skip_group(struct cursor *cursor)
{
	gint depth = 0;

	while (cursor->at < cursor->end) {
		char c = step(cursor);

		depth += c == '(' || c == '{' || c == '[';
		depth -= c == ')' || c == '}' || c == ']';
		if (depth == 0)
			return TRUE;
	}
	return FALSE;
}

/* Behind the statement that stands here: a block, or all up to the semicolon. */
static gboolean skip_statement(struct cursor *cursor)
{
	skip_blanks(cursor);
	if (cursor->at < cursor->end && cursor->text[cursor->at] == '{')
		return skip_group(cursor);
	while (cursor->at < cursor->end) {
		char c = cursor->text[cursor->at];

		if (c == '(' || c == '{') {
			if (!skip_group(cursor))
				return FALSE;
			continue;
		}
		if (c == '}')
			return FALSE;
		if (step(cursor) == ';')
			return TRUE;
	}
	return FALSE;
}

static gboolean looks_at(const struct cursor *cursor, const char *word)
{
	gsize size = strlen(word);
	char behind;

	if (cursor->end - cursor->at <= size || memcmp(cursor->text + cursor->at, word, size) != 0)
		return FALSE;
	behind = cursor->text[cursor->at + size];
	return !g_ascii_isalnum(behind) && behind != '_';
}

/* Behind "if (...) statement", which has no else. */
static gboolean skip_test(struct cursor *cursor)
{
	cursor->at += strlen("if");
	skip_blanks(cursor);
	if (cursor->at >= cursor->end || cursor->text[cursor->at] != '(' || !skip_group(cursor))
		return FALSE;
	skip_blanks(cursor);
	/* What stands under it may be another test, with an else of its own. */
	if (looks_at(cursor, "if") || looks_at(cursor, "for") || looks_at(cursor, "while") ||
	    looks_at(cursor, "switch") || looks_at(cursor, "do") || !skip_statement(cursor))
		return FALSE;
	return TRUE;
}

static gboolean ends_line(struct cursor *cursor)
{
	const char *newline = memchr(cursor->text + cursor->at, '\n', cursor->end - cursor->at);
	gsize end = newline ? (gsize)(newline - cursor->text) : cursor->end;
	struct cursor ahead = { cursor->text, cursor->at, end };

	skip_blanks(&ahead);
	return ahead.at >= end;
}

/* Where the statement ends that begins on @line, holds @word and can go; or 0. */
static gsize find_end(const struct md_undo_version *version, const struct md_undo_word *word,
		      gsize line)
{
	static const char cast[] = "(void)";
	struct cursor cursor = { version->text.data, g_array_index(version->line, gsize, line),
				 version->text.size };
	gsize at = (gsize)(word->text.data - version->text.data), end;
	gboolean done, test;

	cursor.end = MIN(cursor.end, cursor.at + MOST_BYTES);
	skip_blanks(&cursor);
	if (cursor.end - cursor.at > strlen(cast) &&
	    memcmp(cursor.text + cursor.at, cast, strlen(cast)) == 0)
		cursor.at += strlen(cast);
	skip_blanks(&cursor);
	test = looks_at(&cursor, "if");
	if (!test && cursor.at != at)
		return 0;
	done = test ? skip_test(&cursor) : skip_statement(&cursor);
	end = cursor.at;
	if (!done || end <= at || !ends_line(&cursor))
		return 0;
	skip_blanks(&cursor);
	return looks_at(&cursor, "else") ? 0 : end;
}

/* Whether a statement may begin on @line: what stands before it is over. */
static gboolean may_begin(const struct md_undo_version *version, gsize line)
{
	gsize at = g_array_index(version->line, gsize, line);
	const char *text = version->text.data;

	for (;;) {
		while (at > 0 && g_ascii_isspace(text[at - 1]))
			at--;
		if (at < 2 || text[at - 1] != '/' || text[at - 2] != '*')
			break;
		/* Over a comment. */
		for (at -= 2; at > 1 && !(text[at - 2] == '/' && text[at - 1] == '*');)
			at--;
		at = at > 1 ? at - 2 : 0;
	}
	return at > 0 && strchr(";{}:", text[at - 1]) != NULL;
}

struct md_extent md_undo_statement(const struct md_undo_version *version,
				   const struct md_undo_word *word)
{
	/* A test may be some lines long before it comes to the word. */
	const gsize above = 3;

	for (gsize up = 0; up <= MIN(above, word->line); up++) {
		gsize line = word->line - up, end, first = line + 1;

		if (!may_begin(version, line))
			continue;
		end = find_end(version, word, line);
		if (end == 0)
			continue;
		while (first + 1 < version->line->len &&
		       g_array_index(version->line, gsize, first) < end)
			first++;
		return (struct md_extent){ line, first };
	}
	return (struct md_extent){ 0, 0 };
}
