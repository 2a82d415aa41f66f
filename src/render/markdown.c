/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markdown for a comment on a pull request, as CommonMark and GitHub's dialect of it read it.
 * All that comes from the input stands in code, where there is no markup, link or mention: a span
 * or block of code ends at a run of as many backticks as it began with, so it begins with more
 * than any in it.
 */
#include "render/markdown.h"
#include "render/terminal.h"

#include <string.h>

/* A path, a subject, a reason: what is longer is cut. */
#define LONGEST_CODE 300
/* The shortest fence of a block. */
#define FENCE 3

static gsize longest_run(const char *text)
{
	gsize longest = 0;

	for (const char *run = strchr(text, '`'); run != NULL; run = strchr(run, '`')) {
		gsize length = strspn(run, "`");

		longest = MAX(longest, length);
		run += length;
	}
	return longest;
}

static void append_ticks(GString *out, gsize count)
{
	while (count-- > 0)
		g_string_append_c(out, '`');
}

void md_markdown_code(GString *out, const char *text, gboolean latin1)
{
	/* Control characters, newlines too, are made visible. */
	g_autofree char *whole = md_terminal_name(text, latin1);
	g_autofree char *cut =
		g_utf8_substring(whole, 0, MIN(g_utf8_strlen(whole, -1), LONGEST_CODE));
	g_autofree char *printable =
		g_strconcat(cut, strlen(cut) < strlen(whole) ? "..." : "", NULL);
	gsize ticks = longest_run(printable) + 1;

	append_ticks(out, ticks);
	/* One blank at each end is taken away again. */
	g_string_append_printf(out, ticks > 1 || printable[0] == '\0' ? " %s " : "%s", printable);
	append_ticks(out, ticks);
}

void md_markdown_block(GString *out, const char *language, const char *lines)
{
	gsize ticks = MAX(longest_run(lines) + 1, FENCE);

	append_ticks(out, ticks);
	g_string_append_printf(out, "%s\n%s", language, lines);
	if (lines[0] != '\0' && !g_str_has_suffix(lines, "\n"))
		g_string_append_c(out, '\n');
	append_ticks(out, ticks);
	g_string_append_c(out, '\n');
}

gboolean md_markdown_fit(GString *out, const GString *entry, gsize room)
{
	if (out->len + entry->len + room > MD_COMMENT_SIZE)
		return FALSE;
	g_string_append_len(out, entry->str, (gssize)entry->len);
	return TRUE;
}
