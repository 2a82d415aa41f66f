/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations, as kernels write them.
 *
 * Model: C's own grammar of declarations, read by descent, with what the preprocessor would
 * have taken away passed over: attributes, whatever they are called, by the place
 * where they stand; of #if all branches, so that a struct has each member that some
 * configuration gives it. A macro in a struct, as struct_group() or what distributions
 * keep their ABI with, has its arguments read as members.
 *
 * What is no declaration is passed over to its semicolon. Cost: one pass.
 */
#include "code/declarations.h"

#include <string.h>

/* Structs in structs, declarators in declarators: more of them were written to hurt. */
#define DEEPEST 32
/* Tokens of one item; the largest struct of a kernel has 6,000. */
#define MOST_TOKENS 200000

void md_pool_init(struct md_pool *pool)
{
	/* Names of some twenty bytes; hundreds are looked up for one stack. */
	pool->names = g_string_chunk_new(4096);
	pool->bodies = g_ptr_array_new();
}

void md_pool_clear(struct md_pool *pool)
{
	for (guint i = 0; i < pool->bodies->len; i++) {
		struct md_body *body = g_ptr_array_index(pool->bodies, i);

		g_array_unref(body->members);
		g_free(body);
	}
	g_ptr_array_unref(pool->bodies);

	g_string_chunk_free(pool->names);
}

/* ----------------------------------------------------------------- tokens */

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

/* ------------------------------------------------------------- specifiers */

static gboolean is_one_of(const struct md_token *token, const char *const *words, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (md_token_is_word(token, words[i]))
			return TRUE;
	}
	return FALSE;
}

static gboolean is_tag(const struct md_token *token)
{
	static const char *const words[] = { "struct", "union", "enum" };

	return is_one_of(token, words, G_N_ELEMENTS(words));
}

static gboolean is_qualifier(const struct md_token *token)
{
	static const char *const words[] = {
		"const",      "static",	  "extern",	"volatile",	"register",
		"inline",     "typedef",  "__inline",	"__inline__",	"__extension__",
		"auto",	      "restrict", "__volatile", "__volatile__", "_Atomic",
		"__restrict", "__const",  "__const__",	"noinline",	"__always_inline",
	};

	return is_one_of(token, words, G_N_ELEMENTS(words));
}

