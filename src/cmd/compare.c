/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadiff compare */
#include "cmd.h"

#include <string.h>

struct compare_options {
	struct common_options common;
	int context;
	gboolean all_space, space_change;
	char *stat;
	gboolean strict;
	gboolean verify;
	char *show;
	char *upstream;
	char *fail_on;
	char **also; /* FORMAT:FILE */
	gboolean no_history;
	struct md_tree *since, *later; /* what --upstream names, once it is open */
};

static void compare_options_clear(struct compare_options *options)
{
	common_options_clear(&options->common);
	g_free(options->show);
	g_free(options->stat);
	g_free(options->upstream);
	g_free(options->fail_on);
	g_strfreev(options->also);
	md_tree_free(options->since);
	md_tree_free(options->later);
}

static const char usage[] = "OLD_BASE OLD_DOWNSTREAM NEW_BASE NEW_DOWNSTREAM [-- PATH...]\n"
			    "  metadiff compare [OPTION...] OLD_BASE..OLD_DOWNSTREAM "
			    "NEW_BASE..NEW_DOWNSTREAM [-- PATH...]";

static const char summary[] =
	"Show what the downstream itself changed from its old release to its new one.\n\n"
	"A base is a folder, an archive (tar, plain or compressed) or a git revision. A\n"
	"downstream is one of these, or what lies on its base: a patch, a quilt series (the\n"
	"file or its folder), or several of these joined by commas. dir: tar: git: patch:\n"
	"series: in front of a source force its kind.";

/* The format of FORMAT:FILE, which is known to be one. */
static char *also_format(const char *also)
{
	return g_strndup(also, strcspn(also, ":"));
}

static const char *also_file(const char *also)
{
	return strchr(also, ':') + 1;
}

static gboolean check_also(char **also, GError **error)
{
	g_auto(GStrv) formats = g_strsplit(complete_words("compare", "FORMAT"), ",", -1);

	for (; also != NULL && *also != NULL; also++) {
		const char *colon = strchr(*also, ':');
		g_autofree char *format = also_format(*also);

		if (colon != NULL && colon[1] != '\0' &&
		    g_strv_contains((const char *const *)formats, format))
			continue;
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--also: '%s' is not FORMAT:FILE with a FORMAT out of %s", *also,
			    complete_words("compare", "FORMAT"));
		return FALSE;
	}
	return TRUE;
}

static gboolean parse(char ***arguments, struct compare_options *options, GError **error)
{
	const GOptionEntry own[] = {
		{ "unified", 'U', 0, G_OPTION_ARG_INT, &options->context,
		  "show N lines of context (default 3)", "N" },
		{ "stat", 0, 0, G_OPTION_ARG_STRING, &options->stat,
		  "show a line for each file (default), function or directory, not the changes",
		  "BY" },
		{ "show", 0, 0, G_OPTION_ARG_STRING, &options->show,
		  "show the marks of these names (added, declined, adopted...), or all",
		  "NAME,..." },
		{ "upstream", 0, 0, G_OPTION_ARG_FILENAME, &options->upstream,
		  "a later upstream: say which added lines are backports of it", "TREE" },
		{ "no-history", 0, 0, G_OPTION_ARG_NONE, &options->no_history,
		  "do not look for the commits of upstream's that regions are about", NULL },
		{ "ignore-all-space", 'w', 0, G_OPTION_ARG_NONE, &options->all_space,
		  "take lines that differ in blanks alone as equal", NULL },
		{ "ignore-space-change", 'b', 0, G_OPTION_ARG_NONE, &options->space_change,
		  "take lines that differ in the amount of blanks alone as equal", NULL },
		{ "strict", 0, 0, G_OPTION_ARG_NONE, &options->strict,
		  "take a hunk that does not apply as trouble", NULL },
		{ "fail-on", 0, 0, G_OPTION_ARG_STRING, &options->fail_on,
		  "exit with 1 only where one of these was found: classes of regions, reject, "
		  "mode, binary; or all (default)",
		  "FINDING,..." },
		{ "also", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->also,
		  "write it in FORMAT to FILE as well; may be given again", "FORMAT:FILE" },
		{ "verify", 0, 0, G_OPTION_ARG_NONE, &options->verify,
		  "prove that the old patch and what is shown give the new downstream", NULL },
		G_OPTION_ENTRY_NULL,
	};

	options->context = OPTION_UNSET;
	if (!options_parse(arguments, usage, summary, own, OPTIONS_PATCHES | OPTIONS_PATHS,
			   &options->common, error))
		return FALSE;
	return option_check_number("-U", options->context, error) &&
	       check_also(options->also, error);
}

