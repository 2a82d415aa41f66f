/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks whose holder does not run: it sleeps though it holds a spinlock, or it has died.
 *
 * Who spins keeps its CPU and waits for a holder that gives way to nobody, so a holder must not
 * sleep. (With PREEMPT_RT it may: spinlocks sleep there.) A task that the kernel has killed
 * gives nothing back. Others that wait at that moment are no deadlock yet: the kernel must have
 * complained that one of them does not go on, or a list that it printed after the death shows it,
 * or it is the dump of a machine that stopped.
 */
#include "lockup/judge.h"

#include <string.h>

/* A kernel whose spinlocks sleep. */
static gboolean is_realtime(const struct md_judge *judge)
{
	const GPtrArray *tasks = judge->lockup->tasks;

	for (guint i = 0; i < tasks->len; i++) {
		const GPtrArray *frames = md_lockup_task_at(tasks, i)->task->frames;

		for (guint k = 0; k < frames->len; k++) {
			const struct md_frame *frame = g_ptr_array_index(frames, k);

			if (frame->symbol != NULL && (g_str_has_prefix(frame->symbol, "rt_spin_") ||
						      g_str_has_prefix(frame->symbol, "rtlock_")))
				return TRUE;
		}
	}
	return FALSE;
}

static gboolean sleeps(const struct md_lockup_task *task)
{
	return task->waits && !task->task->on_cpu && task->task->state != 'R' &&
	       !md_lock_kind_spins(task->want.kind);
}

/* Why @holder does not give @hold back. */
static gboolean is_gone(const struct md_lockup_task *holder, const struct md_lockup_hold *hold,
			gboolean realtime, enum md_knot_cause *cause)
{
	if (md_judge_has_died(holder) || holder->task->state == 'Z' || holder->task->state == 'X') {
		*cause = MD_KNOT_HOLDER_DEAD;
		return TRUE;
	}
	*cause = MD_KNOT_HOLDER_SLEEPS;
	return !realtime && sleeps(holder) && hold->held.certain &&
	       md_lock_kind_spins(hold->held.kind);
}

static char *say_state(const struct md_lockup_task *holder, enum md_knot_cause cause)
{
	g_autofree char *name = md_lockup_task_name(holder);
	g_autofree char *function = md_symbol_name(holder->want.function);

	if (cause == MD_KNOT_HOLDER_DEAD)
		return g_strdup_printf("%s has died with it", name);
	return g_strdup_printf("%s sleeps with it, in %s", name, function);
}

static void add_knot(struct md_judge *judge, gsize waiter, gsize holder,
		     const struct md_lockup_hold *hold, enum md_knot_cause cause, gboolean proved)
{
	const struct md_lockup_task *from = md_lockup_task_at(judge->lockup->tasks, waiter);
	const struct md_lockup_task *to = md_lockup_task_at(judge->lockup->tasks, holder);
	struct md_knot *knot = md_knot_new();

	knot->cycle = TRUE;
	knot->cause = cause;
	knot->proved = proved;
	g_array_append_val(knot->tasks, waiter);
	g_array_append_val(knot->tasks, holder);
	g_ptr_array_add(knot->locks, md_say_lock(from));
	g_ptr_array_add(knot->evidence, say_state(to, cause));
	g_ptr_array_add(knot->evidence, md_say_hold(to, hold));
	g_ptr_array_add(knot->evidence, md_say_want(from));
	md_knot_take(knot, md_say_stuck(from));
	if (to->waits)
		md_knot_add_path(knot, judge->functions, to, hold);
	g_ptr_array_add(judge->lockup->knots, knot);
	judge->knotted[waiter] = judge->knotted[holder] = TRUE;
}

/* A lock that waiters want, by name and by address; the first of them. */
static void add_waiter(GHashTable *waiters, char *key, gsize index)
{
	if (!g_hash_table_contains(waiters, key))
		g_hash_table_insert(waiters, key, GSIZE_TO_POINTER(index + 1));
	else
		g_free(key);
}

static gboolean stands_still(const struct md_lockup_task *task)
{
	return md_judge_is_stuck(task) || md_judge_spins_in_dump(task);
}

/* Those who are known to stand still, or the others, by the locks that they wait for. */
static void find_waiters(struct md_judge *judge, GHashTable *waiters, gboolean still)
{
	const GPtrArray *tasks = judge->lockup->tasks;

	for (guint i = 0; i < tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, judge->order[i]);

		if (!md_lockup_wants_lock(task) || judge->knotted[judge->order[i]] ||
		    stands_still(task) != still)
			continue;
		if (md_lock_is_named(task->want.lock))
			add_waiter(waiters, g_strdup(task->want.lock), judge->order[i]);
		if (task->want.address.digits > 0)
			add_waiter(waiters, md_judge_key(NULL, task->want.address),
				   judge->order[i]);
	}
}

/* Whether @waiter does not go on for what @holder does. */
static gboolean is_stopped(const struct md_lockup_task *waiter, const struct md_lockup_task *holder,
			   enum md_knot_cause cause)
{
	const struct md_report *death = holder->task->report;

	if (cause != MD_KNOT_HOLDER_DEAD || md_judge_is_stuck(waiter))
		return stands_still(waiter);
	/* A machine that dies of an oops is dumped at once; a console goes on. */
	return md_judge_has_died(holder) && waiter->task->report == NULL &&
	       waiter->task->state != 0 && waiter->task->address.digits == 0 &&
	       waiter->task->log_line > death->log_line;
}

static gsize find_waiter(GHashTable *waiters, const struct md_lockup_hold *hold)
{
	gsize found = 0;

	if (hold->address.digits > 0) {
		g_autofree char *key = md_judge_key(NULL, hold->address);

		found = GPOINTER_TO_SIZE(g_hash_table_lookup(waiters, key));
	}
	if (found == 0 && md_lock_is_named(hold->held.lock))
		found = GPOINTER_TO_SIZE(g_hash_table_lookup(waiters, hold->held.lock));
	return found;
}

void md_knots_find_holders(struct md_judge *judge)
{
	g_autoptr(GHashTable) waiters =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const GPtrArray *tasks = judge->lockup->tasks;
	gboolean realtime = is_realtime(judge);

	find_waiters(judge, waiters, TRUE);
	find_waiters(judge, waiters, FALSE);
	for (guint i = 0; i < tasks->len; i++) {
		gsize index = judge->order[i];
		const struct md_lockup_task *holder = md_lockup_task_at(tasks, index);

		for (guint h = 0; h < holder->holds->len && !judge->knotted[index]; h++) {
			const struct md_lockup_hold *hold = md_lockup_hold_at(holder, h);
			gsize waiter = find_waiter(waiters, hold);
			const struct md_lockup_task *from;
			enum md_sameness same;
			enum md_knot_cause cause;

			if (waiter == 0 || waiter - 1 == index || judge->knotted[waiter - 1] ||
			    !is_gone(holder, hold, realtime, &cause))
				continue;
			from = md_lockup_task_at(tasks, waiter - 1);
			if (!is_stopped(from, holder, cause))
				continue;
			same = md_judge_hold(judge, from, holder, hold);
			if (same == MD_SAME_NOT || !md_judge_conflict(&from->want, hold))
				continue;
			/* A class has many locks: nobody else may have one. */
			if (same < MD_SAME_NAME &&
			    (!hold->held.certain || md_judge_holders(judge, from->want.lock) > 1))
				continue;
			add_knot(judge, waiter - 1, index, hold, cause,
				 same >= MD_SAME_NAME && hold->held.certain && !from->want.chosen);
		}
	}
}
