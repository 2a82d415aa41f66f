/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a source is taken for, and what is said of one that is nothing. */
#include "tree_fixture.h"

static const char patch_text[] = "--- a/file\n"
				 "+++ b/file\n"
				 "@@ -1 +1 @@\n"
				 "-old\n"
				 "+new\n";

static const struct fixture_file base_files[] = { { "file", MD_MODE_FILE, "old\n", -1 } };

/* A folder with the base and a patch in it, and a repository beside. */
struct place {
	char *work, *repository, *base_path;
	git_repository *git;
	struct md_tree *base;
};

static void place_init(struct place *place)
{
	place->work = fixture_begin();
	place->repository = g_build_filename(place->work, "repository", NULL);
	place->base_path = g_build_filename(place->work, "base", NULL);
	place->git = git_begin(place->repository);
	write_folder(place->base_path, base_files, G_N_ELEMENTS(base_files));
	place->base = open_in(place->base_path, NULL, NULL);
	g_assert_cmpint(chdir(place->work), ==, 0);
}

static void place_clear(struct place *place)
{
	g_assert_cmpint(chdir("/"), ==, 0);
	md_tree_free(place->base);
	git_repository_free(place->git);
	g_free(place->base_path);
	g_free(place->repository);
	fixture_end(place->work);
}

/* Opens @source over the base: "file" must read @expected. */
static void assert_reads(struct place *place, const char *source, const char *expected)
{
	MD_AUTOPTR(md_tree) tree = open_in(source, place->base, place->repository);

	g_assert_cmpstr(md_tree_name(tree), ==,
			g_str_has_prefix(source, "git:") ? source + strlen("git:") : source);
	load_paths(tree, (const char *const[]){ "file", NULL });
	assert_file(tree, "file", MD_MODE_FILE, expected, -1);
}

static void test_kinds(void)
{
	const struct fixture_file changed[] = { { "file", MD_MODE_FILE, "changed\n", -1 } };
	struct place place;

	place_init(&place);
	write_folder("folder", changed, 1);
	write_tar("a.tar", ARCHIVE_FILTER_NONE, "top/", changed, 1);
	write_tar("looks-like.patch", ARCHIVE_FILTER_XZ, "top/", changed, 1);
	write_git(place.git, "v1", changed, 1);
	write_text("fix.patch", patch_text);
	write_text("looks-like.tar", patch_text);
	write_text("patches/fix.patch", patch_text);
	write_text("patches/series", "# only one\n\nfix.patch\n");
	assert_reads(&place, "folder", "changed\n");
	assert_reads(&place, "folder/", "changed\n");
	assert_reads(&place, "dir:folder", "changed\n");
	assert_reads(&place, "a.tar", "changed\n");
	assert_reads(&place, "looks-like.patch", "changed\n");
	assert_reads(&place, "tar:a.tar", "changed\n");
	assert_reads(&place, "v1", "changed\n");
	assert_reads(&place, "git:v1", "changed\n");
	assert_reads(&place, "fix.patch", "new\n");
	assert_reads(&place, "looks-like.tar", "new\n");
	assert_reads(&place, "patch:fix.patch", "new\n");
	assert_reads(&place, "patches", "new\n");
	assert_reads(&place, "patches/", "new\n");
	assert_reads(&place, "patches/series", "new\n");
	assert_reads(&place, "series:patches", "new\n");
	assert_reads(&place, "series:patches/series", "new\n");
	place_clear(&place);
}

/* A path that exists wins over a revision of that name. */
static void test_path_wins(void)
{
	const struct fixture_file in_git[] = { { "file", MD_MODE_FILE, "git\n", -1 } };
	const struct fixture_file on_disk[] = { { "file", MD_MODE_FILE, "disk\n", -1 } };
	struct place place;

	place_init(&place);
	write_git(place.git, "both", in_git, 1);
	assert_reads(&place, "both", "git\n");
	write_folder("both", on_disk, 1);
	assert_reads(&place, "both", "disk\n");
	assert_reads(&place, "git:both", "git\n");
	place_clear(&place);
}

