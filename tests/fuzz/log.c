/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a log: whole and in pieces it gives the same reports, whose parts hang together
 * and whose strings can be shown.
 */
#include "crash/crash.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_string(const char *string)
{
	if (string == NULL)
		return;
	g_assert_true(g_utf8_validate(string, -1, NULL));
	for (const char *at = string; *at != '\0'; at++)
		g_assert_false(g_ascii_iscntrl(*at));
}

static void check_frame(const struct md_frame *frame)
{
	check_string(frame->symbol);
	check_string(frame->module);
	check_string(frame->path);
	check_string(frame->stack);
	g_assert_cmpuint(frame->address.digits, <=, 16);
	if (frame->symbol != NULL)
		g_assert_cmpstr(frame->symbol, !=, "");
}

static void check_report(const struct md_report *report)
{
	g_assert_cmpuint(report->kind, <, MD_REPORT_KINDS);
	g_assert_nonnull(report->format);
	g_assert_nonnull(report->title);
	g_assert_cmpuint(report->log_line, >, 0);
	check_string(report->title);
	check_string(report->symbol);
	check_string(report->comm);
	check_string(report->kernel);
	check_string(report->taint);
	check_string(report->hardware);
	check_string(report->assertion);
	check_string(report->path);
	for (guint i = 0; i < report->frames->len; i++)
		check_frame(g_ptr_array_index(report->frames, i));
	g_assert_cmpuint(report->look, <=, report->frames->len);
	g_assert_true((report->look < report->frames->len) == (report->symbol != NULL));
	if (report->code != NULL)
		g_assert_cmpuint(report->code->at, <=, report->code->count);
}

static void check_task(const struct md_task *task)
{
	g_assert_nonnull(task->format);
	g_assert_cmpuint(task->log_line, >, 0);
	g_assert_cmpint(task->pid, >=, -1);
	g_assert_cmpint(task->cpu, >=, -1);
	g_assert_true(task->state == 0 || g_ascii_isalpha(task->state));
	g_assert_cmpuint(task->frames->len + task->said->len, >, 0);
	check_string(task->comm);
	for (guint i = 0; i < task->frames->len; i++)
		check_frame(g_ptr_array_index(task->frames, i));
	for (guint i = 0; i < task->said->len; i++) {
		const struct md_said_lock *said =
			&g_array_index(task->said, struct md_said_lock, i);

		check_string(said->name);
		check_string(said->symbol);
	}
}

static void check_tasks(const struct md_log *whole, const struct md_log *cut)
{
	const GPtrArray *tasks = md_log_tasks(whole), *others = md_log_tasks(cut);
	gsize line = 0;

	g_assert_cmpuint(tasks->len, ==, others->len);
	g_assert_cmpuint(md_log_tasks_left(whole), ==, md_log_tasks_left(cut));
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_task *task = g_ptr_array_index(tasks, i);
		const struct md_task *other = g_ptr_array_index(others, i);

		check_task(task);
		g_assert_cmpuint(task->log_line, >=, line);
		line = task->log_line;
		g_assert_cmpint(task->pid, ==, other->pid);
		g_assert_cmpuint(task->frames->len, ==, other->frames->len);
		g_assert_cmpuint(task->said->len, ==, other->said->len);
	}
}

static struct md_log *read_log(const guint8 *data, gsize size, gsize piece)
{
	struct md_log *log = md_log_new("log");

	for (gsize at = 0; at < size; at += piece) {
		/* Never NUL terminated, as the sanitizers see. */
		gsize length = MIN(piece, size - at);
		g_autofree char *bytes = g_memdup2(data + at, length);

		g_assert_true(md_log_feed(log, bytes, length, NULL));
	}
	g_assert_true(md_log_finish(log, NULL));
	return log;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	MD_AUTOPTR(md_log) whole = read_log(data, size, MAX(size, 1));
	MD_AUTOPTR(md_log) cut = read_log(data, size, 13);
	const GPtrArray *reports = md_log_reports(whole);

	check_tasks(whole, cut);
	g_assert_cmpuint(md_log_report_count(cut), ==, reports->len);
	for (guint i = 0; i < reports->len; i++) {
		const struct md_report *report = g_ptr_array_index(reports, i);
		const struct md_report *other = g_ptr_array_index(md_log_reports(cut), i);

		check_report(report);
		g_assert_cmpstr(report->title, ==, other->title);
		g_assert_cmpstr(report->symbol, ==, other->symbol);
		g_assert_cmpuint(report->frames->len, ==, other->frames->len);
	}
	return 0;
}
