/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What source text uses, and whether two texts are the same code.
 *
 * The role of a name is told by the tokens beside it, no more: what a "(" follows
 * is called, what stands behind "." or "->" is a member, behind "struct" a
 * type; the rest are macros, variables, constants and functions that are not called
 * here. Cost: one pass, and a sort of what was found.
 */
#include "code/internal.h"

#include <string.h>

/* Of C; "struct" and its like are looked at before. */
static const char *const keywords[] = {
	"asm",
	"auto",
	"bool",
	"break",
	"case",
	"char",
	"const",
	"continue",
	"default",
	"define",
	"defined",
	"do",
	"double",
	"elif",
	"else",
	"endif",
	"enum",
	"error",
	"extern",
	"false",
	"float",
	"for",
	"goto",
	"if",
	"ifdef",
	"ifndef",
	"include",
	"inline",
	"int",
	"long",
	"pragma",
	"register",
	"return",
	"short",
	"signed",
	"sizeof",
	"static",
	"struct",
	"switch",
	"true",
	"typedef",
	"typeof",
	"undef",
	"union",
	"unsigned",
	"void",
	"volatile",
	"while",
	"__always_inline",
	"__inline__",
	"__attribute__",
	"__typeof__",
};

static int compare_slices(struct md_slice a, struct md_slice b)
{
	int order = memcmp(a.data, b.data, MIN(a.size, b.size));

	return order ? order : (a.size > b.size) - (a.size < b.size);
}

static gboolean is_keyword(struct md_slice word)
{
	for (guint i = 0; i < G_N_ELEMENTS(keywords); i++) {
		if (word.size == strlen(keywords[i]) &&
		    memcmp(word.data, keywords[i], word.size) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The text of a directive behind its #, to be lexed by itself. */
static struct md_slice inside(const struct md_token *directive)
{
	return (struct md_slice){ directive->text.data + 1, directive->text.size - 1 };
}

static gboolean is_tag(const struct md_token *token)
{
	return md_token_is_word(token, "struct") || md_token_is_word(token, "union") ||
	       md_token_is_word(token, "enum");
}

struct gathering {
	GArray *uses;
	gsize line; /* of the text that is lexed, in the whole */
};

/* @before are the two tokens before @word. */
static void take_word(struct gathering *gathering, const struct md_token before[2],
		      const struct md_token *word, const struct md_token *next)
{
	struct md_use use = { word->text, MD_USE_NAME, gathering->line + word->line };

	if (g_ascii_isdigit(word->character) || is_tag(word))
		return;
	if (is_tag(&before[0]))
		use.role = MD_USE_TYPE;
	else if (md_token_is(&before[0], '.') ||
		 (md_token_is(&before[0], '>') && md_token_is(&before[1], '-')))
		use.role = MD_USE_MEMBER;
	else if (is_keyword(word->text))
		return;
	else if (md_token_is(next, '('))
		use.role = MD_USE_CALL;
	g_array_append_val(gathering->uses, use);
}

static void gather(struct gathering *gathering, struct md_slice text, gboolean directive)
{
	struct md_lexer lexer = { text, 0, 0 };
	struct md_token before[2] = { { 0 } }, token = md_lexer_next(&lexer, FALSE);

	while (token.kind != MD_TOKEN_END) {
		struct md_token next = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_WORD) {
			take_word(gathering, before, &token, &next);
		} else if (token.kind == MD_TOKEN_DIRECTIVE && !directive) {
			struct gathering within = { gathering->uses, gathering->line + token.line };

			gather(&within, inside(&token), TRUE);
		}
		before[1] = before[0];
		before[0] = token;
		token = next;
	}
}

static int compare_uses(const void *a, const void *b)
{
	const struct md_use *left = a, *right = b;
	int order = compare_slices(left->name, right->name);

	if (order == 0)
		order = (left->role > right->role) - (left->role < right->role);
	return order ? order : (left->line > right->line) - (left->line < right->line);
}

GArray *md_code_uses(struct md_slice text)
{
	struct gathering gathering = { g_array_new(FALSE, FALSE, sizeof(struct md_use)), 0 };
	GArray *uses = gathering.uses;
	guint kept = 0;

	gather(&gathering, text, FALSE);
	g_array_sort(uses, compare_uses);
	for (guint i = 0; i < uses->len; i++) {
		struct md_use use = g_array_index(uses, struct md_use, i);
		const struct md_use *last =
			kept > 0 ? &g_array_index(uses, struct md_use, kept - 1) : NULL;

		if (last == NULL || last->role != use.role ||
		    compare_slices(last->name, use.name) != 0)
			g_array_index(uses, struct md_use, kept++) = use;
	}
	g_array_set_size(uses, kept);
	return uses;
}

const struct md_use *md_uses_find(const GArray *uses, const char *name)
{
	struct md_slice wanted = { name, strlen(name) };
	guint low = 0, high = uses->len;
	const struct md_use *use;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		use = &g_array_index(uses, struct md_use, middle);
		if (compare_slices(use->name, wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == uses->len)
		return NULL;
	use = &g_array_index(uses, struct md_use, low);
	return compare_slices(use->name, wanted) == 0 ? use : NULL;
}

static gboolean is_equal(struct md_slice a, struct md_slice b, gboolean directive)
{
	struct md_lexer left = { a, 0, 0 }, right = { b, 0, 0 };

	for (;;) {
		struct md_token token = md_lexer_next(&left, FALSE);
		struct md_token other = md_lexer_next(&right, FALSE);

		if (token.kind != other.kind)
			return FALSE;
		if (token.kind == MD_TOKEN_END)
			return TRUE;
		if (token.kind == MD_TOKEN_DIRECTIVE && !directive) {
			if (!is_equal(inside(&token), inside(&other), TRUE))
				return FALSE;
		} else if (!md_slice_equal(token.text, other.text)) {
			return FALSE;
		}
	}
}

gboolean md_code_equal(struct md_slice a, struct md_slice b)
{
	return md_slice_equal(a, b) || is_equal(a, b, FALSE);
}
