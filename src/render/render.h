/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results become bytes here and nowhere else.  Each format is a table of
 * functions over the result; nothing below includes this room.
 */
#ifndef MD_RENDER_H
#define MD_RENDER_H

#include "compare/compare.h"

#include <metadiff/render.h>

/** Appends the patch of @file as --format=unified has it. */
void md_render_patch(GString *out, const struct md_comparison *comparison,
		     const struct md_file_comparison *file);

#endif
