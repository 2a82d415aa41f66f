/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks as expressions: which two are one, and what a callee's is to its caller.
 *
 *     void lock_it(spinlock_t *l)    { spin_lock(l); }           *l
 *     void unlock(struct rq *rq)     { spin_unlock(&rq->lock); } rq->lock
 *     ...  lock_it(&rq->lock); unlock(rq);                       rq->lock, twice
 *
 * It is text that is rewritten, plain as locks are: parentheses that do nothing go, "(&a)->b"
 * becomes "a.b".
 */
#include "code/held.h"

#include <string.h>

/* Longer expressions are no locks. */
#define LONGEST_OBJECT 200

void md_site_clear(void *data)
{
	struct md_site *site = data;

	g_free(site->object);
	g_free(site->expression);
	g_free(site->name);
}

static gboolean is_word_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

/* The index of the bracket that closes the one at @open, or of the end. */
static gsize closing(const char *text, gsize open)
{
	guint depth = 0;
	gsize i;

	for (i = open; text[i] != '\0'; i++) {
		depth += strchr("([", text[i]) != NULL;
		depth -= strchr(")]", text[i]) != NULL;
		if (depth == 0)
			break;
	}
	return i;
}

/* Whether text [first, end) is a name, or members of one. */
static gboolean is_path(const char *text, gsize first, gsize end)
{
	if (first >= end || !is_word_byte(text[first]))
		return FALSE;
	for (gsize i = first; i < end; i++) {
		if (text[i] == '[')
			i = closing(text, i);
		else if (!is_word_byte(text[i]) && strchr(".->", text[i]) == NULL)
			return FALSE;
	}
	return TRUE;
}

/* Without parentheses around a path: "(a)->b", "(&a)->b", "(*a).b". */
static char *tidy(const char *text)
{
	GString *out = g_string_new(NULL);

	for (gsize i = 0; text[i] != '\0' && out->len <= LONGEST_OBJECT; i++) {
		gsize close = text[i] == '(' ? closing(text, i) : i;
		gboolean bare = out->len == 0 || (!is_word_byte(out->str[out->len - 1]) &&
						  strchr(")]", out->str[out->len - 1]) == NULL);

		if (close == i || text[close] == '\0' || !bare) {
			g_string_append_c(out, text[i]);
			continue;
		}
		if (is_path(text, i + 1, close)) {
			g_string_append_len(out, text + i + 1, (gssize)(close - i - 1));
			i = close;
		} else if (text[i + 1] == '&' && is_path(text, i + 2, close) &&
			   g_str_has_prefix(text + close, ")->")) {
			g_string_append_len(out, text + i + 2, (gssize)(close - i - 2));
			g_string_append_c(out, '.');
			i = close + 2;
		} else if (text[i + 1] == '*' && is_path(text, i + 2, close) &&
			   text[close + 1] == '.') {
			g_string_append_len(out, text + i + 2, (gssize)(close - i - 2));
			g_string_append(out, "->");
			i = close + 1;
		} else {
			g_string_append_c(out, text[i]);
		}
	}
	return g_string_free(out, FALSE);
}

/* Without parentheses around all of it; into @copy, which holds it. */
static const char *unwrap(const char *text, char **copy)
{
	gsize size = strlen(text);

	while (size >= 2 && text[0] == '(' && closing(text, 0) == size - 1) {
		char *inner = g_strndup(text + 1, size - 2);

		g_free(*copy);
		*copy = inner;
		text = inner;
		size -= 2;
	}
	return text;
}

/* Behind "(struct a *)", which a cast is. */
static const char *pass_cast(const char *text)
{
	gsize close = text[0] == '(' ? closing(text, 0) : 0;
	gboolean star = FALSE;

	for (gsize i = 1; i < close; i++) {
		star |= text[i] == '*';
		if (!is_word_byte(text[i]) && text[i] != '*' && text[i] != ' ')
			return text;
	}
	return star && text[close] == ')' && text[close - 1] == '*' && text[close + 1] != '\0'
		       ? text + close + 1
		       : text;
}

char *md_lock_object(const char *pointer)
{
	g_autofree char *plain = tidy(pointer), *first = NULL, *second = NULL;
	const char *text = pass_cast(unwrap(plain, &first));

	text = unwrap(text, &second);
	return text[0] == '&' ? tidy(text + 1) : g_strconcat("*", text, NULL);
}

char *md_lock_pointer(const char *object)
{
	return object[0] == '*' ? g_strdup(object + 1) : g_strconcat("&", object, NULL);
}

