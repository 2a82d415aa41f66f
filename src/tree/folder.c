/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder on disk.  No path leaves it: each component is opened below the one
 * before, never through a symbolic link, so a link is only ever read as the
 * text it holds, as git does.  Devices, sockets and FIFOs are not there.
 */
#include "tree/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder_tree {
	struct md_tree tree;
	char *path;
	int root;
	gint64 listed; /* when its listing was begun, in microseconds */
};

static gboolean fail(const struct folder_tree *folder, const char *path, GError **error)
{
	int code = errno;

	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s%s%s: %s", folder->path,
		    path[0] != '\0' ? "/" : "", path, g_strerror(code));
	return FALSE;
}

/* What openat says of a path that is not there, or behind a file or a link. */
static gboolean means_absent(int code)
{
	return code == ENOENT || code == ENOTDIR || code == ELOOP || code == ENAMETOOLONG;
}

static guint32 mode_of(const struct stat *status)
{
	if (S_ISREG(status->st_mode))
		return status->st_mode & S_IXUSR ? MD_MODE_EXECUTABLE : MD_MODE_FILE;
	return S_ISLNK(status->st_mode) ? MD_MODE_SYMLINK : MD_MODE_ABSENT;
}

/* A place in the folder: the descriptor of what holds it, and its name there. */
struct place {
	int parent; /* the root itself is not ours to close */
	const char *name;
	struct stat status;
	guint32 mode;
};

static void place_clear(const struct folder_tree *folder, struct place *place)
{
	if (place->parent >= 0 && place->parent != folder->root)
		close(place->parent);
}

static int open_below(int parent, const char *name, gboolean make)
{
	int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int child = openat(parent, name, flags);

	if (child >= 0 || !make || errno != ENOENT)
		return child;
	/* Another thread may have made it since. */
	if (mkdirat(parent, name, 0777) != 0 && errno != EEXIST)
		return -1;
	return openat(parent, name, flags);
}

int md_folder_descend(int root, const char *path, gboolean make, const char **name)
{
	g_autofree char *copy = g_strdup(path);
	char *component = copy, *slash;
	int parent = root;

	while ((slash = strchr(component, '/')) != NULL) {
		int child, code;

		*slash = '\0';
		child = open_below(parent, component, make);
		code = errno;
		if (parent != root)
			close(parent);
		if (child < 0) {
			errno = code;
			return -1;
		}
		parent = child;
		component = slash + 1;
	}
	*name = path + (component - copy);
	return parent;
}

/* Finds @path; FALSE with errno. */
static gboolean descend(struct place *place, const struct folder_tree *folder, const char *path)
{
	place->parent = md_folder_descend(folder->root, path, FALSE, &place->name);
	return place->parent >= 0 &&
	       fstatat(place->parent, place->name, &place->status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Mode MD_MODE_ABSENT where there is nothing that a tree holds.  Clear @place. */
static gboolean find_place(struct folder_tree *folder, const char *path, struct place *place,
			   GError **error)
{
	*place = (struct place){ .parent = folder->root, .mode = MD_MODE_ABSENT };
	if (!md_path_is_proper(path))
		return TRUE;
	if (!descend(place, folder, path))
		return means_absent(errno) || fail(folder, path, error);
	place->mode = mode_of(&place->status);
	return TRUE;
}

static gboolean folder_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
			    GError **error)
{
	struct folder_tree *folder = (struct folder_tree *)tree;
	struct place place;
	gboolean done = find_place(folder, path, &place, error);

	entry->mode = place.mode;
	place_clear(folder, &place);
	return done;
}

/* @room bytes at most; a file that grows meanwhile is read as far as it was. */
static gssize read_all(int fd, char *content, gsize room)
{
	gsize size = 0;

	while (size < room) {
		gssize count = read(fd, content + size, room - size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		size += count;
	}
	return size;
}

static gssize read_place(const struct place *place, char *content, gsize room)
{
	struct stat status;
	gssize size = -1;
	int fd;

	if (place->mode == MD_MODE_SYMLINK)
		return readlinkat(place->parent, place->name, content, room);
	/* Not to wait where a FIFO has taken the file's place since. */
	fd = openat(place->parent, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		size = read_all(fd, content, room);
	else
		errno = ESTALE;
	close(fd);
	return size;
}

static gboolean read_content(struct folder_tree *folder, const char *path,
			     const struct place *place, GBytes **content, GError **error)
{
	gsize room = place->status.st_size;
	g_autofree char *buffer = NULL;
	gssize size;

	if (room > MD_LIMIT_FILE) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s/%s: larger than %u GiB",
			    folder->path, path, (guint)(MD_LIMIT_FILE / MD_GIB));
		return FALSE;
	}
	buffer = g_try_malloc(MAX(room, 1));
	if (buffer == NULL) {
		errno = ENOMEM;
		return fail(folder, path, error);
	}
	size = read_place(place, buffer, room);
	if (size < 0)
		return fail(folder, path, error);
	*content = g_bytes_new_take(g_steal_pointer(&buffer), size);
	return TRUE;
}

static gboolean folder_read(struct md_tree *tree, const char *path, guint32 *mode, GBytes **content,
			    GError **error)
{
	struct folder_tree *folder = (struct folder_tree *)tree;
	struct place place;
	gboolean done = find_place(folder, path, &place, error);

	if (done && place.mode != MD_MODE_ABSENT)
		done = read_content(folder, path, &place, content, error);
	*mode = place.mode;
	place_clear(folder, &place);
	return done;
}

/* ---------------------------------------------------------------- listing */

struct lister {
	struct folder_tree *folder;
	GHashTable *listing;
	GString *path; /* of the folder being listed, with a final slash; "" for the root */
	guint depth;
	struct md_tally tally;
	const struct md_hooks *hooks;
};

static gboolean list_folder(struct lister *lister, int parent, const char *name, GError **error);

static gboolean check_limits(struct lister *lister, GError **error)
{
	if (lister->depth > MD_LIMIT_DEPTH) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
			    "%s: more than %d folders in one another", lister->folder->path,
			    MD_LIMIT_DEPTH);
		return FALSE;
	}
	return md_tally_add(&lister->tally, lister->folder->path, lister->path->len, error);
}

