/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits that a reader is sent to, the likeliest first, with their reasons in words.
 */
#include "suspect/commits_hunt.h"

#include <string.h>

#include "suspect/internal.h"

/* What nobody should be sent to look at, and how many. */
#define LEAST_SCORE 0.02
#define MOST_NAMED 20
#define MOST_SENTENCES 6
#define MOST_OF_SUSPECT 3
/* A commit that is repaired later goes first where it is that near the first by its clues. */
#define NEAR_THE_FIRST 0.5

/* ----------------------------------------------------------- the sentences */

/* The function of the stack that @interest was found by. */
static const char *say_user(const struct md_hunt *hunt, const struct md_interest *interest)
{
	for (guint i = 0; i < hunt->evidence->interests->len; i++) {
		const struct md_interest *user = md_hunt_interest(hunt, i);

		if (user->role == MD_ROLE_FRAME && user->frame == interest->frame)
			return user->name;
	}
	return "the stack";
}

static char *say_change(const struct md_hunt *hunt, const struct md_finding *finding)
{
	const struct md_interest *interest = md_hunt_interest(hunt, finding->interest);
	g_autoptr(GString) text = g_string_new(NULL);

	if (finding->brought)
		g_string_append_printf(text, "brought %s", interest->name);
	else
		g_string_append_printf(text, "changed %u line%s of %s", finding->lines,
				       finding->lines == 1 ? "" : "s", interest->name);
	if (interest->role == MD_ROLE_FRAME)
		g_string_append(text, ", on the stack");
	else if (interest->role == MD_ROLE_BETWEEN)
		g_string_append_printf(text, ", compiled into %s", say_user(hunt, interest));
	else if (interest->distance > 1)
		g_string_append_printf(text, ", which what %s calls uses",
				       say_user(hunt, interest));
	else
		g_string_append_printf(text, ", which %s uses", say_user(hunt, interest));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *say(const struct md_hunt *hunt, const struct md_reason *reason)
{
	const struct md_interest *interest = md_hunt_interest(hunt, reason->finding.interest);

	switch (reason->clue) {
	case MD_CLUE_CALLS:
		return g_strdup_printf("made %s call %s",
				       md_hunt_interest(hunt, reason->finding.user - 1)->name,
				       interest->name);
	case MD_CLUE_REACHES:
		return g_strdup_printf("uses %s where it was not used before", interest->name);
	case MD_CLUE_ASSERTED:
		return g_strdup_printf(
			"%s %s, which %s", reason->finding.more < 0 ? "uses less" : "uses",
			interest->name,
			interest->role == MD_ROLE_ASSERTED ? "the failed condition has"
							   : "has to do with the fault");
	default:
		return say_change(hunt, &reason->finding);
	}
}

static void add_symbol(GPtrArray *symbols, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(symbols, name, g_str_equal, NULL))
		g_ptr_array_add(symbols, g_strdup(name));
}

/* Said by fewer than the square root of all commits. */
#define TELLING_RARITY 0.5

/* The reasons of @candidate in words, and the functions that they are about. */
static void tell(const struct md_hunt *hunt, const struct md_candidate *candidate,
		 struct md_suspect_commit *named)
{
	g_autoptr(GArray) reasons = md_hunt_reasons(hunt, candidate);
	g_autoptr(GString) said = g_string_new(NULL);

	for (guint i = 0; i < reasons->len && named->why->len < MOST_SENTENCES; i++) {
		const struct md_reason *reason = &g_array_index(reasons, struct md_reason, i);

		if (reason->clue == MD_CLUE_SAID) {
			const char *word = hunt->words.word[reason->finding.interest];

			/* "this" and "x86" count next to nothing, and tell a reader as much. */
			if (md_hunt_rarity(hunt, hunt->said_by[reason->finding.interest]) <
			    TELLING_RARITY)
				continue;
			g_string_append_printf(said, "%s%s",
					       said->len > 0 ? ", " : "its message says ", word);
			continue;
		}
		g_ptr_array_add(named->why, say(hunt, reason));
		if (reason->clue == MD_CLUE_BROUGHT || reason->clue == MD_CLUE_CHANGED)
			add_symbol(named->symbols,
				   md_hunt_interest(hunt, reason->finding.interest)->name);
		else if (reason->clue == MD_CLUE_CALLS)
			add_symbol(named->symbols,
				   md_hunt_interest(hunt, reason->finding.user - 1)->name);
	}
	if (said->len > 0)
		g_ptr_array_add(named->why, g_string_free(g_steal_pointer(&said), FALSE));
}

