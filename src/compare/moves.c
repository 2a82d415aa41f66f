/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines that the downstream moved: gone from one place, there at another, in
 * the same file or not. To a patch they are deleted and added; a reader wants
 * to be shown them once, at the new place.
 *
 * Model: all lines shown as '-' are one row, all shown as '+' another, cut
 * where regions end; first those of each file, then what is left of all. A
 * telling line that stands once in each row is an anchor; a block grows from
 * it up and down while the two rows go on alike.
 * From one file to another a short block proves little ("#include <...>"
 * leaves one driver and comes to the next), so there it must be longer.
 *
 * Cost: two hash tables over the shown lines, then linear.
 */
#include "compare/internal.h"

#include <string.h>

/* Lines of a block that went to another file, and how many of them must tell. */
#define LEAST_ACROSS_FILES 4
#define LEAST_TELLING 2

/* More shown lines than anybody reads come from sources that do not belong together. */
#define MOST_LINES 1000000

/* A shown line. */
struct item {
	const struct md_file_comparison *file;
	struct md_file_region *region;
	gsize line;   /* in the region */
	gsize number; /* in the version that tells where it is; see source_of() */
	gboolean paired;
};

/* The shown lines of one sign, in order. */
enum row {
	MINUS,
	PLUS,
	ROWS,
};

struct rows {
	GArray *items[ROWS]; /* of struct item */
	GHashTable *places;  /* set of struct places, by text */
	GHashTable *routes;  /* set of "FROM\nTO": files between which a block moved */
	guint64 seed;
};

/* Where the lines of one text stand in both rows. */
struct places {
	struct md_slice text;
	guint32 hash;
	guint count[ROWS];
	guint last[ROWS];
};

static guint places_hash(gconstpointer places)
{
	return ((const struct places *)places)->hash;
}

static gboolean places_equal(gconstpointer a, gconstpointer b)
{
	return md_slice_equal(((const struct places *)a)->text, ((const struct places *)b)->text);
}

static struct item *item_at(const struct rows *rows, enum row row, guint index)
{
	return &g_array_index(rows->items[row], struct item, index);
}

static struct md_slice item_text(const struct item *item)
{
	return item->region->line[item->line];
}

static md_mark *item_mark(const struct item *item)
{
	return &item->region->mark[item->line];
}

static struct places *places_of(const struct rows *rows, struct md_slice text)
{
	struct places key = { .text = text, .hash = md_line_hash(text, rows->seed) };
	struct places *places = g_hash_table_lookup(rows->places, &key);

	if (places == NULL) {
		places = g_memdup2(&key, sizeof(key));
		g_hash_table_add(rows->places, places);
	}
	return places;
}

/* The version by which a reader finds a line that is gone: it has it. */
static enum md_version source_of(md_mark mark)
{
	return md_mark_projections(mark) & MD_BIT(MD_OLD_DOWNSTREAM) ? MD_OLD_DOWNSTREAM
								     : MD_NEW_BASE;
}

static void collect_line(struct rows *rows, struct item item, enum row row)
{
	struct places *places = places_of(rows, item_text(&item));

	places->count[row]++;
	places->last[row] = rows->items[row]->len;
	g_array_append_val(rows->items[row], item);
}

static void collect_region(struct rows *rows, const struct md_file_comparison *file,
			   struct md_file_region *region, guint32 shown)
{
	gsize number[MD_PROJECTIONS];

	memcpy(number, region->start, sizeof(number));
	for (gsize line = 0; line < region->count; line++) {
		md_mark mark = region->mark[line];
		guint projections = md_mark_projections(mark);
		struct item item = { file, region, line, number[source_of(mark)], FALSE };

		if (md_mark_is_shown(mark, shown) && md_mark_shown(mark) != ' ')
			collect_line(rows, item, md_mark_shown(mark) == '-' ? MINUS : PLUS);
		for (guint version = 0; version < MD_PROJECTIONS; version++)
			number[version] += projections >> version & 1;
	}
}

static void collect_file(struct rows *rows, const struct md_file_comparison *file, guint32 shown)
{
	for (guint i = 0; i < file->regions->len; i++)
		collect_region(rows, file, g_ptr_array_index(file->regions, i), shown);
}

static void rows_init(struct rows *rows)
{
	for (enum row row = 0; row < ROWS; row++)
		rows->items[row] = g_array_new(FALSE, FALSE, sizeof(struct item));
	rows->places = g_hash_table_new_full(places_hash, places_equal, g_free, NULL);
	rows->routes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	rows->seed = (guint64)g_random_int() << 32 | g_random_int();
}

static void rows_clear(struct rows *rows)
{
	for (enum row row = 0; row < ROWS; row++)
		g_array_unref(rows->items[row]);
	g_hash_table_unref(rows->places);
	g_hash_table_unref(rows->routes);
}

#define DROPPED MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_ABSENT)
#define REMOVED MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_BASE)
#define ADDED MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)
#define RESTORED MD_MARK(MD_SIGN_BASE, MD_SIGN_CONTEXT)
#define DECLINED MD_MARK(MD_SIGN_ABSENT, MD_SIGN_BASE)
#define HELD MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_DOWNSTREAM)

