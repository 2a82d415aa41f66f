/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From columns to what a person reads: runs of shown lines, their context and
 * their class.
 *
 * A region goes on over hidden columns while no line comes that both
 * downstreams have: it is one place where they differ.  That does not depend
 * on how much context is printed.
 */
#include "diff/diff.h"

/* A longer stretch of hidden columns parts two regions even so. */
#define LONGEST_GAP 6

static gboolean in_new_downstream(md_mark mark)
{
	return md_mark_projections(mark) >> MD_NEW_DOWNSTREAM & 1;
}

const char *md_class_name(enum md_class class)
{
	static const char *const name[MD_CLASSES] = {
		[MD_CLASS_DECLINED] = "declined", [MD_CLASS_HELD] = "held",
		[MD_CLASS_ADAPTED] = "adapted",	  [MD_CLASS_MODIFIED] = "modified",
		[MD_CLASS_ADDED] = "added",	  [MD_CLASS_REMOVED] = "removed",
		[MD_CLASS_DROPPED] = "dropped",	  [MD_CLASS_RESTORED] = "restored",
		[MD_CLASS_MOVED] = "moved",	  [MD_CLASS_MIXED] = "mixed",
		[MD_CLASS_ADOPTED] = "adopted",	  [MD_CLASS_UPSTREAM] = "upstream",
		[MD_CLASS_CARRIED] = "carried",
	};

	return name[class];
}

/* The marks of a change that the old patch made and the new one does not. */
#define GIVEN_UP                                                                                   \
	(MD_BIT(MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_ABSENT)) |                                     \
	 MD_BIT(MD_MARK(MD_SIGN_BASE, MD_SIGN_CONTEXT)))
/* The marks of a change that the new patch makes and the old one did not. */
#define TAKEN_UP                                                                                   \
	(MD_BIT(MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)) |                                     \
	 MD_BIT(MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_BASE)))
/* The marks of lines that upstream added or removed, whoever else did. */
#define UPSTREAM_ADDED                                                                             \
	(MD_BIT(MD_MARK(MD_SIGN_ABSENT, MD_SIGN_CONTEXT)) |                                        \
	 MD_BIT(MD_MARK(MD_SIGN_ABSENT, MD_SIGN_BASE)) |                                           \
	 MD_BIT(MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_CONTEXT)) |                                    \
	 MD_BIT(MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_BASE)))
#define UPSTREAM_REMOVED                                                                           \
	(MD_BIT(MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_ABSENT)) |                                        \
	 MD_BIT(MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_DOWNSTREAM)) |                                    \
	 MD_BIT(MD_MARK(MD_SIGN_BASE, MD_SIGN_ABSENT)) |                                           \
	 MD_BIT(MD_MARK(MD_SIGN_BASE, MD_SIGN_DOWNSTREAM)))
#define UPSTREAM_CHANGED (UPSTREAM_ADDED | UPSTREAM_REMOVED)

/* The class of regions whose shown lines all have the name of these marks; or mixed. */
static enum md_class class_of_name(guint32 shown)
{
	static const enum md_class class[MD_MARKS] = {
		[MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)] = MD_CLASS_ADDED,
		[MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_BASE)] = MD_CLASS_REMOVED,
		[MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_ABSENT)] = MD_CLASS_DROPPED,
		[MD_MARK(MD_SIGN_BASE, MD_SIGN_CONTEXT)] = MD_CLASS_RESTORED,
		[MD_MARK(MD_SIGN_ABSENT, MD_SIGN_BASE)] = MD_CLASS_DECLINED,
		[MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_DOWNSTREAM)] = MD_CLASS_HELD,
		[MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_BASE)] = MD_CLASS_MIXED,
		[MD_MARK(MD_SIGN_BASE, MD_SIGN_DOWNSTREAM)] = MD_CLASS_MIXED,
		[MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_CONTEXT)] = MD_CLASS_ADOPTED,
		[MD_MARK(MD_SIGN_BASE, MD_SIGN_ABSENT)] = MD_CLASS_ADOPTED,
		[MD_MARK(MD_SIGN_ABSENT, MD_SIGN_CONTEXT)] = MD_CLASS_UPSTREAM,
		[MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_ABSENT)] = MD_CLASS_UPSTREAM,
		[MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_DOWNSTREAM)] = MD_CLASS_CARRIED,
		[MD_MARK(MD_SIGN_BASE, MD_SIGN_BASE)] = MD_CLASS_CARRIED,
	};
	gint bit = g_bit_nth_lsf(shown, -1);
	enum md_class found = class[bit];

	while ((bit = g_bit_nth_lsf(shown, bit)) >= 0) {
		if (class[bit] != found)
			return MD_CLASS_MIXED;
	}
	return found;
}

