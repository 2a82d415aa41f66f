/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose stack Linux prints: the lines that say so, and the stack below them.
 *
 *   task:bash  state:S stack:0  pid:123 tgid:123 ppid:1 flags:0x00000002       SysRq-t, -w, stalls,
 *   task:bash  state:R  running task     stack:    0 pid:  123 ppid:     1 ...   hung tasks
 *   bash       S ffff88003c3b1d60     0   123      1 0x00000000                until 5.10
 *   bash       R  running task        0   123      1 0x00000000
 *   bash       R running task on cpu   3     0   123      1 0x00000000
 *   bash       S ffff81003c3b1d60     0   123      1       124   120 (NOTLB)     until 2.6.24
 *   INFO: task bash:123 blocked for more than 120 seconds.
 *   watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [bash:123]
 *   Watchdog detected hard LOCKUP on cpu 3
 *   NMI backtrace for cpu 3
 *   NMI backtrace for cpu 3 skipped: idling at mwait_idle+0x84/0x1c0
 *   Task dump for CPU 3:
 *   CPU: 3 PID: 123 Comm: bash Not tainted 5.4.0 #1                            whoever dumps its
 * stack Pid: 123, comm: bash Not tainted 2.6.32 #1
 *
 * Several of them may stand above one stack, each with more of it: "INFO: task", then "task:".
 * What stands below is read as a report of Linux is (linux_stack.c), one a stack; each of those who
 * print (CONFIG_PRINTK_CALLER) has one of its own.  A stack without any such line, as in a log that
 * begins in its midst, is a task that nobody knows.
 */
#include "crash/linux.h"
#include "crash/tasks.h"

#include <string.h>

/* Every CPU of a large machine may print; the one longest silent makes room. */
#define READINGS_MAX 64
/* So many lines without a word of it, and a stack is over. */
#define IDLE_MAX 100

/** A stack that is being read, and the lists of locks of who prints it. */
struct reading {
	guint64 caller;
	guint64 used;	       /* the time of its last line */
	struct md_task *task;  /* what is said above the stack; NULL: none is open */
	struct md_parse parse; /* the stack; parser NULL: nothing of it has come */
	struct md_task *hung;  /* "INFO: task ...": its stack is to come; or NULL */
	gboolean noise;	       /* the next stack says nothing of what the machine does now */
	gboolean dropped;      /* nor does the one that is open */
	struct md_task_list list;
};

struct md_task_reader {
	struct md_tasks *tasks; /* not owned */
	struct reading readings[READINGS_MAX];
	guint count;
	guint64 time;	/* lines so far */
	gboolean table; /* rows of crash(8)'s ps come */
};

struct md_task_reader *md_task_reader_new(struct md_tasks *tasks)
{
	struct md_task_reader *reader = g_new0(struct md_task_reader, 1);

	reader->tasks = tasks;
	return reader;
}

static void parse_clear(struct md_parse *parse)
{
	if (parse->parser == NULL)
		return;
	parse->parser->clear(parse);
	md_report_free(parse->report);
	g_free(parse->state);
	*parse = (struct md_parse){ 0 };
}

static void reading_clear(struct reading *reading)
{
	md_task_free(reading->task);
	md_task_free(reading->hung);
	md_task_free(reading->list.task);
	parse_clear(&reading->parse);
}

void md_task_reader_free(struct md_task_reader *reader)
{
	if (reader == NULL)
		return;
	for (guint i = 0; i < reader->count; i++)
		reading_clear(&reader->readings[i]);
	g_free(reader);
}

gboolean md_task_reader_open(const struct md_task_reader *reader)
{
	return reader->count > 0 || reader->table;
}

