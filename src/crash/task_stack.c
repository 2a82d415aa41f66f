/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stack of Linux as that of a task: what interrupted, then what was interrupted.
 *
 * The instruction pointer of an interrupted task is printed above the whole stack, or below the
 * entry of the NMI, and on the NMI's stack it lies thrice (the entry keeps copies, for NMIs that
 * nest): it belongs between the two.
 */
#include "crash/linux.h"
#include "crash/tasks.h"

#include <string.h>

static gboolean is_on(const struct md_frame *frame, const char *stack)
{
	return g_strcmp0(frame->stack, stack) == 0;
}

static struct md_frame *frame_at(const GPtrArray *frames, guint index)
{
	return g_ptr_array_index(frames, index);
}

/* The index behind the run of frames that are on the stack of frame @index. */
static guint end_of_run(const GPtrArray *frames, guint index)
{
	const char *stack = frame_at(frames, index)->stack;

	while (index < frames->len && is_on(frame_at(frames, index), stack))
		index++;
	return index;
}

static void set_stack(struct md_frame *frame, const GPtrArray *frames, guint like)
{
	g_free(frame->stack);
	frame->stack = like < frames->len ? g_strdup(frame_at(frames, like)->stack) : NULL;
}

/*
 * Moves the instruction pointer that stands above the stack behind what interrupted it: an NMI,
 * or what stands there with '?' alone.
 */
static void move_pointer(GPtrArray *frames)
{
	struct md_frame *pointer = frame_at(frames, 0);
	guint end = end_of_run(frames, 0);
	gboolean above = pointer->stack != NULL && end > 1;

	for (guint i = 1; i < end && !is_on(pointer, "nmi"); i++)
		above &= !frame_at(frames, i)->reliable;
	if (!above)
		return;
	g_ptr_array_steal_index(frames, 0);
	set_stack(pointer, frames, end - 1);
	g_ptr_array_insert(frames, (int)end - 1, pointer);
}

static const char *const nmi_entries[] = {
	"end_repeat_nmi", "repeat_nmi", "restart_nmi", "nmi", "asm_exc_nmi",
};

static gboolean is_nmi_entry(const struct md_frame *frame)
{
	for (gsize i = 0; frame->symbol != NULL && i < G_N_ELEMENTS(nmi_entries); i++) {
		if (strcmp(frame->symbol, nmi_entries[i]) == 0)
			return is_on(frame, "nmi");
	}
	return FALSE;
}

static gboolean is_copy(const struct md_frame *frame, const struct md_frame *of)
{
	return g_strcmp0(frame->symbol, of->symbol) == 0 && frame->offset == of->offset &&
	       frame->address.value == of->address.value;
}

/* Behind the entry of an NMI is what it interrupted, once. */
static void settle_nmi(GPtrArray *frames)
{
	guint entry = 0, end;

	while (entry < frames->len && !is_nmi_entry(frame_at(frames, entry)))
		entry++;
	if (entry + 1 >= frames->len || !is_on(frame_at(frames, entry + 1), "nmi"))
		return;
	end = end_of_run(frames, entry);
	for (guint i = end; i > entry + 1; i--) {
		struct md_frame *frame = frame_at(frames, i - 1);

		if (i - 1 > entry + 1 && is_copy(frame, frame_at(frames, entry + 1))) {
			g_ptr_array_remove_index(frames, i - 1);
			end--;
		} else {
			set_stack(frame, frames, end);
		}
	}
	frame_at(frames, entry + 1)->reliable = TRUE;
}

/* Where nothing is vouched for, what is there is all that there is to go by. */
static void trust_guesses(struct md_task *task, GPtrArray *frames)
{
	task->guessed = md_linux_is_guessed(frames);
	for (guint i = 0; task->guessed && i < frames->len; i++) {
		struct md_frame *frame = frame_at(frames, i);

		frame->reliable |= md_frame_may_return(frame);
	}
}

void md_task_take_stack(struct md_task *task, struct md_parse *parse)
{
	const struct md_linux *state = parse->state;
	struct md_report *report = parse->report;
	GPtrArray *frames = report->frames;
	GArray *registers = report->registers;

	if (frames->len > 1 && state->first_pointer == 1)
		move_pointer(frames);
	settle_nmi(frames);
	trust_guesses(task, frames);
	report->frames = task->frames;
	task->frames = frames;
	report->registers = task->registers;
	task->registers = registers;
	if (task->pid < 0)
		task->pid = report->pid;
	if (task->comm == NULL)
		task->comm = g_steal_pointer(&report->comm);
}
