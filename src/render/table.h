/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generated tables, told in a line.  Private to the room. */
#ifndef MD_RENDER_TABLE_H
#define MD_RENDER_TABLE_H

#include "render/format.h"

/**
 * What is shown in @regions (@count of struct md_file_region), where it is lines of a
 * generated table, as one line without its newline; else NULL.  The caller owns it.
 */
char *md_table_describe(const struct md_comparison *comparison,
			struct md_file_region *const *regions, gsize count, gboolean latin1);

#endif
