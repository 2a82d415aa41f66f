/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results as text for a person, as a patch, or as records for a program.
 */
#ifndef METADIFF_RENDER_H
#define METADIFF_RENDER_H

#include <metadiff/compare.h>
#include <metadiff/crash.h>
#include <metadiff/lockup.h>
#include <metadiff/port.h>
#include <metadiff/suspect.h>

G_BEGIN_DECLS

/** How to print; md_render_settings_new() gives the defaults. */
struct md_render_settings;
MD_PUBLIC struct md_render_settings *md_render_settings_new(void);
MD_PUBLIC void md_render_settings_free(struct md_render_settings *settings);
/** "text" (default), "unified", "jsonl", "html", "sarif", "markdown" or "dot"; fails on another
 * name. */
MD_PUBLIC gboolean md_render_settings_set_format(struct md_render_settings *settings,
						 const char *name, GError **error);
/** Terminal colours, in the formats that have any (default: none). */
MD_PUBLIC void md_render_settings_set_color(struct md_render_settings *settings, gboolean color);
/**
 * A line for each "file", "function" or "directory" instead of the changes
 * themselves; text only. Fails on another word.
 */
MD_PUBLIC gboolean md_render_settings_set_stat(struct md_render_settings *settings, const char *by,
					       GError **error);
/** Columns of the terminal, for --stat (default 80). */
MD_PUBLIC void md_render_settings_set_width(struct md_render_settings *settings, guint columns);
MD_DEFINE_AUTOPTR(md_render_settings)

/** Takes the next @size bytes of output; returns FALSE with @error to stop. */
typedef gboolean (*md_render_write)(void *data, const char *bytes, gsize size, GError **error);

/** Prints @comparison through @write. */
MD_PUBLIC gboolean md_render_comparison(const struct md_comparison *comparison,
					const struct md_render_settings *settings,
					md_render_write write, void *data, GError **error);

/** Prints the patches of @port, one behind the other. */
MD_PUBLIC gboolean md_render_port(const struct md_port *port, md_render_write write, void *data,
				  GError **error);

/** Prints what became of every hunk. Fails on a format that cannot say it. */
MD_PUBLIC gboolean md_render_ledger(const struct md_port *port,
				    const struct md_render_settings *settings,
				    md_render_write write, void *data, GError **error);

/** The patch of @revert, and its ledger with what refers to what is gone. */
MD_PUBLIC gboolean md_render_revert(const struct md_revert *revert, md_render_write write,
				    void *data, GError **error);
MD_PUBLIC gboolean md_render_revert_ledger(const struct md_revert *revert,
					   const struct md_render_settings *settings,
					   md_render_write write, void *data, GError **error);
/**
 * Prints the reports of @log and, unless @suspects is NULL, what is suspected of the one that it
 * is about, and, unless @lockup is NULL, in short whether it is a deadlock. @revert, which may be
 * NULL, are the options and sources that the user typed, for the command that takes the suspects
 * back out: an array of strings that a NULL ends. Fails on a format that cannot say it.
 */
MD_PUBLIC gboolean md_render_crash(const struct md_log *log, const struct md_suspects *suspects,
				   const struct md_lockup *lockup, const char *const *revert,
				   const struct md_render_settings *settings, md_render_write write,
				   void *data, GError **error);

/** Prints who waits for whom. Fails on a format that cannot say it. */
MD_PUBLIC gboolean md_render_lockup(const struct md_lockup *lockup,
				    const struct md_render_settings *settings,
				    md_render_write write, void *data, GError **error);

G_END_DECLS

#endif
