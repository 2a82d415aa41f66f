/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folder, archive and git revision are one interface: the same files give the
 * same answers, and any two of them compared give the same paths.
 */
#include "tree_fixture.h"

static const int filters[] = {
	ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2,
	ARCHIVE_FILTER_XZ,   ARCHIVE_FILTER_ZSTD,
};

#define LONG_FOLDER "a-folder-with-a-name-that-is-longer-than-the-forty-bytes-one-would-like"

/* Each is something that a careless reader changes. */
static const struct fixture_file odd_files[] = {
	{ "Makefile", MD_MODE_FILE, "all:\n\ttrue\n", -1 },
	{ "empty", MD_MODE_FILE, "", -1 },
	{ "no-newline", MD_MODE_FILE, "one\ntwo", -1 },
	{ "crlf", MD_MODE_FILE, "one\r\ntwo\r\n", -1 },
	{ "latin-1", MD_MODE_FILE, "caf\xe9\n", -1 },
	{ "nul", MD_MODE_FILE, "a\0b\n\0", 5 },
	{ "scripts/run", MD_MODE_EXECUTABLE, "#!/bin/sh\n", -1 },
	{ "scripts/link", MD_MODE_SYMLINK, "run", -1 },
	{ "scripts/dangling", MD_MODE_SYMLINK, "../../../etc/nothing", -1 },
	{ "to-folder", MD_MODE_SYMLINK, "scripts", -1 },
	{ "with space/and\ttab", MD_MODE_FILE, "x\n", -1 },
	{ "na\xc3\xafve.c", MD_MODE_FILE, "utf-8\n", -1 },
	{ "na\xefve.c", MD_MODE_FILE, "latin-1\n", -1 },
	{ "nai\xcc\x88ve.c", MD_MODE_FILE, "decomposed\n", -1 },
	{ ".gitignore", MD_MODE_FILE, "*.o\n", -1 },
	{ "foo", MD_MODE_FILE, "before foo/ in one order, behind it in the other\n", -1 },
	{ "foo.c", MD_MODE_FILE, "between them\n", -1 },
	{ "foo-dir/foo", MD_MODE_FILE, "deep\n", -1 },
	{ LONG_FOLDER "/" LONG_FOLDER "/" LONG_FOLDER "/" LONG_FOLDER "/file", MD_MODE_FILE,
	  "too long for a plain tar header\n", -1 },
};

static void assert_odd_files(struct md_tree *tree)
{
	const char *paths[G_N_ELEMENTS(odd_files) + 4] = { NULL };
	const char *absent[] = { "scripts", "to-folder/run", "nowhere", "foo/bar" };

	for (gsize i = 0; i < G_N_ELEMENTS(odd_files); i++)
		paths[i] = odd_files[i].path;
	load_paths(tree, paths);
	load_paths(tree, (const char *const[]){ absent[0], absent[1], absent[2], absent[3], NULL });
	for (gsize i = 0; i < G_N_ELEMENTS(odd_files); i++)
		assert_file(tree, odd_files[i].path, odd_files[i].mode, odd_files[i].content,
			    odd_files[i].size);
	for (gsize i = 0; i < G_N_ELEMENTS(absent); i++)
		assert_file(tree, absent[i], MD_MODE_ABSENT, NULL, 0);
}

static void test_folder(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "tree", NULL);
	g_autofree char *forced = g_strconcat("dir:", path, NULL);
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) forced_tree = NULL;

	write_folder(path, odd_files, G_N_ELEMENTS(odd_files));
	tree = open_in(path, NULL, NULL);
	assert_odd_files(tree);
	forced_tree = open_in(forced, NULL, NULL);
	g_assert_cmpstr(md_tree_name(forced_tree), ==, forced);
	assert_odd_files(forced_tree);
	fixture_end(g_steal_pointer(&work));
}

static void test_archives(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "an-archive-by-content", NULL);
	g_autofree char *forced = g_strconcat("tar:", path, NULL);
	const char *const prefixes[] = { "linux-6.1/", "", "./", "./linux-6.1/" };

	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		for (gsize j = 0; j < G_N_ELEMENTS(prefixes); j++) {
			MD_AUTOPTR(md_tree) tree = NULL;

			write_tar(path, filters[i], prefixes[j], odd_files,
				  G_N_ELEMENTS(odd_files));
			tree = open_in(j % 2 ? forced : path, NULL, NULL);
			assert_odd_files(tree);
		}
	}
	fixture_end(g_steal_pointer(&work));
}

