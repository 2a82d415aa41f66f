/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two-way diff: always right, and as short as can be where Myers is let. */
#include "diff/diff.h"
#include "diff/workspace.h"

#include <string.h>

#define LETTERS 4
#define LONGEST 24

/* The length of the longest common subsequence, by the textbook's table. */
static gsize longest_common(const guint32 *a, gsize count_a, const guint32 *b, gsize count_b)
{
	gsize table[LONGEST + 1][LONGEST + 1] = { 0 };

	for (gsize i = 0; i < count_a; i++) {
		for (gsize j = 0; j < count_b; j++)
			table[i + 1][j + 1] = a[i] == b[j] ? table[i][j] + 1
							   : MAX(table[i][j + 1], table[i + 1][j]);
	}
	return table[count_a][count_b];
}

static gsize assert_pairs(const guint32 *a, gsize count_a, const guint32 *b, gsize count_b,
			  const guint8 *changed_a, const guint8 *changed_b)
{
	gsize i = 0, j = 0, pairs = 0;

	for (;;) {
		while (i < count_a && changed_a[i])
			i++;
		while (j < count_b && changed_b[j])
			j++;
		if (i == count_a || j == count_b)
			break;
		g_assert_cmpuint(a[i++], ==, b[j++]);
		pairs++;
	}
	g_assert_cmpuint(i, ==, count_a);
	g_assert_cmpuint(j, ==, count_b);
	return pairs;
}

static gsize random_row(guint32 *row, gsize longest, gsize letters)
{
	gsize count = (gsize)g_test_rand_int_range(0, (gint32)longest + 1);

	for (gsize i = 0; i < count; i++)
		row[i] = (guint32)g_test_rand_int_range(0, (gint32)letters);
	return count;
}

static void test_myers_is_shortest(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();

	for (guint round = 0; round < 20000; round++) {
		guint32 a[LONGEST], b[LONGEST];
		guint8 changed_a[LONGEST] = { 0 }, changed_b[LONGEST] = { 0 };
		gsize count_a = random_row(a, LONGEST, LETTERS);
		gsize count_b = random_row(b, LONGEST, LETTERS);
		const struct md_rows rows = { a, b, changed_a, changed_b };

		md_myers(workspace, &rows, (struct md_range){ 0, count_a, 0, count_b });
		g_assert_cmpuint(assert_pairs(a, count_a, b, count_b, changed_a, changed_b), ==,
				 longest_common(a, count_a, b, count_b));
	}
}

static void test_twoway_and_slide_are_right(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();

	for (guint round = 0; round < 20000; round++) {
		guint32 a[LONGEST], b[LONGEST];
		guint8 changed_a[LONGEST], changed_b[LONGEST];
		gsize letters = (gsize)g_test_rand_int_range(1, 30);
		gsize count_a = random_row(a, LONGEST, letters);
		gsize count_b = random_row(b, LONGEST, letters), pairs;
		const struct md_rows rows = { a, b, changed_a, changed_b };

		md_twoway(workspace, a, count_a, b, count_b, letters, changed_a, changed_b);
		pairs = assert_pairs(a, count_a, b, count_b, changed_a, changed_b);
		md_slide(&rows, count_a, count_b);
		g_assert_cmpuint(assert_pairs(a, count_a, b, count_b, changed_a, changed_b), ==,
				 pairs);
	}
}

/* Two texts that share nothing may not take forever, nor those that repeat one line. */
static void test_hopeless_rows(void)
{
	enum { COUNT = 200000 };
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autofree guint32 *a = g_new(guint32, COUNT), *b = g_new(guint32, COUNT);
	g_autofree guint8 *changed_a = g_malloc(COUNT), *changed_b = g_malloc(COUNT);

	for (guint32 i = 0; i < COUNT; i++) {
		a[i] = (guint32)g_test_rand_int_range(0, 1000);
		b[i] = (guint32)g_test_rand_int_range(500, 1500);
	}
	md_twoway(workspace, a, COUNT, b, COUNT, 1500, changed_a, changed_b);
	assert_pairs(a, COUNT, b, COUNT, changed_a, changed_b);
	memset(a, 0, COUNT * sizeof(*a));
	memset(b, 0, COUNT * sizeof(*b));
	md_twoway(workspace, a, COUNT, b, COUNT / 2, 1, changed_a, changed_b);
	g_assert_cmpuint(assert_pairs(a, COUNT, b, COUNT / 2, changed_a, changed_b), ==, COUNT / 2);
}

/* The same change to the same lines is written at the same place. */
static void test_slide_is_canonical(void)
{
	/* {a} becomes {a}{b}: the new block can be "}{b" or "{b}". */
	const guint32 a[] = { 0, 1, 2 }, b[] = { 0, 1, 2, 0, 3, 2 };
	guint8 up_a[] = { 0, 0, 0 }, up_b[] = { 0, 0, 1, 1, 1, 0 };
	guint8 down_a[] = { 0, 0, 0 }, down_b[] = { 0, 0, 0, 1, 1, 1 };
	const struct md_rows up = { a, b, up_a, up_b }, down = { a, b, down_a, down_b };

	md_slide(&up, G_N_ELEMENTS(a), G_N_ELEMENTS(b));
	md_slide(&down, G_N_ELEMENTS(a), G_N_ELEMENTS(b));
	g_assert_cmpmem(up_b, sizeof(up_b), down_b, sizeof(down_b));
	g_assert_cmpuint(up_b[5], ==, TRUE);
}

/*
 * A generated table that the downstream moved: no block of it is upstream's
 * doing, and to find that out once must do.
 */
static void test_moved_table(void)
{
	enum { LINES = 100000 };
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autoptr(GString) front = g_string_new(NULL), behind = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	struct md_slice version[MD_VERSIONS];
	struct md_columns columns;
	gsize shown = 0;

	for (guint i = 0; i < LINES * 2; i++)
		g_string_append_printf(text, "a line of upstream's, number %u\n", i);
	for (guint i = 0; i < LINES; i++)
		g_string_append_printf(front, "a generated line, number %u\n", i);
	g_string_append(behind, text->str);
	g_string_append(behind, front->str);
	g_string_append(front, text->str);
	version[MD_OLD_BASE] = (struct md_slice){ text->str, text->len };
	version[MD_OLD_DOWNSTREAM] = (struct md_slice){ front->str, front->len };
	/* Upstream does something, so that bases differ. */
	version[MD_NEW_BASE] = (struct md_slice){ text->str, text->len - 1 };
	version[MD_NEW_DOWNSTREAM] = (struct md_slice){ behind->str, behind->len };
	md_diff_compute(workspace, version, MD_SPACE_EXACT, &columns);
	for (gsize i = 0; i < columns.count; i++)
		shown += md_mark_shown(columns.mark[i]) != ' ';
	g_assert_cmpuint(shown, >=, 2 * LINES);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/diff/myers-is-shortest", test_myers_is_shortest);
	g_test_add_func("/diff/twoway-and-slide-are-right", test_twoway_and_slide_are_right);
	g_test_add_func("/diff/hopeless-rows", test_hopeless_rows);
	g_test_add_func("/diff/moved-table", test_moved_table);
	g_test_add_func("/diff/slide-is-canonical", test_slide_is_canonical);
	return g_test_run();
}
