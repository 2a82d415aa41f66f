/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where both sides changed a line, the words in it may still not touch.
 *
 * Model: diff3 of words. What each side made of the base is a row of edits, each
 * some words of the base and what stands there instead; both rows are taken in the
 * order of the base. Two edits that share a word of the base are a conflict, two that
 * touch are one as strictly as the caller asks; the same edit by both is made once.
 * (Columns would do, but they pair by text alone, and words recur more than lines do.)
 *
 * Source: the idea is Neil Brown's wiggle. Where we differ: wiggle merges the words of
 * whole files and hunks; here only what lines could not settle is
 * looked at, so the cost is that of a few lines.
 */
#include "diff/workspace.h"

#include <string.h>

/* Longer texts are not one line changed by two people; and Myers is quadratic. */
#define LONGEST_TEXT (64 * 1024)

enum kind {
	LETTER,
	BLANK,
	SINGLE,
};

static enum kind kind_of(char byte)
{
	if (g_ascii_isalnum(byte) || byte == '_' || (guchar)byte >= 0x80)
		return LETTER;
	return byte == ' ' || byte == '\t' ? BLANK : SINGLE;
}

gboolean md_slice_next_word(struct md_slice *rest, struct md_slice *word)
{
	gsize size = 1;

	if (rest->size == 0)
		return FALSE;
	while (size < rest->size && kind_of(rest->data[0]) != SINGLE &&
	       kind_of(rest->data[size]) == kind_of(rest->data[0]))
		size++;
	*word = (struct md_slice){ rest->data, size };
	rest->data += size;
	rest->size -= size;
	return TRUE;
}

/* Words live beside lines, which may be in use. */
static struct md_workspace *words_workspace(struct md_workspace *workspace)
{
	if (workspace->words == NULL)
		workspace->words = md_workspace_new();
	return workspace->words;
}

/* Words [first, end) of the base became words [from, to) of one side. */
struct edit {
	gsize first, end, from, to;
};

/* What one side made of the base. */
struct made {
	const struct md_lines *words;
	GArray *edits; /* of struct edit, in order, with an unchanged word between two */
	guint next;
	gsize base_end;	    /* of the edit last taken */
	gboolean insertion; /* and whether it only added */
};

static void find_edits(struct md_workspace *workspace, const struct md_lines *base,
		       struct made *made)
{
	const struct md_lines *words = made->words;
	guint8 *changed_base = md_buffer_reserve(&workspace->changed[MD_OLD], base->count, 1);
	guint8 *changed = md_buffer_reserve(&workspace->changed[MD_NEW], words->count, 1);
	const struct md_rows rows = { base->number, words->number, changed_base, changed };
	gsize i = 0, j = 0;

	md_twoway(workspace, base->number, base->count, words->number, words->count,
		  workspace->numbers, changed_base, changed);
	md_slide(&rows, base->count, words->count);
	for (;; i++, j++) {
		struct edit edit = { i, i, j, j };

		while (edit.end < base->count && changed_base[edit.end])
			edit.end++;
		while (edit.to < words->count && changed[edit.to])
			edit.to++;
		if (edit.end > edit.first || edit.to > edit.from)
			g_array_append_val(made->edits, edit);
		i = edit.end;
		j = edit.to;
		if (i == base->count)
			return;
	}
}

static const struct edit *next_edit(const struct made *made)
{
	return made->next < made->edits->len ? &g_array_index(made->edits, struct edit, made->next)
					     : NULL;
}

static gboolean is_insertion(const struct edit *edit)
{
	return edit->first == edit->end;
}

/* Whether @edit of one side is too near to the last one of the @other. */
static gboolean is_conflict(const struct edit *edit, const struct made *other,
			    enum md_merge_rule rule)
{
	if (other->next == 0 || edit->first > other->base_end)
		return FALSE;
	if (edit->first < other->base_end)
		return TRUE;
	switch (rule) {
	case MD_MERGE_APART:
		return TRUE;
	case MD_MERGE_TOUCHING:
		/* Beside what was replaced nobody can say where it belongs. */
		return is_insertion(edit) || other->insertion;
	case MD_MERGE_ANYHOW:
		return FALSE;
	}
	g_assert_not_reached();
}

static gboolean same_edit(const struct made *ours, const struct made *theirs)
{
	const struct edit *a = next_edit(ours), *b = next_edit(theirs);

	return a != NULL && b != NULL && a->first == b->first && a->end == b->end &&
	       a->to - a->from == b->to - b->from &&
	       memcmp(ours->words->number + a->from, theirs->words->number + b->from,
		      (a->to - a->from) * sizeof(guint32)) == 0;
}

/* At one place of the base what is only added comes first, upstream's before the downstream's. */
static gboolean is_first(const struct edit *ours, const struct edit *theirs)
{
	if (ours == NULL || theirs == NULL)
		return theirs == NULL;
	if (ours->first != theirs->first)
		return ours->first < theirs->first;
	return is_insertion(ours) && !is_insertion(theirs);
}

static void append_words(GString *out, const struct md_lines *words, gsize first, gsize end)
{
	for (gsize i = first; i < end; i++)
		g_string_append_len(out, words->line[i].data, (gssize)words->line[i].size);
}

/* Both rows of edits in the order of the base; FALSE at the first conflict. */
static gboolean merge_edits(const struct md_lines *base, struct made *ours, struct made *theirs,
			    enum md_merge_rule rule, GString *merged)
{
	gsize at = 0;

