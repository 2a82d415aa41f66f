/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees from strangers: names and links that lead elsewhere, archives that are
 * cut off, damaged or lie, repositories that no git would write.
 */
#include "tree_fixture.h"
#include "tree/stream.h"

static void count_line(void *data, const char *message)
{
	g_string_append_printf(data, "%s\n", message);
}

/*
 * Loads @path from @tree, and expects to fail with @code and a message that
 * begins with @message: what follows may be libarchive's own words.
 */
static void assert_load_fails(struct md_tree *tree, const char *path, int code, const char *message)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;

	g_hash_table_add(paths, g_strdup(path));
	g_assert_false(md_tree_load(tree, paths, NULL, &error));
	g_assert_error(error, MD_ERROR, code);
	if (!g_str_has_prefix(error->message, message))
		g_assert_cmpstr(error->message, ==, message);
}

/* ---------------------------------------------------------------- folders */

static void test_folder_links(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *root = g_build_filename(work, "root", NULL);
	g_autofree char *outside = g_build_filename(work, "outside", "secret", NULL);
	g_autofree char *link = g_build_filename(root, "link", NULL);
	g_autofree char *inside_link = g_build_filename(root, "inside", NULL);
	g_autofree char *file_link = g_build_filename(root, "file", NULL);
	g_autofree char *file = g_build_filename(root, "dir", "a", NULL);
	g_autofree char *changes = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) other = NULL;

	write_text(outside, "secret\n");
	write_text(file, "a\n");
	g_assert_cmpint(symlink("../outside", link), ==, 0);
	g_assert_cmpint(symlink("dir", inside_link), ==, 0);
	g_assert_cmpint(symlink("../outside/secret", file_link), ==, 0);
	tree = open_in(root, NULL, NULL);
	assert_file(tree, "link", MD_MODE_SYMLINK, "../outside", -1);
	assert_file(tree, "file", MD_MODE_SYMLINK, "../outside/secret", -1);
	assert_file(tree, "dir/a", MD_MODE_FILE, "a\n", -1);
	assert_file(tree, "link/secret", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "inside/a", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "../outside/secret", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "dir/../../outside/secret", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, outside, MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "dir//a", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "dir/", MD_MODE_ABSENT, NULL, 0);

	/* Through a link of the user's own the tree is the one it leads to. */
	other = open_in(inside_link, NULL, NULL);
	assert_file(other, "a", MD_MODE_FILE, "a\n", -1);
	changes = changes_line(tree, other);
	g_assert_cmpstr(changes, ==, "a dir/a file inside link");
	fixture_end(g_steal_pointer(&work));
}

static void test_folder_odd_files(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *old = g_build_filename(work, "old", NULL);
	g_autofree char *new = g_build_filename(work, "new", NULL);
	g_autofree char *config = g_build_filename(new, "sub", ".git", "config", NULL);
	g_autofree char *fifo = g_build_filename(new, "fifo", NULL);
	g_autofree char *file = g_build_filename(new, "sub", "file", NULL);
	g_autofree char *expected = g_strdup_printf("%s/fifo: left out, not a file\n", new);
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GString) logged = g_string_new(NULL);
	const struct md_hooks hooks = { .log = count_line, .data = logged };
	MD_AUTOPTR(md_tree) old_tree = NULL;
	MD_AUTOPTR(md_tree) new_tree = NULL;

	g_assert_cmpint(g_mkdir(old, 0755), ==, 0);
	write_text(config, "[core]\n");
	write_text(file, "text\n");
	g_assert_cmpint(mkfifo(fifo, 0644), ==, 0);
	old_tree = open_in(old, NULL, NULL);
	new_tree = open_in(new, NULL, NULL);
	assert_file(new_tree, "fifo", MD_MODE_ABSENT, NULL, 0);
	assert_file(new_tree, "sub/.git/config", MD_MODE_ABSENT, NULL, 0);
	g_assert_true(md_tree_changes(old_tree, new_tree, paths, &hooks, NULL));
	g_assert_cmpuint(g_hash_table_size(paths), ==, 1);
	g_assert_true(g_hash_table_contains(paths, "sub/file"));
	g_assert_cmpstr(logged->str, ==, expected);
	fixture_end(g_steal_pointer(&work));
}

