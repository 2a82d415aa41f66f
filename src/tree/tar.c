/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of a tar archive, one after the other.  Two libarchive readers
 * stand in line: one decompresses (stream.c), the other takes the tar apart.
 * One alone would do both, but stops at the tar's end mark: what is damaged in
 * the last compressed block, whose checksum comes behind it, would be taken
 * for good, and an archive cut off between two entries for a whole one.
 *
 * Nothing is ever unpacked to disk, so an entry can only harm by its name
 * and its size.  Names that git would not track are left out, and logged.
 */
#include "tree/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

/* Tar is made of blocks of this size; two of zeros are its end mark. */
#define TAR_BLOCK 512

struct md_tar {
	char *path;
	struct md_stream *stream;
	const struct md_hooks *hooks;
	struct archive *archive;
	GError *failed; /* what the stream met while libarchive was reading */
	gboolean input_ended;
	char tail[TAR_BLOCK]; /* the last bytes that the stream gave */
	struct md_tally tally;
	guint64 described; /* bytes that the entries so far say they have */

	GString *name, *link; /* of the current entry, made proper */
	char *top;	      /* the first folder met and its slash; NULL: none yet */
	gboolean many_tops;

	/* The content of the current entry. */
	guint64 size, position;
	struct md_slice pending; /* a block that starts behind a hole */
	guint64 pending_offset;
};

static void keep_tail(struct md_tar *tar, struct md_slice block)
{
	gsize size = MIN(block.size, TAR_BLOCK);

	if (size == 0)
		return;
	memmove(tar->tail, tar->tail + size, TAR_BLOCK - size);
	memcpy(tar->tail + TAR_BLOCK - size, block.data + block.size - size, size);
}

static la_ssize_t feed(struct archive *archive, void *data, const void **buffer)
{
	struct md_tar *tar = data;
	struct md_slice block;

	if (tar->failed != NULL || !md_stream_read(tar->stream, &block, &tar->failed)) {
		archive_set_error(archive, EIO, "cannot be read");
		return -1;
	}
	tar->input_ended = block.size == 0;
	keep_tail(tar, block);
	*buffer = block.data;
	return block.size;
}

static gboolean fail(struct md_tar *tar, GError **error)
{
	const char *what = archive_error_string(tar->archive);

	if (tar->failed != NULL)
		g_propagate_error(error, g_steal_pointer(&tar->failed));
	else
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", tar->path,
			    what ? what : "damaged or cut off");
	return FALSE;
}

/* *@is_tar is whether the first bytes are a tar's; fails where they cannot be read. */
static struct md_tar *tar_new(const char *path, const struct md_hooks *hooks, gboolean *is_tar,
			      GError **error)
{
	MD_AUTOPTR(md_tar) tar = g_new0(struct md_tar, 1);

	tar->path = g_strdup(path);
	tar->hooks = hooks;
	tar->name = g_string_new(NULL);
	tar->link = g_string_new(NULL);
	tar->archive = archive_read_new();
	tar->stream = md_stream_open(path, MD_STREAM_REGULAR, MD_LIMIT_EXPANDED, hooks, error);
	if (tar->stream == NULL)
		return NULL;
	archive_read_support_format_tar(tar->archive);
	*is_tar = archive_read_open(tar->archive, tar, NULL, feed, NULL) == ARCHIVE_OK;
	if (tar->failed != NULL) {
		fail(tar, error);
		return NULL;
	}
	return g_steal_pointer(&tar);
}

struct md_tar *md_tar_open(const char *path, const struct md_hooks *hooks, GError **error)
{
	gboolean is_tar;
	MD_AUTOPTR(md_tar) tar = tar_new(path, hooks, &is_tar, error);

	if (tar != NULL && !is_tar) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
			    "%s: not a tar archive, plain or compressed", path);
		return NULL;
	}
	return g_steal_pointer(&tar);
}

