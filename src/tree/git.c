/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of a git revision: opened, looked into by path, read.  libgit2
 * finds the revision and reads objects; the tree objects are taken apart here.
 */
#include "tree/git.h"

#include <string.h>

/*
 * An open repository.  libgit2's object database may be read from several
 * threads, but holds a lock while it inflates, so that two are no quicker than
 * one: each thread that reads takes a handle of its own from the tree's.
 */
struct handle {
	git_repository *repository;
	git_odb *odb;
};

/*
 * The one thing in this library that belongs to the process and not to an
 * object: libgit2 must be started once, and its options have no other place.
 * It is never shut down, for contents read may outlive every tree.
 */
static void start_libgit2(void)
{
	static gsize started;

	if (!g_once_init_enter(&started))
		return;
	git_libgit2_init();
	/*
	 * Hashing each object read costs as much as comparing them all; git does
	 * not do it either ("git fsck" does).
	 */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
	g_once_init_leave(&started, 1);
}

static const char *git_says(void)
{
	const git_error *last = git_error_last();

	return last && last->message ? last->message : "unknown trouble";
}

/*
 * What to do where an object is missing or damaged, behind what git says, which it then forgets;
 * "" where there is nothing to do. One that was only @named by the user may be mistyped.
 */
static const char *advise(git_repository *repository, gboolean named)
{
	const git_error *last = git_error_last();
	int class = last != NULL ? last->klass : GIT_ERROR_NONE;

	if (class != GIT_ERROR_ODB && class != GIT_ERROR_ZLIB && class != GIT_ERROR_OBJECT)
		return "";
	if (git_repository_is_shallow(repository))
		return "; the repository is shallow, git fetch --unshallow gets the rest";
	return named ? "" : "; git fsck tells what is missing or damaged";
}

static gboolean fail(const struct md_git_tree *git, git_repository *repository, const char *where,
		     GError **error)
{
	g_autofree char *says = g_strdup(git_says());
	const char *advice = advise(repository, FALSE);

	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s%s%s: %s%s", git->tree.name,
		    where[0] != '\0' ? ":" : "", where, says, advice);
	return FALSE;
}

/* ---------------------------------------------------------------- handles */

static void handle_free(void *data)
{
	struct handle *handle = data;

	git_odb_free(handle->odb);
	git_repository_free(handle->repository);
	g_free(handle);
}

/* Two ways to say so: libgit2 1.5 finds no safe.directory in a configuration without one. */
static gboolean is_of_another_user(int status)
{
	const git_error *last = git_error_last();

	return status == GIT_EOWNER ||
	       (status == GIT_ENOTFOUND && last != NULL && last->klass == GIT_ERROR_CONFIG);
}

/* libgit2 1.5 takes no "*" for safe.directory, so the folder is named as it must stand there. */
static void fail_of_another_user(const char *folder, GError **error)
{
	git_buf found = GIT_BUF_INIT;
	g_autofree char *name = NULL;

	if (git_repository_discover(&found, folder, FALSE, NULL) == 0) {
		name = g_strdup(found.ptr);
		if (g_str_has_suffix(name, "/.git/"))
			name[strlen(name) - strlen("/.git/")] = '\0';
	}
	git_buf_dispose(&found);
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
		    "%s: belongs to another user; "
		    "'git config --global --add safe.directory %s' lets it be read",
		    folder, name ? name : "FOLDER");
}

static struct handle *handle_new(const char *folder, GError **error)
{
	/* Without a folder as git does: $GIT_DIR, else here or above. */
	guint flags = folder == NULL ? GIT_REPOSITORY_OPEN_FROM_ENV : 0;
	struct handle *handle = g_new0(struct handle, 1);
	int status = git_repository_open_ext(&handle->repository, folder, flags, NULL);

	if (status == 0 && git_repository_odb(&handle->odb, handle->repository) == 0)
		return handle;
	folder = folder ? folder : ".";
	if (is_of_another_user(status))
		fail_of_another_user(folder, error);
	else
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", folder, git_says());
	handle_free(handle);
	return NULL;
}

