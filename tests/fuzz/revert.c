/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking a change back out: three texts of one file, separated by a line "====" each: the old
 * base, the new base, the downstream. What was changed, and each function of it, is undone; the
 * patch can be read, the ledger be shown.
 */
#include "memory_tree.h"
#include "patch/patch.h"
#include "printed.h"

#include "code/code.h"
#include "port/port.h"

#include <string.h>

enum { OLD, NEW, TARGET, TEXTS };

/* Functions of one input: more take only longer. */
#define MOST_FUNCTIONS 3

static const char separator[] = "====\n";

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_ledger(const struct md_revert *revert, const char *format)
{
	MD_AUTOPTR(md_render_settings) settings = md_render_settings_new();
	g_autoptr(GString) text = g_string_new(NULL);

	g_assert_true(md_render_settings_set_format(settings, format, NULL));
	g_assert_true(md_render_revert_ledger(revert, settings, printed_take, text, NULL));
	printed_check(format, text);
}

static void check(const struct md_revert *revert)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_assert_true(md_render_revert(revert, printed_take, text, NULL));
	if (text->len > 0) {
		g_autoptr(GBytes) bytes = g_bytes_new_static(text->str, text->len);
		g_autoptr(GError) error = NULL;
		MD_AUTOPTR(md_patch) patch = md_patch_parse("revert", bytes, &error);

		g_assert_no_error(error);
		g_assert_nonnull(patch);
	}
	check_ledger(revert, "text");
	check_ledger(revert, "jsonl");
}

static void undo(struct md_tree *const tree[TEXTS], const char *function)
{
	MD_AUTOPTR(md_revert_settings) settings = md_revert_settings_new();
	MD_AUTOPTR(md_revert) revert = NULL;

	md_revert_settings_set_jobs(settings, 1);
	if (function != NULL)
		md_revert_settings_add_function(settings, function);
	else
		md_revert_settings_add_change(settings, tree[OLD], tree[NEW]);
	revert = md_revert_new(tree[OLD], tree[NEW], tree[TARGET], settings, NULL, NULL);
	if (revert != NULL)
		check(revert);
}

static void undo_functions(struct md_tree *const tree[TEXTS], struct md_slice text)
{
	MD_AUTOPTR(md_outline) outline = md_outline_new(MEMORY_TREE_PATH, text);
	const GArray *definitions = md_outline_definitions(outline);

	for (guint i = 0; i < MIN(definitions->len, MOST_FUNCTIONS); i++) {
		const char *name = g_array_index(definitions, struct md_definition, i).name;

		if (name != NULL)
			undo(tree, name);
	}
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	struct md_slice text[TEXTS], rest = { (const char *)data, size };
	struct md_tree *tree[TEXTS];

	for (guint i = 0; i < TEXTS; i++) {
		const char *end =
			rest.size ? memmem(rest.data, rest.size, separator, strlen(separator))
				  : NULL;

		text[i] = (struct md_slice){ rest.size ? rest.data : "", rest.size };
		if (end != NULL)
			text[i].size = (gsize)(end - rest.data);
		rest.data += text[i].size + (end ? strlen(separator) : 0);
		rest.size -= text[i].size + (end ? strlen(separator) : 0);
		tree[i] = memory_tree_new("tree", MD_MODE_FILE, text[i]);
	}
	undo(tree, NULL);
	undo_functions(tree, text[NEW]);
	for (guint i = 0; i < TEXTS; i++)
		md_tree_free(tree[i]);
	return 0;
}
