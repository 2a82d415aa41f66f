/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commits of upstream's a region is about, where the trees are revisions
 * of a repository: those that brought the lines that the downstream declines,
 * took the lines that it holds, made the change that it had made before, or brought
 * what it has as a backport.
 *
 * Only telling lines are asked for: which commit brought one more "}" says
 * nothing. Of those that recur in their file the answer may be about another
 * one, so they count only where a region has no others. How history answers is in
 * tree/git_history.c.
 */
#include "compare/internal.h"

#include <string.h>

#define SIGNS(old_sign, new_sign) MD_BIT(MD_MARK(MD_SIGN_##old_sign, MD_SIGN_##new_sign))

/* Lines that upstream added, and the downstream declines, had before, or takes out again. */
#define CAME (SIGNS(ABSENT, BASE) | SIGNS(DOWNSTREAM, CONTEXT) | SIGNS(DOWNSTREAM, BASE))
/* Lines that upstream removed, and the downstream holds, had removed before, or takes up again. */
#define TAKEN (SIGNS(CONTEXT, DOWNSTREAM) | SIGNS(BASE, ABSENT) | SIGNS(BASE, DOWNSTREAM))
#define ADDED SIGNS(ABSENT, DOWNSTREAM)

/*
 * More lines than anybody reads come from sources that do not belong together;
 * each may have to be carried along through the whole range. What is
 * asked first is answered.
 */
#define MOST_QUESTIONS 50000

/* The questions of one region: [first, end), and where its answers go. */
struct asked {
	GPtrArray **commits;
	guint first, end;
	gboolean common; /* only answers about lines that stand once count */
};

struct inquiry {
	struct md_history history;
	GHashTable *files; /* path to its index in history.files, plus one */
	GArray *asked;	   /* of struct asked */
	guint32 shown;
};

static void inquiry_init(struct inquiry *inquiry, const struct md_comparison *comparison)
{
	inquiry->history.files = g_array_new(FALSE, FALSE, sizeof(struct md_history_file));
	inquiry->history.questions = g_array_new(FALSE, FALSE, sizeof(struct md_history_question));
	inquiry->history.commits = comparison->commits;
	inquiry->files = g_hash_table_new(g_str_hash, g_str_equal);
	inquiry->asked = g_array_new(FALSE, FALSE, sizeof(struct asked));
	inquiry->shown = comparison->shown;
}

static void inquiry_clear(struct inquiry *inquiry)
{
	g_array_unref(inquiry->history.files);
	g_array_unref(inquiry->history.questions);
	g_hash_table_unref(inquiry->files);
	g_array_unref(inquiry->asked);
}

/* The index of the file at @path, which was at @old_path (or NULL) before. */
static guint index_of(struct inquiry *inquiry, const char *path, const char *old_path)
{
	guint index = GPOINTER_TO_UINT(g_hash_table_lookup(inquiry->files, path));
	struct md_history_file file = { path, g_strcmp0(path, old_path) ? old_path : NULL };

	if (index == 0) {
		g_array_append_val(inquiry->history.files, file);
		index = inquiry->history.files->len;
		g_hash_table_insert(inquiry->files, (void *)path, GUINT_TO_POINTER(index));
	}
	return index - 1;
}

/* Asks for the lines of @region with marks of @came or @taken; the answers go to @commits. */
static void ask(struct inquiry *inquiry, const struct md_file_region *region, guint32 came,
		guint32 taken, const char *path, const char *old_path, GPtrArray **commits)
{
	struct asked asked = { commits, inquiry->history.questions->len, 0,
			       came == ADDED && region->backport->common };

	for (gsize i = 0; i < region->count && inquiry->history.questions->len < MOST_QUESTIONS;
	     i++) {
		struct md_slice text = md_slice_chomp(region->line[i]);
		struct md_history_question question = {
			.taken = md_mark_is_shown(region->mark[i], taken & inquiry->shown),
			.text = text,
		};

		if (!md_line_is_telling(text) ||
		    !md_mark_is_shown(region->mark[i], (came | taken) & inquiry->shown))
			continue;
		question.file = index_of(inquiry, path, old_path);
		g_array_append_val(inquiry->history.questions, question);
	}
	asked.end = inquiry->history.questions->len;
	if (asked.end > asked.first)
		g_array_append_val(inquiry->asked, asked);
}

/* ----------------------------------------------------------------- answers */

