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
 * Cost: nodes times states, of which a node has STATES_MAX at most; then they are made one, with
 * what is held in all of them certain and the rest possible. Steps are bounded as well.
 */
#include "code/held.h"
#include "code/internal.h"

#include <string.h>

#define STATES_MAX 24
/* Steps for each node, a function of straight lines needs one. Beyond it states are made one. */
#define STEPS_PER_NODE 200

/* Facts are 3 bits each, enum md_value_sign. */
#define FACTS_PER_WORD (MD_FACTS_MAX / 2)

struct state {
	guint64 held, maybe; /* takes: certainly, perhaps */
	guint64 again;	     /* takes that are held twice: of two locks, in a loop */
	guint64 given;	     /* gives, of the caller's */
	guint64 past;	     /* takes that came before, on every way */
	guint64 fact[2];
};

/* The states that came to a node. */
struct place {
	struct state state[STATES_MAX];
	guint count;
	gboolean merged; /* they are one from now on */
};

/* What a give takes away, the better matches first. */
struct match {
	guint64 like[MD_LIKE_SAME + 1]; /* by enum md_likeness */
	gboolean nests;
};

struct run {
	struct md_flow *flow;
	struct md_holding *holding;
	const GArray *effects;
	struct place **place; /* by node; NULL: nothing came there */
	GArray *queue;	      /* of struct step */
	guint64 *kill;	      /* by node: two words each, of SET */
	struct match *match;  /* by give */
	guint64 *cancel;      /* by take: the gives that it undoes */
	guint64 killed[2];    /* the facts that anything ends */
	guint64 *group;	      /* by take: all of locks of its name */
	guint *result_bit;    /* by call: the fact of its result, or MD_KEY_NONE */
	guint most_states;
	gboolean trusting; /* conditions in memory stay as they are */
};

struct step {
	guint node, state;
};

/* ------------------------------------------------------------------- facts */

static guint fact_of(const struct state *state, guint bit)
{
	return (guint)(state->fact[bit / FACTS_PER_WORD] >> bit % FACTS_PER_WORD * 3 &
		       MD_VALUE_ANY);
}

static void set_fact(struct state *state, guint bit, guint signs)
{
	guint64 *word = &state->fact[bit / FACTS_PER_WORD];

	*word &= ~((guint64)MD_VALUE_ANY << bit % FACTS_PER_WORD * 3);
	*word |= (guint64)signs << bit % FACTS_PER_WORD * 3;
}

static guint bit_of(const struct run *run, guint key)
{
	return key == MD_KEY_NONE ? MD_KEY_NONE
				  : g_array_index(run->flow->graph->keys, struct md_key, key).bit;
}

/* The signs that @value may have. */
static guint signs_of(const struct run *run, const struct state *state,
		      const struct md_value *value)
{
	guint bit = bit_of(run, value->key), signs, result = 0;

	if (value->key == MD_KEY_NONE)
		return value->sign;
	signs = bit != MD_KEY_NONE ? fact_of(state, bit) : MD_VALUE_ANY;
	if (!value->test)
		return signs;
	result |= signs & value->truth ? MD_VALUE_POSITIVE : 0;
	result |= signs & ~value->truth ? MD_VALUE_ZERO : 0;
	return result;
}

/* Whether @key speaks of the variable, or the member, @word; @whole: not only of its members. */
static gboolean mentions(const char *key, const char *word, gsize size, gboolean member,
			 gboolean whole)
{
	for (const char *at = key; (at = strstr(at, word)) != NULL; at++) {
		gboolean behind = at > key && (at[-1] == '.' || at[-1] == '>');

		if ((at == key || !(g_ascii_isalnum(at[-1]) || at[-1] == '_')) &&
		    !(g_ascii_isalnum(at[size]) || at[size] == '_') && behind == member &&
		    !(whole && at[size] == '.'))
			return TRUE;
	}
	return FALSE;
}

