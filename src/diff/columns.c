/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heart: two patches as two rows of lines, aligned.
 *
 * Model: each patch is its full-context diff, every line of base and
 * downstream once (deletions before additions).  The two rows are aligned by
 * the text of the lines alone, whatever their signs; every aligned column
 * then has a pair of signs, its mark.  No merge is made, so nothing can
 * conflict, and each row still projects to its two files exactly.
 *
 * Where upstream changed nothing (both bases are equal) the lines of the base
 * pair with themselves, and only what stands between two of them is aligned:
 * nothing can then look adopted, declined or held.
 *
 * Cost: three two-way diffs a file, on numbers.
 */
#include "diff/workspace.h"

#include <string.h>

static void edits_append(struct md_edits *edits, guint32 number, enum md_sign sign)
{
	edits->number[edits->count] = number;
	edits->sign[edits->count++] = sign;
}

/* Writes the patch of @side as one row of signed lines. */
static void find_edits(struct md_workspace *workspace, enum md_side side, struct md_edits *edits)
{
	const struct md_lines *base = &workspace->lines[md_side_base(side)];
	const struct md_lines *down = &workspace->lines[md_side_downstream(side)];
	guint8 *changed_base = md_buffer_reserve(&workspace->changed[0], base->count, 1);
	guint8 *changed_down = md_buffer_reserve(&workspace->changed[1], down->count, 1);
	const struct md_rows rows = { base->number, down->number, changed_base, changed_down };
	gsize i = 0, j = 0;

	edits->number = md_buffer_reserve(&workspace->edit_number[side], base->count + down->count,
					  sizeof(guint32));
	edits->sign = md_buffer_reserve(&workspace->edit_sign[side], base->count + down->count, 1);
	edits->count = 0;
	if (base->number == down->number) {
		memcpy(edits->number, base->number, base->count * sizeof(guint32));
		memset(edits->sign, MD_SIGN_CONTEXT, base->count);
		edits->count = base->count;
		return;
	}
	md_twoway(workspace, base->number, base->count, down->number, down->count,
		  workspace->numbers, changed_base, changed_down);
	md_slide(&rows, base->count, down->count);
	while (i < base->count || j < down->count) {
		if (i < base->count && changed_base[i]) {
			edits_append(edits, base->number[i++], MD_SIGN_BASE);
		} else if (j < down->count && changed_down[j]) {
			edits_append(edits, down->number[j++], MD_SIGN_DOWNSTREAM);
		} else {
			edits_append(edits, down->number[j++], MD_SIGN_CONTEXT);
			i++;
		}
	}
}

/* Aligns what two patches of one and the same base put between its lines. */
static void align_on_base(struct md_workspace *workspace, const struct md_edits edits[MD_SIDES],
			  guint8 *const unpaired[MD_SIDES])
{
	gsize first[MD_SIDES] = { 0, 0 };

	for (;;) {
		gsize end[MD_SIDES];

		for (enum md_side side = 0; side < MD_SIDES; side++) {
			end[side] = first[side];
			while (end[side] < edits[side].count &&
			       edits[side].sign[end[side]] == MD_SIGN_DOWNSTREAM)
				end[side]++;
		}
		md_twoway(workspace, edits[MD_OLD].number + first[MD_OLD],
			  end[MD_OLD] - first[MD_OLD], edits[MD_NEW].number + first[MD_NEW],
			  end[MD_NEW] - first[MD_NEW], workspace->numbers,
			  unpaired[MD_OLD] + first[MD_OLD], unpaired[MD_NEW] + first[MD_NEW]);
		if (end[MD_OLD] == edits[MD_OLD].count)
			break;
		/* The next line of the base, in both. */
		for (enum md_side side = 0; side < MD_SIDES; side++) {
			unpaired[side][end[side]] = FALSE;
			first[side] = end[side] + 1;
		}
	}
}

/* The unpaired lines of one row between two pairs: [first, base_end) end in the base's last. */
struct gap {
	gsize first, base_end, end;
};

static struct gap find_gap(const struct md_edits *edits, const guint8 *unpaired, gsize first)
{
	struct gap gap = { first, first, first };

	for (; gap.end < edits->count && unpaired[gap.end]; gap.end++) {
		if (edits->sign[gap.end] != MD_SIGN_DOWNSTREAM)
			gap.base_end = gap.end + 1;
	}
	return gap;
}

static void write_unpaired(struct md_aligned *columns, const struct md_edits *edits,
			   enum md_side side, gsize first, gsize end)
{
	for (gsize i = first; i < end; i++) {
		enum md_sign sign = edits->sign[i];

		columns->number[columns->count] = edits->number[i];
		columns->mark[columns->count++] = side == MD_OLD ? MD_MARK(sign, MD_SIGN_ABSENT)
								 : MD_MARK(MD_SIGN_ABSENT, sign);
	}
}

