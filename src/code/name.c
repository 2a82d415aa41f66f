/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a definition is called. Its skeleton, which is all of it but its
 * bodies, comments, directives and attributes, is C that tree-sitter can
 * parse:
 *
 *     static noinline __printf(1, 2) int say(const char *format, ...)
 *     static                         int say(const char *format, ...) {}
 *
 * Where a macro that nobody knows makes it lose its way even so, the name is
 * the word that stands where C has names: before the parameters, behind
 * "struct", before the value.
 */
#include "code/internal.h"

#include <string.h>

#include <tree_sitter/api.h>

/* Exported by the grammar, which has no header. */
const TSLanguage *tree_sitter_c(void);

/* Longer headings are cut: no name comes so late, and strangers must not choose the cost. */
#define MOST_TOKENS 512
#define MOST_BYTES 4096

/* Declarators in declarators, before we stop looking for the name. */
#define DEEPEST_DECLARATOR 32

/* How a body stands in a skeleton. */
static const struct md_slice empty_body = { "{}", 2 };

void *md_parser_new(void)
{
	TSParser *parser = ts_parser_new();

	/* Fails where the library is older than the grammar; names are then found by place. */
	if (!ts_parser_set_language(parser, tree_sitter_c())) {
		ts_parser_delete(parser);
		return NULL;
	}
	return parser;
}

void md_parser_free(void *parser)
{
	if (parser != NULL)
		ts_parser_delete(parser);
}

/* --------------------------------------------------------------- skeleton */

/* Passes over all but the first branch of conditions that can be compiled. */
struct branches {
	guint depth;
	guint skipped_at; /* the depth from which nothing counts; 0: all counts */
	gboolean dead;	  /* skipped, but the next branch counts */
};

static void take_condition(struct branches *branches, enum md_condition condition)
{
	switch (condition) {
	case MD_CONDITION_IF:
	case MD_CONDITION_IF_0:
		branches->depth++;
		if (branches->skipped_at == 0 && condition == MD_CONDITION_IF_0) {
			branches->skipped_at = branches->depth;
			branches->dead = TRUE;
		}
		break;
	case MD_CONDITION_ELSE:
		/* The heading may have begun in a branch that goes on. */
		branches->depth = MAX(branches->depth, 1);
		if (branches->skipped_at == 0)
			branches->skipped_at = branches->depth;
		else if (branches->skipped_at == branches->depth && branches->dead)
			branches->skipped_at = 0;
		branches->dead = FALSE;
		break;
	case MD_CONDITION_ENDIF:
		if (branches->skipped_at == branches->depth)
			branches->skipped_at = 0;
		branches->depth -= branches->depth > 0;
		break;
	default:
		break;
	}
}

static void add_tokens(GArray *tokens, struct md_slice text, struct md_extent bytes)
{
	struct md_lexer lexer = { .text = { text.data, bytes.end }, .at = bytes.first };
	struct branches branches = { 0 };

	while (tokens->len < MOST_TOKENS) {
		struct md_token token = md_lexer_next(&lexer, FALSE);

		if (token.kind == MD_TOKEN_END)
			break;
		if (token.kind == MD_TOKEN_DIRECTIVE)
			take_condition(&branches, md_token_condition(&token));
		else if (branches.skipped_at == 0)
			g_array_append_val(tokens, token);
	}
}

static GArray *make_skeleton(struct md_slice text, const struct md_definition *definition)
{
	GArray *tokens = g_array_new(FALSE, TRUE, sizeof(struct md_token));
	gsize from = definition->bytes.first;
	const struct md_token body = { .kind = MD_TOKEN_LITERAL, .text = empty_body };

	for (guint i = 0; i < G_N_ELEMENTS(definition->body); i++) {
		struct md_extent extent = definition->body[i];

		if (extent.end <= from)
			continue;
		add_tokens(tokens, text, (struct md_extent){ from, extent.first });
		g_array_append_val(tokens, body);
		from = extent.end;
	}
	add_tokens(tokens, text, (struct md_extent){ from, definition->bytes.end });
	return tokens;
}

