/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How waiters and holders make knots: what the files that look for them share. */
#ifndef MD_LOCKUP_JUDGE_H
#define MD_LOCKUP_JUDGE_H

#include "lockup/internal.h"

struct md_judge {
	struct md_lockup *lockup;
	struct md_functions *functions;
	struct md_areas areas;
	GHashTable *defined; /* name of a global -> in how many C files something has it */
	GHashTable *holding; /* name of a lock -> how many tasks may hold it */
	GHashTable *writers; /* -> how many wait to write it */
	gboolean *knotted;   /* of each task, whether it is in a knot already */
	guint *order;	     /* indexes of the tasks, in an order that the logs do not decide */
};

/** How sure it is that a lock that is wanted is one that is held. */
enum md_sameness {
	MD_SAME_NOT,
	MD_SAME_CLASS,	 /* the same member of the same struct, of some object */
	MD_SAME_FLOW,	 /* of the same object, as the arguments of the calls have it */
	MD_SAME_NAME,	 /* there is one lock of that name */
	MD_SAME_CPU,	 /* the one of a CPU, by its address and the source */
	MD_SAME_ADDRESS, /* the machine has them at one address, or names the owner */
};

void md_judge_init(struct md_judge *judge, struct md_lockup *lockup,
		   struct md_functions *functions);
void md_judge_clear(struct md_judge *judge);

/** Whether @waiter wants the lock that @holder holds. */
enum md_sameness md_judge_hold(struct md_judge *judge, const struct md_lockup_task *waiter,
			       const struct md_lockup_task *holder,
			       const struct md_lockup_hold *hold);
/**
 * Why @holder, whom the machine names as the owner of what @waiter wants, may not have it after
 * all: a new sentence; NULL: nothing says so.
 */
char *md_judge_doubt(struct md_judge *judge, const struct md_lockup_task *waiter,
		     const struct md_lockup_task *holder);
/** How many tasks may hold a lock of that name. */
guint md_judge_holders(const struct md_judge *judge, const char *name);
/** Whether two tasks want the same lock. */
enum md_sameness md_judge_want(struct md_judge *judge, const struct md_lockup_task *a,
			       const struct md_lockup_task *b);
/** TRUE where one of the two must wait: readers do not wait for readers. */
gboolean md_judge_conflict(const struct md_lockup_want *want, const struct md_lockup_hold *hold);
/** TRUE where the kernel itself complained that the task does not go on. */
gboolean md_judge_is_stuck(const struct md_lockup_task *task);
/**
 * TRUE where the task spins in the dump of a machine that stopped: such has the stacks of all, so
 * that a holder that is not among them is none.
 */
gboolean md_judge_spins_in_dump(const struct md_lockup_task *task);
/** TRUE where the kernel killed the task: an oops, a BUG. */
gboolean md_judge_has_died(const struct md_lockup_task *task);
/** What tells a lock from others, as far as it is known: a new string; NULL: it is not. */
char *md_judge_key(const char *lock, struct md_word address);
/** TRUE where @lock is a name and not "?". */
gboolean md_lock_is_named(const char *lock);

static inline struct md_lockup_hold *md_lockup_hold_at(const struct md_lockup_task *task,
						       guint index)
{
	return &g_array_index(task->holds, struct md_lockup_hold, index);
}

/* Sentences: new strings. */

/** "struct rq.lock", "the lock ffff88181ff16500". */
char *md_say_lock(const struct md_lockup_task *waiter);
/** "__schedule (kernel/sched/core.c:2910) took struct rq.lock and holds it". */
char *md_say_hold(const struct md_lockup_task *holder, const struct md_lockup_hold *hold);
/** "qemu-kvm (pid 1) waits for struct rq.lock in try_to_wake_up (kernel/sched/core.c:1700)". */
char *md_say_want(const struct md_lockup_task *waiter);
/** "the kernel complained: blocked for 120 seconds"; NULL: it did not. */
char *md_say_stuck(const struct md_lockup_task *task);

/** Adds @sentence, which is taken, to the evidence; NULL: there is none. */
void md_knot_take(struct md_knot *knot, char *sentence);
/** The functions from where @hold was taken to where its task waits. */
void md_knot_add_path(struct md_knot *knot, struct md_functions *functions,
		      const struct md_lockup_task *task, const struct md_lockup_hold *hold);

/* self.c, cycles.c, gone.c, holders.c: each adds the knots that it finds, notes.c what there is to
 * say besides. */
void md_knots_find_self(struct md_judge *judge);
void md_knots_find_cycles(struct md_judge *judge);
void md_knots_find_gone(struct md_judge *judge);
void md_knots_find_holders(struct md_judge *judge);
void md_notes_add(struct md_judge *judge);

#endif
