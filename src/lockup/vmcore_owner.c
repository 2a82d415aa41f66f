/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has a lock, by the word that it keeps of its owner, and whether that can be.
 *
 * The word is the address of a task_struct. A task that ended with the lock leaves it there, and
 * nobody takes it out. Then the memory is
 *
 *   nobody's     no task that the machine has is there: the holder is gone
 *   a zombie's   the task has exited, and waits for its parent alone
 *   another's    a task that was started since has it, and knows nothing of the lock
 *
 * The last is told by time: an unlock wakes the first of the list of waiters, so that while that
 * one sleeps nobody has given the lock back, and who was started since cannot have taken it. How
 * long it has slept its CPU's clock of the scheduler says (the hung task detector does not: it
 * may have waited for another lock then); how old a task is, the time of the last tick, which no
 * clock of the scheduler is ahead of. Else by its stack: a task that runs a program, or is only
 * on its way back to it, holds no lock that it will give back. And where tasks have died at all, a
 * word alone is no proof.
 */
#include "lockup/vmcore.h"

#include <string.h>

/* A task_struct is aligned to a line of a cache at least; the low bits of an owner are flags. */
#define FLAGS ((guint64)7)
/* kernel/locking/rwsem.h: RWSEM_OWNER_UNKNOWN until 5.6, a writer who is nobody. */
#define NOBODY G_GUINT64_CONSTANT(0xfffffffffffffffe)
#define SECOND G_GUINT64_CONSTANT(1000000000)
/*
 * The clocks of the scheduler and of the tick differ by less: one is steered by NTP, by 500
 * millionths at most, and they are read a tick apart.
 */
#define CLOCK_ERROR(wait) (SECOND + (wait) / 1000)
/* include/linux/panic.h: TAINT_DIE, of an oops or a BUG. */
#define TAINT_DIE ((guint64)1 << 7)

struct md_owners {
	struct md_debugger *debugger;
	GHashTable *told;     /* address -> struct md_task *, of those with a stack */
	GHashTable *listed;   /* address -> const struct md_vmcore_task *, of all */
	GHashTable *by_stack; /* address of its stack -> the same; NULL: not asked yet */
	const GArray *all;    /* the same, of struct md_vmcore_task */
	struct md_functions *functions;
	gboolean complete; /* no task is missing in the list */
	gboolean died;	   /* an oops has killed a task */
};

struct md_owners *md_owners_new(struct md_debugger *debugger, const GArray *all,
				const struct md_log *log)
{
	struct md_owners *owners = g_new0(struct md_owners, 1);
	const struct md_debugger_symbol *count = md_debugger_named(debugger, "nr_threads"),
					*tainted = md_debugger_named(debugger, "tainted_mask");
	const GPtrArray *told = md_log_tasks(log);
	guint32 threads, listed = 0;
	guint64 mask;

	owners->debugger = debugger;
	owners->all = all;
	owners->functions = md_functions_new();
	owners->told = g_hash_table_new(g_int64_hash, g_int64_equal);
	owners->listed = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < told->len; i++) {
		struct md_task *task = g_ptr_array_index(told, i);

		if (task->address.digits > 0)
			g_hash_table_insert(owners->told, &task->address.value, task);
	}
	for (guint i = 0; i < all->len; i++) {
		struct md_vmcore_task *task = &g_array_index(all, struct md_vmcore_task, i);

		g_hash_table_insert(owners->listed, &task->address, task);
		/* Each CPU has one of pid 0, which is no thread. */
		listed += task->pid != 0;
	}
	owners->complete = count != NULL &&
			   md_debugger_read_half(debugger, count->address, &threads) &&
			   threads <= listed;
	owners->died = tainted != NULL && md_debugger_read(debugger, tainted->address, &mask) &&
		       (mask & TAINT_DIE) != 0;
	return owners;
}

void md_owners_free(struct md_owners *owners)
{
	if (owners == NULL)
		return;
	g_hash_table_unref(owners->told);
	g_hash_table_unref(owners->listed);
	if (owners->by_stack != NULL)
		g_hash_table_unref(owners->by_stack);
	md_functions_free(owners->functions);
	g_free(owners);
}

