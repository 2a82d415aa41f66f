/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Definitions in files that are not C, by the shape of single lines: a table
 * of languages, each a table of the lines that start or end something.
 */
#include "code/internal.h"

#include <string.h>

enum shape {
	WORD_BEHIND, /* config FOO */
	ARGUMENT,    /* SYM_FUNC_START(foo) */
	LABEL,	     /* foo: */
	CALL,	     /* foo() */
	BRACE,	     /* &uart1 { */
	END,	     /* what was open ends with this line */
	END_BEFORE,  /* it ended before */
};

struct rule {
	enum shape shape;
	const char *start; /* of the line; NULL: any */
	gboolean indented; /* blanks may stand before it */
};

/* The words that may stand before a rule's start. */
static const char *const rust_words[] = { "pub ",   "pub(crate) ", "unsafe ", "const ",
					  "async ", "default ",	   NULL };
static const char *const no_words[] = { NULL };

static const struct rule assembly[] = {
	{ END, "SYM_FUNC_END" },
	{ END, "SYM_CODE_END" },
	{ END, "SYM_DATA_END" },
	{ END, "SYM_END" },
	{ END, "ENDPROC(" },
	{ END, "END(" },
	{ END, ".endm", TRUE },
	{ ARGUMENT, "SYM_FUNC_START" },
	{ ARGUMENT, "SYM_CODE_START" },
	{ ARGUMENT, "SYM_DATA_START" },
	{ ARGUMENT, "SYM_START(" },
	{ ARGUMENT, "ENTRY(" },
	{ ARGUMENT, "WEAK(" },
	{ ARGUMENT, "GLOBAL(" },
	{ ARGUMENT, "FUNC(" }, /* Xen's */
	{ ARGUMENT, "FUNC_LOCAL(" },
	{ WORD_BEHIND, ".macro ", TRUE },
	{ LABEL, NULL },
	{ 0 },
};
static const struct rule kconfig[] = {
	{ WORD_BEHIND, "config " }, { WORD_BEHIND, "menuconfig " }, { END_BEFORE, "end" },
	{ END_BEFORE, "menu " },    { END_BEFORE, "if " },	    { END_BEFORE, "source " },
	{ END_BEFORE, "comment " }, { END_BEFORE, "choice" },	    { 0 },
};
static const struct rule makefile[] = {
	{ WORD_BEHIND, "define " },
	{ END, "endef" },
	{ 0 },
};
static const struct rule python[] = {
	{ WORD_BEHIND, "def ", TRUE },
	{ WORD_BEHIND, "async def ", TRUE },
	{ WORD_BEHIND, "class ", TRUE },
	{ 0 },
};
static const struct rule shell[] = {
	{ END, "}" },
	{ WORD_BEHIND, "function " },
	{ CALL, NULL },
	{ 0 },
};
static const struct rule perl[] = {
	{ END, "}" },
	{ WORD_BEHIND, "sub " },
	{ 0 },
};
static const struct rule rust[] = {
	{ END, "}" },
	{ WORD_BEHIND, "fn ", TRUE },
	{ WORD_BEHIND, "struct ", TRUE },
	{ WORD_BEHIND, "enum ", TRUE },
	{ WORD_BEHIND, "union ", TRUE },
	{ WORD_BEHIND, "trait ", TRUE },
	{ WORD_BEHIND, "mod ", TRUE },
	{ WORD_BEHIND, "macro_rules! ", TRUE },
	{ 0 },
};
static const struct rule devicetree[] = {
	{ END, "}" },
	{ BRACE, NULL },
	{ 0 },
};

struct language {
	const char *suffix; /* of the path, or NULL */
	const char *name;   /* the start of the file's name, or NULL */
	const struct rule *rules;
	const char *const *words;
};

static const struct language languages[] = {
	{ ".S", NULL, assembly, no_words },	 { ".s", NULL, assembly, no_words },
	{ NULL, "Kconfig", kconfig, no_words },	 { NULL, "Makefile", makefile, no_words },
	{ NULL, "Kbuild", makefile, no_words },	 { ".mk", NULL, makefile, no_words },
	{ ".py", NULL, python, no_words },	 { ".sh", NULL, shell, no_words },
	{ ".pl", NULL, perl, no_words },	 { ".pm", NULL, perl, no_words },
	{ ".rs", NULL, rust, rust_words },	 { ".dts", NULL, devicetree, no_words },
	{ ".dtsi", NULL, devicetree, no_words }, { ".dtso", NULL, devicetree, no_words },
};

