/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a variable that points to a lock is set to, and what a function that returns a lock
 * returns:
 *
 *     lock = &x->y;                      what is assigned
 *     ptl = pte_lockptr(mm, pmd);        what all returns of that function agree on
 *     pte_offset_map_lock(.., &ptl);     what is stored through that parameter there
 *
 * Where several things are, and they are not one, nothing is known.
 */
#include "code/values.h"

/* Steps that a function costs, which has to be read: a page table's lock takes six of them. */
#define ENTERING 8

/* Several values that should be one. */
struct agreement {
	struct md_scope *scope;
	struct md_value value;
	gboolean any, disagree;
};

static gboolean is_null(struct md_slice text)
{
	return text.size == 0 || md_slice_is(text, "NULL") || md_slice_is(text, "0") ||
	       md_slice_has_prefix(text, "ERR_PTR");
}

static void add_value(struct agreement *agreement, const struct md_value *value)
{
	if (!agreement->any)
		agreement->value = *value;
	else if (g_strcmp0(value->label, agreement->value.label) != 0 ||
		 value->parameter != agreement->value.parameter)
		agreement->disagree = TRUE;
	agreement->any = TRUE;
}

static void agree(void *data, struct md_slice text)
{
	struct agreement *agreement = data;
	struct md_value value;

	if (is_null(text))
		return;
	value = md_value_of(agreement->scope, text);
	md_value_settle(agreement->scope, &value);
	add_value(agreement, &value);
}

/* The inside of the function or macro @symbol, which @scope calls; NULL: it has none. */
static struct md_scope *enter(struct md_scope *scope, const struct md_symbol *symbol)
{
	const struct md_definition *definition;
	struct md_slice text = symbol->text;
	struct md_scope *inner;

	if (scope->depth >= MD_VALUE_DEEPEST || scope->left < ENTERING)
		return NULL;
	scope->left -= ENTERING;
	if (!symbol->macro) {
		definition = md_outline_find(symbol->file->outline, symbol->line, symbol->line + 1);
		if (definition == NULL || definition->kind != MD_DEFINITION_FUNCTION)
			return NULL;
		text = md_file_slice(symbol->file, definition);
	}
	inner = md_scope_new(scope->types, symbol->file->path, text);
	inner->depth = scope->depth + 1;
	inner->left = scope->left;
	return inner;
}

/* What was agreed on in a function, to who called it with @arguments. */
static struct md_value leave(struct md_scope *scope, const struct agreement *agreement,
			     const GArray *arguments)
{
	struct md_value value = agreement->value;

	scope->left = agreement->scope->left;
	if (!agreement->any || agreement->disagree)
		return md_value_none;
	if (value.parameter >= 0 && (guint)value.parameter < arguments->len) {
		value = md_value_of(scope,
				    g_array_index(arguments, struct md_slice, value.parameter));
		md_value_settle(scope, &value);
		return value;
	}
	value.parameter = -1;
	value.local = (struct md_slice){ NULL, 0 };
	return value;
}

struct md_value md_value_returned(struct md_scope *scope, const struct md_symbol *symbol,
				  const GArray *arguments)
{
	MD_AUTOPTR(md_scope) inner = enter(scope, symbol);
	struct agreement agreement = { inner, md_value_none, FALSE, FALSE };

	if (inner == NULL)
		return md_value_none;
	md_scope_returns(inner, agree, &agreement);
	return leave(scope, &agreement, arguments);
}

/* ------------------------------------------------------- through a pointer */

/* Adds what the function that gets a pointer to the variable as argument @index stores there. */
static void store_in_call(void *data, struct md_slice callee, guint index, const GArray *arguments)
{
	struct agreement *agreement = data, inside = { .value = md_value_none };
	struct md_scope *scope = agreement->scope;
	const struct md_symbol *symbol =
		md_types_find(scope->types, MD_SYMBOL_CALLED, callee, scope->path);
	MD_AUTOPTR(md_scope) inner = symbol != NULL ? enter(scope, symbol) : NULL;
	struct md_slice parameter;
	struct md_value value;

	inside.scope = inner;
	if (inner == NULL || index >= inner->parameters->len)
		return;
	parameter = g_array_index(inner->parameters, struct md_variable, index).name;
	if (parameter.size > 0) {
		md_scope_stores(inner, parameter, agree, &inside);
		md_scope_passes(inner, parameter, FALSE, store_in_call, &inside);
	}
	value = leave(scope, &inside, arguments);
	if (inside.any)
		add_value(agreement, &value);
}

void md_value_settle(struct md_scope *scope, struct md_value *value)
{
	struct agreement agreement = { scope, md_value_none, FALSE, FALSE };
	const struct md_variable *variable;

	if (value->label != NULL || value->local.data == NULL || value->parameter >= 0 ||
	    scope->depth >= MD_VALUE_DEEPEST || scope->left == 0)
		return;
	scope->left--;
	scope->depth++;
	variable = md_scope_variable(scope, value->local);
	md_scope_assignments(scope, value->local, agree, &agreement);
	if (!agreement.any && variable != NULL && variable->value.data != NULL)
		agree(&agreement, variable->value);
	if (value->typed && value->shape.name != NULL && md_type_is_lock(value->shape.name))
		md_scope_passes(scope, value->local, TRUE, store_in_call, &agreement);
	scope->depth--;
	if (!agreement.any || agreement.disagree)
		return;
	value->label = agreement.value.label;
	value->parameter = agreement.value.parameter;
	value->global = agreement.value.global;
}
