/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of one file. What the comparison shows of it is printed as a patch, which is
 * read and applied, without fuzz, as any patch that a user brings: to the carried file it
 * must give the new downstream, and reversed, to the new downstream, the carried file.
 */
#include "render/render.h"
#include "verify/internal.h"

#include <string.h>

static void states_clear(struct md_states *states)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		g_clear_pointer(&states->version[version].content, g_bytes_unref);
}

static gboolean states_read(struct md_states *states, const struct md_comparison *comparison,
			    const struct md_file_paths *paths, GError **error)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		struct md_patched_file *file = &states->version[version];

		if (!md_tree_read(comparison->tree[version], paths->path[version], &file->mode,
				  &file->content, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_same(const struct md_patched_file *a, const struct md_patched_file *b)
{
	return a->mode == b->mode &&
	       md_slice_equal(md_slice_from_bytes(a->content), md_slice_from_bytes(b->content));
}

/* ---------------------------------------------------------------- applying */

/* A tree of one file. */
struct lone_file {
	const char *path;
	const struct md_patched_file *file;
};

static gboolean read_lone(void *data, const char *path, struct md_patched_file *file,
			  GError **error)
{
	const struct lone_file *lone = data;

	*file = (struct md_patched_file){ 0 };
	if (strcmp(path, lone->path) != 0 || lone->file->mode == 0)
		return TRUE;
	file->mode = lone->file->mode;
	file->content = g_bytes_ref(lone->file->content);
	return TRUE;
}

static gboolean has_lone(void *data, const char *path)
{
	const struct lone_file *lone = data;

	return strcmp(path, lone->path) == 0 && lone->file->mode != 0;
}

static void reject_destroy(void *reject)
{
	md_reject_free(reject);
}

/* Hunks that do not lie where they say are told of. */
static void note_remark(void *data, const char *message)
{
	char **remark = data;

	if (*remark == NULL)
		*remark = g_strdup(message);
}

/* TRUE where @patch makes of @from at @path what @to is, and touches nothing else. */
static gboolean leads(const struct md_patch *patch, const char *path,
		      const struct md_patched_file *from, const struct md_patched_file *to,
		      GError **error)
{
	struct lone_file lone = { path, from };
	const struct md_patch_base base = { read_lone, has_lone, &lone };
	const struct md_apply_settings settings = { .strip = 1 };
	g_autofree char *remark = NULL;
	const struct md_hooks hooks = { .log = note_remark, .data = &remark };
	g_autoptr(GPtrArray) rejects = g_ptr_array_new_with_free_func(reject_destroy);
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	g_autoptr(GPtrArray) touched = NULL;
	struct md_patched_file result;

	if (!md_patched_apply(patched, patch, &settings, rejects, &hooks, error))
		return FALSE;
	if (rejects->len > 0) {
		const struct md_reject *reject = g_ptr_array_index(rejects, 0);

		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s %s", reject->hunk, reject->reason);
		return FALSE;
	}
	if (remark != NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s", remark);
		return FALSE;
	}
	touched = md_patched_paths(patched);
	if (touched->len > 1 ||
	    (touched->len == 1 && strcmp(g_ptr_array_index(touched, 0), path) != 0)) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "it touches another file");
		return FALSE;
	}
	if (!md_patched_get(patched, path, &result))
		result = *from;
	if (is_same(&result, to))
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "it gives another %s",
		    result.mode == to->mode ? "text" : "mode");
	return FALSE;
}

/* ----------------------------------------------------------------- telling */

/*
 * How many lines of the patch are in @regions; what moved, within the file or to another,
 * is left out, for a reader is told of it at its new place alone.
 */
static gsize count_lines(const GPtrArray *regions)
{
	gsize count = 0;

	for (guint i = 0; i < regions->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(regions, i);

		for (gsize line = 0; line < region->count; line++)
			count += md_mark_shown(region->mark[line]) != ' ' &&
				 !(region->mark[line] & MD_MARK_MOVED) &&
				 (line < region->arrived_first || line >= region->arrived_end);
	}
	return count;
}

/* A reader of text and records is told of every line that the patch has. */
static char *check_told(const struct md_file_comparison *file)
{
	gsize patch = count_lines(file->regions), told = count_lines(file->told);

	if (patch == told)
		return NULL;
	return g_strdup_printf("the patch has %zu lines that did not move, the text %zu", patch,
			       told);
}

/* ----------------------------------------------------------------- one file */

static char *check_patch(const struct md_comparison *comparison,
			 const struct md_file_comparison *file,
			 const struct md_patched_file *carried,
			 const struct md_patched_file *newest)
{
	g_autoptr(GString) printed = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_patch) patch = NULL;

	md_render_patch(printed, comparison, file);
	bytes = g_string_free_to_bytes(g_steal_pointer(&printed));
	patch = md_patch_parse("what is shown", bytes, &error);
	if (patch == NULL)
		return g_strdup(error->message);
	if (!leads(patch, file->name, carried, newest, &error))
		return g_strdup_printf("what is shown does not lead to the new downstream: %s",
				       error->message);
	md_patch_reverse(patch);
	if (!leads(patch, file->name, newest, carried, &error))
		return g_strdup_printf("what is shown does not lead back to the carried file: %s",
				       error->message);
	return check_told(file);
}

/* Where nothing is known but the trees: the same ids are the same bytes. */
static gboolean is_carried_whole(const struct md_entry entry[MD_VERSIONS])
{
	static const enum md_version pairs[][2] = {
		{ MD_OLD_BASE, MD_NEW_BASE },
		{ MD_OLD_DOWNSTREAM, MD_NEW_DOWNSTREAM },
	};

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		const struct md_entry *a = &entry[pairs[i][0]], *b = &entry[pairs[i][1]];

		if (a->mode != b->mode)
			return FALSE;
		if (a->mode != MD_MODE_ABSENT &&
		    (!a->has_id || !b->has_id || memcmp(a->id, b->id, MD_ID_SIZE) != 0))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_and_check(const struct md_comparison *comparison,
			       const struct md_file_paths *paths,
			       const struct md_file_comparison *file,
			       struct md_workspace *workspace, char **reason, GError **error)
{
	__attribute__((cleanup(states_clear))) struct md_states states = { 0 };
	const struct md_patched_file *newest = &states.version[MD_NEW_DOWNSTREAM];
	struct md_patched_file carried;

	if (!states_read(&states, comparison, paths, error))
		return FALSE;
	if (!md_carry(&states, workspace, &carried, reason))
		return TRUE;
	if (file != NULL)
		*reason = check_patch(comparison, file, &carried, newest);
	else if (!is_same(&carried, newest))
		*reason = g_strdup("nothing of it is shown, but the carried file is another");
	g_clear_pointer(&carried.content, g_bytes_unref);
	return TRUE;
}

gboolean md_verify_file(const struct md_comparison *comparison, const struct md_file_paths *paths,
			const struct md_file_comparison *file, struct md_workspace *workspace,
			char **reason, GError **error)
{
	struct md_entry entry[MD_VERSIONS];

	*reason = NULL;
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (!md_tree_stat(comparison->tree[version], paths->path[version], &entry[version],
				  error))
			return FALSE;
	}
	if (file == NULL && is_carried_whole(entry))
		return TRUE;
	return read_and_check(comparison, paths, file, workspace, reason, error);
}
