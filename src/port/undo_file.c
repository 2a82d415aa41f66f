/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file cut into units.
 *
 * Model: both sides are pieces (functions, declarations, includes), and pieces of one name and
 * kind are one thing. So a function that is new stays whole where a diff of lines would
 * pair its braces with those of another that went. Inside a piece that both sides have, the
 * units are the runs of changed lines; runs that open a brace and close it are one unit, for
 * half of them is no C. In a table, a struct or an enum each line that is an entry by itself
 * is a unit, together with the line of the same member on the other side.
 *
 * Cost: two diffs, of the pieces and of the lines of those that differ.
 */
#include "port/undo.h"

#include <string.h>

struct md_slice md_undo_lines(const struct md_undo_version *version, struct md_extent lines)
{
	gsize first = g_array_index(version->line, gsize, lines.first);

	return (struct md_slice){ version->text.data + first,
				  g_array_index(version->line, gsize, lines.end) - first };
}

/* The first word of @version on line @line or behind. */
static guint first_word(const struct md_undo_version *version, gsize line)
{
	guint low = 0, high = version->words->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(version->words, struct md_undo_word, middle).line >= line)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct md_undo_words md_undo_words(const struct md_undo_version *version, struct md_extent lines)
{
	guint first = first_word(version, lines.first), end = first_word(version, lines.end);
	struct md_undo_words words = { NULL, end - first };

	/* A file without words has no array of them either. */
	if (words.count > 0)
		words.word = &g_array_index(version->words, struct md_undo_word, first);
	return words;
}

gboolean md_undo_lines_have(const struct md_undo_version *version, struct md_extent lines,
			    const char *name)
{
	const struct md_undo_words words = md_undo_words(version, lines);
	const struct md_slice wanted = md_slice_from_string(name);

	for (guint i = 0; i < words.count; i++) {
		if (md_slice_equal(words.word[i].text, wanted))
			return TRUE;
	}
	return FALSE;
}

gboolean md_piece_names(const struct md_piece *piece, const char *name)
{
	for (guint i = 0; i < piece->name_count; i++) {
		if (strcmp(piece->names[i], name) == 0)
			return TRUE;
	}
	return FALSE;
}

/* ----------------------------------------------------------------- pairing */

/* Numbers rows of strings: equal ones get one number. */
struct numbering {
	GHashTable *numbers;
	GStringChunk *keys;
};

static guint32 number_of(struct numbering *numbering, const char *key)
{
	gpointer number;

	if (g_hash_table_lookup_extended(numbering->numbers, key, NULL, &number))
		return GPOINTER_TO_UINT(number);
	number = GUINT_TO_POINTER(g_hash_table_size(numbering->numbers));
	g_hash_table_insert(numbering->numbers, g_string_chunk_insert(numbering->keys, key),
			    number);
	return GPOINTER_TO_UINT(number);
}

/* What makes two pieces one thing: kind and name, or where it has none its text. */
static guint32 number_piece(struct numbering *numbering, const struct md_undo_version *version,
			    const struct md_piece *piece)
{
	g_autofree char *key = NULL;

	if (piece->name != NULL) {
		key = g_strdup_printf("%d %d %s", piece->kind, piece->definition, piece->name);
	} else {
		struct md_slice text = md_undo_lines(version, piece->core);

		/* Blanks in front of a text, which no name has. */
		key = g_strdup_printf(" %.*s", (int)MIN(text.size, G_MAXINT / 2), text.data);
	}
	return number_of(numbering, key);
}

static void numbering_init(struct numbering *numbering)
{
	numbering->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	/* A block holds some keys. */
	numbering->keys = g_string_chunk_new(4096);
}

static void numbering_clear(struct numbering *numbering)
{
	g_hash_table_unref(numbering->numbers);
	g_string_chunk_free(numbering->keys);
}

/* A row of numbers and which of them are not paired. */
struct row {
	guint32 *number;
	guint8 *changed;
	gsize count;
};

static void row_init(struct row *row, gsize count)
{
	/* Never NULL, which GLib gives for no items. */
	row->number = g_new(guint32, count + 1);
	row->changed = g_new(guint8, count + 1);
	row->count = count;
}

static void row_clear(struct row *row)
{
	g_free(row->number);
	g_free(row->changed);
}

