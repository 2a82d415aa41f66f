/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From frame to frame, through functions that have none.
 *
 * Between two neighbours of a stack stand the functions that were compiled into the outer
 * one, and those that left by a jump. They are searched for from the outer frame's function:
 * cheapest first (Dijkstra's algorithm, where a price says how far a compiler must go), until
 * one is found that calls the inner frame's function, by its name, through a pointer
 * (through.c), or by a lock operation that shows as that function (lock_operations.c). Cheaper and
 * dearer by little are kept both, since a function may take two locks.
 *
 *   price  the function that vanished
 *   1      a macro; inline, of the file or of a header
 *   2      static, in the same file
 *   4      for all to call, in the same file
 *   5      from elsewhere, if its last act is the call: a jump
 *
 * Where the line of the outer call is known only calls of that statement count. Else how far
 * the return address is into the function, against how far the call is into its source, puts
 * the ways in order; compilers move code, so it excludes none.
 *
 * Locks of the functions on a way are those held at its calls, where the argument of a call
 * names what only the caller knows.
 *
 * Cost: MOST_HOPS functions a pair of frames, each read once for all pairs (flow.c). Pairs are
 * kept, so that ten thousand stacks cost what they differ.
 */
#include "code/ways.h"

#include <math.h>
#include <string.h>

/* Functions that vanished between two frames: more are rare, and the search wide. */
#define MOST_DEPTH 8
#define MOST_PRICE 12
#define MOST_HOPS 300
/* One function on several ways at once: two locks taken through one helper. */
#define MOST_COPIES 3
/* How much dearer than the cheapest a way may be: to a lock, and to what else. */
#define SLACK_LOCK 3
#define SLACK_CALL 1
/* Functions of one name that are tried as the outer one. */
#define MOST_NAMESAKES 8
/* Headers that may say what a name stands for. */
#define MOST_ALIASES 16
/* The price of being at the other end of the function. */
#define FAR 4.0

enum {
	PRICE_INLINE = 1,
	PRICE_STATIC = 2,
	PRICE_SAME_FILE = 4,
	PRICE_JUMP = 5,
};

struct md_ways_cache {
	struct md_locks *locks;
	GHashTable *known; /* of frames, as key_of() writes them, to GPtrArray of struct md_way */
	GHashTable *functions; /* struct md_flow to struct md_function */
	GHashTable *goals;     /* "symbol path near" to struct md_goal */
	GHashTable *aliases;   /* a name to GPtrArray of what headers say that it is */
	GHashTable *edges;     /* struct md_flow to its struct edge, one a call */
};

/* What a call is to any search: most functions are met in many. */
struct edge {
	const struct md_lock_operation *operation; /* NULL: it is none */
	const GPtrArray *aliases;		   /* of char *: what it is by headers */
	struct md_flow *callee;			   /* NULL: there is no source of it */
	guint price;				   /* that the callee has no frame */
	gboolean none, last, through; /* no call; the function's last act; by a pointer */
	gboolean read;		      /* the callee was looked for */
	gboolean jump;		      /* it has none only if it ends in the call */
};

/* A call that ends a way. */
struct arrival {
	const struct md_hop *hop;
	const struct md_call *call; /* NULL: there is none to be seen */
	const struct md_lock_operation *operation;
	char *how;
	guint price;
	double score; /* the price, and how far from where the frame says */
};

struct search {
	struct md_ways_cache *cache;
	const struct md_spot *outer;
	const struct md_goal *goal;
	const struct md_lock_wait *wait; /* of the goal; NULL */
	GPtrArray *hops;		 /* of struct md_hop, as found */
	GArray *queue[MOST_PRICE + 1];	 /* of indexes of hops, by price */
	GHashTable *copies;		 /* struct md_flow to how often it is there */
	GArray *arrivals;		 /* of struct arrival */
	guint best;			 /* price of the cheapest; MOST_PRICE: none */
	guint first, last;		 /* lines of the call in the outer function; 0: any */
};

/* ------------------------------------------------------------------- cache */

static void way_free(void *data)
{
	struct md_way *way = data;

	g_ptr_array_unref(way->steps);
	g_array_unref(way->held);
	md_lock_name_clear(&way->wanted);
	g_free(way->wanted_expression);
	g_free(way);
}

static void step_free(void *data)
{
	struct md_way_step *step = data;

	g_free(step->symbol);
	g_free(step->path);
	g_free(step->how);
	g_free(step);
}

static void function_free(void *data)
{
	md_function_free(data);
}

static void goal_free(void *data)
{
	struct md_goal *goal = data;

	g_array_unref((GArray *)goal->pointers);
	g_free((char *)goal->symbol);
	g_free(goal);
}

static void ways_unref(void *data)
{
	g_ptr_array_unref(data);
}

struct md_ways_cache *md_ways_cache_new(struct md_locks *locks)
{
	struct md_ways_cache *cache = g_new0(struct md_ways_cache, 1);

	cache->locks = locks;
	cache->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, ways_unref);
	cache->functions = g_hash_table_new_full(NULL, NULL, NULL, function_free);
	cache->goals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, goal_free);
	cache->aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, ways_unref);
	cache->edges = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return cache;
}

