/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a crash and trees to suspects: the steps, in their order. */
#include "suspect/suspect.h"

#include <string.h>

#include "suspect/commits.h"
#include "suspect/ground.h"

static void fill_places(struct md_suspects *suspects, const struct md_evidence *evidence,
			const GArray *placed)
{
	for (guint i = 0; i < evidence->interests->len; i++) {
		const struct md_interest *interest =
			&g_array_index(evidence->interests, struct md_interest, i);
		struct md_place *place;

		if (interest->role != MD_ROLE_FRAME)
			break;
		place = &g_array_index(suspects->places, struct md_place, interest->frame);
		place->path = g_strdup(interest->path);
		place->line = (guint)interest->lines[MD_NEW].first + (interest->path != NULL);
		place->others = g_array_index(placed, struct md_placed, interest->frame).others;
		place->change = interest->change;
		place->hand = interest->hand;
	}
}

/* Everything but the memory that is freed whatever happens. */
static gboolean find(struct md_suspects *suspects, struct md_evidence *evidence,
		     struct md_ground *ground, GError **error)
{
	g_autoptr(GArray) placed = NULL;

	if (!md_ground_init(ground, error))
		return FALSE;
	placed = md_frames_place(ground, error);
	if (placed == NULL || !md_evidence_gather(evidence, ground, placed, error))
		return FALSE;
	suspects->compared = md_ground_is_compared(ground);
	fill_places(suspects, evidence, placed);
	md_suspects_rank(suspects, evidence, ground);
	return md_commits_rank(suspects, evidence, ground->settings, ground->hooks, error);
}

struct md_suspects *md_suspects_find(const struct md_report *report,
				     struct md_tree *const tree[MD_VERSIONS],
				     const struct md_suspect_settings *settings,
				     const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_suspects) suspects = md_suspects_empty(report);
	__attribute__((cleanup(md_evidence_clear))) struct md_evidence evidence;
	__attribute__((cleanup(md_ground_clear))) struct md_ground ground = {
		.report = report,
		.tree = suspects->tree,
		.settings = settings,
		.hooks = hooks,
	};

	memcpy(suspects->tree, tree, sizeof(suspects->tree));
	g_array_set_size(suspects->places, report->frames->len);
	md_evidence_init(&evidence, report);
	if (!find(suspects, &evidence, &ground, error))
		return NULL;
	return g_steal_pointer(&suspects);
}

struct md_suspects *md_suspects_new(const struct md_log *log, gsize report,
				    struct md_tree *const tree[MD_VERSIONS],
				    const struct md_suspect_settings *settings,
				    const struct md_hooks *hooks, GError **error)
{
	return md_suspects_find(g_ptr_array_index(md_log_reports(log), report), tree, settings,
				hooks, error);
}
