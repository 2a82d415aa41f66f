/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a tree a name is defined.
 *
 * A kernel is too large to be parsed for one crash, and nobody knows beforehand which
 * names will be asked for: the functions of the stack, then what these use, then
 * what that uses. So each file is read once, and of each line that most likely begins
 * a definition (code/headlines.c) the hash of the name is kept: 12 bytes, some millions
 * of them, sorted (code/index.c). A look-up costs next to nothing, and only files that
 * come out of it are parsed.
 *
 * Cost: reading, which is inflating where the tree is in git: 80 % of it.
 */
#include "code/source.h"

#include "code/index.h"
#include "code/internal.h"

#include <string.h>

static void file_free(void *data)
{
	struct md_file *file = data;

	if (file == NULL)
		return;
	g_free(file->path);
	md_outline_free(file->outline);
	g_array_unref(file->headlines);
	g_bytes_unref(file->content);
	g_free(file);
}

struct md_source *md_source_new(struct md_tree *tree, guint jobs, const struct md_hooks *hooks)
{
	struct md_source *source = g_new0(struct md_source, 1);

	source->tree = tree;
	source->jobs = jobs;
	source->hooks = hooks;
	source->known = g_hash_table_new(g_str_hash, g_str_equal);
	source->paths = g_ptr_array_new_with_free_func(g_free);
	source->postings = g_array_new(FALSE, FALSE, sizeof(struct md_posting));
	source->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
	return source;
}

void md_source_free(struct md_source *source)
{
	if (source == NULL)
		return;
	g_hash_table_unref(source->known);
	g_ptr_array_unref(source->paths);
	g_array_unref(source->postings);
	g_hash_table_unref(source->files);
	g_free(source);
}

/* --------------------------------------------------------------- indexing */

struct indexing {
	struct md_source *source;
	guint first;	    /* of the new ones in source->paths */
	GArray **headlines; /* of each, or NULL */
};

static gboolean index_file(gsize index, void *data, GError **error)
{
	struct indexing *indexing = data;
	const char *path = g_ptr_array_index(indexing->source->paths, indexing->first + index);
	g_autoptr(GBytes) content = NULL;
	guint32 mode;

	if (!md_tree_read(indexing->source->tree, path, &mode, &content, error))
		return FALSE;
	if (content != NULL && (mode & MD_MODE_TYPE) == (MD_MODE_FILE & MD_MODE_TYPE))
		indexing->headlines[index] = md_headlines_find(path, md_slice_from_bytes(content));
	return TRUE;
}

/* Takes over what was found in file @number. */
static void add_postings(struct md_source *source, guint number, GArray *headlines)
{
	for (guint i = 0; i < headlines->len; i++) {
		const struct md_headline *headline =
			&g_array_index(headlines, struct md_headline, i);
		struct md_posting posting = { headline->hash, number, headline->line };

		g_array_append_val(source->postings, posting);
	}
	g_array_unref(headlines);
}

gboolean md_source_index(struct md_source *source, const GPtrArray *paths, GError **error)
{
	struct indexing indexing = { source, source->paths->len, NULL };
	g_autofree GArray **headlines = NULL;
	gboolean done;
	guint count;

	for (guint i = 0; i < paths->len; i++) {
		char *path = g_ptr_array_index(paths, i);

		if (g_hash_table_contains(source->known, path))
			continue;
		path = g_strdup(path);
		g_ptr_array_add(source->paths, path);
		g_hash_table_add(source->known, path);
	}
	count = source->paths->len - indexing.first;
	indexing.headlines = headlines = g_new0(GArray *, count);
	done = md_parallel_for(count, source->jobs, index_file, &indexing, source->hooks,
			       "looking for definitions", error);
	for (guint i = 0; i < count; i++) {
		if (headlines[i] != NULL)
			add_postings(source, indexing.first + i, headlines[i]);
	}
	if (count > 0)
		md_postings_sort(source->postings);
	return done;
}

/* ---------------------------------------------------------------- look-up */

static void hits_free(void *data)
{
	g_array_unref(data);
}

GHashTable *md_names_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, hits_free);
}

GArray *md_names_add(GHashTable *names, const char *name)
{
	GArray *hits = g_hash_table_lookup(names, name);

	if (hits != NULL)
		return hits;
	hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));
	g_hash_table_insert(names, g_strdup(name), hits);
	return hits;
}

/* What md_outline_definitions() puts before the argument of a macro. */
static const char *const macro_prefixes[] = { "compat_sys_", "sys_", "trace_", "do_" };

static guint32 hash_of(const char *name)
{
	return md_name_hash(md_slice_from_string(name));
}

/* @name as it stands where a macro defines it, or NULL. */
static const char *alias_of(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(macro_prefixes); i++) {
		if (g_str_has_prefix(name, macro_prefixes[i]))
			return name + strlen(macro_prefixes[i]);
	}
	return NULL;
}

static int compare_postings(const struct md_posting *a, const struct md_posting *b)
{
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

void md_source_find_name(const struct md_source *source, const char *name, GArray *hits)
{
	const struct md_posting *postings =
		(const struct md_posting *)(void *)source->postings->data;
	const char *alias = alias_of(name);
	struct md_extent own, other = { 0, 0 };

	md_postings_find(postings, source->postings->len, hash_of(name), &own);
	if (alias != NULL)
		md_postings_find(postings, source->postings->len, hash_of(alias), &other);
	/* Both are in the order of files and lines, and so is what comes out. */
	while (own.first < own.end || other.first < other.end) {
		struct md_extent *next = &own;
		const struct md_posting *posting;
		struct md_hit hit;

		if (own.first == own.end ||
		    (other.first < other.end &&
		     compare_postings(&postings[other.first], &postings[own.first]) < 0))
			next = &other;
		posting = &postings[next->first++];
		hit = (struct md_hit){ g_ptr_array_index(source->paths, posting->file),
				       posting->line };
		g_array_append_val(hits, hit);
	}
}

void md_source_find(const struct md_source *source, GHashTable *names)
{
	GHashTableIter iter;
	void *name, *hits;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, &hits))
		md_source_find_name(source, name, hits);
}

