/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What names, calls and members are worth: the type that they are declared with, and the label of
 * the object. A macro is expanded by its definition and read in its place; the few that no
 * definition explains (container_of and its like, per-CPU accessors) stand in a table. A call of
 * a function has the type that it declares to return, and where that is a lock, the label
 * of what it returns, if all its returns agree.
 */
#include "code/values.h"

static const char *keep(const struct md_scope *scope, struct md_slice text)
{
	return g_string_chunk_insert_len(scope->types->pool.names, text.data, (gssize)text.size);
}

static char *expand(struct md_scope *scope, struct md_slice directive, const GArray *arguments)
{
	char *text = md_macro_expand(directive, arguments);

	g_ptr_array_add(scope->texts, text);
	return text;
}

gboolean md_value_resolve(struct md_scope *scope, struct md_shape *shape, struct md_slice start)
{
	struct md_slice of = shape->of;

	if (shape->name != NULL && strcmp(shape->name, "__auto_type") == 0)
		of = start;
	if (of.data != NULL) {
		g_autoptr(GArray) tokens = md_tokens_new(of, TRUE);
		struct md_reader reader = md_value_reader(scope, tokens);
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

/* --------------------------------------------------------------- accessors */

/* What calls give that no definition tells. */
enum effect {
	SAME,	 /* the argument itself */
	POINTEE, /* what it points to */
	TYPED,	 /* a pointer to the type that it names */
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
	struct md_reader reader = md_value_reader(scope, tokens);
	struct md_value value = md_value_none;

	if (!md_reader_type(&reader, &value.shape))
		return md_value_none;
	value.typed = md_value_resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
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

/* ------------------------------------------------------------------- names */

static struct md_value variable_value(struct md_scope *scope, const struct md_variable *variable)
{
	struct md_value value = md_value_none;

	value.parameter = md_scope_parameter(scope, variable->name);
	value.local = variable->name;
	value.shape = variable->shape;
	/* Until that is known what it is: it may be declared by itself. */
	if (scope->depth < MD_VALUE_DEEPEST) {
		scope->depth++;
		value.typed = md_value_resolve(scope, &value.shape, variable->value);
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
	value.typed = md_value_resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
	value.label = keep(scope, name);
	if (symbol->shared) {
		/* Several drivers have a list_lock. */
		g_autofree char *label = g_strdup_printf("%s:%s", symbol->file->path, value.label);

		value.label = keep(scope, md_slice_from_string(label));
	}
	value.global = value.shape.pointers == 0 && !value.shape.function;
	return value;
}

struct md_value md_value_of_name(struct md_scope *scope, struct md_slice name)
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

/* ------------------------------------------------------------------- calls */

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

struct md_value md_value_of_call(struct md_scope *scope, struct md_slice name,
				 const GArray *arguments)
{
	const struct md_variable *variable = md_scope_variable(scope, name);
	const struct md_symbol *symbol;
	g_autofree char *text = g_strdup_printf("%.*s()", (int)MIN(name.size, 256), name.data);
	struct md_value value = md_value_none;

	if (variable != NULL) {
		value.shape = variable->shape;
		value.typed = md_value_resolve(scope, &value.shape, (struct md_slice){ NULL, 0 }) &&
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
		value.typed = md_value_resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
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

/* ----------------------------------------------------------------- members */

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
		inner = md_value_of_member(scope, &inner, token->text);
		scope->depth--;
	}
	*value = inner;
	return inner.typed;
}

struct md_value md_value_of_member(struct md_scope *scope, const struct md_value *whole,
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
		value.typed = md_value_resolve(scope, &value.shape, (struct md_slice){ NULL, 0 });
	}
	return value;
}
