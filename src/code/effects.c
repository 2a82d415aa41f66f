/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the calls of a function do to locks: by the table, or because the function that is called
 * leaves more or less of them than it found.
 *
 * Which functions are read for that: all that the compiler may inline, which are short or stand
 * in the same file, and others whose name tells (task_rq_lock, finish_task_switch) or that are
 * annotated (__acquires). Any other function is taken to give back what it takes.
 *
 * A function is read once for all its callers: its outcomes are in terms of its parameters or of
 * what locks are called by type. Cost: a look-up for each call, and of each function that is
 * reached a run of held.c.
 */
#include "code/held.h"
#include "code/internal.h"

#include <string.h>

/* Words between the underscores of names that lock or unlock for their callers. */
static const char *const telling[] = {
	"lock",	   "unlock", "locked",	"relock",  "trylock", "acquire", "release", "begin",
	"end",	   "start",  "finish",	"stop",	   "enter",   "exit",	 "get",	    "put",
	"freeze",  "thaw",   "seize",	"grab",	   "drop",    "pin",	 "unpin",   "down",
	"up",	   "lockup", "hold",	"unhold",  "own",     "disown",	 "reserve", "unreserve",
	"balance", "switch", "next",	"select",  "map",     "unmap",	 "open",    "close",
	"suspend", "resume", "prepare", "preload", "want",    "done",	 "exec",
};

/* The surest words. */
static gboolean is_lock_name(const char *name)
{
	return strstr(name, "lock") != NULL;
}

static gboolean is_telling(const char *name)
{
	while (*name != '\0') {
		gsize size = strcspn(name, "_");

		for (guint i = 0; i < G_N_ELEMENTS(telling); i++) {
			if (strlen(telling[i]) == size && memcmp(name, telling[i], size) == 0)
				return TRUE;
		}
		name += size + (name[size] == '_');
	}
	return is_lock_name(name);
}

static gboolean is_annotated(const struct md_flow *flow)
{
	const char *brace = memchr(flow->text.data, '{', flow->text.size);
	gsize size = brace != NULL ? (gsize)(brace - flow->text.data) : flow->text.size;

	return memmem(flow->text.data, size, "__acquires", strlen("__acquires")) != NULL ||
	       memmem(flow->text.data, size, "__releases", strlen("__releases")) != NULL ||
	       memmem(flow->text.data, size, "__cond_acquires", strlen("__cond_acquires")) != NULL;
}

/* ------------------------------------------------------------------- sites */

/* The index of @site in @sites, which owns it then; MD_SITES_MAX: there is no room. */
static guint add_site(GArray *sites, struct md_site *site)
{
	if (sites->len == MD_SITES_MAX) {
		md_site_clear(site);
		return MD_SITES_MAX;
	}
	g_array_append_val(sites, *site);
	return sites->len - 1;
}

/* What is given back is one thing, wherever that is. */
static guint add_give(GArray *gives, struct md_site *site)
{
	for (guint i = 0; i < gives->len; i++) {
		const struct md_site *other = &g_array_index(gives, struct md_site, i);

		if (other->object != NULL && site->object != NULL &&
		    md_sites_compare(other, site) == MD_LIKE_SAME) {
			md_site_clear(site);
			return i;
		}
	}
	return add_site(gives, site);
}

/* Whether @word is one of the words of "struct rq.lock". */
static gboolean is_word_of(const char *word, const char *name)
{
	g_auto(GStrv) words = g_strsplit_set(name, " .", -1);

	return g_strv_contains((const char *const *)words, word);
}

static void name_site(struct md_flow *flow, struct md_site *site)
{
	g_autofree char *pointer = NULL;
	struct md_lock_name name = { NULL, -1, FALSE };

	site->parameter = -1;
	if (site->object == NULL)
		return;
	pointer = md_lock_pointer(site->object);
	for (guint i = 0; i < flow->parameters->len && site->object[0] == '*'; i++) {
		/* A macro's have no types. */
		if (flow->macro && strcmp(g_ptr_array_index(flow->parameters, i), pointer) == 0) {
			site->parameter = (int)i;
			return;
		}
	}
	md_scope_name_lock(md_flow_scope(flow), md_slice_from_string(pointer), &name);
	/* "type.member" of a macro that is given the type and the member. */
	for (guint i = 0; i < flow->parameters->len && flow->macro && name.name != NULL; i++) {
		if (is_word_of(g_ptr_array_index(flow->parameters, i), name.name))
			md_lock_name_clear(&name);
	}
	site->name = name.name;
	site->global = name.global && name.name != NULL;
	site->parameter = name.parameter;
}

