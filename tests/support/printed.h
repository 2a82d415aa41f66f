/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds of anything that is printed, whatever it is of. */
#ifndef MD_TEST_PRINTED_H
#define MD_TEST_PRINTED_H

#include "render/render.h"

/** An md_render_write; @data is a GString. */
gboolean printed_take(void *data, const char *bytes, gsize size, GError **error);

/**
 * Asserts that nothing in @text is what a terminal obeys; where @format has records, that each line
 * is one, and of a page, that its block of records ends where they do.
 */
void printed_check(const char *format, const GString *text);

#endif
