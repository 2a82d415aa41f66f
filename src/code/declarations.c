/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations, as kernels write them.
 *
 * Model: C's own grammar of declarations, read by descent, with what the preprocessor would
 * have taken away passed over: attributes, whatever they are called, by the place
 * where they stand; of #if all branches, so that a struct has each member that some
 * configuration gives it. A macro in a struct, as struct_group() or what distributions
 * keep their ABI with, has its arguments read as members.
 *
 * What is no declaration is passed over to its semicolon. Cost: one pass.
 */
#include "code/declarations.h"

/* ------------------------------------------------------------- declarators */

static void pass_pointers(struct md_reader *reader, struct md_shape *shape)
{
	for (;;) {
		md_reader_pass_attributes(reader, MD_BEFORE_TYPE);
		if (!md_reader_take(reader, '*'))
			break;
		shape->pointers++;
	}
}

void md_reader_suffixes(struct md_reader *reader, struct md_shape *shape)
{
	for (;;) {
		const struct md_token *token = md_reader_peek(reader, 0);

		if (md_token_is(token, '[')) {
			shape->pointers++;
			shape->array = TRUE;
		} else if (md_token_is(token, '(')) {
			shape->function = TRUE;
		} else {
			return;
		}
		reader->at = md_reader_behind(reader, reader->at);
	}
}

/* One declarator: "**name[3]", after a type. FALSE: it has no name. */
static gboolean read_declarator(struct md_reader *reader, const struct md_shape *base,
				struct md_variable *variable)
{
	struct md_shape shape = *base;

	*variable = (struct md_variable){ .name = { NULL, 0 } };
	pass_pointers(reader, &shape);
	if (md_token_is(md_reader_peek(reader, 0), '(')) {
		guint behind = md_reader_behind(reader, reader->at);
		struct md_reader inside = md_reader_part(reader, reader->at + 1, behind - 1);
		guint pointers = shape.pointers;
		const struct md_shape none = { 0 };

		if (++inside.depth >= MD_READER_DEEPEST ||
		    !read_declarator(&inside, &none, variable))
			return FALSE;
		reader->at = behind;
		md_reader_suffixes(reader, &shape);
		/* What it returns is all that counts of a pointer to a function. */
		shape.function |= variable->shape.function;
		if (shape.function)
			shape.pointers = pointers;
		else
			shape.pointers += variable->shape.pointers;
		shape.array |= variable->shape.array;
	} else {
		gboolean wrapped = md_token_is_word(md_reader_peek(reader, 0), "uninitialized_var");

		reader->at += wrapped ? 2 : 0;
		if (!md_token_is_name(md_reader_peek(reader, 0)))
			return FALSE;
		variable->name = md_reader_peek(reader, 0)->text;
		reader->at += wrapped ? 2 : 1;
		md_reader_pass_attributes(reader, MD_BEFORE_NAME);
		md_reader_suffixes(reader, &shape);
	}
	variable->shape = shape;
	return TRUE;
}

gboolean md_reader_type(struct md_reader *reader, struct md_shape *shape)
{
	const struct md_reader before = *reader;
	struct md_shape found;

	if (!md_reader_specifiers(reader, &found)) {
		*reader = before;
		return FALSE;
	}
	pass_pointers(reader, &found);
	/* "int (*)(void)" */
	while (md_token_is(md_reader_peek(reader, 0), '(') ||
	       md_token_is(md_reader_peek(reader, 0), '[')) {
		found.function |= md_token_is(md_reader_peek(reader, 0), '(');
		found.pointers += md_token_is(md_reader_peek(reader, 0), '[');
		reader->at = md_reader_behind(reader, reader->at);
	}
	*shape = found;
	return TRUE;
}

/* ------------------------------------------------------------ declarations */

/* Bits, attributes and a value behind a declarator. */
static void read_rest(struct md_reader *reader, struct md_variable *variable)
{
	guint end = md_reader_find_end(reader, ',', ';');

	md_reader_pass_attributes(reader, MD_BEFORE_NAME);
	if (reader->at < end && md_reader_take(reader, '='))
		variable->value = md_reader_text(reader, reader->at, end);
	reader->at = end;
}

/* FALSE, and not moved, where none comes. */
static gboolean read_declaration(struct md_reader *reader, GArray *variables)
{
	const struct md_reader before = *reader;
	guint had = variables->len;
	struct md_shape base;

	if (!md_reader_specifiers(reader, &base))
		return FALSE;
	while (!md_token_is(md_reader_peek(reader, 0), ';') && reader->at < reader->end) {
		struct md_variable variable;

		if (read_declarator(reader, &base, &variable)) {
			read_rest(reader, &variable);
			g_array_append_val(variables, variable);
		} else if (!md_token_is(md_reader_peek(reader, 0), ':')) {
			/* Bits may have no name. */
			g_array_set_size(variables, had);
			*reader = before;
			return FALSE;
		} else {
			reader->at = md_reader_find_end(reader, ',', ';');
		}
		if (!md_reader_take(reader, ','))
			break;
	}
	md_reader_take(reader, ';');
	if (variables->len == had && base.body != NULL) {
		struct md_variable anonymous = { .shape = base };

		/* "struct tag { ... };" in a struct declares a type alone. */
		if (base.name == NULL)
			g_array_append_val(variables, anonymous);
	}
	return TRUE;
}