void md_ways_cache_free(struct md_ways_cache *cache)
{
	if (cache == NULL)
		return;
	g_hash_table_unref(cache->known);
	g_hash_table_unref(cache->edges);
	g_hash_table_unref(cache->aliases);
	g_hash_table_unref(cache->goals);
	g_hash_table_unref(cache->functions);
	g_free(cache);
}

static const struct md_function *function_of(struct md_ways_cache *cache, struct md_flow *flow)
{
	struct md_function *function = g_hash_table_lookup(cache->functions, flow);

	if (function == NULL) {
		function = md_function_new(flow);
		g_hash_table_insert(cache->functions, flow, function);
	}
	return function;
}

/*
 * The paths of the functions called @name, the likeliest first: that in @path, then what is not
 * static. The core of the kernel is looked through before its drivers.
 */
static GPtrArray *namesakes(struct md_ways_cache *cache, const char *name, const char *path)
{
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	struct md_source *source = cache->locks->source;
	int global = 0; /* so many of them are not static */

	md_source_find_name(source, name, hits);
	for (guint i = 0; i < 2 * hits->len && paths->len < MOST_NAMESAKES; i++) {
		const char *other = g_array_index(hits, struct md_hit, i % hits->len).path;
		gboolean core = md_kernel_part_of(other, NULL) == MD_KERNEL_CORE;
		const struct md_file *file =
			core == (i < hits->len) ? md_source_file(source, other) : NULL;
		const struct md_definition *found = file ? md_file_find(file, name) : NULL;

		if (found == NULL || found->kind != MD_DEFINITION_FUNCTION ||
		    g_ptr_array_find_with_equal_func(paths, other, g_str_equal, NULL))
			continue;
		if (g_strcmp0(other, path) == 0)
			g_ptr_array_insert(paths, 0, g_strdup(other));
		else if (md_file_is_static(file, found))
			g_ptr_array_add(paths, g_strdup(other));
		else
			g_ptr_array_insert(paths, global, g_strdup(other));
		global += g_strcmp0(other, path) == 0 || !md_file_is_static(file, found);
	}
	return paths;
}

/*
 * The function @symbol, of file @path or, where that is NULL, as seen from @near: if it is none
 * that can be seen from there, any of that name, for a pointer may lead to it.
 */
