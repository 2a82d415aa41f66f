/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits of a range, each with the files that it changed.
 *
 * Model: the range is found once; each commit is read when it is asked for, and its tree
 * walked beside its parent's, equal folders never opened. A merge changes
 * nothing by itself that its branches did not, or it should not: it is passed over, as
 * "git log --no-merges" does.
 * Cost: a read of each commit that is asked for and of its folders that differ; contents are
 * read by whoever wants them.
 */
#include "tree/git_range.h"

#include <string.h>

/*
 * Bytes of a file that somebody wrote. What is larger is a generated table, and a
 * history has it many times.
 */
#define MOST_SOURCE ((gsize)4 << 20)
/* A commit that changes more files than this adds or moves a subsystem: the rest is not looked at.
 */
#define MOST_FILES 20000

struct md_commits {
	struct md_git_range *range;
	GPtrArray *order; /* of struct md_git_commit, not owned, the latest first */
};

void md_commits_free(struct md_commits *commits)
{
	if (commits == NULL)
		return;
	g_ptr_array_unref(commits->order);
	md_git_range_free(commits->range);
	g_free(commits);
}

gsize md_commits_count(const struct md_commits *commits)
{
	return commits->order->len;
}

static int compare_times(gconstpointer a, gconstpointer b)
{
	const struct md_git_commit *left = *(const struct md_git_commit *const *)a;
	const struct md_git_commit *right = *(const struct md_git_commit *const *)b;

	if (left->time != right->time)
		return left->time > right->time ? -1 : 1;
	return memcmp(left->id, right->id, MD_ID_SIZE);
}

gboolean md_git_commits(struct md_tree *older, struct md_tree *newer, struct md_commits **commits,
			const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_git_range) range = NULL;
	struct md_commits *found;
	GHashTableIter iter;
	gpointer key;

	if (!md_git_range_between(older, newer, hooks, &range, error))
		return FALSE;
	if (range == NULL)
		return TRUE;
	found = g_new0(struct md_commits, 1);
	found->order = g_ptr_array_new();
	g_hash_table_iter_init(&iter, range->commits);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct md_git_commit *commit = key;

		if (md_git_commit_is_in_range(commit) && !commit->missing &&
		    commit->parent_count <= 1)
			g_ptr_array_add(found->order, key);
	}
	g_ptr_array_sort(found->order, compare_times);
	found->range = g_steal_pointer(&range);
	*commits = found;
	return TRUE;
}

/* ------------------------------------------------------------ what it says */

void md_commit_text_clear(struct md_commit_text *text)
{
	g_clear_pointer(&text->commit, md_commit_free);
	g_clear_pointer(&text->message, g_free);
	g_clear_pointer(&text->files, g_array_unref);
}

/* What stands behind the first empty line of a commit object. */
static char *message_of(struct md_slice object)
{
	const char *gap = memmem(object.data, object.size, "\n\n", 2);

	if (gap == NULL)
		return g_strdup("");
	gap += 2;
	return g_strndup(gap, object.size - (gap - object.data));
}

static char *subject_of(const char *message)
{
	message += strspn(message, "\n");
	return g_strndup(message, strcspn(message, "\n"));
}

static void file_clear(void *data)
{
	struct md_commit_file *file = data;

	g_free(file->path[MD_OLD]);
	g_free(file->path[MD_NEW]);
}

gboolean md_commits_message(const struct md_commits *commits, gsize index,
			    struct md_commit_text *text)
{
	const struct md_git_commit *commit = g_ptr_array_index(commits->order, index);
	git_odb_object *object =
		md_git_read_object(commits->range->git, commit->id, GIT_OBJECT_COMMIT, "", NULL);
	git_oid oid;

	if (object == NULL)
		return FALSE;
	*text = (struct md_commit_text){ .commit = g_new0(struct md_commit, 1) };
	git_oid_fromraw(&oid, commit->id);
	git_oid_tostr(text->commit->id, sizeof(text->commit->id), &oid);
	text->message = message_of(md_git_object_slice(object));
	text->commit->subject = subject_of(text->message);
	text->files = g_array_new(FALSE, TRUE, sizeof(struct md_commit_file));
	g_array_set_clear_func(text->files, file_clear);
	git_odb_object_free(object);
	return TRUE;
}

/* -------------------------------------------------------- what it changed */

static gboolean is_file(const struct md_git_entry *entry)
{
	guint32 mode = entry != NULL ? md_git_plain_mode(entry->mode) : MD_MODE_ABSENT;

	return mode == MD_MODE_FILE || mode == MD_MODE_EXECUTABLE;
}

static void add_side(struct md_commit_file *file, enum md_side side, const char *path,
		     const struct md_git_entry *entry)
{
	if (!is_file(entry))
		return;
	file->path[side] = g_strdup(path);
	memcpy(file->id[side], entry->id, MD_ID_SIZE);
}

