/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --stat: how many lines changed, and of what classes, for each file, each
 * function in it, or each directory.
 */
#include "render/stat.h"
#include "render/terminal.h"

#include <string.h>

/* What a line of the summary counts. */
struct row {
	char *name; /* as printed */
	gsize files;
	gsize added, removed;		     /* lines */
	gsize regions[MD_CLASSES];	     /* that have lines in it */
	const struct md_file_region *region; /* the last of them */
};

/* Rows in the order in which they came. */
struct rows {
	GPtrArray *row;	   /* of struct row */
	GHashTable *named; /* by name */
};

static void row_free(void *data)
{
	struct row *row = data;

	g_free(row->name);
	g_free(row);
}

static void rows_init(struct rows *rows)
{
	rows->row = g_ptr_array_new_with_free_func(row_free);
	rows->named = g_hash_table_new(g_str_hash, g_str_equal);
}

static void rows_clear(struct rows *rows)
{
	g_hash_table_unref(rows->named);
	g_ptr_array_unref(rows->row);
}

/* The row called @name, which is new where there was none. */
static struct row *rows_get(struct rows *rows, const char *name)
{
	struct row *row = g_hash_table_lookup(rows->named, name);

	if (row == NULL) {
		row = g_new0(struct row, 1);
		row->name = g_strdup(name);
		g_ptr_array_add(rows->row, row);
		g_hash_table_insert(rows->named, row->name, row);
	}
	return row;
}

char *md_file_describe(const struct md_file_comparison *file)
{
	guint32 carried = file->mode[MD_CARRIED], newest = file->mode[MD_NEW_DOWNSTREAM];
	gboolean present[MD_VERSIONS];
	md_mark presence;

	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		present[version] = file->mode[version] != MD_MODE_ABSENT;
	presence = md_mark_of_presence(present);
	if (md_mark_shown(presence) != ' ')
		return g_strdup_printf("file %s", md_mark_info(presence)->name);
	if (carried != newest && carried != MD_MODE_ABSENT && newest != MD_MODE_ABSENT)
		return g_strdup_printf("mode %06o, carried %06o", newest, carried);
	return NULL;
}

static void count_line(struct row *row, const struct md_file_region *region, md_mark mark,
		       guint32 shown)
{
	char sign = md_mark_sign_if(md_mark_in_text(mark), shown);

	row->added += sign == '+';
	row->removed += sign == '-';
	if (sign != ' ' && row->region != region) {
		row->region = region;
		row->regions[region->class]++;
	}
}

static void count_file(struct row *row, const struct md_file_comparison *file, guint32 shown)
{
	row->files++;
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		for (gsize line = 0; line < region->count; line++)
			count_line(row, region, region->mark[line], shown);
	}
}

/* "declined 2, added 1" */
static char *describe_classes(const struct row *row)
{
	GString *text = g_string_new(NULL);

	for (enum md_class class = 0; class < MD_CLASSES; class ++) {
		if (row->regions[class] > 0)
			g_string_append_printf(text, "%s%s %zu", text->len ? ", " : "",
					       md_class_name(class), row->regions[class]);
	}
	return g_string_free(text, FALSE);
}

/* A row with @what behind its numbers; @indent blanks stand before its name. */
static void append_row(GString *out, const struct row *row, int indent, const char *what,
		       const struct md_render_settings *settings)
{
	g_autofree char *plus = g_strdup_printf("%+6zd", (gssize)row->added);
	g_autofree char *minus = g_strdup_printf("-%zu", row->removed);
	/* Half of the line, but for some that is too narrow to say anything. */
	int room = MAX((int)settings->width / 2, 20) - indent;
	glong length = g_utf8_strlen(row->name, -1);

	/* As git diff --stat: the end of a long path tells more than its start; a name is whole. */
	if (length > room && indent == 0)
		g_string_append_printf(out, " ...%s",
				       g_utf8_offset_to_pointer(row->name, length - room + 3));
	else
		g_string_append_printf(out, " %*s%s%*s", indent, "", row->name,
				       MAX(room - (int)length, 0), "");
	g_string_append(out, " |");
	md_terminal_append(out, md_terminal_color(settings, PLUS), plus);
	g_string_append_printf(out, "%*s", 6 - (int)strlen(minus) + 1, "");
	md_terminal_append(out, md_terminal_color(settings, MINUS), minus);
	g_string_append_printf(out, "  %s\n", what);
}

