/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What waiters and holders come to: each cause of a deadlock, each that is none, and laws on
 * random tasks and locks against a search that tries everything.
 */
#include "lockup/judge.h"

#include <string.h>

/* A machine that stopped, put together by hand. */
struct scene {
	GPtrArray *told; /* of struct md_task */
	struct md_lockup *lockup;
};

static void free_task(void *data)
{
	md_task_free(data);
}

static struct scene scene_new(void)
{
	return (struct scene){ g_ptr_array_new_with_free_func(free_task), md_lockup_empty() };
}

static void scene_clear(struct scene *scene)
{
	md_lockup_free(scene->lockup);
	g_ptr_array_unref(scene->told);
}

static void add_frame(struct md_task *task, const char *symbol)
{
	struct md_frame *frame = md_frame_new();

	frame->symbol = g_strdup(symbol);
	frame->reliable = TRUE;
	g_ptr_array_add(task->frames, frame);
}

/* A task whose stack is mutex_lock < inner < middle < outer. */
static struct md_lockup_task *add_task(struct scene *scene, gint64 pid, gint64 blocked)
{
	struct md_task *task = md_task_new();
	struct md_lockup_task *found;

	task->pid = pid;
	task->cpu = -1;
	task->comm = g_strdup_printf("task%d", (int)pid);
	task->state = 'D';
	task->blocked = blocked;
	add_frame(task, "mutex_lock");
	add_frame(task, "inner");
	add_frame(task, "middle");
	add_frame(task, "outer");
	g_ptr_array_add(scene->told, task);
	found = md_lockup_task_new(task);
	found->same_as = scene->lockup->tasks->len;
	g_ptr_array_add(scene->lockup->tasks, found);
	return found;
}

/* "struct a.b" is a class, all else a global. */
static gboolean is_global(const char *lock)
{
	return !g_str_has_prefix(lock, "struct ");
}

static void want(struct md_lockup_task *task, enum md_lock_kind kind, const char *lock, guint flags)
{
	task->waits = TRUE;
	task->want.kind = kind;
	task->want.lock = g_strdup(lock);
	task->want.global = is_global(lock);
	task->want.flags = flags;
	task->want.function = "mutex_lock";
	task->want.symbol = "inner";
	task->want.frame = 1;
}

static void hold(struct md_lockup_task *task, enum md_lock_kind kind, const char *lock, guint flags)
{
	struct md_lockup_hold held = { .frame = 2 };

	held.held.kind = kind;
	held.held.lock = g_strdup(lock);
	held.held.global = is_global(lock);
	held.held.flags = flags;
	held.held.symbol = g_strdup("middle");
	held.held.parameter = -1;
	held.held.certain = TRUE;
	g_array_append_val(task->holds, held);
}

static void judge(struct scene *scene)
{
	MD_AUTOPTR(md_functions) functions = md_functions_new();
	struct md_judge state;

	md_judge_init(&state, scene->lockup, functions);
	md_knots_find_self(&state);
	md_knots_find_cycles(&state);
	md_knots_find_gone(&state);
	md_knots_find_holders(&state);
	md_notes_add(&state);
	md_judge_clear(&state);
}

static const struct md_knot *only_knot(const struct scene *scene)
{
	g_assert_cmpuint(scene->lockup->knots->len, ==, 1);
	return g_ptr_array_index(scene->lockup->knots, 0);
}

static gint64 pid_of(const struct scene *scene, const struct md_knot *knot, guint index)
{
	return md_lockup_task_at(scene->lockup->tasks, g_array_index(knot->tasks, gsize, index))
		->task->pid;
}

static void test_order(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, -1), *b = add_task(&scene, 11, -1);
	const struct md_knot *knot;

	hold(a, MD_LOCK_MUTEX, "shelf", 0);
	want(a, MD_LOCK_MUTEX, "book", 0);
	hold(b, MD_LOCK_MUTEX, "book", 0);
	want(b, MD_LOCK_MUTEX, "shelf", 0);
	judge(&scene);
	knot = only_knot(&scene);
	g_assert_true(knot->cycle);
	g_assert_true(knot->proved);
	g_assert_cmpint(knot->cause, ==, MD_KNOT_ORDER);
	g_assert_cmpuint(knot->tasks->len, ==, 2);
	g_assert_cmpint(pid_of(&scene, knot, 0), ==, 10);
	g_assert_cmpstr(g_ptr_array_index(knot->locks, 0), ==, "book");
	g_assert_cmpstr(g_ptr_array_index(knot->locks, 1), ==, "shelf");
	g_assert_cmpuint(knot->path->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(knot->path, 0), ==, "middle");
	g_assert_cmpstr(g_ptr_array_index(knot->path, 1), ==, "inner");
	scene_clear(&scene);
}

