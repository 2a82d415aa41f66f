/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line on standard error that says how far the work is; several phases
 * (two archives that are read at once) stand beside each other on it.
 */
#include "cmd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct progress {
	struct md_hooks hooks;
	GMutex lock;	     /* hooks come from any thread */
	GPtrArray *phases;   /* of struct phase: those that are not over */
	gint64 begin, drawn; /* before the first nothing is drawn */
	gsize width;	     /* of the line as drawn; 0: none */
	gboolean shown;
};

/* The signal that stops the work; 0: none came. */
static volatile sig_atomic_t stopped_by;

struct phase {
	char *name, *shown; /* as it came; as it is printed */
	guint64 done, total;
	gint64 reported; /* when; one that is silent is over */
};

/* What takes less needs no progress. */
#define DELAY (G_USEC_PER_SEC / 2)
#define INTERVAL (G_USEC_PER_SEC / 10)
/* A phase of unknown length ends without a word. */
#define SILENCE G_USEC_PER_SEC
/* Of a terminal that has 80 columns. */
#define WIDTH 78

static void phase_free(void *data)
{
	struct phase *phase = data;

	g_free(phase->name);
	g_free(phase->shown);
	g_free(phase);
}

static struct phase *find_phase(struct progress *progress, const char *name)
{
	struct phase *phase;

	for (guint i = 0; i < progress->phases->len; i++) {
		phase = g_ptr_array_index(progress->phases, i);
		if (strcmp(phase->name, name) == 0)
			return phase;
	}
	phase = g_new0(struct phase, 1);
	phase->name = g_strdup(name);
	phase->shown = md_text_printable(name, strlen(name), FALSE);
	g_ptr_array_add(progress->phases, phase);
	return phase;
}

static void wipe(struct progress *progress)
{
	if (progress->width > 0)
		fprintf(stderr, "\r%*s\r", (int)progress->width, "");
	progress->width = 0;
}

static void draw(struct progress *progress)
{
	g_autoptr(GString) line = g_string_new(NULL);
	gsize width;

	for (guint i = progress->phases->len; i-- > 0;) {
		const struct phase *phase = g_ptr_array_index(progress->phases, i);

		if (progress->drawn - phase->reported > SILENCE)
			g_ptr_array_remove_index(progress->phases, i);
	}
	for (guint i = 0; i < progress->phases->len; i++) {
		const struct phase *phase = g_ptr_array_index(progress->phases, i);

		g_string_append_printf(line, "%s%s: ", i ? "; " : "", phase->shown);
		if (phase->total > 0)
			g_string_append_printf(line, "%" G_GUINT64_FORMAT "%%",
					       phase->done * 100 / phase->total);
		else
			g_string_append_printf(line, "%" G_GUINT64_FORMAT, phase->done);
	}
	if (line->len == 0) {
		wipe(progress);
		return;
	}
	/* A line that wraps could not be drawn over. */
	width = (gsize)g_utf8_strlen(line->str, -1);
	if (width > WIDTH) {
		width = WIDTH;
		g_string_truncate(line,
				  (gsize)(g_utf8_offset_to_pointer(line->str, WIDTH) - line->str));
	}
	fprintf(stderr, "\r%s%*s", line->str,
		(int)(progress->width > width ? progress->width - width : 0), "");
	fflush(stderr);
	progress->width = width;
}

static gboolean on_progress(void *data, const char *name, guint64 done, guint64 total)
{
	struct progress *progress = data;
	gint64 now = g_get_monotonic_time();
	struct phase *phase;
	gboolean begins;

	if (stopped_by != 0 || !progress->shown)
		return stopped_by == 0;
	g_mutex_lock(&progress->lock);
	phase = find_phase(progress, name);
	begins = phase->reported == 0;
	phase->done = done;
	phase->total = total;
	phase->reported = now;
	if (total > 0 && done >= total)
		g_ptr_array_remove(progress->phases, phase);
	/* What begins is told at once. */
	if (now >= progress->begin && (begins || now - progress->drawn >= INTERVAL)) {
		progress->drawn = now;
		draw(progress);
	}
	g_mutex_unlock(&progress->lock);
	return TRUE;
}

static void on_log(void *data, const char *message)
{
	struct progress *progress = data;

	g_mutex_lock(&progress->lock);
	wipe(progress);
	complain("%s", message);
	g_mutex_unlock(&progress->lock);
}

struct progress *progress_new(const struct common_options *options)
{
	struct progress *progress = g_new0(struct progress, 1);
	const char *seconds = g_getenv("METADIFF_PROGRESS_DELAY"); /* as git's GIT_PROGRESS_DELAY */

	g_mutex_init(&progress->lock);
	progress->phases = g_ptr_array_new_with_free_func(phase_free);
	progress->begin = g_get_monotonic_time() +
			  (seconds ? (gint64)MIN(g_ascii_strtoull(seconds, NULL, 10), G_MAXUINT32) *
					     G_USEC_PER_SEC
				   : DELAY);
	progress->hooks.data = progress;
	progress->hooks.progress = on_progress;
	progress->shown = (options->progress || isatty(STDERR_FILENO)) && !options->no_progress &&
			  !options->quiet;
	if (options->verbose)
		progress->hooks.log = on_log;
	return progress;
}

static void on_signal(int number)
{
	stopped_by = number;
}

void catch_signal(int number, const struct sigaction *action)
{
	struct sigaction before;

	/* A pipe that nobody reads ends the work all the same. */
	if (number == SIGPIPE || sigaction(number, NULL, &before) != 0 ||
	    before.sa_handler != SIG_IGN)
		sigaction(number, action, NULL);
}

void progress_stop_on_signal(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	/* Whoever cannot wait sends it twice. */
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
		catch_signal(signals[i], &action);
}

void progress_end_by_signal(void)
{
	if (stopped_by != 0)
		raise(stopped_by);
}

const struct md_hooks *progress_hooks(struct progress *progress)
{
	return &progress->hooks;
}

void progress_free(struct progress *progress)
{
	if (progress == NULL)
		return;
	wipe(progress);
	g_ptr_array_unref(progress->phases);
	g_mutex_clear(&progress->lock);
	g_free(progress);
}