/* What --also names is opened behind the work; that it can be is asked before. */
static gboolean check_also_files(const struct compare_options *options, GError **error)
{
	for (char **also = options->also; also != NULL && *also != NULL; also++) {
		const struct common_options where = { .output = (char *)also_file(*also),
						      .quiet = options->common.quiet };

		if (!output_check(&where, error))
			return FALSE;
	}
	return TRUE;
}

/* Fills @source (owned strings) from four arguments or two ranges. */
static gboolean split_sources(char **arguments, char *source[MD_VERSIONS], GError **error)
{
	guint count = g_strv_length(arguments);

	if (count == MD_VERSIONS) {
		for (guint i = 0; i < count; i++)
			source[i] = g_strdup(arguments[i]);
		return TRUE;
	}
	if (count != MD_SIDES) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "compare: wants four sources or two ranges A..B, got %u%s; "
			    "see 'metadiff compare --help'",
			    count, count > MD_VERSIONS ? ": paths stand behind --" : "");
		return FALSE;
	}
	for (guint i = 0; i < MD_SIDES; i++) {
		if (!option_split_range(arguments[i], &source[i * 2], &source[i * 2 + 1])) {
			g_set_error(
				error, MD_ERROR, MD_ERROR_SETTING,
				"%s: is no range BASE..DOWNSTREAM; see 'metadiff compare --help'",
				arguments[i]);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean open_trees(struct compare_options *options, char **arguments,
			   struct md_tree *tree[MD_VERSIONS], GError **error)
{
	MD_AUTOPTR(md_tree_settings)
	settings = option_tree_settings(&options->common);
	char *source[MD_VERSIONS] = { NULL };
	gboolean done = split_sources(arguments, source, error);

	for (guint i = 0; done && i < MD_VERSIONS; i++) {
		tree[i] = md_tree_open(source[i], i % 2 ? tree[i - 1] : NULL, settings, error);
		done = tree[i] != NULL;
	}
	done = done && option_open_upstream(options->upstream, settings, &options->since,
					    &options->later, error);
	for (guint i = 0; i < MD_VERSIONS; i++)
		g_free(source[i]);
	return done;
}

/* Only the changes as text and as records have a place for commits. */
static gboolean wants_history(const struct compare_options *options)
{
	const char *format = options->common.format ? options->common.format : "text";

	if (options->no_history || options->common.quiet)
		return FALSE;
	if (options->also != NULL)
		return TRUE;
	return strcmp(format, "unified") != 0 && (!options->stat || strcmp(format, "text") != 0);
}

/* Puts in *@findings what --fail-on names, and leaves it as it is where that is not there. */
static struct md_comparison *compare(const struct compare_options *options,
				     struct md_tree *const tree[MD_VERSIONS], guint32 *findings,
				     GError **error)
{
	MD_AUTOPTR(md_compare_settings) settings = md_compare_settings_new();
	MD_AUTOPTR(md_comparison) comparison = NULL;
	struct progress *progress;
	guint jobs = (guint)options->common.jobs;

	if (options->context != OPTION_UNSET)
		md_compare_settings_set_context(settings, (guint)options->context);
	if (options->space_change)
		md_compare_settings_ignore_space_change(settings);
	if (options->all_space)
		md_compare_settings_ignore_all_space(settings);
	md_compare_settings_set_jobs(settings, jobs);
	md_compare_settings_set_history(settings, wants_history(options));
	md_compare_settings_set_upstream(settings, options->since, options->later);
	md_compare_settings_set_paths(settings, (const char *const *)options->common.paths);
	if (options->show != NULL && !md_compare_settings_set_show(settings, options->show, error))
		return NULL;
	if (options->fail_on != NULL &&
	    !md_findings_parse(options->fail_on, settings, findings, error))
		return NULL;
	if (options->verify && !md_compare_settings_can_verify(settings, error))
		return NULL;
	progress = progress_new(&options->common);
	comparison = md_compare(tree, settings, progress_hooks(progress), error);
	if (comparison != NULL && options->verify &&
	    !md_verify(comparison, jobs, progress_hooks(progress), error))
		g_clear_pointer(&comparison, md_comparison_free);
	progress_free(progress);
	return g_steal_pointer(&comparison);
}

/* A base that does not fit its patch is the first thing to know. */
static gsize warn_of_rejects(const struct md_comparison *comparison,
			     struct md_tree *const tree[MD_VERSIONS])
{
	gsize all = 0;

	for (enum md_side side = 0; side < MD_SIDES; side++) {
		gsize rejects = md_comparison_reject_count(comparison, side);
		gsize hunks = md_comparison_hunk_count(comparison, side);

		all += rejects;
		complain_of_rejects(tree[side * 2 + 1], side == MD_OLD ? "OLD_BASE" : "NEW_BASE",
				    tree[side * 2], rejects, hunks);
	}
	return all;
}

static gboolean print(const struct md_comparison *comparison, const char *format,
		      const struct md_render_settings *settings, struct output *output,
		      GError **error)
{
	md_render_write write =
		g_strcmp0(format, "unified") == 0 ? output_write_patch : output_write;

	return output_close(
		output, md_render_comparison(comparison, settings, write, output, error), error);
}

static gboolean write_also(const struct md_comparison *comparison, char **also, GError **error)
{
	for (; also != NULL && *also != NULL; also++) {
		g_autofree char *format = also_format(*also);
		const struct common_options where = { .output = (char *)also_file(*also) };
		MD_AUTOPTR(md_render_settings) settings = md_render_settings_new();
		struct output *output;

		if (!md_render_settings_set_format(settings, format, error))
			return FALSE;
		output = output_open(&where, error);
		if (output == NULL || !print(comparison, format, settings, output, error))
			return FALSE;
	}
	return TRUE;
}

/* Compares, warns and prints to @output, or to what is opened where it is NULL. */
static enum status compare_and_print(const struct compare_options *options,
				     struct md_tree *const tree[MD_VERSIONS],
				     const struct md_render_settings *render, struct output *output,
				     GError **error)
{
	guint32 findings = MD_FINDINGS_ALL;
	MD_AUTOPTR(md_comparison) comparison = compare(options, tree, &findings, error);
	gsize rejects = comparison ? warn_of_rejects(comparison, tree) : 0;

	if (comparison == NULL || (rejects > 0 && options->strict)) {
		output_discard(output);
		return STATUS_TROUBLE;
	}
	if (output == NULL && !options->common.quiet)
		output = output_open(&options->common, error);
	if (!options->common.quiet &&
	    (output == NULL || !print(comparison, options->common.format, render, output, error) ||
	     !write_also(comparison, options->also, error)))
		return STATUS_TROUBLE;
	if (options->verify && !md_verify_passed(comparison, error))
		return STATUS_TROUBLE;
	return md_comparison_count(comparison, findings) > 0 ? STATUS_REPORTED : STATUS_NOTHING;
}

static enum status run(char ***arguments, struct compare_options *options,
		       struct md_tree *tree[MD_VERSIONS], GError **error)
{
	MD_AUTOPTR(md_render_settings) render = NULL;
	struct output *output = NULL;

	if (!parse(arguments, options, error))
		return STATUS_TROUBLE;
	render = option_render_settings(&options->common, error);
	if (render == NULL)
		return STATUS_TROUBLE;
	if (options->stat != NULL && !md_render_settings_set_stat(render, options->stat, error))
		return STATUS_TROUBLE;
	if (!check_also_files(options, error) || !open_trees(options, *arguments + 1, tree, error))
		return STATUS_TROUBLE;
	/* A file that cannot be written is said before the work, a pager starts behind it. */
	if (options->common.output != NULL && !options->common.quiet) {
		output = output_open(&options->common, error);
		if (output == NULL)
			return STATUS_TROUBLE;
	}
	return compare_and_print(options, tree, render, output, error);
}

enum status cmd_compare(char **arguments)
{
	struct compare_options options = { 0 };
	struct md_tree *tree[MD_VERSIONS] = { NULL };
	g_auto(GStrv) remaining = g_strdupv(arguments);
	g_autoptr(GError) error = NULL;
	enum status status = run(&remaining, &options, tree, &error);

	if (error != NULL)
		complain("%s", error->message);
	/* Downstreams before the bases that they lie on. */
	for (guint i = MD_VERSIONS; i-- > 0;)
		md_tree_free(tree[i]);
	compare_options_clear(&options);
	return status;
}
