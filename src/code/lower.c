/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions of a function as nodes of its graph.
 *
 * No tree of an expression is built. Looked for are, from the loosest to the tightest, commas,
 * assignments, ?:, ||, &&, comparisons and !, each made nodes; what is left is searched for calls.
 * A condition goes to where it is true or to where it is not, so that of
 *
 *     if (!p || !spin_trylock(&p->lock))
 *             return -EBUSY;
 *
 * the lock is held behind it. Of a value is known its sign at most, which is what tells
 * success from failure: ERR_PTR() and -EINTR are negative, NULL is zero. A comparison of other
 * things has a key of its own text, the same wherever it is written.
 */
#include "code/flow.h"
#include "code/internal.h"

#include <string.h>

static const struct md_value unknown = { .key = MD_KEY_NONE, .sign = MD_VALUE_ANY };

/* Longer conditions are not written twice; longer arguments nobody reads. */
#define MOST_KEY_PARTS 24
#define MOST_ARGUMENT_PARTS 256
/* Members of members; the start of a longer path is not looked for. */
#define LONGEST_PATH 32

/* ------------------------------------------------------------------ tokens */

static const struct md_part *part_at(const struct md_builder *builder, guint index)
{
	return md_part_at(builder->parts, index);
}

static gboolean is_at(const struct md_builder *builder, guint index, guint end, const char *text)
{
	return index < end && md_part_is(part_at(builder, index), text);
}

static gboolean is_word(const struct md_builder *builder, guint index, guint end)
{
	return index < end && part_at(builder, index)->kind == MD_PART_WORD;
}

static gboolean opens(const struct md_part *part)
{
	return part->kind == MD_PART_OPERATOR && strchr("([{", part->character) != NULL;
}

/* The index of the closing bracket of @open, or @end. */
static guint closing(const struct md_builder *builder, guint open, guint end)
{
	return MIN(part_at(builder, open)->partner, end);
}

static gboolean is_in(const struct md_part *part, const char *const *words, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (md_part_is(part, words[i]))
			return TRUE;
	}
	return FALSE;
}

/* -------------------------------------------------------------------- keys */

guint md_lower_key(struct md_builder *builder, const char *text, gboolean memory)
{
	guint index = GPOINTER_TO_UINT(g_hash_table_lookup(builder->keys, text));
	struct md_key key = { .memory = memory, .bit = MD_KEY_NONE };

	if (index == 0) {
		key.text = g_strdup(text);
		g_array_append_val(builder->graph->keys, key);
		index = builder->graph->keys->len;
		g_hash_table_insert(builder->keys, g_strdup(text), GUINT_TO_POINTER(index));
	}
	g_array_index(builder->graph->keys, struct md_key, index - 1).uses++;
	return index - 1;
}

/* What others can change: not a variable of the function itself. */
static gboolean is_memory(const struct md_builder *builder, guint first, guint end)
{
	for (guint i = first; i < end; i++) {
		const struct md_part *part = part_at(builder, i);

		if (part->kind == MD_PART_OPERATOR && part->text.data[0] != '=' &&
		    (md_part_is(part, "->") || strchr(".*[", part->character) != NULL))
			return TRUE;
	}
	return FALSE;
}

/* The key of tokens as they are written, or MD_KEY_NONE. */
static guint key_of(struct md_builder *builder, guint first, guint end)
{
	g_autofree char *text = NULL;

	if (first >= end || end - first > MOST_KEY_PARTS)
		return MD_KEY_NONE;
	text = md_parts_join(builder->parts, first, end);
	return md_lower_key(builder, text, is_memory(builder, first, end));
}

static struct md_value value_of_key(guint key)
{
	return (struct md_value){ .key = key, .sign = MD_VALUE_ANY };
}

static struct md_value constant(guint sign)
{
	return (struct md_value){ .key = MD_KEY_NONE, .sign = sign };
}

static gboolean is_constant(const struct md_value *value)
{
	return value->key == MD_KEY_NONE && value->sign != MD_VALUE_ANY;
}

