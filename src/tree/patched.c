/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patches laid over a tree, in order: lone files and quilt series.  They are
 * read when the tree is opened and applied when it is loaded; a file that none
 * of them touches is the base's.
 */
#include "tree/stream.h"

#include <stdlib.h>
#include <string.h>

/*
 * GNU patch's default of 2 for a patch that a person gives, none for a series:
 * dpkg-source, and who keeps a series, see to it that it applies exactly.
 */
#define LONE_PATCH_FUZZ 2
#define SERIES_FUZZ 0

struct patched_tree {
	struct md_tree tree;
	GArray *layers; /* of struct md_layer, in order */
	gsize hunks;
	GPtrArray *rejects;
	struct md_patched *patched; /* NULL before loading */
};

static void clear_layer(void *data)
{
	struct md_layer *layer = data;

	md_patch_free(layer->patch);
	g_free(layer->name);
	g_bytes_unref(layer->content);
	g_clear_pointer(&layer->series, g_bytes_unref);
}

static void free_reject(void *reject)
{
	md_reject_free(reject);
}

/* ---------------------------------------------------------------- reading */

/* Fills patch and content of @layer. */
static gboolean read_patch(const char *path, struct md_layer *layer, GError **error)
{
	/* The largest there are, from one kernel to the next, have 100 MB. */
	g_autoptr(GBytes) content = md_file_read(path, MD_GIB, error);

	layer->patch = content ? md_patch_parse(path, content, error) : NULL;
	if (layer->patch == NULL)
		return FALSE;
	layer->content = g_steal_pointer(&content);
	return TRUE;
}

/* Takes what @layer owns. */
static void add_layer(struct patched_tree *patched, const struct md_layer *layer)
{
	g_array_append_val(patched->layers, *layer);
	patched->hunks += md_patch_hunk_count(layer->patch);
}

gboolean md_layers_add_patch(struct md_tree *layers, const char *path,
			     const struct md_tree_settings *settings, GError **error)
{
	struct md_layer layer = {
		.apply = {
			.strip = settings->strip >= 0 ? settings->strip : MD_STRIP_FIND,
			.fuzz = settings->fuzz >= 0 ? settings->fuzz : LONE_PATCH_FUZZ,
		},
	};

	if (!read_patch(path, &layer, error))
		return FALSE;
	if (layer.patch->files->len == 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: no patch found in it", path);
		clear_layer(&layer);
		return FALSE;
	}
	layer.name = g_path_get_basename(path);
	add_layer((struct patched_tree *)layers, &layer);
	return TRUE;
}

/*
 * The file that the series in @folder names; NULL where that is not in it,
 * whether by its name or by a symbolic link.
 */
static char *find_in_folder(const char *folder, const char *name)
{
	g_autofree char *inside = md_patch_strip_name(name, 0);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *real_folder = realpath(folder, NULL);
	char *real_path = realpath(path, NULL);
	gboolean leaves = inside == NULL;

	/* What is not there, or cannot be reached, is told of when it is opened. */
	if (real_folder != NULL && real_path != NULL) {
		gsize size = strlen(real_folder);

		if (strncmp(real_path, real_folder, size) != 0 || real_path[size] != '/')
			leaves = strcmp(real_folder, "/") != 0;
	}
	free(real_folder);
	free(real_path);
	return leaves ? NULL : g_steal_pointer(&path);
}

static gboolean add_series_entry(struct patched_tree *patched, const char *series, GBytes *content,
				 const struct md_series_entry *entry,
				 const struct md_tree_settings *settings, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(series);
	g_autofree char *path = find_in_folder(folder, entry->name);
	struct md_layer layer = {
		.apply = {
			/* 1 is what a series need not say: there the settings may say it. */
			.strip = entry->strip == 1 && settings->strip >= 0 ? settings->strip
									   : (int)entry->strip,
			.fuzz = settings->fuzz >= 0 ? settings->fuzz : SERIES_FUZZ,
			.remove_empty = TRUE,
		},
		.reversed = entry->reverse,
		.place = entry->place,
	};

	if (path == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s:%zu: %s is outside its folder",
			    series, entry->place, entry->name);
		return FALSE;
	}
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s:%zu: no such patch: %s", series,
			    entry->place, path);
		return FALSE;
	}
	if (!read_patch(path, &layer, error))
		return FALSE;
	if (entry->reverse)
		md_patch_reverse(layer.patch);
	layer.name = g_strdup(entry->name);
	layer.series = g_bytes_ref(content);
	add_layer(patched, &layer);
	return TRUE;
}

