/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vmcore as a log: what crash(8) says of its tasks, read by the parsers of logs, and for the
 * tasks that wait the locks in memory and who holds them.
 */
#include "lockup/vmcore.h"

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
	md_vmcore_locks(debugger, tasks, log);
	if (!md_debugger_check(debugger, error))
		return NULL;
	return g_steal_pointer(&log);
}
