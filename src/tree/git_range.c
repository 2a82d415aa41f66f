/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits between two revisions of a git repository.
 *
 * Model: both ends are followed to their parents, the latest commit first,
 * and everything that the older end reaches is out. It goes on until nothing
 * is left that only the newer end has reached, and a little longer, for dates
 * are what the committers' clocks said.
 *
 * Source: limit_list() in git's revision.c, from which the number of commits
 * to go on for comes as well. libgit2 has this, too, but gives up where a
 * parent is missing, as it is in a shallow clone; here history ends there.
 * Cost: a read of each commit of the range, and of what the older end has since
 * the two parted.
 */
#include "tree/git_range.h"

#include <string.h>

/* Linux has 1.4 million commits in all; a range that large has no common history. */
#define MD_LIMIT_COMMITS 1000000
/* More parents than an octopus has arms: the largest merge of Linux has 66. */
#define MOST_PARENTS 128
/* As git has it: commits behind the last that matters, in case a clock was wrong. */
#define SLOP 5

#define FROM_OLDER 1u
#define FROM_NEWER 2u

gboolean md_git_commit_is_in_range(const struct md_git_commit *commit)
{
	return commit->reached == FROM_NEWER;
}

static guint commit_hash(gconstpointer commit)
{
	guint hash;

	memcpy(&hash, ((const struct md_git_commit *)commit)->id, sizeof(hash));
	return hash;
}

static gboolean commit_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(((const struct md_git_commit *)a)->id, ((const struct md_git_commit *)b)->id,
		      MD_ID_SIZE) == 0;
}

static void commit_free(void *data)
{
	struct md_git_commit *commit = data;

	g_clear_pointer(&commit->pending, g_array_unref);
	g_free(commit->parent_id);
	g_free(commit->parent);
	g_free(commit);
}

/* ---------------------------------------------------------------- reading */

/* Takes "@name HEX\n" off @rest. */
static gboolean take_id(struct md_slice *rest, const char *name, guint8 id[MD_ID_SIZE])
{
	gsize size = strlen(name) + 1 + MD_ID_SIZE * 2;
	const char *hex;

	if (rest->size <= size || !md_slice_has_prefix(*rest, name) || rest->data[size] != '\n')
		return FALSE;
	hex = rest->data + strlen(name) + 1;
	for (guint i = 0; i < MD_ID_SIZE; i++) {
		int high = g_ascii_xdigit_value(hex[i * 2]);
		int low = g_ascii_xdigit_value(hex[i * 2 + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		id[i] = (guint8)(high << 4 | low);
	}
	rest->data += size + 1;
	rest->size -= size + 1;
	return TRUE;
}

/* The seconds in "committer NAME <ADDRESS> SECONDS ZONE\n"; 0 where there are none. */
static gint64 find_time(struct md_slice rest)
{
	struct md_slice line;
	gint64 seconds = 0;

	while (md_slice_next_line(&rest, &line) && line.size > 1) {
		const char *end = line.data + line.size;
		const char *at = memrchr(line.data, '>', line.size);

		if (!md_slice_has_prefix(line, "committer ") || at == NULL)
			continue;
		/* Twelve digits are enough for 30,000 years. */
		for (at++; at < end && *at == ' ';)
			at++;
		for (; at < end && g_ascii_isdigit(*at) && seconds < 100000000000; at++)
			seconds = seconds * 10 + (*at - '0');
		break;
	}
	return seconds;
}

/*
 * A commit object is "tree HEX\n", "parent HEX\n" for each parent, "author ...\n",
 * "committer ...\n", perhaps more of this kind, an empty line and the message.
 * One that cannot be read, or is not so, counts as missing.
 */
static void commit_read(struct md_git_commit *commit, struct md_git_tree *git)
{
	git_odb_object *object = md_git_read_object(git, commit->id, GIT_OBJECT_COMMIT, "", NULL);
	guint8 parent[MOST_PARENTS][MD_ID_SIZE];
	struct md_slice text;

	commit->missing = TRUE;
	if (object == NULL)
		return;
	text = md_git_object_slice(object);
	commit->missing = !take_id(&text, "tree", commit->tree);
	while (commit->parent_count < MOST_PARENTS &&
	       take_id(&text, "parent", parent[commit->parent_count]))
		commit->parent_count++;
	commit->parent_id = g_memdup2(parent, commit->parent_count * MD_ID_SIZE);
	commit->time = find_time(text);
	git_odb_object_free(object);
}

static struct md_git_commit *get_commit(struct md_git_range *range, const guint8 *id)
{
	struct md_git_commit key = { .missing = FALSE };
	struct md_git_commit *commit;

	memcpy(key.id, id, MD_ID_SIZE);
	commit = g_hash_table_lookup(range->commits, &key);
	if (commit == NULL) {
		commit = g_memdup2(&key, sizeof(key));
		commit_read(commit, range->git);
		g_hash_table_add(range->commits, commit);
	}
	return commit;
}

/* --------------------------------------------------------------- the search */

struct search {
	struct md_git_range *range;
	GSequence *queue; /* of struct md_git_commit, the latest first */
	gsize hopeful;	  /* how many of these only the newer end has reached */
	gint64 oldest;	  /* the time of the oldest commit that is in the range so far */
};

static int compare_times(gconstpointer a, gconstpointer b, gpointer data)
{
	gint64 left = ((const struct md_git_commit *)a)->time;
	gint64 right = ((const struct md_git_commit *)b)->time;

	return (left < right) - (left > right);
}

/* Notes from which ends @commit was reached, and queues it where that is news. */
static void reach(struct search *search, struct md_git_commit *commit, guint reached)
{
	gboolean hopeful = commit->queued && md_git_commit_is_in_range(commit);

	if ((commit->reached | reached) == commit->reached)
		return;
	commit->reached |= reached;
	search->hopeful += md_git_commit_is_in_range(commit);
	search->hopeful -= hopeful;
	if (!commit->queued)
		g_sequence_insert_sorted(search->queue, commit, compare_times, NULL);
	commit->queued = TRUE;
}

static struct md_git_commit *take_latest(struct search *search)
{
	GSequenceIter *first = g_sequence_get_begin_iter(search->queue);
	struct md_git_commit *commit = g_sequence_get(first);

	g_sequence_remove(first);
	commit->queued = FALSE;
	search->hopeful -= md_git_commit_is_in_range(commit);
	return commit;
}

static void reach_parents(struct search *search, struct md_git_commit *commit)
{
	if (commit->parent == NULL)
		commit->parent = g_new(struct md_git_commit *, commit->parent_count);
	for (guint i = 0; i < commit->parent_count; i++) {
		commit->parent[i] = get_commit(search->range, commit->parent_id[i]);
		reach(search, commit->parent[i], commit->reached);
	}
}

/* Whether a commit that is left could be in the range, or take one out of it. */
static gboolean is_worth_going_on(const struct search *search, guint *slop)
{
	const struct md_git_commit *latest;

	if (g_sequence_is_empty(search->queue))
		return FALSE;
	latest = g_sequence_get(g_sequence_get_begin_iter(search->queue));
	if (search->hopeful > 0 || latest->time >= search->oldest)
		*slop = SLOP;
	else
		(*slop)--;
	return *slop > 0;
}

static gboolean run_search(struct search *search, const struct md_hooks *hooks, GError **error)
{
	guint slop = SLOP;
	guint64 done = 0;

	while (is_worth_going_on(search, &slop)) {
		struct md_git_commit *commit = take_latest(search);

		if (md_git_commit_is_in_range(commit))
			search->oldest = MIN(search->oldest, commit->time);
		reach_parents(search, commit);
		if (!md_hooks_progress(hooks, "looking for commits", ++done, 0, error))
			return FALSE;
		if (g_hash_table_size(search->range->commits) > MD_LIMIT_COMMITS) {
			g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s: more than %d commits",
				    md_tree_name(&search->range->git->tree), MD_LIMIT_COMMITS);
			return FALSE;
		}
	}
	return TRUE;
}

/* Counts the range, and in it the children of each commit. */
static void count_commits(struct md_git_range *range)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, range->commits);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct md_git_commit *commit = key;

		if (!md_git_commit_is_in_range(commit))
			continue;
		range->count++;
		for (guint i = 0; i < commit->parent_count; i++)
			commit->parent[i]->children++;
	}
}

