/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What there is to say besides: what addresses show though no knot came of it, who waits for whom
 * where there is no deadlock, and what makes all of it uncertain.
 */
#include "lockup/judge.h"

#include <string.h>

/* Of one kind; a reader reads no more. */
#define MOST_NOTES 6

static void add_note(struct md_judge *judge, char *note)
{
	g_ptr_array_add(judge->lockup->notes, note);
}

/* ------------------------------------------------- what is uncertain */

/* Names functions on the stack of @task that the source does not have; @seen: those that are named
 * already. */
static void name_missing(struct md_judge *judge, const struct md_lockup_task *task, GString *names,
			 GHashTable *seen)
{
	const GPtrArray *frames = task->task->frames;

	for (gsize i = md_frames_next(frames, task->want.frame); i < frames->len;
	     i = md_frames_next(frames, i + 1)) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);
		const struct md_function *function = md_functions_find(judge->functions, frame);

		if (g_hash_table_size(seen) >= MOST_NOTES)
			return;
		if (!md_stacks_is_missing(judge->lockup->locks, function, frame) ||
		    !g_hash_table_add(seen, function->name))
			continue;
		g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", function->name);
	}
}

static void note_missing(struct md_judge *judge)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GString) names = g_string_new(NULL);
	const struct md_lockup *lockup = judge->lockup;

	if (!lockup->source || lockup->missing == 0)
		return;
	for (guint i = 0; i < lockup->tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(lockup->tasks, i);

		if (md_lockup_wants_lock(task) && task->same_as == i && !judge->knotted[i])
			name_missing(judge, task, names, seen);
	}
	if (names->len > 0)
		add_note(judge,
			 g_strdup_printf("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
					 " functions on the stacks of those that wait are not in "
					 "the tree, so that what they hold is not known: %s%s",
					 lockup->missing, lockup->functions, names->str,
					 lockup->missing > g_hash_table_size(seen) ? " and others"
										   : ""));
}

static gboolean is_known(struct md_judge *judge, const struct md_frame *frame)
{
	const struct md_function *function = md_functions_find(judge->functions, frame);

	return function->role == MD_FUNCTION_ANY &&
	       md_flow_find(judge->lockup->locks, function->name, frame->path) != NULL;
}

/* Neighbours on a stack of which the source has both, and no way from one to the other. */
static void note_gaps(struct md_judge *judge, const struct md_lockup_task *task, GHashTable *seen)
{
	const GPtrArray *frames = task->task->frames;
	gsize inner = task->want.frame, outer;

	for (; inner < frames->len; inner = outer) {
		const struct md_frame *inside, *outside;
		g_autofree char *key = NULL;

		outer = md_frames_next(frames, inner + 1);
		if (outer >= frames->len || g_hash_table_size(seen) >= MOST_NOTES)
			return;
		inside = g_ptr_array_index(frames, inner);
		outside = g_ptr_array_index(frames, outer);
		if (md_frames_interrupted(judge->functions, frames, inner, outer) ||
		    (outer < task->ways->len && g_ptr_array_index(task->ways, outer) != NULL) ||
		    !is_known(judge, inside) || !is_known(judge, outside))
			continue;
		key = g_strdup_printf("the source shows no way from %s to %s: the tree is not that "
				      "of this kernel, or what %s holds there is not known",
				      md_functions_find(judge->functions, outside)->name,
				      md_functions_find(judge->functions, inside)->name,
				      md_functions_find(judge->functions, outside)->name);
		if (g_hash_table_contains(seen, key))
			continue;
		add_note(judge, g_strdup(key));
		g_hash_table_add(seen, g_steal_pointer(&key));
	}
}

/* ------------------------------------------------- what addresses say */

static void note_words(struct md_judge *judge)
{
	const GPtrArray *tasks = judge->lockup->tasks;
	guint count = 0;

	for (guint i = 0; i < tasks->len && count < MOST_NOTES; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, i);
		g_autofree char *name = NULL, *own = NULL, *queue = NULL;

		if (judge->knotted[i] || !task->waits)
			continue;
		name = md_lockup_task_name(task);
		own = md_words_own_area(&judge->areas, task);
		queue = md_words_queue(task);
		if (own != NULL)
			add_note(judge, g_strdup_printf("%s: %s", name, own));
		if (queue != NULL)
			add_note(judge, g_strdup_printf("%s: %s", name, queue));
		count += own != NULL || queue != NULL;
	}
}

/* ------------------------------------------------- who waits for whom */

/* Those that wait for one lock. */
struct queue {
	const struct md_lockup_task *first; /* who waits longest */
	guint tasks;
	const struct md_lockup_task *holder; /* NULL: not known */
	gboolean sure;			     /* it holds this very lock, not one of its class */
};

static void free_queue(void *data)
{
	g_free(data);
}

static GHashTable *find_queues(struct md_judge *judge)
{
	GHashTable *queues = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_queue);
	const GPtrArray *tasks = judge->lockup->tasks;

	for (guint i = 0; i < tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, judge->order[i]);
		struct queue *queue;
		char *key;

		if (!md_lockup_wants_lock(task))
			continue;
		key = md_judge_key(task->want.lock, task->want.address);
		if (key == NULL)
			continue;
		queue = g_hash_table_lookup(queues, key);
		if (queue == NULL) {
			queue = g_new0(struct queue, 1);
			queue->first = task;
			g_hash_table_insert(queues, key, queue);
		} else {
			g_free(key);
		}
		queue->tasks++;
		if (task->task->blocked > queue->first->task->blocked)
			queue->first = task;
	}
	return queues;
}