/* Hands on the stack that is open, if any, and the task that it is of. */
static void close_stack(struct md_task_reader *reader, struct reading *reading)
{
	struct md_task *task = g_steal_pointer(&reading->task);

	if (task == NULL)
		return;
	if (reading->parse.parser != NULL) {
		md_task_take_stack(task, &reading->parse);
		parse_clear(&reading->parse);
	}
	/* That it is there, and runs, is worth something too. */
	if (!reading->dropped && (task->frames->len > 0 || task->pid > 0))
		md_tasks_add(reader->tasks, task);
	else
		md_task_free(task);
	reading->dropped = FALSE;
}

static void close_reading(struct md_task_reader *reader, guint index)
{
	struct reading *reading = &reader->readings[index];

	close_stack(reader, reading);
	md_task_list_close(&reading->list, reader->tasks);
	md_task_free(reading->hung);
	*reading = reader->readings[--reader->count];
}

static struct md_task *new_task(const struct md_line *line)
{
	struct md_task *task = md_task_new();

	task->log_line = line->number;
	task->format = md_parser_linux.name;
	return task;
}

/* Opens the stack of @task, which is taken. */
static void open_stack(struct md_task_reader *reader, struct reading *reading, struct md_task *task)
{
	close_stack(reader, reading);
	reading->task = task;
	reading->dropped = reading->noise;
	reading->noise = FALSE;
}

static struct md_parse *need_parse(struct reading *reading)
{
	struct md_parse *parse = &reading->parse;
	struct md_linux *state;

	if (parse->parser == NULL) {
		*parse = (struct md_parse){ .parser = &md_parser_linux,
					    .report = md_report_new(),
					    .state = g_malloc0(md_parser_linux.state_size) };
		state = parse->state;
		state->cpu = -1;
	}
	return parse;
}

/* What a line says of a task. */
struct opening {
	struct md_task_name name;
	gint64 cpu, blocked; /* -1: not said */
	char state;
	gboolean on_cpu;
	gboolean hung;	       /* another prints it, and may have more to print before */
	struct md_frame *idle; /* it is idle there, and this is all; NULL: a stack follows */
};

/* "bash:123 blocked for more than 120 seconds." */
static gboolean open_hung(struct opening *opening, const char *at)
{
	const char *blocked = strstr(at, " blocked for more than ");
	guint64 seconds;

	if (blocked == NULL)
		blocked = strstr(at, " can't die for more than ");
	if (blocked == NULL || !md_task_scan_name(at, (gsize)(blocked - at), ':', &opening->name))
		return FALSE;
	at = strstr(blocked, "than ") + strlen("than ");
	if (md_scan_number(&at, &seconds) && seconds <= G_MAXINT32)
		opening->blocked = (gint64)seconds;
	opening->state = 'D';
	opening->hung = TRUE;
	return TRUE;
}

static gboolean scan_cpu(struct opening *opening, const char **at)
{
	guint64 cpu;

	if (!md_scan_number(at, &cpu) || cpu > G_MAXINT16)
		return FALSE;
	opening->cpu = (gint64)cpu;
	opening->on_cpu = TRUE;
	return TRUE;
}

/* "3 stuck for 22s! [bash:123]" */
static gboolean open_soft(struct opening *opening, const char *at)
{
	guint64 seconds;
	const char *open, *close;

	if (!scan_cpu(opening, &at))
		return FALSE;
	open = strchr(at, '[');
	close = strrchr(at, ']');
	if (md_scan_text(&at, " stuck for ") && md_scan_number(&at, &seconds) &&
	    seconds <= G_MAXINT32)
		opening->blocked = (gint64)seconds;
	if (open != NULL && close != NULL && open < close)
		md_task_scan_name(open + 1, (gsize)(close - open - 1), ':', &opening->name);
	return TRUE;
}

static gboolean open_cpu(struct opening *opening, const char *at)
{
	return scan_cpu(opening, &at);
}