static gboolean is_body(const struct md_token *token)
{
	return token->text.data == empty_body.data;
}

/* ------------------------------------------------------------- attributes */

static const struct md_token *token_at(const GArray *tokens, guint index)
{
	static const struct md_token none = { 0 };

	return index < tokens->len ? &g_array_index(tokens, struct md_token, index) : &none;
}

/* Behind the parenthesis that closes the one at @open. */
static guint behind_group(const GArray *tokens, guint open)
{
	guint depth = 0;

	for (guint i = open; i < tokens->len; i++) {
		depth += md_token_is(token_at(tokens, i), '(');
		if (md_token_is(token_at(tokens, i), ')') && --depth == 0)
			return i + 1;
	}
	return tokens->len;
}

static gboolean is_tag(const struct md_token *token)
{
	return md_token_is_word(token, "struct") || md_token_is_word(token, "union") ||
	       md_token_is_word(token, "enum");
}

/* The words of a declaration that are neither its type nor its name. */
static gboolean is_qualifier(const struct md_token *token)
{
	static const char *const words[] = { "static", "const", "inline", "extern", "volatile" };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (md_token_is_word(token, words[i]))
			return TRUE;
	}
	return FALSE;
}

/* __u32 and __kernel_size_t are types. */
static gboolean looks_like_type(struct md_slice word)
{
	return g_ascii_isdigit(word.data[word.size - 1]) ||
	       (word.size > 2 && memcmp(word.data + word.size - 2, "_t", 2) == 0);
}

/* Whether the word at @index qualifies its neighbours and can be left out. */
static gboolean is_attribute(const GArray *tokens, guint index)
{
	const struct md_token *token = token_at(tokens, index), *next = token_at(tokens, index + 1);
	const struct md_token *before = token_at(tokens, index - 1); /* none before the first */

	if (token->kind != MD_TOKEN_WORD)
		return FALSE;
	if (md_token_is(next, '('))
		return md_word_takes_attributes(token->text);
	if (md_word_is_attribute(token->text))
		return TRUE;
	if (!md_slice_has_prefix(token->text, "__") || looks_like_type(token->text))
		return FALSE;
	if (md_token_is(next, '='))
		return index > 0 && md_token_is(token_at(tokens, index - 1), ']');
	/* Where a type must come it is one: "(__wsum sum)", "static __wsum f(". */
	if (index == 0 || is_qualifier(before))
		return next->kind == MD_TOKEN_WORD &&
		       !md_token_is(token_at(tokens, index + 2), '(');
	return (next->kind == MD_TOKEN_WORD || md_token_is(next, '*')) && !is_tag(before) &&
	       !md_token_is(before, '(') && !md_token_is(before, ',');
}

/* Takes the attributes out, with their arguments. */
static void drop_attributes(GArray *tokens)
{
	guint kept = 0, i = 0;

	while (i < tokens->len) {
		if (is_attribute(tokens, i)) {
			i = md_token_is(token_at(tokens, i + 1), '(') ? behind_group(tokens, i + 1)
								      : i + 1;
			continue;
		}
		/* Behind i all is as it was: kept never passes it. */
		g_array_index(tokens, struct md_token, kept++) =
			g_array_index(tokens, struct md_token, i++);
	}
	g_array_set_size(tokens, kept);
}

/* ----------------------------------------------------------------- macros */

gboolean md_word_is_macro(struct md_slice word)
{
	for (gsize i = 0; i < word.size; i++) {
		if (g_ascii_islower(word.data[i]))
			return FALSE;
	}
	return word.size > 1;
}

/* The last word of argument @number of the call whose parenthesis is at @open. */
static struct md_slice argument_word(const GArray *tokens, guint open, guint number)
{
	guint depth = 0, argument = 0;
	struct md_slice word = { NULL, 0 };

	for (guint i = open; i < tokens->len && argument <= number; i++) {
		const struct md_token *token = token_at(tokens, i);

		depth += md_token_is(token, '(');
		if (md_token_is(token, ')') && --depth == 0)
			break;
		if (depth == 1 && md_token_is(token, ','))
			argument++;
		else if (token->kind == MD_TOKEN_WORD && argument == number)
			word = token->text;
	}
	return word;
}

