/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes with a name that is gone: what refers to it, and, where it referred to others
 * itself, the helpers among these that nothing needs any more.
 */
#include "port/undo_close.h"

#include <string.h>

/* ------------------------------------------------------- what refers to it */

static void defer(struct md_undo_closure *closure, struct md_undo_file *file, guint unit)
{
	const struct md_undo_place place = { file, unit };

	if (!g_hash_table_contains(closure->refused, md_undo_unit(file, unit)))
		g_array_append_val(closure->deferred, place);
}

/* @word, on a line after, is a name that is gone. */
static void drop_reference(struct md_undo_closure *closure, struct md_undo_file *file,
			   const struct md_undo_word *word)
{
	guint index = file->unit_of[word->line];
	const struct md_undo_unit *unit;
	const struct md_piece *piece;
	struct md_extent statement;

	/* A line that is no change cannot be undone: it is listed in the end. */
	if (index == G_MAXUINT || md_undo_line_goes(file, word->line))
		return;
	unit = md_undo_unit(file, index);
	piece = md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
	if (unit->piece[MD_UNDO_BEFORE] != MD_UNDO_NO_PIECE || piece->kind != MD_PIECE_DEFINITION) {
		md_undo_choose(closure, file, index);
		return;
	}
	statement =
		piece->definition == MD_DEFINITION_FUNCTION
			? md_undo_statement(&file->version[MD_UNDO_AFTER], piece->core.first, word)
			: md_undo_entry_line(&file->version[MD_UNDO_AFTER], word->line);
	if (statement.end > 0 && statement.first > piece->core.first &&
	    statement.end < piece->core.end)
		md_undo_cut_lines(closure, file, statement);
	else
		defer(closure, file, index);
}

static void drop_references(struct md_undo_closure *closure, struct md_undo_file *file,
			    const char *name, void *data)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_slice wanted = md_slice_from_string(name);

	for (guint i = 0; i < after->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(after->words, struct md_undo_word, i);

		if (md_slice_equal(word->text, wanted))
			drop_reference(closure, file, word);
	}
}

void md_undo_lose(struct md_undo_closure *closure, struct md_undo_file *file, const char *name,
		  gboolean local)
{
	g_autofree char *key = md_undo_key(file, name, local);
	struct md_undo_file *scope = local ? file : NULL;

	if (g_hash_table_contains(closure->is_gone, key) ||
	    md_undo_is_defined(closure, scope, name) || md_undo_was_known(closure, scope, name))
		return;
	g_hash_table_add(closure->is_gone, key);
	g_ptr_array_add(closure->gone, g_steal_pointer(&key));
	md_undo_each_file(closure, MD_UNDO_AFTER, scope, name, drop_references, NULL);
}

/* Whether @word names a member of the struct, or a constant of the enum, that it stands in. */
static gboolean is_member(const struct md_undo_version *version, const struct md_undo_word *word,
			  enum md_definition_kind kind)
{
	const char *text = version->text.data;
	gsize at = (gsize)(word->text.data - text);

	if (kind == MD_DEFINITION_ENUM) {
		while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
			at--;
		return at == 0 || text[at - 1] == '\n';
	}
	return md_undo_is_declared(version, word) ||
	       (at > 1 && text[at - 1] == '*' && text[at - 2] == '(');
}

void md_undo_lose_members(struct md_undo_closure *closure, struct md_undo_file *file,
			  struct md_extent lines, enum md_definition_kind kind)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	struct md_undo_words words;

	if (kind != MD_DEFINITION_STRUCT && kind != MD_DEFINITION_UNION &&
	    kind != MD_DEFINITION_ENUM)
		return;
	words = md_undo_words(after, lines);
	for (guint i = 0; i < words.count; i++) {
		const struct md_undo_word *word = &words.word[i];
		g_autofree char *name = NULL;

		if (!is_member(after, word, kind))
			continue;
		name = g_strndup(word->text.data, word->text.size);
		md_undo_lose(closure, file, name, FALSE);
	}
}

