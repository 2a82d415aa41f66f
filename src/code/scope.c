/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What names mean inside one function, or one macro: its parameters and variables. */
#include "code/types.h"

/* Places in which one variable is looked at; each costs a look back to where its call begins. */
#define MOST_CALLS 64

/* The parameters of SYSCALL_DEFINE2(name, int, a, char *, b) and its like. */
static GArray *read_pairs(struct md_reader *reader, guint open)
{
	GArray *parameters = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	guint behind = md_reader_behind(reader, open);
	g_autoptr(GArray) parts = md_reader_split(reader, open + 1, behind - 1);

	for (guint i = 1; i + 1 < parts->len; i += 2) {
		struct md_extent type = g_array_index(parts, struct md_extent, i);
		struct md_extent name = g_array_index(parts, struct md_extent, i + 1);
		struct md_reader inside =
			md_reader_part(reader, (guint)type.first, (guint)type.end);
		struct md_variable variable = { .name = { NULL, 0 } };

		md_reader_type(&inside, &variable.shape);
		inside = md_reader_part(reader, (guint)name.first, (guint)name.end);
		variable.name = md_reader_peek(&inside, 0)->text;
		g_array_append_val(parameters, variable);
	}
	reader->at = behind;
	return parameters;
}

/* Reads the heading; @reader stands at the body then. */
static void read_heading(struct md_scope *scope, struct md_reader *reader)
{
	guint best = reader->end, at = 0;
	gboolean pairs = TRUE;

	while (at < reader->end) {
		struct md_reader here = md_reader_part(reader, at, reader->end);
		const struct md_token *token = md_reader_peek(&here, 0);

		if (md_token_is(token, '{') || md_token_is(token, ';'))
			break;
		if (token->kind != MD_TOKEN_WORD || !md_token_is(md_reader_peek(&here, 1), '(')) {
			at++;
			continue;
		}
		if (!md_word_takes_attributes(token->text) &&
		    (best == reader->end || (pairs && !md_word_is_macro(token->text)))) {
			best = at;
			pairs = md_word_is_macro(token->text);
		}
		at = md_reader_behind(reader, at + 1);
	}
	if (best < reader->end)
		scope->name = g_array_index(reader->tokens, struct md_token, best).text;
	reader->at = MIN(best + 1, reader->end);
	if (best == reader->end)
		scope->parameters = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	else
		scope->parameters =
			pairs ? read_pairs(reader, best + 1) : md_parameters_read(reader);
	reader->at = scope->body = at;
}

/* A macro: its parameters have names alone. */
static void read_macro(struct md_scope *scope, struct md_reader *reader, struct md_slice text)
{
	const struct md_token *name = md_reader_peek(reader, 1);
	gsize behind = (gsize)(name->text.data - text.data) + name->text.size;

	scope->parameters = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	reader->at = MIN(2, reader->end);
	if (name->text.size > 0 && behind < text.size && text.data[behind] == '(') {
		guint end = md_reader_behind(reader, reader->at);

		for (guint i = reader->at; i < end; i++) {
			struct md_reader at = md_reader_part(reader, i, end);
			struct md_variable variable = { md_reader_peek(&at, 0)->text };

			if (md_reader_peek(&at, 0)->kind == MD_TOKEN_WORD)
				g_array_append_val(scope->parameters, variable);
		}
		reader->at = end;
	}
	scope->body = reader->at;
}

struct md_scope *md_scope_new(struct md_types *types, const char *path, struct md_slice text)
{
	struct md_scope *scope = g_new0(struct md_scope, 1);
	gboolean macro = text.size > 0 && text.data[0] == '#';
	struct md_reader reader = { &types->pool };

	if (macro)
		text = (struct md_slice){ text.data + 1, text.size - 1 };
	scope->types = types;
	scope->path = g_strdup(path);
	scope->tokens = md_tokens_new(text, macro);
	scope->texts = g_ptr_array_new_with_free_func(g_free);
	scope->locals = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	reader.tokens = scope->tokens;
	reader.end = scope->tokens->len;
	if (macro)
		read_macro(scope, &reader, text);
	else
		read_heading(scope, &reader);
	md_locals_read(&reader, scope->locals);
	return scope;
}

void md_scope_free(struct md_scope *scope)
{
	if (scope == NULL)
		return;
	g_free(scope->path);
	g_array_unref(scope->tokens);
	g_array_unref(scope->parameters);
	g_array_unref(scope->locals);
	g_ptr_array_unref(scope->texts);
	g_free(scope);
}

int md_scope_parameter(const struct md_scope *scope, struct md_slice name)
{
	for (guint i = 0; i < scope->parameters->len && name.size > 0; i++) {
		if (md_slice_equal(g_array_index(scope->parameters, struct md_variable, i).name,
				   name))
			return (int)i;
	}
	return -1;
}

const struct md_variable *md_scope_variable(const struct md_scope *scope, struct md_slice name)
{
	int parameter;

	for (guint i = scope->locals->len; i-- > 0;) {
		const struct md_variable *variable =
			&g_array_index(scope->locals, struct md_variable, i);

		if (md_slice_equal(variable->name, name))
			return variable;
	}
	parameter = md_scope_parameter(scope, name);
	return parameter >= 0 ? &g_array_index(scope->parameters, struct md_variable, parameter)
			      : NULL;
}

