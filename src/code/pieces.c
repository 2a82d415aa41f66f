/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A C file cut into all that stands at its top level: the definitions of the outline, and
 * between them declarations, calls of macros and directives, told apart by their tokens.
 *
 * Blank lines belong to the piece before them, a comment to the piece behind it; but one that a
 * blank line parts from that, as the licence of a file, is a piece of its own.
 *
 * Cost: that of the outline, and one pass over what it leaves.
 */
#include "code/internal.h"

#include <string.h>

struct md_pieces {
	struct md_outline *outline;
	GStringChunk *strings;
	GPtrArray *names; /* all of them in order, owned by @strings */
	GArray *all;	  /* of struct md_piece */
};

struct cutting {
	struct md_pieces *pieces;
	struct md_slice text;
	gboolean header;
	GArray *tokens; /* of struct md_token: the statement at hand */
	GArray *firsts; /* of guint: where in @names those of each piece begin */
};

/* Names of a few bytes, hundreds in a file. */
#define STRINGS_BLOCK 1024

static struct md_token *token_at(const struct cutting *cutting, guint index)
{
	return &g_array_index(cutting->tokens, struct md_token, index);
}

static void add_name(struct cutting *cutting, struct md_slice name)
{
	/* Bytes behind a NUL cannot be asked for. */
	g_ptr_array_add(
		cutting->pieces->names,
		g_string_chunk_insert_len(cutting->pieces->strings, name.data, (gssize)name.size));
}

/* What was named since the last piece are the names of @piece. */
static void add_piece(struct cutting *cutting, struct md_piece piece, guint first_name)
{
	piece.name_count = cutting->pieces->names->len - first_name;
	piece.lines = piece.core;
	g_array_append_val(cutting->pieces->all, piece);
	g_array_append_val(cutting->firsts, first_name);
}

/* ------------------------------------------------------------- statements */

static gboolean has_word(const struct cutting *cutting, const char *word)
{
	for (guint i = 0; i < cutting->tokens->len; i++) {
		if (md_token_is_word(token_at(cutting, i), word))
			return TRUE;
	}
	return FALSE;
}

/* The first parenthesis that no attribute has, and no value stands before; or the end. */
static guint find_parameters(const struct cutting *cutting)
{
	for (guint i = 1; i < cutting->tokens->len; i++) {
		const struct md_token *before = token_at(cutting, i - 1);

		if (md_token_is(token_at(cutting, i), '='))
			break;
		if (md_token_is(token_at(cutting, i), '(') &&
		    !(before->kind == MD_TOKEN_WORD && md_word_takes_attributes(before->text)))
			return i;
	}
	return cutting->tokens->len;
}

/* The words before a comma, a value, a bound or the end: what a statement declares. */
static void name_declarators(struct cutting *cutting)
{
	gboolean value = FALSE;
	gint depth = 0;

	for (guint i = 1; i < cutting->tokens->len; i++) {
		const struct md_token *token = token_at(cutting, i);
		const struct md_token *before = token_at(cutting, i - 1);

		if (!value && depth == 0 && before->kind == MD_TOKEN_WORD && i >= 2 &&
		    (md_token_is(token, ',') || md_token_is(token, ';') ||
		     md_token_is(token, '=') || md_token_is(token, '[')))
			add_name(cutting, before->text);
		if (md_token_is(token, '(') || md_token_is(token, '[') || md_token_is(token, '{'))
			depth++;
		else if (md_token_is(token, ')') || md_token_is(token, ']') ||
			 md_token_is(token, '}'))
			depth--;
		else if (depth == 0 && md_token_is(token, '='))
			value = TRUE;
		else if (depth == 0 && md_token_is(token, ','))
			value = FALSE;
	}
}

/* "int (*f)(void);" declares what stands behind the star. */
static void name_pointer(struct cutting *cutting, guint parameters)
{
	for (guint i = parameters + 1; i < cutting->tokens->len; i++) {
		if (token_at(cutting, i)->kind == MD_TOKEN_WORD) {
			add_name(cutting, token_at(cutting, i)->text);
			return;
		}
		if (!md_token_is(token_at(cutting, i), '*'))
			return;
	}
}

