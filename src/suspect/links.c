/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the stack came about: who called whom, through functions that have no frame.
 *
 * Room code finds the ways from a frame to the one inside it (ways.c); of these the likeliest is
 * the chain. A call in a chain that was not made before is new: this very stack could not have
 * been. Of a pointer that cannot be told: who put the function there did so elsewhere.
 */
#include "suspect/ground.h"

#include <string.h>

static const struct md_interest *interest_at(const struct md_evidence *evidence, guint index)
{
	return &g_array_index(evidence->interests, struct md_interest, index);
}

/* The interest of the next frame outside of interest @inner, on its stack; FALSE: there is none. */
static gboolean find_outer(const struct md_evidence *evidence, guint inner, guint *outer)
{
	const GPtrArray *frames = evidence->report->frames;
	const struct md_interest *callee = interest_at(evidence, inner);
	const struct md_frame *frame = g_ptr_array_index(frames, callee->frame);

	for (guint i = inner + 1; i < evidence->interests->len && frame->reliable; i++) {
		const struct md_interest *caller = interest_at(evidence, i);
		const struct md_frame *other = g_ptr_array_index(frames, caller->frame);

		if (!other->reliable || g_strcmp0(other->stack, frame->stack) != 0)
			continue;
		*outer = i;
		return caller->path != NULL && strcmp(caller->name, callee->name) != 0;
	}
	return FALSE;
}

/* The interest in a function on the way from @outer, which is made where there is none. */
static guint interest_of(struct md_evidence *evidence, guint outer, const struct md_way *way,
			 guint distance)
{
	const struct md_way_step *step = g_ptr_array_index(way->steps, distance);
	struct md_interest between = { .role = MD_ROLE_BETWEEN, .distance = distance };

	if (distance == 0)
		return outer;
	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *known = interest_at(evidence, i);

		if (strcmp(known->name, step->symbol) == 0 &&
		    g_strcmp0(known->path, step->path) == 0)
			return i;
	}
	between.name = g_strdup(step->symbol);
	between.path = g_strdup(step->path);
	between.frame = interest_at(evidence, outer)->frame;
	between.weight = interest_at(evidence, outer)->weight;
	g_array_append_val(evidence->interests, between);
	return evidence->interests->len - 1;
}

/* Every call of the likeliest way from @outer to @inner, the inner first. */
static void add_links(struct md_evidence *evidence, struct md_locks *locks, guint outer,
		      guint inner)
{
	const struct md_interest *caller = interest_at(evidence, outer);
	const struct md_interest *callee = interest_at(evidence, inner);
	const struct md_frame *frame = g_ptr_array_index(evidence->report->frames, caller->frame);
	struct md_spot from = { caller->name, caller->path, 0, frame->offset, frame->size };
	struct md_spot to = { callee->name, callee->path, 0, MD_FRAME_UNKNOWN, MD_FRAME_UNKNOWN };
	const GPtrArray *ways = md_locks_ways(locks, &from, &to);
	const struct md_way *way = ways->len > 0 ? g_ptr_array_index(ways, 0) : NULL;
	struct md_link link = { .callee = inner };

	for (guint i = way != NULL ? way->steps->len : 0; i-- > 0;) {
		const struct md_way_step *step = g_ptr_array_index(way->steps, i);

		link.caller = interest_of(evidence, outer, way, i);
		if (!step->pointer)
			g_array_append_val(evidence->links, link);
		link.callee = link.caller;
	}
}

/* Whether the caller did not call this before, or was not there. */
static gboolean is_fresh(struct md_ground *ground, const struct md_evidence *evidence,
			 const struct md_link *link)
{
	const struct md_interest *caller = interest_at(evidence, link->caller);
	const struct md_file *file;
	g_autoptr(GString) text = NULL;
	g_autoptr(GArray) uses = NULL;

	if (caller->change == MD_CHANGE_NEW)
		return TRUE;
	if (caller->change != MD_CHANGE_MODIFIED || caller->old_path == NULL)
		return FALSE;
	file = md_source_file(ground->source[ground->oldest], caller->old_path);
	text = file ? md_file_text_of(file, caller->name) : g_string_new(NULL);
	uses = md_code_uses((struct md_slice){ text->str, text->len });
	return text->len > 0 &&
	       md_uses_find(uses, interest_at(evidence, link->callee)->name) == NULL;
}

gboolean md_links_find(struct md_evidence *evidence, struct md_ground *ground, GError **error)
{
	MD_AUTOPTR(md_locks) locks = md_locks_new(ground->source[ground->newest]);
	guint frames = evidence->interests->len, outer;

	for (guint i = 0; i < frames; i++) {
		if (find_outer(evidence, i, &outer) && outer < frames)
			add_links(evidence, locks, outer, i);
	}
	if (!md_changes_find(ground, evidence->interests, frames, error))
		return FALSE;
	for (guint i = 0; i < evidence->links->len; i++) {
		struct md_link *link = &g_array_index(evidence->links, struct md_link, i);

		link->fresh = is_fresh(ground, evidence, link);
	}
	return TRUE;
}
