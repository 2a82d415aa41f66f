/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Undoes what was done to functions: first what the downstream did, to those that upstream left
 * alone, then what upstream did. In each case the newer tree without the chosen units is
 * laid beside it, and the way there carried to what is left so far.
 */
#include "port/undo.h"

#include <string.h>

struct undoing {
	struct md_reverting *reverting;
	struct md_undo *upstream, *downstream; /* the second may be NULL */
	GArray *roots[2];		       /* of struct md_undo_place, for each */
};

static void undoing_clear(struct undoing *undoing)
{
	g_array_unref(undoing->roots[0]);
	g_array_unref(undoing->roots[1]);
	md_undo_free(undoing->downstream);
	md_undo_free(undoing->upstream);
}

/* ------------------------------------------------------------- no such name */

/* Names longer than this are compared by their beginning. */
#define LONGEST_NAME 63

/* How many letters one has to change, put in or take out to make @b of @a. */
static guint distance(struct md_slice a, struct md_slice b)
{
	guint row[LONGEST_NAME + 1];

	a.size = MIN(a.size, LONGEST_NAME);
	b.size = MIN(b.size, LONGEST_NAME);
	for (guint j = 0; j <= b.size; j++)
		row[j] = j;
	for (guint i = 1; i <= a.size; i++) {
		guint before = row[0];

		row[0] = i;
		for (guint j = 1; j <= b.size; j++) {
			guint above = row[j];

			row[j] = MIN(MIN(row[j], row[j - 1]) + 1,
				     before + (a.data[i - 1] != b.data[j - 1]));
			before = above;
		}
	}
	return row[b.size];
}

struct guessing {
	struct md_slice wanted;
	GPtrArray *near; /* of names, the nearest last */
	guint least;
};

static void guess(void *data, struct md_slice word, gsize line)
{
	struct guessing *guessing = data;
	gsize size = guessing->wanted.size;
	guint far;

	if (word.size + guessing->least <= size || size + guessing->least <= word.size)
		return;
	far = distance(guessing->wanted, word);
	if (far == 0 || far >= guessing->least)
		return;
	guessing->least = far;
	g_ptr_array_add(guessing->near, g_strndup(word.data, word.size));
}

/* A name that something changed has, and that @name may be meant for; or NULL. */
static char *find_near(struct md_undo *undo, const char *name)
{
	const char *colon = strrchr(name, ':');
	const char *wanted = colon ? colon + 1 : name;
	g_autoptr(GPtrArray) near = g_ptr_array_new_with_free_func(g_free);
	struct guessing guessing = {
		.wanted = { wanted, strlen(wanted) },
		.near = near,
		/* A letter in four may be wrong. */
		.least = (guint)MIN(strlen(wanted) / 4, LONGEST_NAME) + 1,
	};

	for (guint i = 0; i < undo->entries->len; i++) {
		const struct md_undo_entry *entry = g_ptr_array_index(undo->entries, i);
		g_autoptr(GBytes) content = NULL;

		if (!md_tree_read(undo->tree[MD_UNDO_AFTER], entry->path, NULL, &content, NULL))
			continue;
		md_words_each(md_slice_from_bytes(content), guess, &guessing);
	}
	while (near->len > 0) {
		g_autoptr(GArray) roots = g_array_new(FALSE, FALSE, sizeof(struct md_undo_place));
		g_autofree char *last = g_ptr_array_steal_index(near, near->len - 1);
		gboolean known = FALSE;

		/* Where several files have one that is no trouble here. */
		md_undo_roots(undo, last, roots, &known, NULL);
		if (known)
			return g_steal_pointer(&last);
	}
	return NULL;
}

struct lookup {
	const char *path, *name;
	gint found;
};

static gboolean look_up(void *data, const char *path, guint32 mode, GBytes *content, GError **error)
{
	struct lookup *lookup = data;
	struct md_slice text = md_slice_from_bytes(content);
	const GArray *definitions;
	MD_AUTOPTR(md_outline) outline = NULL;

	if (g_atomic_int_get(&lookup->found) || text.size == 0 || !md_path_is_code(path) ||
	    (lookup->path != NULL && strcmp(lookup->path, path) != 0) ||
	    memmem(text.data, text.size, lookup->name, strlen(lookup->name)) == NULL)
		return TRUE;
	outline = md_outline_new(path, text);
	definitions = md_outline_definitions(outline);
	for (guint i = 0; i < definitions->len; i++) {
		if (g_strcmp0(g_array_index(definitions, struct md_definition, i).name,
			      lookup->name) == 0)
			g_atomic_int_set(&lookup->found, TRUE);
	}
	return TRUE;
}

