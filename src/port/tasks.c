/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file on its way from the old base to the new: its paths, its states, its changes.
 */
#include "port/porting.h"

#include <string.h>

void md_port_task_destroy(void *task)
{
	md_port_task_free(task);
}

struct md_port_task *md_port_task_new(struct md_porting *porting, const char *from,
				      const char *path)
{
	struct md_port_task *task = g_new0(struct md_port_task, 1);
	const char *theirs = g_hash_table_lookup(porting->renames, from);

	task->path[MD_MERGE_BASE] = g_strdup(from);
	task->path[MD_MERGE_OURS] = g_strdup(path);
	task->path[MD_MERGE_THEIRS] = g_strdup(theirs ? theirs : from);
	/* Where the patch renames the file its name is taken, else upstream's. */
	task->to = g_strdup(strcmp(from, path) == 0 ? task->path[MD_MERGE_THEIRS] : path);
	task->changes = g_array_new(FALSE, TRUE, sizeof(struct md_port_change));
	task->text = g_string_new(NULL);
	task->rejects = g_string_new(NULL);
	return task;
}

struct md_port_task *md_port_task_find(GPtrArray *tasks, const char *path)
{
	for (guint i = 0; i < tasks->len; i++) {
		struct md_port_task *task = g_ptr_array_index(tasks, i);

		if (strcmp(task->path[MD_MERGE_OURS], path) == 0)
			return task;
	}
	return NULL;
}

/* ------------------------------------------------------------- its changes */

static char *hunk_header(const struct md_hunk *hunk)
{
	GString *text = g_string_new("@@ -");

	g_string_append_printf(text, "%zu", hunk->old_start);
	if (hunk->old_count != 1)
		g_string_append_printf(text, ",%zu", hunk->old_count);
	g_string_append_printf(text, " +%zu", hunk->new_start);
	if (hunk->new_count != 1)
		g_string_append_printf(text, ",%zu", hunk->new_count);
	g_string_append(text, " @@");
	return g_string_free(text, FALSE);
}

void md_port_task_add(struct md_port_task *task, const char *patch, const struct md_hunk *hunk,
		      gsize line, gsize place)
{
	struct md_port_change change = { .hunk = hunk, .line = line };

	change.report = g_new0(struct md_port_hunk, 1);
	change.report->patch = patch;
	change.report->path = g_strdup(task->path[MD_MERGE_OURS]);
	change.report->to = g_strdup(task->to);
	change.report->header = hunk ? hunk_header(hunk) : g_strdup("");
	change.report->place = place;
	change.report->line = change.report->old_line = line;
	g_array_append_val(task->changes, change);
}

/* -------------------------------------------------------------- its states */

gboolean md_port_state_equal(const struct md_port_state *a, const struct md_port_state *b)
{
	return a->mode == b->mode && (a->content == NULL) == (b->content == NULL) &&
	       md_slice_equal(md_slice_from_bytes(a->content), md_slice_from_bytes(b->content));
}

gboolean md_port_read_theirs(struct md_porting *porting, struct md_port_task *task, GError **error)
{
	struct md_port_state *theirs = &task->state[MD_MERGE_THEIRS];
	struct md_entry entry;

	if (strcmp(task->path[MD_MERGE_THEIRS], task->to) != 0) {
		if (!md_tree_stat(porting->port->tree, task->to, &entry, error))
			return FALSE;
		task->blocked = entry.mode != MD_MODE_ABSENT;
	}
	return md_tree_read(porting->port->tree, task->path[MD_MERGE_THEIRS], &theirs->mode,
			    &theirs->content, error);
}

gboolean md_port_read_old(struct md_porting *porting, const char *path, struct md_port_state *state,
			  GError **error)
{
	struct md_patched_file file;

	if (porting->patched == NULL || !md_patched_get(porting->patched, path, &file))
		return md_tree_read(porting->port->old_base, path, &state->mode, &state->content,
				    error);
	state->mode = file.mode;
	state->content = file.content ? g_bytes_ref(file.content) : NULL;
	return TRUE;
}

gboolean md_port_read_base(void *data, const char *path, struct md_patched_file *file,
			   GError **error)
{
	return md_tree_read(data, path, &file->mode, &file->content, error);
}

gboolean md_port_base_has(void *data, const char *path)
{
	struct md_entry entry;

	return md_tree_stat(data, path, &entry, NULL) && entry.mode != MD_MODE_ABSENT;
}
