/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks as debuggers print them.
 *
 * crash(8), of a vmcore: `bt`, `bt -a`, `foreach bt`, with -l, -s, -x or not:
 *
 *       RELEASE: 3.10.0-mill.x86_64
 *         PANIC: "BUG: unable to handle kernel NULL pointer dereference at 0000000000000010"
 *           PID: 1234
 *          TASK: ffff880123456780  [THREAD_INFO: ffff88003c3b0000]
 *   PID: 1234   TASK: ffff880123456780  CPU: 5   COMMAND: "bash"
 *    #0 [ffff88003c3b1a70] machine_kexec at ffffffff8103b68b
 *    #8 [ffff88003c3b1d60] page_fault at ffffffff815308e5
 *       [exception RIP: sysrq_handle_crash+22]
 *       RIP: ffffffff8134f456  RSP: ffff88003c3b1e18  RFLAGS: 00010096
 *   --- <NMI exception stack> ---
 *    #9 [ffff88003c3b1e18] ext4_write+0x12 at ffffffffa0123456 [ext4]
 *       /usr/src/linux/fs/ext4/file.c: 123
 *
 * gdb and drgn:
 *
 *   #0  0xffffffff8100b2b0 in pmu_msr_read (msr=3221225600) at arch/x86/xen/pmu.c:285
 *   #1  sysrq_handle_crash (drivers/tty/sysrq.c:155:2)
 *   #2  default_idle+0x1a/0x20
 *
 * The instruction that failed, where one did, is that of the exception; the frames above it are how
 * the kernel died of it.  A task that only waits is a report of kind "other".  What `sys` says, in
 * the first five lines, is of the whole session; the PANIC is of the one task among many that died.
 */
#include "crash/linux.h"
#include "crash/tasks.h"

#include <string.h>

/* What `sys` said: one, of all the stacks below it. */
struct bt_session {
	char *panic;	     /* NULL: not said */
	char *release;	     /* NULL: not said */
	gint64 pid;	     /* who died; -1: not said */
	struct md_word task; /* its address; no digits: not said */
};

struct bt_state {
	struct bt_session *session; /* NULL: nothing was said */
	gsize exception;	    /* the index + 1 of the frame that an exception interrupted */
	gboolean registers;	    /* the next registers are those of the exception */
	gboolean sys;		    /* it began with what `sys` says */
	gboolean task;		    /* it began with "PID:" */
	struct md_word address;	    /* of the task */
	gsize pointer;		    /* the index + 1 of the last frame of an exception */
	gboolean active;	    /* crash(8) says that it ran */
	GArray *parts;		    /* of struct bt_part; NULL: there are none */
};

/* Frames that are on another stack than those below them. */
struct bt_part {
	guint end; /* the index behind its last frame, from where the part before it ends */
	const char *stack;
};

/* What crash(8) calls the stacks, between them. */
static const struct {
	const char *word, *stack;
} parts_table[] = {
	{ "<NMI exception stack>", "nmi" },
	{ "<IRQ stack>", "irq" },
	{ "<SOFTIRQ stack>", "softirq" },
	{ "exception stack>", "exception" },
};

/* What brings a kernel to its end, by the frame that is there for it. */
static const struct {
	const char *symbol;
	enum md_report_kind kind;
} ends[] = {
	{ "page_fault", MD_REPORT_PAGE_FAULT },
	{ "asm_exc_page_fault", MD_REPORT_PAGE_FAULT },
	{ "do_page_fault", MD_REPORT_PAGE_FAULT },
	{ "general_protection", MD_REPORT_GPF },
	{ "asm_exc_general_protection", MD_REPORT_GPF },
	{ "invalid_op", MD_REPORT_BUG },
	{ "asm_exc_invalid_op", MD_REPORT_BUG },
	{ "divide_error", MD_REPORT_OOPS },
	{ "asm_exc_divide_error", MD_REPORT_OOPS },
	{ "double_fault", MD_REPORT_OOPS },
	{ "stack_segment", MD_REPORT_GPF },
	{ "watchdog_overflow_callback", MD_REPORT_HARD_LOCKUP },
	{ "watchdog_hardlockup_check", MD_REPORT_HARD_LOCKUP },
	{ "watchdog_timer_fn", MD_REPORT_SOFT_LOCKUP },
	{ "check_hung_uninterruptible_tasks", MD_REPORT_HUNG_TASK },
	{ "oops_end", MD_REPORT_OOPS },
	{ "die", MD_REPORT_OOPS },
	{ "panic", MD_REPORT_PANIC },
	{ "crash_kexec", MD_REPORT_PANIC },
};