static const struct md_goal *goal_of(struct md_ways_cache *cache, const char *symbol,
				     const char *path, const char *near)
{
	g_autofree char *key =
		g_strdup_printf("%s %s %s", symbol, path ? path : "", near ? near : "");
	struct md_goal *goal = g_hash_table_lookup(cache->goals, key);
	g_autoptr(GPtrArray) paths = NULL;

	if (goal != NULL)
		return goal;
	goal = g_new0(struct md_goal, 1);
	goal->symbol = g_strdup(symbol);
	goal->flow = md_flow_find(cache->locks, symbol, path ? path : near);
	if (goal->flow != NULL) {
		paths = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(paths, g_strdup(md_flow_path(goal->flow)));
	} else {
		paths = namesakes(cache, symbol, path);
		if (paths->len > 0)
			goal->flow =
				md_flow_find(cache->locks, symbol, g_ptr_array_index(paths, 0));
	}
	if (goal->flow != NULL)
		goal->function = function_of(cache, goal->flow);
	g_ptr_array_add(paths, g_strdup(near));
	goal->pointers = md_pointers_find(cache->locks, symbol, paths);
	g_hash_table_insert(cache->goals, g_steal_pointer(&key), goal);
	return goal;
}

/* ------------------------------------------------------------------ search */

static void hop_free(void *data)
{
	struct md_hop *hop = data;

	g_free(hop->how);
	g_free(hop);
}

static void arrival_clear(void *data)
{
	struct arrival *arrival = data;

	g_free(arrival->how);
}

static void search_init(struct search *search, struct md_ways_cache *cache)
{
	search->cache = cache;
	search->hops = g_ptr_array_new_with_free_func(hop_free);
	for (guint i = 0; i <= MOST_PRICE; i++)
		search->queue[i] = g_array_new(FALSE, FALSE, sizeof(guint));
	search->copies = g_hash_table_new(NULL, NULL);
	search->arrivals = g_array_new(FALSE, FALSE, sizeof(struct arrival));
	g_array_set_clear_func(search->arrivals, arrival_clear);
	search->best = MOST_PRICE;
}

static void search_clear(struct search *search)
{
	g_array_unref(search->arrivals);
	g_hash_table_unref(search->copies);
	for (guint i = 0; i <= MOST_PRICE; i++)
		g_array_unref(search->queue[i]);
	g_ptr_array_unref(search->hops);
}

static gboolean is_on_the_way(const struct md_hop *hop, const struct md_flow *flow)
{
	for (; hop != NULL; hop = hop->parent) {
		if (hop->flow == flow)
			return TRUE;
	}
	return FALSE;
}

static void add_hop(struct search *search, struct md_flow *flow, const struct md_hop *parent,
		    const struct md_call *call, guint price, char *how)
{
	guint copies = GPOINTER_TO_UINT(g_hash_table_lookup(search->copies, flow));
	struct md_hop *hop;
	guint index = search->hops->len;

	if (price > MOST_PRICE || copies == MOST_COPIES || index == MOST_HOPS ||
	    (parent != NULL && parent->depth == MOST_DEPTH) || is_on_the_way(parent, flow)) {
		g_free(how);
		return;
	}
	hop = g_new0(struct md_hop, 1);
	hop->flow = flow;
	hop->function = function_of(search->cache, flow);
	hop->parent = parent;
	hop->call = call;
	hop->how = how;
	hop->price = price;
	hop->depth = parent ? parent->depth + 1 : 0;
	g_ptr_array_add(search->hops, hop);
	g_array_append_val(search->queue[price], index);
	g_hash_table_insert(search->copies, flow, GUINT_TO_POINTER(copies + 1));
}

/* What it costs that @flow, which @caller calls, has no frame; *jump: only if it ends in the call.
 */
static guint price_of(struct md_ways_cache *cache, const struct md_flow *caller,
		      struct md_flow *flow, gboolean *jump)
{
	const struct md_function *function = function_of(cache, flow);

	*jump = FALSE;
	if (function->macro || function->quick || g_str_has_suffix(md_flow_path(flow), ".h"))
		return PRICE_INLINE;
	if (md_flow_may_vanish(flow) || function->local)
		return PRICE_STATIC;
	if (strcmp(md_flow_path(flow), md_flow_path(caller)) == 0)
		return PRICE_SAME_FILE;
	*jump = TRUE;
	return PRICE_JUMP;
}

