/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What expressions are worth, and what is known of it. Private to the room. */
#ifndef MD_CODE_VALUES_H
#define MD_CODE_VALUES_H

#include "code/types.h"

/* Parentheses, macros and functions inside each other: more were written to hurt. */
#define MD_VALUE_DEEPEST 40

struct md_value {
	gboolean typed;
	struct md_shape shape;
	const char *label;     /* kept in the pool; NULL: not known */
	struct md_slice local; /* it is, or points to, this variable of the function */
	int parameter;	       /* or this parameter; -1 */
	gboolean global;       /* the label is one object, or one a CPU */
};

static const struct md_value md_value_none = { .parameter = -1 };

/** The value of @text, which must live as long as @scope. */
struct md_value md_value_of(struct md_scope *scope, struct md_slice text);
/** A reader of the tokens of a text. */
static inline struct md_reader md_value_reader(const struct md_scope *scope, const GArray *tokens)
{
	return (struct md_reader){ &scope->types->pool, tokens, 0, tokens->len, 0 };
}

/* values.c */
/** The type that @shape is, typeof and typedefs followed; @start is what __auto_type is of. */
gboolean md_value_resolve(struct md_scope *scope, struct md_shape *shape, struct md_slice start);
struct md_value md_value_of_name(struct md_scope *scope, struct md_slice name);
struct md_value md_value_of_call(struct md_scope *scope, struct md_slice name,
				 const GArray *arguments);
/** The member @name of @whole. */
struct md_value md_value_of_member(struct md_scope *scope, const struct md_value *whole,
				   struct md_slice name);

/* aliases.c */
/** What the function @symbol, called with @arguments (of struct md_slice), returns: a lock. */
struct md_value md_value_returned(struct md_scope *scope, const struct md_symbol *symbol,
				  const GArray *arguments);
/** Gives a local variable that points to something the label of what it is set to. */
void md_value_settle(struct md_scope *scope, struct md_value *value);

#endif
