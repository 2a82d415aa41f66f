/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The law of --format=unified. */
#include "carry.h"

#include "compare/compare.h"
#include "memory_tree.h"
#include "patch/patch.h"
#include "render/render.h"
#include "verify/verify.h"

static gboolean append(void *data, const char *bytes, gsize size, GError **error)
{
	g_string_append_len(data, bytes, (gssize)size);
	return TRUE;
}

/* Prints the comparison; the carried file as the columns have it goes to @carried. */
static GString *compare_and_print(const struct md_slice text[MD_VERSIONS],
				  const guint32 mode[MD_VERSIONS])
{
	MD_AUTOPTR(md_compare_settings) settings = md_compare_settings_new();
	MD_AUTOPTR(md_render_settings) render = md_render_settings_new();
	MD_AUTOPTR(md_comparison) comparison = NULL;
	g_autoptr(GError) error = NULL;
	struct md_tree *tree[MD_VERSIONS];
	GString *patch = g_string_new(NULL);

	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		tree[version] =
			memory_tree_new(md_version_name(version), mode[version], text[version]);
	md_compare_settings_set_jobs(settings, 1);
	comparison = md_compare(tree, settings, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(md_verify(comparison, 1, NULL, &error));
	md_verify_passed(comparison, &error);
	g_assert_no_error(error);
	/* Every format must stand whatever the texts hold; the patch is kept. */
	md_render_comparison(comparison, render, append, patch, &error);
	g_assert_true(md_render_settings_set_format(render, "jsonl", NULL));
	md_render_comparison(comparison, render, append, patch, &error);
	g_string_truncate(patch, 0);
	g_assert_true(md_render_settings_set_format(render, "unified", NULL));
	md_render_comparison(comparison, render, append, patch, &error);
	g_assert_no_error(error);
	g_clear_pointer(&comparison, md_comparison_free);
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		md_tree_free(tree[version]);
	return patch;
}

static gboolean base_read(void *data, const char *path, struct md_patched_file *file,
			  GError **error)
{
	return md_tree_read(data, path, &file->mode, &file->content, error);
}

static gboolean base_exists(void *data, const char *path)
{
	struct md_entry entry = { 0 };

	return md_tree_stat(data, path, &entry, NULL) && entry.mode != MD_MODE_ABSENT;
}

/* The lines of the carried text, joined; one that lost its newline gets it back. */
static GString *carried_text(const struct md_slice text[MD_VERSIONS])
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	struct md_columns columns;
	struct md_walk walk = { 0 };
	GString *carried = g_string_new(NULL);

	md_diff_compute(workspace, text, MD_SPACE_EXACT, &columns);
	md_columns_carry_words(workspace, &columns);
	for (; walk.column < columns.count; md_walk_next(&walk, &columns)) {
		struct md_slice line;

		if (!(md_mark_projections(columns.mark[walk.column]) & MD_BIT(MD_CARRIED)))
			continue;
		if (carried->len > 0 && carried->str[carried->len - 1] != '\n')
			g_string_append_c(carried, '\n');
		line = md_walk_text(&walk, &columns);
		g_string_append_len(carried, line.data, (gssize)line.size);
	}
	return carried;
}

void assert_reverse_gives_carried(const struct md_slice text[MD_VERSIONS],
				  const guint32 mode[MD_VERSIONS])
{
	g_autoptr(GString) printed = compare_and_print(text, mode);
	g_autoptr(GBytes) bytes = g_bytes_new(printed->str, printed->len);
	g_autoptr(GPtrArray) rejects = g_ptr_array_new();
	g_autoptr(GString) carried = NULL;
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_patch) patch = md_patch_parse("printed", bytes, &error);
	MD_AUTOPTR(md_tree)
	newest = memory_tree_new("newest", mode[MD_NEW_DOWNSTREAM], text[MD_NEW_DOWNSTREAM]);
	const struct md_patch_base base = { base_read, base_exists, newest };
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	const struct md_apply_settings settings = { .strip = 1, .fuzz = 0 };
	struct md_patched_file file = { 0 };
	struct md_slice result;

	g_assert_no_error(error);
	md_patch_reverse(patch);
	g_assert_true(md_patched_apply(patched, patch, &settings, rejects, NULL, &error));
	g_assert_cmpuint(rejects->len, ==, 0);
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (md_slice_is_binary(text[version]))
			return;
	}
	if (!md_patched_get(patched, MEMORY_TREE_PATH, &file)) {
		result = text[MD_NEW_DOWNSTREAM];
	} else {
		result = md_slice_from_bytes(file.content);
	}
	carried = carried_text(text);
	g_assert_cmpmem(result.data, result.size, carried->str, carried->len);
}
