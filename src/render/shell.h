/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a command that is printed to be typed.  Private to the room. */
#ifndef MD_RENDER_SHELL_H
#define MD_RENDER_SHELL_H

#include <glib.h>

/**
 * Whether a command of one line can say @word: a line break at its end is lost where a shell takes
 * one word from the output of a command.
 */
gboolean md_shell_can_say(const char *word);

/**
 * @word as sh, bash and the like take it, in quotes only where it needs them; what a terminal
 * would obey or hide is spelled out: "$(printf 'a\033b')". The caller owns it.
 */
char *md_shell_quote(const char *word);

#endif
