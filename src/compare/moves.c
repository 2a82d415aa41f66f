/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines that the downstream moved: gone from one place, there at another, in
 * the same file or not. To a patch they are deleted and added; a reader wants
 * to be shown them once, at the new place.
 *
 * Model: all lines shown as '-' are one row, all shown as '+' another, cut
 * where regions end. A telling line that stands once in each row is an
 * anchor; a block grows from it up and down while the two rows go on alike.
 * From one file to another a short block proves little ("#include <...>"
 * leaves one driver and comes to the next), so there it must be longer.
 *
 * Cost: one hash table over the shown lines, then linear.
 */
#include "compare/internal.h"

/* Lines of a block that went to another file, and how many of them must tell. */
#define LEAST_ACROSS_FILES 4
#define LEAST_TELLING 2

/* More shown lines than anybody reads come from sources that do not belong together. */
#define MOST_LINES 1000000

/* A shown line. */
struct item {
	const struct md_file_comparison *file;
	struct md_file_region *region;
	gsize line; /* in the region */
};

/* The shown lines of one sign, in order. */
enum row {
	MINUS,
	PLUS,
	ROWS,
};

struct rows {
	GArray *items[ROWS]; /* of struct item */
	GHashTable *places;  /* struct md_slice * -> struct places */
};

/* Where the lines of one text stand in both rows. */
struct places {
	guint count[ROWS];
	guint last[ROWS];
};

static struct item *item_at(const struct rows *rows, enum row row, guint index)
{
	return &g_array_index(rows->items[row], struct item, index);
}

static struct md_slice *item_text(const struct item *item)
{
	return &item->region->line[item->line];
}

static md_mark *item_mark(const struct item *item)
{
	return &item->region->mark[item->line];
}

static void collect_region(struct rows *rows, const struct md_file_comparison *file,
			   struct md_file_region *region, guint32 shown)
{
	for (gsize line = 0; line < region->count; line++) {
		struct item item = { file, region, line };
		char sign = md_mark_shown(region->mark[line]);
		enum row row = sign == '-' ? MINUS : PLUS;
		struct places *places;

		if (sign == ' ' || !md_mark_is_shown(region->mark[line], shown))
			continue;
		places = g_hash_table_lookup(rows->places, item_text(&item));
		if (places == NULL) {
			places = g_new0(struct places, 1);
			g_hash_table_insert(rows->places, item_text(&item), places);
		}
		places->count[row]++;
		places->last[row] = rows->items[row]->len;
		g_array_append_val(rows->items[row], item);
	}
}

static void collect(struct rows *rows, GPtrArray *files, guint32 shown)
{
	for (guint i = 0; i < files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(files, i);

		if (rows->items[MINUS]->len + rows->items[PLUS]->len > MOST_LINES)
			return;
		for (guint j = 0; j < file->regions->len; j++)
			collect_region(rows, file, g_ptr_array_index(file->regions, j), shown);
	}
}

/* The items at these places are one line that moved, as far as they go. */
static gboolean is_pair(const struct rows *rows, guint minus, guint plus)
{
	const struct item *from = item_at(rows, MINUS, minus), *to = item_at(rows, PLUS, plus);

	return !(*item_mark(from) & MD_MARK_MOVED) && !(*item_mark(to) & MD_MARK_MOVED) &&
	       md_slice_equal(*item_text(from), *item_text(to));
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

/* Whether the block is long enough to believe that it moved. */
static gboolean is_believable(const struct rows *rows, const struct block *block)
{
	guint telling = 0;

	if (item_at(rows, MINUS, block->first[MINUS])->file ==
	    item_at(rows, PLUS, block->first[PLUS])->file)
		return TRUE;
	for (guint i = 0; i < block->count; i++)
		telling +=
			md_line_is_telling(*item_text(item_at(rows, PLUS, block->first[PLUS] + i)));
	return block->count >= LEAST_ACROSS_FILES && telling >= LEAST_TELLING;
}

/* The line of @item in the carried text, from 1. */
static gsize carried_line(const struct item *item)
{
	gsize number = item->region->start[MD_CARRIED];

	for (gsize line = 0; line < item->line; line++)
		number += md_mark_projections(item->region->mark[line]) >> MD_CARRIED & 1;
	return number;
}

static void mark_block(const struct rows *rows, const struct block *block)
{
	const struct item *from = item_at(rows, MINUS, block->first[MINUS]);
	const struct item *to = item_at(rows, PLUS, block->first[PLUS]);

	if (to->region->moved_from == NULL) {
		to->region->moved_from = from->file->name;
		to->region->moved_from_line = carried_line(from);
	}
	for (guint i = 0; i < block->count; i++) {
		*item_mark(item_at(rows, MINUS, block->first[MINUS] + i)) |= MD_MARK_MOVED;
		*item_mark(item_at(rows, PLUS, block->first[PLUS] + i)) |= MD_MARK_MOVED;
	}
}

/* What is left to show of a region without the lines that moved. */
static void reclassify(struct md_file_region *region, guint32 shown)
{
	guint32 left = 0;
	gboolean moved = FALSE, here = FALSE;

	for (gsize line = 0; line < region->count; line++) {
		md_mark mark = region->mark[line];

		if (md_mark_is_shown(mark, shown))
			left |= MD_BIT(mark % MD_MARKS);
		moved |= (mark & MD_MARK_MOVED) != 0;
		here |= (mark & MD_MARK_MOVED) && md_mark_shown(mark) == '+';
	}
	if (!moved)
		return;
	region->class = md_class_of_marks(left, region->near);
	region->away = left == 0 && !here;
}

void md_moves_find(GPtrArray *files, guint32 shown)
{
	g_autoptr(GArray) minus = g_array_new(FALSE, FALSE, sizeof(struct item));
	g_autoptr(GArray) plus = g_array_new(FALSE, FALSE, sizeof(struct item));
	g_autoptr(GHashTable) table =
		g_hash_table_new_full(md_slice_hash, md_slice_hash_equal, NULL, g_free);
	struct rows rows = { { minus, plus }, table };

	collect(&rows, files, shown);
	for (guint i = 0; i < plus->len; i++) {
		struct md_slice *text = item_text(item_at(&rows, PLUS, i));
		const struct places *places = g_hash_table_lookup(table, text);
		struct block block;

		if (places->count[MINUS] != 1 || places->count[PLUS] != 1 ||
		    !md_line_is_telling(*text) || !is_pair(&rows, places->last[MINUS], i))
			continue;
		block = grow(&rows, places->last[MINUS], i);
		if (is_believable(&rows, &block))
			mark_block(&rows, &block);
	}
	for (guint i = 0; i < files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(files, i);

		for (guint j = 0; j < file->regions->len; j++)
			reclassify(g_ptr_array_index(file->regions, j), shown);
	}
}
