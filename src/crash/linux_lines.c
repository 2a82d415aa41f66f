/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines below a head: each is told by how it begins. */
#include "crash/linux.h"

#include <string.h>

#define TAKER(name) static gboolean name(struct md_parse *parse, const char *text)

TAKER(take_ip)
{
	md_linux_take_pointer(parse, text);
	return TRUE;
}

/* "IP:": what followed it is a line of its own, in logs of 4.9. */
TAKER(take_bare_ip)
{
	struct md_linux *state = parse->state;

	state->awaited = *text == '\0';
	return state->awaited;
}

/* "Krnl PSW : 0704c00180000000 00000000001b5c82 (foo+0x1a/0x80)" */
TAKER(take_psw)
{
	struct md_word mask, address;
	const char *at = text;
	struct md_frame *frame;

	parse->report->machine = MD_MACHINE_S390;
	md_scan_blanks(&at);
	if (!md_scan_hex(&at, &mask) || *at++ != ' ' || !md_scan_hex(&at, &address))
		return TRUE;
	at += strspn(at, " (");
	frame = md_linux_location(&at);
	if (frame == NULL)
		return TRUE;
	frame->address = address;
	md_linux_add_frame(parse, frame, TRUE);
	return TRUE;
}

/* "--- interrupt: 700 at foo+0x2c/0x70", "--- Exception: 901 at .foo+0x2c/0x70" */
TAKER(take_interrupt)
{
	const char *at = strstr(text, " at ");

	/* A system call comes from an address of a program. */
	if (at != NULL && !g_str_has_prefix(at, " at 0x"))
		md_linux_take_pointer(parse, at + strlen(" at "));
	return TRUE;
}

/* "CPU: 1 UID: 0 PID: 946 Comm: X Not tainted 3.15.10-201.fc20.x86_64 #1" */
TAKER(take_cpu)
{
	struct md_linux *state = parse->state;
	guint64 cpu;

	state->cpu = md_scan_number(&text, &cpu) && cpu <= G_MAXINT16 ? (gint64)cpu : -1;
	md_linux_read_runner(parse, text);
	return TRUE;
}

/* "Pid: 946, comm: X Not tainted 2.6.32-431.el6.x86_64 #1" */
TAKER(take_pid)
{
	struct md_linux *state = parse->state;
	guint64 pid;

	state->cpu = -1;
	if (md_scan_number(&text, &pid) && pid <= G_MAXINT32 && parse->report->pid < 0 &&
	    parse->report->kind != MD_REPORT_HUNG_TASK && !state->muted && !state->ended)
		parse->report->pid = (gint64)pid;
	md_linux_read_runner(parse, text);
	return TRUE;
}

/* "Not tainted 5.4.0-42-generic #46-Ubuntu", a line of its own below a hung task */
TAKER(take_untainted)
{
	md_linux_read_version(parse->report, text);
	return TRUE;
}

/* "Tainted: G        W         5.4.0-42-generic #46-Ubuntu" */
TAKER(take_tainted)
{
	md_linux_read_taint(parse->report, text);
	return TRUE;
}

TAKER(take_hardware)
{
	md_set_once(&parse->report->hardware, (struct md_slice){ text, strlen(text) });
	return TRUE;
}

/* "Process syz-executor1 (pid: 22499, stack limit = 0xa891e723)" */
TAKER(take_process)
{
	const char *open = strstr(text, " (pid: ");

	if (open == NULL)
		return FALSE;
	md_set_once(&parse->report->comm, (struct md_slice){ text, (gsize)(open - text) });
	md_linux_read_number(open, "pid: ", &parse->report->pid);
	return TRUE;
}

TAKER(take_code)
{
	struct md_linux *state = parse->state;

	if (!state->user && !state->ended && !state->muted)
		md_linux_code(text, parse->report, FALSE);
	return TRUE;
}

/* A stack begins.  Not the first: it is of another CPU, or whoever else was asked. */
TAKER(take_trace)
{
	struct md_linux *state = parse->state;
	g_autofree char *section = NULL;

	(void)text;
	if (state->section != NULL &&
	    (strcmp(state->section, "lock") == 0 || strcmp(state->section, "preemption") == 0))
		md_linux_section(state, NULL);
	if (state->section == NULL && state->traces++ == 0) {
		md_linux_disown(parse);
		return TRUE;
	}
	state->user = FALSE;
	if (state->section == NULL && state->calls > 0) {
		if (state->cpu >= 0)
			section = g_strdup_printf("cpu %d", (int)state->cpu);
		md_linux_section(state, section != NULL ? section : "other");
	}
	return TRUE;
}

