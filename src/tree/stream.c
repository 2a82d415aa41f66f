/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that may be compressed.  libarchive's "raw" format gives what comes
 * out of its decompressors as one long file; which of them are needed, it
 * finds in the first bytes.  Archives are read through this as well (tar.c),
 * for only here the end of the compressed file is always reached, and with it
 * the checksums behind the data.
 */
#include "tree/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large enough that a system call costs nothing beside decompressing. */
#define READ_SIZE (256 * 1024)

/*
 * Logs that repeat themselves shrink to a hundredth, what was made to expand to a thousandth or
 * less: beyond this size no honest file is so many times what it is compressed.
 */
#define HONEST_SIZE (MD_GIB / 4)
#define HONEST_RATIO 500

/* As often as a person can read. */
#define REPORT_INTERVAL (G_USEC_PER_SEC / 10)

struct md_stream {
	char *path;
	char *phase; /* for the progress hook */
	int fd;
	struct archive *archive;
	gboolean ended;
	guint64 limit, expanded, file_size;
	const struct md_hooks *hooks;
	gint64 reported; /* when progress was, in microseconds */
};

static gboolean open_file(struct md_stream *stream, enum md_stream_kind kind, GError **error)
{
	/* A FIFO that nobody writes to would be waited for. */
	int flags = O_RDONLY | O_CLOEXEC | (kind == MD_STREAM_REGULAR ? O_NONBLOCK : 0);
	struct stat status;

	if (kind == MD_STREAM_ANY && strcmp(stream->path, "-") == 0)
		stream->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		stream->fd = open(stream->path, flags);
	if (stream->fd < 0 || fstat(stream->fd, &status) < 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: %s", stream->path,
			    g_strerror(errno));
		return FALSE;
	}
	if (kind == MD_STREAM_REGULAR ? !S_ISREG(status.st_mode) : S_ISDIR(status.st_mode)) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", stream->path,
			    kind == MD_STREAM_REGULAR ? "not a regular file" : "is a folder");
		return FALSE;
	}
	/* The size of a pipe is 0: not known. */
	stream->file_size = (guint64)status.st_size;
	return TRUE;
}

static gboolean fail_as_archive(struct md_stream *stream, GError **error)
{
	const char *what = archive_error_string(stream->archive);

	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", stream->path,
		    what ? what : "damaged or cut off");
	return FALSE;
}

/*
 * Not archive_read_support_filter_all(): that one runs programs for rare
 * formats, and takes mail with a uuencoded file in it apart.
 */
static gboolean add_filters(struct md_stream *stream, GError **error)
{
	struct archive *archive = stream->archive;

	/* ARCHIVE_WARN would mean that a program is run in the library's stead. */
	if (archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
	    archive_read_support_filter_bzip2(archive) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(archive) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(archive) != ARCHIVE_OK) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM,
			    "%s: libarchive was built without gzip, bzip2, xz or zstd",
			    stream->path);
		return FALSE;
	}
	return TRUE;
}

/* A file in a file in a file could keep the decompressors busy for days and give nothing. */
static gboolean check_filters(struct md_stream *stream, GError **error)
{
	/* The last of them is what reads the file. */
	if (archive_filter_count(stream->archive) <= 2)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
		    "%s: compressed more than once; decompress it first", stream->path);
	return FALSE;
}

static gboolean start(struct md_stream *stream, enum md_stream_kind kind, GError **error)
{
	struct archive_entry *entry;
	int result;

	if (!open_file(stream, kind, error) || !add_filters(stream, error))
		return FALSE;
	archive_read_support_format_raw(stream->archive);
	archive_read_support_format_empty(stream->archive);
	if (archive_read_open_fd(stream->archive, stream->fd, READ_SIZE) != ARCHIVE_OK)
		return fail_as_archive(stream, error);
	if (!check_filters(stream, error))
		return FALSE;
	result = archive_read_next_header(stream->archive, &entry);
	if (result != ARCHIVE_OK && result != ARCHIVE_EOF)
		return fail_as_archive(stream, error);
	stream->ended = result == ARCHIVE_EOF;
	return TRUE;
}

struct md_stream *md_stream_open(const char *path, enum md_stream_kind kind, guint64 limit,
				 const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_stream) stream = g_new0(struct md_stream, 1);
	g_autofree char *name = g_path_get_basename(path);

	stream->path = g_strdup(path);
	stream->phase = g_strdup_printf("reading %s", name);
	stream->fd = -1;
	stream->archive = archive_read_new();
	stream->limit = limit;
	stream->hooks = hooks;
	if (!start(stream, kind, error))
		return NULL;
	return g_steal_pointer(&stream);
}

