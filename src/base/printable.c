/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of strangers made fit for a person's eyes and a terminal. */
#include "base/base.h"

gboolean md_text_is_obeyed(gunichar code)
{
	/* Most of what is asked for. */
	if (code < 0x80)
		return code < ' ' || code == 0x7f;
	switch (g_unichar_type(code)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return TRUE;
	default:
		return FALSE;
	}
}

static void append_visible(GString *out, gunichar code)
{
	if (code < 0x80)
		g_string_append_printf(out, "^%c", code ^ 0x40);
	else
		g_string_append_printf(out, "<%02X>", code);
}

char *md_text_printable(const char *text, gsize size, gboolean lines)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)size);
	GString *out = g_string_sized_new(size + 8); /* most text stays as it is */

	for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar code = g_utf8_get_char(c);

		if (md_text_is_obeyed(code) && code != '\t' && (code != '\n' || !lines))
			append_visible(out, code);
		else
			g_string_append_unichar(out, code);
	}
	return g_string_free(out, FALSE);
}
