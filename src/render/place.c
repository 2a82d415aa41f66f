/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which lines a region is about, for formats that name a place and not each line. */
#include "render/place.h"

static void extend(struct md_line_range *range, gsize line)
{
	if (range->first == 0)
		range->first = line;
	range->end = line + 1;
}

struct md_line_range md_region_lines(const struct md_file_region *region, guint32 shown, char sign,
				     enum md_version version)
{
	gsize line = region->start[version];
	struct md_line_range range = { 0 };

	for (gsize i = 0; i < region->count; i++) {
		if (!md_mark_is_in(region->mark[i], version))
			continue;
		if (md_mark_sign_if(region->mark[i], shown) == sign)
			extend(&range, line);
		line++;
	}
	return range;
}

/* Where in the new downstream the first shown line would stand, which is not in it. */
static struct md_line_range find_gap(const struct md_file_comparison *file,
				     const struct md_file_region *region, guint32 shown)
{
	gsize line = region->start[MD_NEW_DOWNSTREAM];

	for (gsize i = 0; md_mark_sign_if(region->mark[i], shown) == ' '; i++)
		line += md_mark_is_in(region->mark[i], MD_NEW_DOWNSTREAM);
	/* Behind the last line there is none; in an empty file there is none at all. */
	line = MIN(line, file->newest_lines);
	return (struct md_line_range){ line, line + 1 };
}

struct md_line_range md_region_place(const struct md_file_comparison *file,
				     const struct md_file_region *region, guint32 shown)
{
	struct md_line_range range = md_region_lines(region, shown, '+', MD_NEW_DOWNSTREAM);

	return range.first > 0 ? range : find_gap(file, region, shown);
}
