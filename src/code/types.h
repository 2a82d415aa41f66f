/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The declarations of a tree, and what names mean in a function. Private to the room. */
#ifndef MD_CODE_TYPES_H
#define MD_CODE_TYPES_H

#include "code/declarations.h"

#include <string.h>

/** What a name is looked up as: C keeps these apart. */
enum md_symbol_kind {
	MD_SYMBOL_TAG, /* struct NAME, union NAME */
	MD_SYMBOL_TYPEDEF,
	MD_SYMBOL_ORDINARY, /* a variable, a function, a macro without parameters */
	MD_SYMBOL_CALLED,   /* the same, or a macro with parameters */
	MD_SYMBOL_KINDS,
};

/** A definition that was found. */
struct md_symbol {
	const struct md_file *file;
	struct md_shape shape; /* its type; a function's is what it returns */
	gboolean macro;
	gboolean shared;      /* another .c file has something of that name for itself, as it has */
	struct md_slice text; /* of a macro: from # to its end */
	gsize line;	      /* from 0 */
};

struct md_types {
	struct md_source *source; /* not owned */
	struct md_pool pool;
	GHashTable *found;    /* "KIND NAME PATH" to struct md_symbol, or NULL: there is none */
	GHashTable *includes; /* path to a string of what it includes, each in newlines */
	guint depth;	      /* of macros that define variables */
};

/** The definition of @name that code in @path sees, as far as that can be told, or NULL. */
const struct md_symbol *md_types_find(struct md_types *types, enum md_symbol_kind kind,
				      struct md_slice name, const char *path);

/**
 * Follows typedefs, but stops at what locks are called ("spinlock_t") and at structs that
 * have no name of their own.
 */
void md_types_resolve(struct md_types *types, struct md_shape *shape, const char *path);

/**
 * The member of that name of what @shape, resolved, is, those of anonymous structs too. Where
 * the nearest struct of that name has none, the next one may. NULL: not known.
 */
const struct md_variable *md_types_member(struct md_types *types, const struct md_shape *shape,
					  const char *path, struct md_slice name);

/** TRUE for the type of a lock, or of something else that is waited for by itself. */
gboolean md_type_is_lock(const char *name);
/** TRUE for such a type that only wraps another: its members are the lock itself. */
gboolean md_type_is_shell(const char *name);

/** The text that the macro @directive stands for with @arguments (of struct md_slice). */
char *md_macro_expand(struct md_slice directive, const GArray *arguments);

struct md_scope {
	struct md_types *types; /* not owned */
	char *path;
	struct md_slice name; /* of the function */
	GArray *tokens;	      /* of its text */
	GArray *parameters;   /* of struct md_variable */
	GArray *locals;	      /* the same */
	guint body;	      /* the token that the body begins with */
	GPtrArray *texts;     /* what macros expanded to; of char * */
	guint depth;	      /* of evaluations in one another */
	guint left;	      /* steps that the question may still cost */
};

/** The variable or parameter of that name, the last one declared, or NULL. */
const struct md_variable *md_scope_variable(const struct md_scope *scope, struct md_slice name);
/** Calls @visit with the right side of each assignment to @name in the function. */
typedef void (*md_scope_visit)(void *data, struct md_slice value);
void md_scope_assignments(const struct md_scope *scope, struct md_slice name, md_scope_visit visit,
			  void *data);
/** The same with what is stored through @name: "*name = this", "*(name) = this". */
void md_scope_stores(const struct md_scope *scope, struct md_slice name, md_scope_visit visit,
		     void *data);
/** Tells of each call that has @name, or with @address &name, as argument @index. */
typedef void (*md_scope_visit_call)(void *data, struct md_slice callee, guint index,
				    const GArray *arguments);
void md_scope_passes(const struct md_scope *scope, struct md_slice name, gboolean address,
		     md_scope_visit_call visit, void *data);
/** The same with what each return gives back. */
void md_scope_returns(const struct md_scope *scope, md_scope_visit visit, void *data);

#endif
