/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Placing the hunks of one file: where each goes, and what comes out. */
#ifndef MD_PATCH_APPLY_H
#define MD_PATCH_APPLY_H

#include "patch/text.h"

/** A hunk as the applier sees it. */
struct md_pattern {
	GArray *lines;	      /* of struct md_line: those the file should hold */
	gsize prefix, suffix; /* of them, context before and after the changes */
};

/** The hunks of one file on their way in. */
struct md_applier {
	GArray *text; /* of struct md_line: the file as it was */
	/* What the lines from @start to @frozen become; both begin as the same. */
	GArray *output;
	gsize start, frozen;
	/* How far the last hunk was off, and what hunks added so far. */
	gssize in_offset, out_offset;
	guint fuzz_limit;
	/* Workspace of the search. */
	struct md_pattern pattern;
	GArray *borders; /* of gsize */
};

void md_applier_init(struct md_applier *applier, GArray *text, guint fuzz_limit);
void md_applier_clear(struct md_applier *applier);

enum md_outcome {
	MD_OUTCOME_APPLIED,
	MD_OUTCOME_NOT_FOUND,
	MD_OUTCOME_OVERLAPS, /* it fits, but on lines that are already changed */
};

/** How a hunk went in, in lines of the file as it will be. */
struct md_placing {
	gssize line, offset;
	gsize fuzz;
};

/** Applies @hunk; on failure nothing but the guess for the next one changes. */
enum md_outcome md_applier_hunk(struct md_applier *applier, const struct md_hunk *hunk,
				struct md_placing *placing);

/** Puts the output into the text. */
void md_applier_finish(struct md_applier *applier, GPtrArray *kept);

/** Fills @pattern with the lines of @hunk but those with the sign @skip. */
void md_pattern_fill(struct md_pattern *pattern, const struct md_hunk *hunk, char skip);

/** No line; lines count from 1, and a pattern may even begin before them. */
#define MD_NOWHERE G_MINSSIZE

/**
 * Looks for lines [first, end) of the pattern in the text, the pattern's line
 * 0 being at a line of [low, high] as near to @guess as can be, the later of
 * two as near.  Returns the line, or MD_NOWHERE.
 */
gssize md_pattern_find(struct md_applier *applier, gsize first, gsize end, gssize guess, gssize low,
		       gssize high);

/**
 * Why @hunk does not fit into the text: "already applied" and the like.  Slow;
 * the caller owns the answer.
 */
char *md_diagnose(struct md_applier *applier, const struct md_hunk *hunk);

#endif
