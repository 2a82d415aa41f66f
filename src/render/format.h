/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a format is, and what the formats share.  Private to the room. */
#ifndef MD_RENDER_FORMAT_H
#define MD_RENDER_FORMAT_H

#include "base/base.h"
#include "compare/compare.h"
#include "render/render.h"

struct md_render_settings {
	const struct md_format *format;
	gboolean color;
	gboolean stat;
	guint width;
};

/** One output format: what it appends to @out for each part of a result. */
struct md_format {
	const char *name;
	/* Before the files: header, rejects.  May be NULL, as the next ones. */
	void (*begin)(GString *out, const struct md_comparison *comparison,
		      const struct md_render_settings *settings);
	void (*file)(GString *out, const struct md_file_comparison *file,
		     const struct md_render_settings *settings);
	void (*end)(GString *out, const struct md_comparison *comparison,
		    const struct md_render_settings *settings);
};

extern const struct md_format md_format_text;
extern const struct md_format md_format_unified;
extern const struct md_format md_format_jsonl;

/** '+', '-' or ' ': how a mark is shown. */
static inline char md_mark_sign(md_mark mark)
{
	return md_mark_table[mark].shown;
}

static inline gboolean md_mark_is_in(md_mark mark, guint projection)
{
	return md_mark_table[mark].projections >> projection & 1;
}

/** How many lines of @region are shown as @sign. */
gsize md_region_count(const struct md_file_region *region, char sign);

/** @text as UTF-8: itself, or read as Latin-1. */
char *md_text_to_utf8(struct md_slice text, gboolean latin1);

#endif
