/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function, struct or table a region lies in, and each of its lines.
 *
 * The new downstream says so. It has a place for lines that are gone, too, but
 * that is as good as what stands beside them: between lines that upstream
 * added it may be in a function that they never saw, or in none. Then the
 * version that still has the lines says where they were.
 */
#include "compare/internal.h"

#include <string.h>

struct md_places {
	struct md_file_comparison *file;
	const struct md_slice *text;		 /* [MD_VERSIONS] */
	struct md_outline *outline[MD_VERSIONS]; /* NULL: not looked at yet */
	GHashTable *headings; /* by struct md_definition: what the file has of it */
};

/* The versions that are asked behind the new downstream: the new side first. */
static const enum md_version elsewhere[] = { MD_NEW_BASE, MD_OLD_DOWNSTREAM, MD_OLD_BASE };

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

/* Lines beside a place that are looked at before it is no anchored one. */
#define BESIDE 3

static gboolean in_both_downstreams(md_mark mark)
{
	guint projections = md_mark_projections(mark);

	return projections >> MD_OLD_DOWNSTREAM & projections >> MD_NEW_DOWNSTREAM & 1;
}

/* Whether a telling line of both downstreams stands beside columns [first, end). */
static gboolean is_anchored(const struct md_columns *columns, const struct md_walk *first,
			    const struct md_walk *end)
{
	const struct md_slice *line = columns->lines[MD_NEW_DOWNSTREAM].line;

	for (gsize i = 1; i <= MIN(BESIDE, first->column); i++) {
		if (!in_both_downstreams(columns->mark[first->column - i]))
			break;
		if (md_line_is_telling(line[first->position[MD_NEW_DOWNSTREAM] - i]))
			return TRUE;
	}
	for (gsize i = 0; i < MIN(BESIDE, columns->count - end->column); i++) {
		if (!in_both_downstreams(columns->mark[end->column + i]))
			break;
		if (md_line_is_telling(line[end->position[MD_NEW_DOWNSTREAM] + i]))
			return TRUE;
	}
	return FALSE;
}

/* Sets @first and @end to where @region begins and ends; gives whether that is anchored. */
static gboolean find_extent(const struct md_region *region, const struct md_columns *columns,
			    struct md_walk *first, struct md_walk *end)
{
	*first = region->start;
	while (first->column < region->first)
		md_walk_next(first, columns);
	*end = *first;
	while (end->column < region->end)
		md_walk_next(end, columns);
	return is_anchored(columns, first, end);
}

/* Functions that upstream renames keep their name in the new one: f is __f, or f_locked. */
static gboolean is_renamed(const struct md_definition *old, const struct md_definition *new)
{
	gsize old_size = strlen(old->name), new_size = strlen(new->name);

	/* A shorter name in a much longer one is a prefix that half of the file has. */
	return MIN(old_size, new_size) * 2 >= MAX(old_size, new_size) &&
	       (strstr(old->name, new->name) != NULL || strstr(new->name, old->name) != NULL);
}

/* What the lines between @first and @end lie in, in the first version that knows. */
static const struct md_definition *find_lines(struct md_places *places, const struct md_walk *first,
					      const struct md_walk *end, gboolean anchored)
{
	const gsize *from = first->position, *to = end->position;
	const struct md_definition *place =
		find(places, MD_NEW_DOWNSTREAM, from[MD_NEW_DOWNSTREAM], to[MD_NEW_DOWNSTREAM]);
	const struct md_definition *found = NULL;

	if (place != NULL && (anchored || from[MD_NEW_DOWNSTREAM] < to[MD_NEW_DOWNSTREAM]))
		return place;
	for (guint i = 0; i < G_N_ELEMENTS(elsewhere) && found == NULL; i++) {
		if (from[elsewhere[i]] < to[elsewhere[i]])
			found = find(places, elsewhere[i], from[elsewhere[i]], to[elsewhere[i]]);
	}
	return found != NULL && place != NULL && is_renamed(found, place) ? place : found;
}

const struct md_heading *md_places_find(struct md_places *places, const struct md_region *region,
					const struct md_columns *columns)
{
	struct md_walk first, end;
	gboolean anchored = find_extent(region, columns, &first, &end);

	return keep(places, find_lines(places, &first, &end, anchored));
}

const struct md_heading **md_places_of_lines(struct md_places *places,
					     const struct md_region *region,
					     const struct md_columns *columns)
{
	const struct md_heading **within =
		g_new0(const struct md_heading *, region->context_end - region->context_first);
	struct md_walk walk, end, next;
	gboolean anchored = find_extent(region, columns, &walk, &end);

	for (; walk.column < region->end; walk = next) {
		const struct md_definition *found;

		next = walk;
		md_walk_next(&next, columns);
		found = find_lines(places, &walk, &next, anchored);
		if (found != NULL && !md_definition_is_constant(found))
			within[walk.column - region->context_first] = keep(places, found);
	}
	return within;
}
