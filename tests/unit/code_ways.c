/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From frame to frame: small sources, and the ways that they allow. A way is written as its
 * functions with the lines of the calls, "a:3 > b:7".
 */
#include "code_fixture.h"

#include <string.h>

static char *show(const struct md_way *way)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < way->steps->len; i++) {
		const struct md_way_step *step = g_ptr_array_index(way->steps, i);

		g_string_append_printf(text, "%s%s:%u", i > 0 ? " > " : "", step->symbol,
				       step->line);
	}
	return g_string_free(text, FALSE);
}

static const struct md_way *way_at(const GPtrArray *ways, guint index)
{
	g_assert_cmpuint(index, <, ways->len);
	return g_ptr_array_index(ways, index);
}

static struct md_spot spot(const char *symbol)
{
	return (struct md_spot){ symbol, NULL, 0, G_MAXUINT64, G_MAXUINT64 };
}

static const GPtrArray *ways_of(struct fixture *fixture, const char *outer, const char *inner)
{
	struct md_spot from = spot(outer), to = spot(inner);

	return md_locks_ways(fixture->locks, &from, &to);
}

/* The only or likeliest way; NULL: there is none. */
static void expect(struct fixture *fixture, const char *outer, const char *inner, const char *way)
{
	const GPtrArray *ways = ways_of(fixture, outer, inner);
	g_autofree char *shown = ways->len > 0 ? show(way_at(ways, 0)) : NULL;

	g_assert_cmpstr(shown, ==, way);
}

/* How the last step of the likeliest way goes on. */
static void expect_how(struct fixture *fixture, const char *outer, const char *inner,
		       const char *how)
{
	const struct md_way *way = way_at(ways_of(fixture, outer, inner), 0);
	const struct md_way_step *last = g_ptr_array_index(way->steps, way->steps->len - 1);

	g_assert_cmpstr(last->how, ==, how);
}

/* The lock that the way at @index waits for, and the operation. */
static void expect_lock(const GPtrArray *ways, guint index, const char *operation,
			const char *expression)
{
	const struct md_way *way = way_at(ways, index);

	g_assert_nonnull(way->operation);
	g_assert_cmpstr(way->operation->name, ==, operation);
	g_assert_cmpstr(way->wanted_expression, ==, expression);
}

static const char switch_header[] =
	"static inline void barrier(struct task *next)\n"
	"{\n"
	"	if (next && may_access(next, 1))\n"
	"		flush();\n"
	"}\n"
	"\n"
	"static inline void switch_mm(struct mm *prev, struct task *next)\n"
	"{\n"
	"	load(prev);\n"
	"	barrier(next);\n"
	"}\n";

static const char switch_source[] =
	"#include <asm/switch.h>\n"
	"\n"
	"static struct rq *context_switch(struct rq *rq, struct task *next)\n"
	"{\n"
	"	switch_mm(rq->mm, next);\n"
	"	return rq;\n"
	"}\n"
	"\n"
	"static void __schedule(void)\n"
	"{\n"
	"	rq = context_switch(rq, next);\n"
	"}\n";

static void test_inlined(void)
{
	struct fixture fixture = fixture_new(
		FILES("asm/switch.h", switch_header, "sched.c", switch_source, "ptrace.c",
		      "int may_access(struct task *task, int mode)\n{\n	return 0;\n}\n"));

	expect(&fixture, "__schedule", "may_access",
	       "__schedule:11 > context_switch:5 > switch_mm:10 > barrier:3");
	expect(&fixture, "context_switch", "may_access",
	       "context_switch:5 > switch_mm:10 > barrier:3");
	expect(&fixture, "may_access", "__schedule", NULL);
	expect(&fixture, "nowhere", "may_access", NULL);
	fixture_clear(&fixture);
}

/* With nothing to tell which of several it is, it is the kernel's own. */
static void test_core_first(void)
{
	static const char thread[] = "static int kthread(void *data)\n{\n	return "
				     "f(data);\n}\n";
	struct fixture fixture =
		fixture_new(FILES("drivers/a.c", thread, "kernel/kthread.c", thread,
				  "kernel/work.c", "int f(void *data)\n{\n	return 0;\n}\n"));
	const GPtrArray *ways = ways_of(&fixture, "kthread", "f");
	const struct md_way_step *first = g_ptr_array_index(way_at(ways, 0)->steps, 0);

	g_assert_cmpstr(first->path, ==, "kernel/kthread.c");
	fixture_clear(&fixture);
}

