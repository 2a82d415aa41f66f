/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door: hands each call to the kind that the tree is of. */
#include "tree/source.h"

#include <string.h>

GHashTable *md_path_set_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void md_tree_free(struct md_tree *tree)
{
	g_autofree char *name = NULL;
	g_autoptr(GHashTable) listing = NULL;

	if (tree == NULL)
		return;
	name = tree->name;
	listing = tree->listing;
	tree->ops->free(tree);
}

const char *md_tree_name(const struct md_tree *tree)
{
	return tree->name;
}

struct md_tree *md_tree_base(const struct md_tree *tree)
{
	return tree->base;
}

gboolean md_tree_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			 const struct md_hooks *hooks, GError **error)
{
	if (base == downstream)
		return TRUE;
	/* What lies on a tree names its changes itself, whatever that is. */
	if (downstream->ops->changes != NULL &&
	    (downstream->ops->list == NULL || base->ops == downstream->ops))
		return downstream->ops->changes(base, downstream, paths, hooks, error);
	return md_listing_changes(base, downstream, paths, hooks, error);
}

gboolean md_tree_load(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
		      GError **error)
{
	return tree->ops->load == NULL || tree->ops->load(tree, paths, hooks, error);
}

gboolean md_tree_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
		      GError **error)
{
	struct md_entry found = { .mode = MD_MODE_ABSENT };

	if (!tree->ops->stat(tree, path, &found, error))
		return FALSE;
	*entry = found;
	return TRUE;
}

gboolean md_tree_read(struct md_tree *tree, const char *path, guint32 *mode, GBytes **content,
		      GError **error)
{
	guint32 found_mode = MD_MODE_ABSENT;
	GBytes *found = NULL;

	if (!tree->ops->read(tree, path, &found_mode, &found, error))
		return FALSE;
	if (mode != NULL)
		*mode = found_mode;
	*content = found;
	return TRUE;
}

gboolean md_tree_history(struct md_tree *older, struct md_tree *newer, struct md_history *history,
			 const struct md_hooks *hooks, GError **error)
{
	return older->ops != newer->ops || newer->ops->history == NULL ||
	       newer->ops->history(older, newer, history, hooks, error);
}

gboolean md_commits_new(struct md_tree *older, struct md_tree *newer, struct md_commits **commits,
			const struct md_hooks *hooks, GError **error)
{
	struct md_commits *found = NULL;

	if (older->ops == newer->ops && newer->ops->commits != NULL &&
	    !newer->ops->commits(older, newer, &found, hooks, error))
		return FALSE;
	*commits = found;
	return TRUE;
}

void md_commit_free(struct md_commit *commit)
{
	if (commit == NULL)
		return;
	g_free(commit->subject);
	g_free(commit);
}

gboolean md_tree_files(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
		       GError **error)
{
	GHashTableIter iter;
	GHashTable *listing;
	void *path;

	if (tree->ops->list == NULL) {
		if (tree->base != NULL && !md_tree_files(tree->base, paths, hooks, error))
			return FALSE;
		return tree->ops->changes(tree->base, tree, paths, hooks, error);
	}
	listing = md_tree_list(tree, hooks, error);
	if (listing == NULL)
		return FALSE;
	g_hash_table_iter_init(&iter, listing);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_hash_table_add(paths, g_strdup(path));
	return TRUE;
}

gboolean md_name_is_proper(const char *name, gsize size)
{
	if (size == 0 || memchr(name, '/', size) != NULL || memchr(name, '\0', size) != NULL)
		return FALSE;
	if (name[0] != '.')
		return TRUE;
	return !(size == 1 || (size == 2 && name[1] == '.') ||
		 (size == 4 && memcmp(name, ".git", 4) == 0));
}

gboolean md_path_is_proper(const char *path)
{
	if (strlen(path) > MD_LIMIT_PATH)
		return FALSE;
	for (;;) {
		gsize size = strcspn(path, "/");

		if (!md_name_is_proper(path, size))
			return FALSE;
		if (path[size] == '\0')
			return TRUE;
		path += size + 1;
	}
}
