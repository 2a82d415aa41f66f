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
#include "code/flow.h"
#include "code/internal.h"

#include <string.h>

struct label {
	guint node;
	guint guards; /* in force there */
};

/* A goto out of guards to a label further on. */
struct jump {
	guint node;   /* the first of those that end guards */
	guint guards; /* that are in force here, and end */
	char *label;
};

/* A switch: its labels, in order. */
struct md_choice {
	struct md_choice *outer;
	GArray *cases; /* of struct choice_case */
	guint other;   /* default, or MD_NODE_NONE */
	guint guards;
};

struct choice_case {
	guint node;
	char *text; /* what it is compared with; NULL: a range */
};

static void jump_clear(void *data)
{
	g_free(((struct jump *)data)->label);
}

static void case_clear(void *data)
{
	g_free(((struct choice_case *)data)->text);
}

/* ------------------------------------------------------------------- nodes */

struct md_node *md_builder_node(struct md_builder *builder, guint index)
{
	return &g_array_index(builder->graph->nodes, struct md_node, index);
}

guint md_builder_place(struct md_builder *builder)
{
	struct md_node node = { .kind = MD_NODE_PASS,
				.next = { MD_NODE_NONE, MD_NODE_NONE },
				.target = MD_KEY_NONE,
				.value = { .key = MD_KEY_NONE, .sign = MD_VALUE_ANY } };

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

/* The open node leads to @target, and nothing is open then. */
static void go(struct md_builder *builder, guint target)
{
	md_builder_begin(builder, target);
	builder->current = MD_NODE_NONE;
}

/* From the open node to @a or @b, nobody knows which. */
static void fork_to(struct md_builder *builder, guint a, guint b)
{
	guint node = md_builder_add(builder, MD_NODE_BRANCH);

	md_builder_node(builder, node)->next[0] = a;
	md_builder_node(builder, node)->next[1] = b;
	builder->current = MD_NODE_NONE;
}

/* ------------------------------------------------------------------ tokens */

static gboolean is_at(const struct md_builder *builder, guint index, guint end, const char *text)
{
	return index < end && md_part_is(md_part_at(builder->parts, index), text);
}

static gboolean is_word(const struct md_builder *builder, guint index, guint end)
{
	return index < end && md_part_at(builder->parts, index)->kind == MD_PART_WORD;
}

/* Of the bracket at @index, within @end. */
static guint closing(const struct md_builder *builder, guint index, guint end)
{
	return MIN(md_part_at(builder->parts, index)->partner, end);
}

static gboolean opens(const struct md_part *part)
{
	return part->kind == MD_PART_OPERATOR && strchr("([{", part->character) != NULL;
}

guint md_builder_find(const struct md_builder *builder, guint first, guint end, const char *text)
{
	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (md_part_is(part, text))
			return i;
		if (opens(part))
			i = closing(builder, i, end);
	}
	return end;
}

/* Of "(...)" at @open: the index behind it. */
static guint behind(const struct md_builder *builder, guint open, guint end)
{
	return MIN(closing(builder, open, end) + 1, end);
}

/* ---------------------------------------------------------- if, loops, #if */

static guint take_if(struct md_builder *builder, guint first, guint end)
{
	guint out = md_builder_place(builder);

	/* "else if" goes on here, for there may be thousands. */
	for (;;) {
		guint open = first + 1, yes = md_builder_place(builder);
		guint no = md_builder_place(builder), i;

		md_lower_condition(builder, open + 1, closing(builder, open, end), yes, no, FALSE);
		builder->current = yes;
		i = md_builder_statement(builder, behind(builder, open, end), end);
		go(builder, out);
		builder->current = no;
		if (!is_at(builder, i, end, "else")) {
			md_builder_begin(builder, out);
			return i;
		}
		first = i + 1;
		if (is_at(builder, first, end, "if") && is_at(builder, first + 1, end, "("))
			continue;
		i = md_builder_statement(builder, first, end);
		md_builder_begin(builder, out);
		return i;
	}
}

struct loop {
	guint breaks, continues, break_guards, continue_guards;
};

static struct loop enter_loop(struct md_builder *builder, guint breaks, guint continues)
{
	struct loop outer = { builder->breaks, builder->continues, builder->break_guards,
			      builder->continue_guards };

	builder->breaks = breaks;
	builder->continues = continues;
	builder->break_guards = builder->continue_guards = builder->guards->len;
	return outer;
}

