/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function as its calls, and which function a name means. */
#include "code_fixture.h"

#include <string.h>

/* "3:f(a, b) 4:*g(c)": the calls with their lines, a star before those through pointers. */
static char *calls_line(const struct md_flow *flow)
{
	const GPtrArray *calls = md_flow_calls(flow);
	g_autoptr(GString) line = g_string_new(NULL);

	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		g_autofree char *arguments = NULL;

		g_assert_cmpuint(call->order, ==, i);
		g_ptr_array_add(call->arguments, NULL);
		arguments = g_strjoinv(", ", (char **)call->arguments->pdata);
		g_ptr_array_set_size(call->arguments, (int)call->arguments->len - 1);
		g_string_append_printf(line, "%s%u:%s%s(%s)", i > 0 ? " " : "", call->line,
				       call->indirect ? "*" : "",
				       call->indirect ? call->expression : call->callee, arguments);
	}
	return g_string_free(g_steal_pointer(&line), FALSE);
}

struct call_case {
	const char *body, *calls;
};

static void test_calls(void)
{
	static const struct call_case cases[] = {
		{ "\ta(b(1), c);\n", "3:b(1) 3:a(b(1), c)" },
		{ "\tx = y ? a() : b();\n\n\tc();\n", "3:a() 3:b() 5:c()" },
		{ "\treturn a(x) && !b(y);\n", "3:a(x) 3:b(y)" },
		{ "\tstruct s *p = get(x), *q = put(y);\n", "3:get(x) 3:put(y)" },
		{ "\tint n = sizeof(struct s) + a((int)x);\n", "3:a((int)x)" },
		{ "\tp->ops->open(p, 1);\n", "3:*p->ops->open(p, 1)" },
		{ "\tget(p)->ops[1].open(p);\n", "3:get(p) 3:*get(p)->ops[1].open(p)" },
		{ "\t(*p->f)(x);\n\ttable[n](x);\n", "3:*(*p->f)(x) 4:*table[n](x)" },
		{ "\tf(x);\n", "3:*f(x)" }, /* a parameter */
		{ "\t(void)a(x);\n\t(a)(x);\n", "3:a(x)" },
		{ "\tlist_for_each_entry(p, list, node) {\n\t\ta(p);\n\t}\n",
		  "3:list_for_each_entry(p, list, node) 4:a(p)" },
		{ "\tfor_each_cpu(cpu, mask)\n\t\ta(cpu);\n\tb();\n",
		  "3:for_each_cpu(cpu, mask) 4:a(cpu) 5:b()" },
		{ "\tfor (i = a(); i < b(); c())\n\t\td();\n", "3:a() 3:b() 4:d() 3:c()" },
		{ "\tswitch (a()) {\n\tcase 1:\n\t\tb();\n\tdefault:\n\t\tc();\n\t}\n",
		  "3:a() 5:b() 7:c()" },
		{ "\tx = ({ int y = a(); y; });\n", "3:a()" },
		{ "#ifdef A\n\ta();\n#else\n\tb();\n#endif\n", "4:a() 6:b()" },
		{ "#ifdef A\n\tif (a()) {\n#else\n\tif (b()) {\n#endif\n\t\tc();\n\t}\n",
		  "4:a() 8:c()" },
		{ "#if 0\n\ta();\n#else\n\tb();\n#endif\n", "6:b()" },
		{ "\tguard(mutex)(&l);\n\tscoped_guard (spinlock_irq, &p->l)\n\t\ta();\n",
		  "3:mutex_lock(&l) 4:spin_lock_irq(&p->l) 5:a()" },
		{ "\tguard(rq_lock)(rq);\n", "3:class_rq_lock(rq)" },
		{ "\tstruct ops ops = { .open = f1, .n = a(1) };\n", "3:a(1)" },
		{ "\tif (a(\n", "3:a()" },
		{ "\ta(); } b(); {\n", "3:a()" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf(
			"static int func(struct s *p, int (*f)(int))\n{\n%s}\n", cases[i].body);
		g_autofree char *calls = NULL;
		struct fixture fixture = fixture_new((const char *const[]){ "a.c", text, NULL });
		struct md_flow *flow = md_flow_find(fixture.locks, "func", NULL);

		g_test_message("%s", cases[i].body);
		g_assert_nonnull(flow);
		calls = calls_line(flow);
		g_assert_cmpstr(calls, ==, cases[i].calls);
		fixture_clear(&fixture);
	}
}

/* A macro that ends in the midst of what takes a lock: there is no token behind it to be read. */
static void test_cut(void)
{
	static const char *const bodies[] = { "scoped_guard(", "scoped_cond_guard(" };

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autofree char *text = g_strconcat("#define cut() ", bodies[i], NULL);
		g_autofree char *calls = NULL;
		struct fixture fixture = fixture_new(FILES("a.c", text));

		g_test_message("%s", bodies[i]);
		calls = calls_line(md_flow_find(fixture.locks, "cut", NULL));
		g_assert_cmpstr(calls, ==, "");
		fixture_clear(&fixture);
	}
}

