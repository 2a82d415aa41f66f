/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commit did it: those between the old tree and the new one, ranked.
 *
 * Each clue that a commit has to do with the crash has a weight: how likely it would make it the
 * one if it were all that is known; times how near the fault the function is, how much was
 * changed, and how rare the clue is: what many commits of the range do says nothing of one.
 * Clues add up as independent ones do, as in rank.c, the next of a sort for less than the one
 * before. A commit and the one that reverts it, both in the range, are out. Of commits with
 * the same score the latest comes first: what is older has run longer without that crash.
 *
 * Cost: a read of each commit, of its folders that differ and of the files of code that it
 * changed; of these the whole is looked at only where a name of the crash is in
 * changed lines, or the file has or had a function that matters.
 */
#include "suspect/commits.h"

#include <math.h>
#include <string.h>

#include "suspect/internal.h"

enum clue {
	CLUE_CALLS,
	CLUE_BROUGHT,
	CLUE_CHANGED,
	CLUE_ASSERTED,
	CLUE_REACHES,
	CLUE_SAID,
	CLUE_REPAIRED,
	CLUES,
};

/* docs/algorithms/suspects.md has this table, too. */
static const double weights[CLUES] = {
	/* Before it the one function of the stack did not call the next: no such stack. */
	[CLUE_CALLS] = 0.5,
	/* A function that was not there before cannot have failed before. */
	[CLUE_BROUGHT] = 0.5,
	/* Nothing else changes what a function does. */
	[CLUE_CHANGED] = 0.35,
	/* What was asserted is true or not by what sets and reads these names. */
	[CLUE_ASSERTED] = 0.5,
	/* A function of the stack is used in a new place, which may be the wrong one. */
	[CLUE_REACHES] = 0.15,
	/* Who writes of a function or a feature works on it. */
	[CLUE_SAID] = 0.1,
	/* Somebody found out that it was wrong. */
	[CLUE_REPAIRED] = 0.5,
};

/* A change of two lines is half as telling as a rewritten function. */
#define HALF_TELLING 2.0
/* Clues of one sort are not quite independent: a wide commit has many. Each next counts less. */
#define EACH_NEXT 0.7
/* What nobody should be sent to look at, and how many. */
#define LEAST_SCORE 0.02
#define MOST_NAMED 20
#define MOST_SENTENCES 6
#define MOST_OF_SUSPECT 3
/* A commit that is repaired later goes first where it is that near the first by its clues. */
#define NEAR_THE_FIRST 0.5
/* Ten years of Linux are more, and nobody has a log of what worked then. */
#define MOST_COMMITS 300000

/* What one commit was found to have to do with a name. */
struct finding {
	gboolean uses;	/* else the definition itself was changed */
	guint interest; /* the index of it */
	guint user;	/* of uses: the interest that now has them plus one; 0: none */
	gint more, net; /* uses there, in all of the commit */
	gboolean named; /* they are in a definition */
	gboolean brought;
	guint lines, moved;
};

/* The strongest of one clue about one name. */
struct reason {
	double weight;
	enum clue clue;
	struct finding finding;
};

struct candidate {
	struct md_commit_text text; /* without its message */
	GArray *found;		    /* of struct finding */
	GArray *repairs;	    /* of struct md_repaired; NULL: it says nothing of that */
	guint64 said;
	gboolean out;
	double score;
	/* The later one that repairs it; owned by the hunt. */
	const struct md_commit *repair;
	gboolean reverted;
};

struct hunt {
	const struct md_evidence *evidence;
	const struct md_hooks *hooks;
	const struct md_commits *commits;
	guint jobs;
	/* Names to their nearest interest plus one: definitions, and uses. */
	struct md_change_query query;
	struct md_log_words words;
	struct candidate *candidate;
	gsize count;
	GAsyncQueue *workspaces;
	/* How many commits have a clue: by interest, by word. */
	guint *changed_by, *used_by, said_by[MD_LOG_WORDS];
	GPtrArray *later; /* of struct md_commit: repairs */
};

