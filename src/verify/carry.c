/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The old patch carried onto the new base, worked out anew. The rule, for a line, a mode
 * and a binary file alike: what the old patch changed is as the old downstream has it,
 * the rest is as the new base has it.
 *
 * For text the columns say which lines of the four versions are the same line. They are
 * not trusted: they must give each version back, line by line, and the lines that they
 * pair must be equal. Any columns that pass make a carried text that the rule stands for;
 * that they are good ones is no matter of proof. The table of marks is not used.
 *
 * Where lines do not settle it the rule holds word by word: such places are flagged,
 * and there the merge must be what the new downstream has.
 *
 * A line of the old patch that upstream moved has two columns, one where it was and one
 * where it is now: each line that is away must be here somewhere, and the other way round.
 */
#include "verify/internal.h"

#include <string.h>

static gboolean is_carried(gboolean old_base, gboolean old_downstream, gboolean new_base)
{
	return old_base != old_downstream ? old_downstream : new_base;
}

/* Whether the line of a column is in @version there. */
static gboolean is_in(md_mark mark, enum md_version version)
{
	gboolean old = version == MD_OLD_BASE || version == MD_OLD_DOWNSTREAM;
	enum md_sign sign = md_mark_sign(mark, old ? MD_OLD : MD_NEW);

	/* A line that upstream moved has a column at its old place and one at the new. */
	if ((mark & MD_MARK_AWAY && !old) || (mark & MD_MARK_HERE && old))
		return FALSE;
	if (sign == MD_SIGN_CONTEXT)
		return TRUE;
	return sign == (version == MD_OLD_BASE || version == MD_NEW_BASE ? MD_SIGN_BASE
									 : MD_SIGN_DOWNSTREAM);
}

/* Of a column, moved or not: the signs are those of the line at both its places. */
static gboolean carries(md_mark mark)
{
	md_mark signs = mark % MD_MARKS;

	if (mark & MD_MARK_WORDS)
		return is_in(signs, MD_NEW_DOWNSTREAM);
	return !(mark & MD_MARK_AWAY) &&
	       is_carried(is_in(signs, MD_OLD_BASE), is_in(signs, MD_OLD_DOWNSTREAM),
			  is_in(signs, MD_NEW_BASE));
}

/* The texts of four versions on the way through the columns. */
struct carrying {
	const struct md_columns *columns;
	struct md_slice rest[MD_VERSIONS];
	GHashTable *moved; /* sign and line to how often it is away and not yet here */
};

static void count_moved(struct carrying *carrying, md_mark mark, struct md_slice line)
{
	GString *key = g_string_new(NULL);
	gssize count;

	g_string_append_c(key, (char)('0' + md_mark_sign(mark, MD_OLD)));
	/* A text: what has a NUL is binary, and has no columns. */
	g_string_append_len(key, line.data, (gssize)line.size);
	count = GPOINTER_TO_SIZE(g_hash_table_lookup(carrying->moved, key->str));
	count += mark & MD_MARK_AWAY ? 1 : -1;
	g_hash_table_replace(carrying->moved, g_string_free(key, FALSE), GSIZE_TO_POINTER(count));
}

/* Takes the line of a column off each version that has it; FALSE where they are not equal. */
static gboolean take_line(struct carrying *carrying, gsize column, struct md_slice *line)
{
	md_mark mark = carrying->columns->mark[column];

	*line = (struct md_slice){ NULL, 0 };
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		struct md_slice next;

		if (!is_in(mark, version))
			continue;
		if (!md_slice_next_line(&carrying->rest[version], &next) ||
		    (line->data != NULL && !md_slice_equal(*line, next)))
			return FALSE;
		*line = next;
	}
	/* What rides along with a block that upstream moved is in no version here. */
	if (line->data == NULL && mark & MD_MARK_HERE)
		*line = carrying->columns->text[carrying->columns->number[column]];
	if (mark & (MD_MARK_AWAY | MD_MARK_HERE))
		count_moved(carrying, mark, *line);
	return line->data != NULL;
}

static char *find_left_over(const struct carrying *carrying)
{
	GHashTableIter iter;
	gpointer line, count;

	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (carrying->rest[version].size > 0)
			return g_strdup_printf("the columns leave out lines of the %s",
					       md_version_name(version));
	}
	g_hash_table_iter_init(&iter, carrying->moved);
	while (g_hash_table_iter_next(&iter, &line, &count)) {
		if (count != NULL)
			return g_strdup("the columns move a line to nowhere, or from there");
	}
	return NULL;
}

