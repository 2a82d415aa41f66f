struct mm_struct {
	pgd_t *pgd;
	unsigned int dumpable;
};

struct task_struct {
	raw_spinlock_t pi_lock;
	struct mm_struct *mm;
	unsigned int cpu;
};
