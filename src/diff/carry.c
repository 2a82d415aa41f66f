/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes that were carried, but not line by line: upstream changed the lines
 * that the downstream had changed, and the new downstream is what a merge by
 * words makes of the two.
 *
 * Model: a run of columns without a line that both downstreams have is one
 * place where they differ. Its texts are merged by words; where that
 * gives the new downstream's, to the byte, its shown columns are flagged
 * MD_MARK_WORDS: nothing of it is the downstream's own doing. As the result is
 * known, the merge may be bold: it only has to explain.
 */
#include "diff/workspace.h"

#define BOTH_DOWNSTREAMS (MD_BIT(MD_OLD_DOWNSTREAM) | MD_BIT(MD_NEW_DOWNSTREAM))

void md_columns_text(const struct md_columns *columns, gsize first, gsize end,
		     enum md_version version, GString *text)
{
	g_string_truncate(text, 0);
	for (gsize i = first; i < end; i++) {
		struct md_slice line = columns->text[columns->number[i]];

		if (!(columns->mark[i] & MD_MARK_AWAY) &&
		    (md_mark_info(columns->mark[i])->projections & MD_BIT(version)))
			g_string_append_len(text, line.data, (gssize)line.size);
	}
}

gboolean md_mark_is_in_both_downstreams(md_mark mark)
{
	return !(mark & MD_MARK_AWAY) &&
	       (md_mark_info(mark)->projections & BOTH_DOWNSTREAMS) == BOTH_DOWNSTREAMS;
}

gsize md_columns_place_end(const struct md_columns *columns, gsize first)
{
	while (first < columns->count && !md_mark_is_in_both_downstreams(columns->mark[first]))
		first++;
	return first;
}

/* Whether columns [first, end) can be what both sides did: shown lines of both downstreams. */
static gboolean is_candidate(const struct md_columns *columns, gsize first, gsize end)
{
	guint32 shown = 0, near = md_marks_of_range(columns, first, end);

	shown = near & md_mark_set_shown();
	return shown != 0 && md_class_of_marks(shown, near) == MD_CLASS_ADAPTED;
}

gboolean md_columns_is_merged(struct md_workspace *workspace, const struct md_columns *columns,
			      gsize first, gsize end)
{
	static const enum md_version version[MD_MERGE_TEXTS] = {
		[MD_MERGE_BASE] = MD_OLD_BASE,
		[MD_MERGE_OURS] = MD_OLD_DOWNSTREAM,
		[MD_MERGE_THEIRS] = MD_NEW_BASE,
	};
	g_autoptr(GString) merged = g_string_new(NULL), newest = g_string_new(NULL);
	GString *kept[MD_MERGE_TEXTS];
	struct md_slice text[MD_MERGE_TEXTS];
	gboolean done;

	for (guint i = 0; i < MD_MERGE_TEXTS; i++) {
		kept[i] = g_string_new(NULL);
		md_columns_text(columns, first, end, version[i], kept[i]);
		text[i] = (struct md_slice){ kept[i]->str, kept[i]->len };
	}
	md_columns_text(columns, first, end, MD_NEW_DOWNSTREAM, newest);
	done = md_words_merge(workspace, text, MD_MERGE_ANYHOW, merged) &&
	       g_string_equal(merged, newest);
	for (guint i = 0; i < MD_MERGE_TEXTS; i++)
		g_string_free(kept[i], TRUE);
	return done;
}

void md_columns_carry_words(struct md_workspace *workspace, struct md_columns *columns)
{
	gsize end = 0;

	for (gsize first = 0; first < columns->count; first = end + 1) {
		end = md_columns_place_end(columns, first);
		if (!is_candidate(columns, first, end) ||
		    !md_columns_is_merged(workspace, columns, first, end))
			continue;
		for (gsize i = first; i < end; i++) {
			if (md_mark_shown(columns->mark[i]) != ' ')
				columns->mark[i] |= MD_MARK_WORDS;
		}
	}
}
