/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive as a tree.  Reading one is seconds of decompressing, so it is
 * gone through as seldom as can be: once for the contents of all files that
 * are wanted, and once more, before, where a listing is asked for.
 *
 * Whether all entries share one top folder, which then is dropped, is only
 * known behind the last of them.  Until then a file is wanted where its path
 * is, as it stands or without the first folder.
 */
#include "tree/stream.h"

#include <string.h>
#include <sys/stat.h>

struct held {
	guint32 mode;
	GBytes *content;
};

struct archive_tree {
	struct md_tree tree;
	char *path;
	GHashTable *asked;  /* set of the paths loaded so far */
	GHashTable *files;  /* those of them that exist: path to struct held */
	gsize top_size;	    /* bytes of the top folder that every path begins with */
	gboolean top_known; /* some pass went to the end */
};

static void held_free(void *data)
{
	struct held *held = data;

	g_bytes_unref(held->content);
	g_free(held);
}

static struct held *held_new(guint32 mode, GBytes *content)
{
	struct held *held = g_new(struct held, 1);

	held->mode = mode;
	held->content = g_bytes_ref(content);
	return held;
}

/* Remembers what a pass that came to its end knows. */
static void keep_top(struct archive_tree *archive, const struct md_tar *tar)
{
	archive->top_size = md_tar_top_size(tar);
	archive->top_known = TRUE;
}

/* ---------------------------------------------------------------- loading */

/* One pass over the archive for contents. */
struct loader {
	struct md_tar *tar;
	GHashTable *wanted;  /* set of paths, with or without the top folder */
	GHashTable *missing; /* set of full paths that hard links lead to, not wanted so far */
	GHashTable *files;   /* full path to struct held */
	guint64 held;	     /* bytes of all contents kept */
};

static gboolean is_wanted(const struct loader *loader, const char *path)
{
	const char *slash = strchr(path, '/');

	return g_hash_table_contains(loader->wanted, path) ||
	       (slash != NULL && g_hash_table_contains(loader->wanted, slash + 1));
}

static gboolean keep(struct loader *loader, const struct md_tar_entry *entry, GBytes *content,
		     const char *path, GError **error)
{
	loader->held += g_bytes_get_size(content);
	if (loader->held > MD_LIMIT_HELD) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
			    "%s: the files wanted of it are larger than %u GiB", path,
			    (guint)(MD_LIMIT_HELD / MD_GIB));
		return FALSE;
	}
	g_hash_table_insert(loader->files, g_strdup(entry->path), held_new(entry->mode, content));
	return TRUE;
}

/* The content that the target has now: later entries of its name are no matter. */
static void load_hard_link(struct loader *loader, const struct md_tar_entry *entry)
{
	const struct held *held = g_hash_table_lookup(loader->files, entry->target);

	if (held != NULL)
		g_hash_table_replace(loader->files, g_strdup(entry->path),
				     held_new(held->mode, held->content));
	else if (!is_wanted(loader, entry->target))
		g_hash_table_add(loader->missing, g_strdup(entry->target));
}

static gboolean load_entry(struct loader *loader, const struct md_tar_entry *entry,
			   const char *path, GError **error)
{
	g_autoptr(GBytes) content = NULL;

	/* The last entry of a name stands, whatever the ones before were. */
	if (entry->kind == MD_TAR_HARDLINK && strcmp(entry->path, entry->target) == 0)
		return TRUE;
	g_hash_table_remove(loader->files, entry->path);
	if (entry->kind == MD_TAR_HARDLINK)
		load_hard_link(loader, entry);
	if (entry->kind == MD_TAR_HARDLINK || entry->kind == MD_TAR_FOLDER)
		return TRUE;
	content = entry->kind == MD_TAR_SYMLINK ? g_bytes_new(entry->target, strlen(entry->target))
						: md_tar_read(loader->tar, error);
	return content != NULL && keep(loader, entry, content, path, error);
}

static gboolean run_loader(struct loader *loader, const char *path, GError **error)
{
	struct md_tar_entry entry;
	gboolean end;

	for (;;) {
		if (!md_tar_next(loader->tar, &entry, &end, error))
			return FALSE;
		if (end)
			return TRUE;
		if (is_wanted(loader, entry.path) && !load_entry(loader, &entry, path, error))
			return FALSE;
	}
}

