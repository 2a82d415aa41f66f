/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The three-way merge: what two sides made of one text, as a row of chunks.
 *
 * Model: diff3. A line that both sides kept is a border; what stands between
 * two borders is a chunk. Where one side alone changed it, that side is taken,
 * where both made the same of it, either. Else, in this order:
 *
 *   lines   no line of the base was changed by both, and it is plain which of
 *           the lines that they added come first: both are taken. (git and
 *           diff3 call changes that touch a conflict.)
 *   partly  what ours did, written as a row of signed lines, is aligned with
 *           theirs, as in columns.c: what theirs has of it is taken as adopted,
 *           and the rest must not touch what theirs alone changed.
 *   words   the words of the chunk are merged (words.c).
 *   moved   theirs moved the lines elsewhere: the change is made there (follow.c).
 *
 * What is left is a conflict: data, for the caller to print or to settle.
 *
 * Source: S. Khanna, K. Kunal, B. C. Pierce, A Formal Investigation of Diff3,
 * 2007, for the chunks. Cost: two two-way diffs, and one more for each chunk
 * that both changed.
 */
#include "diff/workspace.h"

#include <string.h>

/* Lines around a change that tell where its place went: some of a function's. */
#define WINDOW 10

/* What one side changed: lines [first, end) of it for [base_first, base_end) of the base. */
struct edit {
	gsize base_first, base_end;
	gsize first, end;
	enum md_merge_text side;
};

struct merging {
	struct md_workspace *workspace;
	struct md_merge *merge;
	const struct md_lines *lines[MD_MERGE_TEXTS];
	/* One byte a line: of the base that the side changed, of the side that are its own. */
	guint8 *base_changed[MD_MERGE_TEXTS], *changed[MD_MERGE_TEXTS];
	gint32 *brought; /* by number: how many more of the line theirs has than the base */
};

static void merging_clear(struct merging *merging)
{
	for (enum md_merge_text text = MD_MERGE_OURS; text < MD_MERGE_TEXTS; text++) {
		g_free(merging->base_changed[text]);
		g_free(merging->changed[text]);
	}
	g_free(merging->brought);
}

static void count_brought(struct merging *merging)
{
	const struct md_lines *base = merging->lines[MD_MERGE_BASE];
	const struct md_lines *theirs = merging->lines[MD_MERGE_THEIRS];

	merging->brought = g_new0(gint32, MAX(merging->workspace->numbers, 1));
	for (gsize i = 0; i < base->count; i++)
		merging->brought[base->number[i]]--;
	for (gsize i = 0; i < theirs->count; i++)
		merging->brought[theirs->number[i]]++;
}

static void find_changes(struct merging *merging, enum md_merge_text side)
{
	const struct md_lines *base = merging->lines[MD_MERGE_BASE];
	const struct md_lines *other = merging->lines[side];
	guint8 *base_changed = g_malloc0(MAX(base->count, 1));
	guint8 *changed = g_malloc0(MAX(other->count, 1));
	const struct md_rows rows = { base->number, other->number, base_changed, changed };

	merging->base_changed[side] = base_changed;
	merging->changed[side] = changed;
	if (base->number == other->number)
		return;
	md_twoway(merging->workspace, base->number, base->count, other->number, other->count,
		  merging->workspace->numbers, base_changed, changed);
	md_slide(&rows, base->count, other->count);
}

/* The text of lines [first, end): they lie one behind the other. */
static struct md_slice join(const struct md_lines *lines, gsize first, gsize end)
{
	struct md_slice text = { "", 0 };

	if (first == end)
		return text;
	text.data = lines->line[first].data;
	text.size = (gsize)(lines->line[end - 1].data - text.data) + lines->line[end - 1].size;
	return text;
}