static void assert_found(struct fixture *fixture, const char *symbol, const char *from,
			 const char *path)
{
	struct md_flow *flow = md_flow_find(fixture->locks, symbol, from);

	g_test_message("%s from %s", symbol, from);
	if (path == NULL) {
		g_assert_null(flow);
		return;
	}
	g_assert_nonnull(flow);
	g_assert_cmpstr(md_flow_path(flow), ==, path);
	/* The same one, not another copy. */
	g_assert_true(md_flow_find(fixture->locks, symbol, from) == flow);
}

static void test_find(void)
{
	struct fixture fixture = fixture_new(
		(const char *const[]){ "kernel/a.c",
				       "static void f(void)\n{\n\tx();\n}\n",
				       "kernel/b.c",
				       "void f(void)\n{\n\ty();\n}\n",
				       "kernel/c.c",
				       "int z;\n",
				       "kernel/sched/sched.h",
				       "static inline void h(void)\n{\n\tx();\n}\n",
				       "include/linux/h.h",
				       "static inline void h(void)\n{\n}\n"
				       "static inline void late(void)\n{\n}\n",
				       "kernel/sched/core.c",
				       "void late(void)\n{\n\tx();\n}\n#define other late\n",
				       "arch/x86/a.c",
				       "void machine(void)\n{\n\tx();\n}\n",
				       "arch/arm/a.c",
				       "void machine(void)\n{\n\tx();\n}\n",
				       "arch/arm/b.c",
				       "int z;\n",
				       "include/linux/m.h",
				       "#define m(l) do { spin_lock(l); } while (0)\n#define n n\n",
				       NULL });

	assert_found(&fixture, "f", "kernel/a.c", "kernel/a.c");
	assert_found(&fixture, "f", "kernel/b.c", "kernel/b.c");
	assert_found(&fixture, "f", "kernel/c.c", "kernel/b.c");
	assert_found(&fixture, "h", "kernel/sched/core.c", "kernel/sched/sched.h");
	/* Not the stub. */
	assert_found(&fixture, "late", "kernel/c.c", "kernel/sched/core.c");
	assert_found(&fixture, "other", "kernel/sched/core.c", "kernel/sched/core.c");
	assert_found(&fixture, "machine", "kernel/c.c", "arch/x86/a.c");
	assert_found(&fixture, "machine", "arch/arm/b.c", "arch/arm/a.c");
	assert_found(&fixture, "m", "kernel/c.c", "include/linux/m.h");
	assert_found(&fixture, "n", "kernel/c.c", NULL);
	assert_found(&fixture, "nobody", NULL, NULL);
	assert_found(&fixture, "nobody", "no/such/file.c", NULL);

	g_assert_true(md_flow_may_vanish(md_flow_find(fixture.locks, "f", "kernel/a.c")));
	g_assert_false(md_flow_may_vanish(md_flow_find(fixture.locks, "f", "kernel/b.c")));
	g_assert_true(md_flow_may_vanish(md_flow_find(fixture.locks, "m", NULL)));
	g_assert_cmpuint(md_flow_line(md_flow_find(fixture.locks, "f", "kernel/b.c")), ==, 1);
	fixture_clear(&fixture);
}

/* A stack says a name and no more. */
static void test_namesakes(void)
{
	static const char local[] = "static void f(void)\n{\n\tx();\n}\n"
				    "static void g(void)\n{\n\tx();\n}\n"
				    "static void h(void)\n{\n\tx();\n}\n";
	struct fixture fixture = fixture_new(
		(const char *const[]){ "drivers/a.c", local, "kernel/a.c", local, "kernel/b.c",
				       "void g(void)\n{\n\tx();\n}\n", "sound/a.c",
				       "void h(void)\n{\n\tx();\n}\n", NULL });

	assert_found(&fixture, "f", NULL, "kernel/a.c");
	assert_found(&fixture, "g", NULL, "kernel/b.c");
	assert_found(&fixture, "h", NULL, "sound/a.c");
	assert_found(&fixture, "f", "drivers/a.c", "drivers/a.c");
	fixture_clear(&fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/code/flow/calls", test_calls);
	g_test_add_func("/code/flow/cut", test_cut);
	g_test_add_func("/code/flow/find", test_find);
	g_test_add_func("/code/flow/namesakes", test_namesakes);
	return g_test_run();
}
