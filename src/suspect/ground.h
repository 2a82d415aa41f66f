/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all evidence stands on: the report, the trees, what may differ between
 * them, and where names are defined in the oldest and the newest. Private to the room.
 */
#ifndef MD_SUSPECT_GROUND_H
#define MD_SUSPECT_GROUND_H

#include "suspect/evidence.h"
#include "suspect/internal.h"

struct md_ground {
	const struct md_report *report;
	struct md_tree *const *tree; /* [MD_VERSIONS] */
	const struct md_suspect_settings *settings;
	const struct md_hooks *hooks;
	/* The kernel that crashed, and the one before it; the same where there is one tree. */
	enum md_version newest, oldest;
	struct md_source *source[MD_VERSIONS]; /* NULL: no such tree */
	GHashTable *changed;		       /* set of the paths that may differ */
	GHashTable *files;		       /* set of the paths of the newest tree */
	gboolean drivers;		       /* they were indexed as well */
};

/** Reads what is always read: see ground.c. */
gboolean md_ground_init(struct md_ground *ground, GError **error);
void md_ground_clear(struct md_ground *ground);

/** Indexes drivers, too; they are most of a kernel. */
gboolean md_ground_add_drivers(struct md_ground *ground, GError **error);

static inline gboolean md_ground_is_compared(const struct md_ground *ground)
{
	return ground->oldest != ground->newest;
}

/** A function on the stack in the newest tree; all NULL: it was not found. */
struct md_placed {
	char *name; /* in the source */
	const struct md_file *file;
	const struct md_definition *definition;
	guint others; /* more definitions of that name */
};

/** Where the frames are: an array of struct md_placed, one a frame. */
GArray *md_frames_place(struct md_ground *ground, GError **error);

/**
 * Which of @hits is what code in @path calls or names: in its own file, or else
 * the nearest that can be seen from there. NULL: none, or too many to tell.
 */
const struct md_hit *md_hits_visible(const GArray *hits, const char *path);

/**
 * What became of the definitions of all @interests (GArray of struct md_interest) from @first on
 * that have a path in the newest tree, or else one in the oldest: sets the change, the
 * hand, the old path and the lines.
 */
gboolean md_changes_find(struct md_ground *ground, GArray *interests, guint first, GError **error);

/** Finds who called whom on the stack, through what was compiled in; see links.c. */
gboolean md_links_find(struct md_evidence *evidence, struct md_ground *ground, GError **error);

/** Adds to @evidence what the functions of its frames use, and words that were said. */
gboolean md_evidence_gather(struct md_evidence *evidence, struct md_ground *ground,
			    const GArray *placed, GError **error);

/** What changed in a definition: in both versions, as columns of @workspace. */
void md_changed_lines_find(struct md_ground *ground, const struct md_interest *interest,
			   struct md_workspace *workspace, struct md_columns *columns);
/** Whether a line that changed has @word. */
gboolean md_changed_lines_have(const struct md_columns *columns, struct md_slice word);
/** Gives them to @suspect, a bounded number with little context. */
void md_changed_lines_show(const struct md_columns *columns, const struct md_interest *interest,
			   struct md_suspect *suspect);

/** Fills @suspects->suspects and what belongs to them. */
void md_suspects_rank(struct md_suspects *suspects, const struct md_evidence *evidence,
		      struct md_ground *ground);

#endif
