/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which strip a patch was made for. */
#ifndef MD_PATCH_STRIP_H
#define MD_PATCH_STRIP_H

#include "patch/state.h"

/** The number of folders to drop with which most files of @patch are there. */
guint md_strip_find(struct md_patched *patched, const struct md_patch *patch);

#endif
