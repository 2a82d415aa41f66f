/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Linux raises, on its console.
 *
 * A report begins with a sentence of linux_heads.c.  Below it come, in an order that
 * differs with the architecture and the age of the kernel: who ran where, the instruction pointer
 * with registers and code bytes, and stacks.  The first stack is the crash's own;
 * markers part it where one interrupts another (<IRQ>, <NMI>), and an instruction
 * pointer in its midst is where the interrupted one was.  Others follow: of who allocated or
 * freed the memory, of how locks came to depend on each other, of the other CPUs.
 */
#include "crash/parser.h"

#include <string.h>

struct linux_state {
	struct md_frame *named; /* the function that the report names; NULL: none */
	gboolean held;		/* and that is the one to look at */
	char *said;		/* before the report: the condition that failed; NULL: none did */
	gsize said_at;		/* the line of that */
	const char *segment;	/* of the crash's own stack: "irq" and so on; NULL: the task */
	char *section;		/* what other stack the frames are of; NULL: the crash's own */
	guint calls;		/* frames of the crash's own stack, instruction pointers aside */
	guint section_calls;	/* the same, of the section at hand */
	gsize pointer;		/* the last instruction pointer's index + 1, until a call comes */
	gint64 cpu;		/* the last that was named, for the name of a section */
	gboolean muted;		/* what comes is no part of a crash */
	gboolean ended;		/* "---[ end trace": the rest is said twice */
	gboolean user;		/* the registers to come are a program's */
	gboolean registers;	/* those of the crash have come */
	gboolean part;		/* there was no head */
};

/* Parts of the crash's own stack; all other names of stacks are sections. */
static const struct {
	const char *marker, *segment;
} segments[] = {
	{ "<IRQ>", "irq" },
	{ "</IRQ>", NULL },
	{ "<EOI>", NULL },
	{ "<NMI>", "nmi" },
	{ "</NMI>", NULL },
	{ "<<EOE>>", NULL },
	{ "<EOE>", NULL },
	{ "<#DF>", "exception" },
	{ "</#DF>", NULL },
	{ "<#DB>", "exception" },
	{ "</#DB>", NULL },
	{ "<#VC>", "exception" },
	{ "</#VC>", NULL },
	{ "<#MC>", "exception" },
	{ "</#MC>", NULL },
	{ "<SOFTIRQ>", "softirq" },
	{ "</SOFTIRQ>", NULL },
	{ "<TASK>", NULL },
	{ "</TASK>", NULL },
	{ "<<DF>>", "exception" },
	{ "<#DOUBLEFAULT>", "exception" },
	{ "<ENTRY_TRAMPOLINE>", "entry" },
	{ "</ENTRY_TRAMPOLINE>", NULL },
};

