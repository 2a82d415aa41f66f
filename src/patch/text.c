/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file as an array of lines, kept between patches: one that is patched ten
 * thousand times is split once and joined once.
 */
#include "patch/text.h"

#include <string.h>

/* Kernel sources average 28 bytes a line. */
#define AVERAGE_LINE 28

/*
 * Multiplies and folds eight bytes at a time.  Lines of equal hash are still
 * compared, so it need not stand up to anyone, only be quick and even.
 */
static guint32 hash_bytes(const char *data, gsize size)
{
	/* 2^64 divided by the golden ratio: its bits are well mixed. */
	const guint64 factor = G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	guint64 hash = size * factor, word;

	for (; size >= sizeof(word); data += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		hash = (hash ^ word) * factor;
		hash ^= hash >> 32;
	}
	if (size > 0) {
		word = 0;
		memcpy(&word, data, size);
		hash = (hash ^ word) * factor;
		hash ^= hash >> 32;
	}
	return (guint32)hash;
}

struct md_line md_line_new(struct md_slice text)
{
	return (struct md_line){ text.data, (guint32)text.size, hash_bytes(text.data, text.size) };
}

GArray *md_text_split(GBytes *content)
{
	struct md_slice rest = md_slice_from_bytes(content), slice;
	GArray *text = g_array_sized_new(FALSE, FALSE, sizeof(struct md_line),
					 (guint)(rest.size / AVERAGE_LINE) + 1);

	while (md_slice_next_line(&rest, &slice)) {
		struct md_line line = md_line_new(slice);

		g_array_append_val(text, line);
	}
	return text;
}

GBytes *md_text_join(const GArray *text)
{
	const struct md_line *line = (const struct md_line *)(const void *)text->data;
	gsize size = 0;
	char *content, *end;

	for (guint i = 0; i < text->len; i++)
		size += line[i].size;
	end = content = g_malloc(size);
	for (guint i = 0; i < text->len; i++) {
		if (line[i].size == 0)
			continue;
		memcpy(end, line[i].data, line[i].size);
		end += line[i].size;
	}
	return g_bytes_new_take(content, size);
}

/* @line with a newline, in memory of its own. */
static struct md_line complete(const struct md_line *line, GPtrArray *kept)
{
	char *copy = g_malloc((gsize)line->size + 1);

	if (line->size > 0)
		memcpy(copy, line->data, line->size);
	copy[line->size] = '\n';
	g_ptr_array_add(kept, g_bytes_new_take(copy, (gsize)line->size + 1));
	return md_line_new((struct md_slice){ copy, (gsize)line->size + 1 });
}

static void complete_at(GArray *lines, gsize index, GPtrArray *kept)
{
	struct md_line *line = &g_array_index(lines, struct md_line, index);

	if (!md_line_is_complete(line))
		*line = complete(line, kept);
}

void md_text_splice(GArray *text, gsize start, gsize end, GArray *lines, GPtrArray *kept)
{
	gsize removed = end - start, tail = text->len - end;
	gboolean last = tail == 0;
	struct md_line *line;

	for (gsize i = 0; i < lines->len; i++)
		if (i + 1 < lines->len || !last)
			complete_at(lines, i, kept);
	if (start > 0 && lines->len > 0)
		complete_at(text, start - 1, kept);
	if (lines->len > removed)
		g_array_set_size(text, text->len + (guint)(lines->len - removed));
	line = (struct md_line *)(void *)text->data;
	if (lines->len != removed)
		memmove(line + start + lines->len, line + end, tail * sizeof(*line));
	if (lines->len > 0)
		memcpy(line + start, lines->data, lines->len * sizeof(*line));
	if (lines->len < removed)
		g_array_set_size(text, (guint)(start + lines->len + tail));
}