/* The facts that an assignment ends, of the keys @followed, as a mask of their bits. */
static void find_killed(const GPtrArray *followed, const char *target, guint64 *mask)
{
	gsize end, first;
	g_autofree char *word = NULL;
	gboolean member, address = target[0] == '&';

	target += address;
	end = strlen(target);

	/* The variable, or the last member: of "p->a[i]" "a". */
	while (end > 0 && target[end - 1] == ']') {
		while (end > 0 && target[end - 1] != '[')
			end--;
		end -= end > 0;
	}
	for (first = end;
	     first > 0 && (g_ascii_isalnum(target[first - 1]) || target[first - 1] == '_');)
		first--;
	member = first > 0 && (target[first - 1] == '.' || target[first - 1] == '>');
	word = g_strndup(target + first, end - first);
	for (guint i = 0; i < followed->len && *word != '\0'; i++) {
		const struct md_key *key = g_ptr_array_index(followed, i);

		if (strchr("@?#", key->text[0]) == NULL &&
		    mentions(key->text, word, end - first, member, address))
			mask[key->bit / FACTS_PER_WORD] |= (guint64)MD_VALUE_ANY
							   << key->bit % FACTS_PER_WORD * 3;
	}
}

/* "#NAME" of which nobody defines NAME. */
static gboolean is_never(const struct run *run, const struct md_key *key)
{
	return key->text[0] == '#' && strpbrk(key->text + 1, "()&|!<>=+ ") == NULL &&
	       !md_locks_may_be_defined(run->flow->locks, key->text + 1, run->flow->path);
}

/*
 * Who gets the facts there are: results where the call's outcomes differ, then what is asked or
 * told twice, then what the caller may know.
 */
enum {
	RANK_RESULT,
	RANK_TWICE,
	RANK_CALLER,
	RANK_NONE,
};

static guint rank_of(const struct run *run, const struct md_key *key)
{
	guint64 call;

	if (key->text[0] != '@') {
		if (key->uses > 1 || is_never(run, key))
			return RANK_TWICE;
		return key->text[0] == '?' || md_lock_is_own(run->flow, key->text) ? RANK_NONE
										   : RANK_CALLER;
	}
	call = g_ascii_strtoull(key->text + 1, NULL, 10);
	return call < run->effects->len &&
			       g_array_index(run->effects, struct md_effect, (guint)call).asked
		       ? RANK_RESULT
		       : RANK_NONE;
}

static void choose_facts(struct run *run)
{
	GArray *keys = run->flow->graph->keys;
	g_autofree guint *rank = g_new(guint, keys->len);
	g_autoptr(GPtrArray) followed = g_ptr_array_new();
	guint bit = MD_FACT_KEYS;

	for (guint i = 0; i < keys->len; i++)
		rank[i] = rank_of(run, &g_array_index(keys, struct md_key, i));
	for (guint round = 0; round < RANK_NONE; round++) {
		for (guint i = 0; i < keys->len && bit < MD_FACTS_MAX; i++) {
			struct md_key *key = &g_array_index(keys, struct md_key, i);

			if (rank[i] != round)
				continue;
			key->bit = bit++;
			g_ptr_array_add(followed, key);
			if (round == RANK_RESULT)
				run->result_bit[g_ascii_strtoull(key->text + 1, NULL, 10)] =
					key->bit;
		}
	}
	for (guint i = 0; i < run->flow->graph->nodes->len; i++) {
		const struct md_node *node =
			&g_array_index(run->flow->graph->nodes, struct md_node, i);

		if (node->kind == MD_NODE_SET && node->kills != NULL)
			find_killed(followed, node->kills, &run->kill[2 * i]);
		run->killed[0] |= run->kill[2 * i];
		run->killed[1] |= run->kill[2 * i + 1];
	}
}

/* -------------------------------------------------------------- interrupts */

