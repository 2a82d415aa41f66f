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
	g_autofree char *valid = g_utf8_make_valid(utf8, -1);
	GString *out = g_string_sized_new(text.size + 8);

	for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar code = g_utf8_get_char(c);

		/* Format characters turn the reading direction around, among others. */
		if (code < 0x80 && code != '\t' && g_unichar_iscntrl(code))
			g_string_append_printf(out, "^%c", code ^ 0x40);
		else if (code != '\t' &&
			 (g_unichar_iscntrl(code) || g_unichar_type(code) == G_UNICODE_FORMAT))
			g_string_append_printf(out, "<%02X>", code);
		else
			g_string_append_unichar(out, code);
	}
	return g_string_free(out, FALSE);
}

char *md_terminal_name(const char *name, gboolean latin1)
{
	return md_terminal_text((struct md_slice){ name, strlen(name) }, latin1);
}
