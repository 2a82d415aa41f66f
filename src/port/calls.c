/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that do not fit what they call any more, because only one of the two is undone: a function
 * takes what it took before and is called as it was after, or the other way round.
 *
 * Model: arguments are counted, as the compiler would. Watched are the functions of changed files
 * whose count is another now, and the names that are called in a changed file with a count that
 * it did not have there. Of the first, every call with the count before is told; of the
 * second, each of those calls that no definition fits. What takes any number, is a macro or a
 * member, or is defined in several ways is left alone. Types are not looked at.
 *
 * Cost: the changed files, and a look at each file of the tree for the watched names.
 */
#include "port/calls.h"
#include "port/undo.h"

#include <string.h>

#define UNKNOWN_COUNT G_MAXUINT

/* A name that is watched. */
struct watch {
	guint before, after; /* parameters of its definition; or UNKNOWN_COUNT */
	gboolean several;    /* definitions that differ, or a macro */
};

struct md_calls {
	GHashTable *watches; /* name to struct watch */
	GHashTable *fresh; /* set: calls with a count that their file did not have, see key_of() */
	GPtrArray *found;  /* of struct md_reference: of watches, in the whole tree */
	GMutex lock;
};

/* A word with parentheses behind it. */
struct call {
	struct md_slice name;
	gsize at, line;
	struct md_arguments arguments;
};

struct reading {
	struct md_slice text;
	GArray *calls;	     /* of struct call */
	GHashTable *watches; /* NULL: all names */
};

static gboolean is_member(struct md_slice text, gsize at)
{
	while (at > 0 && (text.data[at - 1] == ' ' || text.data[at - 1] == '\t'))
		at--;
	return at > 0 && (text.data[at - 1] == '.' ||
			  (at > 1 && text.data[at - 1] == '>' && text.data[at - 2] == '-'));
}

static void take_word(void *data, struct md_slice word, gsize line)
{
	struct reading *reading = data;
	struct call call = { word, (gsize)(word.data - reading->text.data), line, { { 0, 0 } } };

	if (reading->watches != NULL) {
		g_autofree char *name = g_strndup(word.data, word.size);

		if (!g_hash_table_contains(reading->watches, name))
			return;
	}
	if (md_arguments_read(reading->text, call.at + word.size, &call.arguments) &&
	    !is_member(reading->text, call.at))
		g_array_append_val(reading->calls, call);
}

static GArray *read_calls(struct md_slice text, GHashTable *watches)
{
	struct reading reading = { text, g_array_new(FALSE, FALSE, sizeof(struct call)), watches };

	md_words_each(text, take_word, &reading);
	return reading.calls;
}

static char *key_of(const char *path, const struct call *call)
{
	return g_strdup_printf("%s:%u:%.*s", path, call->arguments.count, (int)call->name.size,
			       call->name.data);
}

static struct watch *watch_name(struct md_calls *calls, const char *name)
{
	struct watch *watch = g_hash_table_lookup(calls->watches, name);

	if (watch == NULL) {
		watch = g_new0(struct watch, 1);
		watch->before = watch->after = UNKNOWN_COUNT;
		g_hash_table_insert(calls->watches, g_strdup(name), watch);
	}
	return watch;
}

/* The call that is the headline of @definition, or NULL. */
static const struct call *find_headline(const GArray *calls, const struct md_definition *definition)
{
	guint low = 0, high = calls->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(calls, struct call, middle).at < definition->bytes.first)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < calls->len; low++) {
		const struct call *call = &g_array_index(calls, struct call, low);

		if (call->at >= definition->body[0].first)
			break;
		if (definition->name != NULL && md_slice_is(call->name, definition->name))
			return call;
	}
	return NULL;
}

/* How many parameters @definition takes by @call, its headline; UNKNOWN_COUNT: nobody can say. */
static guint count_of(const struct md_definition *definition, const struct call *call)
{
	return call != NULL && definition->kind == MD_DEFINITION_FUNCTION && !call->arguments.open
		       ? call->arguments.count
		       : UNKNOWN_COUNT;
}

/* --------------------------------------------------------- what is watched */

