/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a log and the source of its kernel to a deadlock, or to none. */
#include "lockup/judge.h"
#include "memory_tree.h"

#include <string.h>

static const char source[] =
	"struct mutex; typedef struct { int v; } spinlock_t;\n"
	"struct shelf { struct mutex lock; spinlock_t fast; struct shelf *next; };\n"
	"struct book { struct mutex guard; struct shelf *shelf; };\n"
	"static DEFINE_MUTEX(ledger);\n"
	"static DEFINE_MUTEX(journal);\n"
	"static struct shelf hall;\n"
	"\n"
	"static noinline void shelf_add(struct shelf *where, int n)\n"
	"{\n"
	"	spin_lock(&where->fast);\n"
	"	where->count += n;\n"
	"	spin_unlock(&where->fast);\n"
	"}\n"
	"\n"
	"static noinline void shelf_fill(struct shelf *shelf)\n"
	"{\n"
	"	spin_lock(&shelf->fast);\n"
	"	shelf_add(shelf, 1);\n"
	"	spin_unlock(&shelf->fast);\n"
	"}\n"
	"\n"
	"static noinline void shelf_walk(struct shelf *shelf)\n"
	"{\n"
	"	spin_lock(&shelf->fast);\n"
	"	shelf_add(shelf->next, 1);\n"
	"	spin_unlock(&shelf->fast);\n"
	"}\n"
	"\n"
	"static int write_ledger(void *data)\n"
	"{\n"
	"	mutex_lock(&ledger);\n"
	"	mutex_lock(&journal);\n"
	"	mutex_unlock(&journal);\n"
	"	mutex_unlock(&ledger);\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static int write_journal(void *data)\n"
	"{\n"
	"	mutex_lock(&journal);\n"
	"	mutex_lock(&ledger);\n"
	"	mutex_unlock(&ledger);\n"
	"	mutex_unlock(&journal);\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static noinline void wait_without(struct completion *done)\n"
	"{\n"
	"	mutex_unlock(&ledger);\n"
	"	wait_for_completion(done);\n"
	"	mutex_lock(&ledger);\n"
	"}\n"
	"\n"
	"static int rest(struct completion *done)\n"
	"{\n"
	"	mutex_lock(&ledger);\n"
	"	wait_without(done);\n"
	"	mutex_unlock(&ledger);\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static noinline void take(struct mutex *which)\n"
	"{\n"
	"	mutex_lock(which);\n"
	"}\n"
	"\n"
	"static int read_book(struct book *book)\n"
	"{\n"
	"	take(&book->guard);\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static int work_slowly(void *data)\n"
	"{\n"
	"	mutex_lock(&ledger);\n"
	"	msleep(1000);\n"
	"	mutex_unlock(&ledger);\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static int clear_out(struct shelf *shelf)\n"
	"{\n"
	"	while (shelf->next) {\n"
	"		msleep(10);\n"
	"		mutex_lock(&ledger);\n"
	"		if (count_books())\n"
	"			mutex_unlock(&ledger);\n"
	"		spin_lock(&shelf->fast);\n"
	"		if (count_books())\n"
	"			spin_unlock(&shelf->fast);\n"
	"	}\n"
	"	return 0;\n"
	"}\n"
	"\n"
	"static void hall_tick(struct timer_list *timer)\n"
	"{\n"
	"	spin_lock(&hall.fast);\n"
	"	spin_unlock(&hall.fast);\n"
	"}\n"
	"\n"
	"static int hall_thread(void *data)\n"
	"{\n"
	"	spin_lock(&hall.fast);\n"
	"	count_books();\n"
	"	spin_unlock(&hall.fast);\n"
	"	return 0;\n"
	"}\n";

struct read {
	struct md_log *log;
	struct md_tree *tree;
	struct md_lockup *lockup;
};

/* A task of @frames, blanks between them, of which the kernel complained. */
static void add_hung(GString *log, const char *comm, int pid, const char *frames)
{
	g_auto(GStrv) names = g_strsplit(frames, " ", -1);

	g_string_append_printf(
		log, "[  200.000001] INFO: task %s:%d blocked for more than 120 seconds.\n", comm,
		pid);
	g_string_append_printf(log,
			       "[  200.000002] task:%-15s state:D stack:0     pid:%-5d ppid:2      "
			       "flags:0x00004000\n",
			       comm, pid);
	g_string_append(log, "[  200.000003] Call Trace:\n[  200.000004]  <TASK>\n");
	for (gsize i = 0; names[i] != NULL; i++)
		g_string_append_printf(log, "[  200.000005]  %s+0x20/0x80\n", names[i]);
	g_string_append(log, "[  200.000006]  </TASK>\n");
}