/* Positive where @value is in @truth, else zero. */
static struct md_value test_of(struct md_value value, guint truth)
{
	if (value.key == MD_KEY_NONE) {
		if ((value.sign & ~truth) == 0)
			return constant(MD_VALUE_POSITIVE);
		return (value.sign & truth) == 0 ? constant(MD_VALUE_ZERO) : unknown;
	}
	if (value.test) {
		/* It is positive or zero. */
		if ((truth & MD_VALUE_POSITIVE) && (truth & MD_VALUE_ZERO))
			return constant(MD_VALUE_POSITIVE);
		if (!(truth & (MD_VALUE_POSITIVE | MD_VALUE_ZERO)))
			return constant(MD_VALUE_ZERO);
		if (truth & MD_VALUE_ZERO)
			value.truth = MD_VALUE_ANY & ~value.truth;
		return value;
	}
	value.test = TRUE;
	value.truth = truth;
	return value;
}

/* --------------------------------------------------------------- SET nodes */

static void set(struct md_builder *builder, char *kills, guint target, struct md_value value)
{
	guint node = md_builder_add(builder, MD_NODE_SET);
	struct md_node *set = md_builder_node(builder, node);

	set->kills = kills;
	set->target = target;
	set->value = value;
}

static void kill_word(struct md_builder *builder, guint index)
{
	struct md_slice word = part_at(builder, index)->text;

	set(builder, g_strndup(word.data, word.size), MD_KEY_NONE, unknown);
}

void md_lower_kill_arguments(struct md_builder *builder, guint first, guint end)
{
	while (first < end) {
		guint comma = md_builder_find(builder, first, end, ",");

		if (comma == first + 1 && is_word(builder, first, end))
			kill_word(builder, first);
		first = comma + 1;
	}
}

/* A value that two branches set: begins with what no name begins with. */
static guint new_temporary(struct md_builder *builder)
{
	g_autofree char *text = g_strdup_printf("?%u", builder->graph->nodes->len);

	return md_lower_key(builder, text, FALSE);
}

/* ------------------------------------------------------------------- calls */

/* Before a "(", and nothing is called. */
static const char *const not_called[] = { "sizeof",	   "typeof",	    "__typeof__",
					  "__typeof",	   "typeof_unqual", "__attribute__",
					  "__alignof__",   "_Alignof",	    "alignof",
					  "offsetof",	   "defined",	    "__builtin_offsetof",
					  "_Static_assert" };
static const char *const keywords[] = { "if",	 "while",   "for",	"switch", "return",
					"else",	 "do",	    "case",	"goto",	  "int",
					"char",	 "long",    "unsigned", "void",	  "volatile",
					"asm",	 "__asm__", "const",	"static", "struct",
					"union", "enum" };
/* What never comes back. */
static const char *const endings[] = {
	"BUG",
	"panic",
	"do_exit",
	"make_task_dead",
	"unreachable",
	"__builtin_unreachable",
	"do_group_exit",
	"kthread_complete_and_exit",
	"complete_and_exit",
	"kthread_exit",
	"rewind_stack_and_make_dead",
};

static GPtrArray *arguments_of(struct md_builder *builder, guint first, guint end)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

	while (first < end) {
		guint comma = md_builder_find(builder, first, end, ",");

		g_ptr_array_add(arguments, md_parts_join(builder->parts, first,
							 MIN(comma, first + MOST_ARGUMENT_PARTS)));
		first = comma + 1;
	}
	return arguments;
}

/* What is called by address may be assigned to: f(&x). */
static void kill_addresses(struct md_builder *builder, guint first, guint end)
{
	while (first < end) {
		guint comma = md_builder_find(builder, first, end, ",");

		if (comma == first + 2 && is_at(builder, first, end, "&") &&
		    is_word(builder, first + 1, end))
			set(builder, md_parts_join(builder->parts, first, comma), MD_KEY_NONE,
			    unknown);
		first = comma + 1;
	}
}

static struct md_call *add_call(struct md_builder *builder, char *callee, char *expression,
				guint at, GPtrArray *arguments)
{
	struct md_call *call = g_new0(struct md_call, 1);
	guint node = md_builder_add(builder, MD_NODE_CALL);

	call->callee = callee;
	call->expression = expression;
	call->arguments = arguments;
	call->line = builder->line + part_at(builder, at)->line;
	call->order = builder->graph->calls->len;
	md_builder_node(builder, node)->call = call->order;
	g_ptr_array_add(builder->graph->calls, call);
	return call;
}

static void lower_arguments(struct md_builder *builder, guint first, guint end)
{
	if (builder->depth >= MD_GRAPH_DEEPEST)
		return;
	builder->depth++;
	while (first < end) {
		guint comma = md_builder_find(builder, first, end, ",");

		if (comma > first + 1)
			md_lower_value(builder, first, comma);
		first = comma + 1;
	}
	builder->depth--;
}

