/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations of C, before the preprocessor: what is declared, as which type. Private to the
 * room.
 */
#ifndef MD_CODE_DECLARATIONS_H
#define MD_CODE_DECLARATIONS_H

#include "code/reader.h"

struct md_body;

/** What a declaration says of a type; nothing in it is looked up. */
struct md_shape {
	const char *name;     /* "struct rq", "spinlock_t", "unsigned long"; NULL: it has none */
	struct md_body *body; /* of a struct or union whose members stand here, or NULL */
	struct md_slice of;   /* typeof(of); its data is NULL: no such thing */
	guint pointers;	      /* and levels of arrays */
	gboolean array;	      /* the outermost of them is an array */
	gboolean function;    /* it is one, or points to one, which returns all that */
};

/** A name that is declared; of an anonymous struct in a struct it is empty. */
struct md_variable {
	struct md_slice name;
	struct md_shape shape;
	struct md_slice value; /* what it starts with; its data is NULL: nothing */
	gboolean fixed;	       /* of a function's variables: there is one for all calls: static */
};

/** The members of a struct or union, of all branches of #if in it. */
struct md_body {
	GArray *members; /* of struct md_variable */
};

/** What declarations are made of; all that is read lives as long as this. */
struct md_pool {
	GStringChunk *names;
	GPtrArray *bodies; /* of struct md_body */
};
void md_pool_init(struct md_pool *pool);
void md_pool_clear(struct md_pool *pool);

/** TRUE for one word of a type that C itself has: "int". */
gboolean md_type_is_basic(struct md_slice word);
/** A type as it stands in a cast: "const struct foo *". FALSE, and not moved: it is none. */
gboolean md_reader_type(struct md_reader *reader, struct md_shape *shape);
/** TRUE where what comes starts with a type for sure: struct, int, const, typeof. */
gboolean md_reader_at_type(const struct md_reader *reader);
/**
 * Adds what the declaration that comes declares, or a macro that is one, as DEFINE_WAIT(wait), and
 * moves behind its ";" or the end. FALSE, and not moved, where it is none.
 */
gboolean md_reader_item(struct md_reader *reader, GArray *variables);
/** The specifiers before a declarator. FALSE, and not moved: there is no type. */
gboolean md_reader_specifiers(struct md_reader *reader, struct md_shape *shape);

/** The parameters of a function or a macro: an array of struct md_variable, by index. */
GArray *md_parameters_read(struct md_reader *reader);
/** Adds the variables that are declared anywhere in a function's body. */
void md_locals_read(struct md_reader *reader, GArray *variables);

/* ----------------------------------------------- between these files alone */

/* Structs in structs, declarators in declarators: more of them were written to hurt. */
#define MD_READER_DEEPEST 32

/** What stood before attributes: nothing, a type, a name. */
enum md_before {
	MD_BEFORE_NOTHING,
	MD_BEFORE_TYPE,
	MD_BEFORE_NAME,
};
/** Passes over the attributes that come. */
void md_reader_pass_attributes(struct md_reader *reader, enum md_before before);
/** What stands behind a name: arrays, parameters. */
void md_reader_suffixes(struct md_reader *reader, struct md_shape *shape);
/** Takes the call of a macro that declares a variable: DEFINE_WAIT(wait); */
gboolean md_reader_variable_macro(struct md_reader *reader, GArray *variables);
/** All members of a struct, to the end. */
void md_members_read(struct md_reader *reader, GArray *members);
/** A word that may be that of a type or a variable. */
gboolean md_token_is_name(const struct md_token *token);

#endif
