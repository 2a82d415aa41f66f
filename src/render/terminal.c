/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of strangers made fit for a terminal. */
#include "render/terminal.h"

#include <string.h>

const char *md_terminal_color(const struct md_render_settings *settings, const char *color)
{
	return settings->color ? color : "";
}

void md_terminal_append(GString *out, const char *color, const char *text)
{
	g_string_append_printf(out, "%s%s%s", color, text, color[0] != '\0' ? RESET : "");
}

char *md_terminal_text(struct md_slice text, gboolean latin1)
{
	g_autofree char *utf8 = md_text_to_utf8(text, latin1);

	return md_text_printable(utf8, strlen(utf8), FALSE);
}

char *md_terminal_name(const char *name, gboolean latin1)
{
	return md_terminal_text((struct md_slice){ name, strlen(name) }, latin1);
}
