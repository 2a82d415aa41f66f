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
#include "suspect/commits_hunt.h"
#include "suspect/internal.h"

/* Ten years of Linux are more, and nobody has a log of what worked then. */
#define MOST_COMMITS 300000

/* ------------------------------------------------------ what is looked for */

static void prefer(const struct md_hunt *hunt, GHashTable *table, guint index)
{
	const struct md_interest *interest = md_hunt_interest(hunt, index);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(table, interest->name));

	if (known == 0 || md_hunt_interest(hunt, known - 1)->weight < interest->weight)
		g_hash_table_insert(table, interest->name, GUINT_TO_POINTER(index + 1));
}

static void index_interests(struct md_hunt *hunt)
{
	const struct md_change_query *query = &hunt->query;

	for (guint i = 0; i < hunt->evidence->interests->len; i++) {
		const struct md_interest *interest = md_hunt_interest(hunt, i);

		if (!md_interest_is_word(interest))
			prefer(hunt, query->names, i);
		if (md_interest_is_word(interest) || md_interest_is_on_stack(interest))
			prefer(hunt, query->words, i);
		if (interest->path != NULL)
			g_hash_table_insert(query->places, interest->path, interest->path);
		if (interest->old_path != NULL)
			g_hash_table_insert(query->places, interest->old_path,
					    interest->path ? interest->path : interest->old_path);
	}
}

/* What the paths that matter were called before: the latest commit comes first. */
static void follow_renames(struct md_hunt *hunt)
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
	struct md_hunt *hunt = data;
	struct md_candidate *candidate = &hunt->candidate[index];

	candidate->out = !md_commits_read(hunt->commits, index, &candidate->text);
	if (candidate->out)
		return TRUE;
	candidate->said = md_log_words_said(&hunt->words, candidate->text.message);
	candidate->repairs = md_message_repairs(candidate->text.message);
	g_clear_pointer(&candidate->text.message, g_free);
	return TRUE;
}

/* Whether @file is, or was later called, the one that @interest is defined in. */
static gboolean is_its_file(const struct md_hunt *hunt, const struct md_interest *interest,
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

static void see_definition(const struct md_hunt *hunt, struct md_candidate *candidate,
			   const struct md_touched *touched, guint known)
{
	struct md_finding finding = {
		.interest = known - 1,
		.brought = !touched->is[MD_OLD],
		.lines = touched->lines[MD_OLD] + touched->lines[MD_NEW],
		.moved = touched->moved,
	};

	if (finding.lines > 0 &&
	    is_its_file(hunt, md_hunt_interest(hunt, known - 1), touched->file))
		g_array_append_val(candidate->found, finding);
}

static void see_uses(const struct md_hunt *hunt, struct md_candidate *candidate,
		     const struct md_commit_changes *changes, const struct md_touched *touched,
		     guint known)
{
	for (guint i = 0; i < touched->words->len; i++) {
		const struct md_word_change *change =
			&g_array_index(touched->words, struct md_word_change, i);
		struct md_finding finding = {
			.uses = TRUE,
			.interest = change->word,
			.user = known,
			.more = change->more,
			.net = md_commit_changes_net(changes, change->word),
			.named = touched->name != NULL,
		};

		/* That a function is named where it is defined is no use of it. */
		if (g_strcmp0(touched->name, md_hunt_interest(hunt, change->word)->name) != 0)
			g_array_append_val(candidate->found, finding);
	}
}

static gboolean look_at_commit(gsize index, void *data, GError **error)
{
	struct md_hunt *hunt = data;
	struct md_candidate *candidate = &hunt->candidate[index];
	struct md_workspace *workspace;
	struct md_commit_changes changes;

	if (candidate->out)
		return TRUE;
	candidate->found = g_array_new(FALSE, FALSE, sizeof(struct md_finding));
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

/* --------------------------------------------------------------- the steps */

static void commit_free(void *data)
{
	md_commit_free(data);
}

static void hunt_init(struct md_hunt *hunt, const struct md_evidence *evidence)
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
	hunt->candidate = g_new0(struct md_candidate, hunt->count);
	hunt->workspaces = md_workspaces_new();
	hunt->changed_by = g_new0(guint, interests + 1);
	hunt->used_by = g_new0(guint, interests + 1);
	hunt->later = g_ptr_array_new_with_free_func(commit_free);
	md_log_words_init(&hunt->words, evidence);
	index_interests(hunt);
}

static void hunt_clear(struct md_hunt *hunt)
{
	for (gsize i = 0; i < hunt->count; i++) {
		struct md_candidate *candidate = &hunt->candidate[i];

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

static gboolean run(struct md_hunt *hunt, struct md_suspects *suspects, struct md_tree *since,
		    struct md_tree *later, GError **error)
{
	g_autoptr(GPtrArray) sorted = NULL;

	if (!md_parallel_for(hunt->count, hunt->jobs, read_commit, hunt, hunt->hooks,
			     "reading commits", error))
		return FALSE;
	follow_renames(hunt);
	sorted = md_hunt_sort_by_id(hunt);
	md_hunt_take_out_reverted(hunt, sorted);
	if (!md_parallel_for(hunt->count, hunt->jobs, look_at_commit, hunt, hunt->hooks,
			     "reading what they changed", error) ||
	    !md_hunt_find_repairs(hunt, sorted, since, later, error))
		return FALSE;
	md_hunt_count_findings(hunt);
	md_hunt_name_commits(hunt, suspects);
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
	struct md_hunt hunt = { .hooks = hooks, .jobs = settings->jobs };
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
