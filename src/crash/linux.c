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
#include "crash/linux.h"

#include <string.h>

#define KIND(name) (1u << MD_REPORT_##name)
/* One exception is told of in several sentences. */
#define EXCEPTIONS (KIND(OOPS) | KIND(PAGE_FAULT) | KIND(NULL_DEREF) | KIND(GPF) | KIND(BUG))
/* And may begin with one that is nothing in particular: "BUG: ...", "Oops: 0000 [#1]". */
#define FATAL (EXCEPTIONS | KIND(OTHER))
#define LOCKUPS (KIND(SOFT_LOCKUP) | KIND(HARD_LOCKUP) | KIND(RCU_STALL))
#define ANY (~0u)

/* Ends that come of what was reported before them, and of which kind that is. */
static const struct {
	const char *word;
	guint kinds;
} consequences[] = {
	{ "panic_on_warn", ANY },   { "warn_limit", ANY },
	{ "kfence.fault", ANY },    { "panic_on_oops", FATAL },
	{ "oops_limit", FATAL },    { "Fatal exception", FATAL },
	{ "Fatal error", FATAL },   { "Attempted to kill", FATAL },
	{ "Aiee, killing", FATAL }, { "hung_task", KIND(HUNG_TASK) },
	{ "softlockup", LOCKUPS },  { "Hard LOCKUP", LOCKUPS },
	{ "hard LOCKUP", LOCKUPS }, { "RCU Stall", LOCKUPS },
	{ "rcu_stall", LOCKUPS },
};

static gboolean is_among(enum md_report_kind kind, guint kinds)
{
	return (kinds >> kind & 1) != 0;
}

static gboolean is_consequence(const char *text, enum md_report_kind kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(consequences); i++) {
		if (is_among(kind, consequences[i].kinds) &&
		    strstr(text, consequences[i].word) != NULL)
			return TRUE;
	}
	return FALSE;
}

static gboolean is_exception(enum md_report_kind kind)
{
	return is_among(kind, EXCEPTIONS);
}

/* Whether the head is part of the report that is open. */
static gboolean take_head(struct md_parse *parse, const struct md_linux_head *head,
			  const char *title)
{
	struct md_linux *state = parse->state;
	enum md_report_kind kind = parse->report->kind;

	if (state->noise && !(head->flags & MD_HEAD_NOISE))
		return FALSE;
	if (head->flags & MD_HEAD_ASIDE)
		return TRUE;
	if (head->flags & MD_HEAD_NOISE) {
		state->muted = TRUE;
		return TRUE;
	}
	if (head->flags & MD_HEAD_SAID) {
		/* Said of this report before its stack, else of the next. */
		if (state->calls > 0 || state->ended)
			return FALSE;
		md_linux_read_condition(&parse->report->assertion, title);
		return TRUE;
	}
	if (head->flags & MD_HEAD_PANIC) {
		if (kind != MD_REPORT_PANIC && !is_consequence(title, kind))
			return FALSE;
		if (state->calls > 0)
			md_linux_section(state, "panic");
		state->ended = FALSE;
		return TRUE;
	}
	if (head->flags & MD_HEAD_WITHIN && head->kind == kind) {
		md_linux_take_title(parse, title);
		return TRUE;
	}
	if (!(head->flags & MD_HEAD_FOLLOWS) || state->calls > 0 || state->ended)
		return FALSE;
	return head->kind == kind || (is_exception(head->kind) && is_exception(kind)) ||
	       (kind == MD_REPORT_OTHER && is_exception(head->kind));
}

/*
 * Without a head, the stack itself tells why there is one: panic(), or of old warn_slowpath_fmt(),
 * called by a watchdog.
 */
static void take_part(struct md_parse *parse, const struct md_linux_head *head, const char *title)
{
	struct md_linux *state = parse->state;

	if (!state->part ||
	    !is_among(parse->report->kind,
		      KIND(PANIC) | (is_among(head->kind, LOCKUPS) ? KIND(WARNING) : 0)))
		return;
	parse->report->kind = head->kind;
	g_free(parse->report->title);
	parse->report->title = g_strdup(title);
}

