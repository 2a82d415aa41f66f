/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of a comparison: the old patch carried over plus what is shown gives
 * the new downstream, byte for byte.
 */
#ifndef METADIFF_VERIFY_H
#define METADIFF_VERIFY_H

#include <metadiff/compare.h>

G_BEGIN_DECLS

/**
 * Checks @comparison, whose trees are still there and whose settings passed
 * md_compare_settings_can_verify(), and keeps in it what it finds, for the formats to
 * print. Fails only where a tree cannot be read or the work is stopped. On @jobs
 * threads (0: one a core).
 */
MD_PUBLIC gboolean md_verify(struct md_comparison *comparison, guint jobs,
			     const struct md_hooks *hooks, GError **error);

/** FALSE, with "PATH: WHAT" of the first file, where one did not pass. */
MD_PUBLIC gboolean md_verify_passed(const struct md_comparison *comparison, GError **error);

G_END_DECLS

#endif