/* Keeps @text, which is taken, as the result of @chunk; what is theirs to the byte is adopted. */
static void settle(struct merging *merging, struct md_chunk *chunk, enum md_chunk_kind kind,
		   GString *text)
{
	const struct md_slice result = { text->str, text->len };

	if (md_slice_equal(result, chunk->text[MD_MERGE_THEIRS]))
		kind = MD_CHUNK_ADOPTED;
	chunk->kind = kind;
	chunk->result.size = text->len;
	chunk->result.data = text->str;
	g_ptr_array_add(merging->merge->kept, g_string_free(text, FALSE));
}

/* ------------------------------------------------------------------ lines */

/* The edits of @side in @chunk, in order. */
static void add_edits(const struct merging *merging, const struct md_chunk *chunk,
		      enum md_merge_text side, GArray *edits)
{
	const guint8 *base_changed = merging->base_changed[side];
	const guint8 *changed = merging->changed[side];
	gsize i = chunk->first[MD_MERGE_BASE], j = chunk->first[side];

	while (i < chunk->end[MD_MERGE_BASE] || j < chunk->end[side]) {
		struct edit edit = { .base_first = i, .first = j, .side = side };

		while (i < chunk->end[MD_MERGE_BASE] && base_changed[i])
			i++;
		while (j < chunk->end[side] && changed[j])
			j++;
		edit.base_end = i;
		edit.end = j;
		if (edit.base_end > edit.base_first || edit.end > edit.first)
			g_array_append_val(edits, edit);
		if (i < chunk->end[MD_MERGE_BASE]) {
			i++;
			j++;
		}
	}
}

/* In the order of the base; what is put before a line comes before what replaces it. */
static int compare_edits(const void *a, const void *b)
{
	const struct edit *left = a, *right = b;

	if (left->base_first != right->base_first)
		return left->base_first < right->base_first ? -1 : 1;
	return (left->base_end > right->base_end) - (left->base_end < right->base_end);
}

/* Whether both edits, which touch, put one and the same telling line there. */
static gboolean share_line(const struct merging *merging, const struct edit *a,
			   const struct edit *b)
{
	const struct md_lines *lines_a = merging->lines[a->side],
			      *lines_b = merging->lines[b->side];
	g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);

	for (gsize i = a->first; i < a->end; i++) {
		if (md_line_is_telling(lines_a->line[i]))
			g_hash_table_add(numbers, GUINT_TO_POINTER(lines_a->number[i]));
	}
	for (gsize i = b->first; i < b->end; i++) {
		if (g_hash_table_contains(numbers, GUINT_TO_POINTER(lines_b->number[i])))
			return TRUE;
	}
	return FALSE;
}

/* Takes the edits of both sides where none meets another. */
static gboolean merge_lines(struct merging *merging, struct md_chunk *chunk)
{
	g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(struct edit));
	const struct md_lines *base = merging->lines[MD_MERGE_BASE];
	gsize at = chunk->first[MD_MERGE_BASE];
	GString *text;

	add_edits(merging, chunk, MD_MERGE_OURS, edits);
	add_edits(merging, chunk, MD_MERGE_THEIRS, edits);
	g_array_sort(edits, compare_edits);
	for (guint i = 1; i < edits->len; i++) {
		const struct edit *before = &g_array_index(edits, struct edit, i - 1);
		const struct edit *edit = &g_array_index(edits, struct edit, i);

		/* Both put lines at one place: which come first? */
		if (before->base_end > edit->base_first ||
		    (before->base_first == edit->base_first && edit->base_first == edit->base_end))
			return FALSE;
		/* One made what the other made, too: once is enough. */
		if (before->base_end == edit->base_first && share_line(merging, before, edit))
			return FALSE;
	}
	text = g_string_new(NULL);
	for (guint i = 0; i < edits->len; i++) {
		const struct edit *edit = &g_array_index(edits, struct edit, i);

		md_text_append(text, join(base, at, edit->base_first));
		md_text_append(text, join(merging->lines[edit->side], edit->first, edit->end));
		at = edit->base_end;
	}
	md_text_append(text, join(base, at, chunk->end[MD_MERGE_BASE]));
	settle(merging, chunk, MD_CHUNK_LINES, text);
	return TRUE;
}

/* ----------------------------------------------------------------- partly */