static struct md_reader reader_of_body(const struct md_scope *scope)
{
	return (struct md_reader){ &scope->types->pool, scope->tokens, scope->body,
				   scope->tokens->len, 0 };
}

/* The expression that comes, to its semicolon or comma. */
static struct md_slice expression_at(const struct md_reader *reader)
{
	guint end = reader->at;

	while (end < reader->end) {
		const struct md_token *token = &g_array_index(reader->tokens, struct md_token, end);

		if (md_token_is(token, ';') || md_token_is(token, ',') || md_token_is(token, ')') ||
		    md_token_is(token, '}'))
			break;
		end = md_token_is(token, '(') || md_token_is(token, '[') || md_token_is(token, '{')
			      ? md_reader_behind(reader, end)
			      : end + 1;
	}
	return md_reader_text(reader, reader->at, end);
}

/* Whether the name that comes is given a value: no member of that name, and not what it points
 * to, unless it is declared here. */
static gboolean is_assigned(const struct md_reader *reader)
{
	struct md_reader before =
		md_reader_part(reader, reader->at - MIN(reader->at, 2), reader->at + 1);
	const struct md_token *last = md_reader_peek(&before, 1);

	return md_token_is(md_reader_peek(reader, 1), '=') &&
	       !md_token_is(md_reader_peek(reader, 2), '=') && !md_token_is(last, '.') &&
	       !md_token_is(last, '>') &&
	       (!md_token_is(last, '*') || md_reader_peek(&before, 0)->kind == MD_TOKEN_WORD ||
		md_token_is(md_reader_peek(&before, 0), '*'));
}

void md_scope_assignments(const struct md_scope *scope, struct md_slice name, md_scope_visit visit,
			  void *data)
{
	struct md_reader reader = reader_of_body(scope);

	for (; reader.at + 2 < reader.end; reader.at++) {
		const struct md_token *token = md_reader_peek(&reader, 0);

		if (token->kind == MD_TOKEN_WORD && md_slice_equal(token->text, name) &&
		    is_assigned(&reader)) {
			struct md_reader value = md_reader_part(&reader, reader.at + 2, reader.end);

			visit(data, expression_at(&value));
		}
	}
}

void md_scope_returns(const struct md_scope *scope, md_scope_visit visit, void *data)
{
	struct md_reader reader = reader_of_body(scope);

	while (reader.at < reader.end) {
		gboolean found = md_token_is_word(md_reader_peek(&reader, 0), "return");

		reader.at++;
		if (found)
			visit(data, expression_at(&reader));
	}
}

void md_scope_stores(const struct md_scope *scope, struct md_slice name, md_scope_visit visit,
		     void *data)
{
	struct md_reader reader = reader_of_body(scope);

	for (; reader.at < reader.end; reader.at++) {
		struct md_reader ahead = reader;
		gboolean closed;

		if (!md_reader_take(&ahead, '*'))
			continue;
		closed = !md_reader_take(&ahead, '(');
		if (!md_slice_equal(md_reader_peek(&ahead, 0)->text, name))
			continue;
		ahead.at++;
		if ((closed || md_reader_take(&ahead, ')')) && md_reader_take(&ahead, '=') &&
		    !md_token_is(md_reader_peek(&ahead, 0), '='))
			visit(data, expression_at(&ahead));
	}
}

/* The bracket that the token at @at stands in, as an argument: its index, or 0. */
static guint open_before(const struct md_reader *reader, guint at)
{
	guint depth = 0;

	while (at-- > 0) {
		const struct md_token *token = &g_array_index(reader->tokens, struct md_token, at);

		if (md_token_is(token, ';') || md_token_is(token, '{') || md_token_is(token, '}'))
			break;
		depth += md_token_is(token, ')');
		if (md_token_is(token, '(') && depth-- == 0)
			return at;
	}
	return 0;
}

void md_scope_passes(const struct md_scope *scope, struct md_slice name, gboolean address,
		     md_scope_visit_call visit, void *data)
{
	struct md_reader reader = reader_of_body(scope);
	guint left = MOST_CALLS;
	g_autofree char *text =
		g_strdup_printf("%s%.*s", address ? "&" : "", (int)name.size, name.data);

	for (; reader.at < reader.end && left > 0; reader.at++) {
		guint open;
		g_autoptr(GArray) arguments = NULL;

		if (!md_slice_equal(md_reader_peek(&reader, 0)->text, name))
			continue;
		left--;
		open = open_before(&reader, reader.at);
		if (open <= scope->body ||
		    g_array_index(reader.tokens, struct md_token, open - 1).kind != MD_TOKEN_WORD)
			continue;
		arguments = md_reader_arguments(&reader, open);
		for (guint i = 0; i < arguments->len; i++) {
			if (md_slice_is(g_array_index(arguments, struct md_slice, i), text))
				visit(data,
				      g_array_index(reader.tokens, struct md_token, open - 1).text,
				      i, arguments);
		}
	}
}
