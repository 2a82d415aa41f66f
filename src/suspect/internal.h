/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_SUSPECT_INTERNAL_H
#define MD_SUSPECT_INTERNAL_H

#include "suspect/suspect.h"

/** A result with nothing in it. */
struct md_suspects *md_suspects_empty(const struct md_report *report);
struct md_suspect *md_suspect_new(void);
struct md_suspect_commit *md_suspect_commit_new(void);

#endif
