/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the Xen hypervisor raises, on its console.
 *
 *   Assertion 'd || pcidevs_locked()' failed at drivers/passthrough/pci.c:535
 *   ----[ Xen-4.20-unstable  x86_64  debug=y  Tainted:   C    ]----
 *   CPU:    2
 *   RIP:    e008:[<ffff82d08023513c>] spinlock.c#check_lock+0x3c/0x40
 *   RFLAGS: 0000000000010046   CONTEXT: hypervisor (d0v2)
 *   rax: 0000000000000000   rbx: ffff82d08043b9c8   rcx: 0000000000000001
 *   Xen code around <ffff82d08023513c> (spinlock.c#check_lock+0x3c/0x40):
 *    98 83 f2 01 39 d0 75 02 <0f> 0b 5d c3 55 48 89 e5 f0 ff 05 a1 f6 1e 00 5d
 *   Xen call trace:
 *      [<ffff82d08023513c>] R spinlock.c#check_lock+0x3c/0x40        x86
 *      [<00256ef4>] apply_p2m_changes+0x210/0x1190 (PC)              arm
 *   Pagetable walk from 0000000000000220:
 *   Panic on CPU 2:
 *   FATAL PAGE FAULT
 *   [error_code=0003]
 *   Faulting linear address: ffff82d040625079
 *
 * The cause stands in front, or comes last, as what the panic says.  Static functions have
 * their file in front, as their compiler was told its name: all of its path, or only the end.
 * R is the register, F a frame pointer's word, S whatever was found on the stack.  ARM's
 * (LR) is who called a function that calls none, and else left from a call that has returned.
 * (xen/arch/x86/traps.c, xen/arch/arm/traps.c, xen/common/bug.c.)
 */
#include "crash/explain.h"
#include "crash/linux.h"

#include <string.h>

struct xen_state {
	struct md_frame *pointer; /* of the "RIP:" line */
	gsize lr;		  /* the index + 1 of the frame that is only in LR; 0: none */
	gboolean prefixed;	  /* a line said that it is Xen's */
	gboolean caused;	  /* the title says what happened, not only that a dump begins */
	gboolean code;		  /* the next line is code bytes */
	gboolean panic;		  /* the next line says why */
	gboolean traced;	  /* the stack has come */
	gboolean framed;	  /* and was followed by frame pointers */
	gboolean section;	  /* of another CPU, which says so in a line of its own */
	char *stack;		  /* that CPU's; NULL: the one that crashed */
};

/* What is said to have happened, wherever in the line. */
static const struct {
	const char *word;
	enum md_report_kind kind;
} causes[] = {
	{ "Assertion '", MD_REPORT_BUG },
	{ "Xen BUG at ", MD_REPORT_BUG },
	{ "Xen WARN at ", MD_REPORT_WARNING },
	{ "Early fatal page fault at ", MD_REPORT_PAGE_FAULT },
	{ "FATAL PAGE FAULT", MD_REPORT_PAGE_FAULT },
	{ "FATAL TRAP: vector = 14 ", MD_REPORT_PAGE_FAULT },
	{ "FATAL TRAP: vec 14, ", MD_REPORT_PAGE_FAULT },
	{ "FATAL TRAP: vector = 13 ", MD_REPORT_GPF },
	{ "FATAL TRAP: vec 13, ", MD_REPORT_GPF },
	{ "FATAL TRAP: ", MD_REPORT_OOPS },
	{ "GENERAL PROTECTION FAULT", MD_REPORT_GPF },
	{ "*** DOUBLE FAULT ***", MD_REPORT_OOPS },
	{ "DOUBLE FAULT -- ", MD_REPORT_OOPS },
	{ "Data Abort Trap. Syndrome=", MD_REPORT_PAGE_FAULT },
	{ "Unexpected Trap: Data Abort", MD_REPORT_PAGE_FAULT },
	{ "Unexpected Trap: ", MD_REPORT_OOPS },
	{ "Division by zero in hypervisor", MD_REPORT_OOPS },
	{ "Watchdog timer detects that CPU", MD_REPORT_HARD_LOCKUP },
	{ "domain_crash called from ", MD_REPORT_OTHER },
};

/* Also Linux's words: only where the line says that Xen said it. */
static const char ubsan_word[] = "UBSAN: Undefined behaviour in ";

/* Dumps whose cause is not in the log, or comes last. */
static const char *const dumps[] = { "----[ Xen-", "Xen call trace:" };
static const char panic_word[] = "Panic on CPU ";

/* The machine in the line of Xen's version. */
static const struct {
	const char *name;
	enum md_machine machine;
} machine_names[] = {
	{ " x86_64 ", MD_MACHINE_X86_64 }, { " x86_32", MD_MACHINE_X86 },
	{ " arm64 ", MD_MACHINE_ARM64 },   { " arm32 ", MD_MACHINE_ARM },
	{ " riscv64", MD_MACHINE_RISCV },  { " ppc64", MD_MACHINE_POWERPC },
};

static void xen_words(GPtrArray *words)
{
	for (gsize i = 0; i < G_N_ELEMENTS(causes); i++)
		g_ptr_array_add(words, (void *)causes[i].word);
	for (gsize i = 0; i < G_N_ELEMENTS(dumps); i++)
		g_ptr_array_add(words, (void *)dumps[i]);
	g_ptr_array_add(words, (void *)ubsan_word);
	g_ptr_array_add(words, (void *)panic_word);
}

/* The kind of what @line says has happened; @cause is where in it that begins.  FALSE: nothing. */
static gboolean find_cause(const struct md_line *line, const char **cause,
			   enum md_report_kind *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(causes); i++) {
		const char *at = strstr(line->text, causes[i].word);

		if (at == NULL)
			continue;
		*kind = causes[i].kind;
		*cause = at;
		/* "CPU0: Unexpected Trap: Data Abort" */
		if (at > line->text && g_str_has_prefix(line->text, "CPU"))
			*cause = line->text;
		return TRUE;
	}
	*cause = line->hypervisor ? strstr(line->text, ubsan_word) : NULL;
	*kind = MD_REPORT_UBSAN;
	return *cause != NULL;
}

