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
#include "port/internal.h"

#include <string.h>

struct porting {
	struct md_port *port;
	const struct md_port_settings *settings;
	const struct md_hooks *hooks;
	struct md_port_labels labels;
	GHashTable *wanted;  /* set of the paths that the patches touch; not owned */
	GHashTable *beside;  /* set of paths, see find_beside; NULL: nobody asked */
	GHashTable *renames; /* path on the old side to path on the new one, where they differ */
	/* Patches: the states of the old side, and what the patch at hand touched. */
	struct md_patched *patched;
	GPtrArray *applied; /* of struct md_applied */
	GAsyncQueue *workspaces;
};

static void workspace_destroy(void *workspace)
{
	md_workspace_free(workspace);
}

static void porting_clear(struct porting *porting)
{
	for (enum md_merge_text text = 0; text < MD_MERGE_TEXTS; text++)
		g_free(porting->labels.text[text]);
	g_clear_pointer(&porting->beside, g_hash_table_unref);
	g_clear_pointer(&porting->renames, g_hash_table_unref);
	md_patched_free(porting->patched);
	g_ptr_array_unref(porting->applied);
	g_async_queue_unref(porting->workspaces);
}

/* ------------------------------------------------------------------ tasks */

static void task_destroy(void *task)
{
	md_port_task_free(task);
}

static struct md_port_task *task_new(struct porting *porting, const char *from, const char *path)
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

static gboolean read_theirs(struct porting *porting, struct md_port_task *task, GError **error)
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

/* A hunk, or where it is NULL what @task changes without lines, with its line in the ledger. */
static void add_change(struct md_port_task *task, const char *patch, const struct md_hunk *hunk,
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

/* ------------------------------------------------------------------ trees */

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
			add_change(task, NULL, &file->hunk[j], MAX(file->hunk[j].new_start, 1), 0);
	}
	if (task->changes->len == 0)
		add_change(task, NULL, NULL, 0, 0);
}

struct merging {
	struct porting *porting;
	GPtrArray *tasks; /* of struct md_port_task; NULL for one that came to nothing */
	gboolean trees;
};

static gboolean same_state(const struct md_port_state *a, const struct md_port_state *b)
{
	return a->mode == b->mode && (a->content == NULL) == (b->content == NULL) &&
	       md_slice_equal(md_slice_from_bytes(a->content), md_slice_from_bytes(b->content));
}

/* Reads the two old states from whole trees. */
static gboolean read_trees(struct porting *porting, struct md_port_task *task,
			   struct md_workspace *workspace, GError **error)
{
	struct md_port_state *base = &task->state[MD_MERGE_BASE];
	struct md_port_state *ours = &task->state[MD_MERGE_OURS];

	if (!md_tree_read(porting->port->old_base, task->path[MD_MERGE_BASE], &base->mode,
			  &base->content, error) ||
	    !md_tree_read(porting->port->old_downstream, task->path[MD_MERGE_OURS], &ours->mode,
			  &ours->content, error) ||
	    !read_theirs(porting, task, error))
		return FALSE;
	if (!same_state(base, ours))
		find_hunks(task, workspace);
	return TRUE;
}

static gboolean merge_task(gsize index, void *data, GError **error)
{
	struct merging *merging = data;
	struct porting *porting = merging->porting;
	struct md_port_task *task = g_ptr_array_index(merging->tasks, index);
	struct md_workspace *workspace = g_async_queue_try_pop(porting->workspaces);
	gboolean done;

	if (workspace == NULL)
		workspace = md_workspace_new();
	done = merging->trees ? read_trees(porting, task, workspace, error)
			      : read_theirs(porting, task, error);
	if (done)
		md_port_file_merge(task, workspace);
	g_async_queue_push(porting->workspaces, workspace);
	return done;
}

static gboolean finish_task(gsize index, void *data, GError **error)
{
	struct merging *merging = data;
	struct porting *porting = merging->porting;
	struct md_workspace *workspace = g_async_queue_try_pop(porting->workspaces);

	if (workspace == NULL)
		workspace = md_workspace_new();
	md_port_file_finish(g_ptr_array_index(merging->tasks, index), workspace, porting->settings,
			    &porting->labels);
	g_async_queue_push(porting->workspaces, workspace);
	return TRUE;
}

/* ---------------------------------------------------------------- loading */

struct loading {
	struct porting *porting;
	struct md_tree *tree[3];
	GHashTable *paths;
};

static gboolean load_tree(gsize index, void *data, GError **error)
{
	struct loading *loading = data;

	return loading->tree[index] == NULL ||
	       md_tree_load(loading->tree[index], loading->paths, loading->porting->hooks, error);
}

