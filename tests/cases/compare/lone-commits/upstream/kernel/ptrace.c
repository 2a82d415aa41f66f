#include <linux/capability.h>
#include <linux/ptrace.h>

/* Called with the task locked. */
static int ptrace_has_cap(struct user_namespace *ns, unsigned int mode)
{
	return has_ns_capability(current, ns, CAP_SYS_PTRACE);
}

static int __ptrace_may_access(struct task_struct *task, unsigned int mode)
{
	const struct cred *cred = current_cred(), *tcred;

	if (same_thread_group(task, current))
		return 0;
	tcred = __task_cred(task);
	if (uid_eq(cred->fsuid, tcred->uid))
		return 0;
	if (ptrace_has_cap(tcred->user_ns, mode))
		return 0;
	return -EPERM;
}
