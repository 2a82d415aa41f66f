/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a crash and trees to suspects: the steps, in their order. */
#include "suspect/suspect.h"

#include <string.h>

#include "suspect/evidence.h"
#include "suspect/internal.h"

struct md_suspects *md_suspects_find(const struct md_report *report,
				     struct md_tree *const tree[MD_VERSIONS],
				     const struct md_suspect_settings *settings,
				     const struct md_hooks *hooks, GError **error)
{
	MD_AUTOPTR(md_suspects) suspects = md_suspects_empty(report);
	__attribute__((cleanup(md_evidence_clear))) struct md_evidence evidence;

	memcpy(suspects->tree, tree, sizeof(suspects->tree));
	md_evidence_init(&evidence, report);
	g_array_set_size(suspects->places, report->frames->len);
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
