/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What still refers to what is gone, or calls what is there in a way that does not fit it
 * (calls.c). A definition is gone where a file that was changed had
 * it and no file that was changed has it any more; every other line of the whole tree that
 * has its name, outside of comments and strings, refers to it, unless its file, or one that all
 * can see, has a definition of that name itself.
 *
 * Cost: every file of the tree is read once; of most only whether a name stands in it is
 * looked at.
 */
#include "port/calls.h"

#include <string.h>

/* More are not listed, only counted: whoever takes out printk() need not read all. */
#define MOST_REFERENCES 1000

/* Each of so few names is looked for as bytes before a file is cut into words. */
#define FEW_NAMES 16

/* A definition that is gone. */
struct gone {
	char *name;
	char *path;	/* of the file that had it */
	gboolean local; /* nothing outside of that file could refer to it */
	gboolean stays; /* another definition, for all, stands elsewhere */
};

struct search {
	struct md_revert *revert;
	GHashTable *gone; /* name to struct gone */
	struct md_calls *calls;
	GMutex lock;
	GPtrArray *found; /* of struct md_reference */
};

void md_reference_free(struct md_reference *reference)
{
	g_free(reference->name);
	g_free(reference->path);
	g_free(reference);
}

static void gone_free(void *data)
{
	struct gone *gone = data;

	g_free(gone->name);
	g_free(gone->path);
	g_free(gone);
}

static gboolean has_word(struct md_slice text, const char *word)
{
	gsize size = strlen(word);
	const char *at = text.data, *end = text.data + text.size;

	while ((at = memmem(at, (gsize)(end - at), word, size)) != NULL) {
		gboolean starts = at == text.data || !(g_ascii_isalnum(at[-1]) || at[-1] == '_');
		gboolean ends = at + size == end || !(g_ascii_isalnum(at[size]) || at[size] == '_');

		if (starts && ends)
			return TRUE;
		at++;
	}
	return FALSE;
}

gboolean md_definition_is_local(const char *path, struct md_slice text,
				const struct md_definition *definition)
{
	gsize end = definition->body[0].first;
	struct md_slice heading = { text.data + definition->bytes.first,
				    end - definition->bytes.first };

	if (g_str_has_suffix(path, ".h"))
		return FALSE;
	return definition->kind != MD_DEFINITION_FUNCTION ||
	       (end > definition->bytes.first && has_word(heading, "static"));
}

/* -------------------------------------------------------------- what went */

static void add_definitions(struct search *search, const char *path, struct md_slice text)
{
	MD_AUTOPTR(md_outline) outline = md_outline_new(path, text);
	const GArray *definitions = md_outline_definitions(outline);

	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);
		struct gone *gone, *known;

		if (definition->name == NULL)
			continue;
		gone = g_new0(struct gone, 1);
		gone->name = g_strdup(definition->name);
		gone->path = g_strdup(path);
		gone->local = md_definition_is_local(path, text, definition);
		known = g_hash_table_lookup(search->gone, gone->name);
		if (known != NULL && (!known->local || gone->local))
			gone_free(gone);
		else
			g_hash_table_replace(search->gone, gone->name, gone);
	}
}

static void drop_definitions(struct search *search, const char *path, struct md_slice text)
{
	MD_AUTOPTR(md_outline) outline = md_outline_new(path, text);
	const GArray *definitions = md_outline_definitions(outline);

	for (guint i = 0; i < definitions->len; i++) {
		const char *name = g_array_index(definitions, struct md_definition, i).name;

		if (name != NULL)
			g_hash_table_remove(search->gone, name);
	}
}

static gboolean find_gone(struct search *search, GHashTable *paths, GError **error)
{
	struct md_tree *const tree[] = { search->revert->target, search->revert->tree };
	void (*const take[])(struct search *, const char *, struct md_slice) = {
		add_definitions,
		drop_definitions,
	};

	for (guint i = 0; i < G_N_ELEMENTS(tree); i++) {
		GHashTableIter iter;
		gpointer path;

		g_hash_table_iter_init(&iter, paths);
		while (g_hash_table_iter_next(&iter, &path, NULL)) {
			g_autoptr(GBytes) content = NULL;

			if (!md_path_is_code(path))
				continue;
			if (!md_tree_read(tree[i], path, NULL, &content, error))
				return FALSE;
			take[i](search, path, md_slice_from_bytes(content));
		}
	}
	return TRUE;
}

/* ---------------------------------------------------------- what refers */

struct visit {
	struct search *search;
	const char *path;
	struct md_slice text;
	GPtrArray *found; /* of struct md_reference */
};

static void visit_word(void *data, struct md_slice word, gsize line)
{
	struct visit *visit = data;
	struct md_reference *last = NULL, *reference;
	char name[256];
	const struct gone *gone;

	/* A longer one is no name of anything. */
	if (word.size >= sizeof(name))
		return;
	memcpy(name, word.data, word.size);
	name[word.size] = '\0';
	gone = g_hash_table_lookup(visit->search->gone, name);
	if (gone == NULL || (gone->local && strcmp(gone->path, visit->path) != 0))
		return;
	if (visit->found->len > 0)
		last = g_ptr_array_index(visit->found, visit->found->len - 1);
	if (last != NULL && last->line == line + 1 && strcmp(last->name, name) == 0)
		return;
	reference = g_new0(struct md_reference, 1);
	reference->name = g_strdup(name);
	reference->path = g_strdup(visit->path);
	reference->line = line + 1;
	g_ptr_array_add(visit->found, reference);
}

