/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a clue says against a commit: its weight, how near the fault, how much, and how rare.
 */
#include "suspect/commits_hunt.h"

#include <math.h>

/* docs/algorithms/suspects.md has this table, too. */
static const double weights[MD_CLUES] = {
	/* Before it the one function of the stack did not call the next: no such stack. */
	[MD_CLUE_CALLS] = 0.5,
	/* A function that was not there before cannot have failed before. */
	[MD_CLUE_BROUGHT] = 0.5,
	/* Nothing else changes what a function does. */
	[MD_CLUE_CHANGED] = 0.35,
	/* What was asserted is true or not by what sets and reads these names. */
	[MD_CLUE_ASSERTED] = 0.5,
	/* A function of the stack is used in a new place, which may be the wrong one. */
	[MD_CLUE_REACHES] = 0.15,
	/* Who writes of a function or a feature works on it. */
	[MD_CLUE_SAID] = 0.1,
	/* Somebody found out that it was wrong. */
	[MD_CLUE_REPAIRED] = 0.5,
};

/* A change of two lines is half as telling as a rewritten function. */
#define HALF_TELLING 2.0
/* Clues of one sort are not quite independent: a wide commit has many. Each next counts less. */
#define EACH_NEXT 0.7

/* ------------------------------------------------------------------ rarity */

void md_hunt_count_findings(struct md_hunt *hunt)
{
	guint interests = hunt->evidence->interests->len;
	g_autofree gsize *changed = g_new0(gsize, interests + 1);
	g_autofree gsize *used = g_new0(gsize, interests + 1);

	for (gsize i = 0; i < hunt->count; i++) {
		const struct md_candidate *candidate = &hunt->candidate[i];

		for (guint j = 0; candidate->found != NULL && j < candidate->found->len; j++) {
			const struct md_finding *finding =
				&g_array_index(candidate->found, struct md_finding, j);
			gsize *last = &(finding->uses ? used : changed)[finding->interest];

			if (*last == i + 1)
				continue;
			*last = i + 1;
			(finding->uses ? hunt->used_by : hunt->changed_by)[finding->interest]++;
		}
		for (guint j = 0; j < hunt->words.count; j++)
			hunt->said_by[j] += candidate->said >> j & 1;
	}
}

double md_hunt_rarity(const struct md_hunt *hunt, guint count)
{
	double all = (double)hunt->count + 1;

	return log(all / MAX(count, 1)) / log(all);
}

/* ----------------------------------------------------------------- reasons */

static double weigh_change(const struct md_hunt *hunt, const struct md_finding *finding,
			   enum md_clue *clue)
{
	double lines = finding->lines, weight;

	*clue = finding->brought ? MD_CLUE_BROUGHT : MD_CLUE_CHANGED;
	weight = weights[*clue] * lines / (lines + HALF_TELLING);
	if (finding->brought)
		weight *= lines / (lines + finding->moved);
	return weight * md_hunt_rarity(hunt, hunt->changed_by[finding->interest]);
}

/* 0: it says nothing. */
static double weigh_use(const struct md_hunt *hunt, const struct md_finding *finding,
			enum md_clue *clue)
{
	const struct md_interest *used = md_hunt_interest(hunt, finding->interest), *user;
	double rare = md_hunt_rarity(hunt, hunt->used_by[finding->interest]);

	if (md_interest_is_word(used)) {
		*clue = MD_CLUE_ASSERTED;
		return weights[*clue] * rare;
	}
	/* A use that went from one function to the other was there before. */
	if (finding->more <= 0 || finding->net <= 0 || !finding->named)
		return 0;
	user = finding->user > 0 ? md_hunt_interest(hunt, finding->user - 1) : NULL;
	*clue = user != NULL && md_interest_is_on_stack(user) && user->frame > used->frame
			? MD_CLUE_CALLS
			: MD_CLUE_REACHES;
	return weights[*clue] * rare;
}

static int compare_reasons(gconstpointer a, gconstpointer b)
{
	double left = ((const struct md_reason *)a)->weight;
	double right = ((const struct md_reason *)b)->weight;

	return (left < right) - (left > right);
}

static void add_reason(GArray *reasons, const struct md_reason *reason)
{
	for (guint i = 0; i < reasons->len; i++) {
		struct md_reason *known = &g_array_index(reasons, struct md_reason, i);

		if (known->clue != reason->clue ||
		    known->finding.interest != reason->finding.interest)
			continue;
		if (known->weight < reason->weight)
			*known = *reason;
		return;
	}
	g_array_append_val(reasons, *reason);
}

GArray *md_hunt_reasons(const struct md_hunt *hunt, const struct md_candidate *candidate)
{
	GArray *reasons = g_array_new(FALSE, FALSE, sizeof(struct md_reason));

	for (guint i = 0; candidate->found != NULL && i < candidate->found->len; i++) {
		struct md_reason reason = {
			.finding = g_array_index(candidate->found, struct md_finding, i),
		};

		reason.weight =
			md_hunt_interest(hunt, reason.finding.interest)->weight *
			(reason.finding.uses ? weigh_use(hunt, &reason.finding, &reason.clue)
					     : weigh_change(hunt, &reason.finding, &reason.clue));
		if (reason.weight > 0)
			add_reason(reasons, &reason);
	}
	for (guint i = 0; i < hunt->words.count; i++) {
		struct md_reason reason = { .clue = MD_CLUE_SAID, .finding.interest = i };

		reason.weight = weights[MD_CLUE_SAID] * hunt->words.weight[i] *
				md_hunt_rarity(hunt, hunt->said_by[i]);
		if (candidate->said >> i & 1 && reason.weight > 0)
			g_array_append_val(reasons, reason);
	}
	g_array_sort(reasons, compare_reasons);
	return reasons;
}

void md_hunt_score(const struct md_hunt *hunt, struct md_candidate *candidate)
{
	g_autoptr(GArray) reasons = md_hunt_reasons(hunt, candidate);
	double doubt = candidate->repair != NULL ? 1 - weights[MD_CLUE_REPAIRED] : 1;
	double counts[MD_CLUES];

	for (guint i = 0; i < MD_CLUES; i++)
		counts[i] = 1;
	for (guint i = 0; i < reasons->len; i++) {
		const struct md_reason *reason = &g_array_index(reasons, struct md_reason, i);

		doubt *= 1 - reason->weight * counts[reason->clue];
		counts[reason->clue] *= EACH_NEXT;
	}
	candidate->score = 1 - doubt;
}
