/*
 * The barrier is dear: thousands of cycles. It is left out where the next task could
 * have looked at the memory of the last one anyway.
 */
static inline void barrier_if_other(struct task_struct *next)
{
	if (next && may_access(next, current))
		write_barrier();
}

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next,
			     struct task_struct *task)
{
	if (prev == next)
		return;
	barrier_if_other(task);
	load_cr3(next->pgd);
}
