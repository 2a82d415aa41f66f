/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All of Linux's operations on locks, as source has them: from 2.6.32 to 6.12, all architectures,
 * PREEMPT_RT. The functions in which stacks show tasks that wait are in lock_waits.c.
 *
 * There are rows for primitives, and for those of their wrappers that the source itself does
 * not explain (inline assembly, a bit that is waited for). What calls a primitive for its caller,
 * inode_lock() say, is read.
 *
 * Which function a stack shows tells which operation it was: _raw_spin_lock is not
 * spin_lock_irqsave(), whereas native_queued_spin_lock_slowpath may be any spinlock's. So a row
 * of an operation names the functions of its own first, then the slow paths that it shares.
 * On PREEMPT_RT the spinlock_t sleep and all its variants show rt_spin_lock.
 */
#include "code/lock_table.h"

#include <string.h>

/* The slow paths that all spinlocks share, through every way of queueing that there was. */
#define SPIN_SLOW                                                                                  \
	" native_queued_spin_lock_slowpath queued_spin_lock_slowpath"                              \
	" __pv_queued_spin_lock_slowpath pv_queued_spin_lock_slowpath"                             \
	" do_raw_spin_lock arch_spin_lock __ticket_spin_lock ticket_spin_lock"                     \
	" __raw_spin_lock arch_spin_lock_wait* __spin_lock_debug"                                  \
	" kvm_lock_spinning xen_spin_lock* xen_lock_spinning __spin_yield splpar_spin_yield"       \
	" kvm_wait xen_qlock_wait hv_qlock_wait"

/* Only what sleeps on PREEMPT_RT. */
#define SPIN_RT " rt_spin_lock* __rt_spin_lock* rtlock_slowlock* schedule_rtlock"
#define RW_SLOW(side)                                                                              \
	" queued_" side "_lock_slowpath __" side "_lock_failed do_raw_" side "_lock"               \
	" arch_" side "_lock* _raw_" side "_lock_wait* __rw_yield"                                 \
	" rt_" side "_lock* rwbase_" side "_lock* rtlock_slowlock*"

#define MUTEX_SLOW                                                                                 \
	" __mutex_lock __mutex_lock_common mutex_optimistic_spin mutex_spin_on_owner"              \
	" osq_lock mspin_lock schedule_preempt_disabled rt_mutex_slowlock*"                        \
	" __rt_mutex_slowlock* __rt_mutex_lock* rt_mutex_lock* rt_mutex_schedule"

#define RWSEM_SLOW(side)                                                                           \
	" rwsem_down_" side "_* rwsem_down_failed_common call_rwsem_down_" side "_failed*"         \
	" rwsem_optimistic_spin rwsem_spin_on_owner osq_lock rwbase_" side "_lock*"                \
	" __rwbase_" side "_lock* schedule_preempt_disabled"

#define SEMAPHORE_SLOW " __down* ___down_common"
#define RT_MUTEX_SLOW " rt_mutex_slowlock* __rt_mutex_slowlock* __rt_mutex_lock* rt_mutex_schedule"
#define BIT_SLOW " out_of_line_wait_on_bit* __wait_on_bit* bit_wait*"
#define PAGE_SLOW                                                                                  \
	" __lock_page* __folio_lock* folio_wait_bit* wait_on_page_bit* __wait_on_bit_lock"         \
	" sleep_on_page* sync_page* bit_wait_io io_schedule"

#define PAGE_WAIT                                                                                  \
	" wait_on_page_bit* folio_wait_bit* sleep_on_page* __wait_on_bit bit_wait_io io_schedule"

#define BUFFER_SLOW                                                                                \
	" __lock_buffer __wait_on_buffer sleep_on_buffer sync_buffer bit_wait_io"                  \
	" out_of_line_wait_on_bit* __wait_on_bit* io_schedule"

#define SOCKET_SLOW " __lock_sock lock_sock_nested __lock_sock_fast"
#define RCU_WAIT                                                                                   \
	" wait_rcu_gp __wait_rcu_gp _rcu_barrier* exp_funnel_lock __synchronize_srcu"              \
	" synchronize_rcu_expedited_wait*"

#define COMPLETION_WAIT " wait_for_common* do_wait_for_common __wait_for_common"
#define QUEUE_WAIT " schedule schedule_timeout io_schedule schedule_hrtimeout_range*"
#define WORK_WAIT                                                                                  \
	" __flush_work* __cancel_work* __flush_workqueue start_flush_work wait_on_work"            \
	" wait_on_cpu_work"

