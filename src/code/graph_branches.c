/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements that branch: if, #if, loops and what macros make of them, switch.
 */
#include "code/builder.h"
#include "code/internal.h"

/* ------------------------------------------------------------ if and loops */

guint md_statement_if(struct md_builder *builder, guint first, guint end)
{
	guint out = md_builder_place(builder);

	/* "else if" goes on here, for there may be thousands. */
	for (;;) {
		guint open = first + 1, yes = md_builder_place(builder);
		guint no = md_builder_place(builder), i;

		md_lower_condition(builder, open + 1, md_builder_closing(builder, open, end), yes,
				   no, FALSE);
		builder->current = yes;
		i = md_builder_statement(builder, md_builder_behind(builder, open, end), end);
		md_builder_go(builder, out);
		builder->current = no;
		if (!md_builder_is_at(builder, i, end, "else")) {
			md_builder_begin(builder, out);
			return i;
		}
		first = i + 1;
		if (md_builder_is_at(builder, first, end, "if") &&
		    md_builder_is_at(builder, first + 1, end, "("))
			continue;
		i = md_builder_statement(builder, first, end);
		md_builder_begin(builder, out);
		return i;
	}
}

guint md_statement_while(struct md_builder *builder, guint first, guint end)
{
	guint head = md_builder_place(builder), body = md_builder_place(builder);
	guint out = md_builder_place(builder), i;
	struct md_loop outer = md_loop_enter(builder, out, head);

	md_builder_begin(builder, head);
	md_lower_condition(builder, first + 2, md_builder_closing(builder, first + 1, end), body,
			   out, TRUE);
	builder->current = body;
	i = md_builder_statement(builder, md_builder_behind(builder, first + 1, end), end);
	md_builder_go(builder, head);
	md_loop_leave(builder, &outer);
	builder->current = out;
	return i;
}

guint md_statement_do(struct md_builder *builder, guint first, guint end)
{
	guint body = md_builder_place(builder), ask = md_builder_place(builder);
	guint out = md_builder_place(builder), i;
	struct md_loop outer = md_loop_enter(builder, out, ask);

	md_builder_begin(builder, body);
	i = md_builder_statement(builder, first + 1, end);
	md_loop_leave(builder, &outer);
	md_builder_begin(builder, ask);
	if (md_builder_is_at(builder, i, end, "while") &&
	    md_builder_is_at(builder, i + 1, end, "(")) {
		md_lower_condition(builder, i + 2, md_builder_closing(builder, i + 1, end), body,
				   out, TRUE);
		i = md_builder_behind(builder, i + 1, end);
		i += md_builder_is_at(builder, i, end, ";");
	} else {
		md_builder_go(builder, out);
	}
	builder->current = out;
	return i;
}

guint md_statement_macro_loop(struct md_builder *builder, guint first, guint end)
{
	guint head = md_builder_place(builder), body = md_builder_place(builder);
	guint out = md_builder_place(builder), i;
	struct md_loop outer = md_loop_enter(builder, out, head);

	md_builder_begin(builder, head);
	md_lower_calls(builder, first, md_builder_behind(builder, first + 1, end));
	md_lower_kill_arguments(builder, first + 2, md_builder_closing(builder, first + 1, end));
	md_builder_fork(builder, body, out);
	builder->current = body;
	i = md_builder_statement(builder, md_builder_behind(builder, first + 1, end), end);
	md_builder_go(builder, head);
	md_loop_leave(builder, &outer);
	builder->current = out;
	return i;
}

guint md_statement_for(struct md_builder *builder, guint first, guint end)
{
	guint close = md_builder_closing(builder, first + 1, end), step, head, body, out, i;
	guint condition = md_builder_find(builder, first + 2, close, ";");
	struct md_loop outer;

	step = condition < close ? md_builder_find(builder, condition + 1, close, ";") : close;
	if (step == close)
		return md_statement_macro_loop(builder, first, end);
	head = md_builder_place(builder);
	body = md_builder_place(builder);
	out = md_builder_place(builder);
	md_lower_value(builder, first + 2, condition);
	md_builder_begin(builder, head);
	if (condition + 1 == step)
		md_builder_go(builder, body);
	else
		md_lower_condition(builder, condition + 1, step, body, out, TRUE);
	{
		guint next = md_builder_place(builder);

		outer = md_loop_enter(builder, out, next);
		builder->current = body;
		i = md_builder_statement(builder, md_builder_behind(builder, first + 1, end), end);
		md_builder_begin(builder, next);
	}
	md_lower_value(builder, step + 1, close);
	md_builder_go(builder, head);
	md_loop_leave(builder, &outer);
	builder->current = out;
	return i;
}

/* --------------------------------------------------------------------- #if */

/*
 * What #ifdef, #if and #elif ask, so that those that ask the same are one key: "#ifdef A",
 * "#if defined(A)" and, the other way round, "#ifndef A" are "#A".
 */
