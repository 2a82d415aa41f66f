/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadiff revert */
#include "cmd.h"

struct revert_options {
	struct common_options common;
	char *conflicts;
	char **commits, **patches, **functions;
	gboolean strict;
};

static void revert_options_clear(struct revert_options *options)
{
	common_options_clear(&options->common);
	g_free(options->conflicts);
	g_strfreev(options->commits);
	g_strfreev(options->patches);
	g_strfreev(options->functions);
}

enum source {
	OLD_BASE,
	NEW_BASE,
	NEW_DOWNSTREAM,
	SOURCES,
};

static const char usage[] =
	"(--commit=REV | --patch=FILE | --function=NAME)... OLD_BASE NEW_BASE [NEW_DOWNSTREAM]";

static const char summary[] =
	"Undo on NEW_DOWNSTREAM, or on NEW_BASE where there is none, what commits or\n"
	"patches did; or what was done to functions between OLD_BASE and NEW_BASE, or by the\n"
	"downstream, with all that only they brought in and the calls that need them.\n\n"
	"Prints a patch, and on standard error what became of every hunk and which lines\n"
	"still refer to what is gone. With -o the patch goes to OUT and the ledger to\n"
	"standard output. -o OUT/ writes the whole new tree instead.";

static gboolean check(char **arguments, const struct revert_options *options, GError **error)
{
	guint count = g_strv_length(arguments) - 1;

	if (options->commits == NULL && options->patches == NULL && options->functions == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "revert: wants what is to be undone: --commit, --patch or "
			    "--function; see 'metadiff revert --help'");
		return FALSE;
	}
	if (count != NEW_DOWNSTREAM && count != SOURCES) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "revert: wants two or three sources, got %u; see 'metadiff revert "
			    "--help'",
			    count);
		return FALSE;
	}
	if (options->functions != NULL &&
	    g_strv_contains((const char *const *)options->functions, "")) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--function: wants a name");
		return FALSE;
	}
	return result_check_conflicts(options->conflicts, &options->common, error);
}

static gboolean parse(char ***arguments, struct revert_options *options, GError **error)
{
	const GOptionEntry own[] = {
		{ "commit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->commits,
		  "undo what this commit, or range A..B, did; may be given again", "REV" },
		{ "patch", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->patches,
		  "undo what this patch or series did; may be given again", "FILE" },
		{ "function", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->functions,
		  "undo what was done to this function (or struct, macro), or PATH:NAME; may be "
		  "given again",
		  "NAME" },
		{ "conflicts", 0, 0, G_OPTION_ARG_STRING, &options->conflicts,
		  "write what cannot be undone between markers (diff3, the default) or leave it "
		  "as it is, in a file of its own (rej)",
		  "STYLE" },
		{ "strict", 0, 0, G_OPTION_ARG_NONE, &options->strict,
		  "take a hunk that is not found as trouble", NULL },
		G_OPTION_ENTRY_NULL,
	};

	return options_parse(arguments, usage, summary, own, OPTIONS_PATCHES, &options->common,
			     error) &&
	       check(*arguments, options, error);
}

/* What is open: the sources, then what commits and patches were opened as. */
struct opened {
	struct md_tree *source[SOURCES];
	GPtrArray *trees; /* of struct md_tree */
};

static void opened_clear(struct opened *opened)
{
	for (guint i = opened->trees->len; i-- > 0;)
		md_tree_free(g_ptr_array_index(opened->trees, i));
	g_ptr_array_unref(opened->trees);
	/* The downstream before the base that it lies on. */
	for (guint i = SOURCES; i-- > 0;)
		md_tree_free(opened->source[i]);
}

static gboolean open_sources(const struct revert_options *options, char **source,
			     const struct md_tree_settings *settings, struct opened *opened,
			     GError **error)
{
	for (guint i = 0; i < SOURCES && source[i] != NULL; i++) {
		struct md_tree *base = i == NEW_DOWNSTREAM ? opened->source[NEW_BASE] : NULL;

		opened->source[i] = md_tree_open(source[i], base, settings, error);
		if (opened->source[i] == NULL)
			return FALSE;
	}
	return TRUE;
}

static gboolean open_commit(const char *revision, const struct md_tree_settings *settings,
			    struct md_revert_settings *revert, struct opened *opened,
			    GError **error)
{
	struct md_tree *before, *after;

	if (!md_tree_open_change(revision, settings, &before, &after, error))
		return FALSE;
	g_ptr_array_add(opened->trees, before);
	g_ptr_array_add(opened->trees, after);
	md_revert_settings_add_change(revert, before, after);
	return TRUE;
}