static void pair_rows(struct row row[MD_UNDO_SIDES], struct md_workspace *workspace,
		      const struct numbering *numbering)
{
	md_twoway(workspace, row[MD_UNDO_BEFORE].number, row[MD_UNDO_BEFORE].count,
		  row[MD_UNDO_AFTER].number, row[MD_UNDO_AFTER].count,
		  g_hash_table_size(numbering->numbers), row[MD_UNDO_BEFORE].changed,
		  row[MD_UNDO_AFTER].changed);
}

/* ------------------------------------------------------------------- lines */

static void add_unit(struct md_undo_file *file, const struct md_undo_unit *unit)
{
	g_array_append_val(file->units, *unit);
}

/* How many braces and parentheses these lines leave open. */
static gint depth_of(const struct md_undo_version *version, struct md_extent lines)
{
	struct md_slice text = md_undo_lines(version, lines);
	gint depth = 0;

	for (gsize i = 0; i < text.size; i++) {
		char c = text.data[i];

		depth += c == '{' || c == '(';
		depth -= c == '}' || c == ')';
	}
	return depth;
}

/* Whether the lines are entries of a table, members of a struct: each whole by itself. */
static gboolean are_entries(const struct md_undo_version *version, struct md_extent lines)
{
	for (gsize i = lines.first; i < lines.end; i++) {
		const struct md_extent one = { i, i + 1 };
		struct md_slice text = md_undo_lines(version, one);

		while (text.size > 0 && g_ascii_isspace(text.data[text.size - 1]))
			text.size--;
		if (text.size > 0 && (depth_of(version, one) != 0 ||
				      strchr(",;/", text.data[text.size - 1]) == NULL))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_word_character(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

/* The member that a line is about: the last word before its value or its end. */
static struct md_slice member_of(const struct md_undo_version *version, gsize line)
{
	struct md_slice text = md_undo_lines(version, (struct md_extent){ line, line + 1 });
	struct md_slice member = { text.data, 0 };
	gsize at = 0;

	while (at < text.size && strchr("=;,[:", text.data[at]) == NULL) {
		gsize first = at;

		while (at < text.size && is_word_character(text.data[at]))
			at++;
		if (at > first)
			member = (struct md_slice){ text.data + first, at - first };
		else
			at++;
	}
	return member;
}

struct md_extent md_undo_entry_line(const struct md_undo_version *version, gsize line)
{
	const struct md_extent lines = { line, line + 1 };
	struct md_slice text = md_undo_lines(version, lines);

	while (text.size > 0 && g_ascii_isspace(text.data[0])) {
		text.data++;
		text.size--;
	}
	if (text.size > 0 && text.data[0] == '.' && are_entries(version, lines))
		return lines;
	return (struct md_extent){ 0, 0 };
}

/* Cuts a run of changed entries into one unit for each, lines of one member together. */
static void cut_entries(struct md_undo_file *file, const struct md_undo_unit *run)
{
	const struct md_undo_version *before = &file->version[MD_UNDO_BEFORE];
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	gsize next = run->lines[MD_UNDO_BEFORE].first;
	struct md_undo_unit unit = *run;

	for (gsize line = run->lines[MD_UNDO_AFTER].first; line <= run->lines[MD_UNDO_AFTER].end;
	     line++) {
		gboolean last = line == run->lines[MD_UNDO_AFTER].end;
		struct md_slice member = last ? (struct md_slice){ "", 0 } : member_of(after, line);
		gsize twin = last ? run->lines[MD_UNDO_BEFORE].end : next;

		while (!last && twin < run->lines[MD_UNDO_BEFORE].end &&
		       !(member.size > 0 && md_slice_equal(member, member_of(before, twin))))
			twin++;
		if (!last && twin == run->lines[MD_UNDO_BEFORE].end) {
			twin = next;
		} else {
			/* Those before the twin have none. */
			for (; next < twin; next++) {
				unit.lines[MD_UNDO_BEFORE] = (struct md_extent){ next, next + 1 };
				unit.lines[MD_UNDO_AFTER] = (struct md_extent){ line, line };
				add_unit(file, &unit);
			}
			twin += !last;
		}
		if (last)
			break;
		unit.lines[MD_UNDO_BEFORE] = (struct md_extent){ next, twin };
		unit.lines[MD_UNDO_AFTER] = (struct md_extent){ line, line + 1 };
		add_unit(file, &unit);
		next = twin;
	}
}

static gboolean has_entries(const struct md_piece *piece)
{
	return piece->kind == MD_PIECE_DEFINITION && piece->definition != MD_DEFINITION_FUNCTION &&
	       piece->definition != MD_DEFINITION_MACRO;
}

static void add_run(struct md_undo_file *file, const struct md_undo_unit *run)
{
	const struct md_piece *piece =
		md_undo_piece(file, MD_UNDO_AFTER, run->piece[MD_UNDO_AFTER]);

	if (has_entries(piece) &&
	    are_entries(&file->version[MD_UNDO_BEFORE], run->lines[MD_UNDO_BEFORE]) &&
	    are_entries(&file->version[MD_UNDO_AFTER], run->lines[MD_UNDO_AFTER]))
		cut_entries(file, run);
	else
		add_unit(file, run);
}

/* The runs of changed lines of two rows that stand for lines [first, ...) of each side. */
static void cut_lines(struct md_undo_file *file, const guint piece[MD_UNDO_SIDES],
		      const struct row row[MD_UNDO_SIDES], const gsize first[MD_UNDO_SIDES])
{
	gsize at[MD_UNDO_SIDES] = { 0, 0 };
	struct md_undo_unit run = { .piece = { piece[0], piece[1] } };
	gboolean open = FALSE;
	gint depth = 0;

	while (at[0] < row[0].count || at[1] < row[1].count) {
		gsize end[MD_UNDO_SIDES];

		for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
			for (end[side] = at[side];
			     end[side] < row[side].count && row[side].changed[end[side]];)
				end[side]++;
		}
		for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
			if (!open)
				run.lines[side].first = first[side] + at[side];
			if (!open || end[side] > at[side] || end[!side] > at[!side])
				run.lines[side].end = first[side] + end[side];
		}
		if (end[0] > at[0] || end[1] > at[1]) {
			const struct md_extent part[MD_UNDO_SIDES] = {
				{ first[0] + at[0], first[0] + end[0] },
				{ first[1] + at[1], first[1] + end[1] },
			};

			open = TRUE;
			depth += depth_of(&file->version[MD_UNDO_AFTER], part[MD_UNDO_AFTER]) -
				 depth_of(&file->version[MD_UNDO_BEFORE], part[MD_UNDO_BEFORE]);
			if (depth == 0) {
				add_run(file, &run);
				open = FALSE;
			}
		}
		at[0] = end[0];
		at[1] = end[1];
		/* One line of each that they share. */
		if (at[0] < row[0].count && at[1] < row[1].count) {
			at[0]++;
			at[1]++;
		}
	}
	if (open)
		add_run(file, &run);
}

/* A piece that both sides have. */
static void cut_piece(struct md_undo_file *file, const guint piece[MD_UNDO_SIDES],
		      struct md_workspace *workspace)
{
	struct row row[MD_UNDO_SIDES];
	gsize first[MD_UNDO_SIDES];
	struct numbering numbering;
	struct md_slice text[MD_UNDO_SIDES];

	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++)
		text[side] = md_undo_lines(&file->version[side],
					   md_undo_piece(file, side, piece[side])->lines);
	if (md_slice_equal(text[0], text[1]))
		return;
	numbering_init(&numbering);
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const struct md_extent *lines = &md_undo_piece(file, side, piece[side])->lines;

		first[side] = lines->first;
		row_init(&row[side], lines->end - lines->first);
		for (gsize i = 0; i < row[side].count; i++) {
			const struct md_extent one = { first[side] + i, first[side] + i + 1 };
			struct md_slice line = md_undo_lines(&file->version[side], one);
			g_autofree char *key = g_strndup(line.data, line.size);

			row[side].number[i] = number_of(&numbering, key);
		}
	}
	pair_rows(row, workspace, &numbering);
	cut_lines(file, piece, row, first);
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++)
		row_clear(&row[side]);
	numbering_clear(&numbering);
}

