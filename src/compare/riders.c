/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the downstream changed in text that upstream moved to another file: a file that
 * was split, a function that found a better home. By itself the one file tells of lines
 * that are dropped, the other of the same lines added; but the change was carried.
 *
 * Model: a rider is a run of lines that one patch alone adds (or deletes), amid lines of
 * upstream's that are gone from the file, or new in it. Two riders with the same lines
 * in different files are one where the lines of upstream before them, or behind
 * them, are the same too, two telling ones at least, and no third rider is like them.
 *
 * Cost: a walk over the columns of each file that is compared anyway, and a hash table.
 */
#include "compare/internal.h"

#include <string.h>

/* So many telling lines of upstream's on one side say that it is the same place. */
#define LEAST_AROUND 2

#define GONE_PLUS MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_ABSENT)
#define GONE_MINUS MD_MARK(MD_SIGN_BASE, MD_SIGN_ABSENT)
#define CAME_PLUS MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)
#define CAME_MINUS MD_MARK(MD_SIGN_ABSENT, MD_SIGN_BASE)
#define UPSTREAM_GONE MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_ABSENT)
#define UPSTREAM_CAME MD_MARK(MD_SIGN_ABSENT, MD_SIGN_CONTEXT)

/* A place of a rider: after these lines, or before them. */
enum around {
	BEFORE,
	BEHIND,
	AROUNDS,
};

struct md_rider {
	gboolean came;		       /* to the file; else gone from it */
	guint64 text;		       /* hash of the lines, and of their sign */
	guint64 around[AROUNDS];       /* hash with the lines around them; 0: too few */
	struct md_file_region *region; /* where they are shown; NULL: nowhere */
	gsize line, count;
	gboolean joined;
};

static guint64 hash_more(guint64 hash, struct md_slice line)
{
	guint64 high = md_line_hash(line, hash), low = md_line_hash(line, ~hash);

	return high << 32 | low;
}

static struct md_slice text_at(const struct md_columns *columns, gsize column)
{
	return columns->text[columns->number[column]];
}

/* What the lines of upstream's on one side of columns [first, end) add to @hash; 0: too few. */
static guint64 hash_around(const struct md_columns *columns, gsize first, gsize end,
			   enum around around, gboolean came, guint64 hash)
{
	enum md_side side = came ? MD_NEW : MD_OLD;
	md_mark upstream = came ? UPSTREAM_CAME : UPSTREAM_GONE;
	gsize column = around == BEFORE ? first : end - 1;
	guint telling = 0;

	while (telling < LEAST_AROUND) {
		md_mark mark;

		if (around == BEFORE ? column-- == 0 : ++column >= columns->count)
			return 0;
		mark = columns->mark[column];
		/* Other lines of the downstream's and the other side's do not part it. */
		if (md_mark_sign(mark, side) == MD_SIGN_ABSENT ||
		    mark == (came ? CAME_PLUS : GONE_PLUS) ||
		    mark == (came ? CAME_MINUS : GONE_MINUS))
			continue;
		if (mark != upstream)
			return 0;
		if (!md_line_is_telling(text_at(columns, column)))
			continue;
		hash = hash_more(hash, text_at(columns, column));
		telling++;
	}
	return hash + around;
}

static gboolean is_rider(md_mark mark)
{
	return mark == GONE_PLUS || mark == GONE_MINUS || mark == CAME_PLUS || mark == CAME_MINUS;
}

/* Finds the region that shows columns [first, end). */
static void set_region(struct md_rider *rider, const GArray *found, const GPtrArray *regions,
		       gsize first, gsize end)
{
	for (guint i = 0; i < found->len; i++) {
		const struct md_region *region = &g_array_index(found, struct md_region, i);

		if (region->first > first || region->end < end)
			continue;
		rider->region = g_ptr_array_index(regions, i);
		rider->line = first - region->context_first;
		return;
	}
}

GArray *md_riders_find(const struct md_columns *columns, const GArray *found,
		       const GPtrArray *regions)
{
	GArray *riders = g_array_new(FALSE, FALSE, sizeof(struct md_rider));
	gsize end = 0;

	for (gsize first = 0; first < columns->count; first = end) {
		md_mark mark = columns->mark[first];
		struct md_rider rider = { .came = md_mark_sign(mark, MD_OLD) == MD_SIGN_ABSENT,
					  .text = mark == GONE_MINUS || mark == CAME_MINUS };

		end = first + 1;
		if (!is_rider(mark))
			continue;
		while (end < columns->count && columns->mark[end] == mark)
			end++;
		for (gsize i = first; i < end; i++)
			rider.text = hash_more(rider.text, text_at(columns, i));
		for (enum around around = 0; around < AROUNDS; around++)
			rider.around[around] =
				hash_around(columns, first, end, around, rider.came, rider.text);
		if (rider.around[BEFORE] == 0 && rider.around[BEHIND] == 0)
			continue;
		rider.count = end - first;
		set_region(&rider, found, regions, first, end);
		g_array_append_val(riders, rider);
	}
	return riders;
}

/* Riders with the same lines and the same ones around them. */
struct meeting {
	guint64 hash;
	guint gone, came;
	const struct md_file_comparison *gone_from, *came_to;
	struct md_rider *last_gone, *last_came;
};

static void meet(GHashTable *meetings, const struct md_file_comparison *file,
		 struct md_rider *rider, guint64 hash)
{
	struct meeting *meeting = g_hash_table_lookup(meetings, &hash);

	if (meeting == NULL) {
		meeting = g_new0(struct meeting, 1);
		meeting->hash = hash;
		g_hash_table_insert(meetings, &meeting->hash, meeting);
	}
	if (rider->came) {
		meeting->came++;
		meeting->came_to = file;
		meeting->last_came = rider;
	} else {
		meeting->gone++;
		meeting->gone_from = file;
		meeting->last_gone = rider;
	}
}

static void flag(struct md_rider *rider)
{
	rider->joined = TRUE;
	for (gsize i = 0; i < rider->count && rider->region != NULL; i++)
		rider->region->mark[rider->line + i] |= MD_MARK_ALONG;
}

static void join(const struct meeting *meeting)
{
	if (meeting->gone != 1 || meeting->came != 1 || meeting->gone_from == meeting->came_to ||
	    meeting->last_gone->joined || meeting->last_came->joined)
		return;
	flag(meeting->last_gone);
	flag(meeting->last_came);
}

void md_riders_join(GPtrArray *files)
{
	g_autoptr(GHashTable) meetings =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	GHashTableIter iter;
	gpointer meeting;

	for (guint i = 0; i < files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(files, i);

		for (guint j = 0; file->riders != NULL && j < file->riders->len; j++) {
			struct md_rider *rider = &g_array_index(file->riders, struct md_rider, j);

			for (enum around around = 0; around < AROUNDS; around++) {
				if (rider->around[around] != 0)
					meet(meetings, file, rider, rider->around[around]);
			}
		}
	}
	g_hash_table_iter_init(&iter, meetings);
	while (g_hash_table_iter_next(&iter, NULL, &meeting))
		join(meeting);
}
