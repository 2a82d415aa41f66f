/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a change is shown that could stand at several places.
 *
 * Model: a run of columns of one shown mark between two hidden ones can move by a line
 * where that line reads as the one it leaves at its other end: the two columns swap their
 * marks, and as they read the same no version changes. Of all places the one is taken
 * whose ends are indented least, then begin after a blank line and not with a closing
 * brace; of equals the lowest, which is where slide.c put it. slide.c must not look at
 * indentation itself: it has to put the same change at the same place in both patches,
 * whatever stands around it.
 *
 * Source: the idea is Michael Haggerty's, git's --indent-heuristic. Where we differ: three
 * rules instead of a score with weights learnt from many repositories.
 */
#include "diff/diff.h"

/* As in git: a longer way is one through a table, where no place reads better. */
#define LONGEST_WAY 100

#define TAB_WIDTH 8

/* What one end of a run costs: less reads better. */
#define COST_COLUMN 2	/* each column of indentation */
#define COST_CLOSING 1	/* it begins with what closes a block */
#define COST_NO_BLANK 1 /* no blank line stands before it */

struct run {
	struct md_columns *columns;
	gsize first, end;
};

static struct md_slice text_at(const struct md_columns *columns, gsize column)
{
	return md_slice_chomp(columns->text[columns->number[column]]);
}

/* The width of the blanks that @line begins with, and how many bytes they are. */
static gsize indentation(struct md_slice line, gsize *bytes)
{
	gsize width = 0;

	for (*bytes = 0; *bytes < line.size; ++*bytes) {
		if (line.data[*bytes] == '\t')
			width += TAB_WIDTH - width % TAB_WIDTH;
		else if (line.data[*bytes] == ' ')
			width++;
		else
			break;
	}
	return width;
}

static gboolean is_blank(const struct md_columns *columns, gsize column)
{
	struct md_slice line = text_at(columns, column);
	gsize bytes;

	indentation(line, &bytes);
	return bytes == line.size;
}

/* What it costs that a run begins, or the text goes on, at @column. */
static gsize cost_of_end(const struct md_columns *columns, gsize column)
{
	gsize cost = column == 0 || is_blank(columns, column - 1) ? 0 : COST_NO_BLANK;
	struct md_slice line;
	gsize bytes;

	while (column < columns->count && is_blank(columns, column))
		column++;
	if (column == columns->count)
		return cost;
	line = text_at(columns, column);
	cost += indentation(line, &bytes) * COST_COLUMN;
	return cost + (line.data[bytes] == '}' || line.data[bytes] == ')' ? COST_CLOSING : 0);
}

static gsize cost_of(const struct run *run)
{
	return cost_of_end(run->columns, run->first) + cost_of_end(run->columns, run->end);
}

/* Whether the hidden line of @column may be passed: every version with the run's lines has it. */
static gboolean is_passable(const struct run *run, gsize column)
{
	md_mark mark = run->columns->mark[column];
	guint needed = md_mark_projections(run->columns->mark[run->first]);

	return mark < MD_MARKS && md_mark_shown(mark) == ' ' &&
	       (md_mark_projections(mark) & needed) == needed;
}

/* Moves the run by one line; FALSE where it cannot go on. */
static gboolean step(struct run *run, gboolean down)
{
	struct md_columns *columns = run->columns;
	gsize left = down ? run->first : run->end - 1, joined = down ? run->end : run->first - 1;
	md_mark mark;

	if (joined >= columns->count || !is_passable(run, joined) ||
	    columns->number[left] != columns->number[joined])
		return FALSE;
	mark = columns->mark[joined];
	columns->mark[joined] = columns->mark[left];
	columns->mark[left] = mark;
	run->first += down ? 1 : -1;
	run->end += down ? 1 : -1;
	return TRUE;
}

static void place_run(struct run *run)
{
	gsize best, best_first;

	/* A run that replaces something stays beside it. */
	if ((run->first > 0 && !is_passable(run, run->first - 1)) ||
	    (run->end < run->columns->count && !is_passable(run, run->end)))
		return;
	for (guint i = 0; i < LONGEST_WAY && step(run, FALSE); i++)
		;
	best = cost_of(run);
	best_first = run->first;
	for (guint i = 0; i < 2 * LONGEST_WAY && step(run, TRUE); i++) {
		gsize cost = cost_of(run);

		if (cost <= best) {
			best = cost;
			best_first = run->first;
		}
	}
	while (run->first > best_first)
		step(run, FALSE);
}

void md_columns_tidy(struct md_columns *columns)
{
	struct run run = { columns, 0, 0 };

	for (gsize i = 0; i < columns->count; i = MAX(i + 1, run.end)) {
		md_mark mark = columns->mark[i];

		if (mark >= MD_MARKS || md_mark_shown(mark) == ' ')
			continue;
		run.first = i;
		for (run.end = i + 1; run.end < columns->count && columns->mark[run.end] == mark;)
			run.end++;
		place_run(&run);
	}
}
