/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function, struct or table a region lies in, and each of its lines: in
 * the new downstream, or where that has none there, in the version that still
 * has the lines.
 */
#include "compare/internal.h"

struct md_places {
	struct md_file_comparison *file;
	const struct md_slice *text;		 /* [MD_VERSIONS] */
	struct md_outline *outline[MD_VERSIONS]; /* NULL: not looked at yet */
	GHashTable *headings; /* by struct md_definition: what the file has of it */
};

/* The new side first, and what the downstream has before what upstream has. */
static const enum md_version order[] = { MD_NEW_DOWNSTREAM, MD_NEW_BASE, MD_OLD_DOWNSTREAM,
					 MD_OLD_BASE };

static void heading_free(void *data)
{
	struct md_heading *heading = data;

	g_free(heading->name);
	g_free(heading);
}

struct md_places *md_places_new(struct md_file_comparison *file,
				const struct md_slice text[MD_VERSIONS])
{
	struct md_places *places = g_new0(struct md_places, 1);

	places->file = file;
	places->text = text;
	places->headings = g_hash_table_new(NULL, NULL);
	if (file->headings == NULL)
		file->headings = g_ptr_array_new_with_free_func(heading_free);
	return places;
}

void md_places_free(struct md_places *places)
{
	if (places == NULL)
		return;
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		md_outline_free(places->outline[version]);
	g_hash_table_unref(places->headings);
	g_free(places);
}

/* What lines [first, end) of @version lie in, or NULL. */
static const struct md_definition *find(struct md_places *places, enum md_version version,
					gsize first, gsize end)
{
	if (places->file->path[version] == NULL)
		return NULL;
	if (places->outline[version] == NULL)
		places->outline[version] =
			md_outline_new(places->file->path[version], places->text[version]);
	return md_outline_find(places->outline[version], first, end);
}

/* The heading of @definition, which outlives it; NULL for NULL. */
static const struct md_heading *keep(struct md_places *places,
				     const struct md_definition *definition)
{
	struct md_heading *heading;

	if (definition == NULL)
		return NULL;
	heading = g_hash_table_lookup(places->headings, definition);
	if (heading == NULL) {
		heading = g_new(struct md_heading, 1);
		heading->kind = definition->kind;
		heading->name = g_strdup(definition->name);
		g_ptr_array_add(places->file->headings, heading);
		g_hash_table_insert(places->headings, (void *)definition, heading);
	}
	return heading;
}

const struct md_heading *md_places_find(struct md_places *places, const struct md_region *region,
					const struct md_columns *columns)
{
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
		if (i > 0 && line == behind)
			continue;
		found = find(places, order[i], line, behind);
		if (found != NULL)
			return keep(places, found);
	}
	return NULL;
}

/* What the line that @walk stands at lies in. */
static const struct md_definition *find_line(struct md_places *places, const struct md_walk *walk,
					     md_mark mark)
{
	guint projections = md_mark_projections(mark);
	const struct md_definition *found = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(order) && found == NULL; i++) {
		gsize line = walk->position[order[i]];
		gboolean has = projections >> order[i] & 1;

		/* In the new downstream there is a place for each line, be it there or not. */
		if (has || i == 0)
			found = find(places, order[i], line, line + has);
		/* What the newest version with the line says holds. */
		if (has)
			break;
	}
	return found != NULL && md_definition_is_constant(found) ? NULL : found;
}

const struct md_heading **md_places_of_lines(struct md_places *places,
					     const struct md_region *region,
					     const struct md_columns *columns)
{
	const struct md_heading **within =
		g_new0(const struct md_heading *, region->context_end - region->context_first);
	struct md_walk walk = region->start;

	for (; walk.column < region->end; md_walk_next(&walk, columns)) {
		if (walk.column >= region->first)
			within[walk.column - region->context_first] =
				keep(places, find_line(places, &walk, columns->mark[walk.column]));
	}
	return within;
}
