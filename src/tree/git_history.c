/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commit brought a line to a file, or took it away.
 *
 * Model: a question is a text and a file of the newer end of a range, where the
 * text stands n times. It goes from there from commit to parent, children always
 * before parents:
 *
 *   - to the first parent that has the very same file, if there is one;
 *   - else to the first that has the text n times or more (for a line that
 *     was taken away: n times or less);
 *   - where no parent has, the commit is the answer: it is the last that
 *     raised (lowered) the number to n.
 *
 * So each question is at one commit at a time, and a merge answers only what
 * it has from none of its parents. A file that the newer end has under another
 * path than the older one is looked for under both. What comes to
 * a commit that the older end has, or whose parents are missing, has no answer.
 *
 * Cost: for each commit that a question comes to, the folders of the wanted
 * files that differ from a parent's; a read of a wanted file where that differs.
 * Side branches that no question enters cost nothing, as in git log with a path.
 */
#include "tree/git_range.h"

#include <string.h>

/*
 * Bytes of files and folders read for one history. Three years of Linux take
 * less than one GiB; a repository can be made so that it would be without end.
 */
#define MD_LIMIT_READ (16 * MD_GIB)

/* A file that is asked for. */
struct file {
	const char *path, *old_path;
	guint first, end;    /* its questions */
	guint open;	     /* how many of these are on their way */
	guint64 compared_by; /* the last comparison of two trees that saw it differ */
};

struct history {
	struct md_git_range *range;
	struct file *file;
	gsize files;
	/* By file, then by text; a question goes by its index in this row. */
	struct md_history_question **question;
	guint *times; /* by question: how often the newer end has the text */
	guint *found; /* by question: how often the file looked at last has it */
	gsize questions;
	gsize open;	       /* questions that are on their way */
	GHashTable *paths;     /* path to struct file */
	GHashTable *folders;   /* "a/b/" to how many files below have open questions */
	GHashTable *described; /* struct md_git_commit to struct md_commit */
	GPtrArray *commits;    /* of struct md_commit, not owned */
	guint64 comparisons;   /* of two trees, so far */
	gboolean differs;      /* the last one saw a wanted file differ */
	guint64 read;	       /* bytes, so far */
};

static int compare_texts(struct md_slice a, struct md_slice b)
{
	int order = memcmp(a.data, b.data, MIN(a.size, b.size));

	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_questions(gconstpointer a, gconstpointer b)
{
	const struct md_history_question *left = *(struct md_history_question *const *)a;
	const struct md_history_question *right = *(struct md_history_question *const *)b;

	if (left->file != right->file)
		return left->file < right->file ? -1 : 1;
	return compare_texts(left->text, right->text);
}

/* ----------------------------------------------------- questions on their way */

/* Adds @change to the number of open files in each folder above @path. */
static void count_in_folders(struct history *history, const char *path, int change)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		char *folder = g_strndup(path, slash + 1 - path);
		int count = GPOINTER_TO_INT(g_hash_table_lookup(history->folders, folder));

		g_hash_table_replace(history->folders, folder, GINT_TO_POINTER(count + change));
	}
}

static void count_open(struct history *history, struct file *file, int change)
{
	count_in_folders(history, file->path, change);
	if (file->old_path != NULL)
		count_in_folders(history, file->old_path, change);
}

static struct file *file_of(const struct history *history, guint question)
{
	return &history->file[history->question[question]->file];
}

/* The question is on its way no more. */
static void close_question(struct history *history, guint question)
{
	struct file *file = file_of(history, question);

	history->open--;
	if (--file->open == 0)
		count_open(history, file, -1);
}

static void pass_on(struct history *history, guint question, struct md_git_commit *to)
{
	if (!md_git_commit_is_in_range(to)) {
		close_question(history, question);
		return;
	}
	if (to->pending == NULL)
		to->pending = g_array_new(FALSE, FALSE, sizeof(guint));
	g_array_append_val(to->pending, question);
}

static void answer(struct history *history, guint question, struct md_git_commit *commit)
{
	struct md_history_question *asked = history->question[question];
	struct md_commit *described = g_hash_table_lookup(history->described, commit);

	if (described == NULL) {
		described = md_git_describe(history->range->git, commit->id);
		if (described != NULL) {
			g_hash_table_insert(history->described, commit, described);
			g_ptr_array_add(history->commits, described);
		}
	}
	asked->commit = described;
	asked->certain = history->times[question] == (asked->taken ? 0 : 1);
	close_question(history, question);
}

/* ------------------------------------------------------------ looking at files */

static gboolean may_read(const struct history *history)
{
	return history->read < MD_LIMIT_READ;
}

/*
 * The file in the tree @root, whatever it is called there; NULL in *@blob where
 * there is none.
 */