/* Moves @files, by full path, to the tree, by path without the top folder. */
static void adopt(struct archive_tree *archive, GHashTable *files)
{
	GHashTableIter iter;
	gpointer path, held;

	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &path, &held)) {
		const char *name = (const char *)path + archive->top_size;

		/* The other candidate: looked like a wanted path, but was not. */
		if (!g_hash_table_contains(archive->asked, name))
			continue;
		g_hash_table_insert(
			archive->files, g_strdup(name),
			held_new(((struct held *)held)->mode, ((struct held *)held)->content));
	}
}

/* One pass for the paths in loader->wanted; it begins with nothing kept. */
static gboolean load_pass(struct archive_tree *archive, struct loader *loader,
			  const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_tar) tar = md_tar_open(archive->path, hooks, error);
	gboolean done;

	if (tar == NULL)
		return FALSE;
	loader->tar = tar;
	loader->held = 0;
	g_hash_table_remove_all(loader->files);
	g_hash_table_remove_all(loader->missing);
	done = run_loader(loader, archive->path, error);
	loader->tar = NULL;
	if (done)
		keep_top(archive, tar);
	return done;
}

static void add_all(GHashTable *set, GHashTable *paths)
{
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_hash_table_add(set, g_strdup(path));
}

/*
 * Passes until no hard link that is wanted leads to a file that is not.  Most
 * archives have none.  Tar itself links to the first of the names of a file,
 * so two passes do; links to links to links are somebody's play.
 */
#define MAX_PASSES 4

static gboolean load_passes(struct archive_tree *archive, struct loader *loader,
			    const struct md_hooks *hooks, GError **error)
{
	for (guint pass = 0; pass < MAX_PASSES; pass++) {
		if (!load_pass(archive, loader, hooks, error))
			return FALSE;
		if (g_hash_table_size(loader->missing) == 0)
			return TRUE;
		add_all(loader->wanted, loader->missing);
	}
	g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s: hard links lead to one another",
		    archive->path);
	return FALSE;
}

static gboolean archive_load(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
			     GError **error)
{
	struct archive_tree *archive = (struct archive_tree *)tree;
	g_autoptr(GHashTable) wanted = md_path_set_new();
	g_autoptr(GHashTable) missing = md_path_set_new();
	g_autoptr(GHashTable) files =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, held_free);
	struct loader loader = { .wanted = wanted, .missing = missing, .files = files };
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (!g_hash_table_contains(archive->asked, path))
			g_hash_table_add(wanted, g_strdup(path));
	}
	if (g_hash_table_size(wanted) == 0)
		return TRUE;
	if (!load_passes(archive, &loader, hooks, error))
		return FALSE;
	add_all(archive->asked, paths);
	adopt(archive, files);
	return TRUE;
}

/* ---------------------------------------------------------------- listing */

/* Hashes as git would a blob, piece by piece. */
static gboolean hash_entry(struct md_tar *tar, const struct md_tar_entry *entry,
			   guint8 id[MD_ID_SIZE], GError **error)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
	g_autofree char *head = g_strdup_printf("blob %" G_GUINT64_FORMAT, entry->size);
	gsize id_size = MD_ID_SIZE;
	struct md_slice block;

	g_checksum_update(checksum, (const guchar *)head, strlen(head) + 1);
	do {
		if (!md_tar_read_block(tar, &block, error))
			return FALSE;
		g_checksum_update(checksum, (const guchar *)block.data, block.size);
	} while (block.size > 0);
	g_checksum_get_digest(checksum, id, &id_size);
	return TRUE;
}

