/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of definitions from the oldest tree to the newest, and by whose hand.
 *
 * A definition is compared by its name, in the file of the same path. Where that has it
 * no more, or not yet, one that another file lost and that is alike is the same one, moved.
 * Comments and blanks are no code: what differs in them alone did not change.
 *
 * By whose hand: upstream's where the two bases differ; the downstream's where the comparison
 * of all four versions (room diff) shows a line.
 */
#include "suspect/ground.h"

#include <string.h>

static struct md_slice slice_of(const GString *text)
{
	return text ? (struct md_slice){ text->str, text->len } : (struct md_slice){ "", 0 };
}

/* The text of @name in @path of a version; empty where there is none. */
static GString *text_of(struct md_ground *ground, enum md_version version, const char *path,
			const char *name)
{
	const struct md_file *file = path ? md_source_file(ground->source[version], path) : NULL;

	return file ? md_file_text_of(file, name) : g_string_new(NULL);
}

static gboolean has(struct md_ground *ground, enum md_version version, const char *path,
		    const char *name)
{
	const struct md_file *file = md_source_file(ground->source[version], path);

	return file != NULL && md_file_find(file, name) != NULL;
}

static void set_lines(struct md_ground *ground, struct md_interest *interest, enum md_side side)
{
	enum md_version version = side == MD_OLD ? ground->oldest : ground->newest;
	const char *path = side == MD_OLD ? interest->old_path : interest->path;
	const struct md_file *file = path ? md_source_file(ground->source[version], path) : NULL;
	const struct md_definition *found = file ? md_file_find(file, interest->name) : NULL;

	if (found == NULL)
		return;
	interest->lines[side] = found->lines;
	interest->kind = found->kind;
}

/* ------------------------------------------------------------------ hands */

static gboolean shows_a_line(struct md_workspace *workspace, GString *const text[MD_VERSIONS])
{
	struct md_slice slice[MD_VERSIONS];
	struct md_columns columns;

	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		slice[version] = slice_of(text[version]);
	md_diff_compute(workspace, slice, MD_SPACE_CHANGE, &columns);
	return (md_marks_of_range(&columns, 0, columns.count) & md_mark_set_shown()) != 0;
}

static enum md_hand hand_of(struct md_ground *ground, const struct md_interest *interest,
			    struct md_workspace *workspace)
{
	GString *text[MD_VERSIONS];
	gboolean upstream, downstream;

	if (ground->newest == MD_NEW_BASE)
		return MD_HAND_UPSTREAM;
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		const char *path = version < MD_NEW_BASE ? interest->old_path : interest->path;
		const char *other = version < MD_NEW_BASE ? interest->path : interest->old_path;

		text[version] = text_of(ground, version, path, interest->name);
		if (text[version]->len == 0 && other != NULL) {
			g_string_free(text[version], TRUE);
			text[version] = text_of(ground, version, other, interest->name);
		}
	}
	upstream = !md_code_equal(slice_of(text[MD_OLD_BASE]), slice_of(text[MD_NEW_BASE]));
	downstream = shows_a_line(workspace, text);
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		g_string_free(text[version], TRUE);
	if (upstream && downstream)
		return MD_HAND_BOTH;
	return upstream ? MD_HAND_UPSTREAM : MD_HAND_DOWNSTREAM;
}

/* --------------------------------------------------------------- changes */

/* TRUE where it is decided: the file of that path has it in both. */
static gboolean compare_in_place(struct md_ground *ground, struct md_interest *interest)
{
	const char *path = interest->path;
	g_autoptr(GString) before = NULL, after = NULL;

	if (!md_ground_is_compared(ground) || !g_hash_table_contains(ground->changed, path)) {
		interest->old_path = md_ground_is_compared(ground) ? g_strdup(path) : NULL;
		return TRUE;
	}
	before = text_of(ground, ground->oldest, path, interest->name);
	after = text_of(ground, ground->newest, path, interest->name);
	/* Of what the parser does not find in the newest, nothing can be said. */
	if (after->len == 0)
		return TRUE;
	if (before->len == 0)
		return FALSE;
	interest->old_path = g_strdup(path);
	if (!md_code_equal(slice_of(before), slice_of(after)))
		interest->change = MD_CHANGE_MODIFIED;
	return TRUE;
}

