/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames as the source and the ranking see them: what their functions are
 * called there, and how near the fault they are.
 */
#include "suspect/evidence.h"

#include <math.h>

/*
 * Each caller is that much less likely to be at fault than what it called: it has
 * handed over to code that did not complain.
 */
#define EACH_STEP 0.8
/* Unless it waits: who keeps it waiting may be far out. */
#define EACH_STEP_OF_STALL 0.9
/* A frame marked '?' is what some older call left on the stack, more often than not. */
#define UNRELIABLE 0.3
/* Who allocated or freed, the stack that was interrupted: near, but not where it died. */
#define OTHER_STACK 0.6
/* Inside the function to look at is what reports, or fails for its caller. */
#define MACHINERY 0.2
/* Nothing on a stack is wholly out of the question. */
#define LEAST 0.02

/* Whether a call was made from frame @index; some logs have one frame twice. */
static gboolean is_step(const struct md_report *report, gsize index)
{
	const struct md_frame *frame = g_ptr_array_index(report->frames, index);
	const struct md_frame *outer;

	if (!frame->reliable || index + 1 >= report->frames->len)
		return frame->reliable;
	outer = g_ptr_array_index(report->frames, index + 1);
	return g_strcmp0(frame->symbol, outer->symbol) != 0 || frame->offset != outer->offset ||
	       frame->address.value != outer->address.value;
}

gsize md_frame_steps(const struct md_report *report, gsize from, gsize index)
{
	const struct md_frame *frame = g_ptr_array_index(report->frames, index);
	gsize steps = 0;

	for (gsize i = from; i < index; i++) {
		const struct md_frame *inner = g_ptr_array_index(report->frames, i);

		steps += is_step(report, i) && g_strcmp0(inner->stack, frame->stack) == 0;
	}
	return steps;
}

static gboolean is_stall(const struct md_report *report)
{
	switch (report->kind) {
	case MD_REPORT_SOFT_LOCKUP:
	case MD_REPORT_HARD_LOCKUP:
	case MD_REPORT_HUNG_TASK:
	case MD_REPORT_RCU_STALL:
	case MD_REPORT_LOCKDEP:
		return TRUE;
	default:
		return FALSE;
	}
}

double md_frame_nearness(const struct md_report *report, gsize index)
{
	const struct md_frame *frame = g_ptr_array_index(report->frames, index);
	gsize look = report->look < report->frames->len ? report->look : 0, from = look;
	const struct md_frame *first = g_ptr_array_index(report->frames, look);
	double nearness = 1;

	if (g_strcmp0(frame->stack, first->stack) != 0) {
		nearness *= OTHER_STACK;
		for (from = index; from > 0; from--) {
			const struct md_frame *inner = g_ptr_array_index(report->frames, from - 1);

			if (g_strcmp0(inner->stack, frame->stack) != 0)
				break;
		}
	} else if (index < look) {
		nearness *= MACHINERY;
		from = index;
	}
	nearness *= pow(is_stall(report) ? EACH_STEP_OF_STALL : EACH_STEP,
			(double)md_frame_steps(report, from, index));
	if (!frame->reliable)
		nearness *= UNRELIABLE;
	return MAX(nearness, LEAST);
}

char *md_frame_source_name(const struct md_frame *frame)
{
	g_autofree char *name = md_symbol_name(frame->symbol);

	return name != NULL && name[0] != '\0' ? md_symbol_source_name(name) : NULL;
}
