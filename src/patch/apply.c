/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds where a hunk goes, and puts it there.
 *
 * The model is that of GNU patch 2.7 (Larry Wall's, 1985): the old lines of a
 * hunk, context and deletions, are a pattern that is looked for near the line
 * the hunk names.
 *
 *  - The guess is the line that the hunk says plus what the hunk before was off.
 *    From it the search goes outwards, forwards first, over lines that hunks
 *    before have not changed.
 *  - Fuzz lets context lines at both ends differ, where the longer end loses
 *    lines first: with fuzz F and C lines of context at the longer end, an end
 *    keeps min(its own, C - F).
 *  - An end that is shorter than the other at fuzz 0 is short because the file
 *    ended: the hunk then fits only at that end of the file (for the start,
 *    only where it also says so by its line).  Fuzz lifts that line by line.
 *  - A hunk without old lines goes where it says.
 *  - What is written are the added lines; context stays as the file has it.
 *
 * GNU patch tries line after line, which costs hunk times file.  Here the
 * first guess is tried, and then windows that grow eightfold are searched by
 * Knuth, Morris and Pratt (1977): the cost is linear in the distance found.
 *
 * Where the guess lies among lines already changed, GNU patch begins its search
 * as far before the guess as it should begin behind it.  That decides where a
 * hunk goes and is kept (see find_behind).
 *
 * Where we differ: a line without a newline that gets followers always gets
 * its newline, where GNU patch joins it with the next in some cases.
 */
#include "patch/apply.h"

/* The first window of the search to either side, and how it grows. */
#define WINDOW_FIRST 64
#define WINDOW_GROWTH 8

void md_applier_init(struct md_applier *applier, GArray *text, guint fuzz_limit)
{
	*applier = (struct md_applier){
		.text = text,
		.output = g_array_new(FALSE, FALSE, sizeof(struct md_line)),
		.fuzz_limit = fuzz_limit,
		.pattern.lines = g_array_new(FALSE, FALSE, sizeof(struct md_line)),
		.borders = g_array_new(FALSE, FALSE, sizeof(gsize)),
	};
}

void md_applier_clear(struct md_applier *applier)
{
	g_array_unref(applier->output);
	g_array_unref(applier->pattern.lines);
	g_array_unref(applier->borders);
}

void md_pattern_fill(struct md_pattern *pattern, const struct md_hunk *hunk, char skip)
{
	gboolean changed = FALSE;

	g_array_set_size(pattern->lines, 0);
	pattern->prefix = pattern->suffix = 0;
	for (gsize i = 0; i < hunk->line_count; i++) {
		const struct md_hunk_line *line = &hunk->line[i];

		if (line->sign != skip) {
			struct md_line pattern_line = md_line_new(line->text);

			g_array_append_val(pattern->lines, pattern_line);
		}
		if (line->sign != ' ') {
			changed = TRUE;
			pattern->suffix = 0;
		} else {
			pattern->suffix++;
			pattern->prefix += !changed;
		}
	}
}

static const struct md_line *text_line(const struct md_applier *applier, gssize line)
{
	return &g_array_index(applier->text, struct md_line, line - 1);
}

static const struct md_line *pattern_line(const struct md_applier *applier, gsize index)
{
	return &g_array_index(applier->pattern.lines, struct md_line, index);
}

/* Whether lines [first, end) of the pattern match with its line 0 at @where. */
static gboolean matches_at(const struct md_applier *applier, gsize first, gsize end, gssize where)
{
	if (first >= end)
		return TRUE;
	if (where + (gssize)first < 1 || where + (gssize)end - 1 > (gssize)applier->text->len)
		return FALSE;
	for (gsize i = first; i < end; i++)
		if (!md_line_equal(pattern_line(applier, i), text_line(applier, where + (gssize)i)))
			return FALSE;
	return TRUE;
}

/* For each line of the pattern, how long a start of it ends there. */
static void compute_borders(struct md_applier *applier, gsize first, gsize end)
{
	gsize *border;

	g_array_set_size(applier->borders, (guint)(end - first));
	border = (gsize *)(void *)applier->borders->data;
	border[0] = 0;
	for (gsize i = 1, length = 0; i < end - first; i++) {
		const struct md_line *line = pattern_line(applier, first + i);

		while (length > 0 && !md_line_equal(line, pattern_line(applier, first + length)))
			length = border[length - 1];
		length += md_line_equal(line, pattern_line(applier, first + length));
		border[i] = length;
	}
}

/* The match nearest to @guess in [low, high]. */
static gssize search_window(struct md_applier *applier, gsize first, gsize end, gssize guess,
			    gssize low, gssize high)
{
	const gsize *border = (const gsize *)(const void *)applier->borders->data;
	gsize size = end - first, length = 0;
	gssize last = MIN(high + (gssize)end - 1, (gssize)applier->text->len);
	gssize best = MD_NOWHERE;

	for (gssize at = MAX(low + (gssize)first, 1); at <= last; at++) {
		const struct md_line *line = text_line(applier, at);
		gssize where;

		while (length > 0 && !md_line_equal(line, pattern_line(applier, first + length)))
			length = border[length - 1];
		length += md_line_equal(line, pattern_line(applier, first + length));
		if (length < size)
			continue;
		length = border[length - 1];
		where = at + 1 - (gssize)end;
		/* They come in order: from the guess on only the first can be nearest. */
		if (where >= guess)
			return best == MD_NOWHERE || where - guess <= guess - best ? where : best;
		best = where;
	}
	return best;
}

gssize md_pattern_find(struct md_applier *applier, gsize first, gsize end, gssize guess, gssize low,
		       gssize high)
{
	gssize radius = WINDOW_FIRST, found;

	if (low > high)
		return MD_NOWHERE;
	guess = CLAMP(guess, low, high);
	if (matches_at(applier, first, end, guess))
		return guess;
	/* An empty pattern would have matched. */
	compute_borders(applier, first, end);
	for (;;) {
		gssize window_low = guess - low > radius ? guess - radius : low;
		gssize window_high = high - guess > radius ? guess + radius : high;

		found = search_window(applier, first, end, guess, window_low, window_high);
		if (found != MD_NOWHERE || (window_low == low && window_high == high))
			return found;
		radius *= WINDOW_GROWTH;
	}
}

/*
 * The search where the guess lies before @low, the first line that may still
 * change.  GNU patch has the sign of the distance wrong: it tries the line as
 * far before the guess as @low is behind it, then @low itself, then all lines
 * in order.  Lines before @low can be chosen; if the change itself is behind,
 * the hunk goes in.
 */
static gssize find_behind(struct md_applier *applier, gsize first, gsize end, gssize guess,
			  gssize low, gssize high)
{
	gssize before = 2 * guess - low;

	/* With fuzz nothing may be left to compare: that fits even before the file. */
	if (matches_at(applier, first, end, before))
		return before;
	if (low <= high && matches_at(applier, first, end, low))
		return low;
	/* The first from the lowest line on is the nearest to it. */
	before = MAX(before, 1 - (gssize)first);
	return md_pattern_find(applier, first, end, before, before, high);
}

/* Where the hunk goes with @fuzz, or MD_NOWHERE. */
static gssize locate(struct md_applier *applier, gssize old_start, gssize fuzz)
{
	const struct md_pattern *pattern = &applier->pattern;
	gssize guess = old_start + applier->in_offset;
	gssize size = pattern->lines->len, lines = applier->text->len;
	gssize context = (gssize)MAX(pattern->prefix, pattern->suffix);
	gssize prefix_fuzz = fuzz + (gssize)pattern->prefix - context;
	gssize suffix_fuzz = fuzz + (gssize)pattern->suffix - context;
	gssize low = (gssize)applier->frozen + 1;
	gssize high = lines - (size - suffix_fuzz) + 1;

	if (size == 0)
		return guess;
	if (prefix_fuzz < 0 && old_start <= 1) {
		if (applier->frozen > pattern->prefix || high < 1 ||
		    !matches_at(applier, 0, (gsize)(size - suffix_fuzz), 1))
			return MD_NOWHERE;
		return 1;
	}
	prefix_fuzz = MAX(prefix_fuzz, 0);
	if (suffix_fuzz < 0) {
		gssize where = lines - size + 1;

		return where >= low && matches_at(applier, (gsize)prefix_fuzz, (gsize)size, where)
			       ? where
			       : MD_NOWHERE;
	}
	if (guess < low && guess <= high)
		return find_behind(applier, (gsize)prefix_fuzz, (gsize)(size - suffix_fuzz), guess,
				   low, high);
	return md_pattern_find(applier, (gsize)prefix_fuzz, (gsize)(size - suffix_fuzz), guess, low,
			       high);
}

/*
 * Writes the lines of the file before line @line (from 0) that are not yet
 * out.  A hunk may name a line behind the end; what comes next must too.
 */
static void copy_until(struct md_applier *applier, gsize line)
{
	gsize end = MIN(line, applier->text->len);

	/* Until the first change there is nothing to write. */
	if (applier->output->len == 0 && applier->start == applier->frozen)
		applier->start = line;
	else if (end > applier->frozen)
		g_array_append_vals(applier->output,
				    text_line(applier, (gssize)applier->frozen + 1),
				    (guint)(end - applier->frozen));
	applier->frozen = line;
}

/* Puts in a hunk whose old lines begin at line @where. */
static gboolean write_hunk(struct md_applier *applier, const struct md_hunk *hunk, gssize where)
{
	gssize at = where - 1;

	/* Up to the first change, lines that are out already may serve as context. */
	if (at + (gssize)applier->pattern.prefix < (gssize)applier->frozen)
		return FALSE;
	for (gsize i = 0; i < hunk->line_count; i++) {
		const struct md_hunk_line *line = &hunk->line[i];

		if (line->sign != ' ')
			copy_until(applier, (gsize)at);
		if (line->sign == '+') {
			struct md_line added = md_line_new(line->text);

			g_array_append_val(applier->output, added);
		} else {
			at++;
		}
		if (line->sign == '-')
			applier->frozen = (gsize)at;
	}
	return TRUE;
}

enum md_outcome md_applier_hunk(struct md_applier *applier, const struct md_hunk *hunk,
				struct md_placing *placing)
{
	/* An empty range names the line before it. */
	gssize old_start = (gssize)hunk->old_start + (hunk->old_count == 0);
	gssize where = MD_NOWHERE;
	gsize fuzz, limit;

	md_pattern_fill(&applier->pattern, hunk, '+');
	limit = MIN(applier->fuzz_limit, MAX(applier->pattern.prefix, applier->pattern.suffix));
	for (fuzz = 0; fuzz <= limit; fuzz++) {
		where = locate(applier, old_start, (gssize)fuzz);
		if (where == MD_NOWHERE)
			continue;
		applier->in_offset = where - old_start;
		/* GNU patch has 0 for "not found", even where it found just that. */
		if (where != 0)
			break;
	}
	if (fuzz > limit)
		return MD_OUTCOME_NOT_FOUND;
	if (!write_hunk(applier, hunk, where))
		return MD_OUTCOME_OVERLAPS;
	*placing = (struct md_placing){ where + applier->out_offset, applier->in_offset, fuzz };
	applier->out_offset += (gssize)hunk->new_count - (gssize)hunk->old_count;
	return MD_OUTCOME_APPLIED;
}

void md_applier_finish(struct md_applier *applier, GPtrArray *kept)
{
	gsize lines = applier->text->len;

	if (applier->output->len > 0 || applier->start < applier->frozen)
		md_text_splice(applier->text, MIN(applier->start, lines),
			       MIN(applier->frozen, lines), applier->output, kept);
}