gboolean md_layers_add_series(struct md_tree *layers, const char *path,
			      const struct md_tree_settings *settings, GError **error)
{
	g_autoptr(GBytes) content = md_file_read(path, MD_GIB, error);
	g_autoptr(GArray) entries = NULL;

	if (content == NULL)
		return FALSE;
	entries = md_series_parse(path, md_slice_from_bytes(content), error);
	if (entries == NULL)
		return FALSE;
	for (guint i = 0; i < entries->len; i++) {
		const struct md_series_entry *entry =
			&g_array_index(entries, struct md_series_entry, i);

		if (!add_series_entry((struct patched_tree *)layers, path, content, entry, settings,
				      error))
			return FALSE;
	}
	return TRUE;
}

/* --------------------------------------------------------------- applying */

static gboolean read_base(void *data, const char *path, struct md_patched_file *file,
			  GError **error)
{
	return md_tree_read(data, path, &file->mode, &file->content, error);
}

static gboolean base_has(void *data, const char *path)
{
	struct md_entry entry;

	/* What is wrong with the path is said when it is read. */
	return md_tree_stat(data, path, &entry, NULL) && entry.mode != MD_MODE_ABSENT;
}

static void add_patch_paths(const struct patched_tree *patched, GHashTable *paths)
{
	for (guint i = 0; i < patched->layers->len; i++) {
		const struct md_layer *layer = &g_array_index(patched->layers, struct md_layer, i);
		g_autoptr(GPtrArray) touched = md_patch_paths(layer->patch, layer->apply.strip);

		for (guint j = 0; j < touched->len; j++)
			g_hash_table_add(paths, g_strdup(g_ptr_array_index(touched, j)));
	}
}

static gboolean patched_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
				const struct md_hooks *hooks, GError **error)
{
	add_patch_paths((struct patched_tree *)downstream, paths);
	return TRUE;
}

static gboolean apply_layers(struct patched_tree *patched, const struct md_hooks *hooks,
			     GError **error)
{
	const struct md_patch_base base = { read_base, base_has, patched->tree.base };
	MD_AUTOPTR(md_patched) result = md_patched_new(&base);

	for (guint i = 0; i < patched->layers->len; i++) {
		const struct md_layer *layer = &g_array_index(patched->layers, struct md_layer, i);

		if (!md_hooks_progress(hooks, "applying patches", i, patched->layers->len, error) ||
		    !md_patched_apply(result, layer->patch, &layer->apply, patched->rejects, hooks,
				      error)) {
			g_ptr_array_set_size(patched->rejects, 0);
			return FALSE;
		}
	}
	patched->patched = g_steal_pointer(&result);
	return TRUE;
}

static gboolean patched_load(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
			     GError **error)
{
	struct patched_tree *patched = (struct patched_tree *)tree;
	g_autoptr(GHashTable) all = md_path_set_new();
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_hash_table_add(all, g_strdup(path));
	add_patch_paths(patched, all);
	return md_tree_load(patched->tree.base, all, hooks, error) &&
	       (patched->patched != NULL || apply_layers(patched, hooks, error));
}

/* ------------------------------------------------------------------ asking */

static gboolean patched_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
			     GError **error)
{
	struct patched_tree *patched = (struct patched_tree *)tree;
	struct md_patched_file file;

	if (patched->patched == NULL || !md_patched_get(patched->patched, path, &file))
		return md_tree_stat(patched->tree.base, path, entry, error);
	entry->mode = file.mode;
	return TRUE;
}

