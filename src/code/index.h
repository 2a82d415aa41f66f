/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All headlines of many files, by the hash of their names, so that one name is found
 * without looking at the others. Private to the room.
 */
#ifndef MD_CODE_INDEX_H
#define MD_CODE_INDEX_H

#include "code/code.h"

/** A headline of a file. */
struct md_posting {
	guint32 hash, file, line; /* @file counts in the order in which they were indexed */
};

/** Sorts @postings by hash; those of one hash stay in the order in which they are. */
void md_postings_sort(GArray *postings);

/** Those of @hash in @count sorted postings: [first, end). */
void md_postings_find(const struct md_posting *postings, gsize count, guint32 hash,
		      struct md_extent *found);

#endif