static enum md_taken linux_line(struct md_parse *parse, const struct md_line *line)
{
	const struct md_linux *state = parse->state;
	const char *title;
	const struct md_linux_head *head;
	gboolean taken;

	/* A stack in the list of all tasks: it is known what the line is. */
	if (state->muted && line->frame)
		return MD_TAKEN_YES;
	head = line->candidate ? md_linux_head_find(line->text, &title) : NULL;
	md_linux_read_numbers(parse->report, line->text);
	if (line->size == 0)
		taken = TRUE;
	else if (head != NULL && !(head->flags & MD_HEAD_PART))
		taken = take_head(parse, head, title);
	else
		taken = md_linux_take_frame(parse, line->text) ||
			md_linux_take_line(parse, line->text);
	if (head != NULL && (head->flags & MD_HEAD_PART))
		take_part(parse, head, title);
	return taken ? MD_TAKEN_YES : MD_TAKEN_NO;
}

/* How far above its report a condition may stand. */
#define SAID_LINES 4

static gboolean linux_begin(struct md_parse *parse, const struct md_line *line)
{
	struct md_linux *state = parse->state;
	struct md_report *report = parse->report;
	const char *title;
	const struct md_linux_head *head = md_linux_head_find(line->text, &title);
	gsize length;

	if (head == NULL || line->hypervisor)
		return FALSE;
	if (head->flags & MD_HEAD_NOISE) {
		state->noise = state->muted = !(head->flags & MD_HEAD_ASIDE);
		return state->noise;
	}
	if (head->flags & MD_HEAD_SAID) {
		g_clear_pointer(&state->said, g_free);
		md_linux_read_condition(&state->said, title);
		state->said_at = line->number;
		return FALSE;
	}
	report->kind = head->kind;
	state->held = (head->flags & MD_HEAD_HELD) != 0;
	state->cpu = -1;
	if (head->flags & MD_HEAD_PART) {
		state->part = md_linux_take_frame(parse, line->text) ||
			      md_linux_take_line(parse, line->text);
		if (state->part)
			report->title = g_strdup(title);
		return state->part;
	}
	state->alone = (head->flags & MD_HEAD_BELOW) != 0;
	/* "------------[ cut here ]------------" and a name may stand between. */
	if (state->said != NULL && line->number - state->said_at <= SAID_LINES)
		report->assertion = g_steal_pointer(&state->said);
	length = strlen(title);
	/* "[ INFO: possible circular locking dependency detected ]" */
	if (title != line->text && title[-1] == ' ' && g_str_has_suffix(title, " ]"))
		length -= 2;
	report->title = g_strndup(title, length);
	md_linux_read_numbers(report, title);
	if (head->kind == MD_REPORT_LOCKDEP)
		md_linux_section(state, "lock");
	md_linux_read_head(parse, report->title);
	/* What lock debugging has to say by way of a warning. */
	if (report->kind == MD_REPORT_WARNING && report->path != NULL &&
	    (strstr(report->path, "kernel/locking/") != NULL ||
	     strstr(report->path, "kernel/lockdep") != NULL))
		report->kind = MD_REPORT_LOCKDEP;
	return TRUE;
}

/* Whether there is a report at all. */
static gboolean is_report(const struct md_linux *state, const struct md_report *report)
{
	if (state->noise || (state->part && report->frames->len < 2))
		return FALSE;
	return !state->alone || report->frames->len > 0 || report->registers->len > 0 ||
	       report->cpu >= 0 || report->pid >= 0;
}

static gboolean linux_end(struct md_parse *parse)
{
	struct md_linux *state = parse->state;

	const struct md_frame *named = md_linux_place_named(parse);

	if (!is_report(state, parse->report))
		return FALSE;
	md_linux_settle(parse->report);
	md_report_look(parse->report, named);
	return TRUE;
}

static void linux_clear(struct md_parse *parse)
{
	struct md_linux *state = parse->state;

	md_frame_free(state->named);
	g_free(state->section);
	g_free(state->said);
}

const struct md_parser md_parser_linux = {
	.name = "dmesg",
	.state_size = sizeof(struct md_linux),
	.words = md_linux_words,
	.begin = linux_begin,
	.line = linux_line,
	.end = linux_end,
	.clear = linux_clear,
};
