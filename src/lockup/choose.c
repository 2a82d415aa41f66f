/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of several locks a task waits for, where its function takes them all.
 *
 *   int f(void) { mutex_lock(&a); mutex_lock(&b); ... }     mutex_lock < f
 *
 * Either it waits for a, and has nothing, or it waits for b, and has a. What somebody waits for
 * somebody has: so an option whose lock no task may have, given the options that are left to the
 * others, is taken away as long as another is left; then again, until nothing changes. Of those
 * that stay the likeliest is taken, the first. Cost: linear in options, once a round; each round
 * takes one away at least, and MOST_ROUNDS end it.
 */
#include "lockup/internal.h"

#include <string.h>

#define MOST_ROUNDS 32

/* A task, or several with one stack, and what is left of its options. */
struct choice {
	const struct md_lockup_task *task;
	const GPtrArray *ways;
	guint tasks;
	guint64 left; /* bit i: way i; MD_WAYS_MAX are few */
};

G_STATIC_ASSERT(MD_WAYS_MAX <= 64);

static const struct md_way *way_at(const struct choice *choice, guint index)
{
	return g_ptr_array_index(choice->ways, index);
}

static gboolean way_holds(const struct md_way *way, const char *lock)
{
	for (guint i = 0; i < way->held->len; i++) {
		if (g_strcmp0(g_array_index(way->held, struct md_held, i).lock, lock) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean stack_holds(const struct md_lockup_task *task, const char *lock)
{
	for (guint i = 0; i < task->holds->len; i++) {
		if (g_strcmp0(g_array_index(task->holds, struct md_lockup_hold, i).held.lock,
			      lock) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean may_hold(const struct choice *choice, const char *lock)
{
	if (stack_holds(choice->task, lock))
		return TRUE;
	for (guint i = 0; i < choice->ways->len; i++) {
		if ((choice->left >> i & 1) != 0 && way_holds(way_at(choice, i), lock))
			return TRUE;
	}
	return FALSE;
}

/* Adds one to the holders of @lock, once a @stamp. */
struct holders {
	guint tasks, stamp;
};

static void add_holder(GHashTable *table, const char *lock, const struct choice *choice,
		       guint stamp)
{
	struct holders *holders;

	if (lock == NULL)
		return;
	holders = g_hash_table_lookup(table, lock);
	if (holders == NULL) {
		holders = g_new0(struct holders, 1);
		g_hash_table_insert(table, (char *)lock, holders);
	}
	if (holders->stamp != stamp)
		holders->tasks += choice->tasks;
	holders->stamp = stamp;
}

/* Lock -> how many tasks may have it. */
static GHashTable *count_holders(const GArray *choices)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	for (guint c = 0; c < choices->len; c++) {
		const struct choice *choice = &g_array_index(choices, struct choice, c);

		for (guint i = 0; i < choice->task->holds->len; i++)
			add_holder(table,
				   g_array_index(choice->task->holds, struct md_lockup_hold, i)
					   .held.lock,
				   choice, c + 1);
		for (guint w = 0; w < choice->ways->len; w++) {
			const GArray *held = way_at(choice, w)->held;

			for (guint i = 0; i < held->len && (choice->left >> w & 1) != 0; i++)
				add_holder(table, g_array_index(held, struct md_held, i).lock,
					   choice, c + 1);
		}
	}
	return table;
}

static gboolean is_supported(const struct choice *choice, guint index, GHashTable *table)
{
	const struct md_way *way = way_at(choice, index);
	const struct holders *holders;

	if (way->wanted.name == NULL)
		return TRUE;
	/* Taken twice. */
	if (stack_holds(choice->task, way->wanted.name) || way_holds(way, way->wanted.name))
		return TRUE;
	holders = g_hash_table_lookup(table, way->wanted.name);
	if (holders == NULL)
		return FALSE;
	return holders->tasks > 1 || choice->tasks > 1 || !may_hold(choice, way->wanted.name);
}

/* One round; FALSE: nothing has changed. */
static gboolean take_away(GArray *choices)
{
	g_autoptr(GHashTable) table = count_holders(choices);
	gboolean changed = FALSE;

	for (guint c = 0; c < choices->len; c++) {
		struct choice *choice = &g_array_index(choices, struct choice, c);
		guint64 good = 0;

		for (guint i = 0; i < choice->ways->len; i++) {
			if ((choice->left >> i & 1) != 0 && is_supported(choice, i, table))
				good |= (guint64)1 << i;
		}
		if (good == 0 || good == choice->left)
			continue;
		choice->left = good;
		changed = TRUE;
	}
	return changed;
}

/* Whether the ways do not all come to the same lock. */
static gboolean is_open(const GPtrArray *ways)
{
	for (guint i = 1; i < ways->len; i++) {
		const struct md_way *way = g_ptr_array_index(ways, i);
		const struct md_way *first = g_ptr_array_index(ways, 0);

		if (g_strcmp0(way->wanted.name, first->wanted.name) != 0)
			return TRUE;
	}
	return FALSE;
}

GPtrArray *md_choose_ways(const GPtrArray *tasks, const GPtrArray *options)
{
	g_autoptr(GArray) choices = g_array_new(FALSE, TRUE, sizeof(struct choice));
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autofree guint *count = g_new0(guint, tasks->len + 1);
	GPtrArray *chosen = g_ptr_array_new();

	for (guint i = 0; i < tasks->len; i++)
		count[md_lockup_task_at(tasks, i)->same_as]++;
	for (guint i = 0; i < tasks->len; i++) {
		const GPtrArray *ways = g_ptr_array_index(options, i);
		struct choice choice = { .task = md_lockup_task_at(tasks, i),
					 .ways = ways != NULL ? ways : none,
					 .tasks = count[i] };

		choice.left = ((guint64)1 << choice.ways->len) - 1;
		g_array_append_val(choices, choice);
	}
	for (guint round = 0; round < MOST_ROUNDS; round++) {
		if (!take_away(choices))
			break;
	}
	g_ptr_array_set_size(chosen, (int)tasks->len);
	for (guint i = 0; i < tasks->len; i++) {
		const struct choice *choice = &g_array_index(choices, struct choice, i);
		struct md_lockup_task *task = md_lockup_task_at(tasks, i);
		guint first = 0;

		while (first < choice->ways->len && (choice->left >> first & 1) == 0)
			first++;
		if (first == choice->ways->len)
			continue;
		g_ptr_array_index(chosen, i) = (void *)way_at(choice, first);
		task->want.chosen = is_open(choice->ways);
	}
	return chosen;
}
