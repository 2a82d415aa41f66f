/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The closure of a set of units under the rules of undo_close.c, while it is made: the set
 * and its questions (undo_closure.c), what goes with it (undo_gone.c, undo_function.c), what
 * comes back (undo_back.c). Each rule looks at one thing that happened and adds others; what
 * cannot be read goes into @error, which ends it all.
 */
#ifndef MD_PORT_UNDO_CLOSE_H
#define MD_PORT_UNDO_CLOSE_H

#include "port/undo.h"

/** What happened, in order, so that it can be taken back. */
struct md_undo_event {
	struct md_undo_file *file;
	guint unit; /* G_MAXUINT: lines were cut */
	struct md_extent lines;
};

struct md_undo_closure {
	struct md_undo *undo;
	const struct md_undo *own;
	GArray *events;	     /* of struct md_undo_event */
	guint next;	     /* the first event that was not yet looked at */
	GPtrArray *gone;     /* of names, as md_undo_key() has them, in order */
	GHashTable *is_gone; /* set of the same */
	GHashTable *known;   /* name to whether the side before knows it */
	GHashTable *checked; /* names that were looked for to come back */
	GArray *deferred;    /* of struct md_undo_place: definitions to try */
	GHashTable *refused; /* set of units that are not to be tried again */
	GHashTable *headed;  /* set of functions, as md_undo_key(), whose headline came back */
	gsize lines;	     /* of new definitions that went so far */
	GError *error;
};

/** A name that only the file sees has its path in front. */
char *md_undo_key(const struct md_undo_file *file, const char *name, gboolean local);

/** Adds a unit, where it is not yet undone. */
void md_undo_choose(struct md_undo_closure *closure, struct md_undo_file *file, guint index);
/** Adds lines after that go from a unit that stays. */
void md_undo_cut_lines(struct md_undo_closure *closure, struct md_undo_file *file,
		       struct md_extent lines);
/** Back to so many events, gone names and lines. */
void md_undo_take_back(struct md_undo_closure *closure, guint events, guint gone, gsize lines);

typedef void (*md_undo_visit)(struct md_undo_closure *closure, struct md_undo_file *file,
			      const char *name, void *data);
/** Calls @visit for every file whose words of @side may hold @name, or for @file alone. */
void md_undo_each_file(struct md_undo_closure *closure, enum md_undo_side side,
		       struct md_undo_file *file, const char *name, md_undo_visit visit,
		       void *data);
/** Whether so many files may have @name that none is looked at for it. */
gboolean md_undo_is_common(const struct md_undo *undo, enum md_undo_side side, const char *name);
/** Whether the side before knows @name: in @file, or where it is NULL anywhere. */
gboolean md_undo_was_known(struct md_undo_closure *closure, const struct md_undo_file *file,
			   const char *name);
/** Whether what stays says what @name is, in @file, or where it is NULL anywhere. */
gboolean md_undo_is_defined(struct md_undo_closure *closure, struct md_undo_file *file,
			    const char *name);
/** Whether @piece says what @name is, so that it can be used. */
gboolean md_undo_defines(const struct md_piece *piece, const char *name);
/** Whether all of @piece, of the side after, goes. */
gboolean md_undo_piece_goes(const struct md_undo_file *file, const struct md_piece *piece);

/** @name is gone, where nothing says any more what it is: what refers to it goes. */
void md_undo_lose(struct md_undo_closure *closure, struct md_undo_file *file, const char *name,
		  gboolean local);
/** The members and constants on lines that went. */
void md_undo_lose_members(struct md_undo_closure *closure, struct md_undo_file *file,
			  struct md_extent lines, enum md_definition_kind kind);
/** A name on a line that went: where it is that of a helper that nothing needs, that goes. */
void md_undo_drop_helper(struct md_undo_closure *closure, struct md_undo_file *file,
			 const char *name);

/** Whether @word, in its text, is declared: a type stands before it, a value or an end behind. */
gboolean md_undo_is_declared(const struct md_undo_version *version,
			     const struct md_undo_word *word);
/** The variables of the function that a unit lies in, where it declares or uses them. */
void md_undo_follow_locals(struct md_undo_closure *closure, struct md_undo_file *file, guint index);
/** Where @unit holds what the function that it lies in takes, its callers go with it. */
void md_undo_follow_headline(struct md_undo_closure *closure, struct md_undo_file *file,
			     const struct md_undo_unit *unit);

/** A name on a line that comes back: what says what it is comes back, too. */
void md_undo_need(struct md_undo_closure *closure, struct md_undo_file *file, const char *name);
/** What a person named and upstream had taken out is of no use without those that used it. */
void md_undo_restore_root(struct md_undo_closure *closure, const struct md_undo_place *root);
/** What stands around a unit that comes back: its file, the header, the blank line. */
void md_undo_restore_around(struct md_undo_closure *closure, struct md_undo_file *file,
			    guint index);

#endif