struct tally {
	const struct md_commit *commit;
	guint lines;
	guint first; /* of its lines */
};

/* Those with the most lines first, then those whose lines come first. */
static int compare_tallies(gconstpointer a, gconstpointer b)
{
	const struct tally *left = a, *right = b;

	if (left->lines != right->lines)
		return left->lines > right->lines ? -1 : 1;
	return left->first < right->first ? -1 : left->first > right->first;
}

/* Whether one of the answers rests on a line that stands once. */
static gboolean has_certain(const struct inquiry *inquiry, const struct asked *asked)
{
	for (guint i = asked->first; i < asked->end; i++) {
		const struct md_history_question *question =
			&g_array_index(inquiry->history.questions, struct md_history_question, i);

		if (question->commit != NULL && question->certain)
			return TRUE;
	}
	return FALSE;
}

static void take_answers(const struct inquiry *inquiry, const struct asked *asked)
{
	g_autoptr(GArray) tallies = g_array_new(FALSE, FALSE, sizeof(struct tally));
	gboolean certain = asked->common || has_certain(inquiry, asked);

	for (guint i = asked->first; i < asked->end; i++) {
		const struct md_history_question *question =
			&g_array_index(inquiry->history.questions, struct md_history_question, i);
		struct tally new = { question->commit, 1, i };
		guint j = 0;

		if (question->commit == NULL || (certain && !question->certain))
			continue;
		while (j < tallies->len &&
		       g_array_index(tallies, struct tally, j).commit != new.commit)
			j++;
		if (j < tallies->len)
			g_array_index(tallies, struct tally, j).lines++;
		else
			g_array_append_val(tallies, new);
	}
	if (tallies->len == 0)
		return;
	g_array_sort(tallies, compare_tallies);
	*asked->commits = g_ptr_array_new();
	for (guint i = 0; i < tallies->len; i++)
		g_ptr_array_add(*asked->commits,
				(void *)g_array_index(tallies, struct tally, i).commit);
}

static gboolean get_answers(struct inquiry *inquiry, struct md_tree *older, struct md_tree *newer,
			    const struct md_hooks *hooks, GError **error)
{
	gboolean done = md_tree_history(older, newer, &inquiry->history, hooks, error);

	for (guint i = 0; done && i < inquiry->asked->len; i++)
		take_answers(inquiry, &g_array_index(inquiry->asked, struct asked, i));
	inquiry_clear(inquiry);
	return done;
}

static void ask_of_region(struct inquiry *inquiry, const struct md_file_comparison *file,
			  struct md_file_region *region)
{
	const char *old_path = file->path[MD_OLD_BASE], *path = file->path[MD_NEW_BASE];

	/* What upstream took away may be the whole file. */
	if (path == NULL)
		path = old_path;
	if (path != NULL)
		ask(inquiry, region, CAME, TAKEN, path, old_path, &region->commits);
}

static void ask_of_backport(struct inquiry *inquiry, const struct md_file_comparison *file,
			    struct md_file_region *region)
{
	struct md_backport *backport = region->backport;

	if (backport != NULL)
		ask(inquiry, region, ADDED, 0, backport->path, file->path[MD_NEW_BASE],
		    &backport->commits);
}

static gboolean inquire(struct md_comparison *comparison, struct md_tree *older,
			struct md_tree *newer,
			void (*ask_of)(struct inquiry *inquiry,
				       const struct md_file_comparison *file,
				       struct md_file_region *region),
			const struct md_hooks *hooks, GError **error)
{
	struct inquiry inquiry;

	inquiry_init(&inquiry, comparison);
	for (guint i = 0; i < comparison->files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);

		for (guint j = 0; j < file->told->len; j++)
			ask_of(&inquiry, file, g_ptr_array_index(file->told, j));
	}
	return get_answers(&inquiry, older, newer, hooks, error);
}

gboolean md_history_find(struct md_comparison *comparison,
			 const struct md_compare_settings *settings, const struct md_hooks *hooks,
			 GError **error)
{
	struct md_tree *const *tree = comparison->tree;
	struct md_tree *since = settings->since ? settings->since : tree[MD_NEW_BASE];

	if (!settings->history)
		return TRUE;
	return inquire(comparison, tree[MD_OLD_BASE], tree[MD_NEW_BASE], ask_of_region, hooks,
		       error) &&
	       (settings->later == NULL ||
		inquire(comparison, since, settings->later, ask_of_backport, hooks, error));
}
