/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What code uses, when two texts are the same code, and where names are defined. */
#include "code/code.h"

#include <string.h>

static struct md_slice slice(const char *text)
{
	return (struct md_slice){ text, strlen(text) };
}

/* "name:role@line" of each, by name, separated by blanks. */
static char *list_uses(const char *text)
{
	static const char *const role[] = { "call", "type", "member", "name" };
	g_autoptr(GArray) uses = md_code_uses(slice(text));
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < uses->len; i++) {
		const struct md_use *use = &g_array_index(uses, struct md_use, i);

		g_string_append_printf(list, "%s%.*s:%s@%" G_GSIZE_FORMAT, i ? " " : "",
				       (int)use->name.size, use->name.data, role[use->role],
				       use->line);
	}
	return g_string_free(list, FALSE);
}

static void assert_uses(const char *text, const char *expected)
{
	g_autofree char *list = list_uses(text);

	g_assert_cmpstr(list, ==, expected);
}

static void test_uses(void)
{
	assert_uses("x = f(a);", "a:name@0 f:call@0 x:name@0");
	assert_uses("p->left.right = 1;", "left:member@0 p:name@0 right:member@0");
	assert_uses("struct rq *rq = this_rq ();", "rq:type@0 rq:name@0 this_rq:call@0");
	assert_uses("f(f(1),\n  f);", "f:call@0 f:name@1");
	assert_uses("/* g() */ \"h()\" 'i' 0x1f;", "");
	assert_uses("if (a > b) return sizeof(c);", "a:name@0 b:name@0 c:name@0");
	assert_uses("a;\n#ifdef CONFIG_X /* b */\nc();\n#endif",
		    "CONFIG_X:name@1 a:name@0 c:call@2");
	assert_uses("#define twice(x) \\\n\tonce(once(x))", "once:call@1 twice:call@0 x:name@0");
}

static void test_find(void)
{
	g_autoptr(GArray) uses = md_code_uses(slice("b(); a->b; c;"));
	g_autoptr(GArray) none = md_code_uses(slice(""));

	g_assert_null(md_uses_find(none, "c"));
	g_assert_nonnull(md_uses_find(uses, "c"));
	g_assert_cmpint(md_uses_find(uses, "b")->role, ==, MD_USE_CALL);
	g_assert_null(md_uses_find(uses, "bb"));
	g_assert_null(md_uses_find(uses, "d"));
	g_assert_null(md_uses_find(uses, ""));
}

static void assert_equal(const char *a, const char *b, gboolean equal)
{
	g_assert_cmpint(md_code_equal(slice(a), slice(b)), ==, equal);
	g_assert_cmpint(md_code_equal(slice(b), slice(a)), ==, equal);
}

static void test_equal(void)
{
	assert_equal("", "", TRUE);
	assert_equal("a+b", "a + b // sum\n", TRUE);
	assert_equal("int f(void)\n{\n}", "int /* old */ f(void) { }", TRUE);
	assert_equal("#define A 1\n", "#define A   1 /* one */\n", TRUE);
	assert_equal("#define A 1\n", "#define A 2\n", FALSE);
	assert_equal("a = \"x y\";", "a = \"x  y\";", FALSE);
	assert_equal("ab", "a b", FALSE);
	assert_equal("a;", "a;;", FALSE);
	assert_equal("", "/* nothing */", TRUE);
}

/* Whether a headline of @name is on line @line, from 0, of @text. */
static gboolean has_headline(const char *path, const char *text, const char *name, guint line)
{
	g_autoptr(GArray) found = md_headlines_find(path, slice(text));

	for (guint i = 0; i < found->len; i++) {
		const struct md_headline *headline = &g_array_index(found, struct md_headline, i);

		if (headline->hash == md_name_hash(slice(name)) && headline->line == line)
			return TRUE;
	}
	return FALSE;
}

