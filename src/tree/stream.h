/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of files that may be compressed, and the entries of tar archives in
 * them, one streaming pass over a file each.
 */
#ifndef MD_TREE_STREAM_H
#define MD_TREE_STREAM_H

#include "tree/source.h"

/** A file being read, decompressed by what its content says. */
struct md_stream;

/* What may be opened. */
enum md_stream_kind {
	MD_STREAM_REGULAR, /* a FIFO or a device could block or never end */
	MD_STREAM_ANY,	   /* whatever the user names: a pipe too, "-" is standard input */
};

/**
 * Fails with MD_ERROR_LIMIT once more than @limit bytes came out of it.
 * Progress counts the bytes read of the file itself.
 */
struct md_stream *md_stream_open(const char *path, enum md_stream_kind kind, guint64 limit,
				 const struct md_hooks *hooks, GError **error);
void md_stream_free(struct md_stream *stream);
MD_DEFINE_AUTOPTR(md_stream)

/** The next block, valid until the next call; size 0 at the end. */
gboolean md_stream_read(struct md_stream *stream, struct md_slice *block, GError **error);

/** All of a file that may be compressed. */
GBytes *md_file_read(const char *path, guint64 limit, GError **error);

enum md_tar_kind {
	MD_TAR_FILE,
	MD_TAR_SYMLINK,
	MD_TAR_HARDLINK,
	MD_TAR_FOLDER,
};

/** An entry of an archive; the strings are good until the next one. */
struct md_tar_entry {
	enum md_tar_kind kind;
	guint32 mode;	    /* of a file or symlink */
	const char *path;   /* proper, as md_path_is_proper has it */
	const char *target; /* of a link; a hard link's is a proper path */
	guint64 size;
};

/** A tar archive being read. */
struct md_tar;
struct md_tar *md_tar_open(const char *path, const struct md_hooks *hooks, GError **error);
void md_tar_free(struct md_tar *tar);
MD_DEFINE_AUTOPTR(md_tar)

/** *@end is set, and @entry not, behind the last entry. */
gboolean md_tar_next(struct md_tar *tar, struct md_tar_entry *entry, gboolean *end, GError **error);

/** The content of the current entry in pieces, holes filled; size 0 at the end. */
gboolean md_tar_read_block(struct md_tar *tar, struct md_slice *block, GError **error);

/** The content of the current entry. */
GBytes *md_tar_read(struct md_tar *tar, GError **error);

/**
 * The bytes at the start of every path met so far that name one top folder
 * and its slash; 0 when there is no such folder.
 */
gsize md_tar_top_size(const struct md_tar *tar);

/** Whether @path is an archive: looks at the first bytes. */
gboolean md_tar_probe(const char *path, gboolean *is_archive, GError **error);

#endif
