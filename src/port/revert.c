/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes changes back out: the same merge as `port` makes, with the change turned around. What
 * is carried is the way back, from the tree with the change to the one without it, and the new
 * base that it is carried to is the tree to undo it on. Several are undone one after the
 * other, each on what the one before left.
 *
 * A patch does not say which trees it lies between. The nearest tree that has it is the best
 * base: the target itself, then the new base, both with the patch turned around; or the old base,
 * on which it was made. A target that the patch fits forward has it no more.
 */
#include "port/internal.h"

#include <string.h>

static void tree_destroy(void *tree)
{
	md_tree_free(tree);
}

static void port_destroy(void *port)
{
	md_port_free(port);
}

static void cut_destroy(void *data)
{
	struct md_cut *cut = data;

	g_free(cut->path);
	g_free(cut->text);
	g_free(cut);
}

static void reference_destroy(void *reference)
{
	md_reference_free(reference);
}

/* ------------------------------------------------------------------ steps */

gboolean md_revert_undo(struct md_reverting *reverting, struct md_tree *before,
			struct md_tree *after, GError **error)
{
	struct md_revert *revert = reverting->revert;
	struct md_port *port = md_port_new(after, before, revert->tree, reverting->settings->port,
					   reverting->hooks, error);

	if (port == NULL)
		return FALSE;
	g_ptr_array_add(revert->steps, port);
	revert->tree = port->tree;
	for (enum md_port_result result = 0; result < MD_PORT_RESULTS; result++)
		revert->count[result] += port->count[result];
	return TRUE;
}

static struct md_tree *keep(struct md_reverting *reverting, struct md_tree *tree)
{
	g_ptr_array_add(reverting->revert->trees, tree);
	return tree;
}

/* @base with @paths as @from has them: whole trees, where patches would be carried one by one. */
static struct md_tree *copy_over(struct md_reverting *reverting, struct md_tree *base,
				 struct md_tree *from, GHashTable *paths, GError **error)
{
	struct md_tree *over = keep(reverting, md_tree_overlay_new(base, md_tree_name(from)));
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		g_autoptr(GBytes) content = NULL;
		guint32 mode;

		if (!md_tree_read(from, path, &mode, &content, error))
			return NULL;
		md_tree_overlay_set(over, path, mode, content);
	}
	return over;
}

/* --------------------------------------------------------------- patches */

/* A tree that may have the patch, or that it may have been made on. */
struct place {
	struct md_tree *on;
	gboolean reversed; /* the patch is turned around: @on has it */
	struct md_tree *layers;
	gsize rejects, hunks;
};

static gboolean try_place(struct md_reverting *reverting, struct md_tree *patches,
			  struct place *place, GHashTable *paths, GError **error)
{
	struct md_tree *layers = md_tree_layers_over(patches, place->on, place->reversed, error);

	if (layers == NULL)
		return FALSE;
	place->layers = keep(reverting, layers);
	if (!md_tree_load(layers, paths, reverting->hooks, error))
		return FALSE;
	place->rejects = md_tree_rejects(layers, &place->hunks)->len;
	return TRUE;
}

static gboolean undo_at(struct md_reverting *reverting, const struct place *place,
			GHashTable *paths, GError **error)
{
	const GPtrArray *rejects = md_tree_rejects(place->layers, NULL);
	struct md_tree *patched = copy_over(reverting, place->on, place->layers, paths, error);
	struct md_tree *before = patched, *after = place->on;

	if (patched == NULL)
		return FALSE;
	if (!place->reversed) {
		after = patched;
		before = copy_over(reverting, patched, place->on, paths, error);
		if (before == NULL)
			return FALSE;
	}
	for (guint i = 0; i < rejects->len; i++)
		g_ptr_array_add(reverting->revert->rejects, g_ptr_array_index(rejects, i));
	return md_revert_undo(reverting, before, after, error);
}

