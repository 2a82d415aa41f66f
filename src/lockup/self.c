/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A task that waits for itself: it wants a lock that its own stack holds.
 *
 * Proved where it is one lock beyond doubt, by addresses, by the machine's own word for the owner,
 * or by a name that is an identity, and the source holds it on every way. Likely where the
 * arguments of the calls carry the object from here to there, or, for a lock that is spun on, the
 * kernel complained of the task and no other task has such a lock. That only the class
 * is the same is nothing: a directory is locked around the file in it.
 */
#include "lockup/judge.h"

#include <string.h>

/* Whether an interrupt came in between the frames of the want and the hold. A fault is none: it is
 * the function itself that comes there. */
static gboolean is_interrupt(struct md_judge *judge, const struct md_lockup_task *task,
			     const struct md_lockup_hold *hold)
{
	const GPtrArray *frames = task->task->frames;
	gsize inner = task->want.frame, outer;

	for (; inner < hold->frame; inner = outer) {
		outer = md_frames_next(frames, inner + 1);
		if (outer >= frames->len)
			return FALSE;
		if (md_frames_interrupted(judge->functions, frames, inner, outer) &&
		    strstr(((const struct md_frame *)g_ptr_array_index(frames, inner))->symbol,
			   "fault") == NULL)
			return TRUE;
	}
	return FALSE;
}

/* Whether another task may hold a lock of that name. */
static gboolean others_hold(struct md_judge *judge, const struct md_lockup_task *task)
{
	return md_judge_holders(judge, task->want.lock) > 1;
}

/* "spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING)": it is meant to be another object. */
static gboolean is_nested(const char *text)
{
	return text != NULL && strstr(text, "_nest") != NULL;
}

/* Whether another task waits to write a lock of the name of the one that this one wants to read. */
static gboolean writer_waits(struct md_judge *judge, const struct md_lockup_task *task)
{
	return md_lock_is_named(task->want.lock) &&
	       g_hash_table_contains(judge->writers, task->want.lock);
}

/* What the hold comes to; FALSE: nothing. */
static gboolean judge_hold(struct md_judge *judge, const struct md_lockup_task *task,
			   const struct md_lockup_hold *hold, enum md_sameness *sameness,
			   gboolean *proved)
{
	gboolean stuck = md_judge_is_stuck(task) || md_judge_spins_in_dump(task);
	gboolean interrupt = is_interrupt(judge, task, hold);

	*sameness = md_judge_hold(judge, task, task, hold);
	if (*sameness == MD_SAME_NOT)
		return FALSE;
	*proved = *sameness >= MD_SAME_NAME && hold->held.certain && !task->want.chosen;
	/* Two readers: a cycle through the writer between them, if there is one (cycles.c). */
	if (!md_judge_conflict(&task->want, hold)) {
		*proved = FALSE;
		return stuck && hold->held.certain && *sameness >= MD_SAME_NAME &&
		       !writer_waits(judge, task);
	}
	if (!hold->held.certain)
		return interrupt && stuck && md_lock_kind_spins(task->want.kind) &&
		       (*sameness >= MD_SAME_FLOW || !others_hold(judge, task));
	if (*sameness >= MD_SAME_FLOW)
		return TRUE;
	return stuck && md_lock_kind_spins(task->want.kind) && !is_nested(hold->held.text) &&
	       !is_nested(task->want.text) && !others_hold(judge, task);
}

/* The machine names the task itself as the owner of what it waits for. */
static gboolean owns_its_want(const struct md_lockup_task *task)
{
	return task->want.owner > 0 && task->want.owner == task->task->pid;
}

static void add_evidence(struct md_judge *judge, struct md_knot *knot,
			 const struct md_lockup_task *task, const struct md_lockup_hold *hold,
			 enum md_sameness sameness)
{
	g_autofree char *holds = md_say_hold(task, hold);