guint md_lower_call(struct md_builder *builder, struct md_slice callee, guint at, guint first,
		    guint end)
{
	struct md_call *call;

	lower_arguments(builder, first, end);
	call = add_call(builder, g_strndup(callee.data, callee.size),
			g_strndup(callee.data, callee.size), at, arguments_of(builder, first, end));
	kill_addresses(builder, first, end);
	/* Macros: get_user(x, p), swap(a, b). */
	if (strstr(call->callee, "get_user") != NULL && is_word(builder, first, end))
		kill_word(builder, first);
	else if (strcmp(call->callee, "swap") == 0)
		md_lower_kill_arguments(builder, first, end);
	for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (strcmp(call->callee, endings[i]) == 0)
			builder->current = MD_NODE_NONE;
	}
	return call->order;
}

/* The first token of what is called through the member at @index: "p->ops->" of p->ops->f. */
static guint path_start(const struct md_builder *builder, guint index)
{
	for (guint i = 0; i < LONGEST_PATH && index >= 2 &&
			  (md_part_is(part_at(builder, index - 1), "->") ||
			   md_part_is(part_at(builder, index - 1), "."));
	     i++) {
		const struct md_part *before;

		index -= 2;
		before = part_at(builder, index);
		while (before->kind == MD_PART_OPERATOR && strchr(")]", before->character) &&
		       before->partner < index) {
			index = before->partner;
			/* Of a[i] and f(x) the name stands before it. */
			if (index > 0 && part_at(builder, index - 1)->kind == MD_PART_WORD)
				index--;
			before = part_at(builder, index);
		}
	}
	return index;
}

/* A call through a pointer, whose expression is [from, at], with arguments in "(" at @open. */
static void lower_indirect(struct md_builder *builder, guint from, guint name, guint open,
			   guint end)
{
	guint close = closing(builder, open, end);
	struct md_slice word = part_at(builder, name)->text;
	struct md_call *call;

	lower_arguments(builder, open + 1, close);
	call = add_call(builder, g_strndup(word.data, word.size),
			md_parts_join(builder->parts, MAX(from, open > 64 ? open - 64 : 0), open),
			name, arguments_of(builder, open + 1, close));
	call->indirect = TRUE;
	kill_addresses(builder, open + 1, close);
}

/* The last name in "(*name)" or "(p->name)" at @open; @end: it is no pointer but a cast, say. */
static guint pointer_in(const struct md_builder *builder, guint open, guint close, guint end)
{
	guint last = close - 1;

	if (close <= open + 1)
		return end;
	while (last > open && part_at(builder, last)->kind == MD_PART_OPERATOR &&
	       part_at(builder, last)->character == ']' && part_at(builder, last)->partner < last)
		last = part_at(builder, last)->partner - 1;
	if (!is_word(builder, last, close))
		return end;
	if (is_at(builder, open + 1, close, "*") || is_at(builder, last - 1, close, "->") ||
	    is_at(builder, last - 1, close, "."))
		return last;
	return end;
}

/* At the "(" at @i that no name stands before; returns the index of the last token of it. */
static guint lower_group(struct md_builder *builder, guint i, guint end)
{
	guint close = closing(builder, i, end);

	if (is_at(builder, close + 1, end, "(")) {
		guint name = pointer_in(builder, i, close, end);

		if (name < end) {
			lower_indirect(builder, i, name, close + 1, end);
			return closing(builder, close + 1, end);
		}
	}
	md_lower_value(builder, i, MIN(close + 1, end));
	return close;
}

static guint lower_named_call(struct md_builder *builder, guint i, guint end)
{
	const struct md_part *part = part_at(builder, i);
	guint close = closing(builder, i + 1, end);

	if (is_in(part, not_called, G_N_ELEMENTS(not_called)))
		return close;
	if (is_in(part, keywords, G_N_ELEMENTS(keywords)))
		return i;
	if (i > 0 && (md_part_is(part - 1, "->") || md_part_is(part - 1, ".")))
		lower_indirect(builder, path_start(builder, i), i, i + 1, end);
	else
		md_lower_call(builder, part->text, i, i + 2, close);
	return close;
}

