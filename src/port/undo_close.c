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
#include "port/undo.h"

#include <string.h>

/* Lines of new definitions that one reference may take along: some screens full. */
#define MOST_LINES 200
/* So many files have "ret"; a name that went is in few. */
#define MOST_FILES 64
/* A file with more changes was generated, or written to keep us busy: no variable is followed. */
#define MOST_UNITS 2000

/* What happened, in order, so that it can be taken back. */
struct event {
	struct md_undo_file *file;
	guint unit; /* G_MAXUINT: lines were cut */
	struct md_extent lines;
};

struct closure {
	struct md_undo *undo;
	const struct md_undo *own;
	GArray *events;	     /* of struct event */
	guint next;	     /* the first event that was not yet looked at */
	GPtrArray *gone;     /* of names, as key_of() has them, in order */
	GHashTable *is_gone; /* set of the same */
	GHashTable *known;   /* name to KNOWN or UNKNOWN */
	GHashTable *checked; /* names that were looked for to come back */
	GArray *deferred;    /* of struct md_undo_place: definitions to try */
	GHashTable *refused; /* set of units that are not to be tried again */
	GHashTable *headed;  /* set of functions, as key_of(), whose headline came back */
	gsize lines;	     /* of new definitions that went so far */
	GError *error;
};

/* A name that only the file sees has its path in front. */
static char *key_of(const struct md_undo_file *file, const char *name, gboolean local)
{
	return g_strdup_printf("%s:%s", local ? file->path : "", name);
}

static struct md_undo_file *open_entry(struct closure *closure, struct md_undo_entry *entry)
{
	if (closure->error != NULL)
		return NULL;
	return md_undo_open(closure->undo, entry, &closure->error);
}

/* ---------------------------------------------------------------- choosing */

static void choose(struct closure *closure, struct md_undo_file *file, guint index)
{
	struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct event event = { file, index, unit->lines[MD_UNDO_AFTER] };

	if (unit->undone)
		return;
	unit->undone = TRUE;
	if (unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE)
		closure->lines += event.lines.end - event.lines.first;
	g_array_append_val(closure->events, event);
}

static void cut(struct closure *closure, struct md_undo_file *file, struct md_extent lines)
{
	const struct event event = { file, G_MAXUINT, lines };

	memset(file->cut + lines.first, TRUE, lines.end - lines.first);
	g_array_append_val(closure->events, event);
}

static void take_back(struct closure *closure, guint events, guint gone, gsize lines)
{
	for (guint i = closure->events->len; i-- > events;) {
		const struct event *event = &g_array_index(closure->events, struct event, i);

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

/* Calls @visit for every file whose words of @side may hold @name, or for @file alone. */
typedef void (*visit_file)(struct closure *closure, struct md_undo_file *file, const char *name,
			   void *data);

static void each_file(struct closure *closure, enum md_undo_side side, struct md_undo_file *file,
		      const char *name, visit_file visit, void *data)
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

/* How many files may have @name, counted up to @most. */
static guint count_files(const struct md_undo *undo, enum md_undo_side side, const char *name,
			 guint most)
{
	guint32 hash = md_undo_hash(md_slice_from_string(name));
	guint count = 0;

	for (guint i = 0; i < undo->entries->len && count < most; i++)
		count += md_undo_entry_has(g_ptr_array_index(undo->entries, i), side, hash);
	return count;
}

static gboolean has_word(const struct md_undo_version *version, const char *name)
{
	return md_undo_lines_have(version, (struct md_extent){ 0, version->line->len }, name);
}

static gboolean is_known_anywhere(struct closure *closure, const char *name)
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

/* Whether the side before knows @name: in @file, or where it is NULL anywhere. */
static gboolean was_known(struct closure *closure, const struct md_undo_file *file,
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

/* Whether @piece says what @name is, so that it can be used. */
static gboolean defines(const struct md_piece *piece, const char *name)
{
	return (piece->kind == MD_PIECE_DEFINITION || piece->kind == MD_PIECE_VARIABLE) &&
	       md_piece_names(piece, name);
}

static gboolean piece_goes(const struct md_undo_file *file, const struct md_piece *piece)
{
	return md_undo_line_goes(file, piece->core.first) &&
	       md_undo_unit_is_whole(md_undo_unit(file, file->unit_of[piece->core.first]));
}

static void find_definition(struct closure *closure, struct md_undo_file *file, const char *name,
			    void *found)
{
	const GArray *pieces = md_pieces_all(file->version[MD_UNDO_AFTER].pieces);

	for (guint i = 0; i < pieces->len; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		if (defines(piece, name) && !piece_goes(file, piece))
			*(gboolean *)found = TRUE;
	}
}

/* --------------------------------------------------- what refers to what is gone */

static void defer(struct closure *closure, struct md_undo_file *file, guint unit)
{
	const struct md_undo_place place = { file, unit };

	if (!g_hash_table_contains(closure->refused, md_undo_unit(file, unit)))
		g_array_append_val(closure->deferred, place);
}

/* One word on a line after that is @name, which is gone. */
static void drop_reference(struct closure *closure, struct md_undo_file *file,
			   const struct md_undo_word *word, const char *name)
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
		choose(closure, file, index);
		return;
	}
	statement =
		piece->definition == MD_DEFINITION_FUNCTION
			? md_undo_statement(&file->version[MD_UNDO_AFTER], piece->core.first, word)
			: md_undo_entry_line(&file->version[MD_UNDO_AFTER], word->line);
	if (statement.end > 0 && statement.first > piece->core.first &&
	    statement.end < piece->core.end)
		cut(closure, file, statement);
	else
		defer(closure, file, index);
}

static void drop_references(struct closure *closure, struct md_undo_file *file, const char *name,
			    void *data)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_slice wanted = { name, strlen(name) };

	for (guint i = 0; i < after->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(after->words, struct md_undo_word, i);

		if (md_slice_equal(word->text, wanted))
			drop_reference(closure, file, word, name);
	}
}

