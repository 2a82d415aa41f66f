/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One interface for where files come from.  A tree is used in this order,
 * so that an archive is streamed through once and nothing is read twice:
 *
 *   md_tree_open      look at what it is; parse patches
 *   md_tree_changes   the paths in which a downstream differs from its base
 *   md_tree_load      say which paths will be wanted; archives are read here,
 *                     patches applied
 *   md_tree_stat,     from any thread, for paths that were loaded
 *   md_tree_read
 *
 * The only room that names libgit2 and libarchive.
 */
#ifndef MD_TREE_H
#define MD_TREE_H

#include "base/base.h"
#include "patch/patch.h"

#include <metadiff/tree.h>

/* Modes as git has them; the other bits of a file's mode are not kept. */
#define MD_MODE_ABSENT 0u
#define MD_MODE_FILE 0100644u
#define MD_MODE_EXECUTABLE 0100755u
#define MD_MODE_SYMLINK 0120000u
#define MD_MODE_SUBMODULE 0160000u
#define MD_MODE_TYPE 0170000u /* the bits that tell these kinds apart */

#define MD_ID_SIZE 20

/** What is known of a file without reading it. */
struct md_entry {
	guint32 mode; /* MD_MODE_ABSENT: no such file */
	gboolean has_id;
	guint8 id[MD_ID_SIZE]; /* git's id of the content, where it costs nothing */
};

/**
 * Adds to @paths (a set of owned strings, see md_path_set_new) every path in
 * which @downstream differs, or may differ, from @base: for patches, the
 * paths they name.  Whole trees are compared without keeping any content.
 */
gboolean md_tree_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			 const struct md_hooks *hooks, GError **error);
GHashTable *md_path_set_new(void);

/**
 * Adds to @paths every file that @newer has and @older has not: where a file
 * that is gone may have gone to.
 */
gboolean md_tree_added(struct md_tree *older, struct md_tree *newer, GHashTable *paths,
		       const struct md_hooks *hooks, GError **error);

/** Adds to @paths every file of @tree, and perhaps some that patches deleted from it. */
gboolean md_tree_files(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
		       GError **error);

/**
 * Makes @paths ready for reading.  For patches laid over a tree call it on
 * the patched tree alone: it loads its base as well, and applies.
 */
gboolean md_tree_load(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
		      GError **error);

/** What is known of @path.  Only paths given to md_tree_load can be asked for. */
gboolean md_tree_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
		      GError **error);

/**
 * The content of @path: a symlink's is its target, a submodule's is the line
 * git shows for it.  @mode may be NULL.  A missing file gives mode
 * MD_MODE_ABSENT and *content NULL.  The caller owns *content.
 */
gboolean md_tree_read(struct md_tree *tree, const char *path, guint32 *mode, GBytes **content,
		      GError **error);

/** Gets a file; @mode MD_MODE_ABSENT and @content NULL: it is gone again. */
typedef gboolean (*md_tree_visit)(void *data, const char *path, guint32 mode, GBytes *content,
				  GError **error);

/**
 * Calls @visit for every file of @tree, on @jobs threads (0: one a core), in any order. An
 * archive, which is streamed, may have a path more than once: the last call stands. The
 * files need not be loaded. @phase is what the progress hook is told.
 */
gboolean md_tree_each(struct md_tree *tree, guint jobs, md_tree_visit visit, void *data,
		      const struct md_hooks *hooks, const char *phase, GError **error);

/**
 * What the patches of this tree did not do (struct md_reject, owned by the
 * tree), empty for a tree without patches; *hunks, which may be NULL, is how
 * many hunks they have in all.  Complete after md_tree_load.
 */
const GPtrArray *md_tree_rejects(const struct md_tree *tree, gsize *hunks);

/** What a patched tree or an overlay lies on; NULL for a tree that is whole by itself. */
struct md_tree *md_tree_base(const struct md_tree *tree);

/**
 * @base with some files replaced in memory, none at first. @base must outlive
 * it; md_tree_changes against it gives the paths that were set.
 */
struct md_tree *md_tree_overlay_new(struct md_tree *base, const char *name);

/**
 * Replaces @path, or deletes it: @mode MD_MODE_ABSENT and @content NULL. Takes a
 * reference to @content. Not while another thread reads the overlay.
 */
void md_tree_overlay_set(struct md_tree *overlay, const char *path, guint32 mode, GBytes *content);

/**
 * Adds to @checksum what the contents of all files of @tree follow from, without reading them:
 * of git its tree's id, of a folder the size, the times and the number of each file, of patches
 * themselves. Two trees of the same sum have the same files. FALSE where that cannot be told for
 * sure: a tree in memory, or a file so young that it may change once more at the same time.
 */
