/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xenctx, which prints where a guest of Xen stands, from outside of it:
 *
 *   rip: ffffffff8100b2b0 pmu_msr_read+0x10
 *   flags: 00000282 i s nz
 *   rsp: ffffffff81aeff30
 *   rax: 8000000000000000	rcx: 0000000000000001	rdx: ffffffff81aeffcc
 *    cs: e033	 ss: e02b	 ds: 0000	 es: 0000
 *    fs: 0000 @ 0000000000000000
 *    gs: 0000 @ 0000000000000000/0000000000000000
 *   Code (instr addr ffffffff8100b2b0)
 *   48 83 ec 10 <65> 48 8b 04 25 28 00 00 00 48 89
 *   Call Trace:
 *     [<ffffffff8100b2b0>] pmu_msr_read+0x10  <--
 *     [<ffffffff810041c8>] xen_read_msr_safe+0x18
 *
 * 32-bit guests begin with "cs:eip: 0061:c0100000".  Behind the '@' is the base of the segment; GS
 * has that of the kernel and that of the user.  The trace is all of the stack that may
 * be a return address; what the exception itself had pushed repeats the instruction pointer.
 *
 * Nothing says why the guest stopped, or whether it did: what the instruction reached for
 * does.  (tools/xentrace/xenctx.c.)
 */
#include "crash/explain.h"
#include "crash/linux.h"

#include <string.h>

struct xenctx_state {
	gboolean code;	/* the next line is code bytes */
	gboolean trace; /* the call trace has begun */
};

/* Lines that begin a guest's CPU: all have the instruction pointer. */
static const char *const openings[] = { "rip: ", "cs:eip: " };

static void xenctx_words(GPtrArray *words)
{
	for (gsize i = 0; i < G_N_ELEMENTS(openings); i++)
		g_ptr_array_add(words, (void *)openings[i]);
}

static void add_frame(struct md_report *report, struct md_frame *frame, struct md_word address)
{
	const struct md_frame *last =
		report->frames->len > 0 ? g_ptr_array_index(report->frames, report->frames->len - 1)
					: NULL;

	frame->address = address;
	if (report->frames->len >= MD_FRAMES_MAX ||
	    (last != NULL && last->address.value == address.value))
		md_frame_free(frame);
	else
		g_ptr_array_add(report->frames, frame);
}

/* "ffffffff8100b2b0 pmu_msr_read+0x10", "ffffffff8100b2b0 hypercall_page", or the address alone. */
static struct md_frame *scan_location(const char *text)
{
	struct md_frame *frame = md_linux_location(&text);
	struct md_slice symbol;

	if (frame != NULL)
		return frame;
	frame = md_frame_new();
	if (md_scan_symbol(&text, &symbol) && (*text == '\0' || *text == ' ')) {
		frame->symbol = md_slice_dup(symbol);
		frame->offset = 0;
	}
	return frame;
}

static gboolean xenctx_begin(struct md_parse *parse, const struct md_line *line)
{
	struct md_report *report = parse->report;
	struct md_word selector, address;
	const char *text = line->text;
	gboolean narrow = md_scan_text(&text, openings[1]);

	if (!narrow && !md_scan_text(&text, openings[0]))
		return FALSE;
	if (narrow && (!md_scan_hex(&text, &selector) || *text++ != ':'))
		return FALSE;
	if (!md_scan_hex(&text, &address) || address.digits != (narrow ? 8 : 16) ||
	    (*text != ' ' && *text != '\0'))
		return FALSE;
	md_scan_blanks(&text);
	report->machine = narrow ? MD_MACHINE_X86 : MD_MACHINE_X86_64;
	report->kind = MD_REPORT_OTHER;
	report->title = g_strdup(line->text);
	md_report_add_register(report, narrow ? "eip" : "rip", address);
	add_frame(report, scan_location(text), address);
	return TRUE;
}