static const struct {
	const char *name;
	guint signs; /* of MD_FACT_INTERRUPTS, positive: off */
} interrupt_calls[] = {
	{ "local_irq_disable", MD_VALUE_POSITIVE },
	{ "local_irq_save", MD_VALUE_POSITIVE },
	{ "raw_local_irq_disable", MD_VALUE_POSITIVE },
	{ "raw_local_irq_save", MD_VALUE_POSITIVE },
	{ "arch_local_irq_disable", MD_VALUE_POSITIVE },
	{ "arch_local_irq_save", MD_VALUE_POSITIVE },
	{ "local_irq_enable", MD_VALUE_ZERO },
	{ "raw_local_irq_enable", MD_VALUE_ZERO },
	{ "arch_local_irq_enable", MD_VALUE_ZERO },
	{ "local_irq_restore", MD_VALUE_ANY },
	{ "raw_local_irq_restore", MD_VALUE_ANY },
	{ "arch_local_irq_restore", MD_VALUE_ANY },
};

static void note_interrupts(struct state *state, const struct md_call *call)
{
	for (guint i = 0; i < G_N_ELEMENTS(interrupt_calls); i++) {
		if (strcmp(call->callee, interrupt_calls[i].name) == 0)
			set_fact(state, MD_FACT_INTERRUPTS, interrupt_calls[i].signs);
	}
}

/* --------------------------------------------------------- takes and gives */

static guint64 lowest(guint64 bits)
{
	return bits & -bits;
}

static guint64 highest(guint64 bits)
{
	return bits == 0 ? 0 : (guint64)1 << (63 - __builtin_clzll(bits));
}

