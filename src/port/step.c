/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One patch, or the whole difference of two trees, carried: every file merged on all cores, what
 * has no place followed, and the result laid over the new base.
 */
#include "port/porting.h"

#include <string.h>

/* ----------------------------------------------------------------- merging */

/* The hunks between the two old states, with three lines of context. */
static void find_hunks(struct md_port_task *task, struct md_workspace *workspace)
{
	const struct md_patch_change change = {
		.old_path = task->path[MD_MERGE_BASE],
		.new_path = task->path[MD_MERGE_OURS],
		.old_mode = task->state[MD_MERGE_BASE].mode,
		.new_mode = task->state[MD_MERGE_OURS].mode,
		.old = task->state[MD_MERGE_BASE].content,
		.new = task->state[MD_MERGE_OURS].content,
	};

	task->patch = md_patch_make(change.new_path, workspace, &change, 1);
	for (guint i = 0; i < task->patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(task->patch->files, i);

		for (gsize j = 0; j < file->hunk_count; j++)
			md_port_task_add(task, NULL, &file->hunk[j],
					 MAX(file->hunk[j].new_start, 1), 0);
	}
	if (task->changes->len == 0)
		md_port_task_add(task, NULL, NULL, 0, 0);
}

struct merging {
	struct md_porting *porting;
	GPtrArray *tasks; /* of struct md_port_task; NULL for one that came to nothing */
	gboolean trees;
};

/* Reads the two old states from whole trees. */
static gboolean read_trees(struct md_porting *porting, struct md_port_task *task,
			   struct md_workspace *workspace, GError **error)
{
	struct md_port_state *base = &task->state[MD_MERGE_BASE];
	struct md_port_state *ours = &task->state[MD_MERGE_OURS];

	if (!md_tree_read(porting->port->old_base, task->path[MD_MERGE_BASE], &base->mode,
			  &base->content, error) ||
	    !md_tree_read(porting->port->old_downstream, task->path[MD_MERGE_OURS], &ours->mode,
			  &ours->content, error) ||
	    !md_port_read_theirs(porting, task, error))
		return FALSE;
	if (!md_port_state_equal(base, ours))
		find_hunks(task, workspace);
	return TRUE;
}

static gboolean merge_task(gsize index, void *data, GError **error)
{
	struct merging *merging = data;
	struct md_porting *porting = merging->porting;
	struct md_port_task *task = g_ptr_array_index(merging->tasks, index);
	struct md_workspace *workspace = md_workspaces_take(porting->workspaces);
	gboolean done;

	done = merging->trees ? read_trees(porting, task, workspace, error)
			      : md_port_read_theirs(porting, task, error);
	if (done)
		md_port_file_merge(task, workspace);
	g_async_queue_push(porting->workspaces, workspace);
	return done;
}

static gboolean finish_task(gsize index, void *data, GError **error)
{
	struct merging *merging = data;
	struct md_porting *porting = merging->porting;
	struct md_workspace *workspace = md_workspaces_take(porting->workspaces);

	md_port_file_finish(g_ptr_array_index(merging->tasks, index), workspace, porting->settings,
			    &porting->labels);
	g_async_queue_push(porting->workspaces, workspace);
	return TRUE;
}

/* -------------------------------------------------------------- the result */

static void put_state(struct md_porting *porting, const char *path,
		      const struct md_port_state *state)
{
	md_tree_overlay_set(porting->port->tree, path, state->mode, state->content);
}

/* Puts what came out of @task over the new base. */
static void put_result(struct md_porting *porting, const struct md_port_task *task)
{
	static const struct md_port_state gone = { 0 };
	const char *theirs = task->path[MD_MERGE_THEIRS];

	if (strcmp(theirs, task->to) != 0 && task->state[MD_MERGE_THEIRS].mode != 0 && !task->copy)
		put_state(porting, theirs, &gone);
	if (!md_port_state_equal(&task->state[MD_MERGE_THEIRS], &task->result) ||
	    strcmp(theirs, task->to) != 0)
		put_state(porting, task->to, &task->result);
	if (task->rejects->len > 0) {
		g_autofree char *path = g_strconcat(task->to, ".rej", NULL);
		struct md_port_state rejects = { MD_MODE_FILE, NULL };
		g_autoptr(GBytes) before = NULL;

		/* Several patches of a series may leave something out of one file. */
		md_tree_read(porting->port->tree, path, NULL, &before, NULL);
		if (before != NULL)
			g_string_prepend_len(task->rejects, g_bytes_get_data(before, NULL),
					     (gssize)g_bytes_get_size(before));
		rejects.content = g_bytes_new(task->rejects->str, task->rejects->len);
		put_state(porting, path, &rejects);
		g_bytes_unref(rejects.content);
	}
}

