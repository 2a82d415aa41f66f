/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of a patch, and what it does to files held in memory.
 *
 *   md_patch        what one patch file holds, in order
 *     md_patch_file one file changed by it
 *       md_hunk     one run of lines
 *   md_series       the names in a quilt series
 *   md_patched      files that patches were applied to
 *
 * Reads unified, context and git diffs, alone, one after the other, inside
 * mails or other text.  Applies as GNU patch 2.7 does, offsets and fuzz
 * included, but never guesses: what it cannot place it reports.
 */
#ifndef MD_PATCH_H
#define MD_PATCH_H

#include "base/base.h"
#include "diff/diff.h"

/* ------------------------------------------------------------------ model */

/** A line of a hunk: ' ', '-' or '+', and the text with its newline, if any. */
struct md_hunk_line {
	char sign;
	struct md_slice text;
};

struct md_hunk {
	/* As the header counts: lines from 1; 0 and no lines for an absent file. */
	gsize old_start, old_count;
	gsize new_start, new_count;
	gsize place;		 /* line of the header in the patch file, from 1 */
	struct md_slice heading; /* what follows the second "@@ ": a function, or empty */
	const struct md_hunk_line *line;
	gsize line_count;
};

enum md_patch_kind {
	MD_PATCH_MODIFY,
	MD_PATCH_CREATE,
	MD_PATCH_DELETE,
	MD_PATCH_RENAME,
	MD_PATCH_COPY,
};

struct md_patch_file {
	enum md_patch_kind kind;
	gboolean git; /* has a "diff --git" header */
	/* As written, unquoted, before stripping; NULL for /dev/null or unnamed. */
	char *old_name, *new_name;
	guint32 old_mode, new_mode; /* 0: not said */
	gsize place;		    /* line of its header in the patch file, from 1 */
	const struct md_hunk *hunk;
	gsize hunk_count;
	/*
	 * A git binary patch: what the new content is made from.  For a delta it
	 * is applied to the old content; the SHA-1s of the index line, where
	 * whole (40 digits), check both ends.
	 */
	gboolean binary;
	gboolean binary_is_delta, binary_reverse_is_delta;
	GBytes *binary_data, *binary_reverse_data; /* inflated; NULL: not given */
	char *old_id, *new_id;			   /* the index line's, or NULL */
	/* Entries of one `git diff` run or mail share a group; see apply. */
	guint group;
};

struct md_patch {
	char *name;	  /* for messages */
	GPtrArray *files; /* of struct md_patch_file */
	/* All hunks and lines in order; files and hunks point into them. */
	struct md_hunk *hunks;
	struct md_hunk_line *lines;
	GPtrArray *kept; /* of GBytes: the memory that the lines lie in */
};

/**
 * Reads @content.  A text without a patch gives no files.  Fails with
 * "NAME:LINE: WHAT" when a hunk is cut off or its counts are wrong.
 * @name is for messages; the patch keeps a reference to @content.
 */
struct md_patch *md_patch_parse(const char *name, GBytes *content, GError **error);
void md_patch_free(struct md_patch *patch);
MD_DEFINE_AUTOPTR(md_patch)

/** The number of hunks; a binary patch, rename or mode change without counts one. */
gsize md_patch_hunk_count(const struct md_patch *patch);

/** A file before and after; mode 0 and NULL: no such file. Nothing is owned. */
struct md_patch_change {
	const char *old_path, *new_path; /* two only for a rename */
	guint32 old_mode, new_mode;
	GBytes *old, *new;
};

/**
 * The git patch that makes these changes, with three lines of context. What is
 * equal on both sides gives an entry without hunks.
 */
struct md_patch *md_patch_make(const char *name, struct md_workspace *workspace,
			       const struct md_patch_change *changes, gsize count);

/** Prints as a unified (or git) diff that reads back to the same model. */
void md_patch_print(const struct md_patch *patch, GString *out);
/** One hunk of it. */
void md_patch_print_hunk(const struct md_hunk *hunk, GString *out);