static void lose(struct closure *closure, struct md_undo_file *file, const char *name,
		 gboolean local)
{
	g_autofree char *key = key_of(file, name, local);
	struct md_undo_file *scope = local ? file : NULL;
	gboolean defined = FALSE;

	if (g_hash_table_contains(closure->is_gone, key))
		return;
	each_file(closure, MD_UNDO_AFTER, scope, name, find_definition, &defined);
	if (defined || was_known(closure, scope, name))
		return;
	g_hash_table_add(closure->is_gone, key);
	g_ptr_array_add(closure->gone, g_steal_pointer(&key));
	each_file(closure, MD_UNDO_AFTER, scope, name, drop_references, NULL);
}

/* ------------------------------------------- what nothing refers to any more */

struct helper {
	const struct md_undo_file *from; /* that referred to it */
	gboolean used;			 /* by a line that stays */
	GArray *definitions;		 /* of struct md_undo_place: all that say what it is */
	gboolean old;			 /* something that says what it is is not new */
};

static void look_at_helper(struct closure *closure, struct md_undo_file *file, const char *name,
			   void *data)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const GArray *pieces = md_pieces_all(after->pieces);
	struct helper *helper = data;

	for (guint i = 0; i < pieces->len && !helper->used && !helper->old; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);
		gboolean own = md_piece_names(piece, name) || piece->kind == MD_PIECE_CALL;
		guint first = md_undo_first_word(after, piece->lines.first);

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
		for (guint j = first; !own && j < after->words->len; j++) {
			const struct md_undo_word *word =
				&g_array_index(after->words, struct md_undo_word, j);

			if (word->line >= piece->lines.end)
				break;
			if (md_slice_is(word->text, name) && !md_undo_line_goes(file, word->line))
				helper->used = TRUE;
		}
	}
}

/* Whether a line of the downstream's own uses @name. */
static gboolean is_used_downstream(struct closure *closure, const char *name)
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
		if (!defines(piece, name))
			continue;
		*local = piece->local;
		return TRUE;
	}
	return FALSE;
}

/* A name on a line that went: where it is that of a helper that nothing needs any more, it goes. */
static void drop_helper(struct closure *closure, struct md_undo_file *file, const char *name)
{
	g_autoptr(GArray) definitions = g_array_new(FALSE, FALSE, sizeof(struct md_undo_place));
	struct helper helper = { .from = file, .definitions = definitions };
	gboolean local = FALSE, here = defines_new(file, name, &local);
	struct md_undo_file *scope = here && local ? file : NULL;

	if (was_known(closure, scope, name) ||
	    (scope == NULL &&
	     count_files(closure->undo, MD_UNDO_AFTER, name, MOST_FILES) == MOST_FILES))
		return;
	each_file(closure, MD_UNDO_AFTER, scope, name, look_at_helper, &helper);
	if (helper.used || helper.old || definitions->len == 0 || is_used_downstream(closure, name))
		return;
	for (guint i = 0; i < definitions->len; i++) {
		const struct md_undo_place *place =
			&g_array_index(definitions, struct md_undo_place, i);

		choose(closure, place->file, place->unit);
	}
}