/* Fails where there are more commits than MD_LIMIT_COMMITS, or a hook says stop. */
static struct md_git_range *range_new(struct md_git_tree *git, const git_oid *older,
				      const git_oid *newer, const struct md_hooks *hooks,
				      GError **error)
{
	MD_AUTOPTR(md_git_range) range = g_new0(struct md_git_range, 1);
	struct search search = { range, g_sequence_new(NULL), 0, G_MAXINT64 };
	gboolean done;

	range->git = git;
	range->commits = g_hash_table_new_full(commit_hash, commit_equal, commit_free, NULL);
	range->newer = get_commit(range, newer->id);
	range->older = get_commit(range, older->id);
	if (range->newer->missing || range->older->missing) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: has no commit that is both ends",
			    md_tree_name(&git->tree));
		return NULL;
	}
	reach(&search, range->newer, FROM_NEWER);
	reach(&search, range->older, FROM_OLDER);
	done = run_search(&search, hooks, error);
	g_sequence_free(search.queue);
	if (!done)
		return NULL;
	count_commits(range);
	return g_steal_pointer(&range);
}

gboolean md_git_range_between(struct md_tree *older, struct md_tree *newer,
			      const struct md_hooks *hooks, struct md_git_range **range,
			      GError **error)
{
	struct md_git_tree *git = (struct md_git_tree *)newer;
	const git_oid *since = &((struct md_git_tree *)older)->commit;
	g_autoptr(GError) reason = NULL;

	*range = NULL;
	if (git_oid_is_zero(since) || git_oid_is_zero(&git->commit))
		return TRUE;
	*range = range_new(git, since, &git->commit, hooks, &reason);
	if (*range != NULL)
		return TRUE;
	if (g_error_matches(reason, MD_ERROR, MD_ERROR_CANCELLED)) {
		g_propagate_error(error, g_steal_pointer(&reason));
		return FALSE;
	}
	md_hooks_log(hooks, "%s: without its history: %s", md_tree_name(newer), reason->message);
	return TRUE;
}

void md_git_range_free(struct md_git_range *range)
{
	if (range == NULL)
		return;
	g_hash_table_unref(range->commits);
	g_free(range);
}