char *md_condition_key(struct md_slice directive, gboolean *negated)
{
	g_autoptr(GArray) parts = md_parts_new(directive, TRUE); /* "#" "ifdef" ... */
	guint first = 2, end = parts->len;
	g_autofree char *text = NULL;

	*negated = end > 1 && md_part_is(md_part_at(parts, 1), "ifndef");
	if (end > first && end <= first + 5 && md_part_is(md_part_at(parts, first), "!") &&
	    (end == first + 2 || md_part_is(md_part_at(parts, first + 1), "defined"))) {
		*negated = TRUE;
		first++;
	}
	first += end > first && md_part_is(md_part_at(parts, first), "defined");
	if (end == first + 3 && md_part_is(md_part_at(parts, first), "(")) {
		first++;
		end--;
	}
	text = md_parts_join(parts, MIN(first, end), end);
	return g_strconcat("#", text, NULL);
}

static gboolean is_plain_else(const struct md_part *directive)
{
	struct md_slice word = md_word_at(directive->text, 1);

	return directive->kind == MD_PART_ELSE && md_slice_is(word, "else");
}

guint md_statement_directive(struct md_builder *builder, guint first, guint end)
{
	guint out = md_builder_place(builder), at = first;

	while (at < end && md_part_at(builder->parts, at)->kind != MD_PART_ENDIF) {
		const struct md_part *directive = md_part_at(builder->parts, at);
		guint stop = MIN(directive->partner, end);
		gboolean negated, last = is_plain_else(directive);
		g_autofree char *text = md_condition_key(directive->text, &negated);
		struct md_value value = MD_VALUE_UNKNOWN;
		guint yes = md_builder_place(builder), no = md_builder_place(builder);

		if (last) {
			md_builder_go(builder, yes);
		} else {
			value.key = md_lower_key(builder, text, FALSE);
			md_lower_branch(builder, value, negated ? no : yes, negated ? yes : no,
					FALSE);
		}
		builder->current = yes;
		md_builder_statements(builder, at + 1, stop);
		md_builder_go(builder, out);
		builder->current = last ? MD_NODE_NONE : no;
		at = stop;
	}
	md_builder_begin(builder, out);
	return MIN(at + 1, end);
}

/* ------------------------------------------------------------------ switch */

/* A switch: its labels, in order. */
struct md_choice {
	struct md_choice *outer;
	GArray *cases; /* of struct choice_case */
	guint other;   /* default, or MD_NODE_NONE */
};

struct choice_case {
	guint node;
	char *text; /* what it is compared with; NULL: a range */
};

static void case_clear(void *data)
{
	g_free(((struct choice_case *)data)->text);
}

guint md_statement_switch(struct md_builder *builder, guint first, guint end)
{
	g_autoptr(GArray) cases = g_array_new(FALSE, FALSE, sizeof(struct choice_case));
	struct md_choice choice = { builder->choice, cases, MD_NODE_NONE };
	guint out = md_builder_place(builder), close = md_builder_closing(builder, first + 1, end),
	      head, i;
	struct md_value value = md_lower_value(builder, first + 2, close);
	g_autofree char *what = value.key != MD_KEY_NONE && !value.test
					? md_parts_join(builder->parts, first + 2, close)
					: NULL;
	struct md_loop outer = md_loop_enter(builder, out, builder->continues);

	builder->continue_guards = outer.continue_guards;
	g_array_set_clear_func(cases, case_clear);
	builder->choice = &choice;
	head = md_builder_add(builder, MD_NODE_PASS);
	builder->current = MD_NODE_NONE;
	i = md_builder_statement(builder, md_builder_behind(builder, first + 1, end), end);
	md_builder_go(builder, out);
	builder->choice = choice.outer;
	md_loop_leave(builder, &outer);

	builder->current = head;
	for (guint j = 0; j < cases->len; j++) {
		const struct choice_case *at = &g_array_index(cases, struct choice_case, j);
		guint no = md_builder_place(builder);
		struct md_value is = MD_VALUE_UNKNOWN;

		if (what != NULL && at->text != NULL) {
			g_autofree char *text = g_strconcat(what, "==", at->text, NULL);

			is.key = md_lower_key(builder, text, FALSE);
		}
		md_lower_branch(builder, is, at->node, no, FALSE);
		builder->current = no;
	}
	md_builder_go(builder, choice.other != MD_NODE_NONE ? choice.other : out);
	builder->current = out;
	return i;
}

guint md_statement_case(struct md_builder *builder, guint first, guint end)
{
	guint colon = md_builder_find(builder, first, end, ":");
	struct md_choice *choice = builder->choice;
	gboolean other = md_builder_is_at(builder, first, end, "default");
	guint node = md_builder_place(builder);

	md_builder_begin(builder, node);
	if (choice != NULL && other) {
		choice->other = node;
	} else if (choice != NULL) {
		gboolean range = md_builder_find(builder, first, colon, "...") < colon;
		struct choice_case at = { node,
					  range ? NULL
						: md_parts_join(builder->parts, first + 1, colon) };

		g_array_append_val(choice->cases, at);
	}
	return MIN(colon + 1, end);
}
