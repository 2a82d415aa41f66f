/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks of a vmcore with their unwinder, as text of crash(8):
 *
 *   crash> ps
 *   >     104      -1   1  ffff8d7c02874800  RU   0.0        0        0  [aa_spin]
 *   crash> foreach bt -s
 *   PID: 104      TASK: ffff8d7c02874800  CPU: 1    COMMAND: "aa_spin"
 *    #0 [ffffd16f40393e50] schedule_timeout+282 at ffffffff87e0c4ba
 *
 * Where its own list is short, for it is older than the kernel, the rest is found by the tree of
 * pids (4.20 and later), and stacks that it cannot show are read word by word.
 */
#include "lockup/vmcore.h"

#include <string.h>

struct reader {
	struct md_debugger *debugger;
	GArray *tasks;	   /* of struct md_vmcore_task */
	GHashTable *known; /* guint64 * in @tasks' order, their addresses */
	struct md_unwinder *unwinder;
	GString *text;
	char *registers; /* the answer to `help -r`; NULL: not asked yet */
	GPtrArray *commands;
	gsize mended; /* stacks that crash(8) did not show */
};

static const GString *ask(struct reader *reader, const char *command)
{
	g_ptr_array_add(reader->commands, g_strdup(command));
	return md_debugger_ask(reader->debugger, command);
}

/* "> 104 -1 1 ffff8d7c02874800 RU 0.0 0 0 [aa_spin]" */
static gboolean scan_row(const char *line, struct md_vmcore_task *task)
{
	char *end;

	*task = (struct md_vmcore_task){ .active = line[0] == '>' };
	line += task->active;
	task->pid = g_ascii_strtoll(line, &end, 10);
	if (end == line || *end != ' ')
		return FALSE;
	/* The parent, which is -1 where it is not in the list. */
	(void)g_ascii_strtoll(end, &end, 10);
	task->cpu = g_ascii_strtoll(end, &end, 10);
	end += strspn(end, " ");
	line = end;
	task->address = g_ascii_strtoull(line, &end, 16);
	/* Only of 64 bits: see md_vmcore_read(). */
	if (end != line + 16 || *end != ' ')
		return FALSE;
	end += strspn(end, " ");
	g_strlcpy(task->state, end, sizeof(task->state));
	/* The name is the last of the columns, and may have blanks: state, %MEM, VSZ, RSS, COMM. */
	for (guint i = 0; i < 4; i++) {
		end += strcspn(end, " \n");
		end += strspn(end, " ");
	}
	if (*end == '[')
		end++;
	g_strlcpy(task->comm, end, sizeof(task->comm));
	task->comm[strcspn(task->comm, "]\n")] = '\0';
	return TRUE;
}

static void add_task(struct reader *reader, const struct md_vmcore_task *task)
{
	if (g_hash_table_contains(reader->known, &task->address))
		return;
	g_hash_table_add(reader->known, g_memdup2(&task->address, sizeof(task->address)));
	g_array_append_vals(reader->tasks, task, 1);
}

static void read_table(struct reader *reader)
{
	const GString *answer = ask(reader, "ps");
	struct md_slice rest, line;
	struct md_vmcore_task task;

	if (answer == NULL)
		return;
	rest = (struct md_slice){ answer->str, answer->len };
	while (md_slice_next_line(&rest, &line)) {
		if (scan_row(line.data, &task))
			add_task(reader, &task);
	}
}

static gboolean read_string(struct md_debugger *debugger, guint64 address, char *string, gsize size)
{
	for (gsize i = 0; i < size; i += 8) {
		guint64 word, *at = (guint64 *)(void *)(string + i);

		if (!md_debugger_read(debugger, address + i, &word))
			return FALSE;
		memcpy(at, &word, sizeof(word));
	}
	string[size - 1] = '\0';
	/* Whatever bytes a program chose: they go into lines. */
	for (gsize i = 0; string[i] != '\0'; i++) {
		if (!g_ascii_isprint(string[i]) || string[i] == '"')
			string[i] = '?';
	}
	return TRUE;
}

/* include/linux/sched.h: the bits of a task's state, and how crash(8) calls them. */
static const char *state_name(guint32 state, guint32 exit)
{
	if (exit != 0)
		return (exit & 0x10) != 0 ? "DE" : "ZO";
	if (state == 0)
		return "RU";
	if ((state & 0x400) != 0 && (state & 2) != 0)
		return "ID";
	return (state & 1) != 0 ? "IN" : (state & 2) != 0 ? "UN" : (state & 4) != 0 ? "ST" : "TR";
}