/**
 * Turns the patch around in place: old becomes new, and what was done last is
 * undone first.  A copy turned around is only ever rejected: the model has no
 * word for "was made of that file".
 */
void md_patch_reverse(struct md_patch *patch);

/**
 * @name without its first @strip folders ("a/kernel/fork.c", 1); runs of
 * slashes count as one.  NULL when nothing is left, or when what is left is
 * absolute, has a ".." part or a NUL: such a name never reaches a tree.
 */
char *md_patch_strip_name(const char *name, guint strip);

/* ----------------------------------------------------------------- series */

struct md_series_entry {
	char *name;
	guint strip; /* 1 where the series does not say */
	gboolean reverse;
	gsize place; /* line in the series, from 1 */
};

/** An array of struct md_series_entry, or NULL with "NAME:LINE: WHAT". */
GArray *md_series_parse(const char *name, struct md_slice content, GError **error);

/* ------------------------------------------------------------------ apply */

/** What a patch did not do, and why.  The strings are owned. */
struct md_reject {
	char *patch;  /* name of the patch */
	char *path;   /* the file, stripped; as written where it cannot be */
	char *hunk;   /* "@@ -1,3 +1,4 @@"; "" for a whole file */
	gsize place;  /* line in the patch */
	char *reason; /* "already applied", "context changed at line 12", "file missing" */
};
void md_reject_free(struct md_reject *reject);

/** A file that patches touched. */
struct md_patched_file {
	guint32 mode;	 /* 0: it is gone */
	GBytes *content; /* NULL when gone */
};

/** Where files that no patch has touched yet come from. */
struct md_patch_base {
	/* Mode and content; mode 0 when there is no such file. */
	gboolean (*read)(void *data, const char *path, struct md_patched_file *file,
			 GError **error);
	/* Whether the file is there; costs less than reading it. */
	gboolean (*exists)(void *data, const char *path);
	void *data;
};

/** An entry of a patch that was applied. The strings are owned. */
struct md_applied {
	const struct md_patch_file *file;
	char *from, *to; /* the paths; two for renames and copies; NULL: unsafe ones */
	gboolean whole;	 /* nothing of it was rejected */
	/* The line that each hunk begins at in the file as it became, from 1; 0: rejected. */
	gsize *line;
};
void md_applied_free(struct md_applied *applied);

/** Files, read from @base when first needed, with patches applied to them. */
struct md_patched;
struct md_patched *md_patched_new(const struct md_patch_base *base);
void md_patched_free(struct md_patched *patched);
MD_DEFINE_AUTOPTR(md_patched)

#define MD_STRIP_FIND (-1)

struct md_apply_settings {
	int strip;  /* folders to drop from names; MD_STRIP_FIND: the one that fits best */
	guint fuzz; /* context lines that may differ, at most */
	/*
	 * A file left empty goes, even where the patch does not say so: `patch -E`,
	 * which dpkg-source and quilt give.
	 */
	gboolean remove_empty;
};

/**
 * Applies @patch.  Hunks that do not fit are added to @rejects (of struct
 * md_reject) and the rest goes on.  Fails only when the base cannot be read.
 */
gboolean md_patched_apply(struct md_patched *patched, const struct md_patch *patch,
			  const struct md_apply_settings *settings, GPtrArray *rejects,
			  const struct md_hooks *hooks, GError **error);

/**
 * From now on every entry that is applied, in whole or in part, is told in
 * @applied (of struct md_applied), which must outlive @patched.
 */
void md_patched_tell(struct md_patched *patched, GPtrArray *applied);

/** The paths that any strip in @settings could make this patch touch: owned strings. */
GPtrArray *md_patch_paths(const struct md_patch *patch, int strip);

/**
 * The state of @path: FALSE when no patch touched it.  @file's content stays
 * owned by @patched.  May be called from several threads once applying is over.
 */
gboolean md_patched_get(struct md_patched *patched, const char *path, struct md_patched_file *file);

/** Every touched path, sorted: an array of strings owned by @patched. */
GPtrArray *md_patched_paths(struct md_patched *patched);

#endif
