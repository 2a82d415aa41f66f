/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadiff port */
#include "cmd.h"

struct port_options {
	struct common_options common;
	char *conflicts;
	gboolean strict;
};

static void port_options_clear(struct port_options *options)
{
	common_options_clear(&options->common);
	g_free(options->conflicts);
}

enum source {
	OLD_BASE,
	OLD_DOWNSTREAM,
	NEW_BASE,
	SOURCES,
};

static const char usage[] = "OLD_BASE OLD_DOWNSTREAM NEW_BASE [-o OUT]";

static const char summary[] =
	"Carry the patch between OLD_BASE and OLD_DOWNSTREAM to NEW_BASE.\n\n"
	"Prints the new patch, and on standard error what became of every hunk: clean,\n"
	"offset, by words, moved, adopted or conflict. With -o the patch goes to OUT and\n"
	"the ledger to standard output. A series is carried patch by patch, and -o gives a\n"
	"folder with the new one. -o OUT/ writes the whole new tree instead.";

static gboolean check(char **arguments, const struct port_options *options, GError **error)
{
	guint count = g_strv_length(arguments);

	if (count != SOURCES + 1) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "port: wants three sources, got %u; see 'metadiff port --help'",
			    count - 1);
		return FALSE;
	}
	return result_check_conflicts(options->conflicts, &options->common, error);
}

static gboolean parse(char ***arguments, struct port_options *options, GError **error)
{
	const GOptionEntry own[] = {
		{ "conflicts", 0, 0, G_OPTION_ARG_STRING, &options->conflicts,
		  "write what cannot be carried between markers (diff3, the default) or leave it "
		  "out, in files of its own (rej)",
		  "STYLE" },
		{ "strict", 0, 0, G_OPTION_ARG_NONE, &options->strict,
		  "take a hunk that does not apply to the old base as trouble", NULL },
		G_OPTION_ENTRY_NULL,
	};

	return options_parse(arguments, usage, summary, own, OPTIONS_PATCHES, &options->common,
			     error) &&
	       check(*arguments, options, error);
}

static gboolean open_trees(const struct port_options *options, char **source,
			   struct md_tree *tree[SOURCES], GError **error)
{
	MD_AUTOPTR(md_tree_settings)
	settings = option_tree_settings(&options->common);

	for (guint i = 0; i < SOURCES; i++) {
		struct md_tree *base = i == OLD_DOWNSTREAM ? tree[OLD_BASE] : NULL;

		tree[i] = md_tree_open(source[i], base, settings, error);
		if (tree[i] == NULL)
			return FALSE;
	}
	return TRUE;
}

static struct md_port *carry(const struct port_options *options,
			     struct md_tree *const tree[SOURCES], struct progress *progress,
			     GError **error)
{
	MD_AUTOPTR(md_port_settings) settings = md_port_settings_new();

	md_port_settings_set_jobs(settings, (guint)options->common.jobs);
	if (options->conflicts != NULL &&
	    !md_port_settings_set_conflicts(settings, options->conflicts, error))
		return NULL;
	return md_port_new(tree[OLD_BASE], tree[OLD_DOWNSTREAM], tree[NEW_BASE], settings,
			   progress_hooks(progress), error);
}

static gboolean render_patch(const void *port, md_render_write write, void *data, GError **error)
{
	return md_render_port(port, write, data, error);
}

static gboolean render_ledger(const void *port, const struct md_render_settings *settings,
			      md_render_write write, void *data, GError **error)
{
	return md_render_ledger(port, settings, write, data, error);
}

static gboolean write_result(const struct md_port *port, const struct port_options *options,
			     struct progress *progress, GError **error)
{
	const struct result result = { port, render_patch, render_ledger, md_port_tree(port),
				       md_port_rejected(port) };

	if (options->common.output != NULL && md_port_is_series(port) &&
	    !result_is_tree(&options->common))
		return folder_write(options->common.output, port, error);
	return result_write(&result, &options->common, progress, error);
}

static gboolean write_ledger(const struct md_port *port, const struct port_options *options,
			     const struct md_render_settings *render, GError **error)
{
	const struct result result = { .object = port, .ledger = render_ledger };

	return result_write_ledger(&result, &options->common, render, error);
}

static gboolean warn_of_rejects(const struct md_port *port, struct md_tree *const tree[SOURCES])
{
	gsize hunks, rejects = md_port_reject_count(port, &hunks);

	complain_of_rejects(tree[OLD_DOWNSTREAM], "OLD_BASE", tree[OLD_BASE], rejects, hunks);
	return rejects > 0;
}

static enum status run(char ***arguments, struct port_options *options,
		       struct md_tree *tree[SOURCES], GError **error)
{
	MD_AUTOPTR(md_render_settings) render = NULL;
	MD_AUTOPTR(md_port) port = NULL;
	struct progress *progress;
	gboolean rejects, done;

	if (!parse(arguments, options, error))
		return STATUS_TROUBLE;
	render = option_render_settings(&options->common, error);
	if (render == NULL)
		return STATUS_TROUBLE;
	if (!result_check(&options->common, error))
		return STATUS_TROUBLE;
	if (!open_trees(options, *arguments + 1, tree, error))
		return STATUS_TROUBLE;
	/* A folder, of a tree or a series, cannot be taken away by a signal's handler. */
	if (options->common.output != NULL)
		progress_stop_on_signal();
	progress = progress_new(&options->common);
	port = carry(options, tree, progress, error);
	rejects = port != NULL && warn_of_rejects(port, tree);
	done = port != NULL && !(rejects && options->strict) &&
	       write_result(port, options, progress, error);
	progress_free(progress);
	if (!done || !write_ledger(port, options, render, error))
		return STATUS_TROUBLE;
	return md_port_conflict_count(port) > 0 || rejects ? STATUS_REPORTED : STATUS_NOTHING;
}

enum status cmd_port(char **arguments)
{
	struct port_options options = { 0 };
	struct md_tree *tree[SOURCES] = { NULL };
	g_auto(GStrv) remaining = g_strdupv(arguments);
	g_autoptr(GError) error = NULL;
	enum status status = run(&remaining, &options, tree, &error);

	if (error != NULL && !g_error_matches(error, MD_ERROR, MD_ERROR_CANCELLED))
		complain("%s", error->message);
	/* The downstream before the base that it lies on. */
	for (guint i = SOURCES; i-- > 0;)
		md_tree_free(tree[i]);
	port_options_clear(&options);
	progress_end_by_signal();
	return status;
}
