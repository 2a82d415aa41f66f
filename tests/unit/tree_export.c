/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees written to a folder, and trees with files replaced in memory: what comes out
 * holds what the tree has, and where it cannot there is nothing at all.
 */
#include "tree_fixture.h"

static const struct fixture_file base_files[] = {
	{ "Makefile", MD_MODE_FILE, "VERSION = 1\n", -1 },
	{ "a.c", MD_MODE_FILE, "one\ntwo\nthree\n", -1 },
	{ "dir/b.c", MD_MODE_FILE, "b\n", -1 },
	{ "dir/drop.c", MD_MODE_FILE, "gone soon\n", -1 },
	{ "link", MD_MODE_SYMLINK, "../outside", -1 },
	{ "run", MD_MODE_EXECUTABLE, "#!/bin/sh\n", -1 },
};

static const char a_patch[] = "--- l/a.c\n+++ l/a.c\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"
			      "--- /dev/null\n+++ l/new/deep/c.c\n@@ -0,0 +1 @@\n+new\n"
			      "--- l/dir/drop.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone soon\n";

static void assert_exports(struct md_tree *tree, const char *folder)
{
	g_autoptr(GError) error = NULL;

	md_tree_export(tree, folder, 0, NULL, &error);
	g_assert_no_error(error);
}

/* Everything in @folder, folders too, as one sorted line: "a.c dir dir/b.c". */
static void collect(const char *root, const char *path, GPtrArray *names)
{
	g_autofree char *folder = g_build_filename(root, path, NULL);
	GDir *entries = NULL;
	const char *name;

	if (!g_file_test(folder, G_FILE_TEST_IS_SYMLINK))
		entries = g_dir_open(folder, 0, NULL);
	while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
		char *child = path[0] ? g_build_filename(path, name, NULL) : g_strdup(name);

		g_ptr_array_add(names, child);
		collect(root, child, names);
	}
	if (entries != NULL)
		g_dir_close(entries);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void assert_holds(const char *folder, const char *expected)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *line = NULL;

	collect(folder, "", names);
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	line = g_strjoinv(" ", (char **)names->pdata);
	g_assert_cmpstr(line, ==, expected);
}

/* The base as a folder, an archive and a revision, in @work. */
static struct md_tree *open_base(const char *work, guint kind)
{
	g_autofree char *path = g_strdup_printf("%s/base-%u", work, kind);
	git_repository *repository;

	switch (kind) {
	case 0:
		write_folder(path, base_files, G_N_ELEMENTS(base_files));
		return open_in(path, NULL, NULL);
	case 1:
		write_tar(path, ARCHIVE_FILTER_XZ, "linux-1/", base_files,
			  G_N_ELEMENTS(base_files));
		return open_in(path, NULL, NULL);
	default:
		repository = git_begin(path);
		write_git(repository, "v1", base_files, G_N_ELEMENTS(base_files));
		git_repository_free(repository);
		return open_in("v1", NULL, path);
	}
}

static void set_text(struct md_tree *overlay, const char *path, guint32 mode, const char *text)
{
	g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));

	md_tree_overlay_set(overlay, path, mode, content);
}

/* Patches over a base, files over these, of every kind of base. */
static void test_layers(void)
{
	for (guint kind = 0; kind < 3; kind++) {
		g_autofree char *work = fixture_begin();
		g_autofree char *patch = g_build_filename(work, "p.patch", NULL);
		g_autofree char *out = g_build_filename(work, "out", NULL);
		g_autofree char *slash = g_strconcat(out, "//", NULL);
		g_autofree char *changes = NULL;
		MD_AUTOPTR(md_tree) base = open_base(work, kind);
		MD_AUTOPTR(md_tree) patched = NULL;
		MD_AUTOPTR(md_tree) overlay = NULL;
		MD_AUTOPTR(md_tree) written = NULL;

		write_text(patch, a_patch);
		patched = open_in(patch, base, NULL);
		overlay = md_tree_overlay_new(patched, "ported");
		set_text(overlay, "a.c", MD_MODE_FILE, "once\n");
		set_text(overlay, "a.c", MD_MODE_EXECUTABLE, "replaced\n");
		set_text(overlay, "Makefile/sub", MD_MODE_SYMLINK, "../run");
		md_tree_overlay_set(overlay, "Makefile", MD_MODE_ABSENT, NULL);
		md_tree_overlay_set(overlay, "never", MD_MODE_ABSENT, NULL);

		g_assert_cmpstr(md_tree_name(overlay), ==, "ported");
		g_assert_true(md_tree_base(overlay) == patched);
		changes = changes_line(patched, overlay);
		g_assert_cmpstr(changes, ==, "Makefile Makefile/sub a.c never");
		assert_exports(overlay, slash);
		assert_file(overlay, "a.c", MD_MODE_EXECUTABLE, "replaced\n", -1);
		assert_file(overlay, "Makefile", MD_MODE_ABSENT, NULL, 0);
		assert_file(overlay, "new/deep/c.c", MD_MODE_FILE, "new\n", -1);

		written = open_in(out, NULL, NULL);
		assert_file(written, "a.c", MD_MODE_EXECUTABLE, "replaced\n", -1);
		assert_file(written, "Makefile/sub", MD_MODE_SYMLINK, "../run", -1);
		assert_file(written, "new/deep/c.c", MD_MODE_FILE, "new\n", -1);
		assert_file(written, "link", MD_MODE_SYMLINK, "../outside", -1);
		assert_file(written, "run", MD_MODE_EXECUTABLE, "#!/bin/sh\n", -1);
		assert_holds(out, "Makefile Makefile/sub a.c dir dir/b.c link new new/deep "
				  "new/deep/c.c run");
		fixture_end(g_steal_pointer(&work));
	}
}