#define CPU_WAIT                                                                                   \
	" smp_call_function* csd_lock_wait __csd_lock_wait generic_exec_single csd_lock"           \
	" on_each_cpu*"

#define TIME_WAIT " schedule_timeout* usleep_range* schedule_hrtimeout* do_nanosleep"
#define ROW(name, kind, effect, flags, argument, frames)                                           \
	{                                                                                          \
		name, MD_LOCK_##kind, MD_LOCK_##effect, flags, argument, frames                    \
	}

/*
 * A spinlock's operations with @p before their names. _raw_spin_lock* is on the stack where
 * it was not inlined; what is called _spin_lock* was until 2.6.33.
 */
#define SPIN_OWN(variant) "_raw_spin_lock" variant " _spin_lock" variant " spin_lock" variant
#define SPIN_FAMILY(p, slow)                                                                       \
	ROW(p "spin_lock", SPIN, TAKE, 0, 0, SPIN_OWN("") slow),                                   \
		ROW(p "spin_lock_nested", SPIN, TAKE, 0, 0,                                        \
		    SPIN_OWN("_nested") " _raw_spin_lock" slow),                                   \
		ROW(p "spin_lock_nest_lock", SPIN, TAKE, 0, 0,                                     \
		    SPIN_OWN("_nest_lock") " _raw_spin_lock _raw_spin_lock_nested" slow),          \
		ROW(p "spin_lock_bh", SPIN, TAKE, BH, 0, SPIN_OWN("_bh") slow),                    \
		ROW(p "spin_lock_bh_nested", SPIN, TAKE, BH, 0, SPIN_OWN("_bh_nested") slow),      \
		ROW(p "spin_lock_irq", SPIN, TAKE, IRQ, 0, SPIN_OWN("_irq") slow),                 \
		ROW(p "spin_lock_irqsave", SPIN, TAKE, IRQ, 0, SPIN_OWN("_irqsave") slow),         \
		ROW(p "spin_lock_irqsave_nested", SPIN, TAKE, IRQ, 0,                              \
		    SPIN_OWN("_irqsave_nested") " _raw_spin_lock_irqsave" slow),                   \
		ROW(p "spin_lock_flags", SPIN, TAKE, IRQ, 0, slow),                                \
		ROW(p "spin_trylock", SPIN, TRY, 0, 0, NULL),                                      \
		ROW(p "spin_trylock_bh", SPIN, TRY, BH, 0, NULL),                                  \
		ROW(p "spin_trylock_irq", SPIN, TRY, IRQ, 0, NULL),                                \
		ROW(p "spin_trylock_irqsave", SPIN, TRY, IRQ, 0, NULL),                            \
		ROW(p "spin_unlock", SPIN, GIVE, 0, 0, NULL),                                      \
		ROW(p "spin_unlock_bh", SPIN, GIVE, BH, 0, NULL),                                  \
		ROW(p "spin_unlock_irq", SPIN, GIVE, IRQ, 0, NULL),                                \
		ROW(p "spin_unlock_irqrestore", SPIN, GIVE, IRQ, 0, NULL)

#define RW_OWN(side, variant) "_raw_" side "_lock" variant " _" side "_lock" variant
#define RW_SIDE(p, side, flags)                                                                    \
	ROW(p side "_lock", RW, TAKE, flags, 0, RW_OWN(side, "") RW_SLOW(side)),                   \
		ROW(p side "_lock_nested", RW, TAKE, flags, 0,                                     \
		    RW_OWN(side, "_nested") " _raw_" side "_lock" RW_SLOW(side)),                  \
		ROW(p side "_lock_bh", RW, TAKE, (flags) | BH, 0,                                  \
		    RW_OWN(side, "_bh") RW_SLOW(side)),                                            \
		ROW(p side "_lock_irq", RW, TAKE, (flags) | IRQ, 0,                                \
		    RW_OWN(side, "_irq") RW_SLOW(side)),                                           \
		ROW(p side "_lock_irqsave", RW, TAKE, (flags) | IRQ, 0,                            \
		    RW_OWN(side, "_irqsave") RW_SLOW(side)),                                       \
		ROW(p side "_trylock", RW, TRY, flags, 0, NULL),                                   \
		ROW(p side "_trylock_bh", RW, TRY, (flags) | BH, 0, NULL),                         \
		ROW(p side "_trylock_irqsave", RW, TRY, (flags) | IRQ, 0, NULL),                   \
		ROW(p side "_unlock", RW, GIVE, flags, 0, NULL),                                   \
		ROW(p side "_unlock_bh", RW, GIVE, (flags) | BH, 0, NULL),                         \
		ROW(p side "_unlock_irq", RW, GIVE, (flags) | IRQ, 0, NULL),                       \
		ROW(p side "_unlock_irqrestore", RW, GIVE, (flags) | IRQ, 0, NULL)

