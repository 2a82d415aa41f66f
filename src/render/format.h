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
	void (*file)(GString *out, const struct md_comparison *comparison,
		     const struct md_file_comparison *file,
		     const struct md_render_settings *settings);
	void (*end)(GString *out, const struct md_comparison *comparison,
		    const struct md_render_settings *settings);
};

/* text and jsonl leave out regions and files whose lines are told of elsewhere. */
extern const struct md_format md_format_text;
extern const struct md_format md_format_unified;
extern const struct md_format md_format_jsonl;

/** TRUE where the line of a column with @mark is in this version. */
static inline gboolean md_mark_is_in(md_mark mark, guint projection)
{
	return md_mark_projections(mark) >> projection & 1;
}

/**
 * The mark under which a reader sees a line. One that the downstream moved is
 * the same in both patches, at its new place; at its old one it is away.
 */
static inline md_mark md_mark_for_reader(md_mark mark)
{
	if (!(mark & MD_MARK_MOVED))
		return mark;
	if (md_mark_shown(mark) == '-')
		return MD_MARK_AWAY;
	return MD_MARK_HERE | (mark % MD_MARKS == MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)
				       ? MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_DOWNSTREAM)
				       : MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_CONTEXT));
}

/** '+' or '-' where a line with @mark was asked for, ' ' where it is context. */
static inline char md_mark_sign_if(md_mark mark, guint32 shown)
{
	return shown & MD_BIT(mark % MD_MARKS) ? md_mark_shown(mark) : ' ';
}

/** @text as UTF-8: itself, or read as Latin-1. */
char *md_text_to_utf8(struct md_slice text, gboolean latin1);

#endif
