/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headlines of a whole tree on disk.
 *
 * A cache file is called "source-KEY", where KEY is the SHA-256 of what the tree's content
 * follows from (md_tree_fingerprint()), of the machines that are wanted and of this
 * program; so one that is there for a key is right for it, and nothing is ever out of date.
 * It is written to a file without a name that then gets it, never changed afterwards, and read at
 * one go, so that programs that run at the same time do not meet. What is not as
 * described here, cut short or changed by whatever, is no cache and is written anew.
 *
 *     struct header     below
 *     names             of the files, each with its NUL, @header.paths of them
 *     blanks            NULs, up to a multiple of 8 bytes
 *     postings          @header.postings of struct md_posting, sorted
 *
 * in the order of bytes of the machine. A kernel is 40 MB, of which reading and checking take
 * 30 ms. The files that were used last are kept.
 */
#include "code/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "mdsource"
/* With each change of the format, or of what md_headlines_find() finds. */
#define VERSION "3"
#define BYTE_ORDER_MARK 0x01020304u
#define KEY_SIZE 64 /* SHA-256 in hexadecimal digits */
#define PREFIX "source-"
/* As many trees as somebody works with; 16 kernels are 600 MB. */
#define MOST_FILES 16
/* Temporary files of programs that died are as old as this when they are removed. */
#define ABANDONED_SECONDS 3600
/* Ten times what a kernel has. */
#define MOST_POSTINGS 50000000u
#define MOST_NAMES ((guint64)1 << 30)

struct header {
	char magic[8];
	guint32 order, paths, postings, zero;
	char key[KEY_SIZE];
	guint64 names;	  /* bytes, with the blanks behind them */
	guint64 checksum; /* of names and postings */
};

/*
 * A sum over words of 8 bytes against damage, not against people: each step is one to one,
 * so that a word that differs alone always shows. Four at a time, to be as fast as reading.
 */
#define LANES 4
#define PRIME 0x9e3779b185ebca87u /* odd, its bits well mixed: that of xxHash */

static guint64 step(guint64 sum, guint64 word)
{
	sum = (sum ^ word) * PRIME;
	return sum ^ sum >> 29;
}

static guint64 sum_of(guint64 start, const char *data, gsize size)
{
	guint64 lane[LANES] = { start, 1, 2, 3 }, word;
	gsize at = 0;

	for (; size - at >= sizeof(word) * LANES; at += sizeof(word) * LANES) {
		for (guint i = 0; i < LANES; i++) {
			memcpy(&word, data + at + i * sizeof(word), sizeof(word));
			lane[i] = step(lane[i], word);
		}
	}
	for (; at < size; at++)
		lane[0] = step(lane[0], (guint8)data[at]);
	for (guint i = 1; i < LANES; i++)
		lane[0] = step(lane[0], lane[i]);
	return step(lane[0], size);
}

static guint64 checksum_of(const char *names, gsize size, const GArray *postings)
{
	return sum_of(sum_of(size, names, size), postings->data,
		      postings->len * sizeof(struct md_posting));
}

char *md_cache_name(struct md_tree *tree, const char *const *machines, const struct md_hooks *hooks)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	static const char own[] = "metadiff " MD_VERSION " " VERSION;

	g_checksum_update(checksum, (const guchar *)own, sizeof(own));
	for (; machines != NULL && *machines != NULL; machines++)
		g_checksum_update(checksum, (const guchar *)*machines,
				  (gssize)strlen(*machines) + 1);
	/* Told apart from none at all, which is all. */
	g_checksum_update(checksum, (const guchar *)(machines != NULL ? "" : "*"), 1);
	if (!md_tree_fingerprint(tree, checksum, hooks))
		return NULL;
	return g_strdup_printf("%s/metadiff/" PREFIX "%s", g_get_user_cache_dir(),
			       g_checksum_get_string(checksum));
}

/* ---------------------------------------------------------------- reading */

