/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backports: regions whose added lines a later upstream has as well.
 *
 * Model: the downstream's patch, new base to new downstream, is held against
 * upstream's own way on, new base to later upstream, by the same columns as
 * everything else: (new base, new downstream, later upstream, later upstream).
 * A line of the patch that upstream brought, too, at that place and in that
 * order, comes out as adopted; nothing else is looked for. A region is a
 * backport where
 *
 *   - of its telling added lines LEAST_SHARE are adopted so, and
 *   - one of these is upstream's making: the new base's file does not have it
 *     anywhere, and upstream's not more often than the downstream's. "int ret;"
 *     and "return -EINVAL;" are found in any file that grew.
 *
 * A region of common lines alone is one where upstream adopted them all and another region
 * of the same function is a backport by itself: the small change in a declaration
 * that goes with the large one below.
 *
 * Cost: one more comparison for each file with added lines. What upstream moved
 * to another file is found where the whole file was renamed.
 */
#include "compare/internal.h"

#include <string.h>

/* A line in three may have been adapted to the older tree. */
#define LEAST_SHARE_LINES 2
#define LEAST_SHARE_OF 3

#define ADDED MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)
#define ADOPTED MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_CONTEXT)

/* The versions of the comparison with the later upstream. */
#define BASE MD_OLD_BASE
#define DOWNSTREAM MD_OLD_DOWNSTREAM
#define LATER MD_NEW_BASE

/* What the later upstream has of one file of the downstream. */
struct later {
	const struct md_columns *columns;
	gsize *line; /* by line of the downstream from 1: its number in upstream, or 0 */
	gsize (*often)[MD_VERSIONS]; /* by number of a text: how often each version has it */
};

static void later_clear(struct later *later)
{
	g_free(later->line);
	g_free(later->often);
}

static void count_texts(struct later *later)
{
	const struct md_lines *lines = later->columns->lines;
	gsize numbers = 0;

	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		for (gsize i = 0; i < lines[version].count; i++)
			numbers = MAX(numbers, (gsize)lines[version].number[i] + 1);
	}
	later->often = g_malloc0_n(numbers, sizeof(*later->often));
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		for (gsize i = 0; i < lines[version].count; i++)
			later->often[lines[version].number[i]][version]++;
	}
}

/*
 * Pairs the adopted lines. One that stands elsewhere in upstream's file has
 * two columns, which have only the text in common.
 */
static void pair_lines(struct later *later)
{
	const struct md_columns *columns = later->columns;
	const struct md_lines *ours = &columns->lines[DOWNSTREAM];
	const struct md_lines *theirs = &columns->lines[LATER];
	g_autoptr(GHashTable) elsewhere = g_hash_table_new(NULL, NULL);
	struct md_walk walk = { 0 };

	later->line = g_new0(gsize, ours->count + 1);
	while (walk.column < columns->count) {
		md_mark mark = columns->mark[walk.column];
		gsize their_line = walk.position[LATER];

		if (mark == ADOPTED)
			later->line[walk.position[DOWNSTREAM] + 1] = their_line + 1;
		else if (mark == (ADOPTED | MD_MARK_HERE))
			g_hash_table_insert(elsewhere, GUINT_TO_POINTER(theirs->number[their_line]),
					    GSIZE_TO_POINTER(their_line + 1));
		md_walk_next(&walk, columns);
	}
	for (gsize i = 0; g_hash_table_size(elsewhere) > 0 && i < ours->count; i++) {
		if (later->line[i + 1] == 0)
			later->line[i + 1] = GPOINTER_TO_SIZE(
				g_hash_table_lookup(elsewhere, GUINT_TO_POINTER(ours->number[i])));
	}
}

/* Whether line @number of the downstream is one that upstream made. */
static gboolean is_made_upstream(const struct later *later, gsize number)
{
	const gsize *often = later->often[later->columns->lines[DOWNSTREAM].number[number - 1]];

	return often[BASE] == 0 && often[LATER] <= often[DOWNSTREAM];
}

/* What is known of @region; NULL where it is no backport. @beside: one of its function is. */
static struct md_backport *judge(const struct later *later, const struct md_file_region *region,
				 const char *path, gboolean beside)
{
	struct md_backport found = { NULL };
	gsize number = region->start[MD_NEW_DOWNSTREAM];
	gboolean made = FALSE;

	for (gsize i = 0; i < region->count; i++) {
		md_mark mark = region->mark[i];

		if (md_mark_is_shown(mark, MD_BIT(ADDED)) && md_line_is_telling(region->line[i])) {
			gsize line = later->line[number];

			found.of++;
			found.lines += line > 0;
			made |= line > 0 && is_made_upstream(later, number);
			if (found.line == 0)
				found.line = line;
		}
		number += md_mark_projections(mark) >> MD_NEW_DOWNSTREAM & 1;
	}
	if (found.lines == 0 || found.lines * LEAST_SHARE_OF < found.of * LEAST_SHARE_LINES)
		return NULL;
	if (!made && !(beside && found.lines == found.of))
		return NULL;
	found.common = !made;
	found.path = g_strdup(path);
	return g_memdup2(&found, sizeof(found));
}

void md_backport_free(struct md_backport *backport)
{
	if (backport == NULL)
		return;
	g_clear_pointer(&backport->commits, g_ptr_array_unref);
	g_free(backport->path);
	g_free(backport);
}

