/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks with equal stacks: 500 that wait for one mutex are read, and shown, as one. */
#include "lockup/internal.h"

static void append_number(GString *key, guint64 number)
{
	g_string_append_printf(key, " %" G_GINT64_MODIFIER "x", number);
}

static char *stack_key(const struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;
	GString *key = g_string_new(NULL);

	for (gsize i = 0; i < frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);

		g_string_append(key, frame->symbol != NULL ? frame->symbol : "?");
		append_number(key, frame->offset);
		g_string_append_printf(key, "%s%s\n", frame->reliable ? "" : "?",
				       frame->stack != NULL ? frame->stack : "");
	}
	append_number(key, task->want.address.value);
	append_number(key, task->waits);
	/* What the source says of a stack is the same of all; what the log says need not be. */
	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_lockup_hold *hold =
			&g_array_index(task->holds, struct md_lockup_hold, i);

		if (!hold->said)
			continue;
		g_string_append(key, hold->held.lock != NULL ? hold->held.lock : "?");
		append_number(key, hold->address.value);
	}
	return g_string_free(key, FALSE);
}

void md_stacks_fold(const GPtrArray *tasks)
{
	g_autoptr(GHashTable) first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < tasks->len; i++) {
		struct md_lockup_task *task = md_lockup_task_at(tasks, i);
		char *key = stack_key(task);
		void *found;

		task->same_as = i;
		if (g_hash_table_lookup_extended(first, key, NULL, &found)) {
			task->same_as = GPOINTER_TO_UINT(found);
			g_free(key);
		} else {
			g_hash_table_insert(first, key, GUINT_TO_POINTER(i));
		}
	}
}
