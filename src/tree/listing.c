/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two whole trees compared by their listings, whatever kinds they are of.
 * Git and archives list each file with its id; folders, which would have to be
 * read for that, with its size.  So most files are decided here at once, and
 * only those are read where a folder is involved and mode and size agree.
 */
#include "tree/source.h"

#include <string.h>

void md_listed_free(struct md_listed *listed)
{
	g_free(listed->name);
	g_free(listed);
}

static void free_listed(gpointer listed)
{
	md_listed_free(listed);
}

GHashTable *md_listing_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_listed);
}

gboolean md_tally_add(struct md_tally *tally, const char *tree, gsize path_size, GError **error)
{
	tally->entries++;
	tally->names += path_size;
	if (tally->entries <= MD_LIMIT_ENTRIES && tally->names <= MD_LIMIT_NAMES)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
		    "%s: more than %" G_GUINT64_FORMAT " files, or %u GiB of names", tree,
		    MD_LIMIT_ENTRIES, (guint)(MD_LIMIT_NAMES / MD_GIB));
	return FALSE;
}

void md_blob_id(struct md_slice content, guint8 id[MD_ID_SIZE])
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
	g_autofree char *head = g_strdup_printf("blob %zu", content.size);
	gsize size = MD_ID_SIZE;

	/* The NUL behind the head is part of what git hashes. */
	g_checksum_update(checksum, (const guchar *)head, strlen(head) + 1);
	/* A gssize is what GLib takes: no single content reaches half the memory. */
	g_checksum_update(checksum, (const guchar *)content.data, (gssize)content.size);
	g_checksum_get_digest(checksum, id, &size);
}

/* A path in both listings that only the contents can decide. */
struct doubt {
	const char *path;
	const struct md_listed *base, *downstream;
	gboolean differs;
};

struct doubts {
	struct md_tree *base, *downstream;
	GArray *doubt; /* of struct doubt */
};

/* Reads only where @listed has no id. */
static gboolean get_id(struct md_tree *tree, const char *path, const struct md_listed *listed,
		       guint8 id[MD_ID_SIZE], GError **error)
{
	g_autoptr(GBytes) content = NULL;

	if (listed->entry.has_id) {
		memcpy(id, listed->entry.id, MD_ID_SIZE);
		return TRUE;
	}
	if (!md_tree_read(tree, path, NULL, &content, error))
		return FALSE;
	md_blob_id(md_slice_from_bytes(content), id);
	return TRUE;
}

static gboolean settle_by_id(const struct doubts *doubts, struct doubt *doubt, GError **error)
{
	guint8 base[MD_ID_SIZE], downstream[MD_ID_SIZE];

	if (!get_id(doubts->base, doubt->path, doubt->base, base, error) ||
	    !get_id(doubts->downstream, doubt->path, doubt->downstream, downstream, error))
		return FALSE;
	doubt->differs = memcmp(base, downstream, MD_ID_SIZE) != 0;
	return TRUE;
}

static gboolean settle_by_content(const struct doubts *doubts, struct doubt *doubt, GError **error)
{
	g_autoptr(GBytes) base = NULL;
	g_autoptr(GBytes) downstream = NULL;

	if (!md_tree_read(doubts->base, doubt->path, NULL, &base, error) ||
	    !md_tree_read(doubts->downstream, doubt->path, NULL, &downstream, error))
		return FALSE;
	doubt->differs =
		!md_slice_equal(md_slice_from_bytes(base), md_slice_from_bytes(downstream));
	return TRUE;
}

static gboolean settle(gsize index, void *data, GError **error)
{
	const struct doubts *doubts = data;
	struct doubt *doubt = &g_array_index(doubts->doubt, struct doubt, index);

	if (doubt->base->entry.has_id || doubt->downstream->entry.has_id)
		return settle_by_id(doubts, doubt, error);
	return settle_by_content(doubts, doubt, error);
}

/* Whether the listings alone tell; if so, *@differs. */
static gboolean is_clear(const struct md_listed *a, const struct md_listed *b, gboolean *differs)
{
	*differs = TRUE;
	if (a->entry.mode != b->entry.mode)
		return TRUE;
	if (a->entry.has_id && b->entry.has_id) {
		*differs = memcmp(a->entry.id, b->entry.id, MD_ID_SIZE) != 0;
		return TRUE;
	}
	if (a->entry.has_id || b->entry.has_id)
		return FALSE;
	if (a->size != b->size)
		return TRUE;
	/* Kernel folders are often copied as hard links ("cp -al"). */
	*differs = FALSE;
	return a->inode != 0 && a->inode == b->inode && a->device == b->device;
}

