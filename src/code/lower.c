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
#include "code/builder.h"
#include "code/internal.h"

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

static struct md_value lower_question(struct md_builder *builder, guint first, guint question,
				      guint end)
{
	guint yes = md_builder_place(builder), no = md_builder_place(builder);
	guint out = md_builder_place(builder), temporary = md_lower_temporary(builder);
	guint colon = md_builder_colon(builder, question + 1, end);
	struct md_value value = MD_VALUE_UNKNOWN;

	if (colon == question + 1) { /* a ?: b */
		value = md_lower_value(builder, first, question);
		md_lower_branch(builder, value, yes, no, FALSE);
		builder->current = yes;
	} else {
		md_lower_condition(builder, first, question, yes, no, FALSE);
		builder->current = yes;
		value = md_lower_value(builder, question + 1, colon);
	}
	md_lower_set(builder, NULL, temporary, value);
	md_builder_begin(builder, out);
	builder->current = no;
	md_lower_set(builder, NULL, temporary, md_lower_value(builder, MIN(colon + 1, end), end));
	md_builder_begin(builder, out);
	return md_value_of_key(temporary);
}

/* The value of && and ||. */
static struct md_value lower_logic(struct md_builder *builder, guint first, guint end)
{
	guint yes = md_builder_place(builder), no = md_builder_place(builder);
	guint out = md_builder_place(builder), temporary = md_lower_temporary(builder);

	md_lower_condition(builder, first, end, yes, no, FALSE);
	builder->current = yes;
	md_lower_set(builder, NULL, temporary, md_value_constant(MD_VALUE_POSITIVE));
	md_builder_begin(builder, out);
	builder->current = no;
	md_lower_set(builder, NULL, temporary, md_value_constant(MD_VALUE_ZERO));
	md_builder_begin(builder, out);
	return md_value_of_key(temporary);
}

static struct md_value lower_assignment(struct md_builder *builder, guint first, guint at,
					guint end)
{
	gboolean plain = md_part_is(md_part_at(builder->parts, at), "=");
	guint target = md_builder_target(builder, first, at), key = MD_KEY_NONE;
	struct md_value value = MD_VALUE_UNKNOWN, result = md_lower_value(builder, at + 1, end);

	md_lower_calls(builder, target, at);
	if (at > target && at - target <= MD_KEY_PARTS_MAX &&
	    md_builder_find(builder, target, at, "(") == at &&
	    !md_builder_is_at(builder, target, at, "."))
		key = md_lower_key_of(builder, target, at);
	if (plain)
		value = result;
	md_lower_set(builder,
		     md_parts_join(builder->parts, target, MIN(at, target + MD_KEY_PARTS_MAX)), key,
		     value);
	return key != MD_KEY_NONE ? md_value_of_key(key) : value;
}

static struct md_value lower_comparison(struct md_builder *builder, guint first, guint at,
					guint end)
{
	const struct md_comparison_operator *compared =
		md_comparison_operator_find(md_part_at(builder->parts, at));
	gboolean straight = strcmp(compared->text, compared->positive) == 0;
	guint calls = builder->graph->calls->len, key;
	struct md_value left = md_lower_value(builder, first, at);
	struct md_value right = md_lower_value(builder, at + 1, end);
	g_autofree char *a = NULL, *b = NULL, *text = NULL;

	if (right.key == MD_KEY_NONE && right.sign == MD_VALUE_ZERO)
		return md_value_test(left, compared->zero);
	if (left.test && md_value_is_constant(&right) &&
	    strcmp(compared->positive, "==") == 0) /* f() == true */
		return md_value_test(left, straight ? MD_VALUE_TRUE : MD_VALUE_ZERO);
	if (builder->graph->calls->len != calls || end - first > MD_KEY_PARTS_MAX)
		return MD_VALUE_UNKNOWN;
	a = md_parts_join(builder->parts, first, at);
	b = md_parts_join(builder->parts, at + 1, end);
	text = g_strconcat(a, compared->positive, b, NULL);
	key = md_lower_key(builder, text, md_lower_is_memory(builder, first, end));
	return md_value_test(md_value_of_key(key), straight ? MD_VALUE_TRUE : MD_VALUE_ZERO);
}

/* A number, NULL, true; FALSE: it is none of these. */
static gboolean is_literal(const struct md_part *part, struct md_value *value)
{
	static const char *const zeros[] = { "0", "NULL", "false", "FALSE", "0L", "0UL", "0U" };
	static const char *const ones[] = { "true", "TRUE" };

	if (md_part_is_one_of(part, zeros, G_N_ELEMENTS(zeros))) {
		*value = md_value_constant(MD_VALUE_ZERO);
		return TRUE;
	}
	if (md_part_is_one_of(part, ones, G_N_ELEMENTS(ones)) || g_ascii_isdigit(part->character)) {
		*value = md_value_constant(MD_VALUE_POSITIVE);
		return TRUE;
	}
	return FALSE;
}

/* A call that is the whole of [first, end): its result, or what it passes on. */
static struct md_value lower_whole_call(struct md_builder *builder, guint first, guint end)
{
	const struct md_part *part = md_part_at(builder->parts, first);
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
		return wrappers[i].truth != 0 ? md_value_test(value, wrappers[i].truth) : value;
	}
	if (md_lower_is_no_call(part)) {
		md_lower_calls(builder, first, end);
		return MD_VALUE_UNKNOWN;
	}
	if (md_part_is(part, "BUG_ON")) {
		guint yes = md_builder_place(builder), no = md_builder_place(builder);

		md_lower_condition(builder, first + 2, close, yes, no, FALSE);
		builder->current = no;
		return MD_VALUE_UNKNOWN;
	}
	return md_lower_result(builder,
			       md_lower_call(builder, part->text, first, first + 2, close));
}

