/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function a line lies in, from the text alone, as `diff -p` does: the
 * last line before it that starts a definition in the first column.
 */
#include "diff/diff.h"

#include <string.h>

static gboolean is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

static struct md_slice trim(struct md_slice line)
{
	while (line.size > 0 && g_ascii_isspace(line.data[line.size - 1]))
		line.size--;
	return line;
}

/* The word that ends at @end (blanks between are skipped); empty if there is none. */
static struct md_slice word_before(struct md_slice line, gsize end)
{
	gsize first;

	while (end > 0 && g_ascii_isspace(line.data[end - 1]))
		end--;
	for (first = end; first > 0 && is_word(line.data[first - 1]);)
		first--;
	return (struct md_slice){ line.data + first, end - first };
}

/* The word at @first, blanks and quotes before it skipped. */
static struct md_slice word_at(struct md_slice line, gsize first)
{
	gsize end;

	while (first < line.size && strchr(" \t\"*&", line.data[first]) && line.data[first])
		first++;
	for (end = first; end < line.size && is_word(line.data[end]);)
		end++;
	return (struct md_slice){ line.data + first, end - first };
}

/* The place behind the parenthesis that closes the one at @open. */
static gsize behind_parenthesis(struct md_slice line, gsize open)
{
	guint depth = 0;

	for (gsize i = open; i < line.size; i++) {
		depth += line.data[i] == '(';
		if (line.data[i] == ')' && --depth == 0)
			return i + 1;
	}
	return line.size;
}

/* SYSCALL_DEFINE3, TRACE_EVENT, SYM_FUNC_START: macros that name their first argument. */
static gboolean is_macro_name(struct md_slice word)
{
	for (gsize i = 0; i < word.size; i++) {
		if (g_ascii_islower(word.data[i]))
			return FALSE;
	}
	return word.size > 1;
}

/* "struct foo {", "static const struct foo bar[] = {" */
static struct md_slice name_of_braces(struct md_slice line, const char *equals)
{
	gsize end = equals ? (gsize)(equals - line.data) : line.size - 1;

	while (end > 0 && (g_ascii_isspace(line.data[end - 1]) || line.data[end - 1] == ']')) {
		if (line.data[--end] != ']')
			continue;
		while (end > 0 && line.data[end] != '[')
			end--;
	}
	return word_before(line, end);
}

struct md_slice md_heading_name(struct md_slice line)
{
	struct md_slice none = { line.data, 0 }, name;
	const char *open, *equals;
	gsize at;

	line = trim(line);
	if (line.size == 0 || (!g_ascii_isalpha(line.data[0]) && line.data[0] != '_'))
		return none;
	if (strchr(";:\\", line.data[line.size - 1]) != NULL)
		return none;
	open = memchr(line.data, '(', line.size);
	equals = memchr(line.data, '=', line.size);
	if (equals != NULL && (open == NULL || equals < open))
		return line.data[line.size - 1] == '{' ? name_of_braces(line, equals) : none;
	if (open == NULL)
		return line.data[line.size - 1] == '{' ? name_of_braces(line, NULL) : none;
	at = (gsize)(open - line.data);
	name = word_before(line, at);
	/* "ifeq ($(ARCH),x86)" of a Makefile. */
	if (md_slice_has_prefix(name, "if"))
		return none;
	/* __printf(1, 2), __attribute__((...)): the name is the one after it. */
	if (md_slice_has_prefix(name, "__")) {
		gsize behind = behind_parenthesis(line, at);
		const char *next = memchr(line.data + behind, '(', line.size - behind);

		if (next != NULL)
			return word_before(line, (gsize)(next - line.data));
	}
	return is_macro_name(name) ? word_at(line, at + 1) : name;
}
