/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words for a shell: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
#include "render/shell.h"

#include "render/terminal.h"

#include <string.h>

/* What no shell takes for anything else, nor printf(1) in its format. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@^"

gboolean md_shell_can_say(const char *word)
{
	return !g_str_has_suffix(word, "\n");
}

/* An interactive shell completes at a tab. */
static gboolean is_typed(const char *word)
{
	g_autofree char *printable = md_terminal_name(word, FALSE);

	return strcmp(printable, word) == 0 && strchr(word, '\t') == NULL;
}

char *md_shell_quote(const char *word)
{
	GString *quoted;

	if (word[0] != '\0' && word[strspn(word, PLAIN)] == '\0')
		return g_strdup(word);
	if (is_typed(word))
		return g_shell_quote(word);
	quoted = g_string_new("\"$(printf '");
	for (const char *at = word; *at != '\0'; at++) {
		if (strchr(PLAIN, *at) != NULL)
			g_string_append_c(quoted, *at);
		else
			g_string_append_printf(quoted, "\\%03o", (guint)(guchar)*at);
	}
	g_string_append(quoted, "')\"");
	return g_string_free(quoted, FALSE);
}
