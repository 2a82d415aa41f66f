/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All of Linux's operations on locks, as source has them, and the functions in which stacks
 * show tasks that wait: from 2.6.32 to 6.12, all architectures, PREEMPT_RT.
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
#include "code/internal.h"

#include <string.h>

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

/* -------------------------------------------------------------- operations */

#define SHARED MD_LOCK_SHARED
#define IRQ MD_LOCK_IRQ_OFF
#define BH MD_LOCK_BH_OFF
#define ZERO MD_LOCK_SUCCEEDS_ZERO

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

/* ------------------------------------------------------------------- waits */

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
	API("__lock_text_start", SPIN,
	    0), /* what some kernels call their first spinlock function */
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

	/* mutexes; the older slow paths are given a pointer to the count, which is at their start
	 */
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
	BARE("native_flush_tlb_*", CPU, 0),
	BARE("flush_tlb_*", CPU, 0),
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

/* Whether @symbol fits the @length bytes of @pattern, in which one * stands for anything. */
static gboolean fits(const char *pattern, gsize length, const char *symbol, gsize size)
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
		if (size > 0 && fits(waits[i].name, strlen(waits[i].name), symbol, size))
			return &waits[i];
	}
	return NULL;
}

gboolean md_lock_operation_shows(const struct md_lock_operation *operation, const char *symbol)
{
	const char *pattern = operation->frames;
	gsize size = strcspn(symbol, ".");

	while (pattern != NULL && *pattern != '\0' && size > 0) {
		gsize length = strcspn(pattern, " ");

		if (length > 0 && fits(pattern, length, symbol, size))
			return TRUE;
		pattern += length + (pattern[length] == ' ' ? 1 : 0);
	}
	return FALSE;
}