/* Entries that come again, links and folders over files: the last of a name stands. */
static void test_archive_order(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "tar", NULL);
	g_autofree char *out = g_build_filename(work, "out", NULL);
	struct archive *archive = tar_begin(path, ARCHIVE_FILTER_NONE);
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) written = NULL;

	tar_add(archive, "top/", AE_IFDIR, 0755, NULL, 0, NULL);
	tar_add_file(archive, "top/twice", "first\n");
	tar_add_file(archive, "top/twice", "second\n");
	tar_add_file(archive, "top/becomes", "a file\n");
	tar_add(archive, "top/becomes", AE_IFDIR, 0755, NULL, 0, NULL);
	tar_add_file(archive, "top/becomes/file", "in it\n");
	tar_add_file(archive, "top/target", "linked\n");
	tar_add(archive, "top/hard", 0, 0644, NULL, 0, "top/target");
	tar_add(archive, "top/hard", 0, 0644, NULL, 0, "top/hard");
	tar_add_file(archive, "top/target", "linked no more\n");
	tar_add_file(archive, "top/lost", "replaced by a link to nothing\n");
	tar_add(archive, "top/lost", 0, 0644, NULL, 0, "top/nowhere");
	tar_end(archive);

	tree = open_in(path, NULL, NULL);
	assert_exports(tree, out);
	written = open_in(out, NULL, NULL);
	assert_file(written, "twice", MD_MODE_FILE, "second\n", -1);
	assert_file(written, "becomes/file", MD_MODE_FILE, "in it\n", -1);
	assert_file(written, "hard", MD_MODE_FILE, "linked\n", -1);
	assert_file(written, "target", MD_MODE_FILE, "linked no more\n", -1);
	assert_holds(out, "becomes becomes/file hard target twice");
	fixture_end(g_steal_pointer(&work));
}

static void test_submodule(void)
{
	const struct fixture_file files[] = {
		{ "sub", MD_MODE_SUBMODULE, "0123456789012345678901234567890123456789", -1 },
	};
	g_autofree char *work = fixture_begin();
	g_autofree char *out = g_build_filename(work, "out", NULL);
	git_repository *repository = git_begin(work);
	MD_AUTOPTR(md_tree) tree = NULL;

	write_git(repository, "v1", files, 1);
	git_repository_free(repository);
	tree = open_in("v1", NULL, work);
	assert_exports(tree, out);
	assert_holds(out, "sub");
	fixture_end(g_steal_pointer(&work));
}

/* A folder that is there is taken where it is empty, and keeps the user's umask. */
static void test_place(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *empty = g_build_filename(work, "empty", NULL);
	g_autofree char *link = g_build_filename(work, "link", NULL);
	g_autofree char *run = g_build_filename(work, "empty", "run", NULL);
	MD_AUTOPTR(md_tree) tree = open_base(work, 0);
	mode_t mask = umask(027);
	struct stat status;

	g_assert_cmpint(mkdir(empty, 0700), ==, 0);
	g_assert_cmpint(symlink("empty", link), ==, 0);
	assert_exports(tree, link);
	umask(mask);
	g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
	g_assert_cmpint(stat(empty, &status), ==, 0);
	g_assert_cmphex(status.st_mode & 0777, ==, 0750);
	g_assert_cmpint(stat(run, &status), ==, 0);
	g_assert_cmphex(status.st_mode & 0777, ==, 0750);
	fixture_end(g_steal_pointer(&work));
}

/* Into a folder of the tree itself: that is not written into itself. */
static void test_inside(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *out = g_build_filename(work, "base-0", "out", NULL);
	MD_AUTOPTR(md_tree) tree = open_base(work, 0);

	assert_exports(tree, out);
	assert_holds(out, "Makefile a.c dir dir/b.c dir/drop.c link run");
	fixture_end(g_steal_pointer(&work));
}

