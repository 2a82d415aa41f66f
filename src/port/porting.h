/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of md_port_new(), which port.c begins and ends: the files of a patch (tasks.c), made
 * into a step (step.c), from whole trees (port.c) or of each patch of a series (patches.c); and
 * files beside those (beside.c).
 */
#ifndef MD_PORT_PORTING_H
#define MD_PORT_PORTING_H

#include "port/internal.h"

struct md_porting {
	struct md_port *port;
	const struct md_port_settings *settings;
	const struct md_hooks *hooks;
	struct md_port_labels labels;
	GHashTable *wanted;  /* set of the paths that the patches touch; not owned */
	GHashTable *beside;  /* set of paths, of beside.c; NULL: nobody asked */
	GHashTable *renames; /* path on the old side to path on the new one, where they differ */
	/* Patches: the states of the old side, and what the patch at hand touched. */
	struct md_patched *patched;
	GPtrArray *applied; /* of struct md_applied */
	GAsyncQueue *workspaces;
};

/** Makes @paths ready in both bases, and in @downstream where it is a tree of its own, at once. */
gboolean md_porting_load(struct md_porting *porting, struct md_tree *downstream, GHashTable *paths,
			 GError **error);

/** The file that is @from in the old base and @path in the old downstream; no state is read. */
struct md_port_task *md_port_task_new(struct md_porting *porting, const char *from,
				      const char *path);
/** md_port_task_free(), for arrays. */
void md_port_task_destroy(void *task);
/** That of @tasks which is @path in the old downstream, or NULL. */
struct md_port_task *md_port_task_find(GPtrArray *tasks, const char *path);
/** A hunk, or where it is NULL what @task changes without lines, with its line in the ledger. */
void md_port_task_add(struct md_port_task *task, const char *patch, const struct md_hunk *hunk,
		      gsize line, gsize place);
gboolean md_port_state_equal(const struct md_port_state *a, const struct md_port_state *b);
/** Reads what upstream has of the file. */
gboolean md_port_read_theirs(struct md_porting *porting, struct md_port_task *task, GError **error);
/** The state of @path on the old side now. */
gboolean md_port_read_old(struct md_porting *porting, const char *path, struct md_port_state *state,
			  GError **error);
/** A struct md_patch_base over the tree that is its data. */
gboolean md_port_read_base(void *data, const char *path, struct md_patched_file *file,
			   GError **error);
gboolean md_port_base_has(void *data, const char *path);

/** Hunks that have no place in their file may have one in another: adds these to @tasks. */
gboolean md_porting_follow(struct md_porting *porting, GPtrArray *tasks, GError **error);

/** A patch of the result, still empty. */
struct md_port_patch *md_porting_add_patch(struct md_port *port, const struct md_layer *layer);
/** Merges @tasks and keeps what came out, as one patch. */
gboolean md_porting_step(struct md_porting *porting, GPtrArray *tasks, struct md_port_patch *patch,
			 GError **error);

/** Carries the patches of the old downstream, one after the other. */
gboolean md_porting_patches(struct md_porting *porting, GError **error);

#endif
