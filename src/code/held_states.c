/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of held.c on their way through the graph of a function: where they meet, what each
 * kind of node makes of one, and the run until nothing changes.
 */
#include "code/held_states.h"

/* Steps for each node, a function of straight lines needs one. Beyond it states are made one. */
#define STEPS_PER_NODE 200

/* --------------------------------------------------------- where they meet */

static gboolean holds_same(const struct md_state *a, const struct md_state *b)
{
	return a->held == b->held && a->maybe == b->maybe && a->again == b->again &&
	       a->given == b->given;
}

/* Makes @state know no more than @other does too; TRUE where it knew more. */
static gboolean forget(struct md_state *state, const struct md_state *other)
{
	guint64 first = state->fact[0] | other->fact[0], second = state->fact[1] | other->fact[1];
	gboolean changed = first != state->fact[0] || second != state->fact[1] ||
			   (state->past & ~other->past) != 0;

	state->past &= other->past;
	state->fact[0] = first;
	state->fact[1] = second;
	return changed;
}

/* Makes @state both; TRUE where that changes it. */
static gboolean merge(struct md_state *state, const struct md_state *other)
{
	struct md_state before = *state;

	state->held &= other->held;
	state->maybe = (before.held | before.maybe | other->held | other->maybe) & ~state->held;
	state->again &= other->again;
	state->given &= other->given;
	return forget(state, other) || !holds_same(state, &before);
}

static void enqueue(struct md_state_run *run, guint node, guint state)
{
	struct md_state_step step = { node, state };

	g_array_append_val(run->queue, step);
}

static void arrive(struct md_state_run *run, guint node, const struct md_state *state)
{
	struct md_state_place *place;

	if (node == MD_NODE_NONE)
		return;
	if (run->place[node] == NULL)
		run->place[node] = g_new0(struct md_state_place, 1);
	place = run->place[node];
	if (place->merged) {
		if (merge(&place->state[0], state))
			enqueue(run, node, 0);
		return;
	}
	for (guint i = 0; i < place->count; i++) {
		if (!holds_same(&place->state[i], state))
			continue;
		if (forget(&place->state[i], state))
			enqueue(run, node, i);
		return;
	}
	if (place->count < run->most_states) {
		place->state[place->count] = *state;
		enqueue(run, node, place->count++);
		return;
	}
	for (guint i = 1; i < place->count; i++)
		merge(&place->state[0], &place->state[i]);
	merge(&place->state[0], state);
	place->merged = TRUE;
	place->count = 1;
	enqueue(run, node, 0);
}

/* ------------------------------------------------------------------- nodes */

static guint bit_of(const struct md_state_run *run, guint key)
{
	return key == MD_KEY_NONE ? MD_KEY_NONE
				  : g_array_index(run->flow->graph->keys, struct md_key, key).bit;
}

/* The signs that @value may have. */
static guint signs_of(const struct md_state_run *run, const struct md_state *state,
		      const struct md_value *value)
{
	guint bit = bit_of(run, value->key), signs, result = 0;

	if (value->key == MD_KEY_NONE)
		return value->sign;
	signs = bit != MD_KEY_NONE ? md_state_fact(state, bit) : MD_VALUE_ANY;
	if (!value->test)
		return signs;
	result |= signs & value->truth ? MD_VALUE_POSITIVE : 0;
	result |= signs & ~value->truth ? MD_VALUE_ZERO : 0;
	return result;
}

static void step_branch(struct md_state_run *run, const struct md_node *node,
			const struct md_state *state)
{
	guint bit = bit_of(run, node->value.key);
	guint signs, truth = node->value.truth;

	if (bit != MD_KEY_NONE && !run->trusting &&
	    g_array_index(run->flow->graph->keys, struct md_key, node->value.key).memory)
		bit = MD_KEY_NONE;
	signs = bit == MD_KEY_NONE || node->fresh ? MD_VALUE_ANY : md_state_fact(state, bit);
	for (guint i = 0; i < 2; i++) {
		guint left = signs & (i == 0 ? truth : ~truth);
		struct md_state next = *state;

		if (bit != MD_KEY_NONE) {
			if (left == 0)
				continue;
			md_state_set_fact(&next, bit, left);
		}
		arrive(run, node->next[i], &next);
	}
}

