/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a tree a name is defined.
 *
 * A kernel is too large to be parsed for one crash, and nobody knows beforehand which
 * names will be asked for: the functions of the stack, then what these use, then
 * what that uses. So each file is read once, and of each line that most likely begins
 * a definition (code/headlines.c) the hash of the name is kept: 12 bytes, some millions
 * of them. A look-up goes through all of these for many names at once, and only files that
 * come out of it are parsed.
 *
 * Cost: reading, which is inflating where the tree is in git: 80 % of it.
 */
#include "code/internal.h"

#include <string.h>

/* The headlines of a file that was indexed. */
struct indexed {
	char *path;
	struct md_headline *headline;
	gsize count;
};

struct md_source {
	struct md_tree *tree; /* not owned */
	guint jobs;
	const struct md_hooks *hooks;
	GHashTable *known; /* set of the paths indexed so far, inside @indexed */
	GArray *indexed;   /* of struct indexed */
	GHashTable *files; /* path to struct md_file, or to NULL where there is none */
};

static void indexed_clear(void *data)
{
	struct indexed *indexed = data;

	g_free(indexed->path);
	g_free(indexed->headline);
}

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
	source->indexed = g_array_new(FALSE, TRUE, sizeof(struct indexed));
	g_array_set_clear_func(source->indexed, indexed_clear);
	source->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
	return source;
}

void md_source_free(struct md_source *source)
{
	if (source == NULL)
		return;
	g_hash_table_unref(source->known);
	g_array_unref(source->indexed);
	g_hash_table_unref(source->files);
	g_free(source);
}

/* --------------------------------------------------------------- indexing */

struct indexing {
	struct md_source *source;
	guint first; /* of the new ones in source->indexed */
};

static gboolean index_file(gsize index, void *data, GError **error)
{
	struct indexing *indexing = data;
	struct indexed *indexed =
		&g_array_index(indexing->source->indexed, struct indexed, indexing->first + index);
	g_autoptr(GBytes) content = NULL;
	GArray *headlines;
	guint32 mode;

	if (!md_tree_read(indexing->source->tree, indexed->path, &mode, &content, error))
		return FALSE;
	if (content == NULL || (mode & MD_MODE_TYPE) != (MD_MODE_FILE & MD_MODE_TYPE))
		return TRUE;
	headlines = md_headlines_find(indexed->path, md_slice_from_bytes(content));
	indexed->count = headlines->len;
	indexed->headline = (struct md_headline *)g_array_free(headlines, FALSE);
	return TRUE;
}

gboolean md_source_index(struct md_source *source, const GPtrArray *paths, GError **error)
{
	struct indexing indexing = { source, source->indexed->len };

	for (guint i = 0; i < paths->len; i++) {
		struct indexed indexed = { .path = g_ptr_array_index(paths, i) };

		if (g_hash_table_contains(source->known, indexed.path))
			continue;
		indexed.path = g_strdup(indexed.path);
		g_array_append_val(source->indexed, indexed);
		g_hash_table_add(source->known, indexed.path);
	}
	return md_parallel_for(source->indexed->len - indexing.first, source->jobs, index_file,
			       &indexing, source->hooks, "looking for definitions", error);
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
	return md_name_hash((struct md_slice){ name, strlen(name) });
}

static void add_key(GHashTable *keys, const char *name, GArray *hits)
{
	guint32 hash = hash_of(name);
	GPtrArray *rows = g_hash_table_lookup(keys, GUINT_TO_POINTER(hash));

	if (rows == NULL) {
		rows = g_ptr_array_new();
		g_hash_table_insert(keys, GUINT_TO_POINTER(hash), rows);
	}
	g_ptr_array_add(rows, hits);
}

static void rows_free(void *data)
{
	g_ptr_array_unref(data);
}

/* From the hash of a word to the arrays of hits of the names that it may stand for. */
static GHashTable *keys_of(GHashTable *names)
{
	GHashTable *keys = g_hash_table_new_full(NULL, NULL, NULL, rows_free);
	GHashTableIter iter;
	void *key, *hits;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &key, &hits)) {
		const char *name = key;

		add_key(keys, name, hits);
		for (guint i = 0; i < G_N_ELEMENTS(macro_prefixes); i++) {
			if (g_str_has_prefix(name, macro_prefixes[i])) {
				add_key(keys, name + strlen(macro_prefixes[i]), hits);
				break;
			}
		}
	}
	return keys;
}

/* One bit for each value of 16 bits of a hash, so that most are turned down at once. */
#define FILTER_BITS 65536

static void add_hit(GPtrArray *rows, const char *path, guint32 line)
{
	struct md_hit hit = { path, line };

	for (guint i = 0; i < rows->len; i++)
		g_array_append_val((GArray *)g_ptr_array_index(rows, i), hit);
}

void md_source_find(const struct md_source *source, GHashTable *names)
{
	g_autoptr(GHashTable) keys = keys_of(names);
	g_autofree guint8 *filter = g_new0(guint8, FILTER_BITS / 8);
	GHashTableIter iter;
	void *hash;

	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &hash, NULL)) {
		guint low = GPOINTER_TO_UINT(hash) % FILTER_BITS;

		filter[low / 8] |= (guint8)(1 << low % 8);
	}
	for (guint i = 0; i < source->indexed->len; i++) {
		const struct indexed *indexed = &g_array_index(source->indexed, struct indexed, i);

		for (gsize j = 0; j < indexed->count; j++) {
			guint32 word = indexed->headline[j].hash;
			GPtrArray *rows;

			if (!(filter[word % FILTER_BITS / 8] & 1 << word % 8))
				continue;
			rows = g_hash_table_lookup(keys, GUINT_TO_POINTER(word));
			if (rows != NULL)
				add_hit(rows, indexed->path, indexed->headline[j].line);
		}
	}
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
	guint32 hash = hash_of(name), alias = hash;

	for (guint i = 0; i < G_N_ELEMENTS(macro_prefixes); i++) {
		if (g_str_has_prefix(name, macro_prefixes[i])) {
			alias = hash_of(name + strlen(macro_prefixes[i]));
			break;
		}
	}
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
