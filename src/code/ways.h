/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the search for ways is made of. Private to the room.
 *
 *   function  a function  -> its tokens, parameters, and the place of a call in it
 *   pointers  a function  -> where its address is kept
 *   through   a call      -> which of these it may go through
 *   ways      two frames  -> the calls between them; ways_cache is what all searches read,
 *                            ways_locks names the locks of a way
 */
#ifndef MD_CODE_WAYS_H
#define MD_CODE_WAYS_H

#include "code/flow.h"
#include "code/internal.h"

/* ----------------------------------------------------------------- tokens */

/** The tokens of a C text, those of its #define as well, between two of MD_TOKEN_DIRECTIVE. */
GArray *md_tokens_read(struct md_slice text);

static inline const struct md_token *md_token_at(const GArray *tokens, guint index)
{
	return &g_array_index(tokens, struct md_token, index);
}

/** The index of the bracket that belongs to the one at @index, which opens or closes. */
gboolean md_tokens_match(const GArray *tokens, guint index, guint *other);
/** TRUE for the second sign of "->". */
gboolean md_tokens_are_arrow(const GArray *tokens, guint index);
/** The first token of the expression in front of the "." or "->" that ends at @index. */
guint md_tokens_base(const GArray *tokens, guint index);
/** The text from token @first to @last. */
struct md_slice md_tokens_text(const GArray *tokens, guint first, guint last);

/* ------------------------------------------------------------------ function */

/** A function as text. */
struct md_function {
	GArray *tokens;	       /* of its definition */
	GPtrArray *parameters; /* of char *, the flow's: names */
	GHashTable *variables; /* pointers to functions that it declares, and the line */
	gboolean variadic;
	gboolean macro, local, quick; /* a macro; static; declared inline */
	guint first, last;	      /* lines, from 1 */
	guint body;		      /* the token that opens it; the first behind a macro's name */
};

/** Of @flow, which must outlive it. */
struct md_function *md_function_new(const struct md_flow *flow);
void md_function_free(struct md_function *function);
MD_DEFINE_AUTOPTR(md_function)
/** The index of the parameter of that name; -1: it has none. */
int md_function_parameter(const struct md_function *function, const char *name);
/** TRUE where what looks like @call declares a pointer to functions. */
gboolean md_function_declares(const struct md_function *function, const struct md_call *call);
/** TRUE where @call is the last thing that the function does. */
gboolean md_function_ends_in(const struct md_function *function, const struct md_call *call);
/** The lines [*first, *last] of the statement on @line, all from 1. */
void md_function_statement(const struct md_function *function, guint line, guint *first,
			   guint *last);

/* --------------------------------------------------------------- pointers */

/** Where the address of a function is kept. */
struct md_pointer {
	char *types;	/* of the structs that have it, blanks between; NULL: not known */
	char *name;	/* the member, the variable, the parameter; NULL: any member of the type */
	char *function; /* it is a parameter of this; NULL */
	char *origin;	/* what puts it there: "DEFINE_WAIT", "ext4_file_operations"; or NULL */
};

/**
 * Where the address of @symbol is kept, as far as the files @paths say: a new array of struct
 * md_pointer that clears its elements.
 */
GArray *md_pointers_find(struct md_locks *locks, const char *symbol, const GPtrArray *paths);

/* ---------------------------------------------------------------- through */

/** A function on a way, and the call that led to it. */
struct md_hop {
	struct md_flow *flow;
	const struct md_function *function;
	const struct md_hop *parent; /* NULL: the outer frame */
	const struct md_call *call;  /* in the parent */
	char *how;
	guint price, depth;
};

/** Finds what is held on @way, whose @count hops are @chain, the innermost first, at @last. */
void md_way_hold(struct md_way *way, const struct md_hop *const *chain, guint count,
		 const struct md_call *last);
/**
 * Names the lock that @way, whose innermost hop is @hop, ends in a wait for: @call takes it by
 * @operation, or a function waits that is @wait. NULL: there is no such.
 */
void md_way_want(struct md_way *way, const struct md_hop *hop, const struct md_call *call,
		 const struct md_lock_operation *operation, const struct md_lock_wait *wait);

/** The function that a way is to end in. */
struct md_goal {
	const char *symbol;
	struct md_flow *flow;		    /* NULL: there is no source of it */
	const struct md_function *function; /* the same */
	const GArray *pointers;		    /* of struct md_pointer */
};

/**
 * What it costs to say that @call of @hop goes to @goal through a pointer, with *how, a new
 * string; 0: it does not.
 */
guint md_through_price(const struct md_hop *hop, const struct md_call *call,
		       const struct md_goal *goal, char **how);
/** TRUE where @call goes through a pointer, in this function. */
gboolean md_through_is(const struct md_function *function, const struct md_call *call);

/* ------------------------------------------------------------------- cache */

/* What is read of functions lives as long as all searches. */
struct md_ways_cache {
	struct md_locks *locks;
	GHashTable *known; /* of frames, as key_of() writes them, to GPtrArray of struct md_way */
	GHashTable *functions; /* struct md_flow to struct md_function */
	GHashTable *goals;     /* "symbol path near" to struct md_goal */
	GHashTable *aliases;   /* a name to GPtrArray of what headers say that it is */
	GHashTable *edges;     /* struct md_flow to its struct md_edge, one a call */
};

/* What a call is to any search: most functions are met in many. */
struct md_edge {
	const struct md_lock_operation *operation; /* NULL: it is none */
	const GPtrArray *aliases;		   /* of char *: what it is by headers */
	struct md_flow *callee;			   /* NULL: there is no source of it */
	guint price;				   /* that the callee has no frame */
	gboolean none, last, through; /* no call; the function's last act; by a pointer */
	gboolean read;		      /* the callee was looked for */
	gboolean jump;		      /* it has none only if it ends in the call */
};

const struct md_function *md_ways_function(struct md_ways_cache *cache, struct md_flow *flow);
/**
 * The paths of the functions called @name, the likeliest first: that in @path, then what is not
 * static. The core of the kernel is looked through before its drivers.
 */
GPtrArray *md_ways_namesakes(struct md_ways_cache *cache, const char *name, const char *path);
/**
 * The function @symbol, of file @path or, where that is NULL, as seen from @near: if it is none
 * that can be seen from there, any of that name, for a pointer may lead to it.
 */
const struct md_goal *md_ways_goal(struct md_ways_cache *cache, const char *symbol,
				   const char *path, const char *near);
/** Of @flow, one a call, in their order. */
struct md_edge *md_ways_edges(struct md_ways_cache *cache, struct md_flow *flow);
/** Looks for what @edge, the call @call of @flow, goes to. */
void md_edge_read(struct md_ways_cache *cache, struct md_flow *flow, const struct md_call *call,
		  struct md_edge *edge);

#endif