/* Forgets those of @found whose file has a definition of that name. */
static void drop_defined(struct visit *visit)
{
	MD_AUTOPTR(md_outline) outline = md_outline_new(visit->path, visit->text);
	const GArray *definitions = md_outline_definitions(outline);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	guint kept = 0;

	for (guint i = 0; i < definitions->len; i++) {
		const struct md_definition *definition =
			&g_array_index(definitions, struct md_definition, i);
		struct gone *gone = NULL;

		if (definition->name == NULL)
			continue;
		g_hash_table_add(names, (void *)definition->name);
		gone = g_hash_table_lookup(visit->search->gone, definition->name);
		if (gone == NULL || md_definition_is_local(visit->path, visit->text, definition))
			continue;
		g_mutex_lock(&visit->search->lock);
		gone->stays = TRUE;
		g_mutex_unlock(&visit->search->lock);
	}
	for (guint i = 0; i < visit->found->len; i++) {
		struct md_reference *reference = g_ptr_array_index(visit->found, i);

		if (!g_hash_table_contains(names, reference->name))
			visit->found->pdata[kept++] = reference;
		else
			md_reference_free(reference);
	}
	visit->found->len = kept;
}

/* FALSE where certainly none of @names stands in @text. */
static gboolean may_have(GHashTable *names, struct md_slice text)
{
	GHashTableIter iter;
	gpointer name;

	if (g_hash_table_size(names) > FEW_NAMES)
		return TRUE;
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		if (memmem(text.data, text.size, name, strlen(name)) != NULL)
			return TRUE;
	}
	return FALSE;
}

static gboolean visit_file(void *data, const char *path, guint32 mode, GBytes *content,
			   GError **error)
{
	struct search *search = data;
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	struct visit visit = { search, path, md_slice_from_bytes(content), found };

	if ((mode & MD_MODE_TYPE) != (MD_MODE_FILE & MD_MODE_TYPE) || !md_path_is_code(path))
		return TRUE;
	if (may_have(md_calls_names(search->calls), visit.text))
		md_calls_visit(search->calls, path, visit.text);
	if (!may_have(search->gone, visit.text))
		return TRUE;
	md_words_each(visit.text, visit_word, &visit);
	if (found->len == 0)
		return TRUE;
	drop_defined(&visit);
	g_mutex_lock(&search->lock);
	g_ptr_array_extend(search->found, found, NULL, NULL);
	g_mutex_unlock(&search->lock);
	return TRUE;
}

static int compare_references(const void *a, const void *b)
{
	const struct md_reference *left = *(struct md_reference *const *)a;
	const struct md_reference *right = *(struct md_reference *const *)b;
	int order = strcmp(left->name, right->name);

	if (order == 0)
		order = strcmp(left->path, right->path);
	return order ? order : (left->line > right->line) - (left->line < right->line);
}

/* Keeps what refers to nothing that is there, in order, each line once. */
static void take_found(struct search *search)
{
	struct md_revert *revert = search->revert;
	g_autoptr(GPtrArray) calls = md_calls_finish(search->calls);

	g_ptr_array_extend(search->found, calls, NULL, NULL);
	g_ptr_array_sort(search->found, compare_references);
	for (guint i = 0; i < search->found->len; i++) {
		struct md_reference *reference = g_ptr_array_index(search->found, i);
		const struct gone *gone = g_hash_table_lookup(search->gone, reference->name);
		const struct md_reference *last =
			revert->references->len > 0
				? g_ptr_array_index(revert->references, revert->references->len - 1)
				: NULL;

		/* An archive may have a path twice. */
		if ((!reference->call && gone->stays) ||
		    (last != NULL && compare_references(&last, &reference) == 0)) {
			md_reference_free(reference);
		} else if (revert->references->len < MOST_REFERENCES) {
			g_ptr_array_add(revert->references, reference);
		} else {
			revert->more_references++;
			md_reference_free(reference);
		}
	}
	g_ptr_array_set_size(search->found, 0);
}

/* What may not fit any more in the files that are changed. */
static gboolean watch_calls(struct search *search, GHashTable *paths, GError **error)
{
	GHashTableIter iter;
	gpointer path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		g_autoptr(GBytes) before = NULL;
		g_autoptr(GBytes) after = NULL;

		if (!md_path_is_code(path))
			continue;
		if (!md_tree_read(search->revert->target, path, NULL, &before, error) ||
		    !md_tree_read(search->revert->tree, path, NULL, &after, error))
			return FALSE;
		md_calls_watch(search->calls, path, md_slice_from_bytes(before),
			       md_slice_from_bytes(after));
	}
	return TRUE;
}

gboolean md_references_find(struct md_revert *revert, guint jobs, const struct md_hooks *hooks,
			    GError **error)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GHashTable) gone =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, gone_free);
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	MD_AUTOPTR(md_calls) calls = md_calls_new();
	struct search search = { revert, gone, calls, .found = found };
	gboolean done;

	if (!md_revert_paths(revert, paths, error) || !find_gone(&search, paths, error) ||
	    !watch_calls(&search, paths, error))
		return FALSE;
	if (g_hash_table_size(gone) == 0 && g_hash_table_size(md_calls_names(calls)) == 0)
		return TRUE;
	g_mutex_init(&search.lock);
	done = md_tree_each(revert->tree, jobs, visit_file, &search, hooks,
			    "looking for what refers to what is gone", error);
	g_mutex_clear(&search.lock);
	take_found(&search);
	return done;
}