/* Too deep for more: every name before a "(" is called. */
static void list_calls(struct md_builder *builder, guint first, guint end)
{
	builder->graph->whole = FALSE;
	for (guint i = first; i + 1 < end; i++) {
		const struct md_part *part = part_at(builder, i);

		if (part->kind == MD_PART_WORD && md_part_is(part + 1, "(") &&
		    !is_in(part, not_called, G_N_ELEMENTS(not_called)) &&
		    !is_in(part, keywords, G_N_ELEMENTS(keywords)))
			md_lower_call(builder, part->text, i, i + 2, closing(builder, i + 1, end));
	}
}

void md_lower_calls(struct md_builder *builder, guint first, guint end)
{
	if (builder->depth >= MD_GRAPH_DEEPEST) {
		list_calls(builder, first, end);
		return;
	}
	builder->depth++;
	for (guint i = first; i < end; i++) {
		const struct md_part *part = part_at(builder, i);

		if (part->kind == MD_PART_WORD) {
			if (is_at(builder, i + 1, end, "("))
				i = lower_named_call(builder, i, end);
		} else if (md_part_is(part, "(")) {
			i = lower_group(builder, i, end);
		} else if (opens(part)) {
			guint open = i;

			i = closing(builder, open, end);
			md_lower_value(builder, open + 1, i);
			/* table[n](x) */
			if (part->character == '[' && open > first &&
			    is_word(builder, open - 1, end) && is_at(builder, i + 1, end, "(")) {
				lower_indirect(builder, path_start(builder, open - 1), open - 1,
					       i + 1, end);
				i = closing(builder, i + 1, end);
			}
		} else if (md_part_is(part, "++") || md_part_is(part, "--")) {
			if (is_word(builder, i + 1, end))
				kill_word(builder, i + 1);
			else if (i > first && is_word(builder, i - 1, end))
				kill_word(builder, i - 1);
		}
	}
	builder->depth--;
}

/* ------------------------------------------------------------------ guards */

guint md_lower_guard(struct md_builder *builder, guint at, guint name, guint first, guint end)
{
	const struct md_part *class = part_at(builder, name);
	char *callee = g_strdup(md_lock_guard_find(class->text));
	g_autofree char *written = md_parts_join(builder->parts, at, MIN(name + 1, end));
	struct md_call *call;

	lower_arguments(builder, first, end);
	/* DEFINE_GUARD(x, ...) says what else a class does, by this name: see code/macros.c. */
	if (callee == NULL)
		callee = g_strdup_printf("class_%.*s", (int)MIN(class->text.size, 256),
					 class->text.data);
	/* "guard(mutex)", of a scope too. */
	call = add_call(builder, callee, g_strconcat(written, ")", NULL), at,
			arguments_of(builder, first, end));
	return call->order;
}

static guint result_key(struct md_builder *builder, guint call)
{
	g_autofree char *text = g_strdup_printf("@%u", call);

	return md_lower_key(builder, text, FALSE);
}

void md_lower_guard_branch(struct md_builder *builder, guint call, guint yes, guint no)
{
	const struct md_call *guard = g_ptr_array_index(builder->graph->calls, call);
	struct md_slice callee = { guard->callee, strlen(guard->callee) };
	const struct md_lock_operation *operation = md_lock_operation_find(callee);
	gboolean zero = operation != NULL && operation->flags & MD_LOCK_SUCCEEDS_ZERO;

	md_lower_branch(builder, value_of_key(result_key(builder, call)), zero ? no : yes,
			zero ? yes : no, FALSE);
}

/* ------------------------------------------------------------------ values */

/* What passes the value of its first argument on, or tells something of it. */
static const struct {
	const char *name;
	guint argument;
	guint truth; /* the classes for which it is true; 0: its value is the argument's */
} wrappers[] = {
	{ "likely", 0, 0 },
	{ "unlikely", 0, 0 },
	{ "__builtin_expect", 0, 0 },
	{ "READ_ONCE", 0, 0 },
	{ "ACCESS_ONCE", 0, 0 },
	{ "data_race", 0, 0 },
	{ "WARN_ON", 0, MD_VALUE_TRUE },
	{ "WARN_ON_ONCE", 0, MD_VALUE_TRUE },
	{ "WARN", 0, MD_VALUE_TRUE },
	{ "WARN_ONCE", 0, MD_VALUE_TRUE },
	{ "IS_ERR", 0, MD_VALUE_NEGATIVE },
	{ "IS_ERR_OR_NULL", 0, MD_VALUE_NEGATIVE | MD_VALUE_ZERO },
	{ "IS_ERR_VALUE", 0, MD_VALUE_NEGATIVE },
	{ "PTR_ERR", 0, 0 },
	{ "ERR_PTR", 0, 0 },
	{ "ERR_CAST", 0, 0 },
	{ "__cond_lock", 1, 0 },
};