/* "PATH:LINE" behind @word. */
static void read_place(struct md_report *report, const char *text, const char *word)
{
	const char *at = strstr(text, word);
	struct md_slice path;
	guint line;

	if (at == NULL || report->path != NULL)
		return;
	at += strlen(word);
	if (!md_scan_place(&at, &path, &line))
		return;
	report->path = md_slice_dup(path);
	report->line = line;
}

/* "Assertion 'COND' failed at PATH:LINE"; the mail may have the end on the next line. */
static void read_assertion(struct md_report *report, const char *text)
{
	const char *begin = text + strlen("Assertion '"), *end = g_strrstr(begin, "' failed at ");

	if (end == NULL && g_str_has_suffix(begin, "'"))
		end = begin + strlen(begin) - 1;
	if (end != NULL)
		md_set_once(&report->assertion, (struct md_slice){ begin, (gsize)(end - begin) });
}

/* Hexadecimal numbers behind a word, and the register that they are. */
static const struct {
	const char *word, *name; /* name NULL: the error code */
} numbers[] = {
	{ "[error_code=", NULL },
	{ ", ec=", NULL },
	{ "(cr2=", "cr2" },
	{ "Faulting linear address: ", "cr2" },
	{ "Walking Hypervisor VA ", "far" },
	{ "FAR_EL2: ", "far" },
	{ "HDFAR: ", "far" },
};

