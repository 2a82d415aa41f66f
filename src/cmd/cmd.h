/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program: a table of commands, one file each.  A command turns options
 * into settings, calls the library, prints, and gives an exit status.
 *
 * To add a command: its function here, a line in the table of main.c, its
 * file in meson.build, a manual page in docs/.
 */
#ifndef MD_CMD_H
#define MD_CMD_H

#include <metadiff/metadiff.h>

/** Exit statuses, as of diff. */
enum status {
	STATUS_NOTHING = 0,  /* nothing to report */
	STATUS_REPORTED = 1, /* something was reported */
	STATUS_TROUBLE = 2,
};

/** @arguments[0] is the name of the command; a NULL ends them. */
enum status cmd_compare(char **arguments);
enum status cmd_crash(char **arguments);
enum status cmd_lockup(char **arguments);
enum status cmd_port(char **arguments);
enum status cmd_revert(char **arguments);

/* ---------------------------------------------------------------- options */

/** The options that every command has, and those that several have. */
struct common_options {
	char *format;
	char *output; /* NULL: standard output */
	char *color;  /* "auto", "always" or "never" */
	int jobs;
	gboolean no_pager;
	gboolean progress, no_progress;
	gboolean quiet, verbose;
	char *repository;	    /* --repo; NULL: here */
	int strip, fuzz;	    /* OPTIONS_PATCHES; OPTION_UNSET: not given */
	char *vmlinux, *system_map; /* OPTIONS_SYMBOLS */
	char **paths;		    /* OPTIONS_PATHS, what follows "--"; NULL: there is none */
};
/** Options that not every command has. */
enum option_group {
	OPTIONS_PATCHES = 1,
	OPTIONS_SYMBOLS = 2,
	OPTIONS_PATHS = 4,
};
void common_options_clear(struct common_options *options);

/**
 * Parses @arguments, which are left with the sources alone.  @own are the command's own
 * options, @groups those of enum option_group that it has.  --help prints @usage and @summary
 * and exits; so does --complete, alone, with what the shells complete.
 */
gboolean options_parse(char ***arguments, const char *usage, const char *summary,
		       const GOptionEntry *own, guint groups, struct common_options *common,
		       GError **error);

/** The options and arguments of @command, from @entries and @usage, for the shells to complete. */
void complete_options(const char *command, const GOptionEntry *entries);
void complete_arguments(const char *usage);
/** What may stand for the value that @command's help calls @name, joined by commas. */
const char *complete_words(const char *command, const char *name);

/** What no user types: a number that was not given. */
#define OPTION_UNSET G_MININT
/** TRUE for a number from 0 up, and where none was given. */
gboolean option_check_number(const char *option, int number, GError **error);
/** How sources are read. */
struct md_tree_settings *option_tree_settings(const struct common_options *common);
/** How results are printed. */
struct md_render_settings *option_render_settings(const struct common_options *common,
						  GError **error);

/** Takes a range A..B of revisions apart, into owned strings; FALSE where it is none. */
gboolean option_split_range(const char *range, char **first, char **second);
/**
 * Opens what --upstream names, a tree or a range A..B; NULL leaves both as they are. A path
 * wins over a range of that name, as it does over a revision.
 */
gboolean option_open_upstream(const char *upstream, const struct md_tree_settings *settings,
			      struct md_tree **since, struct md_tree **later, GError **error);

/* ------------------------------------------------------------------- logs */

/** Opens what --vmlinux and --system-map name; *@symbols stays as it is where both are NULL. */
gboolean log_open_symbols(const struct common_options *options, struct md_symbols **symbols,
			  GError **error);
/** Reads a whole log, "-" too, and resolves its addresses by @symbols, which may be NULL. */
struct md_log *log_read(const char *path, struct md_symbols *symbols, const struct md_hooks *hooks,
			GError **error);

/* ----------------------------------------------------------------- output */

/** Where results go: standard output, a pager, or a file that appears when it is whole. */
struct output;

/** TRUE where colours should be used. */
gboolean output_wants_color(const struct common_options *options);
/** The width of the terminal, or 80. */
guint output_width(void);
/** Fails where what -o names cannot be written, unless -q keeps it away; asked before the work. */
gboolean output_check(const struct common_options *options, GError **error);
struct output *output_open(const struct common_options *options, GError **error);
/** An md_render_write; @data is the output. */
gboolean output_write(void *data, const char *bytes, gsize size, GError **error);
/**
 * The same for a patch, whose bytes are those of the files: a terminal gets them without what it
 * would obey, a file or pipe as they are.
 */
gboolean output_write_patch(void *data, const char *bytes, gsize size, GError **error);
/**
 * Finishes where all is written, @done: waits for the pager, puts the file in place. Where it
 * is not leaves nothing behind, and gives FALSE.  Frees @output.
 */
gboolean output_close(struct output *output, gboolean done, GError **error);
/** Leaves nothing behind.  Frees @output; NULL is ignored. */
void output_discard(struct output *output);

/** Fails where @folder is there and not an empty folder, or nothing can be made beside it. */
gboolean folder_check(const char *folder, GError **error);
/** Writes a series that was carried to @folder, which must be missing or empty. */
gboolean folder_write(const char *folder, const struct md_port *port, GError **error);

/* ----------------------------------------------------------------- result */

/** A patch, its ledger and the tree with it. Nothing is owned. */
struct result {
	const void *object;
	gboolean (*patch)(const void *object, md_render_write write, void *data, GError **error);
	gboolean (*ledger)(const void *object, const struct md_render_settings *settings,
			   md_render_write write, void *data, GError **error);
	struct md_tree *tree;
	GBytes *rejected;
};

struct progress;

/** TRUE where -o asks for the whole tree: it ends in a slash. */
gboolean result_is_tree(const struct common_options *options);
/** Fails where what -o names could not be written; to be asked before the work. */
gboolean result_check(const struct common_options *options, GError **error);
/** Fails where rejects would lie beside an output that was not named. */
gboolean result_check_conflicts(const char *conflicts, const struct common_options *options,
				GError **error);
/** Writes the patch, or the tree, to where @options say. */
gboolean result_write(const struct result *result, const struct common_options *options,
		      struct progress *progress, GError **error);
gboolean result_write_ledger(const struct result *result, const struct common_options *options,
			     const struct md_render_settings *render, GError **error);

/* ---------------------------------------------------------------- signals */

struct sigaction;
/** As sigaction(2), but what is ignored since the start, as under nohup(1), stays so. */
void catch_signal(int number, const struct sigaction *action);

/* --------------------------------------------------------------- progress */

/** Hooks that draw a line on standard error. */
struct progress *progress_new(const struct common_options *options);
const struct md_hooks *progress_hooks(struct progress *progress);
/**
 * From now on the first signal that would end the program only stops the work, as soon as it
 * reports, for what it began to be taken away; progress_end_by_signal() then ends the program.
 */
void progress_stop_on_signal(void);
/** Ends the program by the signal that came since; returns where there was none. */
void progress_end_by_signal(void);
/** Wipes the line.  NULL is ignored. */
void progress_free(struct progress *progress);

/** "metadiff: MESSAGE" on standard error. */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/**
 * The same of @rejects out of @hunks that @patches has not got onto @base, which the user knows as
 * @place; nothing where there are none. So many that the base may be a wrong one are told as that.
 */
void complain_of_rejects(const struct md_tree *patches, const char *place,
			 const struct md_tree *base, gsize rejects, gsize hunks);

#endif
