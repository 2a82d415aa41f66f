/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directed graphs of numbered nodes, and their cycles. */
#ifndef MD_LOCKUP_GRAPH_H
#define MD_LOCKUP_GRAPH_H

#include <glib.h>

struct md_graph;
struct md_graph *md_graph_new(void);
void md_graph_free(struct md_graph *graph);
/** From one node to another; nodes are numbers from 0, best without gaps. */
void md_graph_add(struct md_graph *graph, guint from, guint to);

/**
 * One cycle of each part of the graph in which every node reaches every other: a new array of
 * GArray of guint, each node having an edge to the next and the last to the first, in order of
 * their smallest nodes, with which they begin. It is the shortest that leads through one of the
 * MD_GRAPH_TRIES smallest nodes of the part. The same edges in whatever order give the same.
 */
#define MD_GRAPH_TRIES 64
GPtrArray *md_graph_cycles(struct md_graph *graph);

#endif
