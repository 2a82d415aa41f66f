/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a log says of crashes: oopses, warnings, panics, lockups and all else
 * that Linux and Xen raise, from whatever form the log has come in.
 */
#ifndef METADIFF_CRASH_H
#define METADIFF_CRASH_H

#include <metadiff/base.h>

G_BEGIN_DECLS

/** A log, and the reports that were found in it. */
struct md_log;

/** @name is what errors call it. */
MD_PUBLIC struct md_log *md_log_new(const char *name);
MD_PUBLIC void md_log_free(struct md_log *log);
MD_DEFINE_AUTOPTR(md_log)

/**
 * Takes the next @size bytes of the log; a line may be cut anywhere. What is kept does not
 * grow with the log, only with its reports, whose number and size are bounded.
 */
MD_PUBLIC gboolean md_log_feed(struct md_log *log, const char *bytes, gsize size, GError **error);
/** Says that this was all: the reports are complete from here on. */
MD_PUBLIC gboolean md_log_finish(struct md_log *log, GError **error);

/** How many reports there are; 0: the log tells of no crash. */
MD_PUBLIC gsize md_log_report_count(const struct md_log *log);
/**
 * The report to look into, from 0: the first with a function to look at, which a sentence alone
 * does not have; a task that only waits comes after those that died.
 */
MD_PUBLIC gsize md_log_main_report(const struct md_log *log);

/** Where the addresses of a kernel lie: its vmlinux with DWARF, or its System.map. */
struct md_symbols;
/** Opens either or both; NULL for what is not there. */
MD_PUBLIC struct md_symbols *md_symbols_new(const char *vmlinux, const char *system_map,
					    GError **error);
MD_PUBLIC void md_symbols_free(struct md_symbols *symbols);
MD_DEFINE_AUTOPTR(md_symbols)

/**
 * Gives the frames of @log their files and lines and the functions that were inlined there;
 * names those that are an address alone; finds how far KASLR moved the kernel.
 */
MD_PUBLIC gboolean md_symbols_resolve(struct md_symbols *symbols, struct md_log *log,
				      GError **error);

G_END_DECLS

#endif
