/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cycles in graphs, against a search that tries everything. */
#include "lockup/graph.h"

#define NODES 7

/* All shortest distances between nodes, by Floyd and Warshall; no way: G_MAXUINT16. */
static void measure(gboolean edges[NODES][NODES], guint distance[NODES][NODES])
{
	for (guint i = 0; i < NODES; i++) {
		for (guint k = 0; k < NODES; k++)
			distance[i][k] = edges[i][k] ? 1 : G_MAXUINT16;
	}
	for (guint via = 0; via < NODES; via++) {
		for (guint i = 0; i < NODES; i++) {
			for (guint k = 0; k < NODES; k++)
				distance[i][k] =
					MIN(distance[i][k], distance[i][via] + distance[via][k]);
		}
	}
}

/* The first node of each component that has a cycle is checked for its shortest. */
static void check(gboolean edges[NODES][NODES], const GPtrArray *cycles)
{
	guint distance[NODES][NODES], expected = 0;

	measure(edges, distance);
	for (guint i = 0; i < NODES; i++) {
		guint shortest = distance[i][i];
		gboolean first = shortest < G_MAXUINT16, found = FALSE;

		for (guint k = 0; k < NODES; k++) {
			if (distance[i][k] >= G_MAXUINT16 || distance[k][i] >= G_MAXUINT16)
				continue;
			first = first && k >= i;
			shortest = MIN(shortest, distance[k][k]);
		}
		if (!first)
			continue;
		expected++;
		for (guint c = 0; c < cycles->len; c++) {
			const GArray *cycle = g_ptr_array_index(cycles, c);
			guint node = g_array_index(cycle, guint, 0);

			if (node == i ||
			    (distance[i][node] < G_MAXUINT16 && distance[node][i] < G_MAXUINT16)) {
				found = TRUE;
				g_assert_cmpuint(cycle->len, ==, shortest);
			}
		}
		g_assert_true(found);
	}
	g_assert_cmpuint(cycles->len, ==, expected);
	for (guint c = 0; c < cycles->len; c++) {
		const GArray *cycle = g_ptr_array_index(cycles, c);

		for (guint i = 0; i < cycle->len; i++)
			g_assert_true(edges[g_array_index(cycle, guint, i)]
					   [g_array_index(cycle, guint, (i + 1) % cycle->len)]);
	}
}

static void test_against_all(void)
{
	for (guint round = 0; round < 3000; round++) {
		struct md_graph *graph = md_graph_new();
		gboolean edges[NODES][NODES] = { 0 };
		GPtrArray *cycles;

		for (guint i = g_test_rand_int_range(1, 14); i > 0; i--) {
			guint from = g_test_rand_int_range(0, NODES);
			guint to = g_test_rand_int_range(0, NODES);

			edges[from][to] = TRUE;
			md_graph_add(graph, from, to);
		}
		cycles = md_graph_cycles(graph);
		check(edges, cycles);
		g_ptr_array_unref(cycles);
		md_graph_free(graph);
	}
}

static void test_long_row(void)
{
	const guint count = 300000;
	struct md_graph *graph = md_graph_new();
	GPtrArray *cycles;

	for (guint i = 0; i + 1 < count; i++)
		md_graph_add(graph, i, i + 1);
	cycles = md_graph_cycles(graph);
	g_assert_cmpuint(cycles->len, ==, 0);
	g_ptr_array_unref(cycles);
	md_graph_add(graph, count - 1, 0);
	cycles = md_graph_cycles(graph);
	g_assert_cmpuint(cycles->len, ==, 1);
	g_assert_cmpuint(((GArray *)g_ptr_array_index(cycles, 0))->len, ==, count);
	g_ptr_array_unref(cycles);
	md_graph_free(graph);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lockup/graph/against-all", test_against_all);
	g_test_add_func("/lockup/graph/long-row", test_long_row);
	return g_test_run();
}
