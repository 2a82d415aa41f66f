/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk: which paths either patch touches, both sides loaded at once, then
 * every file by itself on all cores.
 */
#include "compare/internal.h"

#include <string.h>

struct sides {
	struct md_tree *const *tree;
	GHashTable *changes[MD_SIDES]; /* by side */
	GHashTable *wanted;	       /* of both */
	const struct md_hooks *hooks;
};

static gboolean find_changes(gsize side, void *data, GError **error)
{
	struct sides *sides = data;

	return md_tree_changes(sides->tree[md_side_base((enum md_side)side)],
			       sides->tree[md_side_downstream((enum md_side)side)],
			       sides->changes[side], sides->hooks, error);
}

static gboolean load_side(gsize side, void *data, GError **error)
{
	struct sides *sides = data;
	struct md_tree *base = sides->tree[md_side_base((enum md_side)side)];
	struct md_tree *downstream = sides->tree[md_side_downstream((enum md_side)side)];

	/* A patched tree loads what it lies on. */
	if (md_tree_base(downstream) != base &&
	    !md_tree_load(base, sides->wanted, sides->hooks, error))
		return FALSE;
	return md_tree_load(downstream, sides->wanted, sides->hooks, error);
}

/* The paths that either side touches, sorted. */
static GPtrArray *list_paths(struct sides *sides)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (enum md_side side = 0; side < MD_SIDES; side++) {
		GHashTableIter iter;
		void *path;

		g_hash_table_iter_init(&iter, sides->changes[side]);
		while (g_hash_table_iter_next(&iter, &path, NULL)) {
			if (g_hash_table_add(sides->wanted, g_strdup(path)))
				g_ptr_array_add(paths, g_strdup(path));
		}
	}
	g_ptr_array_sort(paths, md_compare_strings);
	return paths;
}

struct work {
	struct md_tree *const *tree;
	const struct md_compare_settings *settings;
	GArray *files;			    /* of struct md_file_paths */
	struct md_file_comparison **result; /* one a file */
	GAsyncQueue *workspaces;	    /* those that no thread works in */
};

static gboolean compare_path(gsize index, void *data, GError **error)
{
	struct work *work = data;
	struct md_workspace *workspace = md_workspaces_take(work->workspaces);
	gboolean done;

	done = md_compare_file(work->tree, &g_array_index(work->files, struct md_file_paths, index),
			       work->settings, workspace, &work->result[index], error);
	g_async_queue_push(work->workspaces, workspace);
	return done;
}

static void summarize_file(struct md_summary *summary, const struct md_file_comparison *file,
			   guint32 shown)
{
	summary->files += md_file_comparison_is_news(file, shown);
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		summary->regions[region->class]++;
		summary->backports += region->backport != NULL;
		if (!md_file_region_is_news(region, shown))
			continue;
		for (gsize line = 0; line < region->count; line++) {
			if (md_mark_is_shown(region->mark[line], shown))
				summary->marks[region->mark[line] % MD_MARKS]++;
		}
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(struct md_file_comparison *const *)a)->name,
		      (*(struct md_file_comparison *const *)b)->name);
}

/* Settles what a reader is told. */
static void tell(struct md_comparison *comparison)
{
	/* A file that was renamed came at its old name. */
	g_ptr_array_sort(comparison->files, compare_names);
	md_riders_join(comparison->files);
	md_moves_find(comparison->files, comparison->shown);
	md_riders_arrive(comparison->files);
	for (guint i = 0; i < comparison->files->len; i++)
		md_moves_tell(g_ptr_array_index(comparison->files, i), comparison->shown);
}

static void summarize(struct md_comparison *comparison)
{
	for (guint i = 0; i < comparison->files->len; i++)
		summarize_file(&comparison->summary, g_ptr_array_index(comparison->files, i),
			       comparison->shown);
	for (enum md_side side = 0; side < MD_SIDES; side++)
		comparison->summary.rejects += md_comparison_rejects(comparison, side)->len;
}

static gboolean compare_files(struct md_comparison *comparison,
			      const struct md_compare_settings *settings, GAsyncQueue *workspaces,
			      const struct md_hooks *hooks, GError **error)
{
	GArray *files = comparison->pairs;
	g_autofree struct md_file_comparison **result =
		g_new0(struct md_file_comparison *, files->len);
	struct work work = { comparison->tree, settings, files, result, workspaces };
	gboolean done = md_parallel_for(files->len, settings->jobs, compare_path, &work, hooks,
					"comparing", error);

	for (guint i = 0; i < files->len; i++) {
		if (result[i] != NULL)
			g_ptr_array_add(comparison->files, result[i]);
	}
	return done;
}

