/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The type of an expression, and the name of the lock that it points to.
 *
 * Model: a value has a type and a label, which says what object it is, or points to: the name
 * of a global, or the innermost struct that has a name and the member in it. Taking an
 * address, following a pointer and an index change the type and leave the label.
 * A macro is expanded by its definition and read in its place; the few that no definition
 * explains (container_of and its like, per-CPU accessors) stand in a table. A call of a
 * function has the type that it declares to return, and where that is a lock, the
 * label of what it returns, if all its returns agree. A local variable that points to a
 * lock is what is assigned to it, if that is one thing.
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

static const char *keep(const struct md_scope *scope, struct md_slice text)
{
	return g_string_chunk_insert_len(scope->types->pool.names, text.data, (gssize)text.size);
}

static struct md_value number(void)
{
	struct md_value value = md_value_none;

	value.typed = TRUE;
	value.shape.name = "int";
	return value;
}

static struct md_reader reader_of(const struct md_scope *scope, const GArray *tokens)
{
	return (struct md_reader){ &scope->types->pool, tokens, 0, tokens->len, 0 };
}

/* The value of text that is in no reader yet; must live as long as the scope. */
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
	reader = reader_of(scope, tokens);
	value = evaluate(scope, &reader);
	scope->depth--;
	return value;
}

/* The type that @shape is, typeof and typedefs followed. */
static gboolean resolve(struct md_scope *scope, struct md_shape *shape, struct md_slice start)
{
	struct md_slice of = shape->of;

	if (shape->name != NULL && strcmp(shape->name, "__auto_type") == 0)
		of = start;
	if (of.data != NULL) {
		g_autoptr(GArray) tokens = md_tokens_new(of, TRUE);
		struct md_reader reader = reader_of(scope, tokens);
		struct md_shape inner;

		/* typeof(struct foo *) as well as typeof(p). */
		if (!md_reader_at_type(&reader) || !md_reader_type(&reader, &inner)) {
			struct md_value value = md_value_of(scope, of);

			if (!value.typed)
				return FALSE;
			inner = value.shape;
		}
		inner.of = (struct md_slice){ NULL, 0 };
		inner.pointers += shape->pointers;
		inner.array |= shape->array;
		inner.function |= shape->function;
		*shape = inner;
	}
	if (shape->name == NULL && shape->body == NULL)
		return FALSE;
	md_types_resolve(scope->types, shape, scope->path);
	return TRUE;
}

/* ----------------------------------------------------------------- macros */

static char *expand(struct md_scope *scope, struct md_slice directive, const GArray *arguments)
{
	char *text = md_macro_expand(directive, arguments);

	g_ptr_array_add(scope->texts, text);
	return text;
}

/* What calls give that no definition tells. */
enum effect {
	SAME,	 /* the argument itself */
	POINTEE, /* what it points to */
	TYPED,	 /* a pointer to the type that it names */
	MEMBER,	 /* a pointer to what it points to, another of it */
};

static const struct {
	const char *name; /* or the start of it, before a '*' */
	enum effect effect;
	guint argument; /* from 0 */
} accessors[] = {
	{ "container_of*", TYPED, 1 },
	{ "list_entry*", TYPED, 1 },
	{ "list_first_entry*", TYPED, 1 },
	{ "list_last_entry", TYPED, 1 },
	{ "list_first_or_null_rcu", TYPED, 1 },
	{ "hlist_entry*", TYPED, 1 },
	{ "hlist_nulls_entry", TYPED, 1 },
	{ "llist_entry", TYPED, 1 },
	{ "rb_entry*", TYPED, 1 },
	{ "rhashtable_*_entry", TYPED, 1 },
	{ "list_next_entry", SAME, 0 },
	{ "list_prev_entry", SAME, 0 },
	{ "from_timer", SAME, 0 },
	{ "timer_container_of", SAME, 0 },
	{ "rcu_dereference*", SAME, 0 },
	{ "srcu_dereference*", SAME, 0 },
	{ "rcu_access_pointer", SAME, 0 },
	{ "rcu_pointer_handoff", SAME, 0 },
	{ "rcu_replace_pointer", SAME, 0 },
	{ "unrcu_pointer", SAME, 0 },
	{ "rtnl_dereference", SAME, 0 },
	{ "lockless_dereference", SAME, 0 },
	{ "READ_ONCE", SAME, 0 },
	{ "ACCESS_ONCE*", SAME, 0 },
	{ "READ_ONCE_NOCHECK", SAME, 0 },
	{ "smp_load_acquire", POINTEE, 0 },
	{ "xchg", POINTEE, 0 },
	{ "cmpxchg", POINTEE, 0 },
	{ "likely", SAME, 0 },
	{ "unlikely", SAME, 0 },
	{ "per_cpu", SAME, 0 },
	{ "per_cpu_ptr", SAME, 0 },
	{ "this_cpu_ptr", SAME, 0 },
	{ "raw_cpu_ptr", SAME, 0 },
	{ "get_cpu_ptr", SAME, 0 },
	{ "__this_cpu_ptr", SAME, 0 },
	{ "get_cpu_var", SAME, 0 },
	{ "__get_cpu_var", SAME, 0 },
	{ "__raw_get_cpu_var", SAME, 0 },
	{ "this_cpu_read*", SAME, 0 },
	{ "__this_cpu_read*", SAME, 0 },
	{ "raw_cpu_read*", SAME, 0 },
	{ "percpu_read*", SAME, 0 },
	{ "SHIFT_PERCPU_PTR", SAME, 0 },
	{ "get_locked_var", SAME, 1 },
	{ "array_index_nospec", SAME, 0 },
	{ "ERR_CAST", SAME, 0 },
	{ "min", SAME, 0 },
	{ "max", SAME, 0 },
};