/* -------------------------------------------------- what comes back needs it */

struct need {
	const struct md_undo_file *from;
	gboolean there; /* it can be used as it is */
};

static void look_for(struct closure *closure, struct md_undo_file *file, const char *name,
		     void *data)
{
	const GArray *pieces = md_pieces_all(file->version[MD_UNDO_AFTER].pieces);
	struct need *need = data;

	for (guint i = 0; i < pieces->len && !need->there; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		if ((md_undo_lines_have(&file->version[MD_UNDO_AFTER], piece->core, name) &&
		     (!piece->local || file == need->from)) &&
		    !piece_goes(file, piece) &&
		    (!md_piece_names(piece, name) || piece->kind != MD_PIECE_DECLARATION))
			need->there = TRUE;
	}
}

/* Takes back to life what the side before has of @name. */
static void restore(struct closure *closure, struct md_undo_file *file, const char *name,
		    void *data)
{
	const struct md_undo_version *before = &file->version[MD_UNDO_BEFORE];
	const struct need *need = data;

	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece;

		if (unit->undone || unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE)
			continue;
		piece = md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);
		if (piece->local && file != need->from)
			continue;
		if (md_undo_unit_is_whole(unit)
			    ? md_piece_names(piece, name)
			    : piece->kind == MD_PIECE_DEFINITION &&
				      (piece->definition == MD_DEFINITION_STRUCT ||
				       piece->definition == MD_DEFINITION_UNION ||
				       piece->definition == MD_DEFINITION_ENUM) &&
				      md_undo_lines_have(before, unit->lines[MD_UNDO_BEFORE], name))
			choose(closure, file, i);
	}
}

/* The lines that used @name before come back, but for those of definitions that went as well. */
static void restore_users(struct closure *closure, struct md_undo_file *file, const char *name,
			  void *data)
{
	const struct md_undo_version *before = &file->version[MD_UNDO_BEFORE];

	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece;

		if (unit->undone || unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE)
			continue;
		piece = md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);
		if (!(md_undo_unit_is_whole(unit) && piece->kind == MD_PIECE_DEFINITION) &&
		    md_undo_lines_have(before, unit->lines[MD_UNDO_BEFORE], name))
			choose(closure, file, i);
	}
}

/* What a person named and upstream had taken out is of no use without them. */
static void restore_root(struct closure *closure, const struct md_undo_place *root)
{
	const struct md_undo_unit *unit = md_undo_unit(root->file, root->unit);
	const struct md_piece *piece;

	if (unit->piece[MD_UNDO_AFTER] != MD_UNDO_NO_PIECE)
		return;
	piece = md_undo_piece(root->file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);
	for (guint i = 0; i < piece->name_count; i++) {
		struct md_undo_file *scope = piece->local ? root->file : NULL;
		gboolean defined = FALSE;

		/* Upstream may only have moved it. */
		each_file(closure, MD_UNDO_AFTER, scope, piece->names[i], find_definition,
			  &defined);
		if (!defined)
			each_file(closure, MD_UNDO_BEFORE, scope, piece->names[i], restore_users,
				  NULL);
	}
}

/* A name on a line that comes back. */
static void need(struct closure *closure, struct md_undo_file *file, const char *name)
{
	g_autofree char *key = key_of(file, name, TRUE);
	struct need need = { .from = file };

	if (!g_hash_table_add(closure->checked, g_steal_pointer(&key)))
		return;
	/* A helper of this very file, static perhaps. */
	look_for(closure, file, name, &need);
	if (need.there)
		return;
	restore(closure, file, name, &need);
	if (count_files(closure->undo, MD_UNDO_AFTER, name, MOST_FILES) == MOST_FILES)
		return;
	each_file(closure, MD_UNDO_AFTER, NULL, name, look_for, &need);
	if (!need.there &&
	    count_files(closure->undo, MD_UNDO_BEFORE, name, MOST_FILES) < MOST_FILES)
		each_file(closure, MD_UNDO_BEFORE, NULL, name, restore, &need);
}

