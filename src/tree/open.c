/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out what a source is.  What is on disk is looked at, never its name
 * alone, but for the file called "series"; what is not on disk can only be a
 * revision.
 */
#include "tree/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct md_tree_settings *md_tree_settings_new(void)
{
	struct md_tree_settings *settings = g_new0(struct md_tree_settings, 1);

	settings->strip = -1;
	settings->fuzz = -1;
	return settings;
}

void md_tree_settings_free(struct md_tree_settings *settings)
{
	if (settings == NULL)
		return;
	g_free(settings->repository);
	g_free(settings);
}

void md_tree_settings_set_repository(struct md_tree_settings *settings, const char *folder)
{
	g_free(settings->repository);
	settings->repository = g_strdup(folder);
}

void md_tree_settings_set_strip(struct md_tree_settings *settings, int strip)
{
	settings->strip = strip;
}

void md_tree_settings_set_fuzz(struct md_tree_settings *settings, int fuzz)
{
	settings->fuzz = fuzz;
}

/* -------------------------------------------------------------- detecting */

/* A patch of more bytes in a wrong place is only said to be no archive. */
#define LARGEST_TO_NAME (MD_GIB / 8)

enum source_kind {
	SOURCE_FOLDER,
	SOURCE_ARCHIVE,
	SOURCE_REVISION,
	/* These two lie on a base and can stand in a list. */
	SOURCE_PATCH,
	SOURCE_SERIES,
	SOURCE_UNKNOWN, /* not forced, and not on disk */
};

struct source {
	enum source_kind kind;
	char *path; /* of the series file itself for a series */
};

static void source_clear(struct source *source)
{
	g_free(source->path);
}

static const struct {
	const char *text;
	enum source_kind kind;
} prefixes[] = {
	{ "dir:", SOURCE_FOLDER },  { "tar:", SOURCE_ARCHIVE },	  { "git:", SOURCE_REVISION },
	{ "patch:", SOURCE_PATCH }, { "series:", SOURCE_SERIES },
};

/* @text behind its prefix, and the kind this forces: SOURCE_UNKNOWN without one. */
static const char *skip_prefix(const char *text, enum source_kind *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		if (g_str_has_prefix(text, prefixes[i].text)) {
			*kind = prefixes[i].kind;
			return text + strlen(prefixes[i].text);
		}
	}
	*kind = SOURCE_UNKNOWN;
	return text;
}

/*
 * A folder with a file of that name is a quilt series, whatever that holds:
 * taken for a tree it would be a wrong answer without a word.
 */
static gboolean holds_series(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "series", NULL);

	return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static gboolean is_named_series(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	return strcmp(name, "series") == 0;
}

/* Whether a file is a patch, damaged ones aside: only for what to say of it. */
static gboolean is_patch(const char *path)
{
	g_autoptr(GBytes) content = md_file_read(path, LARGEST_TO_NAME, NULL);
	MD_AUTOPTR(md_patch) patch = content ? md_patch_parse(path, content, NULL) : NULL;

	return patch != NULL && patch->files->len > 0;
}

/* What is at @path, which exists, whether it may stand there or not. */
static gboolean detect_kind(const char *path, gboolean with_base, enum source_kind *kind,
			    GError **error)
{
	gboolean is_archive;

	if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
		*kind = holds_series(path) ? SOURCE_SERIES : SOURCE_FOLDER;
		return TRUE;
	}
	if (is_named_series(path)) {
		*kind = SOURCE_SERIES;
		return TRUE;
	}
	if (!md_tar_probe(path, &is_archive, error))
		return FALSE;
	if (is_archive) {
		*kind = SOURCE_ARCHIVE;
	} else if (with_base || is_patch(path)) {
		*kind = SOURCE_PATCH;
	} else {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
			    "%s: a file, but no tar archive, plain or compressed, where a tree is "
			    "expected: a folder, an archive or a revision",
			    path);
		return FALSE;
	}
	return TRUE;
}

/* Whether something is at @path; a link that leads nowhere is. */
static gboolean exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static gboolean detect(const char *text, gboolean with_base, struct source *source, GError **error)
{
	enum source_kind kind;
	const char *path = skip_prefix(text, &kind);

	if (kind == SOURCE_UNKNOWN && exists(path) && !detect_kind(path, with_base, &kind, error))
		return FALSE;
	source->kind = kind;
	if (kind == SOURCE_SERIES && g_file_test(path, G_FILE_TEST_IS_DIR))
		source->path = g_build_filename(path, "series", NULL);
	else
		source->path = g_strdup(path);
	return TRUE;
}

/* ---------------------------------------------------------------- opening */

static gboolean add_source(struct md_tree *layers, const struct source *source,
			   const struct md_tree_settings *settings, GError **error)
{
	switch (source->kind) {
	case SOURCE_PATCH:
		return md_layers_add_patch(layers, source->path, settings, error);
	case SOURCE_SERIES:
		return md_layers_add_series(layers, source->path, settings, error);
	case SOURCE_UNKNOWN:
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: no such patch or series",
			    source->path);
		return FALSE;
	default:
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
			    "%s: a tree, where only patches and series are joined by commas",
			    source->path);
		return FALSE;
	}
}

/*
 * Takes the first item off the list @rest, up to its comma: as much of it as
 * exists, for a name may hold a comma, else what stands before the first one.
 */
static char *take_item(const char **rest)
{
	g_autofree char *item = g_strdup(*rest);
	enum source_kind kind;
	char *comma;

	while (!exists(skip_prefix(item, &kind)) && (comma = strrchr(item, ',')) != NULL)
		*comma = '\0';
	*rest += strlen(item);
	return g_steal_pointer(&item);
}

