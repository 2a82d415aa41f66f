/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The set of undone units while it grows: what is added to it, in an order in which it can be
 * taken back, and what its rules ask of a name: which files have it, and whether it is new.
 */
#include "port/undo_close.h"

#include <string.h>

/* So many files have "ret"; a name that went is in few. */
#define MOST_FILES 64

char *md_undo_key(const struct md_undo_file *file, const char *name, gboolean local)
{
	return g_strdup_printf("%s:%s", local ? file->path : "", name);
}

static struct md_undo_file *open_entry(struct md_undo_closure *closure, struct md_undo_entry *entry)
{
	if (closure->error != NULL)
		return NULL;
	return md_undo_open(closure->undo, entry, &closure->error);
}

/* ---------------------------------------------------------------- choosing */

void md_undo_choose(struct md_undo_closure *closure, struct md_undo_file *file, guint index)
{
	struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_undo_event event = { file, index, unit->lines[MD_UNDO_AFTER] };

	if (unit->undone)
		return;
	unit->undone = TRUE;
	if (unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE)
		closure->lines += event.lines.end - event.lines.first;
	g_array_append_val(closure->events, event);
}

void md_undo_cut_lines(struct md_undo_closure *closure, struct md_undo_file *file,
		       struct md_extent lines)
{
	const struct md_undo_event event = { file, G_MAXUINT, lines };

	memset(file->cut + lines.first, TRUE, lines.end - lines.first);
	g_array_append_val(closure->events, event);
}

void md_undo_take_back(struct md_undo_closure *closure, guint events, guint gone, gsize lines)
{
	for (guint i = closure->events->len; i-- > events;) {
		const struct md_undo_event *event =
			&g_array_index(closure->events, struct md_undo_event, i);

		if (event->unit != G_MAXUINT)
			md_undo_unit(event->file, event->unit)->undone = FALSE;
		else
			memset(event->file->cut + event->lines.first, FALSE,
			       event->lines.end - event->lines.first);
	}
	g_array_set_size(closure->events, events);
	closure->next = events;
	for (guint i = gone; i < closure->gone->len; i++)
		g_hash_table_remove(closure->is_gone, g_ptr_array_index(closure->gone, i));
	g_ptr_array_set_size(closure->gone, (int)gone);
	g_hash_table_remove_all(closure->headed);
	/* What came back may have to be looked for again. */
	g_hash_table_remove_all(closure->checked);
	closure->lines = lines;
}

/* ------------------------------------------------------------------- names */

void md_undo_each_file(struct md_undo_closure *closure, enum md_undo_side side,
		       struct md_undo_file *file, const char *name, md_undo_visit visit, void *data)
{
	guint32 hash = md_undo_hash(md_slice_from_string(name));

	if (file != NULL) {
		visit(closure, file, name, data);
		return;
	}
	for (guint i = 0; i < closure->undo->entries->len; i++) {
		struct md_undo_entry *entry = g_ptr_array_index(closure->undo->entries, i);

		if (!md_undo_entry_has(entry, side, hash))
			continue;
		file = open_entry(closure, entry);
		if (file != NULL)
			visit(closure, file, name, data);
	}
}

gboolean md_undo_is_common(const struct md_undo *undo, enum md_undo_side side, const char *name)
{
	guint32 hash = md_undo_hash(md_slice_from_string(name));
	guint count = 0;

	for (guint i = 0; i < undo->entries->len && count < MOST_FILES; i++)
		count += md_undo_entry_has(g_ptr_array_index(undo->entries, i), side, hash);
	return count == MOST_FILES;
}

static gboolean has_word(const struct md_undo_version *version, const char *name)
{
	return md_undo_lines_have(version, (struct md_extent){ 0, version->line->len }, name);
}

static gboolean is_known_anywhere(struct md_undo_closure *closure, const char *name)
{
	guint32 hash = md_undo_hash(md_slice_from_string(name));

	for (guint i = 0; i < closure->undo->entries->len; i++) {
		struct md_undo_entry *entry = g_ptr_array_index(closure->undo->entries, i);
		const struct md_undo_file *opened;

		if (!md_undo_entry_has(entry, MD_UNDO_BEFORE, hash))
			continue;
		opened = open_entry(closure, entry);
		if (opened != NULL && has_word(&opened->version[MD_UNDO_BEFORE], name))
			return TRUE;
	}
	return FALSE;
}

/* What is_known_anywhere() said of a name. */
enum { KNOWN = 1, UNKNOWN };

gboolean md_undo_was_known(struct md_undo_closure *closure, const struct md_undo_file *file,
			   const char *name)
{
	gpointer known;

	if (file != NULL)
		return has_word(&file->version[MD_UNDO_BEFORE], name);
	known = g_hash_table_lookup(closure->known, name);
	if (known == NULL) {
		known = GINT_TO_POINTER(is_known_anywhere(closure, name) ? KNOWN : UNKNOWN);
		g_hash_table_insert(closure->known, g_strdup(name), known);
	}
	return GPOINTER_TO_INT(known) == KNOWN;
}

gboolean md_undo_defines(const struct md_piece *piece, const char *name)
{
	return (piece->kind == MD_PIECE_DEFINITION || piece->kind == MD_PIECE_VARIABLE) &&
	       md_piece_names(piece, name);
}

gboolean md_undo_piece_goes(const struct md_undo_file *file, const struct md_piece *piece)
{
	return md_undo_line_goes(file, piece->core.first) &&
	       md_undo_unit_is_whole(md_undo_unit(file, file->unit_of[piece->core.first]));
}

static void find_definition(struct md_undo_closure *closure, struct md_undo_file *file,
			    const char *name, void *found)
{
	const GArray *pieces = md_pieces_all(file->version[MD_UNDO_AFTER].pieces);

	for (guint i = 0; i < pieces->len; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		if (md_undo_defines(piece, name) && !md_undo_piece_goes(file, piece))
			*(gboolean *)found = TRUE;
	}
}

gboolean md_undo_is_defined(struct md_undo_closure *closure, struct md_undo_file *file,
			    const char *name)
{
	gboolean found = FALSE;

	md_undo_each_file(closure, MD_UNDO_AFTER, file, name, find_definition, &found);
	return found;
}
