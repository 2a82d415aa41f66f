/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a call through a pointer leads to a function.
 *
 * What is called is a member ("curr->func"), a variable or a parameter; the last two are
 * followed to what they were set to in their function, and to the argument of the call that
 * led there. This is compared with where the function's address is kept (pointers.c). The
 * types of both decide where they are known: many structs have a member "func". Else the name
 * alone does, at a price.
 *
 * What is put into a pointer in a file that was not looked at is found by what a compiler
 * would check: as many arguments as the function has parameters, of the same structs, one at
 * least, or the name. That is dear, so that it only stands where there is nothing better, and
 * its words say so.
 *
 * Cost: a few passes over the functions on the way.
 */
#include "code/ways.h"

#include <string.h>

enum {
	EXACT = 1, /* type and member, or the parameter it was given to */
	BY_MEMBER = 2,
	BY_NAME = 4, /* it fits, and is called like the member: ext4_lookup, .lookup */
	BY_FIT = 6,
};

/* How often a variable is followed to what it was set to. */
#define MOST_FOLLOWED 4

/* Macros that call what an argument of theirs names: the member, or the variable. */
static const struct {
	const char *name; /* a pattern */
	guint argument;
} callers[] = {
	{ "call_int_hook", 0 },	  { "call_void_hook", 0 }, { "static_call*", 0 },
	{ "INDIRECT_CALL_*", 0 }, { "PVOP_*", 0 },	   { "__PVOP_*", 0 },
	{ "____PVOP_*", 0 },	  { "__BPF_PROG_RUN", 1 }, { "x86_call", 0 },
	{ "kvm_x86_call", 0 },	  { "kvm_pmu_call", 0 },
};

/* The argument of @call that says what it calls; NULL: it is an ordinary call. */
static const char *named_by(const struct md_call *call)
{
	for (guint i = 0; i < G_N_ELEMENTS(callers); i++) {
		if (call->arguments->len > callers[i].argument &&
		    g_pattern_match_simple(callers[i].name, call->callee))
			return g_ptr_array_index(call->arguments, callers[i].argument);
	}
	return NULL;
}

gboolean md_through_is(const struct md_function *function, const struct md_call *call)
{
	return call->indirect || named_by(call) != NULL ||
	       md_function_parameter(function, call->callee) >= 0 ||
	       g_hash_table_contains(function->variables, call->callee);
}

/* What is called, followed from one name to the next. */
struct following {
	const struct md_goal *goal;
	guint price; /* of the best so far; 0: none */
	char *how;
	guint left;	/* MOST_FOLLOWED, going down */
	gboolean bound; /* it is what a function on the way was given */
	gboolean open;	/* it comes from a parameter of the outer frame */
};

/* NULL for a struct that has no name. */
static char *without_tag(const char *type)
{
	const char *blank = type != NULL ? strchr(type, ' ') : NULL;

	return g_strdup(blank != NULL ? blank + 1 : type);
}

/* Whether the word @type is one of @types, which blanks part. */
static gboolean is_among(const char *types, const char *type)
{
	g_auto(GStrv) words = g_strsplit(types, " ", -1);

	return g_strv_contains((const char *const *)words, type);
}

static void settle(struct following *following, guint price, const char *type, const char *name,
		   const char *origin, const char *fit)
{
	if (following->price != 0 && following->price <= price)
		return;
	following->price = price;
	g_free(following->how);
	following->how =
		g_strdup_printf("through %s%s%s%s%s%s", type ? type : "", type ? "." : "", name,
				origin ? ", set by " : "", origin ? origin : "", fit);
}

