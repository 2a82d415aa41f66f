/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree that is another one with some files replaced in memory. */
#include "tree/source.h"

struct overlay_file {
	guint32 mode;
	GBytes *content; /* NULL: gone */
};

struct overlay_tree {
	struct md_tree tree;
	GHashTable *files; /* path to struct overlay_file */
};

static void file_free(void *data)
{
	struct overlay_file *file = data;

	g_clear_pointer(&file->content, g_bytes_unref);
	g_free(file);
}

static gboolean overlay_load(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
			     GError **error)
{
	return md_tree_load(tree->base, paths, hooks, error);
}

static gboolean overlay_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
			     GError **error)
{
	const struct overlay_file *file =
		g_hash_table_lookup(((struct overlay_tree *)tree)->files, path);

	if (file == NULL)
		return md_tree_stat(tree->base, path, entry, error);
	entry->mode = file->mode;
	return TRUE;
}

static gboolean overlay_read(struct md_tree *tree, const char *path, guint32 *mode,
			     GBytes **content, GError **error)
{
	const struct overlay_file *file =
		g_hash_table_lookup(((struct overlay_tree *)tree)->files, path);

	if (file == NULL)
		return md_tree_read(tree->base, path, mode, content, error);
	*mode = file->mode;
	*content = file->content ? g_bytes_ref(file->content) : NULL;
	return TRUE;
}

static gboolean overlay_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
				const struct md_hooks *hooks, GError **error)
{
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, ((struct overlay_tree *)downstream)->files);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_hash_table_add(paths, g_strdup(path));
	return TRUE;
}

static void overlay_free(struct md_tree *tree)
{
	g_hash_table_unref(((struct overlay_tree *)tree)->files);
	g_free(tree);
}

static const struct md_tree_ops overlay_ops = {
	.free = overlay_free,
	.load = overlay_load,
	.stat = overlay_stat,
	.read = overlay_read,
	.changes = overlay_changes,
};

struct md_tree *md_tree_overlay_new(struct md_tree *base, const char *name)
{
	struct overlay_tree *overlay = g_new0(struct overlay_tree, 1);

	overlay->tree.ops = &overlay_ops;
	overlay->tree.name = g_strdup(name);
	overlay->tree.base = base;
	overlay->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
	return &overlay->tree;
}

void md_tree_overlay_set(struct md_tree *overlay, const char *path, guint32 mode, GBytes *content)
{
	struct overlay_file *file = g_new(struct overlay_file, 1);

	file->mode = mode;
	file->content = content ? g_bytes_ref(content) : NULL;
	g_hash_table_replace(((struct overlay_tree *)overlay)->files, g_strdup(path), file);
}
