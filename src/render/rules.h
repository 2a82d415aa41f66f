/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a comparison finds, explained.  Private to the room. */
#ifndef MD_RENDER_RULES_H
#define MD_RENDER_RULES_H

#include "render/format.h"

struct md_rule {
	const char *id;	     /* a class of regions, or what md_file_finding() gives, or "reject" */
	const char *level;   /* how much a maintainer should care: "error", "warning", "note" */
	const char *meaning; /* half a sentence, for a summary */
	const char *detail;  /* sentences: what that is */
	const char *advice;  /* sentences: what to do about it */
};

/** All rules, those of classes first and in their order: an index below the count is a class. */
const struct md_rule *md_rules(guint *count);
const struct md_rule *md_rule_of_class(enum md_class class);
/** The rule of a name that md_rule.id has. */
const struct md_rule *md_rule_by_id(const char *id);

/** TRUE for the two classes of what a rebase does by accident. */
gboolean md_class_is_dangerous(enum md_class class);
/** TRUE where @region is of such a class, or is a mixed one with lines of such. */
gboolean md_region_is_dangerous(const struct md_file_region *region, guint32 shown);

/** How many lines of @class there are that have one of @marks. */
gsize md_class_lines(const struct md_comparison *comparison, enum md_class class, guint32 marks);

#endif
