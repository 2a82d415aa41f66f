/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive, plain or compressed, listed and loaded.  Whatever it is, both
 * fail or both do, and they agree on every file: its mode, and the id of its
 * content.
 */
#include "tree/source.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void assert_loads_as_listed(struct md_tree *tree, GHashTable *listing)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	GHashTableIter iter;
	gpointer path, value;

	g_hash_table_iter_init(&iter, listing);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_hash_table_add(paths, g_strdup(path));
	g_hash_table_add(paths, g_strdup("not/in/it"));
	/* Links to links to links are listed, but take too many passes to load. */
	if (!md_tree_load(tree, paths, NULL, NULL))
		return;
	g_hash_table_iter_init(&iter, listing);
	while (g_hash_table_iter_next(&iter, &path, &value)) {
		const struct md_listed *listed = value;
		g_autoptr(GBytes) content = NULL;
		guint8 id[MD_ID_SIZE];
		guint32 mode;

		g_assert_true(md_path_is_proper(path));
		g_assert_true(md_tree_read(tree, path, &mode, &content, NULL));
		g_assert_cmphex(mode, ==, listed->entry.mode);
		md_blob_id(md_slice_from_bytes(content), id);
		g_assert_cmpmem(id, MD_ID_SIZE, listed->entry.id, MD_ID_SIZE);
	}
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	MD_AUTOPTR(md_tree) tree = NULL;
	GHashTable *listing;

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
	tree = md_archive_open(path, path, NULL);
	listing = tree ? md_tree_list(tree, NULL, NULL) : NULL;
	if (listing != NULL)
		assert_loads_as_listed(tree, listing);
	close(fd);
	return 0;
}