static struct md_site site_of_operation(struct md_flow *flow, const struct md_call *call,
					const struct md_lock_operation *operation)
{
	struct md_site site = { .call = call->order,
				.kind = operation->kind,
				.flags = operation->flags & ~(guint)MD_LOCK_SUCCEEDS_ZERO,
				.parameter = -1 };

	if (operation->argument < 0) {
		site.object = g_strdup(md_lock_kind_name(operation->kind));
		site.expression = g_strdup(site.object);
		site.name = g_strdup(site.object);
		site.global = TRUE;
	} else if ((guint)operation->argument < call->arguments->len) {
		site.expression =
			g_strdup(g_ptr_array_index(call->arguments, (guint)operation->argument));
		site.object = md_lock_object(site.expression);
		name_site(flow, &site);
	} else {
		site.expression = g_strdup("?");
	}
	return site;
}

/* What @site of @callee is in @flow, which calls it. */
static struct md_site site_for_caller(struct md_flow *flow, const struct md_call *call,
				      const struct md_flow *callee, const struct md_site *site)
{
	struct md_site own = {
		.call = call->order, .kind = site->kind, .flags = site->flags, .parameter = -1
	};

	if (site->parameter >= 0 && (guint)site->parameter < call->arguments->len)
		own.object =
			md_lock_object(g_ptr_array_index(call->arguments, (guint)site->parameter));
	else if (site->object != NULL)
		own.object =
			site->kind == MD_LOCK_RCU
				? g_strdup(site->object)
				: md_lock_object_for_caller(callee, site->object, call->arguments);
	own.expression = own.object != NULL && site->kind != MD_LOCK_RCU
				 ? md_lock_pointer(own.object)
				 : g_strdup(site->expression);
	if (site->name == NULL) {
		name_site(flow, &own);
	} else {
		own.name = g_strdup(site->name);
		own.global = site->global;
	}
	return own;
}

/* ---------------------------------------------------------------- outcomes */

static GArray *outcomes_new(void)
{
	return g_array_new(FALSE, TRUE, sizeof(struct md_outcome));
}

static void add_outcome(GArray *outcomes, guint signs, guint64 takes, guint64 gives)
{
	struct md_outcome outcome = { .signs = signs, .takes = takes, .gives = gives };

	g_array_append_val(outcomes, outcome);
}

/* What one says whose trylock failed: most trylocks 0, the others an error, down_trylock() 1. */
static guint failure_of(const struct md_lock_operation *operation)
{
	if (!(operation->flags & MD_LOCK_SUCCEEDS_ZERO))
		return MD_VALUE_ZERO;
	return strstr(operation->name, "trylock") != NULL ? MD_VALUE_POSITIVE : MD_VALUE_NEGATIVE;
}

static void take_operation(struct md_flow *flow, struct md_holding *holding,
			   const struct md_call *call, const struct md_lock_operation *operation,
			   struct md_effect *effect)
{
	struct md_site site;
	guint index;

	if (operation->effect == MD_LOCK_WAIT)
		return;
	site = site_of_operation(flow, call, operation);
	index = operation->effect == MD_LOCK_GIVE ? add_give(holding->gives, &site)
						  : add_site(holding->takes, &site);
	if (index == MD_SITES_MAX)
		return;
	effect->outcomes = outcomes_new();
	switch (operation->effect) {
	case MD_LOCK_GIVE:
		add_outcome(effect->outcomes, MD_VALUE_ANY, 0, (guint64)1 << index);
		break;
	case MD_LOCK_TRY:
		add_outcome(effect->outcomes, failure_of(operation), 0, 0);
		add_outcome(effect->outcomes,
			    operation->flags & MD_LOCK_SUCCEEDS_ZERO ? MD_VALUE_ZERO
								     : MD_VALUE_POSITIVE,
			    (guint64)1 << index, 0);
		effect->asked = TRUE;
		break;
	default:
		add_outcome(effect->outcomes, MD_VALUE_ANY, (guint64)1 << index, 0);
	}
}

