/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kinds of trees share, private to this room: the table of functions
 * that a kind fills in, listings, and the limits on what strangers send.
 */
#ifndef MD_TREE_SOURCE_H
#define MD_TREE_SOURCE_H

#include "tree/tree.h"

/*
 * Limits.  A kernel release has 80,000 files in 1.3 GiB, the largest 20 MB;
 * all of these leave room for trees many times as large and still end in
 * seconds or minutes, in memory that a machine has, for an archive or a
 * repository that was made to have no end.
 */
#define MD_GIB ((guint64)1 << 30)
#define MD_LIMIT_FILE MD_GIB		     /* one file whose content is wanted */
#define MD_LIMIT_HELD (4 * MD_GIB)	     /* all files kept of one archive */
#define MD_LIMIT_EXPANDED (32 * MD_GIB)	     /* one archive, decompressed */
#define MD_LIMIT_ENTRIES ((guint64)10000000) /* files and folders of a tree */
#define MD_LIMIT_NAMES MD_GIB		     /* the paths of all these */
/* Folders in one another; a folder tree holds a descriptor open for each. */
#define MD_LIMIT_DEPTH 256
/* Bytes of a path: what Linux takes.  Looking one up recurses by its folders. */
#define MD_LIMIT_PATH 4096

/** One file of a listing. */
struct md_listed {
	char *name; /* its path; in an archive with the top folder still in front */
	struct md_entry entry;
	guint64 size; /* known where there is no id */
	/* The file on disk, so that hard links are seen to be equal; 0: not known. */
	guint64 device, inode;
	gint64 modified, changed; /* nanoseconds since 1970, where it is on disk */
};
void md_listed_free(struct md_listed *listed);

/** A table from path (inside listed->name) to struct md_listed, owned by it. */
GHashTable *md_listing_new(void);

/** What a kind of tree can do.  Each call gets the tree that has this table. */
struct md_tree_ops {
	void (*free)(struct md_tree *tree);
	/* NULL where nothing is to be made ready. */
	gboolean (*load)(struct md_tree *tree, GHashTable *paths, const struct md_hooks *hooks,
			 GError **error);
	gboolean (*stat)(struct md_tree *tree, const char *path, struct md_entry *entry,
			 GError **error);
	/* Sets both outputs; @mode is never NULL here. */
	gboolean (*read)(struct md_tree *tree, const char *path, guint32 *mode, GBytes **content,
			 GError **error);
	/* Every file of the tree; NULL for what lies on another tree, whose listing has them. */
	GHashTable *(*list)(struct md_tree *tree, const struct md_hooks *hooks, GError **error);
	/*
	 * Calls @visit for every file, in any order, where that costs less than
	 * reading each by its path; else NULL. The last call for a path stands.
	 */
	gboolean (*visit)(struct md_tree *tree, md_tree_visit visit, void *data,
			  const struct md_hooks *hooks, GError **error);
	/* A quicker way than listings where @base is of the same kind, or NULL. */
	gboolean (*changes)(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			    const struct md_hooks *hooks, GError **error);
	/* The same for md_tree_added, or NULL. */
	gboolean (*added)(struct md_tree *older, struct md_tree *newer, GHashTable *paths,
			  const struct md_hooks *hooks, GError **error);
	/* What md_tree_history does, where both trees are of this kind; NULL: nothing. */
	gboolean (*history)(struct md_tree *older, struct md_tree *newer,
			    struct md_history *history, const struct md_hooks *hooks,
			    GError **error);
	/* What md_tree_fingerprint does; NULL: it cannot be told. */
	gboolean (*fingerprint)(struct md_tree *tree, GChecksum *checksum,
				const struct md_hooks *hooks);
	/* What md_commits_new does, in the same way. */
	gboolean (*commits)(struct md_tree *older, struct md_tree *newer,
			    struct md_commits **commits, const struct md_hooks *hooks,
			    GError **error);
};