/* A CPU on which nothing but that goes on. */
static void add_stuck(GString *log, const char *comm, int pid, const char *pointer,
		      const char *frames)
{
	g_auto(GStrv) names = g_strsplit(frames, " ", -1);

	g_string_append_printf(log,
			       "[   50.000001] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! "
			       "[%s:%d]\n"
			       "[   50.000002] CPU: 1 PID: %d Comm: %s Not tainted 6.1.0-hall #1\n"
			       "[   50.000003] RIP: 0010:%s+0x6e/0x2a0\n"
			       "[   50.000004] RSP: 0018:ffffb3c0400f0e68 EFLAGS: 00000202\n"
			       "[   50.000009] Call Trace:\n",
			       comm, pid, pid, comm, pointer);
	for (gsize i = 0; names[i] != NULL; i++)
		g_string_append_printf(log, "[   50.000010]  %s%s\n", names[i],
				       names[i][0] == '<' ? "" : "+0x20/0x80");
}

static struct md_log *parse_log(const char *text)
{
	struct md_log *log = md_log_new("log");

	g_assert_true(md_log_feed(log, text, strlen(text), NULL));
	g_assert_true(md_log_finish(log, NULL));
	return log;
}

static struct read look_into(struct md_log *log)
{
	struct md_lockup_settings *settings = md_lockup_settings_new();
	struct read read = { .log = log };

	md_lockup_settings_set_cache(settings, FALSE);
	read.tree = memory_tree_new("hall", 0100644, MD_SLICE_LITERAL(source));
	read.lockup = md_lockup_new(&read.log, 1, read.tree, settings, NULL, NULL);
	g_assert_nonnull(read.lockup);
	md_lockup_settings_free(settings);
	return read;
}

static struct read read_log(const char *text)
{
	return look_into(parse_log(text));
}

static void read_clear(struct read *read)
{
	md_lockup_free(read->lockup);
	md_tree_free(read->tree);
	md_log_free(read->log);
}

static const struct md_knot *only_knot(const struct read *read)
{
	g_assert_cmpuint(read->lockup->knots->len, ==, 1);
	return g_ptr_array_index(read->lockup->knots, 0);
}

static void check_path(const struct md_knot *knot, const char *expected)
{
	g_autofree char *path = NULL;

	g_ptr_array_add(knot->path, NULL);
	path = g_strjoinv(" ", (char **)knot->path->pdata);
	g_ptr_array_set_size(knot->path, (int)knot->path->len - 1);
	g_assert_cmpstr(path, ==, expected);
}

static void test_same_object(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;

	add_stuck(log, "filler", 70, "native_queued_spin_lock_slowpath",
		  "<TASK> _raw_spin_lock shelf_add shelf_fill kthread ret_from_fork </TASK>");
	read = read_log(log->str);
	g_assert_false(only_knot(&read)->cycle);
	g_assert_false(only_knot(&read)->proved);
	g_assert_cmpint(only_knot(&read)->cause, ==, MD_KNOT_TAKEN_TWICE);
	g_assert_cmpstr(g_ptr_array_index(only_knot(&read)->locks, 0), ==, "struct shelf.fast");
	check_path(only_knot(&read), "shelf_fill shelf_add");
	read_clear(&read);
}

/* The next shelf is another. */
static void test_next_object(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;

	add_stuck(log, "walker", 70, "native_queued_spin_lock_slowpath",
		  "<TASK> _raw_spin_lock shelf_add shelf_walk kthread ret_from_fork </TASK>");
	read = read_log(log->str);
	g_assert_cmpuint(md_lockup_task_at(read.lockup->tasks, 0)->holds->len, ==, 1);
	g_assert_cmpuint(read.lockup->knots->len, ==, 0);
	read_clear(&read);
}

/* Each function takes both; that both wait for the second is all that fits. */
static void test_order_in_one_function(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;
	const struct md_knot *knot;

	add_hung(log, "first", 70,
		 "__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 "
		 "write_ledger kthread");
	add_hung(log, "second", 71,
		 "__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 "
		 "write_journal kthread");
	read = read_log(log->str);
	knot = only_knot(&read);
	g_assert_cmpint(knot->cause, ==, MD_KNOT_ORDER);
	g_assert_cmpstr(g_ptr_array_index(knot->locks, 0), ==, "journal");
	g_assert_cmpstr(g_ptr_array_index(knot->locks, 1), ==, "ledger");
	read_clear(&read);
}

/* As the words of a vmcore do: the first task waits for @wanted of @owner, and has @held. */
static void add_said(struct md_log *log, guint index, const char *wanted, guint64 wanted_at,
		     gint64 owner, const char *held, guint64 held_at)
{
	struct md_task *task = g_ptr_array_index(md_log_tasks(log), index);
	struct md_said_lock wants = { .name = g_strdup(wanted),
				      .address = { wanted_at, 16 },
				      .wanted = TRUE,
				      .owner = owner };
	struct md_said_lock holds = { .name = g_strdup(held),
				      .address = { held_at, 16 },
				      .owner = -1 };

	g_array_append_val(task->said, wants);
	g_array_append_val(task->said, holds);
}

