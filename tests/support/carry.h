/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The law of --format=unified, for the unit test and the fuzz target. */
#ifndef MD_TEST_CARRY_H
#define MD_TEST_CARRY_H

#include "diff/diff.h"

/**
 * Compares the four texts through the whole library, prints the result as a
 * unified diff, reads that, applies it reversed to the new downstream, and
 * asserts that this gives the carried text exactly.
 */
void assert_reverse_gives_carried(const struct md_slice text[MD_VERSIONS],
				  const guint32 mode[MD_VERSIONS]);

#endif
