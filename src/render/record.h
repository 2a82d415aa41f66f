/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of JSON Lines: what all that prints them is made of.  Private to the room. */
#ifndef MD_RENDER_RECORD_H
#define MD_RENDER_RECORD_H

#include "render/format.h"

#include "crash/crash.h"

#include <json-glib/json-glib.h>

/** Begins an object of that type; the caller ends it and appends it. */
void md_record_begin(JsonBuilder *builder, const char *type);
/** Appends the object as a line and makes @builder ready for the next. */
void md_record_append(GString *out, JsonBuilder *builder);

/**
 * A member; NULL is null. @value is whatever bytes the user typed or a file had, and a name that
 * was found in one has: what is not UTF-8 is written as U+FFFD.
 */
void md_record_string(JsonBuilder *builder, const char *name, const char *value);
void md_record_count(JsonBuilder *builder, const char *name, gsize value);
void md_record_flag(JsonBuilder *builder, const char *name, gboolean value);
/** An array of strings of whatever bytes. */
void md_record_strings(JsonBuilder *builder, const char *name, const GPtrArray *strings);

/** -1 is null. */
void md_record_number(JsonBuilder *builder, const char *name, gint64 number);
/** All its digits; null where there is no word. */
void md_record_word(JsonBuilder *builder, const char *name, struct md_word word);
/**
 * The members of a frame, in the object that the caller began; @path and @line, from 1, are where
 * it is in the source, NULL and 0 where only the frame itself can say.
 */
void md_record_frame(JsonBuilder *builder, const struct md_frame *frame, const char *path,
		     guint line);

#endif
