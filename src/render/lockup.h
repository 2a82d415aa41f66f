/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats of a lockup share.  Private to the room. */
#ifndef MD_RENDER_LOCKUP_H
#define MD_RENDER_LOCKUP_H

#include "render/format.h"

#include "lockup/lockup.h"

/** TRUE where it waits for something that another task gives: no sleep, no I/O, no wait queue. */
gboolean md_lockup_waits_for_lock(const struct md_lockup_task *task);

/** The tasks in knots: a set of their indexes, as pointers. */
GHashTable *md_lockup_knotted(const struct md_lockup *lockup);

/** What is wanted, where no lock is known by name: "a mutex", "time to pass"; a new string. */
char *md_lock_unnamed(enum md_lock_kind kind);
/** Who waits for whom, in a line: "qemu-kvm (pid 16359) waits for itself"; a new string. */
char *md_knot_title(const struct md_lockup *lockup, const struct md_knot *knot);

/** The deadlocks, a line or two each, for who asked for something else. */
void md_lockup_in_short(GString *out, const struct md_lockup *lockup,
			const struct md_render_settings *settings);
/** The records of the deadlocks and of the tasks in them alone. */
void md_lockup_knots_jsonl(GString *out, const struct md_lockup *lockup);

/** Its tasks with what they hold and want, and the functions between; no head, no reasons. */
void md_knot_text(GString *out, const struct md_lockup *lockup, const struct md_knot *knot,
		  const struct md_render_settings *settings);

void md_lockup_markdown(GString *out, const struct md_lockup *lockup,
			const struct md_render_settings *settings);
void md_lockup_sarif(GString *out, const struct md_lockup *lockup,
		     const struct md_render_settings *settings);
void md_lockup_jsonl(GString *out, const struct md_lockup *lockup,
		     const struct md_render_settings *settings);
void md_lockup_dot(GString *out, const struct md_lockup *lockup,
		   const struct md_render_settings *settings);

#endif
