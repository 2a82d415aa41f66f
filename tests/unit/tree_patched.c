/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patches laid over each kind of tree: what they touch, what they leave, what fails. */
#include "tree_fixture.h"

static const struct fixture_file base_files[] = {
	{ "Makefile", MD_MODE_FILE, "VERSION = 1\n", -1 },
	{ "a.c", MD_MODE_FILE, "one\ntwo\nthree\n", -1 },
	{ "drop.c", MD_MODE_FILE, "gone soon\n", -1 },
	{ "run", MD_MODE_EXECUTABLE, "#!/bin/sh\n", -1 },
	{ "dir", MD_MODE_FILE, "becomes a folder\n", -1 },
	{ "still", MD_MODE_FILE, "untouched\n", -1 },
};

static const char first_patch[] = "Subject: first\n"
				  "--- linux/a.c\n"
				  "+++ linux/a.c\n"
				  "@@ -1,3 +1,3 @@\n"
				  " one\n"
				  "-two\n"
				  "+TWO\n"
				  " three\n"
				  "--- linux/drop.c\n"
				  "+++ /dev/null\n"
				  "@@ -1 +0,0 @@\n"
				  "-gone soon\n"
				  "--- /dev/null\n"
				  "+++ linux/new.c\n"
				  "@@ -0,0 +1 @@\n"
				  "+brand new\n"
				  "--- linux/run\n"
				  "+++ linux/run\n"
				  "@@ -1 +1,2 @@\n"
				  " #!/bin/sh\n"
				  "+true\n";

static const char second_patch[] = "--- linux/new.c\n"
				   "+++ linux/new.c\n"
				   "@@ -1 +1,2 @@\n"
				   " brand new\n"
				   "+and changed\n"
				   "--- linux/dir\n"
				   "+++ /dev/null\n"
				   "@@ -1 +0,0 @@\n"
				   "-becomes a folder\n"
				   "--- /dev/null\n"
				   "+++ linux/dir/file\n"
				   "@@ -0,0 +1 @@\n"
				   "+in a folder\n";

static const char *const all_paths[] = { "Makefile", "a.c",   "drop.c", "run",	 "dir",
					 "dir/file", "new.c", "still",	"never", NULL };

static const char stripped[] = "a.c dir dir/file drop.c new.c run";

static void assert_patched(struct md_tree *tree, struct md_tree *base)
{
	struct md_entry entry = { 0 };
	struct md_entry base_entry = { 0 };

	assert_file(tree, "a.c", MD_MODE_FILE, "one\nTWO\nthree\n", -1);
	assert_file(tree, "drop.c", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "new.c", MD_MODE_FILE, "brand new\nand changed\n", -1);
	assert_file(tree, "run", MD_MODE_EXECUTABLE, "#!/bin/sh\ntrue\n", -1);
	assert_file(tree, "dir", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "dir/file", MD_MODE_FILE, "in a folder\n", -1);
	assert_file(tree, "still", MD_MODE_FILE, "untouched\n", -1);
	assert_file(tree, "never", MD_MODE_ABSENT, NULL, 0);
	/* The base is ready for the same paths, and unchanged. */
	assert_file(base, "a.c", MD_MODE_FILE, "one\ntwo\nthree\n", -1);
	assert_file(base, "new.c", MD_MODE_ABSENT, NULL, 0);
	assert_file(base, "dir", MD_MODE_FILE, "becomes a folder\n", -1);

	g_assert_true(md_tree_stat(tree, "still", &entry, NULL));
	g_assert_true(md_tree_stat(base, "still", &base_entry, NULL));
	g_assert_cmpint(entry.has_id, ==, base_entry.has_id);
	g_assert_cmpmem(entry.id, MD_ID_SIZE, base_entry.id, MD_ID_SIZE);
	g_assert_true(md_tree_stat(tree, "a.c", &entry, NULL));
	g_assert_false(entry.has_id);
}

static void write_series(const char *work)
{
	g_autofree char *series = g_build_filename(work, "patches", "series", NULL);
	g_autofree char *first = g_build_filename(work, "patches", "first.patch", NULL);
	g_autofree char *second = g_build_filename(work, "patches", "sub", "second.patch.gz", NULL);
	g_autofree char *folder = g_path_get_dirname(second);

	write_text(series, "# the series\nfirst.patch\nsub/second.patch.gz -p1\n");
	write_text(first, first_patch);
	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	write_compressed(second, ARCHIVE_FILTER_GZIP, second_patch, strlen(second_patch));
}