/* "3", "3 skipped: idling at mwait_idle+0x84/0x1c0", "... at pc 0xffffffff81646d77" */
static gboolean open_backtrace(struct opening *opening, const char *at)
{
	const char *idling;

	if (!scan_cpu(opening, &at))
		return FALSE;
	idling = strstr(at, "idling at ");
	if (idling == NULL)
		return TRUE;
	idling += strlen("idling at ");
	md_scan_text(&idling, "pc ");
	opening->idle = md_linux_location(&idling);
	if (opening->idle == NULL) {
		opening->idle = md_frame_new();
		md_scan_hex(&idling, &opening->idle->address);
	}
	opening->name.pid = 0;
	return TRUE;
}

static gboolean is_state(char c)
{
	return c != '\0' && strchr("RSDTtXxZPIWKNn", c) != NULL;
}

static gboolean scan_pid(struct opening *opening, const char **at)
{
	guint64 number;

	md_scan_blanks(at);
	if (!md_scan_number(at, &number) || number > G_MAXINT32)
		return FALSE;
	opening->name.pid = (gint64)number;
	return TRUE;
}

/* "bash            state:R  running task     stack:    0 pid:  123 tgid:  123 ppid:     1 ..." */
static gboolean open_listed(struct opening *opening, const char *at)
{
	const char *state = strstr(at, " state:"), *pid, *end = state;

	if (state == NULL || !is_state(state[strlen(" state:")]))
		return FALSE;
	pid = strstr(state, " pid:");
	if (pid == NULL)
		return FALSE;
	pid += strlen(" pid:");
	if (!scan_pid(opening, &pid))
		return FALSE;
	while (end > at && end[-1] == ' ')
		end--;
	opening->name.comm = (struct md_slice){ at, (gsize)(end - at) };
	opening->state = state[strlen(" state:")];
	return TRUE;
}

/* "bash Not tainted 5.4.0 #1", "bash Tainted: G        W         5.4.0 #1" */
static gboolean scan_comm(struct opening *opening, const char *at)
{
	const char *end = md_linux_comm_end(at);

	if (end == NULL)
		return FALSE;
	opening->name.comm = (struct md_slice){ at, (gsize)(end - at) };
	return TRUE;
}

/* "3 PID: 123 Comm: bash Not tainted 5.4.0 #1", "3 UID: 0 PID: 123 Comm: bash ..." */
static gboolean open_runner(struct opening *opening, const char *at)
{
	const char *pid, *comm;

	if (!scan_cpu(opening, &at))
		return FALSE;
	pid = strstr(at, " PID: ");
	comm = strstr(at, " Comm: ");
	if (pid == NULL || comm == NULL)
		return FALSE;
	pid += strlen(" PID: ");
	return scan_pid(opening, &pid) && scan_comm(opening, comm + strlen(" Comm: "));
}

/* "123, comm: bash Not tainted 2.6.32 #1", and of old "comm:             bash" */
static gboolean open_pid(struct opening *opening, const char *at)
{
	if (!scan_pid(opening, &at) || !md_scan_text(&at, ", comm: "))
		return FALSE;
	opening->on_cpu = TRUE;
	return scan_comm(opening, at + strspn(at, " "));
}

/* What a task begins with; @anywhere: not only at the beginning of a line. */
static const struct {
	const char *word;
	gboolean anywhere;
	gboolean (*open)(struct opening *opening, const char *at);
} task_begins[] = {
	{ "task:", FALSE, open_listed },
	{ "CPU: ", FALSE, open_runner },
	{ "Pid: ", FALSE, open_pid },
	{ "INFO: task ", FALSE, open_hung },
	{ "NMI backtrace for cpu ", FALSE, open_backtrace },
	{ "Task dump for CPU ", FALSE, open_cpu },
	{ "BUG: soft lockup - CPU#", TRUE, open_soft },
	{ "ard LOCKUP on cpu ", TRUE, open_cpu },
};

/* The title of the table that ps prints. */
static const char table_word[] = "PPID  CPU";