/* Nothing is left of what could not be written. */
static void assert_export_fails(struct md_tree *tree, const char *folder,
				const struct md_hooks *hooks, int code, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *parent = g_path_get_dirname(folder);
	g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) after = g_ptr_array_new_with_free_func(g_free);

	collect(parent, "", before);
	/* On one thread: which file is the first to fail must be known. */
	g_assert_false(md_tree_export(tree, folder, 1, hooks, &error));
	g_assert_error(error, MD_ERROR, code);
	g_assert_cmpstr(error->message, ==, message);
	collect(parent, "", after);
	g_assert_cmpuint(before->len, ==, after->len);
}

static void test_taken(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *full = g_build_filename(work, "base-0", NULL);
	g_autofree char *file = g_build_filename(full, "run", NULL);
	g_autofree char *nowhere = g_build_filename(work, "no", "where", NULL);
	g_autofree char *not_empty = g_strconcat(full, ": exists and is not empty", NULL);
	g_autofree char *not_folder = g_strconcat(file, ": exists and is not a folder", NULL);
	g_autofree char *missing = g_strconcat(nowhere, ": No such file or directory", NULL);
	MD_AUTOPTR(md_tree) tree = open_base(work, 0);

	assert_export_fails(tree, full, NULL, MD_ERROR_SETTING, not_empty);
	assert_export_fails(tree, file, NULL, MD_ERROR_SETTING, not_folder);
	assert_export_fails(tree, nowhere, NULL, MD_ERROR_SYSTEM, missing);
	fixture_end(g_steal_pointer(&work));
}

/* Names that lead out of the folder, through a link or by themselves. */
static void test_paths(void)
{
	static const struct {
		const char *path, *message;
	} cases[] = {
		{ "link/x", "%s/out/link/x: Not a directory" },
		{ "a.c/x", "%s/out/a.c/x: Not a directory" },
		{ "dir", "%s/out/dir/b.c: Not a directory" },
		{ "../x", "t: not a path to write: ../x" },
		{ "dir/.git/config", "t: not a path to write: dir/.git/config" },
		{ "/x", "t: not a path to write: /x" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *work = fixture_begin();
		g_autofree char *out = g_build_filename(work, "out", NULL);
		g_autofree char *outside = g_build_filename(work, "outside", NULL);
		g_auto(GStrv) halves = g_strsplit(cases[i].message, "%s", 2);
		g_autofree char *message = g_strjoinv(work, halves);
		MD_AUTOPTR(md_tree) tree = open_base(work, 0);
		MD_AUTOPTR(md_tree) overlay = md_tree_overlay_new(tree, "t");

		g_assert_cmpint(mkdir(outside, 0777), ==, 0);
		set_text(overlay, cases[i].path, MD_MODE_FILE, "escaped\n");
		assert_export_fails(overlay, out, NULL,
				    halves[1] ? MD_ERROR_SYSTEM : MD_ERROR_INPUT, message);
		fixture_end(g_steal_pointer(&work));
	}
}

static void test_depth(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *out = g_build_filename(work, "out", NULL);
	g_autoptr(GString) path = g_string_new(NULL);
	g_autofree char *message = NULL;
	MD_AUTOPTR(md_tree) tree = open_base(work, 0);
	MD_AUTOPTR(md_tree) overlay = md_tree_overlay_new(tree, "t");

	for (guint i = 0; i < 300; i++)
		g_string_append(path, "d/");
	g_string_append(path, "x");
	message = g_strconcat("t: not a path to write: ", path->str, NULL);
	set_text(overlay, path->str, MD_MODE_FILE, "x\n");
	assert_export_fails(overlay, out, NULL, MD_ERROR_INPUT, message);
	fixture_end(g_steal_pointer(&work));
}

static gboolean refuse(void *data, const char *phase, guint64 done, guint64 total)
{
	return FALSE;
}

/* Stopped by the user. */
static void test_stopped(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *out = g_build_filename(work, "out", NULL);
	const struct md_hooks hooks = { .progress = refuse };
	MD_AUTOPTR(md_tree) archive = open_base(work, 1);

	assert_export_fails(archive, out, &hooks, MD_ERROR_CANCELLED, "reading base-1: stopped");
	fixture_end(g_steal_pointer(&work));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/export/layers", test_layers);
	g_test_add_func("/tree/export/archive-order", test_archive_order);
	g_test_add_func("/tree/export/submodule", test_submodule);
	g_test_add_func("/tree/export/place", test_place);
	g_test_add_func("/tree/export/inside", test_inside);
	g_test_add_func("/tree/export/taken", test_taken);
	g_test_add_func("/tree/export/paths", test_paths);
	g_test_add_func("/tree/export/depth", test_depth);
	g_test_add_func("/tree/export/stopped", test_stopped);
	return g_test_run();
}
