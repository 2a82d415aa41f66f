/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The definitions at the top level of a C file.
 *
 * A parser of C stumbles over what kernels write (7 of 10 of their files make
 * tree-sitter lose its way somewhere), and reads 8 MB a second. The borders of
 * definitions need less: braces, parentheses and semicolons, counted by a
 * lexer that knows comments, strings and directives. Then the heading of a
 * definition alone, a hundred bytes, is parsed to get its name; see name.c.
 *
 * Two things make the count right where the preprocessor makes it wrong:
 *
 * - Branches of #if start from the same count, and the first that can be
 *   compiled says how it goes on; so braces that are opened in two branches and
 *   closed once count once.
 * - Kernel style puts a closing brace of a function, and of nothing in it, in the
 *   first column; so one there ends whatever is open.
 *
 * Cost: one pass, at about the speed of memory in bodies.
 */
#include "code/internal.h"

#include <string.h>

/* Deeper #ifs than kernels have are not told apart. */
#define DEEPEST_CONDITION 64

/* What has been seen of the item that is open. */
struct item {
	gboolean open;
	struct md_definition definition;
	guint bodies;
	struct md_slice word; /* its first */
	struct md_slice call; /* what the first parentheses stand behind */
	gboolean equals;      /* = : a value comes */
	gboolean aggregate;   /* struct, union, enum */
	gboolean type;	      /* typedef */
	guint words;	      /* outside of parentheses */
	guint groups;	      /* of parentheses that are parameters, or look so */
	gboolean typed;	      /* the last has more than names: K&R functions have names */
	guint words_behind;   /* it */
};

struct state {
	guint braces, parentheses;
	struct item item;
	struct md_token before; /* at the top level */
};

struct condition {
	struct state before, after;
	gboolean has_after;
	gboolean dead; /* the branch we are in */
};

struct scan {
	struct md_lexer lexer;
	struct state state;
	struct condition condition[DEEPEST_CONDITION];
	guint depth;
	gboolean apart;	    /* a blank line came before a directive that was passed */
	guint linkages;	    /* extern "C" { that are open */
	gboolean variables; /* those without a body are wanted too */
	GArray *found;
};

/* Definitions between two ends of one: more of them were written to keep us busy. */
#define MOST_BETWEEN 1000

/* A definition that ends twice, in two branches, is one. */
static void emit(struct scan *scan, const struct md_definition *definition)
{
	guint least = scan->found->len > MOST_BETWEEN ? scan->found->len - MOST_BETWEEN : 0;

	for (guint i = scan->found->len; i-- > least;) {
		struct md_definition *other = &g_array_index(scan->found, struct md_definition, i);

		if (other->bytes.first < definition->bytes.first)
			break;
		if (other->bytes.first > definition->bytes.first)
			continue;
		if (i + 1 == scan->found->len)
			*other = *definition;
		return;
	}
	g_array_append_val(scan->found, *definition);
}

static void open_item(struct scan *scan, const struct md_token *token)
{
	struct item *item = &scan->state.item;

	*item = (struct item){ .open = TRUE, .word = token->text };
	item->definition.bytes.first = token->at;
	item->definition.lines.first = token->line;
	scan->state.before = (struct md_token){ 0 };
}

static gboolean is_word(struct md_slice word, const char *text)
{
	return word.size == strlen(text) && memcmp(word.data, text, word.size) == 0;
}

/*
 * Whether what has no body defines a variable: not a prototype, nor what only says that
 * something is elsewhere.
 */
static gboolean is_variable(const struct item *item)
{
	if (item->type || is_word(item->word, "extern"))
		return FALSE;
	if (item->equals)
		return TRUE;
	if (item->groups == 0)
		return item->words > (item->aggregate ? 2 : 1);
	return md_word_is_macro(item->call) && !md_slice_has_prefix(item->call, "EXPORT_") &&
	       !md_slice_has_prefix(item->call, "MODULE_");
}