/* Adds @entry to @files, a listing by full path. */
static gboolean list_entry(struct md_tar *tar, const struct md_tar_entry *entry, GHashTable *files,
			   GError **error)
{
	struct md_entry found = { .mode = entry->mode, .has_id = TRUE };
	const struct md_listed *target;
	struct md_listed *listed;

	if (entry->kind == MD_TAR_HARDLINK) {
		/* One to itself finds what its name was before. */
		target = g_hash_table_lookup(files, entry->target);
		found = target ? target->entry : (struct md_entry){ .mode = MD_MODE_ABSENT };
	} else if (entry->kind == MD_TAR_SYMLINK) {
		md_blob_id(md_slice_from_string(entry->target), found.id);
	} else if (entry->kind == MD_TAR_FILE && !hash_entry(tar, entry, found.id, error)) {
		return FALSE;
	}
	/* The last entry of a name stands; a folder, or a link to nothing, is no file. */
	if (found.mode == MD_MODE_ABSENT) {
		g_hash_table_remove(files, entry->path);
		return TRUE;
	}
	listed = g_new0(struct md_listed, 1);
	listed->name = g_strdup(entry->path);
	listed->entry = found;
	g_hash_table_replace(files, listed->name, listed);
	return TRUE;
}

static gboolean list_entries(struct md_tar *tar, GHashTable *files, GError **error)
{
	struct md_tar_entry entry;
	gboolean end;

	for (;;) {
		if (!md_tar_next(tar, &entry, &end, error))
			return FALSE;
		if (end)
			return TRUE;
		if (!list_entry(tar, &entry, files, error))
			return FALSE;
	}
}

static GHashTable *archive_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error)
{
	struct archive_tree *archive = (struct archive_tree *)tree;
	MD_AUTOPTR(md_tar) tar = md_tar_open(archive->path, hooks, error);
	g_autoptr(GHashTable) files = md_listing_new();
	g_autoptr(GHashTable) listing = NULL;
	GHashTableIter iter;
	gpointer path, listed;

	if (tar == NULL || !list_entries(tar, files, error))
		return NULL;
	keep_top(archive, tar);
	if (archive->top_size == 0)
		return g_steal_pointer(&files);
	listing = md_listing_new();
	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &path, &listed)) {
		g_hash_table_iter_steal(&iter);
		g_hash_table_insert(listing, (char *)path + archive->top_size, listed);
	}
	return g_steal_pointer(&listing);
}

/* --------------------------------------------------------------- visiting */

/* One pass over the archive that hands each file on. */
struct visitor {
	struct md_tar *tar;
	gsize top_size;
	GHashTable *links; /* set of paths whose last entry is a hard link */
	md_tree_visit visit;
	void *data;
};

/* Goes to the end, for what only a whole pass can tell. */
static gboolean find_top(struct archive_tree *archive, const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_tar) tar = NULL;
	struct md_tar_entry entry;
	gboolean end = FALSE;

	if (archive->top_known)
		return TRUE;
	tar = md_tar_open(archive->path, hooks, error);
	if (tar == NULL)
		return FALSE;
	while (!end) {
		if (!md_tar_next(tar, &entry, &end, error))
			return FALSE;
	}
	keep_top(archive, tar);
	return TRUE;
}

static gboolean visit_entry(struct visitor *visitor, const struct md_tar_entry *entry,
			    GError **error)
{
	const char *path = entry->path + visitor->top_size;
	g_autoptr(GBytes) content = NULL;

	/* The top folder itself. */
	if (strlen(entry->path) <= visitor->top_size)
		return TRUE;
	if (entry->kind == MD_TAR_HARDLINK) {
		/* One to itself leaves what its name was before. */
		if (strcmp(entry->path, entry->target) != 0)
			g_hash_table_add(visitor->links, g_strdup(path));
		return TRUE;
	}
	g_hash_table_remove(visitor->links, path);
	if (entry->kind == MD_TAR_FOLDER)
		return visitor->visit(visitor->data, path, MD_MODE_ABSENT, NULL, error);
	content = entry->kind == MD_TAR_SYMLINK ? g_bytes_new(entry->target, strlen(entry->target))
						: md_tar_read(visitor->tar, error);
	return content != NULL && visitor->visit(visitor->data, path, entry->mode, content, error);
}