/* Nobody changed @name, or there is none: says which. */
static gboolean fail(const struct undoing *undoing, const char *name, gboolean known,
		     GError **error)
{
	const struct md_reverting *reverting = undoing->reverting;
	const struct md_revert *revert = reverting->revert;
	const char *colon = strrchr(name, ':');
	g_autofree char *path = colon ? g_strndup(name, (gsize)(colon - name)) : NULL;
	g_autofree char *near = NULL;
	struct lookup lookup = { path, colon ? colon + 1 : name, known };

	if (!known && lookup.name[0] != '\0' &&
	    !md_tree_each(revert->target, reverting->settings->port->jobs, look_up, &lookup,
			  reverting->hooks, "looking for the function", error))
		return FALSE;
	if (lookup.found) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: nobody changed it from %s to %s",
			    name, md_tree_name(revert->old_base), md_tree_name(revert->target));
		return FALSE;
	}
	near = find_near(undoing->upstream, name);
	if (near == NULL && undoing->downstream != NULL)
		near = find_near(undoing->downstream, name);
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: no such function in %s or %s%s%s%s", name,
		    md_tree_name(revert->old_base), md_tree_name(revert->target),
		    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return FALSE;
}

/* ------------------------------------------------------------------ result */

/* Whether a Makefile beside @path compiles it: then the build needs it to be there. */
static gboolean is_built(struct md_tree *tree, const char *path)
{
	static const char *const makefiles[] = { "Makefile", "Kbuild" };
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *object = g_path_get_basename(path);
	gsize size = strlen(object);

	if (size < 2 || strcmp(object + size - 2, ".c") != 0)
		return FALSE;
	object[size - 1] = 'o';
	for (guint i = 0; i < G_N_ELEMENTS(makefiles); i++) {
		g_autofree char *makefile = g_build_filename(folder, makefiles[i], NULL);
		g_autoptr(GHashTable) set = md_path_set_new();
		g_autoptr(GBytes) content = NULL;
		struct md_slice text;

		g_hash_table_add(set, g_strdup(makefile[0] == '.' ? makefile + 2 : makefile));
		if (!md_tree_load(tree, set, NULL, NULL) ||
		    !md_tree_read(tree, makefile[0] == '.' ? makefile + 2 : makefile, NULL,
				  &content, NULL))
			continue;
		text = md_slice_from_bytes(content);
		if (text.size > 0 && memmem(text.data, text.size, object, size) != NULL)
			return TRUE;
	}
	return FALSE;
}

static gboolean is_touched(const struct md_undo_file *file)
{
	for (guint i = 0; i < file->units->len; i++) {
		if (md_undo_unit(file, i)->undone)
			return TRUE;
	}
	for (guint i = 0; i + 1 < file->version[MD_UNDO_AFTER].line->len; i++) {
		if (file->cut[i])
			return TRUE;
	}
	return FALSE;
}

static char *name_of_result(const struct md_undo *undo, const GPtrArray *functions)
{
	g_autoptr(GString) name = g_string_new(md_tree_name(undo->tree[MD_UNDO_AFTER]));

	for (guint i = 0; i < functions->len; i++)
		g_string_append_printf(name, "%s%s", i > 0 ? ", " : " without ",
				       (const char *)g_ptr_array_index(functions, i));
	return g_string_free(g_steal_pointer(&name), FALSE);
}

/* The newer tree of @undo without what is undone; owned by the revert. */
static struct md_tree *make_tree(struct undoing *undoing, struct md_undo *undo)
{
	struct md_tree *after = undo->tree[MD_UNDO_AFTER], *tree;
	g_autofree char *name = name_of_result(undo, undoing->reverting->settings->functions);

	tree = md_tree_overlay_new(after, name);
	g_ptr_array_add(undoing->reverting->revert->trees, tree);
	for (guint i = 0; i < undo->entries->len; i++) {
		const struct md_undo_entry *entry = g_ptr_array_index(undo->entries, i);
		const struct md_undo_version *version;
		g_autoptr(GBytes) text = NULL;

		if (entry->file == NULL || !is_touched(entry->file))
			continue;
		if (md_undo_is_hollow(entry->file) && !is_built(after, entry->path)) {
			md_tree_overlay_set(tree, entry->path, MD_MODE_ABSENT, NULL);
			continue;
		}
		text = md_undo_file_text(entry->file);
		version = &entry->file->version[MD_UNDO_AFTER];
		if (version->mode == 0)
			version = &entry->file->version[MD_UNDO_BEFORE];
		md_tree_overlay_set(tree, entry->path, version->mode, text);
	}
	return tree;
}