/* Two orders of the locks of two classes; what is sure of it differs. */
static struct scene class_scene(gint64 blocked)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, blocked);
	struct md_lockup_task *b = add_task(&scene, 11, blocked);

	hold(a, MD_LOCK_MUTEX, "struct shelf.lock", 0);
	want(a, MD_LOCK_MUTEX, "struct book.lock", 0);
	hold(b, MD_LOCK_MUTEX, "struct book.lock", 0);
	want(b, MD_LOCK_MUTEX, "struct shelf.lock", 0);
	return scene;
}

static void test_order_of_classes(void)
{
	struct scene scene = class_scene(120);

	judge(&scene);
	g_assert_false(only_knot(&scene)->proved);
	scene_clear(&scene);

	/* Nobody complained: it may go on any moment. */
	scene = class_scene(-1);
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);

	/* Somebody else has a book, too. */
	scene = class_scene(120);
	hold(add_task(&scene, 12, -1), MD_LOCK_MUTEX, "struct book.lock", 0);
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

static void test_addresses_settle(void)
{
	struct scene scene = class_scene(-1);

	for (guint i = 0; i < 2; i++) {
		struct md_lockup_task *task = md_lockup_task_at(scene.lockup->tasks, i);

		task->want.address = (struct md_word){ 0xffff888000001000 + i * 64, 16 };
		md_lockup_hold_at(task, 0)->address =
			(struct md_word){ 0xffff888000001000 + (1 - i) * 64, 16 };
	}
	judge(&scene);
	g_assert_true(only_knot(&scene)->proved);
	scene_clear(&scene);

	scene = class_scene(120);
	for (guint i = 0; i < 2; i++) {
		struct md_lockup_task *task = md_lockup_task_at(scene.lockup->tasks, i);

		task->want.address = (struct md_word){ 0xffff888000001000 + i * 64, 16 };
		md_lockup_hold_at(task, 0)->address =
			(struct md_word){ 0xffff888000002000 + i * 64, 16 };
	}
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

static void test_nested_is_none(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, 120), *b = add_task(&scene, 11, 120);

	hold(a, MD_LOCK_RWSEM, "struct inode.i_rwsem", 0);
	want(a, MD_LOCK_RWSEM, "struct inode.i_rwsem", 0);
	hold(b, MD_LOCK_RWSEM, "struct inode.i_rwsem", 0);
	want(b, MD_LOCK_RWSEM, "struct inode.i_rwsem", 0);
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

static void test_taken_twice(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, -1);
	const struct md_knot *knot;

	hold(a, MD_LOCK_SPIN, "tally", 0);
	want(a, MD_LOCK_SPIN, "tally", 0);
	judge(&scene);
	knot = only_knot(&scene);
	g_assert_false(knot->cycle);
	g_assert_true(knot->proved);
	g_assert_cmpint(knot->cause, ==, MD_KNOT_TAKEN_TWICE);
	scene_clear(&scene);

	/* Perhaps it has it, perhaps not. */
	scene = scene_new();
	a = add_task(&scene, 10, -1);
	hold(a, MD_LOCK_SPIN, "tally", 0);
	want(a, MD_LOCK_SPIN, "tally", 0);
	md_lockup_hold_at(a, 0)->held.certain = FALSE;
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

static void test_interrupt(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, 22);
	struct md_frame *frame = g_ptr_array_index(a->task->frames, 1);

	frame->stack = g_strdup("irq");
	hold(a, MD_LOCK_SPIN, "meter", 0);
	want(a, MD_LOCK_SPIN, "meter", 0);
	/* What was interrupted is not at a call. */
	md_lockup_hold_at(a, 0)->held.certain = FALSE;
	judge(&scene);
	g_assert_cmpint(only_knot(&scene)->cause, ==, MD_KNOT_INTERRUPT);
	g_assert_false(only_knot(&scene)->proved);
	scene_clear(&scene);
}