static void test_folder_too_deep(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *empty = g_build_filename(work, "empty", NULL);
	g_autofree char *deep = g_build_filename(work, "deep", NULL);
	g_autofree char *expected =
		g_strdup_printf("%s: more than 256 folders in one another", deep);
	g_autoptr(GString) path = g_string_new(deep);
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_tree) empty_tree = NULL;
	MD_AUTOPTR(md_tree) deep_tree = NULL;

	for (guint i = 0; i < 300; i++)
		g_string_append(path, "/d");
	g_assert_cmpint(g_mkdir(empty, 0755), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(path->str, 0755), ==, 0);
	empty_tree = open_in(empty, NULL, NULL);
	deep_tree = open_in(deep, NULL, NULL);
	g_assert_false(md_tree_changes(empty_tree, deep_tree, paths, NULL, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_LIMIT);
	g_assert_cmpstr(error->message, ==, expected);
	fixture_end(g_steal_pointer(&work));
}

/* --------------------------------------------------------------- archives */

static void test_archive_names(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "names.tar", NULL);
	g_autofree char *empty_path = g_build_filename(work, "empty.tar", NULL);
	g_autofree char *changes = NULL;
	struct archive *archive = tar_begin(path, ARCHIVE_FILTER_GZIP);
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) empty = NULL;

	tar_add(archive, "./", AE_IFDIR, 0755, NULL, 0, NULL);
	tar_add(archive, "top/", AE_IFDIR, 0755, NULL, 0, NULL);
	tar_add_file(archive, "/top/absolute", "x");
	tar_add_file(archive, "../top/outside", "x");
	tar_add_file(archive, "top/../../outside", "x");
	tar_add_file(archive, "top/.git/config", "x");
	tar_add_file(archive, "top//.//doubled", "x");
	tar_add(archive, "top/device", AE_IFCHR, 0644, NULL, 0, NULL);
	tar_add(archive, "top/fifo", AE_IFIFO, 0644, NULL, 0, NULL);
	/* As text a link may lead anywhere: it is never followed. */
	tar_add(archive, "top/link", AE_IFLNK, 0777, NULL, 0, "/etc/passwd");
	tar_add_file(archive, "top/link/below", "x");
	tar_end(archive);
	tar_end(tar_begin(empty_path, ARCHIVE_FILTER_XZ));

	tree = open_in(path, NULL, NULL);
	empty = open_in(empty_path, NULL, NULL);
	changes = changes_line(empty, tree);
	g_assert_cmpstr(changes, ==, "doubled link link/below");
	load_paths(tree, (const char *const[]){ "/top/absolute", "../top/outside", "absolute",
						"../../outside", "outside", ".git/config",
						"doubled", "device", "fifo", "link", NULL });
	assert_file(tree, "doubled", MD_MODE_FILE, "x", -1);
	assert_file(tree, "link", MD_MODE_SYMLINK, "/etc/passwd", -1);
	assert_file(tree, "/top/absolute", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "absolute", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "outside", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "../../outside", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, ".git/config", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "device", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "fifo", MD_MODE_ABSENT, NULL, 0);
	fixture_end(g_steal_pointer(&work));
}

/* A tar header and its content as they stand in the file, padded. */
static void append_member(GByteArray *tar, char type, const char *name, const char *content)
{
	char header[512] = { 0 }, padding[512] = { 0 };
	gsize size = strlen(content);
	guint sum = 0;

	g_strlcpy(header, name, 100);
	g_snprintf(header + 100, 8, "%07o", 0644u);
	g_snprintf(header + 124, 12, "%011o", (guint)size);
	g_snprintf(header + 136, 12, "%011o", 0u);
	memset(header + 148, ' ', 8);
	header[156] = type;
	memcpy(header + 257, "ustar\00000", 8);
	for (gsize i = 0; i < sizeof(header); i++)
		sum += (guint8)header[i];
	g_snprintf(header + 148, 8, "%06o", sum);
	g_byte_array_append(tar, (const guint8 *)header, sizeof(header));
	g_byte_array_append(tar, (const guint8 *)content, size);
	g_byte_array_append(tar, (const guint8 *)padding, (512 - size % 512) % 512);
}