static const struct language *find_language(const char *path)
{
	const char *slash = strrchr(path, '/'), *file = slash != NULL ? slash + 1 : path;

	for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
		const struct language *language = &languages[i];

		if (language->suffix != NULL ? g_str_has_suffix(path, language->suffix)
					     : g_str_has_prefix(file, language->name))
			return language;
	}
	return NULL;
}

static struct md_slice trim(struct md_slice line)
{
	while (line.size > 0 && g_ascii_isspace(line.data[line.size - 1]))
		line.size--;
	return line;
}

static struct md_slice behind(struct md_slice line, gsize size)
{
	return (struct md_slice){ line.data + size, line.size - size };
}

/* @line without the words that may stand before any rule. */
static struct md_slice behind_words(struct md_slice line, const char *const *words)
{
	for (guint i = 0; words[i] != NULL; i++) {
		if (md_slice_has_prefix(line, words[i]))
			return behind_words(behind(line, strlen(words[i])), words + i + 1);
	}
	return line;
}

/* The name that @line gives by @rule; empty where the rule does not hold. */
static struct md_slice name_by_rule(struct md_slice line, const struct rule *rule)
{
	struct md_slice none = { line.data, 0 }, word = md_word_at(line, 0);
	const char *open;

	switch (rule->shape) {
	case WORD_BEHIND:
		return md_word_at(line, strlen(rule->start));
	case ARGUMENT:
		open = memchr(line.data, '(', line.size);
		return open != NULL ? md_word_at(line, (gsize)(open - line.data) + 1) : none;
	case LABEL:
		/* 1: and .Lout: are places in something. */
		return word.size < line.size && line.data[word.size] == ':' && word.size > 0 &&
				       !g_ascii_isdigit(line.data[0])
			       ? word
			       : none;
	case CALL:
		return md_slice_has_prefix(behind(line, word.size), "()") ? word : none;
	case BRACE:
		return line.size > 1 && g_ascii_isgraph(line.data[0]) &&
				       line.data[line.size - 1] == '{'
			       ? trim((struct md_slice){ line.data, line.size - 1 })
			       : none;
	default:
		return none;
	}
}

struct reading {
	GArray *found;
	GStringChunk *names;
	struct md_definition open; /* name NULL: none */
	gboolean label;		   /* it is one, which another one ends */
};

static void close_section(struct reading *reading, gsize line)
{
	if (reading->open.name == NULL)
		return;
	reading->open.lines.end = line;
	g_array_append_val(reading->found, reading->open);
	reading->open.name = NULL;
}

static void take_line(struct reading *reading, struct md_slice line, gsize number,
		      const struct language *language)
{
	struct md_slice text = trim(line), name = { text.data, 0 };
	gsize blanks = 0;
	const struct rule *rule;

	while (blanks < text.size && (text.data[blanks] == ' ' || text.data[blanks] == '\t'))
		blanks++;
	text = behind_words(behind(text, blanks), language->words);
	for (rule = language->rules; rule->shape != 0 || rule->start != NULL; rule++) {
		if ((blanks > 0 && !rule->indented) ||
		    (rule->start != NULL && !md_slice_has_prefix(text, rule->start)))
			continue;
		if (rule->shape == END || rule->shape == END_BEFORE) {
			close_section(reading, number + (rule->shape == END));
			return;
		}
		name = name_by_rule(text, rule);
		if (name.size > 0)
			break;
	}
	if (name.size == 0)
		return;
	/* A label in a function is a place in it. */
	if (rule->shape == LABEL && reading->open.name != NULL && !reading->label)
		return;
	close_section(reading, number);
	reading->open = (struct md_definition){
		.kind = MD_DEFINITION_SECTION,
		.name = g_string_chunk_insert_len(reading->names, name.data, (gssize)name.size),
		.lines.first = number,
		.named = TRUE,
	};
	reading->label = rule->shape == LABEL;
}

GArray *md_headings_find(const char *path, struct md_slice text, GStringChunk *names)
{
	const struct language *language = find_language(path);
	struct reading reading = { .found = g_array_new(FALSE, TRUE, sizeof(struct md_definition)),
				   .names = names };
	struct md_slice rest = text, line;
	gsize number = 0;

	while (language != NULL && md_slice_next_line(&rest, &line))
		take_line(&reading, line, number++, language);
	close_section(&reading, number);
	return reading.found;
}