static void add_file(void *data, const char *path, const struct md_git_entry *before,
		     const struct md_git_entry *after)
{
	struct md_commit_text *text = data;
	struct md_commit_file file = { .path = { NULL } };

	if ((!is_file(before) && !is_file(after)) || text->files->len >= MOST_FILES) {
		text->whole = text->files->len < MOST_FILES;
		return;
	}
	add_side(&file, MD_OLD, path, before);
	add_side(&file, MD_NEW, path, after);
	g_array_append_val(text->files, file);
}

static guint id_hash(gconstpointer id)
{
	guint hash;

	memcpy(&hash, id, sizeof(hash));
	return hash;
}

static gboolean id_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, MD_ID_SIZE) == 0;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Notes @index under @key, or that there are several (0). */
static void note(GHashTable *table, const void *key, guint index)
{
	gboolean known = g_hash_table_contains(table, key);

	g_hash_table_insert(table, (void *)key, GUINT_TO_POINTER(known ? 0 : index + 1));
}

/* Joins the file that is gone with the one that came in its place. */
static void join(GArray *files, guint gone, struct md_commit_file *came)
{
	struct md_commit_file *old = &g_array_index(files, struct md_commit_file, gone);

	came->path[MD_OLD] = g_steal_pointer(&old->path[MD_OLD]);
	memcpy(came->id[MD_OLD], old->id[MD_OLD], MD_ID_SIZE);
}

/*
 * Pairs what is gone with what came: first where the content is the same, then
 * where the last part of the path is, each where there is one only.
 */
static void pair_renamed(GArray *files)
{
	g_autoptr(GHashTable) by_id = g_hash_table_new(id_hash, id_equal);
	g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
	guint came = 0;

	for (guint i = 0; i < files->len; i++) {
		const struct md_commit_file *file = &g_array_index(files, struct md_commit_file, i);

		came += file->path[MD_OLD] == NULL;
		if (file->path[MD_NEW] != NULL)
			continue;
		note(by_id, file->id[MD_OLD], i);
		note(by_name, last_part(file->path[MD_OLD]), i);
	}
	if (came == 0 || g_hash_table_size(by_id) == 0)
		return;
	for (int exact = 1; exact >= 0; exact--) {
		for (guint i = 0; i < files->len; i++) {
			struct md_commit_file *file =
				&g_array_index(files, struct md_commit_file, i);
			guint gone;

			if (file->path[MD_OLD] != NULL || file->path[MD_NEW] == NULL)
				continue;
			gone = GPOINTER_TO_UINT(
				exact ? g_hash_table_lookup(by_id, file->id[MD_NEW])
				      : g_hash_table_lookup(by_name,
							    last_part(file->path[MD_NEW])));
			if (gone == 0 ||
			    g_array_index(files, struct md_commit_file, gone - 1).path[MD_OLD] ==
				    NULL)
				continue;
			join(files, gone - 1, file);
		}
	}
}

/* Takes out those that became the older side of another. */
static void drop_joined(GArray *files)
{
	for (guint i = files->len; i-- > 0;) {
		const struct md_commit_file *file = &g_array_index(files, struct md_commit_file, i);

		if (file->path[MD_OLD] == NULL && file->path[MD_NEW] == NULL)
			g_array_remove_index(files, i);
	}
}

gboolean md_commits_read(const struct md_commits *commits, gsize index, struct md_commit_text *text)
{
	const struct md_git_commit *commit = g_ptr_array_index(commits->order, index);
	const struct md_git_commit *parent = commit->parent_count > 0 ? commit->parent[0] : NULL;
	guint64 read = 0;

	if (!md_commits_message(commits, index, text))
		return FALSE;
	/* Behind a commit that is not here anything may be: a shallow clone ends so. */
	if (parent != NULL && parent->missing)
		return TRUE;
	text->whole = TRUE;
	if (!md_git_compare(commits->range->git, parent != NULL ? parent->tree : NULL, commit->tree,
			    NULL, add_file, text, &read, NULL))
		text->whole = FALSE;
	pair_renamed(text->files);
	drop_joined(text->files);
	return TRUE;
}

GBytes *md_commits_content(const struct md_commits *commits, const struct md_commit_file *file,
			   enum md_side side)
{
	git_odb_object *object;
	struct md_slice text;

	if (file->path[side] == NULL)
		return NULL;
	object = md_git_read_object(commits->range->git, file->id[side], GIT_OBJECT_BLOB,
				    file->path[side], NULL);
	if (object == NULL)
		return NULL;
	text = md_git_object_slice(object);
	if (text.size > MOST_SOURCE) {
		git_odb_object_free(object);
		return NULL;
	}
	return g_bytes_new_with_free_func(text.data, text.size, (GDestroyNotify)git_odb_object_free,
					  object);
}
