/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The type of an expression, and the name of the lock that it points to.
 *
 * Model: a value has a type and a label, which says what object it is, or points to: the name
 * of a global, or the innermost struct that has a name and the member in it. Taking an
 * address, following a pointer and an index change the type and leave the label.
 * What names, calls and members are worth is in values.c. A local variable that points to a lock
 * is what is assigned to it, if that is one thing (aliases.c).
 *
 * Precedence is not needed: of "a + b" the side counts that is a pointer.
 *
 * Bounds: expressions in expressions, and macros and functions in all per question.
 */
#include "code/values.h"

/* Macros, functions and aliases that one question may take: "this_rq()" takes three. */
#define MOST_STEPS 200

static struct md_value evaluate(struct md_scope *scope, struct md_reader *reader);

static struct md_value evaluate_unary(struct md_scope *scope, struct md_reader *reader);

struct md_value md_value_of(struct md_scope *scope, struct md_slice text)
{
	g_autoptr(GArray) tokens = NULL;
	struct md_reader reader;
	struct md_value value;

	if (scope->depth >= MD_VALUE_DEEPEST || scope->left == 0)
		return md_value_none;
	scope->left--;
	scope->depth++;
	tokens = md_tokens_new(text, TRUE);
	reader = md_value_reader(scope, tokens);
	value = evaluate(scope, &reader);
	scope->depth--;
	return value;
}

static struct md_value number(void)
{
	struct md_value value = md_value_none;

	value.typed = TRUE;
	value.shape.name = "int";
	return value;
}

/* ----------------------------------------------------------------- grammar */

/* ({ declarations; statements; value; }) */
static struct md_value statement_value(struct md_scope *scope, struct md_reader *reader)
{
	guint behind = md_reader_behind(reader, reader->at), start = reader->at + 1;
	struct md_reader inside = md_reader_part(reader, start, behind - 1);
	guint locals = scope->locals->len;
	struct md_value value;

	md_locals_read(&inside, scope->locals);
	for (guint i = start; i + 1 < behind - 1;) {
		struct md_reader here = md_reader_part(reader, i, behind);

		if (md_token_is(md_reader_peek(&here, 0), ';') && i + 2 < behind)
			start = i + 1;
		i = md_token_is(md_reader_peek(&here, 0), '{') ||
				    md_token_is(md_reader_peek(&here, 0), '(')
			    ? md_reader_behind(reader, i)
			    : i + 1;
	}
	inside = md_reader_part(reader, start, behind - 1);
	value = evaluate(scope, &inside);
	if (value.typed && value.label == NULL && value.shape.name != NULL &&
	    md_type_is_lock(value.shape.name))
		md_value_settle(scope, &value);
	if (value.local.data != NULL && md_scope_parameter(scope, value.local) < 0)
		value.local = (struct md_slice){ NULL, 0 };
	g_array_set_size(scope->locals, locals);
	reader->at = behind;
	return value;
}

/* Whether the parenthesis that comes holds a type. */
static gboolean is_cast(const struct md_scope *scope, const struct md_reader *reader)
{
	guint behind = md_reader_behind(reader, reader->at);
	struct md_reader inside = md_reader_part(reader, reader->at + 1, behind - 1);
	struct md_reader next = md_reader_part(reader, behind, reader->end);
	const struct md_token *token = md_reader_peek(&next, 0);
	struct md_shape shape;

	if (md_reader_at_type(&inside))
		return TRUE;
	if (md_reader_peek(&inside, 0)->kind != MD_TOKEN_WORD ||
	    md_scope_variable(scope, md_reader_peek(&inside, 0)->text) != NULL ||
	    !md_reader_type(&inside, &shape) || inside.at != inside.end)
		return FALSE;
	return token->kind == MD_TOKEN_WORD || token->kind == MD_TOKEN_LITERAL ||
	       (shape.pointers > 0 &&
		(md_token_is(token, '(') || md_token_is(token, '&') || md_token_is(token, '*')));
}

