/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of one file that lies in memory. */
#include "memory_tree.h"

#include "tree/source.h"

struct memory_tree {
	struct md_tree tree;
	guint32 mode;
	struct md_slice content;
};

static void memory_free(struct md_tree *tree)
{
	g_free(tree);
}

static gboolean memory_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
			    GError **error)
{
	const struct memory_tree *memory = (const struct memory_tree *)tree;

	if (g_str_equal(path, MEMORY_TREE_PATH) && memory->content.data != NULL)
		entry->mode = memory->mode;
	return TRUE;
}

static gboolean memory_read(struct md_tree *tree, const char *path, guint32 *mode, GBytes **content,
			    GError **error)
{
	const struct memory_tree *memory = (const struct memory_tree *)tree;

	if (!g_str_equal(path, MEMORY_TREE_PATH) || memory->content.data == NULL)
		return TRUE;
	*mode = memory->mode;
	*content = g_bytes_new(memory->content.data, memory->content.size);
	return TRUE;
}

/* Where one of the two trees is empty that is a change as well. */
static gboolean memory_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			       const struct md_hooks *hooks, GError **error)
{
	g_hash_table_add(paths, g_strdup(MEMORY_TREE_PATH));
	return TRUE;
}

static GHashTable *memory_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error)
{
	const struct memory_tree *memory = (const struct memory_tree *)tree;
	GHashTable *listing = md_listing_new();
	struct md_listed *listed;

	if (memory->content.data == NULL)
		return listing;
	listed = g_new0(struct md_listed, 1);
	listed->name = g_strdup(MEMORY_TREE_PATH);
	listed->entry.mode = memory->mode;
	listed->size = memory->content.size;
	g_hash_table_replace(listing, listed->name, listed);
	return listing;
}

static const struct md_tree_ops memory_ops = {
	.free = memory_free,
	.stat = memory_stat,
	.read = memory_read,
	.list = memory_list,
	.changes = memory_changes,
};

struct md_tree *memory_tree_new(const char *name, guint32 mode, struct md_slice content)
{
	struct memory_tree *memory = g_new0(struct memory_tree, 1);

	memory->tree.ops = &memory_ops;
	memory->tree.name = g_strdup(name);
	memory->mode = mode;
	memory->content = content;
	return &memory->tree;
}
