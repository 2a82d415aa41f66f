/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadiff lockup */
#include "cmd.h"

struct lockup_options {
	struct common_options common;
	char *vmcore;
	gboolean no_cache;
};

static void lockup_options_clear(struct lockup_options *options)
{
	common_options_clear(&options->common);
	g_free(options->vmcore);
}

static const char usage[] = "LOG... [TREE]";

static const char summary[] =
	"Tell who waits for which lock, held where, and whether that is a deadlock.\n\n"
	"LOG is what the console, dmesg or a journal has of the machine: the stacks of SysRq-t\n"
	"or -w, of a watchdog or of hung tasks, or what crash's bt and foreach bt printed; - is\n"
	"standard input. --vmcore asks crash for these. TREE, the last argument where it is a\n"
	"folder, an archive or a revision, is the source of that kernel, in which the locks\n"
	"that each function holds are found. Exit status 1: there is a deadlock.";

static gboolean parse(char ***arguments, struct lockup_options *options, GError **error)
{
	const GOptionEntry own[] = {
		{ "vmcore", 0, 0, G_OPTION_ARG_FILENAME, &options->vmcore,
		  "ask crash(8) for the tasks and locks of the machine whose memory is in FILE; "
		  "wants --vmlinux",
		  "FILE" },
		{ "no-cache", 0, 0, G_OPTION_ARG_NONE, &options->no_cache,
		  "do not keep what was read of TREE for the next time", NULL },
		G_OPTION_ENTRY_NULL,
	};

	if (!options_parse(arguments, usage, summary, own, OPTIONS_SYMBOLS, &options->common,
			   error))
		return FALSE;
	if (options->vmcore != NULL && options->common.vmlinux == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--vmcore: wants --vmlinux as well, the kernel with its debug "
			    "information");
		return FALSE;
	}
	return TRUE;
}

static void log_free(void *data)
{
	md_log_free(data);
}

/* All logs, and what the vmcore says, in one array; NULL on failure. */
static GPtrArray *read_logs(const struct lockup_options *options, char **names,
			    const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GPtrArray) logs = g_ptr_array_new_with_free_func(log_free);
	MD_AUTOPTR(md_symbols) symbols = NULL;

	if (!log_open_symbols(&options->common, &symbols, error))
		return NULL;
	for (; *names != NULL; names++) {
		struct md_log *log = log_read(*names, symbols, hooks, error);

		if (log == NULL)
			return NULL;
		g_ptr_array_add(logs, log);
	}
	if (options->vmcore != NULL) {
		struct md_log *log =
			md_vmcore_read(options->vmcore, options->common.vmlinux, hooks, error);

		if (log == NULL)
			return NULL;
		g_ptr_array_add(logs, log);
		if (!md_symbols_resolve(symbols, log, error))
			return NULL;
	}
	return g_steal_pointer(&logs);
}

static gboolean print(const struct lockup_options *options, const struct md_lockup *lockup,
		      const struct md_render_settings *render, GError **error)
{
	struct output *output = output_open(&options->common, error);

	return output != NULL &&
	       output_close(output, md_render_lockup(lockup, render, output_write, output, error),
			    error);
}

static struct md_lockup *find(const struct lockup_options *options, const GPtrArray *logs,
			      struct md_tree *tree, const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_lockup_settings) settings = md_lockup_settings_new();

	md_lockup_settings_set_jobs(settings, (guint)options->common.jobs);
	md_lockup_settings_set_cache(settings, !options->no_cache);
	return md_lockup_new((struct md_log *const *)logs->pdata, logs->len, tree, settings, hooks,
			     error);
}

static enum status look(const struct lockup_options *options, char **names, struct md_tree *tree,
			const struct md_render_settings *render, GError **error)
{
	struct progress *progress = progress_new(&options->common);
	const struct md_hooks *hooks = progress_hooks(progress);
	g_autoptr(GPtrArray) logs = read_logs(options, names, hooks, error);
	MD_AUTOPTR(md_lockup) lockup = logs ? find(options, logs, tree, hooks, error) : NULL;

	progress_free(progress);
	if (lockup == NULL)
		return STATUS_TROUBLE;
	if (!options->common.quiet && !print(options, lockup, render, error))
		return STATUS_TROUBLE;
	return md_lockup_knot_count(lockup) > 0 ? STATUS_REPORTED : STATUS_NOTHING;
}

/*
 * Opens the last of @names as *@tree, and takes it off, where it is a source; a lone name is a log
 * unless a vmcore stands for the logs.
 */
static gboolean open_tree(const struct lockup_options *options, char **names, struct md_tree **tree,
			  GError **error)
{
	MD_AUTOPTR(md_tree_settings)
	settings = option_tree_settings(&options->common);
	guint count = g_strv_length(names);
	gboolean is_source;

	if (count < (options->vmcore != NULL ? 1u : 2u))
		return TRUE;
	if (!md_tree_is_source(names[count - 1], &is_source, error))
		return FALSE;
	if (!is_source)
		return TRUE;
	*tree = md_tree_open(names[count - 1], NULL, settings, error);
	if (*tree == NULL)
		return FALSE;
	g_clear_pointer(&names[count - 1], g_free);
	return TRUE;
}

static enum status run(char ***arguments, struct lockup_options *options, GError **error)
{
	MD_AUTOPTR(md_render_settings) render = NULL;
	MD_AUTOPTR(md_tree) tree = NULL;

	if (!parse(arguments, options, error))
		return STATUS_TROUBLE;
	render = option_render_settings(&options->common, error);
	if (render == NULL || !output_check(&options->common, error))
		return STATUS_TROUBLE;
	if ((*arguments)[1] == NULL && options->vmcore == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "lockup: wants a log or --vmcore; see 'metadiff lockup --help'");
		return STATUS_TROUBLE;
	}
	if (!open_tree(options, *arguments + 1, &tree, error))
		return STATUS_TROUBLE;
	return look(options, *arguments + 1, tree, render, error);
}

enum status cmd_lockup(char **arguments)
{
	struct lockup_options options = { 0 };
	g_auto(GStrv) remaining = g_strdupv(arguments);
	g_autoptr(GError) error = NULL;
	enum status status = run(&remaining, &options, &error);

	if (error != NULL)
		complain("%s", error->message);
	lockup_options_clear(&options);
	return status;
}
