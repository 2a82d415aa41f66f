/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was found of a machine that stopped: tasks, knots, notes. */
#include "lockup/internal.h"

static void hold_clear(void *data)
{
	struct md_lockup_hold *hold = data;

	md_held_clear(&hold->held);
}

struct md_lockup_task *md_lockup_task_new(const struct md_task *task)
{
	struct md_lockup_task *found = g_new0(struct md_lockup_task, 1);

	found->task = task;
	found->want.owner = -1;
	found->holds = g_array_new(FALSE, TRUE, sizeof(struct md_lockup_hold));
	g_array_set_clear_func(found->holds, hold_clear);
	found->ways = g_ptr_array_new();
	return found;
}

void md_lockup_task_free(struct md_lockup_task *task)
{
	if (task == NULL)
		return;
	g_free(task->want.lock);
	g_free(task->want.path);
	g_free(task->want.text);
	g_array_unref(task->holds);
	g_ptr_array_unref(task->ways);
	g_free(task);
}

struct md_knot *md_knot_new(void)
{
	struct md_knot *knot = g_new0(struct md_knot, 1);

	knot->locks = g_ptr_array_new_with_free_func(g_free);
	knot->tasks = g_array_new(FALSE, FALSE, sizeof(gsize));
	knot->path = g_ptr_array_new_with_free_func(g_free);
	knot->evidence = g_ptr_array_new_with_free_func(g_free);
	return knot;
}

void md_knot_free(struct md_knot *knot)
{
	if (knot == NULL)
		return;
	g_ptr_array_unref(knot->locks);
	g_array_unref(knot->tasks);
	g_ptr_array_unref(knot->path);
	g_ptr_array_unref(knot->evidence);
	g_free(knot);
}

static void task_free(void *data)
{
	md_lockup_task_free(data);
}

static void knot_free(void *data)
{
	md_knot_free(data);
}

struct md_lockup *md_lockup_empty(void)
{
	struct md_lockup *lockup = g_new0(struct md_lockup, 1);

	lockup->tasks = g_ptr_array_new_with_free_func(task_free);
	lockup->knots = g_ptr_array_new_with_free_func(knot_free);
	lockup->notes = g_ptr_array_new_with_free_func(g_free);
	lockup->commands = g_ptr_array_new_with_free_func(g_free);
	return lockup;
}

void md_lockup_free(struct md_lockup *lockup)
{
	if (lockup == NULL)
		return;
	g_ptr_array_unref(lockup->tasks);
	g_ptr_array_unref(lockup->knots);
	g_ptr_array_unref(lockup->notes);
	g_ptr_array_unref(lockup->commands);
	md_locks_free(lockup->locks);
	md_source_free(lockup->files);
	g_free(lockup);
}

gsize md_lockup_knot_count(const struct md_lockup *lockup)
{
	return lockup->knots->len;
}

const char *md_knot_cause_name(enum md_knot_cause cause)
{
	static const char *const names[MD_KNOT_CAUSES] = {
		[MD_KNOT_TAKEN_TWICE] = "taken-twice",
		[MD_KNOT_INTERRUPT] = "interrupt",
		[MD_KNOT_ORDER] = "lock-order",
		[MD_KNOT_READER] = "reader-behind-writer",
		[MD_KNOT_HOLDER_SLEEPS] = "holder-sleeps",
		[MD_KNOT_HOLDER_DEAD] = "holder-dead",
	};

	return names[cause];
}