static void test_git(void)
{
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	const char *const revisions[] = { "v1", "git:v1", "v1^{tree}", "refs/tags/v1^0" };

	write_git(repository, "v1", odd_files, G_N_ELEMENTS(odd_files));
	for (gsize i = 0; i < G_N_ELEMENTS(revisions); i++) {
		MD_AUTOPTR(md_tree) tree = open_in(revisions[i], NULL, work);

		assert_odd_files(tree);
	}
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

/* Written to a folder, each kind is the same folder. */
static void test_export(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *repository_path = g_build_filename(work, "git", NULL);
	git_repository *repository = git_begin(repository_path);
	const char *const kinds[] = { "folder", "archive", "v1" };

	write_git(repository, "v1", odd_files, G_N_ELEMENTS(odd_files));
	git_repository_free(repository);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *path = g_build_filename(work, kinds[i], NULL);
		g_autofree char *out = g_strconcat(path, "-out", NULL);
		g_autofree char *changes = NULL;
		g_autoptr(GError) error = NULL;
		MD_AUTOPTR(md_tree) tree = NULL;
		MD_AUTOPTR(md_tree) written = NULL;

		if (i == 0)
			write_folder(path, odd_files, G_N_ELEMENTS(odd_files));
		if (i == 1)
			write_tar(path, ARCHIVE_FILTER_GZIP, "linux-6.1/", odd_files,
				  G_N_ELEMENTS(odd_files));
		tree = open_in(i == 2 ? "v1" : path, NULL, repository_path);
		md_tree_export(tree, out, 0, NULL, &error);
		g_assert_no_error(error);
		written = open_in(out, NULL, NULL);
		assert_odd_files(written);
		changes = changes_line(tree, written);
		g_assert_cmpstr(changes, ==, "");
	}
	fixture_end(g_steal_pointer(&work));
}

static void test_submodule(void)
{
	const struct fixture_file files[] = {
		{ "sub", MD_MODE_SUBMODULE, "0123456789012345678901234567890123456789", -1 },
	};
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	MD_AUTOPTR(md_tree) tree = NULL;

	write_git(repository, "v1", files, 1);
	tree = open_in("v1", NULL, work);
	assert_file(tree, "sub", MD_MODE_SUBMODULE,
		    "Subproject commit 0123456789012345678901234567890123456789\n", -1);
	assert_file(tree, "sub/file", MD_MODE_ABSENT, NULL, 0);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

/* A content may outlive the tree it is of. */
static void test_content_outlives(void)
{
	const struct fixture_file files[] = { { "a", MD_MODE_FILE, "text\n", -1 } };
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	struct md_tree *tree;
	GBytes *content = NULL;

	write_git(repository, "v1", files, 1);
	git_repository_free(repository);
	tree = open_in("v1", NULL, work);
	g_assert_true(md_tree_read(tree, "a", NULL, &content, NULL));
	md_tree_free(tree);
	g_assert_cmpmem(g_bytes_get_data(content, NULL), g_bytes_get_size(content), "text\n", 5);
	g_bytes_unref(content);
	fixture_end(g_steal_pointer(&work));
}

/* ---------------------------------------------------------------- changes */

/* One tree in three kinds. */
struct kinds {
	struct md_tree *tree[3];
};

static void kinds_init(struct kinds *kinds, const char *work, const char *name,
		       git_repository *repository, const struct fixture_file *file, gsize count)
{
	g_autofree char *folder = g_build_filename(work, name, NULL);
	g_autofree char *tar = g_strconcat(folder, ".tar", NULL);

	write_folder(folder, file, count);
	write_tar(tar, filters[count % G_N_ELEMENTS(filters)], "top/", file, count);
	write_git(repository, name, file, count);
	kinds->tree[0] = open_in(folder, NULL, NULL);
	kinds->tree[1] = open_in(tar, NULL, NULL);
	kinds->tree[2] = open_in(name, NULL, git_repository_path(repository));
}

static void kinds_clear(struct kinds *kinds)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds->tree); i++)
		md_tree_free(kinds->tree[i]);
}

/* The paths of @new that @old has not. */
static char *expect_added(const struct fixture_file *old, gsize old_count,
			  const struct fixture_file *new, gsize new_count)
{
	g_autoptr(GHashTable) added = md_path_set_new();

	for (gsize i = 0; i < new_count; i++)
		g_hash_table_add(added, g_strdup(new[i].path));
	for (gsize i = 0; i < old_count; i++)
		g_hash_table_remove(added, old[i].path);
	return paths_line(added);
}

static void assert_added(struct md_tree *older, struct md_tree *newer, const char *expected)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *line = NULL;

	md_tree_added(older, newer, paths, NULL, &error);
	g_assert_no_error(error);
	line = paths_line(paths);
	g_assert_cmpstr(line, ==, expected);
}

