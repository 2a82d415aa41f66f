/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a crash has to do with, before anything is ranked: names, where they are
 * defined, how they are related to the stack, and what became of them. Suspects
 * are those that changed; commits are ranked by how much of these they touch.
 * Private to the room.
 */
#ifndef MD_SUSPECT_EVIDENCE_H
#define MD_SUSPECT_EVIDENCE_H

#include "code/code.h"
#include "diff/diff.h"
#include "suspect/suspect.h"

/** How a name is related to the crash. */
enum md_role {
	MD_ROLE_FRAME,	  /* a function on the stack */
	MD_ROLE_BETWEEN,  /* compiled into a frame's function, on the way to the frame inside it */
	MD_ROLE_CALL,	  /* a function that is called by one nearer */
	MD_ROLE_TYPE,	  /* a struct, union or enum that is named there */
	MD_ROLE_NAME,	  /* a macro, variable or table that is used there */
	MD_ROLE_ASSERTED, /* a word of the assertion that failed */
	MD_ROLE_MEANT,	  /* a word that the machine's own words point to */
	MD_ROLES,
};

/** A name that the crash has to do with. */
struct md_interest {
	enum md_role role;
	char *name; /* as the source has it: sys_read for __x64_sys_read */
	char *path; /* of its definition in the newest tree; NULL: it is not there, not found */
	/* The same in the older tree, where there is one that was asked. */
	char *old_path;
	enum md_definition_kind kind; /* where there is a path */
	gsize frame;		      /* the index of its frame; the number of frames: of none */
	guint distance;		      /* 0: the frame's own function; 1: what it uses; 2 ... */
	/*
	 * How near the fault it is, in (0, 1]: 1 for the function to look at first. That
	 * something changed is not in it.
	 */
	double weight;
	enum md_change change;
	enum md_hand hand;
	struct md_extent lines[MD_SIDES]; /* of the definition in its file, from 0; or empty */
};

/** The function of a frame before and after: NULL where it is not there. */
struct md_body {
	GString *text[MD_SIDES];
	GArray *uses[MD_SIDES]; /* as md_code_uses() has them, of that text */
};

/** A call by which the stack came about, between two interests. */
struct md_link {
	guint caller, callee; /* their indexes */
	gboolean fresh;	      /* it was not made before: the caller did not, or is new */
};

/** All that is known when suspects and commits are ranked. */
struct md_evidence {
	const struct md_report *report;
	GArray *interests; /* of struct md_interest, the frames' own first, in their order */
	GArray *links;	   /* of struct md_link, the innermost first */
	GArray *bodies;	   /* of struct md_body: one a frame */
};

/** Begins with the functions of the stack alone. */
void md_evidence_init(struct md_evidence *evidence, const struct md_report *report);
void md_evidence_clear(struct md_evidence *evidence);

/**
 * How near frame @index of @report is to the fault, in (0, 1], by the steps from the function
 * to look at first.
 */
double md_frame_nearness(const struct md_report *report, gsize index);

/** How many calls lie between frames @from and @index of one stack. */
gsize md_frame_steps(const struct md_report *report, gsize from, gsize index);

/**
 * What source calls the function of a frame: without what compilers append, and with the one
 * name that all entries of a system call share. NULL where the frame has no symbol.
 */
char *md_frame_source_name(const struct md_frame *frame);

#endif