struct md_task *md_owners_told(const struct md_owners *owners, guint64 task)
{
	return g_hash_table_lookup(owners->told, &task);
}

gboolean md_owners_listed(const struct md_owners *owners, guint64 word)
{
	guint64 address = word & ~FLAGS;

	return g_hash_table_contains(owners->listed, &address);
}

/* Until 3.8 a mutex named the thread_info, which was at the end of the stack. */
static const struct md_vmcore_task *find_by_stack(struct md_owners *owners, guint64 address)
{
	guint64 member, stack;

	if (owners->by_stack == NULL &&
	    md_debugger_offset(owners->debugger, "task_struct.stack", &member)) {
		owners->by_stack = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
		for (guint i = 0; i < owners->all->len; i++) {
			struct md_vmcore_task *task =
				&g_array_index(owners->all, struct md_vmcore_task, i);

			if (md_debugger_read(owners->debugger, task->address + member, &stack))
				g_hash_table_insert(owners->by_stack,
						    g_memdup2(&stack, sizeof(stack)), task);
		}
	}
	return owners->by_stack == NULL ? NULL : g_hash_table_lookup(owners->by_stack, &address);
}

/* ------------------------------------------------- time */

/* For how long, in nanoseconds, the task at @address has slept at least; 0: it is not known. */
static guint64 time_asleep(struct md_owners *owners, guint64 address)
{
	struct md_debugger *debugger = owners->debugger;
	const struct md_debugger_symbol *queues = md_debugger_named(debugger, "runqueues"),
					*areas = md_debugger_named(debugger, "__per_cpu_offset");
	const struct md_vmcore_task *task = g_hash_table_lookup(owners->listed, &address);
	const struct md_task *told = md_owners_told(owners, address);
	guint64 entity, member, clock, area, last, now;

	/* Who was woken may find that the lock was given back. */
	if (task == NULL || told == NULL || told->on_cpu || told->state == 'R' || queues == NULL ||
	    areas == NULL || task->cpu < 0 ||
	    !md_debugger_offset(debugger, "task_struct.se", &entity) ||
	    !md_debugger_offset(debugger, "sched_entity.exec_start", &member) ||
	    !md_debugger_offset(debugger, "rq.clock_task", &clock) ||
	    !md_debugger_read(debugger, areas->address + 8 * (guint64)task->cpu, &area) ||
	    !md_debugger_read(debugger, address + entity + member, &last) ||
	    !md_debugger_read(debugger, queues->address + area + clock, &now))
		return 0;
	return now > last ? now - last : 0;
}

/* How old the task is, in nanoseconds; FALSE: it is not known. */
static gboolean read_age(struct md_debugger *debugger, guint64 task, guint64 *age)
{
	const struct md_debugger_symbol *tick = md_debugger_named(debugger, "tick_next_period");
	guint64 member, other, now, start, rest = 0;

	if (tick == NULL || !md_debugger_read(debugger, tick->address, &now) ||
	    !md_debugger_offset(debugger, "task_struct.start_time", &member) ||
	    !md_debugger_read(debugger, task + member, &start))
		return FALSE;
	/* Until 3.16 it was seconds, and nanoseconds behind them. */
	if (md_debugger_offset(debugger, "task_struct.real_start_time", &other) &&
	    other == member + 16) {
		if (!md_debugger_read(debugger, task + member + 8, &rest))
			return FALSE;
		start = start * SECOND + rest;
	}
	*age = now > start ? now - start : 0;
	return TRUE;
}

/* By how many nanoseconds the task at @task is younger than the sleep of @waiter; 0: it is not. */
static guint64 time_late(struct md_owners *owners, guint64 task, guint64 waiter)
{
	guint64 age, asleep = waiter == 0 ? 0 : time_asleep(owners, waiter);

	if (asleep == 0 || !read_age(owners->debugger, task, &age) ||
	    age + CLOCK_ERROR(asleep) >= asleep)
		return 0;
	return asleep - age;
}

/* ------------------------------------------------- who it is */

static gboolean has_exited(const struct md_vmcore_task *task)
{
	return strcmp(task->state, "ZO") == 0 || strcmp(task->state, "DE") == 0;
}

