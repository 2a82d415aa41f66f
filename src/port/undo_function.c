/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What follows from a change inside a function: the variables that it declares or alone used,
 * and, where the function takes what it took before, its prototype and its calls.
 */
#include "port/undo_close.h"

#include <string.h>

/* A file with more changes was generated, or written to keep us busy: nothing is followed. */
#define MOST_UNITS 2000

/* ----------------------------------------------------------- its variables */

gboolean md_undo_is_declared(const struct md_undo_version *version, const struct md_undo_word *word)
{
	const char *text = version->text.data;
	gsize first = (gsize)(word->text.data - text), end = first + word->text.size, at = first;

	while (end < version->text.size && (text[end] == ' ' || text[end] == '\t'))
		end++;
	/* A label. */
	if (end < version->text.size && text[end] == ':' &&
	    (at == 0 || text[at - 1] == '\n' || g_ascii_isspace(text[at - 1])) &&
	    (end + 1 == version->text.size || text[end + 1] == '\n'))
		return TRUE;
	if (end >= version->text.size || strchr(";=,[", text[end]) == NULL ||
	    (text[end] == '=' && end + 1 < version->text.size && text[end + 1] == '='))
		return FALSE;
	while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t' || text[at - 1] == '*'))
		at--;
	if (at == first || at == 0 || !(g_ascii_isalnum(text[at - 1]) || text[at - 1] == '_'))
		return FALSE;
	/* "return x;" and "goto x;" use it. */
	return !(at >= 6 && memcmp(text + at - 6, "return", 6) == 0) &&
	       !(at >= 4 && memcmp(text + at - 4, "goto", 4) == 0);
}

/* Whether a line that stays, of the definition that @unit lies in, uses @word. */
static gboolean is_still_used(const struct md_undo_file *file, const struct md_undo_unit *unit,
			      const struct md_undo_word *word)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_undo_words words = md_undo_words(
		after, md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER])->lines);

	for (guint i = 0; i < words.count; i++) {
		const struct md_undo_word *use = &words.word[i];

		if (md_slice_equal(use->text, word->text) && !md_undo_line_goes(file, use->line) &&
		    !md_undo_is_declared(after, use))
			return TRUE;
	}
	return FALSE;
}

/* Whether @unit only declares variables, of which none is used any more. */
static gboolean is_idle(const struct md_undo_file *file, const struct md_undo_unit *unit)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_undo_words words = md_undo_words(after, unit->lines[MD_UNDO_AFTER]);
	struct md_slice text = md_undo_lines(after, unit->lines[MD_UNDO_AFTER]);

	if (unit->lines[MD_UNDO_BEFORE].end > unit->lines[MD_UNDO_BEFORE].first ||
	    memchr(text.data, '(', text.size) != NULL || memchr(text.data, '{', text.size) != NULL)
		return FALSE;
	for (guint i = 0; i < words.count; i++) {
		const struct md_undo_word *word = &words.word[i];

		if (md_undo_is_declared(after, word) && is_still_used(file, unit, word))
			return FALSE;
	}
	return TRUE;
}

/*
 * Undoes other changes of the same definition because of @word, on a line of @unit: those that
 * use a variable whose declaration went, or declare one that nothing else used; and, among
 * what can come back, those that declare one which came back.
 */
static void follow_local(struct md_undo_closure *closure, struct md_undo_file *file, guint index,
			 enum md_undo_side side, const struct md_undo_word *word)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_undo_version *version = &file->version[side];
	gboolean declared = md_undo_is_declared(version, word);
	g_autofree char *name = g_strndup(word->text.data, word->text.size);
	const struct md_piece *there = md_undo_piece(file, !side, unit->piece[!side]);

	/* A name that both sides know has no other meaning here. */
	if ((side == MD_UNDO_BEFORE && declared) ||
	    md_undo_lines_have(&file->version[!side], there->lines, name))
		return;
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *next = md_undo_unit(file, i);
		struct md_undo_words words;

		if (next->undone || next->piece[side] != unit->piece[side])
			continue;
		words = md_undo_words(version, next->lines[side]);
		for (guint j = 0; j < words.count; j++) {
			const struct md_undo_word *use = &words.word[j];

			if (!md_slice_equal(use->text, word->text) ||
			    !(declared || md_undo_is_declared(version, use)))
				continue;
			if (declared || side == MD_UNDO_BEFORE || is_idle(file, next))
				md_undo_choose(closure, file, i);
		}
	}
}