gboolean md_tar_probe(const char *path, gboolean *is_archive, GError **error)
{
	MD_AUTOPTR(md_tar) tar = tar_new(path, NULL, is_archive, error);

	return tar != NULL;
}

void md_tar_free(struct md_tar *tar)
{
	if (tar == NULL)
		return;
	archive_read_free(tar->archive);
	md_stream_free(tar->stream);
	g_clear_error(&tar->failed);
	g_string_free(tar->name, TRUE);
	g_string_free(tar->link, TRUE);
	g_free(tar->top);
	g_free(tar->path);
	g_free(tar);
}

/*
 * Writes @path to @proper without "./", doubled and final slashes.  FALSE for
 * a path that leaves the archive or has a name that no tree holds.
 */
static gboolean make_proper(const char *path, GString *proper)
{
	g_string_truncate(proper, 0);
	if (path == NULL || path[0] == '/')
		return FALSE;
	while (*path != '\0') {
		gsize size = strcspn(path, "/");

		if (size > 0 && !(size == 1 && path[0] == '.')) {
			if (!md_name_is_proper(path, size))
				return FALSE;
			if (proper->len > 0)
				g_string_append_c(proper, '/');
			g_string_append_len(proper, path, size);
		}
		path += size + (path[size] == '/');
	}
	return proper->len <= MD_LIMIT_PATH;
}

static void follow_top(struct md_tar *tar, gboolean is_folder)
{
	const char *slash = strchr(tar->name->str, '/');
	gsize size = slash ? (gsize)(slash - tar->name->str) : tar->name->len;

	if (slash == NULL && !is_folder)
		tar->many_tops = TRUE;
	else if (tar->top == NULL)
		tar->top = g_strdup_printf("%.*s/", (int)size, tar->name->str);
	else if (strlen(tar->top) != size + 1 || memcmp(tar->top, tar->name->str, size) != 0)
		tar->many_tops = TRUE;
}

gsize md_tar_top_size(const struct md_tar *tar)
{
	return tar->many_tops || tar->top == NULL ? 0 : strlen(tar->top);
}

/* Kind, mode and target; FALSE for what no tree holds: devices, FIFOs. */
static gboolean fill_entry(struct md_tar *tar, struct archive_entry *header,
			   struct md_tar_entry *entry)
{
	const char *hardlink = archive_entry_hardlink(header);

	*entry = (struct md_tar_entry){ .path = tar->name->str, .size = tar->size };
	/* Some writers store the content again with a hard link: then it is a file. */
	if (hardlink != NULL && tar->size == 0) {
		entry->kind = MD_TAR_HARDLINK;
		entry->target = tar->link->str;
		return make_proper(hardlink, tar->link) && tar->link->len > 0;
	}
	switch (archive_entry_filetype(header)) {
	case AE_IFREG:
		entry->kind = MD_TAR_FILE;
		entry->mode = archive_entry_perm(header) & 0100 ? MD_MODE_EXECUTABLE : MD_MODE_FILE;
		return TRUE;
	case AE_IFLNK:
		entry->kind = MD_TAR_SYMLINK;
		entry->mode = MD_MODE_SYMLINK;
		entry->target = archive_entry_symlink(header);
		return entry->target != NULL;
	case AE_IFDIR:
		entry->kind = MD_TAR_FOLDER;
		return TRUE;
	default:
		return FALSE;
	}
}

/* Behind the tar's end mark: reads on to the end of the file, for its checksums. */
static gboolean finish(struct md_tar *tar, GError **error)
{
	static const char zeros[TAR_BLOCK];
	struct md_slice block = { "", 1 };

	if (tar->failed != NULL)
		return fail(tar, error);
	if (tar->input_ended && memcmp(tar->tail, zeros, TAR_BLOCK) != 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: cut off: it has no end mark",
			    tar->path);
		return FALSE;
	}
	while (block.size > 0) {
		if (!md_stream_read(tar->stream, &block, error))
			return FALSE;
	}
	return TRUE;
}