/* A function with a frame of its own cannot be on the way, unless it left by a jump. */
static void test_jump(void)
{
	struct fixture fixture = fixture_new(
		FILES("a.c", "void outer(void)\n{\n	helper();\n	last();\n}\n", "b.c",
		      "void helper(void)\n{\n	inner();\n	more();\n}\n"
		      "int last(void)\n{\n	if (x)\n		return inner(3);\n"
		      "	return 0;\n}\n",
		      "c.c", "static void outer2(void)\n{\n	helper();\n}\n"));

	expect(&fixture, "outer", "inner", "outer:4 > last:9");
	expect(&fixture, "outer2", "inner", NULL);
	fixture_clear(&fixture);
}

static void test_macro(void)
{
	struct fixture fixture = fixture_new(
		FILES("a.h",
		      "#define with_lock(l, call)	\\\n	do {			\\\n"
		      "		enter_it(l);	\\\n		call;		\\\n"
		      "	} while (0)\n",
		      "a.c", "int outer(void)\n{\n	with_lock(&a, b());\n}\n"));

	expect(&fixture, "outer", "enter_it", "outer:3 > with_lock:3");
	expect(&fixture, "outer", "b", "outer:3");
	fixture_clear(&fixture);
}

static const char wake_source[] = "static void ttwu_queue(struct task *p, int cpu)\n"
				  "{\n"
				  "	struct rq *rq = cpu_rq(cpu);\n"
				  "\n"
				  "	raw_spin_lock(&rq->lock);\n"
				  "	raw_spin_unlock(&rq->lock);\n"
				  "}\n"
				  "\n"
				  "int try_to_wake_up(struct task *p)\n"
				  "{\n"
				  "	raw_spin_lock_irqsave(&p->pi_lock, flags);\n"
				  "	ttwu_queue(p, cpu);\n"
				  "	raw_spin_unlock_irqrestore(&p->pi_lock, flags);\n"
				  "}\n";

/* The primitive that the stack shows says which of the locks it is. */
static void test_primitive(void)
{
	struct fixture fixture = fixture_new(FILES("core.c", wake_source));
	const GPtrArray *ways = ways_of(&fixture, "try_to_wake_up", "_raw_spin_lock");

	g_assert_cmpuint(ways->len, ==, 1);
	expect(&fixture, "try_to_wake_up", "_raw_spin_lock", "try_to_wake_up:12 > ttwu_queue:5");
	expect_lock(ways, 0, "raw_spin_lock", "&rq->lock");
	ways = ways_of(&fixture, "try_to_wake_up", "_raw_spin_lock_irqsave");
	g_assert_cmpuint(ways->len, ==, 1);
	expect_lock(ways, 0, "raw_spin_lock_irqsave", "&p->pi_lock");
	/* A slow path stands for both. */
	ways = ways_of(&fixture, "try_to_wake_up", "native_queued_spin_lock_slowpath");
	g_assert_cmpuint(ways->len, ==, 2);
	fixture_clear(&fixture);
}

/* One helper takes both: the argument says which it is, each time. */
static void test_arguments(void)
{
	struct fixture fixture = fixture_new(FILES(
		"a.c", "#define grab_inode(i) mutex_lock(&(i)->mutex)\n"
		       "static void grab(struct mutex *m)\n{\n	mutex_lock(m);\n}\n"
		       "static void grab_again(struct mutex *lock)\n{\n	grab(lock);\n}\n"
		       "int outer(struct a *a, struct b *b)\n{\n"
		       "	grab(&a->mutex);\n	grab_again(&b->mutex);\n}\n"
		       "int other(struct inode *inode)\n{\n	grab_inode(inode->dir);\n}\n"));
	const GPtrArray *ways = ways_of(&fixture, "outer", "mutex_lock");

	g_assert_cmpuint(ways->len, ==, 2);
	expect_lock(ways, 0, "mutex_lock", "&a->mutex");
	expect_lock(ways, 1, "mutex_lock", "&b->mutex");
	expect_lock(ways_of(&fixture, "other", "mutex_lock"), 0, "mutex_lock",
		    "&(inode->dir)->mutex");
	fixture_clear(&fixture);
}

