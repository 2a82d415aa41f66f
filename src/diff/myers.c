/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shortest edit script of two rows of numbers, in linear space.
 *
 * Model: a path through a grid from (0,0) to (n,m); a step right drops a
 * line of a, a step down adds one of b, a diagonal step pairs two equal
 * lines.  Paths grow from both corners at once; where the two fronts meet
 * the range is cut in two, and each half is searched by itself.
 *
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations",
 * Algorithmica 1 (1986), section 4b.  Cost O((n+m)d) time, O(n+m) space.
 *
 * Where we differ: rows that share little would cost d in the thousands.
 * Past a limit the search takes the point that is furthest along instead
 * (the idea and the limit are GNU diff's: "too expensive" in its compareseq),
 * so the result is right but may not be the shortest.
 */
#include "diff/workspace.h"

#include <math.h>

/* git and GNU diff both stop at 256 for ordinary files. */
#define LEAST_COST_LIMIT 256

void md_range_trim(struct md_range *range, const struct md_rows *rows)
{
	while (range->first_a < range->end_a && range->first_b < range->end_b &&
	       rows->a[range->first_a] == rows->b[range->first_b]) {
		range->first_a++;
		range->first_b++;
	}
	while (range->first_a < range->end_a && range->first_b < range->end_b &&
	       rows->a[range->end_a - 1] == rows->b[range->end_b - 1]) {
		range->end_a--;
		range->end_b--;
	}
}

/* One front: how far along a the path on each diagonal (x - y) has come. */
struct front {
	gssize *x;	  /* indexed by diagonal, negative ones too */
	gssize low, high; /* diagonals in use */
};

struct search {
	const guint32 *a, *b;
	gssize n, m;
	struct front forward, backward; /* the latter on diagonals of the end corner */
};

/*
 * Widens the front by one step: one diagonal more on each side while the
 * grid has them.  What lies outside is marked as behind every real path.
 */
static void widen(struct front *front, gssize least, gssize most, gssize behind)
{
	if (front->low > least)
		front->x[--front->low - 1] = behind;
	else
		front->low++;
	if (front->high < most)
		front->x[++front->high + 1] = behind;
	else
		front->high--;
}

/* Returns TRUE, with the point where the fronts met, when they did. */
static gboolean step_forward(struct search *search, gssize *cut_a, gssize *cut_b)
{
	struct front *front = &search->forward;
	const gssize delta = search->n - search->m;

	widen(front, -search->m, search->n, -1);
	for (gssize k = front->high; k >= front->low; k -= 2) {
		gssize x = MAX(front->x[k - 1] + 1, front->x[k + 1]);
		gssize y = x - k;

		while (x < search->n && y < search->m && search->a[x] == search->b[y]) {
			x++;
			y++;
		}
		front->x[k] = x;
		if ((delta & 1) && k >= search->backward.low && k <= search->backward.high &&
		    x >= search->backward.x[k]) {
			*cut_a = x;
			*cut_b = y;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean step_backward(struct search *search, gssize *cut_a, gssize *cut_b)
{
	struct front *front = &search->backward;
	const gssize delta = search->n - search->m;

	widen(front, -search->m, search->n, G_MAXSSIZE / 2);
	for (gssize k = front->high; k >= front->low; k -= 2) {
		gssize x = MIN(front->x[k - 1], front->x[k + 1] - 1);
		gssize y = x - k;

		while (x > 0 && y > 0 && search->a[x - 1] == search->b[y - 1]) {
			x--;
			y--;
		}
		front->x[k] = x;
		if (!(delta & 1) && k >= search->forward.low && k <= search->forward.high &&
		    x <= search->forward.x[k]) {
			*cut_a = x;
			*cut_b = y;
			return TRUE;
		}
	}
	return FALSE;
}

/* The point of either front that is furthest from its corner. */
static void furthest(const struct search *search, gssize *cut_a, gssize *cut_b)
{
	gssize best = -1;

	for (gssize k = search->forward.low; k <= search->forward.high; k += 2) {
		gssize x = MIN(search->forward.x[k], search->n), y = x - k;

		if (y > search->m) {
			y = search->m;
			x = y + k;
		}
		if (x >= 0 && y >= 0 && x + y > best) {
			best = x + y;
			*cut_a = x;
			*cut_b = y;
		}
	}
	for (gssize k = search->backward.low; k <= search->backward.high; k += 2) {
		gssize x = MAX(search->backward.x[k], 0), y = x - k;

		if (y < 0) {
			y = 0;
			x = k;
		}
		if (x <= search->n && y <= search->m && search->n + search->m - x - y > best) {
			best = search->n + search->m - x - y;
			*cut_a = x;
			*cut_b = y;
		}
	}
}

/* Cuts the range, whose ends do not match, at a point inside it. */
static void find_cut(struct md_workspace *workspace, const struct md_rows *rows,
		     const struct md_range *range, gssize *cut_a, gssize *cut_b)
{
	struct search search = {
		.a = rows->a + range->first_a,
		.b = rows->b + range->first_b,
		.n = (gssize)(range->end_a - range->first_a),
		.m = (gssize)(range->end_b - range->first_b),
	};
	const gssize delta = search.n - search.m;
	const gsize diagonals = (gsize)(search.n + search.m) + 5;
	const gssize limit = MAX(LEAST_COST_LIMIT, (gssize)sqrt((double)diagonals));
	gssize *x = md_buffer_reserve(&workspace->diagonal, diagonals * 2, sizeof(*x));

	/* Each half holds the diagonals -m-2 .. n+2. */
	search.forward = (struct front){ x + search.m + 2, 0, 0 };
	search.backward = (struct front){ x + diagonals + search.m + 2, delta, delta };
	search.forward.x[0] = 0;
	search.backward.x[delta] = search.n;
	for (gssize cost = 1;; cost++) {
		if (step_forward(&search, cut_a, cut_b) || step_backward(&search, cut_a, cut_b))
			return;
		if (cost >= limit) {
			furthest(&search, cut_a, cut_b);
			return;
		}
	}
}

void md_myers(struct md_workspace *workspace, const struct md_rows *rows, struct md_range range)
{
	for (;;) {
		struct md_range half = range;
		gssize cut_a = 0, cut_b = 0;

		md_range_trim(&range, rows);
		if (range.first_a == range.end_a || range.first_b == range.end_b)
			break;
		find_cut(workspace, rows, &range, &cut_a, &cut_b);
		half = range;
		half.end_a = range.first_a + (gsize)cut_a;
		half.end_b = range.first_b + (gsize)cut_b;
		md_myers(workspace, rows, half);
		range.first_a = half.end_a;
		range.first_b = half.end_b;
	}
	for (gsize i = range.first_a; i < range.end_a; i++)
		rows->changed_a[i] = TRUE;
	for (gsize i = range.first_b; i < range.end_b; i++)
		rows->changed_b[i] = TRUE;
}
