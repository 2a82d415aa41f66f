/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The difference of two trees as files and words. Each file that differs is read once, on
 * all cores, for the hashes of its words; the few that turn out to matter are opened again.
 */
#include "port/undo.h"

#include <string.h>

guint32 md_undo_hash(struct md_slice word)
{
	/* FNV-1a: names are short, and a collision costs a look into a file. */
	guint32 hash = 2166136261u;

	for (gsize i = 0; i < word.size; i++)
		hash = (hash ^ (guint8)word.data[i]) * 16777619u;
	return hash;
}

static int compare_hashes(const void *a, const void *b)
{
	guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;

	return (left > right) - (left < right);
}

static gboolean is_word(guint8 c)
{
	return g_ascii_isalnum(c) || c == '_';
}

/* The hashes of all runs of letters and digits, sorted, each once: comments and strings too. */
static GArray *hash_words(struct md_slice text)
{
	GArray *hashes = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	gsize at = 0;

	while (at < text.size) {
		gsize first = at;
		guint32 hash;

		while (at < text.size && is_word((guint8)text.data[at]))
			at++;
		if (at == first) {
			at++;
			continue;
		}
		if (g_ascii_isdigit(text.data[first]))
			continue;
		hash = md_undo_hash((struct md_slice){ text.data + first, at - first });
		if (g_hash_table_add(seen, GUINT_TO_POINTER(hash)))
			g_array_append_val(hashes, hash);
	}
	g_array_sort(hashes, compare_hashes);
	return hashes;
}

struct indexing {
	struct md_undo *undo;
};

static gboolean index_entry(gsize index, void *data, GError **error)
{
	const struct indexing *indexing = data;
	struct md_undo_entry *entry = g_ptr_array_index(indexing->undo->entries, index);

	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		g_autoptr(GBytes) content = NULL;
		GArray *hashes;

		if (!md_tree_read(indexing->undo->tree[side], entry->path, NULL, &content, error))
			return FALSE;
		hashes = hash_words(md_slice_from_bytes(content));
		entry->count[side] = hashes->len;
		entry->hash[side] = (guint32 *)g_array_free(hashes, FALSE);
	}
	return TRUE;
}

/* ------------------------------------------------------------------ files */

static void version_clear(struct md_undo_version *version)
{
	g_clear_pointer(&version->content, g_bytes_unref);
	md_pieces_free(version->pieces);
	g_clear_pointer(&version->words, g_array_unref);
	g_clear_pointer(&version->line, g_array_unref);
}

static void file_free(struct md_undo_file *file)
{
	if (file == NULL)
		return;
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++)
		version_clear(&file->version[side]);
	g_array_unref(file->units);
	g_free(file->unit_of);
	g_free(file->cut);
	g_free(file);
}

static void entry_free(void *data)
{
	struct md_undo_entry *entry = data;

	g_free(entry->path);
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++)
		g_free(entry->hash[side]);
	file_free(entry->file);
	g_free(entry);
}

static void take_word(void *data, struct md_slice word, gsize line)
{
	const struct md_undo_word taken = { word, line };

	if (!g_ascii_isdigit(word.data[0]))
		g_array_append_val((GArray *)data, taken);
}

static void read_lines(struct md_undo_version *version)
{
	struct md_slice rest = version->text, line;
	gsize at = 0;

	version->line = g_array_new(FALSE, FALSE, sizeof(gsize));
	while (md_slice_next_line(&rest, &line)) {
		g_array_append_val(version->line, at);
		at += line.size;
	}
	g_array_append_val(version->line, at);
}

struct md_undo_file *md_undo_open(struct md_undo *undo, struct md_undo_entry *entry, GError **error)
{
	struct md_undo_file *file;

	if (entry->file != NULL)
		return entry->file;
	file = g_new0(struct md_undo_file, 1);
	file->path = entry->path;
	file->units = g_array_new(FALSE, TRUE, sizeof(struct md_undo_unit));
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		struct md_undo_version *version = &file->version[side];

