/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks that wait for each other in a circle.
 *
 * Tasks and locks are the nodes of a graph. A task that waits leads to its lock, a lock to those
 * that hold it, so that 10,000 tasks behind one mutex cost as many edges. Each lock has two
 * nodes: who wants to write waits for all that hold it; who wants to read waits for writers alone,
 * but also for those that wait to write, which stand in the queue before it. An owner that the
 * machine names is led to directly. Whose holder is no more waits for nobody.
 *
 * First with locks that are known to be one, by address or name: a circle of these is proved. Then,
 * of the tasks that are left, with those of one class, under conditions, for these may be
 * different objects: more than one class is in the circle, nobody else has such a lock, and the
 * kernel itself complained of one of the tasks.
 */
#include "lockup/graph.h"
#include "lockup/judge.h"

#include <string.h>

struct net {
	struct md_judge *judge;
	struct md_graph *graph;
	GHashTable *nodes; /* of locks: key -> number */
	guint next;
	gboolean classes; /* a class of locks counts as one */
};

/* The node of a lock for who wants to write it, the next after it for who wants to read. */
static guint lock_node(struct net *net, const char *prefix, const char *name)
{
	char *key = g_strconcat(prefix, name, NULL);
	void *found;

	if (g_hash_table_lookup_extended(net->nodes, key, NULL, &found)) {
		g_free(key);
		return GPOINTER_TO_UINT(found);
	}
	g_hash_table_insert(net->nodes, key, GUINT_TO_POINTER(net->next));
	net->next += 2;
	return net->next - 2;
}

/* The nodes under which a lock is known: by address, by name, or none; at most two. */
static guint lock_nodes(struct net *net, struct md_word address, const char *name, gboolean global,
			guint nodes[2])
{
	guint count = 0;

	if (address.digits > 0) {
		g_autofree char *text = g_strdup_printf("%" G_GINT64_MODIFIER "x", address.value);

		nodes[count++] = lock_node(net, "@", text);
	}
	if (md_lock_is_named(name) && (global || net->classes))
		nodes[count++] = lock_node(net, "=", name);
	return count;
}

static void add_want(struct net *net, guint node, const struct md_lockup_task *task,
		     GHashTable *pids)
{
	gboolean reads = (task->want.flags & MD_LOCK_SHARED) != 0;
	guint nodes[2], count;
	void *owner;

	count = lock_nodes(net, task->want.address, task->want.lock, task->want.global, nodes);
	for (guint i = 0; i < count; i++) {
		if (!md_lockup_wants_nobodys(&task->want))
			md_graph_add(net->graph, node, nodes[i] + (reads ? 1 : 0));
		/* A reader waits behind a writer that waits. */
		if (!reads)
			md_graph_add(net->graph, nodes[i] + 1, node);
	}
	if (task->want.owner > 0 &&
	    g_hash_table_lookup_extended(pids, GSIZE_TO_POINTER((gsize)task->want.owner), NULL,
					 &owner))
		md_graph_add(net->graph, node, GPOINTER_TO_UINT(owner));
}

static void add_holds(struct net *net, guint node, const struct md_lockup_task *task)
{
	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_lockup_hold *hold = md_lockup_hold_at(task, i);
		guint nodes[2], count;

		if (!hold->held.certain)
			continue;
		count = lock_nodes(net, hold->address, hold->held.lock, hold->held.global, nodes);
		for (guint k = 0; k < count; k++) {
			md_graph_add(net->graph, nodes[k], node);
			if ((hold->held.flags & MD_LOCK_SHARED) == 0)
				md_graph_add(net->graph, nodes[k] + 1, node);
		}
	}
}

