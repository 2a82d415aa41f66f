/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The definitions of one text, and which of them lines lie in. Borders are
 * found at once, names when they are asked for: few of them are.
 */
#include "code/internal.h"

#include <string.h>

struct md_outline {
	struct md_slice text;
	GArray *definitions; /* of struct md_definition */
	GStringChunk *names;
	void *parser; /* NULL: not needed yet */
};

const char *md_definition_kind_name(enum md_definition_kind kind)
{
	static const char *const name[MD_DEFINITION_KINDS] = {
		[MD_DEFINITION_FUNCTION] = "function",
		[MD_DEFINITION_STRUCT] = "struct",
		[MD_DEFINITION_UNION] = "union",
		[MD_DEFINITION_ENUM] = "enum",
		[MD_DEFINITION_INITIALIZER] = "initializer",
		[MD_DEFINITION_MACRO] = "macro",
		[MD_DEFINITION_SECTION] = "section",
		[MD_DEFINITION_VARIABLE] = "variable",
	};

	return name[kind];
}

/* Names that C goes by; headers of C++ are near enough. */
static gboolean is_c(const char *path)
{
	static const char *const suffixes[] = { ".c",	".h",	      ".cc",	    ".cpp", ".hpp",
						".inc", ".c_shipped", ".h_shipped", ".y",   ".l" };

	for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (g_str_has_suffix(path, suffixes[i]))
			return TRUE;
	}
	return FALSE;
}

/* Names of a few bytes, hundreds in a file. */
#define NAMES_BLOCK 1024

static struct md_outline *outline_new(const char *path, struct md_slice text, gboolean variables)
{
	struct md_outline *outline = g_new0(struct md_outline, 1);

	outline->text = text;
	outline->names = g_string_chunk_new(NAMES_BLOCK);
	outline->definitions = is_c(path) ? md_items_find(text, variables)
					  : md_headings_find(path, text, outline->names);
	return outline;
}

struct md_outline *md_outline_new(const char *path, struct md_slice text)
{
	return outline_new(path, text, FALSE);
}

struct md_outline *md_outline_new_full(const char *path, struct md_slice text)
{
	return outline_new(path, text, TRUE);
}

void md_outline_free(struct md_outline *outline)
{
	if (outline == NULL)
		return;
	g_array_unref(outline->definitions);
	g_string_chunk_free(outline->names);
	md_parser_free(outline->parser);
	g_free(outline);
}

static const struct md_definition *name_definition(struct md_outline *outline, guint index)
{
	struct md_definition *definition =
		&g_array_index(outline->definitions, struct md_definition, index);
	g_autofree char *name = NULL;

	if (definition->named)
		return definition;
	if (outline->parser == NULL)
		outline->parser = md_parser_new();
	name = md_definition_find_name(outline->parser, outline->text, definition);
	definition->name = name != NULL ? g_string_chunk_insert(outline->names, name) : NULL;
	definition->named = TRUE;
	return definition;
}

const GArray *md_outline_definitions(struct md_outline *outline)
{
	for (guint i = 0; i < outline->definitions->len; i++)
		name_definition(outline, i);
	return outline->definitions;
}

/* The index of the first definition that ends behind @line. */
static guint first_behind(const GArray *definitions, gsize line)
{
	guint low = 0, high = definitions->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(definitions, struct md_definition, middle).lines.end > line)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct md_definition *md_outline_find(struct md_outline *outline, gsize first, gsize end)
{
	const GArray *definitions = outline->definitions;
	const struct md_definition *constant = NULL;

	for (guint i = first_behind(definitions, first); i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);

		if (definition->lines.first >= MAX(end, first + 1))
			break;
		/* A place between two lines is not in what starts behind it. */
		if ((first == end && definition->lines.first == first) ||
		    (md_definition_is_constant(definition) && constant != NULL) ||
		    name_definition(outline, i)->name == NULL)
			continue;
		if (!md_definition_is_constant(definition))
			return definition;
		constant = definition;
	}
	return constant;
}