static gboolean compare_paths(struct md_comparison *comparison,
			      const struct md_compare_settings *settings, GAsyncQueue *workspaces,
			      const struct md_hooks *hooks, GError **error)
{
	comparison->renames =
		md_renames_find(comparison->tree, comparison->paths, settings->jobs, hooks, error);
	if (comparison->renames == NULL)
		return FALSE;
	comparison->pairs =
		md_renames_pair(comparison->tree, comparison->paths, comparison->renames);
	return compare_files(comparison, settings, workspaces, hooks, error);
}

static void file_destroy(void *file)
{
	md_file_comparison_free(file);
}

static void commit_destroy(void *commit)
{
	md_commit_free(commit);
}

struct md_comparison *md_compare(struct md_tree *const tree[MD_VERSIONS],
				 const struct md_compare_settings *settings,
				 const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_comparison) comparison = g_new0(struct md_comparison, 1);
	g_autoptr(GHashTable) old_changes = md_path_set_new();
	g_autoptr(GHashTable) new_changes = md_path_set_new();
	g_autoptr(GHashTable) wanted = md_path_set_new();
	g_autoptr(GAsyncQueue) workspaces = md_workspaces_new();
	struct sides sides = { tree, { old_changes, new_changes }, wanted, hooks };

	memcpy(comparison->tree, tree, sizeof(comparison->tree));
	comparison->later = settings->later;
	comparison->shown = settings->shown;
	comparison->filtered = settings->paths != NULL || settings->shown != md_mark_set_shown();
	comparison->files = g_ptr_array_new_with_free_func(file_destroy);
	comparison->others = g_ptr_array_new_with_free_func(file_destroy);
	comparison->commits = g_ptr_array_new_with_free_func(commit_destroy);
	if (!md_parallel_for(MD_SIDES, settings->jobs, find_changes, &sides, NULL, NULL, error))
		return NULL;
	comparison->paths = list_paths(&sides);
	if (!md_parallel_for(MD_SIDES, settings->jobs, load_side, &sides, NULL, NULL, error))
		return NULL;
	if (!compare_paths(comparison, settings, workspaces, hooks, error))
		return NULL;
	tell(comparison);
	md_asked_choose(comparison, settings);
	if (settings->later != NULL &&
	    !md_backports_find(comparison, settings, workspaces, hooks, error))
		return NULL;
	if (!md_history_find(comparison, settings, hooks, error))
		return NULL;
	summarize(comparison);
	return g_steal_pointer(&comparison);
}

static void failure_free(void *data)
{
	struct md_failure *failure = data;

	g_free(failure->path);
	g_free(failure->reason);
	g_free(failure);
}

struct md_verification *md_verification_new(void)
{
	struct md_verification *verification = g_new0(struct md_verification, 1);

	verification->failed = g_ptr_array_new_with_free_func(failure_free);
	return verification;
}

void md_verification_free(struct md_verification *verification)
{
	if (verification == NULL)
		return;
	g_ptr_array_unref(verification->failed);
	g_free(verification);
}

void md_comparison_free(struct md_comparison *comparison)
{
	if (comparison == NULL)
		return;
	g_ptr_array_unref(comparison->files);
	g_ptr_array_unref(comparison->others);
	g_clear_pointer(&comparison->pairs, g_array_unref);
	g_clear_pointer(&comparison->renames, g_hash_table_unref);
	g_clear_pointer(&comparison->paths, g_ptr_array_unref);
	md_verification_free(comparison->verification);
	g_ptr_array_unref(comparison->commits);
	g_free(comparison);
}

gsize md_comparison_file_count(const struct md_comparison *comparison)
{
	return comparison->summary.files;
}

const GPtrArray *md_comparison_rejects(const struct md_comparison *comparison, enum md_side side)
{
	return md_tree_rejects(comparison->tree[md_side_downstream(side)], NULL);
}

gsize md_comparison_hunk_count(const struct md_comparison *comparison, enum md_side side)
{
	gsize hunks;

	md_tree_rejects(comparison->tree[md_side_downstream(side)], &hunks);
	return hunks;
}

gsize md_comparison_reject_count(const struct md_comparison *comparison, enum md_side side)
{
	return md_comparison_rejects(comparison, side)->len;
}
