/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that upstream moved. A file that the old patch touches and that is
 * gone from the new base may be there under another name: among the files
 * that the new base has and the old one had not.
 *
 * Model: two files are alike by the telling lines that they share, out of
 * those of the longer one; half of them make a rename, as git has it. Of
 * several the most alike wins, then one with the same base name, then the
 * first. A file that was split is most alike to its largest part.
 *
 * Cost: nothing where nothing is gone. Else the new files that have the same
 * name, the same content, or lie in the same folder are read once and become
 * sorted rows of hashes.
 */
#include "compare/internal.h"

#include <string.h>

/* git's rename detection begins at 50 % as well. */
#define LEAST_ALIKE 0.5
/* Fewer telling lines than this are alike by chance: a stub, a Makefile. */
#define LEAST_LINES 5

/* A file as the sorted hashes of its telling lines. */
struct print {
	const char *path;
	guint32 *hash;
	gsize count;
	/* Of the whole: files that are the same need no telling lines. */
	gsize size;
	guint32 whole;
};

static void print_clear(void *data)
{
	struct print *print = data;

	g_free(print->hash);
}

static int compare_hashes(const void *a, const void *b)
{
	guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;

	return (left > right) - (left < right);
}

static void print_take(struct print *print, struct md_slice text)
{
	struct md_slice rest = text, line;
	GArray *hashes = g_array_new(FALSE, FALSE, sizeof(guint32));

	while (md_slice_next_line(&rest, &line)) {
		guint32 hash = md_line_hash(line, 0);

		if (md_line_is_telling(line))
			g_array_append_val(hashes, hash);
	}
	g_array_sort(hashes, compare_hashes);
	print->size = text.size;
	print->whole = md_line_hash(text, 0);
	print->count = hashes->len;
	print->hash = (guint32 *)g_array_free(hashes, FALSE);
}

/* The share of telling lines that the two have in common, of the longer one's. */
static double likeness(const struct print *a, const struct print *b)
{
	gsize i = 0, j = 0, shared = 0, longer = MAX(a->count, b->count);

	if (a->size > 0 && a->size == b->size && a->whole == b->whole)
		return 1;
	if (MIN(a->count, b->count) < LEAST_LINES || MIN(a->count, b->count) < longer * LEAST_ALIKE)
		return 0;
	while (i < a->count && j < b->count) {
		guint32 left = a->hash[i], right = b->hash[j];

		shared += left == right;
		i += left <= right;
		j += right <= left;
	}
	return (double)shared / (double)longer;
}

struct reading {
	struct md_tree *tree;
	GArray *prints; /* of struct print; only the path is set */
};

static gboolean read_print(gsize index, void *data, GError **error)
{
	struct reading *reading = data;
	struct print *print = &g_array_index(reading->prints, struct print, index);
	g_autoptr(GBytes) content = NULL;

	if (!md_tree_read(reading->tree, print->path, NULL, &content, error))
		return FALSE;
	print_take(print, md_slice_from_bytes(content));
	return TRUE;
}

static gboolean read_prints(struct md_tree *tree, GArray *prints, guint jobs,
			    const struct md_hooks *hooks, GError **error)
{
	struct reading reading = { tree, prints };

	return md_parallel_for(prints->len, jobs, read_print, &reading, hooks,
			       "looking for renamed files", error);
}

static GArray *prints_new(void)
{
	GArray *prints = g_array_new(FALSE, TRUE, sizeof(struct print));

	g_array_set_clear_func(prints, print_clear);
	return prints;
}

