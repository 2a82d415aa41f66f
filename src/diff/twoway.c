/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines of two rows pair with each other: patience first, Myers in
 * what is left.
 *
 * Model: a line with a letter or digit that stands once in a range of a and once in
 * that range of b is an anchor.  The longest row of anchors that rise in both is paired, each
 * gap between two of them is a smaller range, where lines may have become
 * unique that were not.  A range without anchors goes to Myers.
 *
 * Source: Bram Cohen's patience diff; the longest rising row by patience
 * sorting (Aldous and Diaconis, Bull. AMS 36, 1999).  Cost O(n log n) a level.
 *
 * Where we differ: levels are bounded, because a row made for it could lose
 * only two lines at each.
 */
#include "diff/workspace.h"

#include <string.h>

/* Real files settle in under ten levels. */
#define LEVEL_LIMIT 48

/* How often a number stands in the range, and where it was seen last. */
struct occurrence {
	guint32 in_a, in_b;
	guint32 at_a; /* relative to the range */
};

/* A line unique in both, in order of b. */
struct anchor {
	guint32 at_a, at_b;
	guint32 before; /* the anchor before it in the longest row so far */
};
#define NO_ANCHOR G_MAXUINT32

static struct occurrence *ready_occurrences(struct md_workspace *workspace, gsize numbers)
{
	if (numbers > workspace->occurrences_ready) {
		struct occurrence *table = md_buffer_reserve(&workspace->occurrence, numbers,
							     sizeof(struct occurrence));

		workspace->occurrences_ready = workspace->occurrence.size / sizeof(*table);
		memset(table, 0, workspace->occurrences_ready * sizeof(*table));
	}
	return workspace->occurrence.data;
}

/* A brace or the end of a comment stands once by chance: it says nothing of where it belongs. */
static gboolean has_letter(struct md_slice line)
{
	for (gsize i = 0; i < line.size; i++) {
		if (g_ascii_isalnum(line.data[i]) || (guchar)line.data[i] >= 0x80)
			return TRUE;
	}
	return FALSE;
}

/* Collects the anchors of @range, leaves the table of occurrences zero. */
static gsize find_anchors(struct md_workspace *workspace, const struct md_rows *rows,
			  const struct md_range *range, struct anchor **anchors)
{
	struct occurrence *table = workspace->occurrence.data;
	gsize most = MIN(range->end_a - range->first_a, range->end_b - range->first_b), count = 0;

	for (gsize i = range->first_a; i < range->end_a; i++) {
		table[rows->a[i]].in_a++;
		table[rows->a[i]].at_a = (guint32)(i - range->first_a);
	}
	for (gsize i = range->first_b; i < range->end_b; i++)
		table[rows->b[i]].in_b++;
	*anchors = md_buffer_reserve(&workspace->anchor, most, sizeof(struct anchor));
	for (gsize i = range->first_b; i < range->end_b; i++) {
		const struct occurrence *seen = &table[rows->b[i]];

		if (seen->in_a == 1 && seen->in_b == 1 &&
		    (workspace->text == NULL || has_letter(workspace->text[rows->b[i]])))
			(*anchors)[count++] =
				(struct anchor){ seen->at_a, (guint32)(i - range->first_b),
						 NO_ANCHOR };
	}
	for (gsize i = range->first_a; i < range->end_a; i++)
		memset(&table[rows->a[i]], 0, sizeof(*table));
	for (gsize i = range->first_b; i < range->end_b; i++)
		memset(&table[rows->b[i]], 0, sizeof(*table));
	return count;
}

/*
 * Patience sorting: tail[i] is the anchor with the least at_a that ends a
 * rising row of i + 1 anchors.  Reorders @anchors so that the longest row
 * stands first, and returns its length.
 */
static gsize longest_row(struct md_workspace *workspace, struct anchor *anchors, gsize count)
{
	guint32 *tail = md_buffer_reserve(&workspace->tail, count, sizeof(*tail));
	gsize length = 0;

	for (gsize i = 0; i < count; i++) {
		gsize low = 0, high = length;

		while (low < high) {
			gsize middle = (low + high) / 2;

			if (anchors[tail[middle]].at_a < anchors[i].at_a)
				low = middle + 1;
			else
				high = middle;
		}
		anchors[i].before = low > 0 ? tail[low - 1] : NO_ANCHOR;
		tail[low] = (guint32)i;
		length = MAX(length, low + 1);
	}
	if (length == 0)
		return 0;
	/* The row backwards; an anchor never stands before its place in the row. */
	for (guint32 i = tail[length - 1], place = (guint32)length; i != NO_ANCHOR;) {
		tail[--place] = i;
		i = anchors[i].before;
	}
	for (gsize i = 0; i < length; i++)
		anchors[i] = anchors[tail[i]];
	return length;
}

static void patience(struct md_workspace *workspace, const struct md_rows *rows,
		     struct md_range range, guint level)
{
	struct md_range gap;
	struct anchor *found, *row;
	gsize length;

	md_range_trim(&range, rows);
	if (range.first_a == range.end_a || range.first_b == range.end_b || level == LEVEL_LIMIT) {
		md_myers(workspace, rows, range);
		return;
	}
	length = find_anchors(workspace, rows, &range, &found);
	length = longest_row(workspace, found, length);
	if (length == 0) {
		md_myers(workspace, rows, range);
		return;
	}
	/* The gaps use the buffers again. */
	row = g_memdup2(found, length * sizeof(*row));
	gap = range;
	for (gsize i = 0; i < length; i++) {
		gap.end_a = range.first_a + row[i].at_a;
		gap.end_b = range.first_b + row[i].at_b;
		patience(workspace, rows, gap, level + 1);
		gap.first_a = gap.end_a + 1;
		gap.first_b = gap.end_b + 1;
	}
	g_free(row);
	gap.end_a = range.end_a;
	gap.end_b = range.end_b;
	patience(workspace, rows, gap, level + 1);
}

void md_twoway(struct md_workspace *workspace, const guint32 *a, gsize count_a, const guint32 *b,
	       gsize count_b, gsize numbers, guint8 *changed_a, guint8 *changed_b)
{
	const struct md_rows rows = { a, b, changed_a, changed_b };

	memset(changed_a, FALSE, count_a);
	memset(changed_b, FALSE, count_b);
	ready_occurrences(workspace, numbers);
	patience(workspace, &rows, (struct md_range){ 0, count_a, 0, count_b }, 0);
}