/* What has no operator that we know. */
static struct md_value lower_rest(struct md_builder *builder, guint first, guint end)
{
	guint nodes = builder->graph->nodes->len;
	struct md_value value = MD_VALUE_UNKNOWN;

	if (end == first + 1 && is_literal(md_part_at(builder->parts, first), &value))
		return value;
	if (end == first + 2 && md_builder_is_at(builder, first, end, "-")) {
		struct md_slice word = md_part_at(builder->parts, first + 1)->text;

		/* -EINTR, -1 */
		if (g_ascii_isdigit(word.data[0]) ? word.data[0] != '0'
						  : word.data[0] == 'E' && md_word_is_macro(word))
			return md_value_constant(MD_VALUE_NEGATIVE);
	}
	if (md_builder_is_word(builder, first, end) &&
	    md_builder_is_at(builder, first + 1, end, "(") &&
	    md_part_at(builder->parts, first + 1)->partner == end - 1)
		return lower_whole_call(builder, first, end);
	md_lower_calls(builder, first, end);
	if (builder->graph->nodes->len != nodes)
		return MD_VALUE_UNKNOWN;
	return md_value_of_key(md_lower_key_of(builder, first, end));
}

static struct md_value lower_statement_expression(struct md_builder *builder, guint first,
						  guint end)
{
	struct md_value outer = builder->last, value;

	builder->last = MD_VALUE_UNKNOWN;
	md_builder_statement(builder, first + 1, end - 1);
	value = builder->last;
	builder->last = outer;
	return value;
}

static struct md_value lower_one(struct md_builder *builder, guint first, guint end)
{
	struct md_survey survey;

	while (md_builder_is_group(builder, first, end) &&
	       !md_builder_is_at(builder, first + 1, end, "{")) {
		first++;
		end--;
		if (md_builder_find(builder, first, end, ",") < end)
			return md_lower_value(builder, first, end);
	}
	if (first >= end)
		return MD_VALUE_UNKNOWN;
	if (md_builder_is_group(builder, first, end))
		return lower_statement_expression(builder, first, end);
	survey = md_survey_of(builder, first, end);
	if (survey.assign < end)
		return lower_assignment(builder, first, survey.assign, end);
	if (survey.question < end)
		return lower_question(builder, first, survey.question, end);
	if (survey.either < end || survey.both < end)
		return lower_logic(builder, first, end);
	if (survey.compare < end)
		return lower_comparison(builder, first, survey.compare, end);
	if (md_builder_is_at(builder, first, end, "!"))
		return md_value_test(md_lower_value(builder, first + 1, end), MD_VALUE_ZERO);
	if (md_builder_behind_cast(builder, first, end) > first)
		return md_lower_value(builder, md_builder_behind_cast(builder, first, end), end);
	return lower_rest(builder, first, end);
}

struct md_value md_lower_value(struct md_builder *builder, guint first, guint end)
{
	struct md_value value = MD_VALUE_UNKNOWN;

	if (builder->depth >= MD_GRAPH_DEEPEST) {
		md_lower_list_calls(builder, first, end);
		return MD_VALUE_UNKNOWN;
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

	if (md_value_is_constant(&value)) {
		if ((value.sign & MD_VALUE_ZERO) == 0)
			no = yes;
		else if (value.sign == MD_VALUE_ZERO)
			yes = no;
		value = MD_VALUE_UNKNOWN;
	}
	branch->value = value.key == MD_KEY_NONE || value.test
				? value
				: md_value_test(value, MD_VALUE_TRUE);
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

	if (!md_builder_is_word(builder, first, end) ||
	    !md_builder_is_at(builder, first + 1, end, "(") ||
	    md_part_at(builder->parts, first + 1)->partner != end - 1 ||
	    !md_part_is_one_of(md_part_at(builder->parts, first), names, G_N_ELEMENTS(names)))
		return FALSE;
	comma = md_builder_find(builder, first + 2, close, ",");
	if (md_builder_is_at(builder, first, end, "likely") ||
	    md_builder_is_at(builder, first, end, "unlikely")) {
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
	struct md_survey survey;

	while (md_builder_is_group(builder, first, end) &&
	       !md_builder_is_at(builder, first + 1, end, "{") &&
	       md_builder_find(builder, first + 1, end - 1, ",") == end - 1) {
		first++;
		end--;
	}
	survey = md_survey_of(builder, first, end);
	if (survey.assign == end && survey.question == end) {
		if (survey.either < end) {
			lower_chain(builder, first, end, "||", yes, no, fresh);
			return;
		}
		if (survey.both < end) {
			lower_chain(builder, first, end, "&&", yes, no, fresh);
			return;
		}
		if (survey.compare == end && md_builder_is_at(builder, first, end, "!")) {
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
		md_lower_list_calls(builder, first, end);
		md_lower_branch(builder, MD_VALUE_UNKNOWN, yes, no, FALSE);
		return;
	}
	builder->depth++;
	lower_condition(builder, first, end, yes, no, fresh);
	builder->depth--;
}
