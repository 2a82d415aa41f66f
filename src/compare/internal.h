/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_COMPARE_INTERNAL_H
#define MD_COMPARE_INTERNAL_H

#include "compare/compare.h"

struct md_compare_settings {
	guint context;
	enum md_space space;
	guint jobs;
	guint32 shown; /* set of marks */
	char **paths;  /* NULL: all */
	gboolean history;
	struct md_tree *since, *later; /* upstream, not owned; NULL: none */
};

/** Whether @path is asked for. */
gboolean md_compare_settings_match(const struct md_compare_settings *settings, const char *path);

/**
 * Compares the four versions of a file.  Gives NULL in *@file when there is
 * nothing to show.
 */
gboolean md_compare_file(struct md_tree *const tree[MD_VERSIONS], const struct md_file_paths *paths,
			 const struct md_compare_settings *settings, struct md_workspace *workspace,
			 struct md_file_comparison **file, GError **error);
/**
 * Where the regions of one file lie; refers to @file, which keeps the headings
 * that are found, and to @text.
 */
struct md_places;
struct md_places *md_places_new(struct md_file_comparison *file,
				const struct md_slice text[MD_VERSIONS]);
void md_places_free(struct md_places *places);
MD_DEFINE_AUTOPTR(md_places)
/** What @region lies in, as md_outline_find() has it; NULL where it is nothing. */
const struct md_heading *md_places_find(struct md_places *places, const struct md_region *region,
					const struct md_columns *columns);
/** What each line of @region lies in, for context NULL; a new array, one for each line. */
const struct md_heading **md_places_of_lines(struct md_places *places,
					     const struct md_region *region,
					     const struct md_columns *columns);

/** How columns [first, end) came about, word by word: [MD_STEPS], or NULL where it is too much. */
struct md_word_change *md_word_changes_find(struct md_workspace *workspace,
					    const struct md_columns *columns, gsize first,
					    gsize end);
void md_word_changes_free(struct md_word_change *words);

/**
 * The lines of @columns that upstream may have taken along to another file, or from
 * one: an array of struct md_rider. @found are the regions (struct md_region) that @regions
 * (struct md_file_region) were kept of.
 */
struct md_rider;
GArray *md_riders_find(const struct md_columns *columns, const GArray *found,
		       const GPtrArray *regions);
/** Flags in their regions those of all files that are one and the same change. */
void md_riders_join(GPtrArray *files);
/** Finds those that the downstream rewrote on the way, for readers to be told of at one place. */
void md_riders_arrive(GPtrArray *files);
/** Frees a region made for readers; its lines are those of others. */
void md_riders_reader_free(struct md_file_region *reader);

/**
 * Finds lines that the downstream moved, within a file or from one to
 * another, and flags them in their regions.
 */
void md_moves_find(GPtrArray *files, guint32 shown);
/** Sets what a reader is told of @file. */
void md_moves_tell(struct md_file_comparison *file, guint32 shown);

/** Keeps of what @comparison found the files that @settings ask for. */
void md_asked_choose(struct md_comparison *comparison, const struct md_compare_settings *settings);

/** Finds what of the regions told of the later upstream of @settings has. */
gboolean md_backports_find(struct md_comparison *comparison,
			   const struct md_compare_settings *settings, GAsyncQueue *workspaces,
			   const struct md_hooks *hooks, GError **error);
/** Finds upstream's commits that the regions and backports told of are about. */
gboolean md_history_find(struct md_comparison *comparison,
			 const struct md_compare_settings *settings, const struct md_hooks *hooks,
			 GError **error);
void md_backport_free(struct md_backport *backport);

void md_file_comparison_free(struct md_file_comparison *file);

#endif