/* @expected_changes: what md_tree_changes gives, before it is known how names are to be stripped.
 */
static void assert_over(const char *base_source, const char *source, const char *repository,
			const char *expected_changes)
{
	MD_AUTOPTR(md_tree) base = open_in(base_source, NULL, repository);
	MD_AUTOPTR(md_tree) tree = open_in(source, base, repository);
	g_autofree char *changes = changes_line(base, tree);
	const GPtrArray *rejects;
	gsize hunks = 0;

	g_assert_cmpstr(changes, ==, expected_changes);
	g_assert_true(md_tree_base(tree) == base);
	g_assert_null(md_tree_base(base));
	load_paths(tree, all_paths);
	assert_patched(tree, base);
	rejects = md_tree_rejects(tree, &hunks);
	g_assert_cmpuint(rejects->len, ==, 0);
	g_assert_cmpuint(hunks, ==, 7);
	g_assert_cmpuint(md_tree_rejects(base, &hunks)->len, ==, 0);
	g_assert_cmpuint(hunks, ==, 0);
	/* Once more, with nothing new to load. */
	load_paths(tree, all_paths);
	assert_patched(tree, base);
}

static void test_over_each_kind(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *folder = g_build_filename(work, "folder", NULL);
	g_autofree char *tar = g_build_filename(work, "a.tar", NULL);
	g_autofree char *git = g_build_filename(work, "git", NULL);
	g_autofree char *patches = g_build_filename(work, "patches", NULL);
	git_repository *repository = git_begin(git);

	write_folder(folder, base_files, G_N_ELEMENTS(base_files));
	write_tar(tar, ARCHIVE_FILTER_XZ, "linux/", base_files, G_N_ELEMENTS(base_files));
	write_git(repository, "v1", base_files, G_N_ELEMENTS(base_files));
	write_series(work);
	assert_over(folder, patches, git, stripped);
	assert_over(tar, patches, git, stripped);
	assert_over("v1", patches, git, stripped);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

/* The same as lone patches, in every compression, found by content. */
static void test_compressed(void)
{
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP,
				       ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
				       ARCHIVE_FILTER_ZSTD };
	g_autofree char *work = fixture_begin();
	g_autofree char *folder = g_build_filename(work, "folder", NULL);
	g_autofree char *first = g_build_filename(work, "first", NULL);
	g_autofree char *second = g_build_filename(work, "second", NULL);
	g_autofree char *list = g_strdup_printf("%s,%s", first, second);

	write_folder(folder, base_files, G_N_ELEMENTS(base_files));
	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		write_compressed(first, filters[i], first_patch, strlen(first_patch));
		write_compressed(second, filters[i], second_patch, strlen(second_patch));
		assert_over(folder, list, NULL,
			    "a.c dir dir/file drop.c file linux/a.c linux/dir linux/dir/file "
			    "linux/drop.c linux/new.c linux/run new.c run");
	}
	fixture_end(g_steal_pointer(&work));
}

static void test_compressed_damaged(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "cut.patch.gz", NULL);
	g_autofree char *early = g_strconcat(path, ": damaged or cut off", NULL);
	g_autofree char *late = g_strconcat(path, ": truncated gzip input", NULL);
	g_autofree char *data = NULL;
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();
	MD_AUTOPTR(md_tree) base = open_in(work, NULL, NULL);
	gsize size;

	write_compressed(path, ARCHIVE_FILTER_GZIP, first_patch, strlen(first_patch));
	g_assert_true(g_file_get_contents(path, &data, &size, NULL));
	for (gsize cut = 20; cut < size; cut++) {
		g_autoptr(GError) error = NULL;

		write_bytes(path, data, cut);
		g_assert_null(md_tree_open(path, base, settings, &error));
		g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
		/* libarchive has no words for what it meets in the first block. */
		if (strcmp(error->message, early) != 0)
			g_assert_cmpstr(error->message, ==, late);
	}
	fixture_end(g_steal_pointer(&work));
}