/* --------------------------------------------------------- inside a function */

/* Whether @word, in its text, is declared: a type stands before it, a value or an end behind. */
static gboolean is_declared(const struct md_undo_version *version, const struct md_undo_word *word)
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
	const struct md_extent *lines =
		&md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER])->lines;

	for (guint i = md_undo_first_word(after, lines->first); i < after->words->len; i++) {
		const struct md_undo_word *use =
			&g_array_index(after->words, struct md_undo_word, i);

		if (use->line >= lines->end)
			return FALSE;
		if (md_slice_equal(use->text, word->text) && !md_undo_line_goes(file, use->line) &&
		    !is_declared(after, use))
			return TRUE;
	}
	return FALSE;
}

/* Whether @unit only declares variables, of which none is used any more. */
static gboolean is_idle(const struct md_undo_file *file, const struct md_undo_unit *unit)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_extent *lines = &unit->lines[MD_UNDO_AFTER];
	struct md_slice text = md_undo_lines(after, *lines);

	if (unit->lines[MD_UNDO_BEFORE].end > unit->lines[MD_UNDO_BEFORE].first ||
	    memchr(text.data, '(', text.size) != NULL || memchr(text.data, '{', text.size) != NULL)
		return FALSE;
	for (guint i = md_undo_first_word(after, lines->first); i < after->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(after->words, struct md_undo_word, i);

		if (word->line >= lines->end)
			break;
		if (is_declared(after, word) && is_still_used(file, unit, word))
			return FALSE;
	}
	return TRUE;
}

/*
 * Undoes other changes of the same definition because of @word, on a line of @unit: those that
 * use a variable whose declaration went, or declare one that nothing else used; and, among
 * what can come back, those that declare one which came back.
 */
static void follow_local(struct closure *closure, struct md_undo_file *file, guint index,
			 enum md_undo_side side, const struct md_undo_word *word)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_undo_version *version = &file->version[side];
	gboolean declared = is_declared(version, word);
	g_autofree char *name = g_strndup(word->text.data, word->text.size);
	const struct md_piece *there = md_undo_piece(file, !side, unit->piece[!side]);

	/* A name that both sides know has no other meaning here. */
	if ((side == MD_UNDO_BEFORE && declared) ||
	    md_undo_lines_have(&file->version[!side], there->lines, name))
		return;
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *next = md_undo_unit(file, i);
		const struct md_extent *lines = &next->lines[side];

		if (next->undone || next->piece[side] != unit->piece[side])
			continue;
		for (guint j = md_undo_first_word(version, lines->first); j < version->words->len;
		     j++) {
			const struct md_undo_word *use =
				&g_array_index(version->words, struct md_undo_word, j);

			if (use->line >= lines->end)
				break;
			if (!md_slice_equal(use->text, word->text) ||
			    !(declared || is_declared(version, use)))
				continue;
			if (declared || side == MD_UNDO_BEFORE || is_idle(file, next))
				choose(closure, file, i);
		}
	}
}

/* ------------------------------------------------------------------- events */

/* The names on lines of one side, each once. */
static GPtrArray *names_on(const struct md_undo_version *version, struct md_extent lines)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = md_undo_first_word(version, lines.first); i < version->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(version->words, struct md_undo_word, i);
		char *name;

		if (word->line >= lines.end)
			break;
		name = g_strndup(word->text.data, word->text.size);
		if (g_hash_table_contains(seen, name)) {
			g_free(name);
			continue;
		}
		g_hash_table_add(seen, name);
		g_ptr_array_add(names, name);
	}
	return names;
}

static void follow_locals(struct closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);

	if (file->units->len > MOST_UNITS)
		return;
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const struct md_undo_version *version = &file->version[side];
		const struct md_extent *lines = &unit->lines[side];

		for (guint i = md_undo_first_word(version, lines->first); i < version->words->len;
		     i++) {
			const struct md_undo_word *word =
				&g_array_index(version->words, struct md_undo_word, i);

			if (word->line >= lines->end)
				break;
			if (side == MD_UNDO_BEFORE || is_declared(version, word) ||
			    !is_still_used(file, unit, word))
				follow_local(closure, file, index, side, word);
		}
	}
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
	return is_declared(version, word) || (at > 1 && text[at - 1] == '*' && text[at - 2] == '(');
}

