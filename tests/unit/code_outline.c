/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is defined where: the shapes that kernel source comes in. */
#include "code/code.h"

#include <string.h>

/*
 * A text, and what is defined in it: kind, name and lines from 1, as
 * "function foo 1-4", separated by commas.
 */
struct shape {
	const char *what;
	const char *text;
	const char *expected;
	const char *path; /* NULL: a C file */
};

static const struct shape functions[] = {
	{ "plain", "int main(void)\n{\n\treturn 0;\n}\n", "function main 1-4" },
	{ "on one line", "static inline int one(void) { return 1; }\n", "function one 1-1" },
	{ "on two lines, with a semicolon", "void f(int a)\n{ };\nint g(void)\n{ return 1; };\n",
	  "function f 1-2, function g 3-4" },
	{ "its type on a line of its own", "static struct foo *\nbar(int a,\n    int b)\n{\n}\n",
	  "function bar 1-5" },
	{ "section attribute", "static int __init setup(char *s)\n{\n}\n", "function setup 1-3" },
	{ "many attributes",
	  "asmlinkage __visible void __init __no_sanitize_address start_kernel(void)\n{\n}\n",
	  "function start_kernel 1-3" },
	{ "__always_inline", "static __always_inline bool yes(void)\n{\n}\n", "function yes 1-3" },
	{ "attribute with arguments before",
	  "static noinline __printf(1, 2) int say(const char *f, ...)\n{\n}\n",
	  "function say 1-3" },
	{ "attribute with arguments on its own line",
	  "__printf(1, 2)\nvoid say(const char *f, ...)\n{\n}\n", "function say 1-4" },
	{ "attributes behind the parameters",
	  "static void unlock(struct rq *rq)\n\t__releases(rq->lock)\n\t__acquires(x)\n{\n}\n",
	  "function unlock 1-5" },
	{ "GNU attribute", "u64 __attribute__((noinline)) f(u64 a)\n{\n}\n", "function f 1-3" },
	{ "returns a struct", "struct foo *get(struct bar *b)\n{\n}\n", "function get 1-3" },
	{ "returns a type with underscores", "static inline __wsum negate(__wsum sum)\n{\n}\n",
	  "function negate 1-3" },
	{ "returns a pointer to a function", "void (*pick(int a))(int)\n{\n}\n",
	  "function pick 1-3" },
	{ "returns what it defines",
	  "static enum verdict {\n\tGOOD,\n\tBAD,\n} judge(int a)\n{\n}\n", "function judge 1-6" },
	{ "K&R", "int add(a, b)\n\tint a;\n\tchar *b;\n{\n}\n", "function add 1-5" },
	{ "a macro that nobody knows in front", "STATIC_IF_NOT_TEST int f(xfs_t *a)\n{\n}\n",
	  "function f 1-3" },
	{ "a name in capitals", "static int NCR_700_reset(int a)\n{\n}\n",
	  "function NCR_700_reset 1-3" },
	{ "system calls have the names of the kernel's index",
	  "SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)\n{\n}\n"
	  "COMPAT_SYSCALL_DEFINE1(nice, int, n)\n{\n}\n",
	  "function sys_read 1-3, function compat_sys_nice 4-6" },
	{ "a macro that defines a function by its first argument",
	  "DEFINE_IDTENTRY(exc_divide_error)\n{\n}\n", "function exc_divide_error 1-3" },
	{ "an event",
	  "TRACE_EVENT(switch,\n\n\tTP_PROTO(int a),\n\n\tTP_fast_assign(\n"
	  "\t\tif (a) {\n\t\t\ta++;\n\t\t}\n\t)\n);\n",
	  "function trace_switch 1-10" },
	{ "an event of a class", "DEFINE_EVENT(class, wake,\n\tTP_PROTO(int a)\n);\n",
	  "function trace_wake 1-3" },
	{ "prototypes are none",
	  "int f(int a);\nextern void g(void) __init __cold;\nvoid h(void)\n\t__releases(x);\n",
	  "" },
	{ "nor are calls of macros",
	  "EXPORT_SYMBOL(f);\nMODULE_LICENSE(\"GPL\");\nDEFINE_PER_CPU(int, x);\n", "" },
	{ "a call without its semicolon",
	  "EXPORT_SYMBOL(f)\n\nmodule_init(g)\nstatic int h(void)\n{\n}\n", "function h 4-6" },
	{ "labels in the first column", "int f(void)\n{\nout:\n\tg();\nagain:\n\treturn 0;\n}\n",
	  "function f 1-7" },
	{ "in extern C",
	  "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void)\n{\n}\n#ifdef __cplusplus\n}\n"
	  "#endif\n",
	  "function f 4-6" },
	{ "braces in strings, characters and comments",
	  "int f(void)\n{\n\tg(\"{\\\"{\", '{', '\\'');\t/* } { */\n\t// don't {\n}\nint h(void)\n"
	  "{\n}\n",
	  "function f 1-5, function h 6-8" },
	{ "a comment in its heading", "int /* not g( */ f(void) // {\n{\n}\n", "function f 1-3" },
	{ "carriage returns",
	  "int f(void)\r\n{\r\n\treturn 0;\r\n}\r\n\r\nint g(void)\r\n{\r\n}\r\n",
	  "function f 1-4, function g 6-8" },
};

