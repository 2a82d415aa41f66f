/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks that a function holds at each of its calls.
 *
 * Model: states flow through the graph of the function. A state is which acquisitions are held,
 * what was given back that the caller holds, and facts: of some variables and conditions the sign
 * that they have. Where ways meet, states that hold the same are one and know what both know;
 * states that hold different locks stay apart, and so does what is known in them:
 *
 *     if (locked)
 *             mutex_lock(&m);         held, locked != 0 | not held, locked == 0
 *     ...
 *     if (locked)                     only the first goes here
 *             mutex_unlock(&m);
 *
 * This is property simulation as of ESP (Das, Lerner, Seigle: "ESP: path-sensitive program
 * verification in polynomial time", 2002). What is held in all states that come to a call is
 * certain, in some of them possible. What a call returns is a fact as well, so that of
 * "ret = mutex_lock_killable(&m); if (ret) return ret;" the lock is held behind it.
 *
 * Where WARN_ON() finds what must not be, nobody looks for what is held: such ways are gone only
 * where no other leads.
 *
 * Not seen: that two expressions are one lock, but where their names by type are the same;
 * that a condition in memory changes by what is called (a second run, without such facts, is for
 * code that the first could not reach); which locks of several of one name a loop takes.
 *
 * Files: held_states.c lets the states flow, held_facts.c says which facts are worth to be
 * followed, held_takes.c what takes and gives do to a state, held_outcomes.c what is left at the
 * end, for the caller.
 *
 * Cost: nodes times states, of which a node has MD_STATES_MAX at most; then they are made one, with
 * what is held in all of them certain and the rest possible. Steps are bounded as well.
 */
#include "code/held_states.h"

#include <string.h>

/*
 * A function with more was written to fill memory, where a node costs a kilobyte and more: it is
 * taken to hold nothing. The largest of a kernel have some thousands.
 */
#define MOST_NODES 100000

/* ------------------------------------------------------------ at the calls */

/* The takes of locks that are held in @state, by whichever of their takes. */
static guint64 held_by_any(const struct md_state_run *run, const struct md_state *state)
{
	guint64 held = 0;

	for (guint i = 0; i < run->holding->takes->len; i++) {
		if (state->held >> i & 1)
			held |= run->group[i];
	}
	return held;
}

/* What is held at the calls that were reached, unless it is known from a run before. */
static void note_calls(const struct md_state_run *run, gboolean *known)
{
	struct md_holding *holding = run->holding;

	for (guint i = 0; i < run->flow->graph->nodes->len; i++) {
		const struct md_node *node =
			&g_array_index(run->flow->graph->nodes, struct md_node, i);
		const struct md_state_place *place = run->place[i];
		guint call = node->call;

		if (node->kind != MD_NODE_CALL || place == NULL || known[call])
			continue;
		known[call] = TRUE;
		holding->must[call] = holding->given_must[call] = G_MAXUINT64;
		for (guint j = 0; j < place->count; j++) {
			holding->may[call] |= place->state[j].held | place->state[j].maybe;
			holding->must[call] &= held_by_any(run, &place->state[j]);
			holding->given[call] |= place->state[j].given;
			holding->given_must[call] &= place->state[j].given;
		}
	}
}

/* ----------------------------------------------------------------- holding */

static struct md_holding *holding_new(guint calls)
{
	struct md_holding *holding = g_new0(struct md_holding, 1);

	holding->takes = g_array_new(FALSE, FALSE, sizeof(struct md_site));
	holding->gives = g_array_new(FALSE, FALSE, sizeof(struct md_site));
	g_array_set_clear_func(holding->takes, md_site_clear);
	g_array_set_clear_func(holding->gives, md_site_clear);
	holding->outcomes = g_array_new(FALSE, FALSE, sizeof(struct md_outcome));
	holding->conditions = g_ptr_array_new_with_free_func(g_free);
	holding->may = g_new0(guint64, calls);
	holding->must = g_new0(guint64, calls);
	holding->given = g_new0(guint64, calls);
	holding->given_must = g_new0(guint64, calls);
	return holding;
}

void md_holding_free(struct md_holding *holding)
{
	if (holding == NULL)
		return;
	g_array_unref(holding->takes);
	g_array_unref(holding->gives);
	g_array_unref(holding->outcomes);
	g_ptr_array_unref(holding->conditions);
	g_free(holding->may);
	g_free(holding->must);
	g_free(holding->given);
	g_free(holding->given_must);
	g_free(holding);
}

static gboolean all_known(const gboolean *known, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (!known[i])
			return FALSE;
	}
	return TRUE;
}

/* Interrupts were off wherever it was taken. */
static void note_flags(const struct md_holding *holding)
{
	for (guint i = 0; i < holding->takes->len; i++) {
		struct md_site *site = &g_array_index(holding->takes, struct md_site, i);

		if (site->interrupts == MD_VALUE_POSITIVE)
			site->flags |= MD_LOCK_IRQ_OFF;
	}
}

/* Adds what is not @known yet, and how the function ends, where no run came there. */
static void run_once(struct md_state_run *run, gboolean *known)
{
	md_state_flow(run);
	note_calls(run, known);
	if (run->holding->outcomes->len == 0)
		md_state_note_outcomes(run);
	for (guint i = 0; i < run->flow->graph->nodes->len; i++)
		g_clear_pointer(&run->place[i], g_free);
}