static void assert_changes(const struct fixture_file *old_file, gsize old_count,
			   const struct fixture_file *new_file, gsize new_count,
			   const char *expected)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *git_folder = g_build_filename(work, "git", NULL);
	g_autofree char *added = expect_added(old_file, old_count, new_file, new_count);
	git_repository *repository = git_begin(git_folder);
	struct kinds old, new;

	kinds_init(&old, work, "old", repository, old_file, old_count);
	kinds_init(&new, work, "new", repository, new_file, new_count);
	for (gsize i = 0; i < 9; i++) {
		g_autofree char *line = changes_line(old.tree[i / 3], new.tree[i % 3]);

		g_assert_cmpstr(line, ==, expected);
		assert_added(old.tree[i / 3], new.tree[i % 3], added);
	}
	kinds_clear(&old);
	kinds_clear(&new);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

static void test_changes(void)
{
	const struct fixture_file old[] = {
		{ "same", MD_MODE_FILE, "same\n", -1 },
		{ "text", MD_MODE_FILE, "one\n", -1 },
		{ "grown", MD_MODE_FILE, "one\n", -1 },
		{ "mode", MD_MODE_FILE, "one\n", -1 },
		{ "type", MD_MODE_FILE, "one\n", -1 },
		{ "gone", MD_MODE_FILE, "one\n", -1 },
		{ "dir/gone", MD_MODE_FILE, "one\n", -1 },
		{ "becomes-folder", MD_MODE_FILE, "one\n", -1 },
		{ "becomes-file/a", MD_MODE_FILE, "one\n", -1 },
		{ "link", MD_MODE_SYMLINK, "one", -1 },
		{ "same-link", MD_MODE_SYMLINK, "one", -1 },
		{ "order", MD_MODE_FILE, "one\n", -1 },
		{ "order.c", MD_MODE_FILE, "one\n", -1 },
	};
	const struct fixture_file new[] = {
		{ "same", MD_MODE_FILE, "same\n", -1 },
		{ "text", MD_MODE_FILE, "two\n", -1 },
		{ "grown", MD_MODE_FILE, "one\ntwo\n", -1 },
		{ "mode", MD_MODE_EXECUTABLE, "one\n", -1 },
		{ "type", MD_MODE_SYMLINK, "one\n", -1 },
		{ "new", MD_MODE_FILE, "", -1 },
		{ "dir/new", MD_MODE_FILE, "", -1 },
		{ "becomes-folder/a", MD_MODE_FILE, "one\n", -1 },
		{ "becomes-file", MD_MODE_FILE, "one\n", -1 },
		{ "link", MD_MODE_SYMLINK, "two", -1 },
		{ "same-link", MD_MODE_SYMLINK, "one", -1 },
		{ "order/a", MD_MODE_FILE, "one\n", -1 },
		{ "order.c", MD_MODE_FILE, "one\n", -1 },
	};

	assert_changes(old, G_N_ELEMENTS(old), new, G_N_ELEMENTS(new),
		       "becomes-file becomes-file/a becomes-folder becomes-folder/a dir/gone "
		       "dir/new gone grown link mode new order order/a text type");
	assert_changes(odd_files, G_N_ELEMENTS(odd_files), odd_files, G_N_ELEMENTS(odd_files), "");
}

static void test_empty_trees(void)
{
	const struct fixture_file file[] = { { "a/b", MD_MODE_FILE, "text\n", -1 } };

	assert_changes(file, 0, file, 0, "");
	assert_changes(file, 0, file, 1, "a/b");
	assert_changes(file, 1, file, 0, "a/b");
}

/* A few names, so that files meet folders of the same name. */
static void random_tree(GArray *files, GPtrArray *names, guint depth, const char *folder)
{
	for (char letter = 'a'; letter < 'e'; letter++) {
		static const char *const contents[] = { "", "1\n", "2\n", "1\n2\n" };
		char *path = g_strdup_printf("%s%s%c", folder, depth ? "/" : "", letter);
		int roll = g_test_rand_int_range(0, 10);
		struct fixture_file file = {
			.path = path,
			.mode = roll == 0   ? MD_MODE_SYMLINK
				: roll == 1 ? MD_MODE_EXECUTABLE
					    : MD_MODE_FILE,
			.content = roll == 0 ? "1" : contents[g_test_rand_int_range(0, 4)],
			.size = -1,
		};

		g_ptr_array_add(names, path);
		if (roll < 5)
			g_array_append_val(files, file);
		else if (roll < 8 && depth < 3)
			random_tree(files, names, depth + 1, path);
	}
}

