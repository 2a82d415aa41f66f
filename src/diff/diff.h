/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pure text: four versions of a file in, columns and regions out.
 *
 *   lines    four texts        -> numbers, equal where the lines are equal
 *   twoway   two number rows   -> which of them are changed
 *   edits    base, downstream  -> one edit sequence (a full-context diff)
 *   columns  two edit sequences-> one row of marks
 *   regions  marks             -> runs of shown lines, each with a class
 *   merge    three texts       -> chunks: what becomes of each, or a conflict
 *
 * Nothing here reads a file or knows of paths.
 */
#ifndef MD_DIFF_H
#define MD_DIFF_H

#include "base/base.h"

#include <metadiff/diff.h>

static inline enum md_version md_side_base(enum md_side side)
{
	return side == MD_OLD ? MD_OLD_BASE : MD_NEW_BASE;
}

static inline enum md_version md_side_downstream(enum md_side side)
{
	return side == MD_OLD ? MD_OLD_DOWNSTREAM : MD_NEW_DOWNSTREAM;
}

/* ------------------------------------------------------------------ lines */

/** What counts as the same line. */
enum md_space {
	MD_SPACE_EXACT,
	MD_SPACE_CHANGE, /* -b: runs of blanks are equal, trailing ones ignored */
	MD_SPACE_ALL,	 /* -w: blanks are ignored */
};

/** One version of a file as lines; @line[i] is the text, @number[i] its number. */
struct md_lines {
	struct md_slice *line;
	guint32 *number;
	gsize count;
};

/**
 * The workspace of one thread: tables that grow to the largest file seen and
 * are used again for the next.  What md_diff_compute() gives lives in it
 * until the next call.
 */
struct md_workspace;
struct md_workspace *md_workspace_new(void);
void md_workspace_free(struct md_workspace *workspace);
MD_DEFINE_AUTOPTR(md_workspace)

/** Workspaces for a loop on several threads: those that none works in. */
GAsyncQueue *md_workspaces_new(void);
/** Takes one; it is to be pushed back. */
struct md_workspace *md_workspaces_take(GAsyncQueue *workspaces);

/* ------------------------------------------------------------------ marks */

/** The sign of a line in one patch; the two signs of a line make its mark. */
enum md_sign {
	MD_SIGN_CONTEXT,    /* ' ' in the base and in the downstream */
	MD_SIGN_BASE,	    /* '-' in the base alone */
	MD_SIGN_DOWNSTREAM, /* '+' in the downstream alone */
	MD_SIGN_ABSENT,	    /* '.' in neither */
	MD_SIGNS,
};

/**
 * The mark of a column: old sign times MD_SIGNS plus new sign, which is an
 * index into md_mark_table, and perhaps one of two flags. A line that upstream
 * moved has two columns: at its old place the old sign alone, MD_MARK_AWAY; at
 * its new place both signs, MD_MARK_HERE; and so has a line of the old patch that
 * rides along with what moved. MD_MARK_MOVED is on both places of a
 * line that the downstream itself moved: a patch has it as '-' and as '+', a
 * reader is shown it once. MD_MARK_WORDS is on lines that a merge by words explains:
 * what the new downstream has there is the carried text. MD_MARK_ALONG, both of these, is
 * on a change that was carried to another file: a patch has it as '-' in the one
 * and as '+' in the other, a reader is not shown it.
 */
typedef guint8 md_mark;
#define MD_MARK(old_sign, new_sign) ((md_mark)((old_sign)*MD_SIGNS + (new_sign)))
#define MD_MARKS (MD_SIGNS * MD_SIGNS)
#define MD_MARK_AWAY 0x10
#define MD_MARK_HERE 0x20
#define MD_MARK_MOVED 0x40
#define MD_MARK_WORDS 0x80
#define MD_MARK_ALONG (MD_MARK_MOVED | MD_MARK_WORDS)

/** Bit sets: of versions (1 << enum md_version, 1 << MD_CARRIED), of marks. */
#define MD_BIT(index) (1u << (index))

/**
 * The text that the comparison turns around: the old patch carried onto the
 * new base.  It is the new downstream without the lines shown as '+' and with
 * those shown as '-', so it counts as a fifth version of the file.
 */
#define MD_CARRIED MD_VERSIONS
#define MD_PROJECTIONS (MD_VERSIONS + 1)

struct md_mark_info {
	char text[3];	    /* the two signs, as printed */
	const char *name;   /* "added"; NULL for the impossible mark ".." */
	char shown;	    /* ' ' hidden, '+' or '-' shown so */
	guint8 projections; /* bit set of the versions that have the line */
};
extern const struct md_mark_info md_mark_table[MD_MARKS];

static inline const struct md_mark_info *md_mark_info(md_mark mark)
{
	return &md_mark_table[mark % MD_MARKS];
}

static inline enum md_sign md_mark_sign(md_mark mark, enum md_side side)
{
	return side == MD_OLD ? mark % MD_MARKS / MD_SIGNS : mark % MD_SIGNS;
}