/*
 * Upstream moved a line and the new downstream keeps it where it was. That is
 * no move: it stays shown as held, once, with where upstream has it.
 */
static gboolean is_kept_back(md_mark minus, md_mark plus)
{
	return minus == DECLINED && plus == HELD;
}

/*
 * The downstream moved all of a file, and what upstream had added to it since came along: it is
 * at the new place.
 */
static gboolean is_taken_along(const struct item *from, md_mark minus, md_mark plus)
{
	const guint32 *mode = from->file->mode;

	return minus == DECLINED && plus == ADDED && mode[MD_OLD_DOWNSTREAM] != MD_MODE_ABSENT &&
	       mode[MD_NEW_DOWNSTREAM] == MD_MODE_ABSENT;
}

/*
 * Whether two lines can be one that the downstream moved: its own, given up
 * at one place and taken up at the other. What it declined of upstream's in a file that it still
 * has is lost, however like a line of its own it looks, and is never called moved.
 */
static gboolean can_pair(const struct item *from, const struct item *to)
{
	md_mark minus = *item_mark(from) % MD_MARKS, plus = *item_mark(to) % MD_MARKS;

	if (is_kept_back(minus, plus))
		return from->file == to->file;
	return is_taken_along(from, minus, plus) ||
	       ((minus == DROPPED || minus == REMOVED) && (plus == ADDED || plus == RESTORED));
}

/* The items at these places are one line that moved, as far as they go. */
static gboolean is_pair(const struct rows *rows, guint minus, guint plus)
{
	const struct item *from = item_at(rows, MINUS, minus), *to = item_at(rows, PLUS, plus);

	return !from->paired && !to->paired && can_pair(from, to) &&
	       md_slice_equal(item_text(from), item_text(to));
}

static gboolean same_region(const struct rows *rows, enum row row, guint a, guint b)
{
	return item_at(rows, row, a)->region == item_at(rows, row, b)->region;
}

struct block {
	guint first[ROWS];
	guint count;
};

static struct block grow(const struct rows *rows, guint minus, guint plus)
{
	struct block block = { { minus, plus }, 1 };

	while (block.first[MINUS] > 0 && block.first[PLUS] > 0 &&
	       same_region(rows, MINUS, block.first[MINUS] - 1, minus) &&
	       same_region(rows, PLUS, block.first[PLUS] - 1, plus) &&
	       is_pair(rows, block.first[MINUS] - 1, block.first[PLUS] - 1)) {
		block.first[MINUS]--;
		block.first[PLUS]--;
		block.count++;
	}
	for (guint i = 1;
	     minus + i < rows->items[MINUS]->len && plus + i < rows->items[PLUS]->len &&
	     same_region(rows, MINUS, minus + i, minus) &&
	     same_region(rows, PLUS, plus + i, plus) && is_pair(rows, minus + i, plus + i);
	     i++)
		block.count++;
	return block;
}

/*
 * Whether the block can be believed to have moved. Between files a long one
 * can, and then the short ones beside it: a file that was split.
 */
static gboolean is_believable(const struct rows *rows, const struct block *block)
{
	const struct md_file_comparison *from = item_at(rows, MINUS, block->first[MINUS])->file;
	const struct md_file_comparison *to = item_at(rows, PLUS, block->first[PLUS])->file;
	g_autofree char *route = g_strdup_printf("%s\n%s", from->name, to->name);
	guint telling = 0;

	if (from == to || g_hash_table_contains(rows->routes, route))
		return TRUE;
	for (guint i = 0; i < block->count; i++)
		telling +=
			md_line_is_telling(item_text(item_at(rows, PLUS, block->first[PLUS] + i)));
	if (block->count < LEAST_ACROSS_FILES || telling < LEAST_TELLING)
		return FALSE;
	g_hash_table_add(rows->routes, g_steal_pointer(&route));
	return TRUE;
}

static void mark_block(const struct rows *rows, const struct block *block)
{
	const struct item *first = item_at(rows, MINUS, block->first[MINUS]);
	struct md_file_region *region = item_at(rows, PLUS, block->first[PLUS])->region;
	const struct md_origin origin = { item_at(rows, PLUS, block->first[PLUS])->line,
					  first->file->name, source_of(*item_mark(first)),
					  first->number };

	if (region->origins == NULL)
		region->origins = g_array_new(FALSE, FALSE, sizeof(struct md_origin));
	g_array_append_val(region->origins, origin);
	for (guint i = 0; i < block->count; i++) {
		struct item *from = item_at(rows, MINUS, block->first[MINUS] + i);
		struct item *to = item_at(rows, PLUS, block->first[PLUS] + i);

		*item_mark(to) |= MD_MARK_MOVED;
		*item_mark(from) |= MD_MARK_MOVED;
		from->paired = to->paired = TRUE;
	}
}

