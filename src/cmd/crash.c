/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadiff crash */
#include "cmd.h"

struct crash_options {
	struct common_options common;
	char *upstream;
	int report;
	gboolean no_history;
};

static void crash_options_clear(struct crash_options *options)
{
	common_options_clear(&options->common);
	g_free(options->upstream);
}

/* What is opened, and in the order in which it goes away. */
struct sources {
	char *name[MD_VERSIONS]; /* NULL: not given */
	struct md_tree *tree[MD_VERSIONS];
	struct md_tree *since, *later;
};

static void sources_clear(struct sources *sources)
{
	/* Downstreams before the bases that they lie on. */
	for (guint i = MD_VERSIONS; i-- > 0;) {
		md_tree_free(sources->tree[i]);
		g_free(sources->name[i]);
	}
	md_tree_free(sources->later);
	md_tree_free(sources->since);
}

static const char usage[] =
	"LOG [TREE | OLD NEW | OLD_BASE OLD_DOWNSTREAM NEW_BASE NEW_DOWNSTREAM]";

static const char summary[] =
	"Tell what a log says of a crash, and which change can have done it.\n\n"
	"LOG is a console log, dmesg, a journal, what pstore kept, crash's bt, Xen's console\n"
	"or xenctx, plain or compressed; - is standard input. With TREE, the functions on the\n"
	"stack are found in its source. With an OLD tree that worked and a NEW one that does\n"
	"not, or with two releases of a downstream and their bases, what changed in and\n"
	"around these functions is ranked, with the commits where there is a history. Two\n"
	"revisions may be given as OLD..NEW, four as two ranges.";

static gboolean parse(char ***arguments, struct crash_options *options, GError **error)
{
	const GOptionEntry own[] = {
		{ "report", 0, 0, G_OPTION_ARG_INT, &options->report,
		  "look for what caused report N of the log (default: the first with a "
		  "function to look at)",
		  "N" },
		{ "upstream", 0, 0, G_OPTION_ARG_FILENAME, &options->upstream,
		  "a later upstream, in whose history a repair may be", "TREE" },
		{ "no-history", 0, 0, G_OPTION_ARG_NONE, &options->no_history,
		  "do not look for commits", NULL },
		G_OPTION_ENTRY_NULL,
	};

	options->report = OPTION_UNSET;
	if (!options_parse(arguments, usage, summary, own, OPTIONS_PATCHES | OPTIONS_SYMBOLS,
			   &options->common, error))
		return FALSE;
	if (options->report != OPTION_UNSET && options->report < 1) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--report: %d is no report; the first is 1", options->report);
		return FALSE;
	}
	return TRUE;
}

/*
 * Which version each source is, by how many there are; lone revisions may stand in ranges.
 * A tree alone is the new base: it is the one that crashed.
 */
static gboolean name_sources(char **arguments, struct sources *sources, GError **error)
{
	static const enum md_version one[] = { MD_NEW_BASE };
	static const enum md_version two[] = { MD_OLD_BASE, MD_NEW_BASE };
	static const enum md_version four[] = { MD_OLD_BASE, MD_OLD_DOWNSTREAM, MD_NEW_BASE,
						MD_NEW_DOWNSTREAM };
	static const enum md_version *const rows[] = { NULL, one, two, NULL, four };
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (char **argument = arguments; *argument != NULL; argument++) {
		char *first, *second;

		if (!g_file_test(*argument, G_FILE_TEST_EXISTS) &&
		    option_split_range(*argument, &first, &second)) {
			g_ptr_array_add(names, first);
			g_ptr_array_add(names, second);
		} else {
			g_ptr_array_add(names, g_strdup(*argument));
		}
	}
	if (names->len >= G_N_ELEMENTS(rows) || (names->len > 0 && rows[names->len] == NULL)) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "crash: wants a log and one, two or four trees, got %u; "
			    "see 'metadiff crash --help'",
			    names->len);
		return FALSE;
	}
	for (guint i = 0; i < names->len; i++)
		sources->name[rows[names->len][i]] = g_strdup(g_ptr_array_index(names, i));
	return TRUE;
}

static gboolean open_sources(const struct crash_options *options, struct sources *sources,
			     GError **error)
{
	MD_AUTOPTR(md_tree_settings)
	settings = option_tree_settings(&options->common);

	if (options->upstream != NULL && sources->name[MD_OLD_BASE] == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--upstream: wants two or four trees, between which commits are "
			    "looked for");
		return FALSE;
	}
	for (guint i = 0; i < MD_VERSIONS; i++) {
		if (sources->name[i] == NULL)
			continue;
		sources->tree[i] = md_tree_open(
			sources->name[i], i % 2 ? sources->tree[i - 1] : NULL, settings, error);
		if (sources->tree[i] == NULL)
			return FALSE;
	}
	return option_open_upstream(options->upstream, settings, &sources->since, &sources->later,
				    error);
}

/* That --report names one of the log, whether there are trees to look into or not. */
static gboolean check_report(const struct crash_options *options, const struct md_log *log,
			     GError **error)
{
	gsize count = md_log_report_count(log);

	if (options->report == OPTION_UNSET || count == 0 || (gsize)options->report <= count)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
		    "--report: there is no report %d, the log has %zu", options->report, count);
	return FALSE;
}

static struct md_log *read_log(const struct crash_options *options, const char *path,
			       const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_symbols) symbols = NULL;

	if (!log_open_symbols(&options->common, &symbols, error))
		return NULL;
	return log_read(path, symbols, hooks, error);
}