/* The file that lost what @interest is now; NULL: it is new. */
static const char *find_origin(struct md_ground *ground, const struct md_interest *interest,
			       const GArray *hits, gboolean *equal)
{
	g_autoptr(GString) after = text_of(ground, ground->newest, interest->path, interest->name);
	/* Of headers apart: what they lose along with a C file was its stub. */
	gboolean header = g_str_has_suffix(interest->path, ".h");
	const char *best = NULL, *last = NULL, *alone[2] = { NULL };
	gsize best_likeness = 0;
	guint lost[2] = { 0 };

	*equal = FALSE;
	for (guint i = 0; i < hits->len && !*equal; i++) {
		const char *path = g_array_index(hits, struct md_hit, i).path;
		g_autoptr(GString) before = NULL;
		gboolean other = g_str_has_suffix(path, ".h") != header;
		gsize likeness;

		if (path == last || has(ground, ground->newest, path, interest->name))
			continue;
		before = text_of(ground, ground->oldest, path, interest->name);
		if (before->len == 0)
			continue;
		last = alone[other] = path;
		lost[other]++;
		*equal = md_code_equal(slice_of(before), slice_of(after));
		likeness = md_window_likeness(slice_of(before), slice_of(after));
		if (*equal || likeness > best_likeness) {
			best = path;
			best_likeness = likeness;
		}
	}
	/* Rewritten on the way, but nothing else can be what one file alone lost. */
	for (guint i = 0; i < G_N_ELEMENTS(lost) && best == NULL; i++) {
		if (lost[i] > 0)
			return lost[i] == 1 ? alone[i] : NULL;
	}
	return best;
}

static void decide_moved(struct md_ground *ground, struct md_interest *interest, GHashTable *names)
{
	const GArray *hits = g_hash_table_lookup(names, interest->name);
	gboolean equal;
	const char *origin = find_origin(ground, interest, hits, &equal);

	interest->old_path = g_strdup(origin);
	if (origin == NULL)
		interest->change = MD_CHANGE_NEW;
	else if (!equal)
		interest->change = MD_CHANGE_MODIFIED;
}

/* Reads on all cores what will be compared. */
static gboolean read_all(struct md_ground *ground, const GArray *interests, guint first,
			 GError **error)
{
	g_autoptr(GHashTable) newest = md_path_set_new(), oldest = md_path_set_new();

	for (guint i = first; i < interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(interests, struct md_interest, i);

		if (interest->path != NULL)
			g_hash_table_add(newest, g_strdup(interest->path));
		if (interest->path != NULL &&
		    g_hash_table_contains(ground->changed, interest->path))
			g_hash_table_add(oldest, g_strdup(interest->path));
		if (interest->old_path != NULL)
			g_hash_table_add(oldest, g_strdup(interest->old_path));
	}
	return md_source_read(ground->source[ground->newest], newest, error) &&
	       md_source_read(ground->source[ground->oldest], oldest, error);
}

/* Those that their own file did not have before: the names to look for elsewhere. */
static GHashTable *compare_all(struct md_ground *ground, GArray *interests, guint first)
{
	GHashTable *names = md_names_new();

	for (guint i = first; i < interests->len; i++) {
		struct md_interest *interest = &g_array_index(interests, struct md_interest, i);

		if (interest->path != NULL && !compare_in_place(ground, interest))
			md_names_add(names, interest->name);
		else if (interest->path == NULL && interest->old_path != NULL)
			interest->change = MD_CHANGE_REMOVED;
	}
	md_source_find(ground->source[ground->oldest], names);
	return names;
}

gboolean md_changes_find(struct md_ground *ground, GArray *interests, guint first, GError **error)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autoptr(GHashTable) names = NULL;

	if (!read_all(ground, interests, first, error))
		return FALSE;
	names = compare_all(ground, interests, first);
	for (guint i = first; i < interests->len; i++) {
		struct md_interest *interest = &g_array_index(interests, struct md_interest, i);

		if (interest->path != NULL && interest->old_path == NULL &&
		    g_hash_table_contains(names, interest->name))
			decide_moved(ground, interest, names);
		if (interest->change != MD_CHANGE_NONE)
			interest->hand = hand_of(ground, interest, workspace);
		set_lines(ground, interest, MD_NEW);
		if (md_ground_is_compared(ground))
			set_lines(ground, interest, MD_OLD);
	}
	return TRUE;
}
