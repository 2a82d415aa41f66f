/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the patch room share: files in memory as the base, a
 * patch applied in one call, and random files with random patches.
 */
#ifndef MD_TESTS_PATCH_FIXTURE_H
#define MD_TESTS_PATCH_FIXTURE_H

#include "patch/patch.h"

#include <string.h>

struct memory_file {
	guint32 mode;
	GBytes *content;
};

static inline void memory_file_free(void *data)
{
	struct memory_file *file = data;

	g_bytes_unref(file->content);
	g_free(file);
}

/** Files in memory: a hash table of path to struct memory_file. */
static inline GHashTable *memory_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, memory_file_free);
}

static inline void memory_add(GHashTable *files, const char *path, guint32 mode,
			      const char *content, gssize size)
{
	struct memory_file *file = g_new0(struct memory_file, 1);

	file->mode = mode;
	file->content = g_bytes_new(content, size < 0 ? strlen(content) : (gsize)size);
	g_hash_table_replace(files, g_strdup(path), file);
}

static inline gboolean memory_read(void *data, const char *path, struct md_patched_file *file,
				   GError **error)
{
	struct memory_file *found = g_hash_table_lookup(data, path);

	file->mode = found ? found->mode : 0;
	file->content = found ? g_bytes_ref(found->content) : NULL;
	return TRUE;
}

static inline gboolean memory_exists(void *data, const char *path)
{
	return g_hash_table_contains(data, path);
}

static inline struct md_patch_base memory_base(GHashTable *files)
{
	return (struct md_patch_base){ memory_read, memory_exists, files };
}

static inline struct md_patch *parse_text(const char *text, gssize size, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, size < 0 ? strlen(text) : (gsize)size);

	return md_patch_parse("fix.patch", bytes, error);
}

/** Parses a patch that must be good. */
static inline struct md_patch *parse_good(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct md_patch *patch = parse_text(text, -1, &error);

	g_assert_no_error(error);
	return patch;
}

static inline GPtrArray *rejects_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)md_reject_free);
}

/** Applies @text, which must be a good patch; gives what came of it and the rejects. */
static inline struct md_patched *apply_text(GHashTable *files, const char *text, guint fuzz,
					    GPtrArray *rejects)
{
	const struct md_patch_base base = memory_base(files);
	const struct md_apply_settings settings = { .strip = 1, .fuzz = fuzz };
	MD_AUTOPTR(md_patch) patch = parse_good(text);
	struct md_patched *patched = md_patched_new(&base);
	g_autoptr(GError) error = NULL;

	g_assert_true(md_patched_apply(patched, patch, &settings, rejects, NULL, &error));
	g_assert_no_error(error);
	return patched;
}

/** The content of @path after patching, or NULL when it is gone or untouched. */
static inline char *patched_content(struct md_patched *patched, const char *path)
{
	struct md_patched_file file;
	gsize size;
	const char *data;

	if (!md_patched_get(patched, path, &file) || file.mode == 0)
		return NULL;
	data = g_bytes_get_data(file.content, &size);
	return g_strndup(data ? data : "", size);
}

#endif
