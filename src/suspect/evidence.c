/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a crash has to do with: the functions of its stack, what these use, and
 * the words of its assertion and of the machine.
 */
#include "suspect/evidence.h"

#include "suspect/internal.h"

static void interest_clear(void *data)
{
	struct md_interest *interest = data;

	g_free(interest->name);
	g_free(interest->path);
	g_free(interest->old_path);
}

static void add_frames(struct md_evidence *evidence)
{
	const GPtrArray *frames = evidence->report->frames;

	for (guint i = 0; i < frames->len; i++) {
		struct md_interest interest = {
			.role = MD_ROLE_FRAME,
			.name = md_frame_source_name(g_ptr_array_index(frames, i)),
			.frame = i,
			.weight = md_frame_nearness(evidence->report, i),
		};

		if (interest.name != NULL)
			g_array_append_val(evidence->interests, interest);
	}
}

void md_evidence_init(struct md_evidence *evidence, const struct md_report *report)
{
	evidence->report = report;
	evidence->interests = g_array_new(FALSE, TRUE, sizeof(struct md_interest));
	g_array_set_clear_func(evidence->interests, interest_clear);
	add_frames(evidence);
}

void md_evidence_clear(struct md_evidence *evidence)
{
	g_clear_pointer(&evidence->interests, g_array_unref);
}