gboolean md_tree_fingerprint(struct md_tree *tree, GChecksum *checksum,
			     const struct md_hooks *hooks);

/** A patch that is laid over a tree. */
struct md_layer {
	struct md_patch *patch;
	struct md_apply_settings apply;
	char *name;	 /* as the series has it; of a lone patch the last part of its path */
	GBytes *content; /* of the file, decompressed; what a series reverses stands as it is */
	gboolean reversed;
	/* The content of the series that names it, and the line there, from 1; NULL: none. */
	GBytes *series;
	gsize place;
};

/** The patches of @tree in order (of struct md_layer); NULL for a tree without patches. */
const GArray *md_tree_layers(const struct md_tree *tree);

/**
 * The patches of @layers, which has some, laid over another @base; @reversed: turned around, the
 * last one first.
 */
struct md_tree *md_tree_layers_over(const struct md_tree *layers, struct md_tree *base,
				    gboolean reversed, GError **error);

/** A commit of a history. */
struct md_commit {
	char id[MD_ID_SIZE * 2 + 1]; /* in hexadecimal digits */
	char *subject;		     /* whatever bytes it has */
};
void md_commit_free(struct md_commit *commit);

/** A file of the newer tree whose history is asked for; both paths are not owned. */
struct md_history_file {
	const char *path;
	const char *old_path; /* its path before it was renamed, or NULL */
};

/** Which commit brought a line to a file, or took it away; one of them did. */
struct md_history_question {
	guint file;	      /* index of a struct md_history_file */
	gboolean taken;	      /* a line that went; else one that came */
	struct md_slice text; /* without its newline; not owned */
	/* The answer, owned by the history; NULL where it is not known. */
	const struct md_commit *commit;
	/* The file has no other line of this text that the answer could be about. */
	gboolean certain;
};

/** What is asked of a history, and what it answers. */
struct md_history {
	GArray *files;	    /* of struct md_history_file */
	GArray *questions;  /* of struct md_history_question; answers come in any order */
	GPtrArray *commits; /* of struct md_commit: the answers, each once */
};

/**
 * Answers the questions of @history from the commits that @newer has and @older
 * has not. Without a history, or where it is not all there, there are fewer
 * answers, and that is no error; only a hook that says stop is one.
 */
gboolean md_tree_history(struct md_tree *older, struct md_tree *newer, struct md_history *history,
			 const struct md_hooks *hooks, GError **error);

/**
 * The commits that one revision has and another has not, merges aside, the latest first:
 * each with what it says and which files it changed.
 */
struct md_commits;

/** A file that a commit changed. */
struct md_commit_file {
	char *path[MD_SIDES]; /* before and after; NULL: it is not there; both differ: renamed */
	guint8 id[MD_SIDES][MD_ID_SIZE]; /* of its content; zeros where it is not there */
};

/** One of them, read. */
struct md_commit_text {
	struct md_commit *commit;
	char *message;	/* all of it, the subject too; whatever bytes it has */
	GArray *files;	/* of struct md_commit_file; regular files alone */
	gboolean whole; /* all of its files are there */
};
void md_commit_text_clear(struct md_commit_text *text);

/**
 * Finds the commits that @newer has and @older has not. *commits is NULL where there is no
 * history, or it is not all there, and that is no error; only a hook that says stop is one.
 */
gboolean md_commits_new(struct md_tree *older, struct md_tree *newer, struct md_commits **commits,
			const struct md_hooks *hooks, GError **error);
void md_commits_free(struct md_commits *commits);
MD_DEFINE_AUTOPTR(md_commits)
gsize md_commits_count(const struct md_commits *commits);

/**
 * Reads commit @index, from any thread. A file of the same content, or name, that went from one
 * folder to another counts as renamed. FALSE where it cannot be read: @text is untouched.
 */
gboolean md_commits_read(const struct md_commits *commits, gsize index,
			 struct md_commit_text *text);

/** What commit @index says alone: as md_commits_read() without files. */
gboolean md_commits_message(const struct md_commits *commits, gsize index,
			    struct md_commit_text *text);

/**
 * The content of a file on one side, from any thread; NULL where it is not there, cannot be
 * read, or is larger than source is.
 */
GBytes *md_commits_content(const struct md_commits *commits, const struct md_commit_file *file,
			   enum md_side side);

/** Git's id of a file with this content. */
void md_blob_id(struct md_slice content, guint8 id[MD_ID_SIZE]);

#endif