static gboolean read_numbers(struct md_report *report, const char *text)
{
	gboolean found = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		const char *at = strstr(text, numbers[i].word);
		struct md_word word;

		if (at == NULL)
			continue;
		at += strlen(numbers[i].word);
		if (!md_scan_hex(&at, &word))
			continue;
		found = TRUE;
		if (numbers[i].name != NULL)
			md_report_add_register(report, numbers[i].name, word);
		else if (report->error_code.digits == 0)
			report->error_code = word;
	}
	return found;
}

static void read_cause(struct md_parse *parse, const char *cause, enum md_report_kind kind)
{
	struct xen_state *state = parse->state;
	struct md_report *report = parse->report;

	state->caused = TRUE;
	report->kind = kind;
	g_free(report->title);
	report->title = g_strdup(cause);
	if (g_str_has_prefix(cause, "Assertion '"))
		read_assertion(report, cause);
	read_place(report, cause, "' failed at ");
	read_place(report, cause, " in ");
	read_place(report, cause, " from ");
	if (strstr(cause, "Xen BUG at ") != NULL || strstr(cause, "Xen WARN at ") != NULL)
		read_place(report, cause, " at ");
	read_numbers(report, cause);
}

/* "Panic on CPU 2:" */
static gboolean read_panic(struct md_parse *parse, const char *text)
{
	struct xen_state *state = parse->state;
	guint64 cpu;

	if (!md_scan_text(&text, panic_word))
		return FALSE;
	if (md_scan_number(&text, &cpu) && cpu <= G_MAXINT16 && parse->report->cpu < 0)
		parse->report->cpu = (gint64)cpu;
	state->panic = TRUE;
	return TRUE;
}

/* "----[ Xen-4.10-unstable  x86_64  debug=y   Tainted:  C   ]----" */
static gboolean read_version(struct md_report *report, const char *text)
{
	const char *at = text, *taint = strstr(text, "Tainted: "), *end = strstr(text, "]----");

	if (!md_scan_text(&at, "----[ Xen-"))
		return FALSE;
	md_set_once(&report->kernel, (struct md_slice){ at, strcspn(at, " ") });
	for (gsize i = 0; i < G_N_ELEMENTS(machine_names); i++) {
		if (strstr(text, machine_names[i].name) != NULL)
			report->machine = machine_names[i].machine;
	}
	if (taint != NULL && end > taint && report->taint == NULL) {
		taint += strlen("Tainted: ");
		report->taint = g_strstrip(g_strndup(taint, (gsize)(end - taint)));
	}
	return TRUE;
}

static gboolean xen_begin(struct md_parse *parse, const struct md_line *line)
{
	struct xen_state *state = parse->state;
	enum md_report_kind kind;
	const char *cause;

	if (find_cause(line, &cause, &kind)) {
		/* Linux and programs have these words in the midst of their own lines. */
		if (cause != line->text && !line->hypervisor)
			return FALSE;
		parse->report->hypervisor = TRUE;
		state->prefixed = line->hypervisor;
		read_cause(parse, cause, kind);
		return TRUE;
	}
	if (!g_str_has_prefix(line->text, dumps[0]) && !g_str_has_prefix(line->text, dumps[1]) &&
	    !g_str_has_prefix(line->text, panic_word))
		return FALSE;
	parse->report->hypervisor = TRUE;
	state->prefixed = line->hypervisor;
	parse->report->kind = MD_REPORT_OTHER;
	if (read_panic(parse, line->text))
		parse->report->kind = MD_REPORT_PANIC;
	read_version(parse->report, line->text);
	parse->report->title = g_strdup(line->text);
	return TRUE;
}

/* "[<ffff82d08023513c>] ", also where somebody left the address out: "[<...>] ". */
static gboolean scan_address(const char **text, struct md_word *address)
{
	const char *at = *text, *end;

	*address = (struct md_word){ 0 };
	if (!md_scan_text(&at, "[<"))
		return FALSE;
	end = strstr(at, ">]");
	if (end == NULL || !md_scan_hex(&at, address))
		at += strspn(at, ". ");
	if (at != end)
		return FALSE;
	*text = end + 2;
	md_scan_blanks(text);
	return TRUE;
}