/* Objects by the names of their symbols are the locks that the source has at their addresses. */
static void test_symbols_of_objects(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	const struct md_lockup_task *first;
	const struct md_lockup_hold *hold;
	struct md_log *parsed;
	struct read read;

	add_hung(log, "first", 70,
		 "__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 "
		 "write_ledger kthread");
	add_hung(log, "second", 71,
		 "__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 "
		 "write_journal kthread");
	parsed = parse_log(log->str);
	add_said(parsed, 0, "desk", 0xffffffffc0001000, 71, "drawer", 0xffffffffc0002000);
	add_said(parsed, 1, "drawer", 0xffffffffc0002000, 70, "desk", 0xffffffffc0001000);
	read = look_into(parsed);
	g_assert_true(only_knot(&read)->proved);
	first = md_lockup_task_at(read.lockup->tasks, 0);
	g_assert_cmpuint(first->holds->len, ==, 1);
	hold = &g_array_index(first->holds, struct md_lockup_hold, 0);
	g_assert_cmpstr(hold->held.lock, ==, "ledger");
	g_assert_cmpstr(hold->held.symbol, ==, "write_ledger");
	g_assert_cmphex(hold->address.value, ==, 0xffffffffc0002000);
	read_clear(&read);
}

static void test_given_back(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;
	const struct md_lockup_task *task;

	add_hung(log, "rester", 70,
		 "__schedule schedule schedule_timeout wait_for_completion wait_without rest "
		 "kthread");
	read = read_log(log->str);
	task = md_lockup_task_at(read.lockup->tasks, 0);
	g_assert_true(task->waits);
	for (guint i = 0; i < task->holds->len; i++)
		g_assert_cmpstr(md_lockup_hold_at(task, i)->held.lock, !=, "ledger");
	read_clear(&read);
}

/* Where it is not known what an inner function calls, it may have given the lock back before. */
static void test_given_back_before_a_pointer(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;
	const struct md_lockup_task *task;

	add_hung(log, "rester", 70,
		 "__schedule schedule msleep somewhere wait_without rest kthread");
	read = read_log(log->str);
	task = md_lockup_task_at(read.lockup->tasks, 0);
	for (guint i = 0; i < task->holds->len; i++)
		g_assert_false(md_lockup_hold_at(task, i)->held.certain);
	read_clear(&read);
}

/* Who sleeps may have kept a mutex on another round of the loop, but no spinlock. */
static void test_sleeps_in_a_loop(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;
	const struct md_lockup_task *task;

	add_hung(log, "cleaner", 71,
		 "__schedule schedule schedule_timeout msleep clear_out kthread");
	read = read_log(log->str);
	task = md_lockup_task_at(read.lockup->tasks, 0);
	g_assert_cmpuint(task->holds->len, ==, 1);
	g_assert_cmpstr(md_lockup_hold_at(task, 0)->held.lock, ==, "ledger");
	g_assert_false(md_lockup_hold_at(task, 0)->held.certain);
	read_clear(&read);
}

static void test_named_by_caller(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;

	add_hung(log, "reader", 70,
		 "__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 take "
		 "read_book kthread");
	read = read_log(log->str);
	g_assert_cmpstr(md_lockup_task_at(read.lockup->tasks, 0)->want.lock, ==,
			"struct book.guard");
	g_assert_cmpuint(read.lockup->knots->len, ==, 0);
	read_clear(&read);
}

static void test_slow_holder(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;

	add_hung(log, "worker", 70,
		 "__schedule schedule schedule_timeout msleep work_slowly kthread");
	for (int pid = 71; pid < 91; pid++)
		add_hung(log, "waiter", pid,
			 "__schedule schedule schedule_preempt_disabled __mutex_lock.constprop.0 "
			 "write_ledger kthread");
	read = read_log(log->str);
	g_assert_cmpuint(read.lockup->knots->len, ==, 0);
	g_assert_cmpuint(md_lockup_task_at(read.lockup->tasks, 20)->same_as, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(read.lockup->notes, 0), ==,
			"20 tasks wait for ledger: its holder, worker (pid 70), sleeps in msleep");
	read_clear(&read);
}

static void test_interrupt(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct read read;

	add_stuck(log, "ticker", 70, "native_queued_spin_lock_slowpath",
		  "<IRQ> _raw_spin_lock hall_tick call_timer_fn __do_softirq </IRQ> <TASK> "
		  "asm_sysvec_apic_timer_interrupt hall_thread kthread ret_from_fork </TASK>");
	read = read_log(log->str);
	g_assert_cmpint(only_knot(&read)->cause, ==, MD_KNOT_INTERRUPT);
	g_assert_false(only_knot(&read)->proved);
	read_clear(&read);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lockup/source/same-object", test_same_object);
	g_test_add_func("/lockup/source/next-object", test_next_object);
	g_test_add_func("/lockup/source/order-in-one-function", test_order_in_one_function);
	g_test_add_func("/lockup/source/symbols-of-objects", test_symbols_of_objects);
	g_test_add_func("/lockup/source/given-back", test_given_back);
	g_test_add_func("/lockup/source/given-back-before-a-pointer",
			test_given_back_before_a_pointer);
	g_test_add_func("/lockup/source/sleeps-in-a-loop", test_sleeps_in_a_loop);
	g_test_add_func("/lockup/source/named-by-caller", test_named_by_caller);
	g_test_add_func("/lockup/source/slow-holder", test_slow_holder);
	g_test_add_func("/lockup/source/interrupt", test_interrupt);
	return g_test_run();
}