/* Ends the item behind @last, its last token. */
static void close_item(struct scan *scan, const struct md_token *last)
{
	struct item *item = &scan->state.item;
	const struct md_macro *macro = item->bodies == 0 ? md_macro_find(item->word) : NULL;

	item->open = FALSE;
	scan->state.parentheses = 0;
	if (item->bodies == 0 && item->equals)
		item->definition.kind = MD_DEFINITION_INITIALIZER;
	item->definition.bytes.end = last->at + last->text.size;
	item->definition.lines.end = last->line + (last->kind != MD_TOKEN_END || !last->left);
	if (item->bodies > 0 || (macro != NULL && macro->alone)) {
		emit(scan, &item->definition);
	} else if (scan->variables && is_variable(item)) {
		item->definition.kind = MD_DEFINITION_VARIABLE;
		emit(scan, &item->definition);
	}
}

static gboolean is_function(const struct item *item)
{
	return item->bodies > 0 && item->definition.kind == MD_DEFINITION_FUNCTION;
}

static void open_body(struct scan *scan, const struct md_token *token)
{
	struct item *item = &scan->state.item;

	scan->state.braces = 1;
	if (!item->open)
		open_item(scan, token);
	/* "enum { A, B } f(void) {" is a function, too. */
	if (item->bodies == 0 || item->groups > 0) {
		if (item->equals)
			item->definition.kind = MD_DEFINITION_INITIALIZER;
		else if (item->type || (item->aggregate && item->groups == 0))
			item->definition.kind = MD_DEFINITION_STRUCT; /* or its like */
		else
			item->definition.kind = MD_DEFINITION_FUNCTION;
	}
	item->definition.body[MIN(item->bodies, 1)].first = token->at;
	item->bodies++;
}

static void close_body(struct scan *scan, const struct md_token *token)
{
	struct item *item = &scan->state.item;

	scan->state.braces = 0;
	scan->state.before = *token;
	if (item->bodies == 0)
		return;
	item->definition.body[MIN(item->bodies - 1, 1)].end = token->at + 1;
	if (is_function(item) && scan->state.parentheses == 0)
		close_item(scan, token);
}

/*
 * Whether a brace in the first column, behind which the lexer stands, ends
 * what is open although others are not closed. In a function it does, unless
 * the function goes on behind it; in a table "}," may stand there.
 */
static gboolean ends_all(const struct scan *scan)
{
	struct md_lexer ahead = scan->lexer;
	struct md_token next = md_lexer_next(&ahead, FALSE), behind = md_lexer_next(&ahead, FALSE);

	if (!is_function(&scan->state.item))
		return md_token_is(&next, ';');
	return next.left && !(next.kind == MD_TOKEN_WORD && md_token_is(&behind, ':'));
}

/*
 * Whether the brace behind which the lexer stands cannot end the function that
 * is open: its own opened in the first column, and more comes on the line.
 */
static gboolean is_too_early(const struct scan *scan)
{
	const struct item *item = &scan->state.item;
	gsize open = item->definition.body[0].first;
	struct md_lexer ahead = scan->lexer;
	struct md_token next = md_lexer_next(&ahead, FALSE);

	return is_function(item) && (open == 0 || scan->lexer.text.data[open - 1] == '\n') &&
	       next.kind != MD_TOKEN_END && !next.left && !md_token_is(&next, ';');
}

/* A token in braces that are a body, or stand in the parentheses of a call. */
static void take_in_braces(struct scan *scan, const struct md_token *token)
{
	struct state *state = &scan->state;

	if (md_token_is(token, '{')) {
		state->braces++;
		return;
	}
	if (!md_token_is(token, '}'))
		return;
	state->braces--;
	if (token->left && state->braces > 0 && ends_all(scan))
		state->braces = 0;
	else if (!token->left && state->braces == 0 && is_too_early(scan))
		state->braces = 1;
	if (state->braces > 0)
		return;
	if (state->parentheses == 0 || token->left)
		close_body(scan, token);
}

/* The names of a K&R function are declared behind it: "int f(a, b) int a; char *b; {". */
static gboolean is_old_style(const struct item *item)
{
	return item->groups == 1 && !item->typed && item->words_behind >= 2 && !item->equals;
}