/* Adds what @file says that @name is: "#define call_rcu call_rcu_sched". */
static void add_alias(GPtrArray *aliases, const struct md_file *file, const char *name)
{
	const struct md_definition *macro = file != NULL ? md_file_find(file, name) : NULL;
	g_autoptr(GArray) tokens = NULL;
	struct md_slice word;

	if (macro == NULL || macro->kind != MD_DEFINITION_MACRO ||
	    !md_definition_is_constant(macro))
		return;
	tokens = md_tokens_read(md_file_slice(file, macro));
	/* The directive, its two words, and its end. */
	if (tokens->len != 4 || md_token_at(tokens, 2)->kind != MD_TOKEN_WORD)
		return;
	word = md_token_at(tokens, 2)->text;
	g_ptr_array_add(aliases, g_strndup(word.data, word.size));
}

/* What headers say that @name is, each in one configuration of the kernel. */
static const GPtrArray *aliases_of(struct md_ways_cache *cache, const char *name)
{
	GPtrArray *aliases = g_hash_table_lookup(cache->aliases, name);
	g_autoptr(GArray) hits = NULL;

	if (aliases != NULL)
		return aliases;
	aliases = g_ptr_array_new_with_free_func(g_free);
	hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));
	md_source_find_name(cache->locks->source, name, hits);
	for (guint i = 0; i < MIN(hits->len, MOST_ALIASES); i++) {
		const char *path = g_array_index(hits, struct md_hit, i).path;

		if (g_str_has_suffix(path, ".h"))
			add_alias(aliases, md_source_file(cache->locks->source, path), name);
	}
	g_hash_table_insert(cache->aliases, g_strdup(name), aliases);
	return aliases;
}

/* Of @flow, one a call, in their order. */
static struct edge *edges_of(struct md_ways_cache *cache, struct md_flow *flow)
{
	const struct md_function *function = function_of(cache, flow);
	const GPtrArray *calls = md_flow_calls(flow);
	struct edge *edges = g_hash_table_lookup(cache->edges, flow);

	if (edges != NULL)
		return edges;
	edges = g_new0(struct edge, calls->len + 1);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		struct edge *edge = &edges[i];

		edge->none = md_function_declares(function, call);
		edge->last = md_function_ends_in(function, call);
		edge->through = md_through_is(function, call);
		edge->operation = md_lock_operation_find(md_slice_from_string(call->callee));
		if (!call->indirect)
			edge->aliases = aliases_of(cache, call->callee);
	}
	g_hash_table_insert(cache->edges, flow, edges);
	return edges;
}

/* Looks for what @edge, the call @call of @flow, goes to. */
static void read_edge(struct md_ways_cache *cache, struct md_flow *flow, const struct md_call *call,
		      struct edge *edge)
{
	if (edge->read)
		return;
	edge->read = TRUE;
	edge->callee = md_flow_find(cache->locks, call->callee, md_flow_path(flow));
	if (edge->callee != NULL)
		edge->price = price_of(cache, flow, edge->callee, &edge->jump);
}

static void arrive(struct search *search, struct arrival arrival)
{
	if (arrival.price > MOST_PRICE) {
		g_free(arrival.how);
		return;
	}
	g_array_append_val(search->arrivals, arrival);
	search->best = MIN(search->best, arrival.price);
}

/* Whether a call of that name and these other names is one of the goal. */
static gboolean is_goal(const struct search *search, const char *name, const GPtrArray *aliases)
{
	const char *wanted = search->goal->symbol;

	if (strcmp(name, wanted) == 0)
		return TRUE;
	return aliases->len > 0 &&
	       g_ptr_array_find_with_equal_func((GPtrArray *)aliases, wanted, g_str_equal, NULL);
}

/* One call of @hop: an end of the way, or a function that may have vanished. */
static void take_call(struct search *search, const struct md_hop *hop, const struct md_call *call,
		      struct edge *edge)
{
	struct arrival arrival = { .hop = hop, .call = call, .price = hop->price };
	const char *goal = search->goal->symbol;
	guint price;