static const struct shape conditions[] = {
	{ "two headings, one body",
	  "#ifdef A\nstatic int f(int a)\n#else\nstatic int f(void)\n#endif\n{\n}\nint g(void)\n"
	  "{\n}\n",
	  "function f 2-7, function g 8-10" },
	{ "two headings with their braces",
	  "#ifdef A\nint f(int a) {\n#else\nint f(void) {\n#endif\n\tg();\n}\nint h(void)\n{\n}\n",
	  "function f 2-7, function h 8-10" },
	{ "a block that both branches open",
	  "int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\nint g(void)\n"
	  "{\n}\n",
	  "function f 1-9, function g 10-12" },
	{ "a block that only one opens, and never closes",
	  "int f(void)\n{\n#ifdef A\n\tif (a) {\n#endif\n\tb();\n}\n\nint g(void)\n{\n}\n",
	  "function f 1-7, function g 9-11" },
	{ "what is never compiled does not count",
	  "int f(void)\n{\n#if 0\n\tif (a) {\n#else\n\tb();\n#endif\n}\nint g(void)\n{\n}\n",
	  "function f 1-8, function g 9-11" },
	{ "but functions in it are functions",
	  "#if 0\nint f(void)\n{\n}\n#endif\nint g(void)\n{\n}\n",
	  "function f 2-4, function g 6-8" },
	{ "an apostrophe in #error", "#error don't {\nint f(void)\n{\n}\n", "function f 2-4" },
};

static const struct shape others[] = {
	{ "a struct, a union, an enum",
	  "struct a {\n\tint b;\n};\nunion c {\n\tint d;\n};\nenum e {\n\tF,\n};\n",
	  "struct a 1-3, union c 4-6, enum e 7-9" },
	{ "attributes of a struct",
	  "struct __packed a {\n} __aligned(8);\nstruct b {\n} __randomize_layout;\n",
	  "struct a 1-2, struct b 3-4" },
	{ "structs in structs", "struct a {\n\tstruct b {\n\t\tint c;\n\t} d;\n};\n",
	  "struct a 1-5" },
	{ "typedefs", "typedef struct {\n\tint a;\n} one_t;\ntypedef struct two {\n} two_t;\n",
	  "struct one_t 1-3, struct two 4-5" },
	{ "an enum without a name", "enum {\n\tA,\n};\n", "enum - 1-3" },
	{ "tables",
	  "static const struct file_operations ops = {\n\t.open = f,\n};\n"
	  "static const struct id ids[] __initconst = {\n\t{ 1 },\n};\n"
	  "static struct x y[MANY(2)] __aligned(8) = { { 1 } };\n",
	  "initializer ops 1-3, initializer ids 4-6, initializer y 7-7" },
	{ "a variable with underscores", "static struct foo __bar = {\n};\n",
	  "initializer __bar 1-2" },
	{ "a table with its braces in the first column",
	  "struct id ids[] = {\n{\n\t1\n},\n{\n\t2\n},\n};\nint f(void)\n{\n}\n",
	  "initializer ids 1-8, function f 9-11" },
	{ "a variable of each processor",
	  "DEFINE_PER_CPU(struct gdt_page, gdt) = { .a = {\n\t[0] = 1,\n} };\n",
	  "initializer gdt 1-3" },
	{ "a struct with its only variable", "static struct {\n\tint a;\n} b[] = {\n\t{ 1 },\n};\n",
	  "struct b 1-5" },
	{ "variables without braces are none", "static int a = 5;\nint b, c;\n", "" },
	{ "a machine",
	  "DT_MACHINE_START(IGLOO, \"Igloo (Device Tree)\")\n\t.map_io = f,\nMACHINE_END\n\n"
	  "int g(void)\n{\n}\n",
	  "initializer IGLOO 1-3, function g 5-7" },
	{ "macros; one that is empty says nothing",
	  "#ifndef FOO_H\n#define FOO_H\n#define A 1\n#define MAX(a, b)\t\\\n\t((a) > (b) ? (a) : "
	  "(b))\n#endif\n",
	  "macro A 3-3, macro MAX 4-5" },
	{ "a macro in a function belongs to it", "int f(void)\n{\n#define A 1\n}\n",
	  "function f 1-4" },
	{ "a macro that opens a brace", "#define BEGIN {\nint f(void)\n{\n}\n",
	  "macro BEGIN 1-1, function f 2-4" },
};

