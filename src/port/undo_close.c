/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which units go with those that a person named. The least set that holds the roots and is
 * closed under five rules, each about names that one side of a unit has:
 *
 * - What refers to a name that is gone goes: a new call, a prototype, an entry of a
 *   table. In a definition that is new itself the statement goes, if it can go alone
 *   (undo_statement.c), else the definition.
 * - What nothing refers to any more goes, where it is new and what went referred to it: helpers,
 *   macros, variables, their declarations, and #include of a new header.
 * - What comes back needs what it refers to: where that went with the change, it comes back,
 *   too: a helper, a member of a struct, a variable of the function. A root that comes back
 *   brings the lines that used it.
 * - A function that takes what it took before needs its prototype and the calls that were changed
 *   with it. A call in a definition that is new stays, and is listed (calls.c).
 * - A name is gone only where it is new: where the side before knows it nowhere. So no rule
 *   goes on from "flags" or "ret".
 *
 * The first rule has no natural end: what refers to a new helper may be a new driver, which
 * many more names go with. So a new definition that does not merely call is tried last, and put
 * back with all that it took along where that is more than a person reads through; then it keeps
 * its reference, which is listed as such.
 *
 * Cost: each name is looked for once in the hashes of all files, and in the words of those
 * that have it.
 */
#include "port/undo_close.h"

/* Lines of new definitions that one reference may take along: some screens full. */
#define MOST_LINES 200

/* The names on lines of one side, each once. */
static GPtrArray *names_on(const struct md_undo_version *version, struct md_extent lines)
{
	const struct md_undo_words words = md_undo_words(version, lines);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < words.count; i++) {
		char *name = g_strndup(words.word[i].text.data, words.word[i].text.size);

		if (g_hash_table_contains(seen, name)) {
			g_free(name);
			continue;
		}
		g_hash_table_add(seen, name);
		g_ptr_array_add(names, name);
	}
	return names;
}

/* What a unit says of names: those that it defines, or declares in a definition. */
static void look_at_unit(struct md_undo_closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_piece *piece;

	md_undo_restore_around(closure, file, index);
	if (unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE)
		return;
	piece = md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
	if (unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE) {
		for (guint i = 0; i < piece->name_count; i++) {
			if (md_undo_defines(piece, piece->names[i]))
				md_undo_lose(closure, file, piece->names[i], piece->local);
		}
		if (piece->kind == MD_PIECE_DEFINITION && piece->definition == MD_DEFINITION_ENUM)
			md_undo_lose_members(closure, file, unit->lines[MD_UNDO_AFTER],
					     piece->definition);
	} else if (piece->kind == MD_PIECE_DEFINITION) {
		if (piece->definition == MD_DEFINITION_FUNCTION) {
			md_undo_follow_headline(closure, file, unit);
			md_undo_follow_locals(closure, file, index);
		}
		md_undo_lose_members(closure, file, unit->lines[MD_UNDO_AFTER], piece->definition);
	}
}

static void look_at(struct md_undo_closure *closure, const struct md_undo_event *event)
{
	struct md_undo_file *file = event->file;
	const struct md_undo_unit *unit =
		event->unit != G_MAXUINT ? md_undo_unit(file, event->unit) : NULL;
	g_autoptr(GPtrArray) went = names_on(&file->version[MD_UNDO_AFTER], event->lines);
	g_autoptr(GPtrArray) back = NULL;

	if (unit != NULL)
		look_at_unit(closure, file, event->unit);
	for (guint i = 0; i < went->len; i++)
		md_undo_drop_helper(closure, file, g_ptr_array_index(went, i));
	if (unit == NULL)
		return;
	back = names_on(&file->version[MD_UNDO_BEFORE], unit->lines[MD_UNDO_BEFORE]);
	for (guint i = 0; i < back->len; i++)
		md_undo_need(closure, file, g_ptr_array_index(back, i));
}

static void settle(struct md_undo_closure *closure, gsize most_lines)
{
	while (closure->error == NULL && closure->next < closure->events->len &&
	       closure->lines <= most_lines) {
		const struct md_undo_event event =
			g_array_index(closure->events, struct md_undo_event, closure->next++);

		look_at(closure, &event);
	}
}

/* Tries a definition that refers to what is gone, with all that it takes along. */
static void try_definition(struct md_undo_closure *closure, const struct md_undo_place *place)
{
	struct md_undo_unit *unit = md_undo_unit(place->file, place->unit);
	guint events = closure->events->len, gone = closure->gone->len;
	guint deferred = closure->deferred->len;
	gsize lines = closure->lines, most = lines + MOST_LINES;

	if (unit->undone || g_hash_table_contains(closure->refused, unit))
		return;
	md_undo_choose(closure, place->file, place->unit);
	settle(closure, most);
	for (guint i = deferred; i < closure->deferred->len && closure->lines <= most; i++) {
		const struct md_undo_place next =
			g_array_index(closure->deferred, struct md_undo_place, i);

		md_undo_choose(closure, next.file, next.unit);
		settle(closure, most);
	}
	g_array_set_size(closure->deferred, deferred);
	if (closure->lines <= most)
		return;
	md_undo_take_back(closure, events, gone, lines);
	g_hash_table_add(closure->refused, unit);
}

static void try_deferred(struct md_undo_closure *closure)
{
	for (guint i = 0; i < closure->deferred->len && closure->error == NULL; i++) {
		const struct md_undo_place place =
			g_array_index(closure->deferred, struct md_undo_place, i);

		try_definition(closure, &place);
	}
	g_array_set_size(closure->deferred, 0);
}

/* Headers that nothing needs any more, or that something needs again. */
static void follow_includes(struct md_undo_closure *closure)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint count = closure->events->len;

	for (guint i = 0; i < count && closure->error == NULL; i++) {
		struct md_undo_file *file =
			g_array_index(closure->events, struct md_undo_event, i).file;
		g_autoptr(GArray) units = NULL;

		if (!g_hash_table_add(seen, file))
			continue;
		units = md_undo_includes(closure->undo, file, &closure->error);
		for (guint j = 0; units != NULL && j < units->len; j++) {
			const struct md_undo_place *place =
				&g_array_index(units, struct md_undo_place, j);

			md_undo_choose(closure, place->file, place->unit);
		}
	}
}

gboolean md_undo_close(struct md_undo *undo, const GArray *roots, const struct md_undo *own,
		       GError **error)
{
	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(struct md_undo_event));
	g_autoptr(GArray) deferred = g_array_new(FALSE, FALSE, sizeof(struct md_undo_place));
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) is_gone = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) known = md_path_set_new();
	g_autoptr(GHashTable) checked = md_path_set_new();
	g_autoptr(GHashTable) refused = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) headed = md_path_set_new();
	struct md_undo_closure closure = {
		.undo = undo,
		.own = own,
		.events = events,
		.gone = gone,
		.is_gone = is_gone,
		.known = known,
		.checked = checked,
		.deferred = deferred,
		.refused = refused,
		.headed = headed,
	};

	for (guint i = 0; i < roots->len; i++) {
		const struct md_undo_place *root = &g_array_index(roots, struct md_undo_place, i);

		md_undo_choose(&closure, root->file, root->unit);
	}
	for (guint i = 0; i < roots->len; i++)
		md_undo_restore_root(&closure, &g_array_index(roots, struct md_undo_place, i));
	do {
		settle(&closure, G_MAXSIZE);
		try_deferred(&closure);
		follow_includes(&closure);
	} while (closure.error == NULL && closure.next < events->len);
	if (closure.error == NULL)
		return TRUE;
	g_propagate_error(error, closure.error);
	return FALSE;
}
