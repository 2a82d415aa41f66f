/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hunt for the commit that did it: what is known of each commit of a range while commits.c
 * looks for clues, and what the files that judge them share.
 */
#ifndef MD_SUSPECT_COMMITS_HUNT_H
#define MD_SUSPECT_COMMITS_HUNT_H

#include "suspect/commits.h"

/* What a commit may have done; commits_reasons.c weighs them. */
enum md_clue {
	MD_CLUE_CALLS,
	MD_CLUE_BROUGHT,
	MD_CLUE_CHANGED,
	MD_CLUE_ASSERTED,
	MD_CLUE_REACHES,
	MD_CLUE_SAID,
	MD_CLUE_REPAIRED,
	MD_CLUES,
};

/* What one commit was found to have to do with a name. */
struct md_finding {
	gboolean uses;	/* else the definition itself was changed */
	guint interest; /* the index of it */
	guint user;	/* of uses: the interest that now has them plus one; 0: none */
	gint more, net; /* uses there, in all of the commit */
	gboolean named; /* they are in a definition */
	gboolean brought;
	guint lines, moved;
};

/* The strongest of one clue about one name. */
struct md_reason {
	double weight;
	enum md_clue clue;
	struct md_finding finding;
};

struct md_candidate {
	struct md_commit_text text; /* without its message */
	GArray *found;		    /* of struct md_finding */
	GArray *repairs;	    /* of struct md_repaired; NULL: it says nothing of that */
	guint64 said;
	gboolean out;
	double score;
	/* The later one that repairs it; owned by the hunt. */
	const struct md_commit *repair;
	gboolean reverted;
};

struct md_hunt {
	const struct md_evidence *evidence;
	const struct md_hooks *hooks;
	const struct md_commits *commits;
	guint jobs;
	/* Names to their nearest interest plus one: definitions, and uses. */
	struct md_change_query query;
	struct md_log_words words;
	struct md_candidate *candidate;
	gsize count;
	GAsyncQueue *workspaces;
	/* How many commits have a clue: by interest, by word. */
	guint *changed_by, *used_by, said_by[MD_LOG_WORDS];
	GPtrArray *later; /* of struct md_commit: repairs */
};

static inline const struct md_interest *md_hunt_interest(const struct md_hunt *hunt, guint index)
{
	return &g_array_index(hunt->evidence->interests, struct md_interest, index);
}

static inline gboolean md_interest_is_on_stack(const struct md_interest *interest)
{
	return interest->role == MD_ROLE_FRAME || interest->role == MD_ROLE_BETWEEN;
}

static inline gboolean md_interest_is_word(const struct md_interest *interest)
{
	return interest->role == MD_ROLE_ASSERTED || interest->role == MD_ROLE_MEANT;
}

/** Counts each commit once for each name that it has to do with. */
void md_hunt_count_findings(struct md_hunt *hunt);
/** 1 for what one commit does, 0 for what all do; @count do it. */
double md_hunt_rarity(const struct md_hunt *hunt, guint count);
/** Why @candidate may be it, the strongest first: an array of struct md_reason. */
GArray *md_hunt_reasons(const struct md_hunt *hunt, const struct md_candidate *candidate);
/** How likely it is by all of these. */
void md_hunt_score(const struct md_hunt *hunt, struct md_candidate *candidate);

/** The candidates that can be read, by their ids. */
GPtrArray *md_hunt_sort_by_id(const struct md_hunt *hunt);
/** A commit and the later one of them that reverts it are out. */
void md_hunt_take_out_reverted(struct md_hunt *hunt, const GPtrArray *sorted);
/** Notes which are repaired by a commit between @since and @later, where that is not NULL. */
gboolean md_hunt_find_repairs(struct md_hunt *hunt, const GPtrArray *sorted, struct md_tree *since,
			      struct md_tree *later, GError **error);

/** Puts the likeliest into @suspects, with reasons in words, and those of each suspect. */
void md_hunt_name_commits(struct md_hunt *hunt, struct md_suspects *suspects);

#endif
