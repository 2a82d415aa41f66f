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

/* Members of md_tree_ops. */
gboolean md_git_changes(struct md_tree *base, struct md_tree *downstream, GHashTable *paths,
			const struct md_hooks *hooks, GError **error);
GHashTable *md_git_list(struct md_tree *tree, const struct md_hooks *hooks, GError **error);

#endif
