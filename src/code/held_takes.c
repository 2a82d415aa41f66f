/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What calls that take locks, or give them back, do to a state of held.c: which take it is that
 * a give ends.
 */
#include "code/held_states.h"

static guint64 lowest(guint64 bits)
{
	return bits & -bits;
}

static guint64 highest(guint64 bits)
{
	return bits == 0 ? 0 : (guint64)1 << (63 - __builtin_clzll(bits));
}

static void give(const struct md_state_run *run, struct md_state *state, guint index)
{
	const struct md_state_match *match = &run->match[index];
	guint64 all = state->held | state->maybe, bits = 0;
	enum md_likeness like;

	for (like = MD_LIKE_SAME; like > MD_LIKE_NOT && bits == 0; like--)
		bits = all & match->like[like];
	if (bits == 0) {
		/* What was given back before is not given back now: a loop that we do not see. */
		if ((state->past & match->like[MD_LIKE_SAME]) == 0)
			state->given |= (guint64)1 << index;
		return;
	}
	like++;
	if (like == MD_LIKE_SAME) {
		/* A reader may hold it twice, and gives it back once. */
		if (match->nests)
			bits = highest(bits);
		state->held &= ~bits;
		state->maybe &= ~bits;
		state->again &= ~bits;
		return;
	}
	if ((state->again & bits) != 0) {
		state->again &= ~lowest(state->again & bits);
		return;
	}
	/* One of several of that name: the oldest, most likely, as lists are walked. */
	state->maybe |= state->held & bits;
	state->held &= ~bits;
	state->maybe &= ~lowest(bits);
}

static void take(const struct md_state_run *run, struct md_state *state, guint index)
{
	struct md_site *site = &g_array_index(run->holding->takes, struct md_site, index);
	guint64 undone = state->given & run->cancel[index];

	if (site->flags & MD_LOCK_IRQ_OFF)
		md_state_set_fact(state, MD_FACT_INTERRUPTS, MD_VALUE_POSITIVE);
	site->interrupts |= md_state_fact(state, MD_FACT_INTERRUPTS);
	if (undone != 0) {
		state->given &= ~undone;
		return;
	}
	state->again |= state->held & (guint64)1 << index;
	state->held |= (guint64)1 << index;
	state->past |= (guint64)1 << index;
	state->maybe &= ~((guint64)1 << index);
}

void md_state_apply(const struct md_state_run *run, struct md_state *state,
		    const struct md_outcome *outcome)
{
	for (guint i = 0; i < run->holding->gives->len; i++) {
		const struct md_site *site = &g_array_index(run->holding->gives, struct md_site, i);

		if (!(outcome->gives >> i & 1))
			continue;
		give(run, state, i);
		if (site->flags & MD_LOCK_IRQ_OFF)
			md_state_set_fact(state, MD_FACT_INTERRUPTS, MD_VALUE_ANY);
	}
	for (guint i = 0; i < run->holding->takes->len; i++) {
		if (outcome->takes >> i & 1)
			take(run, state, i);
	}
}

void md_state_find_matches(struct md_state_run *run)
{
	const GArray *takes = run->holding->takes, *gives = run->holding->gives;

	for (guint i = 0; i < gives->len; i++) {
		const struct md_site *given = &g_array_index(gives, struct md_site, i);

		run->match[i].nests = given->kind == MD_LOCK_RCU || given->kind == MD_LOCK_SRCU ||
				      (given->flags & MD_LOCK_SHARED);
		for (guint j = 0; j < takes->len; j++) {
			const struct md_site *taken = &g_array_index(takes, struct md_site, j);
			enum md_likeness like = md_sites_compare(given, taken);

			/* A writer may have become a reader. */
			if (like == MD_LIKE_SAME &&
			    (given->flags & MD_LOCK_SHARED) != (taken->flags & MD_LOCK_SHARED))
				like = MD_LIKE_NAME;
			run->match[i].like[like] |= (guint64)1 << j;
			if (like >= MD_LIKE_NAME)
				run->cancel[j] |= (guint64)1 << i;
		}
	}
	for (guint i = 0; i < takes->len; i++) {
		for (guint j = 0; j < takes->len; j++) {
			if (i == j || md_sites_compare(&g_array_index(takes, struct md_site, i),
						       &g_array_index(takes, struct md_site, j)) >=
					      MD_LIKE_NAME)
				run->group[i] |= (guint64)1 << j;
		}
	}
}