static struct handle *take_handle(struct md_git_tree *git, GError **error)
{
	struct handle *handle = NULL;

	g_mutex_lock(&git->handles_lock);
	if (git->handles->len > 0)
		handle = g_ptr_array_steal_index_fast(git->handles, git->handles->len - 1);
	g_mutex_unlock(&git->handles_lock);
	return handle ? handle : handle_new(git->repository, error);
}

static void give_handle(struct md_git_tree *git, struct handle *handle)
{
	g_mutex_lock(&git->handles_lock);
	g_ptr_array_add(git->handles, handle);
	g_mutex_unlock(&git->handles_lock);
}

git_odb_object *md_git_read_object(struct md_git_tree *git, const guint8 *id, git_object_t type,
				   const char *path, GError **error)
{
	struct handle *handle = take_handle(git, error);
	git_odb_object *object = NULL;
	git_oid oid;

	if (handle == NULL)
		return NULL;
	git_oid_fromraw(&oid, id);
	if (git_odb_read(&object, handle->odb, &oid) != 0)
		fail(git, handle->repository, path, error);
	give_handle(git, handle);
	if (object == NULL)
		return NULL;
	if (git_odb_object_type(object) != type) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s:%s: not a %s", git->tree.name,
			    path, git_object_type2string(type));
		git_odb_object_free(object);
		return NULL;
	}
	return object;
}

gboolean md_git_fail_malformed(const struct md_git_tree *git, const char *path, gsize size,
			       GError **error)
{
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s:%.*s: malformed tree", git->tree.name,
		    (int)size, path);
	return FALSE;
}

/* --------------------------------------------------------------- look-ups */

/* The entry @name of a tree object; mode 0 where there is none. */
static gboolean find_entry(struct md_slice folder, const char *name, gsize size,
			   struct md_git_entry *found)
{
	while (folder.size > 0) {
		if (!md_git_entry_take(&folder, found))
			return FALSE;
		if (found->name_size == size && memcmp(found->name, name, size) == 0)
			return TRUE;
	}
	*found = (struct md_git_entry){ 0 };
	return TRUE;
}

static gboolean look_up(struct md_git_tree *git, const char *path, gsize size,
			struct md_git_entry *found, GError **error);

/* The folder that is the first @size bytes of @path, final slash included; NULL: none. */
static gboolean open_folder(struct md_git_tree *git, const char *path, gsize size,
			    git_odb_object **object, GError **error)
{
	g_autofree char *key = g_strndup(path, size);
	struct md_git_entry entry = { .mode = 0040000, .id = git->root.id };
	gpointer known;

	if (g_hash_table_lookup_extended(git->folders, key, NULL, &known)) {
		*object = known;
		return TRUE;
	}
	if (size > 0 && !look_up(git, path, size - 1, &entry, error))
		return FALSE;
	*object = NULL;
	if (md_git_entry_is_folder(&entry)) {
		*object = md_git_read_object(git, entry.id, GIT_OBJECT_TREE, key, error);
		if (*object == NULL)
			return FALSE;
	}
	g_hash_table_insert(git->folders, g_steal_pointer(&key), *object);
	return TRUE;
}

/* What the first @size bytes of @path name; mode 0 where nothing.  Call locked. */
static gboolean look_up(struct md_git_tree *git, const char *path, gsize size,
			struct md_git_entry *found, GError **error)
{
	const char *slash = memrchr(path, '/', size);
	gsize folder_size = slash ? (gsize)(slash - path) + 1 : 0;
	git_odb_object *folder;

	*found = (struct md_git_entry){ 0 };
	if (!open_folder(git, path, folder_size, &folder, error))
		return FALSE;
	if (folder == NULL)
		return TRUE;
	if (find_entry(md_git_object_slice(folder), path + folder_size, size - folder_size, found))
		return TRUE;
	return md_git_fail_malformed(git, path, folder_size, error);
}