/* ------------------------------------------------------------------ pieces */

/* A piece that only @side has; on the other it would stand before line @place. */
static void add_whole(struct md_undo_file *file, enum md_undo_side side, guint piece, gsize place)
{
	const struct md_piece *whole = md_undo_piece(file, side, piece);
	struct md_undo_unit unit = { .piece = { MD_UNDO_NO_PIECE, MD_UNDO_NO_PIECE } };

	unit.piece[side] = piece;
	unit.lines[side] = whole->lines;
	unit.lines[!side] = (struct md_extent){ place, place };
	add_unit(file, &unit);
}

/* Pieces of one number that only moved in the file are one as well: index by index after. */
static guint *find_moved(struct row row[MD_UNDO_SIDES])
{
	guint *partner = g_new(guint, row[MD_UNDO_AFTER].count + 1);
	g_autoptr(GHashTable) lone = g_hash_table_new(NULL, NULL);

	for (gsize i = row[MD_UNDO_BEFORE].count; i-- > 0;) {
		const struct row *before = &row[MD_UNDO_BEFORE];

		if (before->changed[i])
			g_hash_table_insert(lone, GUINT_TO_POINTER(before->number[i]),
					    GUINT_TO_POINTER(i + 1));
	}
	for (gsize i = 0; i < row[MD_UNDO_AFTER].count; i++) {
		gpointer number = GUINT_TO_POINTER(row[MD_UNDO_AFTER].number[i]), index;

		partner[i] = MD_UNDO_NO_PIECE;
		if (!row[MD_UNDO_AFTER].changed[i] ||
		    !g_hash_table_lookup_extended(lone, number, NULL, &index))
			continue;
		g_hash_table_remove(lone, number);
		partner[i] = GPOINTER_TO_UINT(index) - 1;
	}
	return partner;
}