static void leave_loop(struct md_builder *builder, const struct loop *outer)
{
	builder->breaks = outer->breaks;
	builder->continues = outer->continues;
	builder->break_guards = outer->break_guards;
	builder->continue_guards = outer->continue_guards;
}

static guint take_while(struct md_builder *builder, guint first, guint end)
{
	guint head = md_builder_place(builder), body = md_builder_place(builder);
	guint out = md_builder_place(builder), i;
	struct loop outer = enter_loop(builder, out, head);

	md_builder_begin(builder, head);
	md_lower_condition(builder, first + 2, closing(builder, first + 1, end), body, out, TRUE);
	builder->current = body;
	i = md_builder_statement(builder, behind(builder, first + 1, end), end);
	go(builder, head);
	leave_loop(builder, &outer);
	builder->current = out;
	return i;
}

static guint take_do(struct md_builder *builder, guint first, guint end)
{
	guint body = md_builder_place(builder), ask = md_builder_place(builder);
	guint out = md_builder_place(builder), i;
	struct loop outer = enter_loop(builder, out, ask);

	md_builder_begin(builder, body);
	i = md_builder_statement(builder, first + 1, end);
	leave_loop(builder, &outer);
	md_builder_begin(builder, ask);
	if (is_at(builder, i, end, "while") && is_at(builder, i + 1, end, "(")) {
		md_lower_condition(builder, i + 2, closing(builder, i + 1, end), body, out, TRUE);
		i = behind(builder, i + 1, end);
		i += is_at(builder, i, end, ";");
	} else {
		go(builder, out);
	}
	builder->current = out;
	return i;
}

/* A call before a block, or before a statement: it runs it any number of times. */
static guint take_macro_loop(struct md_builder *builder, guint first, guint end)
{
	guint head = md_builder_place(builder), body = md_builder_place(builder);
	guint out = md_builder_place(builder), i;
	struct loop outer = enter_loop(builder, out, head);

	md_builder_begin(builder, head);
	md_lower_calls(builder, first, behind(builder, first + 1, end));
	md_lower_kill_arguments(builder, first + 2, closing(builder, first + 1, end));
	fork_to(builder, body, out);
	builder->current = body;
	i = md_builder_statement(builder, behind(builder, first + 1, end), end);
	go(builder, head);
	leave_loop(builder, &outer);
	builder->current = out;
	return i;
}

static guint take_for(struct md_builder *builder, guint first, guint end)
{
	guint close = closing(builder, first + 1, end), step, head, body, out, i;
	guint condition = md_builder_find(builder, first + 2, close, ";");
	struct loop outer;

	step = condition < close ? md_builder_find(builder, condition + 1, close, ";") : close;
	if (step == close)
		return take_macro_loop(builder, first, end);
	head = md_builder_place(builder);
	body = md_builder_place(builder);
	out = md_builder_place(builder);
	md_lower_value(builder, first + 2, condition);
	md_builder_begin(builder, head);
	if (condition + 1 == step)
		go(builder, body);
	else
		md_lower_condition(builder, condition + 1, step, body, out, TRUE);
	{
		guint next = md_builder_place(builder);

		outer = enter_loop(builder, out, next);
		builder->current = body;
		i = md_builder_statement(builder, behind(builder, first + 1, end), end);
		md_builder_begin(builder, next);
	}
	md_lower_value(builder, step + 1, close);
	go(builder, head);
	leave_loop(builder, &outer);
	builder->current = out;
	return i;
}

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

	return directive->kind == MD_PART_ELSE && word.size == strlen("else") &&
	       memcmp(word.data, "else", word.size) == 0;
}

static guint take_directive(struct md_builder *builder, guint first, guint end)
{
	guint out = md_builder_place(builder), at = first;

	while (at < end && md_part_at(builder->parts, at)->kind != MD_PART_ENDIF) {
		const struct md_part *directive = md_part_at(builder->parts, at);
		guint stop = MIN(directive->partner, end);
		gboolean negated, last = is_plain_else(directive);
		g_autofree char *text = md_condition_key(directive->text, &negated);
		struct md_value value = { .key = MD_KEY_NONE, .sign = MD_VALUE_ANY };
		guint yes = md_builder_place(builder), no = md_builder_place(builder);

		if (last) {
			go(builder, yes);
		} else {
			value.key = md_lower_key(builder, text, FALSE);
			md_lower_branch(builder, value, negated ? no : yes, negated ? yes : no,
					FALSE);
		}
		builder->current = yes;
		md_builder_statements(builder, at + 1, stop);
		go(builder, out);
		builder->current = last ? MD_NODE_NONE : no;
		at = stop;
	}
	md_builder_begin(builder, out);
	return MIN(at + 1, end);
}