/*
 * The columns, in order. Of unpaired lines the bases' come first, the old one's
 * before the new one's: what upstream replaced stands beside what it put there,
 * and what the downstream added behind it stays behind it.
 */
static void write_columns(struct md_aligned *columns, const struct md_edits edits[MD_SIDES],
			  guint8 *const unpaired[MD_SIDES])
{
	const struct md_edits *old = &edits[MD_OLD], *new = &edits[MD_NEW];
	gsize i = 0, j = 0;

	columns->count = 0;
	for (;;) {
		struct gap in_old = find_gap(old, unpaired[MD_OLD], i);
		struct gap in_new = find_gap(new, unpaired[MD_NEW], j);

		/* A last line without its newline stays last: nothing is put behind it. */
		if (in_old.end == old->count)
			in_old.base_end = in_old.end;
		write_unpaired(columns, old, MD_OLD, in_old.first, in_old.base_end);
		write_unpaired(columns, new, MD_NEW, in_new.first, in_new.base_end);
		write_unpaired(columns, old, MD_OLD, in_old.base_end, in_old.end);
		write_unpaired(columns, new, MD_NEW, in_new.base_end, in_new.end);
		i = in_old.end;
		j = in_new.end;
		if (i == old->count)
			break;
		columns->number[columns->count] = old->number[i];
		columns->mark[columns->count++] = MD_MARK(old->sign[i++], new->sign[j++]);
	}
}

void md_columns_compute(struct md_workspace *workspace, const struct md_slice text[MD_VERSIONS],
			md_next_piece next, enum md_space space, struct md_columns *columns)
{
	struct md_edits edits[MD_SIDES];
	guint8 *unpaired[MD_SIDES];
	struct md_aligned aligned;
	gsize most;

	md_lines_number(workspace, text, next, space);
	find_edits(workspace, MD_OLD, &edits[MD_OLD]);
	find_edits(workspace, MD_NEW, &edits[MD_NEW]);
	for (enum md_side side = 0; side < MD_SIDES; side++)
		unpaired[side] = md_buffer_reserve(&workspace->changed[side], edits[side].count, 1);
	if (workspace->lines[MD_OLD_BASE].number == workspace->lines[MD_NEW_BASE].number)
		align_on_base(workspace, edits, unpaired);
	else
		md_twoway(workspace, edits[MD_OLD].number, edits[MD_OLD].count,
			  edits[MD_NEW].number, edits[MD_NEW].count, workspace->numbers,
			  unpaired[MD_OLD], unpaired[MD_NEW]);
	/* A line that the old patch adds has a second column where it rides along; see twins.c. */
	most = 2 * edits[MD_OLD].count + edits[MD_NEW].count;
	aligned.mark = md_buffer_reserve(&workspace->mark, most, sizeof(md_mark));
	aligned.number = md_buffer_reserve(&workspace->mark_number, most, sizeof(guint32));
	write_columns(&aligned, edits, unpaired);
	if (next == md_slice_next_line)
		md_twins_join(workspace, &aligned);
	columns->lines = workspace->lines;
	columns->number = aligned.number;
	columns->text = workspace->text;
	columns->mark = aligned.mark;
	columns->count = aligned.count;
}

void md_diff_compute(struct md_workspace *workspace, const struct md_slice text[MD_VERSIONS],
		     enum md_space space, struct md_columns *columns)
{
	md_columns_compute(workspace, text, md_slice_next_line, space, columns);
}

void md_walk_next(struct md_walk *walk, const struct md_columns *columns)
{
	guint projections = md_mark_projections(columns->mark[walk->column++]);

	for (guint version = 0; version < MD_PROJECTIONS; version++)
		walk->position[version] += projections >> version & 1;
}

struct md_slice md_walk_text(const struct md_walk *walk, const struct md_columns *columns)
{
	/* The newest first: with -w the versions of a line may differ in blanks. */
	static const enum md_version order[] = {
		MD_NEW_DOWNSTREAM,
		MD_NEW_BASE,
		MD_OLD_DOWNSTREAM,
		MD_OLD_BASE,
	};
	guint projections = md_mark_projections(columns->mark[walk->column]);

	for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
		if (projections & MD_BIT(order[i]))
			return columns->lines[order[i]].line[walk->position[order[i]]];
	}
	/* A line that rides along stands here in the carried text alone. */
	return columns->text[columns->number[walk->column]];
}
