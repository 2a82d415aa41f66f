/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the searches for ways read of functions, once for all of them: what each calls and what
 * that is by other names, what it costs that a function has no frame, where one that is looked
 * for may be.
 */
#include "code/ways.h"

#include <string.h>

/* Functions of one name that are tried as the outer one. */
#define MOST_NAMESAKES 8
/* Headers that may say what a name stands for. */
#define MOST_ALIASES 16

enum {
	PRICE_INLINE = 1,
	PRICE_STATIC = 2,
	PRICE_SAME_FILE = 4,
	PRICE_JUMP = 5,
};

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

const struct md_function *md_ways_function(struct md_ways_cache *cache, struct md_flow *flow)
{
	struct md_function *function = g_hash_table_lookup(cache->functions, flow);

	if (function == NULL) {
		function = md_function_new(flow);
		g_hash_table_insert(cache->functions, flow, function);
	}
	return function;
}

/* ------------------------------------------------------------------- goals */

GPtrArray *md_ways_namesakes(struct md_ways_cache *cache, const char *name, const char *path)
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

const struct md_goal *md_ways_goal(struct md_ways_cache *cache, const char *symbol,
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
		paths = md_ways_namesakes(cache, symbol, path);
		if (paths->len > 0)
			goal->flow =
				md_flow_find(cache->locks, symbol, g_ptr_array_index(paths, 0));
	}
	if (goal->flow != NULL)
		goal->function = md_ways_function(cache, goal->flow);
	g_ptr_array_add(paths, g_strdup(near));
	goal->pointers = md_pointers_find(cache->locks, symbol, paths);
	g_hash_table_insert(cache->goals, g_steal_pointer(&key), goal);
	return goal;
}

/* ------------------------------------------------------------------- calls */

/* What it costs that @flow, which @caller calls, has no frame; *jump: only if it ends in the call.
 */
static guint price_of(struct md_ways_cache *cache, const struct md_flow *caller,
		      struct md_flow *flow, gboolean *jump)
{
	const struct md_function *function = md_ways_function(cache, flow);

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

struct md_edge *md_ways_edges(struct md_ways_cache *cache, struct md_flow *flow)
{
	const struct md_function *function = md_ways_function(cache, flow);
	const GPtrArray *calls = md_flow_calls(flow);
	struct md_edge *edges = g_hash_table_lookup(cache->edges, flow);

	if (edges != NULL)
		return edges;
	edges = g_new0(struct md_edge, calls->len + 1);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		struct md_edge *edge = &edges[i];

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

void md_edge_read(struct md_ways_cache *cache, struct md_flow *flow, const struct md_call *call,
		  struct md_edge *edge)
{
	if (edge->read)
		return;
	edge->read = TRUE;
	edge->callee = md_flow_find(cache->locks, call->callee, md_flow_path(flow));
	if (edge->callee != NULL)
		edge->price = price_of(cache, flow, edge->callee, &edge->jump);
}