gboolean md_type_is_basic(const char *name)
{
	static const char *const words[] = {
		"void",	  "int",      "char",	  "long",	"unsigned",
		"short",  "signed",   "bool",	  "_Bool",	"float",
		"double", "__int128", "__signed", "__signed__", "__complex__",
	};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strcmp(name, words[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean is_basic(const struct md_token *token)
{
	char word[16]; /* longer than any of them */

	if (token->kind != MD_TOKEN_WORD || token->text.size >= sizeof(word))
		return FALSE;
	memcpy(word, token->text.data, token->text.size);
	word[token->text.size] = '\0';
	return md_type_is_basic(word);
}

static gboolean is_typeof(const struct md_token *token)
{
	static const char *const words[] = { "typeof", "__typeof__", "__typeof", "typeof_unqual",
					     "typeof_member" };

	return is_one_of(token, words, G_N_ELEMENTS(words));
}

/* Words that never name a type or a variable. */
static gboolean is_keyword(const struct md_token *token)
{
	static const char *const words[] = {
		"return", "goto",    "if",    "else",	  "while",  "do",  "for",     "switch",
		"case",	  "default", "break", "continue", "sizeof", "asm", "__asm__",
	};

	return is_one_of(token, words, G_N_ELEMENTS(words));
}

static gboolean is_name(const struct md_token *token)
{
	return token->kind == MD_TOKEN_WORD && !g_ascii_isdigit(token->character) &&
	       !is_keyword(token) && !is_tag(token);
}

gboolean md_reader_at_type(const struct md_reader *reader)
{
	const struct md_token *token = md_reader_peek(reader, 0);

	return is_tag(token) || is_basic(token) || is_qualifier(token) || is_typeof(token);
}

/* What stood before attributes. */
enum before {
	NOTHING,
	TYPE,
	NAME,
};

/* Passes over the attributes that come. */
static void pass_attributes(struct md_reader *reader, enum before before)
{
	for (;;) {
		const struct md_token *token = md_reader_peek(reader, 0);
		const struct md_token *next = md_reader_peek(reader, 1);

		if (token->kind != MD_TOKEN_WORD)
			return;
		if (md_token_is(next, '(')) {
			if (!md_word_takes_attributes(token->text) &&
			    !(before == NAME && md_slice_has_prefix(token->text, "__")))
				return;
			reader->at = md_reader_behind(reader, reader->at + 1);
			continue;
		}
		if (is_typeof(token) || is_basic(token))
			return;
		/* __rcu, __user, __percpu, ____cacheline_aligned: where no name can stand. */
		if (!md_word_is_attribute(token->text) && !is_qualifier(token) &&
		    !(before != NOTHING && md_slice_has_prefix(token->text, "__") &&
		      (next->kind == MD_TOKEN_WORD || md_token_is(next, '*'))))
			return;
		reader->at++;
	}
}

static const char *keep_name(struct md_reader *reader, const char *before, struct md_slice name)
{
	g_autofree char *whole =
		g_strdup_printf("%s%.*s", before, (int)MIN(name.size, G_MAXINT), name.data);

	return g_string_chunk_insert_const(reader->pool->names, whole);
}

static void members_read(struct md_reader *reader, GArray *members);

static struct md_body *read_body(struct md_reader *reader)
{
	struct md_body *body = g_new0(struct md_body, 1);
	guint behind = md_reader_behind(reader, reader->at);
	struct md_reader inside = md_reader_part(reader, reader->at + 1, behind - 1);

	body->members = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	g_ptr_array_add(reader->pool->bodies, body);
	inside.depth++;
	members_read(&inside, body->members);
	reader->at = behind;
	return body;
}

/* "struct tag", with its members or without. */
static gboolean read_tag(struct md_reader *reader, struct md_shape *shape)
{
	const struct md_token *tag = md_reader_peek(reader, 0);
	gboolean is_enum = md_token_is_word(tag, "enum");

	reader->at++;
	/* Not before a tag that looks like one: "struct __wait_queue {". */
	while (md_reader_peek(reader, 0)->kind == MD_TOKEN_WORD &&
	       (md_word_takes_attributes(md_reader_peek(reader, 0)->text) ||
		md_word_is_attribute(md_reader_peek(reader, 0)->text))) {
		reader->at++;
		if (md_token_is(md_reader_peek(reader, 0), '('))
			reader->at = md_reader_behind(reader, reader->at);
	}
	if (is_name(md_reader_peek(reader, 0))) {
		g_autofree char *before =
			g_strdup_printf("%.*s ", (int)tag->text.size, tag->text.data);

		shape->name = keep_name(reader, before, md_reader_peek(reader, 0)->text);
		reader->at++;
	}
	if (md_token_is(md_reader_peek(reader, 0), '{')) {
		if (is_enum || reader->depth >= DEEPEST) {
			reader->at = md_reader_behind(reader, reader->at);
		} else {
			shape->body = read_body(reader);
		}
	}
	if (is_enum && shape->name == NULL)
		shape->name = "enum";
	return shape->name != NULL || shape->body != NULL;
}

static void read_basic(struct md_reader *reader, struct md_shape *shape)
{
	g_autofree char *name = NULL;

	for (; is_basic(md_reader_peek(reader, 0)) || is_qualifier(md_reader_peek(reader, 0));
	     reader->at++) {
		struct md_slice word = md_reader_peek(reader, 0)->text;
		char *longer;

		if (!is_basic(md_reader_peek(reader, 0)))
			continue;
		longer = g_strdup_printf("%s%s%.*s", name ? name : "", name ? " " : "",
					 (int)word.size, word.data);
		g_free(name);
		name = longer;
	}
	shape->name = g_string_chunk_insert_const(reader->pool->names, name);
}

gboolean md_reader_specifiers(struct md_reader *reader, struct md_shape *shape)
{
	const struct md_reader before = *reader;
	gboolean found = FALSE;

	*shape = (struct md_shape){ 0 };
	while (!found) {
		const struct md_token *token, *next;

		pass_attributes(reader, NOTHING);
		token = md_reader_peek(reader, 0);
		next = md_reader_peek(reader, 1);
		if (is_tag(token)) {
			found = read_tag(reader, shape);
			if (!found)
				break;
		} else if (is_typeof(token) && md_token_is(next, '(')) {
			guint behind = md_reader_behind(reader, reader->at + 1);

			shape->of = md_reader_text(reader, reader->at + 2, behind - 1);
			reader->at = behind;
			found = TRUE;
		} else if (is_basic(token)) {
			read_basic(reader, shape);
			found = TRUE;
		} else if (is_name(token) && (!md_token_is(next, '(') ||
					      md_token_is(md_reader_peek(reader, 2), '*'))) {
			/* What stands before a type for sure is an attribute. */
			reader->at++;
			if (is_tag(next) || is_basic(next) || is_typeof(next) ||
			    is_qualifier(next)) {
				struct md_reader ahead = *reader;

				pass_attributes(&ahead, NOTHING);
				if (md_reader_at_type(&ahead))
					continue;
			}
			shape->name = keep_name(reader, "", token->text);
			found = TRUE;
		} else {
			break;
		}
	}
	if (!found) {
		*reader = before;
		return FALSE;
	}
	pass_attributes(reader, TYPE);
	return TRUE;
}

/* ------------------------------------------------------------ declarators */

static void pass_pointers(struct md_reader *reader, struct md_shape *shape)
{
	for (;;) {
		pass_attributes(reader, TYPE);
		if (!md_reader_take(reader, '*'))
			break;
		shape->pointers++;
	}
}

/* What stands behind a name: arrays, parameters. */
static void read_suffixes(struct md_reader *reader, struct md_shape *shape)
{
	for (;;) {
		const struct md_token *token = md_reader_peek(reader, 0);

		if (md_token_is(token, '[')) {
			shape->pointers++;
			shape->array = TRUE;
		} else if (md_token_is(token, '(')) {
			shape->function = TRUE;
		} else {
			return;
		}
		reader->at = md_reader_behind(reader, reader->at);
	}
}

gboolean md_reader_declarator(struct md_reader *reader, const struct md_shape *base,
			      struct md_variable *variable)
{
	struct md_shape shape = *base;

	*variable = (struct md_variable){ .name = { NULL, 0 } };
	pass_pointers(reader, &shape);
	if (md_token_is(md_reader_peek(reader, 0), '(')) {
		guint behind = md_reader_behind(reader, reader->at);
		struct md_reader inside = md_reader_part(reader, reader->at + 1, behind - 1);
		guint pointers = shape.pointers;
		const struct md_shape none = { 0 };

		if (++inside.depth >= DEEPEST || !md_reader_declarator(&inside, &none, variable))
			return FALSE;
		reader->at = behind;
		read_suffixes(reader, &shape);
		/* What it returns is all that counts of a pointer to a function. */
		shape.function |= variable->shape.function;
		if (shape.function)
			shape.pointers = pointers;
		else
			shape.pointers += variable->shape.pointers;
		shape.array |= variable->shape.array;
	} else {
		gboolean wrapped = md_token_is_word(md_reader_peek(reader, 0), "uninitialized_var");

		reader->at += wrapped ? 2 : 0;
		if (!is_name(md_reader_peek(reader, 0)))
			return FALSE;
		variable->name = md_reader_peek(reader, 0)->text;
		reader->at += wrapped ? 2 : 1;
		pass_attributes(reader, NAME);
		read_suffixes(reader, &shape);
	}
	variable->shape = shape;
	return TRUE;
}

gboolean md_reader_type(struct md_reader *reader, struct md_shape *shape)
{
	const struct md_reader before = *reader;
	struct md_shape found;

	if (!md_reader_specifiers(reader, &found)) {
		*reader = before;
		return FALSE;
	}
	pass_pointers(reader, &found);
	/* "int (*)(void)" */
	while (md_token_is(md_reader_peek(reader, 0), '(') ||
	       md_token_is(md_reader_peek(reader, 0), '[')) {
		found.function |= md_token_is(md_reader_peek(reader, 0), '(');
		found.pointers += md_token_is(md_reader_peek(reader, 0), '[');
		reader->at = md_reader_behind(reader, reader->at);
	}
	*shape = found;
	return TRUE;
}

/* ----------------------------------------------------------- declarations */

/* To the next @a, @b or the end, brackets passed over. */
static guint find_end(const struct md_reader *reader, char a, char b)
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

static void pass_to_semicolon(struct md_reader *reader)
{
	reader->at = find_end(reader, ';', ';');
	md_reader_take(reader, ';');
}

/* Bits, attributes and a value behind a declarator. */
static void read_rest(struct md_reader *reader, struct md_variable *variable)
{
	guint end = find_end(reader, ',', ';');

	pass_attributes(reader, NAME);
	if (reader->at < end && md_reader_take(reader, '='))
		variable->value = md_reader_text(reader, reader->at, end);
	reader->at = end;
}

gboolean md_reader_declaration(struct md_reader *reader, GArray *variables)
{
	const struct md_reader before = *reader;
	guint had = variables->len;
	struct md_shape base;

	if (!md_reader_specifiers(reader, &base))
		return FALSE;
	while (!md_token_is(md_reader_peek(reader, 0), ';') && reader->at < reader->end) {
		struct md_variable variable;

		if (md_reader_declarator(reader, &base, &variable)) {
			read_rest(reader, &variable);
			g_array_append_val(variables, variable);
		} else if (!md_token_is(md_reader_peek(reader, 0), ':')) {
			/* Bits may have no name. */
			g_array_set_size(variables, had);
			*reader = before;
			return FALSE;
		} else {
			reader->at = find_end(reader, ',', ';');
		}
		if (!md_reader_take(reader, ','))
			break;
	}
	md_reader_take(reader, ';');
	if (variables->len == had && base.body != NULL) {
		struct md_variable anonymous = { .shape = base };

		/* "struct tag { ... };" in a struct declares a type alone. */
		if (base.name == NULL)
			g_array_append_val(variables, anonymous);
	}
	return TRUE;
}

static gboolean take_variable_macro(struct md_reader *reader, GArray *variables);

/* A macro among members: what of its arguments looks like members is. */
static void read_macro_members(struct md_reader *reader, GArray *members)
{
	guint behind = md_reader_behind(reader, reader->at + 1);
	g_autoptr(GArray) parts = md_reader_split(reader, reader->at + 2, behind - 1);

	for (guint i = 0; i < parts->len; i++) {
		struct md_extent part = g_array_index(parts, struct md_extent, i);
		struct md_reader inside =
			md_reader_part(reader, (guint)part.first, (guint)part.end);

		inside.depth++;
		if (part.end - part.first > 1)
			members_read(&inside, members);
	}
	reader->at = behind;
	md_reader_take(reader, ';');
}

static void members_read(struct md_reader *reader, GArray *members)
{
	if (reader->depth >= DEEPEST) {
		reader->at = reader->end;
		return;
	}
	while (reader->at < reader->end) {
		if (md_reader_item(reader, members))
			continue;
		if (is_name(md_reader_peek(reader, 0)) &&
		    md_token_is(md_reader_peek(reader, 1), '('))
			read_macro_members(reader, members);
		else if (is_name(md_reader_peek(reader, 0)) &&
			 md_word_is_macro(md_reader_peek(reader, 0)->text))
			reader->at++; /* a macro that is a whole member, or two of them */
		else
			pass_to_semicolon(reader);
	}
}

GArray *md_parameters_read(struct md_reader *reader)
{
	GArray *parameters = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	guint behind = md_reader_behind(reader, reader->at);
	g_autoptr(GArray) parts = md_reader_split(reader, reader->at + 1, behind - 1);

	for (guint i = 0; i < parts->len; i++) {
		struct md_extent part = g_array_index(parts, struct md_extent, i);
		struct md_reader inside =
			md_reader_part(reader, (guint)part.first, (guint)part.end);
		struct md_variable variable = { .name = { NULL, 0 } };
		struct md_shape base;

		/* Its name may be missing, its place counts. */
		if (md_reader_specifiers(&inside, &base))
			md_reader_declarator(&inside, &base, &variable);
		g_array_append_val(parameters, variable);
	}
	reader->at = behind;
	return parameters;
}

/* ----------------------------------------------------------------- locals */

/* What a declaration of a variable goes on with, behind its name. */
static gboolean ends_declarator(const struct md_token *token)
{
	return md_token_is(token, '=') || md_token_is(token, ';') || md_token_is(token, ',') ||
	       md_token_is(token, '[') || md_token_is(token, ')') ||
	       (token->kind == MD_TOKEN_WORD && md_slice_has_prefix(token->text, "__"));
}

/* Whether a declaration comes, where a statement may start. */
static gboolean at_declaration(const struct md_reader *reader)
{
	guint ahead = 1;

	if (md_reader_at_type(reader))
		return TRUE;
	if (!is_name(md_reader_peek(reader, 0)))
		return FALSE;
	while (md_token_is(md_reader_peek(reader, ahead), '*') ||
	       md_word_is_attribute(md_reader_peek(reader, ahead)->text))
		ahead++;
	return is_name(md_reader_peek(reader, ahead)) &&
	       ends_declarator(md_reader_peek(reader, ahead + 1));
}

void md_locals_read(struct md_reader *reader, GArray *variables)
{
	gboolean start = TRUE;

	while (reader->at < reader->end) {
		const struct md_token *token = md_reader_peek(reader, 0);

		guint had = variables->len;

		if (start &&
		    (take_variable_macro(reader, variables) ||
		     (at_declaration(reader) && md_reader_declaration(reader, variables)))) {
			for (; had < variables->len; had++)
				g_array_index(variables, struct md_variable, had).fixed =
					md_token_is_word(token, "static");
			continue;
		}
		start = md_token_is(token, ';') || md_token_is(token, '{') ||
			md_token_is(token, '}') || md_token_is(token, ':');
		reader->at++;
		if (md_token_is_word(token, "for") && md_reader_take(reader, '('))
			start = TRUE;
	}
}

gboolean md_reader_item(struct md_reader *reader, GArray *variables)
{
	return take_variable_macro(reader, variables) || md_reader_declaration(reader, variables);
}

/* ----------------------------------------------------- macros that define */

static const struct md_variable_macro macros[] = {
	{ "DEFINE_SPINLOCK", "spinlock_t", -1, 0 },
	{ "DEFINE_RAW_SPINLOCK", "raw_spinlock_t", -1, 0 },
	{ "DEFINE_RWLOCK", "rwlock_t", -1, 0 },
	{ "DEFINE_SEQLOCK", "seqlock_t", -1, 0 },
	{ "DEFINE_MUTEX", "struct mutex", -1, 0 },
	{ "DEFINE_RT_MUTEX", "struct rt_mutex", -1, 0 },
	{ "DECLARE_RWSEM", "struct rw_semaphore", -1, 0 },
	{ "DEFINE_SEMAPHORE", "struct semaphore", -1, 0 },
	{ "DECLARE_MUTEX", "struct semaphore", -1, 0 },
	{ "DEFINE_STATIC_PERCPU_RWSEM", "struct percpu_rw_semaphore", -1, 0 },
	{ "DEFINE_PERCPU_RWSEM", "struct percpu_rw_semaphore", -1, 0 },
	{ "DEFINE_SRCU", "struct srcu_struct", -1, 0 },
	{ "DEFINE_STATIC_SRCU", "struct srcu_struct", -1, 0 },
	{ "DECLARE_COMPLETION*", "struct completion", -1, 0 },
	{ "DECLARE_WAIT_QUEUE_HEAD*", "wait_queue_head_t", -1, 0 },
	{ "DECLARE_SWAIT_QUEUE_HEAD*", "struct swait_queue_head", -1, 0 },
	{ "DEFINE_WAIT", "struct wait_queue_entry", -1, 0 },
	{ "DEFINE_WAIT_FUNC", "struct wait_queue_entry", -1, 0 },
	{ "DECLARE_WAITQUEUE", "struct wait_queue_entry", -1, 0 },
	{ "DEFINE_WAIT_BIT", "struct wait_bit_queue_entry", -1, 0 },
	{ "DECLARE_WORK", "struct work_struct", -1, 0 },
	{ "DECLARE_DELAYED_WORK", "struct delayed_work", -1, 0 },
	{ "DECLARE_DEFERRABLE_WORK", "struct delayed_work", -1, 0 },
	{ "LIST_HEAD", "struct list_head", -1, 0 },
	{ "HLIST_HEAD", "struct hlist_head", -1, 0 },
	{ "LLIST_HEAD", "struct llist_head", -1, 0 },
	{ "DEFINE_TIMER", "struct timer_list", -1, 0 },
	{ "DEFINE_IDR", "struct idr", -1, 0 },
	{ "DEFINE_IDA", "struct ida", -1, 0 },
	{ "DEFINE_XARRAY*", "struct xarray", -1, 0 },
	{ "DEFINE_RATELIMIT_STATE", "struct ratelimit_state", -1, 0 },
	{ "DEFINE_HASHTABLE", "struct hlist_head", -1, 0, 1 },
	{ "DECLARE_HASHTABLE", "struct hlist_head", -1, 0, 1 },
	{ "DECLARE_BITMAP", "unsigned long", -1, 0, 1 },
	{ "ATOMIC_NOTIFIER_HEAD", "struct atomic_notifier_head", -1, 0 },
	{ "BLOCKING_NOTIFIER_HEAD", "struct blocking_notifier_head", -1, 0 },
	{ "RAW_NOTIFIER_HEAD", "struct raw_notifier_head", -1, 0 },
	{ "DEFINE_PER_CPU*", NULL, 0, 1 },
	{ "DECLARE_PER_CPU*", NULL, 0, 1 },
	{ "DECLARE_FLEX_ARRAY", NULL, 0, 1, 1 },
	{ "DECLARE_KFIFO_PTR", "struct kfifo", -1, 0 },
	{ "DECLARE_KFIFO", "struct kfifo", -1, 0 },
};

const struct md_variable_macro *md_variable_macro_find(struct md_slice word)
{
	for (guint i = 0; i < G_N_ELEMENTS(macros); i++) {
		gsize size = strlen(macros[i].name);
		gboolean start = macros[i].name[size - 1] == '*';

		size -= start;
		if ((start ? word.size >= size : word.size == size) &&
		    memcmp(word.data, macros[i].name, size) == 0)
			return &macros[i];
	}
	return NULL;
}

/* Takes the call of a macro that declares a variable: DEFINE_WAIT(wait); */
static gboolean take_variable_macro(struct md_reader *reader, GArray *variables)
{
	struct md_reader ahead = *reader;
	const struct md_variable_macro *macro;
	g_autoptr(GArray) parts = NULL;
	struct md_variable variable = { .name = { NULL, 0 } };
	struct md_reader name;
	guint behind;

	pass_attributes(&ahead, NOTHING);
	macro = md_variable_macro_find(md_reader_peek(&ahead, 0)->text);
	if (macro == NULL || !md_token_is(md_reader_peek(&ahead, 1), '('))
		return FALSE;
	behind = md_reader_behind(&ahead, ahead.at + 1);
	parts = md_reader_split(&ahead, ahead.at + 2, behind - 1);
	if (MAX(macro->named, macro->of) >= (int)parts->len)
		return FALSE;
	if (macro->type != NULL) {
		variable.shape.name = macro->type;
	} else {
		struct md_extent part = g_array_index(parts, struct md_extent, macro->of);
		struct md_reader type = md_reader_part(&ahead, (guint)part.first, (guint)part.end);

		if (!md_reader_type(&type, &variable.shape))
			return FALSE;
	}
	name = md_reader_part(&ahead,
			      (guint)g_array_index(parts, struct md_extent, macro->named).first,
			      (guint)g_array_index(parts, struct md_extent, macro->named).end);
	if (!is_name(md_reader_peek(&name, 0)))
		return FALSE;
	variable.name = md_reader_peek(&name, 0)->text;
	name.at++;
	variable.shape.pointers += macro->pointers;
	variable.shape.array |= macro->pointers > 0;
	read_suffixes(&name, &variable.shape);
	g_array_append_val(variables, variable);
	reader->at = find_end(&ahead, ';', ';');
	md_reader_take(reader, ';');
	return TRUE;
}
