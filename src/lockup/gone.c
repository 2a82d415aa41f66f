/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks whose holder is no more.
 *
 * A task that ends with a lock leaves its name in the lock's word, and nobody will give that back.
 * The word tells of a task_struct that no task has, of a task that has exited, or of a memory that
 * is another's by now (vmcore_owner.c); or a log names an owner whom its later list of all tasks
 * does not have. There is no second task to show then, and none is looked for by the source:
 * whoever has a lock of that name has another.
 */
#include "lockup/judge.h"

static gboolean waits_in_vain(const struct md_judge *judge, guint index)
{
	const struct md_lockup_task *task = md_lockup_task_at(judge->lockup->tasks, index);

	return md_lockup_wants_lock(task) && !judge->knotted[index] &&
	       (task->want.state == MD_OWNER_GONE || task->want.state == MD_OWNER_LIKELY_GONE);
}

static void add_knot(struct md_judge *judge, gsize waiter)
{
	const struct md_lockup_task *task = md_lockup_task_at(judge->lockup->tasks, waiter);
	struct md_knot *knot = md_knot_new();

	knot->cycle = TRUE;
	knot->cause = MD_KNOT_HOLDER_DEAD;
	knot->proved = task->want.state == MD_OWNER_GONE;
	g_array_append_val(knot->tasks, waiter);
	g_ptr_array_add(knot->locks, md_say_lock(task));
	md_knot_take(knot, g_strdup(task->want.why));
	md_knot_take(knot, md_say_want(task));
	md_knot_take(knot, md_say_stuck(task));
	g_ptr_array_add(judge->lockup->knots, knot);
	judge->knotted[waiter] = TRUE;
}

/* Of those that wait for one lock, whom the kernel complained of, else the first. */
void md_knots_find_gone(struct md_judge *judge)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const GPtrArray *tasks = judge->lockup->tasks;

	for (guint turn = 0; turn < 2; turn++) {
		for (guint i = 0; i < tasks->len; i++) {
			guint index = judge->order[i];
			const struct md_lockup_task *task = md_lockup_task_at(tasks, index);
			char *key;

			if (!waits_in_vain(judge, index) || (turn == 0 && !md_judge_is_stuck(task)))
				continue;
			key = md_judge_key(task->want.lock, task->want.address);
			if (key == NULL || g_hash_table_add(seen, key))
				add_knot(judge, index);
		}
	}
}
