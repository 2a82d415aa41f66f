/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the shells complete: the hidden option --complete prints, for the scripts in
 * completions/, what the program takes.  The commands are a line each,
 *
 *	NAME <tab> DESCRIPTION
 *
 * and `metadiff COMMAND --complete` prints its options, from the tables that --help is
 * made of, and its arguments, of which the last but PATH may be given again:
 *
 *	NAME <tab> SHORT <tab> KIND <tab> WORD,... <tab> DESCRIPTION
 *
 * SHORT is "-o", or "-" where there is none; NAME begins with "--", or is LOG, SOURCE or PATH
 * (behind "--").  KIND is what is typed for its value:
 *
 *	none      nothing
 *	words     one of WORD,...
 *	list      several of WORD,..., joined by commas
 *	optional  one of WORD,..., or nothing; only behind "="
 *	file      a file
 *	folder    a folder
 *	source    a file, a folder or a revision of the repository
 *	revision  a revision alone
 *	path      a path in the trees that are compared
 *	text      anything else
 */
#include "cmd.h"

#include <string.h>

/* By the names that --help gives to values. What has no line here is text. */
static const struct value {
	const char *name;
	const char
		*command; /* NULL: of every command that has no line of its own before this one */
	const char *kind;
	const char *words;
} values[] = {
	{ "BY", NULL, "optional", "file,function,directory" },
	{ "DIR", NULL, "folder", "-" },
	{ "FILE", NULL, "file", "-" },
	{ "FINDING,...", NULL, "list",
	  "all,declined,held,adapted,modified,added,removed,dropped,restored,moved,mixed,reversed,"
	  "revived,reject,mode,binary" },
	{ "FORMAT", "compare", "words", "text,unified,jsonl,html,sarif,markdown" },
	{ "FORMAT", "crash", "words", "text,jsonl,html,sarif,markdown" },
	{ "FORMAT", "lockup", "words", "text,jsonl,html,sarif,markdown,dot" },
	{ "FORMAT", "port", "words", "text,jsonl,sarif" },
	{ "FORMAT", NULL, "words", "text,jsonl" },
	{ "NAME,...", NULL, "list",
	  "all,context,carried,upstream,adopted,added,removed,dropped,restored,declined,held,"
	  "reversed,revived" },
	{ "REV", NULL, "revision", "-" },
	{ "STYLE", NULL, "words", "diff3,rej" },
	{ "TREE", NULL, "source", "-" },
	{ "WHEN", NULL, "words", "auto,always,never" },
};
static const struct value nothing = { NULL, NULL, "none", "-" };
static const struct value anything = { NULL, NULL, "text", "-" };

static const struct value *find_value(const char *command, const char *name)
{
	if (name == NULL)
		return &nothing;
	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		if (strcmp(values[i].name, name) == 0 &&
		    (values[i].command == NULL || strcmp(values[i].command, command) == 0))
			return &values[i];
	}
	return &anything;
}

const char *complete_words(const char *command, const char *name)
{
	return find_value(command, name)->words;
}

void complete_options(const char *command, const GOptionEntry *entries)
{
	for (; entries->long_name != NULL; entries++) {
		const struct value *value = find_value(command, entries->arg_description);
		char letter[] = { '-', entries->short_name, '\0' };

		g_print("--%s\t%s\t%s\t%s\t%s\n", entries->long_name, letter, value->kind,
			value->words, entries->description);
	}
}

void complete_arguments(const char *usage)
{
	/* GOption keeps this one to itself. */
	g_print("--help\t-h\tnone\t-\ttell the options\n");
	if (g_str_has_prefix(usage, "LOG"))
		g_print("LOG\t-\tfile\t-\ta log\n");
	g_print("SOURCE\t-\tsource\t-\ta tree, or patches for one\n");
	if (strstr(usage, "-- PATH") != NULL)
		g_print("PATH\t-\tpath\t-\ta file or folder of the trees\n");
}
