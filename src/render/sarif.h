/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the results in SARIF share, whatever they are of.  Private to the room. */
#ifndef MD_RENDER_SARIF_H
#define MD_RENDER_SARIF_H

#include "render/record.h"
#include "render/rules.h"

/**
 * Begins a document with one run of @command ("compare") that knows @count @rules. The caller may
 * add members of the run, and then opens its results.
 */
void md_sarif_begin(JsonBuilder *builder, const char *command, const struct md_rule *rules,
		    guint count);
void md_sarif_open_results(GString *out, JsonBuilder *builder);
/** Ends the document. */
void md_sarif_end(GString *out);

/**
 * Begins a result under @rule, of @rules, and says how grave it is: @level, or NULL for that of
 * the rule. @text is a message without markup.
 */
void md_sarif_begin_result(JsonBuilder *builder, const struct md_rule *rules,
			   const struct md_rule *rule, const char *level, const char *text);
/** Ends it and appends it as a line; @first is FALSE where one stands before it. */
void md_sarif_end_result(GString *out, JsonBuilder *builder, gboolean first);

/** A message object as the member @name; what SARIF would take for markup in @text is escaped. */
void md_sarif_message(JsonBuilder *builder, const char *name, const char *text);

/**
 * Begins a location; the caller ends the object. @path are bytes of a file name: relative ones lie
 * in the tree of that id ("%SRCROOT%"), or where it is NULL in the folder that the user is in.
 * @line, from 1, and @end, the last one, may be 0: the whole file.
 */
void md_sarif_begin_location(JsonBuilder *builder, const char *path, const char *base, gsize line,
			     gsize end);

#endif
