/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The #includes that go and come with what is undone. An #include too many does no harm and
 * one too few breaks the build; so a line is taken out only where the header is new and no line
 * that upstream added and that stays can need it, and one comes back where its header has a
 * name that came back.
 */
#include "port/undo.h"

#include <string.h>

/* Where the headers of a kernel lie. */
static const struct {
	const char *before, *behind;
	gboolean arch; /* the architecture's name stands in between */
} folders[] = {
	{ "include/", "", FALSE },
	{ "arch/", "/include/", TRUE },
	{ "include/uapi/", "", FALSE },
	{ "arch/", "/include/uapi/", TRUE },
};

/* The paths that #include @name in the file @path may mean, the likeliest first. */
static GPtrArray *candidates(const char *path, const char *name)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *root = g_strconcat("/", folder, NULL);
	g_auto(GStrv) part = g_strsplit(path, "/", 3);
	gboolean arch = g_strv_length(part) == 3 && strcmp(part[0], "arch") == 0;
	g_autofree char *beside = g_canonicalize_filename(name, root);

	g_ptr_array_add(paths, g_strdup(beside + 1));
	if (strstr(name, "..") != NULL)
		return paths;
	for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
		if (!folders[i].arch || arch)
			g_ptr_array_add(paths, g_strconcat(folders[i].before,
							   folders[i].arch ? part[1] : "",
							   folders[i].behind, name, NULL));
	}
	return paths;
}

struct md_undo_file *md_undo_included(struct md_undo *undo, const char *path, const char *name,
				      GError **error)
{
	g_autoptr(GPtrArray) paths = candidates(path, name);

	for (guint i = 0; i < paths->len; i++) {
		struct md_undo_entry *entry = md_undo_find(undo, g_ptr_array_index(paths, i));

		if (entry != NULL)
			return md_undo_open(undo, entry, error);
	}
	return NULL;
}

static void add(GArray *units, struct md_undo_file *file, guint unit)
{
	const struct md_undo_place place = { file, unit };

	g_array_append_val(units, place);
}

/* ----------------------------------------------------------------- not needed */

static gboolean has_includes(const struct md_undo_file *header)
{
	const GArray *pieces = md_pieces_all(header->version[MD_UNDO_AFTER].pieces);

	for (guint i = 0; i < pieces->len; i++) {
		if (g_array_index(pieces, struct md_piece, i).kind == MD_PIECE_INCLUDE)
			return TRUE;
	}
	return FALSE;
}

/* Whether a line that was added to @file and stays has, or may have, need of @header. */
static gboolean is_needed(const struct md_undo_file *file, const struct md_undo_file *header)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	gboolean opaque = has_includes(header);

	for (guint i = 0; i < after->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(after->words, struct md_undo_word, i);
		g_autofree char *name = NULL;

		if (file->unit_of[word->line] == G_MAXUINT || md_undo_line_goes(file, word->line))
			continue;
		/* What the header includes itself may be what the line needs. */
		if (opaque)
			return TRUE;
		name = g_strndup(word->text.data, word->text.size);
		if (md_undo_lines_have(
			    &header->version[MD_UNDO_AFTER],
			    (struct md_extent){ 0, header->version[MD_UNDO_AFTER].line->len },
			    name))
			return TRUE;
	}
	return FALSE;
}

/* Whether a line of @file that goes has a name of @header's. */
static gboolean was_needed(const struct md_undo_file *file, const struct md_undo_file *header)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const GArray *pieces = md_pieces_all(header->version[MD_UNDO_AFTER].pieces);

	for (guint i = 0; i < pieces->len; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		for (guint j = 0; piece->kind != MD_PIECE_INCLUDE && j < piece->name_count; j++) {
			const struct md_slice name = { piece->names[j], strlen(piece->names[j]) };

			for (guint k = 0; k < after->words->len; k++) {
				const struct md_undo_word *word =
					&g_array_index(after->words, struct md_undo_word, k);

				if (md_slice_equal(word->text, name) &&
				    md_undo_line_goes(file, word->line))
					return TRUE;
			}
		}
	}
	return FALSE;
}

/* An #include that the change brought. */
static gboolean drop(struct md_undo *undo, struct md_undo_file *file, guint index, GArray *units,
		     GError **error)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_piece *piece =
		md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
	struct md_undo_file *header;
	GError *reason = NULL;

	if (piece->kind != MD_PIECE_INCLUDE || piece->name == NULL)
		return TRUE;
	header = md_undo_included(undo, file->path, piece->name, &reason);
	if (reason != NULL) {
		g_propagate_error(error, reason);
		return FALSE;
	}
	if (header == NULL || header->version[MD_UNDO_BEFORE].mode != 0)
		return TRUE;
	if (!is_needed(file, header) && was_needed(file, header))
		add(units, file, index);
	return TRUE;
}

/* --------------------------------------------------------------- needed again */

