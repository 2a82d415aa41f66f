#include <linux/capability.h>
#include <linux/ptrace.h>
#include <linux/regset.h>

/* Called with the task locked. */
static int ptrace_has_cap(struct user_namespace *ns, unsigned int mode)
{
	if (mode & PTRACE_MODE_NOAUDIT)
		return has_ns_capability_noaudit(current, ns, CAP_SYS_PTRACE);
	else
		return has_ns_capability(current, ns, CAP_SYS_PTRACE);
}

int __ptrace_may_access(struct task_struct *task, unsigned int mode)
{
	const struct cred *cred = current_cred(), *tcred;

	if (task == current)
		return 0;
	tcred = __task_cred(task);
	if (uid_eq(cred->uid, tcred->uid))
		return 0;
	if (ptrace_has_cap(tcred->user_ns, mode))
		return 0;
	return -EPERM;
}