/* "NMI backtrace for cpu 1", "Task dump for CPU 1:" */
TAKER(take_backtrace)
{
	struct md_linux *state = parse->state;
	g_autofree char *section = NULL;
	guint64 cpu;

	state->muted = FALSE;
	if (!md_scan_number(&text, &cpu) || cpu > G_MAXINT16)
		return TRUE;
	section = g_strdup_printf("cpu %u", (guint)cpu);
	state->cpu = (gint64)cpu;
	if (state->traces == 0)
		md_linux_disown(parse);
	md_linux_section(state, state->calls > 0 ? section : NULL);
	return TRUE;
}

TAKER(take_end)
{
	struct md_linux *state = parse->state;

	(void)text;
	state->ended = TRUE;
	return TRUE;
}

TAKER(take_caller)
{
	struct md_linux *state = parse->state;

	if (state->named == NULL)
		state->named = md_linux_location(&text);
	return TRUE;
}

/* "comm "cook", pid 7023, jiffies 4294941914 (age 12.390s)", of a leak */
TAKER(take_comm)
{
	const char *quote = strchr(text, '"');

	if (quote == NULL)
		return FALSE;
	md_set_once(&parse->report->comm, (struct md_slice){ text, (gsize)(quote - text) });
	md_linux_read_number(quote, "pid ", &parse->report->pid);
	return TRUE;
}

/* "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 889, name: cook" */
TAKER(take_atomic)
{
	struct md_report *report = parse->report;
	const char *name = strstr(text, ", name: ");

	md_linux_read_number(text, " pid: ", &report->pid);
	if (name != NULL)
		name += strlen(", name: ");
	if (name != NULL)
		md_set_once(&report->comm, (struct md_slice){ name, strlen(name) });
	return TRUE;
}

TAKER(take_dump)
{
	struct md_linux *state = parse->state;

	(void)text;
	state->dump = !state->ended && !state->muted && parse->report->code == NULL;
	return TRUE;
}

TAKER(take_silent)
{
	(void)parse;
	(void)text;
	return TRUE;
}

/* Lines that are told by how they begin. */
static const struct {
	const char *word;
	gboolean (*take)(struct md_parse *parse, const char *text);
} openings[] = {
	{ "RIP: ", take_ip },
	{ "RIP  ", take_ip },
	{ "EIP: ", take_ip },
	{ "EIP is at ", take_ip },
	{ "IP: ", take_ip },
	{ "IP:", take_bare_ip },
	{ "PC is at ", take_ip },
	{ "pc : ", take_ip },
	{ "epc : ", take_ip },
	{ "epc   : ", take_ip },
	{ "NIP ", take_ip },
	{ "Krnl PSW : ", take_psw },
	{ "--- interrupt: ", take_interrupt },
	{ "--- Exception: ", take_interrupt },
	{ "CPU: ", take_cpu },
	{ "Pid: ", take_pid },
	{ "Not tainted ", take_untainted },
	{ "Tainted: ", take_tainted },
	{ "Hardware name: ", take_hardware },
	{ "Process ", take_process },
	{ "Code: ", take_code },
	{ "Instruction dump:", take_dump },
	{ "Modules linked in:", take_silent },
	{ "Call Trace:", take_trace },
	{ "Call trace:", take_trace },
	{ "Backtrace:", take_trace },
	{ "stack backtrace:", take_trace },
	{ "NMI backtrace for cpu ", take_backtrace },
	{ "Task dump for CPU ", take_backtrace },
	{ "caller is ", take_caller },
	{ "comm \"", take_comm },
	{ "in_atomic(): ", take_atomic },
	{ "---[ end trace ", take_end },
};

