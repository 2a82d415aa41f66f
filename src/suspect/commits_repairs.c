/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commit takes back or repairs which, by what messages say. git revert writes
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
#include "suspect/commits_hunt.h"

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

/* ---------------------------------------------------- which commits those are */

static int compare_ids(gconstpointer a, gconstpointer b)
{
	const struct md_candidate *left = *(const struct md_candidate *const *)a;
	const struct md_candidate *right = *(const struct md_candidate *const *)b;

	return strcmp(left->text.commit->id, right->text.commit->id);
}

GPtrArray *md_hunt_sort_by_id(const struct md_hunt *hunt)
{
	GPtrArray *sorted = g_ptr_array_new();

	for (gsize i = 0; i < hunt->count; i++) {
		if (hunt->candidate[i].text.commit != NULL)
			g_ptr_array_add(sorted, &hunt->candidate[i]);
	}
	g_ptr_array_sort(sorted, compare_ids);
	return sorted;
}

/* The candidate that @repaired means; NULL: none, or it is not told which. */
static struct md_candidate *find_repaired(const GPtrArray *sorted,
					  const struct md_repaired *repaired)
{
	struct md_candidate *found = NULL;
	guint first = 0, end = sorted->len;

	while (first < end) {
		guint middle = first + (end - first) / 2;
		const struct md_candidate *candidate = g_ptr_array_index(sorted, middle);

		if (strcmp(candidate->text.commit->id, repaired->id) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	for (; first < sorted->len; first++) {
		struct md_candidate *candidate = g_ptr_array_index(sorted, first);

		if (!g_str_has_prefix(candidate->text.commit->id, repaired->id))
			break;
		if (!md_repaired_is(repaired, candidate->text.commit))
			continue;
		if (found != NULL)
			return NULL;
		found = candidate;
	}
	return found;
}

void md_hunt_take_out_reverted(struct md_hunt *hunt, const GPtrArray *sorted)
{
	for (gsize i = 0; i < hunt->count; i++) {
		struct md_candidate *candidate = &hunt->candidate[i];

		for (guint j = 0; !candidate->out && j < candidate->repairs->len; j++) {
			const struct md_repaired *repaired =
				&g_array_index(candidate->repairs, struct md_repaired, j);
			struct md_candidate *older =
				repaired->reverted ? find_repaired(sorted, repaired) : NULL;

			if (older != NULL && older > candidate && !older->out)
				candidate->out = older->out = TRUE;
		}
	}
}

/* Notes what the message of a later commit repairs. */
static void note_repairs(struct md_hunt *hunt, const GPtrArray *sorted, struct md_commit_text *text)
{
	g_autoptr(GArray) repairs = md_message_repairs(text->message);
	gboolean kept = FALSE;

	for (guint i = 0; i < repairs->len; i++) {
		const struct md_repaired *repaired = &g_array_index(repairs, struct md_repaired, i);
		struct md_candidate *candidate = find_repaired(sorted, repaired);

		/* Who takes it back says more of it than who mends a part. */
		if (candidate == NULL ||
		    (candidate->repair != NULL && (candidate->reverted || !repaired->reverted)))
			continue;
		candidate->repair = text->commit;
		candidate->reverted = repaired->reverted;
		kept = TRUE;
	}
	if (kept)
		g_ptr_array_add(hunt->later, g_steal_pointer(&text->commit));
}

gboolean md_hunt_find_repairs(struct md_hunt *hunt, const GPtrArray *sorted, struct md_tree *since,
			      struct md_tree *later, GError **error)
{
	MD_AUTOPTR(md_commits) commits = NULL;
	gsize count;

	if (later == NULL)
		return TRUE;
	if (!md_commits_new(since, later, &commits, hunt->hooks, error))
		return FALSE;
	count = commits != NULL ? md_commits_count(commits) : 0;
	for (gsize i = 0; i < count; i++) {
		struct md_commit_text text;

		if (!md_hooks_progress(hunt->hooks, "looking for repairs", i, count, error))
			return FALSE;
		if (!md_commits_message(commits, i, &text))
			continue;
		note_repairs(hunt, sorted, &text);
		md_commit_text_clear(&text);
	}
	return TRUE;
}
