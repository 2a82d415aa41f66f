/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_CODE_INTERNAL_H
#define MD_CODE_INTERNAL_H

#include "code/code.h"
#include "code/lexer.h"

/**
 * The definitions of a C file, with @variables also those without a body: an
 * array of struct md_definition without names, in order of their first bytes.
 */
GArray *md_items_find(struct md_slice text, gboolean variables);

/**
 * The definitions of a file in another language, which @path tells; named, by
 * slices of @text that @names (a GStringChunk) has copies of.
 */
GArray *md_headings_find(const char *path, struct md_slice text, GStringChunk *names);

/**
 * The name of @definition, and whether it is a struct, a union or an enum
 * where that is not known before. @parser is a TSParser that is set up for C,
 * or NULL. Gives a new string, or NULL.
 */
char *md_definition_find_name(void *parser, struct md_slice text, struct md_definition *definition);
void *md_parser_new(void);
void md_parser_free(void *parser);

/**
 * A macro whose call at the top level defines something that is called after
 * one of its arguments.
 */
struct md_macro {
	const char *name;   /* or the start of it, before a * */
	const char *format; /* of what it defines, with the argument as %s */
	guint argument;	    /* which one, from 0 */
	gboolean alone;	    /* a call is a definition even without a body */
};
/** The row of a macro, or NULL. */
const struct md_macro *md_macro_find(struct md_slice word);

/** TRUE for a word in capitals, as macros are. */
gboolean md_word_is_macro(struct md_slice word);

/** TRUE for a word that is known to only qualify what it stands beside: __init. */
gboolean md_word_is_attribute(struct md_slice word);
/** TRUE for such a word that takes arguments: __printf, __releases. */
gboolean md_word_takes_attributes(struct md_slice word);

/** The operation of a guard: "spin_lock_irq" for class "spinlock_irq"; NULL: it is of the tree. */
const char *md_lock_guard_find(struct md_slice class);

#endif