/* Names in pax headers are UTF-8 by the book; they are bytes to us, whatever the locale. */
static void test_archive_pax_names(void)
{
	static const char *const names[] = { "top/na\xc3\xafve", "top/nai\xcc\x88ve",
					     "top/\xe2\x82\xac", "top/na\xefve" };
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "pax.tar", NULL);
	g_autoptr(GByteArray) tar = g_byte_array_new();
	static const guint8 zeros[1024];
	MD_AUTOPTR(md_tree) tree = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		/* The record's own length stands in front of it: two digits, always. */
		g_autofree char *record =
			g_strdup_printf("%zu path=%s\n", strlen(names[i]) + 9, names[i]);

		append_member(tar, 'x', "PaxHeaders/x", record);
		append_member(tar, '0', "top/plain", "x");
	}
	g_byte_array_append(tar, zeros, sizeof(zeros));
	write_bytes(path, tar->data, tar->len);
	tree = open_in(path, NULL, NULL);
	load_paths(tree, (const char *const[]){ names[0] + 4, names[1] + 4, names[2] + 4,
						names[3] + 4, NULL });
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		assert_file(tree, names[i] + 4, MD_MODE_FILE, "x", -1);
	fixture_end(g_steal_pointer(&work));
}

static void test_archive_duplicates(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "twice.tar", NULL);
	g_autofree char *empty_path = g_build_filename(work, "empty.tar", NULL);
	g_autofree char *changes = NULL;
	struct archive *archive = tar_begin(path, ARCHIVE_FILTER_NONE);
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) empty = NULL;

	tar_add_file(archive, "top/file", "first");
	tar_add_file(archive, "top/folder", "first");
	tar_add_file(archive, "top/link", "first");
	tar_add_file(archive, "top/file", "second");
	tar_add(archive, "top/folder", AE_IFDIR, 0755, NULL, 0, NULL);
	tar_add(archive, "top/link", AE_IFLNK, 0777, NULL, 0, "file");
	tar_end(archive);
	tar_end(tar_begin(empty_path, ARCHIVE_FILTER_ZSTD));
	tree = open_in(path, NULL, NULL);
	empty = open_in(empty_path, NULL, NULL);
	changes = changes_line(empty, tree);
	g_assert_cmpstr(changes, ==, "file link");
	load_paths(tree, (const char *const[]){ "file", "folder", "link", NULL });
	assert_file(tree, "file", MD_MODE_FILE, "second", -1);
	assert_file(tree, "folder", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "link", MD_MODE_SYMLINK, "file", -1);
	fixture_end(g_steal_pointer(&work));
}

static void test_archive_hard_links(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "links.tar", NULL);
	g_autofree char *empty_path = g_build_filename(work, "empty.tar", NULL);
	g_autofree char *changes = NULL;
	struct archive *archive = tar_begin(path, ARCHIVE_FILTER_XZ);
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) listed = NULL;
	MD_AUTOPTR(md_tree) empty = NULL;

	tar_add(archive, "top/target", AE_IFREG, 0755, "text\n", 5, NULL);
	tar_add_file(archive, "top/wanted", "wanted\n");
	tar_add(archive, "top/to-unwanted", 0, 0644, NULL, 0, "top/target");
	tar_add(archive, "top/to-wanted", 0, 0644, NULL, 0, "./top/wanted");
	tar_add(archive, "top/to-nothing", 0, 0644, NULL, 0, "top/nothing");
	tar_add(archive, "top/to-outside", 0, 0644, NULL, 0, "../etc/passwd");
	tar_add(archive, "top/to-itself", 0, 0644, NULL, 0, "top/to-itself");
	tar_end(archive);
	tar_end(tar_begin(empty_path, ARCHIVE_FILTER_NONE));
	tree = open_in(path, NULL, NULL);
	load_paths(tree, (const char *const[]){ "wanted", "to-unwanted", "to-wanted", "to-nothing",
						"to-outside", "to-itself", NULL });
	assert_file(tree, "to-unwanted", MD_MODE_EXECUTABLE, "text\n", -1);
	assert_file(tree, "to-wanted", MD_MODE_FILE, "wanted\n", -1);
	assert_file(tree, "to-nothing", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "to-outside", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "to-itself", MD_MODE_ABSENT, NULL, 0);

	/* A second load adds what is new to what is there. */
	load_paths(tree, (const char *const[]){ "target", NULL });
	assert_file(tree, "target", MD_MODE_EXECUTABLE, "text\n", -1);
	assert_file(tree, "to-wanted", MD_MODE_FILE, "wanted\n", -1);

	listed = open_in(path, NULL, NULL);
	empty = open_in(empty_path, NULL, NULL);
	changes = changes_line(empty, listed);
	g_assert_cmpstr(changes, ==, "target to-unwanted to-wanted wanted");
	fixture_end(g_steal_pointer(&work));
}