		if (!md_tree_read(undo->tree[side], entry->path, &version->mode, &version->content,
				  error)) {
			file_free(file);
			return NULL;
		}
		/* A link is no text; nor is a file with NULs code. */
		if ((version->mode & MD_MODE_TYPE) == (MD_MODE_FILE & MD_MODE_TYPE) &&
		    !md_slice_is_binary(md_slice_from_bytes(version->content)))
			version->text = md_slice_from_bytes(version->content);
		else
			version->text = (struct md_slice){ "", 0 };
		version->pieces = md_pieces_new(entry->path, version->text);
		version->words = g_array_new(FALSE, FALSE, sizeof(struct md_undo_word));
		md_words_each(version->text, take_word, version->words);
		read_lines(version);
	}
	md_undo_cut(file, undo->workspace);
	entry->file = file;
	return file;
}

/* ------------------------------------------------------------------ whole */

struct loading {
	struct md_undo *undo;
	GHashTable *paths;
	const struct md_hooks *hooks;
};

static gboolean load_tree(gsize index, void *data, GError **error)
{
	const struct loading *loading = data;

	return md_tree_load(loading->undo->tree[index], loading->paths, loading->hooks, error);
}

static gboolean fill(struct md_undo *undo, guint jobs, const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GHashTable) paths = md_path_set_new();
	g_autoptr(GPtrArray) sorted = NULL;
	struct loading loading = { undo, paths, hooks };
	struct indexing indexing = { undo };
	/* What lies on a tree loads that, too: not both at once. */
	gboolean apart = md_tree_base(undo->tree[MD_UNDO_AFTER]) == NULL;

	if (!md_tree_changes(undo->tree[MD_UNDO_BEFORE], undo->tree[MD_UNDO_AFTER], paths, hooks,
			     error) ||
	    !md_parallel_for(MD_UNDO_SIDES, apart ? jobs : 1, load_tree, &loading, NULL, NULL,
			     error))
		return FALSE;
	sorted = md_port_sorted(paths);
	for (guint i = 0; i < sorted->len; i++) {
		struct md_undo_entry *entry;

		if (!md_path_is_code(g_ptr_array_index(sorted, i)))
			continue;
		entry = g_new0(struct md_undo_entry, 1);
		entry->path = g_strdup(g_ptr_array_index(sorted, i));
		g_ptr_array_add(undo->entries, entry);
	}
	return md_parallel_for(undo->entries->len, jobs, index_entry, &indexing, hooks,
			       "looking at what changed", error);
}

struct md_undo *md_undo_new(struct md_tree *before, struct md_tree *after, guint jobs,
			    const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_undo) undo = g_new0(struct md_undo, 1);

	undo->tree[MD_UNDO_BEFORE] = before;
	undo->tree[MD_UNDO_AFTER] = after;
	undo->entries = g_ptr_array_new_with_free_func(entry_free);
	undo->workspace = md_workspace_new();
	return fill(undo, jobs, hooks, error) ? g_steal_pointer(&undo) : NULL;
}

void md_undo_free(struct md_undo *undo)
{
	if (undo == NULL)
		return;
	g_ptr_array_unref(undo->entries);
	md_workspace_free(undo->workspace);
	g_free(undo);
}

gboolean md_undo_entry_has(const struct md_undo_entry *entry, enum md_undo_side side, guint32 hash)
{
	return entry->count[side] > 0 && bsearch(&hash, entry->hash[side], entry->count[side],
						 sizeof(hash), compare_hashes) != NULL;
}

static int compare_entry(const void *path, const void *entry)
{
	return strcmp(path, (*(struct md_undo_entry *const *)entry)->path);
}

struct md_undo_entry *md_undo_find(const struct md_undo *undo, const char *path)
{
	struct md_undo_entry **found =
		undo->entries->len == 0 ? NULL
					: bsearch(path, undo->entries->pdata, undo->entries->len,
						  sizeof(void *), compare_entry);

	return found ? *found : NULL;
}
