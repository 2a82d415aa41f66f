/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a kernel file, and as expressions in its functions: "==" on a line of its own
 * stands between them. What is answered has a name; nothing is worth an endless search.
 */
#include "code/code.h"
#include "memory_tree.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Definitions and expressions of one input that are tried: each asks the whole file. */
#define MOST_TRIED 8

static void ask(struct md_scope *scope, struct md_slice expression)
{
	struct md_type type = { NULL, 0 };
	struct md_lock_name lock;

	if (md_scope_type(scope, expression, &type))
		g_assert_cmpstr(type.name, !=, "");
	else
		g_assert_null(type.name);
	md_type_clear(&type);
	md_scope_name_lock(scope, expression, &lock);
	g_assert_true(lock.name == NULL || lock.name[0] != '\0');
	g_assert_cmpint(lock.parameter, >=, -1);
	g_assert_true(lock.name != NULL || !lock.global);
	md_lock_name_clear(&lock);
	g_assert_cmpint(md_scope_parameter(scope, expression), >=, -1);
}

static void try_scope(struct md_types *types, struct md_slice text, struct md_slice expressions)
{
	MD_AUTOPTR(md_scope) scope = md_scope_new(types, MEMORY_TREE_PATH, text);
	struct md_slice line;

	for (guint i = 0; i < MOST_TRIED && md_slice_next_line(&expressions, &line); i++)
		ask(scope, md_slice_chomp(line));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_memdup2(data, size);
	struct md_slice all = { text != NULL ? text : "", size }, expressions = { "", 0 };
	const char *cut = size > 0 ? memmem(text, size, "\n==\n", 4) : NULL;
	struct md_tree *tree;
	struct md_source *source;
	struct md_types *types;
	const struct md_file *file;

	if (cut != NULL) {
		all.size = (gsize)(cut + 1 - all.data);
		expressions = (struct md_slice){ cut + 4, size - all.size - 3 };
	}
	tree = memory_tree_new("fuzz", MD_MODE_FILE, all);
	source = md_source_new(tree, 1, NULL);
	g_assert_true(md_source_index_kernel(source, NULL, FALSE, NULL));
	types = md_types_new(source);
	file = md_source_file(source, MEMORY_TREE_PATH);
	if (file != NULL) {
		const GArray *definitions = md_outline_definitions(file->outline);

		for (guint i = 0; i < MIN(definitions->len, MOST_TRIED); i++)
			try_scope(types,
				  md_file_slice(file, &g_array_index(definitions,
								     struct md_definition, i)),
				  expressions);
	}
	/* And what is no definition. */
	try_scope(types, all, expressions);
	md_types_free(types);
	md_source_free(source);
	md_tree_free(tree);
	return 0;
}