static void test_archive_top_folder(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "a.tar", NULL);
	const struct fixture_file two[] = {
		{ "a/x", MD_MODE_FILE, "ax", -1 },
		{ "a/a/x", MD_MODE_FILE, "aax", -1 },
		{ "b/x", MD_MODE_FILE, "bx", -1 },
	};
	MD_AUTOPTR(md_tree) dropped = NULL;
	MD_AUTOPTR(md_tree) kept = NULL;

	/* Both candidates of "a/x" are there, the right one after the wrong one. */
	write_tar(path, ARCHIVE_FILTER_NONE, "", two, 2);
	dropped = open_in(path, NULL, NULL);
	load_paths(dropped, (const char *const[]){ "a/x", "x", NULL });
	assert_file(dropped, "a/x", MD_MODE_FILE, "aax", -1);
	assert_file(dropped, "x", MD_MODE_FILE, "ax", -1);
	write_tar(path, ARCHIVE_FILTER_NONE, "", two, 3);
	kept = open_in(path, NULL, NULL);
	load_paths(kept, (const char *const[]){ "a/x", "x", NULL });
	assert_file(kept, "a/x", MD_MODE_FILE, "ax", -1);
	assert_file(kept, "x", MD_MODE_ABSENT, NULL, 0);
	fixture_end(g_steal_pointer(&work));
}

/* Whether the archive at @path can be opened, and "file" loaded from it. */
static gboolean can_load(const char *path, gboolean list)
{
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();
	MD_AUTOPTR(md_tree) tree = NULL;
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;
	gboolean done = FALSE;

	g_hash_table_add(paths, g_strdup("file"));
	tree = md_tree_open(path, NULL, settings, &error);
	if (tree != NULL && list)
		done = md_tree_list(tree, NULL, &error) != NULL;
	else if (tree != NULL)
		done = md_tree_load(tree, paths, NULL, &error);
	if (done)
		return TRUE;
	g_assert_nonnull(error);
	g_assert_true(g_str_has_prefix(error->message, path));
	g_assert_null(strchr(error->message, '\n'));
	return FALSE;
}

/* Cut off anywhere, damaged anywhere: an error that names the file, no half answer. */
static void test_archive_damaged(void)
{
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP,
				       ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
				       ARCHIVE_FILTER_ZSTD };
	g_autofree char *work = fixture_begin();
	g_autofree char *whole = g_build_filename(work, "whole", NULL);
	g_autofree char *part = g_build_filename(work, "part", NULL);
	const struct fixture_file files[] = {
		{ "top/file", MD_MODE_FILE, "some text that is wanted\n", -1 },
		{ "top/other", MD_MODE_FILE, "some text that is not wanted\n", -1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		gsize size, step;
		g_autofree char *data = NULL;

		write_tar(whole, filters[i], "", files, G_N_ELEMENTS(files));
		g_assert_true(g_file_get_contents(whole, &data, &size, NULL));
		g_assert_true(can_load(whole, FALSE));
		g_assert_true(can_load(whole, TRUE));
		/* A plain tar has 10 KB, and is padded: the end mark is in its first 3 KB. */
		step = filters[i] == ARCHIVE_FILTER_NONE ? 64 : 1;
		for (gsize cut = 0; cut < MIN(size, 2048); cut += step) {
			write_bytes(part, data, cut);
			g_assert_false(can_load(part, cut % 2));
		}
		/* Without checksums nobody can see that a content was damaged. */
		if (filters[i] == ARCHIVE_FILTER_NONE)
			continue;
		for (gsize at = size / 2; at < size / 2 + 8; at++) {
			data[at] ^= 0x55;
			write_bytes(part, data, size);
			g_assert_false(can_load(part, at % 2));
			data[at] ^= 0x55;
		}
	}
	fixture_end(g_steal_pointer(&work));
}

