/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The graph of a function while it is built, out of its tokens: statements (graph*.c) ask for
 * their expressions (lower*.c), and these for statements in them. Private to these files.
 */
#ifndef MD_CODE_BUILDER_H
#define MD_CODE_BUILDER_H

#include "code/flow.h"

#include <string.h>

/* Nothing is known of it. */
#define MD_VALUE_UNKNOWN ((struct md_value){ .key = MD_KEY_NONE, .sign = MD_VALUE_ANY })

/* A goto out of guards to a label further on. */
struct md_jump {
	guint node;   /* the first of those that end guards */
	guint guards; /* that are in force here, and end */
	char *label;
};

/* Deeper nesting than people write is not followed, only searched for calls. */
#define MD_GRAPH_DEEPEST 200

struct md_builder {
	const GArray *parts;
	struct md_flow_graph *graph;
	GHashTable *keys; /* text to index + 1 */
	guint current;	  /* the open node; MD_NODE_NONE: nothing comes here */
	guint line;	  /* of the text's first line in the file */
	guint depth;
	guint breaks, continues;	     /* where they go */
	guint break_guards, continue_guards; /* how many guards stay then */
	struct md_choice *choice;	     /* the innermost switch */
	GArray *guards;			     /* of guint: calls whose guards are in force */
	GHashTable *labels;		     /* name to struct label, graph_jumps.c */
	GArray *jumps;			     /* of struct md_jump */
	struct md_value last;		     /* of the last expression statement */
};

/* ------------------------------------------------------------------- nodes */

guint md_builder_add(struct md_builder *builder, enum md_node_kind kind);
/** A node that nothing leads to yet. */
guint md_builder_place(struct md_builder *builder);
/** Goes on at @node, to which the open one leads. */
void md_builder_begin(struct md_builder *builder, guint node);
struct md_node *md_builder_node(struct md_builder *builder, guint index);
/** Ends the guards behind the first @count, where control leaves their block. */
void md_builder_leave(struct md_builder *builder, guint count);
/** The open node leads to @target, and nothing is open then. */
void md_builder_go(struct md_builder *builder, guint target);
/** From the open node to @a or @b, nobody knows which. */
void md_builder_fork(struct md_builder *builder, guint a, guint b);

/** What break and continue meant outside. */
struct md_loop {
	guint breaks, continues, break_guards, continue_guards;
};
/** From here on they lead to @breaks and @continues. */
struct md_loop md_loop_enter(struct md_builder *builder, guint breaks, guint continues);
void md_loop_leave(struct md_builder *builder, const struct md_loop *outer);

/* ------------------------------------------------------------------ tokens */

static inline gboolean md_builder_is_at(const struct md_builder *builder, guint index, guint end,
					const char *text)
{
	return index < end && md_part_is(md_part_at(builder->parts, index), text);
}

static inline gboolean md_builder_is_word(const struct md_builder *builder, guint index, guint end)
{
	return index < end && md_part_at(builder->parts, index)->kind == MD_PART_WORD;
}

static inline gboolean md_part_opens(const struct md_part *part)
{
	return part->kind == MD_PART_OPERATOR && strchr("([{", part->character) != NULL;
}

/** The index of the bracket that closes the one at @open, or @end. */
static inline guint md_builder_closing(const struct md_builder *builder, guint open, guint end)
{
	return MIN(md_part_at(builder->parts, open)->partner, end);
}

/** Of "(...)" at @open: the index behind it. */
static inline guint md_builder_behind(const struct md_builder *builder, guint open, guint end)
{
	return MIN(md_builder_closing(builder, open, end) + 1, end);
}

/** The index of the first top-level @text in [first, end), or @end. */
guint md_builder_find(const struct md_builder *builder, guint first, guint end, const char *text);

/* -------------------------------------------------------------- statements */

void md_builder_statements(struct md_builder *builder, guint first, guint end);
/** One statement at @first; returns the index behind it. */
guint md_builder_statement(struct md_builder *builder, guint first, guint end);

/* Those of a kind, at the word that says which; each returns the index behind it. */
guint md_statement_if(struct md_builder *builder, guint first, guint end);
guint md_statement_directive(struct md_builder *builder, guint first, guint end);
guint md_statement_while(struct md_builder *builder, guint first, guint end);
guint md_statement_do(struct md_builder *builder, guint first, guint end);
guint md_statement_for(struct md_builder *builder, guint first, guint end);
guint md_statement_switch(struct md_builder *builder, guint first, guint end);
guint md_statement_case(struct md_builder *builder, guint first, guint end);
/** A call before a block, or before a statement: it runs it any number of times. */
guint md_statement_macro_loop(struct md_builder *builder, guint first, guint end);
guint md_statement_goto(struct md_builder *builder, guint first, guint end);
guint md_statement_asm(struct md_builder *builder, guint first, guint end);
guint md_statement_break(struct md_builder *builder, guint first, guint end);
guint md_statement_return(struct md_builder *builder, guint first, guint end);
guint md_statement_label(struct md_builder *builder, guint first);
/** guard(mutex)(&l); CLASS(name, variable)(arguments); returns @first where it is none. */
guint md_statement_guard(struct md_builder *builder, guint first, guint end);
/** scoped_guard(name, arguments) statement; scoped_cond_guard(name, fail, arguments) statement. */
guint md_statement_scoped(struct md_builder *builder, guint first, guint end);

