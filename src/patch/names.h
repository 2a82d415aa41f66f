/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File names as patches write them: quoted, with folders to strip. */
#ifndef MD_PATCH_NAMES_H
#define MD_PATCH_NAMES_H

#include "patch/patch.h"

/**
 * The text of a C-style quoted name that @text begins with; moves @text
 * behind the closing quote.  NULL when it is malformed or holds a NUL.
 */
char *md_name_unquote(struct md_slice *text);

/** Appends @name, quoted where it must be, and where @quote_blanks has a blank. */
void md_name_print(GString *out, const char *name, gboolean quote_blanks);

enum md_name_fault {
	MD_NAME_GOOD,
	MD_NAME_SHORT,	/* nothing left after stripping */
	MD_NAME_UNSAFE, /* leads out of the tree */
};

/**
 * @name without its first @strip folders, "." parts and doubled slashes, or
 * NULL and in @fault, which may be NULL, why not.
 */
char *md_name_strip(const char *name, guint strip, enum md_name_fault *fault);

/**
 * Whether GNU patch would rather patch @a than @b, of two names that both
 * serve: fewest folders, then shortest last part, then shortest.
 */
gboolean md_name_better(const char *a, const char *b);

/** How many strips make sense for @name: its slash runs plus one, bounded. */
guint md_name_strips(const char *name);

#endif