static gboolean patched_read(struct md_tree *tree, const char *path, guint32 *mode,
			     GBytes **content, GError **error)
{
	struct patched_tree *patched = (struct patched_tree *)tree;
	struct md_patched_file file;

	if (patched->patched == NULL || !md_patched_get(patched->patched, path, &file))
		return md_tree_read(patched->tree.base, path, mode, content, error);
	*mode = file.mode;
	*content = file.content ? g_bytes_ref(file.content) : NULL;
	return TRUE;
}

static void patched_free(struct md_tree *tree)
{
	struct patched_tree *patched = (struct patched_tree *)tree;

	md_patched_free(patched->patched);
	g_array_unref(patched->layers);
	g_ptr_array_unref(patched->rejects);
	g_free(patched);
}

static gboolean patched_fingerprint(struct md_tree *tree, GChecksum *checksum,
				    const struct md_hooks *hooks)
{
	const struct patched_tree *patched = (const struct patched_tree *)tree;

	if (!md_tree_fingerprint(tree->base, checksum, hooks))
		return FALSE;
	md_checksum_text(checksum, "patches");
	for (guint i = 0; i < patched->layers->len; i++) {
		const struct md_layer *layer = &g_array_index(patched->layers, struct md_layer, i);
		struct md_slice content = md_slice_from_bytes(layer->content);

		md_checksum_number(checksum, (gint64)content.size);
		g_checksum_update(checksum, (const guchar *)content.data, (gssize)content.size);
		md_checksum_number(checksum, layer->reversed);
		md_checksum_number(checksum, layer->apply.strip);
		md_checksum_number(checksum, layer->apply.fuzz);
		md_checksum_number(checksum, layer->apply.remove_empty);
	}
	return TRUE;
}

static const struct md_tree_ops patched_ops = {
	.free = patched_free,
	.load = patched_load,
	.stat = patched_stat,
	.read = patched_read,
	.changes = patched_changes,
	.fingerprint = patched_fingerprint,
};

struct md_tree *md_layers_new(const char *name, struct md_tree *base)
{
	struct patched_tree *patched = g_new0(struct patched_tree, 1);

	patched->tree.ops = &patched_ops;
	patched->tree.name = g_strdup(name);
	patched->tree.base = base;
	patched->layers = g_array_new(FALSE, FALSE, sizeof(struct md_layer));
	g_array_set_clear_func(patched->layers, clear_layer);
	patched->rejects = g_ptr_array_new_with_free_func(free_reject);
	return &patched->tree;
}

const GPtrArray *md_tree_rejects(const struct md_tree *tree, gsize *hunks)
{
	/* What a tree without patches gives: nobody writes to it. */
	static const GPtrArray none;
	const struct patched_tree *patched = (const struct patched_tree *)tree;

	if (hunks != NULL)
		*hunks = tree->ops == &patched_ops ? patched->hunks : 0;
	return tree->ops == &patched_ops ? patched->rejects : &none;
}

const GArray *md_tree_layers(const struct md_tree *tree)
{
	return tree->ops == &patched_ops ? ((const struct patched_tree *)tree)->layers : NULL;
}

struct md_tree *md_tree_layers_over(const struct md_tree *layers, struct md_tree *base,
				    gboolean reversed, GError **error)
{
	const GArray *from = md_tree_layers(layers);
	MD_AUTOPTR(md_tree) over = md_layers_new(md_tree_name(layers), base);

	for (guint i = 0; i < from->len; i++) {
		struct md_layer layer =
			g_array_index(from, struct md_layer, reversed ? from->len - 1 - i : i);

		/* Turning a patch around changes it: each has its own. */
		layer.patch = md_patch_parse(layer.patch->name, layer.content, error);
		if (layer.patch == NULL)
			return NULL;
		layer.reversed ^= reversed;
		if (layer.reversed)
			md_patch_reverse(layer.patch);
		layer.name = g_strdup(layer.name);
		g_bytes_ref(layer.content);
		if (layer.series != NULL)
			g_bytes_ref(layer.series);
		add_layer((struct patched_tree *)over, &layer);
	}
	return g_steal_pointer(&over);
}
