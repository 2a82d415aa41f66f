/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where files come from: a folder, an archive, a git revision, or patches
 * laid over one of these.
 */
#ifndef METADIFF_TREE_H
#define METADIFF_TREE_H

#include <metadiff/base.h>

G_BEGIN_DECLS

struct md_tree;

/** How sources are read; md_tree_settings_new() gives the defaults. */
struct md_tree_settings;
MD_PUBLIC struct md_tree_settings *md_tree_settings_new(void);
MD_PUBLIC void md_tree_settings_free(struct md_tree_settings *settings);
/** The folder of the git repository that revisions are of (default: "."). */
MD_PUBLIC void md_tree_settings_set_repository(struct md_tree_settings *settings,
					       const char *folder);
/** Folders to drop from names in patches; -1 (default): the number that fits best. */
MD_PUBLIC void md_tree_settings_set_strip(struct md_tree_settings *settings, int strip);
/** Context lines that may differ; -1 (default): 0 for a series, 2 for a lone patch. */
MD_PUBLIC void md_tree_settings_set_fuzz(struct md_tree_settings *settings, int fuzz);
MD_DEFINE_AUTOPTR(md_tree_settings)

/**
 * Opens @source: a folder, an archive or a revision; with a @base, patches, a
 * series, a folder of one, or several of these joined by commas, too.  The
 * kind is found by looking; dir: tar: git: patch: series: in front force it.
 * What is a patch or series is laid over @base, which must outlive the tree.
 * Patches are parsed here; trees are read later.
 */
MD_PUBLIC struct md_tree *md_tree_open(const char *source, struct md_tree *base,
				       const struct md_tree_settings *settings, GError **error);

/**
 * Whether @name is what md_tree_open() would open, where a file that is no tree may stand as well:
 * a folder, an archive, what a prefix says is one, or nothing on disk and so a revision. What is
 * not an ordinary file ("-", a pipe) is none, and is not read.
 */
MD_PUBLIC gboolean md_tree_is_source(const char *name, gboolean *is_source, GError **error);

/**
 * Opens what a commit changed: *@before is its first parent, *@after the commit; a range
 * "A..B" gives these two. A merge, and a commit without a parent, is trouble.
 */
MD_PUBLIC gboolean md_tree_open_change(const char *revision,
				       const struct md_tree_settings *settings,
				       struct md_tree **before, struct md_tree **after,
				       GError **error);
MD_PUBLIC void md_tree_free(struct md_tree *tree);
MD_DEFINE_AUTOPTR(md_tree)

/**
 * Writes every file of @tree to @folder, which must be missing or empty: nothing of it is
 * seen there before all is written. Symbolic links are written as links and never followed,
 * a submodule is an empty folder. On @jobs threads (0: one a core).
 */
MD_PUBLIC gboolean md_tree_export(struct md_tree *tree, const char *folder, guint jobs,
				  const struct md_hooks *hooks, GError **error);

/** What the user called it; a revision without "git:". */
MD_PUBLIC const char *md_tree_name(const struct md_tree *tree);

/** Takes the next @size bytes of a file; returns FALSE with @error to stop. */
typedef gboolean (*md_file_take)(void *data, const char *bytes, gsize size, GError **error);

/** Feeds @take with a file, a pipe or standard input ("-"), decompressed. */
MD_PUBLIC gboolean md_file_feed(const char *path, md_file_take take, void *data,
				const struct md_hooks *hooks, GError **error);

G_END_DECLS

#endif
