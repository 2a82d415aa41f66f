/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An adapted region explained, under its lines: each step's changed lines, one under
 * the other, words marked as `git diff --word-diff` marks them.
 */
#include "render/words.h"

#define STEP_WIDTH 12 /* so that the text stands below that of the region's lines */

static const char *const opening[] = { ['-'] = "[-", ['+'] = "{+" };
static const char *const closing[] = { ['-'] = "-]", ['+'] = "+}" };

/* One line of the text with its marks, and whether there are any. */
struct line {
	GString *text;
	gboolean changed;
};

static void append_piece(struct line *line, char sign, struct md_slice piece, gboolean latin1,
			 const struct md_render_settings *settings)
{
	g_autofree char *text = md_terminal_text(piece, latin1);
	const char *color = sign == '+' ? PLUS : MINUS;

	if (sign == ' ') {
		g_string_append(line->text, text);
		return;
	}
	if (piece.size == 0)
		return;
	line->changed = TRUE;
	g_string_append_printf(line->text, "%s%s%s%s%s", md_terminal_color(settings, color),
			       opening[(guchar)sign], text, closing[(guchar)sign],
			       settings->color ? RESET : "");
}

static void finish_line(GString *out, const char *name, struct line *line)
{
	if (line->changed)
		g_string_append_printf(out, "%*s    %s\n", STEP_WIDTH, name, line->text->str);
	g_string_truncate(line->text, 0);
	line->changed = FALSE;
}

static void append_step(GString *out, const char *name, const struct md_word_change *change,
			gboolean latin1, const struct md_render_settings *settings)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct line line = { text, FALSE };
	const char *at = change->text->str;

	for (guint i = 0; i < change->runs->len; i++) {
		const struct md_word_run *run = &g_array_index(change->runs, struct md_word_run, i);
		struct md_slice rest = { at, run->size }, piece;

		while (md_slice_next_line(&rest, &piece)) {
			struct md_slice whole = md_slice_chomp(piece);

			append_piece(&line, run->sign, whole, latin1, settings);
			if (whole.size < piece.size)
				finish_line(out, name, &line);
		}
		at += run->size;
	}
	finish_line(out, name, &line);
}

void md_words_append(GString *out, const struct md_word_change *words, gboolean latin1,
		     const struct md_render_settings *settings)
{
	for (enum md_step step = 0; words != NULL && step < MD_STEPS; step++)
		append_step(out, md_step_name(step), &words[step], latin1, settings);
}