/* "common/sched/rt.c#rt_schedule+0x1558/0x33e0", behind the address; moves behind it. */
static struct md_frame *scan_location(const char **text)
{
	const char *at = *text;
	gsize length = strcspn(at, "# +");
	g_autofree char *file = at[length] == '#' ? g_strndup(at, length) : NULL;
	struct md_frame *frame;

	if (file != NULL)
		at += length + 1;
	frame = md_linux_location(&at);
	if (frame == NULL)
		return NULL;
	/* An object is named where there was no C. */
	if (file != NULL && g_str_has_suffix(file, ".o"))
		file[strlen(file) - 1] = 'S';
	if (file != NULL && frame->path == NULL)
		frame->path = g_steal_pointer(&file);
	*text = at;
	return frame;
}

static void add_frame(struct md_parse *parse, struct md_frame *frame)
{
	struct xen_state *state = parse->state;

	if (parse->report->frames->len >= MD_FRAMES_MAX) {
		md_frame_free(frame);
		return;
	}
	frame->stack = g_strdup(state->stack);
	g_ptr_array_add(parse->report->frames, frame);
	state->traced = TRUE;
}

/* A line of the call trace. */
static gboolean take_frame(struct md_parse *parse, const char *text)
{
	struct xen_state *state = parse->state;
	struct md_word address, again;
	struct md_frame *frame;
	char mark = ' ';

	if (!scan_address(&text, &address))
		return FALSE;
	if (strchr("RFS", text[0]) != NULL && text[0] != '\0' && text[1] == ' ') {
		mark = text[0];
		text += 2;
	}
	frame = scan_location(&text);
	if (frame == NULL) {
		/* An address that is none of Xen's stands for its own name. */
		if (!md_scan_hex(&text, &again) || again.value != address.value)
			return FALSE;
		frame = md_frame_new();
	}
	frame->address = address;
	frame->reliable = mark != 'S';
	state->framed |= mark == 'F';
	md_scan_blanks(&text);
	if (md_scan_text(&text, "(LR)") && frame->symbol == NULL) {
		md_frame_free(frame);
		return TRUE;
	}
	/* Behind a call that does not return, the address is the next function's. */
	if (frame->offset == 0 && state->traced)
		frame->reliable = FALSE;
	add_frame(parse, frame);
	if (g_str_has_suffix(text - 1, ")") && strncmp(text - 4, "(LR)", 4) == 0)
		state->lr = parse->report->frames->len;
	return TRUE;
}

/* "RIP:    e008:[<ffff82d08023513c>] spinlock.c#check_lock+0x3c/0x40", "PC:     00256ef4 f+0x2/0x4"
 */
static gboolean take_pointer(struct md_parse *parse, const char *text)
{
	struct xen_state *state = parse->state;
	struct md_word selector, address = { 0 };
	struct md_frame *frame;
	gboolean arm = md_scan_text(&text, "PC: ");

	if (!arm && !md_scan_text(&text, "RIP: ") && !md_scan_text(&text, "EIP: "))
		return FALSE;
	md_scan_blanks(&text);
	if (arm ? !md_scan_hex(&text, &address)
		: !md_scan_hex(&text, &selector) || *text++ != ':' ||
			    !scan_address(&text, &address))
		return TRUE;
	if (state->stack != NULL || state->pointer != NULL)
		return TRUE;
	md_report_add_register(parse->report,
			       arm		    ? "pc"
			       : address.digits > 8 ? "rip"
						    : "eip",
			       address);
	md_scan_blanks(&text);
	frame = scan_location(&text);
	if (frame == NULL)
		frame = md_frame_new();
	frame->address = address;
	state->pointer = frame;
	return TRUE;
}