static GPtrArray *find_cycles(struct md_judge *judge, gboolean classes)
{
	const GPtrArray *tasks = judge->lockup->tasks;
	struct net net = { .judge = judge, .next = tasks->len, .classes = classes };
	g_autoptr(GHashTable) pids = g_hash_table_new(NULL, NULL);
	GPtrArray *cycles;

	net.graph = md_graph_new();
	net.nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < tasks->len; i++) {
		gint64 pid = md_lockup_task_at(tasks, judge->order[i])->task->pid;

		if (pid > 0)
			g_hash_table_insert(pids, GSIZE_TO_POINTER((gsize)pid),
					    GUINT_TO_POINTER(i));
	}
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, judge->order[i]);

		if (judge->knotted[judge->order[i]] || !md_lockup_wants_lock(task))
			continue;
		add_want(&net, i, task, pids);
		add_holds(&net, i, task);
	}
	cycles = md_graph_cycles(net.graph);
	md_graph_free(net.graph);
	g_hash_table_unref(net.nodes);
	return cycles;
}

/* Why a task waits for the next one. */
struct link {
	enum md_sameness sameness;
	const struct md_lockup_hold
		*hold;	 /* of the next; NULL: it waits to write, or is the owner */
	gboolean behind; /* a writer that waits */
};

static struct link find_link(struct md_judge *judge, const struct md_lockup_task *waiter,
			     const struct md_lockup_task *holder)
{
	struct link link = { .sameness = MD_SAME_NOT };

	for (guint i = 0; i < holder->holds->len; i++) {
		const struct md_lockup_hold *hold = md_lockup_hold_at(holder, i);
		enum md_sameness same;

		if (!hold->held.certain || !md_judge_conflict(&waiter->want, hold))
			continue;
		same = md_judge_hold(judge, waiter, holder, hold);
		if (same > link.sameness)
			link = (struct link){ .sameness = same, .hold = hold };
	}
	if (waiter->want.owner > 0 && waiter->want.owner == holder->task->pid)
		link.sameness = MD_SAME_ADDRESS;
	if (link.sameness == MD_SAME_NOT && (waiter->want.flags & MD_LOCK_SHARED) != 0 &&
	    (holder->want.flags & MD_LOCK_SHARED) == 0) {
		link.sameness = md_judge_want(judge, waiter, holder);
		link.behind = TRUE;
	}
	return link;
}

/* How many tasks of the circle may hold a lock of that name. */
static guint count_holders(const GPtrArray *members, const char *lock)
{
	guint count = 0;

	for (guint i = 0; i < members->len; i++) {
		const struct md_lockup_task *task = g_ptr_array_index(members, i);
		gboolean has = FALSE;

		for (guint h = 0; h < task->holds->len && !has; h++)
			has = g_strcmp0(md_lockup_hold_at(task, h)->held.lock, lock) == 0;
		count += has;
	}
	return count;
}

/* Whether a circle of classes may be believed. */
static gboolean is_credible(struct md_judge *judge, const GPtrArray *members, const GArray *links)
{
	const struct md_lockup_task *first = g_ptr_array_index(members, 0);
	gboolean stuck = FALSE, several = FALSE, behind = FALSE;

	for (guint i = 0; i < members->len; i++) {
		const struct md_lockup_task *task = g_ptr_array_index(members, i);
		const struct link *link = &g_array_index(links, struct link, i);

		stuck = stuck || md_judge_is_stuck(task);
		behind = behind || link->behind;
		several = several || g_strcmp0(task->want.lock, first->want.lock) != 0;
		if (link->sameness >= MD_SAME_FLOW)
			continue;
		if (md_judge_holders(judge, task->want.lock) >
		    count_holders(members, task->want.lock))
			return FALSE;
	}
	return stuck && (several || behind);
}

