/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file in four versions.  Most need no work: where both bases are the
 * same and both downstreams are, the patch is carried whole.  Text goes
 * through `diff`; modes and binary content, which have no lines, through the
 * three-way rule that the marks generalise.
 */
#include "compare/internal.h"

#include <string.h>

struct versions {
	struct md_entry entry[MD_VERSIONS];
	GBytes *content[MD_VERSIONS];
};

static void versions_clear(struct versions *versions)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		g_clear_pointer(&versions->content[version], g_bytes_unref);
}

static gboolean same_entry(const struct md_entry *a, const struct md_entry *b)
{
	return a->mode == b->mode &&
	       (a->mode == MD_MODE_ABSENT ||
		(a->has_id && b->has_id && memcmp(a->id, b->id, MD_ID_SIZE) == 0));
}

static gboolean same_content(const struct versions *versions, enum md_version a, enum md_version b)
{
	struct md_slice content_a = md_slice_from_bytes(versions->content[a]);
	struct md_slice content_b = md_slice_from_bytes(versions->content[b]);

	return (content_a.data == NULL) == (content_b.data == NULL) &&
	       md_slice_equal(content_a, content_b);
}

/*
 * Where the downstream did not change a thing the carried one is upstream's,
 * else the downstream's: the value a merge takes, with conflicts going to the
 * downstream.
 */
static enum md_version carried_version(gboolean old_changed)
{
	return old_changed ? MD_OLD_DOWNSTREAM : MD_NEW_BASE;
}

static gsize count_carried(const struct md_columns *columns)
{
	gsize count = 0;

	for (gsize i = 0; i < columns->count; i++)
		count += md_mark_projections(columns->mark[i]) >> MD_CARRIED & 1;
	return count;
}

/* The mode of the carried file, absence included. */
static guint32 carried_mode(const struct versions *versions, gsize carried_lines)
{
	gboolean present[MD_VERSIONS];
	const struct md_entry *entry = versions->entry;
	guint32 mode;

	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		present[version] = entry[version].mode != MD_MODE_ABSENT;
	if (!(md_mark_table[md_mark_of_presence(present)].projections & MD_BIT(MD_CARRIED)) &&
	    carried_lines == 0)
		return MD_MODE_ABSENT;
	mode = entry[carried_version(entry[MD_OLD_BASE].mode != entry[MD_OLD_DOWNSTREAM].mode)]
		       .mode;
	/* The one that the rule names is not there: any that is says more than nothing. */
	for (enum md_version version = MD_VERSIONS; mode == MD_MODE_ABSENT && version-- > 0;)
		mode = entry[version].mode;
	return mode;
}

static void region_free(void *data)
{
	struct md_file_region *region = data;

	g_free(region->within);
	g_clear_pointer(&region->origins, g_array_unref);
	md_word_changes_free(region->words);
	md_riders_reader_free(region->reader);
	g_free(region->mark);
	if (region->count > 0)
		g_free((char *)region->line[0].data);
	g_free(region->line);
	g_free(region);
}

void md_file_comparison_free(struct md_file_comparison *file)
{
	if (file == NULL)
		return;
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		g_free(file->path[version]);
	g_clear_pointer(&file->told, g_ptr_array_unref);
	g_clear_pointer(&file->riders, g_array_unref);
	g_clear_pointer(&file->regions, g_ptr_array_unref);
	g_clear_pointer(&file->headings, g_ptr_array_unref);
	g_clear_pointer(&file->carried, g_bytes_unref);
	g_clear_pointer(&file->newest, g_bytes_unref);
	g_free(file);
}

/* Copies the lines of a region out of the texts, which go away. */
static struct md_file_region *region_keep(const struct md_region *found,
					  const struct md_columns *columns,
					  struct md_places *places)
{
	struct md_file_region *region = g_new0(struct md_file_region, 1);
	struct md_walk walk = found->start;
	gsize size = 0;
	char *text;

	region->class = found->class;
	region->near = found->near;
	region->heading = md_places_find(places, found, columns);
	region->within = md_places_of_lines(places, found, columns);
	for (guint version = 0; version < MD_PROJECTIONS; version++)
		region->start[version] = walk.position[version] + 1;
	region->count = found->context_end - found->context_first;
	region->mark =
		g_memdup2(columns->mark + found->context_first, region->count * sizeof(md_mark));
	region->line = g_new(struct md_slice, region->count);
	for (gsize i = 0; i < region->count; i++) {
		region->line[i] = md_walk_text(&walk, columns);
		size += region->line[i].size;
		md_walk_next(&walk, columns);
	}
	text = g_malloc(MAX(size, 1));
	for (gsize i = 0; i < region->count; i++) {
		memcpy(text, region->line[i].data, region->line[i].size);
		region->line[i].data = text;
		text += region->line[i].size;
	}
	return region;
}

/* Binary content has no encoding. */
static gboolean is_utf8(const struct versions *versions)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		struct md_slice text = md_slice_from_bytes(versions->content[version]);

		if (!md_slice_is_utf8(text))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_type_change(const struct md_file_comparison *file)
{
	guint32 carried = file->mode[MD_CARRIED], newest = file->mode[MD_NEW_DOWNSTREAM];

	return carried != MD_MODE_ABSENT && newest != MD_MODE_ABSENT &&
	       (carried & MD_MODE_TYPE) != (newest & MD_MODE_TYPE);
}