/* ----------------------------------------------------------------- functions */

/* "igloo", "struct igloo": what says by itself that it is no function needs no word. */
static char *name_heading(const struct md_heading *heading, gboolean latin1)
{
	g_autofree char *name = NULL;

	if (heading == NULL)
		return g_strdup("(no function)");
	name = md_terminal_name(heading->name, latin1);
	switch (heading->kind) {
	case MD_DEFINITION_STRUCT:
	case MD_DEFINITION_UNION:
	case MD_DEFINITION_ENUM:
	case MD_DEFINITION_MACRO:
		return g_strdup_printf("%s %s", md_definition_kind_name(heading->kind), name);
	default:
		return g_steal_pointer(&name);
	}
}

static void append_functions(GString *out, const struct md_comparison *comparison,
			     const struct md_file_comparison *file,
			     const struct md_render_settings *settings)
{
	__attribute__((cleanup(rows_clear))) struct rows rows;
	gboolean any = FALSE;

	rows_init(&rows);
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		for (gsize line = 0; line < region->count; line++) {
			g_autofree char *name = NULL;

			if (md_mark_sign_if(md_mark_in_text(region->mark[line]),
					    comparison->shown) == ' ')
				continue;
			name = name_heading(region->within[line], file->latin1);
			any |= region->within[line] != NULL;
			count_line(rows_get(&rows, name), region, region->mark[line],
				   comparison->shown);
		}
	}
	/* Where no line lies in anything, the line of the file has said it all. */
	for (guint i = 0; any && i < rows.row->len; i++) {
		const struct row *row = g_ptr_array_index(rows.row, i);
		g_autofree char *classes = describe_classes(row);

		append_row(out, row, 2, classes, settings);
	}
}

void md_stat_append_file(GString *out, const struct md_comparison *comparison,
			 const struct md_file_comparison *file,
			 const struct md_render_settings *settings)
{
	g_autofree char *name = md_terminal_name(file->name, file->latin1);
	g_autofree char *what = md_file_describe(file);
	g_autofree char *classes = NULL, *all = NULL;
	struct row row = { .name = name };

	count_file(&row, file, comparison->shown);
	classes = describe_classes(&row);
	all = g_strdup_printf("%s%s%s", file->binary ? "binary" : classes,
			      what && (classes[0] || file->binary) ? ", " : "", what ? what : "");
	append_row(out, &row, 0, all, settings);
	if (settings->stat == MD_STAT_FUNCTION)
		append_functions(out, comparison, file, settings);
}

/* --------------------------------------------------------------- directories */

void md_stat_append_directories(GString *out, const struct md_comparison *comparison,
				const struct md_render_settings *settings)
{
	__attribute__((cleanup(rows_clear))) struct rows rows;

	rows_init(&rows);
	for (guint i = 0; i < comparison->files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);
		g_autofree char *directory = NULL, *name = NULL;

		if (!md_file_comparison_is_news(file, comparison->shown))
			continue;
		directory = g_path_get_dirname(file->name);
		name = md_terminal_name(directory, file->latin1);
		count_file(rows_get(&rows, name), file, comparison->shown);
	}
	for (guint i = 0; i < rows.row->len; i++) {
		const struct row *row = g_ptr_array_index(rows.row, i);
		g_autofree char *classes = describe_classes(row);
		g_autofree char *all =
			g_strdup_printf("%zu file%s%s%s", row->files, md_plural(row->files),
					classes[0] ? ": " : "", classes);

		append_row(out, row, 0, all, settings);
	}
}