	if (sameness == MD_SAME_ADDRESS)
		md_knot_take(knot,
			     g_strdup_printf("the lock that it holds and the one that it waits "
					     "for are at one address, %0*" G_GINT64_MODIFIER "x",
					     (int)task->want.address.digits,
					     task->want.address.value));
	if (owns_its_want(task))
		md_knot_take(knot, g_strdup_printf("the machine names pid %" G_GINT64_FORMAT
						   " itself as the owner of what it waits for",
						   task->task->pid));
	md_knot_take(knot, md_words_own_area(&judge->areas, task));
	if (sameness == MD_SAME_CPU)
		md_knot_take(knot, g_strdup_printf("%s: the one of the CPU that it runs on, which "
						   "is CPU %" G_GINT64_FORMAT,
						   holds, task->task->cpu));
	else if (md_lock_is_named(hold->held.lock))
		md_knot_take(knot, g_strdup(holds));
	md_knot_take(knot, md_say_want(task));
	md_knot_take(knot, md_words_queue(task));
	md_knot_take(knot, md_words_lock(task));
	if (sameness == MD_SAME_NAME)
		md_knot_take(knot, g_strdup_printf("there is one %s", hold->held.lock));
	if (sameness == MD_SAME_FLOW)
		md_knot_take(knot, g_strdup_printf("the arguments of the calls between them carry "
						   "the same object"));
	md_knot_take(knot, md_say_stuck(task));
}

/* Nothing but the lock's word says so: a task that died may have had this one's task_struct. */
static gboolean add_doubt(struct md_judge *judge, struct md_knot *knot,
			  const struct md_lockup_task *task)
{
	char *doubt = md_judge_doubt(judge, task, task);

	md_knot_take(knot, doubt);
	return doubt != NULL;
}

static void add_knot(struct md_judge *judge, guint index, struct md_lockup_hold *hold,
		     enum md_sameness sameness, gboolean proved)
{
	const struct md_lockup_task *task = md_lockup_task_at(judge->lockup->tasks, index);
	struct md_knot *knot = md_knot_new();
	gsize member = index;

	knot->cause = is_interrupt(judge, task, hold)	     ? MD_KNOT_INTERRUPT
		      : md_judge_conflict(&task->want, hold) ? MD_KNOT_TAKEN_TWICE
							     : MD_KNOT_READER;
	g_array_append_val(knot->tasks, member);
	g_ptr_array_add(knot->locks, md_lock_is_named(task->want.lock) ? g_strdup(task->want.lock)
								       : md_say_lock(task));
	md_knot_add_path(knot, judge->functions, task, hold);
	add_evidence(judge, knot, task, hold, sameness);
	knot->proved = !add_doubt(judge, knot, task) && proved;
	if (sameness >= MD_SAME_FLOW && hold->address.digits == 0)
		hold->address = task->want.address;
	g_ptr_array_add(judge->lockup->knots, knot);
	judge->knotted[index] = TRUE;
}

/* A lock that a task holds and waits for, by its own stack, lies where the registers or the
 * machine say that the wanted one does: for others that wait for it. */
static void share_address(struct md_judge *judge, const struct md_lockup_task *task)
{
	for (guint h = 0; h < task->holds->len && task->want.address.digits > 0; h++) {
		struct md_lockup_hold *hold = md_lockup_hold_at(task, h);

		if (hold->held.certain && hold->address.digits == 0 &&
		    md_judge_hold(judge, task, task, hold) >= MD_SAME_FLOW)
			hold->address = task->want.address;
	}
}

void md_knots_find_self(struct md_judge *judge)
{
	const GPtrArray *tasks = judge->lockup->tasks;

	for (guint i = 0; i < tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, judge->order[i]);
		struct md_lockup_hold unknown = { .frame = task->task->frames->len };
		struct md_lockup_hold *best = NULL;
		enum md_sameness sameness = MD_SAME_NOT;
		gboolean proved = FALSE;

		if (!md_lockup_wants_lock(task))
			continue;
		for (guint h = 0; h < task->holds->len; h++) {
			struct md_lockup_hold *hold = md_lockup_hold_at(task, h);
			enum md_sameness same;
			gboolean sure;

			if (!judge_hold(judge, task, hold, &same, &sure))
				continue;
			if (best != NULL && same <= sameness)
				continue;
			best = hold;
			sameness = same;
			proved = sure;
		}
		if (best == NULL)
			share_address(judge, task);
		if (best == NULL && owns_its_want(task)) {
			add_knot(judge, judge->order[i], &unknown, MD_SAME_NOT, TRUE);
		} else if (best != NULL) {
			add_knot(judge, judge->order[i], best, sameness,
				 proved || owns_its_want(task));
		}
	}
}
