/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole tree written to a folder. It grows in a private folder beside the one
 * that was asked for and takes its name at the end, so that nobody sees the half
 * of it. No path leaves it: folders are opened one below the other, never through
 * a symbolic link, as when folders are read.
 */
#include "tree/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct export
{
	struct md_tree *tree;
	const char *folder; /* where it is to be, for messages */
	int root;	    /* the folder being written */
};

static gboolean fail(const struct export *export, const char *path, GError **error)
{
	int code = errno;

	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s%s%s: %s", export->folder,
		    path[0] != '\0' ? "/" : "", path, g_strerror(code));
	return FALSE;
}

/* ------------------------------------------------------------ one file */

static gboolean write_all(int file, const char *data, gsize size)
{
	while (size > 0) {
		gssize count = write(file, data, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return FALSE;
		data += count;
		size -= count;
	}
	return TRUE;
}

static gboolean make_file(int parent, const char *name, guint32 mode, struct md_slice content)
{
	int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			  mode == MD_MODE_EXECUTABLE ? 0777 : 0666);
	gboolean done;
	int code;

	if (file < 0)
		return FALSE;
	done = write_all(file, content.data, content.size);
	code = errno;
	/* A disk may say only at the close that it is full. */
	if (close(file) != 0 && done)
		return FALSE;
	errno = code;
	return done;
}

static gboolean make_link(int parent, const char *name, struct md_slice target)
{
	g_autofree char *text = NULL;

	/* The call itself says what is wrong with one that is too long. */
	if (memchr(target.data, '\0', target.size) != NULL) {
		errno = EINVAL;
		return FALSE;
	}
	text = g_strndup(target.data, target.size);
	return symlinkat(text, parent, name) == 0;
}

static gboolean make_entry(int parent, const char *name, guint32 mode, struct md_slice content)
{
	if (mode == MD_MODE_SYMLINK)
		return make_link(parent, name, content);
	if (mode == MD_MODE_SUBMODULE)
		return mkdirat(parent, name, 0777) == 0;
	return make_file(parent, name, mode, content);
}

/* Puts the file in place of one that an archive had under that name before. */
static gboolean replace_entry(int parent, const char *name, guint32 mode, struct md_slice content)
{
	if (mode == MD_MODE_ABSENT)
		return unlinkat(parent, name, 0) == 0 || errno == ENOENT || errno == EISDIR;
	if (make_entry(parent, name, mode, content))
		return TRUE;
	return errno == EEXIST && unlinkat(parent, name, 0) == 0 &&
	       make_entry(parent, name, mode, content);
}

static gsize count_folders(const char *path)
{
	gsize count = 0;

	for (; *path != '\0'; path++)
		count += *path == '/';
	return count;
}

static gboolean write_file(const struct export *export, const char *path, guint32 mode,
			   GBytes *content, GError **error)
{
	const char *name;
	int parent;
	gboolean done;

	if (!md_path_is_proper(path) || count_folders(path) > MD_LIMIT_DEPTH) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: not a path to write: %s",
			    md_tree_name(export->tree), path);
		return FALSE;
	}
	parent = md_folder_descend(export->root, path, mode != MD_MODE_ABSENT, &name);
	if (parent < 0)
		return (mode == MD_MODE_ABSENT && errno == ENOENT) || fail(export, path, error);
	done = replace_entry(parent, name, mode, md_slice_from_bytes(content)) ||
	       fail(export, path, error);
	if (parent != export->root)
		close(parent);
	return done;
}

static gboolean write_visited(void *data, const char *path, guint32 mode, GBytes *content,
			      GError **error)
{
	return write_file(data, path, mode, content, error);
}

/* ------------------------------------------------------- the folder itself */

/* Deletes @name in @parent with all that is in it, which is what write_file() made. */
static void delete_folder(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) != 0)
			delete_folder(fd, entry->d_name);
	}
	if (entries != NULL)
		closedir(entries);
	else if (fd >= 0)
		close(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}

/* Missing, or an empty folder. */
static gboolean check_free(const char *folder, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GDir) entries = NULL;

	if (!g_file_test(folder, G_FILE_TEST_EXISTS))
		return TRUE;
	entries = g_dir_open(folder, 0, &reason);
	if (entries != NULL && g_dir_read_name(entries) == NULL)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "%s: %s", folder,
		    entries != NULL ? "exists and is not empty" : "exists and is not a folder");
	return FALSE;
}

/* Without the final slashes; what a link leads to, where it leads anywhere. */
static char *resolve(const char *folder)
{
	char *real = realpath(folder, NULL), *result;
	gsize size = strlen(folder);

	while (size > 1 && folder[size - 1] == '/')
		size--;
	result = real != NULL ? g_strdup(real) : g_strndup(folder, size);
	free(real);
	return result;
}

/* Writes into @private, made for it, and moves the whole to @target. */
static gboolean write_and_move(struct export *export, const struct md_tree_files *files,
			       const char *private, const char *target, guint jobs,
			       const struct md_hooks *hooks, GError **error)
{
	g_autofree char *phase = g_strdup_printf("writing %s", export->folder);
	/* One folder deeper: this one gets the mode that the user's umask gives. */
	g_autofree char *whole = g_build_filename(private, "tree", NULL);
	gboolean done;

	export->root = -1;
	if (mkdir(whole, 0777) == 0)
		export->root = open(whole, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (export->root < 0)
		return fail(export, "", error);
	done = md_tree_files_each(files, jobs, write_visited, export, hooks, phase, error);
	close(export->root);
	if (done && g_rename(whole, target) != 0)
		done = fail(export, "", error);
	return done;
}

gboolean md_tree_export(struct md_tree *tree, const char *folder, guint jobs,
			const struct md_hooks *hooks, GError **error)
{
	g_autofree char *target = resolve(folder);
	g_autofree char *private = g_strconcat(target, ".XXXXXX", NULL);
	struct export export = { .tree = tree, .folder = target };
	__attribute__((cleanup(md_tree_files_clear))) struct md_tree_files files = { 0 };
	gboolean done;

	/* The files are known before there is a new folder, which may lie in the tree. */
	if (!check_free(target, error) || !md_tree_files_init(&files, tree, hooks, error))
		return FALSE;
	if (g_mkdtemp(private) == NULL)
		return fail(&export, "", error);
	done = write_and_move(&export, &files, private, target, jobs, hooks, error);
	delete_folder(AT_FDCWD, private);
	return done;
}