static void run_flow(struct md_flow *flow, struct md_holding *holding, const GArray *effects)
{
	guint nodes = flow->graph->nodes->len, calls = flow->graph->calls->len;
	g_autofree struct md_state_place **place = g_new0(struct md_state_place *, nodes);
	g_autofree guint64 *kill = g_new0(guint64, 2 * (gsize)nodes);
	g_autofree struct md_state_match *match = g_new0(struct md_state_match, MD_SITES_MAX);
	g_autofree guint64 *cancel = g_new0(guint64, MD_SITES_MAX);
	g_autofree guint64 *group = g_new0(guint64, MD_SITES_MAX);
	g_autofree guint *result_bit = g_new(guint, calls);
	g_autofree gboolean *known = g_new0(gboolean, calls);
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(struct md_state_step));
	struct md_state_run run = { .flow = flow,
				    .holding = holding,
				    .effects = effects,
				    .place = place,
				    .queue = queue,
				    .kill = kill,
				    .match = match,
				    .cancel = cancel,
				    .group = group,
				    .result_bit = result_bit,
				    .trusting = TRUE };

	for (guint i = 0; i < calls; i++)
		result_bit[i] = MD_KEY_NONE;
	md_state_choose_facts(&run);
	md_state_find_matches(&run);
	run_once(&run, known);
	/* Some code was not reached, by what conditions in memory said. */
	if (!all_known(known, calls)) {
		run.trusting = FALSE;
		run_once(&run, known);
	}
	note_flags(holding);
}

const struct md_holding *md_flow_holding(struct md_flow *flow)
{
	g_autoptr(GArray) effects = NULL;
	struct md_holding *holding;

	if (flow->holding != NULL || flow->busy || flow->locks->depth == MD_CALLS_DEEPEST)
		return flow->holding;
	flow->busy = TRUE;
	flow->locks->depth++;
	holding = holding_new(flow->graph->calls->len);
	effects = md_effects_new(flow, holding);
	if (effects != NULL && flow->graph->nodes->len <= MOST_NODES)
		run_flow(flow, holding, effects);
	flow->locks->depth--;
	flow->busy = FALSE;
	flow->holding = holding;
	return holding;
}

/* ------------------------------------------------------------ what is held */

void md_held_clear(struct md_held *held)
{
	g_free(held->lock);
	g_free(held->expression);
	g_free(held->text);
	g_free(held->symbol);
	g_free(held->path);
}

static void clear_held(void *held)
{
	md_held_clear(held);
}

GArray *md_held_array_new(void)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(struct md_held));

	g_array_set_clear_func(array, clear_held);
	return array;
}

/* "task_rq_lock(p, &flags)" */
static char *text_of(const struct md_call *call)
{
	GString *text = g_string_new(call->expression);

	g_string_append_c(text, '(');
	for (guint i = 0; i < call->arguments->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
				       (const char *)g_ptr_array_index(call->arguments, i));
	g_string_append_c(text, ')');
	return g_string_free(text, FALSE);
}

static void append_held(GArray *array, const struct md_flow *flow, const struct md_site *site,
			gboolean certain)
{
	const struct md_call *call = g_ptr_array_index(flow->graph->calls, site->call);
	struct md_held held = { .lock = g_strdup(site->name != NULL ? site->name : "?"),
				.expression = g_strdup(site->expression),
				.global = site->global,
				.parameter = site->parameter,
				.kind = site->kind,
				.flags = site->flags,
				.text = text_of(call),
				.symbol = g_strdup(flow->symbol),
				.path = g_strdup(flow->path),
				.line = call->line,
				.certain = certain };

	g_array_append_val(array, held);
}

static GArray *list_sites(struct md_flow *flow, const GArray *sites, guint64 may, guint64 must)
{
	GArray *array = md_held_array_new();

	for (guint i = 0; i < sites->len; i++) {
		const struct md_site *site = &g_array_index(sites, struct md_site, i);
		gboolean told = FALSE;

		/* A callee may take it here or there. */
		for (guint j = 0; j < i && !told; j++) {
			const struct md_site *other = &g_array_index(sites, struct md_site, j);

			told = (may >> j & 1) && other->call == site->call &&
			       md_sites_compare(other, site) >= MD_LIKE_NAME;
		}
		if ((may >> i & 1) && !told)
			append_held(array, flow, site, must >> i & 1);
	}
	return array;
}

GArray *md_flow_held(struct md_flow *flow, const struct md_call *call)
{
	const struct md_holding *holding = md_flow_holding(flow);

	if (holding == NULL || call->order >= flow->graph->calls->len)
		return md_held_array_new();
	return list_sites(flow, holding->takes, holding->may[call->order],
			  holding->must[call->order]);
}

GArray *md_flow_given(struct md_flow *flow, const struct md_call *call)
{
	const struct md_holding *holding = md_flow_holding(flow);

	if (holding == NULL || call->order >= flow->graph->calls->len)
		return md_held_array_new();
	return list_sites(flow, holding->gives, holding->given[call->order],
			  holding->given_must[call->order]);
}
