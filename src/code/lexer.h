/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C as tokens, before the preprocessor: comments are passed over, a directive
 * is one token.  Private to the room.
 */
#ifndef MD_CODE_LEXER_H
#define MD_CODE_LEXER_H

#include "base/base.h"

enum md_token_kind {
	MD_TOKEN_END,
	MD_TOKEN_WORD,	    /* an identifier, a keyword, a number */
	MD_TOKEN_LITERAL,   /* a string or a character */
	MD_TOKEN_DIRECTIVE, /* from # to the end of its last line */
	MD_TOKEN_CHARACTER, /* any other */
};

struct md_token {
	enum md_token_kind kind;
	char character; /* the first */
	struct md_slice text;
	gsize at;	/* of its first byte in the text */
	gsize line;	/* from 0 */
	gboolean left;	/* it starts in the first column */
	gboolean apart; /* a blank line stands before it */
	guint behind;	/* of a bracket in an array of tokens: the index behind its end; else 0 */
};

struct md_lexer {
	struct md_slice text;
	gsize at, line;
	gboolean flat; /* no # begins a directive: we are inside of one */
};

/**
 * The next token.  In a @body only braces, directives and the end are; the
 * rest is passed over.
 */
struct md_token md_lexer_next(struct md_lexer *lexer, gboolean body);

/** Directives that choose what is compiled, told apart by their first word. */
enum md_condition {
	MD_CONDITION_NONE,
	MD_CONDITION_IF,
	MD_CONDITION_IF_0, /* what comes is never compiled */
	MD_CONDITION_ELSE, /* elif too */
	MD_CONDITION_ENDIF,
};
enum md_condition md_token_condition(const struct md_token *directive);

/** Whether @token is this character, this word. */
gboolean md_token_is(const struct md_token *token, char character);
gboolean md_token_is_word(const struct md_token *token, const char *word);

/** The word of @line that starts at or behind @from, behind blanks; perhaps empty. */
struct md_slice md_word_at(struct md_slice line, gsize from);

#endif