static gboolean tree_stat(struct md_tree *tree, const char *path, struct md_entry *entry,
			  GError **error)
{
	struct md_git_tree *git = (struct md_git_tree *)tree;
	struct md_git_entry found;
	gboolean done;

	if (!md_path_is_proper(path))
		return TRUE;
	g_mutex_lock(&git->folders_lock);
	done = look_up(git, path, strlen(path), &found, error);
	g_mutex_unlock(&git->folders_lock);
	if (!done)
		return FALSE;
	entry->mode = md_git_plain_mode(found.mode);
	entry->has_id = entry->mode != MD_MODE_ABSENT;
	if (entry->has_id)
		memcpy(entry->id, found.id, MD_ID_SIZE);
	return TRUE;
}

static GBytes *submodule_content(const guint8 *id)
{
	char text[sizeof("Subproject commit ") + GIT_OID_HEXSZ + 1];
	char hex[GIT_OID_HEXSZ + 1];
	git_oid oid;

	git_oid_fromraw(&oid, id);
	git_oid_tostr(hex, sizeof(hex), &oid);
	return g_bytes_new(text, g_snprintf(text, sizeof(text), "Subproject commit %s\n", hex));
}

/* Takes NULL. */
static void free_object(void *object)
{
	git_odb_object_free(object);
}

static gboolean tree_read(struct md_tree *tree, const char *path, guint32 *mode, GBytes **content,
			  GError **error)
{
	struct md_git_tree *git = (struct md_git_tree *)tree;
	struct md_entry entry = { .mode = MD_MODE_ABSENT };
	git_odb_object *object;

	if (!tree_stat(tree, path, &entry, error))
		return FALSE;
	*mode = entry.mode;
	if (entry.mode == MD_MODE_ABSENT)
		return TRUE;
	if (entry.mode == MD_MODE_SUBMODULE) {
		*content = submodule_content(entry.id);
		return TRUE;
	}
	object = md_git_read_object(git, entry.id, GIT_OBJECT_BLOB, path, error);
	if (object == NULL)
		return FALSE;
	*content = g_bytes_new_with_free_func(git_odb_object_data(object),
					      git_odb_object_size(object), free_object, object);
	return TRUE;
}

/* ---------------------------------------------------------------- history */

/* The entry @name of the tree @folder, which is at @path; its id is copied to @id. */
static gboolean find_in_folder(struct md_git_tree *git, const char *path, gsize path_size,
			       const char *name, gsize size, guint32 *mode, guint8 id[MD_ID_SIZE],
			       GError **error)
{
	git_odb_object *folder = md_git_read_object(git, id, GIT_OBJECT_TREE, path, error);
	struct md_git_entry entry;
	gboolean done;

	if (folder == NULL)
		return FALSE;
	done = find_entry(md_git_object_slice(folder), name, size, &entry) ||
	       md_git_fail_malformed(git, path, path_size, error);
	if (done)
		*mode = entry.mode;
	if (done && entry.mode != 0)
		memcpy(id, entry.id, MD_ID_SIZE);
	git_odb_object_free(folder);
	return done;
}

gboolean md_git_find(struct md_git_tree *git, const guint8 *root, const char *path, guint32 *mode,
		     guint8 id[MD_ID_SIZE], GError **error)
{
	const char *name = path;
	guint8 at[MD_ID_SIZE];
	guint32 found = 0;

	memcpy(at, root, MD_ID_SIZE);
	for (;;) {
		gsize size = strcspn(name, "/");

		if (!find_in_folder(git, path, name - path, name, size, &found, at, error))
			return FALSE;
		if (name[size] == '\0')
			break;
		if ((found & MD_MODE_TYPE) != 0040000) {
			found = 0;
			break;
		}
		name += size + 1;
	}
	*mode = md_git_plain_mode(found);
	memcpy(id, at, MD_ID_SIZE);
	return TRUE;
}

struct md_commit *md_git_describe(struct md_git_tree *git, const guint8 id[MD_ID_SIZE])
{
	struct handle *handle = take_handle(git, NULL);
	struct md_commit *described = NULL;
	git_commit *commit = NULL;
	git_oid oid;

