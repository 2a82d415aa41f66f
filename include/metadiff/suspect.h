/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash joined with what changed: which change can have done it, and why.
 */
#ifndef METADIFF_SUSPECT_H
#define METADIFF_SUSPECT_H

#include <metadiff/crash.h>
#include <metadiff/diff.h>
#include <metadiff/tree.h>

G_BEGIN_DECLS

/** How to look; md_suspect_settings_new() gives the defaults. */
struct md_suspect_settings;
MD_PUBLIC struct md_suspect_settings *md_suspect_settings_new(void);
MD_PUBLIC void md_suspect_settings_free(struct md_suspect_settings *settings);
/** Threads; 0 (default): one a core. */
MD_PUBLIC void md_suspect_settings_set_jobs(struct md_suspect_settings *settings, guint jobs);
/** Whether to look for commits in the history of revisions (default: yes). */
MD_PUBLIC void md_suspect_settings_set_history(struct md_suspect_settings *settings,
					       gboolean history);
/**
 * A later upstream, in whose history a repair of the commits may be: from @since on, or
 * from the new base on where that is NULL. Neither is owned.
 */
MD_PUBLIC void md_suspect_settings_set_upstream(struct md_suspect_settings *settings,
						struct md_tree *since, struct md_tree *later);
MD_DEFINE_AUTOPTR(md_suspect_settings)

/** The result. */
struct md_suspects;

/**
 * Ranks what can have caused report @report (from 0) of @log, with the trees that are there: all
 * four, the two bases (old and new), or the new base alone; the others are NULL. Refers to
 * @log and the trees: free it before them.
 */
MD_PUBLIC struct md_suspects *md_suspects_new(const struct md_log *log, gsize report,
					      struct md_tree *const tree[MD_VERSIONS],
					      const struct md_suspect_settings *settings,
					      const struct md_hooks *hooks, GError **error);
MD_PUBLIC void md_suspects_free(struct md_suspects *suspects);
MD_DEFINE_AUTOPTR(md_suspects)

/**
 * Fills @sources with the versions that a revert of the suspects should be given, in its
 * order, and returns how many; 0 where there is nothing to revert, or no revert of these
 * trees would undo what was compared.
 */
MD_PUBLIC guint md_suspects_revert_sources(const struct md_suspects *suspects,
					   enum md_version sources[MD_VERSIONS]);

G_END_DECLS

#endif
