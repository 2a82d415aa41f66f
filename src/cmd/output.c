/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where results go.  To a file: under a temporary name beside it, renamed
 * when it is whole, removed by a signal.  To a terminal: through a pager.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct output {
	FILE *stream;
	char *name;	 /* for messages */
	char *temporary; /* renamed to name at the end; NULL: written in place */
	pid_t pager;	 /* 0: none */
	gboolean shown;	 /* on a terminal, through a pager or not */
};

/* What a signal has to clean up; there is one output at a time. */
static char *volatile temporary_to_remove;
static volatile pid_t pager_to_await;

static void on_signal(int number)
{
	if (temporary_to_remove != NULL)
		unlink(temporary_to_remove);
	if (pager_to_await != 0) {
		close(STDOUT_FILENO);
		waitpid(pager_to_await, NULL, 0);
	}
	signal(number, SIG_DFL);
	raise(number);
}

static const int signals_caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	for (guint i = 0; i < G_N_ELEMENTS(signals_caught); i++)
		catch_signal(signals_caught[i], &action);
}

/* Holds the signals back (SIG_BLOCK) or lets them come (SIG_UNBLOCK). */
static void hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (guint i = 0; i < G_N_ELEMENTS(signals_caught); i++)
		sigaddset(&set, signals_caught[i]);
	pthread_sigmask(how, &set, NULL);
}

static gboolean is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