/* Locks that are held on a way are named by who knows them, and those given back are gone. */
static void test_held(void)
{
	struct fixture fixture = fixture_new(
		FILES("a.c",
		      "struct rq {\n	spinlock_t lock;\n};\n"
		      "struct dev {\n	struct mutex mutex;\n};\n"
		      "static void locked(struct mutex *m)\n{\n	mutex_lock(m);\n	inner();\n"
		      "	mutex_unlock(m);\n}\n"
		      "static void unlocked(struct rq *rq)\n{\n	spin_unlock(&rq->lock);\n"
		      "	inner();\n	spin_lock(&rq->lock);\n}\n"
		      "void outer(struct rq *rq, struct dev *dev)\n{\n	spin_lock(&rq->lock);\n"
		      "	locked(&dev->mutex);\n	spin_unlock(&rq->lock);\n}\n"
		      "void other(struct rq *rq)\n{\n	spin_lock(&rq->lock);\n"
		      "	unlocked(rq);\n	spin_unlock(&rq->lock);\n}\n"));
	const struct md_way *way = way_at(ways_of(&fixture, "outer", "inner"), 0);
	const struct md_held *held = (const struct md_held *)way->held->data;

	g_assert_cmpuint(way->held->len, ==, 2);
	g_assert_cmpstr(held[0].lock, ==, "struct rq.lock");
	g_assert_cmpstr(held[0].symbol, ==, "outer");
	g_assert_true(held[0].certain);
	g_assert_cmpstr(held[1].lock, ==, "struct dev.mutex");
	g_assert_cmpstr(held[1].symbol, ==, "locked");
	way = way_at(ways_of(&fixture, "other", "inner"), 0);
	g_assert_cmpuint(way->held->len, ==, 0);
	fixture_clear(&fixture);
}

/* Lines and offsets of the outer frame. */
static void test_place(void)
{
	struct fixture fixture = fixture_new(FILES(
		"a.c",
		"void outer(void)\n{\n	inner(1);\n	x();\n	y = inner(\n		2);\n"
		"	return;\n}\n"));
	struct md_spot outer = { "outer", "a.c", 0, 90, 100 }, inner = spot("inner");
	const GPtrArray *ways = md_locks_ways(fixture.locks, &outer, &inner);
	g_autofree char *late = show(way_at(ways, 0));
	g_autofree char *here = NULL, *stale = NULL;

	g_assert_cmpstr(late, ==, "outer:5");
	g_assert_cmpuint(ways->len, ==, 2);
	outer = (struct md_spot){ "outer", "a.c", 6, G_MAXUINT64, G_MAXUINT64 };
	ways = md_locks_ways(fixture.locks, &outer, &inner);
	g_assert_cmpuint(ways->len, ==, 1);
	here = show(way_at(ways, 0));
	g_assert_cmpstr(here, ==, "outer:5");
	/* The tree is not the one: better a way than none. */
	outer.line = 4;
	ways = md_locks_ways(fixture.locks, &outer, &inner);
	stale = show(way_at(ways, 0));
	g_assert_cmpstr(stale, ==, "outer:3");
	fixture_clear(&fixture);
}

static void test_system_call(void)
{
	struct fixture fixture = fixture_new(FILES(
		"read.c", "static int ksys_read(int fd)\n{\n	return vfs_read(fd);\n}\n"
			  "SYSCALL_DEFINE1(read, int, fd)\n{\n	return ksys_read(fd);\n}\n"));

	expect(&fixture, "__do_sys_read", "ksys_read", "sys_read:7");
	expect(&fixture, "__x64_sys_read", "vfs_read", "sys_read:7 > ksys_read:3");
	expect(&fixture, "__x64_sys_read", "__do_sys_read", "sys_read:0");
	fixture_clear(&fixture);
}

/* What a name stands for where an option is on. */
static void test_alias(void)
{
	struct fixture fixture = fixture_new(
		FILES("rcu.h", "#define call_rcu call_rcu_sched\n", "tree.c",
		      "void call_rcu(struct rcu_head *head)\n{\n	enqueue(head);\n}\n"
		      "void call_rcu_sched(struct rcu_head *head)\n{\n	enqueue(head);\n}\n",
		      "a.c", "static void outer(void)\n{\n	call_rcu(head);\n}\n"));

	expect(&fixture, "outer", "call_rcu_sched", "outer:3");
	expect(&fixture, "outer", "call_rcu", "outer:3");
	fixture_clear(&fixture);
}

