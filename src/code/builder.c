/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The graph of a function while it is built: its nodes, what is open and where break leads, and
 * what all files look for in the tokens.
 */
#include "code/builder.h"

struct md_node *md_builder_node(struct md_builder *builder, guint index)
{
	return &g_array_index(builder->graph->nodes, struct md_node, index);
}

guint md_builder_place(struct md_builder *builder)
{
	struct md_node node = { .kind = MD_NODE_PASS,
				.next = { MD_NODE_NONE, MD_NODE_NONE },
				.target = MD_KEY_NONE,
				.value = MD_VALUE_UNKNOWN };

	g_array_append_val(builder->graph->nodes, node);
	return builder->graph->nodes->len - 1;
}

void md_builder_begin(struct md_builder *builder, guint node)
{
	if (builder->current != MD_NODE_NONE)
		md_builder_node(builder, builder->current)->next[0] = node;
	builder->current = node;
}

guint md_builder_add(struct md_builder *builder, enum md_node_kind kind)
{
	guint node = md_builder_place(builder);

	md_builder_node(builder, node)->kind = kind;
	md_builder_begin(builder, node);
	return node;
}

void md_builder_leave(struct md_builder *builder, guint count)
{
	for (guint i = builder->guards->len; i > count; i--) {
		guint node = md_builder_add(builder, MD_NODE_LEAVE);

		md_builder_node(builder, node)->call = g_array_index(builder->guards, guint, i - 1);
	}
}

void md_builder_go(struct md_builder *builder, guint target)
{
	md_builder_begin(builder, target);
	builder->current = MD_NODE_NONE;
}

void md_builder_fork(struct md_builder *builder, guint a, guint b)
{
	guint node = md_builder_add(builder, MD_NODE_BRANCH);

	md_builder_node(builder, node)->next[0] = a;
	md_builder_node(builder, node)->next[1] = b;
	builder->current = MD_NODE_NONE;
}

struct md_loop md_loop_enter(struct md_builder *builder, guint breaks, guint continues)
{
	struct md_loop outer = { builder->breaks, builder->continues, builder->break_guards,
				 builder->continue_guards };

	builder->breaks = breaks;
	builder->continues = continues;
	builder->break_guards = builder->continue_guards = builder->guards->len;
	return outer;
}

void md_loop_leave(struct md_builder *builder, const struct md_loop *outer)
{
	builder->breaks = outer->breaks;
	builder->continues = outer->continues;
	builder->break_guards = outer->break_guards;
	builder->continue_guards = outer->continue_guards;
}

guint md_builder_find(const struct md_builder *builder, guint first, guint end, const char *text)
{
	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (md_part_is(part, text))
			return i;
		if (md_part_opens(part))
			i = md_builder_closing(builder, i, end);
	}
	return end;
}