static void keep_reports(struct md_porting *porting, struct md_port_task *task)
{
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_hunk *hunk =
			g_array_index(task->changes, struct md_port_change, i).report;

		porting->port->count[hunk->result]++;
		g_ptr_array_add(porting->port->hunks, hunk);
	}
}

static gboolean is_adopted(const GPtrArray *tasks)
{
	gboolean any = FALSE;

	for (guint i = 0; i < tasks->len; i++) {
		const struct md_port_task *task = g_ptr_array_index(tasks, i);

		for (guint j = 0; j < task->changes->len; j++) {
			if (g_array_index(task->changes, struct md_port_change, j).report->result !=
			    MD_PORT_ADOPTED)
				return FALSE;
			any = TRUE;
		}
	}
	return any;
}

/* Whether the patch, as it was written, does to the new base what was found. */
static gboolean is_still_right(struct md_porting *porting, const struct md_layer *layer,
			       const GPtrArray *tasks)
{
	const struct md_patch_base base = { md_port_read_base, md_port_base_has,
					    porting->port->tree };
	const struct md_apply_settings apply = { layer->apply.strip, 0, layer->apply.remove_empty };
	g_autoptr(GPtrArray) rejects =
		g_ptr_array_new_with_free_func((GDestroyNotify)md_reject_free);
	g_autoptr(GPtrArray) applied =
		g_ptr_array_new_with_free_func((GDestroyNotify)md_applied_free);
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);

	md_patched_tell(patched, applied);
	if (layer->reversed ||
	    !md_patched_apply(patched, layer->patch, &apply, rejects, NULL, NULL) ||
	    rejects->len > 0)
		return FALSE;
	for (guint i = 0; i < applied->len; i++) {
		const struct md_applied *entry = g_ptr_array_index(applied, i);

		for (gsize j = 0; j < entry->file->hunk_count; j++) {
			if (entry->line[j] != MAX(entry->file->hunk[j].new_start, 1))
				return FALSE;
		}
	}
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_port_task *task = g_ptr_array_index(tasks, i);
		struct md_patched_file file = { 0 };
		struct md_port_state state;

		if (!md_patched_get(patched, task->to, &file))
			return FALSE;
		state = (struct md_port_state){ file.mode, file.content };
		if (!md_port_state_equal(&state, &task->result))
			return FALSE;
	}
	return TRUE;
}

struct md_port_patch *md_porting_add_patch(struct md_port *port, const struct md_layer *layer)
{
	struct md_port_patch *patch = g_new0(struct md_port_patch, 1);

	patch->layer = layer;
	patch->text = g_string_new(NULL);
	patch->rejects = g_string_new(NULL);
	g_ptr_array_add(port->patches, patch);
	return patch;
}

gboolean md_porting_step(struct md_porting *porting, GPtrArray *tasks, struct md_port_patch *patch,
			 GError **error)
{
	struct merging merging = { porting, tasks, patch->layer == NULL };
	/* Few files are done sooner than a thread is started. */
	guint jobs = tasks->len < 8 ? 1 : porting->settings->jobs;

	if (!md_parallel_for(tasks->len, jobs, merge_task, &merging,
			     patch->layer ? NULL : porting->hooks, "carrying", error))
		return FALSE;
	if (!md_porting_follow(porting, tasks, error) ||
	    !md_parallel_for(tasks->len, jobs, finish_task, &merging, NULL, NULL, error))
		return FALSE;
	for (guint i = 0; i < tasks->len; i++)
		md_port_report_elsewhere(g_ptr_array_index(tasks, i), !porting->settings->reject);
	patch->adopted = is_adopted(tasks);
	patch->kept = patch->layer != NULL && is_still_right(porting, patch->layer, tasks);
	for (guint i = 0; i < tasks->len; i++) {
		struct md_port_task *task = g_ptr_array_index(tasks, i);

		g_string_append_len(patch->text, task->text->str, (gssize)task->text->len);
		g_string_append_len(patch->rejects, task->rejects->str, (gssize)task->rejects->len);
		put_result(porting, task);
		keep_reports(porting, task);
	}
	return TRUE;
}
