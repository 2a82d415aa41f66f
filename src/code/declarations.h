/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations of C, before the preprocessor: what is declared, as which type. Private to the
 * room.
 */
#ifndef MD_CODE_DECLARATIONS_H
#define MD_CODE_DECLARATIONS_H

#include "code/internal.h"

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

/** Reads tokens. Those that it has not are of the kind MD_TOKEN_END. */
struct md_reader {
	struct md_pool *pool;
	const GArray *tokens; /* of struct md_token */
	guint at, end;
	guint depth; /* of structs in structs and declarators in declarators */
};
const struct md_token *md_reader_peek(const struct md_reader *reader, guint ahead);
/** TRUE, and moved behind it, where @character comes next. */
gboolean md_reader_take(struct md_reader *reader, char character);
/** TRUE for -> and its like: these two characters, with nothing between them. */
gboolean md_reader_is_pair(const struct md_reader *reader, char first, char second);
/** The index behind the bracket that closes the one at @open, or the end. */
guint md_reader_behind(const struct md_reader *reader, guint open);
/** A reader of [first, end) of the tokens of another. */
struct md_reader md_reader_part(const struct md_reader *reader, guint first, guint end);
/** The text from token @first to before token @end. */
struct md_slice md_reader_text(const struct md_reader *reader, guint first, guint end);

/**
 * The tokens of @text, without directives: those of all branches are there. @flat: it stands
 * inside of one.
 */
GArray *md_tokens_new(struct md_slice text, gboolean flat);
/** Those of the item that begins at byte @at, to its ";" or "=", of a function to its body. */
GArray *md_tokens_of_item(struct md_slice text, gsize at);

/** Splits what stands between two brackets at its commas: a new array of struct md_extent. */
GArray *md_reader_split(const struct md_reader *reader, guint first, guint end);

/** The arguments of the call whose bracket is at @open: a new array of struct md_slice. */
GArray *md_reader_arguments(const struct md_reader *reader, guint open);

/** TRUE for one word of a type that C itself has: "int". */
gboolean md_type_is_basic(const char *name);
/** A type as it stands in a cast: "const struct foo *". FALSE, and not moved: it is none. */
gboolean md_reader_type(struct md_reader *reader, struct md_shape *shape);
/** TRUE where what comes starts with a type for sure: struct, int, const, typeof. */
gboolean md_reader_at_type(const struct md_reader *reader);
/**
 * Adds what the declaration that comes declares, and moves behind its ";" or the end. FALSE,
 * and not moved, where it is none.
 */
gboolean md_reader_declaration(struct md_reader *reader, GArray *variables);
/** The same, or a variable that a macro defines: DEFINE_WAIT(wait); */
gboolean md_reader_item(struct md_reader *reader, GArray *variables);
/** One declarator: "**name[3]", after a type. FALSE: it has no name. */
gboolean md_reader_declarator(struct md_reader *reader, const struct md_shape *base,
			      struct md_variable *variable);
/** The specifiers before a declarator. FALSE, and not moved: there is no type. */
gboolean md_reader_specifiers(struct md_reader *reader, struct md_shape *shape);

/** The parameters of a function or a macro: an array of struct md_variable, by index. */
GArray *md_parameters_read(struct md_reader *reader);
/** Adds the variables that are declared anywhere in a function's body. */
void md_locals_read(struct md_reader *reader, GArray *variables);

/** A macro that defines a variable. */
struct md_variable_macro {
	const char *name; /* or the start of it, before a '*' */
	const char *type; /* NULL: argument @of has it */
	int of, named;	  /* arguments, from 0 */
	guint pointers;	  /* of its type: an array counts */
};
/** The row of that name, or NULL. */
const struct md_variable_macro *md_variable_macro_find(struct md_slice word);

#endif
