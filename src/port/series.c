/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A series that was carried stays one: the same names in the same order, what
 * stood between them and at the head of each patch kept to the byte. A patch
 * of which nothing is left gives way to a comment.
 */
#include "port/internal.h"

#include <string.h>

/* Moves @at, a line of @content, behind @place and gives what lies between. */
static struct md_slice take_lines(struct md_slice *rest, gsize *at, gsize place)
{
	struct md_slice taken = { rest->data, 0 }, line;

	while (*at < place && md_slice_next_line(rest, &line)) {
		taken.size += line.size;
		(*at)++;
	}
	return taken;
}

static void append_slice(GString *out, struct md_slice text)
{
	g_string_append_len(out, text.data, (gssize)text.size);
}

/* The line that names @patch; @line is as it was, empty for a lone patch. */
static void append_entry(GString *out, const struct md_port_patch *patch, struct md_slice line)
{
	const char *name = patch->layer->name;

	if (patch->text->len == 0 && patch->adopted)
		g_string_append_printf(out, "# adopted by the new base: %s\n", name);
	else if (patch->text->len == 0)
		g_string_append_printf(out, "# nothing of it could be carried: %s\n", name);
	else if (patch->kept && line.size > 0)
		append_slice(out, line);
	else /* What is written anew is neither reversed nor of another strip level. */
		g_string_append_printf(out, "%s\n", name);
	if (out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
}

static void add_file(struct md_port *port, char *name, GString *content)
{
	struct md_port_file *file = g_new0(struct md_port_file, 1);

	file->name = name;
	file->content = g_string_free_to_bytes(content);
	g_ptr_array_add(port->files, file);
}

static GString *make_series(const struct md_port *port)
{
	GString *series = g_string_new(NULL);
	struct md_slice rest = { "", 0 };
	GBytes *current = NULL;
	gsize at = 0;

	for (guint i = 0; i < port->patches->len; i++) {
		const struct md_port_patch *patch = g_ptr_array_index(port->patches, i);
		const struct md_layer *layer = patch->layer;
		struct md_slice line = { "", 0 };

		if (layer->series != current) {
			append_slice(series, rest);
			rest = md_slice_from_bytes(layer->series);
			current = layer->series;
			at = 0;
		}
		if (layer->series != NULL) {
			append_slice(series, take_lines(&rest, &at, layer->place - 1));
			line = take_lines(&rest, &at, layer->place);
		}
		append_entry(series, patch, line);
	}
	append_slice(series, rest);
	return series;
}

gboolean md_port_write_series(struct md_port *port, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	add_file(port, g_strdup("series"), make_series(port));
	g_hash_table_add(names, (char *)"series");
	for (guint i = 0; i < port->patches->len; i++) {
		const struct md_port_patch *patch = g_ptr_array_index(port->patches, i);

		if (!g_hash_table_add(names, patch->layer->name)) {
			g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
				    "%s: %s: the new series would have two patches of this name",
				    md_tree_name(port->old_downstream), patch->layer->name);
			return FALSE;
		}
		if (patch->text->len > 0)
			add_file(port, g_strdup(patch->layer->name),
				 g_string_new_len(patch->text->str, (gssize)patch->text->len));
		if (patch->rejects->len > 0)
			add_file(
				port, g_strconcat(patch->layer->name, ".rej", NULL),
				g_string_new_len(patch->rejects->str, (gssize)patch->rejects->len));
	}
	return TRUE;
}

/* ------------------------------------------------------------------- head */

/* Lines that belong to the change behind them, not to what is told of it. */
static gboolean is_diff_header(struct md_slice line)
{
	return md_slice_has_prefix(line, "Index: ") || md_slice_has_prefix(line, "======") ||
	       md_slice_has_prefix(line, "diff ");
}

struct md_slice md_port_head(const struct md_layer *layer)
{
	struct md_slice content = md_slice_from_bytes(layer->content);
	struct md_slice rest = content, line, head = { content.data, 0 };
	gsize place = G_MAXSIZE;

	/* A patch that is turned around has its files in the other order. */
	for (guint i = 0; i < layer->patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(layer->patch->files, i);

		place = MIN(place, file->place);
	}
	for (gsize at = 1; at < place && md_slice_next_line(&rest, &line); at++) {
		gsize end = (gsize)(rest.data - content.data);

		if (!is_diff_header(line))
			head.size = end;
	}
	return head;
}
