/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a log, and as the two versions of a file of its kernel (separated by lines "===="):
 * whatever is found is printed in every format, and nothing in it is obeyed by a terminal, ends
 * a record or leaves a page's data.
 */
#include "memory_tree.h"
#include "printed.h"

#include "crash/crash.h"
#include "lockup/lockup.h"
#include "suspect/suspect.h"

#include <string.h>

static const char separator[] = "====\n";

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The part of @rest up to a separator, which goes from it. */
static struct md_slice next_part(struct md_slice *rest)
{
	const char *end =
		rest->size ? memmem(rest->data, rest->size, separator, strlen(separator)) : NULL;
	struct md_slice part = { rest->size ? rest->data : "", rest->size };

	if (end != NULL)
		part.size = (gsize)(end - rest->data);
	rest->data += part.size + (end ? strlen(separator) : 0);
	rest->size -= part.size + (end ? strlen(separator) : 0);
	return part;
}

static void print(const struct md_log *log, const struct md_suspects *suspects,
		  const struct md_lockup *lockup)
{
	static const char *const formats[] = { "text", "jsonl", "html", "dot" };
	static const char *const revert[] = { "old\033[m", "new'\n$(x)", NULL };

	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		MD_AUTOPTR(md_render_settings) settings = md_render_settings_new();
		g_autoptr(GString) crash = g_string_new(NULL), locks = g_string_new(NULL);

		g_assert_true(md_render_settings_set_format(settings, formats[i], NULL));
		if (md_render_crash(log, suspects, lockup, suspects ? revert : NULL, settings,
				    printed_take, crash, NULL))
			printed_check(formats[i], crash);
		g_assert_true(md_render_lockup(lockup, settings, printed_take, locks, NULL));
		printed_check(formats[i], locks);
	}
}

static struct md_lockup *find_locks(struct md_log *log, struct md_tree *tree)
{
	MD_AUTOPTR(md_lockup_settings) settings = md_lockup_settings_new();

	md_lockup_settings_set_cache(settings, FALSE);
	md_lockup_settings_set_jobs(settings, 1);
	return md_lockup_new(&log, 1, tree, settings, NULL, NULL);
}

static struct md_suspects *suspect(const struct md_log *log, struct md_tree *const tree[2])
{
	MD_AUTOPTR(md_suspect_settings) settings = md_suspect_settings_new();
	struct md_tree *trees[MD_VERSIONS] = { [MD_OLD_BASE] = tree[0], [MD_NEW_BASE] = tree[1] };

	if (md_log_report_count(log) == 0)
		return NULL;
	md_suspect_settings_set_jobs(settings, 1);
	md_suspect_settings_set_history(settings, FALSE);
	return md_suspects_new(log, md_log_main_report(log), trees, settings, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	struct md_slice rest = { (const char *)data, size }, part = next_part(&rest);
	MD_AUTOPTR(md_log) log = md_log_new("log");
	struct md_tree *tree[2];
	MD_AUTOPTR(md_lockup) lockup = NULL;
	MD_AUTOPTR(md_suspects) suspects = NULL;

	g_assert_true(md_log_feed(log, part.data, part.size, NULL));
	g_assert_true(md_log_finish(log, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(tree); i++)
		tree[i] = memory_tree_new("tree\033[2J", MD_MODE_FILE, next_part(&rest));
	lockup = find_locks(log, tree[1]);
	suspects = suspect(log, tree);
	g_assert_nonnull(lockup);
	print(log, suspects, lockup);
	g_clear_pointer(&suspects, md_suspects_free);
	g_clear_pointer(&lockup, md_lockup_free);
	for (guint i = 0; i < G_N_ELEMENTS(tree); i++)
		md_tree_free(tree[i]);
	return 0;
}