/* ----------------------------------------- what nothing refers to any more */

struct helper {
	const struct md_undo_file *from; /* that referred to it */
	gboolean used;			 /* by a line that stays */
	GArray *definitions;		 /* of struct md_undo_place: all that say what it is */
	gboolean old;			 /* something that says what it is is not new */
};

/* Whether a line that stays, of @piece, has @name. */
static gboolean is_used_in(const struct md_undo_file *file, const struct md_piece *piece,
			   const char *name)
{
	const struct md_undo_words words =
		md_undo_words(&file->version[MD_UNDO_AFTER], piece->lines);

	for (guint i = 0; i < words.count; i++) {
		if (md_slice_is(words.word[i].text, name) &&
		    !md_undo_line_goes(file, words.word[i].line))
			return TRUE;
	}
	return FALSE;
}

static void look_at_helper(struct md_undo_closure *closure, struct md_undo_file *file,
			   const char *name, void *data)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const GArray *pieces = md_pieces_all(after->pieces);
	struct helper *helper = data;

	for (guint i = 0; i < pieces->len && !helper->used && !helper->old; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);
		gboolean own = md_piece_names(piece, name) || piece->kind == MD_PIECE_CALL;

		if (own && md_undo_lines_have(after, piece->core, name)) {
			struct md_undo_place place = { file, file->unit_of[piece->core.first] };

			if (place.unit == G_MAXUINT ||
			    md_undo_unit(file, place.unit)->piece[MD_UNDO_BEFORE] !=
				    MD_UNDO_NO_PIECE ||
			    piece->name_count > 1)
				helper->old = TRUE;
			else if (!piece->local || file == helper->from)
				g_array_append_val(helper->definitions, place);
			if (md_piece_names(piece, name))
				continue;
		}
		if (!own && is_used_in(file, piece, name))
			helper->used = TRUE;
	}
}

/* Whether a line of the downstream's own uses @name. */
static gboolean is_used_downstream(struct md_undo_closure *closure, const char *name)
{
	const struct md_undo *own = closure->own;
	guint32 hash = md_undo_hash(md_slice_from_string(name));

	for (guint i = 0; own != NULL && i < own->entries->len; i++) {
		const struct md_undo_entry *entry = g_ptr_array_index(own->entries, i);

		/* In a file of upstream's that has it, too, it is looked for by line. */
		if (md_undo_entry_has(entry, MD_UNDO_AFTER, hash) &&
		    !md_undo_entry_has(entry, MD_UNDO_BEFORE, hash))
			return TRUE;
	}
	return FALSE;
}

static gboolean defines_new(const struct md_undo_file *file, const char *name, gboolean *local)
{
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece;

		if (unit->piece[MD_UNDO_BEFORE] != MD_UNDO_NO_PIECE)
			continue;
		piece = md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
		if (!md_undo_defines(piece, name))
			continue;
		*local = piece->local;
		return TRUE;
	}
	return FALSE;
}

void md_undo_drop_helper(struct md_undo_closure *closure, struct md_undo_file *file,
			 const char *name)
{
	g_autoptr(GArray) definitions = g_array_new(FALSE, FALSE, sizeof(struct md_undo_place));
	struct helper helper = { .from = file, .definitions = definitions };
	gboolean local = FALSE, here = defines_new(file, name, &local);
	struct md_undo_file *scope = here && local ? file : NULL;

	if (md_undo_was_known(closure, scope, name) ||
	    (scope == NULL && md_undo_is_common(closure->undo, MD_UNDO_AFTER, name)))
		return;
	md_undo_each_file(closure, MD_UNDO_AFTER, scope, name, look_at_helper, &helper);
	if (helper.used || helper.old || definitions->len == 0 || is_used_downstream(closure, name))
		return;
	for (guint i = 0; i < definitions->len; i++) {
		const struct md_undo_place *place =
			&g_array_index(definitions, struct md_undo_place, i);

		md_undo_choose(closure, place->file, place->unit);
	}
}
