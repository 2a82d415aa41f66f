/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of a comparison. First that nothing was left out: each path that a patch
 * changes is, in every version that has it, in one file that was compared, and in one
 * alone. Then file by file, on all cores.
 */
#include "verify/internal.h"

#include <string.h>

struct proof {
	struct md_comparison *comparison;
	struct md_verification *found;
	GHashTable *files; /* name to struct md_file_comparison */
	char **reason;	   /* [pairs]; NULL: it passed */
	GAsyncQueue *workspaces;
};

static const struct md_file_paths *pair_at(const struct md_comparison *comparison, gsize index)
{
	return &g_array_index(comparison->pairs, struct md_file_paths, index);
}

/* The name that md_compare() gave the file, where it kept it; any of its paths else. */
static const char *name_of(const struct proof *proof, const struct md_file_paths *paths,
			   const struct md_file_comparison **file)
{
	for (enum md_version version = MD_VERSIONS; version-- > 0;) {
		*file = g_hash_table_lookup(proof->files, paths->path[version]);
		if (*file != NULL && g_strcmp0((*file)->path[version], paths->path[version]) == 0)
			return (*file)->name;
	}
	*file = NULL;
	return paths->path[MD_NEW_DOWNSTREAM];
}

static void add_failure(const struct proof *proof, const char *path, char *reason)
{
	struct md_failure *failure = g_new(struct md_failure, 1);

	failure->path = g_strdup(path);
	failure->reason = reason;
	g_ptr_array_add(proof->found->failed, failure);
}

/* ------------------------------------------------------------ nothing left out */

static gboolean check_path(const struct proof *proof, GHashTable *covered, const char *path,
			   enum md_version version, GError **error)
{
	struct md_entry entry;

	if (!md_tree_stat(proof->comparison->tree[version], path, &entry, error))
		return FALSE;
	if (entry.mode != MD_MODE_ABSENT && !g_hash_table_contains(covered, path))
		add_failure(proof, path,
			    g_strdup_printf("the %s has it, but it was not compared",
					    md_version_name(version)));
	return TRUE;
}

static gboolean check_version(const struct proof *proof, enum md_version version, GError **error)
{
	const struct md_comparison *comparison = proof->comparison;
	g_autoptr(GHashTable) covered = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < comparison->pairs->len; i++) {
		const char *path = pair_at(comparison, i)->path[version];

		if (!g_hash_table_add(covered, (char *)path))
			add_failure(proof, path, g_strdup("it was compared twice"));
	}
	for (guint i = 0; i < comparison->paths->len; i++) {
		if (!check_path(proof, covered, g_ptr_array_index(comparison->paths, i), version,
				error))
			return FALSE;
	}
	return TRUE;
}

/* ------------------------------------------------------------------ each file */

static gboolean check_pair(gsize index, void *data, GError **error)
{
	struct proof *proof = data;
	const struct md_file_paths *paths = pair_at(proof->comparison, index);
	struct md_workspace *workspace = md_workspaces_take(proof->workspaces);
	const struct md_file_comparison *file;
	gboolean done;

	name_of(proof, paths, &file);
	done = md_verify_file(proof->comparison, paths, file, workspace, &proof->reason[index],
			      error);
	g_async_queue_push(proof->workspaces, workspace);
	return done;
}

static void collect_reasons(const struct proof *proof)
{
	const struct md_comparison *comparison = proof->comparison;
	const struct md_file_comparison *file;

	for (guint i = 0; i < comparison->pairs->len; i++) {
		const char *name = name_of(proof, pair_at(comparison, i), &file);

		if (proof->reason[i] != NULL)
			add_failure(proof, name, g_steal_pointer(&proof->reason[i]));
		if (file != NULL)
			g_hash_table_remove(proof->files, name);
	}
}

/* What is left: files that are shown, though no patch changes them. */
static void collect_strangers(const struct proof *proof)
{
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, proof->files);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		add_failure(proof, name, g_strdup("it is shown, but was not compared"));
}

static int compare_failures(const void *a, const void *b)
{
	return strcmp((*(struct md_failure *const *)a)->path,
		      (*(struct md_failure *const *)b)->path);
}

static gboolean check_all(struct proof *proof, guint jobs, const struct md_hooks *hooks,
			  GError **error)
{
	const struct md_comparison *comparison = proof->comparison;

	for (guint i = 0; i < comparison->files->len; i++) {
		struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);

		g_hash_table_insert(proof->files, (char *)file->name, file);
	}
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (!check_version(proof, version, error))
			return FALSE;
	}
	if (!md_parallel_for(comparison->pairs->len, jobs, check_pair, proof, hooks, "verifying",
			     error))
		return FALSE;
	collect_reasons(proof);
	collect_strangers(proof);
	g_ptr_array_sort(proof->found->failed, compare_failures);
	return TRUE;
}

gboolean md_verify(struct md_comparison *comparison, guint jobs, const struct md_hooks *hooks,
		   GError **error)
{
	gsize count = comparison->pairs->len;
	g_autofree char **reason = g_new0(char *, count);
	g_autoptr(GHashTable) files = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GAsyncQueue) workspaces = md_workspaces_new();
	MD_AUTOPTR(md_verification) found = md_verification_new();
	struct proof proof = { comparison, found, files, reason, workspaces };
	gboolean done = check_all(&proof, jobs, hooks, error);

	for (gsize i = 0; i < count; i++)
		g_free(reason[i]);
	if (!done)
		return FALSE;
	found->files = count;
	md_verification_free(comparison->verification);
	comparison->verification = g_steal_pointer(&found);
	return TRUE;
}

gboolean md_verify_passed(const struct md_comparison *comparison, GError **error)
{
	const GPtrArray *failed = comparison->verification->failed;
	const struct md_failure *first;

	if (failed->len == 0)
		return TRUE;
	first = g_ptr_array_index(failed, 0);
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s (%u of %zu files fail --verify)",
		    first->path, first->reason, failed->len, comparison->verification->files);
	return FALSE;
}
