/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds a comparison against the trees that it was made from, by another way than
 * the one that made it: the patch that a user can print is read again and applied.
 */
#ifndef MD_VERIFY_H
#define MD_VERIFY_H

#include "compare/compare.h"

#include <metadiff/verify.h>

#endif