/* A sparse file can be of any size and yet be small in the archive. */
static gboolean count_entry(struct md_tar *tar, const char *name, GError **error)
{
	if (!md_tally_add(&tar->tally, tar->path, name ? strlen(name) : 0, error))
		return FALSE;
	if (tar->size > MD_LIMIT_EXPANDED - tar->described) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s: expands to more than %u GiB",
			    tar->path, (guint)(MD_LIMIT_EXPANDED / MD_GIB));
		return FALSE;
	}
	tar->described += tar->size;
	return TRUE;
}

gboolean md_tar_next(struct md_tar *tar, struct md_tar_entry *entry, gboolean *end, GError **error)
{
	struct archive_entry *header;
	int result;

	for (;;) {
		result = archive_read_next_header(tar->archive, &header);
		*end = result == ARCHIVE_EOF;
		if (*end)
			return finish(tar, error);
		/* A warning is about owners, times or how names are encoded. */
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			return fail(tar, error);
		tar->size = MAX(archive_entry_size(header), 0);
		if (!count_entry(tar, archive_entry_pathname(header), error))
			return FALSE;
		tar->position = 0;
		tar->pending.size = 0;
		if (!make_proper(archive_entry_pathname(header), tar->name) ||
		    !fill_entry(tar, header, entry)) {
			md_hooks_log(tar->hooks, "%s: %s: left out", tar->path,
				     archive_entry_pathname(header));
			continue;
		}
		/* The folder that was packed as "." says nothing. */
		if (tar->name->len == 0)
			continue;
		follow_top(tar, entry->kind == MD_TAR_FOLDER);
		return TRUE;
	}
}

/* A piece of the hole that ends at @until. */
static void fill_hole(struct md_tar *tar, guint64 until, struct md_slice *block)
{
	static const char zeros[16 * 1024];

	*block = (struct md_slice){ zeros, MIN(until - tar->position, sizeof(zeros)) };
	tar->position += block->size;
}

gboolean md_tar_read_block(struct md_tar *tar, struct md_slice *block, GError **error)
{
	la_int64_t offset = 0;
	int result = ARCHIVE_OK;

	while (tar->pending.size == 0 && result == ARCHIVE_OK) {
		const void *data;
		gsize size = 0;

		result = archive_read_data_block(tar->archive, &data, &size, &offset);
		if (result == ARCHIVE_OK) {
			tar->pending = (struct md_slice){ data, size };
			tar->pending_offset = offset;
		}
	}
	if (result != ARCHIVE_OK && result != ARCHIVE_EOF)
		return fail(tar, error);
	if (result == ARCHIVE_EOF)
		tar->pending_offset = tar->size;
	if (tar->pending_offset < tar->position || tar->pending_offset > tar->size ||
	    tar->pending.size > tar->size - tar->pending_offset) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s: its parts overlap", tar->path,
			    tar->name->str);
		return FALSE;
	}
	if (tar->pending_offset > tar->position) {
		fill_hole(tar, tar->pending_offset, block);
		return TRUE;
	}
	*block = tar->pending;
	tar->position += block->size;
	tar->pending.size = 0;
	return TRUE;
}

GBytes *md_tar_read(struct md_tar *tar, GError **error)
{
	g_autofree char *content = NULL;
	struct md_slice block;
	gsize size = 0;

	if (tar->size > MD_LIMIT_FILE) {
		g_set_error(error, MD_ERROR, MD_ERROR_LIMIT, "%s: %s is larger than %u GiB",
			    tar->path, tar->name->str, (guint)(MD_LIMIT_FILE / MD_GIB));
		return NULL;
	}
	content = g_try_malloc(MAX(tar->size, 1));
	if (content == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: no memory for %s", tar->path,
			    tar->name->str);
		return NULL;
	}
	for (;;) {
		if (!md_tar_read_block(tar, &block, error))
			return NULL;
		if (block.size == 0)
			return g_bytes_new_take(g_steal_pointer(&content), size);
		memcpy(content + size, block.data, block.size);
		size += block.size;
	}
}
