/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file as lines that can be replaced without splitting it again. */
#ifndef MD_PATCH_TEXT_H
#define MD_PATCH_TEXT_H

#include "patch/patch.h"

/**
 * A line with its newline.  The hash makes lines that differ cheap to tell
 * apart, and the size of 32 bits keeps a line to 16 bytes: files have fewer.
 */
struct md_line {
	const char *data;
	guint32 size, hash;
};

/** Files over this size are not patched: a line's size would not fit. */
#define MD_TEXT_LIMIT ((gsize)G_MAXUINT32)

struct md_line md_line_new(struct md_slice text);

static inline struct md_slice md_line_slice(const struct md_line *line)
{
	return (struct md_slice){ line->data, line->size };
}

static inline gboolean md_line_equal(const struct md_line *a, const struct md_line *b)
{
	return a->hash == b->hash && md_slice_equal(md_line_slice(a), md_line_slice(b));
}

static inline gboolean md_line_is_complete(const struct md_line *line)
{
	return line->size > 0 && line->data[line->size - 1] == '\n';
}

/** The lines of @content: an array of struct md_line that points into it. */
GArray *md_text_split(GBytes *content);
GBytes *md_text_join(const GArray *text);

/**
 * Replaces lines [start, end) of @text by @lines.  A line without a newline
 * that is no longer the last gets one, in memory that is added to @kept.
 */
void md_text_splice(GArray *text, gsize start, gsize end, GArray *lines, GPtrArray *kept);

#endif