/* Whether something of @path, which is gone, comes back. */
static gboolean comes_back(const struct md_undo *undo, const char *path)
{
	const struct md_undo_entry *entry = md_undo_find(undo, path);

	for (guint i = 0; entry != NULL && entry->file != NULL && i < entry->file->units->len;
	     i++) {
		if (md_undo_unit(entry->file, i)->undone)
			return TRUE;
	}
	return FALSE;
}

/* The words of the header that the side before had, whether it changed or not. */
static gboolean read_header(struct md_undo *undo, const char *path, const char *name,
			    GBytes **content, GError **error)
{
	g_autoptr(GPtrArray) paths = candidates(path, name);
	g_autoptr(GHashTable) set = md_path_set_new();

	*content = NULL;
	for (guint i = 0; i < paths->len; i++)
		g_hash_table_add(set, g_strdup(g_ptr_array_index(paths, i)));
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		if (!md_tree_load(undo->tree[side], set, NULL, error))
			return FALSE;
	}
	for (guint i = 0; i < paths->len; i++) {
		const char *header = g_ptr_array_index(paths, i);
		struct md_entry entry;

		if (!md_tree_stat(undo->tree[MD_UNDO_AFTER], header, &entry, error))
			return FALSE;
		if (entry.mode == MD_MODE_ABSENT && !comes_back(undo, header))
			continue;
		return md_tree_read(undo->tree[MD_UNDO_BEFORE], header, NULL, content, error);
	}
	return TRUE;
}

struct search {
	const struct md_undo_file *file;
	gboolean found;
};

/* Whether @word of a header stands on a line that comes back, and nowhere after. */
static void look_for_word(void *data, struct md_slice word, gsize line)
{
	struct search *search = data;
	const struct md_undo_file *file = search->file;
	g_autofree char *name = NULL;

	if (search->found || g_ascii_isdigit(word.data[0]))
		return;
	name = g_strndup(word.data, word.size);
	for (guint i = 0; i < file->units->len && !search->found; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);

		search->found =
			unit->undone && md_undo_lines_have(&file->version[MD_UNDO_BEFORE],
							   unit->lines[MD_UNDO_BEFORE], name);
	}
	if (search->found)
		search->found = !md_undo_lines_have(
			&file->version[MD_UNDO_AFTER],
			(struct md_extent){ 0, file->version[MD_UNDO_AFTER].line->len }, name);
}

/* An #include that the change took away. */
static gboolean bring_back(struct md_undo *undo, struct md_undo_file *file, guint index,
			   GArray *units, GError **error)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_piece *piece =
		md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);
	struct search search = { .file = file };
	g_autoptr(GBytes) content = NULL;

	if (piece->kind != MD_PIECE_INCLUDE || piece->name == NULL)
		return TRUE;
	if (!read_header(undo, file->path, piece->name, &content, error))
		return FALSE;
	md_words_each(md_slice_from_bytes(content), look_for_word, &search);
	if (search.found)
		add(units, file, index);
	return TRUE;
}

/* A new header that has nothing left is gone: so are the lines that include it. */
static gboolean drop_hollow(struct md_undo *undo, struct md_undo_file *header, GArray *units,
			    GError **error)
{
	g_autofree char *name = g_path_get_basename(header->path);
	guint32 hash;
	char *dot = strrchr(name, '.');

	if (dot == NULL || strcmp(dot, ".h") != 0 || !md_undo_is_hollow(header))
		return TRUE;
	*dot = '\0';
	hash = md_undo_hash(md_slice_from_string(name));
	for (guint i = 0; i < undo->entries->len; i++) {
		struct md_undo_entry *entry = g_ptr_array_index(undo->entries, i);
		struct md_undo_file *file;

		/* "xen-pmu.h" are several words: then each file is looked at. */
		if (strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_") == strlen(name) &&
		    !md_undo_entry_has(entry, MD_UNDO_AFTER, hash))
			continue;
		file = md_undo_open(undo, entry, error);
		if (file == NULL)
			return FALSE;
		for (guint j = 0; j < file->units->len; j++) {
			const struct md_undo_unit *unit = md_undo_unit(file, j);
			const struct md_piece *piece;

			if (unit->undone || unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE)
				continue;
			piece = md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
			if (piece->kind == MD_PIECE_INCLUDE && piece->name != NULL &&
			    md_undo_included(undo, file->path, piece->name, NULL) == header)
				add(units, file, j);
		}
	}
	return TRUE;
}

GArray *md_undo_includes(struct md_undo *undo, struct md_undo_file *file, GError **error)
{
	g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(struct md_undo_place));

	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);

		if (unit->undone || !md_undo_unit_is_whole(unit))
			continue;
		if (unit->piece[MD_UNDO_AFTER] != MD_UNDO_NO_PIECE
			    ? !drop(undo, file, i, units, error)
			    : !bring_back(undo, file, i, units, error))
			return NULL;
	}
	return drop_hollow(undo, file, units, error) ? g_steal_pointer(&units) : NULL;
}