static gboolean add_item(struct md_tree *layers, const char *item,
			 const struct md_tree_settings *settings, GError **error)
{
	struct source source = { SOURCE_UNKNOWN };
	gboolean done =
		detect(item, TRUE, &source, error) && add_source(layers, &source, settings, error);

	source_clear(&source);
	return done;
}

static struct md_tree *open_list(const char *list, struct md_tree *base,
				 const struct md_tree_settings *settings, GError **error)
{
	MD_AUTOPTR(md_tree) layers = md_layers_new(list, base);
	const char *rest = list;

	for (;;) {
		g_autofree char *item = take_item(&rest);

		if (item[0] == '\0') {
			g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
				    "%s: a list with nothing before or behind a comma", list);
			return NULL;
		}
		if (!add_item(layers, item, settings, error))
			return NULL;
		if (*rest == '\0')
			return g_steal_pointer(&layers);
		rest++;
	}
}

static struct md_tree *open_layers(const char *name, const struct source *source,
				   struct md_tree *base, const struct md_tree_settings *settings,
				   GError **error)
{
	MD_AUTOPTR(md_tree) layers = NULL;

	if (base == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "%s: a %s, where a base is expected: a folder, an archive or a "
			    "revision; it stands behind the base that it lies on%s",
			    name, source->kind == SOURCE_PATCH ? "patch" : "series",
			    g_file_test(name, G_FILE_TEST_IS_DIR) ? " (dir: takes it as a tree)"
								  : "");
		return NULL;
	}
	layers = md_layers_new(name, base);
	return add_source(layers, source, settings, error) ? g_steal_pointer(&layers) : NULL;
}

/* What is not on disk: a revision, or a mistake, and then all that was tried is said. */
static struct md_tree *open_unknown(const char *name, gboolean with_base,
				    const struct md_tree_settings *settings, GError **error)
{
	g_autoptr(GError) reason = NULL;
	struct md_tree *tree = md_git_open(name, name, settings->repository, &reason);
	const char *what;

	if (tree != NULL)
		return tree;
	what = reason->message;
	if (g_str_has_prefix(what, name))
		what += strlen(name) + strspn(what + strlen(name), ": ");
	g_set_error(
		error, MD_ERROR, MD_ERROR_INPUT,
		"%s: no such folder, archive%s or revision (%s; --repo names another repository)",
		name, with_base ? ", patch" : "", what);
	return NULL;
}

static struct md_tree *open_source(const char *name, const struct source *source,
				   struct md_tree *base, const struct md_tree_settings *settings,
				   GError **error)
{
	switch (source->kind) {
	case SOURCE_FOLDER:
		return md_folder_open(name, source->path, error);
	case SOURCE_ARCHIVE:
		return md_archive_open(name, source->path, error);
	case SOURCE_REVISION:
		/* A range A..B forces its revisions; nobody typed the prefix. */
		return md_git_open(source->path, source->path, settings->repository, error);
	case SOURCE_PATCH:
	case SOURCE_SERIES:
		return open_layers(name, source, base, settings, error);
	case SOURCE_UNKNOWN:
		break;
	}
	return open_unknown(name, base != NULL, settings, error);
}

/* Whether @name is a list: it has a comma, is no path, and its first item is one. */
static gboolean is_list(const char *name)
{
	enum source_kind kind;
	const char *path = skip_prefix(name, &kind), *rest = name;
	g_autofree char *first = NULL;

	if (strchr(name, ',') == NULL || kind == SOURCE_REVISION || exists(path))
		return FALSE;
	first = take_item(&rest);
	return exists(skip_prefix(first, &kind)) || kind != SOURCE_UNKNOWN;
}

struct md_tree *md_tree_open(const char *source, struct md_tree *base,
			     const struct md_tree_settings *settings, GError **error)
{
	struct source found = { SOURCE_UNKNOWN };
	struct md_tree *tree = NULL;

	if (base != NULL && is_list(source))
		return open_list(source, base, settings, error);
	if (detect(source, base != NULL, &found, error))
		tree = open_source(source, &found, base, settings, error);
	source_clear(&found);
	return tree;
}

gboolean md_tree_is_source(const char *name, gboolean *is_source, GError **error)
{
	enum source_kind kind;

	skip_prefix(name, &kind);
	*is_source = kind != SOURCE_UNKNOWN || g_file_test(name, G_FILE_TEST_IS_DIR) ||
		     (!exists(name) && strcmp(name, "-") != 0);
	if (*is_source || !g_file_test(name, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	return md_tar_probe(name, is_source, error);
}

/* A range, or a commit and its parent. */
gboolean md_tree_open_change(const char *revision, const struct md_tree_settings *settings,
			     struct md_tree **before, struct md_tree **after, GError **error)
{
	const char *dots = strstr(revision, "..");
	g_autofree char *first = NULL;
	g_autofree char *last = NULL;
	MD_AUTOPTR(md_tree) older = NULL;
	MD_AUTOPTR(md_tree) newer = NULL;

	if (dots != NULL) {
		first = g_strndup(revision, (gsize)(dots - revision));
		last = g_strdup(dots + 2);
	} else {
		first = g_strconcat(revision, "^", NULL);
		last = g_strdup(revision);
	}
	if (first[0] == '\0' || last[0] == '\0' || last[0] == '.') {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
			    "%s: a range has a revision before and behind its two dots", revision);
		return FALSE;
	}
	newer = md_git_open(last, last, settings->repository, error);
	if (newer == NULL || (dots == NULL && !md_git_has_one_parent(newer, error)))
		return FALSE;
	older = md_git_open(first, first, settings->repository, error);
	if (older == NULL)
		return FALSE;
	*before = g_steal_pointer(&older);
	*after = g_steal_pointer(&newer);
	return TRUE;
}
