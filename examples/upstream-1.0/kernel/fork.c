/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making new tasks out of old ones. */
#include <penguin/errno.h>
#include <penguin/sched.h>

static unsigned int total_forks;

static struct task *dup_task(struct task *parent)
{
	struct task *child = alloc_task();

	if (!child)
		return NULL;
	*child = *parent;
	child->pid = next_pid();
	return child;
}

int sys_fork(void)
{
	struct task *child;

	if (task_count() >= MAX_TASKS)
		return -EAGAIN;
	child = dup_task(current);
	if (!child)
		return -ENOMEM;
	total_forks++;
	wake_up_task(child);
	return child->pid;
}
