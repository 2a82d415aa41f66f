/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Postings by the hash of their names.
 *
 * A kernel has three million of them. Sorted by radix (three passes over 11 bits of the
 * hash, the last bits first, each of which keeps the order of equals), they cost a tenth of
 * a second once, and then twenty steps for each name that is looked up.
 */
#include "code/index.h"

#include <string.h>

#define RADIX_BITS 11
#define RADIX (1u << RADIX_BITS)

static void sort_pass(const struct md_posting *from, struct md_posting *to, gsize count,
		      guint shift)
{
	g_autofree gsize *next = g_new0(gsize, RADIX + 1);

	for (gsize i = 0; i < count; i++)
		next[(from[i].hash >> shift) % RADIX + 1]++;
	for (guint i = 1; i < RADIX; i++)
		next[i] += next[i - 1];
	for (gsize i = 0; i < count; i++)
		to[next[(from[i].hash >> shift) % RADIX]++] = from[i];
}

void md_postings_sort(GArray *postings)
{
	struct md_posting *all = (struct md_posting *)(void *)postings->data;
	g_autofree struct md_posting *other = g_new(struct md_posting, postings->len);

	sort_pass(all, other, postings->len, 0);
	sort_pass(other, all, postings->len, RADIX_BITS);
	sort_pass(all, other, postings->len, 2 * RADIX_BITS);
	if (postings->len > 0)
		memcpy(all, other, postings->len * sizeof(*all));
}

/* The first whose hash is @hash or more. */
static gsize lower_bound(const struct md_posting *postings, gsize count, guint64 hash)
{
	gsize low = 0, high = count;

	while (low < high) {
		gsize middle = low + (high - low) / 2;

		if (postings[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void md_postings_find(const struct md_posting *postings, gsize count, guint32 hash,
		      struct md_extent *found)
{
	found->first = lower_bound(postings, count, hash);
	found->end = lower_bound(postings, count, (guint64)hash + 1);
}
