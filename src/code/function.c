/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function as text: what a graph of its calls has no place for. Which parameter has which
 * name, what its statements are, whether a call is the last thing that it does, so that a
 * compiler may leave by a jump.
 *
 * All of it is read off the tokens. Cost: one pass over the definition, and one a question.
 */
#include "code/ways.h"

#include <string.h>

/* ----------------------------------------------------------------- tokens */

static void gather(GArray *tokens, struct md_slice text, struct md_token whole)
{
	struct md_lexer lexer = { text, 0, 0, whole.kind == MD_TOKEN_DIRECTIVE };

	for (;;) {
		struct md_token token = md_lexer_next(&lexer, FALSE);
		struct md_slice word;

		if (token.kind == MD_TOKEN_END)
			return;
		token.at += whole.at;
		token.line += whole.line;
		g_array_append_val(tokens, token);
		if (token.kind != MD_TOKEN_DIRECTIVE || lexer.flat)
			continue;
		word = md_word_at(token.text, 1);
		if (word.size != strlen("define") || memcmp(word.data, "define", word.size) != 0)
			continue;
		token.at += (gsize)(word.data + word.size - token.text.data);
		gather(tokens,
		       (struct md_slice){ word.data + word.size,
					  (gsize)(token.text.data + token.text.size - word.data) -
						  word.size },
		       token);
		g_array_append_val(tokens, token);
	}
}

GArray *md_tokens_read(struct md_slice text)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(struct md_token));

	gather(tokens, text, (struct md_token){ 0 });
	return tokens;
}