static void test_archive_messages(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "cut.tar.xz", NULL);
	g_autofree char *text = g_build_filename(work, "text", NULL);
	g_autofree char *forced = g_strconcat("tar:", text, NULL);
	g_autofree char *not_tar =
		g_strconcat(text, ": not a tar archive, plain or compressed", NULL);
	g_autofree char *no_tree =
		g_strconcat(text,
			    ": a file, but no tar archive, plain or compressed, where a tree is "
			    "expected: a folder, an archive or a revision",
			    NULL);
	g_autofree char *truncated = g_strconcat(path, ": Truncated", NULL);
	g_autofree char *no_end = g_strconcat(path, ": cut off: it has no end mark", NULL);
	g_autoptr(GByteArray) tar = g_byte_array_new();
	MD_AUTOPTR(md_tree) cut = NULL;
	MD_AUTOPTR(md_tree) unmarked = NULL;

	write_text(text, "no archive\n");
	assert_open_fails(text, NULL, NULL, MD_ERROR_INPUT, no_tree);
	assert_open_fails(forced, NULL, NULL, MD_ERROR_INPUT, not_tar);
	write_text(text, "");
	assert_open_fails(text, NULL, NULL, MD_ERROR_INPUT, no_tree);

	append_member(tar, '0', "top/file", "text\n");
	write_bytes(path, tar->data, tar->len);
	unmarked = open_in(path, NULL, NULL);
	assert_load_fails(unmarked, "other", MD_ERROR_INPUT, no_end);
	write_bytes(path, tar->data, tar->len - 100);
	cut = open_in(path, NULL, NULL);
	assert_load_fails(cut, "file", MD_ERROR_INPUT, truncated);
	fixture_end(g_steal_pointer(&work));
}

static void test_archive_limits(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "large", NULL);
	g_autofree char *expands = g_strconcat(path, ": expands to more than 100 bytes", NULL);
	g_autofree char *larger = g_strconcat(path, ": top/file is larger than 1 GiB", NULL);
	g_autofree char *described = g_strconcat(path, ": expands to more than 32 GiB", NULL);
	g_autofree char *content = g_strnfill(101, 'x');
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;

	write_compressed(path, ARCHIVE_FILTER_XZ, content, 101);
	g_assert_null(md_file_read(path, 100, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_LIMIT);
	g_assert_cmpstr(error->message, ==, expands);
	bytes = md_file_read(path, 101, NULL);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), content, 101);

	/* Sparse files: two bytes that stand far apart. */
	for (gsize i = 0; i < 2; i++) {
		const guint64 size = i == 0 ? 2 * MD_GIB : 64 * MD_GIB;
		struct archive *archive = tar_begin(path, ARCHIVE_FILTER_ZSTD);
		struct archive_entry *entry = archive_entry_new();
		MD_AUTOPTR(md_tree) tree = NULL;

		archive_entry_set_pathname(entry, "top/file");
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, size);
		archive_entry_sparse_add_entry(entry, 0, 1);
		archive_entry_sparse_add_entry(entry, size - 1, 1);
		g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
		g_assert_cmpint(archive_write_data(archive, "xy", 2), >=, 1);
		archive_entry_free(entry);
		/* What is written is short of what was promised: that is no matter here. */
		archive_write_close(archive);
		archive_write_free(archive);
		tree = open_in(path, NULL, NULL);
		assert_load_fails(tree, "file", MD_ERROR_LIMIT, i == 0 ? larger : described);
	}
	fixture_end(g_steal_pointer(&work));
}

static void test_archive_sparse(void)
{
	static const gsize size = 200000;
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "sparse.tar", NULL);
	g_autofree char *folder = g_build_filename(work, "folder", NULL);
	g_autofree char *file = g_build_filename(folder, "file", NULL);
	g_autofree char *content = g_malloc0(size);
	g_autofree char *changes = NULL;
	struct archive *archive = tar_begin(path, ARCHIVE_FILTER_NONE);
	struct archive_entry *entry = archive_entry_new();
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) plain = NULL;

	memset(content + 100000, 'x', 512);
	archive_entry_set_pathname(entry, "top/file");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, size);
	archive_entry_sparse_add_entry(entry, 100000, 512);
	g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
	/* The writer takes the file as it is, and leaves the holes out itself. */
	g_assert_cmpint(archive_write_data(archive, content, size), ==, size);
	archive_entry_free(entry);
	tar_end(archive);
	write_bytes(file, content, size);
	tree = open_in(path, NULL, NULL);
	plain = open_in(folder, NULL, NULL);
	changes = changes_line(tree, plain);
	g_assert_cmpstr(changes, ==, "");
	load_paths(tree, (const char *const[]){ "file", NULL });
	assert_file(tree, "file", MD_MODE_FILE, content, size);
	fixture_end(g_steal_pointer(&work));
}

