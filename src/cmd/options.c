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

struct md_tree_settings *option_tree_settings(const struct common_options *common)
{
	struct md_tree_settings *settings = md_tree_settings_new();

	if (common->repository != NULL)
		md_tree_settings_set_repository(settings, common->repository);
	if (common->strip != OPTION_UNSET)
		md_tree_settings_set_strip(settings, common->strip);
	if (common->fuzz != OPTION_UNSET)
		md_tree_settings_set_fuzz(settings, common->fuzz);
	return settings;
}

struct md_render_settings *option_render_settings(const struct common_options *common,
						  GError **error)
{
	MD_AUTOPTR(md_render_settings) settings = md_render_settings_new();

	if (common->format != NULL &&
	    !md_render_settings_set_format(settings, common->format, error))
		return NULL;
	md_render_settings_set_color(settings, output_wants_color(common));
	md_render_settings_set_width(settings, output_width());
	return g_steal_pointer(&settings);
}

void common_options_clear(struct common_options *options)
{
	g_free(options->format);
	g_free(options->output);
	g_free(options->color);
	g_free(options->repository);
	g_free(options->vmlinux);
	g_free(options->system_map);
	g_strfreev(options->paths);
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
static gboolean check_common(const char *command, const struct common_options *common,
			     const char *formats, guint groups, GError **error)
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
	if (common->paths != NULL && !(groups & OPTIONS_PATHS)) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "%s: takes no paths; see 'metadiff %s --help'", command, command);
		return FALSE;
	}
	return option_check_number("-p", common->strip, error) &&
	       option_check_number("--fuzz", common->fuzz, error);
}

gboolean options_parse(char ***arguments, const char *usage, const char *summary,
		       const GOptionEntry *own, guint groups, struct common_options *common,
		       GError **error)
{
	g_auto(GStrv) words = g_strsplit(complete_words((*arguments)[0], "FORMAT"), ",", -1);
	g_autofree char *formats = g_strjoinv(", ", words);
	g_autofree char *about_format = g_strdup_printf("one of %s (default: text)", formats);
	const GOptionEntry sources[] = {
		{ "repo", 0, 0, G_OPTION_ARG_FILENAME, &common->repository,
		  "take revisions from the repository in DIR (default: here)", "DIR" },
		G_OPTION_ENTRY_NULL,
	};
	const GOptionEntry patches[] = {
		{ "strip", 'p', 0, G_OPTION_ARG_INT, &common->strip,
		  "drop N folders from names in patches (default: what fits best)", "N" },
		{ "fuzz", 0, 0, G_OPTION_ARG_INT, &common->fuzz,
		  "let N lines of a hunk's context differ (default: 0 in a series, 2 in a lone "
		  "patch)",
		  "N" },
		G_OPTION_ENTRY_NULL,
	};
	const GOptionEntry symbols[] = {
		{ "vmlinux", 0, 0, G_OPTION_ARG_FILENAME, &common->vmlinux,
		  "take files, lines and inlined functions from the debug information in FILE",
		  "FILE" },
		{ "system-map", 0, 0, G_OPTION_ARG_FILENAME, &common->system_map,
		  "name addresses by the System.map in FILE", "FILE" },
		G_OPTION_ENTRY_NULL,
	};
	const GOptionEntry none[] = { G_OPTION_ENTRY_NULL };
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
	const GOptionEntry *const tables[] = {
		own,
		sources,
		groups & OPTIONS_PATCHES ? patches : none,
		groups & OPTIONS_SYMBOLS ? symbols : none,
		shared,
	};
	g_autoptr(GOptionContext) context = NULL;
	g_autoptr(GError) refused = NULL;
	char **normal;

	if (g_strcmp0((*arguments)[1], "--complete") == 0) {
		for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
			complete_options((*arguments)[0], tables[i]);
		complete_arguments(usage);
		exit(STATUS_NOTHING);
	}
	common->strip = common->fuzz = OPTION_UNSET;
	context = g_option_context_new(usage);
	normal = normalize(*arguments, &common->paths);
	g_option_context_set_summary(context, summary);
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
		g_option_context_add_main_entries(context, tables[i], NULL);
	g_strfreev(*arguments);
	*arguments = normal;
	if (!g_option_context_parse_strv(context, arguments, &refused)) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "%s: %s; see 'metadiff %s --help'",
			    normal[0], refused->message, normal[0]);
		return FALSE;
	}
	return check_common(normal[0], common, formats, groups, error);
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
