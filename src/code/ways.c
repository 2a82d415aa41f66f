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
/* The price of being at the other end of the function. */
#define FAR 4.0

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
	hop->function = md_ways_function(search->cache, flow);
	hop->parent = parent;
	hop->call = call;
	hop->how = how;
	hop->price = price;
	hop->depth = parent ? parent->depth + 1 : 0;
	g_ptr_array_add(search->hops, hop);
	g_array_append_val(search->queue[price], index);
	g_hash_table_insert(search->copies, flow, GUINT_TO_POINTER(copies + 1));
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
		      struct md_edge *edge)
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
	md_edge_read(search->cache, hop->flow, call, edge);
	if (edge->callee != NULL)
		add_hop(search, edge->callee, hop, call, hop->price + edge->price,
			edge->jump ? g_strdup("which ends in a jump") : NULL);
}

static void expand(struct search *search, const struct md_hop *hop)
{
	const GPtrArray *calls = md_flow_calls(hop->flow);
	struct md_edge *edges = md_ways_edges(search->cache, hop->flow);

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

/* -------------------------------------------------------------------- ways */

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
	md_way_want(way, arrival->hop, arrival->call, arrival->operation, search->wait);
	return way;
}

/* The search from the function @name of @path; with none found it is empty. */
static void search_from(struct search *search, const char *name, const char *path,
			const struct md_spot *inner, const char *goal)
{
	struct md_flow *start = md_flow_find(search->cache->locks, name, path);

	if (start == NULL)
		return;
	search->goal = md_ways_goal(search->cache, goal, inner->path, md_flow_path(start));
	search->wait = md_lock_wait_find(search->goal->symbol);
	if (search->outer->line != 0)
		md_function_statement(md_ways_function(search->cache, start), search->outer->line,
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
					     : md_ways_namesakes(best->cache, name, inner->path);

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
