/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop over all cores: every index once, the first error, a stop. */
#include "base/base.h"

struct counted {
	int calls[1000];
	gsize bad; /* index that fails */
};

static gboolean count_call(gsize index, void *data, GError **error)
{
	struct counted *counted = data;

	g_atomic_int_inc(&counted->calls[index]);
	if (index == counted->bad) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "item %zu: bad", index);
		return FALSE;
	}
	return TRUE;
}

static void test_every_index_once(void)
{
	for (guint jobs = 0; jobs < 9; jobs++) {
		struct counted counted = { .bad = G_MAXSIZE };
		g_autoptr(GError) error = NULL;

		g_assert_true(md_parallel_for(1000, jobs, count_call, &counted, NULL, "", &error));
		g_assert_no_error(error);
		for (gsize i = 0; i < 1000; i++)
			g_assert_cmpint(counted.calls[i], ==, 1);
	}
}

static void test_first_error_stops(void)
{
	struct counted counted = { .bad = 10 };
	g_autoptr(GError) error = NULL;

	g_assert_false(md_parallel_for(1000, 1, count_call, &counted, NULL, "", &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
	g_assert_cmpstr(error->message, ==, "item 10: bad");
	g_assert_cmpint(counted.calls[11], ==, 0);
}

static gboolean refuse(void *data, const char *phase, guint64 done, guint64 total)
{
	return FALSE;
}

static void test_hook_stops(void)
{
	struct counted counted = { .bad = G_MAXSIZE };
	const struct md_hooks hooks = { .progress = refuse };
	g_autoptr(GError) error = NULL;

	g_assert_false(md_parallel_for(1000, 1, count_call, &counted, &hooks, "counting", &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_CANCELLED);
	g_assert_cmpint(counted.calls[999], ==, 0);
}

static void test_nothing_to_do(void)
{
	g_assert_true(md_parallel_for(0, 0, count_call, NULL, NULL, "", NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/parallel/every-index-once", test_every_index_once);
	g_test_add_func("/base/parallel/first-error-stops", test_first_error_stops);
	g_test_add_func("/base/parallel/hook-stops", test_hook_stops);
	g_test_add_func("/base/parallel/nothing-to-do", test_nothing_to_do);
	return g_test_run();
}