gboolean md_tokens_match(const GArray *tokens, guint index, guint *other)
{
	static const char opening[] = "([{", closing[] = ")]}";
	char mine = md_token_at(tokens, index)->character;
	const char *open = strchr(opening, mine), *close = strchr(closing, mine);
	char its = open != NULL ? closing[open - opening] : opening[close - closing];
	guint depth = 0;

	for (guint i = index; i < tokens->len; i = open != NULL ? i + 1 : i - 1) {
		const struct md_token *token = md_token_at(tokens, i);

		depth += md_token_is(token, mine);
		depth -= md_token_is(token, its);
		if (depth == 0) {
			*other = i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean md_tokens_are_arrow(const GArray *tokens, guint index)
{
	return index > 0 && md_token_is(md_token_at(tokens, index), '>') &&
	       md_token_is(md_token_at(tokens, index - 1), '-');
}

guint md_tokens_base(const GArray *tokens, guint index)
{
	guint first = index - md_tokens_are_arrow(tokens, index);

	while (first > 0) {
		const struct md_token *token = md_token_at(tokens, first - 1);
		gboolean bracket = md_token_is(token, ')') || md_token_is(token, ']');

		if (bracket && md_tokens_match(tokens, first - 1, &first))
			continue;
		if (token->kind == MD_TOKEN_WORD && !md_token_is_word(token, "return"))
			first--;
		else
			break;
		if (first == 0)
			break;
		if (md_tokens_are_arrow(tokens, first - 1))
			first -= 2;
		else if (md_token_is(md_token_at(tokens, first - 1), '.'))
			first--;
		else
			break;
	}
	return first;
}

struct md_slice md_tokens_text(const GArray *tokens, guint first, guint last)
{
	const struct md_token *from = md_token_at(tokens, first), *to = md_token_at(tokens, last);

	if (last < first || to->text.data < from->text.data)
		return (struct md_slice){ "", 0 };
	return (struct md_slice){ from->text.data,
				  (gsize)(to->text.data + to->text.size - from->text.data) };
}

/* --------------------------------------------------------------- function */

/* The token that is @symbol, with a bracket behind it; the number of tokens: there is none. */
static guint find_heading(const GArray *tokens, const char *symbol)
{
	for (guint i = 0; i + 1 < tokens->len; i++) {
		if (md_token_is(md_token_at(tokens, i), '{'))
			break;
		if (md_token_is_word(md_token_at(tokens, i), symbol) &&
		    md_token_is(md_token_at(tokens, i + 1), '('))
			return i;
	}
	return tokens->len;
}

static void read_heading(struct md_function *function, const char *symbol)
{
	guint name = find_heading(function->tokens, symbol), close = 0;

	for (guint i = 0; i < name && i < function->tokens->len; i++) {
		const struct md_token *token = md_token_at(function->tokens, i);

		if (md_token_is(token, '{'))
			break;
		function->local |= md_token_is_word(token, "static");
		function->quick |= md_token_is_word(token, "inline") ||
				   md_token_is_word(token, "__always_inline") ||
				   md_token_is_word(token, "__inline__");
	}
	if (name < function->tokens->len && md_tokens_match(function->tokens, name + 1, &close))
		function->body = close;
	while (!function->macro && function->body + 1 < function->tokens->len &&
	       !md_token_is(md_token_at(function->tokens, function->body), '{'))
		function->body++;
}

/*
 * The names in "(*name)(", with the line where that declares one, "int (*name)(", as against a
 * call.
 */
static void find_variables(struct md_function *function)
{
	const GArray *tokens = function->tokens;

	for (guint i = 1; i + 4 < tokens->len; i++) {
		const struct md_token *before = md_token_at(tokens, i - 1);
		struct md_slice name = md_token_at(tokens, i + 2)->text;
		gboolean declared =
			(before->kind == MD_TOKEN_WORD && !md_token_is_word(before, "return")) ||
			md_token_is(before, '*');

		if (md_token_is(md_token_at(tokens, i), '(') &&
		    md_token_is(md_token_at(tokens, i + 1), '*') &&
		    md_token_at(tokens, i + 2)->kind == MD_TOKEN_WORD &&
		    md_token_is(md_token_at(tokens, i + 3), ')') &&
		    md_token_is(md_token_at(tokens, i + 4), '(') && declared)
			g_hash_table_insert(
				function->variables, g_strndup(name.data, name.size),
				GUINT_TO_POINTER(function->first +
						 (guint)md_token_at(tokens, i + 2)->line));
	}
}

struct md_function *md_function_new(const struct md_flow *flow)
{
	struct md_function *function = g_new0(struct md_function, 1);

	function->macro = flow->macro;
	function->first = flow->line;
	function->tokens = md_tokens_read(flow->text);
	function->last = function->first + (guint)md_slice_count_lines(flow->text) - 1;
	function->parameters = g_ptr_array_new();
	for (guint i = 0; i < flow->parameters->len; i++) {
		char *name = g_ptr_array_index(flow->parameters, i);

		if (*name == '\0') /* "..." */
			function->variadic = TRUE;
		else if (strcmp(name, "void") != 0)
			g_ptr_array_add(function->parameters, name);
	}
	function->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	read_heading(function, flow->symbol);
	find_variables(function);
	return function;
}

void md_function_free(struct md_function *function)
{
	if (function == NULL)
		return;
	g_array_unref(function->tokens);
	g_ptr_array_unref(function->parameters);
	g_hash_table_unref(function->variables);
	g_free(function);
}

int md_function_parameter(const struct md_function *function, const char *name)
{
	for (guint i = 0; i < function->parameters->len; i++) {
		if (strcmp(g_ptr_array_index(function->parameters, i), name) == 0)
			return (int)i;
	}
	return -1;
}

gboolean md_function_declares(const struct md_function *function, const struct md_call *call)
{
	void *line = g_hash_table_lookup(function->variables, call->callee);

	return line != NULL && GPOINTER_TO_UINT(line) == call->line;
}

/* ------------------------------------------------------------- statements */

static gboolean is_end(const struct md_token *token)
{
	return md_token_is(token, ';') || md_token_is(token, '{') || md_token_is(token, '}') ||
	       token->kind == MD_TOKEN_DIRECTIVE;
}

/* The first token of the statement that the one at @index is in. */
static guint start_of(const struct md_function *function, guint index)
{
	while (index > function->body + 1 && !is_end(md_token_at(function->tokens, index - 1)))
		index--;
	return index;
}

/* Whether what stands at @index and behind ends the function: "; }", "; return; }". */
static gboolean ends_at(const struct md_function *function, guint index)
{
	const GArray *tokens = function->tokens;

	if (index >= tokens->len || !md_token_is(md_token_at(tokens, index), ';'))
		return FALSE;
	if (index + 2 < tokens->len && md_token_is_word(md_token_at(tokens, index + 1), "return") &&
	    md_token_is(md_token_at(tokens, index + 2), ';'))
		return TRUE;
	return index + 2 == tokens->len && md_token_is(md_token_at(tokens, index + 1), '}');
}

/* The index of the first token of @line in the body, or behind it. */
static guint first_of_line(const struct md_function *function, guint line)
{
	guint low = function->body + 1, high = MAX(low, function->tokens->len);

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (function->first + md_token_at(function->tokens, middle)->line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Tokens of a line; one that has more was written to be looked through for each of its calls. */
#define MOST_ON_LINE 1000

gboolean md_function_ends_in(const struct md_function *function, const struct md_call *call)
{
	const GArray *tokens = function->tokens;
	guint first = first_of_line(function, call->line);

	for (guint i = first; i + 1 < tokens->len && i - first < MOST_ON_LINE; i++) {
		const struct md_token *token = md_token_at(tokens, i);
		guint close;

		if (function->first + token->line != call->line)
			break;
		if (!md_token_is_word(token, call->callee) ||
		    !md_token_is(md_token_at(tokens, i + 1), '(') ||
		    !md_tokens_match(tokens, i + 1, &close) || close + 1 >= tokens->len)
			continue;
		if (ends_at(function, close + 1))
			return TRUE;
		if (md_token_is(md_token_at(tokens, close + 1), ';') &&
		    md_token_is_word(md_token_at(tokens, i - 1), "return"))
			return TRUE;
	}
	return FALSE;
}

void md_function_statement(const struct md_function *function, guint line, guint *first,
			   guint *last)
{
	const GArray *tokens = function->tokens;

	*first = *last = line;
	for (guint i = function->body; i < tokens->len; i++) {
		guint end = i;

		if (function->first + md_token_at(tokens, i)->line != line ||
		    is_end(md_token_at(tokens, i)))
			continue;
		*first = MIN(*first,
			     function->first +
				     (guint)md_token_at(tokens, start_of(function, i))->line);
		while (end + 1 < tokens->len && !is_end(md_token_at(tokens, end)))
			end++;
		*last = MAX(*last, function->first + (guint)md_token_at(tokens, end)->line);
	}
}
