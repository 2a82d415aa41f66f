/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks of a way: those that are held at its end, and the one that is waited for there.
 *
 * Each function on it holds some at its call of the next, and may have given back some of those
 * outside of it. A lock that a function knows by a parameter is named by whoever passed it, as far
 * as the way goes; what remains a parameter is one of the outermost function.
 */
#include "code/ways.h"

#include <string.h>

static gboolean is_named(const struct md_held *held)
{
	return strcmp(held->lock, "?") != 0;
}

/* Names what the function of hop @at knows by a parameter. */
static void name_by_callers(const struct md_hop *const *chain, guint count, guint at,
			    struct md_held *held)
{
	for (; !is_named(held) && held->parameter >= 0 && at + 1 < count; at++) {
		const struct md_call *call = chain[at]->call;
		struct md_lock_name name = { .parameter = -1 };
		const char *argument;

		if (call == NULL || (guint)held->parameter >= call->arguments->len) {
			held->parameter = -1;
			return;
		}
		argument = g_ptr_array_index(call->arguments, (guint)held->parameter);
		md_scope_name_lock(md_flow_scope(chain[at + 1]->flow),
				   md_slice_from_string(argument), &name);
		held->parameter = name.parameter;
		held->global = name.global;
		if (name.name != NULL) {
			g_free(held->lock);
			held->lock = g_strdup(name.name);
		}
		md_lock_name_clear(&name);
	}
}

static void give_back(GArray *all, const struct md_held *given)
{
	for (guint i = all->len; i-- > 0;) {
		struct md_held *held = &g_array_index(all, struct md_held, i);

		if (is_named(given) && strcmp(held->lock, given->lock) == 0 && given->certain)
			g_array_remove_index(all, i);
		else if (strcmp(held->lock, given->lock) == 0 ||
			 (held->kind == given->kind && (!is_named(given) || !is_named(held))))
			held->certain = FALSE;
	}
}

void md_way_hold(struct md_way *way, const struct md_hop *const *chain, guint count,
		 const struct md_call *last)
{
	for (guint at = count; at-- > 0;) {
		const struct md_call *call = at > 0 ? chain[at - 1]->call : last;
		g_autoptr(GArray) held = NULL, given = NULL;

		if (call == NULL)
			continue;
		given = md_flow_given(chain[at]->flow, call);
		for (guint i = 0; i < given->len; i++) {
			struct md_held *back = &g_array_index(given, struct md_held, i);

			name_by_callers(chain, count, at, back);
			give_back(way->held, back);
		}
		held = md_flow_held(chain[at]->flow, call);
		for (guint i = 0; i < held->len; i++) {
			struct md_held *taken = &g_array_index(held, struct md_held, i);

			name_by_callers(chain, count, at, taken);
			g_array_append_val(way->held, *taken);
			/* It has moved. */
			memset(taken, 0, sizeof(*taken));
		}
	}
}

/* ------------------------------------------------------------------ wanted */

/* Longer ones are no locks; macros in macros make them as long as they like. */
#define LONGEST_EXPRESSION 1000

/* @expression of a macro with the arguments of its call put in; NULL: that is too long. */
static char *expand_arguments(const struct md_hop *hop, const char *expression)
{
	g_autoptr(GArray) tokens = md_tokens_read(md_slice_from_string(expression));
	g_autoptr(GString) text = g_string_new(NULL);
	const char *at = expression;

	for (guint i = 0; i < tokens->len; i++) {
		const struct md_token *token = md_token_at(tokens, i);
		g_autofree char *word = g_strndup(token->text.data, token->text.size);
		int parameter = md_function_parameter(hop->function, word);

		if (token->kind != MD_TOKEN_WORD || parameter < 0 ||
		    (guint)parameter >= hop->call->arguments->len)
			continue;
		g_string_append_len(text, at, token->text.data - at);
		g_string_append(text, g_ptr_array_index(hop->call->arguments, parameter));
		at = token->text.data + token->text.size;
		if (text->len > LONGEST_EXPRESSION)
			return NULL;
	}
	g_string_append(text, at);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/*
 * Names the lock that @expression points to in the function of @hop, by what the callers know
 * where it is a parameter; *shown is the expression that named it, a new string.
 */
static void name_lock(const struct md_hop *hop, const char *expression, struct md_lock_name *name,
		      char **shown)
{
	g_autofree char *current = g_strdup(expression);

	for (;; hop = hop->parent) {
		char *next = NULL;

		if (hop->parent != NULL && hop->function->macro) {
			next = expand_arguments(hop, current);
			if (next == NULL)
				break;
		} else {
			md_lock_name_clear(name);
			md_scope_name_lock(md_flow_scope(hop->flow), md_slice_from_string(current),
					   name);
			if (name->parameter < 0 || hop->parent == NULL ||
			    (guint)name->parameter >= hop->call->arguments->len)
				break;
			next = g_strdup(g_ptr_array_index(hop->call->arguments, name->parameter));
		}
		g_free(current);
		current = next;
	}
	*shown = g_steal_pointer(&current);
}

void md_way_want(struct md_way *way, const struct md_hop *hop, const struct md_call *call,
		 const struct md_lock_operation *operation, const struct md_lock_wait *wait)
{
	int argument = -1;

	way->operation = operation;
	way->wanted.parameter = -1;
	if (operation != NULL)
		argument = operation->argument;
	else if (wait != NULL && wait->plain)
		argument = 0;
	if (argument < 0 || call == NULL || (guint)argument >= call->arguments->len)
		return;
	name_lock(hop, g_ptr_array_index(call->arguments, argument), &way->wanted,
		  &way->wanted_expression);
}