	while (next_edit(ours) != NULL || next_edit(theirs) != NULL) {
		gboolean same = same_edit(ours, theirs);
		gboolean first = is_first(next_edit(ours), next_edit(theirs));
		struct made *made = first ? ours : theirs, *other = first ? theirs : ours;
		const struct edit *edit = next_edit(made);

		if (is_conflict(edit, other, rule) || (same && is_conflict(edit, made, rule)))
			return FALSE;
		append_words(merged, base, at, edit->first);
		append_words(merged, made->words, edit->from, edit->to);
		at = made->base_end = edit->end;
		made->insertion = is_insertion(edit);
		made->next++;
		if (same) {
			other->base_end = made->base_end;
			other->insertion = made->insertion;
			other->next++;
		}
	}
	append_words(merged, base, at, base->count);
	return TRUE;
}

gboolean md_words_merge(struct md_workspace *workspace, const struct md_slice text[MD_MERGE_TEXTS],
			enum md_merge_rule rule, GString *merged)
{
	const struct md_slice version[MD_VERSIONS] = {
		text[MD_MERGE_BASE],
		text[MD_MERGE_OURS],
		text[MD_MERGE_THEIRS],
		text[MD_MERGE_THEIRS],
	};
	g_autoptr(GArray) ours_edits = g_array_new(FALSE, FALSE, sizeof(struct edit));
	g_autoptr(GArray) theirs_edits = g_array_new(FALSE, FALSE, sizeof(struct edit));
	struct made ours = { .edits = ours_edits }, theirs = { .edits = theirs_edits };

	g_string_truncate(merged, 0);
	for (guint i = 0; i < MD_MERGE_TEXTS; i++) {
		if (text[i].size > LONGEST_TEXT)
			return FALSE;
	}
	workspace = words_workspace(workspace);
	md_lines_number(workspace, version, md_slice_next_word, MD_SPACE_EXACT);
	ours.words = &workspace->lines[MD_MERGE_OURS];
	theirs.words = &workspace->lines[MD_MERGE_THEIRS];
	find_edits(workspace, &workspace->lines[MD_MERGE_BASE], &ours);
	find_edits(workspace, &workspace->lines[MD_MERGE_BASE], &theirs);
	if (merge_edits(&workspace->lines[MD_MERGE_BASE], &ours, &theirs, rule, merged))
		return TRUE;
	g_string_truncate(merged, 0);
	return FALSE;
}

#define IS_SAME(mark) ((mark) == MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_CONTEXT))
#define IS_ADDED(mark) ((mark) == MD_MARK(MD_SIGN_ABSENT, MD_SIGN_CONTEXT))
#define IS_REMOVED(mark) ((mark) == MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_ABSENT))

/* Appends words to the last run, or begins one. */
static void append_run(GArray *runs, GString *text, char sign, struct md_slice word)
{
	struct md_word_run *last =
		runs->len > 0 ? &g_array_index(runs, struct md_word_run, runs->len - 1) : NULL;

	if (last == NULL || last->sign != sign) {
		const struct md_word_run run = { sign, 0 };

		g_array_append_val(runs, run);
		last = &g_array_index(runs, struct md_word_run, runs->len - 1);
	}
	last->size += word.size;
	g_string_append_len(text, word.data, (gssize)word.size);
}

/* What is written of one place that differs: all that is gone, then all that came. */
struct change {
	GString *removed, *added;
};

static void change_flush(struct change *change, GArray *runs, GString *text)
{
	if (change->removed->len > 0)
		append_run(runs, text, '-',
			   (struct md_slice){ change->removed->str, change->removed->len });
	if (change->added->len > 0)
		append_run(runs, text, '+',
			   (struct md_slice){ change->added->str, change->added->len });
	g_string_truncate(change->removed, 0);
	g_string_truncate(change->added, 0);
}

/*
 * How many columns from @first on are blanks and single bytes that both texts have,
 * with a change behind them on the same line: 0 where no change comes.  Two
 * words that changed around a comma read better as one change.
 */
static gsize count_between(const struct md_columns *columns, struct md_walk walk)
{
	gsize first = walk.column;

	while (walk.column < columns->count && IS_SAME(columns->mark[walk.column])) {
		struct md_slice word = md_walk_text(&walk, columns);

		if (word.data[0] == '\n' || kind_of(word.data[0]) == LETTER)
			return 0;
		md_walk_next(&walk, columns);
	}
	return walk.column < columns->count ? walk.column - first : 0;
}

void md_words_diff(struct md_workspace *workspace, struct md_slice before, struct md_slice after,
		   GArray *runs, GString *text)
{
	const struct md_slice version[MD_VERSIONS] = { before, before, after, after };
	g_autoptr(GString) removed = g_string_new(NULL), added = g_string_new(NULL);
	struct change change = { removed, added };
	struct md_columns columns;
	struct md_walk walk = { 0 };
	gsize between = 0;

	md_columns_compute(words_workspace(workspace), version, md_slice_next_word, MD_SPACE_EXACT,
			   &columns);
	for (; walk.column < columns.count; md_walk_next(&walk, &columns)) {
		md_mark mark = columns.mark[walk.column];
		struct md_slice word = md_walk_text(&walk, &columns);

		if (IS_SAME(mark) && between == 0 && removed->len + added->len > 0)
			between = count_between(&columns, walk);
		if (IS_SAME(mark) && between == 0) {
			change_flush(&change, runs, text);
			append_run(runs, text, ' ', word);
			continue;
		}
		between -= IS_SAME(mark);
		if (!IS_ADDED(mark))
			g_string_append_len(removed, word.data, (gssize)word.size);
		if (!IS_REMOVED(mark))
			g_string_append_len(added, word.data, (gssize)word.size);
	}
	change_flush(&change, runs, text);
}