static void test_reader_behind_writer(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *reader = add_task(&scene, 10, -1),
			      *writer = add_task(&scene, 11, -1);
	const struct md_knot *knot;

	hold(reader, MD_LOCK_RWSEM, "atlas", MD_LOCK_SHARED);
	want(reader, MD_LOCK_RWSEM, "atlas", MD_LOCK_SHARED);
	want(writer, MD_LOCK_RWSEM, "atlas", 0);
	judge(&scene);
	knot = only_knot(&scene);
	g_assert_true(knot->cycle);
	g_assert_cmpint(knot->cause, ==, MD_KNOT_READER);
	scene_clear(&scene);

	/* Two readers and no writer: nobody waits for long. */
	scene = scene_new();
	reader = add_task(&scene, 10, -1);
	hold(reader, MD_LOCK_RWSEM, "atlas", MD_LOCK_SHARED);
	want(reader, MD_LOCK_RWSEM, "atlas", MD_LOCK_SHARED);
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

/* One sleeps with a spinlock that another spins on. */
static struct scene sleeper_scene(gint64 blocked)
{
	struct scene scene = scene_new();
	struct md_lockup_task *sleeper = add_task(&scene, 10, -1);
	struct md_lockup_task *spinner = add_task(&scene, 11, blocked);

	hold(sleeper, MD_LOCK_SPIN, "basin", 0);
	want(sleeper, MD_LOCK_COMPLETION, "struct drain.done", 0);
	want(spinner, MD_LOCK_SPIN, "basin", 0);
	return scene;
}

static void test_holder_sleeps(void)
{
	struct scene scene = sleeper_scene(22);
	struct md_frame *frame;

	judge(&scene);
	g_assert_cmpint(only_knot(&scene)->cause, ==, MD_KNOT_HOLDER_SLEEPS);
	g_assert_true(only_knot(&scene)->proved);
	g_assert_cmpint(pid_of(&scene, only_knot(&scene), 0), ==, 11);
	g_assert_cmpint(pid_of(&scene, only_knot(&scene), 1), ==, 10);
	scene_clear(&scene);

	scene = sleeper_scene(-1);
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);

	/* In a dump are all stacks, and nobody to complain. */
	scene = sleeper_scene(-1);
	((struct md_task *)md_lockup_task_at(scene.lockup->tasks, 1)->task)->format = "crash";
	((struct md_task *)md_lockup_task_at(scene.lockup->tasks, 1)->task)->on_cpu = TRUE;
	judge(&scene);
	g_assert_cmpint(only_knot(&scene)->cause, ==, MD_KNOT_HOLDER_SLEEPS);
	scene_clear(&scene);

	/* Spinlocks of PREEMPT_RT sleep. */
	scene = sleeper_scene(22);
	frame = g_ptr_array_index(md_lockup_task_at(scene.lockup->tasks, 1)->task->frames, 0);
	g_free(frame->symbol);
	frame->symbol = g_strdup("rt_spin_lock");
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

static void test_holder_dead(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *dead = add_task(&scene, 10, -1), *waiter = add_task(&scene, 11, 120);
	struct md_report *report = md_report_new();

	report->kind = MD_REPORT_NULL_DEREF;
	((struct md_task *)dead->task)->report = report;
	hold(dead, MD_LOCK_MUTEX, "ledger", 0);
	want(waiter, MD_LOCK_MUTEX, "ledger", 0);
	judge(&scene);
	g_assert_cmpint(only_knot(&scene)->cause, ==, MD_KNOT_HOLDER_DEAD);
	scene_clear(&scene);
	md_report_free(report);
}

/* A list that the kernel printed after the death is as good as a complaint, one before is not. */
static void test_holder_dead_listed(void)
{
	for (gsize line = 1; line <= 3; line += 2) {
		struct scene scene = scene_new();
		struct md_lockup_task *dead = add_task(&scene, 10, -1);
		struct md_lockup_task *waiter = add_task(&scene, 11, -1);
		struct md_report *report = md_report_new();

		report->kind = MD_REPORT_BUG;
		report->log_line = 2;
		((struct md_task *)dead->task)->report = report;
		((struct md_task *)waiter->task)->log_line = line;
		hold(dead, MD_LOCK_MUTEX, "ledger", 0);
		want(waiter, MD_LOCK_MUTEX, "ledger", 0);
		judge(&scene);
		g_assert_cmpuint(scene.lockup->knots->len, ==, line == 3);
		if (line == 3)
			g_assert_cmpint(only_knot(&scene)->cause, ==, MD_KNOT_HOLDER_DEAD);
		scene_clear(&scene);
		md_report_free(report);
	}
}

static void test_owner_by_machine(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, -1), *b = add_task(&scene, 11, -1);

	want(a, MD_LOCK_MUTEX, "struct book.lock", 0);
	want(b, MD_LOCK_MUTEX, "struct shelf.lock", 0);
	a->want.owner = 11;
	b->want.owner = 10;
	judge(&scene);
	g_assert_true(only_knot(&scene)->proved);
	g_assert_true(only_knot(&scene)->cycle);
	scene_clear(&scene);

	scene = scene_new();
	a = add_task(&scene, 10, -1);
	want(a, MD_LOCK_MUTEX, "struct book.lock", 0);
	a->want.owner = 10;
	judge(&scene);
	g_assert_true(only_knot(&scene)->proved);
	g_assert_false(only_knot(&scene)->cycle);
	scene_clear(&scene);
}

