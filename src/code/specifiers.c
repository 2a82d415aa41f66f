/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types before a declarator: the words of C, tags with their members, typeof, names; and the
 * attributes that stand among them. And the pool that keeps what is read of them.
 */
#include "code/declarations.h"

#include <string.h>

/* -------------------------------------------------------------------- pool */

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

/* ------------------------------------------------------------------- words */

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

gboolean md_type_is_basic(struct md_slice word)
{
	static const char *const words[] = {
		"void",	  "int",      "char",	  "long",	"unsigned",
		"short",  "signed",   "bool",	  "_Bool",	"float",
		"double", "__int128", "__signed", "__signed__", "__complex__",
	};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		if (md_slice_is(word, words[i]))
			return TRUE;
	}
	return FALSE;
}

static gboolean is_basic(const struct md_token *token)
{
	return token->kind == MD_TOKEN_WORD && md_type_is_basic(token->text);
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

gboolean md_token_is_name(const struct md_token *token)
{
	return token->kind == MD_TOKEN_WORD && !g_ascii_isdigit(token->character) &&
	       !is_keyword(token) && !is_tag(token);
}

gboolean md_reader_at_type(const struct md_reader *reader)
{
	const struct md_token *token = md_reader_peek(reader, 0);

	return is_tag(token) || is_basic(token) || is_qualifier(token) || is_typeof(token);
}

void md_reader_pass_attributes(struct md_reader *reader, enum md_before before)
{
	for (;;) {
		const struct md_token *token = md_reader_peek(reader, 0);
		const struct md_token *next = md_reader_peek(reader, 1);

		if (token->kind != MD_TOKEN_WORD)
			return;
		if (md_token_is(next, '(')) {
			if (!md_word_takes_attributes(token->text) &&
			    !(before == MD_BEFORE_NAME && md_slice_has_prefix(token->text, "__")))
				return;
			reader->at = md_reader_behind(reader, reader->at + 1);
			continue;
		}
		if (is_typeof(token) || is_basic(token))
			return;
		/* __rcu, __user, __percpu, ____cacheline_aligned: where no name can stand. */
		if (!md_word_is_attribute(token->text) && !is_qualifier(token) &&
		    !(before != MD_BEFORE_NOTHING && md_slice_has_prefix(token->text, "__") &&
		      (next->kind == MD_TOKEN_WORD || md_token_is(next, '*'))))
			return;
		reader->at++;
	}
}

/* -------------------------------------------------------------- specifiers */

static const char *keep_name(struct md_reader *reader, const char *before, struct md_slice name)
{
	g_autofree char *whole =
		g_strdup_printf("%s%.*s", before, (int)MIN(name.size, G_MAXINT), name.data);

	return g_string_chunk_insert_const(reader->pool->names, whole);
}

static struct md_body *read_body(struct md_reader *reader)
{
	struct md_body *body = g_new0(struct md_body, 1);
	guint behind = md_reader_behind(reader, reader->at);
	struct md_reader inside = md_reader_part(reader, reader->at + 1, behind - 1);

	body->members = g_array_new(FALSE, TRUE, sizeof(struct md_variable));
	g_ptr_array_add(reader->pool->bodies, body);
	inside.depth++;
	md_members_read(&inside, body->members);
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
	if (md_token_is_name(md_reader_peek(reader, 0))) {
		g_autofree char *before =
			g_strdup_printf("%.*s ", (int)tag->text.size, tag->text.data);

		shape->name = keep_name(reader, before, md_reader_peek(reader, 0)->text);
		reader->at++;
	}
	if (md_token_is(md_reader_peek(reader, 0), '{')) {
		if (is_enum || reader->depth >= MD_READER_DEEPEST) {
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

		md_reader_pass_attributes(reader, MD_BEFORE_NOTHING);
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
		} else if (md_token_is_name(token) &&
			   (!md_token_is(next, '(') ||
			    md_token_is(md_reader_peek(reader, 2), '*'))) {
			/* What stands before a type for sure is an attribute. */
			reader->at++;
			if (is_tag(next) || is_basic(next) || is_typeof(next) ||
			    is_qualifier(next)) {
				struct md_reader ahead = *reader;

				md_reader_pass_attributes(&ahead, MD_BEFORE_NOTHING);
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
	md_reader_pass_attributes(reader, MD_BEFORE_TYPE);
	return TRUE;
}