/* Whether what is known allows @outcome; *@state knows then what it demands. */
static gboolean meet_demands(const struct md_state_run *run, struct md_state *state,
			     const struct md_outcome *outcome)
{
	for (guint i = 0; i < outcome->demands; i++) {
		guint bit = bit_of(run, outcome->demand[i].key), signs;

		if (bit == MD_KEY_NONE)
			continue;
		signs = md_state_fact(state, bit) & outcome->demand[i].signs;
		if (signs == 0)
			return FALSE;
		md_state_set_fact(state, bit, signs);
	}
	return TRUE;
}

static void step_call(struct md_state_run *run, const struct md_node *node,
		      const struct md_state *state)
{
	const struct md_call *call = g_ptr_array_index(run->flow->graph->calls, node->call);
	const struct md_effect *effect = &g_array_index(run->effects, struct md_effect, node->call);
	struct md_state next = *state;
	gboolean any = FALSE;

	md_state_note_interrupts(&next, call);
	for (guint i = 0; effect->outcomes != NULL && i < effect->outcomes->len; i++) {
		const struct md_outcome *outcome =
			&g_array_index(effect->outcomes, struct md_outcome, i);
		struct md_state after = next;

		if (!meet_demands(run, &after, outcome))
			continue;
		any = TRUE;
		md_state_apply(run, &after, outcome);
		if (run->result_bit[node->call] != MD_KEY_NONE)
			md_state_set_fact(&after, run->result_bit[node->call], outcome->signs);
		arrive(run, node->next[0], &after);
	}
	if (!any)
		arrive(run, node->next[0], &next);
}

static void step_set(struct md_state_run *run, guint index, const struct md_node *node,
		     struct md_state *state)
{
	guint signs = signs_of(run, state, &node->value), bit = bit_of(run, node->target);

	state->fact[0] |= run->kill[2 * index];
	state->fact[1] |= run->kill[2 * index + 1];
	if (bit != MD_KEY_NONE)
		md_state_set_fact(state, bit, signs);
	arrive(run, node->next[0], state);
}

static void step_leave(struct md_state_run *run, const struct md_node *node, struct md_state *state)
{
	for (guint i = 0; i < run->holding->takes->len; i++) {
		if (g_array_index(run->holding->takes, struct md_site, i).call != node->call)
			continue;
		state->held &= ~((guint64)1 << i);
		state->maybe &= ~((guint64)1 << i);
		state->again &= ~((guint64)1 << i);
	}
	arrive(run, node->next[0], state);
}

static void step(struct md_state_run *run, guint index, struct md_state state)
{
	const struct md_node *node = &g_array_index(run->flow->graph->nodes, struct md_node, index);

	switch (node->kind) {
	case MD_NODE_PASS:
		if (!node->doubted || !run->trusting)
			arrive(run, node->next[0], &state);
		break;
	case MD_NODE_CALL:
		step_call(run, node, &state);
		break;
	case MD_NODE_BRANCH:
		step_branch(run, node, &state);
		break;
	case MD_NODE_SET:
		step_set(run, index, node, &state);
		break;
	case MD_NODE_LEAVE:
		step_leave(run, node, &state);
		break;
	case MD_NODE_RETURN:
		md_state_set_fact(&state, MD_FACT_RESULT, signs_of(run, &state, &node->value));
		arrive(run, node->next[0], &state);
		break;
	}
}

/* ----------------------------------------------------------------- the run */

void md_state_flow(struct md_state_run *run)
{
	struct md_state start = { .fact = { G_MAXUINT64, G_MAXUINT64 } };
	guint64 steps = 0, most = (guint64)STEPS_PER_NODE * run->flow->graph->nodes->len;

	for (guint i = 0; i < run->flow->graph->keys->len; i++) {
		const struct md_key *key = &g_array_index(run->flow->graph->keys, struct md_key, i);

		if (key->bit != MD_KEY_NONE && md_state_is_never(run, key))
			md_state_set_fact(&start, key->bit, MD_VALUE_ZERO);
	}
	run->most_states = MD_STATES_MAX;
	arrive(run, 0, &start);
	while (run->queue->len > 0) {
		/* The last first: it is the deepest, and its successors are hot. */
		struct md_state_step next =
			g_array_index(run->queue, struct md_state_step, run->queue->len - 1);
		const struct md_state_place *place = run->place[next.node];

		g_array_set_size(run->queue, run->queue->len - 1);
		if (next.state >= place->count)
			continue;
		if (++steps > most)
			run->most_states = 1;
		step(run, next.node, place->state[next.state]);
	}
}
