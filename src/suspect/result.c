/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result: made, freed, and its parts named. */
#include "suspect/suspect.h"

#include "suspect/internal.h"

static const char *const change_names[] = {
	[MD_CHANGE_NEW] = "new",
	[MD_CHANGE_MODIFIED] = "modified",
	[MD_CHANGE_REMOVED] = "removed",
};

const char *md_change_name(enum md_change change)
{
	return change_names[change];
}

static const char *const hand_names[] = {
	[MD_HAND_UPSTREAM] = "upstream",
	[MD_HAND_DOWNSTREAM] = "downstream",
	[MD_HAND_BOTH] = "both",
};

const char *md_hand_name(enum md_hand hand)
{
	return hand_names[hand];
}

static void place_clear(void *data)
{
	struct md_place *place = data;

	g_free(place->path);
}

static void line_clear(void *data)
{
	struct md_suspect_line *line = data;

	g_free(line->text);
}

struct md_suspect *md_suspect_new(void)
{
	struct md_suspect *suspect = g_new0(struct md_suspect, 1);

	suspect->why = g_ptr_array_new_with_free_func(g_free);
	suspect->commits = g_ptr_array_new();
	suspect->lines = g_array_new(FALSE, TRUE, sizeof(struct md_suspect_line));
	g_array_set_clear_func(suspect->lines, line_clear);
	return suspect;
}

void md_suspect_free(struct md_suspect *suspect)
{
	if (suspect == NULL)
		return;
	g_free(suspect->symbol);
	g_free(suspect->path);
	g_ptr_array_unref(suspect->why);
	g_ptr_array_unref(suspect->commits);
	g_array_unref(suspect->lines);
	g_free(suspect);
}

static void suspect_free(void *data)
{
	md_suspect_free(data);
}

struct md_suspect_commit *md_suspect_commit_new(void)
{
	struct md_suspect_commit *commit = g_new0(struct md_suspect_commit, 1);

	commit->symbols = g_ptr_array_new_with_free_func(g_free);
	commit->why = g_ptr_array_new_with_free_func(g_free);
	return commit;
}

static void suspect_commit_free(void *data)
{
	struct md_suspect_commit *commit = data;

	g_ptr_array_unref(commit->symbols);
	g_ptr_array_unref(commit->why);
	g_free(commit);
}

static void commit_free(void *data)
{
	md_commit_free(data);
}

struct md_suspects *md_suspects_empty(const struct md_report *report)
{
	struct md_suspects *suspects = g_new0(struct md_suspects, 1);

	suspects->report = report;
	suspects->places = g_array_new(FALSE, TRUE, sizeof(struct md_place));
	g_array_set_clear_func(suspects->places, place_clear);
	suspects->suspects = g_ptr_array_new_with_free_func(suspect_free);
	suspects->commits = g_ptr_array_new_with_free_func(suspect_commit_free);
	suspects->named = g_ptr_array_new_with_free_func(commit_free);
	suspects->revert = g_ptr_array_new_with_free_func(g_free);
	return suspects;
}

void md_suspects_free(struct md_suspects *suspects)
{
	if (suspects == NULL)
		return;
	g_array_unref(suspects->places);
	g_ptr_array_unref(suspects->suspects);
	g_ptr_array_unref(suspects->commits);
	g_ptr_array_unref(suspects->named);
	g_ptr_array_unref(suspects->revert);
	g_free(suspects);
}

/*
 * Revert takes upstream's change out of a downstream by both bases. What the downstream did
 * itself between its own two versions is in neither base: these versions are then the two
 * sources, and must be whole trees.
 */
guint md_suspects_revert_sources(const struct md_suspects *suspects,
				 enum md_version sources[MD_VERSIONS])
{
	struct md_tree *const *tree = suspects->tree;
	guint count = 0;

	if (suspects->revert->len == 0)
		return 0;
	if ((suspects->revert_hands & MD_HAND_DOWNSTREAM) == 0) {
		sources[count++] = MD_OLD_BASE;
		sources[count++] = MD_NEW_BASE;
		if (tree[MD_NEW_DOWNSTREAM] != NULL)
			sources[count++] = MD_NEW_DOWNSTREAM;
		return count;
	}
	if (md_tree_base(tree[MD_OLD_DOWNSTREAM]) != NULL ||
	    md_tree_base(tree[MD_NEW_DOWNSTREAM]) != NULL)
		return 0;
	sources[count++] = MD_OLD_DOWNSTREAM;
	sources[count++] = MD_NEW_DOWNSTREAM;
	return count;
}