/* ------------------------------------------------------------------ switch */

static guint take_switch(struct md_builder *builder, guint first, guint end)
{
	g_autoptr(GArray) cases = g_array_new(FALSE, FALSE, sizeof(struct choice_case));
	struct md_choice choice = { builder->choice, cases, MD_NODE_NONE, builder->guards->len };
	guint out = md_builder_place(builder), close = closing(builder, first + 1, end), head, i;
	struct md_value value = md_lower_value(builder, first + 2, close);
	g_autofree char *what = value.key != MD_KEY_NONE && !value.test
					? md_parts_join(builder->parts, first + 2, close)
					: NULL;
	struct loop outer = enter_loop(builder, out, builder->continues);

	builder->continue_guards = outer.continue_guards;
	g_array_set_clear_func(cases, case_clear);
	builder->choice = &choice;
	head = md_builder_add(builder, MD_NODE_PASS);
	builder->current = MD_NODE_NONE;
	i = md_builder_statement(builder, behind(builder, first + 1, end), end);
	go(builder, out);
	builder->choice = choice.outer;
	leave_loop(builder, &outer);

	builder->current = head;
	for (guint j = 0; j < cases->len; j++) {
		const struct choice_case *at = &g_array_index(cases, struct choice_case, j);
		guint no = md_builder_place(builder);
		struct md_value is = { .key = MD_KEY_NONE, .sign = MD_VALUE_ANY };

		if (what != NULL && at->text != NULL) {
			g_autofree char *text = g_strconcat(what, "==", at->text, NULL);

			is.key = md_lower_key(builder, text, FALSE);
		}
		md_lower_branch(builder, is, at->node, no, FALSE);
		builder->current = no;
	}
	go(builder, choice.other != MD_NODE_NONE ? choice.other : out);
	builder->current = out;
	return i;
}

static guint take_case(struct md_builder *builder, guint first, guint end)
{
	guint colon = md_builder_find(builder, first, end, ":");
	struct md_choice *choice = builder->choice;
	gboolean other = is_at(builder, first, end, "default");
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

/* -------------------------------------------------------------- goto, return */

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

/*
 * Which guards end is known once the label is: a jump forward ends all, and mend_jumps() undoes it
 * for those that stay in force.
 */
static void jump_to(struct md_builder *builder, const struct md_part *word)
{
	struct label *label = label_of(builder, word);
	guint keep = label->guards == G_MAXUINT ? 0 : label->guards;
	struct jump jump = { .guards = builder->guards->len };

	if (label->guards != G_MAXUINT || builder->guards->len == 0) {
		md_builder_leave(builder, MIN(keep, builder->guards->len));
		go(builder, label->node);
		return;
	}
	jump.node = builder->graph->nodes->len;
	jump.label = g_strndup(word->text.data, word->text.size);
	md_builder_leave(builder, 0);
	go(builder, label->node);
	g_array_append_val(builder->jumps, jump);
}

static guint take_goto(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";");

	if (is_word(builder, first + 1, end)) {
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
static guint take_asm(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";");
	guint open = md_builder_find(builder, first, stop, "(");
	gboolean jumps = md_builder_find(builder, first, open, "goto") < open;

	for (guint i = open < stop ? closing(builder, open, stop) : 0; jumps && i-- > open;) {
		const struct md_part *part = md_part_at(builder->parts, i);
		guint away, on;

		if (part->kind != MD_PART_WORD && part->character != ',')
			break;
		if (part->kind != MD_PART_WORD)
			continue;
		away = md_builder_place(builder);
		on = md_builder_place(builder);
		fork_to(builder, away, on);
		builder->current = away;
		jump_to(builder, part);
		builder->current = on;
	}
	return MIN(stop + 1, end);
}

static guint take_return(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";"), node;
	struct md_value value = { .key = MD_KEY_NONE, .sign = MD_VALUE_ANY };

	if (first + 1 < stop)
		value = md_lower_value(builder, first + 1, stop);
	node = md_builder_add(builder, MD_NODE_RETURN);
	md_builder_node(builder, node)->value = value;
	md_builder_leave(builder, 0);
	go(builder, 1);
	return MIN(stop + 1, end);
}