static const struct md_interest *interest_at(const struct hunt *hunt, guint index)
{
	return &g_array_index(hunt->evidence->interests, struct md_interest, index);
}

static gboolean is_on_stack(const struct md_interest *interest)
{
	return interest->role == MD_ROLE_FRAME || interest->role == MD_ROLE_BETWEEN;
}

static gboolean is_word(const struct md_interest *interest)
{
	return interest->role == MD_ROLE_ASSERTED || interest->role == MD_ROLE_MEANT;
}

/* -------------------------------------------------------- what is looked for */

static void prefer(const struct hunt *hunt, GHashTable *table, guint index)
{
	const struct md_interest *interest = interest_at(hunt, index);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(table, interest->name));

	if (known == 0 || interest_at(hunt, known - 1)->weight < interest->weight)
		g_hash_table_insert(table, interest->name, GUINT_TO_POINTER(index + 1));
}

static void index_interests(struct hunt *hunt)
{
	const struct md_change_query *query = &hunt->query;

	for (guint i = 0; i < hunt->evidence->interests->len; i++) {
		const struct md_interest *interest = interest_at(hunt, i);

		if (!is_word(interest))
			prefer(hunt, query->names, i);
		if (is_word(interest) || is_on_stack(interest))
			prefer(hunt, query->words, i);
		if (interest->path != NULL)
			g_hash_table_insert(query->places, interest->path, interest->path);
		if (interest->old_path != NULL)
			g_hash_table_insert(query->places, interest->old_path,
					    interest->path ? interest->path : interest->old_path);
	}
}

/* What the paths that matter were called before: the latest commit comes first. */
static void follow_renames(struct hunt *hunt)
{
	GHashTable *places = hunt->query.places;

	for (gsize i = 0; i < hunt->count; i++) {
		const GArray *files = hunt->candidate[i].text.files;

		for (guint j = 0; files != NULL && j < files->len; j++) {
			const struct md_commit_file *file =
				&g_array_index(files, struct md_commit_file, j);
			char *place;

			if (file->path[MD_OLD] == NULL || file->path[MD_NEW] == NULL ||
			    g_hash_table_contains(places, file->path[MD_OLD]))
				continue;
			place = g_hash_table_lookup(places, file->path[MD_NEW]);
			if (place != NULL)
				g_hash_table_insert(places, file->path[MD_OLD], place);
		}
	}
}

/* -------------------------------------------------------------- one commit */

static gboolean read_commit(gsize index, void *data, GError **error)
{
	struct hunt *hunt = data;
	struct candidate *candidate = &hunt->candidate[index];

	candidate->out = !md_commits_read(hunt->commits, index, &candidate->text);
	if (candidate->out)
		return TRUE;
	candidate->said = md_log_words_said(&hunt->words, candidate->text.message);
	candidate->repairs = md_message_repairs(candidate->text.message);
	g_clear_pointer(&candidate->text.message, g_free);
	return TRUE;
}

/* Whether @file is, or was later called, the one that @interest is defined in. */
static gboolean is_its_file(const struct hunt *hunt, const struct md_interest *interest,
			    const struct md_commit_file *file)
{
	const char *home = interest->path ? interest->path : interest->old_path;

	for (enum md_side i = MD_OLD; i < MD_SIDES; i++) {
		const char *place = file->path[i]
					    ? g_hash_table_lookup(hunt->query.places, file->path[i])
					    : NULL;

		if (place != NULL && g_strcmp0(place, home) == 0)
			return TRUE;
	}
	return home == NULL;
}

static void see_definition(const struct hunt *hunt, struct candidate *candidate,
			   const struct md_touched *touched, guint known)
{
	struct finding finding = {
		.interest = known - 1,
		.brought = !touched->is[MD_OLD],
		.lines = touched->lines[MD_OLD] + touched->lines[MD_NEW],
		.moved = touched->moved,
	};

	if (finding.lines > 0 && is_its_file(hunt, interest_at(hunt, known - 1), touched->file))
		g_array_append_val(candidate->found, finding);
}

