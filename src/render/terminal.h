/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for a person: colours, and nothing that a terminal would obey.  Private to the room. */
#ifndef MD_RENDER_TERMINAL_H
#define MD_RENDER_TERMINAL_H

#include "render/format.h"

/*
 * Cyan and yellow stay apart for every kind of colour blindness, on dark and
 * on light; bold, not a colour, says danger.  The signs say all of it again.
 */
#define RESET "\033[m"
#define PLUS "\033[36m"
#define MINUS "\033[33m"
#define DANGER_PLUS "\033[1;36m"
#define DANGER_MINUS "\033[1;33m"
#define HEAD "\033[1m"
#define FAINT "\033[2m"

/** @color where the settings ask for any, else "". */
const char *md_terminal_color(const struct md_render_settings *settings, const char *color);

/** Appends @text in @color, which is "" for none.  A line is coloured without its newline. */
void md_terminal_append(GString *out, const char *color, const char *text);

/** @text as UTF-8, control characters written as ^X or <9B>.  The caller owns it. */
char *md_terminal_text(struct md_slice text, gboolean latin1);
char *md_terminal_name(const char *name, gboolean latin1);

#endif
