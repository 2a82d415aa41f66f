/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statements of a function as a graph.
 *
 * Tree-sitter is not used here: of the kernel's files 7 in 10 make it lose its way, and where it
 * does a block is missing, and with it an unlock. Statements need no grammar of expressions; a
 * descent over tokens whose brackets are paired always comes to the end, and what it does not
 * know is an expression with calls in it. So
 *
 *     list_for_each_entry(a, list, node) { ... }    a call before a block: a loop
 *     for_each_cpu(cpu, mask) f(cpu);               or before another statement
 *     scoped_guard(mutex, &l) { ... }               a lock to the end of the block
 *     #if A ... #else ... #endif                    a branch, if whole statements are in it
 *     asm goto(... : : : : label)                   a jump that may be
 *
 * Cost: linear in the tokens for each level of nesting, of which MD_GRAPH_DEEPEST are followed.
 */
#include "code/builder.h"
#include "code/internal.h"

/* -------------------------------------------------------------- statements */

static guint take_block(struct md_builder *builder, guint first, guint end)
{
	guint guards = builder->guards->len, close = md_builder_closing(builder, first, end);

	md_builder_statements(builder, first + 1, close);
	md_builder_leave(builder, guards);
	g_array_set_size(builder->guards, guards);
	return MIN(close + 1, end);
}

static guint take_else(struct md_builder *builder, guint first, guint end)
{
	/* Its "if" is in a macro or was left out with an #if. */
	return first + 1;
}

/* Each is given the index of the word. */
static const struct {
	const char *word;
	gboolean call; /* a "(" must follow */
	guint (*take)(struct md_builder *builder, guint first, guint end);
} statements[] = {
	{ "if", TRUE, md_statement_if },
	{ "while", TRUE, md_statement_while },
	{ "for", TRUE, md_statement_for },
	{ "do", FALSE, md_statement_do },
	{ "switch", TRUE, md_statement_switch },
	{ "case", FALSE, md_statement_case },
	{ "default", FALSE, md_statement_case },
	{ "goto", FALSE, md_statement_goto },
	{ "return", FALSE, md_statement_return },
	{ "break", FALSE, md_statement_break },
	{ "continue", FALSE, md_statement_break },
	{ "else", FALSE, take_else },
	{ "asm", FALSE, md_statement_asm },
	{ "__asm__", FALSE, md_statement_asm },
	{ "scoped_guard", TRUE, md_statement_scoped },
	{ "scoped_cond_guard", TRUE, md_statement_scoped },
};

/* struct a { ... } b; and typedefs have nothing that runs, but for a value behind the type. */
static guint pass_type(struct md_builder *builder, guint first, guint end)
{
	guint i = first;

	while (md_builder_is_at(builder, i, end, "static") ||
	       md_builder_is_at(builder, i, end, "const"))
		i++;
	if (!md_builder_is_at(builder, i, end, "struct") &&
	    !md_builder_is_at(builder, i, end, "union") &&
	    !md_builder_is_at(builder, i, end, "enum"))
		return first;
	i++;
	i += md_builder_is_word(builder, i, end);
	return md_builder_is_at(builder, i, end, "{") ? md_builder_behind(builder, i, end) : first;
}

/* Whether the call at @first stands before a statement, as a macro that loops does. */
static gboolean is_macro_loop(const struct md_builder *builder, guint first, guint end)
{
	guint next;
	const struct md_part *part;

	if (!md_builder_is_word(builder, first, end) ||
	    !md_builder_is_at(builder, first + 1, end, "(") ||
	    md_word_takes_attributes(md_part_at(builder->parts, first)->text) ||
	    md_builder_is_at(builder, first, end, "typeof") ||
	    md_builder_is_at(builder, first, end, "__typeof__"))
		return FALSE;
	next = md_builder_behind(builder, first + 1, end);
	if (next >= end)
		return FALSE;
	part = md_part_at(builder->parts, next);
	if (part->kind == MD_PART_WORD)
		/* MACRO(a) without a semicolon, then the next statement, is not one. */
		return !md_word_is_macro(md_part_at(builder->parts, first)->text);
	return md_part_is(part, "{");
}

/* An expression or a declaration, to its semicolon. */
static guint take_expression(struct md_builder *builder, guint first, guint end)
{
	guint from = pass_type(builder, first, end);
	guint stop;

	/* A semicolon that was forgotten, or that a macro has, does not take the next #if. */
	for (stop = from; stop < end; stop++) {
		const struct md_part *part = md_part_at(builder->parts, stop);

		if (part->kind >= MD_PART_IF || md_part_is(part, ";"))
			break;
		if (md_part_opens(part))
			stop = md_builder_closing(builder, stop, end);
	}
	stop = MIN(stop, end);
	if (md_builder_is_at(builder, first, end, "typedef"))
		return MIN(stop + 1, end);
	builder->last = md_lower_value(builder, from, stop);
	return md_builder_is_at(builder, stop, end, ";") ? stop + 1 : MAX(stop, first + 1);
}