/* The name of what a macro defines: SYSCALL_DEFINE3(read, ...) {}; NULL where it is none. */
static char *name_by_macro(const GArray *tokens)
{
	const struct md_macro *macro;
	struct md_slice word, name;
	g_autofree char *argument = NULL;
	guint call = 0, behind;

	while (is_qualifier(token_at(tokens, call)))
		call++;
	word = token_at(tokens, call)->text;
	if (token_at(tokens, call)->kind != MD_TOKEN_WORD ||
	    !md_token_is(token_at(tokens, call + 1), '('))
		return NULL;
	behind = behind_group(tokens, call + 1);
	macro = md_macro_find(word);
	if (macro == NULL &&
	    (!md_word_is_macro(word) || token_at(tokens, behind)->kind == MD_TOKEN_WORD))
		return NULL;
	name = argument_word(tokens, call + 1, macro != NULL ? macro->argument : 0);
	if (name.size == 0)
		return NULL;
	argument = g_strndup(name.data, name.size);
	return macro != NULL ? g_strdup_printf(macro->format, argument)
			     : g_steal_pointer(&argument);
}

/* ------------------------------------------------------------ tree-sitter */

/* The identifier in a declarator: int (*NAME[3])(void). */
static TSNode innermost(TSNode node)
{
	for (guint i = 0; i < DEEPEST_DECLARATOR; i++) {
		TSNode inner = ts_node_child_by_field_name(node, "declarator", 10);

		/* Parentheses and attributes do not name the declarator in them. */
		if (ts_node_is_null(inner) && ts_node_named_child_count(node) > 0)
			inner = ts_node_named_child(node, 0);
		if (ts_node_is_null(inner))
			break;
		node = inner;
	}
	return node;
}

/* The node that is the name of @item, which is null where there is none. */
static TSNode name_node(TSNode item)
{
	TSNode type = ts_node_child_by_field_name(item, "type", 4);
	TSNode declarator = ts_node_child_by_field_name(item, "declarator", 10);
	TSNode name = ts_node_child_by_field_name(item, "name", 4);

	if (strcmp(ts_node_type(item), "function_definition") == 0)
		return innermost(item);
	/* struct foo {} is its own item; "typedef struct foo {} foo_t" and variables have it. */
	if (!ts_node_is_null(name))
		return name;
	if (!ts_node_is_null(type) &&
	    !ts_node_is_null(ts_node_child_by_field_name(type, "body", 4)) &&
	    !ts_node_is_null(ts_node_child_by_field_name(type, "name", 4)))
		return ts_node_child_by_field_name(type, "name", 4);
	return ts_node_is_null(declarator) ? declarator : innermost(declarator);
}

/* The name as the grammar has it; NULL where it stumbles. */
static char *name_by_grammar(TSParser *parser, const char *skeleton, gsize size)
{
	TSTree *tree = ts_parser_parse_string(parser, NULL, skeleton, (guint32)size);
	TSNode root;
	char *name = NULL;

	if (tree == NULL)
		return NULL;
	root = ts_tree_root_node(tree);
	if (!ts_node_has_error(root) && ts_node_named_child_count(root) > 0) {
		TSNode node = name_node(ts_node_named_child(root, 0));
		const char *type = ts_node_is_null(node) ? "" : ts_node_type(node);

		/* identifier, type_identifier, field_identifier */
		if (g_str_has_suffix(type, "identifier"))
			name = g_strndup(skeleton + ts_node_start_byte(node),
					 ts_node_end_byte(node) - ts_node_start_byte(node));
	}
	ts_tree_delete(tree);
	return name;
}

static void append_skeleton(GString *text, const GArray *tokens)
{
	for (guint i = 0; i < tokens->len && text->len < MOST_BYTES; i++) {
		struct md_slice token = token_at(tokens, i)->text;

		g_string_append_len(text, token.data, (gssize)MIN(token.size, MOST_BYTES));
		g_string_append_c(text, ' ');
	}
}

