/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function, struct or table a region lies in: in the new downstream, or
 * where that has none there, in the version that still has its lines.
 */
#include "compare/internal.h"

struct md_places {
	const struct md_file_comparison *file;
	const struct md_slice *text;		 /* [MD_VERSIONS] */
	struct md_outline *outline[MD_VERSIONS]; /* NULL: not looked at yet */
};

struct md_places *md_places_new(const struct md_file_comparison *file,
				const struct md_slice text[MD_VERSIONS])
{
	struct md_places *places = g_new0(struct md_places, 1);

	places->file = file;
	places->text = text;
	return places;
}

void md_places_free(struct md_places *places)
{
	if (places == NULL)
		return;
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		md_outline_free(places->outline[version]);
	g_free(places);
}

static struct md_outline *outline_of(struct md_places *places, enum md_version version)
{
	if (places->outline[version] == NULL)
		places->outline[version] =
			md_outline_new(places->file->path[version], places->text[version]);
	return places->outline[version];
}

const struct md_definition *md_places_find(struct md_places *places, const struct md_region *region,
					   const struct md_columns *columns)
{
	static const enum md_version order[] = { MD_NEW_DOWNSTREAM, MD_NEW_BASE, MD_OLD_DOWNSTREAM,
						 MD_OLD_BASE };
	struct md_walk first = region->start, end;

	while (first.column < region->first)
		md_walk_next(&first, columns);
	end = first;
	while (end.column < region->end)
		md_walk_next(&end, columns);
	for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
		gsize line = first.position[order[i]], behind = end.position[order[i]];
		const struct md_definition *found;

		/* A place between two lines is one in the new downstream alone. */
		if (places->file->path[order[i]] == NULL || (i > 0 && line == behind))
			continue;
		found = md_outline_find(outline_of(places, order[i]), line, behind);
		if (found != NULL)
			return found;
	}
	return NULL;
}
