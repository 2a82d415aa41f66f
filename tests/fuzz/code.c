/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as source code: what is found in it lies in it, in order, and is found again. */
#include "code/code.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gsize count_lines(struct md_slice text)
{
	struct md_slice line;
	gsize lines = 0;

	while (md_slice_next_line(&text, &line))
		lines++;
	return lines;
}

static void check_outline(const char *path, struct md_slice text)
{
	MD_AUTOPTR(md_outline) outline = md_outline_new(path, text);
	const GArray *definitions = md_outline_definitions(outline);
	gsize lines = count_lines(text), before = 0;

	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);
		const struct md_extent *extent = &definition->lines;

		/* The last line of one may be the first of the next: "} int f(void) {". */
		g_assert_cmpuint(extent->first + 1, >=, before);
		g_assert_cmpuint(extent->first, <, extent->end);
		g_assert_cmpuint(extent->end, <=, lines);
		if (definition->name != NULL) {
			g_assert_cmpstr(definition->name, !=, "");
			g_assert_nonnull(md_outline_find(outline, extent->first, extent->end));
		}
		before = extent->end;
	}
	g_assert_null(md_outline_find(outline, lines, lines));
	g_assert_null(md_outline_find(outline, lines + 1, lines + 1));
}

static void count_word(void *data, struct md_slice word, gsize line)
{
	gsize *last = data;

	g_assert_cmpuint(word.size, >, 0);
	g_assert_cmpuint(line, >=, *last);
	*last = line;
}

/* The pieces in order are all of the text, each with its core; words come in order, too. */
static void check_pieces(const char *path, struct md_slice text)
{
	MD_AUTOPTR(md_pieces) pieces = md_pieces_new(path, text);
	const GArray *all = md_pieces_all(pieces);
	gsize before = 0, last = 0, lines = count_lines(text);

	for (guint i = 0; i < all->len; i++) {
		const struct md_piece *piece = &g_array_index(all, struct md_piece, i);

		g_assert_cmpuint(piece->lines.first, ==, before);
		g_assert_cmpuint(piece->lines.first, <=, piece->core.first);
		g_assert_cmpuint(piece->core.first, <, piece->core.end);
		g_assert_cmpuint(piece->core.end, <=, piece->lines.end);
		g_assert_true((piece->name == NULL) == (piece->name_count == 0));
		before = piece->lines.end;
	}
	g_assert_cmpuint(before, ==, lines);
	md_words_each(text, count_word, &last);
	g_assert_cmpuint(last, <=, lines);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const char *const paths[] = { "a.c", "a.S", "Kconfig", "a.sh", "a.rs", "a.dts" };
	/* Never NUL terminated, as the sanitizers see. */
	g_autofree char *text = g_memdup2(data, size);

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
		check_outline(paths[i], (struct md_slice){ text != NULL ? text : "", size });
	check_pieces("a.c", (struct md_slice){ text != NULL ? text : "", size });
	check_pieces("a.h", (struct md_slice){ text != NULL ? text : "", size });
	return 0;
}