	if (edge->operation != NULL && search->wait != NULL) {
		arrival.operation = edge->operation;
		if ((!call->indirect && strcmp(call->callee, goal) == 0) ||
		    md_lock_operation_shows(edge->operation, goal))
			arrive(search, arrival);
		return;
	}
	if (!call->indirect && is_goal(search, call->callee, edge->aliases)) {
		arrive(search, arrival);
		return;
	}
	if (edge->through) {
		price = md_through_price(hop, call, search->goal, &arrival.how);
		arrival.price += price;
		if (price > 0)
			arrive(search, arrival);
		if (call->indirect)
			return;
	}
	read_edge(search->cache, hop->flow, call, edge);
	if (edge->callee != NULL)
		add_hop(search, edge->callee, hop, call, hop->price + edge->price,
			edge->jump ? g_strdup("which ends in a jump") : NULL);
}

static void expand(struct search *search, const struct md_hop *hop)
{
	const GPtrArray *calls = md_flow_calls(hop->flow);
	struct edge *edges = edges_of(search->cache, hop->flow);

	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);

		if (hop->parent == NULL && search->first != 0 &&
		    (call->line < search->first || call->line > search->last))
			continue;
		if (!edges[i].none && (hop->how == NULL || edges[i].last))
			take_call(search, hop, call, &edges[i]);
	}
}

static guint slack_of(const struct search *search)
{
	if (search->wait != NULL)
		return SLACK_LOCK;
	return search->best > 0 ? SLACK_CALL : 0;
}

static void run(struct search *search, struct md_flow *start)
{
	add_hop(search, start, NULL, NULL, 0, NULL);
	for (guint price = 0; price <= MOST_PRICE; price++) {
		/* What is found here is of this price or dearer. */
		for (guint i = 0; i < search->queue[price]->len; i++) {
			guint index = g_array_index(search->queue[price], guint, i);

			if (search->best < MOST_PRICE && price > search->best + slack_of(search))
				return;
			expand(search, g_ptr_array_index(search->hops, index));
		}
	}
}

/* ------------------------------------------------------------------- order */

static guint line_in_outer(const struct arrival *arrival)
{
	const struct md_call *call = arrival->call;

	for (const struct md_hop *hop = arrival->hop; hop->parent != NULL; hop = hop->parent)
		call = hop->call;
	return call != NULL ? call->line : 0;
}

static int compare_arrivals(const void *a, const void *b)
{
	const struct arrival *left = a, *right = b;

	if (left->score != right->score)
		return left->score < right->score ? -1 : 1;
	return (line_in_outer(left) > line_in_outer(right)) -
	       (line_in_outer(left) < line_in_outer(right));
}

/* The likeliest first; those that are too dear go. */
static void put_in_order(struct search *search)
{
	const struct md_spot *outer = search->outer;
	guint kept = 0, most = search->best + slack_of(search);

	for (guint i = 0; i < search->arrivals->len; i++) {
		struct arrival *arrival = &g_array_index(search->arrivals, struct arrival, i);
		const struct md_function *function =
			((struct md_hop *)g_ptr_array_index(search->hops, 0))->function;

		arrival->score = arrival->price;
		if (outer->offset != G_MAXUINT64 && outer->size != G_MAXUINT64 && outer->size > 0 &&
		    function->last > function->first) {
			double there = MIN(1.0, (double)outer->offset / (double)outer->size);
			double here = (double)(line_in_outer(arrival) - function->first) /
				      (double)(function->last - function->first);

			arrival->score += FAR * fabs(here - there);
		}
		if (arrival->price <= most) {
			struct arrival other =
				g_array_index(search->arrivals, struct arrival, kept);

			g_array_index(search->arrivals, struct arrival, kept) = *arrival;
			*arrival = other;
			kept++;
		}
	}
	g_array_set_size(search->arrivals, kept);
	g_array_sort(search->arrivals, compare_arrivals);
	g_array_set_size(search->arrivals, MIN(kept, MD_WAYS_MAX));
}

