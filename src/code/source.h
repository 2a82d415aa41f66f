/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a source keeps. Private to the room. */
#ifndef MD_CODE_SOURCE_H
#define MD_CODE_SOURCE_H

#include "code/code.h"

struct md_source {
	struct md_tree *tree; /* not owned */
	guint jobs;
	const struct md_hooks *hooks;
	GHashTable *known; /* set of the paths indexed so far, inside @paths */
	GPtrArray *paths;  /* of char *; the files of postings */
	GArray *postings;  /* of struct md_posting, sorted by name */
	GHashTable *files; /* path to struct md_file, or to NULL where there is none */
};

#endif
