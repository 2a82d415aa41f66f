/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#include "cmd.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command {
	const char *name;
	enum status (*run)(char **arguments);
	const char *help;
} commands[] = {
	{ "compare", cmd_compare, "show what a downstream itself changed between two releases" },
	{ "crash", cmd_crash, "tell what a log says of a crash, and which change did it" },
	{ "lockup", cmd_lockup, "tell who waits for which lock, and whether that is a deadlock" },
	{ "port", cmd_port, "carry a patch or series to a new base" },
	{ "revert", cmd_revert, "take changes back out of a downstream" },
};

static void print_help(void)
{
	g_print("Usage: metadiff COMMAND [OPTION...] SOURCE...\n\n"
		"What did a downstream itself change, with all that upstream did taken out?\n\n"
		"Commands:\n");
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		g_print("  %-10s %s\n", commands[i].name, commands[i].help);
	g_print("\n'metadiff COMMAND --help' tells the options of a command, metadiff(1) all "
		"else.\n"
		"Exit status: 0 nothing to report, 1 something reported, 2 trouble.\n");
}

/* For the shells; see complete.c. */
static void print_commands(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		g_print("%s\t%s\n", commands[i].name, commands[i].help);
	g_print("help\ttell the options of a command\n");
}

static const struct command *find_command(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

void complain(const char *format, ...)
{
	g_autofree char *message = NULL, *printable = NULL;
	va_list arguments;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	/* One line, whatever names the message is made of, and no terminal codes. */
	printable = md_text_printable(message, strlen(message), FALSE);
	fprintf(stderr, "metadiff: %s\n", printable);
}

void complain_of_rejects(const struct md_tree *patches, const char *place,
			 const struct md_tree *base, gsize rejects, gsize hunks)
{
	const char *question = "";

	/* One in ten is more than a rebase leaves behind; all do not apply to what has them. */
	if (rejects == hunks && hunks > 1)
		question = "; is it the right version, and without the patch?";
	else if (rejects * 10 >= hunks)
		question = "; is it the right version?";
	if (rejects > 0)
		complain("%s: %zu of %zu hunks do not apply to %s (%s)%s", md_tree_name(patches),
			 rejects, hunks, place, md_tree_name(base), question);
}

/*
 * A standard stream that is closed would be the next file that is opened, and what is printed
 * would go into that. In its place stands one that fails, as the closed one would.
 */
static void fill_standard_streams(void)
{
	static const int refused[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < (int)G_N_ELEMENTS(refused); fd++) {
		/* The lowest that is free: that one. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", refused[fd]) != fd)
			exit(STATUS_TROUBLE);
	}
}

/* Help that went nowhere is trouble too, and GOption ends the program by itself. */
static void check_standard_output(int status, void *data)
{
	if (status == STATUS_TROUBLE || !ferror(stdout))
		return;
	complain("standard output: cannot be written");
	_exit(STATUS_TROUBLE);
}

int main(int argc, char **argv)
{
	const struct command *command;
	g_auto(GStrv) arguments = NULL;
	g_autofree char *prgname = NULL;

	fill_standard_streams();
	/* A file that may grow no further is an error of writing, as a full disk is. */
	signal(SIGXFSZ, SIG_IGN);
	on_exit(check_standard_output, NULL);
	setlocale(LC_ALL, "");
	if (argc < 2) {
		complain("no command given; see 'metadiff --help'");
		return STATUS_TROUBLE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		g_print("metadiff " MD_VERSION "\n");
		return STATUS_NOTHING;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    (strcmp(argv[1], "help") == 0 && argc < 3)) {
		print_help();
		return STATUS_NOTHING;
	}
	if (strcmp(argv[1], "--complete") == 0) {
		print_commands();
		return STATUS_NOTHING;
	}
	if (strcmp(argv[1], "help") == 0) {
		argv[1] = argv[2];
		argv[2] = (char *)"--help";
	}
	command = find_command(argv[1]);
	if (command == NULL) {
		complain("'%s' is not a command; see 'metadiff --help'", argv[1]);
		return STATUS_TROUBLE;
	}
	/* GOption speaks of the program by this name. */
	prgname = g_strconcat("metadiff ", command->name, NULL);
	g_set_prgname(prgname);
	arguments = g_strdupv(argv + 1);
	return command->run(arguments);
}
