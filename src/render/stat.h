/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --stat: a line a file, a function or a directory.  Private to the room. */
#ifndef MD_RENDER_STAT_H
#define MD_RENDER_STAT_H

#include "render/format.h"

/** Appends the line of @file, and those of its functions where they are asked for. */
void md_stat_append_file(GString *out, const struct md_comparison *comparison,
			 const struct md_file_comparison *file,
			 const struct md_render_settings *settings);
/** Appends a line for each directory in which files are news. */
void md_stat_append_directories(GString *out, const struct md_comparison *comparison,
				const struct md_render_settings *settings);

/** What happened to the file as a whole; NULL when nothing did. */
char *md_file_describe(const struct md_file_comparison *file);

#endif