/* What precedes tasks that have none of those words, or the stack of one that nobody knows. */
static const char *const other_begins[] = {
	"Call Trace:",
	"Call trace:",
	"Backtrace:",
	"<NMI>",
	"<IRQ>",
	"<TASK>",
	"Show State",
	"Show Blocked State",
	" PC stack   pid father",
	" running task ",
	/* The flags of most tasks, the last word of their line. */
	" 0x000000",
	/* The same, from 4.14 to 5.10, of threads of the kernel. */
	" 0x8000",
	"NOTLB)",
	"-TLB)",
	/* Lists of locks. */
	"locks held by ",
	"lock held by ",
	"is trying to acquire",
	" takes:",
	/* Tables of crash(8). */
	"]  PID: ",
	table_word,
};

void md_task_reader_words(GPtrArray *words)
{
	for (gsize i = 0; i < G_N_ELEMENTS(task_begins); i++)
		g_ptr_array_add(words, (char *)task_begins[i].word);
	for (gsize i = 0; i < G_N_ELEMENTS(other_begins); i++)
		g_ptr_array_add(words, (char *)other_begins[i]);
}

/*
 * What follows the state in a line of a task of old: "ffff88003c3b1d60     0   123      1
 * 0x00000000", or " running task        0   123      1 0x00000000".
 */
static gboolean scan_old_numbers(const char *at, struct opening *opening)
{
	struct md_word word;
	guint64 number, found;
	const char *where = at + strspn(at, " ");

	if (md_scan_text(&where, "running task on cpu ")) {
		md_scan_blanks(&where);
		if (!scan_cpu(opening, &where))
			return FALSE;
	} else if (!md_scan_text(&where, "running task") &&
		   !(md_scan_hex(&where, &word) && (word.digits == 8 || word.digits == 16) &&
		     *where == ' ')) {
		where = at;
	}
	/* The stack that is left, the task, its parent. */
	md_scan_blanks(&where);
	if (!md_scan_number(&where, &number) || *where != ' ')
		return FALSE;
	md_scan_blanks(&where);
	if (!md_scan_number(&where, &found) || *where != ' ' || found > G_MAXINT32)
		return FALSE;
	md_scan_blanks(&where);
	if (!md_scan_number(&where, &number) || *where != ' ')
		return FALSE;
	md_scan_blanks(&where);
	/* Its flags, or its youngest child and its siblings. */
	if (!g_str_has_prefix(where, "0x") && !g_str_has_suffix(where, "TLB)"))
		return FALSE;
	opening->name.pid = (gint64)found;
	return TRUE;
}

/* A name has 15 bytes at most. */
#define COMM_MAX 15

/* "bash            S ffff88003c3b1d60     0   123      1 0x00000000" */
static gboolean open_old(struct opening *opening, const struct md_line *line)
{
	const char *text = line->text;

	for (gsize i = 1; i <= COMM_MAX + 1 && i + 2 < line->size; i++) {
		gsize end = i;

		/* "syz-executor.5  D29064  9852  19518 0x00000004" */
		if (text[i - 1] != ' ' || !is_state(text[i]) ||
		    (text[i + 1] != ' ' && !g_ascii_isdigit(text[i + 1])) ||
		    !scan_old_numbers(text + i + 1, opening))
			continue;
		while (end > 0 && text[end - 1] == ' ')
			end--;
		opening->state = text[i];
		opening->name.comm = (struct md_slice){ text, end };
		return TRUE;
	}
	return FALSE;
}

/* What @line says of a task; one form that it has not leaves nothing for the next. */
static gboolean read_opening(struct opening *opening, const struct md_line *line)
{
	static const struct opening nothing = { .name.pid = -1, .cpu = -1, .blocked = -1 };

	for (gsize i = 0; i < G_N_ELEMENTS(task_begins); i++) {
		const char *at = line->text;

		if (task_begins[i].anywhere) {
			if (!line->candidate)
				continue;
			at = strstr(at, task_begins[i].word);
			if (at != NULL)
				at += strlen(task_begins[i].word);
		} else if (*at != task_begins[i].word[0] ||
			   !md_scan_text(&at, task_begins[i].word)) {
			continue;
		}
		*opening = nothing;
		if (at != NULL && task_begins[i].open(opening, at))
			return TRUE;
	}
	*opening = nothing;
	return open_old(opening, line);
}

