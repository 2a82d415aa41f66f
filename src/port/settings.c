/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to carry a patch, and what the caller is told of the result. */
#include "port/internal.h"

#include <string.h>

struct md_port_settings *md_port_settings_new(void)
{
	return g_new0(struct md_port_settings, 1);
}

void md_port_settings_free(struct md_port_settings *settings)
{
	g_free(settings);
}

void md_port_settings_set_jobs(struct md_port_settings *settings, guint jobs)
{
	settings->jobs = jobs;
}

gboolean md_port_settings_set_conflicts(struct md_port_settings *settings, const char *name,
					GError **error)
{
	if (strcmp(name, "diff3") != 0 && strcmp(name, "rej") != 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "--conflicts: '%s' is none of diff3, rej", name);
		return FALSE;
	}
	settings->reject = strcmp(name, "rej") == 0;
	return TRUE;
}

const char *md_port_result_name(enum md_port_result result)
{
	static const char *const names[] = {
		[MD_PORT_CLEAN] = "clean",     [MD_PORT_OFFSET] = "offset",
		[MD_PORT_ADOPTED] = "adopted", [MD_PORT_MOVED] = "moved",
		[MD_PORT_WORDS] = "words",     [MD_PORT_CONFLICT] = "conflict",
	};

	return names[result];
}

gsize md_port_conflict_count(const struct md_port *port)
{
	return port->count[MD_PORT_CONFLICT];
}

gsize md_port_reject_count(const struct md_port *port, gsize *hunks)
{
	*hunks = port->hunks->len + port->rejects->len;
	return port->rejects->len;
}

struct md_tree *md_port_tree(const struct md_port *port)
{
	return port->tree;
}

gboolean md_port_is_series(const struct md_port *port)
{
	const GArray *layers = md_tree_layers(port->old_downstream);

	return layers != NULL &&
	       (layers->len != 1 || g_array_index(layers, struct md_layer, 0).series != NULL);
}

gsize md_port_file_count(const struct md_port *port)
{
	return port->files->len;
}

GBytes *md_port_file(const struct md_port *port, gsize index, const char **name)
{
	const struct md_port_file *file = g_ptr_array_index(port->files, index);

	*name = file->name;
	return file->content;
}

GBytes *md_port_rejected(const struct md_port *port)
{
	return port->rejected;
}