/* --------------------------------------------------------------- by place */

/* The word before the value, arrays passed over; before the body of a struct, its tag. */
static struct md_slice word_before(const GArray *tokens, guint end)
{
	guint depth = 0;

	while (end-- > 0) {
		const struct md_token *token = token_at(tokens, end);

		depth += md_token_is(token, ']') || md_token_is(token, ')');
		if (depth == 0 && token->kind == MD_TOKEN_WORD)
			return token->text;
		depth -= depth > 0 && (md_token_is(token, '[') || md_token_is(token, '('));
	}
	return (struct md_slice){ NULL, 0 };
}

/* The word before the parameters: of several groups the last that no macro in capitals takes. */
static struct md_slice word_of_parameters(const GArray *tokens)
{
	struct md_slice best = { NULL, 0 };

	for (guint i = 0; i < tokens->len && !is_body(token_at(tokens, i)); i++) {
		const struct md_token *token = token_at(tokens, i);

		if (token->kind != MD_TOKEN_WORD || !md_token_is(token_at(tokens, i + 1), '('))
			continue;
		if (best.size == 0 || !md_word_is_macro(token->text))
			best = token->text;
		i = behind_group(tokens, i + 1) - 1;
	}
	return best;
}

static struct md_slice word_by_place(const GArray *tokens, enum md_definition_kind kind)
{
	guint i;

	if (kind == MD_DEFINITION_FUNCTION)
		return word_of_parameters(tokens);
	for (i = 0; i < tokens->len; i++) {
		if (is_body(token_at(tokens, i)) || md_token_is(token_at(tokens, i), '='))
			break;
	}
	/* Without a tag the name stands behind: "typedef struct {} foo_t;". */
	if (kind != MD_DEFINITION_INITIALIZER && i > 0 && is_tag(token_at(tokens, i - 1)))
		return token_at(tokens, i + 1)->kind == MD_TOKEN_WORD
			       ? token_at(tokens, i + 1)->text
			       : (struct md_slice){ NULL, 0 };
	return word_before(tokens, i);
}

/* ------------------------------------------------------------------- name */

static void set_kind(struct md_definition *definition, const GArray *tokens)
{
	if (definition->kind != MD_DEFINITION_STRUCT)
		return;
	for (guint i = 0; i < tokens->len && !is_body(token_at(tokens, i)); i++) {
		if (md_token_is_word(token_at(tokens, i), "union"))
			definition->kind = MD_DEFINITION_UNION;
		else if (md_token_is_word(token_at(tokens, i), "enum"))
			definition->kind = MD_DEFINITION_ENUM;
	}
}

static char *name_of_macro(struct md_slice text, const struct md_definition *definition)
{
	struct md_lexer lexer = { .text = text, .at = definition->bytes.first };
	struct md_token token = md_lexer_next(&lexer, FALSE);
	struct md_slice define = md_word_at(token.text, 1), name;

	name = md_word_at(token.text, (gsize)(define.data + define.size - token.text.data));
	return g_strndup(name.data, name.size);
}

char *md_definition_find_name(void *parser, struct md_slice text, struct md_definition *definition)
{
	g_autoptr(GArray) tokens = NULL;
	g_autoptr(GString) skeleton = NULL;
	struct md_slice word;
	char *name;

	if (definition->kind == MD_DEFINITION_MACRO)
		return name_of_macro(text, definition);
	tokens = make_skeleton(text, definition);
	drop_attributes(tokens);
	set_kind(definition, tokens);
	name = name_by_macro(tokens);
	if (name != NULL)
		return name;
	skeleton = g_string_new(NULL);
	append_skeleton(skeleton, tokens);
	if (parser != NULL)
		name = name_by_grammar(parser, skeleton->str, skeleton->len);
	if (name != NULL)
		return name;
	word = word_by_place(tokens, definition->kind);
	return word.size > 0 ? g_strndup(word.data, word.size) : NULL;
}