/* Patches that do not fit are told of one by one; the rest goes on. */
static void test_rejects(void)
{
	static const char unfit[] = "--- linux/a.c\n"
				    "+++ linux/a.c\n"
				    "@@ -1,2 +1,2 @@\n"
				    "-nowhere to be found\n"
				    "+in this file\n"
				    " at all\n";
	g_autofree char *work = fixture_begin();
	g_autofree char *folder = g_build_filename(work, "folder", NULL);
	g_autofree char *first = g_build_filename(work, "first.patch", NULL);
	g_autofree char *unfit_path = g_build_filename(work, "unfit.patch", NULL);
	g_autofree char *list = g_strdup_printf("%s,%s", unfit_path, first);
	MD_AUTOPTR(md_tree) base = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;
	const struct md_reject *reject;
	const GPtrArray *rejects;
	gsize hunks;

	write_folder(folder, base_files, G_N_ELEMENTS(base_files));
	write_text(first, first_patch);
	write_text(unfit_path, unfit);
	base = open_in(folder, NULL, NULL);
	tree = open_in(list, base, NULL);
	load_paths(tree, all_paths);
	rejects = md_tree_rejects(tree, &hunks);
	g_assert_cmpuint(hunks, ==, 5);
	g_assert_cmpuint(rejects->len, ==, 1);
	reject = g_ptr_array_index(rejects, 0);
	g_assert_cmpstr(reject->patch, ==, unfit_path);
	g_assert_cmpstr(reject->path, ==, "a.c");
	g_assert_cmpstr(reject->hunk, ==, "@@ -1,2 +1,2 @@");
	g_assert_cmpuint(reject->place, ==, 3);
	assert_file(tree, "a.c", MD_MODE_FILE, "one\nTWO\nthree\n", -1);
	fixture_end(g_steal_pointer(&work));
}

/* What "file" is when @patch_line (an option of the series, or "") and settings are so. */
static void assert_settings(const char *option, const char *name, int strip, int fuzz,
			    gboolean as_series, gsize expected_rejects)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *file = g_build_filename(work, "tree", "x", "file", NULL);
	g_autofree char *folder = g_build_filename(work, "tree", NULL);
	g_autofree char *patches = g_build_filename(work, "patches", NULL);
	g_autofree char *series = g_build_filename(patches, "series", NULL);
	g_autofree char *patch = g_build_filename(patches, "a.patch", NULL);
	g_autofree char *series_text = g_strdup_printf("a.patch %s\n", option);
	g_autofree char *patch_text = g_strdup_printf("--- %s\n"
						      "+++ %s\n"
						      "@@ -1,4 +1,4 @@\n"
						      " 1\n"
						      "-2\n"
						      "+two\n"
						      " 3\n"
						      " four\n",
						      name, name);
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();
	MD_AUTOPTR(md_tree) base = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;

	write_text(file, "1\n2\n3\n4\n5\n");
	write_text(patch, patch_text);
	write_text(series, series_text);
	md_tree_settings_set_strip(settings, strip);
	md_tree_settings_set_fuzz(settings, fuzz);
	base = md_tree_open(folder, NULL, settings, NULL);
	tree = md_tree_open(as_series ? patches : patch, base, settings, NULL);
	load_paths(tree, (const char *const[]){ "x/file", NULL });
	g_assert_cmpuint(md_tree_rejects(tree, NULL)->len, ==, expected_rejects);
	assert_file(tree, "x/file", MD_MODE_FILE,
		    expected_rejects ? "1\n2\n3\n4\n5\n" : "1\ntwo\n3\n4\n5\n", -1);
	fixture_end(g_steal_pointer(&work));
}

static void test_settings(void)
{
	/* A lone patch finds its strip, and may be fuzzy. */
	assert_settings("", "a/b/x/file", -1, -1, FALSE, 0);
	assert_settings("", "a/x/file", -1, -1, FALSE, 0);
	assert_settings("", "a/x/file", -1, 0, FALSE, 1);
	assert_settings("", "a/x/file", 2, -1, FALSE, 1);
	/* A series says, else it is 1; nothing may differ. */
	assert_settings("", "a/x/file", -1, -1, TRUE, 1);
	assert_settings("", "a/x/file", -1, 1, TRUE, 0);
	assert_settings("", "a/b/x/file", -1, 1, TRUE, 1);
	assert_settings("", "a/b/x/file", 2, 1, TRUE, 0);
	assert_settings("-p2", "a/b/x/file", -1, 1, TRUE, 0);
	assert_settings("-p0", "x/file", 2, 1, TRUE, 0);
}