/* The bits of @from, sites of a callee, as those of @to in @map. */
static guint64 map_bits(guint64 from, const guint *map)
{
	guint64 to = 0;

	for (guint i = 0; i < MD_SITES_MAX; i++) {
		if (from >> i & 1 && map[i] < MD_SITES_MAX)
			to |= (guint64)1 << map[i];
	}
	return to;
}

/* Sites of @callee that its outcomes name, as sites of @flow. */
static void import_sites(struct md_flow *flow, const struct md_call *call,
			 const struct md_flow *callee, const GArray *sites, guint64 wanted,
			 GArray *own, gboolean takes, guint *map)
{
	for (guint i = 0; i < sites->len; i++) {
		struct md_site site;

		map[i] = MD_SITES_MAX;
		if (!(wanted >> i & 1))
			continue;
		site = site_for_caller(flow, call, callee,
				       &g_array_index(sites, struct md_site, i));
		/* Of what cannot be called anything nobody knows when it is given back. */
		if (site.object == NULL && site.name == NULL) {
			md_site_clear(&site);
			continue;
		}
		map[i] = takes ? add_site(own, &site) : add_give(own, &site);
	}
}

/* Of a function with more, conditions of callees are not followed. */
#define MOST_KEYS 2048

static guint signs_of_text(const char *text)
{
	if (strcmp(text, "NULL") == 0 || strcmp(text, "0") == 0 || strcmp(text, "false") == 0)
		return MD_VALUE_ZERO;
	if (text[0] == '&' || text[0] == '"' || strcmp(text, "true") == 0 ||
	    g_ascii_isdigit(text[0]))
		return MD_VALUE_POSITIVE;
	return MD_VALUE_ANY;
}

/* The key of @text in the graph of a caller, which is given one. */
static guint key_of_text(GArray *keys, const char *text)
{
	struct md_key key = { .uses = 1, .bit = MD_KEY_NONE };

	for (guint i = 0; i < keys->len; i++) {
		struct md_key *other = &g_array_index(keys, struct md_key, i);

		if (strcmp(other->text, text) == 0) {
			other->uses++;
			return i;
		}
	}
	key.text = g_strdup(text);
	key.memory = text[0] != '#' && strpbrk(text, ".*[>") != NULL;
	g_array_append_val(keys, key);
	return keys->len - 1;
}

/* The demands of @outcome in the caller's words; FALSE where what it passes rules them out. */
static gboolean import_demands(struct md_flow *flow, const struct md_call *call,
			       const struct md_flow *callee, const struct md_holding *other,
			       struct md_outcome *outcome)
{
	guint kept = 0;

	for (guint i = 0; i < outcome->demands; i++) {
		struct md_demand demand = outcome->demand[i];
		const char *condition = g_ptr_array_index(other->conditions, demand.key);
		g_autofree char *text =
			condition[0] == '#'
				? g_strdup(condition)
				: md_lock_object_for_caller(callee, condition, call->arguments);

		if (text == NULL)
			continue;
		if ((signs_of_text(text) & demand.signs) == 0)
			return FALSE;
		if (signs_of_text(text) != MD_VALUE_ANY)
			continue;
		if (flow->graph->keys->len >= MOST_KEYS)
			continue;
		demand.key = key_of_text(flow->graph->keys, text);
		outcome->demand[kept++] = demand;
	}
	outcome->demands = kept;
	return TRUE;
}

/* Whether nothing that a caller can see tells @a from @b. */
static gboolean is_alike(const struct md_outcome *a, const struct md_outcome *b)
{
	if ((a->signs & ~b->signs) != 0)
		return FALSE;
	for (guint i = 0; i < a->demands; i++) {
		for (guint j = 0; j < b->demands; j++) {
			if (a->demand[i].key == b->demand[j].key &&
			    (a->demand[i].signs & b->demand[j].signs) == 0)
				return FALSE;
		}
	}
	return TRUE;
}

/*
 * A function that now leaves a lock and now leaves none, with nothing to tell when, and whose name
 * does not say that it locks, was not understood: it leaves none.
 */
static void drop_doubtful(GArray *outcomes)
{
	for (guint i = outcomes->len; i-- > 0;) {
		const struct md_outcome *outcome = &g_array_index(outcomes, struct md_outcome, i);
		gboolean doubtful = FALSE;

		if ((outcome->takes | outcome->gives) == 0)
			continue;
		for (guint j = 0; j < outcomes->len && !doubtful; j++) {
			const struct md_outcome *other =
				&g_array_index(outcomes, struct md_outcome, j);

			doubtful = (other->takes | other->gives) == 0 && is_alike(outcome, other);
		}
		if (doubtful)
			g_array_remove_index(outcomes, i);
	}
}

