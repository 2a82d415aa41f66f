/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls in an expression: by name, through a pointer, of a guard's class; what they assign to.
 */
#include "code/builder.h"
#include "code/internal.h"

/* Longer arguments nobody reads. */
#define MOST_ARGUMENT_PARTS 256
/* Members of members; the start of a longer path is not looked for. */
#define LONGEST_PATH 32

/* Before a "(", and nothing is called. */
static const char *const not_called[] = { "sizeof",	   "typeof",	    "__typeof__",
					  "__typeof",	   "typeof_unqual", "__attribute__",
					  "__alignof__",   "_Alignof",	    "alignof",
					  "offsetof",	   "defined",	    "__builtin_offsetof",
					  "_Static_assert" };
/* Nor here. */
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

gboolean md_lower_is_no_call(const struct md_part *word)
{
	return md_part_is_one_of(word, not_called, G_N_ELEMENTS(not_called)) ||
	       md_part_is_one_of(word, keywords, G_N_ELEMENTS(keywords));
}

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

		if (comma == first + 2 && md_builder_is_at(builder, first, end, "&") &&
		    md_builder_is_word(builder, first + 1, end))
			md_lower_set(builder, md_parts_join(builder->parts, first, comma),
				     MD_KEY_NONE, MD_VALUE_UNKNOWN);
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
	call->line = builder->line + md_part_at(builder->parts, at)->line;
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
	if (strstr(call->callee, "get_user") != NULL && md_builder_is_word(builder, first, end))
		md_lower_kill(builder, first);
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
			  (md_part_is(md_part_at(builder->parts, index - 1), "->") ||
			   md_part_is(md_part_at(builder->parts, index - 1), "."));
	     i++) {
		const struct md_part *before;

		index -= 2;
		before = md_part_at(builder->parts, index);
		while (before->kind == MD_PART_OPERATOR && strchr(")]", before->character) &&
		       before->partner < index) {
			index = before->partner;
			/* Of a[i] and f(x) the name stands before it. */
			if (index > 0 &&
			    md_part_at(builder->parts, index - 1)->kind == MD_PART_WORD)
				index--;
			before = md_part_at(builder->parts, index);
		}
	}
	return index;
}

/* A call through a pointer, whose expression is [from, at], with arguments in "(" at @open. */
static void lower_indirect(struct md_builder *builder, guint from, guint name, guint open,
			   guint end)
{
	guint close = md_builder_closing(builder, open, end);
	struct md_slice word = md_part_at(builder->parts, name)->text;
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
	while (last > open && md_part_at(builder->parts, last)->kind == MD_PART_OPERATOR &&
	       md_part_at(builder->parts, last)->character == ']' &&
	       md_part_at(builder->parts, last)->partner < last)
		last = md_part_at(builder->parts, last)->partner - 1;
	if (!md_builder_is_word(builder, last, close))
		return end;
	if (md_builder_is_at(builder, open + 1, close, "*") ||
	    md_builder_is_at(builder, last - 1, close, "->") ||
	    md_builder_is_at(builder, last - 1, close, "."))
		return last;
	return end;
}

/* At the "(" at @i that no name stands before; returns the index of the last token of it. */
static guint lower_group(struct md_builder *builder, guint i, guint end)
{
	guint close = md_builder_closing(builder, i, end);

	if (md_builder_is_at(builder, close + 1, end, "(")) {
		guint name = pointer_in(builder, i, close, end);

		if (name < end) {
			lower_indirect(builder, i, name, close + 1, end);
			return md_builder_closing(builder, close + 1, end);
		}
	}
	md_lower_value(builder, i, MIN(close + 1, end));
	return close;
}

static guint lower_named_call(struct md_builder *builder, guint i, guint end)
{
	const struct md_part *part = md_part_at(builder->parts, i);
	guint close = md_builder_closing(builder, i + 1, end);

	if (md_part_is_one_of(part, not_called, G_N_ELEMENTS(not_called)))
		return close;
	if (md_part_is_one_of(part, keywords, G_N_ELEMENTS(keywords)))
		return i;
	if (i > 0 && (md_part_is(part - 1, "->") || md_part_is(part - 1, ".")))
		lower_indirect(builder, path_start(builder, i), i, i + 1, end);
	else
		md_lower_call(builder, part->text, i, i + 2, close);
	return close;
}

void md_lower_list_calls(struct md_builder *builder, guint first, guint end)
{
	builder->graph->whole = FALSE;
	for (guint i = first; i + 1 < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (part->kind == MD_PART_WORD && md_part_is(part + 1, "(") &&
		    !md_lower_is_no_call(part))
			md_lower_call(builder, part->text, i, i + 2,
				      md_builder_closing(builder, i + 1, end));
	}
}

void md_lower_calls(struct md_builder *builder, guint first, guint end)
{
	if (builder->depth >= MD_GRAPH_DEEPEST) {
		md_lower_list_calls(builder, first, end);
		return;
	}
	builder->depth++;
	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (part->kind == MD_PART_WORD) {
			if (md_builder_is_at(builder, i + 1, end, "("))
				i = lower_named_call(builder, i, end);
		} else if (md_part_is(part, "(")) {
			i = lower_group(builder, i, end);
		} else if (md_part_opens(part)) {
			guint open = i;

			i = md_builder_closing(builder, open, end);
			md_lower_value(builder, open + 1, i);
			/* table[n](x) */
			if (part->character == '[' && open > first &&
			    md_builder_is_word(builder, open - 1, end) &&
			    md_builder_is_at(builder, i + 1, end, "(")) {
				lower_indirect(builder, path_start(builder, open - 1), open - 1,
					       i + 1, end);
				i = md_builder_closing(builder, i + 1, end);
			}
		} else if (md_part_is(part, "++") || md_part_is(part, "--")) {
			if (md_builder_is_word(builder, i + 1, end))
				md_lower_kill(builder, i + 1);
			else if (i > first && md_builder_is_word(builder, i - 1, end))
				md_lower_kill(builder, i - 1);
		}
	}
	builder->depth--;
}

/* ------------------------------------------------------------------ guards */

guint md_lower_guard(struct md_builder *builder, guint at, guint name, guint first, guint end)
{
	const struct md_part *class = md_part_at(builder->parts, name);
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

struct md_value md_lower_result(struct md_builder *builder, guint call)
{
	g_autofree char *text = g_strdup_printf("@%u", call);

	return md_value_of_key(md_lower_key(builder, text, FALSE));
}

void md_lower_guard_branch(struct md_builder *builder, guint call, guint yes, guint no)
{
	const struct md_call *guard = g_ptr_array_index(builder->graph->calls, call);
	struct md_slice callee = { guard->callee, strlen(guard->callee) };
	const struct md_lock_operation *operation = md_lock_operation_find(callee);
	gboolean zero = operation != NULL && operation->flags & MD_LOCK_SUCCEEDS_ZERO;

	md_lower_branch(builder, md_lower_result(builder, call), zero ? no : yes, zero ? yes : no,
			FALSE);
}
