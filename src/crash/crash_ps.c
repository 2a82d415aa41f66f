/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of crash(8)'s ps, which say what its stacks do not: whether a task runs.
 *
 *      PID    PPID  CPU       TASK        ST  %MEM     VSZ    RSS  COMM
 *   >     0      0   0  ffffffff81c11460  RU   0.0       0      0  [swapper/0]     '>': on its CPU
 *      1234      1   5  ffff880123456780  UN   0.1  115440   3456  bash
 *   [0 00:02:03.456] [UN]  PID: 1234   TASK: ffff880123456780  CPU: 5   COMMAND: "bash"      ps -m
 */
#include "crash/tasks.h"

#include <string.h>

/* Its two letters of a state, and the kernel's one. */
static const struct {
	char name[3], state;
} states[] = {
	{ "RU", 'R' }, { "IN", 'S' }, { "UN", 'D' }, { "ID", 'I' }, { "ZO", 'Z' }, { "ST", 'T' },
	{ "TR", 't' }, { "DE", 'X' }, { "SW", 'W' }, { "WA", 'W' }, { "PA", 'P' }, { "NE", 'N' },
};

static gboolean scan_state(const char **text, char *state)
{
	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		if (md_scan_text(text, states[i].name)) {
			*state = states[i].state;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean scan_column(const char **text, guint64 most, guint64 *number)
{
	md_scan_blanks(text);
	return md_scan_number(text, number) && **text == ' ' && *number <= most;
}

static gboolean scan_row(const char *text, struct md_task_row *row)
{
	guint64 pid, parent, cpu;

	row->on_cpu = md_scan_text(&text, ">");
	if (!scan_column(&text, G_MAXINT32, &pid) || !scan_column(&text, G_MAXINT32, &parent) ||
	    !scan_column(&text, G_MAXINT16, &cpu))
		return FALSE;
	md_scan_blanks(&text);
	if (!md_scan_hex(&text, &row->address) || row->address.digits < 8)
		return FALSE;
	md_scan_blanks(&text);
	row->pid = (gint64)pid;
	row->cpu = (gint64)cpu;
	return scan_state(&text, &row->state) && *text == ' ';
}

/* "[0 00:02:03.456]": days and a time; "[123456789]", of ps -l, says nothing that we know. */
static gboolean scan_age(const char **text, gint64 *seconds)
{
	guint64 days, hours, minutes, rest;
	const char *at = *text, *close = strchr(at, ']');

	if (*at != '[' || close == NULL)
		return FALSE;
	*text = close + 1;
	at++;
	if (md_scan_number(&at, &days) && md_scan_text(&at, " ") && md_scan_number(&at, &hours) &&
	    md_scan_text(&at, ":") && md_scan_number(&at, &minutes) && md_scan_text(&at, ":") &&
	    md_scan_number(&at, &rest) && days <= G_MAXINT16 && hours < 24 && minutes < 60 &&
	    rest < 60)
		*seconds = (gint64)(((days * 24 + hours) * 60 + minutes) * 60 + rest);
	return TRUE;
}

gboolean md_crash_ps_is_last(const char *text)
{
	char state;

	return md_scan_text(&text, " [") && scan_state(&text, &state) &&
	       md_scan_text(&text, "]  PID: ");
}

/* "[0 00:02:03.456] [UN]  PID: 1234   TASK: ffff880123456780  CPU: 5" */
static gboolean scan_last(const char *text, struct md_task_row *row)
{
	const char *cpu = strstr(text, " CPU: ");
	gint64 age = -1;
	guint64 number;

	if (cpu == NULL || !scan_age(&text, &age) || !md_crash_ps_is_last(text) ||
	    !md_scan_text(&text, " [") || !scan_state(&text, &row->state) ||
	    !md_scan_text(&text, "]  PID: ") || !scan_column(&text, G_MAXINT32, &number))
		return FALSE;
	/* Since it last ran: one that is ready waits for a CPU alone. */
	if (row->state == 'D')
		row->blocked = age;
	row->pid = (gint64)number;
	md_scan_blanks(&text);
	if (!md_scan_text(&text, "TASK: ") || !md_scan_hex(&text, &row->address))
		return FALSE;
	cpu += strlen(" CPU: ");
	if (md_scan_number(&cpu, &number) && number <= G_MAXINT16)
		row->cpu = (gint64)number;
	return TRUE;
}

gboolean md_crash_ps_row(const char *text, struct md_task_row *row)
{
	*row = (struct md_task_row){ .pid = -1, .cpu = -1, .blocked = -1 };
	if (*text == '[')
		return scan_last(text, row);
	return (*text == '>' || g_ascii_isdigit(*text)) && scan_row(text, row);
}

gboolean md_crash_ps_is_active(const char *text)
{
	struct md_task_row row;

	return *text == '>' && md_crash_ps_row(text, &row);
}