static void see_uses(const struct hunt *hunt, struct candidate *candidate,
		     const struct md_commit_changes *changes, const struct md_touched *touched,
		     guint known)
{
	for (guint i = 0; i < touched->words->len; i++) {
		const struct md_word_change *change =
			&g_array_index(touched->words, struct md_word_change, i);
		struct finding finding = {
			.uses = TRUE,
			.interest = change->word,
			.user = known,
			.more = change->more,
			.net = md_commit_changes_net(changes, change->word),
			.named = touched->name != NULL,
		};

		/* That a function is named where it is defined is no use of it. */
		if (g_strcmp0(touched->name, interest_at(hunt, change->word)->name) != 0)
			g_array_append_val(candidate->found, finding);
	}
}

static gboolean look_at_commit(gsize index, void *data, GError **error)
{
	struct hunt *hunt = data;
	struct candidate *candidate = &hunt->candidate[index];
	struct md_workspace *workspace;
	struct md_commit_changes changes;

	if (candidate->out)
		return TRUE;
	candidate->found = g_array_new(FALSE, FALSE, sizeof(struct finding));
	workspace = md_workspaces_take(hunt->workspaces);
	md_commit_changes_init(&changes, workspace, hunt->commits, &candidate->text, &hunt->query);
	g_async_queue_push(hunt->workspaces, workspace);
	for (guint i = 0; i < changes.touched->len; i++) {
		const struct md_touched *touched = g_ptr_array_index(changes.touched, i);
		guint known = touched->name ? GPOINTER_TO_UINT(g_hash_table_lookup(
						      hunt->query.names, touched->name))
					    : 0;

		if (known != 0)
			see_definition(hunt, candidate, touched, known);
		see_uses(hunt, candidate, &changes, touched, known);
	}
	md_commit_changes_clear(&changes);
	return TRUE;
}

/* -------------------------------------------------------------------- rarity */