/* Hard links last: what they lead to is found as for any file that is loaded. */
static gboolean visit_links(struct archive_tree *archive, struct visitor *visitor,
			    const struct md_hooks *hooks, GError **error)
{
	GHashTableIter iter;
	gpointer path;

	if (!archive_load(&archive->tree, visitor->links, hooks, error))
		return FALSE;
	g_hash_table_iter_init(&iter, visitor->links);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		const struct held *held = g_hash_table_lookup(archive->files, path);

		if (!visitor->visit(visitor->data, path, held ? held->mode : MD_MODE_ABSENT,
				    held ? held->content : NULL, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean archive_visit(struct md_tree *tree, md_tree_visit visit, void *data,
			      const struct md_hooks *hooks, GError **error)
{
	struct archive_tree *archive = (struct archive_tree *)tree;
	g_autoptr(GHashTable) links = md_path_set_new();
	struct visitor visitor = { .links = links, .visit = visit, .data = data };
	MD_AUTOPTR(md_tar) tar = NULL;
	struct md_tar_entry entry;
	gboolean end = FALSE;

	if (!find_top(archive, hooks, error))
		return FALSE;
	tar = md_tar_open(archive->path, hooks, error);
	if (tar == NULL)
		return FALSE;
	visitor.tar = tar;
	visitor.top_size = archive->top_size;
	while (!end) {
		if (!md_tar_next(tar, &entry, &end, error) ||
		    (!end && !visit_entry(&visitor, &entry, error)))
			return FALSE;
	}
	return visit_links(archive, &visitor, hooks, error);
}

/* ------------------------------------------------------------------ asking */

static gboolean archive_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
			     GError **error)
{
	const struct archive_tree *archive = (const struct archive_tree *)tree;
	const struct held *held = g_hash_table_lookup(archive->files, path);
	const struct md_listed *listed;

	if (held == NULL)
		return TRUE;
	entry->mode = held->mode;
	listed = tree->listing ? g_hash_table_lookup(tree->listing, path) : NULL;
	if (listed != NULL)
		*entry = listed->entry;
	return TRUE;
}

static gboolean archive_read(struct md_tree *tree, const char *path, guint32 *mode,
			     GBytes **content, GError **error)
{
	const struct archive_tree *archive = (const struct archive_tree *)tree;
	const struct held *held = g_hash_table_lookup(archive->files, path);

	if (held == NULL)
		return TRUE;
	*mode = held->mode;
	*content = g_bytes_ref(held->content);
	return TRUE;
}

static gboolean archive_fingerprint(struct md_tree *tree, GChecksum *checksum,
				    const struct md_hooks *hooks)
{
	const struct archive_tree *archive = (const struct archive_tree *)tree;
	gint64 now = g_get_real_time();
	struct stat status;

	if (stat(archive->path, &status) != 0 ||
	    md_time_is_young(MAX(md_stat_modified(&status), md_stat_changed(&status)), now))
		return FALSE;
	md_checksum_text(checksum, "archive");
	md_checksum_number(checksum, (gint64)status.st_size);
	md_checksum_number(checksum, (gint64)status.st_dev);
	md_checksum_number(checksum, (gint64)status.st_ino);
	md_checksum_number(checksum, md_stat_modified(&status));
	md_checksum_number(checksum, md_stat_changed(&status));
	return TRUE;
}

static void archive_free(struct md_tree *tree)
{
	struct archive_tree *archive = (struct archive_tree *)tree;

	g_hash_table_unref(archive->files);
	g_hash_table_unref(archive->asked);
	g_free(archive->path);
	g_free(archive);
}

static const struct md_tree_ops archive_ops = {
	.free = archive_free,
	.load = archive_load,
	.stat = archive_stat,
	.read = archive_read,
	.list = archive_list,
	.visit = archive_visit,
	.fingerprint = archive_fingerprint,
};

struct md_tree *md_archive_open(const char *name, const char *path, GError **error)
{
	MD_AUTOPTR(md_tar) tar = md_tar_open(path, NULL, error);
	struct archive_tree *archive;

	/* Said now, not after the patches were read. */
	if (tar == NULL)
		return NULL;
	archive = g_new0(struct archive_tree, 1);
	archive->tree.ops = &archive_ops;
	archive->tree.name = g_strdup(name);
	archive->path = g_strdup(path);
	archive->asked = md_path_set_new();
	archive->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, held_free);
	return &archive->tree;
}
