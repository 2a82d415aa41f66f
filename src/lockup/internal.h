/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_LOCKUP_INTERNAL_H
#define MD_LOCKUP_INTERNAL_H

#include "lockup/lockup.h"

struct md_lockup_settings {
	guint jobs; /* 0: one a core */
	gboolean cache;
};

/** A result with nothing in it. */
struct md_lockup *md_lockup_empty(void);

/* ------------------------------------------------- functions.c: what stacks consist of */

enum md_function_role {
	MD_FUNCTION_ANY,
	MD_FUNCTION_ENTRY,   /* where an interrupt or a system call comes in: nobody calls it */
	MD_FUNCTION_SLEEP,   /* the scheduler, on behalf of who waits */
	MD_FUNCTION_PREEMPT, /* the scheduler, though nobody waits */
	MD_FUNCTION_PAUSE,   /* within a loop that spins */
	MD_FUNCTION_PRINT,   /* prints the stack that it is on */
};

/** What is known of a function on stacks. */
struct md_function {
	char *name; /* the compiler's suffixes are off */
	enum md_function_role role;
	const struct md_lock_wait *wait; /* NULL: nobody waits there */
};

/** Functions by the names that stacks give them: each is looked up once. */
struct md_functions;
struct md_functions *md_functions_new(void);
void md_functions_free(struct md_functions *functions);
MD_DEFINE_AUTOPTR(md_functions)
/** Of a frame that has a symbol. */
const struct md_function *md_functions_find(struct md_functions *functions,
					    const struct md_frame *frame);

/** TRUE where the frame is of the task itself, not of where something was allocated. */
gboolean md_frame_is_own(const struct md_frame *frame);
/**
 * The index of the first frame from @index outwards that the unwinder vouches for and that has a
 * name; the number of frames: there is none.
 */
gsize md_frames_next(const GPtrArray *frames, gsize index);
/**
 * TRUE where an interrupt lies between two frames that md_frames_next() gives one after the
 * other, so that the outer did not call the inner.
 */
gboolean md_frames_interrupted(struct md_functions *functions, const GPtrArray *frames, gsize inner,
			       gsize outer);

/* ------------------------------------------------- waits.c */

/** TRUE for what somebody holds while another waits for it. */
gboolean md_lock_kind_is_held(enum md_lock_kind kind);
/** TRUE where the task waits for what somebody holds. */
static inline gboolean md_lockup_wants_lock(const struct md_lockup_task *task)
{
	return task->waits && md_lock_kind_is_held(task->want.kind);
}
/**
 * Finds what the task waits for by its stack: kind, flags, function, symbol, frame, and the
 * address by its registers.
 */
void md_lockup_find_wait(struct md_functions *functions, struct md_lockup_task *task);

/* ------------------------------------------------- sites.c: a stack with what was inlined */

/** A call on a stack, whether its function has a frame or was compiled into one that has. */
struct md_site {
	const char *symbol;
	struct md_flow *flow;	    /* NULL: not in the source */
	const struct md_call *call; /* to the site inside of it; NULL: not found */
	gsize frame;		    /* whose function it is, or was compiled into */
	gboolean called;	    /* by the next site; else nobody knows who did */
};
/** The calls on the stack of a task whose ways are known, the innermost first: a new array. */
GArray *md_sites_new(struct md_locks *locks, struct md_functions *functions,
		     const struct md_lockup_task *task);
/**
 * Follows @expression of the function at site @from to that at site @to, which called it, through
 * the arguments of the calls: "&q->lock" may be "&group->queue->lock" there. NULL: it is not
 * an argument all the way.
 */
char *md_sites_trace(const GArray *sites, guint from, guint to, const char *expression);
/** Names the lock that parameter @parameter of the function at site @site points to. */
void md_sites_name_parameter(const GArray *sites, guint site, int parameter,
			     struct md_lock_name *name);

/* ------------------------------------------------- stacks.c */

/** Finds the ways between the frames of all tasks, which were folded, and the locks that they hold.
 */
gboolean md_stacks_read(struct md_lockup *lockup, struct md_functions *functions,
			const struct md_hooks *hooks, GError **error);
/** TRUE where the source should have the function of @frame, and has not. */
gboolean md_stacks_is_missing(struct md_locks *locks, const struct md_function *function,
			      const struct md_frame *frame);

/* ------------------------------------------------- said.c */

/** Joins what the log itself says of the locks of a task with what is known of it. */
void md_lockup_join_said(struct md_lockup_task *task);
/** Gives locks that a vmcore says are held the names that the source has for their addresses. */
void md_lockup_name_said(const GPtrArray *tasks);

/* ------------------------------------------------- choose.c */

/**
 * Chooses one of the ways by which each task came to what it waits for: @options has an array of
 * struct md_way for each, or NULL. A new array of one of them for each, or NULL.
 */
GPtrArray *md_choose_ways(const GPtrArray *tasks, const GPtrArray *options);

/* ------------------------------------------------- fold.c */

/** Finds equal stacks: md_lockup_task.same_as. */
void md_stacks_fold(const GPtrArray *tasks);

/* ------------------------------------------------- words.c */

/** What the addresses of all tasks say of the machine. */
struct md_areas {
	guint64 unit;	      /* no CPU's area is smaller; bytes, a power of two */
	gint64 first, second; /* the CPUs by whose bases that was found; -1: by the rule */
};
void md_areas_init(struct md_areas *areas, const GPtrArray *tasks);

/**
 * The lock that a task waits for by its registers, where it was interrupted in a function whose
 * first argument is the lock. FALSE: they do not say.
 */
gboolean md_words_find_lock(const struct md_task *task, struct md_word *address);
/**
 * Says in which registers the address of the lock that the task waits for was found: "the lock
 * ffff88181ff16500 is in RDI and R14"; NULL: in none.
 */
char *md_words_lock(const struct md_lockup_task *task);
/** Why that lock lies in the per-CPU area of the task's own CPU; NULL: nothing says so. */
char *md_words_own_area(const struct md_areas *areas, const struct md_lockup_task *task);
/** How the registers say where in the queue for it the task stands; NULL: they do not. */
char *md_words_queue(const struct md_lockup_task *task);

#endif
