/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cycles in a graph.
 *
 * A node lies on a cycle where it shares its strongly connected component with another, or has
 * an edge to itself. Components are found by Tarjan's algorithm (SIAM J. Comput. 1972), with a
 * stack of its own, for 10,000 tasks may wait for one another in a row; in each, the shortest
 * cycle through some of its nodes by a search in breadth. Cost: linear in nodes and edges,
 * MD_GRAPH_TRIES times for those within components.
 */
#include "lockup/graph.h"

struct edge {
	guint from, to;
};

struct md_graph {
	GArray *edges; /* of struct edge */
	guint nodes;
	guint *first; /* of each node, its first edge; one more ends them */
	guint *component;
};

struct md_graph *md_graph_new(void)
{
	struct md_graph *graph = g_new0(struct md_graph, 1);

	graph->edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
	return graph;
}

void md_graph_free(struct md_graph *graph)
{
	if (graph == NULL)
		return;
	g_array_unref(graph->edges);
	g_free(graph->first);
	g_free(graph->component);
	g_free(graph);
}

void md_graph_add(struct md_graph *graph, guint from, guint to)
{
	struct edge edge = { from, to };

	g_array_append_val(graph->edges, edge);
	graph->nodes = MAX(graph->nodes, MAX(from, to) + 1);
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

static guint edge_target(const struct md_graph *graph, guint index)
{
	return g_array_index(graph->edges, struct edge, index).to;
}

static void sort_edges(struct md_graph *graph)
{
	guint edge = 0;

	g_array_sort(graph->edges, compare_edges);
	g_free(graph->first);
	graph->first = g_new0(guint, graph->nodes + 1);
	for (guint node = 0; node <= graph->nodes; node++) {
		while (edge < graph->edges->len &&
		       g_array_index(graph->edges, struct edge, edge).from < node)
			edge++;
		graph->first[node] = edge;
	}
}

/* One walk in depth, as Tarjan has it. */
struct walk {
	struct md_graph *graph;
	guint *order;  /* in which a node was met, from 1; 0: not yet */
	guint *lowest; /* the first node that it reaches */
	guint *next;   /* its edge to follow next */
	GArray *open;  /* nodes that are in no component yet */
	GArray *path;  /* nodes from the root to here */
	guint met, components;
};

static void enter(struct walk *walk, guint node)
{
	walk->order[node] = walk->lowest[node] = ++walk->met;
	walk->next[node] = walk->graph->first[node];
	g_array_append_val(walk->open, node);
	g_array_append_val(walk->path, node);
}

static guint pop(GArray *stack)
{
	guint node = g_array_index(stack, guint, stack->len - 1);

	g_array_set_size(stack, stack->len - 1);
	return node;
}

static void leave(struct walk *walk)
{
	guint node = pop(walk->path), other;

	if (walk->path->len > 0) {
		guint parent = g_array_index(walk->path, guint, walk->path->len - 1);

		walk->lowest[parent] = MIN(walk->lowest[parent], walk->lowest[node]);
	}
	if (walk->lowest[node] != walk->order[node])
		return;
	walk->components++;
	do {
		other = pop(walk->open);
		walk->graph->component[other] = walk->components;
	} while (other != node);
}

static void find_components(struct md_graph *graph)
{
	struct walk walk = {
		.graph = graph,
		.order = g_new0(guint, graph->nodes),
		.lowest = g_new0(guint, graph->nodes),
		.next = g_new0(guint, graph->nodes),
		.open = g_array_new(FALSE, FALSE, sizeof(guint)),
		.path = g_array_new(FALSE, FALSE, sizeof(guint)),
	};

	g_free(graph->component);
	graph->component = g_new0(guint, graph->nodes); /* 0: still open */
	for (guint root = 0; root < graph->nodes; root++) {
		if (walk.order[root] == 0)
			enter(&walk, root);
		while (walk.path->len > 0) {
			guint node = g_array_index(walk.path, guint, walk.path->len - 1);
			guint to;

			if (walk.next[node] == graph->first[node + 1]) {
				leave(&walk);
				continue;
			}
			to = edge_target(graph, walk.next[node]++);
			if (walk.order[to] == 0)
				enter(&walk, to);
			else if (graph->component[to] == 0)
				walk.lowest[node] = MIN(walk.lowest[node], walk.order[to]);
		}
	}
	g_free(walk.order);
	g_free(walk.lowest);
	g_free(walk.next);
	g_array_unref(walk.open);
	g_array_unref(walk.path);
}

/* The nodes from @start back to it, the last first, by the fewest edges, fewer than @limit; NULL:
 * there are none.
 * @from has a place for each node and is all G_MAXUINT, before and after. */
static GArray *search(const struct md_graph *graph, guint start, guint limit, guint *from)
{
	g_autoptr(GArray) met = g_array_new(FALSE, FALSE, sizeof(guint));
	GArray *cycle = NULL;

	g_array_append_val(met, start);
	for (guint i = 0; i < met->len && cycle == NULL; i++) {
		guint node = g_array_index(met, guint, i);

		for (guint e = graph->first[node]; e < graph->first[node + 1]; e++) {
			guint to = edge_target(graph, e);

			if (to == start) {
				cycle = g_array_new(FALSE, FALSE, sizeof(guint));
				for (guint at = node; at != start; at = from[at])
					g_array_append_val(cycle, at);
				g_array_append_val(cycle, start);
				break;
			}
			if (graph->component[to] != graph->component[start] ||
			    from[to] != G_MAXUINT)
				continue;
			from[to] = node;
			g_array_append_val(met, to);
		}
	}
	for (guint i = 0; i < met->len; i++)
		from[g_array_index(met, guint, i)] = G_MAXUINT;
	if (cycle != NULL && cycle->len >= limit)
		g_clear_pointer(&cycle, g_array_unref);
	return cycle;
}

/* Turns it round, so that it begins with its smallest node. */
static void turn(GArray *cycle)
{
	g_autoptr(GArray) copy = g_array_copy(cycle);
	guint smallest = 0;

	for (guint i = 1; i < copy->len; i++) {
		if (g_array_index(copy, guint, i) < g_array_index(copy, guint, smallest))
			smallest = i;
	}
	for (guint i = 0; i < copy->len; i++)
		g_array_index(cycle, guint, i) =
			g_array_index(copy, guint, (smallest + copy->len - i) % copy->len);
}

static int compare_cycles(const void *a, const void *b)
{
	const GArray *const *x = a, *const *y = b;
	guint first = g_array_index(*x, guint, 0), second = g_array_index(*y, guint, 0);

	return first < second ? -1 : first > second;
}

static void free_cycle(void *data)
{
	g_array_unref(data);
}

GPtrArray *md_graph_cycles(struct md_graph *graph)
{
	GPtrArray *cycles = g_ptr_array_new_with_free_func(free_cycle);
	g_autofree guint *from = g_new(guint, graph->nodes + 1);
	g_autofree guint *tries = g_new0(guint, graph->nodes + 1);
	g_autofree GArray **found = g_new0(GArray *, graph->nodes + 1);

	sort_edges(graph);
	find_components(graph);
	for (guint node = 0; node < graph->nodes; node++)
		from[node] = G_MAXUINT;
	for (guint node = 0; node < graph->nodes; node++) {
		guint component = graph->component[node];
		GArray *best = found[component], *cycle;

		if (tries[component]++ >= MD_GRAPH_TRIES)
			continue;
		cycle = search(graph, node, best != NULL ? best->len : G_MAXUINT, from);
		if (cycle == NULL)
			continue;
		if (best != NULL)
			g_array_unref(best);
		found[component] = cycle;
	}
	for (guint i = 0; i <= graph->nodes; i++) {
		if (found[i] == NULL)
			continue;
		turn(found[i]);
		g_ptr_array_add(cycles, found[i]);
	}
	g_ptr_array_sort(cycles, compare_cycles);
	return cycles;
}