static const char panic_word[] = "PANIC: \"", release_word[] = "RELEASE: ";

static void bt_words(GPtrArray *words)
{
	static const char *const begins[] = { panic_word, release_word, "PID: ", "#0 " };

	for (gsize i = 0; i < G_N_ELEMENTS(begins); i++)
		g_ptr_array_add(words, (void *)begins[i]);
}

/* "PID: 1234   TASK: ffff880123456780  CPU: 5   COMMAND: "bash"" */
static gboolean take_task(struct md_parse *parse, const char *text)
{
	struct bt_state *state = parse->state;
	struct md_report *report = parse->report;
	const char *task = strstr(text, " TASK: "), *cpu = strstr(text, "CPU: "),
		   *command = strstr(text, "COMMAND: \""), *end;
	guint64 number;

	if (!md_scan_text(&text, "PID: ") || !md_scan_number(&text, &number) ||
	    number > G_MAXINT32 || task == NULL || cpu == NULL || command == NULL)
		return FALSE;
	state->task = TRUE;
	task += strlen(" TASK: ");
	md_scan_hex(&task, &state->address);
	report->pid = (gint64)number;
	cpu += strlen("CPU: ");
	if (md_scan_number(&cpu, &number) && number <= G_MAXINT16)
		report->cpu = (gint64)number;
	command += strlen("COMMAND: \"");
	end = strrchr(command, '"');
	if (end != NULL)
		md_set_once(&report->comm, (struct md_slice){ command, (gsize)(end - command) });
	return TRUE;
}

/* "+22", "+0x16", "+0x16/0x20": crash(8) counts in tens, but with -x. */
static void scan_offset(const char **text, struct md_frame *frame)
{
	const char *at = *text;
	struct md_word word;
	guint64 number;

	if (*at++ != '+')
		return;
	if (g_str_has_prefix(at, "0x") && md_scan_hex(&at, &word))
		frame->offset = word.value;
	else if (md_scan_number(&at, &number))
		frame->offset = number;
	else
		return;
	if (g_str_has_prefix(at, "/0x")) {
		at++;
		if (md_scan_hex(&at, &word))
			frame->size = word.value;
	}
	*text = at;
}

/* "(drivers/tty/sysrq.c:155:2)", " (args) at arch/x86/xen/pmu.c:285" */
static void scan_place(const char *text, struct md_frame *frame)
{
	const char *at = strstr(text, ") at ");
	struct md_slice path;
	guint line;

	at = at != NULL ? at + strlen(") at ") : text + strspn(text, " (");
	if (!md_scan_place(&at, &path, &line))
		return;
	g_free(frame->path);
	frame->path = md_slice_dup(path);
	frame->line = line;
}

/* What follows the number of a frame; NULL: it is none. */
static struct md_frame *scan_frame(const char *text)
{
	struct md_frame *frame = md_frame_new();
	gboolean crash = *text == '[';
	struct md_slice symbol;

	if (crash) {
		text++;
		if (!md_scan_hex(&text, &frame->at) || !md_scan_text(&text, "] "))
			goto none;
	} else if (g_str_has_prefix(text, "0x")) {
		if (!md_scan_hex(&text, &frame->address))
			goto none;
		md_scan_text(&text, " in");
	}
	md_scan_blanks(&text);
	if (!md_scan_symbol(&text, &symbol))
		goto none;
	frame->symbol = md_slice_dup(symbol);
	scan_offset(&text, frame);
	if (crash) {
		if (!md_scan_text(&text, " at ") || !md_scan_hex(&text, &frame->address))
			goto none;
		md_scan_blanks(&text);
		if (*text == '[' && strchr(text, ']') != NULL)
			frame->module = g_strndup(text + 1, strcspn(text + 1, "] "));
	} else {
		scan_place(text, frame);
		if (frame->path == NULL && frame->offset == MD_FRAME_UNKNOWN && text[0] != ' ')
			goto none;
	}
	return frame;
none:
	md_frame_free(frame);
	return NULL;
}