static void take_word(struct scan *scan, const struct md_token *token)
{
	struct item *item = &scan->state.item;

	if (scan->state.parentheses > 0) {
		item->typed |= scan->state.before.kind == MD_TOKEN_WORD;
		return;
	}
	item->words++;
	item->words_behind++;
	if (md_token_is_word(token, "struct") || md_token_is_word(token, "union") ||
	    md_token_is_word(token, "enum"))
		item->aggregate = TRUE;
	else if (md_token_is_word(token, "typedef"))
		item->type = TRUE;
}

static void take_open_parenthesis(struct scan *scan)
{
	struct state *state = &scan->state;

	if (state->parentheses++ > 0) {
		state->item.typed = TRUE;
	} else if (state->before.kind == MD_TOKEN_WORD &&
		   !md_word_takes_attributes(state->before.text)) {
		if (state->item.groups++ == 0)
			state->item.call = state->before.text;
		state->item.typed = FALSE;
		state->item.words_behind = 0;
	}
}

/* A token at the top level that is neither blank-line parted nor a directive. */
static void take(struct scan *scan, const struct md_token *token)
{
	struct state *state = &scan->state;

	if (token->kind == MD_TOKEN_WORD) {
		take_word(scan, token);
	} else if (md_token_is(token, '(')) {
		take_open_parenthesis(scan);
	} else if (md_token_is(token, ')')) {
		state->parentheses -= state->parentheses > 0;
	} else if (state->parentheses > 0) {
		state->item.typed |= !md_token_is(token, ',');
	} else if (md_token_is(token, '=')) {
		state->item.equals = TRUE;
	} else if (md_token_is(token, ';') && !is_old_style(&state->item)) {
		close_item(scan, token);
	}
	state->before = *token;
}

static gboolean is_linkage(const struct state *state)
{
	const struct md_slice *word = &state->item.word;

	return state->item.open && state->before.kind == MD_TOKEN_LITERAL &&
	       is_word(*word, "extern");
}

/*
 * Whether what is open ended before @token without a semicolon: behind a blank
 * line something new starts in the first column; and behind a call of a macro
 * that stands alone on its line.
 */
static gboolean is_over(const struct state *state, const struct md_token *token)
{
	const struct item *item = &state->item;

	if (!item->open || !token->left || token->kind != MD_TOKEN_WORD)
		return FALSE;
	if (token->apart)
		return TRUE;
	return state->parentheses == 0 && md_token_is(&state->before, ')') && item->groups == 1 &&
	       item->words == 1 && item->bodies == 0;
}

/*
 * A brace that closes nothing: that of extern "C", or the end of a function of
 * which another brace seemed to be. Then what was found since is part of it.
 */
static void take_stray_end(struct scan *scan, const struct md_token *token)
{
	struct md_definition *last = NULL;

	scan->state.item.open = FALSE;
	if (scan->linkages > 0) {
		scan->linkages--;
		return;
	}
	for (guint i = scan->found->len; i-- > 0;) {
		last = &g_array_index(scan->found, struct md_definition, i);
		if (last->bytes.first == 0 || scan->lexer.text.data[last->bytes.first - 1] == '\n')
			break;
		g_array_set_size(scan->found, i);
		last = NULL;
	}
	if (last == NULL || last->kind != MD_DEFINITION_FUNCTION)
		return;
	last->bytes.end = last->body[0].end = token->at + 1;
	last->lines.end = token->line + 1;
}

static void take_at_top(struct scan *scan, const struct md_token *token)
{
	struct state *state = &scan->state;

	if (is_over(state, token))
		close_item(scan, &state->before);
	if (md_token_is(token, '{')) {
		if (is_linkage(state)) {
			state->item.open = FALSE;
			scan->linkages++;
		} else if (state->parentheses > 0 && !token->left) {
			state->braces = 1;
		} else {
			state->parentheses = 0;
			open_body(scan, token);
		}
		return;
	}
	if (md_token_is(token, '}') && token->left) {
		take_stray_end(scan, token);
		return;
	}
	if (!state->item.open) {
		/* What cannot start anything: a stray semicolon. */
		if (token->kind != MD_TOKEN_WORD && !md_token_is(token, '['))
			return;
		open_item(scan, token);
	}
	take(scan, token);
}

