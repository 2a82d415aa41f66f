/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that patches touched, as they are now, and as they were before
 * the group of changes at hand.
 */
#ifndef MD_PATCH_STATE_H
#define MD_PATCH_STATE_H

#include "patch/text.h"

/** One file.  Its content is @bytes, or @text where that is newer, or both. */
struct md_state {
	guint32 mode; /* 0: it is not there */
	gboolean touched;
	GBytes *bytes; /* NULL: join the text */
	GArray *text;  /* of struct md_line; NULL: split the bytes */
};

struct md_patched {
	struct md_patch_base base;
	GHashTable *files;  /* path -> struct md_state */
	GPtrArray *kept;    /* of GBytes: the memory that lines lie in */
	GPtrArray *applied; /* of struct md_applied; NULL: nobody asks */
	/* Of the group of changes at hand, by path: */
	GHashTable *before;  /* struct md_state: what was there before the group */
	GHashTable *leaving; /* it renames these away or deletes them */
	GHashTable *sources; /* it renames or copies these */
	GHashTable *targets; /* it has renamed, copied or created these so far */
};

struct md_state *md_state_copy(const struct md_state *state);
void md_state_free(struct md_state *state);
MD_DEFINE_AUTOPTR(md_state)

/** The state of @path now, read from the base when first asked for; NULL: error. */
struct md_state *md_patched_state(struct md_patched *patched, const char *path, GError **error);

/** Whether there is a file @path now. */
gboolean md_patched_exists(struct md_patched *patched, const char *path);

/** Whether a folder of @path is a file. */
gboolean md_patched_is_blocked(struct md_patched *patched, const char *path);

/** Puts @state, which is taken, at @path; what was there is kept in before. */
void md_patched_put(struct md_patched *patched, const char *path, struct md_state *state);

/** @path is about to change in place: keeps it, if the group moves it elsewhere. */
void md_patched_remember(struct md_patched *patched, const char *path,
			 const struct md_state *state);

/** A group of changes begins: nothing is remembered. */
void md_patched_begin_group(struct md_patched *patched);

/** The content of @state; owned by it. */
GBytes *md_state_bytes(struct md_state *state);
/** The lines of @state. */
GArray *md_state_text(struct md_patched *patched, struct md_state *state);
/** Whether @state has no content. */
gboolean md_state_is_empty(const struct md_state *state);
/** Gives @state another content, which is taken. */
void md_state_set_bytes(struct md_state *state, GBytes *bytes);
/** The text was changed in place. */
void md_state_text_changed(struct md_state *state);

#endif
