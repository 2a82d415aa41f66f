/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of somebody else's: what a downstream itself changed, as a patch on standard
 * output.  It is built against the installed library, and knows nothing of how that is made:
 *
 *	cc changes.c $(pkg-config --cflags --libs metadiff) -o changes
 *	changes OLD_BASE OLD_DOWNSTREAM NEW_BASE NEW_DOWNSTREAM
 */
#include <metadiff/metadiff.h>

#include <stdio.h>

static gboolean print(void *data, const char *bytes, gsize size, GError **error)
{
	if (fwrite(bytes, 1, size, stdout) == size)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "standard output: cannot be written");
	return FALSE;
}

/* Opens each tree, a downstream on the base before it. */
static gboolean open_trees(char **source, struct md_tree *tree[MD_VERSIONS], GError **error)
{
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();

	for (guint i = 0; i < MD_VERSIONS; i++) {
		tree[i] = md_tree_open(source[i], i % 2 ? tree[i - 1] : NULL, settings, error);
		if (tree[i] == NULL)
			return FALSE;
	}
	return TRUE;
}

static gboolean show_changes(struct md_tree *const tree[MD_VERSIONS], GError **error)
{
	MD_AUTOPTR(md_compare_settings) how = md_compare_settings_new();
	MD_AUTOPTR(md_render_settings) look = md_render_settings_new();
	MD_AUTOPTR(md_comparison) comparison = md_compare(tree, how, NULL, error);

	return comparison != NULL && md_render_settings_set_format(look, "unified", error) &&
	       md_render_comparison(comparison, look, print, NULL, error);
}

int main(int argc, char **argv)
{
	struct md_tree *tree[MD_VERSIONS] = { NULL };
	g_autoptr(GError) error = NULL;
	gboolean done;

	if (argc != 1 + MD_VERSIONS) {
		fprintf(stderr, "changes: wants four sources\n");
		return 2;
	}
	done = open_trees(argv + 1, tree, &error) && show_changes(tree, &error);
	for (guint i = MD_VERSIONS; i-- > 0;)
		md_tree_free(tree[i]);
	if (!done)
		fprintf(stderr, "changes: %s\n", error->message);
	return done ? 0 : 2;
}