static gboolean undo_patches(struct md_reverting *reverting, struct md_tree *patches,
			     GError **error)
{
	struct md_revert *revert = reverting->revert;
	g_autoptr(GHashTable) paths = md_path_set_new();
	struct place places[] = {
		{ .on = revert->tree, .reversed = TRUE },
		{ .on = revert->tree },
		{ .on = revert->new_base, .reversed = TRUE },
		{ .on = revert->old_base },
	};
	const struct place *best = NULL;

	if (!md_tree_changes(md_tree_base(patches), patches, paths, reverting->hooks, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!try_place(reverting, patches, &places[i], paths, error))
			return FALSE;
		if (best == NULL || places[i].rejects < best->rejects)
			best = &places[i];
		if (best->rejects == 0)
			break;
	}
	if (best->rejects == best->hunks && best->hunks > 0) {
		const struct md_reject *reject =
			g_ptr_array_index(md_tree_rejects(places[0].layers, NULL), 0);

		g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
			    "%s: no hunk of it is found, neither done nor to do (%s: %s)",
			    md_tree_name(patches), reject->path, reject->reason);
		return FALSE;
	}
	return undo_at(reverting, best, paths, error);
}

/* ----------------------------------------------------------------- result */

gboolean md_revert_paths(const struct md_revert *revert, GHashTable *paths, GError **error)
{
	for (guint i = 0; i < revert->steps->len; i++) {
		const struct md_port *step = g_ptr_array_index(revert->steps, i);

		if (!md_tree_changes(step->new_base, step->tree, paths, NULL, error))
			return FALSE;
	}
	return TRUE;
}

/* Appends what became of @path on the way from the target to what is left. */
static gboolean print_path(struct md_revert *revert, const char *path,
			   struct md_workspace *workspace, GError **error)
{
	struct md_patch_change change = { .old_path = path, .new_path = path };
	MD_AUTOPTR(md_patch) patch = NULL;
	g_autoptr(GBytes) old = NULL;
	g_autoptr(GBytes) new = NULL;

	if (!md_tree_read(revert->target, path, &change.old_mode, &old, error) ||
	    !md_tree_read(revert->tree, path, &change.new_mode, &new, error))
		return FALSE;
	if (change.old_mode == change.new_mode &&
	    md_slice_equal(md_slice_from_bytes(old), md_slice_from_bytes(new)))
		return TRUE;
	change.old = old;
	change.new = new;
	patch = md_patch_make(path, workspace, &change, 1);
	md_patch_print(patch, revert->text);
	return TRUE;
}

/* The steps as one patch. */
static gboolean print_steps(struct md_revert *revert, GError **error)
{
	g_autoptr(GHashTable) set = md_path_set_new();
	g_autoptr(GPtrArray) paths = NULL;
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();

	if (!md_revert_paths(revert, set, error))
		return FALSE;
	paths = md_port_sorted(set);
	for (guint i = 0; i < paths->len; i++) {
		if (!print_path(revert, g_ptr_array_index(paths, i), workspace, error))
			return FALSE;
	}
	return TRUE;
}

/* One step knows which files it renamed. */
static gboolean finish(struct md_revert *revert, GError **error)
{
	GString *rejected = g_string_new(NULL);

	for (guint i = 0; i < revert->steps->len; i++) {
		const struct md_port *step = g_ptr_array_index(revert->steps, i);
		struct md_slice left_out = md_slice_from_bytes(step->rejected);

		g_string_append_len(rejected, left_out.data, (gssize)left_out.size);
	}
	revert->rejected = g_string_free_to_bytes(rejected);
	if (revert->steps->len == 1) {
		const struct md_port *step = g_ptr_array_index(revert->steps, 0);
		const struct md_port_patch *patch = g_ptr_array_index(step->patches, 0);

		g_string_append_len(revert->text, patch->text->str, (gssize)patch->text->len);
		return TRUE;
	}
	return print_steps(revert, error);
}

static gboolean undo_all(struct md_reverting *reverting, GError **error)
{
	const struct md_revert_settings *settings = reverting->settings;

	for (guint i = 0; i < settings->changes->len; i++) {
		const struct md_revert_change *change =
			&g_array_index(settings->changes, struct md_revert_change, i);

		if (!md_revert_undo(reverting, change->before, change->after, error))
			return FALSE;
	}
	for (guint i = 0; i < settings->patches->len; i++) {
		if (!undo_patches(reverting, g_ptr_array_index(settings->patches, i), error))
			return FALSE;
	}
	if (settings->functions->len > 0 && !md_revert_functions(reverting, error))
		return FALSE;
	return finish(reverting->revert, error) &&
	       md_references_find(reverting->revert, settings->port->jobs, reverting->hooks, error);
}

