/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_SUSPECT_INTERNAL_H
#define MD_SUSPECT_INTERNAL_H

#include "suspect/suspect.h"

struct md_suspect_settings {
	guint jobs;
	gboolean history;
	struct md_tree *since, *later; /* upstream, not owned; NULL: none */
};

/** A result with nothing in it. */
struct md_suspects *md_suspects_empty(const struct md_report *report);
struct md_suspect *md_suspect_new(void);
void md_suspect_free(struct md_suspect *suspect);
struct md_suspect_commit *md_suspect_commit_new(void);

#endif