/* Whether what @opening says may be of the task that is open, no stack of which has come. */
static gboolean goes_with(const struct reading *reading, const struct opening *opening)
{
	const struct md_task *known = reading->task;

	if (known == NULL ||
	    (reading->parse.parser != NULL && reading->parse.report->frames->len > 0))
		return FALSE;
	return (known->pid < 0 || opening->name.pid < 0 || known->pid == opening->name.pid) &&
	       (known->cpu < 0 || opening->cpu < 0 || known->cpu == opening->cpu);
}

static void take_opening(struct md_task *task, const struct opening *opening)
{
	if (task->pid < 0)
		task->pid = opening->name.pid;
	if (task->cpu < 0)
		task->cpu = opening->cpu;
	md_set_once(&task->comm, opening->name.comm);
	if (opening->state != 0)
		task->state = opening->state;
	if (task->blocked < 0)
		task->blocked = opening->blocked;
	task->on_cpu |= opening->on_cpu;
}

/* Opens the stack of the task that @line tells of; FALSE: it tells of none. */
static gboolean begin_task(struct md_task_reader *reader, struct reading *reading,
			   const struct md_line *line)
{
	struct opening opening;

	if (!read_opening(&opening, line))
		return FALSE;
	if (opening.hung) {
		md_task_free(reading->hung);
		reading->hung = new_task(line);
		take_opening(reading->hung, &opening);
		return TRUE;
	}
	if (reading->hung != NULL && reading->hung->pid == opening.name.pid)
		open_stack(reader, reading, g_steal_pointer(&reading->hung));
	else if (!goes_with(reading, &opening))
		open_stack(reader, reading, new_task(line));
	take_opening(reading->task, &opening);
	if (opening.idle != NULL) {
		g_ptr_array_add(reading->task->frames, opening.idle);
		close_stack(reader, reading);
	}
	return TRUE;
}

static gboolean is_trace(const char *text)
{
	return g_str_has_prefix(text, "Call Trace:") || g_str_has_prefix(text, "Call trace:") ||
	       g_str_has_prefix(text, "Backtrace:");
}

/* The title of a stack.  A second one is of the hung task, or of somebody who is not named. */
static void take_title(struct md_task_reader *reader, struct reading *reading,
		       const struct md_line *line)
{
	const struct md_linux *state = reading->parse.state;

	if (reading->task != NULL && (state == NULL || state->calls == 0))
		return;
	open_stack(reader, reading,
		   reading->hung != NULL ? g_steal_pointer(&reading->hung) : new_task(line));
}

/* Stacks of tasks that went on: somebody asked for them, or memory was short for a while. */
static gboolean is_noise(const struct md_linux_head *head)
{
	return (head->flags & (MD_HEAD_NOISE | MD_HEAD_ASIDE)) == MD_HEAD_NOISE &&
	       strstr(head->word, "Show ") == NULL;
}

/* Whether @head begins a report: not a part of one, nor a sentence in its midst. */
static gboolean begins_report(const struct md_linux_head *head)
{
	return (head->flags & (MD_HEAD_PART | MD_HEAD_ASIDE | MD_HEAD_SAID)) == 0;
}

/* A line of the stack that is open. */
static gboolean take_stack(struct md_task_reader *reader, struct reading *reading,
			   const struct md_line *line)
{
	const char *title;
	const struct md_linux_head *head =
		line->candidate ? md_linux_head_find(line->text, &title) : NULL;
	struct md_parse *parse = reading->task != NULL ? need_parse(reading) : NULL;

	if (head != NULL && is_noise(head))
		reading->noise = TRUE;
	if (parse == NULL)
		return reading->noise;
	if (md_linux_take_frame(parse, line->text))
		return TRUE;
	/* What follows is no task's, or a report begins. What was interrupted has an instruction
	 * pointer of its own, in the middle of the stack. */
	if (md_linux_take_title(parse, line->text) ||
	    g_str_has_prefix(line->text, "---[ end trace ") ||
	    (head != NULL && begins_report(head) && parse->report->frames->len > 0)) {
		close_stack(reader, reading);
		return FALSE;
	}
	return md_linux_take_line(parse, line->text);
}

