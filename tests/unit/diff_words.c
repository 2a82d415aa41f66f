/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merging and comparing by words: a table of stories, and laws on random texts. */
#include "quadruple.h"

#include <string.h>

/* What both sides made of a line, and their merge by each rule; NULL: a conflict. */
static const struct merge_case {
	const char *what;
	const char *text[MD_MERGE_TEXTS];
	const char *apart, *touching, *anyhow;
} merge_cases[] = {
	{ "two words of one line",
	  { "\tpage = alloc_page(flags);\n", "\tpage = alloc_page(flags | ZERO);\n",
	    "\tpage = alloc_page_node(node, flags);\n" },
	  "\tpage = alloc_page_node(node, flags | ZERO);\n",
	  "\tpage = alloc_page_node(node, flags | ZERO);\n",
	  "\tpage = alloc_page_node(node, flags | ZERO);\n" },
	{ "upstream's new indentation",
	  { "if (a)\n\tcall(b);\n", "if (a)\n\tcall(b, vendor);\n",
	    "if (c) {\n\t\tcall(b);\n\t}\n" },
	  "if (c) {\n\t\tcall(b, vendor);\n\t}\n",
	  "if (c) {\n\t\tcall(b, vendor);\n\t}\n",
	  "if (c) {\n\t\tcall(b, vendor);\n\t}\n" },
	{ "the same change by both",
	  { "f(a);\n", "f(b);\n", "f(b);\n" },
	  "f(b);\n",
	  "f(b);\n",
	  "f(b);\n" },
	{ "neighbouring words",
	  { "f(a b);\n", "f(a X);\n", "f(Y b);\n" },
	  "f(Y X);\n",
	  "f(Y X);\n",
	  "f(Y X);\n" },
	{ "words that touch", { "a-b\n", "a+b\n", "c-b\n" }, NULL, "c+b\n", "c+b\n" },
	{ "behind what upstream replaced",
	  { "f(a);\n", "f(a, X);\n", "f(b);\n" },
	  NULL,
	  NULL,
	  "f(b, X);\n" },
	{ "one word replaced by both", { "f(a);\n", "f(b);\n", "f(c);\n" }, NULL, NULL, NULL },
	{ "both add at one place", { "f();\n", "f(a);\n", "f(b);\n" }, NULL, NULL, "f(ba);\n" },
	{ "nothing changed", { "f();\n", "f();\n", "f();\n" }, "f();\n", "f();\n", "f();\n" },
	{ "empty texts", { "", "", "" }, "", "", "" },
};

static struct md_slice slice(const char *text)
{
	return (struct md_slice){ text, strlen(text) };
}

static void check_merge(struct md_workspace *workspace, const struct merge_case *merge_case,
			enum md_merge_rule rule, const char *expected)
{
	const struct md_slice text[MD_MERGE_TEXTS] = {
		slice(merge_case->text[0]),
		slice(merge_case->text[1]),
		slice(merge_case->text[2]),
	};
	g_autoptr(GString) merged = g_string_new("left over");
	gboolean done = md_words_merge(workspace, text, rule, merged);

	g_test_message("%s, rule %d", merge_case->what, rule);
	g_assert_cmpstr(merged->str, ==, expected ? expected : "");
	g_assert_cmpint(done, ==, expected != NULL);
}

static void test_merge(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();

	for (gsize i = 0; i < G_N_ELEMENTS(merge_cases); i++) {
		check_merge(workspace, &merge_cases[i], MD_MERGE_APART, merge_cases[i].apart);
		check_merge(workspace, &merge_cases[i], MD_MERGE_TOUCHING, merge_cases[i].touching);
		check_merge(workspace, &merge_cases[i], MD_MERGE_ANYHOW, merge_cases[i].anyhow);
	}
}

static void test_merge_too_long(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autofree char *long_text = g_strnfill(1000 * 1000, 'a');
	const struct md_slice text[MD_MERGE_TEXTS] = { slice(long_text), slice("a"), slice("b") };
	g_autoptr(GString) merged = g_string_new(NULL);

	g_assert_false(md_words_merge(workspace, text, MD_MERGE_ANYHOW, merged));
	g_assert_cmpuint(merged->len, ==, 0);
}

