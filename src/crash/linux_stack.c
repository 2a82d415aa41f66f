/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames as they come to the stack that crashed and the others.
 *
 * The crash's own stack has parts where one interrupts another; which of them crashed is
 * known when all are there. An instruction pointer is the first frame of the part it belongs to:
 * some machines print it again there.
 */
#include "crash/linux.h"

#include <string.h>

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

/* The instruction pointer stands above the first marker, and belongs below it. */
static void claim_pointers(struct md_parse *parse, const char *segment)
{
	for (guint i = 0; i < parse->report->frames->len; i++) {
		struct md_frame *frame = g_ptr_array_index(parse->report->frames, i);

		if (frame->stack == NULL)
			frame->stack = g_strdup(segment);
	}
}

/* Moves behind the markers that @text begins with. */
static gboolean scan_markers(struct md_parse *parse, const char **text)
{
	struct md_linux *state = parse->state;
	gboolean found = FALSE;

	for (gsize i = 0; **text == '<' && i < G_N_ELEMENTS(segments); i++) {
		if (!md_scan_text(text, segments[i].marker))
			continue;
		if (state->segment == NULL && segments[i].segment != NULL && state->calls == 0)
			claim_pointers(parse, segments[i].segment);
		state->segment = segments[i].segment;
		md_scan_blanks(text);
		found = TRUE;
		/* "</NMI><TASK>": once more, from the top. */
		i = (gsize)-1;
	}
	return found;
}

void md_linux_section(struct md_linux *state, const char *section)
{
	g_free(state->section);
	state->section = g_strdup(section);
	state->section_calls = 0;
	state->segment = NULL;
	state->pointer = 0;
	state->user = FALSE;
}

void md_linux_disown(struct md_parse *parse)
{
	struct md_linux *state = parse->state;
	GPtrArray *frames = parse->report->frames;

	for (guint i = 0; i < frames->len && state->calls > 0; i++) {
		struct md_frame *frame = g_ptr_array_index(frames, i);

		if (i + 1 == state->first_pointer || i + 1 == state->pointer)
			continue;
		if (frame->stack == NULL || is_segment(frame->stack)) {
			g_free(frame->stack);
			frame->stack = g_strdup("other");
		}
	}
	state->calls = 0;
	state->segment = NULL;
	state->user = FALSE;
}

static gboolean same_place(const struct md_frame *a, const struct md_frame *b)
{
	return g_strcmp0(a->symbol, b->symbol) == 0 && a->symbol != NULL &&
	       (a->offset == b->offset || a->offset == MD_FRAME_UNKNOWN ||
		b->offset == MD_FRAME_UNKNOWN);
}

/* Whether @frame is the name of @pointer, an address that stood on the line before. */
static gboolean is_name_of(const struct md_frame *frame, const struct md_frame *pointer)
{
	return pointer->symbol == NULL && frame->address.digits > 0 &&
	       frame->address.value == pointer->address.value;
}

static void move_missing(struct md_frame *to, struct md_frame *from)
{
	/* "EIP: 0060:[<c1501a2e>]", then "EIP is at foo+0x2e/0x40". */
	if (to->symbol == NULL)
		to->symbol = g_steal_pointer(&from->symbol);
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
void md_linux_add_frame(struct md_parse *parse, struct md_frame *frame, gboolean pointer)
{
	struct md_linux *state = parse->state;
	GPtrArray *frames = parse->report->frames;
	const char *stack = state->section != NULL ? state->section : state->segment;

	if (state->pointer > 0) {
		struct md_frame *last = g_ptr_array_index(frames, state->pointer - 1);

		/* The stack begins with the instruction pointer on some machines. */
		if (same_place(last, frame) || is_name_of(frame, last) ||
		    (pointer && (frame->symbol == NULL || last->symbol == NULL))) {
			move_missing(last, frame);
			if (!pointer)
				state->pointer = 0;
			md_frame_free(frame);
			return;
		}
	}
	/* "RIP  [<ffffffff81171b02>] foo+0x42/0xc0" once more, behind all. */
	if (pointer && state->first_pointer > 0 &&
	    same_place(g_ptr_array_index(frames, state->first_pointer - 1), frame)) {
		md_frame_free(frame);
		return;
	}
	if (frames->len >= MD_FRAMES_MAX) {
		md_frame_free(frame);
		return;
	}
	frame->stack = g_strdup(stack);
	g_ptr_array_add(frames, frame);
	if (pointer) {
		state->pointer = frames->len;
		if (state->first_pointer == 0)
			state->first_pointer = frames->len;
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
gboolean md_linux_take_frame(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	struct md_frame *callee, *frame;
	gboolean marked = scan_markers(parse, &text);

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
		md_linux_add_frame(parse, g_steal_pointer(&callee), FALSE);
	md_frame_free(callee);
	md_linux_add_frame(parse, frame, state->awaited);
	state->awaited = FALSE;
	return TRUE;
}

/* An instruction pointer: "0010:[<ffffffff81171b02>]  [<ffffffff81171b02>] foo+0x42/0xc0". */
void md_linux_take_pointer(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	struct md_word selector, address = { 0 };
	struct md_frame *frame = NULL;
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
	while (md_scan_bracketed(&text, &address))
		;
	/* "8010c560 foo+0x1d4/0x228", on mips. */
	at = text;
	if (md_scan_hex(&at, &selector) && selector.digits >= 8 && md_scan_text(&at, " ")) {
		frame = md_linux_location(&at);
		address = frame != NULL ? selector : address;
	}
	if (frame == NULL)
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
	md_linux_add_frame(parse, frame, TRUE);
}

static gboolean own_stack(const struct md_frame *frame)
{
	return frame->stack == NULL || is_segment(frame->stack);
}

/* Puts the function that the report names where it belongs; its frame, or NULL. */
const struct md_frame *md_linux_place_named(struct md_parse *parse)
{
	struct md_linux *state = parse->state;
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

/*
 * Kernels without frame pointers, as distributions built them until 4.14, vouch for no frame but
 * the instruction pointer.  So many without it tell such a stack from one that was cut.
 */
#define GUESSED_LEAST 3

gboolean md_linux_is_guessed(const GPtrArray *frames)
{
	guint sure = 0, guessed = 0;

	for (guint i = 0; i < frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);

		if (frame->symbol == NULL || !own_stack(frame))
			continue;
		if (frame->reliable)
			sure++;
		else
			guessed++;
	}
	return sure <= 1 && guessed >= GUESSED_LEAST;
}

/* Which part of the stack crashed: that with the first function that can have to do with it. */
void md_linux_settle(struct md_report *report)
{
	const struct md_frame *found = NULL;
	g_autofree char *segment = NULL;

	report->guessed = md_linux_is_guessed(report->frames);
	for (guint i = 0; i < report->frames->len && found == NULL; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		if ((frame->reliable || report->guessed) && frame->symbol != NULL &&
		    own_stack(frame) && !md_symbol_is_bystander(frame->symbol))
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