/* Two of one name: the one that leads there. */
static void test_namesakes(void)
{
	struct fixture fixture =
		fixture_new(FILES("a.c", "static int probe(void)\n{\n	return one();\n}\n", "b.c",
				  "static int probe(void)\n{\n	return two();\n}\n"));

	expect(&fixture, "probe", "one", "probe:3");
	expect(&fixture, "probe", "two", "probe:3");
	expect(&fixture, "probe", "three", NULL);
	fixture_clear(&fixture);
}

static const char queue_header[] =
	"struct work_struct {\n	int data;\n	work_func_t func;\n};\n"
	"struct timer_list {\n	void (*function)(struct timer_list *);\n};\n"
	"struct file_operations {\n	int (*open)(struct inode *, struct file *);\n"
	"	int (*flush)(struct file *);\n};\n"
	"struct wait_queue_entry {\n	wait_queue_func_t func;\n};\n";

static void test_members(void)
{
	struct fixture fixture = fixture_new(FILES(
		"queue.h", queue_header, "workqueue.c",
		"static void process_one_work(struct worker *worker, struct work_struct *work)\n{\n"
		"	worker->current_func = work->func;\n	worker->current_func(work);\n}\n",
		"net.c",
		"static void cleanup_net(struct work_struct *work)\n{\n}\n"
		"static DECLARE_WORK(net_cleanup_work, cleanup_net);\n",
		"open.c",
		"static int do_open(struct inode *inode, struct file *f)\n{\n"
		"	int (*open)(struct inode *, struct file *);\n\n	open = f->f_op->open;\n"
		"	return open(inode, f);\n}\n",
		"ext.c",
		"static int ext_open(struct inode *inode, struct file *file)\n{\n}\n"
		"static const struct file_operations ext_fops = {\n	.open = ext_open,\n};\n"
		"static int old_open(struct inode *inode, struct file *file)\n{\n}\n"
		"static struct file_operations old_fops = {\n	open:	old_open,\n};\n",
		"wait.c",
		"static void wake_common(struct wait_queue_entry *curr, int mode)\n{\n"
		"	curr->func(curr, mode, 0, 0);\n}\n"
		"int autoremove_wake_function(struct wait_queue_entry *e, int m, int s, void *k)\n"
		"{\n}\n"));

	expect(&fixture, "process_one_work", "cleanup_net", "process_one_work:4");
	expect_how(&fixture, "process_one_work", "cleanup_net",
		   "through work_struct.func, set by DECLARE_WORK");
	expect(&fixture, "do_open", "ext_open", "do_open:6");
	expect_how(&fixture, "do_open", "ext_open",
		   "through file_operations.open, set by ext_fops");
	expect(&fixture, "do_open", "old_open", "do_open:6");
	expect_how(&fixture, "wake_common", "autoremove_wake_function",
		   "through wait_queue_entry.func, set by DEFINE_WAIT");
	expect(&fixture, "do_open", "cleanup_net", NULL);
	fixture_clear(&fixture);
}

/* Functions that are given to functions, arrays, hooks of security modules. */
static void test_given(void)
{
	struct fixture fixture = fixture_new(
		FILES("each.c",
		      "static void each(int (*visit)(int), int n)\n{\n	visit(n);\n}\n"
		      "void walk_all(int (*fn)(int))\n{\n	each(fn, 3);\n}\n",
		      "user.c",
		      "static int count(int n)\n{\n}\nvoid f(void)\n{\n	walk_all(count);\n}\n"
		      "static void deliver(void)\n{\n	table[3](1);\n}\n"
		      "static void second(int a)\n{\n}\n"
		      "static void (*table[])(int) = { NULL, second };\n",
		      "security.c",
		      "int security_open(struct file *file)\n{\n"
		      "	return call_int_hook(file_open, 0, file);\n}\n",
		      "selinux.c",
		      "static int selinux_open(struct file *file)\n{\n}\n"
		      "static struct security_hook_list hooks[] = {\n"
		      "	LSM_HOOK_INIT(file_open, selinux_open),\n};\n"));

	expect(&fixture, "walk_all", "count", "walk_all:7 > each:3");
	expect(&fixture, "each", "count", "each:3");
	expect(&fixture, "security_open", "selinux_open", "security_open:3");
	expect(&fixture, "deliver", "second", "deliver:10");
	fixture_clear(&fixture);
}