/* Compares member or variable @name, of a struct @type or of one that is not known. */
static void compare(struct following *following, const struct md_hop *hop, const char *type,
		    const char *name)
{
	const GArray *pointers = following->goal->pointers;

	for (guint i = 0; i < pointers->len; i++) {
		const struct md_pointer *pointer = &g_array_index(pointers, struct md_pointer, i);
		gboolean known = type != NULL && pointer->types != NULL;
		const char *first;
		g_autofree char *shown = NULL;

		if (pointer->name != NULL && strcmp(pointer->name, name) != 0)
			continue;
		if (pointer->function != NULL) {
			if (strcmp(pointer->function, md_flow_symbol(hop->flow)) == 0)
				settle(following, EXACT, NULL, name, pointer->origin, "");
			continue;
		}
		if (known ? !is_among(pointer->types, type) : pointer->name == NULL)
			continue;
		first = pointer->types != NULL ? pointer->types : "";
		shown = type != NULL ? g_strdup(type) : g_strndup(first, strcspn(first, " "));
		settle(following, known ? EXACT : BY_MEMBER, *shown != '\0' ? shown : NULL, name,
		       pointer->origin, "");
	}
}

/* The type of "x" in "x->name", "(*x->name)"; NULL: not known. */
static char *base_type(const struct md_hop *hop, const char *expression)
{
	g_autoptr(GArray) tokens = md_tokens_read(md_slice_from_string(expression));
	struct md_type type = { 0 };
	guint first = 0, end = tokens->len, dot = 0, close;
	char *name = NULL;

	while (first < end && (md_token_is(md_token_at(tokens, first), '*') ||
			       (md_token_is(md_token_at(tokens, first), '(') &&
				md_tokens_match(tokens, first, &close) && close == end - 1))) {
		end -= md_token_is(md_token_at(tokens, first), '(');
		first++;
	}
	for (guint i = first; i < end; i++) {
		const struct md_token *token = md_token_at(tokens, i);

		if (md_token_is(token, '(') || md_token_is(token, '[')) {
			if (!md_tokens_match(tokens, i, &i))
				return NULL;
		} else if (md_token_is(token, '.') || md_tokens_are_arrow(tokens, i)) {
			dot = i - md_tokens_are_arrow(tokens, i);
		}
	}
	if (dot <= first ||
	    !md_scope_type(md_flow_scope(hop->flow), md_tokens_text(tokens, first, dot - 1), &type))
		return NULL;
	name = without_tag(type.name);
	md_type_clear(&type);
	return name;
}

/* The last word of @expression that is a name, "x->func", "READ_ONCE(x->func)"; "": none. */
static char *last_word(const char *expression)
{
	g_autoptr(GArray) tokens = md_tokens_read(md_slice_from_string(expression));

	for (guint i = tokens->len; i-- > 0;) {
		const struct md_token *token = md_token_at(tokens, i);
		guint open;

		if (token->kind == MD_TOKEN_WORD && !g_ascii_isdigit(token->character))
			return g_strndup(token->text.data, token->text.size);
		if (md_token_is(token, ']') && md_tokens_match(tokens, i, &open))
			i = open;
	}
	return g_strdup("");
}

static void follow(struct following *following, const struct md_hop *hop, const char *expression);

/* What variable or member @name is set to in the function of @hop. */
static void follow_values(struct following *following, const struct md_hop *hop, const char *name)
{
	const GArray *tokens = hop->function->tokens;

	for (guint i = 0; i + 2 < tokens->len && following->left > 0; i++) {
		guint at = i + 1, end;
		g_autofree char *value = NULL;
		struct md_slice text;

		if (!md_token_is_word(md_token_at(tokens, i), name))
			continue;
		/* void (*name)(int) = */
		if (md_token_is(md_token_at(tokens, at), ')') && at + 1 < tokens->len &&
		    md_token_is(md_token_at(tokens, at + 1), '(') &&
		    md_tokens_match(tokens, at + 1, &end))
			at = end + 1;
		if (at + 1 >= tokens->len || !md_token_is(md_token_at(tokens, at), '=') ||
		    md_token_is(md_token_at(tokens, at + 1), '='))
			continue;
		for (end = at + 1;
		     end < tokens->len && !md_token_is(md_token_at(tokens, end), ';');)
			end++;
		if (end == tokens->len || end == at + 1)
			continue;
		text = md_tokens_text(tokens, at + 1, end - 1);
		value = g_strndup(text.data, text.size);
		following->left--;
		follow(following, hop, value);
	}
}