/* What was carried by words must be the merge of the three texts at its place. */
static char *find_wrong_words(const struct md_columns *columns, struct md_workspace *workspace)
{
	gsize end;

	for (gsize first = 0; first < columns->count; first = end + 1) {
		gboolean words = FALSE;

		end = md_columns_place_end(columns, first);
		for (gsize i = first; i < end; i++)
			words |= (columns->mark[i] & MD_MARK_WORDS) != 0;
		if (words && !md_columns_is_merged(workspace, columns, first, end))
			return g_strdup_printf("columns %zu to %zu are no merge by words",
					       first + 1, end);
	}
	return NULL;
}

static gboolean carry_columns(struct carrying *carrying, GString *carried, gsize *lines,
			      char **reason)
{
	const struct md_columns *columns = carrying->columns;
	struct md_slice line;

	for (gsize i = 0; i < columns->count; i++) {
		if (!take_line(carrying, i, &line)) {
			*reason = g_strdup_printf("column %zu pairs lines that differ", i + 1);
			return FALSE;
		}
		if (!carries(columns->mark[i]))
			continue;
		/* The last line of its own version may not be the last one here. */
		if (carried->len > 0 && carried->str[carried->len - 1] != '\n')
			g_string_append_c(carried, '\n');
		g_string_append_len(carried, line.data, (gssize)line.size);
		*lines += 1;
	}
	*reason = find_left_over(carrying);
	return *reason == NULL;
}

/* @lines: how many carried lines there are. */
static guint32 carry_mode(const struct md_states *states, gsize lines)
{
	const struct md_patched_file *version = states->version;
	guint32 mode;

	if (lines == 0 &&
	    !is_carried(version[MD_OLD_BASE].mode != 0, version[MD_OLD_DOWNSTREAM].mode != 0,
			version[MD_NEW_BASE].mode != 0))
		return 0;
	mode = version[MD_OLD_BASE].mode != version[MD_OLD_DOWNSTREAM].mode
		       ? version[MD_OLD_DOWNSTREAM].mode
		       : version[MD_NEW_BASE].mode;
	/* One side deleted what the other changed: the mode is of the newest that has one. */
	for (enum md_version i = MD_VERSIONS; mode == 0 && i-- > 0;)
		mode = version[i].mode;
	return mode;
}

static gboolean carry_text(const struct md_slice *text, const struct md_states *states,
			   struct md_workspace *workspace, struct md_patched_file *carried,
			   char **reason)
{
	g_autoptr(GString) content = g_string_new(NULL);
	g_autoptr(GHashTable) moved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct md_columns columns;
	struct carrying carrying = { .columns = &columns, .moved = moved };
	gsize lines = 0;

	md_diff_compute(workspace, text, MD_SPACE_EXACT, &columns);
	md_columns_carry_words(workspace, &columns);
	*reason = find_wrong_words(&columns, workspace);
	if (*reason != NULL)
		return FALSE;
	memcpy(carrying.rest, text, sizeof(carrying.rest));
	if (!carry_columns(&carrying, content, &lines, reason))
		return FALSE;
	carried->mode = carry_mode(states, lines);
	if (carried->mode != 0)
		carried->content = g_string_free_to_bytes(g_steal_pointer(&content));
	return TRUE;
}

static void carry_binary(const struct md_slice *text, const struct md_states *states,
			 struct md_patched_file *carried)
{
	gboolean changed =
		(text[MD_OLD_BASE].data == NULL) != (text[MD_OLD_DOWNSTREAM].data == NULL) ||
		!md_slice_equal(text[MD_OLD_BASE], text[MD_OLD_DOWNSTREAM]);
	GBytes *content = states->version[changed ? MD_OLD_DOWNSTREAM : MD_NEW_BASE].content;

	carried->mode = carry_mode(states, 0);
	if (content != NULL && carried->mode != 0)
		carried->content = g_bytes_ref(content);
}

gboolean md_carry(const struct md_states *states, struct md_workspace *workspace,
		  struct md_patched_file *carried, char **reason)
{
	struct md_slice text[MD_VERSIONS];
	gboolean binary = FALSE;

	*carried = (struct md_patched_file){ 0 };
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		text[version] = md_slice_from_bytes(states->version[version].content);
		binary |= md_slice_is_binary(text[version]);
	}
	if (!binary)
		return carry_text(text, states, workspace, carried, reason);
	carry_binary(text, states, carried);
	return TRUE;
}