/* "struct a;" */
static gboolean is_forward(const struct cutting *cutting)
{
	return cutting->tokens->len == 3 && (md_token_is_word(token_at(cutting, 0), "struct") ||
					     md_token_is_word(token_at(cutting, 0), "union") ||
					     md_token_is_word(token_at(cutting, 0), "enum"));
}

static enum md_piece_kind name_statement(struct cutting *cutting)
{
	gboolean type = md_token_is_word(token_at(cutting, 0), "typedef");
	guint parameters = find_parameters(cutting);
	const struct md_macro *macro;

	if (token_at(cutting, 0)->kind != MD_TOKEN_WORD)
		return MD_PIECE_OTHER;
	for (guint i = 0; i < MIN(parameters, 2); i++) {
		/* DEFINE_PER_CPU(type, name), perhaps static */
		macro = md_macro_find(token_at(cutting, i)->text);
		if (macro != NULL && i + 1 == parameters) {
			for (guint j = parameters, argument = 0; j + 1 < cutting->tokens->len;
			     j++) {
				argument += md_token_is(token_at(cutting, j), ',');
				if (argument == macro->argument &&
				    token_at(cutting, j + 1)->kind == MD_TOKEN_WORD &&
				    j + 2 < cutting->tokens->len &&
				    !(token_at(cutting, j + 2)->kind == MD_TOKEN_WORD)) {
					add_name(cutting, token_at(cutting, j + 1)->text);
					return MD_PIECE_VARIABLE;
				}
			}
		}
	}
	if (parameters == 1)
		return MD_PIECE_CALL;
	if (parameters < cutting->tokens->len) {
		const struct md_token *name = token_at(cutting, parameters - 1);
		const struct md_token *inside =
			token_at(cutting, parameters + 1 < cutting->tokens->len ? parameters + 1
										: parameters);

		if (md_token_is(inside, '*')) {
			name_pointer(cutting, parameters);
			return has_word(cutting, "extern") ? MD_PIECE_DECLARATION
							   : MD_PIECE_VARIABLE;
		}
		if (name->kind == MD_TOKEN_WORD)
			add_name(cutting, name->text);
		return type ? MD_PIECE_VARIABLE : MD_PIECE_DECLARATION;
	}
	name_declarators(cutting);
	return is_forward(cutting) || has_word(cutting, "extern") ? MD_PIECE_DECLARATION
								  : MD_PIECE_VARIABLE;
}

static void end_statement(struct cutting *cutting)
{
	guint first_name = cutting->pieces->names->len, count = cutting->tokens->len;
	struct md_piece piece = { 0 };

	if (count == 0)
		return;
	piece.core.first = token_at(cutting, 0)->line;
	piece.core.end = token_at(cutting, count - 1)->line + 1;
	piece.kind = name_statement(cutting);
	piece.local = !cutting->header && has_word(cutting, "static");
	add_piece(cutting, piece, first_name);
	g_array_set_size(cutting->tokens, 0);
}

/* What stands in quotes or brackets behind #include. */
static struct md_slice included(const struct md_token *directive)
{
	const char *end = directive->text.data + directive->text.size;
	const char *at = memchr(directive->text.data, '"', directive->text.size), *close;

	if (at == NULL)
		at = memchr(directive->text.data, '<', directive->text.size);
	if (at == NULL)
		return (struct md_slice){ end, 0 };
	close = memchr(at + 1, *at == '<' ? '>' : '"', (gsize)(end - at - 1));
	return (struct md_slice){ at + 1, close ? (gsize)(close - at - 1) : 0 };
}

