/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results become bytes here and nowhere else.  Each format is a table of
 * functions over the result; nothing below includes this room.
 */
#ifndef MD_RENDER_H
#define MD_RENDER_H

#include <metadiff/render.h>

#endif
