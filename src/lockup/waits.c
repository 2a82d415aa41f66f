/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a task waits for, by its stack.
 *
 * The frames of a task that waits begin with a run of functions that lock or wait, the slow paths
 * inside and what the source calls outside:
 *
 *   native_queued_spin_lock_slowpath  <  _raw_spin_lock  <  try_to_wake_up
 *   __schedule < schedule < rwsem_down_write_slowpath < down_write  <  ext4_file_write_iter
 *
 * The outermost of the run is what it waits in, the frame around it who asked for it. An
 * interrupt may lie on top, a watchdog's or that of an ordinary tick: what it interrupted still
 * waits, so each context is asked, the innermost first. Who was preempted, or woken already,
 * waits for nothing. A run that does not begin where a context does is none: that a function
 * far outside can wait says nothing of what goes on within it.
 */
#include "lockup/internal.h"

gboolean md_lock_kind_is_held(enum md_lock_kind kind)
{
	switch (kind) {
	case MD_LOCK_SPIN:
	case MD_LOCK_RW:
	case MD_LOCK_MUTEX:
	case MD_LOCK_RWSEM:
	case MD_LOCK_PERCPU_RWSEM:
	case MD_LOCK_SEMAPHORE:
	case MD_LOCK_RT_MUTEX:
	case MD_LOCK_SEQ:
	case MD_LOCK_WW_MUTEX:
	case MD_LOCK_BIT:
	case MD_LOCK_PAGE:
	case MD_LOCK_BUFFER:
	case MD_LOCK_SOCKET:
	case MD_LOCK_LOCAL:
		return TRUE;
	default:
		return FALSE;
	}
}

/* TRUE for what others are built of: a page's lock sleeps on a bit, that on a queue. */
static gboolean is_part(const struct md_lock_wait *wait)
{
	return !md_lock_kind_is_held(wait->kind) || wait->kind == MD_LOCK_BIT ||
	       wait->kind == MD_LOCK_PAGE || wait->kind == MD_LOCK_RT_MUTEX ||
	       (!wait->outer && !wait->plain);
}

/* TRUE for what says that a task sleeps rather than what for. */
static gboolean is_vague(enum md_lock_kind kind)
{
	return kind == MD_LOCK_WAIT_QUEUE || kind == MD_LOCK_TIME || kind == MD_LOCK_IO;
}

/* A run of functions that wait. */
struct run {
	gsize inside; /* the frame that was interrupted, or switched to another task */
	gsize lock;   /* the frame of the outermost that waits */
	gsize caller; /* the frame around it; the number of frames: none */
	const struct md_lock_wait *wait; /* NULL: the scheduler alone */
	gboolean slept, preempted;
};

/* Whether @row, which is called around what was found so far, says more of what is waited for. */
static gboolean says_more(const struct run *run, const struct md_lock_wait *row)
{
	const struct md_lock_wait *wait = run->wait;

	if (wait == NULL || is_vague(wait->kind))
		return TRUE;
	return (is_part(wait) || (wait->kind == row->kind && !wait->outer)) &&
	       (row->outer || !wait->outer);
}

/*
 * A stack that nobody vouches for has what earlier calls left between its frames, seldom more in a
 * row.
 */
#define LEFT_MOST 3

/* The run that begins at frame @first, which may be one that is not vouched for; @guessed: as all
 * of them. */
static gboolean read_run(struct md_functions *functions, const GPtrArray *frames, gsize first,
			 gboolean guessed, struct run *run)
{
	gboolean found = FALSE;
	gsize at = first, before = first;
	guint left = 0;

	*run = (struct run){ .inside = first, .lock = first };
	for (; at < frames->len; before = at, at = md_frames_next(frames, at + 1)) {
		const struct md_frame *frame = g_ptr_array_index(frames, at);
		const struct md_function *function = md_functions_find(functions, frame);

		if (before != first && md_frames_interrupted(functions, frames, before, at))
			break;
		if (function->role == MD_FUNCTION_PREEMPT) {
			run->preempted = TRUE;
			return found;
		}
		if (function->wait == NULL && function->role != MD_FUNCTION_SLEEP) {
			if (function->role == MD_FUNCTION_PAUSE && !found)
				continue;
			if (guessed && found && left++ < LEFT_MOST &&
			    (run->wait == NULL || is_vague(run->wait->kind)))
				continue;
			break;
		}
		found = TRUE;
		left = 0;
		if (function->role == MD_FUNCTION_SLEEP)
			run->slept = TRUE;
		if (function->wait != NULL && says_more(run, function->wait)) {
			run->wait = function->wait;
			run->lock = at;
		} else if (run->wait == NULL) {
			run->lock = at;
		} else if (run->wait->outer && !is_part(run->wait)) {
			break;
		}
	}
	return found;
}