static gboolean open_patch(const char *source, const struct md_tree_settings *settings,
			   struct md_revert_settings *revert, struct opened *opened, GError **error)
{
	struct md_tree *patches = md_tree_open(source, opened->source[OLD_BASE], settings, error);

	if (patches == NULL)
		return FALSE;
	g_ptr_array_add(opened->trees, patches);
	return md_revert_settings_add_patches(revert, patches, error);
}

static gboolean open_all(const struct revert_options *options, char **source,
			 struct md_revert_settings *revert, struct opened *opened, GError **error)
{
	MD_AUTOPTR(md_tree_settings)
	settings = option_tree_settings(&options->common);

	if (!open_sources(options, source, settings, opened, error))
		return FALSE;
	for (char **commit = options->commits; commit != NULL && *commit != NULL; commit++) {
		if (!open_commit(*commit, settings, revert, opened, error))
			return FALSE;
	}
	for (char **patch = options->patches; patch != NULL && *patch != NULL; patch++) {
		if (!open_patch(*patch, settings, revert, opened, error))
			return FALSE;
	}
	for (char **name = options->functions; name != NULL && *name != NULL; name++)
		md_revert_settings_add_function(revert, *name);
	return TRUE;
}

static gboolean render_patch(const void *revert, md_render_write write, void *data, GError **error)
{
	return md_render_revert(revert, write, data, error);
}

static gboolean render_ledger(const void *revert, const struct md_render_settings *settings,
			      md_render_write write, void *data, GError **error)
{
	return md_render_revert_ledger(revert, settings, write, data, error);
}

static gboolean prepare(char ***arguments, struct revert_options *options,
			struct md_revert_settings *settings, struct md_render_settings **render,
			struct opened *opened, GError **error)
{
	if (!parse(arguments, options, error))
		return FALSE;
	*render = option_render_settings(&options->common, error);
	if (*render == NULL)
		return FALSE;
	md_revert_settings_set_jobs(settings, (guint)options->common.jobs);
	if (options->conflicts != NULL &&
	    !md_revert_settings_set_conflicts(settings, options->conflicts, error))
		return FALSE;
	return result_check(&options->common, error) &&
	       open_all(options, *arguments + 1, settings, opened, error);
}

static enum status run(char ***arguments, struct revert_options *options, struct opened *opened,
		       GError **error)
{
	MD_AUTOPTR(md_render_settings) render = NULL;
	MD_AUTOPTR(md_revert_settings) settings = md_revert_settings_new();
	MD_AUTOPTR(md_revert) revert = NULL;
	struct result result = { .patch = render_patch, .ledger = render_ledger };
	struct md_tree **source = opened->source, *target;
	struct progress *progress;
	gboolean done;

	if (!prepare(arguments, options, settings, &render, opened, error))
		return STATUS_TROUBLE;
	/* A folder with a tree cannot be taken away by a signal's handler. */
	if (options->common.output != NULL)
		progress_stop_on_signal();
	progress = progress_new(&options->common);
	target = source[NEW_DOWNSTREAM] ? source[NEW_DOWNSTREAM] : source[NEW_BASE];
	revert = md_revert_new(source[OLD_BASE], source[NEW_BASE], target, settings,
			       progress_hooks(progress), error);
	done = revert != NULL;
	if (done && options->strict && md_revert_reject_count(revert) > 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%zu hunks are not found",
			    md_revert_reject_count(revert));
		done = FALSE;
	}
	if (done) {
		result.object = revert;
		result.tree = md_revert_tree(revert);
		result.rejected = md_revert_rejected(revert);
		done = result_write(&result, &options->common, progress, error);
	}
	progress_free(progress);
	if (!done || !result_write_ledger(&result, &options->common, render, error))
		return STATUS_TROUBLE;
	return md_revert_trouble_count(revert) > 0 ? STATUS_REPORTED : STATUS_NOTHING;
}

enum status cmd_revert(char **arguments)
{
	struct revert_options options = { 0 };
	struct opened opened = { .trees = g_ptr_array_new() };
	g_auto(GStrv) remaining = g_strdupv(arguments);
	g_autoptr(GError) error = NULL;
	enum status status = run(&remaining, &options, &opened, &error);

	if (error != NULL && !g_error_matches(error, MD_ERROR, MD_ERROR_CANCELLED))
		complain("%s", error->message);
	opened_clear(&opened);
	revert_options_clear(&options);
	progress_end_by_signal();
	return status;
}
