/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is held at a call, for each way that people lock in. */
#include "memory_tree.h"
#include "code/code.h"

#include <string.h>

#define TYPES                                                                                      \
	"struct rq { raw_spinlock_t lock; int flag; };\n"                                          \
	"struct task { spinlock_t pi_lock; struct rq *rq; struct task *next; };\n"                 \
	"struct dev { struct mutex lock; struct rw_semaphore sem; int n; };\n"                     \
	"static DEFINE_SPINLOCK(big_lock);\n"                                                      \
	"static DEFINE_MUTEX(big_mutex);\n"

struct held_case {
	const char *what;
	const char *text; /* of the file; here() is where we look */
	/* "struct rq.lock" where it is certain, "struct rq.lock?" where it may be, "-struct
	 * rq.lock" where it was given back; with blanks between them. */
	const char *held;
};

static const struct held_case cases[] = {
	{ "taken, and given back",
	  "void f(struct rq *rq)\n{\n"
	  "\traw_spin_lock(&rq->lock);\n\there();\n"
	  "\traw_spin_unlock(&rq->lock);\n}\n",
	  "struct rq.lock" },
	{ "given back before",
	  "void f(struct rq *rq)\n{\n"
	  "\traw_spin_lock(&rq->lock);\n\traw_spin_unlock(&rq->lock);\n"
	  "\there();\n}\n",
	  "" },
	{ "a global", "void f(void)\n{\n\tspin_lock_irq(&big_lock);\n\there();\n}\n", "big_lock" },
	{ "in one branch",
	  "void f(struct rq *rq, int a)\n{\n"
	  "\tif (a)\n\t\traw_spin_lock(&rq->lock);\n\there();\n}\n",
	  "struct rq.lock?" },
	{ "in both branches",
	  "void f(struct rq *rq, int a)\n{\n"
	  "\tif (a)\n\t\traw_spin_lock(&rq->lock);\n"
	  "\telse\n\t\traw_spin_lock_nested(&rq->lock, 1);\n\there();\n}\n",
	  "struct rq.lock struct rq.lock" },
	{ "behind an early return",
	  "int f(struct dev *d)\n{\n\tif (!mutex_trylock(&d->lock))\n\t\treturn -1;\n"
	  "\there();\n\tmutex_unlock(&d->lock);\n\treturn 0;\n}\n",
	  "struct dev.lock" },
	{ "where a trylock failed",
	  "int f(struct dev *d)\n{\n\tif (!mutex_trylock(&d->lock)) {\n\t\there();\n"
	  "\t\treturn -1;\n\t}\n\tmutex_unlock(&d->lock);\n\treturn 0;\n}\n",
	  "" },
	{ "a trylock among other conditions",
	  "void f(struct dev *d)\n{\n\tif (d && d->n > 1 && mutex_trylock(&d->lock)) {\n"
	  "\t\there();\n\t\tmutex_unlock(&d->lock);\n\t}\n}\n",
	  "struct dev.lock" },
	{ "interrupted",
	  "int f(struct dev *d)\n{\n\tint err = mutex_lock_interruptible(&d->lock);\n"
	  "\tif (err)\n\t\treturn err;\n\there();\n\treturn 0;\n}\n",
	  "struct dev.lock" },
	{ "interrupted, less than zero",
	  "int f(struct dev *d)\n{\n\tint err;\n\n\terr = down_read_killable(&d->sem);\n"
	  "\tif (err < 0)\n\t\tgoto out;\n\there();\nout:\n\treturn err;\n}\n",
	  "struct dev.sem" },
	{ "at the label of an error",
	  "int f(struct dev *d)\n{\n\tmutex_lock(&d->lock);\n\tif (d->n)\n\t\tgoto out;\n"
	  "\tmutex_unlock(&d->lock);\n\treturn 0;\nout:\n\there();\n"
	  "\tmutex_unlock(&d->lock);\n\treturn 1;\n}\n",
	  "struct dev.lock" },
	{ "by the same condition twice",
	  "void f(struct dev *d, int lock)\n{\n\tif (lock)\n\t\tmutex_lock(&d->lock);\n"
	  "\tg();\n\tif (lock)\n\t\tmutex_unlock(&d->lock);\n\there();\n}\n",
	  "" },
	{ "remembered in a variable",
	  "void f(struct dev *d)\n{\n\tbool locked = false;\n\n\tif (d->n) {\n"
	  "\t\tmutex_lock(&d->lock);\n\t\tlocked = true;\n\t}\n\tg();\n\tif (!locked)\n"
	  "\t\treturn;\n\there();\n\tmutex_unlock(&d->lock);\n}\n",
	  "struct dev.lock" },
	{ "in a loop that gives it back and takes it again",
	  "void f(struct dev *d)\n{\n\tmutex_lock(&d->lock);\n\twhile (d->n) {\n"
	  "\t\tmutex_unlock(&d->lock);\n\t\tcond_resched();\n\t\tmutex_lock(&d->lock);\n\t}\n"
	  "\there();\n\tmutex_unlock(&d->lock);\n}\n",
	  "struct dev.lock struct dev.lock" },
	{ "a loop that waits for a trylock",
	  "void f(struct dev *d)\n{\n\twhile (!mutex_trylock(&d->lock))\n\t\tcpu_relax();\n"
	  "\there();\n}\n",
	  "struct dev.lock" },
	{ "hand over hand",
	  "void f(struct task *a)\n{\n\tstruct task *b;\n\n\tspin_lock(&a->pi_lock);\n"
	  "\twhile (a->next) {\n\t\tb = a->next;\n\t\tspin_lock(&b->pi_lock);\n"
	  "\t\tspin_unlock(&a->pi_lock);\n\t\ta = b;\n\t}\n\tspin_unlock(&a->pi_lock);\n"
	  "\there();\n}\n",
	  "" },
	{ "a switch",
	  "void f(struct dev *d, int a)\n{\n\tswitch (a) {\n\tcase 1:\n"
	  "\t\tmutex_lock(&d->lock);\n\t\tbreak;\n\tdefault:\n\t\treturn;\n\t}\n"
	  "\there();\n}\n",
	  "struct dev.lock" },
	{ "an #ifdef, twice",
	  "void f(struct dev *d)\n{\n#ifdef CONFIG_A\n\tmutex_lock(&d->lock);\n#endif\n\tg();\n"
	  "#ifdef CONFIG_A\n\tmutex_unlock(&d->lock);\n#endif\n\there();\n}\n",
	  "" },
	{ "for the caller",
	  "static inline void lock_rq(struct rq *rq)\n{\n"
	  "\traw_spin_lock(&rq->lock);\n}\n"
	  "void f(struct rq *x)\n{\n\tlock_rq(x);\n\there();\n}\n",
	  "struct rq.lock" },
	{ "the lock is a parameter",
	  "static void lock_it(raw_spinlock_t *l)\n{\n\traw_spin_lock(l);\n}\n"
	  "static void unlock_it(raw_spinlock_t *l)\n{\n\traw_spin_unlock(l);\n}\n"
	  "void f(struct rq *x)\n{\n\tlock_it(&big_lock);\n\tlock_it(&x->lock);\n"
	  "\tunlock_it(&big_lock);\n\there();\n}\n",
	  "struct rq.lock" },
	{ "by a function that returns what it locked",
	  "static struct rq *task_rq_lock(struct task *p)\n{\n\tstruct rq *rq;\n\n\tfor (;;) {\n"
	  "\t\trq = p->rq;\n\t\traw_spin_lock(&rq->lock);\n\t\tif (rq == p->rq)\n"
	  "\t\t\treturn rq;\n\t\traw_spin_unlock(&rq->lock);\n\t}\n}\n"
	  "void f(struct task *p)\n{\n\tstruct rq *rq = task_rq_lock(p);\n\n\there();\n"
	  "\traw_spin_unlock(&rq->lock);\n}\n",
	  "struct rq.lock" },
	{ "by a function that may fail",
	  "static struct dev *get(struct dev *d)\n{\n\tif (!d)\n\t\treturn NULL;\n"
	  "\tmutex_lock(&d->lock);\n\treturn d;\n}\n"
	  "void f(struct dev *x)\n{\n\tstruct dev *d = get(x);\n\n\tif (!d)\n\t\treturn;\n"
	  "\there();\n\tmutex_unlock(&d->lock);\n}\n",
	  "struct dev.lock" },
	{ "given back by another",
	  "static void finish_switch(struct rq *rq)\n{\n\traw_spin_unlock_irq(&rq->lock);\n}\n"
	  "void f(struct rq *rq)\n{\n\traw_spin_lock_irq(&rq->lock);\n\tfinish_switch(rq);\n"
	  "\there();\n}\n",
	  "" },
	{ "given back behind a successful exec",
	  "void setup_new_exec(void)\n{\n\tstruct dev *d = g();\n\n\tmutex_unlock(&d->lock);\n}\n"
	  "void f(struct dev *d)\n{\n\tmutex_lock(&d->lock);\n\tsetup_new_exec();\n"
	  "\there();\n}\n",
	  "" },
	{ "the caller's, given back",
	  "void f(struct rq *rq)\n{\n\traw_spin_unlock(&rq->lock);\n"
	  "\there();\n\traw_spin_lock(&rq->lock);\n}\n",
	  "-struct rq.lock" },
	{ "the caller's, taken again",
	  "void f(struct rq *rq)\n{\n\traw_spin_unlock(&rq->lock);\n"
	  "\traw_spin_lock(&rq->lock);\n\there();\n}\n",
	  "" },
	{ "by a macro",
	  "#define LOCK(x) do { mutex_lock(&(x)->lock); } while (0)\n"
	  "void f(struct dev *d)\n{\n\tLOCK(d);\n\there();\n}\n",
	  "struct dev.lock" },
	{ "a guard",
	  "void f(struct dev *d)\n{\n\tif (d->n) {\n\t\tguard(mutex)(&d->lock);\n"
	  "\t\there();\n\t}\n}\n",
	  "struct dev.lock" },
	{ "behind a guard's block",
	  "void f(struct dev *d)\n{\n\tif (d->n) {\n\t\tguard(mutex)(&d->lock);\n\t\tg();\n\t}\n"
	  "\there();\n}\n",
	  "" },
	{ "a scoped guard",
	  "void f(struct dev *d)\n{\n\tscoped_guard(rwsem_read, &d->sem) {\n"
	  "\t\there();\n\t}\n}\n",
	  "struct dev.sem" },
	{ "a goto out of a guard",
	  "void f(struct dev *d)\n{\n\tscoped_guard(mutex, &d->lock) {\n\t\tif (d->n)\n"
	  "\t\t\tgoto out;\n\t}\n\treturn;\nout:\n\there();\n}\n",
	  "" },
	{ "a scoped guard that may fail",
	  "int f(struct dev *d)\n{\n"
	  "\tscoped_cond_guard(mutex_intr, return -1, &d->lock) {\n\t\there();\n\t}\n"
	  "\treturn 0;\n}\n",
	  "struct dev.lock" },
	{ "a guard of the tree's own",
	  "DEFINE_LOCK_GUARD_1(rq_guard, struct rq,\n"
	  "\t\t    raw_spin_lock(&_T->lock->lock),\n"
	  "\t\t    raw_spin_unlock(&_T->lock->lock))\n"
	  "void f(struct rq *rq)\n{\n\tguard(rq_guard)(rq);\n\there();\n}\n",
	  "struct rq.lock" },
	{ "a callee takes it here or there",
	  "static void lock_rq(struct rq *rq)\n{\n\traw_spinlock_t *l;\n\n"
	  "\tif (off())\n\t\traw_spin_lock(&rq->lock);\n\telse {\n\t\tl = &rq->lock;\n"
	  "\t\traw_spin_lock(l);\n\t}\n}\n"
	  "void f(struct rq *rq)\n{\n\tlock_rq(rq);\n\there();\n}\n",
	  "struct rq.lock" },
	{ "an assertion that fails",
	  "static void unlock(struct dev *d)\n{\n\tif (WARN_ON(!d->n))\n\t\treturn;\n"
	  "\tmutex_unlock(&d->lock);\n}\n"
	  "void f(struct dev *d)\n{\n\tmutex_lock(&d->lock);\n\tunlock(d);\n\there();\n}\n",
	  "" },
	{ "RCU",
	  "void f(void)\n{\n\trcu_read_lock();\n\trcu_read_lock();\n"
	  "\trcu_read_unlock();\n\there();\n\trcu_read_unlock();\n}\n",
	  "rcu" },
	{ "only if asked to",
	  "static void lock_if(struct dev *d, bool lock)\n{\n"
	  "\tif (lock)\n\t\tmutex_lock(&d->lock);\n}\n"
	  "void f(struct dev *d)\n{\n\tlock_if(d, true);\n\there();\n}\n",
	  "struct dev.lock" },
	{ "not if not asked to",
	  "static void lock_if(struct dev *d, bool lock)\n{\n"
	  "\tif (lock)\n\t\tmutex_lock(&d->lock);\n}\n"
	  "void f(struct dev *d)\n{\n\tlock_if(d, false);\n\there();\n}\n",
	  "" },
	{ "locked and unlocked by the same condition elsewhere",
	  "static void lock_two(struct rq *a, struct rq *b)\n{\n\traw_spin_lock(&a->lock);\n"
	  "\tif (a != b)\n\t\traw_spin_lock(&b->lock);\n}\n"
	  "static void unlock_two(struct rq *a, struct rq *b)\n{\n"
	  "\traw_spin_unlock(&a->lock);\n\tif (a != b)\n\t\traw_spin_unlock(&b->lock);\n}\n"
	  "void f(struct rq *x, struct rq *y)\n{\n\tlock_two(x, y);\n\tg();\n"
	  "\tunlock_two(x, y);\n\there();\n}\n",
	  "" },
	{ "a function that calls itself",
	  "static void lock_all(struct task *p)\n{\n\tspin_lock(&p->pi_lock);\n"
	  "\tif (p->next)\n\t\tlock_all(p->next);\n\tspin_unlock(&p->pi_lock);\n}\n"
	  "void f(struct task *p)\n{\n\tlock_all(p);\n\there();\n}\n",
	  "" },
	{ "one of two variants",
	  "#ifdef NOBODY_DEFINES\n"
	  "static inline void prepare_lock(struct rq *rq)\n{\n"
	  "\tint a, b, c;\n\n\traw_spin_unlock(&rq->lock);\n}\n"
	  "#else\nstatic inline void prepare_lock(struct rq *rq)\n{\n}\n"
	  "#endif\n"
	  "void f(struct rq *rq)\n{\n\traw_spin_lock(&rq->lock);\n"
	  "\tprepare_lock(rq);\n\there();\n}\n",
	  "struct rq.lock" },
};