/** The head of each kind's own struct. */
struct md_tree {
	const struct md_tree_ops *ops;
	char *name;
	struct md_tree *base; /* what it lies on, not owned; NULL: it is whole by itself */
	GHashTable *listing;  /* kept by md_tree_list; NULL before */
};

/** Every file of @tree, listed once; owned by the tree. */
GHashTable *md_tree_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error);

/** All files of a tree, for a walk through them. */
struct md_tree_files {
	struct md_tree *tree, *lowest; /* what the others lie on */
	GHashTable *over;	       /* set of paths that lie over the lowest */
};
/** Finds out what there is, and makes what lies over the lowest tree ready. */
gboolean md_tree_files_init(struct md_tree_files *files, struct md_tree *tree,
			    const struct md_hooks *hooks, GError **error);
void md_tree_files_clear(struct md_tree_files *files);
/** What md_tree_each does, any number of times. */
gboolean md_tree_files_each(const struct md_tree_files *files, guint jobs, md_tree_visit visit,
			    void *data, const struct md_hooks *hooks, const char *phase,
			    GError **error);

struct stat;
/** When a file on disk was changed for the last time, or what says so, in nanoseconds. */
gint64 md_stat_modified(const struct stat *status);
gint64 md_stat_changed(const struct stat *status);
/**
 * TRUE where what was changed at @time, as seen at @now (microseconds), may be changed again
 * without its times telling.
 */
gboolean md_time_is_young(gint64 time, gint64 now);
/** Adds a number, or text with its NUL. */
void md_checksum_number(GChecksum *checksum, gint64 number);
void md_checksum_text(GChecksum *checksum, const char *text);

/** What md_tree_changes does for whole trees of any two kinds. */
gboolean md_listing_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			    const struct md_hooks *hooks, GError **error);

/**
 * TRUE for a name that may stand in a path: not empty, ".", "..", ".git" or
 * with a slash.  Git tracks no such name, and the other kinds follow it.
 */
gboolean md_name_is_proper(const char *name, gsize size);

/** TRUE for a path of at most MD_LIMIT_PATH bytes, proper names and single slashes. */
gboolean md_path_is_proper(const char *path);

/**
 * Opens, below the folder @root, the one that holds @path, which is proper; @make makes
 * those that are missing. Never goes through a symbolic link. Returns its descriptor,
 * which is @root itself where @path has no slash, and in *@name the last component;
 * -1 with errno.
 */
int md_folder_descend(int root, const char *path, gboolean make, const char **name);

/** How much of a tree was met so far, in files and folders and in bytes of their paths. */
struct md_tally {
	guint64 entries, names;
};

/** Counts one more; fails once there are more than a tree may have. */
gboolean md_tally_add(struct md_tally *tally, const char *tree, gsize path_size, GError **error);

struct md_tree_settings {
	char *repository; /* NULL: what git itself would take here */
	int strip, fuzz;
};

/*
 * The kinds.  @name is for messages; each is the only owner of the kind's
 * struct until md_tree_free.
 */
struct md_tree *md_folder_open(const char *name, const char *path, GError **error);
struct md_tree *md_archive_open(const char *name, const char *path, GError **error);
struct md_tree *md_git_open(const char *name, const char *revision, const char *repository,
			    GError **error);
/** Whether @tree, a revision, is a commit with one parent; fails where it is not. */
gboolean md_git_has_one_parent(struct md_tree *tree, GError **error);

/** Patches laid over @base, none at first. */
struct md_tree *md_layers_new(const char *name, struct md_tree *base);
gboolean md_layers_add_patch(struct md_tree *layers, const char *path,
			     const struct md_tree_settings *settings, GError **error);
/** @path is the series file; its patches lie beside it. */
gboolean md_layers_add_series(struct md_tree *layers, const char *path,
			      const struct md_tree_settings *settings, GError **error);

#endif