/** The versions that have the line in this very column, as a bit set. */
guint md_mark_projections(md_mark mark);
/** '+', '-' or ' ': how the line is shown in this column. */
char md_mark_shown(md_mark mark);
/** TRUE where @mark is in the set @shown. */
gboolean md_mark_is_shown(md_mark mark, guint32 shown);

/** TRUE for a held line that upstream only moved: lost is its new place, not the line. */
gboolean md_mark_is_kept_back(md_mark mark);

/** The set of all marks called @name, or 0. */
guint32 md_mark_set_by_name(const char *name);
/** The marks shown where nobody asks for others. */
guint32 md_mark_set_shown(void);

/* ---------------------------------------------------------------- columns */

/**
 * The comparison of one file.  @mark[0..count-1] are the columns, in order.
 * The lines of version v are the columns whose mark has v among its
 * projections, in order: a walk with one counter a version finds the text of
 * every column.
 */
struct md_columns {
	const struct md_lines *lines; /* [MD_VERSIONS] */
	md_mark *mark;
	const guint32 *number;	     /* of the line in each column */
	const struct md_slice *text; /* by number: one of the lines that have it */
	gsize count;
};

/**
 * Compares four texts (a missing file: data NULL).  @columns points into
 * @workspace and @text until the next call.  Cannot fail but for memory.
 */
void md_diff_compute(struct md_workspace *workspace, const struct md_slice text[MD_VERSIONS],
		     enum md_space space, struct md_columns *columns);

/** The text that @version has in columns [first, end), what moved at its new place. */
void md_columns_text(const struct md_columns *columns, gsize first, gsize end,
		     enum md_version version, GString *text);

/**
 * Flags as MD_MARK_WORDS the shown columns of each place where the new downstream
 * is what a merge by words makes of the downstream's change and upstream's.
 */
void md_columns_carry_words(struct md_workspace *workspace, struct md_columns *columns);

/** Where the place ends that begins at column @first: at the next line of both downstreams. */
gsize md_columns_place_end(const struct md_columns *columns, gsize first);

/**
 * TRUE where a merge by words of what the old base, the old downstream and the new
 * base have in columns [first, end) is what the new downstream has there.
 */
gboolean md_columns_is_merged(struct md_workspace *workspace, const struct md_columns *columns,
			      gsize first, gsize end);

/** Moves changes that could stand at several places to where they read best. */
void md_columns_tidy(struct md_columns *columns);

/** TRUE where both downstreams have the line, which ends a place where they differ. */
gboolean md_mark_is_in_both_downstreams(md_mark mark);

/** The set of the marks in columns [first, end), but for lines that are not here any more. */
guint32 md_marks_of_range(const struct md_columns *columns, gsize first, gsize end);

/** The mark of a whole file or attribute that is (or not) in each version. */
md_mark md_mark_of_presence(const gboolean present[MD_VERSIONS]);

/** Walks over columns: positions are the lines before the column, a version. */
struct md_walk {
	gsize column;
	gsize position[MD_PROJECTIONS];
};

/** Moves @walk behind its column. */
void md_walk_next(struct md_walk *walk, const struct md_columns *columns);
/** The text of the column that @walk stands at, as the newest version has it. */
struct md_slice md_walk_text(const struct md_walk *walk, const struct md_columns *columns);

/* ------------------------------------------------------------------ words */

/** The three texts of a merge: two were made from the first. */
enum md_merge_text {
	MD_MERGE_BASE,
	MD_MERGE_OURS,	 /* the downstream's */
	MD_MERGE_THEIRS, /* upstream's */
	MD_MERGE_TEXTS,
};

/** How near to each other both sides may have changed a text that is merged. */
enum md_merge_rule {
	MD_MERGE_APART,	   /* with something unchanged between them */
	MD_MERGE_TOUCHING, /* side by side, but not at one and the same place */
	MD_MERGE_ANYHOW,   /* to be held against what somebody else made of it */
};

/**
 * Merges word by word what two sides made of one text, into @merged.  FALSE,
 * with @merged empty, where they changed it nearer to each other than @rule
 * allows, or where the texts are too long to be worth it.
 */
gboolean md_words_merge(struct md_workspace *workspace, const struct md_slice text[MD_MERGE_TEXTS],
			enum md_merge_rule rule, GString *merged);

/** A run of words with one sign: ' ' in both texts, '-' in the first alone, '+' in the second. */
struct md_word_run {
	char sign;
	gsize size; /* in bytes */
};

/**
 * The difference of two texts by words: appends to @runs (an array of struct
 * md_word_run) and to @text, which is the text of all runs in order.
 */
void md_words_diff(struct md_workspace *workspace, struct md_slice before, struct md_slice after,
		   GArray *runs, GString *text);

/**
 * The next word of @rest: letters, digits and what is not ASCII; or blanks; or
 * any other single byte, a newline too.  Returns FALSE at the end.
 */
gboolean md_slice_next_word(struct md_slice *rest, struct md_slice *word);

/* ---------------------------------------------------------------- regions */

