/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats of a crash share.  Private to the room. */
#ifndef MD_RENDER_CRASH_H
#define MD_RENDER_CRASH_H

#include "render/format.h"

#include "crash/crash.h"
#include "lockup/lockup.h"
#include "suspect/suspect.h"

/** All its digits, leading zeros too; NULL where there is no word. The caller owns it. */
char *md_word_text(struct md_word word);

/** Where frame @index of @report is; NULL where @suspects, which may be NULL, does not say. */
const struct md_place *md_suspects_place(const struct md_suspects *suspects,
					 const struct md_report *report, gsize index);

/** Whether lines are those of definitions alone: no debug information told the very ones. */
gboolean md_crash_begins_only(const struct md_report *report, const struct md_suspects *suspects);

/**
 * The command that takes the suspects back out, word by word (of char *, owned); NULL where there
 * is none: nothing to name, no sources in @revert, which may be NULL, or one that no line can say.
 */
GPtrArray *md_crash_command(const struct md_suspects *suspects, const char *const *revert);

/**
 * The report that was looked into, or without trees is to be looked at first; NULL where the log
 * has none.
 */
const struct md_report *md_crash_main(const struct md_log *log, const struct md_suspects *suspects);

/** The same as a shell takes it; a new string, or NULL. */
char *md_crash_command_line(const struct md_suspects *suspects, const char *const *revert);

/** What is known of a report as text, but for its head; @suspects may be NULL. */
void md_crash_report_text(GString *out, const struct md_report *report,
			  const struct md_suspects *suspects,
			  const struct md_render_settings *settings);

void md_crash_markdown(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		       const struct md_lockup *lockup, const char *const *revert,
		       const struct md_render_settings *settings);
void md_crash_sarif(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		    const struct md_lockup *lockup, const char *const *revert,
		    const struct md_render_settings *settings);
void md_crash_jsonl(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		    const struct md_lockup *lockup, const char *const *revert,
		    const struct md_render_settings *settings);

#endif