gboolean md_vmcore_read_task(struct md_debugger *debugger, guint64 address,
			     struct md_vmcore_task *task)
{
	guint64 pid, comm, state, exit, info = 0, cpu;
	guint32 number, processor, running, ended;
	_Alignas(guint64) char name[16];

	/* The CPU is in the task itself since 5.16, wherever the architecture has it. */
	if (!md_debugger_offset(debugger, "task_struct.pid", &pid) ||
	    !md_debugger_offset(debugger, "task_struct.comm", &comm) ||
	    !md_debugger_offset(debugger, "task_struct.exit_state", &exit) ||
	    (!md_debugger_offset(debugger, "task_struct.__state", &state) &&
	     !md_debugger_offset(debugger, "task_struct.state", &state)) ||
	    !md_debugger_offset(debugger, "task_struct.thread_info", &info) ||
	    !md_debugger_offset(debugger, "thread_info.cpu", &cpu) ||
	    !md_debugger_read_half(debugger, address + pid, &number) ||
	    !md_debugger_read_half(debugger, address + state, &running) ||
	    !md_debugger_read_half(debugger, address + exit, &ended) ||
	    !md_debugger_read_half(debugger, address + info + cpu, &processor) ||
	    !read_string(debugger, address + comm, name, sizeof(name)))
		return FALSE;
	*task = (struct md_vmcore_task){ .address = address, .pid = number, .cpu = processor };
	g_strlcpy(task->state, state_name(running, ended), sizeof(task->state));
	memcpy(task->comm, name, sizeof(task->comm));
	return TRUE;
}

/* The tasks that crash(8) does not list, by the tree of pids: one a thread. */
static void read_pids(struct reader *reader, const struct md_hooks *hooks)
{
	struct md_debugger *debugger = reader->debugger;
	const struct md_debugger_symbol *root = md_debugger_named(debugger, "init_pid_ns"),
					*count = md_debugger_named(debugger, "nr_threads");
	guint64 idr, tasks, links, first, listed = 0;
	guint32 threads;
	g_autofree char *command = NULL;
	g_auto(GStrv) pids = NULL;
	const GString *answer;
	struct md_vmcore_task task;

	for (guint i = 0; i < reader->tasks->len; i++)
		listed += g_array_index(reader->tasks, struct md_vmcore_task, i).pid != 0;
	if (root == NULL || count == NULL ||
	    !md_debugger_read_half(debugger, count->address, &threads) || threads <= listed ||
	    !md_debugger_offset(debugger, "pid_namespace.idr", &idr) ||
	    !md_debugger_offset(debugger, "pid.tasks", &tasks) ||
	    !md_debugger_offset(debugger, "task_struct.pid_links", &links))
		return;
	command = g_strdup_printf("tree -t xarray %" G_GINT64_MODIFIER "x", root->address + idr);
	answer = ask(reader, command);
	if (answer == NULL)
		return;
	pids = g_strsplit(answer->str, "\n", -1);
	for (gsize i = 0; pids[i] != NULL; i++) {
		guint64 pid = g_ascii_strtoull(pids[i], NULL, 16);

		/* Whose id it is alone as a group or a session has no task. */
		if (pid != 0 && md_debugger_read(debugger, pid + tasks, &first) && first != 0 &&
		    md_vmcore_read_task(debugger, first - links, &task))
			add_task(reader, &task);
	}
	md_hooks_log(hooks,
		     "crash(8) lists %" G_GUINT64_FORMAT " of %u tasks: it is older than "
		     "this kernel; the others were found by their pids",
		     listed, threads);
}

static void print_table(struct reader *reader)
{
	g_string_append(reader->text, "crash> ps\n      PID    PPID  CPU       TASK        ST  "
				      "%MEM      VSZ      RSS  COMM\n");
	for (guint i = 0; i < reader->tasks->len; i++) {
		const struct md_vmcore_task *task =
			&g_array_index(reader->tasks, struct md_vmcore_task, i);

		g_string_append_printf(reader->text,
				       "%c %7" G_GINT64_FORMAT "       0 %3" G_GINT64_FORMAT
				       "  %016" G_GINT64_MODIFIER
				       "x  %s   0.0        0        0  %s\n",
				       task->active ? '>' : ' ', task->pid, task->cpu,
				       task->address, task->state, task->comm);
	}
}