gboolean output_wants_color(const struct common_options *options)
{
	const char *no_color = g_getenv("NO_COLOR");

	if (g_strcmp0(options->color, "always") == 0)
		return TRUE;
	if (g_strcmp0(options->color, "never") == 0)
		return FALSE;
	return options->output == NULL && is_terminal() &&
	       (no_color == NULL || no_color[0] == '\0') &&
	       g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

guint output_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static void set_error(GError **error, const char *name)
{
	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: %s", name, g_strerror(errno));
}

/* Whether the first word of @command is a program; a shell would say so too late. */
static gboolean can_run(const char *command)
{
	g_auto(GStrv) words = NULL;
	g_autofree char *program = NULL;

	/* What the shell alone understands is left to it. */
	if (!g_shell_parse_argv(command, NULL, &words, NULL) || strchr(words[0], '=') != NULL)
		return TRUE;
	program = g_find_program_in_path(words[0]);
	return program != NULL;
}

static const char *pager_command(void)
{
	const char *command = g_getenv("METADIFF_PAGER");

	if (command == NULL)
		command = g_getenv("PAGER");
	if (command == NULL)
		command = "less";
	if (command[0] == '\0' || strcmp(command, "cat") == 0 || !can_run(command))
		return NULL;
	return command;
}

/* Puts a pager behind standard output; without one the output goes on as it is. */
static void start_pager(struct output *output)
{
	const char *command = pager_command();
	int ends[2];

	if (command == NULL || pipe2(ends, O_CLOEXEC) != 0)
		return;
	fflush(stdout);
	output->pager = fork();
	if (output->pager == 0) {
		dup2(ends[0], STDIN_FILENO);
		/* As git: quit if it fits on the screen, keep colours, do not clear. */
		g_setenv("LESS", "FRX", FALSE);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	if (output->pager > 0) {
		dup2(ends[1], STDOUT_FILENO);
		pager_to_await = output->pager;
	} else {
		output->pager = 0;
	}
	close(ends[1]);
}

/* Devices and pipes are written as they are; so is what a link leads to. */
static gboolean is_special(const char *name)
{
	struct stat status;

	return stat(name, &status) == 0 && !S_ISREG(status.st_mode);
}

static gboolean open_file(struct output *output, GError **error)
{
	mode_t mask = umask(0);
	int file;

	umask(mask);
	if (is_special(output->name)) {
		output->stream = fopen(output->name, "we");
	} else {
		output->temporary = g_strdup_printf("%s.XXXXXX", output->name);
		/* Not between the file that is made and the note that it is. */
		hold_signals(SIG_BLOCK);
		file = g_mkstemp_full(output->temporary, O_WRONLY | O_CLOEXEC, 0666 & ~mask);
		if (file < 0)
			g_clear_pointer(&output->temporary, g_free);
		else
			output->stream = fdopen(file, "w");
		temporary_to_remove = output->temporary;
		hold_signals(SIG_UNBLOCK);
	}
	if (output->stream == NULL)
		set_error(error, output->name);
	return output->stream != NULL;
}

/* @name, or what the link of that name leads to: that is replaced, not the link. */
static char *resolve(const char *name)
{
	char *resolved = realpath(name, NULL);
	char *copy = g_strdup(resolved ? resolved : name);

	free(resolved);
	return copy;
}

gboolean output_check(const struct common_options *options, GError **error)
{
	g_autofree char *resolved = NULL, *parent = NULL, *folder = NULL;
	gboolean possible;

	if (options->output == NULL || options->quiet)
		return TRUE;
	resolved = resolve(options->output);
	parent = g_path_get_dirname(resolved);
	/* With the dot a file in the place of a folder is told as that. */
	folder = g_build_filename(parent, ".", NULL);
	possible = access(is_special(resolved) ? resolved : folder, W_OK) == 0;
	if (possible && g_file_test(resolved, G_FILE_TEST_IS_DIR)) {
		errno = EISDIR;
		possible = FALSE;
	}
	if (!possible)
		set_error(error, options->output);
	return possible;
}

struct output *output_open(const struct common_options *options, GError **error)
{
	struct output *output = g_new0(struct output, 1);

	catch_signals();
	if (options->output != NULL) {
		output->name = resolve(options->output);
		if (!open_file(output, error)) {
			output_discard(output);
			return NULL;
		}
		return output;
	}
	output->name = g_strdup("standard output");
	output->shown = is_terminal();
	if (output->shown && !options->no_pager)
		start_pager(output);
	output->stream = stdout;
	return output;
}

gboolean output_write(void *data, const char *bytes, gsize size, GError **error)
{
	struct output *output = data;

	if (fwrite(bytes, 1, size, output->stream) == size)
		return TRUE;
	set_error(error, output->name);
	return FALSE;
}

gboolean output_write_patch(void *data, const char *bytes, gsize size, GError **error)
{
	const struct output *output = data;
	g_autofree char *printable = NULL;

	if (!output->shown)
		return output_write(data, bytes, size, error);
	printable = md_text_printable(bytes, size, TRUE);
	return output_write(data, printable, strlen(printable), error);
}

static void output_free(struct output *output)
{
	temporary_to_remove = NULL;
	g_free(output->temporary);
	g_free(output->name);
	g_free(output);
}

/* Standard output stays as a stream, to be asked at the end whether it failed. */
static int close_stream(struct output *output)
{
	FILE *stream = g_steal_pointer(&output->stream);

	return stream == stdout ? fflush(stdout) | close(STDOUT_FILENO) : fclose(stream);
}

gboolean output_close(struct output *output, gboolean done, GError **error)
{
	gboolean closed = done && fflush(output->stream) == 0;

	/* A disk may say only at the close that it is full. */
	if (closed)
		closed = close_stream(output) == 0;
	if (closed && output->temporary != NULL)
		closed = rename(output->temporary, output->name) == 0;
	if (!closed) {
		if (done)
			set_error(error, output->name);
		output_discard(output);
		return FALSE;
	}
	if (output->pager != 0)
		waitpid(output->pager, NULL, 0);
	output_free(output);
	return TRUE;
}

void output_discard(struct output *output)
{
	if (output == NULL)
		return;
	if (output->stream != NULL)
		close_stream(output);
	if (output->temporary != NULL)
		unlink(output->temporary);
	if (output->pager != 0)
		waitpid(output->pager, NULL, 0);
	output_free(output);
}