static gboolean refuse(void *data, const char *phase, guint64 done, guint64 total)
{
	g_assert_cmpstr(phase, ==, "reading a.tar");
	g_assert_cmpuint(done, <=, total);
	g_assert_cmpuint(total, >, 0);
	return FALSE;
}

static void test_archive_stopped(void)
{
	g_autofree char *work = fixture_begin();
	g_autofree char *path = g_build_filename(work, "a.tar", NULL);
	const struct fixture_file files[] = { { "a/x", MD_MODE_FILE, "ax", -1 } };
	const struct md_hooks hooks = { .progress = refuse };
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;

	write_tar(path, ARCHIVE_FILTER_BZIP2, "", files, 1);
	tree = open_in(path, NULL, NULL);
	g_hash_table_add(paths, g_strdup("x"));
	g_assert_false(md_tree_load(tree, paths, &hooks, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_CANCELLED);
	fixture_end(g_steal_pointer(&work));
}

/* -------------------------------------------------------------------- git */

static void add_raw_entry(GByteArray *object, const char *mode_and_name, const git_oid *id)
{
	g_byte_array_append(object, (const guint8 *)mode_and_name, strlen(mode_and_name) + 1);
	g_byte_array_append(object, id->id, sizeof(id->id));
}

static void write_raw_tree(git_repository *repository, GByteArray *object, git_oid *id)
{
	git_odb *odb;

	git_check(git_repository_odb(&odb, repository));
	git_check(git_odb_write(id, odb, object->data, object->len, GIT_OBJECT_TREE));
	git_odb_free(odb);
}

/* Puts the tree @id into another as "sub": libgit2 itself is strict with the topmost. */
static void wrap_tree(git_repository *repository, git_oid *id)
{
	g_autoptr(GByteArray) object = g_byte_array_new();

	add_raw_entry(object, "40000 sub", id);
	write_raw_tree(repository, object, id);
}

static struct md_tree *open_id(const char *work, const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];

	return open_in(git_oid_tostr(hex, sizeof(hex), id), NULL, work);
}

static void test_git_names(void)
{
	static const char *const entries[] = {
		"100644 ", "100644 .", "100644 ..", "100644 .git", "100644 a/b", "100664 good",
	};
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	g_autoptr(GByteArray) object = g_byte_array_new();
	g_autofree char *changes = NULL;
	git_oid blob_id, tree_id, empty_id;
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) empty = NULL;

	git_check(git_blob_create_from_buffer(&blob_id, repository, "x", 1));
	write_raw_tree(repository, object, &empty_id);
	for (gsize i = 0; i < G_N_ELEMENTS(entries); i++)
		add_raw_entry(object, entries[i], &blob_id);
	write_raw_tree(repository, object, &tree_id);
	wrap_tree(repository, &tree_id);
	tree = open_id(work, &tree_id);
	empty = open_id(work, &empty_id);
	changes = changes_line(empty, tree);
	g_assert_cmpstr(changes, ==, "sub/good");
	assert_file(tree, "sub/good", MD_MODE_FILE, "x", -1);
	assert_file(tree, "sub/..", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "sub/.git", MD_MODE_ABSENT, NULL, 0);
	assert_file(tree, "sub/a/b", MD_MODE_ABSENT, NULL, 0);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