/* Where the operators of an expression stand, the loosest first; the end where there is none. */
struct survey {
	guint assign, question, either, both, compare;
};

static gboolean is_assignment(const struct md_part *part)
{
	static const char *const words[] = { "=",  "+=", "-=", "*=",  "/=", "%=",
					     "|=", "&=", "^=", "<<=", ">>=" };

	return is_in(part, words, G_N_ELEMENTS(words));
}

static const struct {
	const char *operator, * positive; /* the key has the positive one */
	guint zero;			  /* compared with 0: the classes for which it is true */
} comparisons[] = {
	{ "==", "==", MD_VALUE_ZERO },
	{ "!=", "==", MD_VALUE_TRUE },
	{ "<=", ">", MD_VALUE_NEGATIVE | MD_VALUE_ZERO },
	{ ">=", "<", MD_VALUE_ZERO | MD_VALUE_POSITIVE },
	{ "<", "<", MD_VALUE_NEGATIVE },
	{ ">", ">", MD_VALUE_POSITIVE },
};

static guint comparison_of(const struct md_part *part)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(comparisons); i++) {
		if (md_part_is(part, comparisons[i].operator))
			break;
	}
	return i;
}

static struct survey survey_of(const struct md_builder *builder, guint first, guint end)
{
	struct survey survey = { end, end, end, end, end };

	for (guint i = first; i < end; i++) {
		const struct md_part *part = part_at(builder, i);

		if (part->kind != MD_PART_OPERATOR)
			continue;
		if (opens(part)) {
			i = closing(builder, i, end);
		} else if (is_assignment(part)) {
			survey.assign = i;
			return survey;
		} else if (part->character == '?') {
			survey.question = i;
			return survey;
		} else if (md_part_is(part, "||")) {
			survey.either = MIN(survey.either, i);
		} else if (md_part_is(part, "&&") && i > first) {
			survey.both = MIN(survey.both, i);
		} else if (comparison_of(part) < G_N_ELEMENTS(comparisons)) {
			survey.compare = MIN(survey.compare, i);
		}
	}
	return survey;
}

/* Whether [first, end) is one group in parentheses. */
static gboolean is_group(const struct md_builder *builder, guint first, guint end)
{
	return end > first + 1 && is_at(builder, first, end, "(") &&
	       part_at(builder, first)->partner == end - 1;
}

/* Behind a cast at @first, or @first. */
static guint behind_cast(const struct md_builder *builder, guint first, guint end)
{
	guint close;

	if (!is_at(builder, first, end, "("))
		return first;
	close = closing(builder, first, end);
	for (guint i = first + 1; i < close; i++) {
		if (part_at(builder, i)->kind != MD_PART_WORD && !is_at(builder, i, close, "*"))
			return first;
	}
	if (close + 1 >= end || close == first + 1)
		return first;
	/* (a) (b) calls a; (a *)(b) does not. */
	if (is_word(builder, close + 1, end) || (is_at(builder, close - 1, close, "*")))
		return close + 1;
	return first;
}

/* The colon of the "?" before @first. */
static guint find_colon(const struct md_builder *builder, guint first, guint end)
{
	guint nested = 0;

	for (guint i = first; i < end; i++) {
		const struct md_part *part = part_at(builder, i);

		if (opens(part))
			i = closing(builder, i, end);
		else if (md_part_is(part, "?"))
			nested++;
		else if (md_part_is(part, ":") && nested-- == 0)
			return i;
	}
	return end;
}

static struct md_value lower_question(struct md_builder *builder, guint first, guint question,
				      guint end)
{
	guint yes = md_builder_place(builder), no = md_builder_place(builder);
	guint out = md_builder_place(builder), temporary = new_temporary(builder);
	guint colon = find_colon(builder, question + 1, end);
	struct md_value value = unknown;

	if (colon == question + 1) { /* a ?: b */
		value = md_lower_value(builder, first, question);
		md_lower_branch(builder, value, yes, no, FALSE);
		builder->current = yes;
	} else {
		md_lower_condition(builder, first, question, yes, no, FALSE);
		builder->current = yes;
		value = md_lower_value(builder, question + 1, colon);
	}
	set(builder, NULL, temporary, value);
	md_builder_begin(builder, out);
	builder->current = no;
	set(builder, NULL, temporary, md_lower_value(builder, MIN(colon + 1, end), end));
	md_builder_begin(builder, out);
	return value_of_key(temporary);
}