/* The words of @text, each behind one blank. */
static char *on_one_line(struct md_slice text)
{
	g_autofree char *copy = g_strndup(text.data, text.size);
	GString *line = g_string_new(NULL);

	for (char *rest = copy; *rest != '\0';) {
		gsize size = strcspn(rest, " \t\r\n\f\v");

		if (size > 0)
			g_string_append_printf(line, "%s%.*s", line->len > 0 ? " " : "", (int)size,
					       rest);
		rest += size + strspn(rest + size, " \t\r\n\f\v");
	}
	return g_string_free(line, FALSE);
}

/* Takes down what was taken out of functions of @file that stay. */
static void list_cuts(struct md_revert *revert, const struct md_undo_file *file)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	gsize count = after->line->len - 1;

	for (gsize first = 0, end; first < count; first = end) {
		struct md_cut *cut;

		end = first + 1;
		if (!file->cut[first] || md_undo_unit(file, file->unit_of[first])->undone)
			continue;
		while (end < count && file->cut[end])
			end++;
		cut = g_new(struct md_cut, 1);
		cut->path = g_strdup(file->path);
		cut->line = first + 1;
		cut->text = on_one_line(md_undo_lines(after, (struct md_extent){ first, end }));
		g_ptr_array_add(revert->cuts, cut);
	}
}

static void list_all_cuts(struct md_revert *revert, const struct md_undo *undo)
{
	for (guint i = 0; i < undo->entries->len; i++) {
		const struct md_undo_entry *entry = g_ptr_array_index(undo->entries, i);

		if (entry->file != NULL)
			list_cuts(revert, entry->file);
	}
}

static gboolean undo_roots(struct undoing *undoing, struct md_undo *undo, const GArray *roots,
			   const struct md_undo *own, GError **error)
{
	if (roots->len == 0)
		return TRUE;
	if (!md_undo_close(undo, roots, own, error))
		return FALSE;
	list_all_cuts(undoing->reverting->revert, undo);
	return md_revert_undo(undoing->reverting, make_tree(undoing, undo),
			      undo->tree[MD_UNDO_AFTER], error);
}

static gboolean find_roots(struct undoing *undoing, GError **error)
{
	const GPtrArray *functions = undoing->reverting->settings->functions;

	for (guint i = 0; i < functions->len; i++) {
		const char *name = g_ptr_array_index(functions, i);
		guint before = undoing->roots[0]->len + undoing->roots[1]->len;
		gboolean known = FALSE, known_down = FALSE;

		if (!md_undo_roots(undoing->upstream, name, undoing->roots[0], &known, error))
			return FALSE;
		if (undoing->roots[0]->len + undoing->roots[1]->len > before)
			continue;
		if (undoing->downstream != NULL &&
		    !md_undo_roots(undoing->downstream, name, undoing->roots[1], &known_down,
				   error))
			return FALSE;
		if (undoing->roots[0]->len + undoing->roots[1]->len == before)
			return fail(undoing, name, known || known_down, error);
	}
	return TRUE;
}

gboolean md_revert_functions(struct md_reverting *reverting, GError **error)
{
	struct md_revert *revert = reverting->revert;
	guint jobs = reverting->settings->port->jobs;
	__attribute__((cleanup(undoing_clear))) struct undoing undoing = {
		.reverting = reverting,
		.roots = { g_array_new(FALSE, FALSE, sizeof(struct md_undo_place)),
			   g_array_new(FALSE, FALSE, sizeof(struct md_undo_place)) },
	};

	undoing.upstream =
		md_undo_new(revert->old_base, revert->new_base, jobs, reverting->hooks, error);
	if (undoing.upstream == NULL)
		return FALSE;
	if (revert->target != revert->new_base) {
		undoing.downstream = md_undo_new(revert->new_base, revert->target, jobs,
						 reverting->hooks, error);
		if (undoing.downstream == NULL)
			return FALSE;
	}
	return find_roots(&undoing, error) &&
	       undo_roots(&undoing, undoing.downstream, undoing.roots[1], NULL, error) &&
	       undo_roots(&undoing, undoing.upstream, undoing.roots[0], undoing.downstream, error);
}
