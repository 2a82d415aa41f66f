/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A quilt series: one patch a line, in the order they are applied.
 *
 *   NAME [-pN | -p N | -pab] [-R] [# comment]
 *
 * A "#" begins a comment at the start of a line or after a blank, as quilt
 * reads it; one inside a name belongs to the name.
 */
#include "patch/names.h"

#include <string.h>

#define BLANKS " \t\r\n\v\f"

/* The next word of @line, or NULL at its end or at a comment. */
static char *next_word(const char **line)
{
	const char *start = *line + strspn(*line, BLANKS);
	gsize size = strcspn(start, BLANKS);

	if (size == 0 || *start == '#')
		return NULL;
	*line = start + size;
	return g_strndup(start, size);
}

/* Reads N of -pN; quilt's "ab" is the level 1 with other names. */
static gboolean parse_strip(const char *text, guint *strip)
{
	guint64 value;

	if (strcmp(text, "ab") == 0) {
		*strip = 1;
		return TRUE;
	}
	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT, &value, NULL))
		return FALSE;
	*strip = value;
	return TRUE;
}

/* Reads the options behind the name; returns what is wrong with them, or NULL. */
static char *parse_options(const char *line, struct md_series_entry *entry)
{
	g_autofree char *word = NULL;

	while (g_free(word), (word = next_word(&line)) != NULL) {
		if (strcmp(word, "-R") == 0) {
			entry->reverse = TRUE;
		} else if (g_str_has_prefix(word, "-p")) {
			g_autofree char *after = word[2] == '\0' ? next_word(&line) : NULL;
			const char *level = word[2] == '\0' ? after : word + 2;

			if (level == NULL || !parse_strip(level, &entry->strip))
				return g_strdup_printf("\"-p%s\" is not a strip level",
						       level ? level : "");
		} else {
			return g_strdup_printf("unknown option \"%s\"", word);
		}
	}
	return NULL;
}

static void entry_clear(void *data)
{
	struct md_series_entry *entry = data;

	g_free(entry->name);
}

/* Reads one line; returns what is wrong with it, or NULL. */
static char *parse_line(struct md_slice line, gsize place, GArray *entries)
{
	struct md_series_entry entry = { .strip = 1, .place = place };
	g_autofree char *text = NULL;
	g_autofree char *safe = NULL;
	g_autofree char *fault = NULL;
	const char *rest;

	if (line.size > 0 && memchr(line.data, '\0', line.size) != NULL)
		return g_strdup("a NUL byte in a series");
	rest = text = g_strndup(line.data, line.size);
	entry.name = next_word(&rest);
	if (entry.name == NULL)
		return NULL;
	safe = md_patch_strip_name(entry.name, 0);
	if (safe == NULL)
		fault = g_strdup_printf("unsafe path \"%s\"", entry.name);
	else
		fault = parse_options(rest, &entry);
	if (fault != NULL)
		entry_clear(&entry);
	else
		g_array_append_val(entries, entry);
	return g_steal_pointer(&fault);
}

GArray *md_series_parse(const char *name, struct md_slice content, GError **error)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct md_series_entry));
	struct md_slice line;

	g_array_set_clear_func(entries, entry_clear);
	for (gsize place = 1; md_slice_next_line(&content, &line); place++) {
		g_autofree char *fault = parse_line(line, place, entries);

		if (fault != NULL) {
			g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s:%zu: %s", name, place,
				    fault);
			return NULL;
		}
	}
	return g_steal_pointer(&entries);
}
