#include "../include/sched.h"

static DECLARE_WAIT_QUEUE_HEAD(audit_wait);

int audit_capable(struct task_struct *task)
{
	if (!task->mm)
		return 0;
	__wake_up(&audit_wait, TASK_NORMAL, 1, NULL);
	return 1;
}

int may_access(struct task_struct *task, struct task_struct *by)
{
	if (task == by)
		return 1;
	return audit_capable(by);
}
