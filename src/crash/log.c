/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log as it comes: chunks to lines, ordinary lines passed over.
 *
 * Nothing is kept but a line that a chunk cut in two, and the reports.  A line is read
 * closely only while a report is open, or where it has a word that a report may begin with.
 */
#include "crash/tasks.h"

#include <string.h>

/* What the words are of that a line may begin something with. */
enum { REPORT, TASK, WORD_LISTS };
#define ANY_WORD ((1U << WORD_LISTS) - 1)

struct md_log {
	char *name;
	GPtrArray *reports; /* of struct md_report */
	struct md_tasks *tasks;
	struct md_parsers *parsers;
	struct md_task_reader *reader;
	struct md_words *words; /* that reports and tasks begin with */
	GString *rest;		/* the beginning of a line whose end has not come */
	GString *text;		/* the line at hand, cleaned */
	struct md_fold fold;
	gsize lines; /* that are complete */
	GPtrArray *commands;
};

static void report_free(void *data)
{
	md_report_free(data);
}

struct md_log *md_log_new(const char *name)
{
	struct md_log *log = g_new0(struct md_log, 1);
	g_autoptr(GPtrArray) report = g_ptr_array_new(), task = g_ptr_array_new();
	GPtrArray *const words[WORD_LISTS] = { [REPORT] = report, [TASK] = task };

	log->name = g_strdup(name);
	log->reports = g_ptr_array_new_with_free_func(report_free);
	log->tasks = md_tasks_new();
	log->parsers = md_parsers_new(log->reports, log->tasks);
	log->reader = md_task_reader_new(log->tasks);
	md_parsers_words(report);
	md_task_reader_words(task);
	log->words = md_words_new(words, WORD_LISTS);
	log->rest = g_string_new(NULL);
	log->text = g_string_new(NULL);
	md_fold_init(&log->fold);
	log->commands = g_ptr_array_new_with_free_func(g_free);
	return log;
}

void md_log_free(struct md_log *log)
{
	if (log == NULL)
		return;
	g_free(log->name);
	md_parsers_free(log->parsers);
	md_task_reader_free(log->reader);
	md_tasks_free(log->tasks);
	md_words_free(log->words);
	g_ptr_array_unref(log->reports);
	g_string_free(log->rest, TRUE);
	g_string_free(log->text, TRUE);
	md_fold_clear(&log->fold);
	g_ptr_array_unref(log->commands);
	g_free(log);
}

GPtrArray *md_log_commands(const struct md_log *log)
{
	return log->commands;
}

static void parse_line(struct md_log *log, struct md_line *line)
{
	line->candidate = md_words_found(log->words, 1U << REPORT, line->text, line->size);
	line->frame = md_task_reader_line(log->reader, line);
	md_parsers_line(log->parsers, line);
}

/* Parses the line that was held back for its rest. */
static void release_held(struct md_log *log)
{
	if (log->fold.line.text == NULL)
		return;
	parse_line(log, &log->fold.line);
	log->fold.line.text = NULL;
}

static void take_message(struct md_log *log, struct md_line *line)
{
	if (md_fold_join(&log->fold, line))
		return;
	release_held(log);
	if (!md_fold_hold(&log->fold, line))
		parse_line(log, line);
}

/* A line as it was shown, which may hold several messages. */
static void take_shown(struct md_log *log, char *text)
{
	gboolean folded = md_fold_is_folded(text);
	char *rest = text;

	while (rest != NULL) {
		char *at = rest;

		rest = folded ? md_fold_cut(at) : NULL;
		while (at != NULL) {
			struct md_line line = { .number = log->lines };

			line.stamped = at > text;
			at = md_line_strip(at, &line);
			take_message(log, &line);
		}
	}
}

/* A line without its newline, which may be many on a page. */
static void take_line(struct md_log *log, struct md_slice raw)
{
	gboolean page;

	log->lines++;
	if (!md_parsers_open(log->parsers) && !md_task_reader_open(log->reader) &&
	    log->fold.line.text == NULL &&
	    !md_words_found(log->words, ANY_WORD, raw.data, raw.size))
		return;
	md_line_clean(raw, log->text);
	page = strchr(log->text->str, '\n') != NULL;
	for (char *at = log->text->str, *next; at != NULL; at = next) {
		next = strchr(at, '\n');
		if (next != NULL)
			*next++ = '\0';
		/* Tags end lines that nobody sees. */
		if (!page || *at != '\0')
			take_shown(log, at);
	}
}

/* Adds to the line that is not complete, as much as a line may have. */
static void keep_rest(struct md_log *log, const char *bytes, gsize size)
{
	g_string_append_len(log->rest, bytes, (gssize)MIN(size, MD_LINE_MAX - log->rest->len));
}

gboolean md_log_feed(struct md_log *log, const char *bytes, gsize size, GError **error)
{
	const char *end = bytes + size;

	(void)error;
	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (gsize)(end - bytes));
		gsize length = (gsize)((newline != NULL ? newline : end) - bytes);

		if (newline == NULL) {
			keep_rest(log, bytes, length);
			break;
		}
		if (log->rest->len > 0) {
			keep_rest(log, bytes, length);
			take_line(log, (struct md_slice){ log->rest->str, log->rest->len });
			g_string_truncate(log->rest, 0);
		} else {
			take_line(log, (struct md_slice){ bytes, MIN(length, MD_LINE_MAX) });
		}
		bytes = newline + 1;
	}
	return TRUE;
}

gboolean md_log_finish(struct md_log *log, GError **error)
{
	(void)error;
	if (log->rest->len > 0)
		take_line(log, (struct md_slice){ log->rest->str, log->rest->len });
	g_string_truncate(log->rest, 0);
	release_held(log);
	md_parsers_finish(log->parsers);
	md_task_reader_finish(log->reader);
	md_tasks_finish(log->tasks, log->reports);
	return TRUE;
}

gsize md_log_report_count(const struct md_log *log)
{
	return log->reports->len;
}

/* A stack that a debugger was asked for, of a task that nothing happened to. */
static gboolean only_waits(const struct md_report *report)
{
	return report->kind == MD_REPORT_OTHER && strcmp(report->format, md_parser_crash.name) == 0;
}

gsize md_log_main_report(const struct md_log *log)
{
	gsize waiting = log->reports->len;

	for (gsize i = 0; i < log->reports->len; i++) {
		const struct md_report *report = g_ptr_array_index(log->reports, i);

		if (report->symbol == NULL)
			continue;
		if (!only_waits(report))
			return i;
		waiting = MIN(waiting, i);
	}
	return waiting < log->reports->len ? waiting : 0;
}

gsize md_log_reports_left(const struct md_log *log)
{
	return md_parsers_left(log->parsers);
}

const GPtrArray *md_log_reports(const struct md_log *log)
{
	return log->reports;
}

const GPtrArray *md_log_tasks(const struct md_log *log)
{
	return md_tasks_all(log->tasks);
}

gsize md_log_tasks_left(const struct md_log *log)
{
	return md_tasks_left(log->tasks);
}

const char *md_log_name(const struct md_log *log)
{
	return log->name;
}
