/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patches, one after the other: each is applied to the old side, and what it touched is a step.
 */
#include "port/porting.h"

static void state_destroy(void *state)
{
	md_port_state_clear(state);
	g_free(state);
}

/* The states, before the patch, of all that it may touch: path to struct md_port_state. */
static GHashTable *read_before(struct md_porting *porting, const struct md_layer *layer,
			       GError **error)
{
	g_autoptr(GHashTable) states =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, state_destroy);
	g_autoptr(GPtrArray) paths = md_patch_paths(layer->patch, layer->apply.strip);

	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		struct md_port_state *state = g_new0(struct md_port_state, 1);

		g_hash_table_insert(states, g_strdup(path), state);
		if (!md_port_read_old(porting, path, state, error))
			return NULL;
	}
	return g_steal_pointer(&states);
}

static void take_hunks(struct md_port_task *task, const struct md_port_patch *patch,
		       const struct md_applied *applied)
{
	const char *name = patch->layer->patch->name;

	for (gsize i = 0; i < applied->file->hunk_count; i++) {
		if (applied->line[i] > 0)
			md_port_task_add(task, name, &applied->file->hunk[i], applied->line[i],
					 applied->file->hunk[i].place);
	}
	if (applied->file->hunk_count == 0 && applied->whole)
		md_port_task_add(task, name, NULL, 0, applied->file->place);
}

/* One task for every file that the patch at hand touched. */
static GPtrArray *make_tasks(struct md_porting *porting, const struct md_port_patch *patch,
			     GHashTable *before, GError **error)
{
	g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func(md_port_task_destroy);

	for (guint i = 0; i < porting->applied->len; i++) {
		const struct md_applied *applied = g_ptr_array_index(porting->applied, i);
		struct md_port_task *task;
		struct md_port_state *base;

		if (applied->to == NULL)
			continue;
		task = md_port_task_find(tasks, applied->to);
		if (task == NULL) {
			task = md_port_task_new(porting, applied->from, applied->to);
			g_ptr_array_add(tasks, task);
			base = g_hash_table_lookup(before, applied->from);
			if (base != NULL) {
				task->state[MD_MERGE_BASE] = *base;
				if (base->content != NULL)
					g_bytes_ref(base->content);
			}
			if (!md_port_read_old(porting, applied->to, &task->state[MD_MERGE_OURS],
					      error))
				return NULL;
			task->copy = applied->file->kind == MD_PATCH_COPY;
		}
		take_hunks(task, patch, applied);
	}
	return g_steal_pointer(&tasks);
}

static gboolean port_patch(struct md_porting *porting, const struct md_layer *layer, GError **error)
{
	struct md_port *port = porting->port;
	struct md_port_patch *patch = md_porting_add_patch(port, layer);
	struct md_slice head = md_port_head(layer);
	g_autoptr(GHashTable) before = read_before(porting, layer, error);
	g_autoptr(GPtrArray) tasks = NULL;

	if (before == NULL)
		return FALSE;
	g_ptr_array_set_size(porting->applied, 0);
	if (!md_patched_apply(porting->patched, layer->patch, &layer->apply, port->rejects,
			      porting->hooks, error))
		return FALSE;
	tasks = make_tasks(porting, patch, before, error);
	if (tasks == NULL || !md_porting_step(porting, tasks, patch, error))
		return FALSE;
	if (patch->kept) {
		struct md_slice content = md_slice_from_bytes(layer->content);

		g_string_truncate(patch->text, 0);
		g_string_append_len(patch->text, content.data, (gssize)content.size);
	} else if (patch->text->len > 0) {
		g_string_prepend_len(patch->text, head.data, (gssize)head.size);
	}
	return TRUE;
}

gboolean md_porting_patches(struct md_porting *porting, GError **error)
{
	const struct md_patch_base base = { md_port_read_base, md_port_base_has,
					    porting->port->old_base };
	const GArray *layers = md_tree_layers(porting->port->old_downstream);

	porting->patched = md_patched_new(&base);
	md_patched_tell(porting->patched, porting->applied);
	for (guint i = 0; i < layers->len; i++) {
		if (!md_hooks_progress(porting->hooks, "carrying patches", i, layers->len, error) ||
		    !port_patch(porting, &g_array_index(layers, struct md_layer, i), error))
			return FALSE;
	}
	return !md_port_is_series(porting->port) || md_port_write_series(porting->port, error);
}
