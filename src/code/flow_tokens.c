/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tokens of a function for its graph: operators whole, brackets in pairs, and #if made
 * what the graph can use.
 *
 * An #if whose branches are whole statements stays: it is a branch, and two #if of one
 * condition go the same way. Of any other, as one that opens a block in both branches and
 * closes it behind them, the first branch that can be compiled is taken and the others are left
 * out. Cost: one pass; what an inner #if leaves moves once for each #if around it.
 */
#include "code/flow.h"

#include <string.h>

/* Deeper #ifs are not told apart; kernels have 5. */
#define DEEPEST_CONDITION 64

gboolean md_part_is(const struct md_part *part, const char *text)
{
	return part->text.size == strlen(text) &&
	       memcmp(part->text.data, text, part->text.size) == 0;
}

/* ------------------------------------------------------------------- joins */

static gboolean is_wordy(const struct md_part *part)
{
	return part->kind == MD_PART_WORD || part->kind == MD_PART_LITERAL;
}

char *md_parts_join(const GArray *parts, guint first, guint end)
{
	GString *text = g_string_new(NULL);

	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(parts, i);

		if (part->kind >= MD_PART_IF)
			continue;
		if (i > first && is_wordy(part) && is_wordy(part - 1))
			g_string_append_c(text, ' ');
		g_string_append_len(text, part->text.data, (gssize)part->text.size);
	}
	return g_string_free(text, FALSE);
}

/* --------------------------------------------------------------- operators */

/* Of several characters, the longer before the shorter. */
static const char *const operators[] = {
	"<<=", ">>=", "...", "->", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>",
	"+=",  "-=",  "*=",  "/=", "%=", "|=", "&=", "^=", "++", "--", "##",
};

static gsize operator_size(struct md_slice text, gsize at)
{
	for (guint i = 0; i < G_N_ELEMENTS(operators); i++) {
		gsize size = strlen(operators[i]);

		if (text.size - at >= size && memcmp(text.data + at, operators[i], size) == 0)
			return size;
	}
	return 1;
}

/* ----------------------------------------------------------- #if and #else */

/* An #if that is open. */
struct group {
	guint start[DEEPEST_CONDITION]; /* its directives, as indexes of parts */
	guint count;
	gboolean never; /* its first branch is never compiled */
};

/* Whether the token before @index ends a statement, so that another may begin there. */
static gboolean is_border(const GArray *parts, guint index)
{
	const struct md_part *before;

	if (index == 0)
		return TRUE;
	before = md_part_at(parts, index - 1);
	return before->kind >= MD_PART_IF ||
	       (before->kind == MD_PART_OPERATOR && strchr(";{}:", before->character) != NULL);
}

/* Whether [first, end) is statements, whole. */
static gboolean is_whole(const GArray *parts, guint first, guint end)
{
	char open[DEEPEST_CONDITION];
	guint depth = 0;

	if (first < end && md_part_is(md_part_at(parts, first), "else"))
		return FALSE;
	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(parts, i);
		char c = part->kind == MD_PART_OPERATOR && part->text.size == 1 ? part->character
										: '\0';

		if (c == '(' || c == '[' || c == '{') {
			if (depth == G_N_ELEMENTS(open))
				return FALSE;
			open[depth++] = c;
		} else if (c == ')' || c == ']' || c == '}') {
			char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';

			if (depth == 0 || open[--depth] != wanted)
				return FALSE;
		}
	}
	return depth == 0 && is_border(parts, end);
}

/* Leaves of the parts from the group's first on only those of one branch. */
static void choose_branch(GArray *parts, const struct group *group, guint end)
{
	guint branch = group->never ? 1 : 0, to = group->start[0], from, stop;

	if (branch < group->count) {
		from = group->start[branch] + 1;
		stop = branch + 1 < group->count ? group->start[branch + 1] : end;
		memmove(&g_array_index(parts, struct md_part, to),
			&g_array_index(parts, struct md_part, from),
			(stop - from) * sizeof(struct md_part));
		to += stop - from;
	}
	g_array_set_size(parts, to);
}

/* At #endif, which is not in @parts yet: TRUE where the group stays as branches. */
static gboolean end_group(GArray *parts, const struct group *group)
{
	guint end = parts->len;
	gboolean keep = !group->never && is_border(parts, group->start[0]);

	for (guint i = 0; i < group->count && keep; i++)
		keep = is_whole(parts, group->start[i] + 1,
				i + 1 < group->count ? group->start[i + 1] : end);
	if (!keep) {
		choose_branch(parts, group, end);
		return FALSE;
	}
	return TRUE;
}

/* What has been read, and the #ifs that are open. */
struct reading {
	GArray *parts, *groups;
	guint too_deep;
};

static void open_group(struct reading *reading, const struct md_part *part)
{
	struct group group = { .start = { reading->parts->len },
			       .count = 1,
			       .never = part->condition == MD_CONDITION_IF_0 };

	if (reading->groups->len == DEEPEST_CONDITION) {
		reading->too_deep++;
		return;
	}
	g_array_append_val(reading->groups, group);
	g_array_append_val(reading->parts, *part);
}

