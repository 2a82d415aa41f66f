/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which lines a region is about, as one line number or two.  Private to the room. */
#ifndef MD_RENDER_PLACE_H
#define MD_RENDER_PLACE_H

#include "render/format.h"

/** Lines [first, end) of one version, from 1; first 0: there are none. */
struct md_line_range {
	gsize first, end;
};

/** From the first to the last line of @version that is shown with @sign in @region. */
struct md_line_range md_region_lines(const struct md_file_region *region, guint32 shown, char sign,
				     enum md_version version);

/**
 * Where a reader of the new downstream finds @region: the lines that are shown as '+' or, where
 * there are none, the line that what is shown would stand before.
 */
struct md_line_range md_region_place(const struct md_file_comparison *file,
				     const struct md_file_region *region, guint32 shown);

#endif
