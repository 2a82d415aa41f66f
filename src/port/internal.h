/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_PORT_INTERNAL_H
#define MD_PORT_INTERNAL_H

#include "patch/patch.h"
#include "port/port.h"

struct md_port_settings {
	guint jobs;
	gboolean reject; /* conflicts are left out, not marked */
	gboolean undo;	 /* markers speak of what is undone */
};

/** What is undone: to go back from one tree to the other. Neither is owned. */
struct md_revert_change {
	struct md_tree *before, *after;
};

struct md_revert_settings {
	struct md_port_settings *port;
	GArray *changes;    /* of struct md_revert_change */
	GPtrArray *patches; /* of struct md_tree; not owned */
	GPtrArray *functions;
};

/** What md_revert_new() works with. */
struct md_reverting {
	struct md_revert *revert;
	const struct md_revert_settings *settings;
	const struct md_hooks *hooks;
};
/** Carries the way from @after to @before to what is left so far. */
gboolean md_revert_undo(struct md_reverting *reverting, struct md_tree *before,
			struct md_tree *after, GError **error);
/** Undoes what upstream, or else the downstream, did to the functions of the settings. */
gboolean md_revert_functions(struct md_reverting *reverting, GError **error);

/** One state of a file; mode 0 and NULL: there is none. */
struct md_port_state {
	guint32 mode;
	GBytes *content;
};
void md_port_state_clear(struct md_port_state *state);

/** A hunk of a task: where it stands in the old downstream, and its line in the ledger. */
struct md_port_change {
	const struct md_hunk *hunk; /* NULL: a change without lines */
	gsize line;		    /* of its first line in the file as it became, from 1 */
	struct md_port_hunk *report;
	gboolean seen;	/* some part of it was found */
	gboolean whole; /* all parts that were found are adopted */
	/* The file that its lines went to: chunk of its merge, line of that, from 0. */
	struct md_port_task *elsewhere;
	guint target;
	gsize target_line;
};

/** What the three states of a file are to each other. */
enum md_port_kind {
	MD_PORT_SAME,		/* the patch does not change it */
	MD_PORT_BLOCKED,	/* it would be moved to where another file is */
	MD_PORT_DELETED_BOTH,	/* by the patch and by upstream */
	MD_PORT_DELETED_THEIRS, /* by upstream, and the patch changes it */
	MD_PORT_DELETED_OURS,	/* by the patch, and upstream has it as it was */
	MD_PORT_KEPT,		/* the patch deletes it, and upstream changed it */
	MD_PORT_MADE,		/* by the patch alone */
	MD_PORT_VALUE,		/* a link or binary content */
	MD_PORT_LINES,		/* text */
};

/** One file on its way: three states go in, one comes out. */
struct md_port_task {
	char *path[MD_MERGE_TEXTS];
	struct md_port_state state[MD_MERGE_TEXTS];
	GArray *changes;	/* of struct md_port_change */
	struct md_patch *patch; /* that the hunks are of, where the task owns it */
	enum md_port_kind kind;
	struct md_merge *merge; /* NULL: the file is one value */
	gboolean beside;	/* the patch does not touch it: it may take something in */
	char *to;		/* the path of the result */
	gboolean copy;		/* the patch made it of a file that stays */
	gboolean blocked;	/* it would be moved to where another file is */
	struct md_port_state result;
	GString *text;	  /* the change from theirs to the result, printed */
	GString *rejects; /* the hunks that were left out, printed */
};
void md_port_task_free(struct md_port_task *task);

/** What the markers around a conflict say behind their seven signs. */
struct md_port_labels {
	char *text[MD_MERGE_TEXTS];
};

static inline struct md_port_change *md_port_task_change(struct md_port_task *task, guint index)
{
	return &g_array_index(task->changes, struct md_port_change, index);
}

/**
 * The work on one file, in this order; the middle one for all files of a patch,
 * one after the other: it may touch several.
 */
void md_port_file_merge(struct md_port_task *task, struct md_workspace *workspace);
void md_port_follow(struct md_port_task *task, GPtrArray *beside, struct md_workspace *workspace);
void md_port_file_finish(struct md_port_task *task, struct md_workspace *workspace,
			 const struct md_port_settings *settings,
			 const struct md_port_labels *labels);

/** Whether some hunk of @task has no place in its file. */
gboolean md_port_has_lost(const struct md_port_task *task);
/** The paths of @set, sorted; not owned. */
GPtrArray *md_port_sorted(GHashTable *set);
/** Where a file is and of what kind, "net/core/.c": files beside each other share it. */
char *md_port_place(const char *path);

/** Tells the ledger, where nothing heavier was told before. */
void md_port_report(struct md_port_change *change, enum md_port_result result, const char *reason);
void md_port_report_all(struct md_port_task *task, enum md_port_result result, const char *reason);
/**
 * What the merge of @task says of its hunks; where a conflict is marked, its
 * markers count as lines. Again after some were left out: they keep their report.
 */
void md_port_report_merge(struct md_port_task *task, gboolean marked);
/** Where hunks that went to other files are; for when all files are finished. */
void md_port_report_elsewhere(struct md_port_task *task, gboolean marked);
/** Of hunks of which nothing else was said, those that are adopted or further up or down. */
void md_port_report_light(struct md_port_task *task);
/** Whether @chunk, of ours, lies in the hunk. */
gboolean md_port_change_holds(const struct md_port_change *change, const struct md_chunk *chunk);

/** Fills @port->files; fails where two patches would have one name. */
gboolean md_port_write_series(struct md_port *port, GError **error);

/**
 * Finds what in the tree that is left names definitions that are gone from it,
 * and fills @revert->references.
 */
gboolean md_references_find(struct md_revert *revert, guint jobs, const struct md_hooks *hooks,
			    GError **error);
void md_reference_free(struct md_reference *reference);
/** Adds to @paths those that the steps changed. */
gboolean md_revert_paths(const struct md_revert *revert, GHashTable *paths, GError **error);

/** What stands in @layer before its first change, for the head of the new patch. */
struct md_slice md_port_head(const struct md_layer *layer);

#endif
