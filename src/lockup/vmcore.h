/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read a vmcore share. */
#ifndef MD_LOCKUP_VMCORE_H
#define MD_LOCKUP_VMCORE_H

#include "lockup/debugger.h"

/** A task of the vmcore. */
struct md_vmcore_task {
	guint64 address; /* of its task_struct */
	gint64 pid, cpu;
	gboolean active; /* it was on its CPU */
	char state[3];	 /* as crash(8) has it: "RU" */
	char comm[16];	 /* as long as the kernel has it */
};

/* unwind_x86.c */

/** Reads stacks of x86-64, and prints them as crash(8)'s `bt -s` would. */
struct md_unwinder;
struct md_unwinder *md_unwinder_new(struct md_debugger *debugger);
void md_unwinder_free(struct md_unwinder *unwinder);
MD_DEFINE_AUTOPTR(md_unwinder)
/**
 * Appends the stack of the task at @task, which does not run; FALSE, with @text untouched: it
 * cannot be read.
 */
gboolean md_unwinder_asleep(struct md_unwinder *unwinder, guint64 task, GString *text);
/**
 * The same for one that runs, with the registers of its CPU: @registers is the answer to
 * `help -r`, which may have none.
 */
gboolean md_unwinder_active(struct md_unwinder *unwinder, const struct md_vmcore_task *task,
			    const char *registers, GString *text);

/* vmcore_tasks.c */

/** All tasks, of struct md_vmcore_task; their stacks are added to @text, as by crash(8). */
GArray *md_vmcore_tasks(struct md_debugger *debugger, const struct md_hooks *hooks,
			GPtrArray *commands, GString *text);

/** The task whose task_struct is at @address, whether any list has it; FALSE: it cannot be read. */
gboolean md_vmcore_read_task(struct md_debugger *debugger, guint64 address,
			     struct md_vmcore_task *task);

/* vmcore_owner.c */

/** The tasks of a machine as owners of locks. */
struct md_owners;
/** @all: of struct md_vmcore_task; @log: their stacks. Both must outlive it. */
struct md_owners *md_owners_new(struct md_debugger *debugger, const GArray *all,
				const struct md_log *log);
void md_owners_free(struct md_owners *owners);
MD_DEFINE_AUTOPTR(md_owners)
/** The task whose task_struct is at @task and whose stack is known; or NULL. */
struct md_task *md_owners_told(const struct md_owners *owners, guint64 task);
/** TRUE where @word, of a lock, names a task. */
gboolean md_owners_listed(const struct md_owners *owners, guint64 word);

/** What the word of a lock says of its owner. */
struct md_vmcore_owner {
	gint64 pid;	      /* -1: nobody is named, or can be */
	struct md_task *task; /* whose stack is known; or NULL */
	enum md_owner_state state;
	char *why; /* as of struct md_said_lock; the caller's */
};
/** @waiter: the address of the task that waits first for the lock; 0: it is not known. */
void md_owners_judge(struct md_owners *owners, guint64 word, guint64 waiter,
		     struct md_vmcore_owner *owner);

/* vmcore_locks.c */

/** Tells the tasks of @log what the words of the locks say that they wait for. */
void md_vmcore_locks(struct md_debugger *debugger, const GArray *tasks, const struct md_log *log);

#endif
