/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is read of the trees: of the newest one every file that can be in the
 * kernel that crashed, of the oldest one those that may differ.
 *
 * Drivers are two thirds of a kernel, and a crash has to do with few of them: they are read
 * only when a function of the stack is found nowhere else.
 */
#include "suspect/ground.h"

/* The folders below arch/ that a machine's kernel, and Xen, are built from. */
static const char *const machine_folders[MD_MACHINES][4] = {
	[MD_MACHINE_X86_64] = { "x86", "x86_64" },
	[MD_MACHINE_X86] = { "x86", "i386", "x86_32" },
	[MD_MACHINE_ARM64] = { "arm64" },
	[MD_MACHINE_ARM] = { "arm" },
	[MD_MACHINE_POWERPC] = { "powerpc", "ppc" },
	[MD_MACHINE_RISCV] = { "riscv" },
	[MD_MACHINE_S390] = { "s390" },
	[MD_MACHINE_MIPS] = { "mips" },
};

/* Xen keeps both ARMs in one folder. */
static const char *const both_arms[] = { "arm64", "arm", NULL };

static const char *const *machines_of(const struct md_report *report)
{
	const char *const *own = machine_folders[report->machine];

	if (report->hypervisor && report->machine == MD_MACHINE_ARM64)
		return both_arms;
	return own[0] != NULL ? own : NULL;
}

/* --------------------------------------------------------------- changes */

static const struct {
	enum md_version from, to;
} steps[] = {
	{ MD_OLD_BASE, MD_NEW_BASE },
	{ MD_OLD_BASE, MD_OLD_DOWNSTREAM },
	{ MD_NEW_BASE, MD_NEW_DOWNSTREAM },
};

/*
 * A path in which the oldest and the newest differ is one in which some step between
 * them does: patches can only say what they themselves change.
 */
static gboolean find_changed(struct md_ground *ground, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		struct md_tree *from = ground->tree[steps[i].from], *to = ground->tree[steps[i].to];

		if (from != NULL && to != NULL &&
		    !md_tree_changes(from, to, ground->changed, ground->hooks, error))
			return FALSE;
	}
	return TRUE;
}

static void choose(const struct md_ground *ground, GHashTable *paths, enum md_kernel_part part,
		   GPtrArray *chosen)
{
	const char *const *machines = machines_of(ground->report);
	GHashTableIter iter;
	void *path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (md_kernel_part_of(path, machines) == part)
			g_ptr_array_add(chosen, path);
	}
}

/* Hands to @load what trees want to know before they are read. */
static gboolean load(struct md_ground *ground, const GPtrArray *newest, const GPtrArray *changed,
		     GError **error)
{
	g_autoptr(GHashTable) some = md_path_set_new(), all = md_path_set_new();

	for (guint i = 0; i < changed->len; i++) {
		g_hash_table_add(some, g_strdup(g_ptr_array_index(changed, i)));
		g_hash_table_add(all, g_strdup(g_ptr_array_index(changed, i)));
	}
	for (guint i = 0; i < newest->len; i++)
		g_hash_table_add(all, g_strdup(g_ptr_array_index(newest, i)));
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		struct md_tree *tree = ground->tree[version];

		if (tree != NULL && !md_tree_load(tree, version == ground->newest ? all : some,
						  ground->hooks, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean index_part(struct md_ground *ground, enum md_kernel_part part, GError **error)
{
	g_autoptr(GPtrArray) newest = g_ptr_array_new(), changed = g_ptr_array_new();
	gint64 start = g_get_monotonic_time();

	choose(ground, ground->files, part, newest);
	choose(ground, ground->changed, part, changed);
	/* Neighbours in a tree lie beside each other in a pack, and the order is certain. */
	g_ptr_array_sort(newest, md_compare_strings);
	g_ptr_array_sort(changed, md_compare_strings);
	if (!load(ground, newest, changed, error) ||
	    !md_source_index(ground->source[ground->newest], newest, error))
		return FALSE;
	if (md_ground_is_compared(ground) &&
	    !md_source_index(ground->source[ground->oldest], changed, error))
		return FALSE;
	md_hooks_log(ground->hooks, "definitions of %u files, %u that may differ: %.2f s",
		     newest->len, changed->len,
		     (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
	return TRUE;
}

gboolean md_ground_add_drivers(struct md_ground *ground, GError **error)
{
	if (ground->drivers)
		return TRUE;
	ground->drivers = TRUE;
	return index_part(ground, MD_KERNEL_DRIVERS, error);
}

static gboolean find_files(struct md_ground *ground, GError **error)
{
	gint64 start = g_get_monotonic_time();

	if (!find_changed(ground, error) ||
	    !md_tree_files(ground->tree[ground->newest], ground->files, ground->hooks, error))
		return FALSE;
	md_hooks_log(ground->hooks, "list of %u files, %u that may differ: %.2f s",
		     g_hash_table_size(ground->files), g_hash_table_size(ground->changed),
		     (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC);
	return TRUE;
}

gboolean md_ground_init(struct md_ground *ground, GError **error)
{
	struct md_tree *const *tree = ground->tree;

	ground->newest = tree[MD_NEW_DOWNSTREAM] != NULL ? MD_NEW_DOWNSTREAM : MD_NEW_BASE;
	ground->oldest = tree[MD_OLD_DOWNSTREAM] != NULL ? MD_OLD_DOWNSTREAM
			 : tree[MD_OLD_BASE] != NULL	 ? MD_OLD_BASE
							 : ground->newest;
	ground->changed = md_path_set_new();
	ground->files = md_path_set_new();
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (tree[version] != NULL)
			ground->source[version] =
				md_source_new(tree[version], ground->settings->jobs, ground->hooks);
	}
	return find_files(ground, error) && index_part(ground, MD_KERNEL_CORE, error);
}

void md_ground_clear(struct md_ground *ground)
{
	g_clear_pointer(&ground->changed, g_hash_table_unref);
	g_clear_pointer(&ground->files, g_hash_table_unref);
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		g_clear_pointer(&ground->source[version], md_source_free);
}