/* Whether @task runs a program, or is about to: nothing on its stack could hold a lock. */
static gboolean holds_nothing(struct md_owners *owners, const struct md_vmcore_task *task)
{
	const struct md_task *told = md_owners_told(owners, task->address);

	if (told == NULL || told->frames->len == 0)
		return task->active;
	for (guint i = 0; i < told->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(told->frames, i);

		if (frame->symbol == NULL ||
		    md_functions_find(owners->functions, frame)->role == MD_FUNCTION_ANY)
			return FALSE;
	}
	return TRUE;
}

static void judge_nobody(struct md_owners *owners, guint64 word, struct md_vmcore_owner *owner)
{
	guint64 address = word & ~FLAGS;
	struct md_vmcore_task left;
	/* Until it is used again, the memory is as the task left it. */
	gboolean exited = md_vmcore_read_task(owners->debugger, address, &left) &&
			  has_exited(&left) && left.pid > 0 && left.comm[0] != '\0';
	g_autofree char *remains =
		exited ? g_strdup_printf(": what is left there is of %s (pid %" G_GINT64_FORMAT ")",
					 left.comm, left.pid)
		       : g_strdup("");

	owner->state = owners->complete || exited ? MD_OWNER_GONE : MD_OWNER_UNKNOWN;
	owner->why = g_strdup_printf(
		"the word of its owner is %016" G_GINT64_MODIFIER "x, and no task %s the "
		"task_struct %016" G_GINT64_MODIFIER "x%s",
		word, owners->complete ? "has" : "that crash(8) lists, which are not all, has",
		address, remains);
}

static void judge_task(struct md_owners *owners, const struct md_vmcore_task *task, guint64 waiter,
		       struct md_vmcore_owner *owner)
{
	g_autofree char *name =
		g_strdup_printf("%s (pid %" G_GINT64_FORMAT ")", task->comm, task->pid);
	guint64 late = time_late(owners, task->address, waiter);

	if (has_exited(task)) {
		owner->state = MD_OWNER_GONE;
		owner->why =
			g_strdup_printf("the word of its owner names %s, which has exited", name);
	} else if (late > 0) {
		owner->state = MD_OWNER_LIKELY_GONE;
		owner->why = g_strdup_printf(
			"the word of its owner names the task_struct of %s, which was started "
			"%" G_GUINT64_FORMAT " seconds after %s (pid %" G_GINT64_FORMAT
			") began to wait: it was that of a task that is gone",
			name, late / SECOND, md_owners_told(owners, waiter)->comm,
			md_owners_told(owners, waiter)->pid);
	} else if (holds_nothing(owners, task)) {
		owner->state = MD_OWNER_UNKNOWN;
		owner->why = g_strdup_printf(
			"the word of its owner names the task_struct of %s, which is in no "
			"function of the kernel that could hold it: it went on without giving it "
			"back, or has the task_struct of a task that is gone",
			name);
	} else {
		owner->pid = task->pid;
		owner->task = md_owners_told(owners, task->address);
		if (!owners->died)
			return;
		owner->state = MD_OWNER_LIKELY;
		owner->why = g_strdup_printf(
			"an oops has killed a task of this machine, as its taint says: %s may have "
			"the task_struct of that",
			name);
	}
}

void md_owners_judge(struct md_owners *owners, guint64 word, guint64 waiter,
		     struct md_vmcore_owner *owner)
{
	guint64 address = word & ~FLAGS;
	const struct md_vmcore_task *task = g_hash_table_lookup(owners->listed, &address);

	*owner = (struct md_vmcore_owner){ .pid = -1 };
	/* Nobody is noted; or it is no address. */
	if (address >> 63 == 0)
		return;
	if (word == NOBODY) {
		owner->state = MD_OWNER_UNKNOWN;
		owner->why = g_strdup("the kernel notes that it was taken on behalf of nobody, as "
				      "that of a frozen file system is");
		return;
	}
	if (task == NULL)
		task = find_by_stack(owners, address);
	if (task != NULL)
		judge_task(owners, task, waiter, owner);
	else
		judge_nobody(owners, word, owner);
}
