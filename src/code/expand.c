/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one macro stands for: its body with the arguments in the places of its parameters.
 * Macros in it are left as they are; who reads the result expands them when it meets them.
 */
#include "code/types.h"

/* Of an expression; what is longer was written to be. */
#define LONGEST_EXPANSION 65536

/* The names of the parameters, at the bracket that comes: an array of struct md_slice. */
static GArray *parameters_of(struct md_lexer *lexer)
{
	GArray *parameters = g_array_new(FALSE, FALSE, sizeof(struct md_slice));
	struct md_token token = md_lexer_next(lexer, FALSE);

	while (token.kind != MD_TOKEN_END && !md_token_is(&token, ')')) {
		/* Of "..." three dots come; the first is it. */
		if (md_token_is(&token, '.')) {
			struct md_slice rest = { "__VA_ARGS__", strlen("__VA_ARGS__") };

			g_array_append_val(parameters, rest);
			while (token.kind != MD_TOKEN_END && !md_token_is(&token, ')'))
				token = md_lexer_next(lexer, FALSE);
			break;
		}
		if (token.kind == MD_TOKEN_WORD)
			g_array_append_val(parameters, token.text);
		token = md_lexer_next(lexer, FALSE);
	}
	return parameters;
}

static int index_of(const GArray *parameters, struct md_slice name)
{
	for (guint i = 0; i < parameters->len; i++) {
		if (md_slice_equal(g_array_index(parameters, struct md_slice, i), name))
			return (int)i;
	}
	return -1;
}

/* In parentheses where it is more than a name, and no type. */
static void append_argument(GString *text, struct md_slice argument)
{
	struct md_slice word = md_word_at(argument, 0);
	gboolean plain = word.size == argument.size || md_slice_is(word, "struct") ||
			 md_slice_is(word, "union") || md_slice_is(word, "const") ||
			 (argument.size > 0 && argument.data[argument.size - 1] == '*');

	if (!plain)
		g_string_append_c(text, '(');
	g_string_append_len(text, argument.data, (gssize)argument.size);
	if (!plain)
		g_string_append_c(text, ')');
}

static void append_body(GString *text, struct md_lexer *lexer, const GArray *parameters,
			const GArray *arguments)
{
	struct md_token token = md_lexer_next(lexer, FALSE);

	while (token.kind != MD_TOKEN_END && text->len < LONGEST_EXPANSION) {
		struct md_token next = md_lexer_next(lexer, FALSE);
		gboolean glued = next.at == token.at + token.text.size;
		int index = token.kind == MD_TOKEN_WORD ? index_of(parameters, token.text) : -1;

		if (md_token_is(&token, '#') && md_token_is(&next, '#')) {
			/* a ## b */
			while (text->len > 0 && text->str[text->len - 1] == ' ')
				g_string_truncate(text, text->len - 1);
			token = md_lexer_next(lexer, FALSE);
			continue;
		}
		if (index >= 0 && (guint)index < arguments->len)
			append_argument(text, g_array_index(arguments, struct md_slice, index));
		else
			g_string_append_len(text, token.text.data, (gssize)token.text.size);
		if (!glued)
			g_string_append_c(text, ' ');
		token = next;
	}
}

char *md_macro_expand(struct md_slice directive, const GArray *arguments)
{
	struct md_lexer lexer = { .text = directive, .at = 1, .flat = TRUE };
	g_autoptr(GArray) parameters = NULL;
	GString *text = g_string_new(NULL);
	struct md_token name;

	md_lexer_next(&lexer, FALSE); /* define */
	name = md_lexer_next(&lexer, FALSE);
	if (lexer.at < directive.size && directive.data[lexer.at] == '(' && name.text.size > 0) {
		md_lexer_next(&lexer, FALSE);
		parameters = parameters_of(&lexer);
	} else {
		parameters = g_array_new(FALSE, FALSE, sizeof(struct md_slice));
	}
	append_body(text, &lexer, parameters, arguments);
	return g_string_free(text, FALSE);
}
