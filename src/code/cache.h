/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was found in a whole tree, kept on disk. Private to the room. */
#ifndef MD_CODE_CACHE_H
#define MD_CODE_CACHE_H

#include "code/index.h"

/**
 * Where the headlines of a tree lie: below the user's cache folder, in a file that is called
 * after the tree's fingerprint and @machines; NULL where it has none.
 */
char *md_cache_name(struct md_tree *tree, const char *const *machines,
		    const struct md_hooks *hooks);

/**
 * Fills @paths (of char *, new ones) and @postings, both empty, from the file @name. FALSE, and
 * both are untouched, where there is none, or it is damaged, or not what its name says.
 */
gboolean md_cache_read(const char *name, GPtrArray *paths, GArray *postings);

/** Writes the file @name, and removes the oldest of too many. What fails is no error. */
void md_cache_write(const char *name, const GPtrArray *paths, const GArray *postings);

#endif
