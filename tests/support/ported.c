/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The law of a patch that was carried. */
#include "ported.h"

#include "memory_tree.h"
#include "patch/patch.h"
#include "render/render.h"

#include <string.h>

static gboolean append(void *data, const char *bytes, gsize size, GError **error)
{
	g_string_append_len(data, bytes, (gssize)size);
	return TRUE;
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

static void print_ledger(const struct md_port *port)
{
	static const char *const formats[] = { "text", "jsonl" };

	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		MD_AUTOPTR(md_render_settings) settings = md_render_settings_new();
		g_autoptr(GString) ledger = g_string_new(NULL);

		g_assert_true(md_render_settings_set_format(settings, formats[i], NULL));
		g_assert_true(md_render_ledger(port, settings, append, ledger, NULL));
		g_assert_true(g_utf8_validate(ledger->str, (gssize)ledger->len, NULL));
	}
}

/* Applies the patch that is printed to @new_base: what the ported tree has must come out. */
static void assert_applies(const struct md_port *port, struct md_tree *new_base)
{
	const struct md_patch_base base = { base_read, base_exists, new_base };
	const struct md_apply_settings settings = { .strip = 1 };
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	g_autoptr(GPtrArray) rejects =
		g_ptr_array_new_with_free_func((GDestroyNotify)md_reject_free);
	g_autoptr(GString) printed = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) content = NULL;
	MD_AUTOPTR(md_patch) patch = NULL;
	struct md_patched_file file = { 0 };
	guint32 mode;

	g_assert_true(md_render_port(port, append, printed, NULL));
	bytes = g_bytes_new(printed->str, printed->len);
	patch = md_patch_parse("printed", bytes, NULL);
	g_assert_nonnull(patch);
	g_assert_true(md_patched_apply(patched, patch, &settings, rejects, NULL, NULL));
	g_assert_cmpuint(rejects->len, ==, 0);
	g_assert_true(md_tree_read(md_port_tree(port), MEMORY_TREE_PATH, &mode, &content, NULL));
	if (!md_patched_get(patched, MEMORY_TREE_PATH, &file)) {
		g_autoptr(GBytes) before = NULL;

		g_assert_true(md_tree_read(new_base, MEMORY_TREE_PATH, &file.mode, &before, NULL));
		g_assert_true(
			md_slice_equal(md_slice_from_bytes(before), md_slice_from_bytes(content)));
	} else {
		g_assert_true(md_slice_equal(md_slice_from_bytes(file.content),
					     md_slice_from_bytes(content)));
	}
	g_assert_cmpuint(file.mode, ==, mode);
}

void port_and_assert(const struct md_slice text[MD_MERGE_TEXTS], const guint32 mode[MD_MERGE_TEXTS],
		     const char *conflicts, struct ported *ported)
{
	static const char *const names[] = { "base", "ours", "theirs" };
	MD_AUTOPTR(md_port_settings) settings = md_port_settings_new();
	MD_AUTOPTR(md_port) port = NULL;
	struct md_tree *tree[MD_MERGE_TEXTS];
	g_autoptr(GError) error = NULL;

	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++)
		tree[i] = memory_tree_new(names[i], mode[i], text[i]);
	md_port_settings_set_jobs(settings, 1);
	g_assert_true(md_port_settings_set_conflicts(settings, conflicts, NULL));
	port = md_port_new(tree[MD_MERGE_BASE], tree[MD_MERGE_OURS], tree[MD_MERGE_THEIRS],
			   settings, NULL, &error);
	g_assert_no_error(error);
	print_ledger(port);
	assert_applies(port, tree[MD_MERGE_THEIRS]);
	if (ported != NULL) {
		memcpy(ported->count, port->count, sizeof(ported->count));
		ported->content = NULL;
		md_tree_read(port->tree, MEMORY_TREE_PATH, NULL, &ported->content, NULL);
	}
	g_clear_pointer(&port, md_port_free);
	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++)
		md_tree_free(tree[i]);
}

void ported_clear(struct ported *ported)
{
	g_clear_pointer(&ported->content, g_bytes_unref);
}