/* Counts of the functions that a file defines, by name; those defined twice are left out. */
static GHashTable *count_parameters(const char *path, struct md_slice text, const GArray *calls)
{
	GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	MD_AUTOPTR(md_outline) outline = md_outline_new(path, text);
	const GArray *definitions = md_outline_definitions(outline);

	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);
		guint count;

		if (definition->name == NULL)
			continue;
		count = count_of(definition, find_headline(calls, definition));
		if (g_hash_table_contains(counts, definition->name))
			count = UNKNOWN_COUNT;
		g_hash_table_insert(counts, g_strdup(definition->name), GUINT_TO_POINTER(count));
	}
	return counts;
}

static void watch_definitions(struct md_calls *calls, GHashTable *before, GHashTable *after)
{
	GHashTableIter iter;
	gpointer name, count, other;

	g_hash_table_iter_init(&iter, before);
	while (g_hash_table_iter_next(&iter, &name, &count)) {
		struct watch *watch;

		if (!g_hash_table_lookup_extended(after, name, NULL, &other) || count == other ||
		    GPOINTER_TO_UINT(count) == UNKNOWN_COUNT ||
		    GPOINTER_TO_UINT(other) == UNKNOWN_COUNT)
			continue;
		watch = watch_name(calls, name);
		watch->before = GPOINTER_TO_UINT(count);
	}
}

/* What looks like a call and is none: "return (a);" would have us look into each file. */
static gboolean is_keyword(struct md_slice word)
{
	static const char *const keywords[] = { "if",	  "for",	   "while",
						"switch", "return",	   "sizeof",
						"typeof", "__attribute__", "defined" };

	for (guint i = 0; i < G_N_ELEMENTS(keywords); i++) {
		if (md_slice_is(word, keywords[i]))
			return TRUE;
	}
	return FALSE;
}

static void watch_calls(struct md_calls *calls, const char *path, const GArray *before,
			const GArray *after)
{
	g_autoptr(GHashTable) known = md_path_set_new();

	for (guint i = 0; i < before->len; i++)
		g_hash_table_add(known, key_of(path, &g_array_index(before, struct call, i)));
	for (guint i = 0; i < after->len; i++) {
		const struct call *call = &g_array_index(after, struct call, i);
		g_autofree char *key = key_of(path, call);
		g_autofree char *name = g_strndup(call->name.data, call->name.size);

		if (call->arguments.open || is_keyword(call->name) ||
		    g_hash_table_contains(known, key))
			continue;
		watch_name(calls, name);
		g_hash_table_add(calls->fresh, g_steal_pointer(&key));
	}
}

void md_calls_watch(struct md_calls *calls, const char *path, struct md_slice before,
		    struct md_slice after)
{
	g_autoptr(GArray) calls_before = read_calls(before, NULL);
	g_autoptr(GArray) calls_after = read_calls(after, NULL);
	g_autoptr(GHashTable) counts_before = count_parameters(path, before, calls_before);
	g_autoptr(GHashTable) counts_after = count_parameters(path, after, calls_after);

	watch_definitions(calls, counts_before, counts_after);
	watch_calls(calls, path, calls_before, calls_after);
}

GHashTable *md_calls_names(const struct md_calls *calls)
{
	return calls->watches;
}

/* ------------------------------------------------------------ what is there */