/* Makes @paths ready in both bases, and in @downstream where it is a tree of its own, at once. */
static gboolean load(struct porting *porting, struct md_tree *downstream, GHashTable *paths,
		     GError **error)
{
	struct loading loading = { porting,
				   { porting->port->old_base, porting->port->new_base, downstream },
				   paths };

	return md_parallel_for(G_N_ELEMENTS(loading.tree), porting->settings->jobs, load_tree,
			       &loading, NULL, NULL, error);
}

/* -------------------------------------------------------------- elsewhere */

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

static struct md_port_task *find_task(GPtrArray *tasks, const char *path)
{
	for (guint i = 0; i < tasks->len; i++) {
		struct md_port_task *task = g_ptr_array_index(tasks, i);

		if (strcmp(task->path[MD_MERGE_OURS], path) == 0)
			return task;
	}
	return NULL;
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
static gboolean find_beside(struct porting *porting, GError **error)
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
	return load(porting, NULL, porting->beside, error);
}

/* The state of @path on the old side now. */
static gboolean read_old(struct porting *porting, const char *path, struct md_port_state *state,
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

/* Adds a task for every file of @paths that is none yet. */
static gboolean add_beside(struct porting *porting, GPtrArray *tasks, const GPtrArray *paths,
			   struct md_workspace *workspace, GError **error)
{
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		struct md_port_task *task;
		struct md_port_state *base;

		if (find_task(tasks, path) != NULL)
			continue;
		task = task_new(porting, path, path);
		task->beside = TRUE;
		g_ptr_array_add(tasks, task);
		base = &task->state[MD_MERGE_BASE];
		if (!read_old(porting, path, base, error) || !read_theirs(porting, task, error))
			return FALSE;
		task->state[MD_MERGE_OURS].mode = base->mode;
		if (base->content != NULL)
			task->state[MD_MERGE_OURS].content = g_bytes_ref(base->content);
		md_port_file_merge(task, workspace);
	}
	return TRUE;
}

/* Hunks that have no place in their file may have one in another. */
static gboolean follow_elsewhere(struct porting *porting, GPtrArray *tasks, GError **error)
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

/* ------------------------------------------------------------------ steps */

static void put_state(struct porting *porting, const char *path, const struct md_port_state *state)
{
	md_tree_overlay_set(porting->port->tree, path, state->mode, state->content);
}

/* Puts what came out of @task over the new base. */
static void put_result(struct porting *porting, const struct md_port_task *task)
{
	static const struct md_port_state gone = { 0 };
	const char *theirs = task->path[MD_MERGE_THEIRS];

	if (strcmp(theirs, task->to) != 0 && task->state[MD_MERGE_THEIRS].mode != 0 && !task->copy)
		put_state(porting, theirs, &gone);
	if (!same_state(&task->state[MD_MERGE_THEIRS], &task->result) ||
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

static void keep_reports(struct porting *porting, struct md_port_task *task)
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

static gboolean read_base(void *data, const char *path, struct md_patched_file *file,
			  GError **error)
{
	return md_tree_read(data, path, &file->mode, &file->content, error);
}

static gboolean base_has(void *data, const char *path)
{
	struct md_entry entry;

	return md_tree_stat(data, path, &entry, NULL) && entry.mode != MD_MODE_ABSENT;
}

/* Whether the patch, as it was written, does to the new base what was found. */
static gboolean is_still_right(struct porting *porting, const struct md_layer *layer,
			       const GPtrArray *tasks)
{
	const struct md_patch_base base = { read_base, base_has, porting->port->tree };
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
		if (!same_state(&state, &task->result))
			return FALSE;
	}
	return TRUE;
}

/* Merges @tasks and keeps what came out, as one patch. */
static gboolean run_step(struct porting *porting, GPtrArray *tasks, struct md_port_patch *patch,
			 GError **error)
{
	struct merging merging = { porting, tasks, patch->layer == NULL };
	/* Few files are done sooner than a thread is started. */
	guint jobs = tasks->len < 8 ? 1 : porting->settings->jobs;

	if (!md_parallel_for(tasks->len, jobs, merge_task, &merging,
			     patch->layer ? NULL : porting->hooks, "carrying", error))
		return FALSE;
	if (!follow_elsewhere(porting, tasks, error) ||
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

static struct md_port_patch *add_patch(struct md_port *port, const struct md_layer *layer)
{
	struct md_port_patch *patch = g_new0(struct md_port_patch, 1);

	patch->layer = layer;
	patch->text = g_string_new(NULL);
	patch->rejects = g_string_new(NULL);
	g_ptr_array_add(port->patches, patch);
	return patch;
}

/*
 * Where the change itself renamed a file its two paths are one row: a table from the path in the
 * old base to that in the old downstream.
 */
static GHashTable *find_own_renames(struct porting *porting, const GPtrArray *paths, GError **error)
{
	struct md_port *port = porting->port;
	struct md_tree *const tree[MD_VERSIONS] = { port->old_base, port->old_base,
						    port->old_downstream, port->old_downstream };

	return md_renames_find(tree, paths, porting->settings->jobs, porting->hooks, error);
}

static gboolean port_trees(struct porting *porting, struct md_tree *const tree[MD_VERSIONS],
			   const GPtrArray *paths, GError **error)
{
	g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func(task_destroy);
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
		struct md_port_task *task;

		if (g_hash_table_contains(taken, from))
			continue;
		if (strcmp(from, to) == 0 && g_hash_table_contains(renamed, from))
			to = g_hash_table_lookup(renamed, from);
		task = task_new(porting, from, to);

		g_ptr_array_add(tasks, task);
	}
	return run_step(porting, tasks, add_patch(porting->port, NULL), error);
}

/* ---------------------------------------------------------------- patches */

static void state_destroy(void *state)
{
	md_port_state_clear(state);
	g_free(state);
}

/* The states, before the patch, of all that it may touch: path to struct md_port_state. */
static GHashTable *read_before(struct porting *porting, const struct md_layer *layer,
			       GError **error)
{
	g_autoptr(GHashTable) states =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, state_destroy);
	g_autoptr(GPtrArray) paths = md_patch_paths(layer->patch, layer->apply.strip);

	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		struct md_port_state *state = g_new0(struct md_port_state, 1);

		g_hash_table_insert(states, g_strdup(path), state);
		if (!read_old(porting, path, state, error))
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
			add_change(task, name, &applied->file->hunk[i], applied->line[i],
				   applied->file->hunk[i].place);
	}
	if (applied->file->hunk_count == 0 && applied->whole)
		add_change(task, name, NULL, 0, applied->file->place);
}