/* What is registered elsewhere: only what could be called with these arguments. */
static void test_fits(void)
{
	struct fixture fixture = fixture_new(
		FILES("a.c", "void outer(struct a *a)\n{\n	a->ops->flush(a, 1);\n}\n", "b.c",
		      "int b_flush(struct a *a, int n)\n{\n}\nint b_close(struct a *a)\n{\n}\n"));

	expect(&fixture, "outer", "b_flush", "outer:3");
	expect_how(&fixture, "outer", "b_flush", "through flush, whose arguments fit");
	expect(&fixture, "outer", "b_close", NULL);
	fixture_clear(&fixture);
}

/* Functions that call each other in a ring, and more of them than anybody looks through. */
static void test_bounds(void)
{
	g_autoptr(GString) text = g_string_new("static void f0(void);\n");
	struct fixture fixture;

	for (guint i = 0; i < 3000; i++)
		g_string_append_printf(text,
				       "static void f%u(void)\n{\n	f%u();\n	f%u();\n"
				       "	f%u();\n	f%u->f(f%u);\n}\n",
				       i, (i + 1) % 3000, (i * 7) % 3000, i / 2, i, i);
	g_string_append(text, "void inner(void)\n{\n}\n");
	fixture = fixture_new(FILES("a.c", text->str));
	expect(&fixture, "f0", "inner", NULL);
	expect(&fixture, "f0", "f0", "f0:5");
	fixture_clear(&fixture);
}

/* As many calls on one line as nobody looks through for each of them. */
static void test_one_line(void)
{
	g_autoptr(GString) text = g_string_new("void outer(void)\n{\n");
	struct fixture fixture;

	for (guint i = 0; i < 60000; i++)
		g_string_append(text, " g();");
	g_string_append(text, "\n	inner();\n}\n");
	fixture = fixture_new(FILES("a.c", text->str));
	expect(&fixture, "outer", "inner", "outer:4");
	fixture_clear(&fixture);
}

/* Macros that say their argument again and again: what is wanted would fill all memory. */
static void test_growth(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const GPtrArray *ways;
	struct fixture fixture;

	/* As deep as ways go, and eight times as long with each macro. */
	for (guint i = 0; i < 8; i++) {
		g_string_append_printf(text, "#define m%u(l) ", i);
		if (i == 0)
			g_string_append(text, "mutex_lock(");
		else
			g_string_append_printf(text, "m%u(", i - 1);
		for (guint k = 0; k < 8; k++)
			g_string_append(text, k == 0 ? "(l)" : " + (l)");
		g_string_append(text, ")\n");
	}
	g_string_append(text, "void outer(struct a *a)\n{\n	m7(a->lock);\n}\n");
	fixture = fixture_new(FILES("a.c", text->str));
	ways = ways_of(&fixture, "outer", "mutex_lock");
	g_assert_cmpuint(ways->len, ==, 1);
	g_assert_cmpuint(strlen(way_at(ways, 0)->wanted_expression), <, 10000);
	fixture_clear(&fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ways/inlined", test_inlined);
	g_test_add_func("/ways/core-first", test_core_first);
	g_test_add_func("/ways/jump", test_jump);
	g_test_add_func("/ways/macro", test_macro);
	g_test_add_func("/ways/primitive", test_primitive);
	g_test_add_func("/ways/arguments", test_arguments);
	g_test_add_func("/ways/held", test_held);
	g_test_add_func("/ways/place", test_place);
	g_test_add_func("/ways/system-call", test_system_call);
	g_test_add_func("/ways/alias", test_alias);
	g_test_add_func("/ways/namesakes", test_namesakes);
	g_test_add_func("/ways/members", test_members);
	g_test_add_func("/ways/given", test_given);
	g_test_add_func("/ways/fits", test_fits);
	g_test_add_func("/ways/bounds", test_bounds);
	g_test_add_func("/ways/growth", test_growth);
	g_test_add_func("/ways/one-line", test_one_line);
	return g_test_run();
}