static void add_evidence(struct md_knot *knot, const GPtrArray *members, const GArray *links)
{
	for (guint i = 0; i < members->len; i++) {
		const struct md_lockup_task *task = g_ptr_array_index(members, i);
		const struct md_lockup_task *next =
			g_ptr_array_index(members, (i + 1) % members->len);
		const struct link *link = &g_array_index(links, struct link, i);
		g_autofree char *want = md_say_want(task);
		g_autofree char *name = md_lockup_task_name(next);
		g_autofree char *hold = NULL;

		if (link->hold != NULL)
			hold = md_say_hold(next, link->hold);
		else if (link->behind)
			hold = g_strdup_printf("behind %s, which waits to write it", name);
		else
			hold = g_strdup_printf("the machine names %s as its owner", name);
		g_ptr_array_add(knot->evidence, g_strdup_printf("%s: %s", want, hold));
	}
	for (guint i = 0; i < members->len; i++)
		md_knot_take(knot, md_say_stuck(g_ptr_array_index(members, i)));
}

/* What there is to doubt of the owners that the machine names; TRUE: something. */
static gboolean add_doubts(struct md_judge *judge, struct md_knot *knot, const GPtrArray *members)
{
	guint before = knot->evidence->len;

	for (guint i = 0; i < members->len; i++)
		md_knot_take(knot,
			     md_judge_doubt(judge, g_ptr_array_index(members, i),
					    g_ptr_array_index(members, (i + 1) % members->len)));
	return knot->evidence->len > before;
}

/* @cycle has nodes; those below the number of tasks are tasks. */
static void judge_cycle(struct md_judge *judge, const GArray *cycle, gboolean classes)
{
	const GPtrArray *tasks = judge->lockup->tasks;
	g_autoptr(GPtrArray) members = g_ptr_array_new();
	g_autoptr(GArray) links = g_array_new(FALSE, FALSE, sizeof(struct link));
	g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(gsize));
	const struct link *last;
	struct md_knot *knot;
	gboolean proved = !classes, behind = FALSE;

	for (guint i = 0; i < cycle->len; i++) {
		guint node = g_array_index(cycle, guint, i);
		gsize index;

		if (node >= tasks->len)
			continue;
		index = judge->order[node];
		g_array_append_val(indexes, index);
		g_ptr_array_add(members, md_lockup_task_at(tasks, index));
	}
	if (members->len < 2)
		return;
	for (guint i = 0; i < members->len; i++) {
		const struct md_lockup_task *task = g_ptr_array_index(members, i);
		struct link link =
			find_link(judge, task, g_ptr_array_index(members, (i + 1) % members->len));

		if (link.sameness < (classes ? MD_SAME_CLASS : MD_SAME_NAME))
			return;
		/* An address is of the lock itself, whatever was chosen for its name. */
		proved = proved && (!task->want.chosen || task->want.address.digits > 0);
		behind = behind || link.behind;
		g_array_append_val(links, link);
	}
	if (classes && !is_credible(judge, members, links))
		return;
	knot = md_knot_new();
	knot->cycle = TRUE;
	knot->cause = behind ? MD_KNOT_READER : MD_KNOT_ORDER;
	knot->proved = proved;
	g_array_append_vals(knot->tasks, indexes->data, indexes->len);
	for (guint i = 0; i < members->len; i++) {
		g_ptr_array_add(knot->locks, md_say_lock(g_ptr_array_index(members, i)));
		judge->knotted[g_array_index(indexes, gsize, i)] = TRUE;
	}
	/* The last waits for the first: the way of the first from that lock to its own. */
	last = &g_array_index(links, struct link, links->len - 1);
	if (last->hold != NULL)
		md_knot_add_path(knot, judge->functions, g_ptr_array_index(members, 0), last->hold);
	add_evidence(knot, members, links);
	if (add_doubts(judge, knot, members))
		knot->proved = FALSE;
	g_ptr_array_add(judge->lockup->knots, knot);
}

void md_knots_find_cycles(struct md_judge *judge)
{
	for (guint classes = 0; classes < 2; classes++) {
		g_autoptr(GPtrArray) cycles = find_cycles(judge, classes != 0);

		for (guint i = 0; i < cycles->len; i++)
			judge_cycle(judge, g_ptr_array_index(cycles, i), classes != 0);
	}
}