static void compare_text(struct md_file_comparison *file, const struct versions *versions,
			 const struct md_compare_settings *settings, struct md_workspace *workspace)
{
	struct md_slice text[MD_VERSIONS];
	struct md_columns columns;
	g_autoptr(GArray) found = NULL;
	MD_AUTOPTR(md_places) places = NULL;

	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		text[version] = md_slice_from_bytes(versions->content[version]);
	md_diff_compute(workspace, text, settings->space, &columns);
	md_columns_carry_words(workspace, &columns);
	md_columns_tidy(&columns);
	file->newest_lines = columns.lines[MD_NEW_DOWNSTREAM].count;
	file->mode[MD_CARRIED] = carried_mode(versions, count_carried(&columns));
	/* A file that became a link is deleted and made: all of both is shown. */
	found = md_regions_find(&columns, settings->shown,
				is_type_change(file) ? columns.count : settings->context);
	places = md_places_new(file, text);
	for (guint i = 0; i < found->len; i++) {
		const struct md_region *region = &g_array_index(found, struct md_region, i);
		struct md_file_region *kept = region_keep(region, &columns, places);

		if (region->class == MD_CLASS_ADAPTED)
			kept->words = md_word_changes_find(workspace, &columns, region->near_first,
							   region->near_end);
		g_ptr_array_add(file->regions, kept);
	}
	file->riders = md_riders_find(&columns, found, file->regions);
}

static void compare_binary(struct md_file_comparison *file, const struct versions *versions)
{
	enum md_version carried =
		carried_version(!same_content(versions, MD_OLD_BASE, MD_OLD_DOWNSTREAM));

	file->mode[MD_CARRIED] = carried_mode(versions, 0);
	if (versions->content[carried] != NULL && file->mode[MD_CARRIED] != MD_MODE_ABSENT)
		file->carried = g_bytes_ref(versions->content[carried]);
	if (versions->content[MD_NEW_DOWNSTREAM] != NULL)
		file->newest = g_bytes_ref(versions->content[MD_NEW_DOWNSTREAM]);
}

gboolean md_file_comparison_is_told(const struct md_file_comparison *file)
{
	/* A dropped file, all lines of which went elsewhere, has nothing left to tell of. */
	gboolean is_elsewhere = file->mode[MD_NEW_BASE] == MD_MODE_ABSENT &&
				file->mode[MD_NEW_DOWNSTREAM] == MD_MODE_ABSENT &&
				file->regions->len > 0;

	return file->told->len > 0 || file->binary ||
	       (file->mode[MD_CARRIED] != file->mode[MD_NEW_DOWNSTREAM] && !is_elsewhere);
}

gboolean md_file_region_is_news(const struct md_file_region *region, guint32 shown)
{
	return region->class != MD_CLASS_CARRIED || (shown & md_mark_set_by_name("carried"));
}

gboolean md_file_comparison_is_news(const struct md_file_comparison *file, guint32 shown)
{
	if (!md_file_comparison_is_told(file))
		return FALSE;
	for (guint i = 0; i < file->told->len; i++) {
		if (md_file_region_is_news(g_ptr_array_index(file->told, i), shown))
			return TRUE;
	}
	/* A mode or binary content, which have no regions. */
	return file->told->len == 0 || file->mode[MD_CARRIED] != file->mode[MD_NEW_DOWNSTREAM];
}

static gboolean is_worth_showing(const struct md_file_comparison *file)
{
	/* What rode along to another file may be shown there. */
	if (file->riders != NULL && file->riders->len > 0)
		return TRUE;
	if (file->regions->len > 0 || file->mode[MD_CARRIED] != file->mode[MD_NEW_DOWNSTREAM])
		return TRUE;
	return file->binary && !md_slice_equal(md_slice_from_bytes(file->carried),
					       md_slice_from_bytes(file->newest));
}

static gboolean are_names_utf8(const struct md_file_paths *paths)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (!g_utf8_validate(paths->path[version], -1, NULL))
			return FALSE;
	}
	return TRUE;
}

static struct md_file_comparison *compare_versions(const struct md_file_paths *paths,
						   struct versions *versions,
						   const struct md_compare_settings *settings,
						   struct md_workspace *workspace)
{
	struct md_file_comparison *file = g_new0(struct md_file_comparison, 1);

	file->regions = g_ptr_array_new_with_free_func(region_free);
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		file->mode[version] = versions->entry[version].mode;
		if (file->mode[version] != MD_MODE_ABSENT)
			file->name = file->path[version] = g_strdup(paths->path[version]);
		if (md_slice_is_binary(md_slice_from_bytes(versions->content[version])))
			file->binary = TRUE;
	}
	if (file->name == NULL)
		return file;
	if (file->binary)
		compare_binary(file, versions);
	else
		compare_text(file, versions, settings, workspace);
	file->latin1 = !are_names_utf8(paths) || (!file->binary && !is_utf8(versions));
	return file;
}

gboolean md_compare_file(struct md_tree *const tree[MD_VERSIONS], const struct md_file_paths *paths,
			 const struct md_compare_settings *settings, struct md_workspace *workspace,
			 struct md_file_comparison **file, GError **error)
{
	__attribute__((cleanup(versions_clear))) struct versions versions = { 0 };
	struct md_entry *entry = versions.entry;

	*file = NULL;
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (!md_tree_stat(tree[version], paths->path[version], &entry[version], error))
			return FALSE;
	}
	if (settings->shown == md_mark_set_shown() &&
	    same_entry(&entry[MD_OLD_BASE], &entry[MD_NEW_BASE]) &&
	    same_entry(&entry[MD_OLD_DOWNSTREAM], &entry[MD_NEW_DOWNSTREAM]))
		return TRUE;
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		if (!md_tree_read(tree[version], paths->path[version], &entry[version].mode,
				  &versions.content[version], error))
			return FALSE;
	}
	*file = compare_versions(paths, &versions, settings, workspace);
	if (!is_worth_showing(*file))
		g_clear_pointer(file, md_file_comparison_free);
	return TRUE;
}
