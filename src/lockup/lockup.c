/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From logs to deadlocks: every task once, what it waits for, what it holds, what that comes to.
 */
#include "lockup/judge.h"

char *md_lockup_task_name(const struct md_lockup_task *task)
{
	const struct md_task *from = task->task;

	if (from->idle && from->cpu >= 0)
		return g_strdup_printf("the idle task of CPU %" G_GINT64_FORMAT, from->cpu);
	if (from->pid >= 0)
		return g_strdup_printf("%s (pid %" G_GINT64_FORMAT ")",
				       from->comm != NULL ? from->comm : "a task", from->pid);
	if (from->comm != NULL)
		return g_strdup(from->comm);
	if (from->cpu >= 0)
		return g_strdup_printf("the task on CPU %" G_GINT64_FORMAT, from->cpu);
	return g_strdup_printf("the task of line %" G_GSIZE_FORMAT, from->log_line);
}

/* What several logs tell of one task is told once, as the last of them has it. */
static void add_tasks(struct md_lockup *lockup, struct md_log *const *logs, gsize count)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) backwards = g_ptr_array_new();

	for (gsize i = count; i-- > 0;) {
		const GPtrArray *tasks = md_log_tasks(logs[i]);
		g_autoptr(GPtrArray) mine = g_ptr_array_new_with_free_func(g_free);

		for (guint k = tasks->len; k-- > 0;) {
			const struct md_task *task = g_ptr_array_index(tasks, k);
			g_autofree char *key =
				g_strdup_printf("%" G_GINT64_FORMAT " %s", task->pid,
						task->comm != NULL ? task->comm : "");

			if (task->pid > 0 && g_hash_table_contains(seen, key))
				continue;
			g_ptr_array_add(backwards, (void *)task);
			g_ptr_array_add(mine, g_steal_pointer(&key));
		}
		while (mine->len > 0)
			g_hash_table_add(seen, g_ptr_array_steal_index_fast(mine, mine->len - 1));
	}
	for (guint i = backwards->len; i-- > 0;)
		g_ptr_array_add(lockup->tasks, md_lockup_task_new(g_ptr_array_index(backwards, i)));
}

static void add_commands(struct md_lockup *lockup, struct md_log *const *logs, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		const GPtrArray *commands = md_log_commands(logs[i]);

		for (guint k = 0; k < commands->len; k++)
			g_ptr_array_add(lockup->commands, g_strdup(g_ptr_array_index(commands, k)));
	}
}

/* Folders below arch/ that a machine's kernel is built from, and what tells the machine. */
static const struct {
	enum md_machine machine;
	const char *instruction_pointer; /* a register that no other machine has; or NULL */
	const char *entry;		 /* how a function begins through which it is entered */
	const char *folders[3];
} machines[] = {
	{ MD_MACHINE_X86_64, "rip", "entry_SYSCALL_64", { "x86", NULL } },
	{ MD_MACHINE_X86_64, NULL, "asm_", { "x86", NULL } },
	{ MD_MACHINE_X86_64, NULL, "system_call_fastpath", { "x86", NULL } },
	{ MD_MACHINE_X86, "eip", "entry_INT80", { "x86", NULL } },
	/* arm's are used by arm64 in places */
	{ MD_MACHINE_ARM64, "pstate", "el0_", { "arm64", "arm", NULL } },
	{ MD_MACHINE_ARM64, NULL, "el0t_", { "arm64", "arm", NULL } },
	{ MD_MACHINE_ARM, NULL, "ret_fast_syscall", { "arm", NULL } },
	{ MD_MACHINE_POWERPC, "nip", "system_call_common", { "powerpc", NULL } },
	{ MD_MACHINE_RISCV, "badaddr", NULL, { "riscv", NULL } },
	{ MD_MACHINE_S390, NULL, "ext_int_handler", { "s390", NULL } },
	{ MD_MACHINE_MIPS, NULL, "handle_sys", { "mips", NULL } },
};

static gboolean is_machine(const struct md_task *task, gsize machine)
{
	if (task->report != NULL && task->report->machine == machines[machine].machine)
		return TRUE;
	if (machines[machine].instruction_pointer != NULL &&
	    md_task_register(task, machines[machine].instruction_pointer) != NULL)
		return TRUE;
	for (guint i = 0; i < task->frames->len && machines[machine].entry != NULL; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		if (frame->symbol != NULL &&
		    g_str_has_prefix(frame->symbol, machines[machine].entry))
			return TRUE;
	}
	return FALSE;
}

