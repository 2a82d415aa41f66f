/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function as a graph of calls and branches, before anybody asks for locks. Private to the
 * room.
 *
 *   flow_tokens  text   -> tokens in pairs, #if made branches or decided
 *   graph        tokens -> statements as nodes
 *   lower        tokens -> expressions as nodes: calls, &&, ||, ?:, what is known of values;
 *                builder.h is what these two share
 *   flow         a name -> its definition, read
 *   effects      a flow -> what it takes and gives, for its callers
 *   held         a flow -> what it holds at its calls
 */
#ifndef MD_CODE_FLOW_H
#define MD_CODE_FLOW_H

#include "code/code.h"
#include "code/lexer.h"

/* ------------------------------------------------------------------ tokens */

enum md_part_kind {
	MD_PART_WORD,
	MD_PART_LITERAL,
	MD_PART_OPERATOR, /* one or more characters: "->" */
	MD_PART_IF,	  /* #if that holds whole statements; its partner is the next of its kin */
	MD_PART_ELSE,
	MD_PART_ENDIF,
};

struct md_part {
	enum md_part_kind kind;
	char character; /* the first of an operator that is one or opens with it */
	struct md_slice text;
	guint line;	 /* in the text, from 0 */
	guint partner;	 /* of a bracket: the other one (none: the end); of #if: #else or #endif */
	gboolean spaced; /* a blank stands before it */
	enum md_condition condition;
};

/** All tokens of @text, an array of struct md_part; @macro: it is a #define. */
GArray *md_parts_new(struct md_slice text, gboolean macro);
static inline const struct md_part *md_part_at(const GArray *parts, guint index)
{
	return &g_array_index(parts, struct md_part, index);
}
gboolean md_part_is(const struct md_part *part, const char *text);
/** Tokens [first, end) without blanks where C needs none. */
char *md_parts_join(const GArray *parts, guint first, guint end);

/** The key of what a directive asks: "#CONFIG_SMP"; @negated: it asks for the contrary. */
char *md_condition_key(struct md_slice directive, gboolean *negated);

/* ------------------------------------------------------------------- graph */

/* What is known of a value: to which of these it belongs. ERR_PTR() is negative. */
enum md_value_sign {
	MD_VALUE_NEGATIVE = 1,
	MD_VALUE_ZERO = 2,
	MD_VALUE_POSITIVE = 4,
	MD_VALUE_TRUE = MD_VALUE_NEGATIVE | MD_VALUE_POSITIVE,
	MD_VALUE_ANY = 7,
};

/* A value that the graph follows: a variable, a condition as it is written, a result. */
#define MD_KEY_NONE G_MAXUINT
struct md_key {
	char *text;	 /* "ret", "p->flag", "a<b", "#CONFIG_SMP", "@3": the result of call 3 */
	guint uses;	 /* in nodes; of one that is used once nothing needs to be known */
	gboolean memory; /* others may change it */
	guint bit;	 /* which of the facts; MD_KEY_NONE: it is not followed */
};

/* An expression's value. */
struct md_value {
	guint key;     /* or MD_KEY_NONE */
	guint sign;    /* without a key: enum md_value_sign */
	gboolean test; /* it is positive where the key's sign is in @truth, else zero */
	guint truth;
};

enum md_node_kind {
	MD_NODE_PASS,
	MD_NODE_CALL,
	MD_NODE_BRANCH, /* next[0] where the key's sign is in truth, else next[1] */
	MD_NODE_SET,
	MD_NODE_LEAVE,	/* a guard ends: what call @call took is given back */
	MD_NODE_RETURN, /* with value; next[0] is where guards end, or the exit */
};

#define MD_NODE_NONE G_MAXUINT
struct md_node {
	enum md_node_kind kind;
	guint next[2]; /* MD_NODE_NONE: nothing follows */
	guint call;    /* index in calls */
	struct md_value value;
	guint target;	  /* SET: a key; MD_KEY_NONE: it only kills */
	char *kills;	  /* SET: what is assigned to, as written; "&x": x may be, by a callee */
	gboolean doubted; /* PASS: an assertion failed, if we come here */
	gboolean fresh;	  /* BRANCH: ask again each time, for a loop waits for it to change */
};

struct md_flow_graph {
	GArray *nodes;	  /* of struct md_node; node 0 is the entry, node 1 the exit */
	GArray *keys;	  /* of struct md_key */
	GPtrArray *calls; /* of struct md_call */
	gboolean whole;	  /* nothing was left out for its depth */
};

/**
 * The graph of tokens [first, end), a body without its braces. @line is the file's, from 1, of
 * the text's first. @macro: its value is that of its last expression.
 */
struct md_flow_graph *md_flow_graph_new(const GArray *parts, guint first, guint end, guint line,
					gboolean macro);
void md_flow_graph_free(struct md_flow_graph *graph);
MD_DEFINE_AUTOPTR(md_flow_graph)

/* -------------------------------------------------------------------- flow */

struct md_ways_cache;
struct md_ways_cache *md_ways_cache_new(struct md_locks *locks);
void md_ways_cache_free(struct md_ways_cache *cache);
/* How deep calls are followed to see what they do to locks. */
#define MD_CALLS_DEEPEST 48

struct md_holding;

struct md_locks {
	struct md_source *source;
	struct md_types *types;
	GHashTable *flows; /* "path\nsymbol" to struct md_flow, or to NULL where there is none */
	GHashTable *seen;  /* "path of the caller\nsymbol" to that which it means */
	struct md_ways_cache *ways;
	guint depth; /* of the calls that are being followed */
};

struct md_flow {
	struct md_locks *locks;
	char *symbol, *path;
	struct md_slice text;
	char *made; /* the text, where it is not in the file; or NULL */
	guint line;
	gboolean vanishes, macro;
	char *alias;	       /* #define f g: "g" */
	GPtrArray *parameters; /* of char *: names */
	struct md_flow_graph *graph;
	GHashTable *assigned;	    /* set of the variables that it assigns to, in the graph */
	struct md_scope *scope;	    /* NULL until asked for */
	struct md_holding *holding; /* the same */
	gboolean busy;		    /* its holding is being found */
};

/** FALSE where nobody in the tree defines the macro @name, which is asked for in file @from. */
gboolean md_locks_may_be_defined(struct md_locks *locks, const char *name, const char *from);
/** Which of @definitions in @file, as of md_file_find_all(), is most likely compiled; or NULL. */
const struct md_definition *md_locks_choose(struct md_locks *locks, const struct md_file *file,
					    const GPtrArray *definitions);
/**
 * The lock that a guard of class @name takes, as a macro that takes it: of
 * "DEFINE_LOCK_GUARD_1(name, type, lock(_T->lock), ...)" "#define class_name(_T) lock(_T)"; *@path
 * and *@line, from 0, are where it stands. A new string, or NULL.
 */
char *md_guard_find(struct md_locks *locks, const char *name, const char **path, gsize *line);
/** The same as md_flow_find(), for what a compiler may inline at @path alone. */
struct md_flow *md_flow_find_inline(struct md_locks *locks, const char *symbol, const char *path);

#endif