/* ------------------------------------------------------------------- locks */

/* @expression of a macro with the arguments of its call put in. */
static char *expand_arguments(const struct md_hop *hop, const char *expression)
{
	g_autoptr(GArray) tokens = md_tokens_read(md_slice_from_string(expression));
	GString *text = g_string_new(NULL);
	const char *at = expression;

	for (guint i = 0; i < tokens->len; i++) {
		const struct md_token *token = md_token_at(tokens, i);
		g_autofree char *word = g_strndup(token->text.data, token->text.size);
		int parameter = md_function_parameter(hop->function, word);

		if (token->kind != MD_TOKEN_WORD || parameter < 0 ||
		    (guint)parameter >= hop->call->arguments->len)
			continue;
		g_string_append_len(text, at, token->text.data - at);
		g_string_append(text, g_ptr_array_index(hop->call->arguments, parameter));
		at = token->text.data + token->text.size;
	}
	g_string_append(text, at);
	return g_string_free(text, FALSE);
}

/*
 * Names the lock that @expression points to in the function of @hop, by what the callers know
 * where it is a parameter; *shown is the expression that named it, a new string.
 */
static void name_lock(const struct md_hop *hop, const char *expression, struct md_lock_name *name,
		      char **shown)
{
	g_autofree char *current = g_strdup(expression);

	for (;; hop = hop->parent) {
		char *next = NULL;

		if (hop->parent != NULL && hop->function->macro) {
			next = expand_arguments(hop, current);
		} else {
			md_lock_name_clear(name);
			md_scope_name_lock(md_flow_scope(hop->flow), md_slice_from_string(current),
					   name);
			if (name->parameter < 0 || hop->parent == NULL ||
			    (guint)name->parameter >= hop->call->arguments->len)
				break;
			next = g_strdup(g_ptr_array_index(hop->call->arguments, name->parameter));
		}
		g_free(current);
		current = next;
	}
	*shown = g_steal_pointer(&current);
}

static void find_wanted(struct md_way *way, const struct arrival *arrival,
			const struct md_lock_wait *wait)
{
	int argument = -1;

	way->operation = arrival->operation;
	way->wanted.parameter = -1;
	if (arrival->operation != NULL)
		argument = arrival->operation->argument;
	else if (wait != NULL && wait->plain)
		argument = 0;
	if (argument < 0 || arrival->call == NULL ||
	    (guint)argument >= arrival->call->arguments->len)
		return;
	name_lock(arrival->hop, g_ptr_array_index(arrival->call->arguments, argument), &way->wanted,
		  &way->wanted_expression);
}

/* -------------------------------------------------------------------- ways */

static void add_step(struct md_way *way, const struct md_hop *hop, const struct md_call *call,
		     const char *how, gboolean pointer)
{
	struct md_way_step *step = g_new0(struct md_way_step, 1);

	step->symbol = g_strdup(md_flow_symbol(hop->flow));
	step->path = g_strdup(md_flow_path(hop->flow));
	step->line = call != NULL ? call->line : 0;
	step->how = g_strdup(how);
	step->pointer = pointer;
	g_ptr_array_add(way->steps, step);
}

static struct md_way *way_new(const struct search *search, const struct arrival *arrival)
{
	struct md_way *way = g_new0(struct md_way, 1);
	const struct md_hop *chain[MOST_DEPTH + 1];
	guint count = 0, hops;

	way->steps = g_ptr_array_new_with_free_func(step_free);
	way->held = md_held_array_new();
	for (const struct md_hop *hop = arrival->hop; hop != NULL; hop = hop->parent)
		chain[count++] = hop;
	hops = count;
	while (count-- > 0) {
		const struct md_call *call = count > 0 ? chain[count - 1]->call : arrival->call;
		const char *how = count > 0 ? chain[count - 1]->how : arrival->how;

		add_step(way, chain[count], call, how, count == 0 && arrival->how != NULL);
	}
	md_way_hold(way, chain, hops, arrival->call);
	find_wanted(way, arrival, search->wait);
	return way;
}