static guint take_statement(struct md_builder *builder, guint first, guint end)
{
	const struct md_part *part = md_part_at(builder->parts, first);
	guint i;

	if (part->kind == MD_PART_IF)
		return md_statement_directive(builder, first, end);
	if (part->kind >= MD_PART_IF || md_part_is(part, ";") || md_part_is(part, "}"))
		return first + 1;
	if (md_part_is(part, "{"))
		return take_block(builder, first, end);
	if (part->kind != MD_PART_WORD)
		return take_expression(builder, first, end);
	for (i = 0; i < G_N_ELEMENTS(statements); i++) {
		if (md_part_is(part, statements[i].word) &&
		    (!statements[i].call || md_builder_is_at(builder, first + 1, end, "(")))
			return statements[i].take(builder, first, end);
	}
	if (md_builder_is_at(builder, first + 1, end, ":"))
		return md_statement_label(builder, first);
	i = md_statement_guard(builder, first, end);
	if (i > first)
		return i;
	if (is_macro_loop(builder, first, end))
		return md_statement_macro_loop(builder, first, end);
	return take_expression(builder, first, end);
}

/* What follows is too deep: its calls, in order, and no more. */
static guint pass_statement(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";");

	builder->graph->whole = FALSE;
	if (md_builder_is_at(builder, first, end, "{"))
		stop = md_builder_closing(builder, first, end);
	stop = MIN(stop + 1, end);
	md_lower_calls(builder, first, stop);
	return stop;
}

guint md_builder_statement(struct md_builder *builder, guint first, guint end)
{
	guint next;

	if (first >= end)
		return end;
	if (builder->depth >= MD_GRAPH_DEEPEST)
		return pass_statement(builder, first, end);
	builder->depth++;
	next = take_statement(builder, first, end);
	builder->depth--;
	return CLAMP(next, first + 1, end);
}

void md_builder_statements(struct md_builder *builder, guint first, guint end)
{
	while (first < end)
		first = md_builder_statement(builder, first, end);
}

/* ------------------------------------------------------------------- graph */

static void key_clear(void *data)
{
	g_free(((struct md_key *)data)->text);
}

static void node_clear(void *data)
{
	g_free(((struct md_node *)data)->kills);
}

static void call_free(void *data)
{
	struct md_call *call = data;

	g_free(call->callee);
	g_free(call->expression);
	g_ptr_array_unref(call->arguments);
	g_free(call);
}

static void jump_clear(void *data)
{
	g_free(((struct md_jump *)data)->label);
}

/* A macro that is an expression returns it. */
static void end_body(struct md_builder *builder, gboolean macro)
{
	if (macro) {
		guint node = md_builder_add(builder, MD_NODE_RETURN);

		md_builder_node(builder, node)->value = builder->last;
	}
	md_builder_leave(builder, 0);
	md_builder_go(builder, 1);
}

struct md_flow_graph *md_flow_graph_new(const GArray *parts, guint first, guint end, guint line,
					gboolean macro)
{
	struct md_flow_graph *graph = g_new0(struct md_flow_graph, 1);
	g_autoptr(GHashTable) labels =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) guards = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autoptr(GArray) jumps = g_array_new(FALSE, FALSE, sizeof(struct md_jump));
	struct md_builder builder = { .parts = parts,
				      .graph = graph,
				      .keys = keys,
				      .line = line,
				      .breaks = MD_NODE_NONE,
				      .continues = MD_NODE_NONE,
				      .guards = guards,
				      .labels = labels,
				      .jumps = jumps,
				      .last = MD_VALUE_UNKNOWN };

	graph->nodes = g_array_new(FALSE, FALSE, sizeof(struct md_node));
	g_array_set_clear_func(graph->nodes, node_clear);
	graph->keys = g_array_new(FALSE, FALSE, sizeof(struct md_key));
	g_array_set_clear_func(graph->keys, key_clear);
	g_array_set_clear_func(jumps, jump_clear);
	graph->calls = g_ptr_array_new_with_free_func(call_free);
	graph->whole = TRUE;

	builder.current = md_builder_place(&builder); /* the entry */
	md_builder_place(&builder);		      /* the exit */
	md_builder_statements(&builder, first, end);
	end_body(&builder, macro);
	md_graph_mend_jumps(&builder);
	return graph;
}

void md_flow_graph_free(struct md_flow_graph *graph)
{
	if (graph == NULL)
		return;
	g_array_unref(graph->nodes);
	g_array_unref(graph->keys);
	g_ptr_array_unref(graph->calls);
	g_free(graph);
}