/* ------------------------------------------------------------------ guards */

/* guard(mutex)(&l); CLASS(name, variable)(arguments); returns @first where it is none. */
static guint take_guard(struct md_builder *builder, guint first, guint end)
{
	gboolean class = is_at(builder, first, end, "CLASS");
	guint close, open, call;

	if (!class && !is_at(builder, first, end, "guard"))
		return first;
	if (!is_at(builder, first + 1, end, "("))
		return first;
	close = closing(builder, first + 1, end);
	open = close + 1;
	if (!is_at(builder, open, end, "(") || !is_word(builder, first + 2, close))
		return first;
	call = md_lower_guard(builder, first, first + 2, open + 1, closing(builder, open, end));
	g_array_append_val(builder->guards, call);
	open = md_builder_find(builder, open, end, ";");
	return MIN(open + 1, end);
}

/* scoped_guard(name, arguments) statement; scoped_cond_guard(name, fail, arguments) statement. */
static guint take_scoped(struct md_builder *builder, guint first, guint end)
{
	guint close = closing(builder, first + 1, end), i, call;
	guint comma = md_builder_find(builder, first + 2, close, ",");
	gboolean asks = is_at(builder, first, end, "scoped_cond_guard");
	guint fail = MIN(comma + 1, close), out = md_builder_place(builder);
	struct loop outer;

	if (asks)
		comma = md_builder_find(builder, fail, close, ",");
	call = md_lower_guard(builder, first, first + 2, MIN(comma + 1, close), close);
	if (asks) {
		guint yes = md_builder_place(builder), no = md_builder_place(builder);

		md_lower_guard_branch(builder, call, yes, no);
		builder->current = no;
		md_builder_statements(builder, fail, comma);
		go(builder, out);
		builder->current = yes;
	}
	/* It is a for loop, so break leaves it. */
	outer = enter_loop(builder, out, out);
	g_array_append_val(builder->guards, call);
	i = md_builder_statement(builder, close + 1, end);
	md_builder_leave(builder, builder->guards->len - 1);
	g_array_set_size(builder->guards, builder->guards->len - 1);
	leave_loop(builder, &outer);
	md_builder_begin(builder, out);
	return i;
}

/* -------------------------------------------------------------- statements */

static guint take_block(struct md_builder *builder, guint first, guint end)
{
	guint guards = builder->guards->len, close = closing(builder, first, end);

	md_builder_statements(builder, first + 1, close);
	md_builder_leave(builder, guards);
	g_array_set_size(builder->guards, guards);
	return MIN(close + 1, end);
}

static guint take_break(struct md_builder *builder, guint first, guint end)
{
	gboolean breaks = is_at(builder, first, end, "break");
	guint to = breaks ? builder->breaks : builder->continues;

	if (to != MD_NODE_NONE) {
		md_builder_leave(builder,
				 breaks ? builder->break_guards : builder->continue_guards);
		go(builder, to);
	}
	return MIN(md_builder_find(builder, first, end, ";") + 1, end);
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
	{ "if", TRUE, take_if },
	{ "while", TRUE, take_while },
	{ "for", TRUE, take_for },
	{ "do", FALSE, take_do },
	{ "switch", TRUE, take_switch },
	{ "case", FALSE, take_case },
	{ "default", FALSE, take_case },
	{ "goto", FALSE, take_goto },
	{ "return", FALSE, take_return },
	{ "break", FALSE, take_break },
	{ "continue", FALSE, take_break },
	{ "else", FALSE, take_else },
	{ "asm", FALSE, take_asm },
	{ "__asm__", FALSE, take_asm },
	{ "scoped_guard", TRUE, take_scoped },
	{ "scoped_cond_guard", TRUE, take_scoped },
};

/* struct a { ... } b; and typedefs have nothing that runs, but for a value behind the type. */
static guint pass_type(struct md_builder *builder, guint first, guint end)
{
	guint i = first;

	while (is_at(builder, i, end, "static") || is_at(builder, i, end, "const"))
		i++;
	if (!is_at(builder, i, end, "struct") && !is_at(builder, i, end, "union") &&
	    !is_at(builder, i, end, "enum"))
		return first;
	i++;
	i += is_word(builder, i, end);
	return is_at(builder, i, end, "{") ? behind(builder, i, end) : first;
}