static gboolean is_segment(const char *stack)
{
	for (gsize i = 0; i < G_N_ELEMENTS(segments); i++) {
		if (segments[i].segment != NULL && strcmp(segments[i].segment, stack) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Moves behind the markers that @text begins with. */
static gboolean scan_markers(struct linux_state *state, const char **text)
{
	gboolean found = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(segments); i++) {
		if (!md_scan_text(text, segments[i].marker))
			continue;
		state->segment = segments[i].segment;
		md_scan_blanks(text);
		found = TRUE;
		/* "</NMI><TASK>": once more, from the top. */
		i = (gsize)-1;
	}
	return found;
}

static void set_section(struct linux_state *state, const char *section)
{
	g_free(state->section);
	state->section = g_strdup(section);
	state->section_calls = 0;
	state->segment = NULL;
	state->pointer = 0;
	state->user = FALSE;
}

static gboolean same_place(const struct md_frame *a, const struct md_frame *b)
{
	return g_strcmp0(a->symbol, b->symbol) == 0 && a->symbol != NULL &&
	       (a->offset == b->offset || a->offset == MD_FRAME_UNKNOWN ||
		b->offset == MD_FRAME_UNKNOWN);
}

static void move_missing(struct md_frame *to, struct md_frame *from)
{
	if (to->path == NULL) {
		to->path = g_steal_pointer(&from->path);
		to->line = from->line;
	}
	if (to->module == NULL)
		to->module = g_steal_pointer(&from->module);
	if (to->address.digits == 0)
		to->address = from->address;
	if (to->offset == MD_FRAME_UNKNOWN) {
		to->offset = from->offset;
		to->size = from->size;
	}
}

/* Takes @frame, which is where an instruction pointer was (@pointer) or on a stack. */
static void add_frame(struct md_parse *parse, struct md_frame *frame, gboolean pointer)
{
	struct linux_state *state = parse->state;
	GPtrArray *frames = parse->report->frames;
	const char *stack = state->section != NULL ? state->section : state->segment;

	/* The kernel's own stack begins with the instruction pointer on some machines. */
	if (state->pointer > 0) {
		struct md_frame *last = g_ptr_array_index(frames, state->pointer - 1);

		/* "PC is at foo+0x30/0xa8", then "pc : [<80b10c70>]". */
		if (same_place(last, frame) || (pointer && frame->symbol == NULL)) {
			move_missing(last, frame);
			if (!pointer)
				state->pointer = 0;
			md_frame_free(frame);
			return;
		}
	}
	if (frames->len >= MD_FRAMES_MAX) {
		md_frame_free(frame);
		return;
	}
	frame->stack = g_strdup(stack);
	g_ptr_array_add(frames, frame);
	if (pointer) {
		state->pointer = frames->len;
		return;
	}
	if (frame->reliable)
		state->pointer = 0;
	state->section_calls++;
	if (state->section == NULL) {
		state->calls++;
		state->registers |= parse->report->registers->len > 0;
	}
}

/* A line of a stack. */
static gboolean take_frame(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;
	struct md_frame *callee, *frame;
	gboolean marked = scan_markers(state, &text);

	if (*text == '\0')
		return marked;
	frame = md_linux_frame(text, &callee);
	if (frame == NULL)
		return marked;
	if (state->muted || state->ended || state->user) {
		md_frame_free(frame);
		md_frame_free(callee);
		return TRUE;
	}
	/* "(a) from (b)", "(b) from (c)": a stands nowhere else only on the first line. */
	if (callee != NULL && (state->section_calls == 0 || callee->inlined))
		add_frame(parse, g_steal_pointer(&callee), FALSE);
	md_frame_free(callee);
	add_frame(parse, frame, FALSE);
	return TRUE;
}

/* "[<ffffffff81171b02>]", "[c000000000100012]" */
static gboolean scan_bracketed(const char **text, struct md_word *address)
{
	const char *at = *text;
	struct md_word word;

	if (*at++ != '[')
		return FALSE;
	at += *at == '<';
	if (!md_scan_hex(&at, &word))
		return FALSE;
	at += *at == '>';
	if (*at++ != ']')
		return FALSE;
	md_scan_blanks(&at);
	*address = word;
	*text = at;
	return TRUE;
}

/* An instruction pointer: "0010:[<ffffffff81171b02>]  [<ffffffff81171b02>] foo+0x42/0xc0". */
static void take_pointer(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;
	struct md_word selector, address = { 0 };
	struct md_frame *frame;
	const char *at = text;

	/* The last two bits of a selector are the privilege: 3 is a program's. */
	if (md_scan_hex(&at, &selector) && selector.digits == 4 && *at == ':') {
		state->user = (selector.value & 3) == 3;
		text = at + 1;
	} else {
		state->user = FALSE;
	}
	if (state->user || state->ended || state->muted)
		return;
	while (scan_bracketed(&text, &address))
		;
	frame = md_linux_location(&text);
	if (frame == NULL) {
		/* "0xffffffffdeadbeef", "foo (fs/x.c:12)", or registers behind the address. */
		struct md_frame *callee;

		frame = md_linux_frame(text, &callee);
		md_frame_free(callee);
	}
	if (frame == NULL && address.digits > 0)
		frame = md_frame_new();
	if (frame == NULL)
		return;
	if (frame->address.digits == 0)
		frame->address = address;
	add_frame(parse, frame, TRUE);
}

#define TAKER(name) static gboolean name(struct md_parse *parse, const char *text)

TAKER(take_ip)
{
	take_pointer(parse, text);
	return TRUE;
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
	add_frame(parse, frame, TRUE);
	return TRUE;
}

/* "--- interrupt: 700 at foo+0x2c/0x70", "--- Exception: 901 at .foo+0x2c/0x70" */
TAKER(take_interrupt)
{
	const char *at = strstr(text, " at ");

	if (at != NULL)
		take_pointer(parse, at + strlen(" at "));
	return TRUE;
}

/* The version behind "Not tainted ", or behind the letters of the taint. */
static void read_kernel(struct md_report *report, const char *text)
{
	const char *tainted = strstr(text, "Not tainted ");
	const char *at, *version;

	if (tainted != NULL) {
		version = tainted + strlen("Not tainted ");
		version += strspn(version, " (");
		md_set_once(&report->kernel, (struct md_slice){ version, strcspn(version, " ()") });
		return;
	}
	tainted = strstr(text, "Tainted: ");
	if (tainted == NULL)
		return;
	at = tainted + strlen("Tainted: ");
	for (version = at; *version != '\0' && !(g_ascii_isdigit(*version) && version[-1] == ' ');)
		version++;
	if (report->taint == NULL) {
		report->taint = g_strndup(at, (gsize)(version - at));
		g_strstrip(report->taint);
	}
	md_set_once(&report->kernel, (struct md_slice){ version, strcspn(version, " ()") });
}

static void read_number(const char *text, const char *word, gint64 *number)
{
	const char *at = strstr(text, word);
	guint64 value;

	if (at == NULL || *number >= 0)
		return;
	at += strlen(word);
	if (md_scan_number(&at, &value) && value <= G_MAXINT32)
		*number = (gint64)value;
}

/* Who ran: "PID: 946 Comm: X Not tainted 3.15.10-201.fc20.x86_64 #1". */
static void read_runner(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;
	struct md_report *report = parse->report;
	const char *comm = strstr(text, "omm: "), *end;

	read_kernel(report, text);
	/* A hung task is told of by another, which has nothing to do with it. */
	if (report->kind == MD_REPORT_HUNG_TASK || state->muted || state->ended)
		return;
	if (report->cpu < 0)
		report->cpu = state->cpu;
	read_number(text, "PID: ", &report->pid);
	if (comm == NULL)
		return;
	comm += strlen("omm: ");
	end = strstr(comm, " Not tainted");
	if (end == NULL)
		end = strstr(comm, " Tainted:");
	if (end != NULL)
		md_set_once(&report->comm, (struct md_slice){ comm, (gsize)(end - comm) });
}

/* "CPU: 1 UID: 0 PID: 946 Comm: X Not tainted 3.15.10-201.fc20.x86_64 #1" */
TAKER(take_cpu)
{
	struct linux_state *state = parse->state;
	guint64 cpu;

	state->cpu = md_scan_number(&text, &cpu) && cpu <= G_MAXINT16 ? (gint64)cpu : -1;
	read_runner(parse, text);
	return TRUE;
}

/* "Pid: 946, comm: X Not tainted 2.6.32-431.el6.x86_64 #1" */
TAKER(take_pid)
{
	struct linux_state *state = parse->state;
	guint64 pid;

	state->cpu = -1;
	if (md_scan_number(&text, &pid) && pid <= G_MAXINT32 && parse->report->pid < 0 &&
	    parse->report->kind != MD_REPORT_HUNG_TASK && !state->muted && !state->ended)
		parse->report->pid = (gint64)pid;
	read_runner(parse, text);
	return TRUE;
}

TAKER(take_tainted)
{
	read_kernel(parse->report, text);
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
	read_number(open, "pid: ", &parse->report->pid);
	return TRUE;
}

TAKER(take_code)
{
	struct linux_state *state = parse->state;

	if (!state->user && !state->ended && !state->muted)
		md_linux_code(text, parse->report);
	return TRUE;
}

/* A stack begins.  Not the first: it is of another CPU, or whoever else was asked. */
TAKER(take_trace)
{
	struct linux_state *state = parse->state;
	g_autofree char *section = NULL;

	(void)text;
	if (state->section != NULL && strcmp(state->section, "lock") == 0) {
		set_section(state, NULL);
		return TRUE;
	}
	state->user = FALSE;
	if (state->section == NULL && state->calls > 0) {
		if (state->cpu >= 0)
			section = g_strdup_printf("cpu %d", (int)state->cpu);
		set_section(state, section != NULL ? section : "other");
	}
	return TRUE;
}

/* "NMI backtrace for cpu 1", "Task dump for CPU 1:" */
TAKER(take_backtrace)
{
	struct linux_state *state = parse->state;
	g_autofree char *section = NULL;
	guint64 cpu;

	state->muted = FALSE;
	if (!md_scan_number(&text, &cpu) || cpu > G_MAXINT16)
		return TRUE;
	section = g_strdup_printf("cpu %u", (guint)cpu);
	state->cpu = (gint64)cpu;
	set_section(state, state->calls > 0 ? section : NULL);
	return TRUE;
}

TAKER(take_end)
{
	struct linux_state *state = parse->state;

	(void)text;
	state->ended = TRUE;
	return TRUE;
}

TAKER(take_caller)
{
	struct linux_state *state = parse->state;

	if (state->named == NULL)
		state->named = md_linux_location(&text);
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
	{ "Not tainted ", take_tainted },
	{ "Tainted: ", take_tainted },
	{ "Hardware name: ", take_hardware },
	{ "Process ", take_process },
	{ "Code: ", take_code },
	{ "Instruction dump:", take_silent },
	{ "Modules linked in:", take_silent },
	{ "Call Trace:", take_trace },
	{ "Call trace:", take_trace },
	{ "Backtrace:", take_trace },
	{ "stack backtrace:", take_trace },
	{ "NMI backtrace for cpu ", take_backtrace },
	{ "Task dump for CPU ", take_backtrace },
	{ "caller is ", take_caller },
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
	{ "Showing all locks held", NULL, "locks" },
	{ "RCU grace-period kthread stack dump", NULL, "kthread" },
	{ "rcu: RCU grace-period kthread stack dump", NULL, "kthread" },
	{ "rcu: Stack dump where RCU GP kthread last ran", NULL, "kthread" },
};

static gboolean take_title(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;

	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
		const char *at = titles[i].word[0] == text[0] ? text : NULL;

		if (at == NULL || !md_scan_text(&at, titles[i].word) ||
		    (titles[i].also != NULL && strstr(at, titles[i].also) == NULL))
			continue;
		set_section(state, titles[i].section);
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
	struct linux_state *state = parse->state;
	/* On arm, a stack has those of its frames between them. */
	gboolean keep = !state->user && !state->ended && !state->muted && state->section == NULL &&
			!state->registers && (state->calls == 0 || state->pointer > 0);

	return md_linux_registers(text, keep ? parse->report : NULL);
}

/* "PATH:LINE", and "SYMBOL+0x..." behind it. */
static void read_place(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;
	struct md_report *report = parse->report;
	struct md_slice path;
	guint line;

	if (md_scan_place(&text, &path, &line) && report->path == NULL) {
		report->path = md_slice_dup(path);
		report->line = line;
	}
	text += strspn(text, " !");
	md_scan_text(&text, "at ");
	if (state->named == NULL)
		state->named = md_linux_location(&text);
	if (state->named != NULL && state->named->path == NULL) {
		state->named->path = g_strdup(report->path);
		state->named->line = report->line;
	}
}

/* " in SYMBOL+0x...", " in SYMBOL at addr" */
static void read_in(struct md_parse *parse, const char *title)
{
	struct linux_state *state = parse->state;
	const char *at = strstr(title, " in ");
	struct md_slice symbol;

	if (at == NULL || state->named != NULL)
		return;
	at += strlen(" in ");
	state->named = md_linux_location(&at);
	if (state->named == NULL && md_scan_symbol(&at, &symbol) &&
	    (*at == '\0' || g_str_has_prefix(at, " at ") || g_str_has_prefix(at, " / ") ||
	     *at == ' ')) {
		state->named = md_frame_new();
		state->named->symbol = md_slice_dup(symbol);
	}
}

/* "COMM:PID" or "COMM/PID", up to one of @stop. */
static void read_task(struct md_report *report, const char *text, char mark, const char *stop)
{
	g_autofree char *task = g_strndup(text, strcspn(text, stop));
	char *colon = strrchr(task, mark);
	const char *pid = colon != NULL ? colon + 1 : task;
	guint64 number;

	if (colon == NULL || !md_scan_number(&pid, &number) || number > G_MAXINT32)
		return;
	md_set_once(&report->comm, (struct md_slice){ task, (gsize)(colon - task) });
	if (report->pid < 0)
		report->pid = (gint64)number;
}

/* What a head says besides what happened. */
static void read_head(struct md_parse *parse, const char *title)
{
	struct md_report *report = parse->report;
	const char *at;

	switch (report->kind) {
	case MD_REPORT_BUG:
		at = strstr(title, " at ");
		if (at != NULL)
			read_place(parse, at + strlen(" at "));
		break;
	case MD_REPORT_WARNING:
		read_number(title, "CPU: ", &report->cpu);
		read_number(title, "PID: ", &report->pid);
		at = strstr(title, " at ");
		if (at != NULL && md_scan_text(&title, "WARNING: ") &&
		    strstr(title, ", CPU#") != NULL)
			read_place(parse, title);
		else if (at != NULL)
			read_place(parse, at + strlen(" at "));
		break;
	case MD_REPORT_UBSAN:
		at = strstr(title, " in ");
		if (at != NULL)
			read_place(parse, at + strlen(" in "));
		break;
	case MD_REPORT_KASAN:
	case MD_REPORT_KMSAN:
	case MD_REPORT_KCSAN:
	case MD_REPORT_KFENCE:
	case MD_REPORT_PANIC:
		read_in(parse, title);
		break;
	case MD_REPORT_HUNG_TASK:
		if (md_scan_text(&title, "INFO: task "))
			read_task(report, title, ':', " ");
		break;
	case MD_REPORT_SOFT_LOCKUP:
		read_number(title, "CPU#", &report->cpu);
		at = strchr(title, '[');
		if (at != NULL)
			read_task(report, at + 1, ':', "]");
		break;
	default:
		break;
	}
}

/*
 * The condition that failed, from what the source says of it:
 *
 *   XFS: Assertion failed: ip->i_nblocks >= 0, file: fs/xfs/xfs_inode.c, line: 12
 *   assertion failed: root->node, in fs/btrfs/ctree.c:12
 *   Assertion failure in jbd2_journal_stop() at fs/jbd2/transaction.c:12: "handle->h_ref > 0"
 *   DEBUG_LOCKS_WARN_ON(lock->magic != lock)
 */
static void read_condition(char **assertion, const char *title)
{
	static const char *const begins[] = { "failed: ", "fail: ", "WARN_ON(", "WARN_ON_ONCE(" };
	const char *at = strchr(title, '"'), *end = NULL;

	if (*assertion != NULL)
		return;
	if (at != NULL)
		end = strrchr(++at, '"');
	for (gsize i = 0; i < G_N_ELEMENTS(begins) && end == NULL; i++) {
		at = strstr(title, begins[i]);
		if (at == NULL)
			continue;
		at += strlen(begins[i]);
		end = strchr(begins[i], '(') != NULL ? strrchr(at, ')') : strstr(at, ", file: ");
		if (end == NULL)
			end = strstr(at, ", in ");
		if (end == NULL)
			end = at + strlen(at);
	}
	if (end != NULL && end > at)
		*assertion = g_strndup(at, (gsize)(end - at));
}

/* Ends that come of what was reported before them. */
static const char *const consequences[] = {
	"panic_on_warn", "Fatal exception", "panic_on_oops", "hung_task",   "softlockup",
	"RCU Stall",	 "rcu_stall",	    "Hard LOCKUP",   "hard LOCKUP", "Attempted to kill",
	"Aiee, killing", "Fatal error",	    "kfence.fault",  "oops_limit",  "warn_limit",
};

static gboolean is_consequence(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(consequences); i++) {
		if (strstr(text, consequences[i]) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* One exception is told of in several sentences. */
static gboolean is_exception(enum md_report_kind kind)
{
	return kind == MD_REPORT_OOPS || kind == MD_REPORT_PAGE_FAULT ||
	       kind == MD_REPORT_NULL_DEREF || kind == MD_REPORT_GPF || kind == MD_REPORT_BUG;
}

/* Whether the head is part of the report that is open. */
static gboolean take_head(struct md_parse *parse, const struct md_linux_head *head,
			  const char *title)
{
	struct linux_state *state = parse->state;
	enum md_report_kind kind = parse->report->kind;

	if (head->flags & MD_HEAD_NOISE) {
		state->muted = TRUE;
		return TRUE;
	}
	if (head->flags & MD_HEAD_ASIDE)
		return TRUE;
	if (head->flags & MD_HEAD_SAID) {
		/* Said of this report before its stack, else of the next. */
		if (state->calls > 0 || state->ended)
			return FALSE;
		read_condition(&parse->report->assertion, title);
		return TRUE;
	}
	if (head->flags & MD_HEAD_PANIC) {
		if (kind != MD_REPORT_PANIC && !is_consequence(title))
			return FALSE;
		if (state->calls > 0)
			set_section(state, "panic");
		state->ended = FALSE;
		return TRUE;
	}
	if (head->flags & MD_HEAD_WITHIN && head->kind == kind) {
		take_title(parse, title);
		return TRUE;
	}
	if (!(head->flags & MD_HEAD_FOLLOWS) || state->calls > 0 || state->ended)
		return FALSE;
	return head->kind == kind || (is_exception(head->kind) && is_exception(kind)) ||
	       (kind == MD_REPORT_OTHER && is_exception(head->kind));
}

/*
 * "(rtnl_mutex){+.+.}, at: [<00000000366b10e7>] rtnl_lock+0x17/0x20": where the lock at hand is
 * taken, or in the list of what is held, where one was.
 */
static gboolean take_lock(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;
	const char *at = strstr(text, "at: ");
	struct md_word address = { 0 };

	if (at == NULL || parse->report->kind != MD_REPORT_LOCKDEP)
		return FALSE;
	at += strlen("at: ");
	scan_bracketed(&at, &address);
	if (state->named == NULL && (*text != '#' || state->held))
		state->named = md_linux_location(&at);
	return TRUE;
}

/* "write to 0xffff888012345678 of 8 bytes by task 123 on cpu 0:" */
static gboolean take_access(struct md_parse *parse, const char *text)
{
	struct linux_state *state = parse->state;
	const char *cpu;

	if (parse->report->kind != MD_REPORT_KCSAN || strstr(text, " bytes by ") == NULL)
		return FALSE;
	cpu = strstr(text, " on cpu ");
	if (state->calls == 0)
		read_number(text, " on cpu ", &parse->report->cpu);
	else
		set_section(state, cpu != NULL ? "other cpu" : "other");
	return TRUE;
}

static enum md_taken linux_line(struct md_parse *parse, const struct md_line *line)
{
	const char *title;
	gboolean opening;
	const struct md_linux_head *head =
		line->candidate ? md_linux_head_find(line->text, &title) : NULL;

	if (line->size == 0)
		return MD_TAKEN_YES;
	if (head != NULL && !(head->flags & MD_HEAD_PART))
		return take_head(parse, head, title) ? MD_TAKEN_YES : MD_TAKEN_NO;
	if (take_frame(parse, line->text))
		return MD_TAKEN_YES;
	opening = take_opening(parse, line->text);
	/* "EIP: 0060:[<f8e40765>] EFLAGS: 00210246": an opening may have registers behind it. */
	if (take_registers(parse, line->text) || opening || take_title(parse, line->text) ||
	    take_lock(parse, line->text) || take_access(parse, line->text))
		return MD_TAKEN_YES;
	return MD_TAKEN_NO;
}

/* How far above its report a condition may stand. */
#define SAID_LINES 4

static gboolean linux_begin(struct md_parse *parse, const struct md_line *line)
{
	struct linux_state *state = parse->state;
	struct md_report *report = parse->report;
	const char *title;
	const struct md_linux_head *head = md_linux_head_find(line->text, &title);
	gsize length;

	if (head == NULL || head->flags & MD_HEAD_NOISE)
		return FALSE;
	if (head->flags & MD_HEAD_SAID) {
		g_clear_pointer(&state->said, g_free);
		read_condition(&state->said, title);
		state->said_at = line->number;
		return FALSE;
	}
	report->kind = head->kind;
	state->held = (head->flags & MD_HEAD_HELD) != 0;
	/* "------------[ cut here ]------------" and a name may stand between. */
	if (state->said != NULL && line->number - state->said_at <= SAID_LINES)
		report->assertion = g_steal_pointer(&state->said);
	state->cpu = -1;
	if (head->flags & MD_HEAD_PART) {
		state->part = TRUE;
		report->title = g_strdup(line->text);
		return take_frame(parse, line->text) || take_opening(parse, line->text);
	}
	length = strlen(title);
	/* "[ INFO: possible circular locking dependency detected ]" */
	if (title != line->text && title[-1] == ' ' && g_str_has_suffix(title, " ]"))
		length -= 2;
	report->title = g_strndup(title, length);
	if (head->kind == MD_REPORT_LOCKDEP)
		set_section(state, "lock");
	read_head(parse, report->title);
	/* What lock debugging has to say by way of a warning. */
	if (report->kind == MD_REPORT_WARNING && report->path != NULL &&
	    (strstr(report->path, "kernel/locking/") != NULL ||
	     strstr(report->path, "kernel/lockdep") != NULL))
		report->kind = MD_REPORT_LOCKDEP;
	return TRUE;
}

static gboolean own_stack(const struct md_frame *frame)
{
	return frame->stack == NULL || is_segment(frame->stack);
}

/* Puts the function that the report names where it belongs; its frame, or NULL. */
static const struct md_frame *place_named(struct md_parse *parse)
{
	struct linux_state *state = parse->state;
	GPtrArray *frames = parse->report->frames;
	struct md_frame *named = state->named;

	if (named == NULL)
		return NULL;
	for (guint i = 0; i < frames->len && !state->held; i++) {
		struct md_frame *frame = g_ptr_array_index(frames, i);

		if (frame->reliable && own_stack(frame) && same_place(frame, named)) {
			move_missing(frame, named);
			return frame;
		}
	}
	g_ptr_array_insert(frames, 0, g_steal_pointer(&state->named));
	return named;
}

/* Which part of the stack crashed: that with the first function that can have to do with it. */
static void settle_segments(struct md_report *report)
{
	const struct md_frame *found = NULL;
	g_autofree char *segment = NULL;

	for (guint i = 0; i < report->frames->len && found == NULL; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		if (frame->reliable && frame->symbol != NULL && own_stack(frame) &&
		    !md_symbol_is_bystander(frame->symbol))
			found = frame;
	}
	if (found == NULL || found->stack == NULL)
		return;
	segment = g_strdup(found->stack);
	for (guint i = 0; i < report->frames->len; i++) {
		struct md_frame *frame = g_ptr_array_index(report->frames, i);

		if (frame->stack == NULL)
			frame->stack = g_strdup("task");
		else if (strcmp(frame->stack, segment) == 0)
			g_clear_pointer(&frame->stack, g_free);
	}
}

static gboolean linux_end(struct md_parse *parse)
{
	struct linux_state *state = parse->state;

	const struct md_frame *named = place_named(parse);

	if (state->part && parse->report->frames->len < 2)
		return FALSE;
	settle_segments(parse->report);
	md_report_look(parse->report, named);
	return TRUE;
}

static void linux_clear(struct md_parse *parse)
{
	struct linux_state *state = parse->state;

	md_frame_free(state->named);
	g_free(state->section);
	g_free(state->said);
}

const struct md_parser md_parser_linux = {
	.name = "dmesg",
	.state_size = sizeof(struct linux_state),
	.words = md_linux_words,
	.begin = linux_begin,
	.line = linux_line,
	.end = linux_end,
	.clear = linux_clear,
};
