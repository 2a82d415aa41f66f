/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kinds of locks are called: by us, and by <linux/cleanup.h>, whose guards are of classes.
 */
#include "code/internal.h"

static const char *const kind_names[MD_LOCK_KINDS] = {
	[MD_LOCK_SPIN] = "spinlock",
	[MD_LOCK_RW] = "rwlock",
	[MD_LOCK_MUTEX] = "mutex",
	[MD_LOCK_RWSEM] = "rwsem",
	[MD_LOCK_PERCPU_RWSEM] = "percpu-rwsem",
	[MD_LOCK_SEMAPHORE] = "semaphore",
	[MD_LOCK_RT_MUTEX] = "rt-mutex",
	[MD_LOCK_SEQ] = "seqlock",
	[MD_LOCK_WW_MUTEX] = "ww-mutex",
	[MD_LOCK_BIT] = "bit",
	[MD_LOCK_PAGE] = "page",
	[MD_LOCK_BUFFER] = "buffer",
	[MD_LOCK_SOCKET] = "socket",
	[MD_LOCK_LOCAL] = "local-lock",
	[MD_LOCK_RCU] = "rcu",
	[MD_LOCK_SRCU] = "srcu",
	[MD_LOCK_COMPLETION] = "completion",
	[MD_LOCK_WAIT_QUEUE] = "wait-queue",
	[MD_LOCK_WRITEBACK] = "writeback",
	[MD_LOCK_WORK] = "work",
	[MD_LOCK_IO] = "io",
	[MD_LOCK_CPU] = "cpu",
	[MD_LOCK_TIME] = "time",
};

const char *md_lock_kind_name(enum md_lock_kind kind)
{
	return kind_names[kind];
}

gboolean md_lock_kind_spins(enum md_lock_kind kind)
{
	return kind == MD_LOCK_SPIN || kind == MD_LOCK_RW || kind == MD_LOCK_SEQ ||
	       kind == MD_LOCK_CPU;
}

/* The classes of <linux/cleanup.h>'s guards that are in every tree. */
static const struct {
	const char *class, *operation;
} guards[] = {
	{ "mutex", "mutex_lock" },
	{ "mutex_try", "mutex_trylock" },
	{ "mutex_intr", "mutex_lock_interruptible" },
	{ "mutex_kill", "mutex_lock_killable" },
	{ "rwsem_read", "down_read" },
	{ "rwsem_read_try", "down_read_trylock" },
	{ "rwsem_read_intr", "down_read_interruptible" },
	{ "rwsem_read_kill", "down_read_killable" },
	{ "rwsem_write", "down_write" },
	{ "rwsem_write_try", "down_write_trylock" },
	{ "rwsem_write_kill", "down_write_killable" },
	{ "percpu_read", "percpu_down_read" },
	{ "percpu_write", "percpu_down_write" },
	{ "raw_spinlock", "raw_spin_lock" },
	{ "raw_spinlock_try", "raw_spin_trylock" },
	{ "raw_spinlock_nested", "raw_spin_lock_nested" },
	{ "raw_spinlock_irq", "raw_spin_lock_irq" },
	{ "raw_spinlock_irq_try", "raw_spin_trylock_irq" },
	{ "raw_spinlock_bh", "raw_spin_lock_bh" },
	{ "raw_spinlock_irqsave", "raw_spin_lock_irqsave" },
	{ "raw_spinlock_irqsave_try", "raw_spin_trylock_irqsave" },
	{ "spinlock", "spin_lock" },
	{ "spinlock_try", "spin_trylock" },
	{ "spinlock_irq", "spin_lock_irq" },
	{ "spinlock_irq_try", "spin_trylock_irq" },
	{ "spinlock_bh", "spin_lock_bh" },
	{ "spinlock_bh_try", "spin_trylock_bh" },
	{ "spinlock_irqsave", "spin_lock_irqsave" },
	{ "spinlock_irqsave_try", "spin_trylock_irqsave" },
	{ "read_lock", "read_lock" },
	{ "read_lock_irq", "read_lock_irq" },
	{ "read_lock_irqsave", "read_lock_irqsave" },
	{ "write_lock", "write_lock" },
	{ "write_lock_irq", "write_lock_irq" },
	{ "write_lock_irqsave", "write_lock_irqsave" },
	{ "local_lock", "local_lock" },
	{ "local_lock_irq", "local_lock_irq" },
	{ "local_lock_irqsave", "local_lock_irqsave" },
	{ "rcu", "rcu_read_lock" },
	{ "srcu", "srcu_read_lock" },
};

const char *md_lock_guard_find(struct md_slice class)
{
	for (gsize i = 0; i < G_N_ELEMENTS(guards); i++) {
		if (md_slice_is(class, guards[i].class))
			return guards[i].operation;
	}
	return NULL;
}
