/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System.map, as nm writes it: "ffffffff81000000 T _text", sorted by address or not. /proc/kallsyms
 * has the module behind a tab. Only text counts: t, T, w, W; no size is told, so a symbol reaches
 * to the next.
 */
#include "crash/symbols.h"

#include <string.h>

gboolean md_system_map_read(const char *path, struct md_symbol_table *table, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &why);
	struct md_slice rest, line;
	guint before = table->symbols->len;

	if (file == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", path, why->message);
		return FALSE;
	}
	rest.data = g_mapped_file_get_contents(file);
	rest.size = g_mapped_file_get_length(file);
	for (gsize number = 1; md_slice_next_line(&rest, &line); number++) {
		char text[512], *end;
		struct md_symbol symbol = { 0 };
		gsize length;

		line = md_slice_chomp(line);
		length = MIN(line.size, sizeof(text) - 1);
		memcpy(text, line.data, length);
		text[length] = '\0';
		symbol.address = g_ascii_strtoull(text, &end, 16);
		if (end == text || end[0] != ' ' || !g_ascii_isalpha(end[1]) || end[2] != ' ') {
			g_array_set_size(table->symbols, before);
			g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
				    "%s:%zu: not a line of a System.map", path, number);
			return FALSE;
		}
		/* Symbols of modules have theirs behind a tab: they move from boot to boot. */
		if (strchr("tTwW", end[1]) == NULL || strchr(end, '\t') != NULL)
			continue;
		symbol.name = g_string_chunk_insert(table->names, md_symbol_bare(end + 3));
		g_array_append_val(table->symbols, symbol);
	}
	if (table->symbols->len == before) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: no functions in it", path);
		return FALSE;
	}
	return TRUE;
}