static void take_directive(struct reading *reading, const struct md_token *token)
{
	GArray *groups = reading->groups;
	struct md_part part = { .kind = MD_PART_IF,
				.text = token->text,
				.line = (guint)token->line,
				.condition = md_token_condition(token) };
	struct group *top =
		groups->len > 0 ? &g_array_index(groups, struct group, groups->len - 1) : NULL;

	if (part.condition == MD_CONDITION_IF || part.condition == MD_CONDITION_IF_0) {
		open_group(reading, &part);
	} else if (part.condition == MD_CONDITION_NONE || top == NULL) {
		return;
	} else if (reading->too_deep > 0) {
		reading->too_deep -= part.condition == MD_CONDITION_ENDIF;
	} else if (part.condition == MD_CONDITION_ELSE) {
		part.kind = MD_PART_ELSE;
		if (top->count < DEEPEST_CONDITION)
			top->start[top->count++] = reading->parts->len;
		g_array_append_val(reading->parts, part);
	} else {
		part.kind = MD_PART_ENDIF;
		if (end_group(reading->parts, top))
			g_array_append_val(reading->parts, part);
		g_array_set_size(groups, groups->len - 1);
	}
}

/* #if that was never ended: its first branch is what there is. */
static void drop_groups(struct reading *reading)
{
	while (reading->groups->len > 0) {
		guint last = reading->groups->len - 1;

		choose_branch(reading->parts, &g_array_index(reading->groups, struct group, last),
			      reading->parts->len);
		g_array_set_size(reading->groups, last);
	}
}

static void pair_directives(GArray *parts)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < parts->len; i++) {
		enum md_part_kind kind = md_part_at(parts, i)->kind;

		if (kind == MD_PART_IF) {
			g_array_append_val(open, i);
		} else if (kind == MD_PART_ELSE || kind == MD_PART_ENDIF) {
			guint *last = &g_array_index(open, guint, open->len - 1);

			g_array_index(parts, struct md_part, *last).partner = i;
			*last = i;
			if (kind == MD_PART_ENDIF)
				g_array_set_size(open, open->len - 1);
		}
	}
}

/*
 * An "else" behind #endif belongs to an "if" in it: then the branches are not whole statements
 * after all. It is rare, so all #if of the function are decided then, the first branch each.
 */
static GArray *drop_before_else(GArray *parts)
{
	gboolean any = FALSE;
	GArray *kept;

	for (guint i = 0; i + 1 < parts->len && !any; i++)
		any = md_part_at(parts, i)->kind == MD_PART_ENDIF &&
		      md_part_is(md_part_at(parts, i + 1), "else");
	if (!any)
		return parts;
	kept = g_array_new(FALSE, FALSE, sizeof(struct md_part));
	for (guint i = 0; i < parts->len; i++) {
		while (md_part_at(parts, i)->kind == MD_PART_ELSE)
			i = md_part_at(parts, i)->partner;
		if (md_part_at(parts, i)->kind < MD_PART_IF)
			g_array_append_vals(kept, md_part_at(parts, i), 1);
	}
	g_array_unref(parts);
	return kept;
}

/* ---------------------------------------------------------------- brackets */

static char opening_of(char closing)
{
	return closing == ')' ? '(' : closing == ']' ? '[' : '{';
}

/* Pairs the closing bracket at @index with the last of @open; a brace closes what is open in it. */
static void close_bracket(GArray *parts, GArray *open, guint index)
{
	struct md_part *part = &g_array_index(parts, struct md_part, index);
	char wanted = opening_of(part->character);

	while (open->len > 0) {
		guint last = g_array_index(open, guint, open->len - 1);
		struct md_part *other = &g_array_index(parts, struct md_part, last);

		if (other->character != wanted && wanted != '{')
			return;
		other->partner = index;
		g_array_set_size(open, open->len - 1);
		if (other->character == wanted) {
			part->partner = last;
			return;
		}
	}
}

/* An unmatched closing bracket has itself as partner, an opening one the end. */
static void pair_brackets(GArray *parts)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < parts->len; i++) {
		struct md_part *part = &g_array_index(parts, struct md_part, i);

		if (part->kind != MD_PART_OPERATOR)
			continue;
		if (strchr("([{", part->character) != NULL) {
			part->partner = parts->len;
			g_array_append_val(open, i);
		} else if (strchr(")]}", part->character) != NULL) {
			part->partner = i;
			close_bracket(parts, open, i);
		}
	}
}

/* ------------------------------------------------------------------ tokens */

static void take_token(GArray *parts, struct md_lexer *lexer, const struct md_token *token)
{
	struct md_part part = { .kind = MD_PART_OPERATOR,
				.character = token->character,
				.text = token->text,
				.line = (guint)token->line };

	part.spaced = token->at > 0 && g_ascii_isspace(lexer->text.data[token->at - 1]);
	if (token->kind == MD_TOKEN_WORD) {
		part.kind = MD_PART_WORD;
	} else if (token->kind == MD_TOKEN_LITERAL) {
		part.kind = MD_PART_LITERAL;
	} else {
		part.text.size = operator_size(lexer->text, token->at);
		lexer->at = token->at + part.text.size;
	}
	g_array_append_val(parts, part);
}

GArray *md_parts_new(struct md_slice text, gboolean macro)
{
	struct md_lexer lexer = { .text = text, .flat = macro };
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(struct group));
	struct reading reading = { .parts = g_array_new(FALSE, FALSE, sizeof(struct md_part)),
				   .groups = groups };

	for (;;) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			break;
		if (token.kind == MD_TOKEN_DIRECTIVE)
			take_directive(&reading, &token);
		else
			take_token(reading.parts, &lexer, &token);
	}
	drop_groups(&reading);
	pair_directives(reading.parts);
	reading.parts = drop_before_else(reading.parts);
	pair_brackets(reading.parts);
	return reading.parts;
}