/* A chunk of ours as a row of signed lines. */
struct row {
	guint32 *number;
	struct md_slice *line;
	guint8 *sign, *unpaired;
	gsize count;
};

static void row_clear(struct row *row)
{
	g_free(row->number);
	g_free(row->line);
	g_free(row->sign);
	g_free(row->unpaired);
}

static void row_append(struct row *row, const struct md_lines *lines, gsize at, enum md_sign sign)
{
	row->number[row->count] = lines->number[at];
	row->line[row->count] = lines->line[at];
	row->sign[row->count++] = sign;
}

static void row_take(struct row *row, const struct merging *merging, const struct md_chunk *chunk)
{
	const struct md_lines *base = merging->lines[MD_MERGE_BASE];
	const struct md_lines *ours = merging->lines[MD_MERGE_OURS];
	gsize i = chunk->first[MD_MERGE_BASE], base_end = chunk->end[MD_MERGE_BASE];
	gsize j = chunk->first[MD_MERGE_OURS], end = chunk->end[MD_MERGE_OURS];
	gsize most = base_end - i + end - j;

	row->number = g_new(guint32, most);
	row->line = g_new(struct md_slice, most);
	row->sign = g_new(guint8, most);
	row->unpaired = g_new(guint8, most);
	row->count = 0;
	while (i < base_end || j < end) {
		if (i < base_end && merging->base_changed[MD_MERGE_OURS][i])
			row_append(row, base, i++, MD_SIGN_BASE);
		else if (j < end && merging->changed[MD_MERGE_OURS][j])
			row_append(row, ours, j++, MD_SIGN_DOWNSTREAM);
		else {
			row_append(row, base, i++, MD_SIGN_CONTEXT);
			j++;
		}
	}
}

/* What happened since the last line that is in both rows. */
struct place {
	gboolean ours_added, theirs_changed;
	gboolean deleted;	   /* the last line of ours is one that it deleted */
	gboolean inside;	   /* theirs added something right behind such a line */
	gboolean paired_own, told; /* lines that theirs has of ours', and one of them telling */
	gboolean left;		   /* something of ours that theirs has not, blank lines aside */
};

/* TRUE where nothing of @place is in doubt; begins the next one. */
static gboolean place_end(struct place *place)
{
	gboolean good = !(place->ours_added && place->theirs_changed);

	place->ours_added = place->theirs_changed = FALSE;
	return good;
}

/* A run of adopted lines must be told from any others, or it was not adopted. */
static gboolean adopted_end(struct place *place)
{
	gboolean good = !place->paired_own || place->told;

	place->paired_own = place->told = FALSE;
	return good;
}

/* A line of ours comes; FALSE where theirs added something in what ours deleted as a whole. */
static gboolean pass_line(struct place *place, gboolean deleted)
{
	gboolean good = !(place->inside && deleted);

	place->inside = FALSE;
	place->deleted = deleted;
	return good;
}

static gboolean is_blank(struct md_slice line)
{
	for (gsize i = 0; i < line.size; i++) {
		if (!g_ascii_isspace(line.data[i]))
			return FALSE;
	}
	return TRUE;
}

/* Takes a line of ours that theirs has not. */
static gboolean take_own(struct place *place, const struct row *row, gsize at, GString *text)
{
	if (row->sign[at] == MD_SIGN_CONTEXT) {
		place->theirs_changed = TRUE;
		place->deleted = FALSE;
		return TRUE;
	}
	if (row->sign[at] == MD_SIGN_DOWNSTREAM) {
		place->ours_added = TRUE;
		place->left |= !is_blank(row->line[at]);
		md_text_append(text, row->line[at]);
	}
	return pass_line(place, row->sign[at] == MD_SIGN_BASE);
}

