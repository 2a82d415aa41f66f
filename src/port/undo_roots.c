/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the name that a person gave to what was changed of it. */
#include "port/undo.h"

#include <string.h>

struct naming {
	struct md_undo *undo;
	const char *path; /* NULL: any */
	const char *name;
	GPtrArray *files; /* of struct md_undo_file: those that changed it */
	gboolean known;
};

static gboolean defines(const struct md_undo_file *file, enum md_undo_side side, guint index,
			const char *name)
{
	const struct md_piece *piece;

	if (index == MD_UNDO_NO_PIECE)
		return FALSE;
	piece = md_undo_piece(file, side, index);
	return (piece->kind == MD_PIECE_DEFINITION || piece->kind == MD_PIECE_VARIABLE) &&
	       md_piece_names(piece, name);
}

static gboolean is_of(const struct md_undo_file *file, const struct md_undo_unit *unit,
		      const char *name)
{
	/* The blank line behind a function is there or not because of what follows it. */
	return !md_undo_unit_is_blank(file, unit) &&
	       (defines(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE], name) ||
		defines(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER], name));
}

static gboolean has_definition(const struct md_undo_file *file, const char *name)
{
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const GArray *pieces = md_pieces_all(file->version[side].pieces);

		for (guint i = 0; i < pieces->len; i++) {
			if (defines(file, side, i, name))
				return TRUE;
		}
	}
	return FALSE;
}

static gboolean look_into(struct naming *naming, struct md_undo_entry *entry, GError **error)
{
	struct md_undo_file *file = md_undo_open(naming->undo, entry, error);

	if (file == NULL)
		return FALSE;
	naming->known |= has_definition(file, naming->name);
	for (guint i = 0; i < file->units->len; i++) {
		if (!is_of(file, md_undo_unit(file, i), naming->name))
			continue;
		g_ptr_array_add(naming->files, file);
		break;
	}
	return TRUE;
}

static gboolean look_everywhere(struct naming *naming, GError **error)
{
	guint32 hash = md_undo_hash(md_slice_from_string(naming->name));

	for (guint i = 0; i < naming->undo->entries->len; i++) {
		struct md_undo_entry *entry = g_ptr_array_index(naming->undo->entries, i);

		if (naming->path != NULL && strcmp(naming->path, entry->path) != 0)
			continue;
		if ((md_undo_entry_has(entry, MD_UNDO_BEFORE, hash) ||
		     md_undo_entry_has(entry, MD_UNDO_AFTER, hash)) &&
		    !look_into(naming, entry, error))
			return FALSE;
	}
	return TRUE;
}

/* Whether one file lost what another got: then it was moved, and both are of one. */
static gboolean is_move(const struct naming *naming)
{
	guint lost = 0, got = 0;

	for (guint i = 0; i < naming->files->len; i++) {
		const struct md_undo_file *file = g_ptr_array_index(naming->files, i);

		for (guint j = 0; j < file->units->len; j++) {
			const struct md_undo_unit *unit = md_undo_unit(file, j);

			if (!is_of(file, unit, naming->name))
				continue;
			if (!md_undo_unit_is_whole(unit))
				return FALSE;
			lost += unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE;
			got += unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE;
		}
	}
	return lost == 1 && got == 1;
}

static gboolean declares(const struct md_undo_file *file, const char *name)
{
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const GArray *pieces = md_pieces_all(file->version[side].pieces);

		for (guint i = 0; i < pieces->len; i++) {
			const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

			if (piece->kind == MD_PIECE_DECLARATION && md_piece_names(piece, name))
				return TRUE;
		}
	}
	return FALSE;
}

/*
 * Whether @file is a header with a stand-in for what a C file defines, for kernels that are
 * built without that: it declares the name, and defines it behind the #else.
 */
static gboolean has_stub(const struct md_undo_file *file, const char *name)
{
	return g_str_has_suffix(file->path, ".h") && declares(file, name) &&
	       has_definition(file, name);
}

/* Whether all are of one thing: the definition in one file, and its stubs. */
static gboolean are_one(const struct naming *naming)
{
	guint others = 0;

	for (guint i = 0; i < naming->files->len; i++)
		others += !has_stub(g_ptr_array_index(naming->files, i), naming->name);
	return others <= 1;
}

static gboolean is_local(const struct md_undo_file *file, const char *name)
{
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const GArray *pieces = md_pieces_all(file->version[side].pieces);

		for (guint i = 0; i < pieces->len; i++) {
			if (defines(file, side, i, name) && !md_undo_piece(file, side, i)->local)
				return FALSE;
		}
	}
	return TRUE;
}

/* Adds the stubs of what the file that was named defines for all. */
static gboolean add_stubs(struct naming *naming, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	const struct md_undo_file *named = g_ptr_array_index(naming->files, 0);
	struct naming everywhere = { naming->undo, NULL, naming->name, all, FALSE };

	if (is_local(named, naming->name))
		return TRUE;
	if (!look_everywhere(&everywhere, error))
		return FALSE;
	for (guint i = 0; i < all->len; i++) {
		struct md_undo_file *file = g_ptr_array_index(all, i);

		if (file != named && has_stub(file, naming->name))
			g_ptr_array_add(naming->files, file);
	}
	return TRUE;
}

/* As many as fit on a line or two. */
#define MOST_NAMED 8

static gboolean fail_ambiguous(const struct naming *naming, GError **error)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < MIN(naming->files->len, MOST_NAMED); i++) {
		const struct md_undo_file *file = g_ptr_array_index(naming->files, i);

		g_string_append_printf(list, "%s%s:%s", i > 0 ? ", " : "", file->path,
				       naming->name);
	}
	if (naming->files->len > MOST_NAMED)
		g_string_append(list, ", ...");
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "%s: %u files changed one; say which: %s",
		    naming->name, naming->files->len, list->str);
	return FALSE;
}

gboolean md_undo_roots(struct md_undo *undo, const char *name, GArray *roots, gboolean *known,
		       GError **error)
{
	const char *colon = strrchr(name, ':');
	g_autofree char *path = colon ? g_strndup(name, (gsize)(colon - name)) : NULL;
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	struct naming naming = { undo, path, colon ? colon + 1 : name, files, FALSE };

	if (!look_everywhere(&naming, error))
		return FALSE;
	*known = naming.known;
	if (files->len > 1 && !is_move(&naming) && !are_one(&naming))
		return fail_ambiguous(&naming, error);
	if (path != NULL && files->len == 1 && !add_stubs(&naming, error))
		return FALSE;
	for (guint i = 0; i < files->len; i++) {
		struct md_undo_place place = { g_ptr_array_index(files, i), 0 };

		for (; place.unit < place.file->units->len; place.unit++) {
			if (is_of(place.file, md_undo_unit(place.file, place.unit), naming.name))
				g_array_append_val(roots, place);
		}
	}
	return TRUE;
}
