/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements that jump, and the guards that end where control leaves their block: labels, goto,
 * break, return, guard() and its kin.
 */
#include "code/builder.h"
#include "code/internal.h"

/* ------------------------------------------------------------------- jumps */

struct label {
	guint node;
	guint guards; /* in force there */
};

static struct label *label_of(struct md_builder *builder, const struct md_part *word)
{
	g_autofree char *name = g_strndup(word->text.data, word->text.size);
	struct label *label = g_hash_table_lookup(builder->labels, name);

	if (label == NULL) {
		label = g_new0(struct label, 1);
		label->node = md_builder_place(builder);
		label->guards = G_MAXUINT;
		g_hash_table_insert(builder->labels, g_steal_pointer(&name), label);
	}
	return label;
}

guint md_statement_label(struct md_builder *builder, guint first)
{
	struct label *label = label_of(builder, md_part_at(builder->parts, first));

	label->guards = builder->guards->len;
	md_builder_begin(builder, label->node);
	return first + 2;
}

/*
 * Which guards end is known once the label is: a jump forward ends all, and md_graph_mend_jumps()
 * undoes it for those that stay in force.
 */
static void jump_to(struct md_builder *builder, const struct md_part *word)
{
	struct label *label = label_of(builder, word);
	guint keep = label->guards == G_MAXUINT ? 0 : label->guards;
	struct md_jump jump = { .guards = builder->guards->len };

	if (label->guards != G_MAXUINT || builder->guards->len == 0) {
		md_builder_leave(builder, MIN(keep, builder->guards->len));
		md_builder_go(builder, label->node);
		return;
	}
	jump.node = builder->graph->nodes->len;
	jump.label = g_strndup(word->text.data, word->text.size);
	md_builder_leave(builder, 0);
	md_builder_go(builder, label->node);
	g_array_append_val(builder->jumps, jump);
}

guint md_statement_goto(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";");

	if (md_builder_is_word(builder, first + 1, end)) {
		jump_to(builder, md_part_at(builder->parts, first + 1));
	} else {
		/* goto *table[i]: nobody knows where. */
		md_lower_calls(builder, first + 1, stop);
		builder->graph->whole = FALSE;
		builder->current = MD_NODE_NONE;
	}
	return MIN(stop + 1, end);
}

/* The last section of asm goto names labels. */
guint md_statement_asm(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";");
	guint open = md_builder_find(builder, first, stop, "(");
	gboolean jumps = md_builder_find(builder, first, open, "goto") < open;

	for (guint i = open < stop ? md_builder_closing(builder, open, stop) : 0;
	     jumps && i-- > open;) {
		const struct md_part *part = md_part_at(builder->parts, i);
		guint away, on;

		if (part->kind != MD_PART_WORD && part->character != ',')
			break;
		if (part->kind != MD_PART_WORD)
			continue;
		away = md_builder_place(builder);
		on = md_builder_place(builder);
		md_builder_fork(builder, away, on);
		builder->current = away;
		jump_to(builder, part);
		builder->current = on;
	}
	return MIN(stop + 1, end);
}

void md_graph_mend_jumps(struct md_builder *builder)
{
	for (guint i = 0; i < builder->jumps->len; i++) {
		const struct md_jump *jump = &g_array_index(builder->jumps, struct md_jump, i);
		const struct label *label = g_hash_table_lookup(builder->labels, jump->label);

		if (label->guards == G_MAXUINT)
			continue;
		/* The innermost is ended first: the last ones stay. */
		for (guint j = 0; j < MIN(label->guards, jump->guards); j++)
			md_builder_node(builder, jump->node + jump->guards - 1 - j)->kind =
				MD_NODE_PASS;
	}
}

guint md_statement_break(struct md_builder *builder, guint first, guint end)
{
	gboolean breaks = md_builder_is_at(builder, first, end, "break");
	guint to = breaks ? builder->breaks : builder->continues;

	if (to != MD_NODE_NONE) {
		md_builder_leave(builder,
				 breaks ? builder->break_guards : builder->continue_guards);
		md_builder_go(builder, to);
	}
	return MIN(md_builder_find(builder, first, end, ";") + 1, end);
}

guint md_statement_return(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";"), node;
	struct md_value value = MD_VALUE_UNKNOWN;

	if (first + 1 < stop)
		value = md_lower_value(builder, first + 1, stop);
	node = md_builder_add(builder, MD_NODE_RETURN);
	md_builder_node(builder, node)->value = value;
	md_builder_leave(builder, 0);
	md_builder_go(builder, 1);
	return MIN(stop + 1, end);
}

/* ------------------------------------------------------------------ guards */

guint md_statement_guard(struct md_builder *builder, guint first, guint end)
{
	gboolean class = md_builder_is_at(builder, first, end, "CLASS");
	guint close, open, call;

	if (!class && !md_builder_is_at(builder, first, end, "guard"))
		return first;
	if (!md_builder_is_at(builder, first + 1, end, "("))
		return first;
	close = md_builder_closing(builder, first + 1, end);
	open = close + 1;
	if (!md_builder_is_at(builder, open, end, "(") ||
	    !md_builder_is_word(builder, first + 2, close))
		return first;
	call = md_lower_guard(builder, first, first + 2, open + 1,
			      md_builder_closing(builder, open, end));
	g_array_append_val(builder->guards, call);
	open = md_builder_find(builder, open, end, ";");
	return MIN(open + 1, end);
}

guint md_statement_scoped(struct md_builder *builder, guint first, guint end)
{
	guint close = md_builder_closing(builder, first + 1, end), i, call;
	guint comma = md_builder_find(builder, first + 2, close, ",");
	gboolean asks = md_builder_is_at(builder, first, end, "scoped_cond_guard");
	guint fail = MIN(comma + 1, close), out = md_builder_place(builder);
	struct md_loop outer;

	/* It ends here: a macro was cut. */
	if (!md_builder_is_word(builder, first + 2, close))
		return first + 1;
	if (asks)
		comma = md_builder_find(builder, fail, close, ",");
	call = md_lower_guard(builder, first, first + 2, MIN(comma + 1, close), close);
	if (asks) {
		guint yes = md_builder_place(builder), no = md_builder_place(builder);

		md_lower_guard_branch(builder, call, yes, no);
		builder->current = no;
		md_builder_statements(builder, fail, comma);
		md_builder_go(builder, out);
		builder->current = yes;
	}
	/* It is a for loop, so break leaves it. */
	outer = md_loop_enter(builder, out, out);
	g_array_append_val(builder->guards, call);
	i = md_builder_statement(builder, close + 1, end);
	md_builder_leave(builder, builder->guards->len - 1);
	g_array_set_size(builder->guards, builder->guards->len - 1);
	md_loop_leave(builder, &outer);
	md_builder_begin(builder, out);
	return i;
}