/* Takes a line that is in both rows. */
static gboolean take_paired(struct place *place, const struct row *row, gsize at, GString *text)
{
	gboolean good = place_end(place) && pass_line(place, row->sign[at] == MD_SIGN_BASE);

	if (row->sign[at] == MD_SIGN_DOWNSTREAM) {
		place->paired_own = TRUE;
		place->told |= md_line_is_telling(row->line[at]);
	} else {
		good &= adopted_end(place);
	}
	if (row->sign[at] != MD_SIGN_BASE)
		md_text_append(text, row->line[at]);
	else
		place->left = TRUE;
	return good;
}

static gboolean merge_partly(struct merging *merging, struct md_chunk *chunk)
{
	const struct md_lines *theirs = merging->lines[MD_MERGE_THEIRS];
	gsize first = chunk->first[MD_MERGE_THEIRS], end = chunk->end[MD_MERGE_THEIRS];
	g_autofree guint8 *unpaired = g_malloc(MAX(end - first, 1));
	__attribute__((cleanup(row_clear))) struct row row;
	g_autoptr(GString) text = g_string_new(NULL);
	struct place place = { 0 };
	gboolean good = TRUE;
	gsize i = 0, j = first;

	row_take(&row, merging, chunk);
	md_twoway(merging->workspace, row.number, row.count, theirs->number + first, end - first,
		  merging->workspace->numbers, row.unpaired, unpaired);
	while (good && (i < row.count || j < end)) {
		if (i < row.count && row.unpaired[i]) {
			good = take_own(&place, &row, i++, text);
		} else if (j < end && unpaired[j - first]) {
			place.theirs_changed = TRUE;
			place.inside |= place.deleted;
			md_text_append(text, theirs->line[j++]);
		} else {
			good = take_paired(&place, &row, i++, text);
			j++;
		}
	}
	if (!good || !place_end(&place) || !adopted_end(&place))
		return FALSE;
	if (!place.left) {
		/* Blank lines that upstream did without are no change to carry. */
		g_string_truncate(text, 0);
		md_text_append(text, chunk->text[MD_MERGE_THEIRS]);
	}
	settle(merging, chunk, MD_CHUNK_LINES, g_steal_pointer(&text));
	return TRUE;
}

/* ------------------------------------------------------------------ words */

/* Whether ours changed lines of the base in @chunk, and did not only put some between them. */
static gboolean changed_lines(const struct merging *merging, const struct md_chunk *chunk)
{
	for (gsize i = chunk->first[MD_MERGE_BASE]; i < chunk->end[MD_MERGE_BASE]; i++) {
		if (merging->base_changed[MD_MERGE_OURS][i])
			return TRUE;
	}
	return FALSE;
}

static gboolean merge_words(struct merging *merging, struct md_chunk *chunk)
{
	g_autoptr(GString) text = g_string_new(NULL);

	/* Between lines that theirs wrote anew nobody knows the place of lines, words or not. */
	if (!changed_lines(merging, chunk))
		return FALSE;
	if (!md_words_merge(merging->workspace, chunk->text, MD_MERGE_TOUCHING, text))
		return FALSE;
	settle(merging, chunk, MD_CHUNK_WORDS, g_steal_pointer(&text));
	return TRUE;
}

/* ----------------------------------------------------------------- chunks */

/* Whether @side changed anything in @chunk: *own is from its first edit to its last. */
static gboolean find_own(const struct merging *merging, const struct md_chunk *chunk,
			 enum md_merge_text side, struct edit *own)
{
	g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(struct edit));
	const struct edit *last;

	add_edits(merging, chunk, side, edits);
	if (edits->len == 0)
		return FALSE;
	last = &g_array_index(edits, struct edit, edits->len - 1);
	*own = g_array_index(edits, struct edit, 0);
	own->end = last->end;
	own->base_end = last->base_end;
	return TRUE;
}

/* Notes what ours changed in @chunk, and the lines around it there. */
static void note_own(const struct merging *merging, struct md_chunk *chunk, const struct edit *own)
{
	gsize before = MIN(own->first - chunk->first[MD_MERGE_OURS], WINDOW);
	gsize after = MIN(chunk->end[MD_MERGE_OURS] - own->end, WINDOW);

	chunk->own_first = own->first;
	chunk->own_end = own->end;
	chunk->window[MD_MERGE_BASE] = join(merging->lines[MD_MERGE_BASE], own->base_first - before,
					    own->base_end + after);
	chunk->window[MD_MERGE_OURS] =
		join(merging->lines[MD_MERGE_OURS], own->first - before, own->end + after);
}

