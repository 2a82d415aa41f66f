/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that no patch touches, beside those that one does: into which of them may what has no
 * place in its own file have gone?
 */
#include "port/porting.h"

#include <string.h>

GPtrArray *md_port_sorted(GHashTable *set)
{
	GPtrArray *paths = g_ptr_array_new();
	GHashTableIter iter;
	void *path;

	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_ptr_array_add(paths, path);
	g_ptr_array_sort(paths, md_compare_strings);
	return paths;
}

/* Those of @paths, sorted, that lie where a file of @places is; not owned. */
static GPtrArray *paths_at(GHashTable *paths, GHashTable *places)
{
	g_autoptr(GPtrArray) all = md_port_sorted(paths);
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < all->len; i++) {
		g_autofree char *place = md_port_place(g_ptr_array_index(all, i));

		if (g_hash_table_contains(places, place))
			g_ptr_array_add(found, g_ptr_array_index(all, i));
	}
	return found;
}

/*
 * The files that upstream changed or added beside any that the patches touch:
 * found and made ready when first asked for, all at once, for an archive is
 * streamed through each time.
 */
static gboolean find_beside(struct md_porting *porting, GError **error)
{
	struct md_port *port = porting->port;
	g_autoptr(GHashTable) changed = md_path_set_new();
	g_autoptr(GHashTable) places = md_path_set_new();
	g_autoptr(GPtrArray) paths = NULL;
	GHashTableIter iter;
	void *path;

	if (porting->beside != NULL)
		return TRUE;
	if (!md_tree_changes(port->old_base, port->new_base, changed, porting->hooks, error))
		return FALSE;
	g_hash_table_iter_init(&iter, porting->wanted);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_hash_table_add(places, md_port_place(path));
	g_hash_table_iter_init(&iter, porting->renames);
	while (g_hash_table_iter_next(&iter, NULL, &path))
		g_hash_table_add(places, md_port_place(path));
	porting->beside = md_path_set_new();
	paths = paths_at(changed, places);
	for (guint i = 0; i < paths->len; i++)
		g_hash_table_add(porting->beside, g_strdup(g_ptr_array_index(paths, i)));
	return md_porting_load(porting, NULL, porting->beside, error);
}

/* Adds a task for every file of @paths that is none yet. */
static gboolean add_beside(struct md_porting *porting, GPtrArray *tasks, const GPtrArray *paths,
			   struct md_workspace *workspace, GError **error)
{
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		struct md_port_task *task;
		struct md_port_state *base;

		if (md_port_task_find(tasks, path) != NULL)
			continue;
		task = md_port_task_new(porting, path, path);
		task->beside = TRUE;
		g_ptr_array_add(tasks, task);
		base = &task->state[MD_MERGE_BASE];
		if (!md_port_read_old(porting, path, base, error) ||
		    !md_port_read_theirs(porting, task, error))
			return FALSE;
		task->state[MD_MERGE_OURS].mode = base->mode;
		if (base->content != NULL)
			task->state[MD_MERGE_OURS].content = g_bytes_ref(base->content);
		md_port_file_merge(task, workspace);
	}
	return TRUE;
}

gboolean md_porting_follow(struct md_porting *porting, GPtrArray *tasks, GError **error)
{
	g_autoptr(GPtrArray) lost = g_ptr_array_new();
	g_autoptr(GHashTable) places = md_path_set_new();
	g_autoptr(GPtrArray) paths = NULL;
	MD_AUTOPTR(md_workspace) workspace = NULL;

	for (guint i = 0; i < tasks->len; i++) {
		struct md_port_task *task = g_ptr_array_index(tasks, i);

		if (!md_port_has_lost(task))
			continue;
		g_ptr_array_add(lost, task);
		g_hash_table_add(places, md_port_place(task->path[MD_MERGE_THEIRS]));
	}
	if (lost->len == 0)
		return TRUE;
	if (!find_beside(porting, error))
		return FALSE;
	paths = paths_at(porting->beside, places);
	workspace = md_workspace_new();
	if (!add_beside(porting, tasks, paths, workspace, error))
		return FALSE;
	for (guint i = 0; i < lost->len; i++)
		md_port_follow(g_ptr_array_index(lost, i), tasks, workspace);
	return TRUE;
}
