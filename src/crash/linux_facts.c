/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sentences of a report say of who crashed, where, and on which kernel. */
#include "crash/linux.h"

#include <string.h>

/* Hexadecimal numbers that say what an exception was, or where the kernel lies. */
static const struct {
	const char *word;
	gboolean moved; /* else it is the error code */
} numbers[] = {
	{ "Oops: ", FALSE },
	{ "#PF: error_code(", FALSE },
	{ "general protection fault: ", FALSE },
	{ "Kernel Offset: ", TRUE },
};

void md_linux_read_numbers(struct md_report *report, const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		const char *at = text;
		struct md_word *number = numbers[i].moved ? &report->moved : &report->error_code;
		struct md_word word;

		/* "Oops: 0002 [#1]", "Kernel Offset: disabled". */
		if (numbers[i].word[0] == text[0] && md_scan_text(&at, numbers[i].word) &&
		    number->digits == 0 && md_scan_hex(&at, &word) &&
		    (*at == '\0' || strchr(" )", *at) != NULL))
			*number = word;
	}
}

void md_linux_read_version(struct md_report *report, const char *text)
{
	text += strspn(text, " (");
	md_set_once(&report->kernel, (struct md_slice){ text, strcspn(text, " ()") });
}

void md_linux_read_taint(struct md_report *report, const char *text)
{
	const char *version = text;

	while (*version != '\0' && !(g_ascii_isdigit(*version) && version[-1] == ' '))
		version++;
	if (report->taint == NULL) {
		report->taint = g_strndup(text, (gsize)(version - text));
		g_strstrip(report->taint);
	}
	md_linux_read_version(report, version);
}

void md_linux_read_kernel(struct md_report *report, const char *text)
{
	const char *untainted = strstr(text, "Not tainted ");
	const char *tainted = untainted == NULL ? strstr(text, "Tainted: ") : NULL;

	if (untainted != NULL)
		md_linux_read_version(report, untainted + strlen("Not tainted "));
	else if (tainted != NULL)
		md_linux_read_taint(report, tainted + strlen("Tainted: "));
}

void md_linux_read_number(const char *text, const char *word, gint64 *number)
{
	const char *at = strstr(text, word);
	guint64 value;

	if (at == NULL || *number >= 0)
		return;
	at += strlen(word);
	if (md_scan_number(&at, &value) && value <= G_MAXINT32)
		*number = (gint64)value;
}

/* "bash Not tainted 5.4.0", "bash Kdump: loaded Tainted: G        W         4.18.0" */
const char *md_linux_comm_end(const char *comm)
{
	static const char *const ends[] = { " Kdump: loaded ", " Not tainted", " Tainted:" };
	const char *end = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(ends) && end == NULL; i++)
		end = strstr(comm, ends[i]);
	return end;
}

/* Who ran: "PID: 946 Comm: X Not tainted 3.15.10-201.fc20.x86_64 #1". */
void md_linux_read_runner(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
	struct md_report *report = parse->report;
	const char *comm = strstr(text, "omm: "), *end;

	md_linux_read_kernel(report, text);
	/* A hung task is told of by another, which has nothing to do with it. */
	if (report->kind == MD_REPORT_HUNG_TASK || state->muted || state->ended)
		return;
	if (report->cpu < 0)
		report->cpu = state->cpu;
	md_linux_read_number(text, "PID: ", &report->pid);
	if (comm == NULL)
		return;
	comm += strlen("omm: ");
	end = md_linux_comm_end(comm);
	if (end != NULL)
		md_set_once(&report->comm, (struct md_slice){ comm, (gsize)(end - comm) });
}

/* "PATH:LINE", and "SYMBOL+0x..." behind it. */
static void read_place(struct md_parse *parse, const char *text)
{
	struct md_linux *state = parse->state;
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
	struct md_linux *state = parse->state;
	const char *at = strstr(title, " in ");
	struct md_slice symbol;

	if (at == NULL || state->named != NULL)
		return;
	at += strlen(" in ");
	state->named = md_linux_location(&at);
	/* What a panic says goes on in English: "in any one of the following resources". */
	if (state->named == NULL && md_scan_symbol(&at, &symbol) &&
	    (*at == '\0' || (*at == ' ' && parse->report->kind != MD_REPORT_PANIC))) {
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
void md_linux_read_head(struct md_parse *parse, const char *title)
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
		md_linux_read_number(title, "CPU: ", &report->cpu);
		md_linux_read_number(title, "PID: ", &report->pid);
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
		md_linux_read_number(title, "CPU#", &report->cpu);
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
void md_linux_read_condition(char **assertion, const char *title)
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