/* The files that the old patch was made for and that the new side has not. */
static GArray *find_missing(struct md_tree *const tree[MD_VERSIONS], const GPtrArray *paths,
			    GError **error)
{
	g_autoptr(GArray) missing = prints_new();

	for (guint i = 0; i < paths->len; i++) {
		struct print print = { .path = g_ptr_array_index(paths, i) };
		struct md_entry old_base, new_base, newest;

		if (!md_tree_stat(tree[MD_OLD_BASE], print.path, &old_base, error) ||
		    !md_tree_stat(tree[MD_NEW_BASE], print.path, &new_base, error) ||
		    !md_tree_stat(tree[MD_NEW_DOWNSTREAM], print.path, &newest, error))
			return NULL;
		if (old_base.mode != MD_MODE_ABSENT && new_base.mode == MD_MODE_ABSENT &&
		    newest.mode == MD_MODE_ABSENT)
			g_array_append_val(missing, print);
	}
	return g_steal_pointer(&missing);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Where a file is, and what kind: "net/dsa/.c". */
static char *place(const char *path)
{
	const char *name = base_name(path), *dot = strrchr(name, '.');

	return g_strdup_printf("%.*s%s", (int)(name - path), path, dot ? dot : name);
}

/* What of a missing file makes another worth reading. */
struct traits {
	GHashTable *names;  /* set of base names */
	GHashTable *places; /* set of place() */
	GHashTable *ids;    /* set of GBytes: of the content, where that is known */
};

static void traits_clear(struct traits *traits)
{
	g_hash_table_unref(traits->names);
	g_hash_table_unref(traits->places);
	g_hash_table_unref(traits->ids);
}

static gboolean traits_take(struct traits *traits, struct md_tree *old_base, const GArray *missing,
			    GError **error)
{
	traits->names = g_hash_table_new(g_str_hash, g_str_equal);
	traits->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	traits->ids = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					    (GDestroyNotify)g_bytes_unref, NULL);
	for (guint i = 0; i < missing->len; i++) {
		const char *path = g_array_index(missing, struct print, i).path;
		struct md_entry entry;

		if (!md_tree_stat(old_base, path, &entry, error))
			return FALSE;
		g_hash_table_add(traits->names, (void *)base_name(path));
		g_hash_table_add(traits->places, place(path));
		if (entry.has_id)
			g_hash_table_add(traits->ids, g_bytes_new(entry.id, MD_ID_SIZE));
	}
	return TRUE;
}

/* The same name elsewhere, another name in the same folder, or the same content. */
static gboolean traits_match(const struct traits *traits, struct md_tree *new_base,
			     const char *path)
{
	g_autofree char *here = place(path);
	g_autoptr(GBytes) id = NULL;
	struct md_entry entry;

	if (g_hash_table_contains(traits->names, base_name(path)) ||
	    g_hash_table_contains(traits->places, here))
		return TRUE;
	if (!md_tree_stat(new_base, path, &entry, NULL) || !entry.has_id)
		return FALSE;
	id = g_bytes_new(entry.id, MD_ID_SIZE);
	return g_hash_table_contains(traits->ids, id);
}

/* The files of the new base that one of @missing could have become. */
static GArray *find_candidates(struct md_tree *const tree[MD_VERSIONS], const GArray *missing,
			       GHashTable *added, const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GArray) candidates = prints_new();
	__attribute__((cleanup(traits_clear))) struct traits traits;
	GHashTableIter iter;
	void *path;

	if (!traits_take(&traits, tree[MD_OLD_BASE], missing, error) ||
	    !md_tree_added(tree[MD_OLD_BASE], tree[MD_NEW_BASE], added, hooks, error))
		return NULL;
	g_hash_table_iter_init(&iter, added);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		struct print print = { .path = path };

		if (traits_match(&traits, tree[MD_NEW_BASE], path))
			g_array_append_val(candidates, print);
		else
			g_hash_table_iter_remove(&iter);
	}
	/* A tree that lies under patches is read through them, and is loaded here. */
	if (!md_tree_load(tree[MD_NEW_BASE], added, hooks, error))
		return NULL;
	if (tree[MD_NEW_DOWNSTREAM] != tree[MD_NEW_BASE] &&
	    md_tree_base(tree[MD_NEW_DOWNSTREAM]) != tree[MD_NEW_BASE] &&
	    !md_tree_load(tree[MD_NEW_DOWNSTREAM], added, hooks, error))
		return NULL;
	return g_steal_pointer(&candidates);
}

struct match {
	const struct print *old, *new;
	double likeness;
	gboolean same_name;
};

