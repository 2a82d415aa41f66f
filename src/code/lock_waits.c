/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions in which stacks show tasks that wait for a lock: those that its users call, and
 * the slow paths in them; from 2.6.32 to 6.12, all architectures, PREEMPT_RT.
 */
#include "code/lock_table.h"

#include <string.h>

/* Who uses the lock calls it, and its own first argument is the lock. */
#define API(name, kind, flags)                                                                     \
	{                                                                                          \
		name, MD_LOCK_##kind, flags, TRUE, TRUE                                            \
	}

/* The same, but the lock is elsewhere, or there is none. */
#define BARE(name, kind, flags)                                                                    \
	{                                                                                          \
		name, MD_LOCK_##kind, flags, TRUE, FALSE                                           \
	}

/* A slow path, whose first argument is the lock, and one of which that is not known. */
#define SLOW(name, kind, flags)                                                                    \
	{                                                                                          \
		name, MD_LOCK_##kind, flags, FALSE, TRUE                                           \
	}

#define DEEP(name, kind, flags)                                                                    \
	{                                                                                          \
		name, MD_LOCK_##kind, flags, FALSE, FALSE                                          \
	}

/* The first that fits counts, so the longer come before the shorter. */
static const struct md_lock_wait waits[] = {
	/* spinlocks, as they are called */
	API("_raw_spin_lock_irqsave*", SPIN, IRQ),
	API("_raw_spin_lock_irq*", SPIN, IRQ),
	API("_raw_spin_lock_bh*", SPIN, BH),
	DEEP("_raw_spin_lock_wait*", SPIN, 0),
	DEEP("arch_spin_lock_wait*", SPIN, 0), /* s390 */
	API("_raw_spin_lock", SPIN, 0),
	API("_raw_spin_lock_nest*", SPIN, 0),
	API("_spin_lock_irqsave*", SPIN, IRQ),
	API("_spin_lock_irq*", SPIN, IRQ),
	API("_spin_lock_bh*", SPIN, BH),
	API("_spin_lock", SPIN, 0),
	API("_spin_lock_nest*", SPIN, 0),
	/* what some kernels call their first spinlock function */
	API("__lock_text_start", SPIN, 0),
	API("rt_spin_lock", SPIN, 0),
	API("rt_spin_lock_nest*", SPIN, 0),
	BARE("_atomic_dec_and_lock*", SPIN, 0),
	BARE("refcount_dec_and_lock*", SPIN, 0),
	/* and inside */
	SLOW("native_queued_spin_lock_slowpath", SPIN, 0),
	SLOW("__pv_queued_spin_lock_slowpath", SPIN, 0),
	SLOW("pv_queued_spin_lock_slowpath", SPIN, 0),
	SLOW("queued_spin_lock*", SPIN, 0),
	SLOW("resilient_queued_spin_lock_slowpath", SPIN, 0),
	SLOW("do_raw_spin_lock*", SPIN, 0),
	SLOW("__raw_spin_lock*", SPIN, 0),
	SLOW("arch_spin_lock*", SPIN, 0),
	SLOW("__ticket_spin_lock*", SPIN, 0),
	SLOW("ticket_spin_lock*", SPIN, 0),
	SLOW("kvm_lock_spinning", SPIN, 0),
	SLOW("xen_lock_spinning", SPIN, 0),
	SLOW("xen_spin_lock*", SPIN, 0),
	SLOW("__spin_lock_debug", SPIN, 0),
	SLOW("__spin_yield", SPIN, 0),
	SLOW("splpar_spin_yield", SPIN, 0),
	DEEP("kvm_wait", SPIN, 0),
	DEEP("xen_qlock_wait", SPIN, 0),
	DEEP("hv_qlock_wait", SPIN, 0),
	DEEP("virt_spin_lock*", SPIN, 0),
	SLOW("__rt_spin_lock*", SPIN, 0),
	SLOW("rt_spin_lock_slowlock*", SPIN, 0),
	SLOW("rtlock_slowlock*", SPIN, 0),
	DEEP("schedule_rtlock", SPIN, 0),

	/* rwlocks */
	API("_raw_read_lock_irq*", RW, SHARED | IRQ),
	API("_raw_read_lock_bh", RW, SHARED | BH),
	DEEP("_raw_read_lock_wait*", RW, SHARED),
	API("_raw_read_lock*", RW, SHARED),
	API("_raw_write_lock_irq*", RW, IRQ),
	API("_raw_write_lock_bh", RW, BH),
	DEEP("_raw_write_lock_wait*", RW, 0),
	API("_raw_write_lock*", RW, 0),
	API("_read_lock_irq*", RW, SHARED | IRQ),
	API("_read_lock_bh", RW, SHARED | BH),
	API("_read_lock", RW, SHARED),
	API("_write_lock_irq*", RW, IRQ),
	API("_write_lock_bh", RW, BH),
	API("_write_lock", RW, 0),
	API("rt_read_lock*", RW, SHARED),
	API("rt_write_lock*", RW, 0),
	SLOW("queued_read_lock*", RW, SHARED),
	SLOW("queued_write_lock*", RW, 0),
	SLOW("do_raw_read_lock", RW, SHARED),
	SLOW("do_raw_write_lock", RW, 0),
	SLOW("arch_read_lock*", RW, SHARED),
	SLOW("arch_write_lock*", RW, 0),
	DEEP("__read_lock_failed", RW, SHARED),
	DEEP("__write_lock_failed", RW, 0),
	SLOW("__rw_yield", RW, 0),

	/* mutexes; older slow paths are given a pointer to the count, which is at their start */
	API("mutex_lock*", MUTEX, 0),
	API("_mutex_lock*", MUTEX, 0),
	API("ww_mutex_lock*", WW_MUTEX, 0),
	BARE("atomic_dec_and_mutex_lock", MUTEX, 0),
	BARE("refcount_dec_and_mutex_lock", MUTEX, 0),
	SLOW("__mutex_lock*", MUTEX, 0),
	SLOW("__ww_mutex_lock*", WW_MUTEX, 0),
	SLOW("mutex_optimistic_spin", MUTEX, 0),
	SLOW("mutex_spin_on_owner", MUTEX, 0),
	DEEP("mspin_lock", MUTEX, 0),

	/* rt_mutex: on PREEMPT_RT mutexes too */
	API("rt_mutex_lock*", RT_MUTEX, 0),
	API("rt_mutex_timed_lock", RT_MUTEX, 0),
	API("rt_mutex_timed_futex_lock", RT_MUTEX, 0),
	DEEP("rt_mutex_wait_proxy_lock", RT_MUTEX, 0),
	SLOW("__rt_mutex_lock*", RT_MUTEX, 0),
	SLOW("rt_mutex_slowlock*", RT_MUTEX, 0),
	SLOW("__rt_mutex_slowlock*", RT_MUTEX, 0),
	DEEP("rt_mutex_schedule", RT_MUTEX, 0),
	DEEP("task_blocks_on_rt_mutex", RT_MUTEX, 0),
	DEEP("rt_mutex_adjust_prio_chain", RT_MUTEX, 0),

	/* rwsems; the callers of call_rwsem_* have the rwsem in the register of a result */
	API("down_read*", RWSEM, SHARED),
	API("down_write*", RWSEM, 0),
	SLOW("rwsem_down_read_*", RWSEM, SHARED),
	SLOW("rwsem_down_write_*", RWSEM, 0),
	SLOW("rwsem_down_failed_common", RWSEM, 0),
	SLOW("rwsem_optimistic_spin", RWSEM, 0),
	SLOW("rwsem_spin_on_owner", RWSEM, 0),
	DEEP("call_rwsem_down_read_failed*", RWSEM, SHARED),
	DEEP("call_rwsem_down_write_failed*", RWSEM, 0),
	SLOW("__down_read*", RWSEM, SHARED),
	SLOW("__down_write*", RWSEM, 0),
	SLOW("rwbase_read_lock*", RWSEM, SHARED),
	SLOW("__rwbase_read_lock*", RWSEM, SHARED),
	SLOW("rwbase_write_lock*", RWSEM, 0),
	SLOW("rt_down_read*", RWSEM, SHARED),
	SLOW("rt_down_write*", RWSEM, 0),
	SLOW("__rt_down_read*", RWSEM, SHARED),
	SLOW("__rt_down_write*", RWSEM, 0),
	API("percpu_down_read*", PERCPU_RWSEM, SHARED),
	API("percpu_down_write*", PERCPU_RWSEM, 0),
	API("__percpu_down_read*", PERCPU_RWSEM, SHARED),
	SLOW("percpu_rwsem_wait*", PERCPU_RWSEM, 0),
	/* their queue of spinning waiters, a mutex's or a rwsem's: the frame outside says whose */
	DEEP("osq_lock", MUTEX, 0),

	/* semaphores */
	API("down", SEMAPHORE, 0),
	API("down_interruptible", SEMAPHORE, 0),
	API("down_killable", SEMAPHORE, 0),
	API("down_timeout", SEMAPHORE, 0),
	SLOW("__down*", SEMAPHORE, 0),
	SLOW("___down_common", SEMAPHORE, 0),

	/* bits, pages, buffers, sockets */
	API("out_of_line_wait_on_bit*", BIT, 0),
	DEEP("__wait_on_bit*", BIT, 0),
	DEEP("bit_wait*", BIT, 0),
	API("lock_page*", PAGE, 0),
	API("__lock_page*", PAGE, 0),
	API("folio_lock*", PAGE, 0),
	API("__folio_lock*", PAGE, 0),
	API("folio_wait_writeback*", WRITEBACK, 0),
	API("folio_wait_stable*", WRITEBACK, 0),
	API("wait_on_page_writeback*", WRITEBACK, 0),
	API("wait_for_stable_page", WRITEBACK, 0),
	API("folio_wait_bit*", PAGE, 0),
	API("wait_on_page_bit*", PAGE, 0),
	API("wait_on_page_locked*", PAGE, 0),
	BARE("migration_entry_wait*", PAGE, 0),
	DEEP("sleep_on_page*", PAGE, 0),
	DEEP("sync_page*", PAGE, 0),
	API("__lock_buffer", BUFFER, 0),
	API("lock_buffer", BUFFER, 0),
	API("__wait_on_buffer", BUFFER, 0),
	API("wait_on_buffer", BUFFER, 0),
	DEEP("sleep_on_buffer", BUFFER, 0),
	DEEP("sync_buffer", BUFFER, 0),
	API("inode_wait_for_writeback", WRITEBACK, 0),
	API("__inode_wait_for_writeback", WRITEBACK, 0),
	API("lock_sock_*", SOCKET, 0),
	API("__lock_sock_fast", SOCKET, 0),
	SLOW("__lock_sock", SOCKET, 0),

	/* RCU and SRCU */
	API("synchronize_srcu*", SRCU, 0),
	API("srcu_barrier", SRCU, 0),
	SLOW("__synchronize_srcu", SRCU, 0),
	BARE("synchronize_rcu*", RCU, 0),
	BARE("synchronize_sched*", RCU, 0),
	BARE("synchronize_net", RCU, 0),
	BARE("cond_synchronize_*", RCU, 0),
	BARE("rcu_barrier*", RCU, 0),
	DEEP("_rcu_barrier*", RCU, 0),
	DEEP("wait_rcu_gp", RCU, 0),
	DEEP("__wait_rcu_gp", RCU, 0),
	DEEP("exp_funnel_lock", RCU, 0),
	DEEP("synchronize_rcu_expedited_wait*", RCU, 0),

	/* completions, events, work */
	API("wait_for_completion*", COMPLETION, 0),
	SLOW("wait_for_common*", COMPLETION, 0),
	SLOW("__wait_for_common", COMPLETION, 0),
	SLOW("do_wait_for_common", COMPLETION, 0),
	API("flush_work*", WORK, 0),
	API("__flush_workqueue", WORK, 0),
	SLOW("__flush_work*", WORK, 0),
	API("flush_delayed_work*", WORK, 0),
	API("flush_rcu_work", WORK, 0),
	API("drain_workqueue", WORK, 0),
	API("destroy_workqueue", WORK, 0),
	API("cancel_work_sync", WORK, 0),
	API("cancel_delayed_work_sync", WORK, 0),
	API("disable_work_sync", WORK, 0),
	API("disable_delayed_work_sync", WORK, 0),
	SLOW("__cancel_work*", WORK, 0),
	SLOW("wait_on_work", WORK, 0),
	SLOW("wait_on_cpu_work", WORK, 0),
	API("kthread_stop", WORK, 0),
	API("kthread_park", WORK, 0),
	API("kthread_flush_work*", WORK, 0),
	API("kthread_cancel_work_sync", WORK, 0),
	API("del_timer_sync", WORK, 0),
	API("timer_delete_sync", WORK, 0),
	SLOW("__timer_delete_sync", WORK, 0),
	API("hrtimer_cancel", WORK, 0),
	SLOW("hrtimer_cancel_wait_running", WORK, 0),
	API("tasklet_kill", WORK, 0),
	API("tasklet_unlock_wait", WORK, 0),
	BARE("synchronize_irq", WORK, 0),
	DEEP("__synchronize_irq", WORK, 0),
	DEEP("__synchronize_hardirq", WORK, 0),
	BARE("disable_irq", WORK, 0),
	API("interruptible_sleep_on*", WAIT_QUEUE, 0),
	API("sleep_on*", WAIT_QUEUE, 0),
	SLOW("wait_woken", WAIT_QUEUE, 0),
	DEEP("futex_wait_queue*", WAIT_QUEUE, 0),
	DEEP("futex_do_wait", WAIT_QUEUE, 0),
	DEEP("poll_schedule_timeout*", WAIT_QUEUE, 0),
	/* condition variables of OpenZFS */
	BARE("__cv_wait_io*", IO, 0),
	BARE("__cv_timedwait_io*", IO, 0),
	BARE("__cv_wait*", WAIT_QUEUE, 0),
	BARE("__cv_timedwait*", WAIT_QUEUE, 0),
	DEEP("cv_wait_common*", WAIT_QUEUE, 0),
	DEEP("cv_timedwait_common*", WAIT_QUEUE, 0),

	/* other CPUs */
	BARE("smp_call_function*", CPU, 0),
	BARE("smp_call_on_cpu", CPU, 0),
	BARE("on_each_cpu*", CPU, 0),
	BARE("stop_machine*", CPU, 0),
	BARE("__stop_machine", CPU, 0),
	BARE("stop_one_cpu", CPU, 0),
	BARE("stop_two_cpus", CPU, 0),
	BARE("stop_cpus*", CPU, 0),
	BARE("__stop_cpus*", CPU, 0),
	BARE("native_flush_tlb_others", CPU, 0),
	BARE("native_flush_tlb_multi", CPU, 0),
	BARE("flush_tlb_all", CPU, 0),
	BARE("flush_tlb_mm*", CPU, 0),
	BARE("flush_tlb_page", CPU, 0),
	BARE("flush_tlb_range", CPU, 0),
	BARE("flush_tlb_kernel_range", CPU, 0),
	BARE("flush_tlb_current_task", CPU, 0),
	BARE("flush_tlb_others*", CPU, 0),
	BARE("flush_tlb_multi", CPU, 0),
	BARE("hyperv_flush_tlb_*", CPU, 0),
	BARE("xen_flush_tlb_*", CPU, 0),
	BARE("kick_all_cpus_sync", CPU, 0),
	DEEP("multi_cpu_stop", CPU, 0),
	DEEP("stop_machine_cpu_stop", CPU, 0),
	DEEP("generic_exec_single", CPU, 0),
	DEEP("csd_lock_wait*", CPU, 0),
	DEEP("__csd_lock_wait*", CPU, 0),
	DEEP("csd_lock", CPU, 0),

	/* a device, the clock */
	BARE("io_schedule_timeout", IO, 0),
	BARE("io_schedule*", IO, 0),
	BARE("congestion_wait", IO, 0),
	BARE("msleep*", TIME, 0),
	BARE("usleep_range*", TIME, 0),
	BARE("do_nanosleep", TIME, 0),
	BARE("schedule_timeout*", TIME, 0),
	BARE("schedule_hrtimeout*", TIME, 0),
};

gboolean md_frame_fits(const char *pattern, gsize length, const char *symbol, gsize size)
{
	const char *star = memchr(pattern, '*', length);
	gsize before, behind;

	if (star == NULL)
		return size == length && memcmp(pattern, symbol, size) == 0;
	before = (gsize)(star - pattern);
	behind = length - before - 1;
	return size >= before + behind && memcmp(symbol, pattern, before) == 0 &&
	       memcmp(symbol + size - behind, star + 1, behind) == 0;
}

const struct md_lock_wait *md_lock_wait_find(const char *symbol)
{
	/* ".constprop.0", ".isra.1", ".part.2" are the compiler's. */
	gsize size = strcspn(symbol, ".");

	for (gsize i = 0; i < G_N_ELEMENTS(waits); i++) {
		if (size > 0 && md_frame_fits(waits[i].name, strlen(waits[i].name), symbol, size))
			return &waits[i];
	}
	return NULL;
}
