/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a function ends, for those that call it: which locks it then has taken or given back, with
 * which result, and on which conditions that the caller may know.
 */
#include "code/held_states.h"

#include <string.h>

/* The first site of each lock stands for all of it. */
static guint64 first_sites(guint64 bits, const GArray *sites)
{
	guint64 first = 0;

	for (guint i = 0; i < sites->len; i++) {
		const struct md_site *site = &g_array_index(sites, struct md_site, i);
		guint j = i;

		if (!(bits >> i & 1))
			continue;
		for (guint k = 0; k < i && j == i; k++) {
			const struct md_site *other = &g_array_index(sites, struct md_site, k);

			if (md_sites_compare(site, other) == MD_LIKE_SAME &&
			    site->flags == other->flags)
				j = k;
		}
		first |= (guint64)1 << j;
	}
	return first;
}

static guint condition_index(GPtrArray *conditions, const char *text)
{
	guint i;

	for (i = 0; i < conditions->len; i++) {
		if (strcmp(g_ptr_array_index(conditions, i), text) == 0)
			return i;
	}
	g_ptr_array_add(conditions, g_strdup(text));
	return i;
}

/*
 * What was known all along in @state, of what the caller may know: parameters, the configuration.
 */
static void note_demands(const struct md_state_run *run, const struct md_state *state,
			 struct md_outcome *outcome)
{
	const struct md_flow *flow = run->flow;

	for (guint i = 0; i < flow->graph->keys->len; i++) {
		const struct md_key *key = &g_array_index(flow->graph->keys, struct md_key, i);
		struct md_demand demand = { .signs = MD_VALUE_ANY };

		if (key->bit == MD_KEY_NONE || outcome->demands == MD_DEMANDS_MAX ||
		    key->text[0] == '@' || key->text[0] == '?' ||
		    (run->killed[key->bit / MD_FACTS_PER_WORD] >> key->bit % MD_FACTS_PER_WORD * 3 &
		     1))
			continue;
		demand.signs = md_state_fact(state, key->bit);
		if (demand.signs == MD_VALUE_ANY || md_lock_is_own(flow, key->text))
			continue;
		demand.key = condition_index(run->holding->conditions, key->text);
		outcome->demand[outcome->demands++] = demand;
	}
}

/* One demand that both have stays, with what either allows. */
static void loosen(struct md_outcome *outcome, const struct md_outcome *other)
{
	guint kept = 0;

	for (guint i = 0; i < outcome->demands; i++) {
		for (guint j = 0; j < other->demands; j++) {
			if (outcome->demand[i].key != other->demand[j].key)
				continue;
			outcome->demand[kept] = outcome->demand[i];
			outcome->demand[kept++].signs |= other->demand[j].signs;
			break;
		}
	}
	outcome->demands = kept;
}

static void add_outcome(GArray *outcomes, const struct md_outcome *outcome)
{
	for (guint i = 0; i < outcomes->len; i++) {
		struct md_outcome *other = &g_array_index(outcomes, struct md_outcome, i);

		if (other->takes != outcome->takes || other->gives != outcome->gives)
			continue;
		other->signs |= outcome->signs;
		loosen(other, outcome);
		return;
	}
	g_array_append_val(outcomes, *outcome);
}

/* Too many ways to end are two: with all that was taken or given back, and with none. */
static void limit_outcomes(GArray *outcomes)
{
	struct md_outcome all = { .signs = MD_VALUE_ANY }, none = { .signs = MD_VALUE_ANY };

	if (outcomes->len <= MD_OUTCOMES_MAX)
		return;
	for (guint i = 0; i < outcomes->len; i++) {
		const struct md_outcome *outcome = &g_array_index(outcomes, struct md_outcome, i);

		all.takes |= outcome->takes;
		all.gives |= outcome->gives;
	}
	g_array_set_size(outcomes, 0);
	g_array_append_val(outcomes, all);
	g_array_append_val(outcomes, none);
}

void md_state_note_outcomes(const struct md_state_run *run)
{
	const struct md_state_place *place = run->place[1]; /* the exit */
	const struct md_holding *holding = run->holding;

	for (guint i = 0; place != NULL && i < place->count; i++) {
		const struct md_state *state = &place->state[i];
		struct md_outcome outcome = { .signs = md_state_fact(state, MD_FACT_RESULT) };

		note_demands(run, state, &outcome);
		outcome.gives = first_sites(state->given, holding->gives);
		outcome.takes = first_sites(state->held, holding->takes);
		add_outcome(holding->outcomes, &outcome);
		if (state->maybe == 0)
			continue;
		outcome.takes = first_sites(state->held | state->maybe, holding->takes);
		add_outcome(holding->outcomes, &outcome);
	}
	limit_outcomes(holding->outcomes);
}