/* ------------------------------------------------------------------- files */

struct candidate {
	struct md_file_comparison *file;
	const char *path; /* in the later upstream */
};

struct search {
	const struct md_comparison *comparison;
	const struct md_compare_settings *settings;
	GArray *candidates; /* of struct candidate */
	GAsyncQueue *workspaces;
};

static void judge_regions(const struct later *later, const struct candidate *candidate)
{
	const GPtrArray *told = candidate->file->told;
	g_autoptr(GHashTable) functions = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < told->len; i++) {
		struct md_file_region *region = g_ptr_array_index(told, i);

		region->backport = judge(later, region, candidate->path, FALSE);
		if (region->backport != NULL && region->heading != NULL)
			g_hash_table_add(functions, (void *)region->heading);
	}
	for (guint i = 0; i < told->len; i++) {
		struct md_file_region *region = g_ptr_array_index(told, i);

		if (region->backport == NULL && region->heading != NULL &&
		    g_hash_table_contains(functions, (void *)region->heading))
			region->backport = judge(later, region, candidate->path, TRUE);
	}
}

static void judge_file(const struct search *search, const struct candidate *candidate,
		       const struct md_slice text[MD_VERSIONS])
{
	struct md_workspace *workspace = md_workspaces_take(search->workspaces);
	struct md_columns columns;
	__attribute__((cleanup(later_clear))) struct later later = { &columns };

	md_diff_compute(workspace, text, search->settings->space, &columns);
	count_texts(&later);
	pair_lines(&later);
	judge_regions(&later, candidate);
	g_async_queue_push(search->workspaces, workspace);
}

static gboolean search_file(gsize index, void *data, GError **error)
{
	const struct search *search = data;
	const struct candidate *candidate =
		&g_array_index(search->candidates, struct candidate, index);
	struct md_tree *const *tree = search->comparison->tree;
	g_autoptr(GBytes) base = NULL;
	g_autoptr(GBytes) downstream = NULL;
	g_autoptr(GBytes) later = NULL;
	struct md_slice text[MD_VERSIONS];

	if (!md_tree_read(search->settings->later, candidate->path, NULL, &later, error))
		return FALSE;
	if (later == NULL || md_slice_is_binary(md_slice_from_bytes(later)))
		return TRUE;
	if (candidate->file->path[MD_NEW_BASE] != NULL &&
	    !md_tree_read(tree[MD_NEW_BASE], candidate->file->path[MD_NEW_BASE], NULL, &base,
			  error))
		return FALSE;
	if (!md_tree_read(tree[MD_NEW_DOWNSTREAM], candidate->file->path[MD_NEW_DOWNSTREAM], NULL,
			  &downstream, error))
		return FALSE;
	text[BASE] = md_slice_from_bytes(base);
	text[DOWNSTREAM] = md_slice_from_bytes(downstream);
	text[LATER] = text[MD_NEW_DOWNSTREAM] = md_slice_from_bytes(later);
	judge_file(search, candidate, text);
	return TRUE;
}

/* Whether the downstream added something to @file that can be looked for. */
static gboolean has_added(const struct md_file_comparison *file, guint32 shown)
{
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		for (gsize j = 0; j < region->count; j++) {
			if (md_mark_is_shown(region->mark[j], shown & MD_BIT(ADDED)) &&
			    md_line_is_telling(region->line[j]))
				return TRUE;
		}
	}
	return FALSE;
}

static gboolean run_search(struct search *search, const GPtrArray *paths,
			   const struct md_hooks *hooks, GError **error)
{
	struct md_tree *const *tree = search->comparison->tree;
	struct md_tree *later = search->settings->later;
	struct md_tree *const way[MD_VERSIONS] = { tree[MD_NEW_BASE], tree[MD_NEW_DOWNSTREAM],
						   later, later };
	g_autoptr(GHashTable) renames =
		md_renames_find(way, paths, search->settings->jobs, hooks, error);

	if (renames == NULL)
		return FALSE;
	for (guint i = 0; i < search->candidates->len; i++) {
		struct candidate *candidate =
			&g_array_index(search->candidates, struct candidate, i);
		const char *renamed = g_hash_table_lookup(renames, candidate->path);

		if (renamed != NULL)
			candidate->path = renamed;
	}
	return md_parallel_for(search->candidates->len, search->settings->jobs, search_file, search,
			       hooks, "looking for backports", error);
}

gboolean md_backports_find(struct md_comparison *comparison,
			   const struct md_compare_settings *settings, GAsyncQueue *workspaces,
			   const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	g_autoptr(GHashTable) wanted = md_path_set_new();
	struct search search = { comparison, settings, candidates, workspaces };

	for (guint i = 0; i < comparison->files->len; i++) {
		struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);
		struct candidate candidate = { file, file->path[MD_NEW_DOWNSTREAM] };

		if (!has_added(file, comparison->shown))
			continue;
		g_array_append_val(candidates, candidate);
		g_ptr_array_add(paths, (void *)candidate.path);
		g_hash_table_add(wanted, g_strdup(candidate.path));
	}
	return candidates->len == 0 || (md_tree_load(settings->later, wanted, hooks, error) &&
					run_search(&search, paths, hooks, error));
}