/* A mark that a stack begins with, where nothing said whose it is. */
static gboolean is_mark(const char *text)
{
	static const char *const marks[] = { "<NMI>", "<IRQ>", "<TASK>" };

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (g_str_has_prefix(text, marks[i]))
			return TRUE;
	}
	return FALSE;
}

static gboolean take_line(struct md_task_reader *reader, struct reading *reading,
			  const struct md_line *line)
{
	if (md_task_list_line(&reading->list, reader->tasks, line) ||
	    begin_task(reader, reading, line))
		return TRUE;
	if (is_trace(line->text)) {
		take_title(reader, reading, line);
		return TRUE;
	}
	if (reading->task == NULL && is_mark(line->text))
		open_stack(reader, reading, new_task(line));
	return take_stack(reader, reading, line);
}

/*
 * SysRq-t begins so, and behind all tasks comes what the scheduler has to say of itself, and the
 * work queues.
 */
static void note_list(struct md_task_reader *reader, const struct md_line *line)
{
	const char *text = line->text;

	/* "** 3636 printk messages dropped **": nobody knows of whom. */
	if (g_str_has_prefix(text, "** ") && strstr(text, " dropped **") != NULL)
		md_tasks_list_begins(reader->tasks, 0);
	if (g_ascii_tolower(*text) != 's')
		return;
	if (g_str_has_prefix(text, "Sched Debug Version") ||
	    g_str_has_prefix(text, "Showing busy workqueues"))
		md_tasks_list_ends(reader->tasks);
	else if (g_str_has_prefix(text, "sysrq: Show State") ||
		 g_str_has_prefix(text, "SysRq : Show State"))
		md_tasks_list_begins(reader->tasks, line->number);
}

static guint find_reading(struct md_task_reader *reader, guint64 caller)
{
	guint i = 0, oldest = 0;

	while (i < reader->count && reader->readings[i].caller != caller) {
		if (reader->readings[i].used < reader->readings[oldest].used)
			oldest = i;
		i++;
	}
	if (i == READINGS_MAX) {
		close_reading(reader, oldest);
		i = reader->count;
	}
	if (i == reader->count)
		reader->readings[reader->count++] =
			(struct reading){ .caller = caller, .used = reader->time };
	return i;
}

static gboolean is_open(const struct reading *reading)
{
	return reading->task != NULL || reading->list.task != NULL || reading->hung != NULL ||
	       reading->noise;
}

gboolean md_task_reader_line(struct md_task_reader *reader, const struct md_line *line)
{
	struct reading *reading;
	struct md_task_row row;
	guint index;

	if (line->hypervisor || line->size == 0)
		return FALSE;
	if (md_crash_ps_row(line->text, &row)) {
		md_tasks_add_row(reader->tasks, &row);
		return FALSE;
	}
	reader->table = strstr(line->text, table_word) != NULL;
	reader->time++;
	index = find_reading(reader, line->caller);
	reading = &reader->readings[index];
	/* Most lines are of the stack that is open. */
	if (reading->parse.parser != NULL && md_linux_take_frame(&reading->parse, line->text)) {
		reading->used = reader->time;
		return TRUE;
	}
	note_list(reader, line);
	if (take_line(reader, reading, line))
		reading->used = reader->time;
	if (!is_open(reading) || reader->time - reading->used > IDLE_MAX)
		close_reading(reader, index);
	return FALSE;
}

void md_task_reader_finish(struct md_task_reader *reader)
{
	while (reader->count > 0)
		close_reading(reader, 0);
}
