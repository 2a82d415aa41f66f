/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a file that most likely begin definitions, at the speed at which
 * it is read: what finds a name in a whole kernel.
 *
 * Model: code in kernel style begins what is at the top level in the first column. So
 * only such lines are looked at, and of these the words that stand where C has
 * names:
 *
 *     foo(...)         no ";" behind the ")"             a function
 *     #define foo                                        a macro
 *     struct foo {                                       a type, of another's members too
 *     foo =  foo[  foo;                                  a variable
 *     typedef int (*foo)(                                a type
 *     MACRO(foo, ...)  any word in it                    what macros define
 *     foo:             in assembly                       a label
 *
 * What is found is a place to look at, no more: md_outline_find() says what is there.
 */
#include "code/internal.h"

#include <string.h>

/* A heading is not longer; strangers must not choose the cost of looking for its end. */
#define LONGEST_HEADING 2048

guint32 md_name_hash(struct md_slice name)
{
	guint32 hash = 2166136261u; /* FNV-1a */

	for (gsize i = 0; i < name.size; i++)
		hash = (hash ^ (guint8)name.data[i]) * 16777619u;
	return hash;
}

static gboolean is_word_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

static gboolean is(struct md_slice word, const char *text)
{
	return word.size == strlen(text) && memcmp(word.data, text, word.size) == 0;
}

/* All capitals, as macros are that define something. */
static gboolean is_macro(struct md_slice word)
{
	/* These name what is defined elsewhere. */
	if (md_slice_has_prefix(word, "EXPORT_") || md_slice_has_prefix(word, "MODULE_"))
		return FALSE;
	for (gsize i = 0; i < word.size; i++) {
		if (g_ascii_islower(word.data[i]))
			return FALSE;
	}
	return word.size > 1;
}

struct finding {
	struct md_slice text;
	gboolean assembly;
	gsize line;
	GArray *found;
};

static void add(struct finding *finding, struct md_slice word)
{
	struct md_headline headline = { md_name_hash(word), (guint32)finding->line };

	if (word.size > 0 && !g_ascii_isdigit(word.data[0]))
		g_array_append_val(finding->found, headline);
}

/* Whether what opens at byte @open is the parameters of a function that has a body. */
static gboolean has_body(const struct finding *finding, gsize open)
{
	gsize end = MIN(finding->text.size, open + LONGEST_HEADING);
	guint depth = 0;

	for (gsize i = open; i < end; i++) {
		char c = finding->text.data[i];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0 && (c == '{' || c == ';'))
			return c == '{';
	}
	return FALSE;
}

/* A line of a macro's definition: the name alone. */
static void take_define(struct finding *finding, struct md_slice line)
{
	struct md_slice word = md_word_at(line, 1);

	if (is(word, "define"))
		add(finding, md_word_at(line, (gsize)(word.data + word.size - line.data)));
}

static void take_line(struct finding *finding, struct md_slice line)
{
	struct md_slice before = { NULL, 0 };
	gboolean macro = FALSE, type = md_slice_has_prefix(line, "typedef ");
	guint depth = 0;

	for (gsize i = 0; i < line.size;) {
		struct md_slice word;
		char next;

		if (!is_word_byte(line.data[i])) {
			depth += line.data[i] == '(';
			depth -= depth > 0 && line.data[i] == ')';
			/* What comes is a value, a body, a comment. */
			if (depth == 0 && (line.data[i] == '=' || line.data[i] == '{' ||
					   line.data[i] == '"' || line.data[i] == '/'))
				return;
			i++;
			continue;
		}
		word = md_word_at(line, i);
		i += word.size;
		if (word.size == 0)
			return;
		if (depth == 0 && is(word, "extern"))
			return;
		while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'))
			i++;
		next = i < line.size ? line.data[i] : '\n';
		if (depth > 0) {
			if (macro && (next == ',' || next == ')'))
				add(finding, word);
			else if (type && depth == 1 && next == ')' && word.data[-1] == '*')
				add(finding, word);
		} else if (next == '(') {
			macro |= is_macro(word);
			if (has_body(finding, (gsize)(line.data + i - finding->text.data)))
				add(finding, word);
		} else if (next == '{' || next == '=' || next == '[' || next == '\n' ||
			   (next == ';' && !is(before, "struct") && !is(before, "union"))) {
			/* int foo __read_mostly = */
			add(finding, md_word_is_attribute(word) ? before : word);
		} else if (next == ':' && finding->assembly) {
			add(finding, word);
		}
		before = word;
	}
}

/* A struct inside of another, or of a function. */
static void take_inner(struct finding *finding, struct md_slice line)
{
	struct md_slice word = md_word_at(line, 0), name;
	gsize at;

	if (!is(word, "struct") && !is(word, "union"))
		return;
	name = md_word_at(line, (gsize)(word.data + word.size - line.data));
	for (at = (gsize)(name.data + name.size - line.data); at < line.size; at++) {
		if (line.data[at] != ' ' && line.data[at] != '\t')
			break;
	}
	if (at < line.size && line.data[at] == '{')
		add(finding, name);
}

GArray *md_headlines_find(const char *path, struct md_slice text)
{
	struct finding finding = { text, g_str_has_suffix(path, ".S"), 0,
				   g_array_new(FALSE, FALSE, sizeof(struct md_headline)) };
	struct md_slice rest = text, line;

	for (; md_slice_next_line(&rest, &line); finding.line++) {
		char first = line.data[0];

		line = md_slice_chomp(line);
		if (first == '#')
			take_define(&finding, line);
		else if (g_ascii_isalpha(first) || first == '_' || first == '}')
			take_line(&finding, line);
		else if (first == '\t')
			take_inner(&finding, line);
	}
	return finding.found;
}