static struct md_value parenthesis_value(struct md_scope *scope, struct md_reader *reader)
{
	guint behind = md_reader_behind(reader, reader->at);
	struct md_reader inside = md_reader_part(reader, reader->at + 1, behind - 1);
	struct md_value value;

	if (md_token_is(md_reader_peek(&inside, 0), '{')) {
		value = statement_value(scope, &inside);
	} else if (is_cast(scope, reader)) {
		struct md_shape shape = { 0 };
		gboolean typed = md_reader_type(&inside, &shape);

		reader->at = behind;
		if (md_token_is(md_reader_peek(reader, 0), '{')) {
			value = md_value_none;
			reader->at = md_reader_behind(reader, reader->at);
		} else {
			value = evaluate_unary(scope, reader);
		}
		value.shape = shape;
		value.typed = typed &&
			      md_value_resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
		return value;
	} else {
		value = evaluate(scope, &inside);
	}
	reader->at = behind;
	return value;
}

static struct md_value evaluate_primary(struct md_scope *scope, struct md_reader *reader)
{
	const struct md_token *token = md_reader_peek(reader, 0);
	struct md_value value;

	if (md_token_is(token, '('))
		return parenthesis_value(scope, reader);
	reader->at++;
	if (token->kind != MD_TOKEN_WORD || g_ascii_isdigit(token->character))
		return token->kind == MD_TOKEN_END ? md_value_none : number();
	if (md_token_is_word(token, "sizeof") || md_token_is_word(token, "offsetof")) {
		if (md_token_is(md_reader_peek(reader, 0), '('))
			reader->at = md_reader_behind(reader, reader->at);
		return number();
	}
	if (md_token_is(md_reader_peek(reader, 0), '(')) {
		g_autoptr(GArray) arguments = md_reader_arguments(reader, reader->at);

		reader->at = md_reader_behind(reader, reader->at);
		if (scope->depth >= MD_VALUE_DEEPEST || scope->left == 0)
			return md_value_none;
		scope->depth++;
		scope->left--;
		value = md_value_of_call(scope, token->text, arguments);
		scope->depth--;
		return value;
	}
	return md_value_of_name(scope, token->text);
}

static void dereference(struct md_value *value)
{
	if (value->shape.pointers > 0)
		value->shape.pointers--;
	value->shape.array = FALSE;
}

static struct md_value evaluate_postfix(struct md_scope *scope, struct md_reader *reader)
{
	struct md_value value = evaluate_primary(scope, reader);

	while (reader->at < reader->end) {
		if (md_reader_is_pair(reader, '-', '>') ||
		    md_token_is(md_reader_peek(reader, 0), '.')) {
			reader->at += md_token_is(md_reader_peek(reader, 0), '.') ? 1 : 2;
			value = md_value_of_member(scope, &value, md_reader_peek(reader, 0)->text);
			reader->at++;
		} else if (md_token_is(md_reader_peek(reader, 0), '[')) {
			reader->at = md_reader_behind(reader, reader->at);
			dereference(&value);
			value.global = FALSE;
		} else if (md_token_is(md_reader_peek(reader, 0), '(')) {
			reader->at = md_reader_behind(reader, reader->at);
			value.typed &= value.shape.function;
			value.shape.function = FALSE;
			value.label = NULL;
		} else if (md_reader_is_pair(reader, '+', '+') ||
			   md_reader_is_pair(reader, '-', '-')) {
			reader->at += 2;
		} else {
			break;
		}
	}
	return value;
}

static struct md_value evaluate_unary(struct md_scope *scope, struct md_reader *reader)
{
	const struct md_token *token = md_reader_peek(reader, 0);
	struct md_value value;