static void give(const struct run *run, struct state *state, guint index)
{
	const struct match *match = &run->match[index];
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

static void take(const struct run *run, struct state *state, guint index)
{
	struct md_site *site = &g_array_index(run->holding->takes, struct md_site, index);
	guint64 undone = state->given & run->cancel[index];

	if (site->flags & MD_LOCK_IRQ_OFF)
		set_fact(state, MD_FACT_INTERRUPTS, MD_VALUE_POSITIVE);
	site->interrupts |= fact_of(state, MD_FACT_INTERRUPTS);
	if (undone != 0) {
		state->given &= ~undone;
		return;
	}
	state->again |= state->held & (guint64)1 << index;
	state->held |= (guint64)1 << index;
	state->past |= (guint64)1 << index;
	state->maybe &= ~((guint64)1 << index);
}

static void apply(const struct run *run, struct state *state, const struct md_outcome *outcome)
{
	for (guint i = 0; i < run->holding->gives->len; i++) {
		const struct md_site *site = &g_array_index(run->holding->gives, struct md_site, i);

		if (!(outcome->gives >> i & 1))
			continue;
		give(run, state, i);
		if (site->flags & MD_LOCK_IRQ_OFF)
			set_fact(state, MD_FACT_INTERRUPTS, MD_VALUE_ANY);
	}
	for (guint i = 0; i < run->holding->takes->len; i++) {
		if (outcome->takes >> i & 1)
			take(run, state, i);
	}
}

static void find_matches(struct run *run)
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

/* ------------------------------------------------------------------ states */

static gboolean holds_same(const struct state *a, const struct state *b)
{
	return a->held == b->held && a->maybe == b->maybe && a->again == b->again &&
	       a->given == b->given;
}

/* Makes @state know no more than @other does too; TRUE where it knew more. */
static gboolean forget(struct state *state, const struct state *other)
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
static gboolean merge(struct state *state, const struct state *other)
{
	struct state before = *state;

	state->held &= other->held;
	state->maybe = (before.held | before.maybe | other->held | other->maybe) & ~state->held;
	state->again &= other->again;
	state->given &= other->given;
	return forget(state, other) || !holds_same(state, &before);
}

static void enqueue(struct run *run, guint node, guint state)
{
	struct step step = { node, state };

	g_array_append_val(run->queue, step);
}

static void arrive(struct run *run, guint node, const struct state *state)
{
	struct place *place;

	if (node == MD_NODE_NONE)
		return;
	if (run->place[node] == NULL)
		run->place[node] = g_new0(struct place, 1);
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

static void step_branch(struct run *run, const struct md_node *node, const struct state *state)
{
	guint bit = bit_of(run, node->value.key);
	guint signs, truth = node->value.truth;

	if (bit != MD_KEY_NONE && !run->trusting &&
	    g_array_index(run->flow->graph->keys, struct md_key, node->value.key).memory)
		bit = MD_KEY_NONE;
	signs = bit == MD_KEY_NONE || node->fresh ? MD_VALUE_ANY : fact_of(state, bit);
	for (guint i = 0; i < 2; i++) {
		guint left = signs & (i == 0 ? truth : ~truth);
		struct state next = *state;

		if (bit != MD_KEY_NONE) {
			if (left == 0)
				continue;
			set_fact(&next, bit, left);
		}
		arrive(run, node->next[i], &next);
	}
}

/* Whether what is known allows @outcome; *@state knows then what it demands. */
static gboolean meet_demands(const struct run *run, struct state *state,
			     const struct md_outcome *outcome)
{
	for (guint i = 0; i < outcome->demands; i++) {
		guint bit = bit_of(run, outcome->demand[i].key), signs;

		if (bit == MD_KEY_NONE)
			continue;
		signs = fact_of(state, bit) & outcome->demand[i].signs;
		if (signs == 0)
			return FALSE;
		set_fact(state, bit, signs);
	}
	return TRUE;
}

static void step_call(struct run *run, const struct md_node *node, const struct state *state)
{
	const struct md_call *call = g_ptr_array_index(run->flow->graph->calls, node->call);
	const struct md_effect *effect = &g_array_index(run->effects, struct md_effect, node->call);
	struct state next = *state;
	gboolean any = FALSE;

	note_interrupts(&next, call);
	for (guint i = 0; effect->outcomes != NULL && i < effect->outcomes->len; i++) {
		const struct md_outcome *outcome =
			&g_array_index(effect->outcomes, struct md_outcome, i);
		struct state after = next;

		if (!meet_demands(run, &after, outcome))
			continue;
		any = TRUE;
		apply(run, &after, outcome);
		if (run->result_bit[node->call] != MD_KEY_NONE)
			set_fact(&after, run->result_bit[node->call], outcome->signs);
		arrive(run, node->next[0], &after);
	}
	if (!any)
		arrive(run, node->next[0], &next);
}

static void step_set(struct run *run, guint index, const struct md_node *node, struct state *state)
{
	guint signs = signs_of(run, state, &node->value), bit = bit_of(run, node->target);

	state->fact[0] |= run->kill[2 * index];
	state->fact[1] |= run->kill[2 * index + 1];
	if (bit != MD_KEY_NONE)
		set_fact(state, bit, signs);
	arrive(run, node->next[0], state);
}

static void step_leave(struct run *run, const struct md_node *node, struct state *state)
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

static void step(struct run *run, guint index, struct state state)
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
		set_fact(&state, MD_FACT_RESULT, signs_of(run, &state, &node->value));
		arrive(run, node->next[0], &state);
		break;
	}
}

/* ---------------------------------------------------------------- the run */

static void flow_states(struct run *run)
{
	struct state start = { .fact = { G_MAXUINT64, G_MAXUINT64 } };
	guint64 steps = 0, most = (guint64)STEPS_PER_NODE * run->flow->graph->nodes->len;

	for (guint i = 0; i < run->flow->graph->keys->len; i++) {
		const struct md_key *key = &g_array_index(run->flow->graph->keys, struct md_key, i);

		if (key->bit != MD_KEY_NONE && is_never(run, key))
			set_fact(&start, key->bit, MD_VALUE_ZERO);
	}
	run->most_states = STATES_MAX;
	arrive(run, 0, &start);
	while (run->queue->len > 0) {
		/* The last first: it is the deepest, and its successors are hot. */
		struct step next = g_array_index(run->queue, struct step, run->queue->len - 1);
		const struct place *place = run->place[next.node];

		g_array_set_size(run->queue, run->queue->len - 1);
		if (next.state >= place->count)
			continue;
		if (++steps > most)
			run->most_states = 1;
		step(run, next.node, place->state[next.state]);
	}
}

