/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of formats, and the walk over a result that they share. */
#include "render/format.h"

#include <string.h>

static const struct md_format *const formats[] = {
	&md_format_text,
	&md_format_unified,
	&md_format_jsonl,
	&md_format_html,
	&md_format_sarif,
	&md_format_markdown,
	&md_format_dot,
};

#define DEFAULT_WIDTH 80

struct md_render_settings *md_render_settings_new(void)
{
	struct md_render_settings *settings = g_new0(struct md_render_settings, 1);

	settings->format = formats[0];
	settings->width = DEFAULT_WIDTH;
	return settings;
}

void md_render_settings_free(struct md_render_settings *settings)
{
	g_free(settings);
}

gboolean md_render_settings_set_format(struct md_render_settings *settings, const char *name,
				       GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (strcmp(formats[i]->name, name) == 0) {
			settings->format = formats[i];
			return TRUE;
		}
		g_string_append_printf(names, "%s%s", i ? ", " : "", formats[i]->name);
	}
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--format: '%s' is none of %s", name,
		    names->str);
	return FALSE;
}

void md_render_settings_set_color(struct md_render_settings *settings, gboolean color)
{
	settings->color = color;
}

gboolean md_render_settings_set_stat(struct md_render_settings *settings, const char *by,
				     GError **error)
{
	static const char *const names[] = {
		[MD_STAT_FILE] = "file",
		[MD_STAT_FUNCTION] = "function",
		[MD_STAT_DIRECTORY] = "directory",
	};

	for (guint i = MD_STAT_FILE; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], by) == 0) {
			settings->stat = (enum md_stat)i;
			return TRUE;
		}
	}
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
		    "--stat: '%s' is none of file, function, directory", by);
	return FALSE;
}

void md_render_settings_set_width(struct md_render_settings *settings, guint columns)
{
	settings->width = columns;
}

char *md_text_to_utf8(struct md_slice text, gboolean latin1)
{
	if (!latin1)
		return g_strndup(text.data, text.size);
	/* Every byte is a character of Latin-1: this cannot fail. */
	return g_convert(text.data, (gssize)text.size, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

static gboolean flush(GString *out, md_render_write write, void *data, GError **error)
{
	gboolean done = out->len == 0 || write(data, out->str, out->len, error);

	g_string_truncate(out, 0);
	return done;
}

gboolean md_render_comparison(const struct md_comparison *comparison,
			      const struct md_render_settings *settings, md_render_write write,
			      void *data, GError **error)
{
	const struct md_format *format = settings->format;
	g_autoptr(GString) out = g_string_new(NULL);
	gboolean first = TRUE;

	if (format->begin == NULL && format->file == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--format: '%s' cannot show a comparison", format->name);
		return FALSE;
	}
	if (format->begin != NULL)
		format->begin(out, comparison, settings);
	for (guint i = 0; format->file != NULL && i < comparison->files->len; i++) {
		if (!flush(out, write, data, error))
			return FALSE;
		format->file(out, comparison, g_ptr_array_index(comparison->files, i), first,
			     settings);
		first = first && out->len == 0;
	}
	if (format->end != NULL)
		format->end(out, comparison, settings);
	return flush(out, write, data, error);
}
