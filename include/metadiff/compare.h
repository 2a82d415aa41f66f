/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The four-way comparison: what did the downstream itself change between two
 * releases, with all that upstream did taken out?
 */
#ifndef METADIFF_COMPARE_H
#define METADIFF_COMPARE_H

#include <metadiff/diff.h>
#include <metadiff/tree.h>

G_BEGIN_DECLS

/** How to compare; md_compare_settings_new() gives the defaults. */
struct md_compare_settings;
MD_PUBLIC struct md_compare_settings *md_compare_settings_new(void);
MD_PUBLIC void md_compare_settings_free(struct md_compare_settings *settings);
/** Lines of context around what is shown (default 3). */
MD_PUBLIC void md_compare_settings_set_context(struct md_compare_settings *settings, guint lines);
/** Lines that differ in the amount of blanks alone are equal (diff -b). */
MD_PUBLIC void md_compare_settings_ignore_space_change(struct md_compare_settings *settings);
/** Lines that differ in blanks alone are equal (diff -w). */
MD_PUBLIC void md_compare_settings_ignore_all_space(struct md_compare_settings *settings);
/** Threads; 0 (default): one a core. */
MD_PUBLIC void md_compare_settings_set_jobs(struct md_compare_settings *settings, guint jobs);
/**
 * The names of the marks to show, separated by commas, or "all"; fails on a
 * name that is none.
 */
MD_PUBLIC gboolean md_compare_settings_set_show(struct md_compare_settings *settings,
						const char *names, GError **error);
/**
 * Only files that one of these names: a file, a folder, or a pattern with
 * * ? [] as in git, where * matches slashes too. A file is named by any path that it has in
 * one of the versions, and by that of a file that lines came to it from.
 */
MD_PUBLIC void md_compare_settings_set_paths(struct md_compare_settings *settings,
					     const char *const *paths);
/** Whether to look for upstream's commits in the history of revisions (default: yes). */
MD_PUBLIC void md_compare_settings_set_history(struct md_compare_settings *settings,
					       gboolean history);
/**
 * A later upstream: what a region adds and @later has, too, is a backport. The
 * commits that brought it are looked for from @since on; NULL: from the new base
 * on. Neither is owned; both NULL (default): no backports.
 */
MD_PUBLIC void md_compare_settings_set_upstream(struct md_compare_settings *settings,
						struct md_tree *since, struct md_tree *later);
/** Fails where what is compared so leaves out what md_verify() must have. */
MD_PUBLIC gboolean md_compare_settings_can_verify(const struct md_compare_settings *settings,
						  GError **error);
MD_DEFINE_AUTOPTR(md_compare_settings)

/** The result. */
struct md_comparison;

/**
 * Compares the four trees, indexed by enum md_version.  The result does not
 * refer to them, but for their names and rejects: free it before them.
 */
MD_PUBLIC struct md_comparison *md_compare(struct md_tree *const tree[MD_VERSIONS],
					   const struct md_compare_settings *settings,
					   const struct md_hooks *hooks, GError **error);
MD_PUBLIC void md_comparison_free(struct md_comparison *comparison);
MD_DEFINE_AUTOPTR(md_comparison)

/** Sets of what a comparison can find, for md_comparison_count(). */
#define MD_FINDINGS_ALL G_MAXUINT32
/**
 * Puts in *@findings what @names has, separated by commas: the classes of regions ("declined",
 * "added"...), under whose names a "mixed" region counts by its lines, too, as it does under
 * "reversed" and "revived"; "reject", a hunk that does not apply; "mode" and "binary", of files; or
 * "all". Fails on any other name, and on one whose lines @settings hide.
 */
MD_PUBLIC gboolean md_findings_parse(const char *names, const struct md_compare_settings *settings,
				     guint32 *findings, GError **error);
/** How many regions, files and rejects of @comparison are among @findings. */
MD_PUBLIC gsize md_comparison_count(const struct md_comparison *comparison, guint32 findings);

/** How many files have something to show. */
MD_PUBLIC gsize md_comparison_file_count(const struct md_comparison *comparison);

/** How many hunks of the patches of @side there are, and how many did not apply. */
MD_PUBLIC gsize md_comparison_hunk_count(const struct md_comparison *comparison, enum md_side side);
MD_PUBLIC gsize md_comparison_reject_count(const struct md_comparison *comparison,
					   enum md_side side);

G_END_DECLS

#endif