/* Whether lines [first, end) of ours stand in theirs somewhere, one behind the other. */
static gboolean stands_in_theirs(const struct merging *merging, gsize first, gsize end)
{
	const guint32 *block = merging->lines[MD_MERGE_OURS]->number + first;
	const struct md_lines *theirs = merging->lines[MD_MERGE_THEIRS];
	gsize size = end - first;

	for (gsize i = 0; i + size <= theirs->count; i++) {
		if (theirs->number[i] == block[0] &&
		    memcmp(theirs->number + i, block, size * sizeof(*block)) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Of that many telling lines that ours adds theirs may have brought half without a doubt. */
#define LEAST_DOUBLED 2

/*
 * Lines that ours adds, in a chunk that is settled, may be in theirs at another place: the
 * whole block was adopted there; and where theirs brought half of the lines or more
 * it made that change in its own way, and ours would make it twice.
 */
static void doubt_added(struct merging *merging, struct md_chunk *chunk, const struct edit *own)
{
	const struct md_lines *ours = merging->lines[MD_MERGE_OURS];
	guint telling = 0, doubled = 0;

	if (changed_lines(merging, chunk) || own->first == own->end)
		return;
	for (gsize i = own->first; i < own->end; i++) {
		if (!merging->changed[MD_MERGE_OURS][i] || !md_line_is_telling(ours->line[i]))
			continue;
		telling++;
		doubled += merging->brought[ours->number[i]] > 0;
	}
	if (doubled < LEAST_DOUBLED || doubled * 2 < telling)
		return;
	chunk->kind = doubled == telling && stands_in_theirs(merging, own->first, own->end)
			      ? MD_CHUNK_ADOPTED
			      : MD_CHUNK_CONFLICT;
	chunk->result = chunk->text[MD_MERGE_THEIRS];
}

/* Finds what becomes of a chunk between two borders. */
static void decide(struct merging *merging, struct md_chunk *chunk)
{
	struct edit own, other;
	gboolean ours = find_own(merging, chunk, MD_MERGE_OURS, &own);
	gboolean theirs = find_own(merging, chunk, MD_MERGE_THEIRS, &other);

	if (ours)
		note_own(merging, chunk, &own);
	if (!ours || !theirs) {
		chunk->kind = ours ? MD_CHUNK_OURS : MD_CHUNK_THEIRS;
		chunk->result = chunk->text[ours ? MD_MERGE_OURS : MD_MERGE_THEIRS];
	} else if (md_slice_equal(chunk->text[MD_MERGE_OURS], chunk->text[MD_MERGE_THEIRS])) {
		chunk->kind = MD_CHUNK_ADOPTED;
		chunk->result = chunk->text[MD_MERGE_THEIRS];
	} else if (!merge_lines(merging, chunk) && !merge_partly(merging, chunk) &&
		   !merge_words(merging, chunk)) {
		chunk->kind = MD_CHUNK_CONFLICT;
		chunk->result = chunk->text[MD_MERGE_THEIRS];
	}
	if (chunk->kind == MD_CHUNK_OURS || chunk->kind == MD_CHUNK_LINES)
		doubt_added(merging, chunk, &own);
}

/* Whether the lines at @at are one and the same, kept by both sides. */
static gboolean is_border(const struct merging *merging, const gsize at[MD_MERGE_TEXTS])
{
	if (at[MD_MERGE_BASE] == merging->lines[MD_MERGE_BASE]->count)
		return FALSE;
	for (enum md_merge_text side = MD_MERGE_OURS; side < MD_MERGE_TEXTS; side++) {
		if (merging->base_changed[side][at[MD_MERGE_BASE]] ||
		    (at[side] < merging->lines[side]->count && merging->changed[side][at[side]]))
			return FALSE;
	}
	return TRUE;
}

/* Moves @at behind the next chunk: all borders in a row, or all between two. */
static void step(const struct merging *merging, gsize at[MD_MERGE_TEXTS], gboolean borders)
{
	for (;;) {
		gboolean kept[MD_MERGE_TEXTS] = { FALSE };

		if (!borders) {
			for (enum md_merge_text side = MD_MERGE_OURS; side < MD_MERGE_TEXTS; side++)
				while (at[side] < merging->lines[side]->count &&
				       merging->changed[side][at[side]])
					at[side]++;
		}
		if (at[MD_MERGE_BASE] == merging->lines[MD_MERGE_BASE]->count ||
		    is_border(merging, at) != borders)
			return;
		for (enum md_merge_text side = MD_MERGE_OURS; side < MD_MERGE_TEXTS; side++)
			kept[side] = !merging->base_changed[side][at[MD_MERGE_BASE]];
		at[MD_MERGE_BASE]++;
		at[MD_MERGE_OURS] += kept[MD_MERGE_OURS];
		at[MD_MERGE_THEIRS] += kept[MD_MERGE_THEIRS];
	}
}

static void find_chunks(struct merging *merging)
{
	gsize at[MD_MERGE_TEXTS] = { 0 };

	for (gboolean borders = TRUE;; borders = !borders) {
		struct md_chunk chunk = { .kind = MD_CHUNK_SAME };
		gboolean empty = TRUE;

		memcpy(chunk.first, at, sizeof(at));
		step(merging, at, borders);
		memcpy(chunk.end, at, sizeof(at));
		for (enum md_merge_text text = 0; text < MD_MERGE_TEXTS; text++) {
			chunk.text[text] =
				join(merging->lines[text], chunk.first[text], chunk.end[text]);
			empty &= chunk.first[text] == chunk.end[text];
		}
		chunk.result = chunk.text[MD_MERGE_THEIRS];
		if (!borders && empty)
			return;
		if (!borders)
			decide(merging, &chunk);
		if (!empty)
			g_array_append_val(merging->merge->chunks, chunk);
	}
}

struct md_merge *md_merge_of_lines(struct md_workspace *workspace,
				   const struct md_slice text[MD_MERGE_TEXTS])
{
	const struct md_slice versions[MD_VERSIONS] = {
		[MD_OLD_BASE] = text[MD_MERGE_BASE],
		[MD_OLD_DOWNSTREAM] = text[MD_MERGE_OURS],
		[MD_NEW_BASE] = text[MD_MERGE_THEIRS],
		[MD_NEW_DOWNSTREAM] = text[MD_MERGE_THEIRS],
	};
	struct md_merge *merge = g_new0(struct md_merge, 1);
	__attribute__((cleanup(merging_clear))) struct merging merging = {
		.workspace = workspace,
		.merge = merge,
		.lines = { &workspace->lines[MD_OLD_BASE], &workspace->lines[MD_OLD_DOWNSTREAM],
			   &workspace->lines[MD_NEW_BASE] },
	};

	merge->chunks = g_array_new(FALSE, FALSE, sizeof(struct md_chunk));
	merge->kept = g_ptr_array_new_with_free_func(g_free);
	md_lines_number(workspace, versions, md_slice_next_line, MD_SPACE_EXACT);
	find_changes(&merging, MD_MERGE_OURS);
	find_changes(&merging, MD_MERGE_THEIRS);
	count_brought(&merging);
	find_chunks(&merging);
	return merge;
}

struct md_merge *md_merge_new(struct md_workspace *workspace,
			      const struct md_slice text[MD_MERGE_TEXTS])
{
	struct md_merge *merge = md_merge_of_lines(workspace, text);

	md_merge_follow(workspace, merge);
	return merge;
}

void md_merge_free(struct md_merge *merge)
{
	if (merge == NULL)
		return;
	g_array_unref(merge->chunks);
	g_ptr_array_unref(merge->kept);
	g_free(merge);
}