/* The takes of locks that are held in @state, by whichever of their takes. */
static guint64 held_by_any(const struct run *run, const struct state *state)
{
	guint64 held = 0;

	for (guint i = 0; i < run->holding->takes->len; i++) {
		if (state->held >> i & 1)
			held |= run->group[i];
	}
	return held;
}

/* What is held at the calls that were reached, unless it is known from a run before. */
static void note_calls(const struct run *run, gboolean *known)
{
	struct md_holding *holding = run->holding;

	for (guint i = 0; i < run->flow->graph->nodes->len; i++) {
		const struct md_node *node =
			&g_array_index(run->flow->graph->nodes, struct md_node, i);
		const struct place *place = run->place[i];
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

static void forget_places(struct run *run)
{
	for (guint i = 0; i < run->flow->graph->nodes->len; i++)
		g_clear_pointer(&run->place[i], g_free);
}

/* ---------------------------------------------------------------- outcomes */

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

/* What was known all along in @state, of what the caller may know: parameters, the configuration.
 */
static void note_demands(const struct run *run, const struct state *state,
			 struct md_outcome *outcome)
{
	const struct md_flow *flow = run->flow;

	for (guint i = 0; i < flow->graph->keys->len; i++) {
		const struct md_key *key = &g_array_index(flow->graph->keys, struct md_key, i);
		struct md_demand demand = { .signs = MD_VALUE_ANY };

		if (key->bit == MD_KEY_NONE || outcome->demands == MD_DEMANDS_MAX ||
		    key->text[0] == '@' || key->text[0] == '?' ||
		    (run->killed[key->bit / FACTS_PER_WORD] >> key->bit % FACTS_PER_WORD * 3 & 1))
			continue;
		demand.signs = fact_of(state, key->bit);
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

static void note_outcomes(const struct run *run)
{
	const struct place *place = run->place[1]; /* the exit */
	const struct md_holding *holding = run->holding;

	for (guint i = 0; place != NULL && i < place->count; i++) {
		const struct state *state = &place->state[i];
		struct md_outcome outcome = { .signs = fact_of(state, MD_FACT_RESULT) };

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

static void run_flow(struct md_flow *flow, struct md_holding *holding, const GArray *effects)
{
	guint nodes = flow->graph->nodes->len, calls = flow->graph->calls->len;
	g_autofree struct place **place = g_new0(struct place *, nodes);
	g_autofree guint64 *kill = g_new0(guint64, 2 * (gsize)nodes);
	g_autofree struct match *match = g_new0(struct match, MD_SITES_MAX);
	g_autofree guint64 *cancel = g_new0(guint64, MD_SITES_MAX);
	g_autofree guint64 *group = g_new0(guint64, MD_SITES_MAX);
	g_autofree guint *result_bit = g_new(guint, calls);
	g_autofree gboolean *known = g_new0(gboolean, calls);
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(struct step));
	struct run run = { .flow = flow,
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
	choose_facts(&run);
	find_matches(&run);
	flow_states(&run);
	note_calls(&run, known);
	note_outcomes(&run);
	forget_places(&run);
	if (!all_known(known, calls)) {
		run.trusting = FALSE;
		flow_states(&run);
		note_calls(&run, known);
		/* It never came to its end, by what conditions in memory said. */
		if (holding->outcomes->len == 0)
			note_outcomes(&run);
		forget_places(&run);
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
	if (effects != NULL)
		run_flow(flow, holding, effects);
	flow->locks->depth--;
	flow->busy = FALSE;
	flow->holding = holding;
	return holding;
}

/* --------------------------------------------------------------- what is held */

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