/* Counts each commit once for each name that it has to do with. */
static void count_findings(struct hunt *hunt)
{
	guint interests = hunt->evidence->interests->len;
	g_autofree gsize *changed = g_new0(gsize, interests + 1);
	g_autofree gsize *used = g_new0(gsize, interests + 1);

	for (gsize i = 0; i < hunt->count; i++) {
		const struct candidate *candidate = &hunt->candidate[i];

		for (guint j = 0; candidate->found != NULL && j < candidate->found->len; j++) {
			const struct finding *finding =
				&g_array_index(candidate->found, struct finding, j);
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

/* 1 for what one commit does, 0 for what all do: the logarithm is that of idf. */
static double rarity(const struct hunt *hunt, guint count)
{
	double all = (double)hunt->count + 1;

	return log(all / MAX(count, 1)) / log(all);
}

/* ------------------------------------------------------------------- reasons */

static double weigh_change(const struct hunt *hunt, const struct finding *finding, enum clue *clue)
{
	double lines = finding->lines, weight;

	*clue = finding->brought ? CLUE_BROUGHT : CLUE_CHANGED;
	weight = weights[*clue] * lines / (lines + HALF_TELLING);
	if (finding->brought)
		weight *= lines / (lines + finding->moved);
	return weight * rarity(hunt, hunt->changed_by[finding->interest]);
}

/* 0: it says nothing. */
static double weigh_use(const struct hunt *hunt, const struct finding *finding, enum clue *clue)
{
	const struct md_interest *used = interest_at(hunt, finding->interest), *user;
	double rare = rarity(hunt, hunt->used_by[finding->interest]);

	if (is_word(used)) {
		*clue = CLUE_ASSERTED;
		return weights[*clue] * rare;
	}
	/* A use that went from one function to the other was there before. */
	if (finding->more <= 0 || finding->net <= 0 || !finding->named)
		return 0;
	user = finding->user > 0 ? interest_at(hunt, finding->user - 1) : NULL;
	*clue = user != NULL && is_on_stack(user) && user->frame > used->frame ? CLUE_CALLS
									       : CLUE_REACHES;
	return weights[*clue] * rare;
}

static int compare_reasons(gconstpointer a, gconstpointer b)
{
	double left = ((const struct reason *)a)->weight;
	double right = ((const struct reason *)b)->weight;

	return (left < right) - (left > right);
}

static void add_reason(GArray *reasons, const struct reason *reason)
{
	for (guint i = 0; i < reasons->len; i++) {
		struct reason *known = &g_array_index(reasons, struct reason, i);

		if (known->clue != reason->clue ||
		    known->finding.interest != reason->finding.interest)
			continue;
		if (known->weight < reason->weight)
			*known = *reason;
		return;
	}
	g_array_append_val(reasons, *reason);
}

/* Why @candidate may be it, the strongest first: an array of struct reason. */
static GArray *find_reasons(const struct hunt *hunt, const struct candidate *candidate)
{
	GArray *reasons = g_array_new(FALSE, FALSE, sizeof(struct reason));

	for (guint i = 0; candidate->found != NULL && i < candidate->found->len; i++) {
		struct reason reason = {
			.finding = g_array_index(candidate->found, struct finding, i),
		};

		reason.weight =
			interest_at(hunt, reason.finding.interest)->weight *
			(reason.finding.uses ? weigh_use(hunt, &reason.finding, &reason.clue)
					     : weigh_change(hunt, &reason.finding, &reason.clue));
		if (reason.weight > 0)
			add_reason(reasons, &reason);
	}
	for (guint i = 0; i < hunt->words.count; i++) {
		struct reason reason = { .clue = CLUE_SAID, .finding.interest = i };

		reason.weight =
			weights[CLUE_SAID] * hunt->words.weight[i] * rarity(hunt, hunt->said_by[i]);
		if (candidate->said >> i & 1 && reason.weight > 0)
			g_array_append_val(reasons, reason);
	}
	g_array_sort(reasons, compare_reasons);
	return reasons;
}

static void score(const struct hunt *hunt, struct candidate *candidate)
{
	g_autoptr(GArray) reasons = find_reasons(hunt, candidate);
	double doubt = candidate->repair != NULL ? 1 - weights[CLUE_REPAIRED] : 1;
	double counts[CLUES];

	for (guint i = 0; i < CLUES; i++)
		counts[i] = 1;
	for (guint i = 0; i < reasons->len; i++) {
		const struct reason *reason = &g_array_index(reasons, struct reason, i);

		doubt *= 1 - reason->weight * counts[reason->clue];
		counts[reason->clue] *= EACH_NEXT;
	}
	candidate->score = 1 - doubt;
}

/* ------------------------------------------------------- reverts and repairs */

static int compare_ids(gconstpointer a, gconstpointer b)
{
	const struct candidate *left = *(const struct candidate *const *)a;
	const struct candidate *right = *(const struct candidate *const *)b;

	return strcmp(left->text.commit->id, right->text.commit->id);
}

/* The candidates that can be read, by their ids. */
static GPtrArray *sort_by_id(const struct hunt *hunt)
{
	GPtrArray *sorted = g_ptr_array_new();

	for (gsize i = 0; i < hunt->count; i++) {
		if (hunt->candidate[i].text.commit != NULL)
			g_ptr_array_add(sorted, &hunt->candidate[i]);
	}
	g_ptr_array_sort(sorted, compare_ids);
	return sorted;
}

/* The candidate that @repaired means; NULL: none, or it is not told which. */
static struct candidate *find_repaired(const GPtrArray *sorted, const struct md_repaired *repaired)
{
	struct candidate *found = NULL;
	guint first = 0, end = sorted->len;

	while (first < end) {
		guint middle = first + (end - first) / 2;
		const struct candidate *candidate = g_ptr_array_index(sorted, middle);

		if (strcmp(candidate->text.commit->id, repaired->id) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	for (; first < sorted->len; first++) {
		struct candidate *candidate = g_ptr_array_index(sorted, first);

		if (!g_str_has_prefix(candidate->text.commit->id, repaired->id))
			break;
		if (!md_repaired_is(repaired, candidate->text.commit))
			continue;
		if (found != NULL)
			return NULL;
		found = candidate;
	}
	return found;
}

/* The latest first: so a revert that was itself reverted undoes nothing. */
static void take_out_reverted(struct hunt *hunt, const GPtrArray *sorted)
{
	for (gsize i = 0; i < hunt->count; i++) {
		struct candidate *candidate = &hunt->candidate[i];

		for (guint j = 0; !candidate->out && j < candidate->repairs->len; j++) {
			const struct md_repaired *repaired =
				&g_array_index(candidate->repairs, struct md_repaired, j);
			struct candidate *older =
				repaired->reverted ? find_repaired(sorted, repaired) : NULL;

			if (older != NULL && older > candidate && !older->out)
				candidate->out = older->out = TRUE;
		}
	}
}

/* Notes what the message of a later commit repairs. */
static void note_repairs(struct hunt *hunt, const GPtrArray *sorted, struct md_commit_text *text)
{
	g_autoptr(GArray) repairs = md_message_repairs(text->message);
	gboolean kept = FALSE;

	for (guint i = 0; i < repairs->len; i++) {
		const struct md_repaired *repaired = &g_array_index(repairs, struct md_repaired, i);
		struct candidate *candidate = find_repaired(sorted, repaired);

		/* Who takes it back says more of it than who mends a part. */
		if (candidate == NULL ||
		    (candidate->repair != NULL && (candidate->reverted || !repaired->reverted)))
			continue;
		candidate->repair = text->commit;
		candidate->reverted = repaired->reverted;
		kept = TRUE;
	}
	if (kept)
		g_ptr_array_add(hunt->later, g_steal_pointer(&text->commit));
}

static gboolean find_repairs(struct hunt *hunt, const GPtrArray *sorted, struct md_tree *since,
			     struct md_tree *later, GError **error)
{
	MD_AUTOPTR(md_commits) commits = NULL;
	gsize count;

	if (later == NULL)
		return TRUE;
	if (!md_commits_new(since, later, &commits, hunt->hooks, error))
		return FALSE;
	count = commits != NULL ? md_commits_count(commits) : 0;
	for (gsize i = 0; i < count; i++) {
		struct md_commit_text text;

		if (!md_hooks_progress(hunt->hooks, "looking for repairs", i, count, error))
			return FALSE;
		if (!md_commits_message(commits, i, &text))
			continue;
		note_repairs(hunt, sorted, &text);
		md_commit_text_clear(&text);
	}
	return TRUE;
}

/* -------------------------------------------------------------- the sentences */

/* The function of the stack that @interest was found by. */
static const char *say_user(const struct hunt *hunt, const struct md_interest *interest)
{
	for (guint i = 0; i < hunt->evidence->interests->len; i++) {
		const struct md_interest *user = interest_at(hunt, i);

		if (user->role == MD_ROLE_FRAME && user->frame == interest->frame)
			return user->name;
	}
	return "the stack";
}

static char *say_change(const struct hunt *hunt, const struct finding *finding)
{
	const struct md_interest *interest = interest_at(hunt, finding->interest);
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

static char *say(const struct hunt *hunt, const struct reason *reason)
{
	const struct md_interest *interest = interest_at(hunt, reason->finding.interest);

	switch (reason->clue) {
	case CLUE_CALLS:
		return g_strdup_printf("made %s call %s",
				       interest_at(hunt, reason->finding.user - 1)->name,
				       interest->name);
	case CLUE_REACHES:
		return g_strdup_printf("uses %s where it was not used before", interest->name);
	case CLUE_ASSERTED:
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
static void tell(const struct hunt *hunt, const struct candidate *candidate,
		 struct md_suspect_commit *named)
{
	g_autoptr(GArray) reasons = find_reasons(hunt, candidate);
	g_autoptr(GString) said = g_string_new(NULL);

	for (guint i = 0; i < reasons->len && named->why->len < MOST_SENTENCES; i++) {
		const struct reason *reason = &g_array_index(reasons, struct reason, i);

		if (reason->clue == CLUE_SAID) {
			const char *word = hunt->words.word[reason->finding.interest];

			/* "this" and "x86" count next to nothing, and tell a reader as much. */
			if (rarity(hunt, hunt->said_by[reason->finding.interest]) < TELLING_RARITY)
				continue;
			g_string_append_printf(said, "%s%s",
					       said->len > 0 ? ", " : "its message says ", word);
			continue;
		}
		g_ptr_array_add(named->why, say(hunt, reason));
		if (reason->clue == CLUE_BROUGHT || reason->clue == CLUE_CHANGED)
			add_symbol(named->symbols,
				   interest_at(hunt, reason->finding.interest)->name);
		else if (reason->clue == CLUE_CALLS)
			add_symbol(named->symbols,
				   interest_at(hunt, reason->finding.user - 1)->name);
	}
	if (said->len > 0)
		g_ptr_array_add(named->why, g_string_free(g_steal_pointer(&said), FALSE));
}

/* --------------------------------------------------------------- the result */

/* Gives @candidate's commit to those that the result owns. */
static const struct md_commit *own(struct md_suspects *suspects, struct candidate *candidate)
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
	const struct candidate *left = *(const struct candidate *const *)a;
	const struct candidate *right = *(const struct candidate *const *)b;

	if (left->score != right->score)
		return left->score < right->score ? 1 : -1;
	return (left > right) - (left < right);
}

/* The candidates, the likeliest first; then those with a repair before others near the first. */
static GPtrArray *rank(const struct hunt *hunt)
{
	GPtrArray *ranked = g_ptr_array_new();
	guint repaired = 0;
	double least;

	for (gsize i = 0; i < hunt->count; i++) {
		struct candidate *candidate = &hunt->candidate[i];

		if (candidate->out)
			continue;
		score(hunt, candidate);
		if (candidate->score >= LEAST_SCORE)
			g_ptr_array_add(ranked, candidate);
	}
	g_ptr_array_sort(ranked, compare_candidates);
	if (ranked->len == 0)
		return ranked;
	least = ((const struct candidate *)ranked->pdata[0])->score * NEAR_THE_FIRST;
	for (guint i = 0; i < ranked->len; i++) {
		struct candidate *candidate = g_ptr_array_index(ranked, i);

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
static void name_makers(const struct hunt *hunt, struct md_suspects *suspects,
			const GPtrArray *ranked, struct md_suspect *suspect)
{
	for (guint i = 0; i < ranked->len && suspect->commits->len < MOST_OF_SUSPECT; i++) {
		struct candidate *candidate = g_ptr_array_index(ranked, i);
		gboolean made = FALSE;

		for (guint j = 0; j < candidate->found->len && !made; j++) {
			const struct finding *finding =
				&g_array_index(candidate->found, struct finding, j);
			const struct md_interest *interest = interest_at(hunt, finding->interest);

			made = !finding->uses && strcmp(interest->name, suspect->symbol) == 0 &&
			       (g_strcmp0(interest->path, suspect->path) == 0 ||
				g_strcmp0(interest->old_path, suspect->path) == 0);
		}
		if (made)
			g_ptr_array_add(suspect->commits, (void *)own(suspects, candidate));
	}
}

static void name_commits(struct hunt *hunt, struct md_suspects *suspects)
{
	g_autoptr(GPtrArray) ranked = rank(hunt);

	for (guint i = 0; i < ranked->len && i < MOST_NAMED; i++) {
		struct candidate *candidate = g_ptr_array_index(ranked, i);
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

/* ------------------------------------------------------------------ the steps */

static void commit_free(void *data)
{
	md_commit_free(data);
}

static void hunt_init(struct hunt *hunt, const struct md_evidence *evidence)
{
	guint interests = evidence->interests->len;

	hunt->evidence = evidence;
	hunt->query = (struct md_change_query){
		.words = g_hash_table_new(g_str_hash, g_str_equal),
		.names = g_hash_table_new(g_str_hash, g_str_equal),
		.places = g_hash_table_new(g_str_hash, g_str_equal),
		.machine = evidence->report->machine,
	};
	hunt->count = md_commits_count(hunt->commits);
	hunt->candidate = g_new0(struct candidate, hunt->count);
	hunt->workspaces = md_workspaces_new();
	hunt->changed_by = g_new0(guint, interests + 1);
	hunt->used_by = g_new0(guint, interests + 1);
	hunt->later = g_ptr_array_new_with_free_func(commit_free);
	md_log_words_init(&hunt->words, evidence);
	index_interests(hunt);
}

static void hunt_clear(struct hunt *hunt)
{
	for (gsize i = 0; i < hunt->count; i++) {
		struct candidate *candidate = &hunt->candidate[i];

		md_commit_text_clear(&candidate->text);
		g_clear_pointer(&candidate->found, g_array_unref);
		g_clear_pointer(&candidate->repairs, g_array_unref);
	}
	g_hash_table_unref(hunt->query.words);
	g_hash_table_unref(hunt->query.names);
	g_hash_table_unref(hunt->query.places);
	g_free(hunt->candidate);
	g_async_queue_unref(hunt->workspaces);
	g_free(hunt->changed_by);
	g_free(hunt->used_by);
	g_ptr_array_unref(hunt->later);
	md_log_words_clear(&hunt->words);
}

static gboolean run(struct hunt *hunt, struct md_suspects *suspects, struct md_tree *since,
		    struct md_tree *later, GError **error)
{
	g_autoptr(GPtrArray) sorted = NULL;

	if (!md_parallel_for(hunt->count, hunt->jobs, read_commit, hunt, hunt->hooks,
			     "reading commits", error))
		return FALSE;
	follow_renames(hunt);
	sorted = sort_by_id(hunt);
	take_out_reverted(hunt, sorted);
	if (!md_parallel_for(hunt->count, hunt->jobs, look_at_commit, hunt, hunt->hooks,
			     "reading what they changed", error) ||
	    !find_repairs(hunt, sorted, since, later, error))
		return FALSE;
	count_findings(hunt);
	name_commits(hunt, suspects);
	return TRUE;
}

/* The history of the bases, or else of the downstreams; NULL in *commits: there is none. */
static gboolean find_history(const struct md_suspects *suspects, struct md_commits **commits,
			     const struct md_hooks *hooks, GError **error)
{
	for (enum md_version old = MD_OLD_BASE; old <= MD_OLD_DOWNSTREAM; old++) {
		enum md_version new = old == MD_OLD_BASE ? MD_NEW_BASE : MD_NEW_DOWNSTREAM;

		if (suspects->tree[old] == NULL || suspects->tree[new] == NULL)
			continue;
		if (!md_commits_new(suspects->tree[old], suspects->tree[new], commits, hooks,
				    error))
			return FALSE;
		if (*commits != NULL && md_commits_count(*commits) > 0)
			return TRUE;
		g_clear_pointer(commits, md_commits_free);
	}
	return TRUE;
}

gboolean md_commits_rank(struct md_suspects *suspects, const struct md_evidence *evidence,
			 const struct md_suspect_settings *settings, const struct md_hooks *hooks,
			 GError **error)
{
	MD_AUTOPTR(md_commits) commits = NULL;
	struct hunt hunt = { .hooks = hooks, .jobs = settings->jobs };
	struct md_tree *since = settings->since;
	gboolean done;

	if (!settings->history || evidence->interests->len == 0)
		return TRUE;
	if (!find_history(suspects, &commits, hooks, error))
		return FALSE;
	if (commits == NULL)
		return TRUE;
	if (md_commits_count(commits) > MOST_COMMITS) {
		md_hooks_log(hooks, "more than %d commits: none is looked at", MOST_COMMITS);
		return TRUE;
	}
	hunt.commits = commits;
	hunt_init(&hunt, evidence);
	if (since == NULL)
		since = suspects->tree[MD_NEW_BASE];
	done = run(&hunt, suspects, since, settings->later, error);
	hunt_clear(&hunt);
	return done;
}