/* "#12 " and what follows; *@number is which. */
static struct md_frame *scan_numbered(const char *text, guint64 *number)
{
	if (*text++ != '#' || !md_scan_number(&text, number) || *text != ' ')
		return NULL;
	md_scan_blanks(&text);
	return scan_frame(text);
}

static void add_frame(struct md_report *report, struct md_frame *frame)
{
	if (report->frames->len >= MD_FRAMES_MAX)
		md_frame_free(frame);
	else
		g_ptr_array_add(report->frames, frame);
}

static void clear_session(void *data)
{
	struct bt_session *session = data;

	g_free(session->panic);
	g_free(session->release);
}

static void bt_clear(struct md_parse *parse)
{
	struct bt_state *state = parse->state;

	if (state->session != NULL)
		g_rc_box_release_full(g_steal_pointer(&state->session), clear_session);
	g_clear_pointer(&state->parts, g_array_unref);
}

static void bt_hand_on(const struct md_parse *from, struct md_parse *to)
{
	const struct bt_state *state = from->state;
	struct bt_state *next = to->state;

	if (state->session != NULL)
		next->session = g_rc_box_acquire(state->session);
}

/* "WORD: ...", which the head of a task begins with as well. */
static gboolean is_sys(const char *text)
{
	gsize word = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ");

	return word > 0 && text[word] == ':' && strstr(text, " TASK: ") == NULL;
}

/* A line of `sys`; FALSE: it is none. */
static gboolean take_sys(struct bt_session *session, const char *text)
{
	if (!is_sys(text))
		return FALSE;
	if (md_scan_text(&text, panic_word))
		md_set_once(&session->panic, (struct md_slice){ text, strcspn(text, "\"") });
	else if (md_scan_text(&text, release_word))
		md_set_once(&session->release, (struct md_slice){ text, strlen(text) });
	else if (md_scan_text(&text, "TASK: ") && session->task.digits == 0)
		md_scan_hex(&text, &session->task);
	else
		md_linux_read_number(text, "PID: ", &session->pid);
	return TRUE;
}

static gboolean begin_session(struct md_parse *parse, const char *text)
{
	struct bt_state *state = parse->state;

	if (!is_sys(text) ||
	    (!g_str_has_prefix(text, panic_word) && !g_str_has_prefix(text, release_word)))
		return FALSE;
	bt_clear(parse);
	state->session = g_rc_box_new0(struct bt_session);
	state->session->pid = -1;
	state->sys = TRUE;
	parse->report->title = g_strdup(text);
	take_sys(state->session, text);
	return TRUE;
}

static gboolean bt_begin(struct md_parse *parse, const struct md_line *line)
{
	struct md_report *report = parse->report;
	const char *text = line->text;
	guint64 number;
	struct md_frame *frame;

	report->kind = MD_REPORT_OTHER;
	if (begin_session(parse, text))
		return TRUE;
	if (take_task(parse, text)) {
		report->title = g_strdup(text);
		return TRUE;
	}
	frame = scan_numbered(text, &number);
	if (frame == NULL || number != 0 || (frame->address.digits == 0 && frame->path == NULL)) {
		md_frame_free(frame);
		return FALSE;
	}
	report->title = g_strdup(text);
	add_frame(report, frame);
	return TRUE;
}

/* "[exception RIP: sysrq_handle_crash+22]", "[exception RIP: unknown or invalid address]" */
static gboolean take_exception(struct md_parse *parse, const char *text)
{
	struct bt_state *state = parse->state;
	struct md_slice symbol;
	struct md_frame *frame;

	if (!md_scan_text(&text, "[exception RIP: ") && !md_scan_text(&text, "[exception EIP: "))
		return FALSE;
	if (!md_scan_symbol(&text, &symbol) || (*text != '+' && *text != ']'))
		return TRUE;
	frame = md_frame_new();
	frame->symbol = md_slice_dup(symbol);
	scan_offset(&text, frame);
	add_frame(parse->report, frame);
	state->pointer = parse->report->frames->len;
	if (state->exception == 0) {
		state->exception = parse->report->frames->len;
		state->registers = TRUE;
	}
	return TRUE;
}