static gboolean read_file(struct history *history, const guint8 *root, const struct file *file,
			  git_odb_object **blob)
{
	struct md_git_tree *git = history->range->git;
	guint8 id[MD_ID_SIZE];
	guint32 mode;

	*blob = NULL;
	if (!may_read(history) || !md_git_find(git, root, file->path, &mode, id, NULL))
		return FALSE;
	if (mode == MD_MODE_ABSENT && file->old_path != NULL &&
	    !md_git_find(git, root, file->old_path, &mode, id, NULL))
		return FALSE;
	if (mode != MD_MODE_FILE && mode != MD_MODE_EXECUTABLE)
		return TRUE;
	*blob = md_git_read_object(git, id, GIT_OBJECT_BLOB, file->path, NULL);
	if (*blob != NULL)
		history->read += git_odb_object_size(*blob);
	return *blob != NULL;
}

/* Counts in @history->found each text that is asked of @file. */
static void count_line(struct history *history, const struct file *file, struct md_slice line)
{
	guint first = file->first, end = file->end;

	while (first < end) {
		guint middle = first + (end - first) / 2;

		if (compare_texts(history->question[middle]->text, line) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	for (; first < file->end && compare_texts(history->question[first]->text, line) == 0;
	     first++)
		history->found[first]++;
}

/* How often the file in the tree @root has each text that is asked of it. */
static gboolean count_texts(struct history *history, const guint8 *root, const struct file *file)
{
	git_odb_object *blob;
	struct md_slice rest, line;

	if (!read_file(history, root, file, &blob))
		return FALSE;
	memset(history->found + file->first, 0, (file->end - file->first) * sizeof(guint));
	if (blob == NULL)
		return TRUE;
	rest = md_git_object_slice(blob);
	while (md_slice_next_line(&rest, &line))
		count_line(history, file, md_slice_chomp(line));
	git_odb_object_free(blob);
	return TRUE;
}

static gboolean enter_folder(void *data, const char *path)
{
	const struct history *history = data;

	return g_hash_table_lookup(history->folders, path) != NULL && may_read(history);
}

static void see_difference(void *data, const char *path, const struct md_git_entry *before,
			   const struct md_git_entry *after)
{
	struct history *history = data;
	struct file *file = g_hash_table_lookup(history->paths, path);

	if (file == NULL)
		return;
	file->compared_by = history->comparisons;
	history->differs = TRUE;
}

/* ------------------------------------------------------------------ the walk */

/* Passes on what @parent has the very same file for; FALSE where that cannot be known. */
static gboolean pass_same(struct history *history, struct md_git_commit *commit,
			  struct md_git_commit *parent)
{
	GArray *pending = commit->pending;
	guint left = 0;

	history->comparisons++;
	history->differs = FALSE;
	if (parent->missing ||
	    !md_git_compare(history->range->git, parent->tree, commit->tree, enter_folder,
			    see_difference, history, &history->read, NULL) ||
	    !may_read(history))
		return FALSE;
	if (!history->differs && parent->pending == NULL && md_git_commit_is_in_range(parent)) {
		parent->pending = g_steal_pointer(&commit->pending);
		return TRUE;
	}
	for (guint i = 0; i < pending->len; i++) {
		guint question = g_array_index(pending, guint, i);

		if (file_of(history, question)->compared_by == history->comparisons)
			g_array_index(pending, guint, left++) = question;
		else
			pass_on(history, question, parent);
	}
	g_array_set_size(pending, left);
	return TRUE;
}

/* Passes on what @parent has the text for; @file is that of pending [first, end). */
static gboolean pass_counted(struct history *history, GArray *pending, guint first, guint *end,
			     struct md_git_commit *parent, const struct file *file)
{
	guint left = first;

	if (parent->missing || !count_texts(history, parent->tree, file))
		return FALSE;
	for (guint i = first; i < *end; i++) {
		guint question = g_array_index(pending, guint, i);
		guint times = history->times[question], found = history->found[question];

		if (history->question[question]->taken ? found <= times : found >= times)
			pass_on(history, question, parent);
		else
			g_array_index(pending, guint, left++) = question;
	}
	*end = left;
	return TRUE;
}

/* The questions of one file, pending [first, end), which all parents have another version of. */
static void settle_file(struct history *history, struct md_git_commit *commit, GArray *pending,
			guint first, guint end, gboolean known)
{
	const struct file *file = file_of(history, g_array_index(pending, guint, first));

	for (guint i = 0; i < commit->parent_count && first < end; i++)
		known &= pass_counted(history, pending, first, &end, commit->parent[i], file);
	for (; first < end; first++) {
		guint question = g_array_index(pending, guint, first);

		/* A root takes nothing away. */
		if (known && (commit->parent_count > 0 || !history->question[question]->taken))
			answer(history, question, commit);
		else
			close_question(history, question);
	}
}

static int compare_numbers(gconstpointer a, gconstpointer b)
{
	guint left = *(const guint *)a, right = *(const guint *)b;

	return (left > right) - (left < right);
}

/* Moves the questions at @commit on to its parents, or answers them. */
static void settle(struct history *history, struct md_git_commit *commit)
{
	gboolean known = !commit->missing;
	g_autoptr(GArray) pending = NULL;

	for (guint i = 0; i < commit->parent_count && commit->pending != NULL; i++)
		known &= pass_same(history, commit, commit->parent[i]);
	pending = g_steal_pointer(&commit->pending);
	if (pending == NULL)
		return;
	g_array_sort(pending, compare_numbers);
	for (guint first = 0, end; first < pending->len; first = end) {
		const struct file *file = file_of(history, g_array_index(pending, guint, first));

		for (end = first;
		     end < pending->len && g_array_index(pending, guint, end) < file->end;)
			end++;
		settle_file(history, commit, pending, first, end, known);
	}
}

/* From the newer end on, no commit before its children. */
static gboolean walk(struct history *history, const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GPtrArray) ready = g_ptr_array_new();
	guint64 done = 0;

	g_ptr_array_add(ready, history->range->newer);
	while (ready->len > 0 && history->open > 0) {
		struct md_git_commit *commit = g_ptr_array_steal_index(ready, ready->len - 1);

		if (!md_hooks_progress(hooks, "reading history", ++done, history->range->count,
				       error))
			return FALSE;
		if (commit->pending != NULL)
			settle(history, commit);
		for (guint i = commit->parent_count; i-- > 0;) {
			struct md_git_commit *parent = commit->parent[i];

			if (md_git_commit_is_in_range(parent) && --parent->children == 0)
				g_ptr_array_add(ready, parent);
		}
	}
	return TRUE;
}

/* Each question starts at the newer end, where its text is counted. */
static void start(struct history *history)
{
	struct md_git_commit *newer = history->range->newer;

	for (gsize i = 0; i < history->files; i++) {
		struct file *file = &history->file[i];
		gboolean known = count_texts(history, newer->tree, file);

		for (guint question = file->first; question < file->end; question++) {
			history->times[question] = history->found[question];
			if (!known ||
			    (!history->question[question]->taken && history->found[question] == 0))
				close_question(history, question);
			else
				pass_on(history, question, newer);
		}
	}
}

/*
 * A single commit, made from the older end, did all that is asked about. So it
 * is where releases were imported as one commit each, and nothing need be read.
 */
static gboolean is_single(const struct md_git_range *range)
{
	return range->count == 1 && range->newer->parent_count == 1 &&
	       range->newer->parent[0] == range->older;
}

/* ----------------------------------------------------------------- the door */

static void history_init(struct history *history, struct md_git_range *range,
			 struct md_history *asked)
{
	history->range = range;
	history->files = asked->files->len;
	history->questions = history->open = asked->questions->len;
	history->commits = asked->commits;
	history->file = g_new0(struct file, history->files);
	history->question = g_new(struct md_history_question *, history->questions);
	history->times = g_new0(guint, history->questions);
	history->found = g_new0(guint, history->questions);
	history->paths = g_hash_table_new(g_str_hash, g_str_equal);
	history->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	history->described = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < history->questions; i++)
		history->question[i] =
			&g_array_index(asked->questions, struct md_history_question, i);
	qsort(history->question, history->questions, sizeof(*history->question), compare_questions);
	for (guint i = 0; i < history->questions; i++) {
		struct file *file = file_of(history, i);

		file->first = file->open == 0 ? i : file->first;
		file->end = i + 1;
		file->open++;
	}
	for (guint i = 0; i < history->files; i++) {
		const struct md_history_file *of =
			&g_array_index(asked->files, struct md_history_file, i);
		struct file *file = &history->file[i];

		file->path = of->path;
		g_hash_table_insert(history->paths, (void *)file->path, file);
	}
	for (guint i = 0; i < history->files; i++) {
		const struct md_history_file *of =
			&g_array_index(asked->files, struct md_history_file, i);
		struct file *file = &history->file[i];

		/* A path leads to one file: to the one that has it at the newer end. */
		if (of->old_path != NULL && !g_hash_table_contains(history->paths, of->old_path)) {
			file->old_path = of->old_path;
			g_hash_table_insert(history->paths, (void *)file->old_path, file);
		}
		if (file->open > 0)
			count_open(history, file, 1);
	}
}

static void history_clear(struct history *history)
{
	g_free(history->file);
	g_free(history->question);
	g_free(history->times);
	g_free(history->found);
	g_hash_table_unref(history->paths);
	g_hash_table_unref(history->folders);
	g_hash_table_unref(history->described);
}

static gboolean answer_all(struct md_git_range *range, struct md_history *asked,
			   const struct md_hooks *hooks, GError **error)
{
	struct history history = { NULL };
	gboolean done = TRUE;

	history_init(&history, range, asked);
	if (is_single(range)) {
		for (guint i = 0; i < history.questions; i++) {
			history.times[i] = history.question[i]->taken ? 0 : 1;
			answer(&history, i, range->newer);
		}
	} else {
		start(&history);
		done = walk(&history, hooks, error);
	}
	history_clear(&history);
	return done;
}

gboolean md_git_history(struct md_tree *older, struct md_tree *newer, struct md_history *history,
			const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_git_range) range = NULL;

	if (history->questions->len == 0)
		return TRUE;
	if (!md_git_range_between(older, newer, hooks, &range, error))
		return FALSE;
	if (range == NULL)
		return TRUE;
	return answer_all(range, history, hooks, error);
}