/* The law: git's answer is that of every pair of kinds. */
static void test_random_trees(void)
{
	for (guint i = 0; i < 40; i++) {
		g_autoptr(GArray) old = g_array_new(FALSE, FALSE, sizeof(struct fixture_file));
		g_autoptr(GArray) new = g_array_new(FALSE, FALSE, sizeof(struct fixture_file));
		g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GHashTable) expected = g_hash_table_new(g_str_hash, g_str_equal);
		g_autoptr(GString) line = g_string_new(NULL);
		g_autoptr(GList) sorted = NULL;

		random_tree(old, names, 0, "");
		random_tree(new, names, 0, "");
		for (guint j = 0; j < old->len + new->len; j++) {
			GArray *own = j < old->len ? old : new, *other = j < old->len ? new : old;
			const struct fixture_file *file = &g_array_index(
				own, struct fixture_file, j < old->len ? j : j - old->len);
			gboolean same = FALSE;

			for (guint k = 0; k < other->len; k++) {
				const struct fixture_file *peer =
					&g_array_index(other, struct fixture_file, k);

				same = same || (g_str_equal(peer->path, file->path) &&
						peer->mode == file->mode &&
						g_str_equal(peer->content, file->content));
			}
			if (!same)
				g_hash_table_add(expected, (char *)file->path);
		}
		sorted = g_list_sort(g_hash_table_get_keys(expected), (GCompareFunc)strcmp);
		for (GList *at = sorted; at != NULL; at = at->next)
			g_string_append_printf(line, "%s%s", line->len ? " " : "",
					       (char *)at->data);
		assert_changes((struct fixture_file *)old->data, old->len,
			       (struct fixture_file *)new->data, new->len, line->str);
	}
}

/* ------------------------------------------------------------ concurrency */

struct reader {
	struct md_tree *tree;
	guint rounds;
};

static void *read_odd_files(void *data)
{
	const struct reader *reader = data;

	for (guint round = 0; round < reader->rounds; round++) {
		for (gsize i = 0; i < G_N_ELEMENTS(odd_files); i++)
			assert_file(reader->tree, odd_files[i].path, odd_files[i].mode,
				    odd_files[i].content, odd_files[i].size);
	}
	return NULL;
}

static void *open_and_read(void *data)
{
	struct reader reader = { open_in("v1", NULL, data), 3 };

	read_odd_files(&reader);
	md_tree_free(reader.tree);
	return NULL;
}

static void test_threads(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *git_folder = g_build_filename(work, "git", NULL);
	git_repository *repository = git_begin(git_folder);
	struct kinds kinds;
	GThread *thread[4];

	kinds_init(&kinds, work, "v1", repository, odd_files, G_N_ELEMENTS(odd_files));
	for (gsize kind = 0; kind < 3; kind++) {
		struct reader reader = { kinds.tree[kind], 20 };

		assert_odd_files(reader.tree);
		for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
			thread[i] = g_thread_new("reader", read_odd_files, &reader);
		for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
			g_thread_join(thread[i]);
	}
	/* Several trees of one repository, opened and closed side by side. */
	for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
		thread[i] = g_thread_new("opener", open_and_read, git_folder);
	for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
		g_thread_join(thread[i]);
	kinds_clear(&kinds);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

/* A tree that shares no file with its base is a mistake, not a downstream. */
static void test_unrelated_trees(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *base_path = g_build_filename(work, "base", NULL);
	g_autofree char *other_path = g_build_filename(work, "other", NULL);
	const struct fixture_file other_file = { "fix.patch", MD_MODE_FILE, "--- a/f\n", -1 };
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autofree char *expected = NULL;
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_tree) base = NULL;
	MD_AUTOPTR(md_tree) other = NULL;

	for (guint i = 0; i < 100; i++) {
		g_autofree char *name = g_strdup_printf("file%u", i);
		const struct fixture_file file = { name, MD_MODE_FILE, "content\n", -1 };

		write_folder(base_path, &file, 1);
	}
	write_folder(other_path, &other_file, 1);
	base = open_in(base_path, NULL, NULL);
	other = open_in(other_path, NULL, NULL);
	expected =
		g_strdup_printf("%s: has no file in common with its base %s; is it the right one?",
				other_path, base_path);
	g_assert_false(md_tree_changes(base, other, paths, NULL, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
	g_assert_cmpstr(error->message, ==, expected);
	fixture_end(g_steal_pointer(&work));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/kinds/folder", test_folder);
	g_test_add_func("/tree/kinds/archives", test_archives);
	g_test_add_func("/tree/kinds/git", test_git);
	g_test_add_func("/tree/kinds/export", test_export);
	g_test_add_func("/tree/kinds/submodule", test_submodule);
	g_test_add_func("/tree/kinds/content-outlives", test_content_outlives);
	g_test_add_func("/tree/kinds/changes", test_changes);
	g_test_add_func("/tree/kinds/empty-trees", test_empty_trees);
	g_test_add_func("/tree/kinds/unrelated-trees", test_unrelated_trees);
	g_test_add_func("/tree/kinds/random-trees", test_random_trees);
	g_test_add_func("/tree/kinds/threads", test_threads);
	return g_test_run();
}
