/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a hunk does not fit: the slow path, taken only for a reject.
 *
 * If the new lines stand where the hunk would go, it was applied before.  Else
 * every line of the file that equals a line of the hunk votes for the place
 * that it would put the hunk at; where most votes meet, the hunk was meant to
 * go, and the first line that differs there is what changed.  A line that the
 * hunk has often, like an empty one, votes with its first few places only, so
 * that the cost stays linear in the file.
 */
#include "patch/apply.h"

#include <string.h>

/* With more places a line says nothing about where the hunk belongs. */
#define VOTES_LIMIT 8

/* The lines of the pattern by hash, equal ones chained. */
struct pattern_index {
	GHashTable *first; /* hash -> index + 1 of the last line with it */
	GArray *next;	   /* of gsize: index + 1 of the one before with that hash */
};

static void index_pattern(struct pattern_index *index, const GArray *pattern)
{
	index->first = g_hash_table_new(NULL, NULL);
	index->next = g_array_sized_new(FALSE, FALSE, sizeof(gsize), pattern->len);
	for (gsize i = 0; i < pattern->len; i++) {
		const struct md_line *line = &g_array_index(pattern, struct md_line, i);
		gpointer key = GUINT_TO_POINTER(line->hash);
		gsize before = GPOINTER_TO_SIZE(g_hash_table_lookup(index->first, key));

		g_array_append_val(index->next, before);
		g_hash_table_insert(index->first, key, GSIZE_TO_POINTER(i + 1));
	}
}

static void index_clear(struct pattern_index *index)
{
	g_hash_table_unref(index->first);
	g_array_unref(index->next);
}

/* Votes for the places that line @at of the file (from 0) would put the hunk at. */
static void vote(const struct pattern_index *index, const struct md_applier *applier, gsize at,
		 guint32 *votes)
{
	const struct md_line *line = &g_array_index(applier->text, struct md_line, at);
	gsize i = GPOINTER_TO_SIZE(g_hash_table_lookup(index->first, GUINT_TO_POINTER(line->hash)));

	for (gsize count = 0; i != 0 && count < VOTES_LIMIT; count++) {
		/* Places begin as many lines before the file as the hunk has. */
		votes[at + applier->pattern.lines->len - (i - 1)]++;
		i = g_array_index(index->next, gsize, i - 1);
	}
}

/*
 * The line (from 1, perhaps before the file) where most of the pattern
 * matches, the nearest to @guess of several; *matched is how many lines do.
 */
static gssize best_place(const struct md_applier *applier, gssize guess, gsize *matched)
{
	gsize size = applier->pattern.lines->len, places = applier->text->len + size + 1;
	g_autofree guint32 *votes = g_new0(guint32, places);
	struct pattern_index index;
	gssize best = guess;

	index_pattern(&index, applier->pattern.lines);
	for (gsize at = 0; at < applier->text->len; at++)
		vote(&index, applier, at, votes);
	index_clear(&index);
	*matched = 0;
	for (gsize i = 0; i < places; i++) {
		gssize line = (gssize)i - (gssize)size + 1;

		if (votes[i] > *matched || (votes[i] == *matched && votes[i] > 0 &&
					    ABS(line - guess) < ABS(best - guess))) {
			*matched = votes[i];
			best = line;
		}
	}
	return best;
}

static struct md_slice without_line_end(const struct md_line *line)
{
	struct md_slice text = md_slice_chomp(md_line_slice(line));

	while (text.size > 0 && text.data[text.size - 1] == '\r')
		text.size--;
	return text;
}

/* Names the first line that differs with the pattern at @where. */
static char *describe_difference(const struct md_applier *applier, gssize where)
{
	const GArray *pattern = applier->pattern.lines;
	gssize lines = applier->text->len;

	for (gsize i = 0; i < pattern->len; i++) {
		const struct md_line *wanted = &g_array_index(pattern, struct md_line, i);
		gssize at = where + (gssize)i;
		const struct md_line *found;

		if (at < 1)
			continue;
		if (at > lines)
			return g_strdup_printf("the file ends at line %" G_GSSIZE_FORMAT
					       ", inside the hunk",
					       lines);
		found = &g_array_index(applier->text, struct md_line, at - 1);
		if (md_line_equal(wanted, found))
			continue;
		if (md_slice_equal(without_line_end(wanted), without_line_end(found)))
			return g_strdup_printf("the line ending differs at line %" G_GSSIZE_FORMAT,
					       at);
		return g_strdup_printf("context changed at line %" G_GSSIZE_FORMAT, at);
	}
	if (where < 1)
		return g_strdup("the file begins inside the hunk");
	/* All of it is there, but may not be used. */
	if (where <= (gssize)applier->frozen)
		return g_strdup("overlaps the hunk before");
	return g_strdup_printf(
		"fits at line %" G_GSSIZE_FORMAT ", but its context ends as at the %s of a file",
		where, applier->pattern.prefix < applier->pattern.suffix ? "start" : "end");
}

char *md_diagnose(struct md_applier *applier, const struct md_hunk *hunk)
{
	gssize guess = (gssize)hunk->old_start + applier->in_offset;
	gsize matched;
	gssize where;

	md_pattern_fill(&applier->pattern, hunk, '-');
	if (applier->pattern.lines->len > 0 &&
	    md_pattern_find(applier, 0, applier->pattern.lines->len, guess, 1,
			    (gssize)applier->text->len) != MD_NOWHERE)
		return g_strdup("already applied");
	md_pattern_fill(&applier->pattern, hunk, '+');
	if (applier->text->len == 0)
		return g_strdup("the file is empty");
	where = best_place(applier, guess, &matched);
	if (matched == 0)
		return g_strdup("nothing like it in the file");
	return describe_difference(applier, where);
}
