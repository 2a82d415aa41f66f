/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binary content as git writes it in a patch.  Private to the room. */
#ifndef MD_RENDER_BINARY_H
#define MD_RENDER_BINARY_H

#include "base/base.h"

/** Appends a "GIT binary patch" of two literals: @newest, and @before to go back. */
void md_binary_append(GString *out, struct md_slice before, struct md_slice newest);

#endif
