/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that a kernel, or Xen, is built from, and all of them as a source.
 */
#include "code/cache.h"
#include "code/internal.h"
#include "code/source.h"

#include <string.h>

/* Folders at the top that no kernel is built from. */
static const char *const not_built[] = {
	"Documentation/", "tools/",   "scripts/", "samples/", "usr/",
	"docs/",	  "stubdom/", "extras/",  "certs/",   "LICENSES/",
};
static const char *const drivers[] = { "drivers/", "sound/" };

static gboolean starts_with_any(const char *path, const char *const *prefix, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (g_str_has_prefix(path, prefix[i]))
			return TRUE;
	}
	return FALSE;
}

/* Whether @path lies below no folder of arch/ (Xen: xen/arch/), or below that of a machine. */
static gboolean is_of_machine(const char *path, const char *const *machines)
{
	const char *folder = strstr(path, "arch/");

	if (machines == NULL || folder == NULL || (folder > path && folder[-1] != '/'))
		return TRUE;
	folder += strlen("arch/");
	for (; *machines != NULL; machines++) {
		gsize size = strlen(*machines);

		if (strncmp(folder, *machines, size) == 0 && folder[size] == '/')
			return TRUE;
	}
	return FALSE;
}

enum md_kernel_part md_kernel_part_of(const char *path, const char *const *machines)
{
	if (!md_path_is_code(path) || starts_with_any(path, not_built, G_N_ELEMENTS(not_built)) ||
	    !is_of_machine(path, machines))
		return MD_KERNEL_NONE;
	/* Hundreds of megabytes of register numbers, made by a program. */
	if (strstr(path, "/asic_reg/") != NULL)
		return MD_KERNEL_NONE;
	return starts_with_any(path, drivers, G_N_ELEMENTS(drivers)) ? MD_KERNEL_DRIVERS
								     : MD_KERNEL_CORE;
}

/* The files of the kernel, in the order in which they lie beside each other in a pack. */
static GPtrArray *choose(GHashTable *files, const char *const *machines)
{
	GPtrArray *chosen = g_ptr_array_new();
	GHashTableIter iter;
	void *path;

	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (md_kernel_part_of(path, machines) != MD_KERNEL_NONE)
			g_ptr_array_add(chosen, path);
	}
	g_ptr_array_sort(chosen, md_compare_strings);
	return chosen;
}

/* Makes @paths ready: they are read later, one by one. */
static gboolean load(struct md_source *source, const GPtrArray *paths, GError **error)
{
	g_autoptr(GHashTable) wanted = md_path_set_new();

	for (guint i = 0; i < paths->len; i++)
		g_hash_table_add(wanted, g_strdup(g_ptr_array_index(paths, i)));
	return md_tree_load(source->tree, wanted, source->hooks, error);
}

static gboolean index_files(struct md_source *source, const char *const *machines, GError **error)
{
	g_autoptr(GHashTable) files = md_path_set_new();
	g_autoptr(GPtrArray) chosen = NULL;

	if (!md_tree_files(source->tree, files, source->hooks, error))
		return FALSE;
	chosen = choose(files, machines);
	return load(source, chosen, error) && md_source_index(source, chosen, error);
}

gboolean md_source_index_kernel(struct md_source *source, const char *const *machines,
				gboolean cache, GError **error)
{
	gint64 start = g_get_monotonic_time();
	g_autofree char *name = NULL;
	gboolean found = FALSE;

	/* A cache is of a whole tree, and takes the place of what was found before. */
	if (cache && source->paths->len == 0)
		name = md_cache_name(source->tree, machines, source->hooks);
	if (name != NULL)
		found = md_cache_read(name, source->paths, source->postings);
	for (guint i = 0; found && i < source->paths->len; i++)
		g_hash_table_add(source->known, g_ptr_array_index(source->paths, i));
	if (found ? !load(source, source->paths, error) : !index_files(source, machines, error))
		return FALSE;
	if (name != NULL && !found)
		md_cache_write(name, source->paths, source->postings);
	md_hooks_log(source->hooks, "definitions of %u files%s: %.2f s", source->paths->len,
		     found ? ", kept since the last time" : "",
		     (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
	return TRUE;
}
