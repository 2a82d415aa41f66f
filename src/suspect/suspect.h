/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash, the code, the comparison and the history joined.
 *
 *   places    frames      -> their definitions in the source
 *   changes   trees       -> definitions that differ, and by whose hand
 *   evidence  both        -> suspects, each with its reasons
 *   commits   suspects    -> the commits that made them so, and their repairs
 */
#ifndef MD_SUSPECT_H
#define MD_SUSPECT_H

#include "base/base.h"
#include "crash/crash.h"
#include "tree/tree.h"

#include <metadiff/suspect.h>

/** What became of a definition between the old trees and the new ones. */
enum md_change {
	MD_CHANGE_NONE, /* nothing, or there is only one tree */
	MD_CHANGE_NEW,
	MD_CHANGE_MODIFIED,
	MD_CHANGE_REMOVED,
};
/** "new" and so on; NULL for none. */
const char *md_change_name(enum md_change change);

/** By whose hand. */
enum md_hand {
	MD_HAND_NONE,
	MD_HAND_UPSTREAM,
	MD_HAND_DOWNSTREAM,
	MD_HAND_BOTH = MD_HAND_UPSTREAM | MD_HAND_DOWNSTREAM,
};
/** "upstream" and so on; NULL for none. */
const char *md_hand_name(enum md_hand hand);

/** Where a frame of the report is in the source. */
struct md_place {
	char *path;   /* in the newest tree; NULL: not found */
	guint line;   /* of the definition, or of the call where it is known; from 1 */
	guint others; /* how many more definitions of that name there are */
	enum md_change change;
	enum md_hand hand;
};

/** A line that was changed in a suspect. */
struct md_suspect_line {
	char sign;  /* '+', '-', or ' ' for context */
	guint line; /* in the new file, or the old one for '-', from 1 */
	char *text; /* without its newline */
};

struct md_suspect {
	char *symbol, *path;
	guint line; /* from 1, in the newest tree that has it */
	enum md_change change;
	enum md_hand hand;
	double score;	    /* 0 to 1 */
	gsize frame;	    /* the index of its frame; the number of frames: it is on none */
	GPtrArray *why;	    /* of char *: reasons, the strongest first */
	GPtrArray *commits; /* of struct md_commit, not owned, the likeliest first */
	GArray *lines;	    /* of struct md_suspect_line: what was changed, bounded */
	gsize more_lines;   /* how many more there are */
};

struct md_suspect_commit {
	const struct md_commit *commit; /* not owned */
	double score;			/* 0 to 1 */
	GPtrArray *symbols;		/* of char *: the suspects that it made */
	GPtrArray *why;			/* of char *: reasons, the strongest first */
	/* A later commit of upstream that repairs it, not owned; NULL: none is known. */
	const struct md_commit *repair;
	gboolean reverted; /* by @repair, which else says "Fixes:" */
};

struct md_suspects {
	const struct md_report *report;
	struct md_tree *tree[MD_VERSIONS]; /* not owned; NULL: not given */
	GArray *places;			   /* of struct md_place: one a frame */
	GPtrArray *suspects;		   /* of struct md_suspect, ranked */
	GPtrArray *commits;		   /* of struct md_suspect_commit, ranked */
	GPtrArray *named;		   /* of struct md_commit: owns all that are named */
	gboolean compared;		   /* there was something to compare */
	gboolean unexplained;		   /* no change would explain the crash */
	/* The functions that a revert should name, of char *: NAME, or PATH:NAME where several
	 * files have one; empty: none is to be named. */
	GPtrArray *revert;
	guint revert_hands; /* by whose hand these are: enum md_hand, joined by | */
};

/** What md_suspects_new() does for a report of its log, for any report, which must outlive it. */
struct md_suspects *md_suspects_find(const struct md_report *report,
				     struct md_tree *const tree[MD_VERSIONS],
				     const struct md_suspect_settings *settings,
				     const struct md_hooks *hooks, GError **error);

#endif
