/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an adapted region came about, as text.  Private to the room. */
#ifndef MD_RENDER_WORDS_H
#define MD_RENDER_WORDS_H

#include "render/terminal.h"

/** Appends the changed lines of each step of @words, [MD_STEPS] or NULL. */
void md_words_append(GString *out, const struct md_word_change *words, gboolean latin1,
		     const struct md_render_settings *settings);

#endif