/* --------------------------------------------------------------- to callers */

/* The index of the parameter that text [first, end) is; -1: none. */
static int parameter_of(const struct md_flow *flow, const char *text, gsize first, gsize end)
{
	for (guint i = 0; i < flow->parameters->len; i++) {
		const char *name = g_ptr_array_index(flow->parameters, i);

		if (strlen(name) == end - first && memcmp(name, text + first, end - first) == 0)
			return (int)i;
	}
	return -1;
}

gboolean md_lock_is_own(const struct md_flow *flow, const char *object)
{
	for (gsize i = 0, first; object[i] != '\0'; i += i == first) {
		gboolean member = i > 0 && (object[i - 1] == '.' || object[i - 1] == '>');
		g_autofree char *word = NULL;

		for (first = i; is_word_byte(object[i]);)
			i++;
		word = g_strndup(object + first, i - first);
		if (i > first && !member && g_hash_table_contains(flow->assigned, word))
			return TRUE;
	}
	return FALSE;
}

/* Puts what the caller passes, @argument, for the word that ends before text[*at]. */
static void append_argument(GString *out, const char *argument, const char *text, gsize *at)
{
	g_autofree char *copy = NULL;
	const char *plain = unwrap(argument, &copy);

	if (plain[0] == '&' && g_str_has_prefix(text + *at, "->")) {
		g_string_append_printf(out, "(%s)", plain);
	} else if (plain[0] == '&' && g_str_equal(out->str, "*")) {
		g_string_assign(out, plain + 1);
	} else if (is_path(plain, 0, strlen(plain)) || text[*at] == '\0') {
		g_string_append(out, plain);
	} else if (plain[strlen(plain) - 1] == ')' && is_word_byte(plain[0])) {
		g_string_append(out, plain); /* a call */
	} else {
		g_string_append_printf(out, "(%s)", plain);
	}
}

char *md_lock_object_for_caller(const struct md_flow *flow, const char *object,
				const GPtrArray *arguments)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (md_lock_is_own(flow, object))
		return NULL;
	for (gsize i = 0; object[i] != '\0';) {
		gboolean member = i > 0 && (object[i - 1] == '.' || object[i - 1] == '>');
		gsize first = i;
		int parameter;

		while (is_word_byte(object[i]))
			i++;
		if (i == first || member || g_ascii_isdigit(object[first])) {
			i += i == first;
			g_string_append_len(out, object + first, (gssize)(i - first));
			continue;
		}
		parameter = parameter_of(flow, object, first, i);
		if (parameter < 0) {
			g_string_append_len(out, object + first, (gssize)(i - first));
			continue;
		}
		if ((guint)parameter >= arguments->len ||
		    *(const char *)g_ptr_array_index(arguments, (guint)parameter) == '\0')
			return NULL;
		append_argument(out, g_ptr_array_index(arguments, (guint)parameter), object, &i);
		if (out->len > LONGEST_OBJECT)
			return NULL;
	}
	return tidy(out->str);
}

/* --------------------------------------------------------------- comparison */

/* ".lock" of "rq->lock", all of it where it has no members. */
static const char *last_member(const char *object)
{
	const char *dot = strrchr(object, '.'), *arrow = strrchr(object, '>');
	const char *last = MAX(dot, arrow);

	return last != NULL ? last + 1 : object;
}

/* Where locks of one kind are taken and given back as those of another. */
static enum md_lock_kind family(enum md_lock_kind kind)
{
	return kind == MD_LOCK_WW_MUTEX || kind == MD_LOCK_RT_MUTEX ? MD_LOCK_MUTEX : kind;
}

enum md_likeness md_sites_compare(const struct md_site *a, const struct md_site *b)
{
	if (family(a->kind) != family(b->kind))
		return MD_LIKE_NOT;
	/* RCU is one lock, bh or not. */
	if (a->kind == MD_LOCK_RCU)
		return (a->flags & MD_LOCK_BH_OFF) == (b->flags & MD_LOCK_BH_OFF) ? MD_LIKE_SAME
										  : MD_LIKE_LAST;
	if (a->object != NULL && b->object != NULL && strcmp(a->object, b->object) == 0)
		return MD_LIKE_SAME;
	if (a->name != NULL && b->name != NULL)
		return strcmp(a->name, b->name) == 0 ? MD_LIKE_NAME : MD_LIKE_NOT;
	if (a->object != NULL && b->object != NULL &&
	    strcmp(last_member(a->object), last_member(b->object)) == 0)
		return MD_LIKE_LAST;
	return MD_LIKE_NOT;
}