static const struct shape broken[] = {
	{ "nothing", "", "" },
	{ "no end", "int f(void)\n{\n\tg();\n", "function f 1-3" },
	{ "no end of a comment", "int f(void)\n{\n}\n/* int g(void)\n{\n}\n", "function f 1-3" },
	{ "no end of a string", "int f(void)\n{\n\tg(\"{);\n}\nint h(void)\n{\n}\n",
	  "function f 1-4, function h 5-7" },
	{ "no end of a directive", "#define A \\", "macro A 1-1" },
	{ "conditions that do not match", "#endif\n#else\nint f(void)\n{\n}\n#endif\n",
	  "function f 3-5" },
	{ "an error in a body",
	  "int f(void)\n{\n\tif (a b c ===) } else {\n}\n\nint g(void)\n{\n}\n",
	  "function f 1-4, function g 6-8" },
	{ "a brace of a block in the first column",
	  "int f(void)\n{\n\tif (a) {\n\t\tb();\n}\nout:\n\tif (c) {\n\t}\n}\nint g(void)\n{\n}\n",
	  "function f 1-9, function g 10-12" },
	{ "parentheses that do not close", "int f(int a\n{\n}\n\nint g(void)\n{\n}\n",
	  "function f 1-3, function g 5-7" },
	{ "stray braces", "}\n}\nint f(void)\n{\n}\n", "function f 3-5" },
	{ "not text", "\x01\xff\xfe{\x80}", "function - 1-1" },
};

static const struct shape languages[] = {
	{ "assembly",
	  "#include <a.h>\nSYM_FUNC_START(copy)\n\tmov %rax, "
	  "%rbx\nout:\n\tret\nSYM_FUNC_END(copy)\n"
	  "\nstart:\n1:\n\tnop\n.macro PUSH a\n\tpush \\a\n.endm\n",
	  "section copy 2-6, section start 8-10, section PUSH 11-13", "entry.S" },
	{ "Kconfig",
	  "menu \"Igloo\"\n\nconfig IGLOO\n\tbool \"Igloo\"\n\tdepends on X86\n\nmenuconfig ICE\n"
	  "\tbool\n\nendmenu\n",
	  "section IGLOO 3-6, section ICE 7-9", "lib/Kconfig.debug" },
	{ "Makefile", "obj-y += a.o\ndefine rule\n\ta\nendef\nall: b\n", "section rule 2-4",
	  "Makefile" },
	{ "Python", "class A:\n    def f(self):\n        pass\n", "section A 1-1, section f 2-3",
	  "a.py" },
	{ "shell", "set -e\nf() {\n\ttrue\n}\nf\n", "section f 2-4", "a.sh" },
	{ "Rust", "pub(crate) unsafe fn f() {\n}\n", "section f 1-2", "a.rs" },
	{ "device tree", "/dts-v1/;\n\n&uart1 {\n\tport {\n\t};\n};\n", "section &uart1 3-6",
	  "a.dts" },
	{ "prose has none", "config FOO\nint main(void)\n{\n}\n", "", "README.rst" },
};

static char *describe(struct md_outline *outline)
{
	const GArray *definitions = md_outline_definitions(outline);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);

		g_string_append_printf(text, "%s%s %s %zu-%zu", i ? ", " : "",
				       md_definition_kind_name(definition->kind),
				       definition->name != NULL ? definition->name : "-",
				       definition->lines.first + 1, definition->lines.end);
	}
	return g_string_free(text, FALSE);
}