/*
 * Of "return lock_it(p) ? p : NULL" the one outcome is zero, of the other nothing is known: then
 * it is what the first is not.
 */
static void sharpen(GArray *outcomes)
{
	struct md_outcome *some, *other;

	if (outcomes->len != 2)
		return;
	some = &g_array_index(outcomes, struct md_outcome, 0);
	other = &g_array_index(outcomes, struct md_outcome, 1);
	if (some->signs == MD_VALUE_ANY && other->signs != MD_VALUE_ANY)
		some->signs = MD_VALUE_ANY & ~other->signs;
	else if (other->signs == MD_VALUE_ANY && some->signs != MD_VALUE_ANY)
		other->signs = MD_VALUE_ANY & ~some->signs;
}

static void take_callee(struct md_flow *flow, struct md_holding *holding,
			const struct md_call *call, const struct md_flow *callee,
			const struct md_holding *other, struct md_effect *effect)
{
	guint takes[MD_SITES_MAX], gives[MD_SITES_MAX];
	guint64 taken = 0, given = 0;

	for (guint i = 0; i < other->outcomes->len; i++) {
		const struct md_outcome *outcome =
			&g_array_index(other->outcomes, struct md_outcome, i);

		taken |= outcome->takes;
		given |= outcome->gives;
	}
	if ((taken | given) == 0)
		return;
	import_sites(flow, call, callee, other->takes, taken, holding->takes, TRUE, takes);
	import_sites(flow, call, callee, other->gives, given, holding->gives, FALSE, gives);
	effect->outcomes = outcomes_new();
	for (guint i = 0; i < other->outcomes->len; i++) {
		struct md_outcome outcome = g_array_index(other->outcomes, struct md_outcome, i);

		if (!import_demands(flow, call, callee, other, &outcome))
			continue;
		outcome.takes = map_bits(outcome.takes, takes);
		outcome.gives = map_bits(outcome.gives, gives);
		effect->asked |= outcome.signs != MD_VALUE_ANY;
		g_array_append_val(effect->outcomes, outcome);
	}
	sharpen(effect->outcomes);
	if (!is_lock_name(callee->symbol) && !is_annotated(callee))
		drop_doubtful(effect->outcomes);
}

/* ----------------------------------------------------------------- callees */

/* The function that @call reaches and that may change what is held; NULL: it does not. */
static struct md_flow *callee_of(struct md_flow *flow, const struct md_call *call)
{
	/* What a function that locks is made of locks. */
	gboolean tells = is_telling(call->callee) || is_lock_name(flow->symbol);
	struct md_flow *callee;

	if (call->indirect)
		return NULL;
	callee = tells ? md_flow_find(flow->locks, call->callee, flow->path)
		       : md_flow_find_inline(flow->locks, call->callee, flow->path);
	if (callee == NULL || callee == flow)
		return NULL;
	return callee->vanishes || tells || is_annotated(callee) ? callee : NULL;
}

static void effect_clear(void *data)
{
	struct md_effect *effect = data;

	if (effect->outcomes != NULL)
		g_array_unref(effect->outcomes);
}

GArray *md_effects_new(struct md_flow *flow, struct md_holding *holding)
{
	const GPtrArray *calls = flow->graph->calls;
	GArray *effects = g_array_sized_new(FALSE, TRUE, sizeof(struct md_effect), calls->len);
	gboolean any = FALSE;

	g_array_set_clear_func(effects, effect_clear);
	g_array_set_size(effects, calls->len);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		struct md_effect *effect = &g_array_index(effects, struct md_effect, i);
		const struct md_lock_operation *operation =
			md_lock_operation_find(md_slice_from_string(call->callee));
		const struct md_holding *other;
		struct md_flow *callee;

		if (operation != NULL) {
			take_operation(flow, holding, call, operation, effect);
		} else {
			callee = callee_of(flow, call);
			other = callee != NULL ? md_flow_holding(callee) : NULL;
			if (other != NULL)
				take_callee(flow, holding, call, callee, other, effect);
		}
		any |= effect->outcomes != NULL;
	}
	if (!any)
		g_clear_pointer(&effects, g_array_unref);
	return effects;
}