struct md_revert *md_revert_new(struct md_tree *old_base, struct md_tree *new_base,
				struct md_tree *target, const struct md_revert_settings *settings,
				const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_revert) revert = g_new0(struct md_revert, 1);
	struct md_reverting reverting = { revert, settings, hooks };

	revert->old_base = old_base;
	revert->new_base = new_base;
	revert->target = revert->tree = target;
	revert->trees = g_ptr_array_new_with_free_func(tree_destroy);
	revert->steps = g_ptr_array_new_with_free_func(port_destroy);
	revert->rejects = g_ptr_array_new();
	revert->references = g_ptr_array_new_with_free_func(reference_destroy);
	revert->cuts = g_ptr_array_new_with_free_func(cut_destroy);
	revert->text = g_string_new(NULL);
	return undo_all(&reverting, error) ? g_steal_pointer(&revert) : NULL;
}

void md_revert_free(struct md_revert *revert)
{
	if (revert == NULL)
		return;
	/* What is made of others goes first. */
	while (revert->steps->len > 0)
		g_ptr_array_set_size(revert->steps, (int)revert->steps->len - 1);
	g_ptr_array_unref(revert->steps);
	while (revert->trees->len > 0)
		g_ptr_array_set_size(revert->trees, (int)revert->trees->len - 1);
	g_ptr_array_unref(revert->trees);
	g_ptr_array_unref(revert->rejects);
	g_ptr_array_unref(revert->references);
	g_ptr_array_unref(revert->cuts);
	g_string_free(revert->text, TRUE);
	g_clear_pointer(&revert->rejected, g_bytes_unref);
	g_free(revert);
}

gsize md_revert_trouble_count(const struct md_revert *revert)
{
	return revert->count[MD_PORT_CONFLICT] + revert->rejects->len + revert->references->len;
}

gsize md_revert_reject_count(const struct md_revert *revert)
{
	return revert->rejects->len;
}

struct md_tree *md_revert_tree(const struct md_revert *revert)
{
	return revert->tree;
}

GBytes *md_revert_rejected(const struct md_revert *revert)
{
	return revert->rejected;
}

/* --------------------------------------------------------------- settings */

struct md_revert_settings *md_revert_settings_new(void)
{
	struct md_revert_settings *settings = g_new0(struct md_revert_settings, 1);

	settings->port = md_port_settings_new();
	settings->port->undo = TRUE;
	settings->changes = g_array_new(FALSE, FALSE, sizeof(struct md_revert_change));
	settings->patches = g_ptr_array_new();
	settings->functions = g_ptr_array_new_with_free_func(g_free);
	return settings;
}

void md_revert_settings_free(struct md_revert_settings *settings)
{
	if (settings == NULL)
		return;
	md_port_settings_free(settings->port);
	g_array_unref(settings->changes);
	g_ptr_array_unref(settings->patches);
	g_ptr_array_unref(settings->functions);
	g_free(settings);
}

void md_revert_settings_set_jobs(struct md_revert_settings *settings, guint jobs)
{
	md_port_settings_set_jobs(settings->port, jobs);
}

gboolean md_revert_settings_set_conflicts(struct md_revert_settings *settings, const char *name,
					  GError **error)
{
	return md_port_settings_set_conflicts(settings->port, name, error);
}

void md_revert_settings_add_change(struct md_revert_settings *settings, struct md_tree *before,
				   struct md_tree *after)
{
	const struct md_revert_change change = { before, after };

	g_array_append_val(settings->changes, change);
}

gboolean md_revert_settings_add_patches(struct md_revert_settings *settings,
					struct md_tree *patches, GError **error)
{
	if (md_tree_layers(patches) == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "%s: not a patch or series",
			    md_tree_name(patches));
		return FALSE;
	}
	g_ptr_array_add(settings->patches, patches);
	return TRUE;
}

void md_revert_settings_add_function(struct md_revert_settings *settings, const char *name)
{
	g_ptr_array_add(settings->functions, g_strdup(name));
}
