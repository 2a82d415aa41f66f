/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of all that was compared, the files that were asked for. The paths choose last: until then
 * a file stands beside all others that it, or lines of it, could have gone to or come from,
 * and what is told of it is the same whatever is asked for beside it.
 *
 * A file is asked for by any path that it has in the four versions, and by that of a file
 * that lines came to it from: these are told of at their new place alone.
 *
 * Cost: that of comparing all; the history of upstream is asked only about what stays.
 */
#include "compare/internal.h"

static gboolean is_asked(const struct md_compare_settings *settings,
			 const char *const path[MD_VERSIONS])
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (path[version] != NULL && md_compare_settings_match(settings, path[version]))
			return TRUE;
	}
	return FALSE;
}

/* Whether @file tells of lines that were in a file that is asked for. */
static gboolean took_from_asked(const struct md_compare_settings *settings,
				const struct md_file_comparison *file)
{
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		if ((region->origin != NULL &&
		     md_compare_settings_match(settings, region->origin->path)) ||
		    (region->arrived_from != NULL &&
		     md_compare_settings_match(settings, region->arrived_from)))
			return TRUE;
	}
	return FALSE;
}

/* Gives the names of the files that stay (not owned). */
static GHashTable *choose_files(struct md_comparison *comparison,
				const struct md_compare_settings *settings)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
	gsize count;
	g_autofree void **all = g_ptr_array_steal(comparison->files, &count);

	for (gsize i = 0; i < count; i++) {
		struct md_file_comparison *file = all[i];

		if (is_asked(settings, (const char *const *)file->path) ||
		    took_from_asked(settings, file)) {
			g_ptr_array_add(comparison->files, file);
			g_hash_table_add(names, (void *)file->name);
		} else {
			g_ptr_array_add(comparison->others, file);
		}
	}
	return names;
}

/* The name of a file is one of its paths, and of no other file. */
static gboolean has_name(const struct md_file_paths *paths, GHashTable *names)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (g_hash_table_contains(names, paths->path[version]))
			return TRUE;
	}
	return FALSE;
}

void md_asked_choose(struct md_comparison *comparison, const struct md_compare_settings *settings)
{
	g_autoptr(GHashTable) paths = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) names = NULL;

	if (settings->paths == NULL)
		return;
	names = choose_files(comparison, settings);
	for (guint i = comparison->pairs->len; i-- > 0;) {
		const struct md_file_paths *pair =
			&g_array_index(comparison->pairs, struct md_file_paths, i);

		if (!is_asked(settings, pair->path) && !has_name(pair, names)) {
			g_array_remove_index_fast(comparison->pairs, i);
			continue;
		}
		for (enum md_version version = 0; version < MD_VERSIONS; version++)
			g_hash_table_add(paths, (void *)pair->path[version]);
	}
	/* The strings of what stays are among these. */
	for (guint i = comparison->paths->len; i-- > 0;) {
		if (!g_hash_table_contains(paths, g_ptr_array_index(comparison->paths, i)))
			g_ptr_array_remove_index_fast(comparison->paths, i);
	}
}
