/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one tree changed of another, cut so small that parts of it can be undone: files,
 * in them units. A unit is a definition (or whatever else stands at the top level) that only
 * one side has, or some changed lines of one that both have.
 */
#ifndef MD_PORT_UNDO_H
#define MD_PORT_UNDO_H

#include "code/code.h"
#include "diff/diff.h"
#include "port/internal.h"

enum md_undo_side {
	MD_UNDO_BEFORE, /* what comes back */
	MD_UNDO_AFTER,	/* what goes */
	MD_UNDO_SIDES,
};

#define MD_UNDO_NO_PIECE G_MAXUINT

/** A word of a file, and its line, from 0. */
struct md_undo_word {
	struct md_slice text;
	gsize line;
};

struct md_undo_version {
	guint32 mode; /* 0: no such file */
	GBytes *content;
	struct md_slice text;
	struct md_pieces *pieces;
	GArray *words; /* of struct md_undo_word, by line */
	GArray *line;  /* of gsize: where each begins, and one more for the end */
};

struct md_undo_unit {
	struct md_extent lines[MD_UNDO_SIDES]; /* empty: where they would stand */
	guint piece[MD_UNDO_SIDES];	       /* that they lie in; or MD_UNDO_NO_PIECE */
	gboolean undone;
};

struct md_undo_file {
	const char *path;
	struct md_undo_version version[MD_UNDO_SIDES];
	GArray *units;	/* of struct md_undo_unit, by their lines after */
	guint *unit_of; /* by line after: index in @units, or G_MAXUINT */
	guint8 *cut;	/* by line after: it goes from a unit that stays */
};

/** A file that differs, and which words it has: opened when somebody wants to know more. */
struct md_undo_entry {
	char *path;
	guint32 *hash[MD_UNDO_SIDES]; /* sorted */
	gsize count[MD_UNDO_SIDES];
	struct md_undo_file *file; /* NULL: not opened */
};

/** All of the difference of two trees. */
struct md_undo {
	struct md_tree *tree[MD_UNDO_SIDES]; /* not owned */
	GPtrArray *entries;		     /* of struct md_undo_entry, by path: code alone */
	struct md_workspace *workspace;
};

struct md_undo *md_undo_new(struct md_tree *before, struct md_tree *after, guint jobs,
			    const struct md_hooks *hooks, GError **error);
void md_undo_free(struct md_undo *undo);
MD_DEFINE_AUTOPTR(md_undo)

/** Opens the file of @entry; NULL where it cannot be read. */
struct md_undo_file *md_undo_open(struct md_undo *undo, struct md_undo_entry *entry,
				  GError **error);
/** Whether the words of that side may hold one of @hash; they do but for chance. */
gboolean md_undo_entry_has(const struct md_undo_entry *entry, enum md_undo_side side, guint32 hash);
guint32 md_undo_hash(struct md_slice word);
/** The entry of @path, or NULL. */
struct md_undo_entry *md_undo_find(const struct md_undo *undo, const char *path);

/** For the workings of md_undo_open(). */
void md_undo_cut(struct md_undo_file *file, struct md_workspace *workspace);

static inline const struct md_piece *md_undo_piece(const struct md_undo_file *file,
						   enum md_undo_side side, guint index)
{
	return &g_array_index(md_pieces_all(file->version[side].pieces), struct md_piece, index);
}

static inline struct md_undo_unit *md_undo_unit(const struct md_undo_file *file, guint index)
{
	return &g_array_index(file->units, struct md_undo_unit, index);
}

/** TRUE for what only one side has. */
static inline gboolean md_undo_unit_is_whole(const struct md_undo_unit *unit)
{
	return unit->piece[MD_UNDO_BEFORE] == MD_UNDO_NO_PIECE ||
	       unit->piece[MD_UNDO_AFTER] == MD_UNDO_NO_PIECE;
}

/** Whether @line of the side after goes. */
static inline gboolean md_undo_line_goes(const struct md_undo_file *file, gsize line)
{
	guint unit = file->unit_of[line];

	return file->cut[line] || (unit != G_MAXUINT && md_undo_unit(file, unit)->undone);
}

/** Words of a version, in order. */
struct md_undo_words {
	const struct md_undo_word *word;
	guint count;
};
/** Those on @lines. */
struct md_undo_words md_undo_words(const struct md_undo_version *version, struct md_extent lines);
/** Whether @name stands in these lines. */
gboolean md_undo_lines_have(const struct md_undo_version *version, struct md_extent lines,
			    const char *name);
/** Bytes of these lines. */
struct md_slice md_undo_lines(const struct md_undo_version *version, struct md_extent lines);
gboolean md_piece_names(const struct md_piece *piece, const char *name);

/** TRUE for a unit that changes blank lines alone. */
gboolean md_undo_unit_is_blank(const struct md_undo_file *file, const struct md_undo_unit *unit);
/** The file as it is with its undone units undone. */
GBytes *md_undo_file_text(const struct md_undo_file *file);

/**
 * The lines of the statement around @word that can be taken out alone of the function that begins
 * on line @function, for nothing behind it needs its value: a call, an if that only leaves. Empty
 * where there is none.
 */
struct md_extent md_undo_statement(const struct md_undo_version *version, gsize function,
				   const struct md_undo_word *word);

/** The line alone, where it is an entry of a table by name (.read = f,); else empty. */
struct md_extent md_undo_entry_line(const struct md_undo_version *version, gsize line);

/** The parentheses behind a name. */
struct md_arguments {
	struct md_extent bytes;
	guint count;   /* none for (void) */
	gboolean open; /* it may be any number */
};
/** Reads those that stand at byte @at of @text, behind blanks. FALSE where there are none. */
gboolean md_arguments_read(struct md_slice text, gsize at, struct md_arguments *arguments);

/**
 * What @piece, a function, gives and takes, without names of parameters, appended to @headline,
 * and the lines that say it. FALSE where that cannot be read.
 */
gboolean md_undo_headline(const struct md_undo_version *version, const struct md_piece *piece,
			  struct md_extent *lines, GString *headline);

/** A unit of a file. */
struct md_undo_place {
	struct md_undo_file *file;
	guint unit;
};

/**
 * Marks @roots (of struct md_undo_place) as undone, with all that only they brought in, that
 * refers to it, or that comes back because of it. @own, or NULL, is what a downstream changed of
 * the tree after: what that uses stays.
 */
gboolean md_undo_close(struct md_undo *undo, const GArray *roots, const struct md_undo *own,
		       GError **error);

/**
 * The #includes that follow from what @file, in which something is undone, has left: a new array
 * of struct md_undo_place. NULL where something cannot be read.
 */
GArray *md_undo_includes(struct md_undo *undo, struct md_undo_file *file, GError **error);
/** What the file @path includes as @name, where it is among those that differ; else NULL. */
struct md_undo_file *md_undo_included(struct md_undo *undo, const char *path, const char *name,
				      GError **error);
/** TRUE for a file that is new and of which only a frame would be left. */
gboolean md_undo_is_hollow(const struct md_undo_file *file);

/**
 * Adds to @roots (of struct md_undo_place) what was changed of all that is called @name (NAME, or
 * PATH:NAME): nothing where nothing was. *@known says whether there is one at all. Fails where
 * several files changed one of that name each.
 */
gboolean md_undo_roots(struct md_undo *undo, const char *name, GArray *roots, gboolean *known,
		       GError **error);

#endif