enum md_class md_class_of_marks(guint32 shown, guint32 near)
{
	/* All that is shown moved. */
	if (shown == 0)
		return MD_CLASS_MOVED;
	if ((shown & GIVEN_UP) && (shown & (TAKEN_UP | UPSTREAM_CHANGED)) &&
	    (near & UPSTREAM_CHANGED))
		return MD_CLASS_ADAPTED;
	if ((shown & GIVEN_UP) && (shown & TAKEN_UP))
		return MD_CLASS_MODIFIED;
	return class_of_name(shown);
}

guint32 md_marks_of_range(const struct md_columns *columns, gsize first, gsize end)
{
	guint32 set = 0;

	for (gsize i = first; i < end; i++)
		set |= columns->mark[i] & MD_MARK_AWAY ? 0 : MD_BIT(columns->mark[i] % MD_MARKS);
	return set;
}

/*
 * Sets first, end, class and context_end.  Context is counted in lines of the
 * new downstream; what stands between them comes along.
 */
static void set_extent(struct md_region *region, const struct md_columns *columns, guint32 shown,
		       gsize context)
{
	gsize lines;
	guint32 left = 0;

	region->near_first = region->first;
	region->near_end = region->end;
	while (region->near_first > 0 &&
	       !md_mark_is_in_both_downstreams(columns->mark[region->near_first - 1]))
		region->near_first--;
	while (region->near_end < columns->count &&
	       !md_mark_is_in_both_downstreams(columns->mark[region->near_end]))
		region->near_end++;
	region->near = md_marks_of_range(columns, region->near_first, region->near_end);
	for (gsize i = region->first; i < region->end; i++) {
		if (md_mark_is_shown(columns->mark[i], shown) &&
		    !(columns->mark[i] & MD_MARK_WORDS))
			left |= MD_BIT(columns->mark[i] % MD_MARKS);
	}
	region->class = left == 0 ? MD_CLASS_CARRIED : md_class_of_marks(left, region->near);
	region->context_first = region->first;
	for (lines = 0; region->context_first > 0 && lines < context;)
		lines += in_new_downstream(columns->mark[--region->context_first]);
	region->context_end = region->end;
	for (lines = 0; region->context_end < columns->count && lines < context;)
		lines += in_new_downstream(columns->mark[region->context_end++]);
}

/* The next region from column @from on; FALSE when there is none. */
static gboolean next_extent(const struct md_columns *columns, guint32 shown, gsize from,
			    struct md_region *region)
{
	gsize hidden = 0;

	while (from < columns->count && !md_mark_is_shown(columns->mark[from], shown))
		from++;
	if (from == columns->count)
		return FALSE;
	region->first = from;
	region->end = from + 1;
	for (gsize i = from + 1; i < columns->count && hidden <= LONGEST_GAP; i++) {
		md_mark mark = columns->mark[i];

		if (md_mark_is_shown(mark, shown)) {
			region->end = i + 1;
			hidden = 0;
		} else if (md_mark_is_in_both_downstreams(mark)) {
			break;
		} else {
			hidden++;
		}
	}
	return TRUE;
}

/* Walks through the file once, for the start of every region. */
static void set_starts(GArray *regions, const struct md_columns *columns)
{
	struct md_walk walk = { 0 };

	for (guint i = 0; i < regions->len; i++) {
		struct md_region *region = &g_array_index(regions, struct md_region, i);

		while (walk.column < region->context_first)
			md_walk_next(&walk, columns);
		region->start = walk;
	}
}

GArray *md_regions_find(const struct md_columns *columns, guint32 shown, gsize context)
{
	GArray *regions = g_array_new(FALSE, TRUE, sizeof(struct md_region));
	struct md_region region = { 0 };
	gsize from = 0;

	while (next_extent(columns, shown, from, &region)) {
		from = region.end;
		set_extent(&region, columns, shown, context);
		/* Context is printed once: the region before has the half it reaches. */
		if (regions->len > 0) {
			struct md_region *before =
				&g_array_index(regions, struct md_region, regions->len - 1);

			before->context_end = MIN(before->context_end, region.first);
			region.context_first = MAX(region.context_first, before->context_end);
		}
		g_array_append_val(regions, region);
	}
	set_starts(regions, columns);
	return regions;
}
