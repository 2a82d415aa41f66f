/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All files of a tree, whatever it is made of. The tree that all others lie on is gone
 * through once (an archive as a stream, the others by path on all cores); the files that
 * lie over it come behind it.
 */
#include "tree/source.h"

/* Puts into @listing what @tree, which lies over another, has at @path. */
static gboolean list_over(struct md_tree *tree, GHashTable *listing, const char *path,
			  GError **error)
{
	struct md_listed *listed;
	struct md_entry entry;

	if (!md_tree_stat(tree, path, &entry, error))
		return FALSE;
	g_hash_table_remove(listing, path);
	if (entry.mode == MD_MODE_ABSENT)
		return TRUE;
	listed = g_new0(struct md_listed, 1);
	listed->name = g_strdup(path);
	listed->entry = entry;
	if (!entry.has_id) {
		g_autoptr(GBytes) content = NULL;

		if (!md_tree_read(tree, path, NULL, &content, error)) {
			md_listed_free(listed);
			return FALSE;
		}
		listed->size = g_bytes_get_size(content);
	}
	g_hash_table_insert(listing, listed->name, listed);
	return TRUE;
}

/* What lies below, with what @tree has over it. */
static GHashTable *list_layers(struct md_tree *tree, const struct md_hooks *hooks, GError **error)
{
	GHashTable *below = md_tree_list(tree->base, hooks, error);
	g_autoptr(GHashTable) listing = md_listing_new();
	g_autoptr(GHashTable) over = md_path_set_new();
	GHashTableIter iter;
	gpointer path, known;

	if (below == NULL || !md_tree_changes(tree->base, tree, over, hooks, error) ||
	    !md_tree_load(tree, over, hooks, error))
		return NULL;
	g_hash_table_iter_init(&iter, below);
	while (g_hash_table_iter_next(&iter, &path, &known)) {
		struct md_listed *listed = g_memdup2(known, sizeof(*listed));
		gsize at = (gsize)((const char *)path - listed->name);

		/* The key lies inside the name. */
		listed->name = g_strdup(listed->name);
		g_hash_table_insert(listing, listed->name + at, listed);
	}
	g_hash_table_iter_init(&iter, over);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (!list_over(tree, listing, path, error))
			return NULL;
	}
	return g_steal_pointer(&listing);
}

GHashTable *md_tree_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error)
{
	if (tree->listing == NULL)
		tree->listing = tree->base != NULL ? list_layers(tree, hooks, error)
						   : tree->ops->list(tree, hooks, error);
	return tree->listing;
}

/* ------------------------------------------------------------------- walk */

struct walk {
	const struct md_tree_files *files;
	md_tree_visit visit;
	void *data;
	GPtrArray *paths; /* to read by path (not owned) */
};

static gboolean visit_below(void *data, const char *path, guint32 mode, GBytes *content,
			    GError **error)
{
	const struct walk *walk = data;

	return g_hash_table_contains(walk->files->over, path) ||
	       walk->visit(walk->data, path, mode, content, error);
}

static gboolean visit_path(gsize index, void *data, GError **error)
{
	const struct walk *walk = data;
	const char *path = g_ptr_array_index(walk->paths, index);
	g_autoptr(GBytes) content = NULL;
	guint32 mode;

	return md_tree_read(walk->files->tree, path, &mode, &content, error) &&
	       (mode == MD_MODE_ABSENT || walk->visit(walk->data, path, mode, content, error));
}

/* Adds the keys of @table, but for those in @without, sorted: neighbours lie near. */
static void take_paths(GPtrArray *paths, GHashTable *table, GHashTable *without)
{
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (without == NULL || !g_hash_table_contains(without, path))
			g_ptr_array_add(paths, path);
	}
	g_ptr_array_sort(paths, md_compare_strings);
}

gboolean md_tree_files_init(struct md_tree_files *files, struct md_tree *tree,
			    const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GHashTable) over = md_path_set_new();
	struct md_tree *lowest = tree;

	for (; lowest->base != NULL; lowest = lowest->base) {
		if (!md_tree_changes(lowest->base, lowest, over, hooks, error))
			return FALSE;
	}
	if (lowest->ops->visit == NULL && md_tree_list(lowest, hooks, error) == NULL)
		return FALSE;
	if (!md_tree_load(tree, over, hooks, error))
		return FALSE;
	*files = (struct md_tree_files){ tree, lowest, g_steal_pointer(&over) };
	return TRUE;
}

void md_tree_files_clear(struct md_tree_files *files)
{
	g_clear_pointer(&files->over, g_hash_table_unref);
}

gboolean md_tree_files_each(const struct md_tree_files *files, guint jobs, md_tree_visit visit,
			    void *data, const struct md_hooks *hooks, const char *phase,
			    GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	struct walk walk = { files, visit, data, paths };

	if (files->lowest->ops->visit != NULL) {
		if (!files->lowest->ops->visit(files->lowest, visit_below, &walk, hooks, error))
			return FALSE;
	} else {
		take_paths(paths, files->lowest->listing, files->over);
	}
	take_paths(paths, files->over, NULL);
	return md_parallel_for(paths->len, jobs, visit_path, &walk, hooks, phase, error);
}

gboolean md_tree_each(struct md_tree *tree, guint jobs, md_tree_visit visit, void *data,
		      const struct md_hooks *hooks, const char *phase, GError **error)
{
	__attribute__((cleanup(md_tree_files_clear))) struct md_tree_files files = { 0 };

	return md_tree_files_init(&files, tree, hooks, error) &&
	       md_tree_files_each(&files, jobs, visit, data, hooks, phase, error);
}