static gboolean is_named(const struct md_undo_file *file, guint index)
{
	return md_undo_piece(file, MD_UNDO_AFTER, index)->name != NULL;
}

static void cut_rows(struct md_undo_file *file, struct row row[MD_UNDO_SIDES],
		     struct md_workspace *workspace)
{
	g_autofree guint *partner = find_moved(row);
	g_autofree guint8 *moved = g_new0(guint8, row[MD_UNDO_BEFORE].count + 1);
	gsize at[MD_UNDO_SIDES] = { 0, 0 }, line[MD_UNDO_SIDES] = { 0, 0 };

	for (gsize i = 0; i < row[MD_UNDO_AFTER].count; i++) {
		if (partner[i] != MD_UNDO_NO_PIECE && is_named(file, i))
			moved[partner[i]] = TRUE;
	}
	while (at[0] < row[0].count || at[1] < row[1].count) {
		guint both[MD_UNDO_SIDES] = { at[0], at[1] };

		if (at[0] < row[0].count && row[0].changed[at[0]]) {
			line[0] = md_undo_piece(file, MD_UNDO_BEFORE, at[0])->lines.end;
			if (!moved[at[0]])
				add_whole(file, MD_UNDO_BEFORE, at[0], line[1]);
			at[0]++;
			continue;
		}
		if (row[1].changed[at[1]] && partner[at[1]] != MD_UNDO_NO_PIECE &&
		    is_named(file, at[1])) {
			both[0] = partner[at[1]];
			cut_piece(file, both, workspace);
		} else if (row[1].changed[at[1]]) {
			add_whole(file, MD_UNDO_AFTER, at[1], line[0]);
		} else {
			cut_piece(file, both, workspace);
			line[0] = md_undo_piece(file, MD_UNDO_BEFORE, at[0]++)->lines.end;
		}
		line[1] = md_undo_piece(file, MD_UNDO_AFTER, at[1]++)->lines.end;
	}
}

void md_undo_cut(struct md_undo_file *file, struct md_workspace *workspace)
{
	struct row row[MD_UNDO_SIDES];
	struct numbering numbering;
	gsize lines = file->version[MD_UNDO_AFTER].line->len;

	numbering_init(&numbering);
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		const GArray *pieces = md_pieces_all(file->version[side].pieces);

		row_init(&row[side], pieces->len);
		for (guint i = 0; i < pieces->len; i++)
			row[side].number[i] =
				number_piece(&numbering, &file->version[side],
					     &g_array_index(pieces, struct md_piece, i));
	}
	pair_rows(row, workspace, &numbering);
	cut_rows(file, row, workspace);
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++)
		row_clear(&row[side]);
	numbering_clear(&numbering);
	file->unit_of = g_new(guint, lines);
	memset(file->unit_of, 0xff, lines * sizeof(guint));
	file->cut = g_new0(guint8, lines);
	for (guint i = 0; i < file->units->len; i++) {
		const struct md_extent *after = &md_undo_unit(file, i)->lines[MD_UNDO_AFTER];

		for (gsize j = after->first; j < after->end; j++)
			file->unit_of[j] = i;
	}
}

/* ------------------------------------------------------------------ result */

