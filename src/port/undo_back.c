/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes back with a name that comes back: what it refers to, and where a person
 * named it, what used it. And what stands around it: a file, a header's #include, blank lines.
 */
#include "port/undo_close.h"

/* ----------------------------------------------------------- what it needs */

struct need {
	const struct md_undo_file *from;
	gboolean there; /* it can be used as it is */
};

static void look_for(struct md_undo_closure *closure, struct md_undo_file *file, const char *name,
		     void *data)
{
	const GArray *pieces = md_pieces_all(file->version[MD_UNDO_AFTER].pieces);
	struct need *need = data;

	for (guint i = 0; i < pieces->len && !need->there; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		if ((md_undo_lines_have(&file->version[MD_UNDO_AFTER], piece->core, name) &&
		     (!piece->local || file == need->from)) &&
		    !md_undo_piece_goes(file, piece) &&
		    (!md_piece_names(piece, name) || piece->kind != MD_PIECE_DECLARATION))
			need->there = TRUE;
	}
}

/* What unit @index is made from of the side before, where that is not back yet; else NULL. */
static const struct md_piece *left_out(const struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);

	if (unit->undone || unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE)
		return NULL;
	return md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);
}

/* Takes back to life what the side before has of @name. */
static void restore(struct md_undo_closure *closure, struct md_undo_file *file, const char *name,
		    void *data)
{
	const struct md_undo_version *before = &file->version[MD_UNDO_BEFORE];
	const struct need *need = data;

	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece = left_out(file, i);

		if (piece == NULL || (piece->local && file != need->from))
			continue;
		if (md_undo_unit_is_whole(unit)
			    ? md_piece_names(piece, name)
			    : piece->kind == MD_PIECE_DEFINITION &&
				      (piece->definition == MD_DEFINITION_STRUCT ||
				       piece->definition == MD_DEFINITION_UNION ||
				       piece->definition == MD_DEFINITION_ENUM) &&
				      md_undo_lines_have(before, unit->lines[MD_UNDO_BEFORE], name))
			md_undo_choose(closure, file, i);
	}
}

void md_undo_need(struct md_undo_closure *closure, struct md_undo_file *file, const char *name)
{
	g_autofree char *key = md_undo_key(file, name, TRUE);
	struct need need = { .from = file };

	if (!g_hash_table_add(closure->checked, g_steal_pointer(&key)))
		return;
	/* A helper of this very file, static perhaps. */
	look_for(closure, file, name, &need);
	if (need.there)
		return;
	restore(closure, file, name, &need);
	if (md_undo_is_common(closure->undo, MD_UNDO_AFTER, name))
		return;
	md_undo_each_file(closure, MD_UNDO_AFTER, NULL, name, look_for, &need);
	if (!need.there && !md_undo_is_common(closure->undo, MD_UNDO_BEFORE, name))
		md_undo_each_file(closure, MD_UNDO_BEFORE, NULL, name, restore, &need);
}

/* ------------------------------------------------------------ what used it */

/* The lines that used @name before come back, but for those of definitions that went as well. */
static void restore_users(struct md_undo_closure *closure, struct md_undo_file *file,
			  const char *name, void *data)
{
	const struct md_undo_version *before = &file->version[MD_UNDO_BEFORE];

	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece = left_out(file, i);

		if (piece != NULL &&
		    !(md_undo_unit_is_whole(unit) && piece->kind == MD_PIECE_DEFINITION) &&
		    md_undo_lines_have(before, unit->lines[MD_UNDO_BEFORE], name))
			md_undo_choose(closure, file, i);
	}
}

void md_undo_restore_root(struct md_undo_closure *closure, const struct md_undo_place *root)
{
	const struct md_undo_unit *unit = md_undo_unit(root->file, root->unit);
	const struct md_piece *piece;

	if (unit->piece[MD_UNDO_AFTER] != MD_UNDO_NO_PIECE)
		return;
	piece = md_undo_piece(root->file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);
	for (guint i = 0; i < piece->name_count; i++) {
		struct md_undo_file *scope = piece->local ? root->file : NULL;

		/* Upstream may only have moved it. */
		if (!md_undo_is_defined(closure, scope, piece->names[i]))
			md_undo_each_file(closure, MD_UNDO_BEFORE, scope, piece->names[i],
					  restore_users, NULL);
	}
}

/* --------------------------------------------------- what stands around it */

/* A file that is gone comes back with what holds it together. */
static void restore_frame(struct md_undo_closure *closure, struct md_undo_file *file)
{
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece =
			md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);

		if (piece->kind == MD_PIECE_INCLUDE || piece->kind == MD_PIECE_DIRECTIVE ||
		    (piece->kind == MD_PIECE_OTHER && i == 0))
			md_undo_choose(closure, file, i);
	}
}

/* A header that is gone comes back with the line that includes it. */
static void restore_header(struct md_undo_closure *closure, struct md_undo_file *file,
			   const struct md_piece *piece)
{
	struct md_undo_file *header = NULL;

	if (piece->kind == MD_PIECE_INCLUDE && piece->name != NULL && closure->error == NULL)
		header = md_undo_included(closure->undo, file->path, piece->name, &closure->error);
	if (header == NULL || header->version[MD_UNDO_AFTER].mode != 0)
		return;
	for (guint i = 0; i < header->units->len; i++)
		md_undo_choose(closure, header, i);
}

/* The blank line that upstream moved behind what it put in comes back with it. */
static void restore_blanks(struct md_undo_closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index), *before;

	if (index == 0)
		return;
	before = md_undo_unit(file, index - 1);
	if (before->lines[MD_UNDO_AFTER].end == unit->lines[MD_UNDO_AFTER].first &&
	    md_undo_unit_is_blank(file, before))
		md_undo_choose(closure, file, index - 1);
}

void md_undo_restore_around(struct md_undo_closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);

	if (file->version[MD_UNDO_AFTER].mode == 0)
		restore_frame(closure, file);
	if (unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE)
		restore_header(closure, file,
			       md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]));
	else if (unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE)
		restore_blanks(closure, file, index);
}