static void take_condition(struct scan *scan, enum md_condition condition)
{
	struct condition *top;

	if (condition == MD_CONDITION_IF || condition == MD_CONDITION_IF_0) {
		if (scan->depth++ < DEEPEST_CONDITION) {
			top = &scan->condition[scan->depth - 1];
			top->before = scan->state;
			top->has_after = FALSE;
			top->dead = condition == MD_CONDITION_IF_0;
		}
		return;
	}
	if (scan->depth == 0)
		return;
	if (scan->depth > DEEPEST_CONDITION) {
		scan->depth -= condition == MD_CONDITION_ENDIF;
		return;
	}
	top = &scan->condition[scan->depth - 1];
	if (!top->has_after && !top->dead) {
		top->after = scan->state;
		top->has_after = TRUE;
	}
	top->dead = FALSE;
	scan->state = condition == MD_CONDITION_ENDIF && top->has_after ? top->after : top->before;
	scan->depth -= condition == MD_CONDITION_ENDIF;
}

/* The name of the macro that @token defines to be something; else empty. */
static struct md_slice defined_macro(const struct md_token *token)
{
	const struct md_slice none = { token->text.data, 0 };
	struct md_slice word = md_word_at(token->text, 1), name;
	gsize behind = (gsize)(word.data + word.size - token->text.data);

	if (!is_word(word, "define"))
		return none;
	name = md_word_at(token->text, behind);
	behind = (gsize)(name.data + name.size - token->text.data);
	while (behind < token->text.size && g_ascii_isspace(token->text.data[behind]))
		behind++;
	return behind < token->text.size ? name : none;
}

static void take_directive(struct scan *scan, const struct md_token *token)
{
	enum md_condition condition = md_token_condition(token);

	scan->apart |= token->apart;
	if (condition != MD_CONDITION_NONE) {
		take_condition(scan, condition);
	} else if (!scan->state.item.open && defined_macro(token).size > 0) {
		struct md_definition macro = {
			.kind = MD_DEFINITION_MACRO,
			.bytes = { token->at, token->at + token->text.size },
			/* The lexer stands at the newline behind it. */
			.lines = { token->line, scan->lexer.line + 1 },
		};

		emit(scan, &macro);
	}
}

static int compare_definitions(const void *a, const void *b)
{
	gsize first_a = ((const struct md_definition *)a)->bytes.first;
	gsize first_b = ((const struct md_definition *)b)->bytes.first;

	return (first_a > first_b) - (first_a < first_b);
}

/* In order, and without those that another branch has in the middle of one. */
static void sort_definitions(GArray *found)
{
	guint kept = 0;

	g_array_sort(found, compare_definitions);
	for (guint i = 0; i < found->len; i++) {
		struct md_definition definition = g_array_index(found, struct md_definition, i);

		if (kept == 0 || g_array_index(found, struct md_definition, kept - 1).bytes.end <=
					 definition.bytes.first)
			g_array_index(found, struct md_definition, kept++) = definition;
	}
	g_array_set_size(found, kept);
}

GArray *md_items_find(struct md_slice text, gboolean variables)
{
	g_autofree struct scan *scan = g_new0(struct scan, 1);
	struct md_token token;

	scan->lexer.text = text;
	scan->variables = variables;
	scan->found = g_array_new(FALSE, TRUE, sizeof(struct md_definition));
	for (;;) {
		token = md_lexer_next(&scan->lexer, scan->state.braces > 0);
		if (token.kind == MD_TOKEN_END)
			break;
		if (token.kind == MD_TOKEN_DIRECTIVE) {
			take_directive(scan, &token);
			continue;
		}
		token.apart |= scan->apart;
		scan->apart = FALSE;
		if (scan->state.braces > 0)
			take_in_braces(scan, &token);
		else
			take_at_top(scan, &token);
	}
	/* What the file breaks off in counts to its end. */
	if (scan->state.item.open && scan->state.braces > 0)
		scan->state.item.definition.body[MIN(scan->state.item.bodies - 1, 1)].end =
			text.size;
	if (scan->state.item.open && scan->state.item.bodies > 0)
		close_item(scan, &token);
	sort_definitions(scan->found);
	return scan->found;
}