static void append(GString *line, const GArray *held, const char *before)
{
	for (guint i = 0; i < held->len; i++) {
		const struct md_held *at = &g_array_index(held, struct md_held, i);

		g_string_append_printf(line, "%s%s%s%s", line->len > 0 ? " " : "", before, at->lock,
				       at->certain ? "" : "?");
		g_assert_cmpstr(at->symbol, ==, "f");
		g_assert_cmpstr(at->path, ==, "kernel/a.c");
		g_assert_cmpuint(at->line, >, 0);
		g_assert_nonnull(at->text);
	}
}

static char *held_line(struct md_flow *flow, const struct md_call *call)
{
	g_autoptr(GArray) held = md_flow_held(flow, call), given = md_flow_given(flow, call);
	GString *line = g_string_new(NULL);

	append(line, held, "");
	append(line, given, "-");
	return g_string_free(line, FALSE);
}

static void check_case(const struct held_case *at)
{
	g_autofree char *text = g_strconcat(TYPES, at->text, NULL);
	g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));
	struct md_tree *nothing =
		memory_tree_new("nothing", MD_MODE_FILE, (struct md_slice){ NULL, 0 });
	struct md_tree *tree = md_tree_overlay_new(nothing, "tree");
	struct md_source *source = md_source_new(tree, 1, NULL);
	struct md_locks *locks = md_locks_new(source);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	const GPtrArray *calls;
	struct md_flow *flow;
	guint seen = 0;

	md_tree_overlay_set(tree, "kernel/a.c", MD_MODE_FILE, content);
	g_ptr_array_add(paths, (char *)"kernel/a.c");
	g_assert_true(md_source_index(source, paths, NULL));
	flow = md_flow_find(locks, "f", "kernel/a.c");
	g_assert_nonnull(flow);
	calls = md_flow_calls(flow);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		g_autofree char *line = NULL;

		if (strcmp(call->callee, "here") != 0)
			continue;
		line = held_line(flow, call);
		g_test_message("%s", at->what);
		g_assert_cmpstr(line, ==, at->held);
		seen++;
	}
	g_assert_cmpuint(seen, ==, 1);
	md_locks_free(locks);
	md_source_free(source);
	md_tree_free(tree);
	md_tree_free(nothing);
}

static void test_idioms(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check_case(&cases[i]);
}

/* More statements than anybody follows: nothing is said of them. */
static void test_bounds(void)
{
	g_autoptr(GString) text =
		g_string_new("void f(struct rq *rq)\n{\n\traw_spin_lock(&rq->lock);\n");
	struct held_case many = { .what = "endless", .held = "" };

	for (guint i = 0; i < 100000; i++)
		g_string_append(text, "g();\n");
	g_string_append(text, "\there();\n\traw_spin_unlock(&rq->lock);\n}\n");
	many.text = text->str;
	check_case(&many);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/code/held/idioms", test_idioms);
	g_test_add_func("/code/held/bounds", test_bounds);
	return g_test_run();
}
