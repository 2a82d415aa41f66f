/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that upstream moved, with the downstream's change riding on it.
 *
 * Model: an alignment keeps the order of both rows, so of a block that moved
 * one place stays unpaired in the old patch's row and one in the new patch's.
 * A telling line that is unpaired once in each is an anchor; a block grows
 * from it over the neighbours, up and down, while they are unpaired and equal
 * in both rows. The two halves of a line then make one mark, as if they had
 * been aligned: it stands at the new place, and the old half is away.
 *
 * Lines that a patch adds to the block need not be in the other one: a block
 * goes on past them. Those of the old patch ride along: each has a column
 * at the new place, too, where it is dropped unless the new patch has it.
 *
 * A block in which both patches only add is not upstream's doing: it is the
 * downstream that moved its own lines, or upstream moved what lies around
 * them. It is taken where some line of a base came along, else left alone.
 *
 * Source: the anchors are patience diff's, used once more on what an
 * alignment leaves over. Cost: linear in the columns.
 */
#include "diff/workspace.h"

#include <string.h>

/* Braces, blank lines and "return 0;" stand anywhere: this many letters and digits tell. */
#define TELLING 5

gboolean md_line_is_telling(struct md_slice line)
{
	guint telling = 0;

	for (gsize i = 0; i < line.size && telling < TELLING; i++)
		telling += g_ascii_isalnum(line.data[i]) || (guchar)line.data[i] >= 0x80;
	return telling == TELLING;
}

/* How often a number is unpaired in each row, and where in the old one. */
struct unpaired {
	guint32 in_old, in_new;
	guint32 at_old;
};

/* A line that the old patch adds to a block that moved. */
struct rider {
	guint32 from;	/* its column; in the end its number */
	guint32 behind; /* the column at the new place that it follows */
};

struct twins {
	struct md_aligned *columns;
	struct unpaired *unpaired; /* by number */
	GArray *riders;		   /* of struct rider */
};

static gboolean is_unpaired(md_mark mark, enum md_side side)
{
	return !(mark & (MD_MARK_AWAY | MD_MARK_HERE)) &&
	       md_mark_sign(mark, side) != MD_SIGN_ABSENT &&
	       md_mark_sign(mark, MD_SIDES - 1 - side) == MD_SIGN_ABSENT;
}

/* The column of the next line in the row of @side, or FALSE at its end. */
static gboolean step(const struct md_aligned *columns, enum md_side side, gboolean down, gsize *at)
{
	gsize i = *at;

	do {
		if (down ? ++i >= columns->count : i-- == 0)
			return FALSE;
	} while (md_mark_sign(columns->mark[i], side) == MD_SIGN_ABSENT ||
		 (columns->mark[i] & (side == MD_OLD ? MD_MARK_HERE : MD_MARK_AWAY)));
	*at = i;
	return TRUE;
}

/* The two lines at these columns pair; counts those that lie in a base on both sides. */
static gboolean is_pair(const struct md_aligned *columns, gsize old, gsize new, gsize *base_lines)
{
	if (!is_unpaired(columns->mark[old], MD_OLD) || !is_unpaired(columns->mark[new], MD_NEW) ||
	    columns->number[old] != columns->number[new])
		return FALSE;
	*base_lines += md_mark_sign(columns->mark[old], MD_OLD) != MD_SIGN_DOWNSTREAM ||
		       md_mark_sign(columns->mark[new], MD_NEW) != MD_SIGN_DOWNSTREAM;
	return TRUE;
}

/* A line that the patch of @side adds and the other patch knows nothing of. */
static gboolean is_addition(const struct md_aligned *columns, enum md_side side, gsize at)
{
	return is_unpaired(columns->mark[at], side) &&
	       md_mark_sign(columns->mark[at], side) == MD_SIGN_DOWNSTREAM;
}

/* Moves @old and @new to the next pair, past lines that only one patch adds. */
static gboolean next_pair(const struct md_aligned *columns, gboolean down, gsize *old, gsize *new,
			  gsize *base_lines)
{
	gsize next_old = *old, next_new = *new;
	gboolean more =
		step(columns, MD_OLD, down, &next_old) && step(columns, MD_NEW, down, &next_new);

	while (more) {
		if (is_pair(columns, next_old, next_new, base_lines)) {
			*old = next_old;
			*new = next_new;
			return TRUE;
		}
		if (is_addition(columns, MD_OLD, next_old))
			more = step(columns, MD_OLD, down, &next_old);
		else if (is_addition(columns, MD_NEW, next_new))
			more = step(columns, MD_NEW, down, &next_new);
		else
			more = FALSE;
	}
	return FALSE;
}

/* Moves @old and @new to the last pair in one direction. */
static void grow(const struct md_aligned *columns, gboolean down, gsize *old, gsize *new,
		 gsize *base_lines)
{
	while (next_pair(columns, down, old, new, base_lines))
		;
}