void md_stream_free(struct md_stream *stream)
{
	if (stream == NULL)
		return;
	archive_read_free(stream->archive);
	if (stream->fd >= 0)
		close(stream->fd);
	g_free(stream->path);
	g_free(stream->phase);
	g_free(stream);
}

static gboolean report(struct md_stream *stream, GError **error)
{
	gint64 now = g_get_monotonic_time();

	if (now - stream->reported < REPORT_INTERVAL)
		return TRUE;
	stream->reported = now;
	return md_hooks_progress(stream->hooks, stream->phase,
				 archive_filter_bytes(stream->archive, -1), stream->file_size,
				 error);
}

static void set_limit_error(struct md_stream *stream, GError **error)
{
	if (stream->limit % MD_GIB == 0)
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
			    "%s: expands to more than %" G_GUINT64_FORMAT " GiB", stream->path,
			    stream->limit / MD_GIB);
	else
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
			    "%s: expands to more than %" G_GUINT64_FORMAT " bytes", stream->path,
			    stream->limit);
}

static gboolean check_expanded(struct md_stream *stream, GError **error)
{
	guint64 packed = (guint64)archive_filter_bytes(stream->archive, -1);

	if (stream->expanded > stream->limit) {
		set_limit_error(stream, error);
		return FALSE;
	}
	if (stream->expanded <= HONEST_SIZE || stream->expanded / HONEST_RATIO <= packed)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_LIMIT,
		    "%s: expands to more than %u MiB, %d times its size", stream->path,
		    (guint)(HONEST_SIZE >> 20), HONEST_RATIO);
	return FALSE;
}

gboolean md_stream_read(struct md_stream *stream, struct md_slice *block, GError **error)
{
	const void *data = "";
	gsize size = 0;
	la_int64_t offset;
	int result;

	/* An empty block is not the end yet where a decompressor took only headers. */
	while (size == 0 && !stream->ended) {
		result = archive_read_data_block(stream->archive, &data, &size, &offset);
		if (result != ARCHIVE_OK && result != ARCHIVE_EOF)
			return fail_as_archive(stream, error);
		stream->ended = result == ARCHIVE_EOF;
	}
	if (!report(stream, error))
		return FALSE;
	stream->expanded += size;
	if (!check_expanded(stream, error))
		return FALSE;
	*block = (struct md_slice){ data, size };
	return TRUE;
}

/* Makes room for @more bytes behind @size of them; doubles, so that copying stays cheap. */
static gboolean make_room(struct md_stream *stream, char **content, gsize *room, gsize size,
			  gsize more, GError **error)
{
	gsize wanted = MAX(size + more, 2 * *room);
	char *larger;

	if (size + more <= *room)
		return TRUE;
	larger = g_try_realloc(*content, wanted);
	if (larger == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: no memory for its content",
			    stream->path);
		return FALSE;
	}
	*content = larger;
	*room = wanted;
	return TRUE;
}

GBytes *md_file_read(const char *path, guint64 limit, GError **error)
{
	MD_AUTOPTR(md_stream) stream = md_stream_open(path, MD_STREAM_REGULAR, limit, NULL, error);
	g_autofree char *content = NULL;
	gsize room = 0, size = 0;
	struct md_slice block;

	if (stream == NULL)
		return NULL;
	for (;;) {
		if (!md_stream_read(stream, &block, error))
			return NULL;
		if (block.size == 0)
			return g_bytes_new_take(g_steal_pointer(&content), size);
		if (!make_room(stream, &content, &room, size, block.size, error))
			return NULL;
		memcpy(content + size, block.data, block.size);
		size += block.size;
	}
}

gboolean md_file_feed(const char *path, md_file_take take, void *data, const struct md_hooks *hooks,
		      GError **error)
{
	MD_AUTOPTR(md_stream)
	stream = md_stream_open(path, MD_STREAM_ANY, MD_LIMIT_EXPANDED, hooks, error);
	struct md_slice block;

	if (stream == NULL)
		return FALSE;
	for (;;) {
		if (!md_stream_read(stream, &block, error))
			return FALSE;
		if (block.size == 0)
			return TRUE;
		if (!take(data, block.data, block.size, error))
			return FALSE;
	}
}