static gboolean matches(struct md_slice name, const char *pattern)
{
	gsize size = strlen(pattern);

	if (pattern[size - 1] != '*')
		return md_slice_is(name, pattern);
	return name.size >= size - 1 && memcmp(name.data, pattern, size - 1) == 0;
}

static struct md_value typed_value(struct md_scope *scope, struct md_slice text)
{
	g_autoptr(GArray) tokens = md_tokens_new(text, TRUE);
	struct md_reader reader = reader_of(scope, tokens);
	struct md_value value = md_value_none;

	if (!md_reader_type(&reader, &value.shape))
		return md_value_none;
	value.typed = resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
	value.shape.pointers++;
	return value;
}

/* The value of a call of a row of the table; FALSE: there is none. */
static gboolean take_accessor(struct md_scope *scope, struct md_slice name, const GArray *arguments,
			      struct md_value *value)
{
	for (guint i = 0; i < G_N_ELEMENTS(accessors); i++) {
		struct md_slice argument;

		if (!matches(name, accessors[i].name) || accessors[i].argument >= arguments->len)
			continue;
		argument = g_array_index(arguments, struct md_slice, accessors[i].argument);
		if (accessors[i].effect == TYPED) {
			*value = typed_value(scope, argument);
			return TRUE;
		}
		*value = md_value_of(scope, argument);
		if (accessors[i].effect == POINTEE && value->shape.pointers > 0)
			value->shape.pointers--;
		return TRUE;
	}
	return FALSE;
}

/* ------------------------------------------------------------------ names */

static struct md_value variable_value(struct md_scope *scope, const struct md_variable *variable)
{
	struct md_value value = md_value_none;

	value.parameter = md_scope_parameter(scope, variable->name);
	value.local = variable->name;
	value.shape = variable->shape;
	/* Until that is known what it is: it may be declared by itself. */
	if (scope->depth < MD_VALUE_DEEPEST) {
		scope->depth++;
		value.typed = resolve(scope, &value.shape, variable->value);
		scope->depth--;
	}
	if (value.parameter < 0 && value.typed &&
	    (value.shape.pointers == 0 || value.shape.array)) {
		g_autofree char *label =
			g_strdup_printf("%.*s%s%.*s", (int)scope->name.size, scope->name.data,
					scope->name.size > 0 ? "." : "", (int)variable->name.size,
					variable->name.data);

		value.label = keep(scope, md_slice_from_string(label));
		value.global = variable->fixed && !value.shape.array;
	}
	return value;
}

static struct md_value symbol_value(struct md_scope *scope, const struct md_symbol *symbol,
				    struct md_slice name)
{
	struct md_value value = md_value_none;

	if (symbol->macro) {
		g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(struct md_slice));

		return md_value_of(scope, md_slice_from_string(expand(scope, symbol->text, none)));
	}
	value.shape = symbol->shape;
	value.typed = resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
	value.label = keep(scope, name);
	if (symbol->shared) {
		/* Several drivers have a list_lock. */
		g_autofree char *label = g_strdup_printf("%s:%s", symbol->file->path, value.label);

		value.label = keep(scope, md_slice_from_string(label));
	}
	value.global = value.shape.pointers == 0 && !value.shape.function;
	return value;
}

static struct md_value name_value(struct md_scope *scope, struct md_slice name)
{
	const struct md_variable *variable = md_scope_variable(scope, name);
	const struct md_symbol *symbol;
	struct md_value value = md_value_none;

	if (variable != NULL)
		return variable_value(scope, variable);
	if (md_slice_is(name, "current")) {
		/* Each machine has it by a way of its own. */
		value.typed = TRUE;
		value.shape.name = "struct task_struct";
		value.shape.pointers = 1;
		return value;
	}
	symbol = md_types_find(scope->types, MD_SYMBOL_ORDINARY, name, scope->path);
	if (symbol != NULL)
		return symbol_value(scope, symbol, name);
	value.label = keep(scope, name);
	return value;
}

/* _Generic(p, struct foo *: this, ...): what stands for the first type. */
static struct md_value generic_value(struct md_scope *scope, const GArray *arguments)
{
	struct md_slice text;
	const char *colon;