/* One task for every file that the patch at hand touched. */
static GPtrArray *make_tasks(struct porting *porting, const struct md_port_patch *patch,
			     GHashTable *before, GError **error)
{
	g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func(task_destroy);

	for (guint i = 0; i < porting->applied->len; i++) {
		const struct md_applied *applied = g_ptr_array_index(porting->applied, i);
		struct md_port_task *task;
		struct md_port_state *base;

		if (applied->to == NULL)
			continue;
		task = find_task(tasks, applied->to);
		if (task == NULL) {
			task = task_new(porting, applied->from, applied->to);
			g_ptr_array_add(tasks, task);
			base = g_hash_table_lookup(before, applied->from);
			if (base != NULL) {
				task->state[MD_MERGE_BASE] = *base;
				if (base->content != NULL)
					g_bytes_ref(base->content);
			}
			if (!read_old(porting, applied->to, &task->state[MD_MERGE_OURS], error))
				return NULL;
			task->copy = applied->file->kind == MD_PATCH_COPY;
		}
		take_hunks(task, patch, applied);
	}
	return g_steal_pointer(&tasks);
}

static gboolean port_patch(struct porting *porting, const struct md_layer *layer, GError **error)
{
	struct md_port *port = porting->port;
	struct md_port_patch *patch = add_patch(port, layer);
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
	if (tasks == NULL || !run_step(porting, tasks, patch, error))
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

static gboolean port_patches(struct porting *porting, GError **error)
{
	const struct md_patch_base base = { read_base, base_has, porting->port->old_base };
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

/* ------------------------------------------------------------------- walk */

static gboolean port_all(struct porting *porting, GError **error)
{
	GHashTable *wanted = porting->wanted;
	struct md_port *port = porting->port;
	struct md_tree *const tree[MD_VERSIONS] = { port->old_base, port->old_downstream,
						    port->new_base, port->new_base };
	gboolean layers = md_tree_layers(port->old_downstream) != NULL;
	g_autoptr(GPtrArray) paths = NULL;

	if (!md_tree_changes(port->old_base, port->old_downstream, wanted, porting->hooks, error) ||
	    !load(porting, layers ? NULL : port->old_downstream, wanted, error))
		return FALSE;
	paths = md_port_sorted(wanted);
	porting->renames =
		md_renames_find(tree, paths, porting->settings->jobs, porting->hooks, error);
	if (porting->renames == NULL)
		return FALSE;
	return layers ? port_patches(porting, error) : port_trees(porting, tree, paths, error);
}

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

static void set_labels(struct porting *porting)
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

struct md_port *md_port_new(struct md_tree *old_base, struct md_tree *old_downstream,
			    struct md_tree *new_base, const struct md_port_settings *settings,
			    const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_port) port = g_new0(struct md_port, 1);
	g_autoptr(GHashTable) wanted = md_path_set_new();
	__attribute__((cleanup(porting_clear))) struct porting porting = {
		.port = port,
		.settings = settings,
		.hooks = hooks,
		.wanted = wanted,
		.applied = g_ptr_array_new_with_free_func((GDestroyNotify)md_applied_free),
		.workspaces = g_async_queue_new_full(workspace_destroy),
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