static gboolean has_frames(struct md_slice stack)
{
	return g_strstr_len(stack.data, (gssize)stack.size, "\n #0 [") != NULL ||
	       g_strstr_len(stack.data, (gssize)stack.size, "[exception RIP: ") != NULL;
}

/* What `foreach bt` says of one task, from its "PID:" on; moves @rest behind it. */
static gboolean next_stack(struct md_slice *rest, struct md_slice *stack)
{
	static const char head[] = "PID: ";
	const char *begin = md_slice_has_prefix(*rest, head)
				    ? rest->data
				    : g_strstr_len(rest->data, (gssize)rest->size, "\nPID: "),
		   *end;

	if (begin == NULL)
		return FALSE;
	begin += *begin == '\n';
	rest->size -= (gsize)(begin - rest->data);
	end = g_strstr_len(begin, (gssize)rest->size, "\nPID: ");
	stack->data = begin;
	stack->size = end == NULL ? rest->size : (gsize)(end + 1 - begin);
	rest->data = begin + stack->size;
	rest->size -= stack->size;
	return TRUE;
}

static guint64 stack_task(struct md_slice stack)
{
	const char *task = g_strstr_len(stack.data, (gssize)stack.size, " TASK: ");

	return task == NULL ? 0 : g_ascii_strtoull(task + strlen(" TASK: "), NULL, 16);
}

/* Adds the stack of a task that crash(8) does not show; it may have none that can be read. */
static void mend_stack(struct reader *reader, const struct md_vmcore_task *task)
{
	gsize before = reader->text->len;

	if (task->active && reader->registers == NULL) {
		const GString *answer = ask(reader, "help -r");

		reader->registers = g_strdup(answer == NULL ? "" : answer->str);
	}
	g_string_append_printf(reader->text,
			       "PID: %-8" G_GINT64_FORMAT " TASK: %016" G_GINT64_MODIFIER
			       "x  CPU: %-4" G_GINT64_FORMAT " COMMAND: \"%s\"\n",
			       task->pid, task->address, task->cpu, task->comm);
	if (task->active
		    ? md_unwinder_active(reader->unwinder, task, reader->registers, reader->text)
		    : md_unwinder_asleep(reader->unwinder, task->address, reader->text))
		reader->mended++;
	else
		g_string_truncate(reader->text, before);
}

static void read_stacks(struct reader *reader)
{
	const GString *answer = ask(reader, "foreach bt -s");
	/* By address; those that have a stack. */
	g_autoptr(GHashTable) shown =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	struct md_slice rest, stack;

	if (answer == NULL)
		return;
	g_string_append(reader->text, "crash> foreach bt -s\n");
	rest = (struct md_slice){ answer->str, answer->len };
	while (next_stack(&rest, &stack)) {
		guint64 task = stack_task(stack);

		if (!has_frames(stack))
			continue;
		g_hash_table_add(shown, g_memdup2(&task, sizeof(task)));
		md_text_append(reader->text, stack);
	}
	for (guint i = 0; i < reader->tasks->len; i++) {
		const struct md_vmcore_task *task =
			&g_array_index(reader->tasks, struct md_vmcore_task, i);

		if (!g_hash_table_contains(shown, &task->address))
			mend_stack(reader, task);
	}
}

GArray *md_vmcore_tasks(struct md_debugger *debugger, const struct md_hooks *hooks,
			GPtrArray *commands, GString *text)
{
	struct reader reader = {
		.debugger = debugger,
		.unwinder = md_unwinder_new(debugger),
		.tasks = g_array_new(FALSE, TRUE, sizeof(struct md_vmcore_task)),
		.known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
		.text = text,
		.commands = commands,
	};
	const GString *answer = ask(&reader, "sys");

	if (answer != NULL)
		g_string_append_printf(text, "crash> sys\n%s\n", answer->str);
	read_table(&reader);
	read_pids(&reader, hooks);
	print_table(&reader);
	read_stacks(&reader);
	if (reader.mended > 0)
		md_hooks_log(hooks, "read %" G_GSIZE_FORMAT " stacks that crash(8) cannot show",
			     reader.mended);
	g_hash_table_unref(reader.known);
	g_free(reader.registers);
	md_unwinder_free(reader.unwinder);
	return reader.tasks;
}
