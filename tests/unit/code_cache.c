/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of a tree on disk: the same answers with it and without it, whatever happened to
 * it or to the tree.
 */
#include "code/code.h"
#include "tree_fixture.h"

#include <fcntl.h>

/* What changed less than this ago is not kept: longer than a tick of any file system. */
#define SETTLE_MICROSECONDS 2100000

static const char *const names[] = { "first", "second", "third", "shared", "thing", "absent" };

static void settle(void)
{
	g_usleep(SETTLE_MICROSECONDS);
}

static void write_tree(const char *root)
{
	static const char *const files[][2] = {
		{ "kernel/a.c", "int first(void)\n{\n\treturn 1;\n}\nint shared;\n" },
		{ "kernel/b.c", "int second(void)\n{\n\treturn 2;\n}\nint shared;\n" },
		{ "arch/x86/c.c", "struct thing {\n\tint third;\n};\n" },
		{ "arch/arm/d.c", "int third(void)\n{\n\treturn 3;\n}\n" },
		{ "Documentation/e.c", "int first;\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(root, files[i][0], NULL);

		write_text(path, files[i][1]);
	}
}

/* Where all names are: "first@kernel/a.c:0 second@kernel/b.c:0 ...". */
static char *hits_of(const char *root, gboolean cache)
{
	static const char *const machines[] = { "x86", NULL };
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_tree) tree = md_tree_open(root, NULL, settings, &error);
	MD_AUTOPTR(md_source) source = NULL;
	GString *text = g_string_new(NULL);

	g_assert_no_error(error);
	source = md_source_new(tree, 1, NULL);
	g_assert_true(md_source_index_kernel(source, machines, cache, &error));
	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));

		md_source_find_name(source, names[i], hits);
		for (guint j = 0; j < hits->len; j++) {
			struct md_hit hit = g_array_index(hits, struct md_hit, j);

			g_string_append_printf(text, "%s@%s:%" G_GSIZE_FORMAT " ", names[i],
					       hit.path, hit.line);
			g_assert_nonnull(md_source_file(source, hit.path));
		}
	}
	return g_string_free(text, FALSE);
}

static void assert_same(const char *root)
{
	g_autofree char *without = hits_of(root, FALSE), *with = hits_of(root, TRUE);

	g_assert_cmpstr(with, ==, without);
	g_assert_cmpstr(with, !=, "");
}

/* The files in the cache: their paths, in any order. */
static GPtrArray *cache_files(void)
{
	g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "metadiff", NULL);
	GDir *entries = g_dir_open(folder, 0, NULL);
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (entries != NULL && (name = g_dir_read_name(entries)) != NULL)
		g_ptr_array_add(files, g_build_filename(folder, name, NULL));
	if (entries != NULL)
		g_dir_close(entries);
	return files;
}

static void empty_cache(void)
{
	g_autoptr(GPtrArray) files = cache_files();

	for (guint i = 0; i < files->len; i++)
		fixture_remove(g_ptr_array_index(files, i));
}

static char *only_file(void)
{
	g_autoptr(GPtrArray) files = cache_files();

	g_assert_cmpuint(files->len, ==, 1);
	return g_strdup(g_ptr_array_index(files, 0));
}

/* Two trees, old enough to be kept. */
struct trees {
	char *root, *other;
};