static void test_slow_holder_is_noted(void)
{
	struct scene scene = scene_new();
	struct md_lockup_task *holder = add_task(&scene, 10, -1);

	hold(holder, MD_LOCK_MUTEX, "counter", 0);
	holder->waits = TRUE;
	holder->want.kind = MD_LOCK_IO;
	holder->want.function = "io_schedule";
	holder->want.frame = 1;
	for (gint64 pid = 11; pid < 31; pid++)
		want(add_task(&scene, pid, 120), MD_LOCK_MUTEX, "counter", 0);
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	g_assert_cmpuint(scene.lockup->notes->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(scene.lockup->notes, 0), ==,
			"20 tasks wait for counter: its holder, task10 (pid 10), waits for I/O in "
			"io_schedule");
	scene_clear(&scene);
}

static void test_many_waiters(void)
{
	struct scene scene = scene_new();
	gint64 start = g_get_monotonic_time();

	for (gint64 pid = 1; pid <= 10000; pid++) {
		struct md_lockup_task *task = add_task(&scene, pid, 120);

		want(task, MD_LOCK_MUTEX, "struct mm_struct.mmap_lock", 0);
		hold(task, MD_LOCK_MUTEX, "struct file.f_pos_lock", 0);
	}
	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	/* Some 50 ms; what is quadratic takes minutes. */
	g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
	scene_clear(&scene);
}

/* ------------------------------------------------- laws */

#define TASKS 6
#define LOCKS 5

struct random {
	int wants[TASKS]; /* a lock; -1: none */
	gboolean holds[TASKS][LOCKS], reads_want[TASKS], reads_hold[TASKS][LOCKS];
};

static struct random make_random(void)
{
	struct random made = { 0 };

	for (guint t = 0; t < TASKS; t++) {
		made.wants[t] = g_test_rand_int_range(-1, LOCKS);
		made.reads_want[t] = g_test_rand_int_range(0, 3) == 0;
		for (guint l = 0; l < LOCKS; l++) {
			made.holds[t][l] = g_test_rand_int_range(0, 6) == 0;
			made.reads_hold[t][l] = g_test_rand_int_range(0, 3) == 0;
		}
	}
	return made;
}

/* Whether task @from waits for @to. */
static gboolean waits_for(const struct random *made, guint from, guint to)
{
	int lock = made->wants[from];

	if (lock < 0)
		return FALSE;
	if (made->holds[to][lock] && !(made->reads_want[from] && made->reads_hold[to][lock]))
		return TRUE;
	return from != to && made->reads_want[from] && made->wants[to] == lock &&
	       !made->reads_want[to];
}

static gboolean has_cycle(const struct random *made)
{
	gboolean reach[TASKS][TASKS];

	for (guint i = 0; i < TASKS; i++) {
		for (guint k = 0; k < TASKS; k++)
			reach[i][k] = waits_for(made, i, k);
	}
	for (guint via = 0; via < TASKS; via++) {
		for (guint i = 0; i < TASKS; i++) {
			for (guint k = 0; k < TASKS; k++)
				reach[i][k] = reach[i][k] || (reach[i][via] && reach[via][k]);
		}
	}
	for (guint i = 0; i < TASKS; i++) {
		if (reach[i][i])
			return TRUE;
	}
	return FALSE;
}

static struct scene random_scene(const struct random *made, const guint *order, guint sleepers)
{
	static const char *const names[LOCKS] = { "one", "two", "three", "four", "five" };
	struct scene scene = scene_new();