/* A file called series makes a folder a series, also where its patches are missing. */
static void test_series_or_tree(void)
{
	struct place place;

	place_init(&place);
	write_text("tree/series", "fix.patch\n");
	write_text("tree/file", "a tree\n");
	assert_open_fails("tree", place.base, place.repository, MD_ERROR_INPUT,
			  "tree/series:1: no such patch: tree/fix.patch");
	write_text("tree/fix.patch", patch_text);
	assert_reads(&place, "tree", "new\n");
	assert_reads(&place, "dir:tree", "a tree\n");
	write_text("empty/series", "# nothing yet\n");
	write_text("empty/file", "a tree\n");
	assert_reads(&place, "empty", "old\n");
	write_text("broken/series", "fix.patch -x\n");
	assert_open_fails("broken", place.base, place.repository, MD_ERROR_INPUT,
			  "broken/series:1: unknown option \"-x\"");
	place_clear(&place);
}

static void test_lists(void)
{
	static const char second[] = "--- a/file\n"
				     "+++ b/file\n"
				     "@@ -1 +1 @@\n"
				     "-new\n"
				     "+newer\n";
	struct place place;

	place_init(&place);
	write_text("one.patch", patch_text);
	write_text("two.patch", second);
	write_text("one,comma", patch_text);
	write_text("patches/series", "two.patch\n");
	write_text("patches/two.patch", second);
	assert_reads(&place, "one.patch,two.patch", "newer\n");
	assert_reads(&place, "one.patch,patches", "newer\n");
	assert_reads(&place, "one.patch,series:patches/series", "newer\n");
	assert_reads(&place, "patch:one.patch,patch:two.patch", "newer\n");
	assert_reads(&place, "one,comma", "new\n");
	assert_reads(&place, "one,comma,two.patch", "newer\n");
	assert_reads(&place, "patch:one,comma,patches", "newer\n");
	assert_open_fails("one.patch,nowhere", place.base, place.repository, MD_ERROR_INPUT,
			  "nowhere: no such patch or series");
	assert_open_fails("one.patch,base", place.base, place.repository, MD_ERROR_INPUT,
			  "base: a tree, where only patches and series are joined by commas");
	assert_open_fails("one.patch,,two.patch", place.base, place.repository, MD_ERROR_SETTING,
			  "one.patch,,two.patch: a list with nothing before or behind a comma");
	assert_open_fails("one.patch,", place.base, place.repository, MD_ERROR_SETTING,
			  "one.patch,: a list with nothing before or behind a comma");
	place_clear(&place);
}

static void test_nothing(void)
{
	g_autofree char *in_repository = NULL;
	g_autofree char *behind_base = NULL;
	g_autofree char *forced = NULL;
	struct place place;

	place_init(&place);
	in_repository = g_strdup_printf(
		"linux-4.3: no such folder, archive or revision (revspec 'linux-4.3' not found "
		"in %s/; --repo names another repository)",
		place.repository);
	behind_base = g_strdup_printf(
		"linux-4.3: no such folder, archive, patch or revision (revspec 'linux-4.3' not "
		"found in %s/; --repo names another repository)",
		place.repository);
	forced = g_strdup_printf("v9: revspec 'v9' not found in %s/", place.repository);
	assert_open_fails("linux-4.3", NULL, place.repository, MD_ERROR_INPUT, in_repository);
	assert_open_fails("linux-4.3", place.base, place.repository, MD_ERROR_INPUT, behind_base);
	assert_open_fails("linux-4.3,5", place.base, "base", MD_ERROR_INPUT,
			  "linux-4.3,5: no such folder, archive, patch or revision (base: could "
			  "not find repository from 'base'; --repo names another repository)");
	assert_open_fails("git:v9", NULL, place.repository, MD_ERROR_INPUT, forced);
	assert_open_fails("dir:nowhere", NULL, NULL, MD_ERROR_INPUT,
			  "nowhere: No such file or directory");
	assert_open_fails("tar:nowhere", NULL, NULL, MD_ERROR_SYSTEM,
			  "nowhere: No such file or directory");
	assert_open_fails("patch:nowhere", place.base, NULL, MD_ERROR_SYSTEM,
			  "nowhere: No such file or directory");
	assert_open_fails("dir:base/file", NULL, NULL, MD_ERROR_INPUT,
			  "base/file: Not a directory");
	assert_open_fails("tar:base", NULL, NULL, MD_ERROR_INPUT, "base: not a regular file");
	assert_open_fails("/dev/null", NULL, NULL, MD_ERROR_INPUT, "/dev/null: not a regular file");
	place_clear(&place);
}

