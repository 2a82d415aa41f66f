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

struct twins {
	struct md_aligned *columns;
	struct unpaired *unpaired; /* by number */
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

/* Moves @old and @new to the last pair in one direction. */
static void grow(const struct md_aligned *columns, gboolean down, gsize *old, gsize *new,
		 gsize *base_lines)
{
	gsize next_old = *old, next_new = *new;

	while (step(columns, MD_OLD, down, &next_old) && step(columns, MD_NEW, down, &next_new) &&
	       is_pair(columns, next_old, next_new, base_lines)) {
		*old = next_old;
		*new = next_new;
	}
}

static void join_block(struct md_aligned *columns, gsize old, gsize new, gsize last_old)
{
	for (;;) {
		enum md_sign sign = md_mark_sign(columns->mark[old], MD_OLD);
		gsize next_old = old, next_new = new;
		gboolean more = old != last_old && step(columns, MD_OLD, TRUE, &next_old) &&
				step(columns, MD_NEW, TRUE, &next_new);

		columns->mark[new] =
			MD_MARK_HERE | MD_MARK(sign, md_mark_sign(columns->mark[new], MD_NEW));
		columns->mark[old] = MD_MARK_AWAY | MD_MARK(sign, MD_SIGN_ABSENT);
		if (!more)
			return;
		old = next_old;
		new = next_new;
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
	struct twins twins = { columns, md_buffer_reserve(&workspace->unpaired, workspace->numbers,
							  sizeof(struct unpaired)) };

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
			join_block(columns, old, new, last_old);
		else
			pass_over(&twins, new, last_new);
	}
}