/* ---------------------------------------------------------------- headlines */

/* Undoes what was changed of a call or declaration on @lines after. */
static void undo_call(struct closure *closure, struct md_undo_file *file, struct md_extent lines)
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
			choose(closure, file, i);
	}
}

static void undo_calls(struct closure *closure, struct md_undo_file *file, const char *name,
		       void *data)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_slice wanted = { name, strlen(name) };

	if (file->units->len > MOST_UNITS)
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

/* Where @unit holds what the function that it lies in takes, its callers go with it. */
static void follow_headline(struct closure *closure, struct md_undo_file *file,
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
	key = key_of(file, piece[MD_UNDO_AFTER]->name, local);
	if (g_hash_table_add(closure->headed, g_steal_pointer(&key)))
		each_file(closure, MD_UNDO_AFTER, local ? file : NULL, piece[MD_UNDO_AFTER]->name,
			  undo_calls, NULL);
}

/* The members and constants on lines that went. */
static void lose_members(struct closure *closure, struct md_undo_file *file, struct md_extent lines,
			 enum md_definition_kind kind)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];

	if (kind != MD_DEFINITION_STRUCT && kind != MD_DEFINITION_UNION &&
	    kind != MD_DEFINITION_ENUM)
		return;
	for (guint i = md_undo_first_word(after, lines.first); i < after->words->len; i++) {
		const struct md_undo_word *word =
			&g_array_index(after->words, struct md_undo_word, i);
		g_autofree char *name = NULL;

		if (word->line >= lines.end)
			break;
		if (!is_member(after, word, kind))
			continue;
		name = g_strndup(word->text.data, word->text.size);
		lose(closure, file, name, FALSE);
	}
}

/* A file that is gone comes back with what holds it together. */
static void restore_frame(struct closure *closure, struct md_undo_file *file)
{
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);
		const struct md_piece *piece =
			md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]);

		if (piece->kind == MD_PIECE_INCLUDE || piece->kind == MD_PIECE_DIRECTIVE ||
		    (piece->kind == MD_PIECE_OTHER && i == 0))
			choose(closure, file, i);
	}
}

/* A header that is gone comes back with the line that includes it. */
static void restore_header(struct closure *closure, struct md_undo_file *file,
			   const struct md_piece *piece)
{
	struct md_undo_file *header = NULL;

	if (piece->kind == MD_PIECE_INCLUDE && piece->name != NULL && closure->error == NULL)
		header = md_undo_included(closure->undo, file->path, piece->name, &closure->error);
	if (header == NULL || header->version[MD_UNDO_AFTER].mode != 0)
		return;
	for (guint i = 0; i < header->units->len; i++)
		choose(closure, header, i);
}

/* The blank line that upstream moved behind what it put in comes back with it. */
static void restore_blanks(struct closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index), *before;

	if (index == 0)
		return;
	before = md_undo_unit(file, index - 1);
	if (before->lines[MD_UNDO_AFTER].end == unit->lines[MD_UNDO_AFTER].first &&
	    md_undo_unit_is_blank(file, before))
		choose(closure, file, index - 1);
}

/* What a unit says of names: those that it defines, or declares in a definition. */
static void look_at_unit(struct closure *closure, struct md_undo_file *file, guint index)
{
	const struct md_undo_unit *unit = md_undo_unit(file, index);
	const struct md_piece *piece;

	if (file->version[MD_UNDO_AFTER].mode == 0)
		restore_frame(closure, file);
	if (unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE) {
		restore_header(closure, file,
			       md_undo_piece(file, MD_UNDO_BEFORE, unit->piece[MD_UNDO_BEFORE]));
		return;
	}
	piece = md_undo_piece(file, MD_UNDO_AFTER, unit->piece[MD_UNDO_AFTER]);
	if (unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE) {
		restore_blanks(closure, file, index);
		for (guint i = 0; i < piece->name_count; i++) {
			if (defines(piece, piece->names[i]))
				lose(closure, file, piece->names[i], piece->local);
		}
		if (piece->kind == MD_PIECE_DEFINITION && piece->definition == MD_DEFINITION_ENUM)
			lose_members(closure, file, unit->lines[MD_UNDO_AFTER], piece->definition);
	} else if (piece->kind == MD_PIECE_DEFINITION) {
		if (piece->definition == MD_DEFINITION_FUNCTION) {
			follow_headline(closure, file, unit);
			follow_locals(closure, file, index);
		}
		lose_members(closure, file, unit->lines[MD_UNDO_AFTER], piece->definition);
	}
}