/* Written as git diff --word-diff=plain does. */
static const struct diff_case {
	const char *before, *after, *expected;
} diff_cases[] = {
	{ "f(a);\n", "f(b);\n", "f([-a-]{+b+});\n" },
	{ "if (a)\n", "if (a && b)\n", "if (a{+ && b+})\n" },
	{ "f(a, b, c);\n", "f(x, y, c);\n", "f([-a, b-]{+x, y+}, c);\n" },
	{ "a\nb\n", "c\nd\n", "[-a-]{+c+}\n[-b-]{+d+}\n" },
	{ "same\n", "same\n", "same\n" },
	{ "", "new\n", "{+new\n+}" },
	{ "old\n", "", "[-old\n-]" },
	{ "", "", "" },
};

static char *word_diff(struct md_workspace *workspace, const char *before, const char *after)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(struct md_word_run));
	g_autoptr(GString) text = g_string_new(NULL);
	GString *out = g_string_new(NULL);
	gsize at = 0;

	md_words_diff(workspace, slice(before), slice(after), runs, text);
	for (guint i = 0; i < runs->len; i++) {
		const struct md_word_run *run = &g_array_index(runs, struct md_word_run, i);

		g_string_append(out, run->sign == '-' ? "[-" : run->sign == '+' ? "{+" : "");
		g_string_append_len(out, text->str + at, (gssize)run->size);
		g_string_append(out, run->sign == '-' ? "-]" : run->sign == '+' ? "+}" : "");
		at += run->size;
	}
	g_assert_cmpuint(at, ==, text->len);
	return g_string_free(out, FALSE);
}

static void test_diff(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();

	for (gsize i = 0; i < G_N_ELEMENTS(diff_cases); i++) {
		g_autofree char *out =
			word_diff(workspace, diff_cases[i].before, diff_cases[i].after);

		g_assert_cmpstr(out, ==, diff_cases[i].expected);
	}
}

/* The text of the runs that have another sign than @without. */
static char *project(const GArray *runs, const GString *text, char without)
{
	GString *out = g_string_new(NULL);
	gsize at = 0;

	for (guint i = 0; i < runs->len; i++) {
		const struct md_word_run *run = &g_array_index(runs, struct md_word_run, i);

		if (run->sign != without)
			g_string_append_len(out, text->str + at, (gssize)run->size);
		at += run->size;
	}
	return g_string_free(out, FALSE);
}

#define ROUNDS 2000

/* A difference has both its texts in it; a merge with an unchanged side is the other side. */
static void test_laws(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	struct vocabulary vocabulary = { .rand = g_rand_new_with_seed((guint32)g_test_rand_int()),
					 .letters = 6 };

	for (guint i = 0; i < ROUNDS; i++) {
		g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(struct md_word_run));
		g_autoptr(GString) text = g_string_new(NULL), merged = g_string_new(NULL);
		g_autofree char *before = NULL, *after = NULL;
		struct quadruple quadruple;
		const char *base, *ours;

		quadruple_make(&quadruple, &vocabulary);
		base = quadruple.text[MD_OLD_BASE]->str;
		ours = quadruple.text[MD_OLD_DOWNSTREAM]->str;
		md_words_diff(workspace, slice(base), slice(ours), runs, text);
		before = project(runs, text, '+');
		after = project(runs, text, '-');
		g_assert_cmpstr(before, ==, base);
		g_assert_cmpstr(after, ==, ours);
		g_assert_true(md_words_merge(
			workspace, (struct md_slice[]){ slice(base), slice(ours), slice(base) },
			MD_MERGE_APART, merged));
		g_assert_cmpstr(merged->str, ==, ours);
		g_assert_true(md_words_merge(
			workspace, (struct md_slice[]){ slice(base), slice(base), slice(ours) },
			MD_MERGE_APART, merged));
		g_assert_cmpstr(merged->str, ==, ours);
		g_assert_true(md_words_merge(
			workspace, (struct md_slice[]){ slice(base), slice(ours), slice(ours) },
			MD_MERGE_APART, merged));
		g_assert_cmpstr(merged->str, ==, ours);
		quadruple_clear(&quadruple);
	}
	g_rand_free(vocabulary.rand);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/words/merge", test_merge);
	g_test_add_func("/words/merge-too-long", test_merge_too_long);
	g_test_add_func("/words/diff", test_diff);
	g_test_add_func("/words/laws", test_laws);
	return g_test_run();
}