/** Jumps that ended guards which are in force at their label do not. */
void md_graph_mend_jumps(struct md_builder *builder);

/* ------------------------------------------------------------- expressions */

/** Too deep for more: every name before a "(" is called. */
void md_lower_list_calls(struct md_builder *builder, guint first, guint end);
/** Words that stand before a "(", and nothing is called: sizeof, if. */
gboolean md_lower_is_no_call(const struct md_part *word);
/** Whether @part is one of so many @words. */
gboolean md_part_is_one_of(const struct md_part *part, const char *const *words, guint count);

struct md_value md_lower_value(struct md_builder *builder, guint first, guint end);
/** Goes to @yes or @no; nothing is open then. */
void md_lower_condition(struct md_builder *builder, guint first, guint end, guint yes, guint no,
			gboolean fresh);
void md_lower_branch(struct md_builder *builder, struct md_value value, guint yes, guint no,
		     gboolean fresh);
/** Only the calls. */
void md_lower_calls(struct md_builder *builder, guint first, guint end);
guint md_lower_key(struct md_builder *builder, const char *text, gboolean memory);
/** What macros assign to: their arguments that are variables, in [first, end). */
void md_lower_kill_arguments(struct md_builder *builder, guint first, guint end);
/**
 * The lock that a guard takes: of the sign that token @name is, with arguments [first, end).
 * Returns the index of the call.
 */
guint md_lower_guard(struct md_builder *builder, guint at, guint name, guint first, guint end);
/** Goes to @yes where the guard has its lock. */
void md_lower_guard_branch(struct md_builder *builder, guint call, guint yes, guint no);
/** Adds a call of @callee with arguments [first, end); returns its index. */
guint md_lower_call(struct md_builder *builder, struct md_slice callee, guint at, guint first,
		    guint end);
/** The result of that call. */
struct md_value md_lower_result(struct md_builder *builder, guint call);

/** The key of tokens as they are written, or MD_KEY_NONE. */
guint md_lower_key_of(struct md_builder *builder, guint first, guint end);
/* Longer conditions are not written twice. */
#define MD_KEY_PARTS_MAX 24
/** Whether tokens name what others can change: not a variable of the function itself. */
gboolean md_lower_is_memory(const struct md_builder *builder, guint first, guint end);
/** A value that two branches set. */
guint md_lower_temporary(struct md_builder *builder);
/** Assigns @value to the key @target, or none; @kills is what that is, as it is written. */
void md_lower_set(struct md_builder *builder, char *kills, guint target, struct md_value value);
/** What is assigned to the variable at @index is not known. */
void md_lower_kill(struct md_builder *builder, guint index);

static inline struct md_value md_value_of_key(guint key)
{
	return (struct md_value){ .key = key, .sign = MD_VALUE_ANY };
}

static inline struct md_value md_value_constant(guint sign)
{
	return (struct md_value){ .key = MD_KEY_NONE, .sign = sign };
}

static inline gboolean md_value_is_constant(const struct md_value *value)
{
	return value->key == MD_KEY_NONE && value->sign != MD_VALUE_ANY;
}

/** Positive where @value is in @truth, else zero. */
struct md_value md_value_test(struct md_value value, guint truth);

/** Where the operators of an expression stand, the loosest first; the end where there is none. */
struct md_survey {
	guint assign, question, either, both, compare;
};
struct md_survey md_survey_of(const struct md_builder *builder, guint first, guint end);
/** Whether [first, end) is one group in parentheses. */
gboolean md_builder_is_group(const struct md_builder *builder, guint first, guint end);
/** Behind a cast at @first, or @first. */
guint md_builder_behind_cast(const struct md_builder *builder, guint first, guint end);
/** The colon of the "?" before @first. */
guint md_builder_colon(const struct md_builder *builder, guint first, guint end);
/** The variable that is declared, or what is assigned to, in [first, end). */
guint md_builder_target(const struct md_builder *builder, guint first, guint end);

/** A comparison. */
struct md_comparison_operator {
	const char *text, *positive; /* the key has the positive one */
	guint zero;		     /* compared with 0: the classes for which it is true */
};
/** The row of @part, or NULL. */
const struct md_comparison_operator *md_comparison_operator_find(const struct md_part *part);

#endif
