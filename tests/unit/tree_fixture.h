/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees made up for the tests of this room: the same files written as a
 * folder, as an archive in any compression and as a git commit.
 */
#ifndef TREE_FIXTURE_H
#define TREE_FIXTURE_H

#include "tree/tree.h"

#include <archive.h>
#include <archive_entry.h>
#include <git2.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture_file {
	const char *path;
	guint32 mode;
	const char *content;
	gssize size; /* -1: up to the NUL */
};

static inline gsize fixture_size(const struct fixture_file *file)
{
	return file->size < 0 ? strlen(file->content) : (gsize)file->size;
}

/* ------------------------------------------------------------ a folder to work in */

static inline char *fixture_begin(void)
{
	char *folder = g_dir_make_tmp("metadiff-tree-XXXXXX", NULL);

	g_assert_nonnull(folder);
	return folder;
}

static inline void fixture_remove(const char *path)
{
	GDir *dir = NULL;
	const char *name;

	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		dir = g_dir_open(path, 0, NULL);
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		fixture_remove(child);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_assert_cmpint(g_remove(path), ==, 0);
}

static inline void fixture_end(char *folder)
{
	fixture_remove(folder);
	g_free(folder);
}

/* ------------------------------------------------------------------ writing trees */

static inline void write_bytes(const char *path, const void *data, gsize size)
{
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(path, data, size, NULL));
}

static inline void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

static inline void write_folder(const char *root, const struct fixture_file *file, gsize count)
{
	g_assert_cmpint(g_mkdir_with_parents(root, 0755), ==, 0);
	for (gsize i = 0; i < count; i++) {
		g_autofree char *path = g_build_filename(root, file[i].path, NULL);
		g_autofree char *folder = g_path_get_dirname(path);

		g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
		if (file[i].mode == MD_MODE_SYMLINK) {
			g_assert_cmpint(symlink(file[i].content, path), ==, 0);
			continue;
		}
		write_bytes(path, file[i].content, fixture_size(&file[i]));
		g_assert_cmpint(chmod(path, file[i].mode & 0777), ==, 0);
	}
}

static inline struct archive *tar_begin(const char *path, int filter)
{
	struct archive *archive = archive_write_new();

	g_assert_cmpint(archive_write_add_filter(archive, filter), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_set_format_pax_restricted(archive), ==, ARCHIVE_OK);
	archive_write_set_options(archive, "hdrcharset=BINARY");
	g_assert_cmpint(archive_write_open_filename(archive, path), ==, ARCHIVE_OK);
	return archive;
}

static inline void tar_end(struct archive *archive)
{
	g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
	archive_write_free(archive);
}

/* @type is AE_IFREG and so on, or 0 for a hard link; @target is a link's. */
static inline void tar_add(struct archive *archive, const char *path, guint type, guint permissions,
			   const char *content, gsize size, const char *target)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, type ? type : AE_IFREG);
	archive_entry_set_perm(entry, permissions);
	if (type == 0)
		archive_entry_set_hardlink(entry, target);
	else if (type == AE_IFLNK)
		archive_entry_set_symlink(entry, target);
	archive_entry_set_size(entry, size);
	g_assert_cmpint(archive_write_header(archive, entry), >=, ARCHIVE_WARN);
	if (size > 0)
		g_assert_cmpint(archive_write_data(archive, content, size), ==, size);
	archive_entry_free(entry);
}

static inline void tar_add_file(struct archive *archive, const char *path, const char *text)
{
	tar_add(archive, path, AE_IFREG, 0644, text, strlen(text), NULL);
}

/* @prefix stands in front of each path: "linux-6.1/", or "". */
static inline void write_tar(const char *path, int filter, const char *prefix,
			     const struct fixture_file *file, gsize count)
{
	struct archive *archive = tar_begin(path, filter);

	for (gsize i = 0; i < count; i++) {
		g_autofree char *name = g_strconcat(prefix, file[i].path, NULL);

		if (file[i].mode == MD_MODE_SYMLINK)
			tar_add(archive, name, AE_IFLNK, 0777, NULL, 0, file[i].content);
		else
			tar_add(archive, name, AE_IFREG, file[i].mode & 0777, file[i].content,
				fixture_size(&file[i]), NULL);
	}
	tar_end(archive);
}

static inline void git_check(int result)
{
	if (result != 0)
		g_error("libgit2: %s", git_error_last()->message);
}

static inline git_repository *git_begin(const char *path)
{
	git_repository *repository;

	git_libgit2_init();
	git_check(git_repository_init(&repository, path, TRUE));
	return repository;
}

