/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A statement that can be taken out of a function. Upstream's new function may be much more than
 * its call of what is undone; where the call's value is not kept, the function is whole without:
 *
 *     count(tap, 1);                       a call alone
 *     if (count(tap, 1)) return -EBUSY;    a test of it alone, that does nothing but leave
 *
 * A test that asks for more, or does more, says something about the function that would be lost
 * without a word. The statement must begin where one before it ended, on a line of its own, and
 * end with its line: not inside of for (;;) or behind the colon of "a ? b : c".
 */
#include "port/undo.h"

#include <string.h>

/* A statement longer than this is none that was understood. */
#define MOST_BYTES 10000
/* Nor is one that stands further down in its function: each costs a look at all above it. */
#define MOST_ABOVE 20000

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
	if (c == '/' && cursor->at < cursor->end && text[cursor->at] == '/') {
		const char *newline = memchr(text + cursor->at, '\n', cursor->end - cursor->at);

		cursor->at = newline ? (gsize)(newline - text) : cursor->end;
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

/* Behind a statement that leaves the place, and does nothing else. */
static gboolean skip_leave(struct cursor *cursor)
{
	static const char *const leaves[] = { "return", "goto", "break", "continue" };

	skip_blanks(cursor);
	for (guint i = 0; i < G_N_ELEMENTS(leaves); i++) {
		if (looks_at(cursor, leaves[i]))
			return skip_statement(cursor);
	}
	return FALSE;
}

/* Behind "if (...) statement", where byte @at is in the parentheses, which ask for one thing. */
static gboolean skip_test(struct cursor *cursor, gsize at)
{
	gsize first;

	cursor->at += strlen("if");
	skip_blanks(cursor);
	first = cursor->at;
	if (first >= cursor->end || cursor->text[first] != '(' || !skip_group(cursor) ||
	    cursor->at <= at || memmem(cursor->text + first, cursor->at - first, "&&", 2) != NULL ||
	    memmem(cursor->text + first, cursor->at - first, "||", 2) != NULL)
		return FALSE;
	skip_blanks(cursor);
	if (cursor->at >= cursor->end || cursor->text[cursor->at] != '{')
		return skip_leave(cursor);
	cursor->at++;
	if (!skip_leave(cursor))
		return FALSE;
	skip_blanks(cursor);
	return cursor->at < cursor->end && step(cursor) == '}';
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
	done = test ? skip_test(&cursor, at) : skip_statement(&cursor);
	end = cursor.at;
	if (!done || end <= at || !ends_line(&cursor))
		return 0;
	skip_blanks(&cursor);
	return looks_at(&cursor, "else") ? 0 : end;
}

/* Whether what stands before a colon makes it that of a label. */
static gboolean is_label(const char *text, gsize size)
{
	const struct cursor cursor = { text, 0, size };
	gsize word = 0;

	if (looks_at(&cursor, "case"))
		return memchr(text, '?', size) == NULL;
	while (size > 0 && g_ascii_isspace(text[size - 1]))
		size--;
	while (word < size && (g_ascii_isalnum(text[word]) || text[word] == '_'))
		word++;
	return word == size;
}

/* Over a line of the preprocessor, where one stands here. */
static gboolean skip_directive(struct cursor *cursor, gsize line)
{
	const char *text = cursor->text;

	if (text[cursor->at] != '#' || cursor->at > line)
		return FALSE;
	while (cursor->at < cursor->end &&
	       !(text[cursor->at] == '\n' && text[cursor->at - 1] != '\\'))
		cursor->at++;
	return TRUE;
}

/*
 * What ended before @line of the function that begins on line @first, so that a statement may
 * begin there: a statement, a brace or a label, by its last byte; or NUL.
 */
static char ended_before(const struct md_undo_version *version, gsize first, gsize line)
{
	const char *text = version->text.data;
	struct cursor cursor = { text, g_array_index(version->line, gsize, first),
				 g_array_index(version->line, gsize, line) };
	/* Where the statement begins, and the first byte of the line that is no blank. */
	gsize statement = cursor.at, shown = cursor.at;
	gint depth = 0;
	char last = '\0';

	if (cursor.end - cursor.at > MOST_ABOVE)
		return '\0';
	while (cursor.at < cursor.end) {
		gsize at = cursor.at;
		char c;

		if (skip_directive(&cursor, shown))
			continue;
		c = step(&cursor);
		if (g_ascii_isspace(c)) {
			shown = c == '\n' || shown == at ? cursor.at : shown;
			continue;
		}
		depth += c == '(' || c == '[';
		depth -= c == ')' || c == ']';
		if (strchr(";{}:", last) != NULL)
			statement = at;
		if (c == ':' && (depth != 0 || !is_label(text + statement, at - statement)))
			c = '?';
		last = c;
	}
	return depth == 0 && strchr(";{}:", last) != NULL ? last : '\0';
}

/* Whether a brace closes behind byte @at. */
static gboolean closes(const struct md_undo_version *version, gsize at)
{
	struct cursor cursor = { version->text.data, at, version->text.size };

	skip_blanks(&cursor);
	return cursor.at < cursor.end && cursor.text[cursor.at] == '}';
}

struct md_extent md_undo_statement(const struct md_undo_version *version, gsize function,
				   const struct md_undo_word *word)
{
	/* A test may be some lines long before it comes to the word. */
	const gsize above = 3;

	for (gsize up = 0; up <= above && function + up <= word->line; up++) {
		gsize line = word->line - up, end, first = line + 1;
		char ended;

		end = find_end(version, word, line);
		ended = end > 0 ? ended_before(version, function, line) : '\0';
		/* A label needs a statement behind it. */
		if (ended == '\0' || (ended == ':' && closes(version, end)))
			continue;
		while (first + 1 < version->line->len &&
		       g_array_index(version->line, gsize, first) < end)
			first++;
		return (struct md_extent){ line, first };
	}
	return (struct md_extent){ 0, 0 };
}
