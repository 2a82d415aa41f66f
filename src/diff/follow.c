/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes whose lines theirs moved elsewhere.
 *
 * Model: what ours changed, with some lines around it, is a window. Of all
 * pieces of text that theirs added, the one that shares most telling lines
 * with the window, half of them at least, is where they went; there the window
 * is merged as any three texts are: before, after, and that piece.
 *
 * Cost: nothing where every change has its place; else, for each that has
 * none, a pass over what theirs added.
 */
#include "diff/workspace.h"

#include <string.h>

/* Fewer telling lines than this stand in two places by chance. */
#define LEAST_LINES 3
/* Larger pieces are whole files of generated text. */
#define LARGEST_TARGET (4 * 1024 * 1024)

gsize md_window_likeness(struct md_slice window, struct md_slice target)
{
	g_autoptr(GHashTable) telling = g_hash_table_new(g_direct_hash, g_direct_equal);
	struct md_slice line;
	gsize all, shared = 0;

	if (target.size > LARGEST_TARGET)
		return 0;
	while (md_slice_next_line(&window, &line)) {
		if (md_line_is_telling(line))
			g_hash_table_add(telling, GUINT_TO_POINTER(md_line_hash(line, 0)));
	}
	all = g_hash_table_size(telling);
	if (all < LEAST_LINES)
		return 0;
	while (md_slice_next_line(&target, &line))
		shared += g_hash_table_remove(telling, GUINT_TO_POINTER(md_line_hash(line, 0)));
	return shared >= LEAST_LINES && shared * 2 >= all ? shared : 0;
}

gboolean md_chunk_is_lost(const struct md_chunk *chunk)
{
	/* A window that is not found in itself is too small to be found anywhere. */
	const struct md_slice window = chunk->window[MD_MERGE_BASE];

	switch (chunk->kind) {
	case MD_CHUNK_CONFLICT:
	/* Words may fit by chance where whole lines stand elsewhere. */
	case MD_CHUNK_WORDS:
		return md_window_likeness(window, window) > 0;
	case MD_CHUNK_ADOPTED:
		/* What ours deleted theirs may have only moved. */
		return chunk->result.size < chunk->text[MD_MERGE_BASE].size &&
		       md_window_likeness(window, window) > 0;
	default:
		return FALSE;
	}
}

/* Theirs also changed what ours changed: after a move that is too much to follow, but for words. */
static gboolean is_in_doubt(const struct md_chunk *chunk)
{
	return chunk->kind > MD_CHUNK_OURS && chunk->kind != MD_CHUNK_WORDS;
}

gboolean md_merge_into(struct md_workspace *workspace,
		       const struct md_slice window[MD_MERGE_THEIRS], struct md_slice target,
		       GString *result, gsize *line)
{
	const struct md_slice text[MD_MERGE_TEXTS] = { window[MD_MERGE_BASE], window[MD_MERGE_OURS],
						       target };
	MD_AUTOPTR(md_merge) merge = md_merge_of_lines(workspace, text);
	gboolean found = FALSE;
	gsize before = 0;

	g_string_truncate(result, 0);
	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);

		if (is_in_doubt(chunk))
			return FALSE;
		if (!found && chunk->kind >= MD_CHUNK_OURS) {
			*line = before;
			found = TRUE;
		}
		before += md_slice_count_lines(chunk->result);
		md_text_append(result, chunk->result);
	}
	return found;
}

/* The chunk in which theirs added most of what is in @window; FALSE: none. */
static gboolean find_target(const struct md_merge *merge, struct md_slice window, guint *target)
{
	gsize best = 0;

	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);
		gsize likeness;

		if (chunk->kind != MD_CHUNK_THEIRS || chunk->result.size == 0)
			continue;
		likeness = md_window_likeness(window, chunk->result);
		if (likeness > best) {
			best = likeness;
			*target = i;
		}
	}
	return best > 0;
}

void md_merge_put(struct md_merge *merge, guint target, GString *text)
{
	struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, target);

	chunk->result.size = text->len;
	chunk->result.data = text->str;
	g_ptr_array_add(merge->kept, g_string_free(text, FALSE));
}

void md_merge_follow(struct md_workspace *workspace, struct md_merge *merge)
{
	for (guint i = 0; i < merge->chunks->len; i++) {
		struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);
		g_autoptr(GString) text = NULL;
		guint target;

		if (!md_chunk_is_lost(chunk) ||
		    !find_target(merge, chunk->window[MD_MERGE_BASE], &target))
			continue;
		text = g_string_new(NULL);
		if (!md_merge_into(workspace, chunk->window,
				   g_array_index(merge->chunks, struct md_chunk, target).result,
				   text, &chunk->moved_line))
			continue;
		chunk->kind = MD_CHUNK_MOVED;
		chunk->result = chunk->text[MD_MERGE_THEIRS];
		chunk->moved_to = target;
		md_merge_put(merge, target, g_steal_pointer(&text));
	}
}