#define RW_FAMILY(p) RW_SIDE(p, "read", SHARED), RW_SIDE(p, "write", 0)
/* With lockdep mutex_lock() shows mutex_lock_nested, without it the other way round. */
#define MUTEX(name, variant, effect, flags)                                                        \
	ROW(name, MUTEX, effect, flags, 0,                                                         \
	    "mutex_lock" variant " mutex_lock" variant "_nested __mutex_lock" variant              \
	    "_slowpath _mutex_lock" variant MUTEX_SLOW)

#define WW(name, effect, flags)                                                                    \
	ROW(name, WW_MUTEX, effect, flags, 0, name " __ww_mutex_lock*" MUTEX_SLOW)

#define DOWN_READ(name, variant, effect, flags)                                                    \
	ROW(name, RWSEM, effect, SHARED | (flags), 0,                                              \
	    "down_read" variant " down_read" variant                                               \
	    "_nested __down_read" variant RWSEM_SLOW("read"))

#define DOWN_WRITE(name, variant, effect, flags)                                                   \
	ROW(name, RWSEM, effect, flags, 0,                                                         \
	    "down_write" variant " down_write" variant                                             \
	    "_nested __down_write" variant RWSEM_SLOW("write"))

#define PERCPU(name, effect, flags)                                                                \
	ROW(name, PERCPU_RWSEM, effect, flags, 0,                                                  \
	    name " __percpu_down_read percpu_rwsem_wait" RWSEM_SLOW("read") RWSEM_SLOW("write"))

#define SEMAPHORE(name, effect, flags) ROW(name, SEMAPHORE, effect, flags, 0, name SEMAPHORE_SLOW)
#define RT_MUTEX(name, effect, flags) ROW(name, RT_MUTEX, effect, flags, 0, name RT_MUTEX_SLOW)
#define SEQ(name, effect, flags)                                                                   \
	ROW(name, SEQ, effect, flags, 0, "_raw_spin_lock*" SPIN_SLOW SPIN_RT)

#define BITS(name, effect, flags, argument) ROW(name, BIT, effect, flags, argument, BIT_SLOW)
#define PAGES(name, effect, flags) ROW(name, PAGE, effect, flags, 0, PAGE_SLOW)
#define BUFFER(name, effect) ROW(name, BUFFER, effect, 0, 0, BUFFER_SLOW)
#define SOCKET(name, effect) ROW(name, SOCKET, effect, 0, 0, SOCKET_SLOW)
#define LOCAL(name, effect, flags) ROW(name, LOCAL, effect, flags, 0, SPIN_RT)
#define RCU_READ(name, effect, flags) ROW(name, RCU, effect, SHARED | (flags), -1, NULL)
#define RCU(name) ROW(name, RCU, WAIT, 0, -1, name RCU_WAIT COMPLETION_WAIT)
#define SRCU(name, effect, flags) ROW(name, SRCU, effect, flags, 0, name RCU_WAIT COMPLETION_WAIT)
#define COMPLETION(name) ROW(name, COMPLETION, WAIT, 0, 0, name COMPLETION_WAIT)
#define QUEUE(name) ROW(name, WAIT_QUEUE, WAIT, 0, 0, name QUEUE_WAIT)
#define WRITEBACK(name) ROW(name, WRITEBACK, WAIT, 0, 0, name PAGE_WAIT)
#define WORK(name) ROW(name, WORK, WAIT, 0, 0, name WORK_WAIT COMPLETION_WAIT)
#define CPUS(name) ROW(name, CPU, WAIT, 0, -1, name CPU_WAIT)
#define TIME(name) ROW(name, TIME, WAIT, 0, -1, name TIME_WAIT)
#define IO(name) ROW(name, IO, WAIT, 0, -1, name)

