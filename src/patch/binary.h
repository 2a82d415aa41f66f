/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Git's binary patches: how content is packed into lines and out of them. */
#ifndef MD_PATCH_BINARY_H
#define MD_PATCH_BINARY_H

#include "patch/patch.h"

/** Appends @content deflated and in base 85, with its "literal" or "delta" line. */
void md_binary_print(GString *out, GBytes *content, gboolean is_delta);

/**
 * Inflates @packed, which must give exactly @size bytes.  NULL where it does
 * not, or where @size is more than we take.
 */
GBytes *md_binary_inflate(const GByteArray *packed, gsize size);

/** Appends the bytes of one line of base 85; FALSE when it is malformed. */
gboolean md_binary_decode_line(struct md_slice line, GByteArray *to);

/** What @delta makes of @source; NULL when it is not made for it. */
GBytes *md_binary_apply_delta(struct md_slice source, struct md_slice delta);

/** Git's id of @content as a file, zeros for NULL; the caller owns it. */
char *md_patch_blob_id(GBytes *content);

/** Whether @id, which may be short, is git's id of @content as a file. */
gboolean md_binary_has_id(struct md_slice content, const char *id);

#endif
