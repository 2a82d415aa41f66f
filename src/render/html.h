/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pages of a crash and of a lockup; that of a comparison is a format.  Private to the room. */
#ifndef MD_RENDER_HTML_H
#define MD_RENDER_HTML_H

#include "render/crash.h"
#include "render/lockup.h"

void md_crash_html(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		   const struct md_lockup *lockup, const char *const *revert,
		   const struct md_render_settings *settings);
void md_lockup_html(GString *out, const struct md_lockup *lockup,
		    const struct md_render_settings *settings);

#endif