	if (arguments->len < 2)
		return md_value_none;
	text = g_array_index(arguments, struct md_slice, 1);
	colon = memchr(text.data, ':', text.size);
	if (colon == NULL)
		return md_value_none;
	colon++;
	return md_value_of(scope,
			   (struct md_slice){ colon, (gsize)(text.data + text.size - colon) });
}

static struct md_value call_value(struct md_scope *scope, struct md_slice name,
				  const GArray *arguments)
{
	const struct md_variable *variable = md_scope_variable(scope, name);
	const struct md_symbol *symbol;
	g_autofree char *text = g_strdup_printf("%.*s()", (int)MIN(name.size, 256), name.data);
	struct md_value value = md_value_none;

	if (variable != NULL) {
		value.shape = variable->shape;
		value.typed = resolve(scope, &value.shape, (struct md_slice){ NULL, 0 }) &&
			      value.shape.function;
		value.shape.function = FALSE;
		return value;
	}
	if (take_accessor(scope, name, arguments, &value))
		return value;
	if (md_slice_is(name, "_Generic"))
		return generic_value(scope, arguments);
	symbol = md_types_find(scope->types, MD_SYMBOL_CALLED, name, scope->path);
	if (symbol != NULL && symbol->macro)
		return md_value_of(scope,
				   md_slice_from_string(expand(scope, symbol->text, arguments)));
	if (symbol != NULL) {
		value.shape = symbol->shape;
		value.typed = resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
		value.shape.function = FALSE;
	}
	if (value.typed && value.shape.pointers == 1 && value.shape.name != NULL &&
	    md_type_is_lock(value.shape.name)) {
		struct md_value found = md_value_returned(scope, symbol, arguments);

		value.label = found.label;
		value.parameter = found.parameter;
		value.local = found.local;
		value.global = found.global;
		if (value.label == NULL && value.parameter < 0)
			value.label = keep(scope, md_slice_from_string(text));
	} else if (!value.typed) {
		value.label = keep(scope, md_slice_from_string(text));
	}
	return value;
}

/* ---------------------------------------------------------------- members */

static struct md_value member_value(struct md_scope *scope, const struct md_value *whole,
				    struct md_slice name);

/* A member that a macro stands for: "#define i_foo i_u.foo". */
static gboolean take_macro_member(struct md_scope *scope, const struct md_value *whole,
				  struct md_slice name, struct md_value *value)
{
	const struct md_symbol *symbol =
		md_types_find(scope->types, MD_SYMBOL_ORDINARY, name, scope->path);
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(struct md_slice));
	g_autoptr(GArray) tokens = NULL;
	struct md_value inner = *whole;

	if (symbol == NULL || !symbol->macro || scope->left == 0 ||
	    scope->depth >= MD_VALUE_DEEPEST)
		return FALSE;
	scope->left--;
	tokens = md_tokens_new(md_slice_from_string(expand(scope, symbol->text, none)), TRUE);
	for (guint i = 0; i < tokens->len; i++) {
		const struct md_token *token = &g_array_index(tokens, struct md_token, i);

		if (i % 2 == 1 && md_token_is(token, '.'))
			continue;
		if (i % 2 == 1 || token->kind != MD_TOKEN_WORD)
			return FALSE;
		scope->depth++;
		inner = member_value(scope, &inner, token->text);
		scope->depth--;
	}
	*value = inner;
	return inner.typed;
}

static struct md_value member_value(struct md_scope *scope, const struct md_value *whole,
				    struct md_slice name)
{
	struct md_value value = md_value_none;
	const struct md_variable *member;
	g_autofree char *label = NULL;

	if (!whole->typed)
		return md_value_none;
	if (whole->shape.name != NULL && md_type_is_shell(whole->shape.name)) {
		value = *whole;
		value.shape = (struct md_shape){ .name = whole->shape.name };
		return value;
	}
	member = md_types_member(scope->types, &whole->shape, scope->path, name);
	if (member == NULL && take_macro_member(scope, whole, name, &value))
		return value;
	if (whole->shape.name != NULL) {
		label = g_strdup_printf("%s.%.*s", whole->shape.name, (int)MIN(name.size, 256),
					name.data);
	} else if (whole->label != NULL) {
		label = g_strdup_printf("%s.%.*s", whole->label, (int)MIN(name.size, 256),
					name.data);
		value.global = whole->global;
	}
	if (label != NULL)
		value.label = keep(scope, md_slice_from_string(label));
	if (member != NULL) {
		value.shape = member->shape;
		value.typed = resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
	}
	return value;
}

/* ---------------------------------------------------------------- grammar */

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
		value.typed = typed && resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
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
		value = call_value(scope, token->text, arguments);
		scope->depth--;
		return value;
	}
	return name_value(scope, token->text);
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
			value = member_value(scope, &value, md_reader_peek(reader, 0)->text);
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

/* ------------------------------------------------------------- the answer */

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
