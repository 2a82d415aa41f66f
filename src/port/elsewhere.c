/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes whose lines upstream moved to another file: a function that went to a
 * new file, a file that was split.
 *
 * Model: a hunk that has no place, with some lines around it, is a window. It is
 * looked for in what upstream added to files beside its own (of the same
 * folder and kind), by the rule that is used within a file (diff/follow.c). A
 * file that takes something in becomes a task of its own, if it is none yet.
 *
 * Cost: nothing where every hunk has its place; else upstream's changes are
 * listed once, and the files beside are read for each patch that needs them.
 */
#include "port/internal.h"

#include <string.h>

/* Lines around a hunk, beside its own context. */
#define WINDOW 7

/*
 * A hunk before and after, with lines around it that no other hunk reaches. The
 * hunks before it moved its lines by what they added.
 */
static void find_window(struct md_port_task *task, guint index,
			struct md_slice window[MD_MERGE_THEIRS])
{
	const struct md_port_change *change = md_port_task_change(task, index);
	gsize ours = change->line - 1, ours_end = ours + change->hunk->new_count;
	gsize base = ours, before = MIN(ours, WINDOW), after = WINDOW;

	for (guint i = 0; i < task->changes->len; i++) {
		const struct md_port_change *other = md_port_task_change(task, i);
		gsize first = other->line - 1, end;

		if (i == index || other->hunk == NULL)
			continue;
		end = first + other->hunk->new_count;
		if (first >= ours_end) {
			after = MIN(after, first - ours_end);
		} else if (end <= ours) {
			before = MIN(before, ours - end);
			base += other->hunk->old_count;
			base -= other->hunk->new_count;
		}
	}
	window[MD_MERGE_BASE] =
		md_slice_lines(md_slice_from_bytes(task->state[MD_MERGE_BASE].content),
			       base - before, base + change->hunk->old_count + after);
	window[MD_MERGE_OURS] =
		md_slice_lines(md_slice_from_bytes(task->state[MD_MERGE_OURS].content),
			       ours - before, ours_end + after);
}

struct target {
	struct md_port_task *task;
	guint chunk;
	gsize likeness;
};

static void find_target(struct md_port_task *task, struct md_slice window, struct target *best)
{
	for (guint i = 0; task->merge != NULL && i < task->merge->chunks->len; i++) {
		const struct md_chunk *chunk =
			&g_array_index(task->merge->chunks, struct md_chunk, i);
		gsize likeness;

		if (chunk->kind != MD_CHUNK_THEIRS || chunk->result.size == 0)
			continue;
		likeness = md_window_likeness(window, chunk->result);
		if (likeness > best->likeness)
			*best = (struct target){ task, i, likeness };
	}
}

char *md_port_place(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return g_strdup_printf("%.*s%s", (int)(name - path), path, dot ? dot : "");
}

/* TRUE where the two files lie beside each other and are of one kind. */
static gboolean is_beside(const char *path, const char *other)
{
	g_autofree char *place = md_port_place(path), *other_place = md_port_place(other);

	return strcmp(path, other) != 0 && strcmp(place, other_place) == 0;
}

/*
 * Makes the change of @window in the file that took its lines in, where there is
 * one, and tells @change where that is.
 */
static gboolean follow(struct md_port_task *task, const struct md_slice window[MD_MERGE_THEIRS],
		       struct md_port_change *change, GPtrArray *beside,
		       struct md_workspace *workspace)
{
	struct target best = { NULL };
	g_autoptr(GString) text = g_string_new(NULL);
	const struct md_chunk *chunk;

	for (guint i = 0; i < beside->len; i++) {
		struct md_port_task *other = g_ptr_array_index(beside, i);

		if (is_beside(task->path[MD_MERGE_THEIRS], other->to))
			find_target(other, window[MD_MERGE_BASE], &best);
	}
	if (best.task == NULL)
		return FALSE;
	chunk = &g_array_index(best.task->merge->chunks, struct md_chunk, best.chunk);
	if (!md_merge_into(workspace, window, chunk->result, text, &change->target_line))
		return FALSE;
	md_merge_put(best.task->merge, best.chunk, g_steal_pointer(&text));
	change->elsewhere = best.task;
	change->target = best.chunk;
	md_port_report(change, MD_PORT_MOVED, NULL);
	return TRUE;
}

/* Tells all hunks that hold @chunk what @change was told. */
static void tell_holders(struct md_port_task *task, const struct md_chunk *chunk,
			 const struct md_port_change *change)
{
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *holder = md_port_task_change(task, i);

		if (!md_port_change_holds(holder, chunk))
			continue;
		holder->elsewhere = change->elsewhere;
		holder->target = change->target;
		holder->target_line = change->target_line;
		md_port_report(holder, MD_PORT_MOVED, NULL);
	}
}

/* Upstream deleted the file: its hunks are looked for one by one. */
static void follow_hunks(struct md_port_task *task, GPtrArray *beside,
			 struct md_workspace *workspace)
{
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_slice window[MD_MERGE_THEIRS];

		if (md_port_task_change(task, i)->hunk == NULL)
			continue;
		find_window(task, i, window);
		follow(task, window, md_port_task_change(task, i), beside, workspace);
	}
}

void md_port_follow(struct md_port_task *task, GPtrArray *beside, struct md_workspace *workspace)
{
	if (task->kind == MD_PORT_DELETED_THEIRS)
		follow_hunks(task, beside, workspace);
	for (guint i = 0; task->merge != NULL && i < task->merge->chunks->len; i++) {
		struct md_chunk *chunk = &g_array_index(task->merge->chunks, struct md_chunk, i);
		struct md_port_hunk unused = { 0 };
		struct md_port_change change = { .report = &unused };

		if (!md_chunk_is_lost(chunk) ||
		    !follow(task, chunk->window, &change, beside, workspace))
			continue;
		tell_holders(task, chunk, &change);
		chunk->kind = MD_CHUNK_THEIRS;
		chunk->result = chunk->text[MD_MERGE_THEIRS];
	}
}

gboolean md_port_has_lost(const struct md_port_task *task)
{
	if (task->kind == MD_PORT_DELETED_THEIRS)
		return TRUE;
	for (guint i = 0; task->merge != NULL && i < task->merge->chunks->len; i++) {
		if (md_chunk_is_lost(&g_array_index(task->merge->chunks, struct md_chunk, i)))
			return TRUE;
	}
	return FALSE;
}