static void test_headlines(void)
{
	static const struct {
		const char *text, *name;
		guint line;
		gboolean found;
	} row[] = {
		{ "static int f(int a,\n\tint b)\n{\n}\n", "f", 0, TRUE },
		{ "static int\nf(int a)\n{\n}\n", "f", 1, TRUE },
		{ "int f(int a,\n\tint b);\n", "f", 0, FALSE },
		{ "static int f(int a)\n{\n\tint g = h(a);\n}\n", "g", 2, FALSE },
		{ "#define ONE 1\n", "ONE", 0, TRUE },
		{ "#define TWICE(x) \\\n\t((x) * 2)\n", "TWICE", 0, TRUE },
		{ "#ifdef ONE\n#endif\n", "ONE", 0, FALSE },
		{ "struct rq {\n\tint a;\n};\n", "rq", 0, TRUE },
		{ "struct rq;\n", "rq", 0, FALSE },
		{ "typedef struct {\n\tint a;\n} rq_t;\n", "rq_t", 2, TRUE },
		{ "static int level = 1;\n", "level", 0, TRUE },
		{ "static struct rq *first;\n", "first", 0, TRUE },
		{ "extern int level;\n", "level", 0, FALSE },
		{ "int table[] = {\n};\n", "table", 0, TRUE },
		{ "DEFINE_PER_CPU(struct rq, runqueues);\n", "runqueues", 0, TRUE },
		{ "SYSCALL_DEFINE1(close, unsigned int, fd)\n{\n}\n", "close", 0, TRUE },
		{ "EXPORT_SYMBOL(f);\n", "f", 0, FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
		g_test_message("%s", row[i].text);
		g_assert_cmpint(has_headline("a.c", row[i].text, row[i].name, row[i].line), ==,
				row[i].found);
	}
	g_assert_true(has_headline("a.S", "SYM_FUNC_START(f)\n", "f", 0));
	g_assert_true(has_headline("a.S", "again:\n", "again", 0));
	g_assert_false(has_headline("a.c", "out:\n", "out", 0));
}

/* The outline has variables only where they are asked for. */
static void test_variables(void)
{
	static const char text[] = "int one;\n"
				   "static struct rq *two = &rq;\n"
				   "DEFINE_PER_CPU(struct rq, three);\n"
				   "static DEFINE_SPINLOCK(four);\n"
				   "int f(int a);\n"
				   "struct rq;\n"
				   "extern int five;\n"
				   "typedef int six;\n"
				   "EXPORT_SYMBOL(seven);\n";
	MD_AUTOPTR(md_outline) full = md_outline_new_full("a.c", slice(text));
	MD_AUTOPTR(md_outline) plain = md_outline_new("a.c", slice(text));
	const GArray *found = md_outline_definitions(full);
	static const char *const names[] = { "one", "two", "three", "four" };

	g_assert_cmpuint(md_outline_definitions(plain)->len, ==, 0);
	g_assert_cmpuint(found->len, ==, G_N_ELEMENTS(names));
	for (guint i = 0; i < found->len; i++) {
		const struct md_definition *definition =
			&g_array_index(found, struct md_definition, i);

		g_assert_cmpstr(definition->name, ==, names[i]);
		g_assert_cmpint(definition->kind, ==, MD_DEFINITION_VARIABLE);
		g_assert_cmpuint(definition->lines.first, ==, i);
	}
}

/* Whatever the bytes are, lines and slices lie in the text. */
static void test_hostile(void)
{
	static const char bytes[] = "a(){}#;:=[]\"'\\\n \t/*define struct";

	for (guint i = 0; i < 2000; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GArray) uses = NULL, headlines = NULL;
		gint size = g_test_rand_int_range(0, 200);

		for (gint j = 0; j < size; j++)
			g_string_append_c(text, bytes[g_test_rand_int_range(0, sizeof(bytes))]);
		uses = md_code_uses((struct md_slice){ text->str, text->len });
		headlines = md_headlines_find("a.c", (struct md_slice){ text->str, text->len });
		for (guint j = 0; j < uses->len; j++) {
			const struct md_use *use = &g_array_index(uses, struct md_use, j);

			g_assert_true(use->name.data >= text->str &&
				      use->name.data + use->name.size <= text->str + text->len);
			g_assert_cmpuint(use->line, <=, text->len);
		}
		for (guint j = 0; j < headlines->len; j++)
			g_assert_cmpuint(g_array_index(headlines, struct md_headline, j).line, <=,
					 text->len);
		g_assert_true(md_code_equal((struct md_slice){ text->str, text->len },
					    (struct md_slice){ text->str, text->len }));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/code/uses", test_uses);
	g_test_add_func("/code/uses/find", test_find);
	g_test_add_func("/code/equal", test_equal);
	g_test_add_func("/code/headlines", test_headlines);
	g_test_add_func("/code/variables", test_variables);
	g_test_add_func("/code/uses/hostile", test_hostile);
	return g_test_run();
}