/* "RFLAGS: 0000000000010046   CONTEXT: hypervisor (d0v2)", "CONTEXT: pv guest (d0v1)" */
static void read_context(struct md_report *report, const char *text)
{
	const char *context = strstr(text, "CONTEXT: "), *open;

	if (context == NULL)
		return;
	context += strlen("CONTEXT: ");
	open = strchr(context, '(');
	if (open != NULL)
		md_set_once(&report->comm, (struct md_slice){ open + 1, strcspn(open + 1, ")") });
	if (!g_str_has_prefix(context, "hypervisor"))
		report->hypervisor = FALSE;
}

/* "CPU:    2": the one that crashed, or below a second line of the version, another. */
static gboolean take_cpu(struct md_parse *parse, const char *text)
{
	struct xen_state *state = parse->state;
	guint64 cpu;

	if (!md_scan_text(&text, "CPU: "))
		return FALSE;
	md_scan_blanks(&text);
	if (!md_scan_number(&text, &cpu) || cpu > G_MAXINT16)
		return FALSE;
	if (state->section) {
		g_free(state->stack);
		state->stack = g_strdup_printf("cpu %u", (guint)cpu);
	} else if (parse->report->cpu < 0) {
		parse->report->cpu = (gint64)cpu;
	}
	return TRUE;
}

/* What comes behind "Panic on CPU 2:" and says why. */
static enum md_taken take_reason(struct md_parse *parse, const struct md_line *line)
{
	struct xen_state *state = parse->state;
	enum md_report_kind kind;
	const char *cause;

	state->panic = FALSE;
	if (state->caused)
		return MD_TAKEN_YES;
	if (find_cause(line, &cause, &kind))
		read_cause(parse, cause, kind);
	else
		read_cause(parse, line->text, MD_REPORT_PANIC);
	return MD_TAKEN_YES;
}

/* Lines that belong to a report and say nothing for it. */
static const char *const silent[] = {
	"Pagetable walk",
	"Xen stack trace",
	"Xen call trace",
	"Guest stack trace",
	"***",
	"[...]",
	"...",
	"which requires ",
	"load of ",
	"left shift of ",
	"member access",
	"store to ",
	"====",
	"L4[",
	"L3[",
	"L2[",
	"L1[",
	"0TH[",
	"1ST[",
	"2ND[",
	"3RD[",
};

static gboolean is_silent(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(silent); i++) {
		if (g_str_has_prefix(text, silent[i]))
			return TRUE;
	}
	/* Words of the stack. */
	return text[strspn(text, "0123456789abcdef ")] == '\0';
}

/* A line that says what happened: of this report, where that had no cause or is not yet traced. */
static gboolean take_cause(struct md_parse *parse, const char *cause, enum md_report_kind kind)
{
	struct xen_state *state = parse->state;

	if (!state->caused && !state->traced) {
		read_cause(parse, cause, kind);
		return TRUE;
	}
	/* "Data Abort Trap. Syndrome=0x5", then "CPU0: Unexpected Trap: Data Abort". */
	return !state->traced && kind == parse->report->kind;
}

static gboolean take_dump(struct md_parse *parse, const struct md_line *line)
{
	struct xen_state *state = parse->state;

	if (!g_str_has_prefix(line->text, dumps[0]))
		return FALSE;
	/* Without a cause in front it is what another CPU was doing. */
	state->section = state->traced;
	if (!state->section)
		read_version(parse->report, line->text);
	return TRUE;
}

static enum md_taken xen_line(struct md_parse *parse, const struct md_line *line)
{
	struct xen_state *state = parse->state;
	struct md_report *report = parse->report;
	enum md_report_kind kind;
	const char *cause;

