/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that stopped as a comment: each knot with its reasons, or why there is none. */
#include "render/lockup.h"
#include "render/markdown.h"

/* What the sentence about all that is left out takes. */
#define ROOM 500

static void append_list(GString *out, const GPtrArray *texts)
{
	for (guint i = 0; i < texts->len; i++) {
		g_string_append(out, "- ");
		md_markdown_code(out, g_ptr_array_index(texts, i), FALSE);
		g_string_append_c(out, '\n');
	}
	g_string_append(out, texts->len > 0 ? "\n" : "");
}

static gboolean append_knot(GString *out, const struct md_lockup *lockup,
			    const struct md_knot *knot, const struct md_render_settings *settings)
{
	g_autofree char *title = md_knot_title(lockup, knot);
	g_autoptr(GString) entry = g_string_new("### Deadlock, ");
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append(entry, knot->proved ? "proved: " : "likely: ");
	md_markdown_code(entry, title, FALSE);
	g_string_append_printf(entry, " (%s)\n\n", md_knot_cause_name(knot->cause));
	md_knot_text(text, lockup, knot, settings);
	md_markdown_block(entry, "", text->str);
	g_string_append_c(entry, '\n');
	append_list(entry, knot->evidence);
	return md_markdown_fit(out, entry, ROOM);
}

void md_lockup_markdown(GString *out, const struct md_lockup *lockup,
			const struct md_render_settings *settings)
{
	const struct md_render_settings plain = { .width = settings->width };
	g_autoptr(GString) notes = g_string_new(NULL);
	gsize left_out = 0;

	if (lockup->knots->len == 0)
		g_string_append(out, lockup->tasks->len > 0
					     ? "### No deadlock was found\n\n"
					     : "### The log has no task's stack\n\n");
	for (guint i = 0; i < lockup->knots->len; i++)
		left_out += !append_knot(out, lockup, g_ptr_array_index(lockup->knots, i), &plain);
	if (left_out > 0)
		g_string_append_printf(
			out, "Left out, as a comment has no room for it: %zu more.\n\n", left_out);
	append_list(notes, lockup->notes);
	md_markdown_fit(out, notes, 0);
}