static const struct md_lock_operation operations[] = {
	SPIN_FAMILY("", SPIN_SLOW SPIN_RT),
	SPIN_FAMILY("raw_", SPIN_SLOW),
	SPIN_FAMILY("_", SPIN_SLOW),
	SPIN_FAMILY("_raw_", SPIN_SLOW),
	SPIN_FAMILY("__raw_", SPIN_SLOW),
	SPIN_FAMILY("do_raw_", SPIN_SLOW),
	SPIN_FAMILY("arch_", SPIN_SLOW),
	ROW("queued_spin_lock", SPIN, TAKE, 0, 0, SPIN_SLOW),
	ROW("queued_spin_trylock", SPIN, TRY, 0, 0, NULL),
	ROW("queued_spin_unlock", SPIN, GIVE, 0, 0, NULL),
	ROW("rt_spin_lock", SPIN, TAKE, 0, 0, SPIN_RT),
	ROW("rt_spin_lock_nested", SPIN, TAKE, 0, 0, SPIN_RT),
	ROW("rt_spin_trylock", SPIN, TRY, 0, 0, NULL),
	ROW("rt_spin_unlock", SPIN, GIVE, 0, 0, NULL),
	ROW("atomic_dec_and_lock", SPIN, TRY, 0, 1,
	    "_atomic_dec_and_lock _raw_spin_lock" SPIN_SLOW),
	ROW("atomic_dec_and_lock_irqsave", SPIN, TRY, IRQ, 1,
	    "_atomic_dec_and_lock_irqsave _raw_spin_lock_irqsave" SPIN_SLOW),
	ROW("atomic_dec_and_raw_lock", SPIN, TRY, 0, 1, "_atomic_dec_and_raw_lock" SPIN_SLOW),
	ROW("refcount_dec_and_lock", SPIN, TRY, 0, 1,
	    "refcount_dec_and_lock _raw_spin_lock" SPIN_SLOW),
	ROW("refcount_dec_and_lock_irqsave", SPIN, TRY, IRQ, 1,
	    "refcount_dec_and_lock_irqsave _raw_spin_lock_irqsave" SPIN_SLOW),

	RW_FAMILY(""),
	RW_FAMILY("_"),
	RW_FAMILY("_raw_"),
	RW_FAMILY("__raw_"),
	RW_FAMILY("do_raw_"),
	RW_FAMILY("arch_"),
	RW_FAMILY("rt_"),

	MUTEX("mutex_lock", "", TAKE, 0),
	MUTEX("mutex_lock_nested", "", TAKE, 0),
	MUTEX("mutex_lock_nest_lock", "_nest_lock", TAKE, 0),
	MUTEX("mutex_lock_io", "_io", TAKE, 0),
	MUTEX("mutex_lock_io_nested", "_io", TAKE, 0),
	MUTEX("mutex_lock_interruptible", "_interruptible", TRY, ZERO),
	MUTEX("mutex_lock_interruptible_nested", "_interruptible", TRY, ZERO),
	MUTEX("mutex_lock_killable", "_killable", TRY, ZERO),
	MUTEX("mutex_lock_killable_nested", "_killable", TRY, ZERO),
	MUTEX("_mutex_lock_killable", "_killable", TRY, ZERO),
	ROW("mutex_trylock", MUTEX, TRY, 0, 0, NULL),
	ROW("mutex_trylock_nest_lock", MUTEX, TRY, 0, 0, NULL),
	ROW("mutex_unlock", MUTEX, GIVE, 0, 0, NULL),
	ROW("atomic_dec_and_mutex_lock", MUTEX, TRY, 0, 1, "atomic_dec_and_mutex_lock" MUTEX_SLOW),
	ROW("refcount_dec_and_mutex_lock", MUTEX, TRY, 0, 1,
	    "refcount_dec_and_mutex_lock" MUTEX_SLOW),
	WW("ww_mutex_lock", TRY, ZERO),
	WW("ww_mutex_lock_interruptible", TRY, ZERO),
	WW("ww_mutex_lock_slow", TAKE, 0),
	WW("ww_mutex_lock_slow_interruptible", TRY, ZERO),
	ROW("ww_mutex_trylock", WW_MUTEX, TRY, 0, 0, NULL),
	ROW("ww_mutex_unlock", WW_MUTEX, GIVE, 0, 0, NULL),

	DOWN_READ("down_read", "", TAKE, 0),
	DOWN_READ("down_read_nested", "", TAKE, 0),
	DOWN_READ("down_read_non_owner", "_non_owner", TAKE, 0),
	DOWN_READ("down_read_interruptible", "_interruptible", TRY, ZERO),
	DOWN_READ("down_read_killable", "_killable", TRY, ZERO),
	DOWN_READ("down_read_killable_nested", "_killable", TRY, ZERO),
	ROW("down_read_trylock", RWSEM, TRY, SHARED, 0, NULL),
	ROW("up_read", RWSEM, GIVE, SHARED, 0, NULL),
	ROW("up_read_non_owner", RWSEM, GIVE, SHARED, 0, NULL),
	DOWN_WRITE("down_write", "", TAKE, 0),
	DOWN_WRITE("down_write_nested", "", TAKE, 0),
	DOWN_WRITE("down_write_nest_lock", "_nest_lock", TAKE, 0),
	DOWN_WRITE("down_write_killable", "_killable", TRY, ZERO),
	DOWN_WRITE("down_write_killable_nested", "_killable", TRY, ZERO),
	ROW("down_write_trylock", RWSEM, TRY, 0, 0, NULL),
	ROW("up_write", RWSEM, GIVE, 0, 0, NULL),
	PERCPU("percpu_down_read", TAKE, SHARED),
	PERCPU("percpu_down_read_preempt_disable", TAKE, SHARED),
	ROW("percpu_down_read_trylock", PERCPU_RWSEM, TRY, SHARED, 0, NULL),
	ROW("percpu_up_read", PERCPU_RWSEM, GIVE, SHARED, 0, NULL),
	ROW("percpu_up_read_preempt_enable", PERCPU_RWSEM, GIVE, SHARED, 0, NULL),
	PERCPU("percpu_down_write", TAKE, 0),
	ROW("percpu_up_write", PERCPU_RWSEM, GIVE, 0, 0, NULL),
	SEMAPHORE("down", TAKE, 0),
	SEMAPHORE("down_interruptible", TRY, ZERO),
	SEMAPHORE("down_killable", TRY, ZERO),
	SEMAPHORE("down_timeout", TRY, ZERO),
	ROW("down_trylock", SEMAPHORE, TRY, ZERO, 0, NULL),
	ROW("up", SEMAPHORE, GIVE, 0, 0, NULL),
	RT_MUTEX("rt_mutex_lock", TAKE, 0),
	RT_MUTEX("rt_mutex_lock_nested", TAKE, 0),
	RT_MUTEX("rt_mutex_lock_nest_lock", TAKE, 0),
	RT_MUTEX("rt_mutex_lock_interruptible", TRY, ZERO),
	RT_MUTEX("rt_mutex_lock_killable", TRY, ZERO),
	RT_MUTEX("rt_mutex_timed_lock", TRY, ZERO),
	ROW("rt_mutex_trylock", RT_MUTEX, TRY, 0, 0, NULL),
	ROW("rt_mutex_unlock", RT_MUTEX, GIVE, 0, 0, NULL),

	SEQ("write_seqlock", TAKE, 0),
	SEQ("write_seqlock_bh", TAKE, BH),
	SEQ("write_seqlock_irq", TAKE, IRQ),
	SEQ("write_seqlock_irqsave", TAKE, IRQ),
	SEQ("read_seqlock_excl", TAKE, 0),
	SEQ("read_seqlock_excl_bh", TAKE, BH),
	SEQ("read_seqlock_excl_irq", TAKE, IRQ),
	SEQ("read_seqlock_excl_irqsave", TAKE, IRQ),
	ROW("write_tryseqlock", SEQ, TRY, 0, 0, NULL),
	ROW("write_sequnlock", SEQ, GIVE, 0, 0, NULL),
	ROW("write_sequnlock_bh", SEQ, GIVE, BH, 0, NULL),
	ROW("write_sequnlock_irq", SEQ, GIVE, IRQ, 0, NULL),
	ROW("write_sequnlock_irqrestore", SEQ, GIVE, IRQ, 0, NULL),
	ROW("read_sequnlock_excl", SEQ, GIVE, 0, 0, NULL),
	ROW("read_sequnlock_excl_bh", SEQ, GIVE, BH, 0, NULL),
	ROW("read_sequnlock_excl_irq", SEQ, GIVE, IRQ, 0, NULL),
	ROW("read_sequnlock_excl_irqrestore", SEQ, GIVE, IRQ, 0, NULL),
	ROW("write_seqcount_begin", SEQ, TAKE, 0, 0, NULL),
	ROW("write_seqcount_begin_nested", SEQ, TAKE, 0, 0, NULL),
	ROW("raw_write_seqcount_begin", SEQ, TAKE, 0, 0, NULL),
	ROW("write_seqcount_end", SEQ, GIVE, 0, 0, NULL),
	ROW("raw_write_seqcount_end", SEQ, GIVE, 0, 0, NULL),

	ROW("bit_spin_lock", BIT, TAKE, 0, 1, "bit_spin_lock"),
	ROW("bit_spin_trylock", BIT, TRY, 0, 1, NULL),
	ROW("bit_spin_unlock", BIT, GIVE, 0, 1, NULL),
	ROW("__bit_spin_unlock", BIT, GIVE, 0, 1, NULL),
	BITS("wait_on_bit_lock", TRY, ZERO, 0),
	BITS("wait_on_bit_lock_io", TRY, ZERO, 0),
	BITS("wait_on_bit_lock_action", TRY, ZERO, 0),
	BITS("wait_on_bit", WAIT, 0, 0),
	BITS("wait_on_bit_io", WAIT, 0, 0),
	BITS("wait_on_bit_timeout", WAIT, 0, 0),
	BITS("wait_on_bit_action", WAIT, 0, 0),
	ROW("clear_and_wake_up_bit", BIT, GIVE, 0, 1, NULL),

	PAGES("lock_page", TAKE, 0),
	PAGES("folio_lock", TAKE, 0),
	PAGES("__lock_page", TAKE, 0),
	PAGES("__folio_lock", TAKE, 0),
	PAGES("lock_page_nosync", TAKE, 0),
	PAGES("lock_page_killable", TRY, ZERO),
	PAGES("folio_lock_killable", TRY, ZERO),
	PAGES("__lock_page_killable", TRY, ZERO),
	PAGES("__folio_lock_killable", TRY, ZERO),
	PAGES("lock_page_or_retry", TRY, 0),
	ROW("trylock_page", PAGE, TRY, 0, 0, NULL),
	ROW("folio_trylock", PAGE, TRY, 0, 0, NULL),
	ROW("unlock_page", PAGE, GIVE, 0, 0, NULL),
	ROW("folio_unlock", PAGE, GIVE, 0, 0, NULL),
	ROW("folio_end_read", PAGE, GIVE, 0, 0, NULL),
	PAGES("wait_on_page_locked", WAIT, 0),
	PAGES("wait_on_page_locked_killable", WAIT, 0),
	PAGES("folio_wait_locked", WAIT, 0),
	PAGES("folio_wait_locked_killable", WAIT, 0),
	BUFFER("lock_buffer", TAKE),
	BUFFER("__lock_buffer", TAKE),
	ROW("trylock_buffer", BUFFER, TRY, 0, 0, NULL),
	ROW("unlock_buffer", BUFFER, GIVE, 0, 0, NULL),
	BUFFER("wait_on_buffer", WAIT),
	BUFFER("__wait_on_buffer", WAIT),
	WRITEBACK("wait_on_page_writeback"),
	WRITEBACK("folio_wait_writeback"),
	WRITEBACK("folio_wait_writeback_killable"),
	WRITEBACK("wait_for_stable_page"),
	WRITEBACK("folio_wait_stable"),
	ROW("inode_wait_for_writeback", WRITEBACK, WAIT, 0, 0,
	    "inode_wait_for_writeback __inode_wait_for_writeback" BIT_SLOW),

	SOCKET("lock_sock", TAKE),
	SOCKET("lock_sock_nested", TAKE),
	SOCKET("lock_sock_fast", TAKE),
	SOCKET("lock_sock_fast_nested", TAKE),
	ROW("release_sock", SOCKET, GIVE, 0, 0, NULL),
	ROW("unlock_sock_fast", SOCKET, GIVE, 0, 0, NULL),

	LOCAL("local_lock", TAKE, 0),
	LOCAL("local_lock_irq", TAKE, IRQ),
	LOCAL("local_lock_irqsave", TAKE, IRQ),
	LOCAL("local_lock_nested_bh", TAKE, BH),
	ROW("local_trylock", LOCAL, TRY, 0, 0, NULL),
	ROW("local_trylock_irqsave", LOCAL, TRY, IRQ, 0, NULL),
	ROW("local_unlock", LOCAL, GIVE, 0, 0, NULL),
	ROW("local_unlock_irq", LOCAL, GIVE, IRQ, 0, NULL),
	ROW("local_unlock_irqrestore", LOCAL, GIVE, IRQ, 0, NULL),
	ROW("local_unlock_nested_bh", LOCAL, GIVE, BH, 0, NULL),

	RCU_READ("rcu_read_lock", TAKE, 0),
	RCU_READ("rcu_read_unlock", GIVE, 0),
	RCU_READ("rcu_read_lock_bh", TAKE, BH),
	RCU_READ("rcu_read_unlock_bh", GIVE, BH),
	RCU_READ("rcu_read_lock_sched", TAKE, 0),
	RCU_READ("rcu_read_unlock_sched", GIVE, 0),
	RCU_READ("rcu_read_lock_sched_notrace", TAKE, 0),
	RCU_READ("rcu_read_unlock_sched_notrace", GIVE, 0),
	RCU("synchronize_rcu"),
	RCU("synchronize_rcu_bh"),
	RCU("synchronize_rcu_expedited"),
	RCU("synchronize_rcu_bh_expedited"),
	RCU("synchronize_rcu_mult"),
	RCU("synchronize_rcu_tasks"),
	RCU("synchronize_rcu_tasks_rude"),
	RCU("synchronize_rcu_tasks_trace"),
	RCU("synchronize_sched"),
	RCU("synchronize_sched_expedited"),
	RCU("synchronize_kernel"),
	RCU("synchronize_net"),
	RCU("cond_synchronize_rcu"),
	RCU("cond_synchronize_rcu_expedited"),
	RCU("rcu_barrier"),
	RCU("rcu_barrier_bh"),
	RCU("rcu_barrier_sched"),
	RCU("rcu_barrier_tasks"),
	SRCU("srcu_read_lock", TAKE, SHARED),
	SRCU("srcu_read_lock_notrace", TAKE, SHARED),
	SRCU("srcu_read_lock_nmisafe", TAKE, SHARED),
	SRCU("srcu_read_unlock", GIVE, SHARED),
	SRCU("srcu_read_unlock_notrace", GIVE, SHARED),
	SRCU("srcu_read_unlock_nmisafe", GIVE, SHARED),
	SRCU("synchronize_srcu", WAIT, 0),
	SRCU("synchronize_srcu_expedited", WAIT, 0),
	SRCU("srcu_barrier", WAIT, 0),

	COMPLETION("wait_for_completion"),
	COMPLETION("wait_for_completion_timeout"),
	COMPLETION("wait_for_completion_io"),
	COMPLETION("wait_for_completion_io_timeout"),
	COMPLETION("wait_for_completion_interruptible"),
	COMPLETION("wait_for_completion_interruptible_timeout"),
	COMPLETION("wait_for_completion_killable"),
	COMPLETION("wait_for_completion_killable_timeout"),
	COMPLETION("wait_for_completion_state"),
	COMPLETION("wait_for_completion_idle"),
	QUEUE("wait_event"),
	QUEUE("wait_event_cmd"),
	QUEUE("wait_event_timeout"),
	QUEUE("wait_event_exclusive_cmd"),
	QUEUE("wait_event_freezable"),
	QUEUE("wait_event_freezable_timeout"),
	QUEUE("wait_event_freezable_exclusive"),
	QUEUE("wait_event_hrtimeout"),
	QUEUE("wait_event_idle"),
	QUEUE("wait_event_idle_timeout"),
	QUEUE("wait_event_idle_exclusive"),
	QUEUE("wait_event_idle_exclusive_timeout"),
	QUEUE("wait_event_interruptible"),
	QUEUE("wait_event_interruptible_timeout"),
	QUEUE("wait_event_interruptible_hrtimeout"),
	QUEUE("wait_event_interruptible_exclusive"),
	QUEUE("wait_event_interruptible_locked"),
	QUEUE("wait_event_interruptible_locked_irq"),
	QUEUE("wait_event_interruptible_lock_irq"),
	QUEUE("wait_event_interruptible_lock_irq_cmd"),
	QUEUE("wait_event_interruptible_lock_irq_timeout"),
	QUEUE("wait_event_killable"),
	QUEUE("wait_event_killable_timeout"),
	QUEUE("wait_event_killable_exclusive"),
	QUEUE("wait_event_lock_irq"),
	QUEUE("wait_event_lock_irq_cmd"),
	QUEUE("wait_event_lock_irq_timeout"),
	QUEUE("wait_event_state"),
	QUEUE("io_wait_event"),
	QUEUE("wait_var_event"),
	QUEUE("wait_var_event_timeout"),
	QUEUE("wait_var_event_interruptible"),
	QUEUE("wait_var_event_killable"),
	QUEUE("wait_on_atomic_t"),
	QUEUE("swait_event"),
	QUEUE("swait_event_exclusive"),
	QUEUE("swait_event_idle_exclusive"),
	QUEUE("swait_event_timeout_exclusive"),
	QUEUE("swait_event_interruptible_exclusive"),
	QUEUE("rcuwait_wait_event"),
	QUEUE("sleep_on"),
	QUEUE("interruptible_sleep_on"),

	WORK("flush_work"),
	WORK("flush_work_sync"),
	WORK("flush_delayed_work"),
	WORK("flush_delayed_work_sync"),
	WORK("flush_rcu_work"),
	WORK("flush_workqueue"),
	WORK("__flush_workqueue"),
	WORK("drain_workqueue"),
	WORK("destroy_workqueue"),
	WORK("cancel_work_sync"),
	WORK("cancel_delayed_work_sync"),
	WORK("disable_work_sync"),
	WORK("disable_delayed_work_sync"),
	ROW("flush_scheduled_work", WORK, WAIT, 0, -1, WORK_WAIT COMPLETION_WAIT),
	ROW("kthread_stop", WORK, WAIT, 0, 0, "kthread_stop" COMPLETION_WAIT),
	ROW("kthread_park", WORK, WAIT, 0, 0, "kthread_park" COMPLETION_WAIT),
	ROW("kthread_flush_work", WORK, WAIT, 0, 0, "kthread_flush_work" COMPLETION_WAIT),
	ROW("kthread_flush_worker", WORK, WAIT, 0, 0, "kthread_flush_worker" COMPLETION_WAIT),
	ROW("kthread_cancel_work_sync", WORK, WAIT, 0, 0,
	    "kthread_cancel_work_sync" COMPLETION_WAIT),
	ROW("del_timer_sync", WORK, WAIT, 0, 0, "del_timer_sync try_to_del_timer_sync"),
	ROW("timer_delete_sync", WORK, WAIT, 0, 0, "timer_delete_sync __timer_delete_sync"),
	ROW("timer_shutdown_sync", WORK, WAIT, 0, 0, "timer_shutdown_sync __timer_delete_sync"),
	ROW("hrtimer_cancel", WORK, WAIT, 0, 0, "hrtimer_cancel hrtimer_cancel_wait_running"),
	ROW("tasklet_kill", WORK, WAIT, 0, 0, "tasklet_kill tasklet_unlock_wait"),
	ROW("tasklet_unlock_wait", WORK, WAIT, 0, 0, "tasklet_unlock_wait"),
	ROW("synchronize_irq", WORK, WAIT, 0, 0,
	    "synchronize_irq __synchronize_irq __synchronize_hardirq"),
	ROW("disable_irq", WORK, WAIT, 0, 0, "disable_irq synchronize_irq __synchronize_irq"),

	CPUS("smp_call_function"),
	CPUS("smp_call_function_single"),
	CPUS("smp_call_function_many"),
	CPUS("smp_call_function_any"),
	CPUS("smp_call_on_cpu"),
	CPUS("on_each_cpu"),
	CPUS("on_each_cpu_mask"),
	CPUS("on_each_cpu_cond"),
	CPUS("on_each_cpu_cond_mask"),
	CPUS("stop_machine"),
	CPUS("__stop_machine"),
	CPUS("stop_machine_cpuslocked"),
	CPUS("stop_machine_from_inactive_cpu"),
	CPUS("stop_one_cpu"),
	CPUS("stop_two_cpus"),
	CPUS("stop_cpus"),
	CPUS("kick_all_cpus_sync"),

	IO("io_schedule"),
	IO("io_schedule_timeout"),
	IO("congestion_wait"),
	TIME("msleep"),
	TIME("msleep_interruptible"),
	TIME("ssleep"),
	TIME("fsleep"),
	TIME("usleep_range"),
	TIME("usleep_range_state"),
	TIME("schedule_timeout"),
	TIME("schedule_timeout_interruptible"),
	TIME("schedule_timeout_killable"),
	TIME("schedule_timeout_uninterruptible"),
	TIME("schedule_timeout_idle"),
	TIME("schedule_hrtimeout"),
	TIME("schedule_hrtimeout_range"),
	TIME("schedule_hrtimeout_range_clock"),
};

const struct md_lock_operation *md_lock_operation_find(struct md_slice name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(operations); i++) {
		const char *row = operations[i].name;

		if (name.size > 0 && row[0] == name.data[0] &&
		    strncmp(row, name.data, name.size) == 0 && row[name.size] == '\0')
			return &operations[i];
	}
	return NULL;
}

gboolean md_lock_operation_shows(const struct md_lock_operation *operation, const char *symbol)
{
	const char *pattern = operation->frames;
	gsize size = strcspn(symbol, ".");

	while (pattern != NULL && *pattern != '\0' && size > 0) {
		gsize length = strcspn(pattern, " ");

		if (length > 0 && md_frame_fits(pattern, length, symbol, size))
			return TRUE;
		pattern += length + (pattern[length] == ' ' ? 1 : 0);
	}
	return FALSE;
}
