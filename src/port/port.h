/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries a patch to a new base. A whole tree is one patch; patches and series
 * are carried one after the other, each by a three-way merge of every file it
 * touches: the old base with the patches before it, the same with it, and the
 * new base with what was carried so far.
 */
#ifndef MD_PORT_H
#define MD_PORT_H

#include "base/base.h"
#include "diff/diff.h"
#include "tree/tree.h"

#include <metadiff/port.h>

/** What became of a hunk; of its parts the heaviest names it. */
enum md_port_result {
	MD_PORT_CLEAN,	  /* it is where it was */
	MD_PORT_OFFSET,	  /* the same, some lines up or down */
	MD_PORT_ADOPTED,  /* upstream has made the same change */
	MD_PORT_MOVED,	  /* it followed its lines to another place */
	MD_PORT_WORDS,	  /* merged word by word */
	MD_PORT_CONFLICT, /* upstream changed the same */
	MD_PORT_RESULTS,
};

/** "clean", "offset", "adopted", "moved", "words" or "conflict". */
const char *md_port_result_name(enum md_port_result result);

/** One line of the ledger. */
struct md_port_hunk {
	const char *patch; /* the file it stands in; NULL: trees were compared */
	gsize place;	   /* the line of its header there, from 1; 0: none */
	char *path;	   /* of the file in the old downstream */
	gsize old_line;	   /* where it begins there, from 1; 0: a change without lines */
	char *header;	   /* "@@ -1,3 +1,4 @@"; "" for a change without lines */
	enum md_port_result result;
	char *to;	    /* the path it was carried to */
	gsize line;	    /* where it begins there, from 1; 0: a change without lines */
	gssize offset;	    /* of that line in the new base to that in the old one */
	const char *reason; /* of a conflict */
};

/** A patch that was carried. */
struct md_port_patch {
	const struct md_layer *layer; /* NULL: trees were compared */
	GString *text;		      /* what is written; empty: nothing is left of it */
	GString *rejects;	      /* the hunks that were left out, as .rej has them */
	gboolean kept;		      /* it is still right as it was written */
	gboolean adopted;	      /* upstream has made all of it */
};

struct md_port {
	struct md_tree *old_base, *old_downstream, *new_base; /* not owned */
	struct md_tree *tree; /* the new base with all that was carried */
	GPtrArray *hunks;     /* of struct md_port_hunk, in order */
	GPtrArray *rejects;   /* of struct md_reject */
	GPtrArray *patches;   /* of struct md_port_patch */
	GPtrArray *files;     /* of the new series: struct md_port_file */
	GBytes *rejected;     /* what was left out of all patches */
	gsize count[MD_PORT_RESULTS];
};

/** A file of the new series. */
struct md_port_file {
	char *name;
	GBytes *content;
};

/** A statement that was taken out of a new function that stays. */
struct md_cut {
	char *path; /* in the tree that it was taken out of: the new base, or the downstream */
	gsize line; /* there, from 1 */
	char *text; /* on one line */
};

/** A line that names what is gone. */
struct md_reference {
	char *name;
	char *path; /* in the tree that is left */
	gsize line; /* there, from 1 */

	/* What has this name is there, and takes another number of arguments than stand here. */
	gboolean call;
	guint arguments, parameters;
};

struct md_revert {
	struct md_tree *old_base, *new_base, *target; /* not owned */
	GPtrArray *trees;      /* of struct md_tree: what the steps were made of */
	GPtrArray *steps;      /* of struct md_port: each on what the one before left */
	struct md_tree *tree;  /* what is left; not owned */
	GPtrArray *rejects;    /* of struct md_reject: of patches, in order */
	GPtrArray *references; /* of struct md_reference, by name, path and line */
	GPtrArray *cuts;       /* of struct md_cut, by file and line */
	gsize more_references; /* that are not listed, for they are too many */
	gsize count[MD_PORT_RESULTS];
	GString *text;	  /* the patch */
	GBytes *rejected; /* the hunks that were left out */
};

#endif
