/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many folders to drop from the names of a patch, where nobody says: the
 * number with which most of its files are there.  Of several, one folder, as
 * git and quilt write it, goes before none, and none before more.
 */
#include "patch/strip.h"

#include "patch/names.h"

/* The order in which equally good strips are preferred. */
static guint strip_rank(guint strip)
{
	return strip == 1 ? 0 : strip == 0 ? 1 : strip;
}

/* How many strips make sense for any name of @patch. */
static guint strip_count(const struct md_patch *patch)
{
	guint count = 2;

	for (guint i = 0; i < patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		if (file->old_name != NULL)
			count = MAX(count, md_name_strips(file->old_name));
		if (file->new_name != NULL)
			count = MAX(count, md_name_strips(file->new_name));
	}
	return count;
}

static gboolean is_there(struct md_patched *patched, const char *name, guint strip)
{
	g_autofree char *path = name ? md_patch_strip_name(name, strip) : NULL;

	return path != NULL && md_patched_exists(patched, path);
}

guint md_strip_find(struct md_patched *patched, const struct md_patch *patch)
{
	guint count = strip_count(patch), best = 1, best_files = 0;

	for (guint strip = 0; strip < count; strip++) {
		guint files = 0;

		for (guint i = 0; i < patch->files->len; i++) {
			const struct md_patch_file *file = g_ptr_array_index(patch->files, i);

			files += is_there(patched, file->old_name, strip) ||
				 is_there(patched, file->new_name, strip);
		}
		if (files > best_files ||
		    (files == best_files && strip_rank(strip) < strip_rank(best))) {
			best = strip;
			best_files = files;
		}
	}
	return best;
}

static void add_path(GHashTable *paths, const char *name, guint strip)
{
	g_autofree char *path = name ? md_patch_strip_name(name, strip) : NULL;

	/* Adding a key that is there already would replace it, unfreed. */
	if (path != NULL && !g_hash_table_contains(paths, path))
		g_hash_table_add(paths, g_steal_pointer(&path));
}

GPtrArray *md_patch_paths(const struct md_patch *patch, int strip)
{
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	guint first = strip == MD_STRIP_FIND ? 0 : (guint)strip;
	guint end = strip == MD_STRIP_FIND ? strip_count(patch) : first + 1;
	GHashTableIter iter;
	gpointer path;

	for (guint i = 0; i < patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		for (guint level = first; level < end; level++) {
			add_path(set, file->old_name, level);
			add_path(set, file->new_name, level);
		}
	}
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_ptr_array_add(paths, path);
	return paths;
}