/* The value of && and ||. */
static struct md_value lower_logic(struct md_builder *builder, guint first, guint end)
{
	guint yes = md_builder_place(builder), no = md_builder_place(builder);
	guint out = md_builder_place(builder), temporary = new_temporary(builder);

	md_lower_condition(builder, first, end, yes, no, FALSE);
	builder->current = yes;
	set(builder, NULL, temporary, constant(MD_VALUE_POSITIVE));
	md_builder_begin(builder, out);
	builder->current = no;
	set(builder, NULL, temporary, constant(MD_VALUE_ZERO));
	md_builder_begin(builder, out);
	return value_of_key(temporary);
}

/* The variable that is declared, or what is assigned to, in [first, end). */
static guint target_of(const struct md_builder *builder, guint first, guint end)
{
	guint last = end;

	for (guint i = first; i < end; i++) {
		if (opens(part_at(builder, i)))
			i = closing(builder, i, end);
		else if (is_word(builder, i, end))
			last = i;
	}
	/* "struct rq *rq": a word, then perhaps stars, then the name. */
	for (guint i = last; i > first && last < end;) {
		i--;
		if (is_word(builder, i, end))
			return last;
		if (!is_at(builder, i, end, "*"))
			break;
	}
	return first;
}

static struct md_value lower_assignment(struct md_builder *builder, guint first, guint at,
					guint end)
{
	gboolean plain = md_part_is(part_at(builder, at), "=");
	guint target = target_of(builder, first, at), key = MD_KEY_NONE;
	struct md_value value = unknown, result = md_lower_value(builder, at + 1, end);

	md_lower_calls(builder, target, at);
	if (at > target && at - target <= MOST_KEY_PARTS &&
	    md_builder_find(builder, target, at, "(") == at && !is_at(builder, target, at, "."))
		key = key_of(builder, target, at);
	if (plain)
		value = result;
	set(builder, md_parts_join(builder->parts, target, MIN(at, target + MOST_KEY_PARTS)), key,
	    value);
	return key != MD_KEY_NONE ? value_of_key(key) : value;
}

static struct md_value lower_comparison(struct md_builder *builder, guint first, guint at,
					guint end)
{
	guint calls = builder->graph->calls->len, row = comparison_of(part_at(builder, at));
	struct md_value left = md_lower_value(builder, first, at);
	struct md_value right = md_lower_value(builder, at + 1, end);
	g_autofree char *a = NULL, *b = NULL, *text = NULL;
	gboolean straight;
	guint key;

	if (right.key == MD_KEY_NONE && right.sign == MD_VALUE_ZERO)
		return test_of(left, comparisons[row].zero);
	if (left.test && is_constant(&right) && row < 2) /* f() == true */
		return test_of(left, row == 0 ? MD_VALUE_TRUE : MD_VALUE_ZERO);
	if (builder->graph->calls->len != calls || end - first > MOST_KEY_PARTS)
		return unknown;
	straight = strcmp(comparisons[row].operator, comparisons[row].positive) == 0;
	a = md_parts_join(builder->parts, first, at);
	b = md_parts_join(builder->parts, at + 1, end);
	text = g_strconcat(a, comparisons[row].positive, b, NULL);
	key = md_lower_key(builder, text, is_memory(builder, first, end));
	return test_of(value_of_key(key), straight ? MD_VALUE_TRUE : MD_VALUE_ZERO);
}

/* A number, NULL, true; FALSE: it is none of these. */
static gboolean is_literal(const struct md_part *part, struct md_value *value)
{
	static const char *const zeros[] = { "0", "NULL", "false", "FALSE", "0L", "0UL", "0U" };
	static const char *const ones[] = { "true", "TRUE" };

	if (is_in(part, zeros, G_N_ELEMENTS(zeros))) {
		*value = constant(MD_VALUE_ZERO);
		return TRUE;
	}
	if (is_in(part, ones, G_N_ELEMENTS(ones)) || g_ascii_isdigit(part->character)) {
		*value = constant(MD_VALUE_POSITIVE);
		return TRUE;
	}
	return FALSE;
}