/* Commits @index's tree as the tag @name. */
static inline void git_commit_index(git_repository *repository, git_index *index, const char *name)
{
	g_autofree char *reference = g_strdup_printf("refs/tags/%s", name);
	git_signature *somebody;
	git_oid tree_id, commit_id;
	git_tree *tree;

	git_check(git_index_write_tree_to(&tree_id, index, repository));
	git_check(git_tree_lookup(&tree, repository, &tree_id));
	git_check(git_signature_new(&somebody, "Somebody", "somebody@localhost", 1, 0));
	git_check(git_commit_create(&commit_id, repository, reference, somebody, somebody, NULL,
				    name, tree, 0, NULL));
	git_signature_free(somebody);
	git_tree_free(tree);
}

static inline void git_add(git_repository *repository, git_index *index, const char *path,
			   guint32 mode, const void *content, gsize size)
{
	git_index_entry entry = { .path = path, .mode = mode };

	git_check(git_blob_create_from_buffer(&entry.id, repository, content, size));
	git_check(git_index_add(index, &entry));
}

/* An index entry's content is the id in hex for a submodule. */
static inline void write_git(git_repository *repository, const char *name,
			     const struct fixture_file *file, gsize count)
{
	git_index *index;

	git_check(git_index_new(&index));
	for (gsize i = 0; i < count; i++) {
		git_index_entry entry = { .path = file[i].path, .mode = file[i].mode };

		if (file[i].mode == MD_MODE_SUBMODULE) {
			git_check(git_oid_fromstr(&entry.id, file[i].content));
			git_check(git_index_add(index, &entry));
			continue;
		}
		git_add(repository, index, file[i].path, file[i].mode, file[i].content,
			fixture_size(&file[i]));
	}
	git_commit_index(repository, index, name);
	git_index_free(index);
}

/* @content compressed by @filter as one file that is no archive. */
static inline void write_compressed(const char *path, int filter, const char *content, gsize size)
{
	struct archive *archive = archive_write_new();

	g_assert_cmpint(archive_write_add_filter(archive, filter), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_set_format_raw(archive), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_open_filename(archive, path), ==, ARCHIVE_OK);
	tar_add(archive, "data", AE_IFREG, 0644, content, size, NULL);
	tar_end(archive);
}

/* ------------------------------------------------------------------ reading trees */

static inline struct md_tree *open_in(const char *source, struct md_tree *base,
				      const char *repository)
{
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();
	g_autoptr(GError) error = NULL;
	struct md_tree *tree;

	md_tree_settings_set_repository(settings, repository);
	tree = md_tree_open(source, base, settings, &error);
	g_assert_no_error(error);
	g_assert_nonnull(tree);
	return tree;
}

/* Opens, and expects to fail with @code and @message. */
static inline void assert_open_fails(const char *source, struct md_tree *base,
				     const char *repository, int code, const char *message)
{
	MD_AUTOPTR(md_tree_settings) settings = md_tree_settings_new();
	g_autoptr(GError) error = NULL;

	md_tree_settings_set_repository(settings, repository);
	g_assert_null(md_tree_open(source, base, settings, &error));
	g_assert_error(error, MD_ERROR, code);
	g_assert_cmpstr(error->message, ==, message);
}

static inline void load_paths(struct md_tree *tree, const char *const *path)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;

	for (; *path != NULL; path++)
		g_hash_table_add(paths, g_strdup(*path));
	md_tree_load(tree, paths, NULL, &error);
	g_assert_no_error(error);
}

/* @mode MD_MODE_ABSENT: not there, and @content is not looked at. */
static inline void assert_file(struct md_tree *tree, const char *path, guint32 mode,
			       const char *content, gssize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;
	struct md_entry entry = { 0 };
	guint32 read_mode = 1;
	gsize got_size;
	const char *got;

	md_tree_stat(tree, path, &entry, &error);
	g_assert_no_error(error);
	md_tree_read(tree, path, &read_mode, &bytes, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(path, ==, path);
	g_assert_cmphex(read_mode, ==, mode);
	g_assert_cmphex(entry.mode, ==, mode);
	if (mode == MD_MODE_ABSENT) {
		g_assert_null(bytes);
		return;
	}
	got = g_bytes_get_data(bytes, &got_size);
	g_assert_cmpmem(got, got_size, content, size < 0 ? strlen(content) : (gsize)size);
}

/* A set of paths as one sorted, space-separated line. */
static inline char *paths_line(GHashTable *paths)
{
	g_autoptr(GString) line = g_string_new(NULL);
	GList *sorted = g_list_sort(g_hash_table_get_keys(paths), (GCompareFunc)strcmp);

	for (GList *at = sorted; at != NULL; at = at->next)
		g_string_append_printf(line, "%s%s", line->len ? " " : "", (char *)at->data);
	g_list_free(sorted);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

/* The changes as such a line. */
static inline char *changes_line(struct md_tree *base, struct md_tree *downstream)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GError) error = NULL;

	md_tree_changes(base, downstream, paths, NULL, &error);
	g_assert_no_error(error);
	return paths_line(paths);
}

#endif