static void take_directive(struct cutting *cutting, const struct md_token *token, gsize end)
{
	guint first_name = cutting->pieces->names->len;
	struct md_piece piece = { .kind = MD_PIECE_DIRECTIVE, .core = { token->line, end } };
	struct md_slice word = md_word_at(token->text, 1), name;

	if (word.size == strlen("include") && memcmp(word.data, "include", word.size) == 0) {
		name = included(token);
		piece.kind = MD_PIECE_INCLUDE;
		if (name.size > 0)
			add_name(cutting, name);
	}
	add_piece(cutting, piece, first_name);
}

/* "EXPORT_SYMBOL(a)" alone on its line is whole without a semicolon. */
static gboolean is_over(const struct cutting *cutting, const struct md_token *next, gint depth)
{
	guint count = cutting->tokens->len;

	return next->left && depth == 0 && count > 2 && md_token_is(token_at(cutting, 1), '(') &&
	       md_token_is(token_at(cutting, count - 1), ')');
}

/* What stands in bytes [first, end), the first of which is on @line. */
static void cut_between(struct cutting *cutting, gsize first, gsize end, gsize line)
{
	struct md_lexer lexer = { .text = { cutting->text.data, end }, .at = first, .line = line };
	gint depth = 0;

	for (;;) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			break;
		if (token.kind == MD_TOKEN_DIRECTIVE) {
			end_statement(cutting);
			depth = 0;
			take_directive(cutting, &token, lexer.line + 1);
			continue;
		}
		if (is_over(cutting, &token, depth))
			end_statement(cutting);
		g_array_append_val(cutting->tokens, token);
		if (md_token_is(&token, '(') || md_token_is(&token, '{'))
			depth++;
		else if (md_token_is(&token, ')') || md_token_is(&token, '}'))
			depth--;
		if (depth <= 0 && md_token_is(&token, ';')) {
			end_statement(cutting);
			depth = 0;
		}
	}
	end_statement(cutting);
}

/* ------------------------------------------------------------ definitions */

static gboolean is_static(struct md_slice text, const struct md_definition *definition)
{
	struct md_lexer lexer = { .text = { text.data, definition->body[0].first },
				  .at = definition->bytes.first };

	for (;;) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			return FALSE;
		if (md_token_is_word(&token, "static"))
			return TRUE;
	}
}

static gboolean is_local(const struct cutting *cutting, const struct md_definition *definition)
{
	if (cutting->header)
		return FALSE;
	return (definition->kind != MD_DEFINITION_FUNCTION &&
		definition->kind != MD_DEFINITION_INITIALIZER) ||
	       is_static(cutting->text, definition);
}

static void add_definition(struct cutting *cutting, const struct md_definition *definition)
{
	guint first_name = cutting->pieces->names->len;
	struct md_piece piece = {
		.kind = MD_PIECE_DEFINITION,
		.definition = definition->kind,
		.local = is_local(cutting, definition),
		.core = definition->lines,
	};

	if (definition->name != NULL)
		add_name(cutting, md_slice_from_string(definition->name));
	add_piece(cutting, piece, first_name);
}

static void cut(struct cutting *cutting)
{
	const GArray *definitions = md_outline_definitions(cutting->pieces->outline);
	gsize at = 0, line = 0;

	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);

		cut_between(cutting, at, definition->bytes.first, line);
		add_definition(cutting, definition);
		at = definition->bytes.end;
		line = definition->lines.end - 1;
	}
	cut_between(cutting, at, cutting->text.size, line);
}

/* ------------------------------------------------------------------ lines */

static gboolean is_blank(struct md_slice line)
{
	for (gsize i = 0; i < line.size; i++) {
		if (!g_ascii_isspace(line.data[i]))
			return FALSE;
	}
	return TRUE;
}

/* One flag a line. */
static GByteArray *find_blanks(struct md_slice text)
{
	GByteArray *blanks = g_byte_array_new();
	struct md_slice line;

	while (md_slice_next_line(&text, &line)) {
		guint8 blank = is_blank(line);

		g_byte_array_append(blanks, &blank, 1);
	}
	return blanks;
}

