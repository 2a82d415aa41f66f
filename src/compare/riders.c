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
 * Where the lines of upstream before and behind are the same and the riders are not, the
 * downstream rewrote its change on the way: a reader is told of both at the new place.
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
	guint64 place;		       /* hash of the lines on both sides alone; 0: too few */
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

/* Of lines that the downstream adds: what it deletes is upstream's, and not rewritten. */
static guint64 hash_place(const struct md_columns *columns, gsize first, gsize end, gboolean came)
{
	guint64 before = hash_around(columns, first, end, BEFORE, came, 0);
	guint64 behind = hash_around(columns, first, end, BEHIND, came, before);

	return before != 0 && behind != 0 ? behind : 0;
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
		if (mark == GONE_PLUS || mark == CAME_PLUS)
			rider.place = hash_place(columns, first, end, rider.came);
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

/* One went, one came, to another file, and neither belongs to a third. */
static gboolean is_pair(const struct meeting *meeting)
{
	return meeting->gone == 1 && meeting->came == 1 && meeting->gone_from != meeting->came_to &&
	       !meeting->last_gone->joined && !meeting->last_came->joined;
}

static void join(const struct meeting *meeting)
{
	if (!is_pair(meeting))
		return;
	flag(meeting->last_gone);
	flag(meeting->last_came);
}

static gboolean is_shown_only_here(const struct md_rider *rider)
{
	for (gsize i = 0; i < rider->count && rider->region != NULL; i++) {
		if (rider->region->mark[rider->line + i] & MD_MARK_MOVED)
			return FALSE;
	}
	return rider->region != NULL;
}

/* @region as readers see it: with the lines of @gone, of file @gone_from, before line @at. */
static struct md_file_region *make_reader(const struct md_file_region *region, gsize at,
					  const struct md_rider *gone, const char *gone_from)
{
	struct md_file_region *reader = g_memdup2(region, sizeof(*region));
	gsize behind = region->count - at;

	reader->reader = NULL;
	reader->arrived_first = at;
	reader->arrived_end = at + gone->count;
	reader->arrived_from = gone_from;
	reader->count = region->count + gone->count;
	reader->mark = g_new(md_mark, reader->count);
	reader->line = g_new(struct md_slice, reader->count);
	reader->within = g_new(const struct md_heading *, reader->count);
	memcpy(reader->mark, region->mark, at * sizeof(*reader->mark));
	memcpy(reader->line, region->line, at * sizeof(*reader->line));
	memcpy(reader->within, region->within, at * sizeof(*reader->within));
	for (gsize i = 0; i < gone->count; i++) {
		/* As a line that upstream moved within the file; see twins.c. */
		reader->mark[at + i] = MD_MARK_HERE | GONE_PLUS;
		reader->line[at + i] = gone->region->line[gone->line + i];
		reader->within[at + i] = region->within[at];
	}
	at += gone->count;
	memcpy(reader->mark + at, region->mark + region->count - behind,
	       behind * sizeof(*reader->mark));
	memcpy(reader->line + at, region->line + region->count - behind,
	       behind * sizeof(*reader->line));
	memcpy(reader->within + at, region->within + region->count - behind,
	       behind * sizeof(*reader->within));
	/* Upstream only moved what is around them. */
	reader->near = 0;
	reader->origins = NULL;
	return reader;
}

void md_riders_reader_free(struct md_file_region *reader)
{
	if (reader == NULL)
		return;
	g_free(reader->mark);
	g_free(reader->line);
	g_free(reader->within);
	g_free(reader);
}

static void arrive(const struct meeting *meeting)
{
	struct md_rider *gone = meeting->last_gone, *came = meeting->last_came;

	if (!is_pair(meeting) || !is_shown_only_here(gone) || !is_shown_only_here(came) ||
	    came->region->origins != NULL || came->region->reader != NULL)
		return;
	came->region->reader =
		make_reader(came->region, came->line, gone, meeting->gone_from->name);
	came->joined = TRUE;
	flag(gone);
}

/* Calls @pair for all riders of @files that have a hash in common. */
static void match(GPtrArray *files, gboolean by_place, void (*pair)(const struct meeting *meeting))
{
	g_autoptr(GHashTable) meetings =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	GHashTableIter iter;
	gpointer meeting;

	for (guint i = 0; i < files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(files, i);

		for (guint j = 0; file->riders != NULL && j < file->riders->len; j++) {
			struct md_rider *rider = &g_array_index(file->riders, struct md_rider, j);

			if (by_place && rider->place != 0)
				meet(meetings, file, rider, rider->place);
			for (enum around around = 0; around < AROUNDS && !by_place; around++) {
				if (rider->around[around] != 0)
					meet(meetings, file, rider, rider->around[around]);
			}
		}
	}
	g_hash_table_iter_init(&iter, meetings);
	while (g_hash_table_iter_next(&iter, NULL, &meeting))
		pair(meeting);
}

void md_riders_join(GPtrArray *files)
{
	match(files, FALSE, join);
}

void md_riders_arrive(GPtrArray *files)
{
	match(files, TRUE, arrive);
}
