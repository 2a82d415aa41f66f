/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run of added (or deleted) lines whose last line equals the line before it
 * can be moved up by one without changing what the patch does, and so on.
 * Two patches with the same effect must write it at the same place, else a
 * line would look adopted by one and kept by the other.
 *
 * The place: as far down as it goes, swallowing the runs it meets; but where
 * on the way it stands beside a run of the other row (lines replaced by
 * others), there.  That is what GNU diff's shift_boundaries and git's
 * xdl_change_compact do before any heuristic.
 */
#include "diff/diff.h"
#include "diff/workspace.h"

struct row {
	const guint32 *number;
	guint8 *changed;
	gsize count;
};

/* A run [first, end) and the run of the other row at the same place. */
struct run {
	gsize first, end;
	gsize other_first, other_end;
};

/* Moves @i over the changed lines of @row. */
static gsize skip_changed(const struct row *row, gsize i)
{
	while (i < row->count && row->changed[i])
		i++;
	return i;
}

/* One line up; then the other row's run is the one before the line passed. */
static void run_up(struct run *run, const struct row *row, const struct row *other)
{
	row->changed[--run->first] = TRUE;
	row->changed[--run->end] = FALSE;
	while (run->first > 0 && row->changed[run->first - 1])
		run->first--;
	run->other_end = run->other_first - 1;
	run->other_first = run->other_end;
	while (run->other_first > 0 && other->changed[run->other_first - 1])
		run->other_first--;
}

static void run_down(struct run *run, const struct row *row, const struct row *other)
{
	row->changed[run->first++] = FALSE;
	row->changed[run->end++] = TRUE;
	run->end = skip_changed(row, run->end);
	run->other_first = run->other_end + 1;
	run->other_end = skip_changed(other, run->other_first);
}

static gboolean can_go_up(const struct run *run, const struct row *row)
{
	return run->first > 0 && row->number[run->first - 1] == row->number[run->end - 1];
}

static gboolean can_go_down(const struct run *run, const struct row *row)
{
	return run->end < row->count && row->number[run->first] == row->number[run->end];
}

static void settle_run(struct run *run, const struct row *row, const struct row *other)
{
	gsize size, beside;

	/* Swallowing a run makes it longer, which may let it go on: until it stays. */
	do {
		size = run->end - run->first;
		while (can_go_up(run, row))
			run_up(run, row, other);
		beside = run->other_end > run->other_first ? run->end : 0;
		while (can_go_down(run, row)) {
			run_down(run, row, other);
			if (run->other_end > run->other_first)
				beside = run->end;
		}
	} while (run->end - run->first != size);
	if (beside == 0)
		return;
	while (run->end > beside)
		run_up(run, row, other);
}

static void slide_row(const struct row *row, const struct row *other)
{
	struct run run = { 0, 0, 0, skip_changed(other, 0) };

	for (;;) {
		run.first = run.end;
		run.end = skip_changed(row, run.first);
		if (run.end > run.first)
			settle_run(&run, row, other);
		if (run.end == row->count)
			return;
		/* Past one unchanged line of each. */
		run.end++;
		run.other_first = run.other_end + 1;
		run.other_end = skip_changed(other, run.other_first);
	}
}

void md_slide(const struct md_rows *rows, gsize count_a, gsize count_b)
{
	const struct row a = { rows->a, rows->changed_a, count_a };
	const struct row b = { rows->b, rows->changed_b, count_b };

	slide_row(&a, &b);
	slide_row(&b, &a);
}
