/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits that one revision has and another has not, "git log OLDER..NEWER",
 * with their parents.
 */
#ifndef MD_TREE_GIT_RANGE_H
#define MD_TREE_GIT_RANGE_H

#include "tree/git.h"

struct md_git_commit {
	guint8 id[MD_ID_SIZE], tree[MD_ID_SIZE];
	gboolean missing; /* it cannot be read: a shallow clone ends here */
	gint64 time;	  /* of its making, in seconds */
	guint parent_count;
	struct md_git_commit **parent; /* NULL where nothing asked for them */
	/* Private to the search for the range. */
	guint8 (*parent_id)[MD_ID_SIZE];
	guint reached; /* bit set: from which ends */
	gboolean queued;
	/* For whoever walks through it: children in the range that were not yet seen, and more. */
	guint children;
	GArray *pending;
};

struct md_git_range {
	struct md_git_tree *git;
	GHashTable *commits; /* set of struct md_git_commit: the range, and what lies around it */
	struct md_git_commit *newer, *older;
	gsize count; /* of the range */
};

/**
 * The range between two git trees, in *@range; NULL where one of them is no commit, or the
 * history is not all there, which is logged and no error: only a hook that says stop is.
 */
gboolean md_git_range_between(struct md_tree *older, struct md_tree *newer,
			      const struct md_hooks *hooks, struct md_git_range **range,
			      GError **error);
void md_git_range_free(struct md_git_range *range);
MD_DEFINE_AUTOPTR(md_git_range)

/** Whether the newer end has @commit and the older one has not. */
gboolean md_git_commit_is_in_range(const struct md_git_commit *commit);

#endif
