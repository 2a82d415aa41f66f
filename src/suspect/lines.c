/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that changed in a definition: to search for words, and to show. */
#include "suspect/ground.h"

#include <string.h>

/* What is shown of one suspect: as much as is read at a glance. */
#define MOST_LINES 12
/* Around what changed. */
#define CONTEXT 1

static struct md_slice definition_text(struct md_ground *ground, enum md_version version,
				       const char *path, const char *name)
{
	const struct md_file *file = path ? md_source_file(ground->source[version], path) : NULL;
	const struct md_definition *found = file ? md_file_find(file, name) : NULL;

	return found ? md_file_slice(file, found) : (struct md_slice){ "", 0 };
}

static gboolean is_near_change(const struct md_columns *columns, gsize index)
{
	gsize first = index > CONTEXT ? index - CONTEXT : 0;
	gsize end = MIN(index + CONTEXT + 1, columns->count);

	for (gsize i = first; i < end; i++) {
		if (md_mark_shown(columns->mark[i]) != ' ')
			return TRUE;
	}
	return FALSE;
}

static void add_line(struct md_suspect *suspect, char sign, gsize line, struct md_slice text)
{
	struct md_suspect_line shown = { .sign = sign, .line = (guint)line + 1 };
	g_autofree char *copy = NULL;

	text = md_slice_chomp(text);
	copy = g_strndup(text.data, text.size);
	shown.text = g_utf8_make_valid(copy, -1);
	g_array_append_val(suspect->lines, shown);
}

void md_changed_lines_find(struct md_ground *ground, const struct md_interest *interest,
			   struct md_workspace *workspace, struct md_columns *columns)
{
	struct md_slice before =
		definition_text(ground, ground->oldest, interest->old_path, interest->name);
	struct md_slice after =
		definition_text(ground, ground->newest, interest->path, interest->name);
	const struct md_slice text[MD_VERSIONS] = { before, before, before, after };

	md_diff_compute(workspace, text, MD_SPACE_CHANGE, columns);
}

gboolean md_changed_lines_have(const struct md_columns *columns, struct md_slice word)
{
	struct md_walk walk = { 0 };

	while (walk.column < columns->count) {
		struct md_slice rest = md_walk_text(&walk, columns), next;
		char shown = md_mark_shown(columns->mark[walk.column]);

		md_walk_next(&walk, columns);
		while (shown != ' ' && md_slice_next_word(&rest, &next)) {
			if (md_slice_equal(next, word))
				return TRUE;
		}
	}
	return FALSE;
}

void md_changed_lines_show(const struct md_columns *columns, const struct md_interest *interest,
			   struct md_suspect *suspect)
{
	struct md_walk walk = { 0 };

	while (walk.column < columns->count) {
		gsize index = walk.column;
		char sign = md_mark_shown(columns->mark[index]);
		enum md_side side = sign == '-' ? MD_OLD : MD_NEW;
		gsize line = interest->lines[side].first +
			     walk.position[side == MD_OLD ? MD_OLD_BASE : MD_NEW_DOWNSTREAM];
		struct md_slice text = md_walk_text(&walk, columns);

		md_walk_next(&walk, columns);
		if (!is_near_change(columns, index))
			continue;
		if (suspect->lines->len < MOST_LINES)
			add_line(suspect, sign, line, text);
		else
			suspect->more_lines += sign != ' ';
	}
}
