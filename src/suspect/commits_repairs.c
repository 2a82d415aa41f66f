/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message says of another commit that it takes back or repairs. git revert writes
 *
 *	This reverts commit 0123456789abcdef0123456789abcdef01234567.
 *
 * and whoever repairs something writes, as the kernel's submitting-patches.rst asks for,
 *
 *	Fixes: 0123456789ab ("mm: say what it said")
 *
 * with twelve digits or so. A few digits may be those of another commit as well, so where
 * there is a subject it must be the commit's.
 */
#include "suspect/commits.h"

#include <string.h>

/* Fewer digits than git itself abbreviates to are no id. */
#define LEAST_DIGITS 7
/* Nobody repairs more commits than this at once; a message may say so without end. */
#define MOST_REPAIRED 64

static void repaired_clear(void *data)
{
	struct md_repaired *repaired = data;

	g_free(repaired->subject);
}

/* What stands in ("...") at the beginning of @text, which ends at @end; owned; NULL: nothing. */
static char *quoted(const char *text, const char *end)
{
	const char *last;

	while (text < end && *text == ' ')
		text++;
	if (end - text < 4 || text[0] != '(' || text[1] != '"')
		return NULL;
	last = memrchr(text, '"', end - text);
	return last > text + 2 ? g_strndup(text + 2, last - text - 2) : NULL;
}

static void take(GArray *found, gboolean reverted, const char *at, const char *end)
{
	struct md_repaired repaired = { .reverted = reverted };
	gsize digits = 0;

	while (at < end && *at == ' ')
		at++;
	while (at + digits < end && digits < MD_ID_SIZE * 2 && g_ascii_isxdigit(at[digits])) {
		repaired.id[digits] = g_ascii_tolower(at[digits]);
		digits++;
	}
	if (digits < LEAST_DIGITS || found->len == MOST_REPAIRED)
		return;
	repaired.subject = reverted ? NULL : quoted(at + digits, end);
	g_array_append_val(found, repaired);
}

GArray *md_message_repairs(const char *message)
{
	static const struct {
		const char *words;
		gboolean reverted;
	} forms[] = {
		{ "This reverts commit ", TRUE },
		{ "Fixes: ", FALSE },
	};
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct md_repaired));

	g_array_set_clear_func(found, repaired_clear);
	for (const char *line = message; *line != '\0';) {
		const char *end = line + strcspn(line, "\n");

		line += strspn(line, " \t");
		for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
			gsize size = strlen(forms[i].words);

			if (g_ascii_strncasecmp(line, forms[i].words, size) == 0)
				take(found, forms[i].reverted, line + size, end);
		}
		line = *end == '\n' ? end + 1 : end;
	}
	return found;
}

gboolean md_repaired_is(const struct md_repaired *repaired, const struct md_commit *commit)
{
	return strncmp(commit->id, repaired->id, strlen(repaired->id)) == 0 &&
	       (repaired->subject == NULL || strcmp(repaired->subject, commit->subject) == 0);
}
