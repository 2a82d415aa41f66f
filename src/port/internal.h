/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_PORT_INTERNAL_H
#define MD_PORT_INTERNAL_H

#include "patch/patch.h"
#include "port/port.h"

struct md_port_settings {
	guint jobs;
	gboolean reject; /* conflicts are left out, not marked */
};

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
};

/** One file on its way: three states go in, one comes out. */
struct md_port_task {
	char *path[MD_MERGE_TEXTS];
	struct md_port_state state[MD_MERGE_TEXTS];
	GArray *changes;	/* of struct md_port_change */
	struct md_patch *patch; /* that the hunks are of, where the task owns it */
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

/** Merges one file; fills result, text and rejects of @task and all reports. */
void md_port_file_merge(struct md_port_task *task, struct md_workspace *workspace,
			const struct md_port_settings *settings,
			const struct md_port_labels *labels);

/** Fills @port->files; fails where two patches would have one name. */
gboolean md_port_write_series(struct md_port *port, GError **error);

/** What stands in @layer before its first change, for the head of the new patch. */
struct md_slice md_port_head(const struct md_layer *layer);

#endif