enum md_class {
	MD_CLASS_DECLINED, /* the dangerous ones first: the order of summaries */
	MD_CLASS_HELD,
	MD_CLASS_ADAPTED,
	MD_CLASS_MODIFIED,
	MD_CLASS_ADDED,
	MD_CLASS_REMOVED,
	MD_CLASS_DROPPED,
	MD_CLASS_RESTORED,
	MD_CLASS_MOVED, /* lines that the downstream has at another place */
	MD_CLASS_MIXED,
	/* Of marks that are hidden unless asked for. */
	MD_CLASS_ADOPTED,
	MD_CLASS_UPSTREAM,
	MD_CLASS_CARRIED,
	MD_CLASSES,
};
const char *md_class_name(enum md_class class);
/**
 * The class of a region whose shown lines have these marks; @near are all the
 * marks in it and in the hidden columns that touch it.
 */
enum md_class md_class_of_marks(guint32 shown, guint32 near);

/** Columns [first, end) shown; [context_first, context_end) with context. */
struct md_region {
	gsize first, end;
	gsize context_first, context_end;
	gsize near_first, near_end; /* with the hidden columns that touch it */
	enum md_class class;
	guint32 near;	      /* as md_class_of_marks wants it */
	struct md_walk start; /* at context_first */
};

/**
 * The regions of @columns: an array of struct md_region in order.  @shown is
 * the set of marks that count as shown, @context how many lines of context.
 */
GArray *md_regions_find(const struct md_columns *columns, guint32 shown, gsize context);

/** A hash that strangers who do not know @seed cannot choose collisions of. */
guint32 md_line_hash(struct md_slice line, guint64 seed);

/** TRUE for a line that has enough letters to be told from others. */
gboolean md_line_is_telling(struct md_slice line);

/* ------------------------------------------------------------------ merge */

/** Who changed a chunk, and how it was merged. */
enum md_chunk_kind {
	MD_CHUNK_SAME,	   /* nobody */
	MD_CHUNK_THEIRS,   /* theirs alone */
	MD_CHUNK_OURS,	   /* ours alone */
	MD_CHUNK_ADOPTED,  /* both, and they made the same of it */
	MD_CHUNK_LINES,	   /* both, but not the same lines */
	MD_CHUNK_WORDS,	   /* both, but not the same words */
	MD_CHUNK_MOVED,	   /* theirs moved it elsewhere, and what ours did was done there */
	MD_CHUNK_CONFLICT, /* both, and it is not known what should be there */
};

/** Lines [first, end) of the three texts, and what becomes of them. */
struct md_chunk {
	enum md_chunk_kind kind;
	gsize first[MD_MERGE_TEXTS], end[MD_MERGE_TEXTS];
	/* Lines of ours from the first to the last that it changed; empty where it only deleted. */
	gsize own_first, own_end;
	struct md_slice text[MD_MERGE_TEXTS];
	/* What ours changed, with some lines around it: before and after. */
	struct md_slice window[MD_MERGE_THEIRS];
	struct md_slice result; /* of a conflict: theirs */
	/* Where it was moved to: the chunk, and the line of its result, from 0. */
	guint moved_to;
	gsize moved_line;
};

/** A merge: its chunks in order are all of the three texts. */
struct md_merge {
	GArray *chunks;	 /* of struct md_chunk */
	GPtrArray *kept; /* the memory of results that stand in none of the texts */
};

/**
 * Merges three texts (a missing one: data NULL), which must outlive it. A line
 * that lost its newline gets none here: who joins results puts it in.
 */
struct md_merge *md_merge_new(struct md_workspace *workspace,
			      const struct md_slice text[MD_MERGE_TEXTS]);
void md_merge_free(struct md_merge *merge);

/**
 * Whether what ours did to @chunk could not be done, line by line, where it
 * stands, so that it is worth looking where theirs moved its lines to.
 */
gboolean md_chunk_is_lost(const struct md_chunk *chunk);

/**
 * Looks in @target, text that theirs added, for the lines of @window, and
 * makes the change from @window[MD_MERGE_BASE] to @window[MD_MERGE_OURS] there.
 * FALSE where it does not hold most of them, or where they conflict. @line is
 * that of the first change in the result, from 0.
 */
gboolean md_merge_into(struct md_workspace *workspace,
		       const struct md_slice window[MD_MERGE_THEIRS], struct md_slice target,
		       GString *result, gsize *line);

/** Gives the chunk @target another result; @text is taken. */
void md_merge_put(struct md_merge *merge, guint target, GString *text);

/**
 * How much of the telling lines of @window stands in @target: their number, or
 * 0 where it is less than half of them, or too few to be told from others.
 */
gsize md_window_likeness(struct md_slice window, struct md_slice target);
MD_DEFINE_AUTOPTR(md_merge)

/* ----------------------------------------------------------------- twoway */

/**
 * Marks in @changed_a and @changed_b (one byte a line, all set by the call)
 * the lines that are not paired.  Numbers are below @numbers.  The unmarked
 * lines of a and b are the same row.
 */
void md_twoway(struct md_workspace *workspace, const guint32 *a, gsize count_a, const guint32 *b,
	       gsize count_b, gsize numbers, guint8 *changed_a, guint8 *changed_b);

#endif