static void find_blocks(const struct rows *rows)
{
	for (guint i = 0; i < rows->items[PLUS]->len; i++) {
		struct md_slice text = item_text(item_at(rows, PLUS, i));
		const struct places *places = places_of(rows, text);
		struct block block;

		if (places->count[MINUS] != 1 || places->count[PLUS] != 1 ||
		    !md_line_is_telling(text) || !is_pair(rows, places->last[MINUS], i))
			continue;
		block = grow(rows, places->last[MINUS], i);
		if (is_believable(rows, &block))
			mark_block(rows, &block);
	}
}

/* First file by file: what stands once in a file may stand in others, too. */
void md_moves_find(GPtrArray *files, guint32 shown)
{
	struct rows all;

	rows_init(&all);
	for (guint i = 0; i < files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(files, i);
		struct rows rows;

		rows_init(&rows);
		collect_file(&rows, file, shown);
		find_blocks(&rows);
		rows_clear(&rows);
		if (all.items[MINUS]->len + all.items[PLUS]->len < MOST_LINES)
			collect_file(&all, file, shown);
	}
	/* Twice: the first long block may stand behind a short one. */
	find_blocks(&all);
	find_blocks(&all);
	rows_clear(&all);
}

/* ------------------------------------------------------- what a reader is told */

static gboolean moved_as(md_mark mark, char sign)
{
	return (mark & MD_MARK_MOVED) && md_mark_shown(mark) == sign;
}

/*
 * A line that is told of at its new place alone. What upstream moved is told
 * of at both, but for the downstream's lines: no mark says that they are
 * neither dropped nor here.
 */
static gboolean is_elsewhere(md_mark mark)
{
	return moved_as(mark, '-') ||
	       ((mark & MD_MARK_AWAY) && md_mark_sign(mark, MD_OLD) == MD_SIGN_DOWNSTREAM);
}

/* A piece may begin in another function than its region does. */
static const struct md_heading *first_heading(const struct md_file_region *region, gsize first,
					      gsize end)
{
	for (gsize line = first; line < end; line++) {
		if (region->within[line] != NULL)
			return region->within[line];
	}
	return NULL;
}

/* Appends lines [first, end) of @region, whose first has the numbers @start, if they tell. */
static void tell(GPtrArray *told, const struct md_file_region *region, gsize first, gsize end,
		 const gsize start[MD_PROJECTIONS], guint32 shown)
{
	struct md_file_region *piece;
	gboolean here = FALSE, words = FALSE;
	guint32 left = 0;

	for (gsize line = first; line < end; line++) {
		md_mark mark = region->mark[line];

		if (mark & MD_MARK_WORDS)
			words = TRUE;
		else if (md_mark_is_shown(mark, shown))
			left |= MD_BIT(mark % MD_MARKS);
		here |= moved_as(mark, '+') && !md_mark_is_kept_back(mark) &&
			!(mark & MD_MARK_WORDS);
	}
	if (left == 0 && !here && !words)
		return;
	piece = g_memdup2(region, sizeof(*region));
	piece->class =
		left == 0 && !here ? MD_CLASS_CARRIED : md_class_of_marks(left, region->near);
	piece->mark += first;
	piece->line += first;
	piece->within += first;
	piece->count = end - first;
	piece->arrived_first = CLAMP(region->arrived_first, first, end) - first;
	piece->arrived_end = CLAMP(region->arrived_end, first, end) - first;
	if (first > 0)
		piece->heading = first_heading(region, first, end);
	memcpy(piece->start, start, sizeof(piece->start));
	piece->origin = NULL;
	for (guint i = region->origins ? region->origins->len : 0; i-- > 0;) {
		const struct md_origin *origin =
			&g_array_index(region->origins, struct md_origin, i);

		if (origin->at >= first && origin->at < end)
			piece->origin = origin;
	}
	g_ptr_array_add(told, piece);
}

static void tell_region(GPtrArray *told, const struct md_file_region *region, guint32 shown)
{
	gsize start[MD_PROJECTIONS], number[MD_PROJECTIONS], first = 0;

	memcpy(start, region->start, sizeof(start));
	memcpy(number, region->start, sizeof(number));
	for (gsize line = 0; line < region->count; line++) {
		guint projections = md_mark_projections(region->mark[line]);
		gboolean away = is_elsewhere(region->mark[line]);

		if (away)
			tell(told, region, first, line, start, shown);
		for (guint version = 0; version < MD_PROJECTIONS; version++)
			number[version] += projections >> version & 1;
		if (away) {
			first = line + 1;
			memcpy(start, number, sizeof(start));
		}
	}
	tell(told, region, first, region->count, start, shown);
}

static void piece_free(void *data)
{
	struct md_file_region *piece = data;

	md_backport_free(piece->backport);
	g_clear_pointer(&piece->commits, g_ptr_array_unref);
	g_free(piece);
}

void md_moves_tell(struct md_file_comparison *file, guint32 shown)
{
	file->told = g_ptr_array_new_with_free_func(piece_free);
	for (guint i = 0; i < file->regions->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->regions, i);

		tell_region(file->told, region->reader ? region->reader : region, shown);
	}
}
