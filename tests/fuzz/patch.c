/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a patch: what can be read is printed and read again to the same
 * text, applied to files made of its own old lines, and turned around and
 * applied to what came of that.
 */
#include "patch/patch.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The old lines of each file of a patch, by path. */
static GHashTable *old_files(const struct md_patch *patch)
{
	GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						  (GDestroyNotify)g_bytes_unref);

	for (guint i = 0; i < patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(patch->files, i);
		char *path = file->old_name ? md_patch_strip_name(file->old_name, 1) : NULL;
		g_autoptr(GByteArray) content = g_byte_array_new();

		if (path == NULL)
			continue;
		for (gsize j = 0; j < file->hunk_count; j++)
			for (gsize k = 0; k < file->hunk[j].line_count; k++)
				if (file->hunk[j].line[k].sign != '+')
					g_byte_array_append(
						content,
						(const guint8 *)file->hunk[j].line[k].text.data,
						(guint)file->hunk[j].line[k].text.size);
		g_hash_table_replace(files, path,
				     g_byte_array_free_to_bytes(g_steal_pointer(&content)));
	}
	return files;
}

static gboolean read_file(void *data, const char *path, struct md_patched_file *file,
			  GError **error)
{
	GBytes *content = g_hash_table_lookup(data, path);

	file->mode = content ? 0100644 : 0;
	file->content = content ? g_bytes_ref(content) : NULL;
	return TRUE;
}

static gboolean file_exists(void *data, const char *path)
{
	return g_hash_table_contains(data, path);
}

static void apply(struct md_patched *patched, const struct md_patch *patch, int strip)
{
	const struct md_apply_settings settings = { .strip = strip, .fuzz = 2 };
	g_autoptr(GPtrArray) rejects =
		g_ptr_array_new_with_free_func((GDestroyNotify)md_reject_free);
	g_autoptr(GPtrArray) paths = NULL;

	if (!md_patched_apply(patched, patch, &settings, rejects, NULL, NULL))
		g_error("applying failed");
	paths = md_patched_paths(patched);
	for (guint i = 0; i < paths->len; i++) {
		struct md_patched_file file;

		if (!md_patched_get(patched, paths->pdata[i], &file) ||
		    (file.mode != 0) != (file.content != NULL))
			g_error("%s: no content", (char *)paths->pdata[i]);
	}
}

/* What git wrote and was turned around need not be what git could write. */
static void check_print(const struct md_patch *patch, gboolean same)
{
	g_autoptr(GString) first = g_string_new(NULL);
	g_autoptr(GString) second = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_patch) again = NULL;

	md_patch_print(patch, first);
	bytes = g_bytes_new_static(first->str, first->len);
	again = md_patch_parse("again", bytes, &error);
	if (again == NULL && !same)
		return;
	if (again == NULL)
		g_error("what was printed cannot be read: %s\n%s", error->message, first->str);
	md_patch_print(again, second);
	if (same && !g_string_equal(first, second))
		g_error("printed differently:\n%s\nand\n%s", first->str, second->str);
	if (patch->files->len != again->files->len)
		g_error("files were lost:\n%s\nand\n%s", first->str, second->str);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const struct md_slice text = { (const char *)data, size };
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	GArray *series = md_series_parse("series", text, NULL);
	MD_AUTOPTR(md_patch) patch = md_patch_parse("fuzz.patch", bytes, NULL);
	MD_AUTOPTR(md_patched) patched = NULL;
	g_autoptr(GHashTable) files = NULL;
	g_autoptr(GPtrArray) paths = NULL;
	struct md_patch_base base = { read_file, file_exists, NULL };

	g_clear_pointer(&series, g_array_unref);
	if (patch == NULL)
		return 0;
	check_print(patch, TRUE);
	base.data = files = old_files(patch);
	paths = md_patch_paths(patch, MD_STRIP_FIND);
	patched = md_patched_new(&base);
	apply(patched, patch, 1);
	apply(patched, patch, MD_STRIP_FIND);
	md_patch_reverse(patch);
	check_print(patch, FALSE);
	apply(patched, patch, 1);
	return 0;
}
