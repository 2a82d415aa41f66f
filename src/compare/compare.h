/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks the four trees, runs `diff` on every file that either patch touches,
 * and keeps of each what there is to show: the result that `render` prints.
 */
#ifndef MD_COMPARE_H
#define MD_COMPARE_H

#include "base/base.h"
#include "code/code.h"
#include "diff/diff.h"
#include "tree/tree.h"

#include <metadiff/compare.h>

/** Where a block of lines that the downstream moved to a region came from. */
struct md_origin {
	gsize at;		 /* of its first line in the region */
	const char *path;	 /* owned by the file it names */
	enum md_version version; /* one that has them there */
	gsize line;		 /* of the first in that version, from 1 */
};

/** Where a later upstream has what a region adds. */
struct md_backport {
	char *path;
	gsize line;	    /* there, of the first that it has, from 1 */
	gsize lines, of;    /* that it has, of the telling ones that the region adds */
	gboolean common;    /* all of these could stand anywhere; see backports.c */
	GPtrArray *commits; /* that brought them, as those of a region */
};

/** The steps that made an adapted region: what an explanation of it tells. */
enum md_step {
	MD_STEP_UPSTREAM, /* old base to new base */
	MD_STEP_BEFORE,	  /* old base to old downstream */
	MD_STEP_AFTER,	  /* new base to new downstream */
	MD_STEPS,
};
/** "upstream", "before", "after". */
const char *md_step_name(enum md_step step);

/** What a step did to the lines of a region, word by word. */
struct md_word_change {
	GArray *runs;  /* of struct md_word_run */
	GString *text; /* of all runs in order */
};

/** A definition that lines lie in. */
struct md_heading {
	enum md_definition_kind kind;
	char *name;
};

/** A region with its lines, shown ones and context. */
struct md_file_region {
	enum md_class class;
	guint32 near;			  /* as md_class_of_marks wants it */
	const struct md_heading *heading; /* of what it lies in; NULL: nothing */
	gsize start[MD_PROJECTIONS];	  /* line number of the first line of each, from 1 */
	/* Blocks that the downstream moved here (struct md_origin), or NULL. */
	GArray *origins;
	const struct md_origin *origin; /* of what a reader is told: the first in it */
	/* Of what a reader is told: NULL where it is none, or no later upstream was given. */
	struct md_backport *backport;
	/*
	 * Of what a reader is told: upstream's commits that it is about (struct
	 * md_commit, not owned), those with most lines first. NULL: none is known.
	 */
	GPtrArray *commits;
	/* What a reader is told instead, see md_riders_arrive(); NULL: this very region. */
	struct md_file_region *reader;
	gsize arrived_first, arrived_end; /* in such a region: lines of another file's patch */
	const char *arrived_from;	  /* the name of that file, owned by it; or NULL */
	struct md_word_change *words;	  /* [MD_STEPS], or NULL: not adapted, or too long */
	gsize count;
	md_mark *mark;	       /* [count] */
	struct md_slice *line; /* [count], newlines included */
	/* [count]: what each of its own lines lies in, which is NULL for context. */
	const struct md_heading **within;
};

struct md_file_comparison {
	const char *name;	      /* the path to sort and speak by: one of @path */
	char *path[MD_VERSIONS];      /* NULL: no such file */
	guint32 mode[MD_PROJECTIONS]; /* MD_MODE_*; 0: no such file */
	gboolean binary;
	gboolean latin1;     /* not valid UTF-8: paths and lines are Latin-1 */
	gsize newest_lines;  /* how many the new downstream has */
	GPtrArray *regions;  /* of struct md_file_region; none where binary */
	GPtrArray *headings; /* of struct md_heading: what they lie in */
	/*
	 * What a reader is told: the regions, but cut where lines of the
	 * downstream went elsewhere; those stand at their new place alone. They
	 * share the arrays of @regions.
	 */
	GPtrArray *told;
	GArray *riders; /* see riders.c; NULL where binary */
	/* Where binary: the carried content and the new one; NULL: no such file. */
	GBytes *carried, *newest;
};

/** TRUE where a reader is told of @file, and not only of where its lines went. */
gboolean md_file_comparison_is_told(const struct md_file_comparison *file);

/**
 * What there is to say of @file that none of its regions says, as one of the findings that have
 * names (see md_findings_parse()): that it is there or not, its mode, its binary content. NULL:
 * nothing.
 */
const char *md_file_finding(const struct md_file_comparison *file);

/** A file that md_verify() found to be wrong. */
struct md_failure {
	char *path, *reason;
};

/** What md_verify() found. */
struct md_verification {
	gsize files;	   /* how many were checked */
	GPtrArray *failed; /* of struct md_failure, by path */
};
struct md_verification *md_verification_new(void);
void md_verification_free(struct md_verification *verification);
MD_DEFINE_AUTOPTR(md_verification)

/**
 * FALSE for a region that only tells how the downstream's change was carried,
 * unless @shown says that this was asked for.
 */
gboolean md_file_region_is_news(const struct md_file_region *region, guint32 shown);
/** TRUE where something in @file is news. */
gboolean md_file_comparison_is_news(const struct md_file_comparison *file, guint32 shown);

struct md_summary {
	gsize files; /* with news */
	gsize regions[MD_CLASSES];
	gsize marks[MD_MARKS]; /* shown lines */
	gsize rejects;
	gsize backports; /* regions */
};

struct md_comparison {
	struct md_tree *tree[MD_VERSIONS]; /* not owned */
	struct md_tree *later;		   /* upstream; not owned; NULL: none was given */
	guint32 shown;			   /* the set of marks that were asked for */
	gboolean filtered;		   /* only some paths or marks were asked for */
	GPtrArray *paths;		   /* that either side changes and were asked for */
	GHashTable *renames;		   /* from old path to new path */
	GArray *pairs;			   /* of struct md_file_paths, the files these are of */
	GPtrArray *files;		   /* of struct md_file_comparison, by name */
	GPtrArray *others;		   /* those not asked for; lines of @files may be theirs */
	GPtrArray *commits;		   /* of struct md_commit: all that regions name */
	struct md_summary summary;
	struct md_verification *verification; /* NULL: nobody asked for it */
};

/** The rejects of one side: of struct md_reject, not owned. */
const GPtrArray *md_comparison_rejects(const struct md_comparison *comparison, enum md_side side);

/**
 * Finds where upstream moved those of @paths (of strings) to that are gone
 * from the new base: a table from old path to new path, both owned.
 */
GHashTable *md_renames_find(struct md_tree *const tree[MD_VERSIONS], const GPtrArray *paths,
			    guint jobs, const struct md_hooks *hooks, GError **error);

/** The paths of one file, which may have another one in each version. */
struct md_file_paths {
	const char *path[MD_VERSIONS];
};

/**
 * The files that @paths are of, one row each: an array of struct md_file_paths
 * whose strings are those of @paths and @renames.
 */
GArray *md_renames_pair(struct md_tree *const tree[MD_VERSIONS], const GPtrArray *paths,
			GHashTable *renames);

#endif
