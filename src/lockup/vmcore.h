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

/* vmcore_locks.c */

/** Tells the tasks of @log what the words of the locks say that they wait for. */
void md_vmcore_locks(struct md_debugger *debugger, const GArray *tasks, const struct md_log *log);

#endif
