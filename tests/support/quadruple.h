/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random small quadruples of texts: few distinct lines, so that they recur,
 * or only distinct ones, so that there is one right answer to compare with.
 */
#ifndef MD_TEST_QUADRUPLE_H
#define MD_TEST_QUADRUPLE_H

#include "diff/diff.h"

struct quadruple {
	GString *text[MD_VERSIONS];
};

/** How lines are made up: from an alphabet, or each its own. */
struct vocabulary {
	GRand *rand;
	guint letters; /* 0: every line is new */
	guint made;
};

void quadruple_make(struct quadruple *quadruple, struct vocabulary *vocabulary);
void quadruple_clear(struct quadruple *quadruple);

#endif