static void look_at(struct closure *closure, const struct event *event)
{
	struct md_undo_file *file = event->file;
	const struct md_undo_unit *unit =
		event->unit != G_MAXUINT ? md_undo_unit(file, event->unit) : NULL;
	g_autoptr(GPtrArray) went = names_on(&file->version[MD_UNDO_AFTER], event->lines);
	g_autoptr(GPtrArray) back = NULL;

	if (unit != NULL)
		look_at_unit(closure, file, event->unit);
	for (guint i = 0; i < went->len; i++)
		drop_helper(closure, file, g_ptr_array_index(went, i));
	if (unit == NULL)
		return;
	back = names_on(&file->version[MD_UNDO_BEFORE], unit->lines[MD_UNDO_BEFORE]);
	for (guint i = 0; i < back->len; i++)
		need(closure, file, g_ptr_array_index(back, i));
}

static void settle(struct closure *closure, gsize most_lines)
{
	while (closure->error == NULL && closure->next < closure->events->len &&
	       closure->lines <= most_lines) {
		const struct event event =
			g_array_index(closure->events, struct event, closure->next++);

		look_at(closure, &event);
	}
}

/* Tries a definition that refers to what is gone, with all that it takes along. */
static void try_definition(struct closure *closure, const struct md_undo_place *place)
{
	struct md_undo_unit *unit = md_undo_unit(place->file, place->unit);
	guint events = closure->events->len, gone = closure->gone->len;
	guint deferred = closure->deferred->len;
	gsize lines = closure->lines, most = lines + MOST_LINES;

	if (unit->undone || g_hash_table_contains(closure->refused, unit))
		return;
	choose(closure, place->file, place->unit);
	settle(closure, most);
	for (guint i = deferred; i < closure->deferred->len && closure->lines <= most; i++) {
		const struct md_undo_place next =
			g_array_index(closure->deferred, struct md_undo_place, i);

		choose(closure, next.file, next.unit);
		settle(closure, most);
	}
	g_array_set_size(closure->deferred, deferred);
	if (closure->lines <= most)
		return;
	take_back(closure, events, gone, lines);
	g_hash_table_add(closure->refused, unit);
}

static void try_deferred(struct closure *closure)
{
	for (guint i = 0; i < closure->deferred->len && closure->error == NULL; i++) {
		const struct md_undo_place place =
			g_array_index(closure->deferred, struct md_undo_place, i);

		try_definition(closure, &place);
	}
	g_array_set_size(closure->deferred, 0);
}

/* Headers that nothing needs any more, or that something needs again. */
static void follow_includes(struct closure *closure)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint count = closure->events->len;

	for (guint i = 0; i < count && closure->error == NULL; i++) {
		struct md_undo_file *file = g_array_index(closure->events, struct event, i).file;
		g_autoptr(GArray) units = NULL;

		if (!g_hash_table_add(seen, file))
			continue;
		units = md_undo_includes(closure->undo, file, &closure->error);
		for (guint j = 0; units != NULL && j < units->len; j++) {
			const struct md_undo_place *place =
				&g_array_index(units, struct md_undo_place, j);

			choose(closure, place->file, place->unit);
		}
	}
}

gboolean md_undo_close(struct md_undo *undo, const GArray *roots, const struct md_undo *own,
		       GError **error)
{
	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(struct event));
	g_autoptr(GArray) deferred = g_array_new(FALSE, FALSE, sizeof(struct md_undo_place));
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) is_gone = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) known = md_path_set_new();
	g_autoptr(GHashTable) checked = md_path_set_new();
	g_autoptr(GHashTable) refused = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) headed = md_path_set_new();
	struct closure closure = {
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

		choose(&closure, root->file, root->unit);
	}
	for (guint i = 0; i < roots->len; i++)
		restore_root(&closure, &g_array_index(roots, struct md_undo_place, i));
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
