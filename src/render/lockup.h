/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats of a lockup share.  Private to the room. */
#ifndef MD_RENDER_LOCKUP_H
#define MD_RENDER_LOCKUP_H

#include "render/format.h"

#include "lockup/lockup.h"

/** TRUE where it waits for something that another task gives: no sleep, no I/O, no wait queue. */
gboolean md_lockup_waits_for_lock(const struct md_lockup_task *task);

/** The deadlocks, a line or two each, for who asked for something else. */
void md_lockup_in_short(GString *out, const struct md_lockup *lockup,
			const struct md_render_settings *settings);
/** The records of the deadlocks alone. */
void md_lockup_knots_jsonl(GString *out, const struct md_lockup *lockup);

void md_lockup_jsonl(GString *out, const struct md_lockup *lockup,
		     const struct md_render_settings *settings);
void md_lockup_dot(GString *out, const struct md_lockup *lockup,
		   const struct md_render_settings *settings);

#endif
