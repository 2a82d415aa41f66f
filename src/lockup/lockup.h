/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for which lock, held where, and the knot that this makes.
 *
 *   waits     a stack         -> what the task waits for: a lock, its address
 *   words     registers       -> the words of locks: tickets, queues, per-CPU areas
 *   stacks    a stack, source -> the functions between its frames, the locks that they hold
 *   knot      all tasks       -> cycles, locks taken twice, holders that cannot run
 *   vmcore    a vmcore        -> a log, and the owners of locks, by crash(8)
 *
 * Without source there are still the waits and what addresses say.
 */
#ifndef MD_LOCKUP_H
#define MD_LOCKUP_H

#include "base/base.h"
#include "code/code.h"
#include "crash/crash.h"
#include "tree/tree.h"

#include <metadiff/lockup.h>

/** What a task waits for. */
struct md_lockup_want {
	enum md_lock_kind kind;
	guint flags;	 /* enum md_lock_flags, as the frame shows: a reader, interrupts off */
	char *lock;	 /* "struct rq.lock"; NULL: not known */
	gboolean global; /* its name is its identity */
	struct md_word address; /* of the lock; digits 0: not known */
	const char *function;	/* the lock function, of its frame: "_raw_spin_lock"; not owned */
	const char *symbol;	/* who called it: "try_to_wake_up"; not owned; NULL: not known */
	char *path;		/* and where; NULL: not known */
	char *text;   /* the call as the source has it: "raw_spin_lock(&rq->lock)"; or NULL */
	guint line;   /* from 1; 0: not known */
	gsize frame;  /* the index of @symbol's frame (the number of frames: none) */
	gint64 owner; /* the pid that holds it, as the machine says; -1: not known */
	enum md_owner_state state; /* of @owner */
	const char *why; /* what says so, a sentence; not owned; NULL: there is no doubt */
	gboolean chosen; /* the source would allow another: this one fits the other tasks best */
};

/** A lock that a task holds. */
struct md_lockup_hold {
	struct md_held held;	/* its lock, place and so on */
	struct md_word address; /* of the lock; digits 0: not known */
	gsize frame;		/* the index of the frame that took it */
	gboolean said;		/* the log or the vmcore itself says so */
};

/** A task with what was found of it. */
struct md_lockup_task {
	const struct md_task *task; /* of a log, not owned */
	gboolean waits;
	struct md_lockup_want want; /* where it waits */
	GArray *holds;		    /* of struct md_lockup_hold, the innermost frame first */
	/* Of const struct md_way *, one a frame: how it came to the one inside of it; NULL
	 * where that is not known. Not owned. */
	GPtrArray *ways;
	/* The first task with the same stack and wants, an index; itself where there is none
	 * before it. */
	gsize same_as;
};

enum md_knot_cause {
	MD_KNOT_TAKEN_TWICE,   /* on one stack */
	MD_KNOT_INTERRUPT,     /* by an interrupt on top of its holder */
	MD_KNOT_ORDER,	       /* two tasks and more, in a circle */
	MD_KNOT_READER,	       /* a circle through a writer that waits before a reader */
	MD_KNOT_HOLDER_SLEEPS, /* a spinlock's holder sleeps, and a spinner keeps its CPU */
	MD_KNOT_HOLDER_DEAD,   /* its holder has died, or will not run again */
	MD_KNOT_CAUSES,
};
/** "taken-twice" and so on. */
const char *md_knot_cause_name(enum md_knot_cause cause);

/** A deadlock. */
struct md_knot {
	gboolean cycle; /* over several tasks; else a task waits for itself */
	enum md_knot_cause cause;
	GPtrArray *locks;    /* of char *: their names; in a circle tasks[i] wants locks[i] */
	GArray *tasks;	     /* of gsize: indexes of tasks, each waiting for the next */
	GPtrArray *path;     /* of char *: functions from where it is held to where it is wanted */
	gboolean proved;     /* by addresses or the machine's state; else it is likely */
	GPtrArray *evidence; /* of char *: sentences without a full stop, the strongest first */
};

struct md_lockup {
	GPtrArray *tasks; /* of struct md_lockup_task: all, in the order of the logs */
	GPtrArray *knots; /* of struct md_knot, the proved ones first */
	GPtrArray *notes; /* of char *: why there is no deadlock, what makes things uncertain */
	/* Functions on the stacks of the tasks that wait, and how many are not in the tree. */
	gsize functions, missing;
	gboolean source;	 /* a tree was given */
	struct md_source *files; /* of it, and what was read of them, where the ways are; or NULL */
	struct md_locks *locks;
	GPtrArray *commands; /* of char *: what crash(8) was asked; empty without a vmcore */
};

/** TRUE where nobody who lives can be said to hold what is wanted. */
static inline gboolean md_lockup_wants_nobodys(const struct md_lockup_want *want)
{
	return want->state >= MD_OWNER_GONE;
}

/** The element of an array of tasks. */
static inline struct md_lockup_task *md_lockup_task_at(const GPtrArray *tasks, gsize index)
{
	return g_ptr_array_index(tasks, index);
}

/** "qemu-kvm (pid 16359)", "the idle task of CPU 3": a new string. */
char *md_lockup_task_name(const struct md_lockup_task *task);

struct md_lockup_task *md_lockup_task_new(const struct md_task *task);
void md_lockup_task_free(struct md_lockup_task *task);
struct md_knot *md_knot_new(void);
void md_knot_free(struct md_knot *knot);

#endif
