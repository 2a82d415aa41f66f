/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lexer.  Strings and characters end with their line at the latest: in
 * text that is never compiled an apostrophe is one.
 */
#include "code/lexer.h"

#include <string.h>

/* What a byte may begin. */
enum {
	WORD = 1,
	STOP = 2, /* what is looked at in a body: see next_in_body */
};

static const guint8 kinds[256] = {
	['0' ... '9'] = WORD, ['A' ... 'Z'] = WORD,   ['a' ... 'z'] = WORD, ['_'] = WORD,
	['$'] = WORD,	      [0x80 ... 0xff] = WORD, ['{'] = STOP,	    ['}'] = STOP,
	['"'] = STOP,	      ['\''] = STOP,	      ['/'] = STOP,	    ['\n'] = STOP,
	['#'] = STOP,
};

static char peek(const struct md_lexer *lexer, gsize ahead)
{
	return lexer->at + ahead < lexer->text.size ? lexer->text.data[lexer->at + ahead] : '\0';
}

/* The newlines of bytes that were passed over count. */
static void pass_to(struct md_lexer *lexer, gsize end)
{
	const char *at = lexer->text.data + lexer->at, *stop = lexer->text.data + end;

	while ((at = memchr(at, '\n', (gsize)(stop - at))) != NULL) {
		lexer->line++;
		at++;
	}
	lexer->at = end;
}

/* Behind the comment that starts here, if one does. */
static gboolean pass_comment(struct md_lexer *lexer)
{
	struct md_slice text = lexer->text;
	const char *end;

	if (peek(lexer, 0) != '/')
		return FALSE;
	if (peek(lexer, 1) == '/') {
		end = memchr(text.data + lexer->at, '\n', text.size - lexer->at);
		lexer->at = end != NULL ? (gsize)(end - text.data) : text.size;
		return TRUE;
	}
	if (peek(lexer, 1) != '*')
		return FALSE;
	end = memmem(text.data + lexer->at + 2, text.size - lexer->at - 2, "*/", 2);
	pass_to(lexer, end != NULL ? (gsize)(end - text.data) + 2 : text.size);
	return TRUE;
}

/* Behind the string or character that starts here. */
static void pass_literal(struct md_lexer *lexer)
{
	char quote = peek(lexer, 0);

	for (lexer->at++; lexer->at < lexer->text.size; lexer->at++) {
		char c = peek(lexer, 0);

		if (c == '\\' && lexer->at + 1 < lexer->text.size) {
			lexer->line += peek(lexer, 1) == '\n';
			lexer->at++;
		} else if (c == quote) {
			lexer->at++;
			return;
		} else if (c == '\n') {
			return;
		}
	}
}

/* To the newline that ends the directive, the ones behind a backslash passed over. */
static void pass_directive(struct md_lexer *lexer)
{
	while (lexer->at < lexer->text.size && peek(lexer, 0) != '\n') {
		char c = peek(lexer, 0);

		if (c == '"' || c == '\'') {
			pass_literal(lexer);
		} else if (c == '\\') {
			gsize length = peek(lexer, 1) == '\r' ? 3 : 2;

			pass_to(lexer, MIN(lexer->at + length, lexer->text.size));
		} else if (!pass_comment(lexer)) {
			lexer->at++;
		}
	}
}

static gboolean is_first_of_line(const struct md_lexer *lexer)
{
	gsize at = lexer->at;

	while (at > 0 && (lexer->text.data[at - 1] == ' ' || lexer->text.data[at - 1] == '\t'))
		at--;
	return at == 0 || lexer->text.data[at - 1] == '\n';
}

/* Over blanks and comments; TRUE where a blank line was among them. */
static gboolean pass_blanks(struct md_lexer *lexer)
{
	gboolean apart = FALSE;

	while (lexer->at < lexer->text.size) {
		char c = peek(lexer, 0);

		if (c == '\n') {
			lexer->line++;
			lexer->at++;
			apart |= peek(lexer, 0) == '\n' ||
				 (peek(lexer, 0) == '\r' && peek(lexer, 1) == '\n');
		} else if (g_ascii_isspace(c) || (c == '\\' && g_ascii_isspace(peek(lexer, 1)))) {
			lexer->at++;
		} else if (!pass_comment(lexer)) {
			break;
		}
	}
	return apart;
}

