/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who runs next. */
#include <penguin/sched.h>

static struct task *pick_next(void)
{
	struct task *best = current;

	for (struct task *task = current->next; task != current; task = task->next) {
		if (task->priority > best->priority)
			best = task;
	}
	return best;
}

void schedule(void)
{
	struct task *previous = current;
	struct task *next = pick_next();

	if (next != previous)
		switch_to(previous, next);
}