static void join_pair(struct md_aligned *columns, gsize old, gsize new)
{
	enum md_sign sign = md_mark_sign(columns->mark[old], MD_OLD);

	columns->mark[new] = MD_MARK_HERE | MD_MARK(sign, md_mark_sign(columns->mark[new], MD_NEW));
	columns->mark[old] = MD_MARK_AWAY | MD_MARK(sign, MD_SIGN_ABSENT);
}

static void join_block(struct twins *twins, gsize old, gsize new, gsize last_old)
{
	struct md_aligned *columns = twins->columns;
	gsize base_lines = 0;

	for (;;) {
		gsize next_old = old, next_new = new, at = old;
		gboolean more = old != last_old &&
				next_pair(columns, TRUE, &next_old, &next_new, &base_lines);

		join_pair(columns, old, new);
		if (!more)
			return;
		while (step(columns, MD_OLD, TRUE, &at) && at != next_old) {
			const struct rider rider = { (guint32)at, (guint32) new };

			columns->mark[at] |= MD_MARK_AWAY;
			g_array_append_val(twins->riders, rider);
		}
		old = next_old;
		new = next_new;
	}
}

static int compare_riders(const void *a, const void *b)
{
	const struct rider *rider_a = a, *rider_b = b;

	if (rider_a->behind != rider_b->behind)
		return rider_a->behind < rider_b->behind ? -1 : 1;
	return rider_a->from < rider_b->from ? -1 : rider_a->from > rider_b->from;
}

/* Puts the columns of all riders in, from the end on, so that each column is moved once. */
static void insert_riders(struct twins *twins)
{
	struct md_aligned *columns = twins->columns;
	guint left = twins->riders->len;
	gsize from = columns->count, to = columns->count + left;

	g_array_sort(twins->riders, compare_riders);
	/* What is overwritten on the way was moved already, but riders are looked up: first. */
	for (guint i = 0; i < left; i++) {
		struct rider *rider = &g_array_index(twins->riders, struct rider, i);

		rider->from = columns->number[rider->from];
	}
	columns->count = to;
	while (left > 0) {
		const struct rider *rider = &g_array_index(twins->riders, struct rider, left - 1);

		if (rider->behind + 1 == from) {
			columns->number[--to] = rider->from;
			columns->mark[to] =
				MD_MARK_HERE | MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_ABSENT);
			left--;
		} else {
			columns->number[--to] = columns->number[--from];
			columns->mark[to] = columns->mark[from];
		}
	}
}

/* The block of this anchor is that of all anchors in it: none needs to be tried again. */
static void pass_over(struct twins *twins, gsize new, gsize last_new)
{
	for (gsize i = new; i <= last_new; i++) {
		if (is_unpaired(twins->columns->mark[i], MD_NEW))
			twins->unpaired[twins->columns->number[i]].in_new = 0;
	}
}

static void count_unpaired(struct twins *twins)
{
	const struct md_aligned *columns = twins->columns;

	for (gsize i = 0; i < columns->count; i++) {
		struct unpaired *unpaired = &twins->unpaired[columns->number[i]];

		if (is_unpaired(columns->mark[i], MD_OLD)) {
			unpaired->in_old++;
			unpaired->at_old = (guint32)i;
		} else if (is_unpaired(columns->mark[i], MD_NEW)) {
			unpaired->in_new++;
		}
	}
}

void md_twins_join(struct md_workspace *workspace, struct md_aligned *columns)
{
	const struct md_slice *distinct = workspace->distinct.data;
	g_autoptr(GArray) riders = g_array_new(FALSE, FALSE, sizeof(struct rider));
	struct twins twins = { columns,
			       md_buffer_reserve(&workspace->unpaired, workspace->numbers,
						 sizeof(struct unpaired)),
			       riders };

	memset(twins.unpaired, 0, workspace->numbers * sizeof(struct unpaired));
	count_unpaired(&twins);
	for (gsize i = 0; i < columns->count; i++) {
		const struct unpaired *unpaired = &twins.unpaired[columns->number[i]];
		gsize old = unpaired->at_old, new = i, last_old = old, last_new = i;
		gsize base_lines = 0;

		if (unpaired->in_old != 1 || unpaired->in_new != 1 ||
		    !is_unpaired(columns->mark[i], MD_NEW) ||
		    !md_line_is_telling(distinct[columns->number[i]]) ||
		    !is_pair(columns, old, new, &base_lines))
			continue;
		grow(columns, FALSE, &old, &new, &base_lines);
		grow(columns, TRUE, &last_old, &last_new, &base_lines);
		if (base_lines > 0)
			join_block(&twins, old, new, last_old);
		else
			pass_over(&twins, new, last_new);
	}
	insert_riders(&twins);
}
