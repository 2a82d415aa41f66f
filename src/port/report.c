/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger: what became of each hunk. A hunk holds several chunks of a merge,
 * and the heaviest of them names it; a chunk may lie in several hunks.
 */
#include "port/internal.h"

static const char same_lines[] = "upstream changed the same lines";
static const char lines_gone[] = "upstream deleted these lines";

/* Lines that the markers of a conflict take. */
#define MARKER_LINES 4

void md_port_report(struct md_port_change *change, enum md_port_result result, const char *reason)
{
	if (result < change->report->result)
		return;
	change->report->result = result;
	if (reason != NULL)
		change->report->reason = reason;
}

void md_port_report_all(struct md_port_task *task, enum md_port_result result, const char *reason)
{
	for (guint i = 0; i < task->changes->len; i++)
		md_port_report(md_port_task_change(task, i), result, reason);
}

gboolean md_port_change_holds(const struct md_port_change *change, const struct md_chunk *chunk)
{
	gsize first, end;

	if (change->hunk == NULL || chunk->kind < MD_CHUNK_OURS)
		return FALSE;
	first = change->line - 1;
	end = first + change->hunk->new_count;
	if (chunk->own_first == chunk->own_end)
		return first <= chunk->own_first && chunk->own_first <= end;
	return chunk->own_first < end && chunk->own_end > first;
}

/* The change nearest to a chunk that lies in none: diffs differ in where they put it. */
static struct md_port_change *nearest_change(struct md_port_task *task,
					     const struct md_chunk *chunk)
{
	struct md_port_change *nearest = NULL;
	gsize best = G_MAXSIZE;

	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *change = md_port_task_change(task, i);
		gsize away = change->line > chunk->own_first ? change->line - chunk->own_first
							     : chunk->own_first - change->line;

		if (change->hunk == NULL || away >= best)
			continue;
		best = away;
		nearest = change;
	}
	return nearest;
}

static const enum md_port_result result_of_kind[] = {
	[MD_CHUNK_OURS] = MD_PORT_CLEAN,  [MD_CHUNK_ADOPTED] = MD_PORT_CLEAN,
	[MD_CHUNK_LINES] = MD_PORT_CLEAN, [MD_CHUNK_WORDS] = MD_PORT_WORDS,
	[MD_CHUNK_MOVED] = MD_PORT_MOVED, [MD_CHUNK_CONFLICT] = MD_PORT_CONFLICT,
};

/* Lines of the result before each chunk; @marked: a conflict is written with its markers. */
static gsize *count_before(const struct md_merge *merge, gboolean marked)
{
	gsize *before = g_new(gsize, merge->chunks->len + 1);

	before[0] = 0;
	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);

		before[i + 1] = before[i] + md_slice_count_lines(chunk->result);
		if (!marked || chunk->kind != MD_CHUNK_CONFLICT)
			continue;
		before[i + 1] += MARKER_LINES;
		for (enum md_merge_text text = 0; text < MD_MERGE_THEIRS; text++)
			before[i + 1] += chunk->end[text] - chunk->first[text];
	}
	return before;
}

/* Lines of a chunk before the first that ours changed, in the result. */
static gsize count_inside(const struct md_chunk *chunk)
{
	struct md_slice theirs = chunk->text[MD_MERGE_THEIRS], result = chunk->result;
	struct md_slice theirs_line, line;
	gsize count = 0;

	if (chunk->kind == MD_CHUNK_CONFLICT)
		return 0;
	if (md_slice_equal(theirs, result))
		return MIN(chunk->own_first - chunk->first[MD_MERGE_OURS],
			   chunk->end[MD_MERGE_THEIRS] - chunk->first[MD_MERGE_THEIRS]);
	while (md_slice_next_line(&theirs, &theirs_line) && md_slice_next_line(&result, &line) &&
	       md_slice_equal(theirs_line, line))
		count++;
	return count;
}

/* Tells @change of chunk @index. */
static void report_chunk(struct md_port_change *change, const struct md_merge *merge, guint index,
			 const gsize *before)
{
	const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, index);
	const char *reason = chunk->text[MD_MERGE_THEIRS].size > 0 ? same_lines : lines_gone;

	if (chunk->kind == MD_CHUNK_MOVED) {
		change->report->line = before[chunk->moved_to] + chunk->moved_line + 1;
	} else if (!change->seen) {
		change->report->line = before[index] + count_inside(chunk) + 1;
		change->report->offset =
			(gssize)chunk->first[MD_MERGE_THEIRS] - (gssize)chunk->first[MD_MERGE_BASE];
	}
	change->whole = (!change->seen || change->whole) && chunk->kind == MD_CHUNK_ADOPTED;
	change->seen = TRUE;
	md_port_report(change, result_of_kind[chunk->kind],
		       chunk->kind == MD_CHUNK_CONFLICT ? reason : NULL);
}

void md_port_report_merge(struct md_port_task *task, gboolean marked)
{
	const struct md_merge *merge = task->merge;
	g_autofree gsize *before = count_before(merge, marked);

	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *change = md_port_task_change(task, i);

		if (change->report->result != MD_PORT_CONFLICT)
			change->seen = FALSE;
	}
	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);
		struct md_port_change *nearest = NULL;
		gboolean found = FALSE;

		if (chunk->kind < MD_CHUNK_OURS)
			continue;
		for (guint j = 0; j < task->changes->len; j++) {
			struct md_port_change *change = md_port_task_change(task, j);

			if (!md_port_change_holds(change, chunk))
				continue;
			report_chunk(change, merge, i, before);
			found = TRUE;
		}
		if (!found)
			nearest = nearest_change(task, chunk);
		if (nearest != NULL)
			report_chunk(nearest, merge, i, before);
	}
}

void md_port_report_elsewhere(struct md_port_task *task, gboolean marked)
{
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *change = md_port_task_change(task, i);
		g_autofree gsize *before = NULL;

		if (change->elsewhere == NULL || change->report->result != MD_PORT_MOVED)
			continue;
		before = count_before(change->elsewhere->merge, marked);
		g_free(change->report->to);
		change->report->to = g_strdup(change->elsewhere->to);
		change->report->line = before[change->target] + change->target_line + 1;
		change->report->offset = 0;
	}
}

void md_port_report_light(struct md_port_task *task)
{
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *change = md_port_task_change(task, i);

		if (change->seen && change->whole)
			md_port_report(change, MD_PORT_ADOPTED, NULL);
		else if (change->report->offset != 0)
			md_port_report(change, MD_PORT_OFFSET, NULL);
	}
}