gboolean md_reader_item(struct md_reader *reader, GArray *variables)
{
	return md_reader_variable_macro(reader, variables) || read_declaration(reader, variables);
}

/* -------------------------------------------------- members and parameters */

/* A macro among members: what of its arguments looks like members is. */
static void read_macro_members(struct md_reader *reader, GArray *members)
{
	guint behind = md_reader_behind(reader, reader->at + 1);
	g_autoptr(GArray) parts = md_reader_split(reader, reader->at + 2, behind - 1);

	for (guint i = 0; i < parts->len; i++) {
		struct md_extent part = g_array_index(parts, struct md_extent, i);
		struct md_reader inside =
			md_reader_part(reader, (guint)part.first, (guint)part.end);

		inside.depth++;
		if (part.end - part.first > 1)
			md_members_read(&inside, members);
	}
	reader->at = behind;
	md_reader_take(reader, ';');
}

void md_members_read(struct md_reader *reader, GArray *members)
{
	if (reader->depth >= MD_READER_DEEPEST) {
		reader->at = reader->end;
		return;
	}
	while (reader->at < reader->end) {
		if (md_reader_item(reader, members))
			continue;
		if (md_token_is_name(md_reader_peek(reader, 0)) &&
		    md_token_is(md_reader_peek(reader, 1), '('))
			read_macro_members(reader, members);
		else if (md_token_is_name(md_reader_peek(reader, 0)) &&
			 md_word_is_macro(md_reader_peek(reader, 0)->text))
			reader->at++; /* a macro that is a whole member, or two of them */
		else
			md_reader_pass_semicolon(reader);
	}
}

GArray *md_parameters_read(struct md_reader *reader)
{
	GArray *parameters = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	guint behind = md_reader_behind(reader, reader->at);
	g_autoptr(GArray) parts = md_reader_split(reader, reader->at + 1, behind - 1);

	for (guint i = 0; i < parts->len; i++) {
		struct md_extent part = g_array_index(parts, struct md_extent, i);
		struct md_reader inside =
			md_reader_part(reader, (guint)part.first, (guint)part.end);
		struct md_variable variable = { .name = { NULL, 0 } };
		struct md_shape base;

		/* Its name may be missing, its place counts. */
		if (md_reader_specifiers(&inside, &base))
			read_declarator(&inside, &base, &variable);
		g_array_append_val(parameters, variable);
	}
	reader->at = behind;
	return parameters;
}

/* ------------------------------------------------------------------ locals */

/* What a declaration of a variable goes on with, behind its name. */
static gboolean ends_declarator(const struct md_token *token)
{
	return md_token_is(token, '=') || md_token_is(token, ';') || md_token_is(token, ',') ||
	       md_token_is(token, '[') || md_token_is(token, ')') ||
	       (token->kind == MD_TOKEN_WORD && md_slice_has_prefix(token->text, "__"));
}

/* Whether a declaration comes, where a statement may start. */
static gboolean at_declaration(const struct md_reader *reader)
{
	guint ahead = 1;

	if (md_reader_at_type(reader))
		return TRUE;
	if (!md_token_is_name(md_reader_peek(reader, 0)))
		return FALSE;
	while (md_token_is(md_reader_peek(reader, ahead), '*') ||
	       md_word_is_attribute(md_reader_peek(reader, ahead)->text))
		ahead++;
	return md_token_is_name(md_reader_peek(reader, ahead)) &&
	       ends_declarator(md_reader_peek(reader, ahead + 1));
}

void md_locals_read(struct md_reader *reader, GArray *variables)
{
	gboolean start = TRUE;

	while (reader->at < reader->end) {
		const struct md_token *token = md_reader_peek(reader, 0);

		guint had = variables->len;

		if (start && (md_reader_variable_macro(reader, variables) ||
			      (at_declaration(reader) && read_declaration(reader, variables)))) {
			for (; had < variables->len; had++)
				g_array_index(variables, struct md_variable, had).fixed =
					md_token_is_word(token, "static");
			continue;
		}
		start = md_token_is(token, ';') || md_token_is(token, '{') ||
			md_token_is(token, '}') || md_token_is(token, ':');
		reader->at++;
		if (md_token_is_word(token, "for") && md_reader_take(reader, '('))
			start = TRUE;
	}
}