/* The folders of the machine that the logs are of; NULL: it does not show. */
static const char *const *find_machine(const GPtrArray *tasks)
{
	for (guint i = 0; i < tasks->len; i++) {
		for (gsize m = 0; m < G_N_ELEMENTS(machines); m++) {
			if (is_machine(md_lockup_task_at(tasks, i)->task, m))
				return machines[m].folders;
		}
	}
	return NULL;
}

static gboolean read_source(struct md_lockup *lockup, struct md_functions *functions,
			    struct md_tree *tree, const struct md_lockup_settings *settings,
			    const struct md_hooks *hooks, GError **error)
{
	lockup->source = TRUE;
	lockup->files = md_source_new(tree, settings->jobs, hooks);
	if (!md_source_index_kernel(lockup->files, find_machine(lockup->tasks), settings->cache,
				    error))
		return FALSE;
	lockup->locks = md_locks_new(lockup->files);
	return md_stacks_read(lockup, functions, hooks, error);
}

static int compare_knots(const void *a, const void *b, void *data)
{
	const GPtrArray *tasks = data;
	const struct md_knot *x = *(struct md_knot *const *)a, *y = *(struct md_knot *const *)b;
	gint64 first = md_lockup_task_at(tasks, g_array_index(x->tasks, gsize, 0))->task->pid;
	gint64 second = md_lockup_task_at(tasks, g_array_index(y->tasks, gsize, 0))->task->pid;

	if (x->proved != y->proved)
		return x->proved ? -1 : 1;
	return first < second ? -1 : first > second;
}

static void find_knots(struct md_lockup *lockup, struct md_functions *functions)
{
	struct md_judge judge;

	md_judge_init(&judge, lockup, functions);
	md_knots_find_self(&judge);
	md_knots_find_cycles(&judge);
	md_knots_find_gone(&judge);
	md_knots_find_holders(&judge);
	g_ptr_array_sort_with_data(lockup->knots, compare_knots, lockup->tasks);
	md_notes_add(&judge);
	md_judge_clear(&judge);
}

static void note_left(struct md_lockup *lockup, struct md_log *const *logs, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		gsize left = md_log_tasks_left(logs[i]);

		if (left > 0)
			g_ptr_array_add(lockup->notes, g_strdup_printf("%s: %" G_GSIZE_FORMAT
								       " more tasks were not read",
								       md_log_name(logs[i]), left));
	}
}

struct md_lockup *md_lockup_new(struct md_log *const *logs, gsize count, struct md_tree *tree,
				const struct md_lockup_settings *settings,
				const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_lockup) lockup = md_lockup_empty();
	MD_AUTOPTR(md_functions) functions = md_functions_new();

	add_tasks(lockup, logs, count);
	add_commands(lockup, logs, count);
	for (guint i = 0; i < lockup->tasks->len; i++)
		md_lockup_find_wait(functions, md_lockup_task_at(lockup->tasks, i));
	md_stacks_fold(lockup->tasks);
	if (tree != NULL && !read_source(lockup, functions, tree, settings, hooks, error))
		return NULL;
	for (guint i = 0; i < lockup->tasks->len; i++)
		md_lockup_join_said(md_lockup_task_at(lockup->tasks, i));
	md_lockup_name_said(lockup->tasks);
	/* Who stood on one stack may wait for other locks of that name, as the log says. */
	md_stacks_fold(lockup->tasks);
	find_knots(lockup, functions);
	note_left(lockup, logs, count);
	return g_steal_pointer(&lockup);
}

gboolean md_lockup_is_of_interest(struct md_log *log)
{
	const GPtrArray *tasks = md_log_tasks(log);
	MD_AUTOPTR(md_functions) functions = md_functions_new();

	for (guint i = 0; i < tasks->len; i++) {
		struct md_lockup_task *task = md_lockup_task_new(g_ptr_array_index(tasks, i));
		gboolean waits;

		md_lockup_find_wait(functions, task);
		waits = md_lockup_wants_lock(task);
		md_lockup_task_free(task);
		if (waits)
			return TRUE;
	}
	return FALSE;
}