/* "/usr/src/linux/fs/ext4/file.c: 123", of the frame above (bt -l) */
static gboolean take_place(struct md_report *report, const char *text)
{
	const char *colon = strstr(text, ": "), *at = colon;
	struct md_frame *frame;
	guint64 line;

	if (colon == NULL || report->frames->len == 0 || strchr(text, '/') == NULL)
		return FALSE;
	at += 2;
	if (!md_scan_number(&at, &line) || *at != '\0' || line > G_MAXINT32)
		return FALSE;
	frame = g_ptr_array_index(report->frames, report->frames->len - 1);
	if (frame->path != NULL)
		return TRUE;
	frame->path = g_strndup(text, (gsize)(colon - text));
	frame->line = (guint)line;
	return TRUE;
}

/* "--- <NMI exception stack> ---": what came so far interrupted what comes. */
static gboolean take_part(struct md_parse *parse, const char *text)
{
	struct bt_state *state = parse->state;
	struct bt_part part = { .end = parse->report->frames->len };

	if (strchr(text, '<') == NULL)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(parts_table) && part.stack == NULL; i++) {
		if (strstr(text, parts_table[i].word) != NULL)
			part.stack = parts_table[i].stack;
	}
	if (part.stack == NULL)
		return g_str_has_prefix(text, "--- <");
	state->active = TRUE;
	/* The instruction pointer above the line is that of the interrupted. */
	if (part.end > 0 && state->pointer == part.end)
		part.end--;
	if (state->parts == NULL)
		state->parts = g_array_new(FALSE, FALSE, sizeof(struct bt_part));
	g_array_append_val(state->parts, part);
	return TRUE;
}

static gboolean take_registers(struct md_parse *parse, const char *text)
{
	struct bt_state *state = parse->state;
	guint before = parse->report->registers->len;
	gboolean taken = md_linux_registers(text, state->registers ? parse->report : NULL);

	/* CS is the last line of them; what comes below a system call's is the program's. */
	if (taken && before > 0 && strstr(text, "CS: ") != NULL)
		state->registers = FALSE;
	return taken;
}

static enum md_taken bt_line(struct md_parse *parse, const struct md_line *line)
{
	struct bt_state *state = parse->state;
	struct md_report *report = parse->report;
	const char *text = line->text;
	struct md_frame *frame;
	guint64 number;

	if (line->size == 0)
		return MD_TAKEN_YES;
	/* The next session says these again. */
	if (state->sys && report->frames->len == 0 &&
	    (state->session->panic == NULL || !g_str_has_prefix(text, release_word)) &&
	    take_sys(state->session, text))
		return MD_TAKEN_YES;
	frame = scan_numbered(text, &number);
	/* Of a task that ran, the registers may come first: they are no frame of a number. */
	if (frame != NULL && number == 0 && report->frames->len > (state->exception == 1 ? 1 : 0)) {
		md_frame_free(frame);
		return MD_TAKEN_NO;
	}
	if (frame != NULL) {
		add_frame(report, frame);
		return MD_TAKEN_YES;
	}
	if (g_str_has_prefix(text, "(active)")) {
		state->active = TRUE;
		return MD_TAKEN_YES;
	}
	if (take_exception(parse, text) || take_registers(parse, text) || take_part(parse, text) ||
	    take_place(report, text))
		return MD_TAKEN_YES;
	return MD_TAKEN_NO;
}

/* A program's stack: gdb prints these as well, with addresses of user space. */
static gboolean is_program(const struct md_report *report)
{
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		/* Kernels have the upper half of 64 bits, of 32 the upper three quarters. */
		if (frame->address.digits > 8
			    ? frame->address.value >> 63 == 0
			    : frame->address.digits > 0 && frame->address.value >> 30 == 0)
			return TRUE;
	}
	return FALSE;
}

static enum md_report_kind find_kind(const struct md_report *report)
{
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		for (guint j = 0; j < report->frames->len; j++) {
			const struct md_frame *frame = g_ptr_array_index(report->frames, j);

			if (g_strcmp0(frame->symbol, ends[i].symbol) == 0)
				return ends[i].kind;
		}
	}
	return MD_REPORT_OTHER;
}

/* Whether it is the stack of who died of the panic. */
static gboolean is_panic(const struct bt_state *state, const struct md_report *report)
{
	const struct bt_session *session = state->session;

	if (session == NULL || session->panic == NULL)
		return FALSE;
	if (!state->task)
		return state->sys;
	/* Every CPU has an idle task that is number 0. */
	if (session->task.digits > 0 && state->address.digits > 0)
		return session->task.value == state->address.value;
	if (session->pid >= 0)
		return session->pid == report->pid;
	return report->kind != MD_REPORT_OTHER;
}