static void find_holders(struct md_judge *judge, GHashTable *queues)
{
	const GPtrArray *tasks = judge->lockup->tasks;

	for (guint i = 0; i < tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, judge->order[i]);

		for (guint h = 0; h < task->holds->len; h++) {
			const struct md_lockup_hold *hold = md_lockup_hold_at(task, h);
			const struct md_word none = { 0, 0 };
			g_autofree char *by_address = md_judge_key(NULL, hold->address);
			g_autofree char *by_name = md_judge_key(hold->held.lock, none);
			struct queue *queue = NULL;
			enum md_sameness same;

			if (by_address != NULL)
				queue = g_hash_table_lookup(queues, by_address);
			if (queue == NULL && by_name != NULL)
				queue = g_hash_table_lookup(queues, by_name);
			if (queue == NULL || !hold->held.certain || queue->sure ||
			    queue->first == task)
				continue;
			same = md_judge_hold(judge, queue->first, task, hold);
			if (same == MD_SAME_NOT || (queue->holder != NULL && same < MD_SAME_NAME))
				continue;
			queue->holder = task;
			queue->sure = same >= MD_SAME_NAME;
		}
	}
}

/* What a holder does: "waits for I/O in io_schedule". */
static char *say_doing(const struct md_lockup_task *task)
{
	if (md_judge_has_died(task))
		return g_strdup("has died");
	if (task->waits) {
		g_autofree char *lock = md_say_lock(task);

		if (md_lock_kind_is_held(task->want.kind))
			return g_strdup_printf("waits for %s", lock);
		if (task->want.kind == MD_LOCK_IO)
			return g_strdup_printf("waits for I/O in %s", task->want.function);
		return g_strdup_printf("sleeps in %s",
				       task->want.symbol != NULL &&
						       task->want.kind == MD_LOCK_WAIT_QUEUE
					       ? task->want.symbol
					       : task->want.function);
	}
	if (task->task->on_cpu || task->task->state == 'R')
		return g_strdup("runs");
	return g_strdup(task->task->frames->len == 0 ? "has no stack in the log" : "does not wait");
}

static int compare_queues(const void *a, const void *b)
{
	const struct queue *const *x = a, *const *y = b;

	if ((*x)->tasks != (*y)->tasks)
		return (*x)->tasks > (*y)->tasks ? -1 : 1;
	if ((*x)->first->task->pid != (*y)->first->task->pid)
		return (*x)->first->task->pid < (*y)->first->task->pid ? -1 : 1;
	return g_strcmp0((*x)->first->want.lock, (*y)->first->want.lock);
}

static void note_queues(struct md_judge *judge)
{
	g_autoptr(GHashTable) queues = find_queues(judge);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	GHashTableIter iterator;
	void *value;

	find_holders(judge, queues);
	g_hash_table_iter_init(&iterator, queues);
	while (g_hash_table_iter_next(&iterator, NULL, &value))
		g_ptr_array_add(sorted, value);
	g_ptr_array_sort(sorted, compare_queues);
	for (guint i = 0; i < sorted->len && i < MOST_NOTES; i++) {
		const struct queue *queue = g_ptr_array_index(sorted, i);
		g_autofree char *lock = md_say_lock(queue->first);
		g_autofree char *who = NULL, *name = NULL, *holder = NULL, *doing = NULL;
		const char *why = queue->first->want.why;

		who = queue->tasks == 1 ? md_lockup_task_name(queue->first)
					: g_strdup_printf("%u tasks", queue->tasks);
		if (queue->holder == NULL) {
			add_note(judge,
				 g_strdup_printf("%s wait%s for %s: who holds it is not %s%s", who,
						 queue->tasks == 1 ? "s" : "", lock,
						 why != NULL ? "known, as " : "to be seen",
						 why != NULL ? why : ""));
			continue;
		}
		name = md_lockup_task_name(queue->holder);
		holder = queue->sure ? g_strdup_printf("its holder, %s", name)
				     : g_strdup_printf("%s, which holds one", name);
		doing = say_doing(queue->holder);
		add_note(judge, g_strdup_printf("%s wait%s for %s: %s, %s", who,
						queue->tasks == 1 ? "s" : "", lock, holder, doing));
	}
}

/* Who is stuck and waits for no lock. */
static void note_loops(struct md_judge *judge)
{
	const GPtrArray *tasks = judge->lockup->tasks;
	guint count = 0;

	for (guint i = 0; i < tasks->len && count < MOST_NOTES; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, i);
		const GPtrArray *frames = task->task->frames;
		gsize first = md_frames_next(frames, 0);
		g_autofree char *stuck = md_say_stuck(task);

		if (task->waits || stuck == NULL)
			continue;
		count++;
		if (first < frames->len)
			add_note(judge, g_strdup_printf("%s, in %s: it waits for no lock", stuck,
							((const struct md_frame *)g_ptr_array_index(
								 frames, first))
								->symbol));
		else
			add_note(judge, g_strdup_printf("%s, and waits for no lock", stuck));
	}
}

void md_notes_add(struct md_judge *judge)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const GPtrArray *tasks = judge->lockup->tasks;

	note_words(judge);
	if (judge->lockup->knots->len == 0) {
		note_queues(judge);
		note_loops(judge);
	}
	note_missing(judge);
	for (guint i = 0; i < tasks->len && judge->lockup->source; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, i);

		if (md_lockup_wants_lock(task) && task->same_as == i && !judge->knotted[i])
			note_gaps(judge, task, seen);
	}
}