/* -------------------------------------------------------------- the result */

/* Gives @candidate's commit to those that the result owns. */
static const struct md_commit *own(struct md_suspects *suspects, struct md_candidate *candidate)
{
	struct md_commit *commit = candidate->text.commit;

	if (!g_ptr_array_find(suspects->named, commit, NULL)) {
		char *valid = g_utf8_make_valid(commit->subject, -1);

		g_free(commit->subject);
		commit->subject = valid;
		g_ptr_array_add(suspects->named, commit);
	}
	return commit;
}

static int compare_candidates(gconstpointer a, gconstpointer b)
{
	const struct md_candidate *left = *(const struct md_candidate *const *)a;
	const struct md_candidate *right = *(const struct md_candidate *const *)b;

	if (left->score != right->score)
		return left->score < right->score ? 1 : -1;
	return (left > right) - (left < right);
}

/* The candidates, the likeliest first; then those with a repair before others near the first. */
static GPtrArray *rank(const struct md_hunt *hunt)
{
	GPtrArray *ranked = g_ptr_array_new();
	guint repaired = 0;
	double least;

	for (gsize i = 0; i < hunt->count; i++) {
		struct md_candidate *candidate = &hunt->candidate[i];

		if (candidate->out)
			continue;
		md_hunt_score(hunt, candidate);
		if (candidate->score >= LEAST_SCORE)
			g_ptr_array_add(ranked, candidate);
	}
	g_ptr_array_sort(ranked, compare_candidates);
	if (ranked->len == 0)
		return ranked;
	least = ((const struct md_candidate *)ranked->pdata[0])->score * NEAR_THE_FIRST;
	for (guint i = 0; i < ranked->len; i++) {
		struct md_candidate *candidate = g_ptr_array_index(ranked, i);

		if (candidate->score < least)
			break;
		if (candidate->repair == NULL)
			continue;
		g_ptr_array_remove_index(ranked, i);
		g_ptr_array_insert(ranked, (gint)repaired++, candidate);
	}
	return ranked;
}

/* Names the commits that changed @suspect, the likeliest first. */
static void name_makers(const struct md_hunt *hunt, struct md_suspects *suspects,
			const GPtrArray *ranked, struct md_suspect *suspect)
{
	for (guint i = 0; i < ranked->len && suspect->commits->len < MOST_OF_SUSPECT; i++) {
		struct md_candidate *candidate = g_ptr_array_index(ranked, i);
		gboolean made = FALSE;

		for (guint j = 0; j < candidate->found->len && !made; j++) {
			const struct md_finding *finding =
				&g_array_index(candidate->found, struct md_finding, j);
			const struct md_interest *interest =
				md_hunt_interest(hunt, finding->interest);

			made = !finding->uses && strcmp(interest->name, suspect->symbol) == 0 &&
			       (g_strcmp0(interest->path, suspect->path) == 0 ||
				g_strcmp0(interest->old_path, suspect->path) == 0);
		}
		if (made)
			g_ptr_array_add(suspect->commits, (void *)own(suspects, candidate));
	}
}

void md_hunt_name_commits(struct md_hunt *hunt, struct md_suspects *suspects)
{
	g_autoptr(GPtrArray) ranked = rank(hunt);

	for (guint i = 0; i < ranked->len && i < MOST_NAMED; i++) {
		struct md_candidate *candidate = g_ptr_array_index(ranked, i);
		struct md_suspect_commit *named = md_suspect_commit_new();

		named->score = candidate->score;
		tell(hunt, candidate, named);
		named->commit = own(suspects, candidate);
		named->repair = candidate->repair;
		named->reverted = candidate->reverted;
		g_ptr_array_add(suspects->commits, named);
	}
	for (guint i = 0; i < suspects->suspects->len; i++)
		name_makers(hunt, suspects, ranked, g_ptr_array_index(suspects->suspects, i));
	/* Repairs, too, are the result's from here on. */
	for (guint i = 0; i < hunt->later->len; i++)
		g_ptr_array_add(suspects->named, g_ptr_array_index(hunt->later, i));
	g_ptr_array_set_free_func(hunt->later, NULL);
	for (gsize i = 0; i < hunt->count; i++) {
		if (g_ptr_array_find(suspects->named, hunt->candidate[i].text.commit, NULL))
			hunt->candidate[i].text.commit = NULL;
	}
}
