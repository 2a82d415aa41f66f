/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source of one tree: where in it a name is defined. Private to the room.
 */
#ifndef MD_SUSPECT_SOURCE_H
#define MD_SUSPECT_SOURCE_H

#include "code/code.h"
#include "suspect/suspect.h"

/** A file of a tree, read once. */
struct md_file {
	char *path;
	struct md_slice text;
	GBytes *content;
	struct md_outline *outline; /* with variables */
	GArray *headlines;	    /* of struct md_headline */
};

/** Where a name may be defined. */
struct md_hit {
	const char *path;
	gsize line; /* from 0 */
};

struct md_source;
/** @tree is not owned. */
struct md_source *md_source_new(struct md_tree *tree, guint jobs, const struct md_hooks *hooks);
void md_source_free(struct md_source *source);
MD_DEFINE_AUTOPTR(md_source)

/**
 * Reads @paths (of strings, which are copied) and notes what may be defined in them, on all
 * cores. Nothing of the files is kept. A path that was indexed before costs nothing.
 */
gboolean md_source_index(struct md_source *source, const GPtrArray *paths, GError **error);

/**
 * Looks up all @names at once, a table from name to GArray of struct md_hit, to which
 * hits are appended. A system call or a trace event is found by its macro, too.
 */
void md_source_find(const struct md_source *source, GHashTable *names);

/** A table for md_source_find(); names are copied into it by md_names_add(). */
GHashTable *md_names_new(void);
/** The hits of @name, which is added where it is new. */
GArray *md_names_add(GHashTable *names, const char *name);

/** Reads @paths (a set, as md_path_set_new()) on all cores, for md_source_file(). */
gboolean md_source_read(struct md_source *source, GHashTable *paths, GError **error);
/** A file that was read, or is now; NULL where there is none, or it cannot be read. */
const struct md_file *md_source_file(struct md_source *source, const char *path);

/** The longest definition of @name in @file; NULL: it has none. */
const struct md_definition *md_file_find(const struct md_file *file, const char *name);
/** All definitions of @name in @file, joined: #if may choose one of several. */
GString *md_file_text_of(const struct md_file *file, const char *name);
/** The text of one. */
struct md_slice md_file_slice(const struct md_file *file, const struct md_definition *definition);
/** TRUE where only its own file can use it by its name. */
gboolean md_file_is_static(const struct md_file *file, const struct md_definition *definition);

#endif