/* Functions that only a task has on its stack that runs: the NMI of crash(8), the end. */
static const char *const last_calls[] = {
	"crash_nmi_callback", "machine_kexec",	 "crash_kexec", "__crash_kexec", "panic",
	"oops_end",	      "machine_restart",
};

static gboolean has_last_call(const GPtrArray *frames)
{
	for (guint i = 0; i < frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);

		for (gsize j = 0; frame->symbol != NULL && j < G_N_ELEMENTS(last_calls); j++) {
			if (strcmp(frame->symbol, last_calls[j]) == 0)
				return TRUE;
		}
	}
	return FALSE;
}

/* What stack frame @index is on; NULL: the task's own. */
static const char *stack_of(const struct bt_state *state, gboolean last, guint index)
{
	for (guint i = 0; state->parts != NULL && i < state->parts->len; i++) {
		const struct bt_part *part = &g_array_index(state->parts, struct bt_part, i);

		if (index < part->end)
			return part->stack;
	}
	/* The handling of an exception that ended it; any other may be where the task waits. */
	return last && index + 1 < state->exception ? "exception" : NULL;
}

/* Whether frame @index is that of an exception, and told of again as the next. */
static gboolean is_repeated(const GPtrArray *frames, guint index)
{
	const struct md_frame *frame = g_ptr_array_index(frames, index), *next;

	if (frame->at.digits > 0 || index + 1 >= frames->len)
		return FALSE;
	next = g_ptr_array_index(frames, index + 1);
	return next->at.digits > 0 && g_strcmp0(frame->symbol, next->symbol) == 0;
}

/* The task, with frames of its own: those of the report have the stacks that the report needs. */
static struct md_task *make_task(const struct md_parse *parse)
{
	const struct bt_state *state = parse->state;
	const struct md_report *report = parse->report;
	const struct md_register *rip = md_report_register(report, "rip");
	const GPtrArray *frames = report->frames;
	gboolean last = has_last_call(frames);
	struct md_task *task = md_task_new();

	task->cpu = report->cpu;
	task->pid = report->pid;
	task->comm = g_strdup(report->comm);
	task->address = state->address;
	task->on_cpu = state->active || last;
	task->format = report->format;
	task->log_line = report->log_line;
	md_task_copy_registers(task, report->registers);
	for (guint i = 0; i < frames->len; i++) {
		const struct md_frame *pointer = g_ptr_array_index(frames, i);
		gboolean repeated = is_repeated(frames, i);
		struct md_frame *frame =
			md_frame_copy(g_ptr_array_index(frames, repeated ? ++i : i));

		if (repeated && frame->offset == MD_FRAME_UNKNOWN)
			frame->offset = pointer->offset;
		/* Only the registers have it. */
		if (i + 1 == state->exception && rip != NULL && frame->address.digits == 0)
			frame->address = rip->word;
		frame->stack = g_strdup(stack_of(state, last, i));
		g_ptr_array_add(task->frames, frame);
	}
	return task;
}

static gboolean bt_end(struct md_parse *parse)
{
	struct bt_state *state = parse->state;
	struct md_report *report = parse->report;

	if (report->frames->len == 0 || (!state->task && is_program(report)))
		return FALSE;
	parse->task = make_task(parse);
	report->kind = find_kind(report);
	if (is_panic(state, report)) {
		g_free(report->title);
		report->title = g_strdup(state->session->panic);
	}
	if (state->session != NULL)
		report->kernel = g_strdup(state->session->release);
	if (report->kind == MD_REPORT_PAGE_FAULT && strstr(report->title, "NULL pointer") != NULL)
		report->kind = MD_REPORT_NULL_DEREF;
	/* Above the exception is the handling of it. */
	for (gsize i = 0; state->exception > 0 && i + 1 < state->exception; i++) {
		struct md_frame *frame = g_ptr_array_index(report->frames, i);

		frame->stack = g_strdup("exception");
	}
	md_report_look(report, NULL);
	return TRUE;
}

const struct md_parser md_parser_crash = {
	.name = "crash",
	.state_size = sizeof(struct bt_state),
	.words = bt_words,
	.begin = bt_begin,
	.line = bt_line,
	.end = bt_end,
	.clear = bt_clear,
	.hand_on = bt_hand_on,
};