static void set_times(const char *path, const struct stat *status)
{
	const struct timespec times[] = { status->st_atim, status->st_mtim };

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void test_kept(const void *data)
{
	const char *root = ((const struct trees *)data)->root;
	g_autofree char *first = NULL, *second = NULL, *file = NULL;
	struct stat before, after, old = { .st_mtim = { 1000000000, 0 } };

	empty_cache();
	first = hits_of(root, TRUE);
	g_assert_cmpstr(first, ==,
			"first@kernel/a.c:0 second@kernel/b.c:0 shared@kernel/a.c:4 "
			"shared@kernel/b.c:4 thing@arch/x86/c.c:0 ");
	file = only_file();
	set_times(file, &old);
	g_assert_cmpint(stat(file, &before), ==, 0);
	second = hits_of(root, TRUE);
	g_assert_cmpstr(second, ==, first);
	/* The same file, and it was used: another one would have been renamed to it. */
	g_assert_cmpint(stat(file, &after), ==, 0);
	g_assert_cmpuint(after.st_ino, ==, before.st_ino);
	g_assert_cmpint(after.st_mtime, >, before.st_mtime);
	assert_same(root);
}

/* Whatever is in the place of the file: the answers are right, and it is whole again. */
static void check_damage(const char *root, const char *file, const char *data, gsize size,
			 const char *whole, gsize whole_size)
{
	g_autofree char *now = NULL;
	gsize now_size;

	g_assert_true(g_file_set_contents(file, data, (gssize)size, NULL));
	assert_same(root);
	g_assert_true(g_file_get_contents(file, &now, &now_size, NULL));
	g_assert_cmpmem(now, now_size, whole, whole_size);
}

static void test_damage(const void *data)
{
	const char *root = ((const struct trees *)data)->root;
	g_autofree char *whole = NULL, *file = NULL, *longer = NULL;
	gsize size;

	empty_cache();
	assert_same(root);
	file = only_file();
	g_assert_true(g_file_get_contents(file, &whole, &size, NULL));
	for (gsize at = 0; at < size; at++) {
		g_autofree char *damaged = g_memdup2(whole, size);

		damaged[at] ^= (char)(1 << at % 8);
		check_damage(root, file, damaged, size, whole, size);
	}
	for (gsize cut = 0; cut < size; cut += 1 + cut / 16)
		check_damage(root, file, whole, cut, whole, size);
	longer = g_malloc0(size + 12);
	memcpy(longer, whole, size);
	check_damage(root, file, longer, size + 12, whole, size);
	check_damage(root, file, "foreign", 7, whole, size);
}

/* The cache of one tree under the name of another, a folder, a link. */
static void test_foreign(const void *data)
{
	const char *root = ((const struct trees *)data)->root;
	const char *other = ((const struct trees *)data)->other;
	g_autofree char *file = NULL, *own = NULL;
	g_autofree char *whole = NULL;
	gsize size;

	empty_cache();
	assert_same(root);
	file = only_file();
	g_assert_true(g_file_get_contents(file, &whole, &size, NULL));
	fixture_remove(file);
	assert_same(other);
	own = only_file();
	g_assert_cmpstr(own, !=, file);
	g_assert_true(g_file_set_contents(own, whole, (gssize)size, NULL));
	assert_same(other);
	fixture_remove(own);
	g_assert_cmpint(g_mkdir(own, 0700), ==, 0);
	assert_same(other);
	fixture_remove(own);
	g_assert_cmpint(symlink("/dev/zero", own), ==, 0);
	assert_same(other);
}

static void test_changed(void)
{
	char *root = fixture_begin();
	g_autofree char *path = g_build_filename(root, "kernel/a.c", NULL), *hits = NULL;
	struct stat status;

	empty_cache();
	write_tree(root);
	/* Nothing is kept of files so young: another change may bear the same time. */
	for (guint i = 0; i < 20; i++) {
		g_autofree char *now = NULL;

		write_text(path, i % 2 ? "int first;\nint third;\n" : "int third;\nint first;\n");
		now = hits_of(root, TRUE);
		g_assert_nonnull(strstr(now, i % 2 ? "third@kernel/a.c:1" : "third@kernel/a.c:0"));
	}
	settle();
	assert_same(root);
	assert_same(root);
	g_assert_cmpint(stat(path, &status), ==, 0);
	/* The same size and time, and the same file where it is written in place. */
	write_text(path, "int thing;\nint fifth;\n");
	set_times(path, &status);
	assert_same(root);
	settle();
	assert_same(root);
	hits = hits_of(root, TRUE);
	g_assert_nonnull(strstr(hits, "thing@kernel/a.c:0"));
	fixture_end(root);
}

static void test_number(const void *data)
{
	const char *root = ((const struct trees *)data)->root;
	g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "metadiff", NULL);
	g_autofree char *other = g_build_filename(folder, "other", NULL);
	g_autoptr(GPtrArray) files = NULL;
	guint ours = 0;

	empty_cache();
	write_text(other, "not ours");
	for (guint i = 0; i < 30; i++) {
		g_autofree char *path = g_strdup_printf("%s/source-%064u", folder, i);
		struct stat old = { .st_mtim = { 1000000000 + i, 0 } };

		write_text(path, "");
		set_times(path, &old);
	}
	assert_same(root);
	files = cache_files();
	for (guint i = 0; i < files->len; i++) {
		const char *path = g_ptr_array_index(files, i);

		ours += strstr(path, "/source-") != NULL;
		g_assert_false(g_str_has_suffix(path, "/source-0000000000"));
	}
	g_assert_cmpuint(ours, ==, 16);
	g_assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
	fixture_remove(other);
}

/* Where nothing can be kept nothing is. */
static void test_no_folder(const void *data)
{
	const char *root = ((const struct trees *)data)->root;
	g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "metadiff", NULL);

	empty_cache();
	g_assert_cmpint(g_rmdir(folder), ==, 0);
	write_text(folder, "a file");
	assert_same(root);
	assert_same(root);
	g_assert_cmpint(g_remove(folder), ==, 0);
}

int main(int argc, char **argv)
{
	struct trees trees = { fixture_begin(), fixture_begin() };
	g_autofree char *code = g_build_filename(trees.other, "kernel/z.c", NULL);
	char *cache = g_dir_make_tmp("metadiff-cache-XXXXXX", NULL);
	int status;

	g_assert_true(g_setenv("XDG_CACHE_HOME", cache, TRUE));
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/code/cache/kept", &trees, test_kept);
	g_test_add_data_func("/code/cache/damage", &trees, test_damage);
	g_test_add_data_func("/code/cache/foreign", &trees, test_foreign);
	g_test_add_func("/code/cache/changed", test_changed);
	g_test_add_data_func("/code/cache/number", &trees, test_number);
	g_test_add_data_func("/code/cache/no-folder", &trees, test_no_folder);
	write_tree(trees.root);
	write_text(code, "int third(void)\n{\n}\n");
	settle();
	status = g_test_run();
	fixture_end(trees.root);
	fixture_end(trees.other);
	fixture_end(cache);
	return status;
}