gboolean md_undo_is_hollow(const struct md_undo_file *file)
{
	const GArray *pieces = md_pieces_all(file->version[MD_UNDO_AFTER].pieces);

	if (file->version[MD_UNDO_BEFORE].mode != 0)
		return FALSE;
	for (guint i = 0; i < pieces->len; i++) {
		const struct md_piece *piece = &g_array_index(pieces, struct md_piece, i);

		if (md_undo_line_goes(file, piece->core.first))
			continue;
		if (piece->kind == MD_PIECE_DEFINITION || piece->kind == MD_PIECE_VARIABLE ||
		    piece->kind == MD_PIECE_DECLARATION)
			return FALSE;
	}
	return TRUE;
}

static gboolean is_blank(const struct md_undo_version *version, gsize line)
{
	struct md_slice text = md_undo_lines(version, (struct md_extent){ line, line + 1 });

	for (gsize i = 0; i < text.size; i++) {
		if (!g_ascii_isspace(text.data[i]))
			return FALSE;
	}
	return TRUE;
}

gboolean md_undo_unit_is_blank(const struct md_undo_file *file, const struct md_undo_unit *unit)
{
	for (enum md_undo_side side = 0; side < MD_UNDO_SIDES; side++) {
		for (gsize i = unit->lines[side].first; i < unit->lines[side].end; i++) {
			if (!is_blank(&file->version[side], i))
				return FALSE;
		}
	}
	return TRUE;
}

/* The text that is left, and how it stands: lines went since the last that was put out. */
struct joining {
	const struct md_undo_file *file;
	GString *out;
	gboolean gap;
	gboolean blank; /* the last that was put out is, or there is none */
};

/*
 * Lines [first, end) after, without those that were cut. Where something went between
 * blank lines those before it do.
 */
static void append_lines(struct joining *joining, gsize first, gsize end)
{
	const struct md_undo_version *after = &joining->file->version[MD_UNDO_AFTER];

	for (gsize line = first; line < end; line++) {
		gboolean blank = is_blank(after, line);

		if (joining->file->cut[line]) {
			joining->gap = TRUE;
			continue;
		}
		if (joining->gap && joining->blank && blank)
			continue;
		md_text_append(joining->out,
			       md_undo_lines(after, (struct md_extent){ line, line + 1 }));
		joining->gap = FALSE;
		joining->blank = blank;
	}
}

/* The blank line behind a piece that goes may be what parts its two neighbours, both new. */
static gboolean parts(const struct md_undo_file *file, const struct md_undo_unit *unit)
{
	const struct md_undo_version *after = &file->version[MD_UNDO_AFTER];
	const struct md_extent *lines = &unit->lines[MD_UNDO_AFTER];
	guint before;

	if (unit->piece[MD_UNDO_BEFORE] != MD_UNDO_NO_PIECE || lines->first == 0 ||
	    lines->end == lines->first || !is_blank(after, lines->end - 1) ||
	    lines->end + 1 >= after->line->len)
		return FALSE;
	before = file->unit_of[lines->first - 1];
	return before != G_MAXUINT &&
	       md_undo_unit(file, before)->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE;
}

static void append_unit(struct joining *joining, const struct md_undo_unit *unit)
{
	const struct md_undo_version *before = &joining->file->version[MD_UNDO_BEFORE];
	const struct md_extent *back = &unit->lines[MD_UNDO_BEFORE];

	if (back->end > back->first) {
		md_text_append(joining->out, md_undo_lines(before, *back));
		joining->blank = is_blank(before, back->end - 1);
		joining->gap = FALSE;
	} else {
		joining->gap = TRUE;
	}
	if (parts(joining->file, unit) && !joining->blank) {
		g_string_append_c(joining->out, '\n');
		joining->blank = TRUE;
	}
}

GBytes *md_undo_file_text(const struct md_undo_file *file)
{
	struct joining joining = { file, g_string_new(NULL), FALSE, TRUE };
	gsize at = 0;

	for (guint i = 0; i < file->units->len; i++) {
		const struct md_undo_unit *unit = md_undo_unit(file, i);

		if (!unit->undone)
			continue;
		append_lines(&joining, at, unit->lines[MD_UNDO_AFTER].first);
		append_unit(&joining, unit);
		at = unit->lines[MD_UNDO_AFTER].end;
	}
	append_lines(&joining, at, file->version[MD_UNDO_AFTER].line->len - 1);
	return g_string_free_to_bytes(joining.out);
}