	for (guint i = 0; i < TASKS; i++) {
		guint t = order[i];
		struct md_lockup_task *task = add_task(&scene, 100 + t, -1);

		if (made->wants[t] >= 0)
			want(task, MD_LOCK_RWSEM, names[made->wants[t]],
			     made->reads_want[t] ? MD_LOCK_SHARED : 0);
		for (guint l = 0; l < LOCKS; l++) {
			if (made->holds[t][l])
				hold(task, MD_LOCK_RWSEM, names[l],
				     made->reads_hold[t][l] ? MD_LOCK_SHARED : 0);
		}
	}
	for (guint i = 0; i < sleepers; i++) {
		struct md_lockup_task *task = add_task(&scene, 200 + i, -1);

		task->waits = TRUE;
		task->want.kind = MD_LOCK_WAIT_QUEUE;
		task->want.function = "schedule";
		task->want.frame = 1;
	}
	return scene;
}

static char *describe(const struct scene *scene)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < scene->lockup->knots->len; i++) {
		const struct md_knot *knot = g_ptr_array_index(scene->lockup->knots, i);

		g_string_append_printf(text, "%s %d:", md_knot_cause_name(knot->cause),
				       knot->proved);
		for (guint k = 0; k < knot->tasks->len; k++)
			g_string_append_printf(text, " %d", (int)pid_of(scene, knot, k));
		for (guint k = 0; k < knot->evidence->len; k++)
			g_string_append_printf(text, "\n%s",
					       (char *)g_ptr_array_index(knot->evidence, k));
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

static void check_knots(const struct scene *scene, const struct random *made)
{
	for (guint i = 0; i < scene->lockup->knots->len; i++) {
		const struct md_knot *knot = g_ptr_array_index(scene->lockup->knots, i);

		for (guint k = 0; k < knot->tasks->len; k++) {
			guint from = (guint)pid_of(scene, knot, k) - 100;
			guint to = (guint)pid_of(scene, knot, (k + 1) % knot->tasks->len) - 100;

			g_assert_true(waits_for(made, from, to));
		}
	}
}

static void test_random(void)
{
	guint deadlocks = 0;

	for (guint round = 0; round < 2000; round++) {
		struct random made = make_random();
		guint order[TASKS] = { 0, 1, 2, 3, 4, 5 };
		struct scene scene = random_scene(&made, order, 0), other;
		g_autofree char *first = NULL, *second = NULL;
		gboolean expected = has_cycle(&made);

		judge(&scene);
		g_assert_cmpint(scene.lockup->knots->len > 0, ==, expected);
		check_knots(&scene, &made);
		deadlocks += expected;
		/* In another order, among tasks that only sleep, it is the same. */
		for (guint i = TASKS - 1; i > 0; i--) {
			guint k = (guint)g_test_rand_int_range(0, (gint32)i + 1), swap = order[i];

			order[i] = order[k];
			order[k] = swap;
		}
		other = random_scene(&made, order, 3);
		judge(&other);
		first = describe(&scene);
		second = describe(&other);
		g_assert_cmpstr(first, ==, second);
		scene_clear(&scene);
		scene_clear(&other);
	}
	g_assert_cmpuint(deadlocks, >, 200);
	g_assert_cmpuint(deadlocks, <, 1800);
}

/* The machine says that @pid has what @task wants, as far as @state says. */
static void own(struct md_lockup_task *task, gint64 pid, enum md_owner_state state)
{
	task->want.owner = pid;
	task->want.state = state;
	task->want.why = "as somebody said";
}

/* One task has the lock by the source: but the machine knows better. */
static struct scene owned_scene(enum md_owner_state state)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, 120), *b = add_task(&scene, 11, 120);

	hold(a, MD_LOCK_MUTEX, "shelf", 0);
	want(a, MD_LOCK_MUTEX, "book", 0);
	hold(b, MD_LOCK_MUTEX, "book", 0);
	want(b, MD_LOCK_MUTEX, "shelf", 0);
	own(a, -1, state);
	return scene;
}

static void test_holder_gone(void)
{
	static const enum md_owner_state states[] = { MD_OWNER_GONE, MD_OWNER_LIKELY_GONE };

	for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
		struct scene scene = owned_scene(states[i]);

		judge(&scene);
		g_assert_cmpint(only_knot(&scene)->cause, ==, MD_KNOT_HOLDER_DEAD);
		g_assert_cmpint(only_knot(&scene)->proved, ==, states[i] == MD_OWNER_GONE);
		g_assert_cmpuint(only_knot(&scene)->tasks->len, ==, 1);
		g_assert_cmpint(pid_of(&scene, only_knot(&scene), 0), ==, 10);
		g_assert_cmpstr(g_ptr_array_index(only_knot(&scene)->evidence, 0), ==,
				"as somebody said");
		scene_clear(&scene);
	}
}

