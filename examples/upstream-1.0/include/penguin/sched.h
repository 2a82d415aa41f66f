/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PENGUIN_SCHED_H
#define PENGUIN_SCHED_H

#define MAX_TASKS 512

struct task {
	int pid;
	int priority;
	struct task *next;
};

extern struct task *current;

struct task *alloc_task(void);
void wake_up_task(struct task *task);
void schedule(void);

#endif
