/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a file of a kernel: its functions are read, and what they hold is found, in bounded
 * time, whatever stands there.
 */
#include "memory_tree.h"
#include "code/code.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* What a name is asked for again costs nothing; a file of nothing but functions is no better. */
#define MOST_FUNCTIONS 64

static void check_held(const GArray *held)
{
	for (guint i = 0; i < held->len; i++) {
		const struct md_held *at = &g_array_index(held, struct md_held, i);

		g_assert_cmpint(at->kind, <, MD_LOCK_KINDS);
		g_assert_nonnull(at->lock);
		g_assert_nonnull(at->expression);
		g_assert_nonnull(at->text);
		g_assert_cmpuint(at->line, >, 0);
	}
}

static void check_flow(struct md_flow *flow)
{
	const GPtrArray *calls = md_flow_calls(flow);

	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		g_autoptr(GArray) held = md_flow_held(flow, call);
		g_autoptr(GArray) given = md_flow_given(flow, call);

		g_assert_cmpuint(call->order, ==, i);
		g_assert_cmpuint(call->line, >=, md_flow_line(flow));
		g_assert_nonnull(call->callee);
		check_held(held);
		check_held(given);
	}
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	struct md_tree *tree = memory_tree_new("fuzz", MD_MODE_FILE,
					       (struct md_slice){ (const char *)data, size });
	struct md_source *source = md_source_new(tree, 1, NULL);
	struct md_locks *locks = md_locks_new(source);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	const struct md_file *file;

	g_ptr_array_add(paths, (char *)MEMORY_TREE_PATH);
	g_assert_true(md_source_index(source, paths, NULL));
	file = md_source_file(source, MEMORY_TREE_PATH);
	if (file != NULL) {
		const GArray *definitions = md_outline_definitions(file->outline);

		for (guint i = 0; i < MIN(definitions->len, MOST_FUNCTIONS); i++) {
			const char *name = g_array_index(definitions, struct md_definition, i).name;
			struct md_flow *flow =
				name != NULL ? md_flow_find(locks, name, file->path) : NULL;

			if (flow != NULL)
				check_flow(flow);
		}
	}
	md_locks_free(locks);
	md_source_free(source);
	md_tree_free(tree);
	return 0;
}
