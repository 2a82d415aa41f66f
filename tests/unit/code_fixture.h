/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few files in memory, indexed, and the lock analysis over them. */
#ifndef CODE_FIXTURE_H
#define CODE_FIXTURE_H

#include "code/code.h"
#include "memory_tree.h"

#include <string.h>

/* Paths and contents in turn. */
#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct fixture {
	struct md_tree *nothing, *tree;
	struct md_source *source;
	struct md_locks *locks;
};

static inline struct fixture fixture_new(const char *const *files)
{
	struct fixture fixture = { memory_tree_new("nothing", MD_MODE_FILE,
						   (struct md_slice){ NULL, 0 }) };
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	fixture.tree = md_tree_overlay_new(fixture.nothing, "tree");
	for (; files[0] != NULL; files += 2) {
		g_autoptr(GBytes) content = g_bytes_new(files[1], strlen(files[1]));

		md_tree_overlay_set(fixture.tree, files[0], MD_MODE_FILE, content);
		g_ptr_array_add(paths, (char *)files[0]);
	}
	fixture.source = md_source_new(fixture.tree, 1, NULL);
	g_assert_true(md_source_index(fixture.source, paths, &error));
	g_assert_no_error(error);
	fixture.locks = md_locks_new(fixture.source);
	return fixture;
}

static inline void fixture_clear(struct fixture *fixture)
{
	md_locks_free(fixture->locks);
	md_source_free(fixture->source);
	md_tree_free(fixture->tree);
	md_tree_free(fixture->nothing);
}

#endif
