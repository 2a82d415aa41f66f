/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any words as a command line, one a line: the options all commands share and the ones with values
 * of every kind, ranges A..B, and paths behind "--". What is read is what was typed; nothing is
 * opened.
 */
#include "base/base.h"
#include "cmd.h"

#include <string.h>

/* Nobody types more, and GOption looks at each for each. */
#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* In the place of the program's: nothing is printed here. */
gboolean output_wants_color(const struct common_options *options)
{
	return FALSE;
}

guint output_width(void)
{
	return 80;
}

/* What prints and exits, as it should: help and version, in a cluster of short options too. */
static gboolean ends_program(const char *word)
{
	return word[0] == '-' && (strpbrk(word, "h?") != NULL || g_str_has_prefix(word, "--ver") ||
				  g_str_has_prefix(word, "--complete"));
}

static char **read_words(struct md_slice text)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	struct md_slice line;

	g_ptr_array_add(words, g_strdup("compare"));
	while (words->len < WORDS_MAX && md_slice_next_line(&text, &line)) {
		struct md_slice word = md_slice_chomp(line);
		char *string = g_strndup(word.data, word.size);

		if (ends_program(string))
			g_free(string);
		else
			g_ptr_array_add(words, string);
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_steal(words, NULL);
}

static void check_range(const char *word)
{
	g_autofree char *first = NULL, *second = NULL, *joined = NULL;

	if (!option_split_range(word, &first, &second)) {
		g_assert_true(first == NULL && second == NULL);
		return;
	}
	g_assert_true(g_str_has_prefix(first, "git:") && first[4] != '\0');
	g_assert_true(g_str_has_prefix(second, "git:") && second[4] != '\0' && second[4] != '.');
	joined = g_strconcat(first + 4, "..", second + 4, NULL);
	g_assert_cmpstr(joined, ==, word);
}

/* Behind the first "--" stand paths, as they are, and nothing else does. */
static void check_paths(char *const *words, char *const *paths)
{
	while (*words != NULL && strcmp(*words, "--") != 0)
		words++;
	g_assert_true((*words == NULL) == (paths == NULL));
	if (paths != NULL)
		g_assert_true(
			g_strv_equal((const char *const *)words + 1, (const char *const *)paths));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_auto(GStrv) words = read_words((struct md_slice){ (const char *)data, size });
	g_auto(GStrv) left = g_strdupv(words);
	g_autofree char *marks = NULL;
	g_auto(GStrv) commits = NULL;
	gboolean strict = FALSE;
	struct common_options common = { 0 };
	const GOptionEntry own[] = {
		{ "marks", 0, 0, G_OPTION_ARG_STRING, &marks, "", "NAME,..." },
		{ "commit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &commits, "", "REV" },
		{ "strict", 0, 0, G_OPTION_ARG_NONE, &strict, "", NULL },
		G_OPTION_ENTRY_NULL,
	};

	if (options_parse(&left, "", "", own, OPTIONS_PATCHES | OPTIONS_SYMBOLS | OPTIONS_PATHS,
			  &common, NULL)) {
		g_assert_cmpint(common.jobs, >=, 0);
		g_assert_true(common.strip == OPTION_UNSET || common.strip >= 0);
		g_assert_cmpstr(left[0], ==, words[0]);
		for (guint i = 1; left[i] != NULL; i++)
			check_range(left[i]);
	}
	check_paths(words, common.paths);
	common_options_clear(&common);
	return 0;
}
