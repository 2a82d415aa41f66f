/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to compare and how: the settings and the choice of paths. */
#include "compare/internal.h"

#include <fnmatch.h>
#include <string.h>

#define DEFAULT_CONTEXT 3

struct md_compare_settings *md_compare_settings_new(void)
{
	struct md_compare_settings *settings = g_new0(struct md_compare_settings, 1);

	settings->context = DEFAULT_CONTEXT;
	settings->shown = md_mark_set_shown();
	settings->history = TRUE;
	return settings;
}

void md_compare_settings_free(struct md_compare_settings *settings)
{
	if (settings == NULL)
		return;
	g_strfreev(settings->paths);
	g_free(settings);
}

void md_compare_settings_set_context(struct md_compare_settings *settings, guint lines)
{
	settings->context = lines;
}

void md_compare_settings_ignore_space_change(struct md_compare_settings *settings)
{
	settings->space = MAX(settings->space, MD_SPACE_CHANGE);
}

void md_compare_settings_ignore_all_space(struct md_compare_settings *settings)
{
	settings->space = MD_SPACE_ALL;
}

void md_compare_settings_set_jobs(struct md_compare_settings *settings, guint jobs)
{
	settings->jobs = jobs;
}

gboolean md_compare_settings_set_show(struct md_compare_settings *settings, const char *names,
				      GError **error)
{
	g_auto(GStrv) name = g_strsplit(names, ",", -1);
	guint32 shown = 0;

	for (guint i = 0; name[i] != NULL; i++) {
		guint32 set = md_mark_set_by_name(name[i]);

		if (strcmp(name[i], "all") == 0)
			set = MD_BIT(MD_MARKS) - 1;
		if (set == 0) {
			g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
				    "--show: '%s' is not the name of a mark; "
				    "metadiff(7) lists them",
				    name[i]);
			return FALSE;
		}
		shown |= set;
	}
	if (name[0] == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--show: names no mark");
		return FALSE;
	}
	/* What is in all four can only be context. */
	settings->shown = shown & ~md_mark_set_by_name("context");
	return TRUE;
}

gboolean md_compare_settings_can_verify(const struct md_compare_settings *settings, GError **error)
{
	if (settings->space != MD_SPACE_EXACT) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--verify: not with -w or -b, under which lines that differ are equal");
		return FALSE;
	}
	if ((settings->shown & md_mark_set_shown()) != md_mark_set_shown()) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--verify: --show must not leave out what is shown by default");
		return FALSE;
	}
	return TRUE;
}

void md_compare_settings_set_paths(struct md_compare_settings *settings, const char *const *paths)
{
	g_strfreev(settings->paths);
	settings->paths = paths && paths[0] ? g_strdupv((char **)paths) : NULL;
}

void md_compare_settings_set_history(struct md_compare_settings *settings, gboolean history)
{
	settings->history = history;
}

void md_compare_settings_set_upstream(struct md_compare_settings *settings, struct md_tree *since,
				      struct md_tree *later)
{
	settings->since = since;
	settings->later = later;
}

static gboolean match(const char *pattern, const char *path)
{
	gsize length = strlen(pattern);

	if (g_str_has_prefix(pattern, "./"))
		return match(pattern + 2, path);
	while (length > 0 && pattern[length - 1] == '/')
		length--;
	if (length == 0 || strcmp(pattern, ".") == 0)
		return TRUE;
	if (strncmp(pattern, path, length) == 0 && (path[length] == '\0' || path[length] == '/'))
		return TRUE;
	return fnmatch(pattern, path, 0) == 0;
}

gboolean md_compare_settings_match(const struct md_compare_settings *settings, const char *path)
{
	if (settings->paths == NULL)
		return TRUE;
	for (guint i = 0; settings->paths[i] != NULL; i++) {
		if (match(settings->paths[i], path))
			return TRUE;
	}
	return FALSE;
}
