/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tables of operations on locks and of the functions that wait for them share: flags
 * in a word, so that a row is a line, and patterns of functions.
 */
#ifndef MD_CODE_LOCK_TABLE_H
#define MD_CODE_LOCK_TABLE_H

#include "code/internal.h"

#define SHARED MD_LOCK_SHARED
#define IRQ MD_LOCK_IRQ_OFF
#define BH MD_LOCK_BH_OFF
#define ZERO MD_LOCK_SUCCEEDS_ZERO

/** Whether @symbol fits the @length bytes of @pattern, in which one * stands for anything. */
gboolean md_frame_fits(const char *pattern, gsize length, const char *symbol, gsize size);

#endif