/* What the stack is of that comes below. */
static const struct {
	const char *word, *also, *section;
} titles[] = {
	{ "Allocated by ", ":", "allocated" },
	{ "Allocated:", NULL, "allocated" },
	{ "INFO: Allocated in ", NULL, "allocated" },
	{ "allocated by task ", NULL, "allocated" },
	{ "Freed by ", ":", "freed" },
	{ "Freed:", NULL, "freed" },
	{ "INFO: Freed in ", NULL, "freed" },
	{ "kfence-#", "allocated by task", "allocated" },
	{ "Last Breaking-Event-Address", NULL, "branch" },
	{ "freed by task ", NULL, "freed" },
	{ "page last allocated ", NULL, "allocated" },
	{ "page allocated via ", NULL, "allocated" },
	{ "page last free ", NULL, "freed" },
	{ "page has been freed", NULL, "freed" },
	{ "Last potentially related work creation", NULL, "queued" },
	{ "Second to last potentially related", NULL, "queued" },
	{ "Last call_rcu", NULL, "queued" },
	{ "Uninit was stored to memory at", NULL, "stored" },
	{ "Uninit was created at", NULL, "allocated" },
	{ "chained origin", NULL, "stored" },
	{ "origin", NULL, "allocated" },
	{ "Preemption disabled at:", NULL, "preemption" },
	{ "Showing all locks held", NULL, "locks" },
	{ "RCU grace-period kthread stack dump", NULL, "kthread" },
	{ "rcu: RCU grace-period kthread stack dump", NULL, "kthread" },
	{ "rcu: Stack dump where RCU GP kthread last ran", NULL, "kthread" },
};

gboolean md_linux_take_title(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;

	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
		const char *at = titles[i].word[0] == text[0] ? text : NULL;

		if (at == NULL || !md_scan_text(&at, titles[i].word) ||
		    (titles[i].also != NULL && strstr(at, titles[i].also) == NULL))
			continue;
		md_linux_section(state, titles[i].section);
		return TRUE;
	}
	return FALSE;
}

static gboolean take_opening(struct md_parse *parse, const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
		const char *at = text;

		if (openings[i].word[0] == text[0] && md_scan_text(&at, openings[i].word))
			return openings[i].take(parse, at);
	}
	return FALSE;
}

/* Registers below an instruction pointer belong to it: only the first, the crash's, are kept. */
static gboolean take_registers(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	/* On arm, a stack has those of its frames between them. */
	gboolean keep = !state->user && !state->ended && !state->muted && state->section == NULL &&
			!state->registers && (state->calls == 0 || state->pointer > 0);

	return md_linux_registers(text, keep ? parse->report : NULL);
}

/*
 * "(rtnl_mutex){+.+.}, at: [<00000000366b10e7>] rtnl_lock+0x17/0x20": where the lock at hand is
 * taken, or in the list of what is held, where one was.
 */
static gboolean take_lock(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	const char *at = strstr(text, "at: ");
	struct md_word address = { 0 };
	struct md_frame *callee = NULL;

	if (at == NULL || parse->report->kind != MD_REPORT_LOCKDEP)
		return FALSE;
	at += strlen("at: ");
	md_scan_bracketed(&at, &address);
	if (state->named != NULL || (*text == '#' && !state->held))
		return TRUE;
	state->named = md_linux_location(&at);
	/* "at: rtnl_lock (net/core/rtnetlink.c:80)", by scripts/decode_stacktrace.sh */
	if (state->named == NULL)
		state->named = md_linux_frame(at, &callee);
	md_frame_free(callee);
	return TRUE;
}

/* "write to 0xffff888012345678 of 8 bytes by task 123 on cpu 0:" */
static gboolean take_access(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	const char *cpu;

	if (parse->report->kind != MD_REPORT_KCSAN || strstr(text, " bytes by ") == NULL)
		return FALSE;
	cpu = strstr(text, " on cpu ");
	if (state->calls == 0)
		md_linux_read_number(text, " on cpu ", &parse->report->cpu);
	else
		md_linux_section(state, cpu != NULL ? "other cpu" : "other");
	return TRUE;
}

gboolean md_linux_take_line(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	gboolean opening = take_opening(parse, text);

	if (state->dump && !opening) {
		state->dump = md_linux_code(text, parse->report, TRUE);
		if (state->dump)
			return TRUE;
	}
	/* "EIP: 0060:[<f8e40765>] EFLAGS: 00210246": an opening may have registers behind it. */
	return take_registers(parse, text) || opening || md_linux_take_title(parse, text) ||
	       take_lock(parse, text) || take_access(parse, text);
}