static void test_patches_without_base(void)
{
	struct place place;

	place_init(&place);
	write_text("fix.patch", patch_text);
	assert_open_fails("patch:fix.patch", NULL, NULL, MD_ERROR_SETTING,
			  "patch:fix.patch: a patch, where a base is expected: a folder, an "
			  "archive or a revision; it stands behind the base that it lies on");
	assert_open_fails("fix.patch", NULL, NULL, MD_ERROR_SETTING,
			  "fix.patch: a patch, where a base is expected: a folder, an archive or a "
			  "revision; it stands behind the base that it lies on");
	write_text("patches/series", "fix.patch\n");
	assert_open_fails("patches", NULL, NULL, MD_ERROR_SETTING,
			  "patches: a series, where a base is expected: a folder, an archive or a "
			  "revision; it stands behind the base that it lies on (dir: takes it as a "
			  "tree)");
	assert_open_fails("patches/series", NULL, NULL, MD_ERROR_SETTING,
			  "patches/series: a series, where a base is expected: a folder, an "
			  "archive or a revision; it stands behind the base that it lies on");
	write_text("console.log", "[    0.000000] Linux version 6.1.0\n");
	assert_open_fails("console.log", NULL, NULL, MD_ERROR_INPUT,
			  "console.log: a file, but no tar archive, plain or compressed, where a "
			  "tree is expected: a folder, an archive or a revision");
	place_clear(&place);
}

static void test_bad_patches(void)
{
	struct place place;

	place_init(&place);
	write_text("empty.patch", "");
	write_text("prose.patch", "Nothing to see here.\n");
	write_text("cut.patch", "--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n-one\n");
	write_text("patches/series", "prose.patch\n");
	write_text("patches/prose.patch", "Nothing to see here.\n");
	assert_open_fails("empty.patch", place.base, NULL, MD_ERROR_INPUT,
			  "empty.patch: no patch found in it");
	assert_open_fails("prose.patch", place.base, NULL, MD_ERROR_INPUT,
			  "prose.patch: no patch found in it");
	assert_open_fails("cut.patch", place.base, NULL, MD_ERROR_INPUT,
			  "cut.patch:3: the hunk is cut off: 3 of its lines are missing");
	assert_reads(&place, "patches", "old\n");
	write_text("patches/series", "prose.patch\nmissing.patch\n");
	assert_open_fails("patches", place.base, NULL, MD_ERROR_INPUT,
			  "patches/series:2: no such patch: patches/missing.patch");
	place_clear(&place);
}

/* A series stays in its folder, by name and by link. */
static void test_series_outside(void)
{
	struct place place;

	place_init(&place);
	write_text("secret/fix.patch", patch_text);
	write_text("patches/fix.patch", patch_text);
	write_text("patches/series", "link.patch\n");
	g_assert_cmpint(symlink("fix.patch", "patches/link.patch"), ==, 0);
	assert_reads(&place, "patches", "new\n");
	g_assert_cmpint(symlink("../secret/fix.patch", "patches/outside.patch"), ==, 0);
	write_text("patches/series", "fix.patch\noutside.patch\n");
	assert_open_fails("patches", place.base, NULL, MD_ERROR_INPUT,
			  "patches/series:2: outside.patch is outside its folder");
	place_clear(&place);
}

/* The folder of the repository may be any within it; none: as git finds one. */
static void test_repository(void)
{
	const struct fixture_file in_git[] = { { "file", MD_MODE_FILE, "git\n", -1 } };
	MD_AUTOPTR(md_tree) here = NULL;
	MD_AUTOPTR(md_tree) named = NULL;
	struct place place;

	place_init(&place);
	write_git(place.git, "v1", in_git, 1);
	g_assert_cmpint(chdir(place.repository), ==, 0);
	here = open_in("v1", NULL, NULL);
	assert_file(here, "file", MD_MODE_FILE, "git\n", -1);
	g_assert_cmpint(chdir("/"), ==, 0);
	g_setenv("GIT_DIR", place.repository, TRUE);
	named = open_in("v1", NULL, NULL);
	assert_file(named, "file", MD_MODE_FILE, "git\n", -1);
	g_unsetenv("GIT_DIR");
	place_clear(&place);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/open/kinds", test_kinds);
	g_test_add_func("/tree/open/path-wins", test_path_wins);
	g_test_add_func("/tree/open/series-or-tree", test_series_or_tree);
	g_test_add_func("/tree/open/lists", test_lists);
	g_test_add_func("/tree/open/nothing", test_nothing);
	g_test_add_func("/tree/open/patches-without-base", test_patches_without_base);
	g_test_add_func("/tree/open/bad-patches", test_bad_patches);
	g_test_add_func("/tree/open/series-outside", test_series_outside);
	g_test_add_func("/tree/open/repository", test_repository);
	return g_test_run();
}