static gboolean read_all(int fd, void *data, gsize size)
{
	char *at = data;

	while (size > 0) {
		gssize count = read(fd, at, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return FALSE;
		at += count;
		size -= (gsize)count;
	}
	return TRUE;
}

static gboolean is_sound(const struct header *header, const char *name, guint64 size)
{
	const char *key = strrchr(name, '-');

	return memcmp(header->magic, MAGIC, sizeof(header->magic)) == 0 &&
	       header->order == BYTE_ORDER_MARK && header->zero == 0 && key != NULL &&
	       strlen(key + 1) == KEY_SIZE && memcmp(header->key, key + 1, KEY_SIZE) == 0 &&
	       header->postings <= MOST_POSTINGS && header->names <= MOST_NAMES &&
	       header->names % 8 == 0 && header->paths <= header->names &&
	       size == sizeof(*header) + header->names +
			       (guint64)header->postings * sizeof(struct md_posting);
}

/* Splits @names, which end with NUL; FALSE where there are not @count of them. */
static gboolean split_names(const char *names, gsize size, guint count, GPtrArray *paths)
{
	gsize at = 0;

	for (; paths->len < count && at < size; at += strlen(names + at) + 1)
		g_ptr_array_add(paths, g_strdup(names + at));
	return paths->len == count && size - at < 8;
}

static gboolean read_body(int fd, const struct header *header, GPtrArray *paths, GArray *postings)
{
	g_autofree char *names = g_try_malloc(header->names + 1);

	if (names == NULL)
		return FALSE;
	g_array_set_size(postings, header->postings);
	if (!read_all(fd, names, header->names) ||
	    !read_all(fd, postings->data, postings->len * sizeof(struct md_posting)) ||
	    checksum_of(names, header->names, postings) != header->checksum)
		return FALSE;
	names[header->names] = '\0';
	if (!split_names(names, header->names, header->paths, paths))
		return FALSE;
	for (guint i = 0; i < postings->len; i++) {
		if (g_array_index(postings, struct md_posting, i).file >= paths->len)
			return FALSE;
	}
	return TRUE;
}

gboolean md_cache_read(const char *name, GPtrArray *paths, GArray *postings)
{
	int fd = g_open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
	struct header header;
	struct stat status;
	gboolean done;

	if (fd < 0)
		return FALSE;
	done = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       read_all(fd, &header, sizeof(header)) &&
	       is_sound(&header, name, (guint64)status.st_size) &&
	       read_body(fd, &header, paths, postings);
	if (done) {
		/* It was used: others are older. */
		futimens(fd, NULL);
	} else {
		g_ptr_array_set_size(paths, 0);
		g_array_set_size(postings, 0);
	}
	close(fd);
	return done;
}

/* ---------------------------------------------------------------- writing */

static gboolean write_all(int fd, const void *data, gsize size)
{
	const char *at = data;

	while (size > 0) {
		gssize count = write(fd, at, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return FALSE;
		at += count;
		size -= (gsize)count;
	}
	return TRUE;
}

static gboolean write_body(int fd, const char *name, const GPtrArray *paths, const GArray *postings)
{
	g_autoptr(GString) names = g_string_new(NULL);
	struct header header = { .order = BYTE_ORDER_MARK,
				 .paths = paths->len,
				 .postings = postings->len };

	for (guint i = 0; i < paths->len; i++)
		g_string_append_len(names, g_ptr_array_index(paths, i),
				    (gssize)strlen(g_ptr_array_index(paths, i)) + 1);
	while (names->len % 8 != 0)
		g_string_append_c(names, '\0');
	memcpy(header.magic, MAGIC, sizeof(header.magic));
	memcpy(header.key, strrchr(name, '-') + 1, KEY_SIZE);
	header.names = names->len;
	header.checksum = checksum_of(names->str, names->len, postings);
	return write_all(fd, &header, sizeof(header)) && write_all(fd, names->str, names->len) &&
	       write_all(fd, postings->data, postings->len * sizeof(struct md_posting));
}

struct kept {
	char *name;
	gint64 used;
};

static void kept_clear(void *data)
{
	g_free(((struct kept *)data)->name);
}

static int compare_kept(const void *a, const void *b)
{
	const struct kept *left = a, *right = b;

	return (left->used < right->used) - (left->used > right->used);
}

/* Keeps the files of @folder that were used last; what is not ours is left alone. */
static void remove_old(const char *folder)
{
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(struct kept));
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	const char *entry;

	g_array_set_clear_func(kept, kept_clear);
	while (entries != NULL && (entry = g_dir_read_name(entries)) != NULL) {
		g_autofree char *name = g_build_filename(folder, entry, NULL);
		struct stat status;

		if (!g_str_has_prefix(entry, PREFIX) || lstat(name, &status) != 0)
			continue;
		if (strlen(entry) == strlen(PREFIX) + KEY_SIZE) {
			struct kept one = { g_steal_pointer(&name), status.st_mtime };

			g_array_append_val(kept, one);
		} else if (status.st_mtime < now - ABANDONED_SECONDS) {
			unlink(name);
		}
	}
	g_array_sort(kept, compare_kept);
	for (guint i = MOST_FILES; i < kept->len; i++)
		unlink(g_array_index(kept, struct kept, i).name);
}

/* A file without a name gets one: whoever is killed before leaves nothing behind. */
static void give_name(int fd, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

	/* One that is there could not be read, or is the same. A cache that fails is none. */
	unlink(name);
	linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

/* The same where a file system has no such files. */
static void write_beside(const char *name, const GPtrArray *paths, const GArray *postings)
{
	g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", name);
	int fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0600);
	gboolean done;

	if (fd < 0)
		return;
	done = write_body(fd, name, paths, postings);
	done &= close(fd) == 0;
	if (!done || rename(temporary, name) != 0)
		unlink(temporary);
}

void md_cache_write(const char *name, const GPtrArray *paths, const GArray *postings)
{
	g_autofree char *folder = g_path_get_dirname(name);
	int fd;

	if (postings->len > MOST_POSTINGS || g_mkdir_with_parents(folder, 0700) != 0)
		return;
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0) {
		if (write_body(fd, name, paths, postings))
			give_name(fd, name);
		close(fd);
	} else {
		write_beside(name, paths, postings);
	}
	remove_old(folder);
}