	if (line->size == 0)
		return MD_TAKEN_YES;
	if (state->panic)
		return take_reason(parse, line);
	if (find_cause(line, &cause, &kind))
		return take_cause(parse, cause, kind) ? MD_TAKEN_YES : MD_TAKEN_NO;
	if (g_str_has_prefix(line->text, "Manual reset required") ||
	    g_str_has_prefix(line->text, "Reboot in "))
		return MD_TAKEN_LAST;
	if (state->code) {
		state->code = FALSE;
		if (md_linux_code(line->text, report, FALSE))
			return MD_TAKEN_YES;
	}
	/* "failed at drivers/passthrough/pci.c:535", of an assertion whose line was wrapped. */
	if (report->assertion != NULL && g_str_has_prefix(line->text, "failed at ")) {
		read_place(report, line->text, "failed at ");
		return MD_TAKEN_YES;
	}
	if (g_str_has_prefix(line->text, "Xen code around ")) {
		state->code = state->stack == NULL;
		return MD_TAKEN_YES;
	}
	read_context(report, line->text);
	if (read_panic(parse, line->text) || take_dump(parse, line) ||
	    take_cpu(parse, line->text) || take_pointer(parse, line->text) ||
	    take_frame(parse, line->text) || read_numbers(report, line->text))
		return MD_TAKEN_YES;
	if (md_linux_registers(line->text, state->stack == NULL ? report : NULL) ||
	    is_silent(line->text))
		return MD_TAKEN_YES;
	return MD_TAKEN_NO;
}

/* Whether the frame in LR called the one at PC: where that calls nobody, which helpers are. */
static void settle_lr(struct md_report *report, gsize lr)
{
	struct md_frame *frame = g_ptr_array_index(report->frames, lr - 1);
	const struct md_frame *inner = lr > 1 ? g_ptr_array_index(report->frames, lr - 2) : NULL;

	if (inner == NULL || inner->symbol == NULL || frame->symbol == NULL)
		return;
	frame->reliable = strcmp(frame->symbol, inner->symbol) != 0 &&
			  (md_symbol_is_bystander(inner->symbol) || lr == report->frames->len);
}

/* What a dump without a cause died of: the trap that it stands at, or whose handler it is in. */
static enum md_report_kind find_kind(struct md_report *report)
{
	struct md_instruction instruction;

	if (md_code_explain(report, &instruction) && instruction.deed == MD_DEED_TRAP)
		return MD_REPORT_BUG;
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		if (frame->symbol != NULL && frame->stack == NULL &&
		    g_str_has_suffix(frame->symbol, "page_fault"))
			return MD_REPORT_PAGE_FAULT;
	}
	return MD_REPORT_OTHER;
}

static gboolean xen_end(struct md_parse *parse)
{
	struct xen_state *state = parse->state;
	GPtrArray *frames = parse->report->frames;
	const struct md_frame *first = frames->len > 0 ? g_ptr_array_index(frames, 0) : NULL;

	if (state->lr > 0)
		settle_lr(parse->report, state->lr);
	/* Without frame pointers there is nothing better than what lies on the stack. */
	for (guint i = 0; !state->framed && i < frames->len; i++) {
		struct md_frame *frame = g_ptr_array_index(frames, i);

		frame->reliable |= frame->offset != 0 && i + 1 != state->lr;
	}
	/* The call trace begins with it, where there is one. */
	if (state->pointer != NULL && (first == NULL || first->stack != NULL ||
				       first->address.value != state->pointer->address.value))
		g_ptr_array_insert(frames, 0, g_steal_pointer(&state->pointer));
	if (parse->report->kind == MD_REPORT_OTHER && !state->caused)
		parse->report->kind = find_kind(parse->report);
	md_report_look(parse->report, NULL);
	/* Programs fail assertions in the same words. */
	return state->prefixed || frames->len > 0 || parse->report->kernel != NULL;
}

static void xen_clear(struct md_parse *parse)
{
	struct xen_state *state = parse->state;

	md_frame_free(state->pointer);
	g_free(state->stack);
}

const struct md_parser md_parser_xen = {
	.name = "xen",
	.state_size = sizeof(struct xen_state),
	.words = xen_words,
	.begin = xen_begin,
	.line = xen_line,
	.end = xen_end,
	.clear = xen_clear,
};
