/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk: which files the old patch touches, both bases loaded, then patch
 * after patch, and of each every file by itself on all cores.
 *
 * The states of the old side are made by applying the patches one by one;
 * those of the new side lie in memory over the new base. A file that upstream
 * renamed is followed from the first patch on.
 */
#include "compare/compare.h"
#include "port/porting.h"

#include <string.h>

/* ----------------------------------------------------------------- loading */

struct loading {
	struct md_porting *porting;
	struct md_tree *tree[3];
	GHashTable *paths;
};

static gboolean load_tree(gsize index, void *data, GError **error)
{
	struct loading *loading = data;

	return loading->tree[index] == NULL ||
	       md_tree_load(loading->tree[index], loading->paths, loading->porting->hooks, error);
}

gboolean md_porting_load(struct md_porting *porting, struct md_tree *downstream, GHashTable *paths,
			 GError **error)
{
	struct loading loading = { porting,
				   { porting->port->old_base, porting->port->new_base, downstream },
				   paths };

	return md_parallel_for(G_N_ELEMENTS(loading.tree), porting->settings->jobs, load_tree,
			       &loading, NULL, NULL, error);
}

/* ------------------------------------------------------------------- trees */

/*
 * Where the change itself renamed a file its two paths are one row: a table from the path in the
 * old base to that in the old downstream.
 */
static GHashTable *find_own_renames(struct md_porting *porting, const GPtrArray *paths,
				    GError **error)
{
	struct md_port *port = porting->port;
	struct md_tree *const tree[MD_VERSIONS] = { port->old_base, port->old_base,
						    port->old_downstream, port->old_downstream };

	return md_renames_find(tree, paths, porting->settings->jobs, porting->hooks, error);
}

static gboolean port_trees(struct md_porting *porting, struct md_tree *const tree[MD_VERSIONS],
			   const GPtrArray *paths, GError **error)
{
	g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func(md_port_task_destroy);
	g_autoptr(GArray) files = md_renames_pair(tree, paths, porting->renames);
	g_autoptr(GHashTable) renamed = find_own_renames(porting, paths, error);
	g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	void *path;

	if (renamed == NULL)
		return FALSE;
	g_hash_table_iter_init(&iter, renamed);
	while (g_hash_table_iter_next(&iter, NULL, &path))
		g_hash_table_add(taken, path);
	for (guint i = 0; i < files->len; i++) {
		const struct md_file_paths *file = &g_array_index(files, struct md_file_paths, i);
		const char *from = file->path[MD_OLD_BASE], *to = file->path[MD_OLD_DOWNSTREAM];

		if (g_hash_table_contains(taken, from))
			continue;
		if (strcmp(from, to) == 0 && g_hash_table_contains(renamed, from))
			to = g_hash_table_lookup(renamed, from);
		g_ptr_array_add(tasks, md_port_task_new(porting, from, to));
	}
	return md_porting_step(porting, tasks, md_porting_add_patch(porting->port, NULL), error);
}

/* -------------------------------------------------------------------- walk */

static gboolean port_all(struct md_porting *porting, GError **error)
{
	GHashTable *wanted = porting->wanted;
	struct md_port *port = porting->port;
	struct md_tree *const tree[MD_VERSIONS] = { port->old_base, port->old_downstream,
						    port->new_base, port->new_base };
	gboolean layers = md_tree_layers(port->old_downstream) != NULL;
	g_autoptr(GPtrArray) paths = NULL;

	if (!md_tree_changes(port->old_base, port->old_downstream, wanted, porting->hooks, error) ||
	    !md_porting_load(porting, layers ? NULL : port->old_downstream, wanted, error))
		return FALSE;
	paths = md_port_sorted(wanted);
	porting->renames =
		md_renames_find(tree, paths, porting->settings->jobs, porting->hooks, error);
	if (porting->renames == NULL)
		return FALSE;
	return layers ? md_porting_patches(porting, error)
		      : port_trees(porting, tree, paths, error);
}

/* ------------------------------------------------------------------ result */

static void hunk_destroy(void *data)
{
	struct md_port_hunk *hunk = data;

	g_free(hunk->path);
	g_free(hunk->header);
	g_free(hunk->to);
	g_free(hunk);
}

static void patch_destroy(void *data)
{
	struct md_port_patch *patch = data;

	g_string_free(patch->text, TRUE);
	g_string_free(patch->rejects, TRUE);
	g_free(patch);
}

static void file_destroy(void *data)
{
	struct md_port_file *file = data;

	g_free(file->name);
	g_bytes_unref(file->content);
	g_free(file);
}

void md_port_free(struct md_port *port)
{
	if (port == NULL)
		return;
	md_tree_free(port->tree);
	g_ptr_array_unref(port->hunks);
	g_ptr_array_unref(port->rejects);
	g_ptr_array_unref(port->patches);
	g_ptr_array_unref(port->files);
	g_clear_pointer(&port->rejected, g_bytes_unref);
	g_free(port);
}

/* What was left out of all patches. */
static GBytes *join_rejects(const struct md_port *port)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < port->patches->len; i++) {
		const struct md_port_patch *patch = g_ptr_array_index(port->patches, i);

		g_string_append_len(all, patch->rejects->str, (gssize)patch->rejects->len);
	}
	return g_string_free_to_bytes(all);
}

static void set_labels(struct md_porting *porting)
{
	static const char *const kinds[2][MD_MERGE_TEXTS] = {
		{ "old base", "old downstream", "new base" },
		{ "with the change", "without it", "now" },
	};
	struct md_tree *const tree[MD_MERGE_TEXTS] = { porting->port->old_base,
						       porting->port->old_downstream,
						       porting->port->new_base };

	for (enum md_merge_text text = 0; text < MD_MERGE_TEXTS; text++)
		porting->labels.text[text] = g_strdup_printf(
			"%s: %s", kinds[porting->settings->undo][text], md_tree_name(tree[text]));
}

static void porting_clear(struct md_porting *porting)
{
	for (enum md_merge_text text = 0; text < MD_MERGE_TEXTS; text++)
		g_free(porting->labels.text[text]);
	g_clear_pointer(&porting->beside, g_hash_table_unref);
	g_clear_pointer(&porting->renames, g_hash_table_unref);
	md_patched_free(porting->patched);
	g_ptr_array_unref(porting->applied);
	g_async_queue_unref(porting->workspaces);
}

struct md_port *md_port_new(struct md_tree *old_base, struct md_tree *old_downstream,
			    struct md_tree *new_base, const struct md_port_settings *settings,
			    const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_port) port = g_new0(struct md_port, 1);
	g_autoptr(GHashTable) wanted = md_path_set_new();
	__attribute__((cleanup(porting_clear))) struct md_porting porting = {
		.port = port,
		.settings = settings,
		.hooks = hooks,
		.wanted = wanted,
		.applied = g_ptr_array_new_with_free_func((GDestroyNotify)md_applied_free),
		.workspaces = md_workspaces_new(),
	};

	port->old_base = old_base;
	port->old_downstream = old_downstream;
	port->new_base = new_base;
	port->tree = md_tree_overlay_new(new_base, md_tree_name(new_base));
	port->hunks = g_ptr_array_new_with_free_func(hunk_destroy);
	port->rejects = g_ptr_array_new_with_free_func((GDestroyNotify)md_reject_free);
	port->patches = g_ptr_array_new_with_free_func(patch_destroy);
	port->files = g_ptr_array_new_with_free_func(file_destroy);
	set_labels(&porting);
	if (!port_all(&porting, error))
		return NULL;
	port->rejected = join_rejects(port);
	return g_steal_pointer(&port);
}
