/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for which lock, held where: from logs and vmcores of a machine that
 * stopped, and the source of its kernel.
 */
#ifndef METADIFF_LOCKUP_H
#define METADIFF_LOCKUP_H

#include <metadiff/base.h>
#include <metadiff/crash.h>
#include <metadiff/tree.h>

G_BEGIN_DECLS

struct md_lockup_settings;
MD_PUBLIC struct md_lockup_settings *md_lockup_settings_new(void);
MD_PUBLIC void md_lockup_settings_free(struct md_lockup_settings *settings);
MD_DEFINE_AUTOPTR(md_lockup_settings)
/** On how many threads; 0: one a core. */
MD_PUBLIC void md_lockup_settings_set_jobs(struct md_lockup_settings *settings, guint jobs);
/** Whether what is read of a tree is kept for the next time (it is). */
MD_PUBLIC void md_lockup_settings_set_cache(struct md_lockup_settings *settings, gboolean cache);

/**
 * Asks crash(8) for every task of the machine whose memory is in @vmcore, for the locks that they
 * wait for and the owners of these. @vmlinux is the kernel with its debug information. The
 * result is a log like any other, finished.
 */
MD_PUBLIC struct md_log *md_vmcore_read(const char *vmcore, const char *vmlinux,
					const struct md_hooks *hooks, GError **error);

/** Whether some task of @log, which is finished, waits for a lock: md_lockup_new() may find more.
 */
MD_PUBLIC gboolean md_lockup_is_of_interest(struct md_log *log);

/** What was found. */
struct md_lockup;
/**
 * Looks into all tasks of @count finished logs, which must outlive the result. @tree is the source
 * of their kernel; NULL: there is none.
 */
MD_PUBLIC struct md_lockup *md_lockup_new(struct md_log *const *logs, gsize count,
					  struct md_tree *tree,
					  const struct md_lockup_settings *settings,
					  const struct md_hooks *hooks, GError **error);
MD_PUBLIC void md_lockup_free(struct md_lockup *lockup);
MD_DEFINE_AUTOPTR(md_lockup)
/** How many deadlocks. */
MD_PUBLIC gsize md_lockup_knot_count(const struct md_lockup *lockup);

G_END_DECLS

#endif
