/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the operators of an expression stand, from its tokens alone: no node is made here.
 */
#include "code/builder.h"

gboolean md_part_is_one_of(const struct md_part *part, const char *const *words, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (md_part_is(part, words[i]))
			return TRUE;
	}
	return FALSE;
}

static gboolean is_assignment(const struct md_part *part)
{
	static const char *const words[] = { "=",  "+=", "-=", "*=",  "/=", "%=",
					     "|=", "&=", "^=", "<<=", ">>=" };

	return md_part_is_one_of(part, words, G_N_ELEMENTS(words));
}

static const struct md_comparison_operator comparisons[] = {
	{ "==", "==", MD_VALUE_ZERO },
	{ "!=", "==", MD_VALUE_TRUE },
	{ "<=", ">", MD_VALUE_NEGATIVE | MD_VALUE_ZERO },
	{ ">=", "<", MD_VALUE_ZERO | MD_VALUE_POSITIVE },
	{ "<", "<", MD_VALUE_NEGATIVE },
	{ ">", ">", MD_VALUE_POSITIVE },
};

const struct md_comparison_operator *md_comparison_operator_find(const struct md_part *part)
{
	for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++) {
		if (md_part_is(part, comparisons[i].text))
			return &comparisons[i];
	}
	return NULL;
}

struct md_survey md_survey_of(const struct md_builder *builder, guint first, guint end)
{
	struct md_survey survey = { end, end, end, end, end };

	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (part->kind != MD_PART_OPERATOR)
			continue;
		if (md_part_opens(part)) {
			i = md_builder_closing(builder, i, end);
		} else if (is_assignment(part)) {
			survey.assign = i;
			return survey;
		} else if (part->character == '?') {
			survey.question = i;
			return survey;
		} else if (md_part_is(part, "||")) {
			survey.either = MIN(survey.either, i);
		} else if (md_part_is(part, "&&") && i > first) {
			survey.both = MIN(survey.both, i);
		} else if (md_comparison_operator_find(part) != NULL) {
			survey.compare = MIN(survey.compare, i);
		}
	}
	return survey;
}

gboolean md_builder_is_group(const struct md_builder *builder, guint first, guint end)
{
	return end > first + 1 && md_builder_is_at(builder, first, end, "(") &&
	       md_part_at(builder->parts, first)->partner == end - 1;
}

guint md_builder_behind_cast(const struct md_builder *builder, guint first, guint end)
{
	guint close;

	if (!md_builder_is_at(builder, first, end, "("))
		return first;
	close = md_builder_closing(builder, first, end);
	for (guint i = first + 1; i < close; i++) {
		if (md_part_at(builder->parts, i)->kind != MD_PART_WORD &&
		    !md_builder_is_at(builder, i, close, "*"))
			return first;
	}
	if (close + 1 >= end || close == first + 1)
		return first;
	/* (a) (b) calls a; (a *)(b) does not. */
	if (md_builder_is_word(builder, close + 1, end) ||
	    (md_builder_is_at(builder, close - 1, close, "*")))
		return close + 1;
	return first;
}

guint md_builder_colon(const struct md_builder *builder, guint first, guint end)
{
	guint nested = 0;

	for (guint i = first; i < end; i++) {
		const struct md_part *part = md_part_at(builder->parts, i);

		if (md_part_opens(part))
			i = md_builder_closing(builder, i, end);
		else if (md_part_is(part, "?"))
			nested++;
		else if (md_part_is(part, ":") && nested-- == 0)
			return i;
	}
	return end;
}

guint md_builder_target(const struct md_builder *builder, guint first, guint end)
{
	guint last = end;

	for (guint i = first; i < end; i++) {
		if (md_part_opens(md_part_at(builder->parts, i)))
			i = md_builder_closing(builder, i, end);
		else if (md_builder_is_word(builder, i, end))
			last = i;
	}
	/* "struct rq *rq": a word, then perhaps stars, then the name. */
	for (guint i = last; i > first && last < end;) {
		i--;
		if (md_builder_is_word(builder, i, end))
			return last;
		if (!md_builder_is_at(builder, i, end, "*"))
			break;
	}
	return first;
}