/* "gs: 0000 @ 0000000000000000/0000000000000000" */
static gboolean take_segment(struct md_report *report, const char *text)
{
	static const char *const names[2][3] = { { "fs: ", "fs", "fs_base" },
						 { "gs: ", "gs", "gs_base" } };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *at = text;
		struct md_word selector, base;

		if (!md_scan_text(&at, names[i][0]) || !md_scan_hex(&at, &selector) ||
		    !md_scan_text(&at, " @ ") || !md_scan_hex(&at, &base))
			continue;
		md_report_add_register(report, names[i][1], selector);
		md_report_add_register(report, names[i][2], base);
		if (*at++ == '/' && md_scan_hex(&at, &base))
			md_report_add_register(report, "kernel_gs_base", base);
		return TRUE;
	}
	return FALSE;
}

static gboolean take_frame(struct md_report *report, const char *text)
{
	struct md_word address;

	if (!md_scan_text(&text, "[<") || !md_scan_hex(&text, &address) ||
	    !md_scan_text(&text, ">]"))
		return FALSE;
	md_scan_blanks(&text);
	add_frame(report, scan_location(text), address);
	return TRUE;
}

static enum md_taken xenctx_line(struct md_parse *parse, const struct md_line *line)
{
	struct xenctx_state *state = parse->state;
	struct md_report *report = parse->report;
	const char *text = line->text;
	struct md_word flags;

	if (line->size == 0)
		return MD_TAKEN_YES;
	if (g_str_has_prefix(text, openings[0]) || g_str_has_prefix(text, openings[1]))
		return MD_TAKEN_NO;
	if (state->code) {
		state->code = FALSE;
		if (md_linux_code(text, report, FALSE))
			return MD_TAKEN_YES;
	}
	if (md_scan_text(&text, "Code (instr addr ")) {
		/* On one line with it, where everything is on one line. */
		text = strchr(text, ')');
		state->code = text == NULL || !md_linux_code(text + 1, report, FALSE);
		return MD_TAKEN_YES;
	}
	if (g_str_has_prefix(text, "Call Trace:")) {
		state->trace = TRUE;
		return MD_TAKEN_YES;
	}
	if (md_scan_text(&text, "flags: ") && md_scan_hex(&text, &flags)) {
		md_report_add_register(report, "eflags", flags);
		return MD_TAKEN_YES;
	}
	if (state->trace && take_frame(report, text))
		return MD_TAKEN_YES;
	if (take_segment(report, text) || md_linux_registers(text, report) ||
	    g_str_has_prefix(text, "Stack:") || g_str_has_prefix(text, "ss:esp: ") ||
	    text[strspn(text, "0123456789abcdef ")] == '\0')
		return MD_TAKEN_YES;
	return MD_TAKEN_NO;
}

/* Bytes of the last page and of the first are nobody's, nor is what is not canonical. */
static gboolean is_fault(const struct md_report *report)
{
	struct md_word address =
		report->code != NULL ? report->code->address : (struct md_word){ 0 };
	guint64 top = address.value >> 47;

	return address.digits > 0 && (address.value < 4096 || (top != 0 && top != 0x1ffff));
}

static gboolean xenctx_end(struct md_parse *parse)
{
	struct md_report *report = parse->report;
	struct md_instruction instruction;

	if (md_code_explain(report, &instruction)) {
		if (is_fault(report))
			report->kind = MD_REPORT_PAGE_FAULT;
		else if (instruction.deed == MD_DEED_TRAP)
			report->kind = MD_REPORT_BUG;
	}
	md_report_look(report, NULL);
	/* A line of some other log would be alone. */
	return report->registers->len > 2 || report->frames->len > 1;
}

const struct md_parser md_parser_xenctx = {
	.name = "xenctx",
	.state_size = sizeof(struct xenctx_state),
	.words = xenctx_words,
	.begin = xenctx_begin,
	.line = xenctx_line,
	.end = xenctx_end,
};