static void test_reversed(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *file = g_build_filename(work, "tree", "file", NULL);
	g_autofree char *folder = g_build_filename(work, "tree", NULL);
	g_autofree char *patches = g_build_filename(work, "patches", NULL);
	g_autofree char *series = g_build_filename(patches, "series", NULL);
	g_autofree char *patch = g_build_filename(patches, "a.patch", NULL);
	MD_AUTOPTR(md_tree) base = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;

	write_text(file, "new\n");
	write_text(series, "a.patch -R\n");
	write_text(patch, "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-old\n+new\n");
	base = open_in(folder, NULL, NULL);
	tree = open_in(patches, base, NULL);
	load_paths(tree, (const char *const[]){ "file", NULL });
	g_assert_cmpuint(md_tree_rejects(tree, NULL)->len, ==, 0);
	assert_file(tree, "file", MD_MODE_FILE, "old\n", -1);
	fixture_end(g_steal_pointer(&work));
}

/* A path that leaves the tree is rejected, whatever the base. */
static void test_outside(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *folder = g_build_filename(work, "tree", NULL);
	g_autofree char *secret = g_build_filename(work, "secret", NULL);
	g_autofree char *link = g_build_filename(folder, "link", NULL);
	g_autofree char *patch = g_build_filename(work, "a.patch", NULL);
	MD_AUTOPTR(md_tree) base = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;
	gsize hunks;

	write_text(secret, "old\n");
	g_assert_cmpint(g_mkdir(folder, 0755), ==, 0);
	g_assert_cmpint(symlink("..", link), ==, 0);
	write_text(patch, "--- a/../secret\n+++ b/../secret\n@@ -1 +1 @@\n-old\n+new\n"
			  "--- a/link/secret\n+++ b/link/secret\n@@ -1 +1 @@\n-old\n+new\n");
	base = open_in(folder, NULL, NULL);
	tree = open_in(patch, base, NULL);
	load_paths(tree, (const char *const[]){ "../secret", "link/secret", NULL });
	g_assert_cmpuint(md_tree_rejects(tree, &hunks)->len, ==, 2);
	g_assert_cmpuint(hunks, ==, 2);
	assert_file(tree, "../secret", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "link/secret", MD_MODE_ABSENT, NULL, 0);
	fixture_end(g_steal_pointer(&work));
}

/* ------------------------------------------------------------ concurrency */

struct side {
	const char *base, *downstream, *repository;
};

static void *load_side(void *data)
{
	const struct side *side = data;

	assert_over(side->base, side->downstream, side->repository, stripped);
	return NULL;
}

/* Old and new side at once, of one repository and of one archive. */
static void test_two_sides(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *tar = g_build_filename(work, "a.tar", NULL);
	g_autofree char *git = g_build_filename(work, "git", NULL);
	g_autofree char *patches = g_build_filename(work, "patches", NULL);
	git_repository *repository = git_begin(git);
	const struct side sides[] = {
		{ "v1", patches, git },
		{ "v1", patches, git },
		{ tar, patches, git },
		{ tar, patches, git },
	};
	GThread *thread[G_N_ELEMENTS(sides)];

	write_tar(tar, ARCHIVE_FILTER_ZSTD, "linux/", base_files, G_N_ELEMENTS(base_files));
	write_git(repository, "v1", base_files, G_N_ELEMENTS(base_files));
	write_series(work);
	for (gsize i = 0; i < G_N_ELEMENTS(sides); i++)
		thread[i] = g_thread_new("side", load_side, (void *)&sides[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(sides); i++)
		g_thread_join(thread[i]);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/patched/over-each-kind", test_over_each_kind);
	g_test_add_func("/tree/patched/compressed", test_compressed);
	g_test_add_func("/tree/patched/compressed-damaged", test_compressed_damaged);
	g_test_add_func("/tree/patched/rejects", test_rejects);
	g_test_add_func("/tree/patched/settings", test_settings);
	g_test_add_func("/tree/patched/reversed", test_reversed);
	g_test_add_func("/tree/patched/outside", test_outside);
	g_test_add_func("/tree/patched/two-sides", test_two_sides);
	return g_test_run();
}