void md_undo_follow_locals(struct md_undo_closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);

	if (file->units->len > MOST_UNITS)
		return;
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const struct md_undo_version *version = &file->version[side];
		const struct md_undo_words words = md_undo_words(version, unit->lines[side]);

		for (guint i = 0; i < words.count; i++) {
			const struct md_undo_word *word = &words.word[i];

			if (side == MD_UNDO_BEFORE || md_undo_is_declared(version, word) ||
			    !is_still_used(file, unit, word))
				follow_local(closure, file, index, side, word);
		}
	}
}

/* ------------------------------------------------------------ its headline */

/* Undoes what was changed of a call or declaration on @lines after. */
static void undo_call(struct md_undo_closure *closure, struct md_undo_file *file,
		      struct md_extent lines)
{
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_extent *after = &unit->lines[MD_UNDO_AFTER];
		const struct md_piece *piece;

		if (after->first >= lines.end)
			return;
		/* Lines that are only there before stand between two after. */
		if (after->end <= lines.first &&
		    !(after->first == after->end && after->first > lines.first))
			continue;
		if (unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE)
			continue;
		piece = md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
		if (unit->piece[MD_UNDO_BEFORE] != MD_UNDO_NO_PIECE ||
		    (piece->kind == MD_PIECE_DECLARATION && piece->name_count == 1))
			md_undo_choose(closure, file, i);
	}
}

/* Whether by @name @file means a static thing of its own. */
static gboolean has_own(const struct md_undo_file *file, const char *name)
{
	const GArray *pieces = md_pieces_all(file->version[MD_UNDO_AFTER].pieces);

	for (guint i = 0; i < pieces->len; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		if (piece->local && md_piece_names(piece, name))
			return TRUE;
	}
	return FALSE;
}

/* Undoes the calls and declarations of what @data, a file, defines. */
static void undo_calls(struct md_undo_closure *closure, struct md_undo_file *file, const char *name,
		       void *data)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_slice wanted = md_slice_from_string(name);

	if (file->units->len > MOST_UNITS || (file != data && has_own(file, name)))
		return;
	for (guint i = 0; i < after->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(after->words, struct md_undo_word, i);
		struct md_extent lines = { word->line, word->line + 1 };
		struct md_arguments arguments;

		if (!md_slice_equal(word->text, wanted) ||
		    !md_arguments_read(after->text,
				       (gsize)(word->text.data - after->text.data) + wanted.size,
				       &arguments))
			continue;
		while (lines.end + 1 < after->line->len &&
		       g_array_index(after->line, gsize, lines.end) < arguments.bytes.end)
			lines.end++;
		undo_call(closure, file, lines);
	}
}

static gboolean overlap(const struct md_extent *a, const struct md_extent *b)
{
	return a->first < b->end && b->first < a->end;
}

void md_undo_follow_headline(struct md_undo_closure *closure, struct md_undo_file *file,
			     const struct md_undo_unit *unit)
{
	g_autoptr(GString) before = g_string_new(NULL);
	g_autoptr(GString) after = g_string_new(NULL);
	GString *const headline[MD_UNDO_SIDES] = { before, after };
	const struct md_piece *piece[MD_UNDO_SIDES];
	gboolean touched = FALSE, local;
	g_autofree char *key = NULL;

	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		struct md_extent lines;

		piece[side] = md_undo_piece(file, side, unit->piece[side]);
		if (!md_undo_headline(&file->version[side], piece[side], &lines, headline[side]))
			return;
		touched |= overlap(&lines, &unit->lines[side]);
	}
	if (!touched || strcmp(headline[0]->str, headline[1]->str) == 0)
		return;
	local = piece[MD_UNDO_BEFORE]->local && piece[MD_UNDO_AFTER]->local;
	key = md_undo_key(file, piece[MD_UNDO_AFTER]->name, local);
	if (g_hash_table_add(closure->headed, g_steal_pointer(&key)))
		md_undo_each_file(closure, MD_UNDO_AFTER, local ? file : NULL,
				  piece[MD_UNDO_AFTER]->name, undo_calls, file);
}
