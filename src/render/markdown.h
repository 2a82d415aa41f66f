/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of strangers in Markdown, and how much of it a comment takes.  Private to the room. */
#ifndef MD_RENDER_MARKDOWN_H
#define MD_RENDER_MARKDOWN_H

#include "render/format.h"

/**
 * What a comment may have: hosts of code refuse one of more than 65,536 characters, of which some
 * is left for what the reader's own script puts around it. In bytes, which are no fewer.
 */
#define MD_COMMENT_SIZE 60000

/** Appends @text, of whatever bytes, as code on one line: nothing in it is markup or a mention. */
void md_markdown_code(GString *out, const char *text, gboolean latin1);
/** Appends lines as a block of code; @language, which may be "", is ours. Valid UTF-8. */
void md_markdown_block(GString *out, const char *language, const char *lines);

/**
 * Appends @entry where it leaves @room for what must follow; else FALSE, and @out is as it was.
 */
gboolean md_markdown_fit(GString *out, const GString *entry, gsize room);

#endif