/* The best first; the paths make the order certain. */
static int compare_matches(const void *a, const void *b)
{
	const struct match *left = a, *right = b;
	int order = strcmp(left->old->path, right->old->path);

	if (left->likeness != right->likeness)
		return left->likeness > right->likeness ? -1 : 1;
	if (left->same_name != right->same_name)
		return left->same_name ? -1 : 1;
	return order ? order : strcmp(left->new->path, right->new->path);
}

static GArray *find_matches(const GArray *missing, const GArray *candidates)
{
	GArray *matches = g_array_new(FALSE, FALSE, sizeof(struct match));

	for (guint i = 0; i < missing->len; i++) {
		for (guint j = 0; j < candidates->len; j++) {
			struct match match = { &g_array_index(missing, struct print, i),
					       &g_array_index(candidates, struct print, j), 0,
					       FALSE };

			match.likeness = likeness(match.old, match.new);
			match.same_name =
				strcmp(base_name(match.old->path), base_name(match.new->path)) == 0;
			if (match.likeness >= LEAST_ALIKE)
				g_array_append_val(matches, match);
		}
	}
	g_array_sort(matches, compare_matches);
	return matches;
}

static void take_matches(const GArray *matches, GHashTable *renames)
{
	g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < matches->len; i++) {
		const struct match *match = &g_array_index(matches, struct match, i);

		if (g_hash_table_contains(renames, match->old->path) ||
		    !g_hash_table_add(taken, (void *)match->new->path))
			continue;
		g_hash_table_insert(renames, g_strdup(match->old->path),
				    g_strdup(match->new->path));
	}
}

GHashTable *md_renames_find(struct md_tree *const tree[MD_VERSIONS], const GPtrArray *paths,
			    guint jobs, const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GHashTable) renames =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GArray) missing = find_missing(tree, paths, error);
	g_autoptr(GHashTable) added = md_path_set_new();
	g_autoptr(GArray) candidates = NULL;
	g_autoptr(GArray) matches = NULL;

	if (missing == NULL)
		return NULL;
	if (missing->len == 0)
		return g_steal_pointer(&renames);
	candidates = find_candidates(tree, missing, added, hooks, error);
	if (candidates == NULL || !read_prints(tree[MD_OLD_BASE], missing, jobs, hooks, error) ||
	    !read_prints(tree[MD_NEW_BASE], candidates, jobs, hooks, error))
		return NULL;
	matches = find_matches(missing, candidates);
	take_matches(matches, renames);
	return g_steal_pointer(&renames);
}

static gboolean has_file(struct md_tree *tree, const char *path)
{
	struct md_entry entry;

	return md_tree_stat(tree, path, &entry, NULL) && entry.mode != MD_MODE_ABSENT;
}

/*
 * A file that upstream moved has its old path and its new one in one row. The
 * old downstream may have moved it before upstream did.
 */
static struct md_file_paths renamed_paths(struct md_tree *const tree[MD_VERSIONS], const char *path,
					  const char *new_path, gboolean touched)
{
	struct md_file_paths file = { { path, path, new_path, new_path } };

	if (touched && !has_file(tree[MD_OLD_DOWNSTREAM], path) &&
	    has_file(tree[MD_OLD_DOWNSTREAM], new_path))
		file.path[MD_OLD_DOWNSTREAM] = new_path;
	return file;
}

GArray *md_renames_pair(struct md_tree *const tree[MD_VERSIONS], const GPtrArray *paths,
			GHashTable *renames)
{
	GArray *files = g_array_new(FALSE, FALSE, sizeof(struct md_file_paths));
	g_autoptr(GHashTable) touched = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	void *renamed;

	g_hash_table_iter_init(&iter, renames);
	while (g_hash_table_iter_next(&iter, NULL, &renamed))
		g_hash_table_add(taken, renamed);
	for (guint i = 0; i < paths->len; i++)
		g_hash_table_add(touched, g_ptr_array_index(paths, i));
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		const char *new_path = g_hash_table_lookup(renames, path);
		struct md_file_paths file = { { path, path, path, path } };

		if (g_hash_table_contains(taken, path))
			continue;
		if (new_path != NULL)
			file = renamed_paths(tree, path, new_path,
					     g_hash_table_contains(touched, new_path));
		g_array_append_val(files, file);
	}
	return files;
}