/* The search from the function @name of @path; with none found it is empty. */
static void search_from(struct search *search, const char *name, const char *path,
			const struct md_spot *inner, const char *goal)
{
	struct md_flow *start = md_flow_find(search->cache->locks, name, path);

	if (start == NULL)
		return;
	search->goal = goal_of(search->cache, goal, inner->path, md_flow_path(start));
	search->wait = md_lock_wait_find(search->goal->symbol);
	if (search->outer->line != 0)
		md_function_statement(function_of(search->cache, start), search->outer->line,
				      &search->first, &search->last);
	run(search, start);
	put_in_order(search);
}

/* The frames of a system call's macro, or of a function that a compiler split, are one function. */
static void add_same(struct search *search, const struct md_spot *inner)
{
	struct arrival arrival = { 0 };

	if (search->hops->len == 0)
		return;
	g_array_set_size(search->arrivals, 0);
	arrival.hop = g_ptr_array_index(search->hops, 0);
	arrival.how = g_strdup(strcmp(search->outer->symbol, inner->symbol) == 0
				       ? "which the compiler split"
				       : "which its macro makes of it");
	arrive(search, arrival);
}

static void search_all(struct search *best, const struct md_spot *outer,
		       const struct md_spot *inner)
{
	g_autofree char *name = md_symbol_source_name(outer->symbol);
	g_autofree char *goal = md_symbol_source_name(inner->symbol);
	g_autoptr(GPtrArray) paths = outer->path != NULL
					     ? g_ptr_array_new_with_free_func(g_free)
					     : namesakes(best->cache, name, inner->path);

	if (outer->path != NULL)
		g_ptr_array_add(paths, g_strdup(outer->path));
	best->outer = outer;
	for (guint i = 0; i < paths->len; i++) {
		struct search search = { .outer = outer };
		struct search other;

		search_init(&search, best->cache);
		search_from(&search, name, g_ptr_array_index(paths, i), inner, goal);
		if (strcmp(name, goal) == 0 &&
		    (search.arrivals->len == 0 || strcmp(outer->symbol, inner->symbol) != 0))
			add_same(&search, inner);
		if (i == 0 || search.best < best->best) {
			other = *best;
			*best = search;
			search = other;
		}
		search_clear(&search);
		if (best->best == 0)
			break;
	}
}

static char *key_of(const struct md_spot *outer, const struct md_spot *inner)
{
	return g_strdup_printf("%s %s %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s %s",
			       outer->symbol, outer->path ? outer->path : "", outer->line,
			       outer->offset, outer->size, inner->symbol,
			       inner->path ? inner->path : "");
}

const GPtrArray *md_locks_ways(struct md_locks *locks, const struct md_spot *outer,
			       const struct md_spot *inner)
{
	struct md_ways_cache *cache = locks->ways;
	g_autofree char *key = key_of(outer, inner);
	GPtrArray *ways = g_hash_table_lookup(cache->known, key);
	struct md_spot anywhere = *outer;
	struct search search = { 0 };

	if (ways != NULL)
		return ways;
	search_init(&search, cache);
	search_all(&search, outer, inner);
	if (search.arrivals->len == 0 && outer->line != 0) { /* of another tree, it seems */
		search_clear(&search);
		anywhere.line = 0;
		search_init(&search, cache);
		search_all(&search, &anywhere, inner);
	}
	ways = g_ptr_array_new_with_free_func(way_free);
	for (guint i = 0; i < search.arrivals->len; i++)
		g_ptr_array_add(
			ways, way_new(&search, &g_array_index(search.arrivals, struct arrival, i)));
	search_clear(&search);
	g_hash_table_insert(cache->known, g_steal_pointer(&key), ways);
	return ways;
}