/* FALSE where each of @all is certainly a call or a prototype: most files define none of them. */
static gboolean may_define(struct md_slice text, const GArray *all)
{
	static const char define[] = "define ";

	for (guint i = 0; i < all->len; i++) {
		const struct call *call = &g_array_index(all, struct call, i);
		gsize at = call->arguments.bytes.end;

		while (at < text.size && g_ascii_isspace(text.data[at]))
			at++;
		/* A body, or an attribute in front of one. */
		if (at < text.size && strchr(";,)=+-*/<>?:&|]}", text.data[at]) == NULL)
			return TRUE;
		if (call->at >= strlen(define) &&
		    memcmp(text.data + call->at - strlen(define), define, strlen(define)) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Takes down what a file defines of the watched names. */
static void define(struct md_calls *calls, const char *path, struct md_slice text,
		   const GArray *definitions, const GArray *all, GHashTable *own,
		   GHashTable *headlines)
{
	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);
		struct watch *watch =
			definition->name == NULL
				? NULL
				: g_hash_table_lookup(calls->watches, definition->name);
		const struct call *call;
		guint count;

		if (watch == NULL)
			continue;
		call = find_headline(all, definition);
		count = count_of(definition, call);
		if (call != NULL)
			g_hash_table_add(headlines, (void *)call);
		if (md_definition_is_local(path, text, definition)) {
			g_hash_table_insert(own, g_strdup(definition->name),
					    GUINT_TO_POINTER(count));
			continue;
		}
		watch->several |= count == UNKNOWN_COUNT ||
				  (watch->after != UNKNOWN_COUNT && watch->after != count);
		watch->after = count;
	}
}

static void add_found(struct md_calls *calls, const char *path, const struct call *call,
		      guint parameters)
{
	struct md_reference *reference = g_new0(struct md_reference, 1);

	reference->name = g_strndup(call->name.data, call->name.size);
	reference->path = g_strdup(path);
	reference->line = call->line + 1;
	reference->call = TRUE;
	reference->arguments = call->arguments.count;
	reference->parameters = parameters;
	g_ptr_array_add(calls->found, reference);
}

void md_calls_visit(struct md_calls *calls, const char *path, struct md_slice text)
{
	g_autoptr(GArray) all = read_calls(text, calls->watches);
	g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) headlines = g_hash_table_new(NULL, NULL);
	MD_AUTOPTR(md_outline) outline = NULL;
	const GArray *definitions = NULL;

	if (all->len == 0)
		return;
	/* Before the lock, for it takes long. */
	if (may_define(text, all)) {
		outline = md_outline_new(path, text);
		definitions = md_outline_definitions(outline);
	}
	g_mutex_lock(&calls->lock);
	if (definitions != NULL)
		define(calls, path, text, definitions, all, own, headlines);
	for (guint i = 0; i < all->len; i++) {
		const struct call *call = &g_array_index(all, struct call, i);
		g_autofree char *name = g_strndup(call->name.data, call->name.size);
		g_autofree char *key = key_of(path, call);
		const struct watch *watch = g_hash_table_lookup(calls->watches, name);
		gpointer count;

		if (g_hash_table_contains(headlines, call) || call->arguments.open ||
		    (call->arguments.count != watch->before &&
		     !g_hash_table_contains(calls->fresh, key)))
			continue;
		if (!g_hash_table_lookup_extended(own, name, NULL, &count))
			add_found(calls, path, call, UNKNOWN_COUNT);
		else if (GPOINTER_TO_UINT(count) != UNKNOWN_COUNT &&
			 GPOINTER_TO_UINT(count) != call->arguments.count)
			add_found(calls, path, call, GPOINTER_TO_UINT(count));
	}
	g_mutex_unlock(&calls->lock);
}

GPtrArray *md_calls_finish(struct md_calls *calls)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < calls->found->len; i++) {
		struct md_reference *reference = g_ptr_array_index(calls->found, i);
		const struct watch *watch = g_hash_table_lookup(calls->watches, reference->name);

		if (reference->parameters == UNKNOWN_COUNT && !watch->several)
			reference->parameters = watch->after;
		if (reference->parameters == UNKNOWN_COUNT ||
		    reference->parameters == reference->arguments)
			md_reference_free(reference);
		else
			g_ptr_array_add(found, reference);
	}
	g_ptr_array_set_size(calls->found, 0);
	return found;
}

struct md_calls *md_calls_new(void)
{
	struct md_calls *calls = g_new0(struct md_calls, 1);

	calls->watches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	calls->fresh = md_path_set_new();
	calls->found = g_ptr_array_new();
	g_mutex_init(&calls->lock);
	return calls;
}

void md_calls_free(struct md_calls *calls)
{
	if (calls == NULL)
		return;
	for (guint i = 0; i < calls->found->len; i++)
		md_reference_free(g_ptr_array_index(calls->found, i));
	g_ptr_array_unref(calls->found);
	g_hash_table_unref(calls->fresh);
	g_hash_table_unref(calls->watches);
	g_mutex_clear(&calls->lock);
	g_free(calls);
}
