/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page, into which the records of any result go.  Private to the room. */
#ifndef MD_RENDER_HTML_H
#define MD_RENDER_HTML_H

#include "render/crash.h"
#include "render/lockup.h"

/** The beginning of a page; @view, a name of ours, is what page/main.js shows it as. */
void md_page_begin(GString *out, const char *view, const char *title);
/** Whole records of --format=jsonl, as many as one likes. */
void md_page_append(GString *out, const GString *records);
void md_page_end(GString *out);

void md_crash_html(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		   const struct md_lockup *lockup, const char *const *revert,
		   const struct md_render_settings *settings);
void md_lockup_html(GString *out, const struct md_lockup *lockup,
		    const struct md_render_settings *settings);

#endif