/* @expression, as the function of @hop has it, is called. */
static void follow(struct following *following, const struct md_hop *hop, const char *expression)
{
	g_autofree char *name = last_word(expression);
	g_autofree char *type = base_type(hop, expression);
	int parameter;

	if (*name == '\0')
		return;
	if (strcmp(name, following->goal->symbol) == 0)
		settle(following, EXACT, NULL, "a pointer", md_flow_symbol(hop->flow), "");
	compare(following, hop, type, name);
	if (following->price == EXACT || following->left == 0)
		return;
	parameter = type == NULL ? md_function_parameter(hop->function, name) : -1;
	if (parameter >= 0 && strcmp(expression, name) == 0 && hop->parent == NULL) {
		following->open = TRUE;
	} else if (parameter >= 0 && hop->parent != NULL &&
		   (guint)parameter < hop->call->arguments->len) {
		following->left--;
		following->bound = TRUE;
		follow(following, hop->parent, g_ptr_array_index(hop->call->arguments, parameter));
	} else {
		follow_values(following, hop, name);
	}
}

/* The struct that @expression points to; NULL: it is none, or not known. */
static char *struct_of(struct md_flow *flow, const char *expression)
{
	struct md_type type = { 0 };
	char *name = NULL;

	if (!md_scope_type(md_flow_scope(flow), md_slice_from_string(expression), &type))
		return NULL;
	if (type.pointers == 1 && type.name != NULL && g_str_has_prefix(type.name, "struct "))
		name = g_strdup(type.name);
	md_type_clear(&type);
	return name;
}

/*
 * Whether the goal could be called with the arguments of @call from @first on; *sure: one of
 * them says so, since it points to the struct that the goal takes there.
 */
static gboolean fits(const struct md_hop *hop, const struct md_call *call,
		     const struct md_goal *goal, guint first, gboolean *sure)
{
	const GPtrArray *parameters = goal->function ? goal->function->parameters : NULL;
	guint count = call->arguments->len - first;

	if (parameters == NULL || goal->function->macro || parameters->len == 0 ||
	    parameters->len > count || (parameters->len < count && !goal->function->variadic))
		return FALSE;
	for (guint i = 0; i < parameters->len; i++) {
		const char *argument = g_ptr_array_index(call->arguments, first + i);
		g_autofree char *given = struct_of(hop->flow, argument);
		g_autofree char *wanted = NULL;

		if (given != NULL)
			wanted = struct_of(goal->flow, g_ptr_array_index(parameters, i));
		if (wanted != NULL && strcmp(given, wanted) != 0)
			return FALSE;
		*sure |= wanted != NULL;
	}
	return TRUE;
}

guint md_through_price(const struct md_hop *hop, const struct md_call *call,
		       const struct md_goal *goal, char **how)
{
	const char *named = named_by(call);
	struct following following = { .goal = goal, .left = MOST_FOLLOWED };
	g_autofree char *name = NULL;
	gboolean sure = FALSE, alike;
	guint first = 0;

	if (named == NULL && !md_through_is(hop->function, call))
		return 0;
	/* Behind what names it may stand more names, but at last come its arguments. */
	if (named != NULL && goal->function != NULL)
		first = call->arguments->len -
			MIN(goal->function->parameters->len, call->arguments->len);
	follow(&following, hop, named != NULL ? named : call->expression);
	if (following.price == 0 && !following.bound && fits(hop, call, goal, first, &sure)) {
		name = last_word(named != NULL ? named : call->expression);
		alike = g_str_has_suffix(goal->symbol, name);
		if (alike || sure)
			settle(&following, alike ? BY_NAME : BY_FIT, NULL, name, NULL,
			       following.open ? ", a parameter" : ", whose arguments fit");
	}
	*how = following.how;
	return following.price;
}
