/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_LOCKUP_INTERNAL_H
#define MD_LOCKUP_INTERNAL_H

#include "lockup/lockup.h"

struct md_lockup_settings {
	guint jobs; /* 0: one a core */
	gboolean cache;
};

/** A result with nothing in it. */
struct md_lockup *md_lockup_empty(void);

#endif
