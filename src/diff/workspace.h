/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one thread keeps from file to file, and the steps of the comparison
 * that work in it.  Private to the room.
 */
#ifndef MD_DIFF_WORKSPACE_H
#define MD_DIFF_WORKSPACE_H

#include "diff/diff.h"

/** A block that only grows.  Its content is not kept when it does. */
struct md_buffer {
	void *data;
	gsize size; /* in bytes */
};

/** Room for @count items of @item bytes; aborts without memory, as GLib does. */
void *md_buffer_reserve(struct md_buffer *buffer, gsize count, gsize item);
void md_buffer_clear(struct md_buffer *buffer);

/** A patch as its full-context diff: every line once, with its sign. */
struct md_edits {
	guint32 *number;
	guint8 *sign; /* enum md_sign, never absent */
	gsize count;
};

struct md_workspace {
	guint64 seed; /* of the line hash: strangers must not choose collisions */
	struct md_lines lines[MD_VERSIONS];
	gsize numbers;		     /* of distinct lines in all four */
	const struct md_slice *text; /* by number, of the last line; NULL: bare numbers */

	/* words.c: columns of words are computed while those of lines are in use */
	struct md_workspace *words;

	/* lines.c */
	struct md_buffer split[MD_VERSIONS], numbered[MD_VERSIONS];
	struct md_buffer slots, distinct, original, folded;
	/* columns.c */
	struct md_buffer changed[MD_SIDES];
	struct md_buffer edit_number[MD_SIDES], edit_sign[MD_SIDES];
	struct md_buffer mark, mark_number;
	/* twins.c */
	struct md_buffer unpaired;
	/* twoway.c, myers.c */
	struct md_buffer occurrence, anchor, tail, diagonal;
	gsize occurrences_ready; /* entries of @occurrence that are zero */
};

/** Cuts the next piece of a text off @rest: md_slice_next_line or md_slice_next_word. */
typedef gboolean (*md_next_piece)(struct md_slice *rest, struct md_slice *piece);

/**
 * Splits the texts into lines and numbers them: lines that are equal under
 * @space get one number, whichever version they are in.
 */
void md_lines_number(struct md_workspace *workspace, const struct md_slice text[MD_VERSIONS],
		     md_next_piece next, enum md_space space);

/** md_diff_compute() of pieces that @next cuts; lines alone are followed where they moved. */
void md_columns_compute(struct md_workspace *workspace, const struct md_slice text[MD_VERSIONS],
			md_next_piece next, enum md_space space, struct md_columns *columns);

/**
 * Myers' algorithm on a[first_a..end_a) and b[first_b..end_b): sets the bytes
 * of the lines that are not paired; others are left alone.
 */
struct md_rows {
	const guint32 *a, *b;
	guint8 *changed_a, *changed_b;
};
struct md_range {
	gsize first_a, end_a, first_b, end_b;
};
void md_myers(struct md_workspace *workspace, const struct md_rows *rows, struct md_range range);

/** Moves first_a, first_b and end_a, end_b over lines that are equal on both sides. */
void md_range_trim(struct md_range *range, const struct md_rows *rows);

/** md_merge_new() without it. */
struct md_merge *md_merge_of_lines(struct md_workspace *workspace,
				   const struct md_slice text[MD_MERGE_TEXTS]);
/** Settles chunks whose lines theirs moved to another place of the same text. */
void md_merge_follow(struct md_workspace *workspace, struct md_merge *merge);

/** Columns with the numbers of their lines. */
struct md_aligned {
	md_mark *mark;
	guint32 *number;
	gsize count;
};
/** Joins the halves of lines that upstream moved; see twins.c. */
void md_twins_join(struct md_workspace *workspace, struct md_aligned *columns);

/**
 * Moves each run of changed lines that could stand elsewhere to the place
 * where every other patch with the same effect would have it.
 */
void md_slide(const struct md_rows *rows, gsize count_a, gsize count_b);

#endif
