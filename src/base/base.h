/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What GLib lacks and every room needs: slices of bytes and lines, errors
 * with a place, a loop over all cores, and the hooks to the caller.
 */
#ifndef MD_BASE_H
#define MD_BASE_H

#include <metadiff/base.h>

#include <string.h>

/**
 * A run of bytes that somebody else owns.  Never NUL terminated.  A missing
 * file is a slice whose data is NULL; an empty one has data and size 0.
 */
struct md_slice {
	const char *data;
	gsize size;
};

#define MD_SLICE_LITERAL(text) ((struct md_slice){ (text), sizeof(text) - 1 })

static inline struct md_slice md_slice_from_bytes(GBytes *bytes)
{
	struct md_slice slice = { NULL, 0 };

	if (bytes != NULL) {
		slice.data = g_bytes_get_data(bytes, &slice.size);
		/* g_bytes gives NULL for an empty block: ours must not be. */
		if (slice.data == NULL)
			slice.data = "";
	}
	return slice;
}

/** All of @text, without its end. */
static inline struct md_slice md_slice_from_string(const char *text)
{
	return (struct md_slice){ text, strlen(text) };
}

/** For g_ptr_array_sort() of strings, by their bytes. */
int md_compare_strings(const void *a, const void *b);

gboolean md_slice_equal(struct md_slice a, struct md_slice b);
/** Whether @slice reads @text. */
static inline gboolean md_slice_is(struct md_slice slice, const char *text)
{
	return md_slice_equal(slice, md_slice_from_string(text));
}

gboolean md_slice_has_prefix(struct md_slice slice, const char *prefix);

/**
 * The first line of @rest, its newline included where there is one; moves
 * @rest behind it.  Returns FALSE at the end.
 */
gboolean md_slice_next_line(struct md_slice *rest, struct md_slice *line);

/** How many lines @text has, one without a newline at the end included. */
gsize md_slice_count_lines(struct md_slice text);

/** The lines [first, end) of @text, from 0; those that it does not have are left out. */
struct md_slice md_slice_lines(struct md_slice text, gsize first, gsize end);

/** Appends @text to @out; a last line there that has no newline gets one first. */
void md_text_append(GString *out, struct md_slice text);

/** @line without its final newline, or the whole of it. */
struct md_slice md_slice_chomp(struct md_slice line);

/**
 * TRUE where the text should be compared as one piece, not by lines.  A NUL
 * byte anywhere decides: git looks at the first 8,000 bytes only, but a line
 * with a NUL cannot be shown or written as JSON without losing it.
 */
gboolean md_slice_is_binary(struct md_slice text);

/**
 * Whether a terminal may obey @code or hide it: control characters, and the invisible ones that
 * turn the reading direction around (https://trojansource.codes), join or split.
 */
gboolean md_text_is_obeyed(gunichar code);

/** TRUE for valid UTF-8; made for text that is ASCII but for a few names. */
gboolean md_slice_is_utf8(struct md_slice text);

/**
 * Runs @work(i, data) for i in 0..count-1 on @jobs threads (0: one a core),
 * in about ascending order.  @phase is what the progress hook is told.
 * Stops early and returns FALSE with @error when a call returns FALSE, with
 * the first error met.
 */
typedef gboolean (*md_parallel_work)(gsize index, void *data, GError **error);
gboolean md_parallel_for(gsize count, guint jobs, md_parallel_work work, void *data,
			 const struct md_hooks *hooks, const char *phase, GError **error);

/** The hooks, where they or the one asked for may be NULL. */
gboolean md_hooks_progress(const struct md_hooks *hooks, const char *phase, guint64 done,
			   guint64 total, GError **error);
void md_hooks_log(const struct md_hooks *hooks, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