static gboolean list_one(struct lister *lister, int parent, const char *name, GError **error)
{
	struct md_listed *listed;
	struct stat status;

	if (!md_name_is_proper(name, strlen(name)))
		return TRUE;
	if (!check_limits(lister, error))
		return FALSE;
	if (lister->path->len + strlen(name) > MD_LIMIT_PATH) {
		md_hooks_log(lister->hooks, "%s: left out, a path of over %d bytes",
			     lister->folder->path, MD_LIMIT_PATH);
		return TRUE;
	}
	if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
		/* Deleted since its folder was read. */
		if (errno == ENOENT)
			return TRUE;
		g_string_append(lister->path, name);
		return fail(lister->folder, lister->path->str, error);
	}
	if (S_ISDIR(status.st_mode))
		return list_folder(lister, parent, name, error);
	if (mode_of(&status) == MD_MODE_ABSENT) {
		md_hooks_log(lister->hooks, "%s/%s%s: left out, not a file", lister->folder->path,
			     lister->path->str, name);
		return TRUE;
	}
	listed = g_new0(struct md_listed, 1);
	listed->name = g_strconcat(lister->path->str, name, NULL);
	listed->entry.mode = mode_of(&status);
	listed->size = status.st_size;
	listed->device = status.st_dev;
	listed->inode = status.st_ino;
	listed->modified = md_stat_modified(&status);
	listed->changed = md_stat_changed(&status);
	g_hash_table_replace(lister->listing, listed->name, listed);
	return TRUE;
}

static gboolean list_entries(struct lister *lister, DIR *entries, GError **error)
{
	struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(entries);
		if (entry == NULL)
			return errno == 0 || fail(lister->folder, lister->path->str, error);
		if (!list_one(lister, dirfd(entries), entry->d_name, error))
			return FALSE;
	}
}

/* The folder @name in @parent, which is the root itself where @name is ".". */
static gboolean list_folder(struct lister *lister, int parent, const char *name, GError **error)
{
	gsize outer = lister->path->len;
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	int code = errno;
	gboolean done;

	if (lister->depth > 0)
		g_string_append_printf(lister->path, "%s/", name);
	if (entries == NULL) {
		errno = code;
		fail(lister->folder, lister->path->str, error);
		if (fd >= 0)
			close(fd);
		return FALSE;
	}
	lister->depth++;
	done = list_entries(lister, entries, error);
	lister->depth--;
	closedir(entries);
	g_string_truncate(lister->path, outer);
	return done &&
	       md_hooks_progress(lister->hooks, "listing files", lister->tally.entries, 0, error);
}

static GHashTable *folder_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GHashTable) listing = md_listing_new();
	struct lister lister = {
		.folder = (struct folder_tree *)tree,
		.listing = listing,
		.path = g_string_new(NULL),
		.hooks = hooks,
	};
	gboolean done;

	lister.folder->listed = g_get_real_time();
	done = list_folder(&lister, lister.folder->root, ".", error);

	g_string_free(lister.path, TRUE);
	return done ? g_steal_pointer(&listing) : NULL;
}

static int compare_listed(const void *a, const void *b)
{
	const struct md_listed *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static gboolean folder_fingerprint(struct md_tree *tree, GChecksum *checksum,
				   const struct md_hooks *hooks)
{
	const struct folder_tree *folder = (const struct folder_tree *)tree;
	GHashTable *listing = md_tree_list(tree, hooks, NULL);
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	GHashTableIter iter;
	void *file;

	if (listing == NULL)
		return FALSE;
	g_hash_table_iter_init(&iter, listing);
	while (g_hash_table_iter_next(&iter, NULL, &file))
		g_ptr_array_add(files, file);
	g_ptr_array_sort(files, compare_listed);
	md_checksum_text(checksum, "folder");
	for (guint i = 0; i < files->len; i++) {
		const struct md_listed *listed = g_ptr_array_index(files, i);

		if (md_time_is_young(MAX(listed->modified, listed->changed), folder->listed))
			return FALSE;
		md_checksum_text(checksum, listed->name);
		md_checksum_number(checksum, listed->entry.mode);
		md_checksum_number(checksum, (gint64)listed->size);
		md_checksum_number(checksum, (gint64)listed->device);
		md_checksum_number(checksum, (gint64)listed->inode);
		md_checksum_number(checksum, listed->modified);
		md_checksum_number(checksum, listed->changed);
	}
	return TRUE;
}

static void folder_free(struct md_tree *tree)
{
	struct folder_tree *folder = (struct folder_tree *)tree;

	close(folder->root);
	g_free(folder->path);
	g_free(folder);
}

static const struct md_tree_ops folder_ops = {
	.free = folder_free,
	.stat = folder_stat,
	.read = folder_read,
	.list = folder_list,
	.fingerprint = folder_fingerprint,
};

struct md_tree *md_folder_open(const char *name, const char *path, GError **error)
{
	struct folder_tree *folder;
	int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	folder = g_new0(struct folder_tree, 1);
	folder->tree.ops = &folder_ops;
	folder->tree.name = g_strdup(name);
	folder->path = g_strdup(path);
	folder->root = root;
	return &folder->tree;
}