static void test_git_malformed(void)
{
	static const char *const malformed[] = {
		"x", "100644", "100644 name", "99 name", " name", "10064400000 name",
	};
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	git_oid empty_id;
	g_autoptr(GByteArray) nothing = g_byte_array_new();

	write_raw_tree(repository, nothing, &empty_id);
	for (gsize i = 0; i < G_N_ELEMENTS(malformed); i++) {
		g_autoptr(GByteArray) object = g_byte_array_new();
		g_autoptr(GHashTable) paths = md_path_set_new();
		g_autoptr(GError) error = NULL;
		g_autoptr(GError) stat_error = NULL;
		MD_AUTOPTR(md_tree) tree = NULL;
		MD_AUTOPTR(md_tree) empty = open_id(work, &empty_id);
		g_autofree char *expected = NULL;
		struct md_entry entry;
		git_oid id;

		/* One byte short of the id that should follow. */
		g_byte_array_append(object, (const guint8 *)malformed[i], strlen(malformed[i]) + 1);
		g_byte_array_append(object, empty_id.id, sizeof(empty_id.id) - 1);
		write_raw_tree(repository, object, &id);
		wrap_tree(repository, &id);
		tree = open_id(work, &id);
		expected = g_strdup_printf("%s:sub/: malformed tree", md_tree_name(tree));
		g_assert_false(md_tree_changes(empty, tree, paths, NULL, &error));
		g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
		g_assert_cmpstr(error->message, ==, expected);
		g_assert_false(md_tree_stat(tree, "sub/name", &entry, &stat_error));
		g_assert_cmpstr(stat_error->message, ==, expected);
	}
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

/* Ten objects that stand for ten thousand million files. */
static void test_git_bomb(void)
{
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	g_autoptr(GByteArray) nothing = g_byte_array_new();
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;
	MD_AUTOPTR(md_tree) empty = NULL;
	git_oid id, empty_id;

	write_raw_tree(repository, nothing, &empty_id);
	id = empty_id;
	for (guint level = 0; level < 10; level++) {
		g_autoptr(GByteArray) object = g_byte_array_new();

		for (char name = '0'; name <= '9'; name++) {
			char entry[] = "40000 ?";

			entry[6] = name;
			add_raw_entry(object, entry, &id);
		}
		write_raw_tree(repository, object, &id);
	}
	tree = open_id(work, &id);
	empty = open_id(work, &empty_id);
	g_assert_false(md_tree_changes(empty, tree, paths, NULL, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_LIMIT);
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

static void test_git_missing(void)
{
	g_autofree char *work = fixture_begin();
	git_repository *repository = git_begin(work);
	g_autoptr(GByteArray) object = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;
	git_oid missing, id;
	GBytes *content = NULL;

	git_check(git_oid_fromstr(&missing, "0123456789012345678901234567890123456789"));
	add_raw_entry(object, "40000 folder", &missing);
	write_raw_tree(repository, object, &id);
	tree = open_id(work, &id);
	g_assert_false(md_tree_read(tree, "folder/file", NULL, &content, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
	g_assert_true(g_str_has_prefix(error->message, md_tree_name(tree)));
	g_assert_nonnull(strstr(error->message, "no match for id"));
	git_repository_free(repository);
	fixture_end(g_steal_pointer(&work));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/hostile/folder-links", test_folder_links);
	g_test_add_func("/tree/hostile/folder-odd-files", test_folder_odd_files);
	g_test_add_func("/tree/hostile/folder-too-deep", test_folder_too_deep);
	g_test_add_func("/tree/hostile/archive-names", test_archive_names);
	g_test_add_func("/tree/hostile/archive-pax-names", test_archive_pax_names);
	g_test_add_func("/tree/hostile/archive-duplicates", test_archive_duplicates);
	g_test_add_func("/tree/hostile/archive-hard-links", test_archive_hard_links);
	g_test_add_func("/tree/hostile/archive-top-folder", test_archive_top_folder);
	g_test_add_func("/tree/hostile/archive-damaged", test_archive_damaged);
	g_test_add_func("/tree/hostile/archive-messages", test_archive_messages);
	g_test_add_func("/tree/hostile/archive-limits", test_archive_limits);
	g_test_add_func("/tree/hostile/archive-sparse", test_archive_sparse);
	g_test_add_func("/tree/hostile/archive-stopped", test_archive_stopped);
	g_test_add_func("/tree/hostile/git-names", test_git_names);
	g_test_add_func("/tree/hostile/git-malformed", test_git_malformed);
	g_test_add_func("/tree/hostile/git-bomb", test_git_bomb);
	g_test_add_func("/tree/hostile/git-missing", test_git_missing);
	return g_test_run();
}