static void test_shapes(const struct shape *shapes, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		/* A copy of its own size: what is read behind it is found by the sanitizers. */
		gsize size = strlen(shapes[i].text);
		g_autofree char *text = g_memdup2(shapes[i].text, size);
		const char *path = shapes[i].path != NULL ? shapes[i].path : "a.c";
		MD_AUTOPTR(md_outline)
		outline = md_outline_new(path, (struct md_slice){ text, size });
		g_autofree char *found = describe(outline);

		g_test_message("%s", shapes[i].what);
		g_assert_cmpstr(found, ==, shapes[i].expected);
	}
}

static void test_functions(void)
{
	test_shapes(functions, G_N_ELEMENTS(functions));
}

static void test_conditions(void)
{
	test_shapes(conditions, G_N_ELEMENTS(conditions));
}

static void test_others(void)
{
	test_shapes(others, G_N_ELEMENTS(others));
}

static void test_broken(void)
{
	test_shapes(broken, G_N_ELEMENTS(broken));
}

static void test_languages(void)
{
	test_shapes(languages, G_N_ELEMENTS(languages));
}

/* Where lines lie; lines from 1, as a person counts them. */
static void test_find(void)
{
	static const char text[] = "#define SMALL 1\n" /* 1 */
				   "int one(void)\n"
				   "{\n"
				   "\treturn 1;\n"
				   "}\n" /* 5 */
				   "\n"
				   "/* Two. */\n"
				   "int two(void)\n"
				   "{\n"
				   "}\n" /* 10 */
				   "enum {\n"
				   "\tA,\n"
				   "};\n";
	static const struct {
		gsize first, end;
		const char *name;
	} places[] = {
		{ 2, 3, "one" },   /* its heading */
		{ 5, 6, "one" },   /* its last line */
		{ 6, 8, NULL },	   /* between two */
		{ 6, 9, "two" },   /* brought */
		{ 4, 9, "one" },   /* the one around the first line, not the next */
		{ 2, 2, NULL },	   /* a place before it */
		{ 3, 3, "one" },   /* a place in it */
		{ 5, 5, "one" },   /* before its last line */
		{ 6, 6, NULL },	   /* behind it */
		{ 1, 2, "SMALL" }, /* a line for a constant: better than nothing */
		{ 1, 5, "one" },   /* but not than a function */
		{ 12, 13, NULL },  /* without a name */
		{ 14, 14, NULL },  /* the end */
	};
	MD_AUTOPTR(md_outline) outline = md_outline_new("a.h", MD_SLICE_LITERAL(text));

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		const struct md_definition *found =
			md_outline_find(outline, places[i].first - 1, places[i].end - 1);

		g_test_message("%zu-%zu", places[i].first, places[i].end);
		g_assert_cmpstr(found != NULL ? found->name : NULL, ==, places[i].name);
	}
}

/* @count times @piece. */
static GString *repeat(const char *piece, guint count)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < count; i++)
		g_string_append(text, piece);
	return text;
}

/* What is nested or long without end takes time in proportion to its size. */
static void test_hostile(void)
{
	static const char *const pieces[] = {
		"{",	     "(",      "#if A\n", "f(", "int f(void) {\n", "*",
		"struct a ", "[",      "\"a",	  "({", "#define A\\\n",   "/*",
		"a,",	     "int (*", "\n}\n"
	};
	/* A megabyte of most; minutes, were any of it quadratic. */
	const guint count = 200000;

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = repeat(pieces[i], count);
		gint64 start = g_get_monotonic_time();
		MD_AUTOPTR(md_outline) outline = NULL;

		g_string_append(text, "\n{\n}\n");
		outline = md_outline_new("a.c", (struct md_slice){ text->str, text->len });
		md_outline_definitions(outline);
		g_test_message("%s: %.3f s", pieces[i],
			       (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
		g_assert_cmpint(g_get_monotonic_time() - start, <, 30 * G_USEC_PER_SEC);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/code/functions", test_functions);
	g_test_add_func("/code/conditions", test_conditions);
	g_test_add_func("/code/others", test_others);
	g_test_add_func("/code/broken", test_broken);
	g_test_add_func("/code/languages", test_languages);
	g_test_add_func("/code/find", test_find);
	g_test_add_func("/code/hostile", test_hostile);
	return g_test_run();
}