/* The frame around @lock in the same context that is not the same function once more, as debuggers
 * print it where an exception came in. */
static gsize find_caller(struct md_functions *functions, const GPtrArray *frames, gsize lock)
{
	const struct md_frame *inside = g_ptr_array_index(frames, lock);
	gsize at = md_frames_next(frames, lock + 1), before = lock;

	for (; at < frames->len; before = at, at = md_frames_next(frames, at + 1)) {
		const struct md_frame *frame = g_ptr_array_index(frames, at);

		if (before != lock && md_frames_interrupted(functions, frames, before, at))
			return frames->len;
		if (md_functions_find(functions, frame) != md_functions_find(functions, inside))
			return at;
	}
	return frames->len;
}

/*
 * The frame that was interrupted is vouched for, but for one: old kernels unwind an NMI's own
 * stack by guessing, and what follows its entry there is the instruction pointer.
 */
static gsize context_first(struct md_functions *functions, const GPtrArray *frames, gsize entry)
{
	if (entry + 1 < frames->len) {
		const struct md_frame *frame = g_ptr_array_index(frames, entry + 1);

		if (frame->symbol != NULL && md_frame_is_own(frame) && !frame->reliable &&
		    md_functions_find(functions, frame)->wait != NULL)
			return entry + 1;
	}
	return md_frames_next(frames, entry + 1);
}

/*
 * The first frame that counts. Whoever spins too long for a spinlock that is debugged prints its
 * own stack, and goes on.
 */
static gsize find_first(struct md_functions *functions, const struct md_task *task)
{
	gsize first = md_frames_next(task->frames, 0);
	gboolean spins = FALSE;

	for (guint i = 0; i < task->said->len; i++)
		spins |= g_array_index(task->said, struct md_said_lock, i).wanted;
	while (spins && first < task->frames->len &&
	       md_functions_find(functions, g_ptr_array_index(task->frames, first))->role ==
		       MD_FUNCTION_PRINT)
		first = md_frames_next(task->frames, first + 1);
	return first;
}

static gboolean find_run(struct md_functions *functions, const struct md_task *task,
			 struct run *run)
{
	const GPtrArray *frames = task->frames;
	gsize first = find_first(functions, task);

	while (first < frames->len) {
		gsize at = first;

		if (read_run(functions, frames, first, task->guessed, run))
			return TRUE;
		/* To the next context. */
		for (;;) {
			gsize next = md_frames_next(frames, at + 1);

			if (next >= frames->len)
				return FALSE;
			if (md_frames_interrupted(functions, frames, at, next))
				break;
			at = next;
		}
		first = context_first(functions, frames, at);
		if (first <= at)
			return FALSE;
	}
	return FALSE;
}

void md_lockup_find_wait(struct md_functions *functions, struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;
	const struct md_function *inside;
	const struct md_frame *frame;
	struct run run;

	task->want.frame = frames->len;
	if (!find_run(functions, task->task, &run) || run.preempted)
		return;
	/* Woken already, or on its way to sleep. */
	if (run.slept && (task->task->state == 'R' || task->task->on_cpu))
		return;
	frame = g_ptr_array_index(frames, run.lock);
	run.caller = find_caller(functions, frames, run.lock);
	task->waits = TRUE;
	task->want.kind = run.wait != NULL ? run.wait->kind : MD_LOCK_WAIT_QUEUE;
	task->want.flags = run.wait != NULL ? run.wait->flags : 0;
	task->want.function = frame->symbol;
	task->want.frame = run.caller;
	if (run.caller < frames->len) {
		const struct md_frame *caller = g_ptr_array_index(frames, run.caller);

		task->want.symbol = caller->symbol;
	}
	inside = md_functions_find(functions, g_ptr_array_index(frames, run.inside));
	if (!run.slept && inside->wait != NULL && inside->wait->plain)
		md_words_find_lock(task->task, &task->want.address);
}
