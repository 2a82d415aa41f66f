/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the readers of the formats share: where they stand in the text, and
 * the patch that they fill.  A reader moves the cursor only over what it took.
 */
#ifndef MD_PATCH_READER_H
#define MD_PATCH_READER_H

#include "patch/patch.h"

/** A place in the text; copied to look ahead. */
struct md_cursor {
	struct md_slice rest;
	gsize line; /* lines before it */
};

struct md_reader {
	const char *name;
	struct md_cursor at;
	/*
	 * Where the text was decoded from a mail: the line of the patch file that
	 * each line came from (gsize).  NULL: they are the same.
	 */
	const GArray *places;
	struct md_patch *patch;
	GArray *hunks; /* of struct md_hunk, all files' */
	GArray *lines; /* of struct md_hunk_line, all hunks' */
	/* Files of one group, by new name; whether the next file begins another. */
	guint group;
	GHashTable *group_names;
	gboolean group_over;
	/* The headers of this file end in CR LF: its lines lose their CR. */
	gboolean strip_cr;
	gboolean unfinished; /* the last line has no newline */
};

/** The next line with its newline; FALSE at the end. */
gboolean md_cursor_next(struct md_cursor *cursor, struct md_slice *line);
/** The same without moving. */
gboolean md_cursor_peek(const struct md_cursor *cursor, struct md_slice *line);
/** Whether the next line begins with @prefix. */
gboolean md_cursor_at(const struct md_cursor *cursor, const char *prefix);

/** @line without its newline or CR LF. */
struct md_slice md_line_text(struct md_slice line);
/** @text without any CR at its end: a heading is for people alone. */
struct md_slice md_line_heading(struct md_slice text);

/** The number of the line at @line (lines before it), in the patch file. */
gsize md_reader_place(const struct md_reader *reader, gsize line);

/** Sets "NAME:LINE: WHAT" for the line at @line and returns FALSE. */
gboolean md_reader_fail(const struct md_reader *reader, gsize line, GError **error,
			const char *format, ...) G_GNUC_PRINTF(4, 5);

/** A number at the start of @text, which moves behind it. */
gboolean md_read_number(struct md_slice *text, gsize *value);

/** A patch without files. */
struct md_patch *md_patch_new(const char *name);
/** Hunks and lines of @patch were filled in order; gives each its own. */
void md_patch_share_out(struct md_patch *patch);

/** A new file whose header is at @line; owned by the caller until added. */
struct md_patch_file *md_reader_file_new(const struct md_reader *reader, gsize line);
void md_patch_file_free(struct md_patch_file *file);
MD_DEFINE_AUTOPTR(md_patch_file)

/** Takes @file into the patch and finds its group. */
void md_reader_add(struct md_reader *reader, struct md_patch_file *file);

/** A hunk of @file is complete: its lines are those from @first_line on. */
void md_reader_end_hunk(struct md_reader *reader, struct md_patch_file *file, struct md_hunk *hunk,
			gsize first_line);

/** Takes the newline, and a CR that is to be stripped, off a line's text. */
void md_reader_chop(const struct md_reader *reader, struct md_slice *text);

/**
 * Reads the two header lines that name a file ("--- a/f" and "+++ b/f", or
 * "*** a/f" and "--- b/f") and then hunks by @read_hunk, while there are any.
 */
typedef gboolean (*md_read_hunk)(struct md_reader *reader, struct md_patch_file *file,
				 GError **error);
gboolean md_reader_named_hunks(struct md_reader *reader, struct md_patch_file *file,
			       const char *hunk_prefix, md_read_hunk read_hunk, GError **error);

/** Hunk readers: the cursor stands at "@@ -", or at "***************". */
gboolean md_read_unified_hunk(struct md_reader *reader, struct md_patch_file *file, GError **error);
gboolean md_read_context_hunk(struct md_reader *reader, struct md_patch_file *file, GError **error);
/** Whether @line is a well-formed unified hunk header. */
gboolean md_is_unified_header(struct md_slice line);

/** Reads what follows "diff --git " at the cursor. */
gboolean md_read_git(struct md_reader *reader, GError **error);
/** Reads what follows "GIT binary patch" at the cursor into @file. */
gboolean md_read_git_binary(struct md_reader *reader, struct md_patch_file *file, GError **error);
/** "Binary files OLD and NEW differ": the two names, as slices. */
gboolean md_is_binary_notice(struct md_slice line, struct md_slice *old_name,
			     struct md_slice *new_name);

/** Whether @line begins another mail or commit. */
gboolean md_is_mail_start(struct md_slice line);
/**
 * @content with the bodies of encoded mails decoded, and in *places where
 * its lines come from; NULL when nothing is encoded.
 */
GBytes *md_mail_decode(GBytes *content, GArray **places);

#endif