/* A call that is the whole of [first, end): its result, or what it passes on. */
static struct md_value lower_whole_call(struct md_builder *builder, guint first, guint end)
{
	const struct md_part *part = part_at(builder, first);
	guint close = end - 1;

	for (guint i = 0; i < G_N_ELEMENTS(wrappers); i++) {
		guint at = first + 2, stop;
		struct md_value value;

		if (!md_part_is(part, wrappers[i].name))
			continue;
		stop = md_builder_find(builder, at, close, ",");
		if (wrappers[i].argument == 1 && stop < close) {
			at = stop + 1;
			stop = md_builder_find(builder, at, close, ",");
		}
		value = md_lower_value(builder, at, stop);
		return wrappers[i].truth != 0 ? test_of(value, wrappers[i].truth) : value;
	}
	if (is_in(part, not_called, G_N_ELEMENTS(not_called)) ||
	    is_in(part, keywords, G_N_ELEMENTS(keywords))) {
		md_lower_calls(builder, first, end);
		return unknown;
	}
	if (md_part_is(part, "BUG_ON")) {
		guint yes = md_builder_place(builder), no = md_builder_place(builder);

		md_lower_condition(builder, first + 2, close, yes, no, FALSE);
		builder->current = no;
		return unknown;
	}
	return value_of_key(
		result_key(builder, md_lower_call(builder, part->text, first, first + 2, close)));
}

/* What has no operator that we know. */
static struct md_value lower_rest(struct md_builder *builder, guint first, guint end)
{
	guint nodes = builder->graph->nodes->len;
	struct md_value value = unknown;

	if (end == first + 1 && is_literal(part_at(builder, first), &value))
		return value;
	if (end == first + 2 && is_at(builder, first, end, "-")) {
		struct md_slice word = part_at(builder, first + 1)->text;

		/* -EINTR, -1 */
		if (g_ascii_isdigit(word.data[0]) ? word.data[0] != '0'
						  : word.data[0] == 'E' && md_word_is_macro(word))
			return constant(MD_VALUE_NEGATIVE);
	}
	if (is_word(builder, first, end) && is_at(builder, first + 1, end, "(") &&
	    part_at(builder, first + 1)->partner == end - 1)
		return lower_whole_call(builder, first, end);
	md_lower_calls(builder, first, end);
	if (builder->graph->nodes->len != nodes)
		return unknown;
	return value_of_key(key_of(builder, first, end));
}

static struct md_value lower_statement_expression(struct md_builder *builder, guint first,
						  guint end)
{
	struct md_value outer = builder->last, value;

	builder->last = unknown;
	md_builder_statement(builder, first + 1, end - 1);
	value = builder->last;
	builder->last = outer;
	return value;
}

static struct md_value lower_one(struct md_builder *builder, guint first, guint end)
{
	struct survey survey;

	while (is_group(builder, first, end) && !is_at(builder, first + 1, end, "{")) {
		first++;
		end--;
		if (md_builder_find(builder, first, end, ",") < end)
			return md_lower_value(builder, first, end);
	}
	if (first >= end)
		return unknown;
	if (is_group(builder, first, end))
		return lower_statement_expression(builder, first, end);
	survey = survey_of(builder, first, end);
	if (survey.assign < end)
		return lower_assignment(builder, first, survey.assign, end);
	if (survey.question < end)
		return lower_question(builder, first, survey.question, end);
	if (survey.either < end || survey.both < end)
		return lower_logic(builder, first, end);
	if (survey.compare < end)
		return lower_comparison(builder, first, survey.compare, end);
	if (is_at(builder, first, end, "!"))
		return test_of(md_lower_value(builder, first + 1, end), MD_VALUE_ZERO);
	if (behind_cast(builder, first, end) > first)
		return md_lower_value(builder, behind_cast(builder, first, end), end);
	return lower_rest(builder, first, end);
}

struct md_value md_lower_value(struct md_builder *builder, guint first, guint end)
{
	struct md_value value = unknown;

	if (builder->depth >= MD_GRAPH_DEEPEST) {
		list_calls(builder, first, end);
		return unknown;
	}
	builder->depth++;
	while (first < end) {
		guint comma = md_builder_find(builder, first, end, ",");

		value = lower_one(builder, first, comma);
		first = comma + 1;
	}
	builder->depth--;
	return value;
}

