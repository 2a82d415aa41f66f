/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generated tables: a hash of all functions, the registers of a card. When one is
 * generated anew thousands of lines differ, each like the one before it, and
 * nobody reads them. A person is told how many of them changed in which way,
 * and one of them as an example; --show=all opens them.
 *
 * Model: the shape of a line is what is left when each word and number is written
 * as one letter and blanks go. Code has nearly as many shapes as lines, a table has one or two.
 */
#include "render/table.h"

#include "render/terminal.h"

#include <string.h>

/* Fewer lines can be read; and a few hundred lines of code may well have few shapes. */
#define LEAST_LINES 1000
/* Of so many lines only one may have a shape of its own. */
#define LINES_A_SHAPE 20

/* How lines of one name changed. */
struct tally {
	const char *name;
	gsize lines;
};

struct table {
	GHashTable *shapes;
	GArray *tallies; /* of struct tally */
	struct md_slice example;
	gsize lines;
};

static char *shape_of(struct md_slice line)
{
	GString *shape = g_string_new(NULL);
	struct md_slice word;

	while (md_slice_next_word(&line, &word)) {
		if (g_ascii_isspace(word.data[0]))
			continue;
		g_string_append_c(shape, g_ascii_isalnum(word.data[0]) || word.data[0] == '_'
						 ? 'a'
						 : word.data[0]);
	}
	return g_string_free(shape, FALSE);
}

static void count_name(struct table *table, const char *name)
{
	const struct tally tally = { name, 1 };

	for (guint i = 0; i < table->tallies->len; i++) {
		struct tally *known = &g_array_index(table->tallies, struct tally, i);

		if (strcmp(known->name, name) == 0) {
			known->lines++;
			return;
		}
	}
	g_array_append_val(table->tallies, tally);
}

static void collect(struct table *table, const struct md_file_region *region, guint32 shown)
{
	for (gsize i = 0; i < region->count; i++) {
		md_mark mark = region->mark[i];
		gboolean moved = (mark & MD_MARK_MOVED) && !md_mark_is_kept_back(mark);

		if (md_mark_sign_if(mark, shown) == ' ')
			continue;
		if (table->lines++ == 0)
			table->example = region->line[i];
		count_name(table, moved ? "moved" : md_mark_info(mark)->name);
		g_hash_table_add(table->shapes, shape_of(region->line[i]));
	}
}

static gsize count_lines(struct md_file_region *const *regions, gsize count, guint32 shown)
{
	gsize lines = 0;

	for (gsize i = 0; i < count; i++) {
		for (gsize j = 0; j < regions[i]->count; j++)
			lines += md_mark_sign_if(regions[i]->mark[j], shown) != ' ';
	}
	return lines;
}

static char *describe(const struct table *table, gboolean latin1)
{
	GString *text = g_string_new("table: ");
	g_autofree char *example = md_terminal_text(md_slice_chomp(table->example), latin1);

	for (guint i = 0; i < table->tallies->len; i++) {
		const struct tally *tally = &g_array_index(table->tallies, struct tally, i);

		g_string_append_printf(text, "%s%zu lines %s", i ? ", " : "", tally->lines,
				       tally->name);
	}
	g_string_append_printf(text, " (--show=all), like: %s", g_strstrip(example));
	return g_string_free(text, FALSE);
}

char *md_table_describe(const struct md_comparison *comparison,
			struct md_file_region *const *regions, gsize count, gboolean latin1)
{
	g_autoptr(GHashTable) shapes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) tallies = g_array_new(FALSE, FALSE, sizeof(struct tally));
	struct table table = { .shapes = shapes, .tallies = tallies };
	guint32 all = (MD_BIT(MD_MARKS) - 1) & ~md_mark_set_by_name("context");

	if (comparison->shown == all ||
	    count_lines(regions, count, comparison->shown) < LEAST_LINES)
		return NULL;
	for (gsize i = 0; i < count; i++) {
		collect(&table, regions[i], comparison->shown);
		if (g_hash_table_size(shapes) * LINES_A_SHAPE > MAX(table.lines, LEAST_LINES))
			return NULL;
	}
	return describe(&table, latin1);
}
