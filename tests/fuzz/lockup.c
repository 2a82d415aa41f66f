/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a log of tasks that wait, and as the source of their kernel: what is found hangs
 * together. The first line that begins with "//" begins the source.
 */
#include "lockup/internal.h"
#include "memory_tree.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_task(const struct md_lockup *lockup, gsize index)
{
	const struct md_lockup_task *task = md_lockup_task_at(lockup->tasks, index);
	gsize frames = task->task->frames->len;

	g_assert_cmpuint(task->same_as, <=, index);
	g_assert_cmpuint(task->ways->len, <=, frames);
	g_assert_cmpuint(task->want.frame, <=, frames);
	g_assert_true(!task->waits || task->want.function != NULL);
	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_lockup_hold *hold =
			&g_array_index(task->holds, struct md_lockup_hold, i);

		g_assert_nonnull(hold->held.lock);
		g_assert_cmpuint(hold->frame, <=, frames);
	}
}

static void check_knot(const struct md_lockup *lockup, const struct md_knot *knot)
{
	g_assert_cmpuint(knot->tasks->len, >=, knot->cycle ? 2 : 1);
	g_assert_cmpuint(knot->locks->len, >, 0);
	g_assert_cmpuint(knot->evidence->len, >, 0);
	for (guint i = 0; i < knot->tasks->len; i++)
		g_assert_cmpuint(g_array_index(knot->tasks, gsize, i), <, lockup->tasks->len);
}

static void look(struct md_log *log, struct md_tree *tree)
{
	struct md_lockup_settings *settings = md_lockup_settings_new();
	struct md_lockup *lockup;

	md_lockup_settings_set_cache(settings, FALSE);
	md_lockup_settings_set_jobs(settings, 1);
	lockup = md_lockup_new(&log, 1, tree, settings, NULL, NULL);
	g_assert_nonnull(lockup);
	for (guint i = 0; i < lockup->tasks->len; i++)
		check_task(lockup, i);
	for (guint i = 0; i < lockup->knots->len; i++)
		check_knot(lockup, g_ptr_array_index(lockup->knots, i));
	md_lockup_free(lockup);
	md_lockup_settings_free(settings);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const char *text = (const char *)data;
	const char *source = g_strstr_len(text, (gssize)size, "\n//");
	gsize log_size = source != NULL ? (gsize)(source + 1 - text) : size;
	MD_AUTOPTR(md_log) log = md_log_new("log");

	g_assert_true(md_log_feed(log, text, log_size, NULL));
	g_assert_true(md_log_finish(log, NULL));
	look(log, NULL);
	if (source != NULL) {
		const struct md_slice content = { text + log_size, size - log_size };
		MD_AUTOPTR(md_tree) tree = memory_tree_new("tree", 0100644, content);

		look(log, tree);
	}
	return 0;
}