static void test_holder_unknown(void)
{
	struct scene scene = owned_scene(MD_OWNER_UNKNOWN);

	judge(&scene);
	g_assert_cmpuint(scene.lockup->knots->len, ==, 0);
	scene_clear(&scene);
}

/* Many wait behind one that is gone, and one of them was complained of: that is told once. */
static void test_gone_once(void)
{
	struct scene scene = scene_new();

	for (gint64 pid = 10; pid < 14; pid++) {
		struct md_lockup_task *task = add_task(&scene, pid, pid == 12 ? 120 : -1);

		want(task, MD_LOCK_MUTEX, "book", 0);
		own(task, -1, MD_OWNER_GONE);
	}
	judge(&scene);
	g_assert_cmpint(pid_of(&scene, only_knot(&scene), 0), ==, 12);
	scene_clear(&scene);
}

/* Two tasks own what the other wants, by the word of the locks alone. */
static struct scene word_scene(enum md_owner_state state)
{
	struct scene scene = scene_new();
	struct md_lockup_task *a = add_task(&scene, 10, -1), *b = add_task(&scene, 11, -1);

	want(a, MD_LOCK_MUTEX, "book", 0);
	want(b, MD_LOCK_MUTEX, "shelf", 0);
	own(a, 11, state);
	own(b, 10, MD_OWNER_HOLDS);
	return scene;
}

static void test_doubt(void)
{
	struct scene scene = word_scene(MD_OWNER_HOLDS);
	const GPtrArray *evidence;

	judge(&scene);
	g_assert_true(only_knot(&scene)->proved);
	scene_clear(&scene);

	scene = word_scene(MD_OWNER_LIKELY);
	judge(&scene);
	g_assert_false(only_knot(&scene)->proved);
	evidence = only_knot(&scene)->evidence;
	g_assert_cmpstr(g_ptr_array_index(evidence, evidence->len - 1), ==, "as somebody said");
	scene_clear(&scene);

	/* The source says so, too. */
	scene = word_scene(MD_OWNER_LIKELY);
	hold(md_lockup_task_at(scene.lockup->tasks, 1), MD_LOCK_MUTEX, "book", 0);
	judge(&scene);
	g_assert_true(only_knot(&scene)->proved);
	scene_clear(&scene);

	/* Of a task that is the owner of what it wants, likewise. */
	scene = scene_new();
	want(add_task(&scene, 10, -1), MD_LOCK_MUTEX, "book", 0);
	own(md_lockup_task_at(scene.lockup->tasks, 0), 10, MD_OWNER_LIKELY);
	judge(&scene);
	g_assert_false(only_knot(&scene)->proved);
	scene_clear(&scene);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lockup/knots/order", test_order);
	g_test_add_func("/lockup/knots/order-of-classes", test_order_of_classes);
	g_test_add_func("/lockup/knots/addresses-settle", test_addresses_settle);
	g_test_add_func("/lockup/knots/nested-is-none", test_nested_is_none);
	g_test_add_func("/lockup/knots/taken-twice", test_taken_twice);
	g_test_add_func("/lockup/knots/interrupt", test_interrupt);
	g_test_add_func("/lockup/knots/reader-behind-writer", test_reader_behind_writer);
	g_test_add_func("/lockup/knots/holder-sleeps", test_holder_sleeps);
	g_test_add_func("/lockup/knots/holder-dead", test_holder_dead);
	g_test_add_func("/lockup/knots/holder-dead-listed", test_holder_dead_listed);
	g_test_add_func("/lockup/knots/holder-gone", test_holder_gone);
	g_test_add_func("/lockup/knots/holder-unknown", test_holder_unknown);
	g_test_add_func("/lockup/knots/gone-once", test_gone_once);
	g_test_add_func("/lockup/knots/doubt", test_doubt);
	g_test_add_func("/lockup/knots/owner-by-machine", test_owner_by_machine);
	g_test_add_func("/lockup/knots/slow-holder-is-noted", test_slow_holder_is_noted);
	g_test_add_func("/lockup/knots/many-waiters", test_many_waiters);
	g_test_add_func("/lockup/knots/random", test_random);
	return g_test_run();
}
