/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of C for those who read them one after the other: made, with their brackets in pairs,
 * and moved over.
 */
#include "code/reader.h"

/* Tokens of one item; the largest struct of a kernel has 6,000. */
#define MOST_TOKENS 200000

/* ------------------------------------------------------------------ tokens */

static gboolean is_open(const struct md_token *token)
{
	return md_token_is(token, '(') || md_token_is(token, '[') || md_token_is(token, '{');
}

static gboolean is_close(const struct md_token *token)
{
	return md_token_is(token, ')') || md_token_is(token, ']') || md_token_is(token, '}');
}

/* Brackets are looked for again and again: each is found once, whatever it closes. */
static void match_brackets(GArray *tokens)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < tokens->len; i++) {
		const struct md_token *token = &g_array_index(tokens, struct md_token, i);

		if (is_open(token)) {
			g_array_append_val(open, i);
		} else if (is_close(token) && open->len > 0) {
			guint first = g_array_index(open, guint, open->len - 1);

			g_array_index(tokens, struct md_token, first).behind = i + 1;
			g_array_set_size(open, open->len - 1);
		}
	}
}

GArray *md_tokens_new(struct md_slice text, gboolean flat)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(struct md_token));
	struct md_lexer lexer = { .text = text, .flat = flat };

	while (tokens->len < MOST_TOKENS) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			break;
		if (token.kind != MD_TOKEN_DIRECTIVE)
			g_array_append_val(tokens, token);
	}
	match_brackets(tokens);
	return tokens;
}

GArray *md_tokens_of_item(struct md_slice text, gsize at)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(struct md_token));
	struct md_lexer lexer = { .text = text, .at = at };
	guint depth = 0;

	while (tokens->len < MOST_TOKENS) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			break;
		if (token.kind == MD_TOKEN_DIRECTIVE)
			continue;
		/* The body of a function. */
		if (depth == 0 && md_token_is(&token, '{') && tokens->len > 0 &&
		    md_token_is(&g_array_index(tokens, struct md_token, tokens->len - 1), ')'))
			break;
		g_array_append_val(tokens, token);
		if (md_token_is(&token, '{') || md_token_is(&token, '('))
			depth++;
		else if ((md_token_is(&token, '}') || md_token_is(&token, ')')) && depth > 0)
			depth--;
		else if (depth == 0 && (md_token_is(&token, ';') || md_token_is(&token, '=')))
			break;
	}
	match_brackets(tokens);
	return tokens;
}

/* ----------------------------------------------------------------- reading */

const struct md_token *md_reader_peek(const struct md_reader *reader, guint ahead)
{
	static const struct md_token none = { 0 };

	return reader->at < reader->end && ahead < reader->end - reader->at
		       ? &g_array_index(reader->tokens, struct md_token, reader->at + ahead)
		       : &none;
}

gboolean md_reader_take(struct md_reader *reader, char character)
{
	if (!md_token_is(md_reader_peek(reader, 0), character))
		return FALSE;
	reader->at++;
	return TRUE;
}

gboolean md_reader_is_pair(const struct md_reader *reader, char first, char second)
{
	const struct md_token *token = md_reader_peek(reader, 0);
	const struct md_token *next = md_reader_peek(reader, 1);

	return md_token_is(token, first) && md_token_is(next, second) && next->at == token->at + 1;
}

guint md_reader_behind(const struct md_reader *reader, guint open)
{
	guint behind;

	if (open >= reader->end)
		return reader->end;
	behind = g_array_index(reader->tokens, struct md_token, open).behind;
	return behind == 0 ? reader->end : MIN(behind, reader->end);
}

struct md_reader md_reader_part(const struct md_reader *reader, guint first, guint end)
{
	struct md_reader part = *reader;

	part.at = MIN(first, reader->end);
	part.end = CLAMP(end, part.at, reader->end);
	return part;
}

struct md_slice md_reader_text(const struct md_reader *reader, guint first, guint end)
{
	const struct md_token *from, *to;

	if (first >= end || end > reader->tokens->len)
		return (struct md_slice){ "", 0 };
	from = &g_array_index(reader->tokens, struct md_token, first);
	to = &g_array_index(reader->tokens, struct md_token, end - 1);
	return (struct md_slice){ from->text.data,
				  (gsize)(to->text.data + to->text.size - from->text.data) };
}

guint md_reader_find_end(const struct md_reader *reader, char a, char b)
{
	guint at = reader->at;

	while (at < reader->end) {
		const struct md_token *token = &g_array_index(reader->tokens, struct md_token, at);

		if (md_token_is(token, a) || md_token_is(token, b))
			return at;
		at = is_open(token) ? md_reader_behind(reader, at) : at + 1;
	}
	return reader->end;
}

void md_reader_pass_semicolon(struct md_reader *reader)
{
	reader->at = md_reader_find_end(reader, ';', ';');
	md_reader_take(reader, ';');
}

GArray *md_reader_split(const struct md_reader *reader, guint first, guint end)
{
	GArray *parts = g_array_new(FALSE, FALSE, sizeof(struct md_extent));
	struct md_extent part = { first, first };
	guint depth = 0;

	for (guint i = first; i < end; i++) {
		const struct md_token *token = &g_array_index(reader->tokens, struct md_token, i);

		depth += is_open(token);
		depth -= depth > 0 && is_close(token);
		if (depth > 0 || !md_token_is(token, ','))
			continue;
		part.end = i;
		g_array_append_val(parts, part);
		part.first = i + 1;
	}
	part.end = end;
	if (first < end)
		g_array_append_val(parts, part);
	return parts;
}

GArray *md_reader_arguments(const struct md_reader *reader, guint open)
{
	guint behind = md_reader_behind(reader, open);
	g_autoptr(GArray) parts = md_reader_split(reader, open + 1, behind - 1);
	GArray *arguments = g_array_new(FALSE, FALSE, sizeof(struct md_slice));

	for (guint i = 0; i < parts->len; i++) {
		struct md_extent part = g_array_index(parts, struct md_extent, i);
		struct md_slice text = md_reader_text(reader, (guint)part.first, (guint)part.end);

		g_array_append_val(arguments, text);
	}
	return arguments;
}
