/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options all commands share, and what GOption does not know of diff's
 * habits: -U5 in one word, --stat with a value or without, and paths behind "--".
 */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

/* Short options whose value may stand right behind them. */
static const char with_value[] = "Upjo";

gboolean option_check_number(const char *option, int number, GError **error)
{
	if (number == OPTION_UNSET || number >= 0)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "%s: %d is not a number from 0 up", option,
		    number);
	return FALSE;
}

gboolean option_check_no_paths(const char *command, char **paths, GError **error)
{
	if (paths == NULL)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
		    "%s: takes no paths; see 'metadiff %s --help'", command, command);
	return FALSE;
}

struct md_tree_settings *option_tree_settings(const char *repository, int strip, int fuzz)
{
	struct md_tree_settings *settings = md_tree_settings_new();

	if (repository != NULL)
		md_tree_settings_set_repository(settings, repository);
	if (strip != OPTION_UNSET)
		md_tree_settings_set_strip(settings, strip);
	if (fuzz != OPTION_UNSET)
		md_tree_settings_set_fuzz(settings, fuzz);
	return settings;
}

void common_options_clear(struct common_options *options)
{
	g_free(options->format);
	g_free(options->output);
	g_free(options->color);
}

/* Options whose value may be left out, with the one that they have then. */
static const struct {
	const char *option, *full;
} without_value[] = {
	{ "--stat", "--stat=file" },
};

static const char *fill_in(const char *argument)
{
	for (guint i = 0; i < G_N_ELEMENTS(without_value); i++) {
		if (strcmp(argument, without_value[i].option) == 0)
			return without_value[i].full;
	}
	return argument;
}

/* -U5 becomes -U 5, --stat becomes --stat=file; what stands behind "--" goes to @paths. */
static char **normalize(char **arguments, char ***paths)
{
	g_autoptr(GPtrArray) normal = g_ptr_array_new();
	guint i;

	for (i = 0; arguments[i] != NULL && strcmp(arguments[i], "--") != 0; i++) {
		const char *argument = arguments[i];

		if (argument[0] == '-' && argument[1] != '\0' && argument[1] != '-' &&
		    argument[2] != '\0' && strchr(with_value, argument[1]) != NULL) {
			g_ptr_array_add(normal, g_strndup(argument, 2));
			argument += 2;
		}
		g_ptr_array_add(normal, g_strdup(fill_in(argument)));
	}
	*paths = arguments[i] != NULL ? g_strdupv(arguments + i + 1) : NULL;
	g_ptr_array_add(normal, NULL);
	return (char **)g_ptr_array_steal(normal, NULL);
}

static void print_version(void)
{
	g_print("metadiff " MD_VERSION "\n");
	exit(STATUS_NOTHING);
}

/* @formats are those of the command, before any work: a renderer would refuse one after it. */
static gboolean check_common(const struct common_options *common, const char *formats,
			     GError **error)
{
	static const char *const colors[] = { "auto", "always", "never", NULL };
	g_auto(GStrv) known = g_strsplit(formats, ", ", -1);

	if (common->format != NULL &&
	    !g_strv_contains((const char *const *)known, common->format)) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--format: '%s' is none of %s",
			    common->format, formats);
		return FALSE;
	}
	if (common->color != NULL && !g_strv_contains(colors, common->color)) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--color: '%s' is none of auto, always, never", common->color);
		return FALSE;
	}
	if (common->jobs < 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "-j: %d is not a number of threads",
			    common->jobs);
		return FALSE;
	}
	return TRUE;
}

gboolean options_parse(char ***arguments, const char *usage, const char *summary,
		       const GOptionEntry *own, struct common_options *common, char ***paths,
		       GError **error)
{
	g_auto(GStrv) words = g_strsplit(complete_words((*arguments)[0], "FORMAT"), ",", -1);
	g_autofree char *formats = g_strjoinv(", ", words);
	g_autofree char *about_format = g_strdup_printf("one of %s (default: text)", formats);
	const GOptionEntry shared[] = {
		{ "format", 0, 0, G_OPTION_ARG_STRING, &common->format, about_format, "FORMAT" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &common->output,
		  "write to FILE; it appears when it is whole", "FILE" },
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &common->jobs,
		  "use N threads (default: one a core)", "N" },
		{ "color", 0, 0, G_OPTION_ARG_STRING, &common->color,
		  "auto (default: on a terminal, unless NO_COLOR is set), always or never",
		  "WHEN" },
		{ "no-pager", 0, 0, G_OPTION_ARG_NONE, &common->no_pager,
		  "do not page ($METADIFF_PAGER, $PAGER or less) on a terminal", NULL },
		{ "progress", 0, 0, G_OPTION_ARG_NONE, &common->progress,
		  "show progress even where standard error is no terminal", NULL },
		{ "no-progress", 0, 0, G_OPTION_ARG_NONE, &common->no_progress, "show no progress",
		  NULL },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &common->quiet,
		  "print nothing but trouble; the exit status tells", NULL },
		{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &common->verbose,
		  "say on standard error what is being done", NULL },
		{ "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK,
		  (gpointer)print_version, "print the version", NULL },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GOptionContext) context = NULL;
	char **normal;

	if (g_strcmp0((*arguments)[1], "--complete") == 0) {
		complete_options((*arguments)[0], own);
		complete_options((*arguments)[0], shared);
		complete_arguments(usage);
		exit(STATUS_NOTHING);
	}
	context = g_option_context_new(usage);
	normal = normalize(*arguments, paths);
	g_option_context_set_summary(context, summary);
	g_option_context_add_main_entries(context, own, NULL);
	g_option_context_add_main_entries(context, shared, NULL);
	g_strfreev(*arguments);
	*arguments = normal;
	return g_option_context_parse_strv(context, arguments, error) &&
	       check_common(common, formats, error);
}

gboolean option_split_range(const char *range, char **first, char **second)
{
	const char *dots = strstr(range, "..");

	if (dots == NULL || dots == range || dots[2] == '\0' || dots[2] == '.')
		return FALSE;
	*first = g_strdup_printf("git:%.*s", (int)(dots - range), range);
	*second = g_strdup_printf("git:%s", dots + 2);
	return TRUE;
}

gboolean option_open_upstream(const char *upstream, const struct md_tree_settings *settings,
			      struct md_tree **since, struct md_tree **later, GError **error)
{
	g_autofree char *first = NULL, *second = NULL;

	if (upstream == NULL)
		return TRUE;
	if (g_file_test(upstream, G_FILE_TEST_EXISTS) ||
	    !option_split_range(upstream, &first, &second)) {
		*later = md_tree_open(upstream, NULL, settings, error);
		return *later != NULL;
	}
	*since = md_tree_open(first, NULL, settings, error);
	if (*since != NULL)
		*later = md_tree_open(second, NULL, settings, error);
	return *later != NULL;
}