static void compare_listed(struct doubts *doubts, const char *path, const struct md_listed *base,
			   const struct md_listed *downstream, GHashTable *paths)
{
	struct doubt doubt = { path, base, downstream, FALSE };

	if (!is_clear(base, downstream, &doubt.differs))
		g_array_append_val(doubts->doubt, doubt);
	else if (doubt.differs)
		g_hash_table_add(paths, g_strdup(path));
}

struct pair {
	struct md_tree *tree[2];
	const struct md_hooks *hooks;
};

static gboolean list_tree(gsize index, void *data, GError **error)
{
	const struct pair *pair = data;

	return md_tree_list(pair->tree[index], pair->hooks, error) != NULL;
}

/*
 * Adds the paths that only one listing has, and those that is_clear() can
 * tell.  Returns how many paths are in both.
 */
static gsize compare_listings(struct doubts *doubts, GHashTable *paths)
{
	GHashTable *base = doubts->base->listing, *downstream = doubts->downstream->listing;
	GHashTableIter iter;
	gpointer path, listed;
	gsize shared = 0;

	g_hash_table_iter_init(&iter, base);
	while (g_hash_table_iter_next(&iter, &path, &listed)) {
		const struct md_listed *other = g_hash_table_lookup(downstream, path);

		shared += other != NULL;
		if (other == NULL)
			g_hash_table_add(paths, g_strdup(path));
		else
			compare_listed(doubts, path, listed, other, paths);
	}
	g_hash_table_iter_init(&iter, downstream);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (!g_hash_table_contains(base, path))
			g_hash_table_add(paths, g_strdup(path));
	}
	return shared;
}

/* A tree of fewer files may be a driver by itself, replaced by another. */
#define LEAST_TO_DOUBT 100

/* A folder of patches without a series, a wrong order: an answer would only mislead. */
static gboolean check_shared(const struct doubts *doubts, gsize shared, GError **error)
{
	if (shared > 0 || g_hash_table_size(doubts->base->listing) < LEAST_TO_DOUBT ||
	    g_hash_table_size(doubts->downstream->listing) == 0)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
		    "%s: has no file in common with its base %s; is it the right one?",
		    md_tree_name(doubts->downstream), md_tree_name(doubts->base));
	return FALSE;
}

gboolean md_listing_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			    const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(struct doubt));
	struct doubts doubts = { base, downstream, array };
	struct pair pair = { { base, downstream }, hooks };

	/* Two archives are two streams to decompress.  No hooks: each tells of itself. */
	if (!md_parallel_for(2, 2, list_tree, &pair, NULL, "", error))
		return FALSE;
	if (!check_shared(&doubts, compare_listings(&doubts, paths), error))
		return FALSE;
	if (!md_parallel_for(array->len, 0, settle, &doubts, hooks, "comparing files", error))
		return FALSE;
	for (guint i = 0; i < array->len; i++) {
		const struct doubt *doubt = &g_array_index(array, struct doubt, i);

		if (doubt->differs)
			g_hash_table_add(paths, g_strdup(doubt->path));
	}
	return TRUE;
}

/* By what changed, where that is quicker to know than what there is. */
static gboolean add_changed(struct md_tree *older, struct md_tree *newer, GHashTable *paths,
			    const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GHashTable) changed = md_path_set_new();
	GHashTableIter iter;
	gpointer path;

	if (!newer->ops->changes(older, newer, changed, hooks, error))
		return FALSE;
	g_hash_table_iter_init(&iter, changed);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		struct md_entry before, after;

		if (!md_tree_stat(older, path, &before, error) ||
		    !md_tree_stat(newer, path, &after, error))
			return FALSE;
		if (before.mode == MD_MODE_ABSENT && after.mode != MD_MODE_ABSENT)
			g_hash_table_add(paths, g_strdup(path));
	}
	return TRUE;
}

gboolean md_tree_added(struct md_tree *older, struct md_tree *newer, GHashTable *paths,
		       const struct md_hooks *hooks, GError **error)
{
	struct pair pair = { { older, newer }, hooks };
	GHashTableIter iter;
	gpointer path;

	if (older->ops == newer->ops && newer->ops->added != NULL)
		return newer->ops->added(older, newer, paths, hooks, error);
	if ((older->ops == newer->ops || newer->base == older) && newer->ops->changes != NULL)
		return add_changed(older, newer, paths, hooks, error);
	if (!md_parallel_for(2, 2, list_tree, &pair, NULL, "", error))
		return FALSE;
	g_hash_table_iter_init(&iter, newer->listing);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (!g_hash_table_contains(older->listing, path))
			g_hash_table_add(paths, g_strdup(path));
	}
	return TRUE;
}