/* Whether the call at @first stands before a statement, as a macro that loops does. */
static gboolean is_macro_loop(const struct md_builder *builder, guint first, guint end)
{
	guint next;
	const struct md_part *part;

	if (!is_word(builder, first, end) || !is_at(builder, first + 1, end, "(") ||
	    md_word_takes_attributes(md_part_at(builder->parts, first)->text) ||
	    is_at(builder, first, end, "typeof") || is_at(builder, first, end, "__typeof__"))
		return FALSE;
	next = behind(builder, first + 1, end);
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
		if (opens(part))
			stop = closing(builder, stop, end);
	}
	stop = MIN(stop, end);
	if (is_at(builder, first, end, "typedef"))
		return MIN(stop + 1, end);
	builder->last = md_lower_value(builder, from, stop);
	return is_at(builder, stop, end, ";") ? stop + 1 : MAX(stop, first + 1);
}

static guint take_label(struct md_builder *builder, guint first)
{
	struct label *label = label_of(builder, md_part_at(builder->parts, first));

	label->guards = builder->guards->len;
	md_builder_begin(builder, label->node);
	return first + 2;
}

static guint take_statement(struct md_builder *builder, guint first, guint end)
{
	const struct md_part *part = md_part_at(builder->parts, first);
	guint i;

	if (part->kind == MD_PART_IF)
		return take_directive(builder, first, end);
	if (part->kind >= MD_PART_IF || md_part_is(part, ";") || md_part_is(part, "}"))
		return first + 1;
	if (md_part_is(part, "{"))
		return take_block(builder, first, end);
	if (part->kind != MD_PART_WORD)
		return take_expression(builder, first, end);
	for (i = 0; i < G_N_ELEMENTS(statements); i++) {
		if (md_part_is(part, statements[i].word) &&
		    (!statements[i].call || is_at(builder, first + 1, end, "(")))
			return statements[i].take(builder, first, end);
	}
	if (is_at(builder, first + 1, end, ":"))
		return take_label(builder, first);
	i = take_guard(builder, first, end);
	if (i > first)
		return i;
	if (is_macro_loop(builder, first, end))
		return take_macro_loop(builder, first, end);
	return take_expression(builder, first, end);
}

/* What follows is too deep: its calls, in order, and no more. */
static guint pass_statement(struct md_builder *builder, guint first, guint end)
{
	guint stop = md_builder_find(builder, first, end, ";");

	builder->graph->whole = FALSE;
	if (is_at(builder, first, end, "{"))
		stop = closing(builder, first, end);
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

/* Jumps that ended guards which are in force at their label do not. */
static void mend_jumps(struct md_builder *builder)
{
	for (guint i = 0; i < builder->jumps->len; i++) {
		const struct jump *jump = &g_array_index(builder->jumps, struct jump, i);
		const struct label *label = g_hash_table_lookup(builder->labels, jump->label);

		if (label->guards == G_MAXUINT)
			continue;
		/* The innermost is ended first: the last ones stay. */
		for (guint j = 0; j < MIN(label->guards, jump->guards); j++)
			md_builder_node(builder, jump->node + jump->guards - 1 - j)->kind =
				MD_NODE_PASS;
	}
}

/* A macro that is an expression returns it. */
static void end_body(struct md_builder *builder, gboolean macro)
{
	if (macro) {
		guint node = md_builder_add(builder, MD_NODE_RETURN);

		md_builder_node(builder, node)->value = builder->last;
	}
	md_builder_leave(builder, 0);
	go(builder, 1);
}

struct md_flow_graph *md_flow_graph_new(const GArray *parts, guint first, guint end, guint line,
					gboolean macro)
{
	struct md_flow_graph *graph = g_new0(struct md_flow_graph, 1);
	g_autoptr(GHashTable) labels =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) guards = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autoptr(GArray) jumps = g_array_new(FALSE, FALSE, sizeof(struct jump));
	struct md_builder builder = { .parts = parts,
				      .graph = graph,
				      .keys = keys,
				      .line = line,
				      .breaks = MD_NODE_NONE,
				      .continues = MD_NODE_NONE,
				      .guards = guards,
				      .labels = labels,
				      .jumps = jumps,
				      .last = { .key = MD_KEY_NONE, .sign = MD_VALUE_ANY } };

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
	mend_jumps(&builder);
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
