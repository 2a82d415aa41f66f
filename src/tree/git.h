/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A git revision as a tree, for the two files that make it: git.c opens,
 * looks up and reads; git_walk.c goes through whole trees.
 *
 * A tree object is a list of "MODE NAME\0ID", MODE in octal digits, ID 20
 * bytes, sorted by name where a folder's name counts as if it ended in "/".
 */
#ifndef MD_TREE_GIT_H
#define MD_TREE_GIT_H

#include "tree/source.h"

#include <git2.h>

struct md_git_tree {
	struct md_tree tree;
	char *repository; /* folder of it; NULL: what git itself would take */
	git_oid root;
	git_oid commit;	    /* whose tree that is; zeros where the revision names no commit */
	GPtrArray *handles; /* of struct handle, those that no thread has now */
	/*
	 * The folders that look-ups went through: path with a final slash ("" for
	 * the root) to tree object; NULL where there is no such folder.
	 */
	GHashTable *folders;
	GMutex folders_lock, handles_lock;
};

/** An entry of a tree object; points into it. */
struct md_git_entry {
	guint32 mode;
	const char *name;
	gsize name_size;
	const guint8 *id;
};

static inline gboolean md_git_entry_is_folder(const struct md_git_entry *entry)
{
	return (entry->mode & MD_MODE_TYPE) == 0040000;
}

/** Takes the first entry off @rest; FALSE, and @rest as it was, where it is malformed. */
gboolean md_git_entry_take(struct md_slice *rest, struct md_git_entry *entry);

/** The mode as md_entry has it; git itself has written others, such as 0100664. */
guint32 md_git_plain_mode(guint32 mode);

/** NULL with an error that names @path where it is missing or not of @type. */
git_odb_object *md_git_read_object(struct md_git_tree *git, const guint8 *id, git_object_t type,
				   const char *path, GError **error);

static inline struct md_slice md_git_object_slice(git_odb_object *object)
{
	return (struct md_slice){ git_odb_object_data(object), git_odb_object_size(object) };
}

/** Fails with "NAME:PATH: malformed tree"; @size is that of @path. */
gboolean md_git_fail_malformed(const struct md_git_tree *git, const char *path, gsize size,
			       GError **error);

/**
 * Tells of a file that differs.  Either entry may be NULL, never both; @path is
 * that of both.
 */
typedef void (*md_git_visit)(void *data, const char *path, const struct md_git_entry *base,
			     const struct md_git_entry *downstream);
/** Whether what differs in the folder @path, which ends in a slash, is worth a look. */
typedef gboolean (*md_git_enter)(void *data, const char *path);

/**
 * Tells @visit of what differs between two trees of one repository, given by
 * their ids. Adds to @read the bytes of all folders that it took.
 */
gboolean md_git_compare(struct md_git_tree *git, const guint8 *before, const guint8 *after,
			md_git_enter enter, md_git_visit visit, void *data, guint64 *read,
			GError **error);

/**
 * The file @path of the tree @root: its mode, 0 where there is none, and @id.
 * For a tree that is looked into once: nothing of it is kept.
 */
gboolean md_git_find(struct md_git_tree *git, const guint8 *root, const char *path, guint32 *mode,
		     guint8 id[MD_ID_SIZE], GError **error);

/** What the first line of a commit says, and its id; NULL where it cannot be read. */
struct md_commit *md_git_describe(struct md_git_tree *git, const guint8 id[MD_ID_SIZE]);

/* Members of md_tree_ops. */
gboolean md_git_history(struct md_tree *older, struct md_tree *newer, struct md_history *history,
			const struct md_hooks *hooks, GError **error);
gboolean md_git_commits(struct md_tree *older, struct md_tree *newer, struct md_commits **commits,
			const struct md_hooks *hooks, GError **error);
gboolean md_git_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			const struct md_hooks *hooks, GError **error);
gboolean md_git_added(struct md_tree *older, struct md_tree *newer, GHashTable *paths,
		      const struct md_hooks *hooks, GError **error);
GHashTable *md_git_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error);

#endif