/* -------------------------------------------------------------- conditions */

void md_lower_branch(struct md_builder *builder, struct md_value value, guint yes, guint no,
		     gboolean fresh)
{
	guint node = md_builder_add(builder, MD_NODE_BRANCH);
	struct md_node *branch = md_builder_node(builder, node);

	if (is_constant(&value)) {
		if ((value.sign & MD_VALUE_ZERO) == 0)
			no = yes;
		else if (value.sign == MD_VALUE_ZERO)
			yes = no;
		value = unknown;
	}
	branch->value =
		value.key == MD_KEY_NONE || value.test ? value : test_of(value, MD_VALUE_TRUE);
	branch->next[0] = yes;
	branch->next[1] = no;
	branch->fresh = fresh && value.key != MD_KEY_NONE &&
			g_array_index(builder->graph->keys, struct md_key, value.key).memory;
	builder->current = MD_NODE_NONE;
}

/* a || b || c: each goes to @yes, or on to the next. */
static void lower_chain(struct md_builder *builder, guint first, guint end, const char *operator,
			guint yes, guint no, gboolean fresh)
{
	gboolean either = strcmp(operator, "||") == 0;

	for (;;) {
		guint at = md_builder_find(builder, first, end, operator), next;

		if (at == end)
			break;
		next = md_builder_place(builder);
		md_lower_condition(builder, first, at, either ? yes : next, either ? next : no,
				   fresh);
		builder->current = next;
		first = at + 1;
	}
	md_lower_condition(builder, first, end, yes, no, fresh);
}

/* likely(a && b); of WARN_ON() we doubt that it comes to that. */
static gboolean lower_likely(struct md_builder *builder, guint first, guint end, guint yes,
			     guint no, gboolean fresh)
{
	static const char *const names[] = {
		"likely",    "unlikely",   "WARN_ON",	      "WARN_ON_ONCE",	    "WARN",
		"WARN_ONCE", "VM_WARN_ON", "VM_WARN_ON_ONCE", "DEBUG_LOCKS_WARN_ON"
	};
	guint close = end - 1, comma, doubt;

	if (!is_word(builder, first, end) || !is_at(builder, first + 1, end, "(") ||
	    part_at(builder, first + 1)->partner != end - 1 ||
	    !is_in(part_at(builder, first), names, G_N_ELEMENTS(names)))
		return FALSE;
	comma = md_builder_find(builder, first + 2, close, ",");
	if (is_at(builder, first, end, "likely") || is_at(builder, first, end, "unlikely")) {
		md_lower_condition(builder, first + 2, close, yes, no, fresh);
		return TRUE;
	}
	doubt = md_builder_place(builder);
	md_builder_node(builder, doubt)->doubted = TRUE;
	md_lower_condition(builder, first + 2, comma, doubt, no, fresh);
	builder->current = doubt;
	md_builder_begin(builder, yes);
	builder->current = MD_NODE_NONE;
	return TRUE;
}

static void lower_condition(struct md_builder *builder, guint first, guint end, guint yes, guint no,
			    gboolean fresh)
{
	struct survey survey;

	while (is_group(builder, first, end) && !is_at(builder, first + 1, end, "{") &&
	       md_builder_find(builder, first + 1, end - 1, ",") == end - 1) {
		first++;
		end--;
	}
	survey = survey_of(builder, first, end);
	if (survey.assign == end && survey.question == end) {
		if (survey.either < end) {
			lower_chain(builder, first, end, "||", yes, no, fresh);
			return;
		}
		if (survey.both < end) {
			lower_chain(builder, first, end, "&&", yes, no, fresh);
			return;
		}
		if (survey.compare == end && is_at(builder, first, end, "!")) {
			md_lower_condition(builder, first + 1, end, no, yes, fresh);
			return;
		}
		if (lower_likely(builder, first, end, yes, no, fresh))
			return;
	}
	md_lower_branch(builder, md_lower_value(builder, first, end), yes, no, fresh);
}

void md_lower_condition(struct md_builder *builder, guint first, guint end, guint yes, guint no,
			gboolean fresh)
{
	if (builder->depth >= MD_GRAPH_DEEPEST) {
		list_calls(builder, first, end);
		md_lower_branch(builder, unknown, yes, no, FALSE);
		return;
	}
	builder->depth++;
	lower_condition(builder, first, end, yes, no, fresh);
	builder->depth--;
}
