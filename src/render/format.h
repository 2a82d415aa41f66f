/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a format is, and what the formats share.  Private to the room. */
#ifndef MD_RENDER_FORMAT_H
#define MD_RENDER_FORMAT_H

#include "base/base.h"
#include "compare/compare.h"
#include "port/port.h"
#include "render/render.h"

/** Digits of a commit's id for a reader: as git abbreviates in a kernel. */
#define MD_ID_DIGITS 12

/** What follows a noun of which there are @count. */
static inline const char *md_plural(gsize count)
{
	return count == 1 ? "" : "s";
}

/** What has a line of its own under --stat. */
enum md_stat {
	MD_STAT_NONE,
	MD_STAT_FILE,
	MD_STAT_FUNCTION,
	MD_STAT_DIRECTORY,
};

struct md_render_settings {
	const struct md_format *format;
	gboolean color;
	enum md_stat stat;
	guint width;
};

/** One output format: what it appends to @out for each part of a result. */
struct md_format {
	const char *name;
	/* Before the files: header, rejects.  May be NULL, as the next ones; without it and
	 * the next the format has none for comparisons. */
	void (*begin)(GString *out, const struct md_comparison *comparison,
		      const struct md_render_settings *settings);
	/* @first: for no file before was anything appended. */
	void (*file)(GString *out, const struct md_comparison *comparison,
		     const struct md_file_comparison *file, gboolean first,
		     const struct md_render_settings *settings);
	void (*end)(GString *out, const struct md_comparison *comparison,
		    const struct md_render_settings *settings);
};

extern const struct md_format md_format_text;
extern const struct md_format md_format_unified;
extern const struct md_format md_format_jsonl;
extern const struct md_format md_format_html;
extern const struct md_format md_format_sarif;
extern const struct md_format md_format_markdown;
extern const struct md_format md_format_dot; /* of a lockup alone */

/** TRUE where the line of a column with @mark is in this version. */
static inline gboolean md_mark_is_in(md_mark mark, guint projection)
{
	return md_mark_projections(mark) >> projection & 1;
}

/**
 * The mark under which a reader sees a line. What upstream moved is gone from
 * its old place and new at the other, but for what the downstream did to it;
 * what the downstream moved is the same in both patches.
 */
static inline md_mark md_mark_for_reader(md_mark mark)
{
	md_mark pair = mark % MD_MARKS;

	if (mark & MD_MARK_MOVED)
		return pair == MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM)
			       ? MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_DOWNSTREAM)
			       : MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_CONTEXT);
	if ((mark & MD_MARK_HERE) && (pair == MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_CONTEXT) ||
				      pair == MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_CONTEXT)))
		return MD_MARK(MD_SIGN_ABSENT, MD_SIGN_CONTEXT);
	return pair;
}

/** The mark of a line as if nothing had moved: what is where it stands. */
static inline md_mark md_mark_of_place(md_mark mark)
{
	return mark & MD_MARK_HERE ? MD_MARK(MD_SIGN_ABSENT, md_mark_sign(mark, MD_NEW))
				   : mark % MD_MARKS;
}

/** In text numbers stand beside the marks: a line that the downstream moved is new here. */
static inline md_mark md_mark_in_text(md_mark mark)
{
	return mark & MD_MARK_MOVED ? md_mark_of_place(mark) : md_mark_for_reader(mark);
}

/** '+' or '-' where a line with @mark was asked for, ' ' where it is context. */
static inline char md_mark_sign_if(md_mark mark, guint32 shown)
{
	return shown & MD_BIT(mark % MD_MARKS) ? md_mark_shown(mark) : ' ';
}

/**
 * What @region is known by from one run to the next, whatever moves it: hexadecimal digits, and
 * "-2" behind those of the second like it. @shown are the marks that were asked for; @seen, a
 * table of owned strings and counts, keeps those of the regions of @file before it.
 */
char *md_region_fingerprint(const struct md_file_comparison *file,
			    const struct md_file_region *region, guint32 shown, GHashTable *seen);

/** The ledger as JSON Lines: @port is a struct md_port, @revert a struct md_revert. */
void md_jsonl_ledger(GString *out, const void *port);
void md_jsonl_revert(GString *out, const void *revert);

/** The hunks of a struct md_port that a person must look at, as SARIF. */
void md_sarif_ledger(GString *out, const void *port);

/** @text as UTF-8: itself, or read as Latin-1. */
char *md_text_to_utf8(struct md_slice text, gboolean latin1);

#endif
