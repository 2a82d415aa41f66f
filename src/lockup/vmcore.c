/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vmcore as a log: what crash(8) says of its tasks, read by the parsers of logs, and for the
 * tasks that wait the locks in memory and who holds them.
 */
#include "lockup/vmcore.h"

/* The task of the vmcore that @said, of the kernel's log, is about: as long as it has that name. */
static struct md_task *find_task(const struct md_log *log, const struct md_task *said)
{
	const GPtrArray *all = md_log_tasks(log);

	for (guint i = 0; i < all->len; i++) {
		struct md_task *task = g_ptr_array_index(all, i);

		if (task->pid == said->pid && g_strcmp0(task->comm, said->comm) == 0)
			return task;
	}
	return NULL;
}

/*
 * What the watchdogs found before, by the log in the vmcore: it says for how long a task has not
 * gone on, which its stack does not. Nothing else is taken from there: the stacks are old ones.
 */
static gboolean read_complaints(struct md_debugger *debugger, struct md_log *log, GError **error)
{
	MD_AUTOPTR(md_log) kernel = md_log_new(md_log_name(log));
	const GString *answer = md_debugger_ask(debugger, "log");
	const GPtrArray *all;

	g_ptr_array_add(md_log_commands(log), g_strdup("log"));
	if (answer == NULL)
		return TRUE;
	if (!md_log_feed(kernel, answer->str, answer->len, error) || !md_log_finish(kernel, error))
		return FALSE;
	all = md_log_tasks(kernel);
	for (guint i = 0; i < all->len; i++) {
		const struct md_task *said = g_ptr_array_index(all, i);
		struct md_task *task = said->blocked < 0 ? NULL : find_task(log, said);

		if (task != NULL && task->blocked < 0)
			task->blocked = said->blocked;
	}
	return TRUE;
}

struct md_log *md_vmcore_read(const char *vmcore, const char *vmlinux, const struct md_hooks *hooks,
			      GError **error)
{
	MD_AUTOPTR(md_debugger) debugger = md_debugger_new(vmcore, vmlinux, hooks, error);
	MD_AUTOPTR(md_log) log = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GArray) tasks = NULL;

	if (debugger == NULL)
		return NULL;
	log = md_log_new(vmcore);
	g_ptr_array_add(
		md_log_commands(log),
		g_strdup_printf("crash -s --no_crashrc --no_scroll %s %s", vmlinux, vmcore));
	tasks = md_vmcore_tasks(debugger, hooks, md_log_commands(log), text);
	if (!md_debugger_check(debugger, error) || !md_log_feed(log, text->str, text->len, error) ||
	    !md_log_finish(log, error))
		return NULL;
	if (!read_complaints(debugger, log, error))
		return NULL;
	md_vmcore_locks(debugger, tasks, log);
	if (!md_debugger_check(debugger, error))
		return NULL;
	return g_steal_pointer(&log);
}