/* To the next brace or directive. */
static void pass_body(struct md_lexer *lexer)
{
	while (lexer->at < lexer->text.size) {
		const char *at = lexer->text.data + lexer->at;
		const char *end = lexer->text.data + lexer->text.size;

		while (at < end && kinds[(guint8)*at] != STOP)
			at++;
		lexer->at = (gsize)(at - lexer->text.data);
		switch (peek(lexer, 0)) {
		case '{':
		case '}':
			return;
		case '#':
			if (is_first_of_line(lexer))
				return;
			lexer->at++;
			break;
		case '"':
		case '\'':
			pass_literal(lexer);
			break;
		case '\n':
			lexer->line++;
			lexer->at++;
			break;
		default:
			if (lexer->at < lexer->text.size && !pass_comment(lexer))
				lexer->at++;
		}
	}
}

struct md_token md_lexer_next(struct md_lexer *lexer, gboolean body)
{
	struct md_token token = { 0 };

	if (body)
		pass_body(lexer);
	else
		token.apart = pass_blanks(lexer);
	token.at = lexer->at;
	token.line = lexer->line;
	token.left = lexer->at == 0 || lexer->text.data[lexer->at - 1] == '\n';
	if (lexer->at >= lexer->text.size)
		return token;
	token.character = peek(lexer, 0);
	token.kind = MD_TOKEN_CHARACTER;
	if (kinds[(guint8)token.character] == WORD) {
		token.kind = MD_TOKEN_WORD;
		while (lexer->at < lexer->text.size && kinds[(guint8)peek(lexer, 0)] == WORD)
			lexer->at++;
	} else if (token.character == '"' || token.character == '\'') {
		token.kind = MD_TOKEN_LITERAL;
		pass_literal(lexer);
	} else if (token.character == '#' && !lexer->flat && is_first_of_line(lexer)) {
		token.kind = MD_TOKEN_DIRECTIVE;
		pass_directive(lexer);
	} else {
		lexer->at++;
	}
	token.text = (struct md_slice){ lexer->text.data + token.at, lexer->at - token.at };
	return token;
}

gboolean md_token_is(const struct md_token *token, char character)
{
	return token->kind == MD_TOKEN_CHARACTER && token->character == character;
}

static gboolean slice_is(struct md_slice slice, const char *text)
{
	return slice.size == strlen(text) && memcmp(slice.data, text, slice.size) == 0;
}

gboolean md_token_is_word(const struct md_token *token, const char *word)
{
	return token->kind == MD_TOKEN_WORD && slice_is(token->text, word);
}

struct md_slice md_word_at(struct md_slice line, gsize from)
{
	gsize end;

	while (from < line.size && (line.data[from] == ' ' || line.data[from] == '\t'))
		from++;
	for (end = from; end < line.size && kinds[(guint8)line.data[end]] == WORD;)
		end++;
	return (struct md_slice){ line.data + from, end - from };
}

enum md_condition md_token_condition(const struct md_token *directive)
{
	struct md_slice word = md_word_at(directive->text, 1);

	if (slice_is(word, "if")) {
		gsize behind = (gsize)(word.data + word.size - directive->text.data);

		return slice_is(md_word_at(directive->text, behind), "0") ? MD_CONDITION_IF_0
									  : MD_CONDITION_IF;
	}
	if (slice_is(word, "ifdef") || slice_is(word, "ifndef"))
		return MD_CONDITION_IF;
	if (slice_is(word, "else") || slice_is(word, "elif"))
		return MD_CONDITION_ELSE;
	return slice_is(word, "endif") ? MD_CONDITION_ENDIF : MD_CONDITION_NONE;
}
