/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of lock operations and of the functions in which tasks wait. */
#include "code/code.h"

#include <string.h>

static const struct md_lock_operation *find(const char *name)
{
	const struct md_lock_operation *operation =
		md_lock_operation_find((struct md_slice){ name, strlen(name) });

	g_assert_nonnull(operation);
	g_assert_cmpstr(operation->name, ==, name);
	return operation;
}

struct operation_case {
	const char *name;
	enum md_lock_kind kind;
	enum md_lock_effect effect;
	guint flags;
	int argument;
};

static void test_operations(void)
{
	static const struct operation_case cases[] = {
		{ "spin_lock", MD_LOCK_SPIN, MD_LOCK_TAKE, 0, 0 },
		{ "raw_spin_lock_irqsave", MD_LOCK_SPIN, MD_LOCK_TAKE, MD_LOCK_IRQ_OFF, 0 },
		{ "spin_unlock_bh", MD_LOCK_SPIN, MD_LOCK_GIVE, MD_LOCK_BH_OFF, 0 },
		{ "read_trylock", MD_LOCK_RW, MD_LOCK_TRY, MD_LOCK_SHARED, 0 },
		{ "mutex_lock_killable", MD_LOCK_MUTEX, MD_LOCK_TRY, MD_LOCK_SUCCEEDS_ZERO, 0 },
		{ "atomic_dec_and_mutex_lock", MD_LOCK_MUTEX, MD_LOCK_TRY, 0, 1 },
		{ "down_trylock", MD_LOCK_SEMAPHORE, MD_LOCK_TRY, MD_LOCK_SUCCEEDS_ZERO, 0 },
		{ "bit_spin_lock", MD_LOCK_BIT, MD_LOCK_TAKE, 0, 1 },
		{ "synchronize_rcu", MD_LOCK_RCU, MD_LOCK_WAIT, 0, -1 },
		{ "wait_event_interruptible", MD_LOCK_WAIT_QUEUE, MD_LOCK_WAIT, 0, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct md_lock_operation *operation = find(cases[i].name);

		g_assert_cmpint(operation->kind, ==, cases[i].kind);
		g_assert_cmpint(operation->effect, ==, cases[i].effect);
		g_assert_cmphex(operation->flags, ==, cases[i].flags);
		g_assert_cmpint(operation->argument, ==, cases[i].argument);
	}
	g_assert_null(md_lock_operation_find(MD_SLICE_LITERAL("")));
	g_assert_null(md_lock_operation_find(MD_SLICE_LITERAL("spin_loc")));
	g_assert_null(md_lock_operation_find(MD_SLICE_LITERAL("spin_locked")));
}

/* Which of two operations a frame shows. */
struct frame_case {
	const char *operation, *symbol;
	gboolean shows;
};

static void test_frames(void)
{
	static const struct frame_case cases[] = {
		{ "spin_lock", "_raw_spin_lock", TRUE },
		{ "raw_spin_lock", "_spin_lock", TRUE },
		{ "spin_lock_irqsave", "_raw_spin_lock", FALSE },
		{ "spin_lock", "_raw_spin_lock_irqsave", FALSE },
		{ "spin_lock_irqsave", "native_queued_spin_lock_slowpath", TRUE },
		{ "spin_lock_bh", "native_queued_spin_lock_slowpath.part.0", TRUE },
		{ "spin_lock_irqsave", "rt_spin_lock", TRUE },
		{ "raw_spin_lock_irqsave", "rt_spin_lock", FALSE },
		{ "raw_spin_lock_nested", "_raw_spin_lock", TRUE },
		{ "read_lock", "queued_write_lock_slowpath", FALSE },
		{ "write_lock_irq", "queued_write_lock_slowpath", TRUE },
		{ "write_lock_irq", "_raw_write_lock", FALSE },
		{ "mutex_lock", "__mutex_lock.constprop.0", TRUE },
		{ "mutex_lock", "__mutex_lock_slowpath", TRUE },
		{ "mutex_lock", "__mutex_lock_killable_slowpath", FALSE },
		{ "mutex_lock_killable", "__mutex_lock_killable_slowpath", TRUE },
		{ "mutex_lock_killable", "__mutex_lock_slowpath", FALSE },
		{ "down_read", "rwsem_down_read_slowpath", TRUE },
		{ "down_read", "call_rwsem_down_write_failed", FALSE },
		{ "down_write_killable", "down_write_killable", TRUE },
		{ "lock_page", "__lock_page", TRUE },
		{ "wait_for_completion", "wait_for_completion", TRUE },
		{ "wait_for_completion", "wait_for_completion_timeout", FALSE },
		{ "spin_unlock", "_raw_spin_lock", FALSE },
		{ "spin_lock", "", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s in %s", cases[i].operation, cases[i].symbol);
		g_assert_cmpint(md_lock_operation_shows(find(cases[i].operation), cases[i].symbol),
				==, cases[i].shows);
	}
}

struct wait_case {
	const char *symbol;
	int kind; /* enum md_lock_kind; -1: nobody waits there */
	guint flags;
	gboolean outer, plain;
};

static void test_waits(void)
{
	static const struct wait_case cases[] = {
		{ "_raw_spin_lock", MD_LOCK_SPIN, 0, TRUE, TRUE },
		{ "_raw_spin_lock_irqsave", MD_LOCK_SPIN, MD_LOCK_IRQ_OFF, TRUE, TRUE },
		{ "_raw_spin_lock_bh", MD_LOCK_SPIN, MD_LOCK_BH_OFF, TRUE, TRUE },
		{ "_raw_spin_unlock", -1, 0, FALSE, FALSE },
		{ "native_queued_spin_lock_slowpath", MD_LOCK_SPIN, 0, FALSE, TRUE },
		{ "_raw_read_lock_irq", MD_LOCK_RW, MD_LOCK_SHARED | MD_LOCK_IRQ_OFF, TRUE, TRUE },
		{ "__mutex_lock.constprop.0", MD_LOCK_MUTEX, 0, FALSE, TRUE },
		{ "__mutex_lock_slowpath", MD_LOCK_MUTEX, 0, FALSE, TRUE },
		{ "mutex_lock_interruptible", MD_LOCK_MUTEX, 0, TRUE, TRUE },
		{ "mutex_unlock", -1, 0, FALSE, FALSE },
		{ "rwsem_down_write_slowpath", MD_LOCK_RWSEM, 0, FALSE, TRUE },
		{ "call_rwsem_down_read_failed", MD_LOCK_RWSEM, MD_LOCK_SHARED, FALSE, FALSE },
		{ "down", MD_LOCK_SEMAPHORE, 0, TRUE, TRUE },
		{ "down_read", MD_LOCK_RWSEM, MD_LOCK_SHARED, TRUE, TRUE },
		{ "synchronize_rcu", MD_LOCK_RCU, 0, TRUE, FALSE },
		{ "synchronize_srcu", MD_LOCK_SRCU, 0, TRUE, TRUE },
		{ "wait_for_completion_killable", MD_LOCK_COMPLETION, 0, TRUE, TRUE },
		{ "__lock_page", MD_LOCK_PAGE, 0, TRUE, TRUE },
		{ "lock_sock_nested", MD_LOCK_SOCKET, 0, TRUE, TRUE },
		{ "io_schedule", MD_LOCK_IO, 0, TRUE, FALSE },
		{ "smp_call_function_many_cond", MD_LOCK_CPU, 0, TRUE, FALSE },
		{ "rt_spin_lock", MD_LOCK_SPIN, 0, TRUE, TRUE },
		{ "schedule", -1, 0, FALSE, FALSE },
		{ "", -1, 0, FALSE, FALSE },
		{ ".", -1, 0, FALSE, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct md_lock_wait *wait = md_lock_wait_find(cases[i].symbol);

		g_test_message("%s", cases[i].symbol);
		if (cases[i].kind < 0) {
			g_assert_null(wait);
			continue;
		}
		g_assert_nonnull(wait);
		g_assert_cmpint(wait->kind, ==, cases[i].kind);
		g_assert_cmphex(wait->flags, ==, cases[i].flags);
		g_assert_cmpint(wait->outer, ==, cases[i].outer);
		g_assert_cmpint(wait->plain, ==, cases[i].plain);
	}
}

static void test_kinds(void)
{
	for (int kind = 0; kind < MD_LOCK_KINDS; kind++)
		g_assert_nonnull(md_lock_kind_name(kind));
	g_assert_true(md_lock_kind_spins(MD_LOCK_SPIN));
	g_assert_false(md_lock_kind_spins(MD_LOCK_MUTEX));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/code/lock-table/operations", test_operations);
	g_test_add_func("/code/lock-table/frames", test_frames);
	g_test_add_func("/code/lock-table/waits", test_waits);
	g_test_add_func("/code/lock-table/kinds", test_kinds);
	return g_test_run();
}