	if (handle == NULL)
		return NULL;
	git_oid_fromraw(&oid, id);
	if (git_commit_lookup(&commit, handle->repository, &oid) == 0) {
		const char *subject = git_commit_summary(commit);

		described = g_new0(struct md_commit, 1);
		git_oid_tostr(described->id, sizeof(described->id), &oid);
		described->subject = g_strdup(subject ? subject : "");
	}
	git_commit_free(commit);
	give_handle(git, handle);
	return described;
}

/* ---------------------------------------------------------------- opening */

static void tree_free(struct md_tree *tree)
{
	struct md_git_tree *git = (struct md_git_tree *)tree;

	g_hash_table_unref(git->folders);
	g_ptr_array_unref(git->handles);
	g_mutex_clear(&git->folders_lock);
	g_mutex_clear(&git->handles_lock);
	g_free(git->repository);
	g_free(git);
}

static gboolean tree_fingerprint(struct md_tree *tree, GChecksum *checksum,
				 const struct md_hooks *hooks)
{
	const struct md_git_tree *git = (const struct md_git_tree *)tree;

	md_checksum_text(checksum, "git");
	g_checksum_update(checksum, git->root.id, sizeof(git->root.id));
	return TRUE;
}

static const struct md_tree_ops git_ops = {
	.free = tree_free,
	.stat = tree_stat,
	.read = tree_read,
	.list = md_git_list,
	.fingerprint = tree_fingerprint,
	.changes = md_git_changes,
	.added = md_git_added,
	.history = md_git_history,
	.commits = md_git_commits,
};

static gboolean find_root(struct md_git_tree *git, const char *revision, GError **error)
{
	struct handle *handle = take_handle(git, error);
	git_object *named = NULL, *root = NULL, *commit = NULL;
	gboolean done;

	if (handle == NULL)
		return FALSE;
	done = git_revparse_single(&named, handle->repository, revision) == 0 &&
	       git_object_peel(&root, named, GIT_OBJECT_TREE) == 0;
	if (done) {
		git_oid_cpy(&git->root, git_object_id(root));
	} else {
		g_autofree char *says = g_strdup(git_says());
		const char *advice = advise(handle->repository, named == NULL);

		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s in %s%s", revision, says,
			    git_repository_path(handle->repository), advice);
	}
	/* Of a folder below a revision there is no history. */
	if (done && git_object_peel(&commit, named, GIT_OBJECT_COMMIT) == 0)
		git_oid_cpy(&git->commit, git_object_id(commit));
	git_object_free(commit);
	git_object_free(root);
	git_object_free(named);
	give_handle(git, handle);
	return done;
}

struct md_tree *md_git_open(const char *name, const char *revision, const char *repository,
			    GError **error)
{
	struct md_git_tree *git;

	start_libgit2();
	git = g_new0(struct md_git_tree, 1);
	git->tree.ops = &git_ops;
	git->tree.name = g_strdup(name);
	git->repository = g_strdup(repository);
	git->handles = g_ptr_array_new_with_free_func(handle_free);
	git->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_object);
	g_mutex_init(&git->folders_lock);
	g_mutex_init(&git->handles_lock);
	if (!find_root(git, revision, error)) {
		md_tree_free(&git->tree);
		return NULL;
	}
	return &git->tree;
}

gboolean md_git_has_one_parent(struct md_tree *tree, GError **error)
{
	struct md_git_tree *git = (struct md_git_tree *)tree;
	struct handle *handle = take_handle(git, error);
	const char *what = NULL;
	git_commit *commit = NULL;

	if (handle == NULL)
		return FALSE;
	if (git_oid_is_zero(&git->commit) ||
	    git_commit_lookup(&commit, handle->repository, &git->commit) != 0)
		what = "not a commit";
	else if (git_commit_parentcount(commit) == 0)
		what = "the first commit of its history: nothing is before it";
	else if (git_commit_parentcount(commit) > 1)
		what = "a merge: name the side that it is held against by a range, as in "
		       "MERGE^1..MERGE";
	git_commit_free(commit);
	give_handle(git, handle);
	if (what != NULL)
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", tree->name, what);
	return what == NULL;
}
