/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An adapted region explained: what upstream did to the lines, what the
 * downstream did to them before and what it does now, each word by word.
 */
#include "compare/internal.h"

/* Some twenty lines of kernel code: in more of them nobody follows words. */
#define MOST_BYTES 1500

const char *md_step_name(enum md_step step)
{
	static const char *const name[MD_STEPS] = {
		[MD_STEP_UPSTREAM] = "upstream",
		[MD_STEP_BEFORE] = "before",
		[MD_STEP_AFTER] = "after",
	};

	return name[step];
}

void md_word_changes_free(struct md_word_change *words)
{
	if (words == NULL)
		return;
	for (enum md_step step = 0; step < MD_STEPS; step++) {
		g_array_unref(words[step].runs);
		g_string_free(words[step].text, TRUE);
	}
	g_free(words);
}

struct md_word_change *md_word_changes_find(struct md_workspace *workspace,
					    const struct md_columns *columns, gsize first,
					    gsize end)
{
	static const enum md_version from[MD_STEPS] = { MD_OLD_BASE, MD_OLD_BASE, MD_NEW_BASE };
	static const enum md_version to[MD_STEPS] = {
		[MD_STEP_UPSTREAM] = MD_NEW_BASE,
		[MD_STEP_BEFORE] = MD_OLD_DOWNSTREAM,
		[MD_STEP_AFTER] = MD_NEW_DOWNSTREAM,
	};
	g_autoptr(GString) before = g_string_new(NULL), after = g_string_new(NULL);
	struct md_word_change *words;

	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		md_columns_text(columns, first, end, version, before);
		if (before->len > MOST_BYTES)
			return NULL;
	}
	words = g_new(struct md_word_change, MD_STEPS);
	for (enum md_step step = 0; step < MD_STEPS; step++) {
		words[step].runs = g_array_new(FALSE, FALSE, sizeof(struct md_word_run));
		words[step].text = g_string_new(NULL);
		md_columns_text(columns, first, end, from[step], before);
		md_columns_text(columns, first, end, to[step], after);
		md_words_diff(workspace, (struct md_slice){ before->str, before->len },
			      (struct md_slice){ after->str, after->len }, words[step].runs,
			      words[step].text);
	}
	return words;
}
