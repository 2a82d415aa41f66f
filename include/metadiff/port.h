/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries a patch to a new base: what a rebase does, with a line in the ledger
 * for every hunk.
 */
#ifndef METADIFF_PORT_H
#define METADIFF_PORT_H

#include <metadiff/tree.h>

G_BEGIN_DECLS

/** How to carry; md_port_settings_new() gives the defaults. */
struct md_port_settings;
MD_PUBLIC struct md_port_settings *md_port_settings_new(void);
MD_PUBLIC void md_port_settings_free(struct md_port_settings *settings);
/** Threads; 0 (default): one a core. */
MD_PUBLIC void md_port_settings_set_jobs(struct md_port_settings *settings, guint jobs);
/**
 * What becomes of a hunk that cannot be carried: "diff3" (default) writes all
 * three texts between markers into the file, "rej" leaves the hunk out and
 * keeps it as GNU patch does. Fails on another name.
 */
MD_PUBLIC gboolean md_port_settings_set_conflicts(struct md_port_settings *settings,
						  const char *name, GError **error);
MD_DEFINE_AUTOPTR(md_port_settings)

/** The result. */
struct md_port;

/**
 * Carries what @old_downstream is over @old_base to @new_base. Patches and
 * series that were laid over @old_base are carried one by one. The result
 * refers to the trees: free it before them.
 */
MD_PUBLIC struct md_port *md_port_new(struct md_tree *old_base, struct md_tree *old_downstream,
				      struct md_tree *new_base,
				      const struct md_port_settings *settings,
				      const struct md_hooks *hooks, GError **error);
MD_PUBLIC void md_port_free(struct md_port *port);
MD_DEFINE_AUTOPTR(md_port)

/** How many hunks are conflicts. */
MD_PUBLIC gsize md_port_conflict_count(const struct md_port *port);
/** How many hunks of the old patch did not apply to the old base, and of how many. */
MD_PUBLIC gsize md_port_reject_count(const struct md_port *port, gsize *hunks);

/** The new base with the patch in it, and .rej files where these were asked for. */
MD_PUBLIC struct md_tree *md_port_tree(const struct md_port *port);

/** TRUE where the old downstream is a series, or several patches. */
MD_PUBLIC gboolean md_port_is_series(const struct md_port *port);
/**
 * The files of the new series: "series" and its patches under their names,
 * which stay inside their folder. @index is below the count; both are owned by
 * @port.
 */
MD_PUBLIC gsize md_port_file_count(const struct md_port *port);
MD_PUBLIC GBytes *md_port_file(const struct md_port *port, gsize index, const char **name);

/** What was left out of all patches, as .rej has it; empty where nothing was. */
MD_PUBLIC GBytes *md_port_rejected(const struct md_port *port);

/* ----------------------------------------------------------------- revert */

/** What is to be undone, and how; md_revert_settings_new() gives the defaults. */
struct md_revert_settings;
MD_PUBLIC struct md_revert_settings *md_revert_settings_new(void);
MD_PUBLIC void md_revert_settings_free(struct md_revert_settings *settings);
/** As those of md_port_settings. */
MD_PUBLIC void md_revert_settings_set_jobs(struct md_revert_settings *settings, guint jobs);
MD_PUBLIC gboolean md_revert_settings_set_conflicts(struct md_revert_settings *settings,
						    const char *name, GError **error);
/** What @after changed of @before, which both must outlive the result: a commit, a range. */
MD_PUBLIC void md_revert_settings_add_change(struct md_revert_settings *settings,
					     struct md_tree *before, struct md_tree *after);
/** What @patches do, which was opened over the old base and must outlive the result. */
MD_PUBLIC gboolean md_revert_settings_add_patches(struct md_revert_settings *settings,
						  struct md_tree *patches, GError **error);
/**
 * What upstream did to what is called @name, or where it did nothing the downstream, with all that
 * only it brought in: NAME, or where several files have one, PATH:NAME.
 */
MD_PUBLIC void md_revert_settings_add_function(struct md_revert_settings *settings,
					       const char *name);
MD_DEFINE_AUTOPTR(md_revert_settings)

/** A patch that takes changes back out. */
struct md_revert;

/**
 * Undoes on @target, which lies on @new_base or is it, what @settings say, in this order:
 * changes, patches, functions. The result refers to the trees: free it before them.
 */
MD_PUBLIC struct md_revert *md_revert_new(struct md_tree *old_base, struct md_tree *new_base,
					  struct md_tree *target,
					  const struct md_revert_settings *settings,
					  const struct md_hooks *hooks, GError **error);
MD_PUBLIC void md_revert_free(struct md_revert *revert);
MD_DEFINE_AUTOPTR(md_revert)

/** How much is left to look at: conflicts, rejects, and what refers to what is gone. */
MD_PUBLIC gsize md_revert_trouble_count(const struct md_revert *revert);
/** How many hunks of patches were nowhere found. */
MD_PUBLIC gsize md_revert_reject_count(const struct md_revert *revert);
/** As md_port_tree() and md_port_rejected(). */
MD_PUBLIC struct md_tree *md_revert_tree(const struct md_revert *revert);
MD_PUBLIC GBytes *md_revert_rejected(const struct md_revert *revert);

G_END_DECLS

#endif