/* ------------------------------------------------------------------ files */

static struct md_file *read_file(struct md_source *source, const char *path)
{
	g_autoptr(GBytes) content = NULL;
	struct md_file *file;
	guint32 mode;

	if (!md_tree_read(source->tree, path, &mode, &content, NULL) || content == NULL ||
	    (mode & MD_MODE_TYPE) != (MD_MODE_FILE & MD_MODE_TYPE))
		return NULL;
	file = g_new0(struct md_file, 1);
	file->path = g_strdup(path);
	file->content = g_steal_pointer(&content);
	file->text = md_slice_from_bytes(file->content);
	file->outline = md_outline_new_full(path, file->text);
	file->headlines = md_headlines_find(path, file->text);
	return file;
}

struct reading {
	struct md_source *source;
	GPtrArray *paths;
	struct md_file **file;
};

static gboolean read_one(gsize index, void *data, GError **error)
{
	struct reading *reading = data;

	reading->file[index] = read_file(reading->source, g_ptr_array_index(reading->paths, index));
	return TRUE;
}

gboolean md_source_read(struct md_source *source, GHashTable *paths, GError **error)
{
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	g_autofree struct md_file **file = NULL;
	struct reading reading = { source, wanted, NULL };
	GHashTableIter iter;
	gboolean done;
	void *path;

	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		if (!g_hash_table_contains(source->files, path))
			g_ptr_array_add(wanted, path);
	}
	reading.file = file = g_new0(struct md_file *, wanted->len);
	done = md_parallel_for(wanted->len, source->jobs, read_one, &reading, source->hooks,
			       "reading definitions", error);
	for (guint i = 0; i < wanted->len; i++)
		g_hash_table_insert(source->files, g_strdup(g_ptr_array_index(wanted, i)), file[i]);
	return done;
}

const struct md_file *md_source_file(struct md_source *source, const char *path)
{
	gpointer file;

	if (g_hash_table_lookup_extended(source->files, path, NULL, &file))
		return file;
	file = read_file(source, path);
	g_hash_table_insert(source->files, g_strdup(path), file);
	return file;
}

/* ------------------------------------------------------------ definitions */

struct md_slice md_file_slice(const struct md_file *file, const struct md_definition *definition)
{
	struct md_extent bytes = definition->bytes;

	/* Where it is not C, lines are all that is known. */
	if (bytes.end <= bytes.first)
		return md_slice_lines(file->text, definition->lines.first, definition->lines.end);
	return (struct md_slice){ file->text.data + bytes.first, bytes.end - bytes.first };
}

gboolean md_file_is_static(const struct md_file *file, const struct md_definition *definition)
{
	struct md_slice text = md_file_slice(file, definition);
	const char *end = memchr(text.data, '(', text.size);
	gsize size = end ? (gsize)(end - text.data) : 0;

	return memmem(text.data, size, "static", strlen("static")) != NULL;
}

/* A label of assembly that stands in the code of another: the whole of that is its definition. */
static gboolean is_label(const struct md_file *file, gsize line, const char *name)
{
	struct md_slice text;

	if (!g_str_has_suffix(file->path, ".S"))
		return FALSE;
	text = md_slice_lines(file->text, line, line + 1);
	return memmem(text.data, text.size, name, strlen(name)) != NULL;
}

/* The next definition of @name behind headline *@at, which moves; NULL: no more. */
static const struct md_definition *next_definition(const struct md_file *file, const char *name,
						   guint *at)
{
	const char *other = alias_of(name);
	guint32 hash = hash_of(name), alias = other != NULL ? hash_of(other) : hash;

	while (*at < file->headlines->len) {
		const struct md_headline *headline =
			&g_array_index(file->headlines, struct md_headline, (*at)++);
		const struct md_definition *found;

		if (headline->hash != hash && headline->hash != alias)
			continue;
		found = md_outline_find(file->outline, headline->line, headline->line + 1);
		if (found != NULL &&
		    (strcmp(found->name, name) == 0 || is_label(file, headline->line, name)))
			return found;
	}
	return NULL;
}

static gsize length_of(const struct md_definition *definition)
{
	return definition->lines.end - definition->lines.first;
}

GPtrArray *md_file_find_all(const struct md_file *file, const char *name)
{
	GPtrArray *definitions = g_ptr_array_new();
	const struct md_definition *next, *last = NULL;
	guint at = 0;

	while ((next = next_definition(file, name, &at)) != NULL) {
		if (next != last)
			g_ptr_array_add(definitions, (void *)next);
		last = next;
	}
	return definitions;
}

const struct md_definition *md_file_find(const struct md_file *file, const char *name)
{
	const struct md_definition *best = NULL, *next;
	guint at = 0;

	while ((next = next_definition(file, name, &at)) != NULL) {
		if (best == NULL || length_of(next) > length_of(best))
			best = next;
	}
	return best;
}

GString *md_file_text_of(const struct md_file *file, const char *name)
{
	GString *text = g_string_new(NULL);
	const struct md_definition *next, *last = NULL;
	guint at = 0;

	while ((next = next_definition(file, name, &at)) != NULL) {
		struct md_slice slice = md_file_slice(file, next);

		if (next != last)
			g_string_append_len(text, slice.data, (gssize)slice.size);
		last = next;
	}
	return text;
}