static gboolean suspect(const struct crash_options *options, const struct md_log *log,
			const struct sources *sources, const struct md_hooks *hooks,
			struct md_suspects **suspects, GError **error)
{
	MD_AUTOPTR(md_suspect_settings) settings = md_suspect_settings_new();
	gsize report = options->report == OPTION_UNSET ? md_log_main_report(log)
						       : (gsize)options->report - 1;

	if (sources->tree[MD_NEW_BASE] == NULL || md_log_report_count(log) == 0)
		return TRUE;
	md_suspect_settings_set_jobs(settings, (guint)options->common.jobs);
	md_suspect_settings_set_history(settings, !options->no_history);
	md_suspect_settings_set_upstream(settings, sources->since, sources->later);
	*suspects = md_suspects_new(log, report, sources->tree, settings, hooks, error);
	return *suspects != NULL;
}

/* What "metadiff revert" would be told of the sources; NULL where it could not be told. */
static GPtrArray *revert_arguments(const struct crash_options *options,
				   const struct md_suspects *suspects,
				   const struct sources *sources)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	enum md_version order[MD_VERSIONS];
	guint count = suspects ? md_suspects_revert_sources(suspects, order) : 0;

	if (count == 0)
		return NULL;
	if (options->common.repository != NULL) {
		g_ptr_array_add(arguments, (char *)"--repo");
		g_ptr_array_add(arguments, options->common.repository);
	}
	for (guint i = 0; i < count; i++)
		g_ptr_array_add(arguments, sources->name[order[i]]);
	g_ptr_array_add(arguments, NULL);
	return g_steal_pointer(&arguments);
}

/*
 * Where a task of the log waits for a lock: whether that is a deadlock, by the newest tree, which
 * is that of the kernel that crashed.
 */
static gboolean find_deadlocks(const struct crash_options *options, struct md_log *log,
			       const struct sources *sources, const struct md_hooks *hooks,
			       struct md_lockup **lockup, GError **error)
{
	MD_AUTOPTR(md_lockup_settings) settings = md_lockup_settings_new();
	struct md_tree *tree = sources->tree[MD_NEW_DOWNSTREAM] ? sources->tree[MD_NEW_DOWNSTREAM]
								: sources->tree[MD_NEW_BASE];

	if (tree == NULL || !md_lockup_is_of_interest(log))
		return TRUE;
	md_lockup_settings_set_jobs(settings, (guint)options->common.jobs);
	*lockup = md_lockup_new(&log, 1, tree, settings, hooks, error);
	return *lockup != NULL;
}

static gboolean print(const struct crash_options *options, const struct md_log *log,
		      const struct md_suspects *suspects, const struct md_lockup *lockup,
		      const struct sources *sources, const struct md_render_settings *render,
		      GError **error)
{
	g_autoptr(GPtrArray) revert = revert_arguments(options, suspects, sources);
	struct output *output = output_open(&options->common, error);

	return output != NULL &&
	       output_close(output,
			    md_render_crash(log, suspects, lockup,
					    revert ? (const char *const *)revert->pdata : NULL,
					    render, output_write, output, error),
			    error);
}

/* The log is read first: a tree in its place is told as what it is. */
static enum status look(const struct crash_options *options, const char *path,
			struct sources *sources, const struct md_render_settings *render,
			GError **error)
{
	struct progress *progress = progress_new(&options->common);
	const struct md_hooks *hooks = progress_hooks(progress);
	MD_AUTOPTR(md_log) log = read_log(options, path, hooks, error);
	MD_AUTOPTR(md_suspects) suspects = NULL;
	MD_AUTOPTR(md_lockup) lockup = NULL;
	gboolean done = log != NULL && check_report(options, log, error) &&
			open_sources(options, sources, error) &&
			suspect(options, log, sources, hooks, &suspects, error) &&
			find_deadlocks(options, log, sources, hooks, &lockup, error);

	progress_free(progress);
	if (!done)
		return STATUS_TROUBLE;
	if (!options->common.quiet &&
	    !print(options, log, suspects, lockup, sources, render, error))
		return STATUS_TROUBLE;
	return md_log_report_count(log) > 0 ? STATUS_REPORTED : STATUS_NOTHING;
}

static enum status run(char ***arguments, struct crash_options *options, struct sources *sources,
		       GError **error)
{
	MD_AUTOPTR(md_render_settings) render = NULL;

	if (!parse(arguments, options, error))
		return STATUS_TROUBLE;
	render = option_render_settings(&options->common, error);
	if (render == NULL || !output_check(&options->common, error))
		return STATUS_TROUBLE;
	if ((*arguments)[1] == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "crash: wants a log; see 'metadiff crash --help'");
		return STATUS_TROUBLE;
	}
	if (!name_sources(*arguments + 2, sources, error))
		return STATUS_TROUBLE;
	return look(options, (*arguments)[1], sources, render, error);
}

enum status cmd_crash(char **arguments)
{
	struct crash_options options = { 0 };
	struct sources sources = { { NULL } };
	g_auto(GStrv) remaining = g_strdupv(arguments);
	g_autoptr(GError) error = NULL;
	enum status status = run(&remaining, &options, &sources, &error);

	if (error != NULL)
		complain("%s", error->message);
	sources_clear(&sources);
	crash_options_clear(&options);
	return status;
}
