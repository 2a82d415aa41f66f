/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many words looked for at once: the same as each of them looked for alone. */
#include "crash/parser.h"

#include <string.h>

/* Few letters, so that words begin in others, end in others and overlap. */
static char *make_text(GRand *rand, guint longest)
{
	guint size = (guint)g_rand_int_range(rand, 1, (gint32)longest + 1);
	char *text = g_new0(char, size + 1);

	for (guint i = 0; i < size; i++)
		text[i] = (char)g_rand_int_range(rand, 'a', 'd');
	return text;
}

static gboolean has_one(const GPtrArray *list, const char *text)
{
	for (guint i = 0; i < list->len; i++) {
		if (strstr(text, g_ptr_array_index(list, i)) != NULL)
			return TRUE;
	}
	return FALSE;
}

static void test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1975);
	guint count[2] = { 0 };

	for (guint round = 0; round < 2000; round++) {
		g_autoptr(GPtrArray) first = g_ptr_array_new_with_free_func(g_free),
				     second = g_ptr_array_new_with_free_func(g_free);
		GPtrArray *const lists[] = { first, second };
		struct md_words *words;

		for (guint i = 0; i < 1 + round % 7; i++)
			g_ptr_array_add(lists[i % 2], make_text(rand, 8));
		words = md_words_new(lists, 2);
		for (guint i = 0; i < 20; i++) {
			g_autofree char *text = make_text(rand, 24);
			gsize size = strlen(text);
			gboolean in[2] = { has_one(first, text), has_one(second, text) };

			g_assert_cmpint(md_words_found(words, 1, text, size), ==, in[0]);
			g_assert_cmpint(md_words_found(words, 2, text, size), ==, in[1]);
			g_assert_cmpint(md_words_found(words, 3, text, size), ==, in[0] || in[1]);
			count[in[0]]++;
		}
		md_words_free(words);
	}
	g_assert_cmpuint(MIN(count[FALSE], count[TRUE]), >, 1000);
}

static void test_edges(void)
{
	static const char *const list[] = { "she", "hers", "\xff\x01" };
	g_autoptr(GPtrArray) strings = g_ptr_array_new();
	struct md_words *words = md_words_new(&strings, 1);

	g_assert_false(md_words_found(words, 1, "anything", 8));
	md_words_free(words);
	for (guint i = 0; i < G_N_ELEMENTS(list); i++)
		g_ptr_array_add(strings, (char *)list[i]);
	words = md_words_new(&strings, 1);
	g_assert_true(md_words_found(words, 1, "ushers", 6));
	g_assert_true(md_words_found(words, 1, "her\0shers", 9));
	g_assert_true(md_words_found(words, 1, "\xff\xff\x01", 3));
	g_assert_false(md_words_found(words, 1, "sher", 2));
	g_assert_false(md_words_found(words, 1, "", 0));
	md_words_free(words);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crash/words/random", test_random);
	g_test_add_func("/crash/words/edges", test_edges);
	return g_test_run();
}