/* Pieces that share a line are one: the first, with all names. */
static void join_shared(struct cutting *cutting)
{
	GArray *all = cutting->pieces->all;
	guint kept = 0;

	for (guint i = 0; i < all->len; i++) {
		struct md_piece piece = g_array_index(all, struct md_piece, i);
		struct md_piece *last =
			kept > 0 ? &g_array_index(all, struct md_piece, kept - 1) : NULL;

		if (last != NULL && piece.core.first < last->core.end) {
			last->core.end = MAX(last->core.end, piece.core.end);
			last->name_count += piece.name_count;
			last->local &= piece.local;
			continue;
		}
		g_array_index(cutting->firsts, guint, kept) =
			g_array_index(cutting->firsts, guint, i);
		g_array_index(all, struct md_piece, kept++) = piece;
	}
	g_array_set_size(all, kept);
}

/* Appends what stands in lines [first, end) alone, and no piece has. */
static void add_other(GArray *all, gsize first, gsize end)
{
	struct md_piece other = { .kind = MD_PIECE_OTHER, .lines = { first, end } };

	other.core = other.lines;
	if (first < end)
		g_array_append_val(all, other);
}

/*
 * Shares out the lines [end, next) between two pieces: blank ones to the one before, a
 * comment to the one behind. Gives the first line of the one behind.
 */
static gsize share_out(GArray *all, const GByteArray *blanks, gsize end, gsize next)
{
	gsize comment = next, first = end;

	while (first < next && blanks->data[first])
		first++;
	if (all->len > 0)
		g_array_index(all, struct md_piece, all->len - 1).lines.end = first;
	else
		first = end;
	while (comment > first && !blanks->data[comment - 1])
		comment--;
	add_other(all, first, comment);
	return comment;
}

static void spread(struct cutting *cutting)
{
	g_autoptr(GByteArray) blanks = find_blanks(cutting->text);
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct md_piece));
	gsize end = 0;

	for (guint i = 0; i < cutting->pieces->all->len; i++) {
		struct md_piece piece = g_array_index(cutting->pieces->all, struct md_piece, i);

		piece.core.end = MIN(piece.core.end, blanks->len);
		piece.core.first = MIN(piece.core.first, piece.core.end);
		piece.lines.first = share_out(all, blanks, end, piece.core.first);
		piece.lines.end = end = piece.core.end;
		if (piece.name_count > 0) {
			piece.names = (const char *const *)cutting->pieces->names->pdata +
				      g_array_index(cutting->firsts, guint, i);
			piece.name = piece.names[0];
		}
		g_array_append_val(all, piece);
	}
	end = share_out(all, blanks, end, blanks->len);
	add_other(all, end, blanks->len);
	g_array_unref(cutting->pieces->all);
	cutting->pieces->all = all;
}

struct md_pieces *md_pieces_new(const char *path, struct md_slice text)
{
	struct md_pieces *pieces = g_new0(struct md_pieces, 1);
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct md_token));
	g_autoptr(GArray) firsts = g_array_new(FALSE, FALSE, sizeof(guint));
	struct cutting cutting = {
		.pieces = pieces,
		.text = text,
		.header = !g_str_has_suffix(path, ".c") && !g_str_has_suffix(path, ".S"),
		.tokens = tokens,
		.firsts = firsts,
	};

	pieces->strings = g_string_chunk_new(STRINGS_BLOCK);
	pieces->names = g_ptr_array_new();
	pieces->all = g_array_new(FALSE, FALSE, sizeof(struct md_piece));
	if (md_path_is_code(path)) {
		pieces->outline = md_outline_new(path, text);
		cut(&cutting);
		join_shared(&cutting);
	}
	spread(&cutting);
	return pieces;
}

void md_pieces_free(struct md_pieces *pieces)
{
	if (pieces == NULL)
		return;
	md_outline_free(pieces->outline);
	g_ptr_array_unref(pieces->names);
	g_string_chunk_free(pieces->strings);
	g_array_unref(pieces->all);
	g_free(pieces);
}

const GArray *md_pieces_all(const struct md_pieces *pieces)
{
	return pieces->all;
}
