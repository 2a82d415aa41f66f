/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The law of a patch that was carried, for the unit test and the fuzz target. */
#ifndef MD_TEST_PORTED_H
#define MD_TEST_PORTED_H

#include "diff/diff.h"
#include "port/port.h"

/** What came of a file. */
struct ported {
	GBytes *content; /* NULL: no such file */
	gsize count[MD_PORT_RESULTS];
};

/**
 * Carries the change from text[MD_MERGE_BASE] to text[MD_MERGE_OURS] to
 * text[MD_MERGE_THEIRS] through the whole library (data NULL: no such file),
 * and asserts that the patch that is printed makes of the new base what the
 * new tree holds, exactly, and that the ledger can be printed.
 */
void port_and_assert(const struct md_slice text[MD_MERGE_TEXTS], const guint32 mode[MD_MERGE_TEXTS],
		     const char *conflicts, struct ported *ported);
void ported_clear(struct ported *ported);

#endif
