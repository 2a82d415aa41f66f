/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a text of C names: its identifiers, those in directives too. */
#include "code/internal.h"

#include <string.h>

gboolean md_path_is_code(const char *path)
{
	static const char *const suffixes[] = { ".c",	      ".h",	    ".S", ".inc",
						".c_shipped", ".h_shipped", ".y", ".l" };

	for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (g_str_has_suffix(path, suffixes[i]))
			return TRUE;
	}
	return FALSE;
}

static gboolean is_include(struct md_slice directive)
{
	struct md_slice word = md_word_at(directive, 1);

	/* #include_next as well. */
	return word.size >= strlen("include") &&
	       memcmp(word.data, "include", strlen("include")) == 0;
}

void md_words_each(struct md_slice text, md_word_visit visit, void *data)
{
	struct md_lexer lexer = { .text = text };
	gsize end = 0; /* of the directive that we are in */

	for (;;) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			return;
		if (token.at >= end && lexer.flat) {
			/* The line behind a directive may be another. */
			lexer.flat = FALSE;
			lexer.at = token.at;
			lexer.line = token.line;
			continue;
		}
		if (token.kind == MD_TOKEN_WORD)
			visit(data, token.text, token.line);
		if (token.kind == MD_TOKEN_DIRECTIVE && !is_include(token.text)) {
			end = lexer.at;
			lexer.flat = TRUE;
			lexer.at = token.at + 1;
			lexer.line = token.line;
		}
	}
}