	if (scope->depth >= MD_VALUE_DEEPEST) {
		reader->at = reader->end;
		return md_value_none;
	}
	scope->depth++;
	if (md_token_is(token, '&')) {
		reader->at++;
		value = evaluate_unary(scope, reader);
		value.shape.pointers++;
		value.shape.array = FALSE;
	} else if (md_token_is(token, '*')) {
		reader->at++;
		value = evaluate_unary(scope, reader);
		dereference(&value);
	} else if (token->kind == MD_TOKEN_CHARACTER && strchr("!~-+", token->character)) {
		reader->at++;
		evaluate_unary(scope, reader);
		value = number();
	} else {
		value = evaluate_postfix(scope, reader);
	}
	scope->depth--;
	return value;
}

/* "a ? b : c", behind the "?". */
static struct md_value choose(struct md_scope *scope, struct md_reader *reader,
			      const struct md_value *condition)
{
	struct md_value first =
		md_token_is(md_reader_peek(reader, 0), ':') ? *condition : evaluate(scope, reader);
	struct md_value second;

	if (!md_reader_take(reader, ':'))
		return md_value_none;
	second = evaluate(scope, reader);
	if (!first.typed || first.shape.pointers == 0)
		return second.typed ? second : first;
	if (second.typed && second.shape.pointers > 0 &&
	    g_strcmp0(first.label, second.label) != 0) {
		first.label = NULL;
		first.local = (struct md_slice){ NULL, 0 };
	}
	return first;
}

/* An expression, to what cannot go on with one: a comma, a colon, the end. */
static struct md_value evaluate(struct md_scope *scope, struct md_reader *reader)
{
	struct md_value value;

	if (scope->depth >= MD_VALUE_DEEPEST) {
		reader->at = reader->end;
		return md_value_none;
	}
	scope->depth++;
	value = evaluate_unary(scope, reader);
	while (reader->at < reader->end) {
		const struct md_token *token = md_reader_peek(reader, 0);
		struct md_value other;

		if (token->kind != MD_TOKEN_CHARACTER || strchr(":;)]}", token->character))
			break;
		reader->at++;
		if (md_token_is(token, '?')) {
			value = choose(scope, reader, &value);
			continue;
		}
		/* << >= && and so on are two of these. */
		while (md_reader_peek(reader, 0)->kind == MD_TOKEN_CHARACTER &&
		       strchr("=<>&|", md_reader_peek(reader, 0)->character) &&
		       md_reader_peek(reader, 0)->at == token->at + 1)
			token = md_reader_peek(reader, 0), reader->at++;
		other = evaluate_unary(scope, reader);
		if (md_token_is(token, ',') || md_token_is(token, '='))
			value = other;
		else if (!value.typed || value.shape.pointers == 0)
			value = other.typed && other.shape.pointers > 0 ? other : value;
	}
	scope->depth--;
	return value;
}

/* -------------------------------------------------------------- the answer */

static struct md_value ask(struct md_scope *scope, struct md_slice expression)
{
	scope->left = MOST_STEPS;
	scope->depth = 0;
	return md_value_of(scope, expression);
}

gboolean md_scope_type(struct md_scope *scope, struct md_slice expression, struct md_type *type)
{
	struct md_value value = ask(scope, expression);

	if (!value.typed || value.shape.name == NULL || value.shape.function)
		return FALSE;
	type->name = g_strdup(value.shape.name);
	type->pointers = value.shape.pointers;
	return TRUE;
}

void md_scope_name_lock(struct md_scope *scope, struct md_slice expression,
			struct md_lock_name *name)
{
	struct md_value value = ask(scope, expression);

	md_value_settle(scope, &value);
	*name = (struct md_lock_name){ NULL, value.parameter, FALSE };
	if (value.label != NULL) {
		name->name = g_strdup(value.label);
		name->global = value.global;
		name->parameter = -1;
	} else if (value.typed && value.shape.name != NULL && value.shape.pointers > 0 &&
		   g_str_has_prefix(value.shape.name, "struct ") &&
		   !md_type_is_lock(value.shape.name)) {
		/* lock_sock(sk): the object is the lock. */
		name->name = g_strdup(value.shape.name);
	}
}

void md_lock_name_clear(struct md_lock_name *name)
{
	g_clear_pointer(&name->name, g_free);
}
