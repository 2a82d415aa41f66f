/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known at a point of a function, as held.c has it: which of its takes are held, which
 * of the caller's locks were given back, and facts. Private to the files of that analysis.
 */
#ifndef MD_CODE_HELD_STATES_H
#define MD_CODE_HELD_STATES_H

#include "code/held.h"

/* Of a node; with more they are made one. */
#define MD_STATES_MAX 24

/* Facts are 3 bits each, enum md_value_sign. */
#define MD_FACTS_PER_WORD (MD_FACTS_MAX / 2)

struct md_state {
	guint64 held, maybe; /* takes: certainly, perhaps */
	guint64 again;	     /* takes that are held twice: of two locks, in a loop */
	guint64 given;	     /* gives, of the caller's */
	guint64 past;	     /* takes that came before, on every way */
	guint64 fact[2];
};

/* The states that came to a node. */
struct md_state_place {
	struct md_state state[MD_STATES_MAX];
	guint count;
	gboolean merged; /* they are one from now on */
};

/* What a give takes away, the better matches first. */
struct md_state_match {
	guint64 like[MD_LIKE_SAME + 1]; /* by enum md_likeness */
	gboolean nests;
};

struct md_state_step {
	guint node, state;
};

struct md_state_run {
	struct md_flow *flow;
	struct md_holding *holding;
	const GArray *effects;
	struct md_state_place **place; /* by node; NULL: nothing came there */
	GArray *queue;		       /* of struct md_state_step */
	guint64 *kill;		       /* by node: two words each, of SET */
	struct md_state_match *match;  /* by give */
	guint64 *cancel;	       /* by take: the gives that it undoes */
	guint64 killed[2];	       /* the facts that anything ends */
	guint64 *group;		       /* by take: all of locks of its name */
	guint *result_bit;	       /* by call: the fact of its result, or MD_KEY_NONE */
	guint most_states;
	gboolean trusting; /* conditions in memory stay as they are */
};

static inline guint md_state_fact(const struct md_state *state, guint bit)
{
	return (guint)(state->fact[bit / MD_FACTS_PER_WORD] >> bit % MD_FACTS_PER_WORD * 3 &
		       MD_VALUE_ANY);
}

static inline void md_state_set_fact(struct md_state *state, guint bit, guint signs)
{
	guint64 *word = &state->fact[bit / MD_FACTS_PER_WORD];

	*word &= ~((guint64)MD_VALUE_ANY << bit % MD_FACTS_PER_WORD * 3);
	*word |= (guint64)signs << bit % MD_FACTS_PER_WORD * 3;
}

/** Gives the facts that there are to the keys that are worth it. */
void md_state_choose_facts(struct md_state_run *run);
/** "#NAME" of which nobody defines NAME. */
gboolean md_state_is_never(const struct md_state_run *run, const struct md_key *key);
/** Whether interrupts are on or off behind @call. */
void md_state_note_interrupts(struct md_state *state, const struct md_call *call);

/** Which takes each give gives back, and the other way round. */
void md_state_find_matches(struct md_state_run *run);
/** What a call does that ends so. */
void md_state_apply(const struct md_state_run *run, struct md_state *state,
		    const struct md_outcome *outcome);

/** Fills @run->place: the states that come to each node. */
void md_state_flow(struct md_state_run *run);

/** In which ways the function ends, of the states that came there. */
void md_state_note_outcomes(const struct md_state_run *run);

#endif
