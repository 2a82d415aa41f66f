/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to look for suspects. */
#include "suspect/internal.h"

struct md_suspect_settings *md_suspect_settings_new(void)
{
	struct md_suspect_settings *settings = g_new0(struct md_suspect_settings, 1);

	settings->history = TRUE;
	return settings;
}

void md_suspect_settings_free(struct md_suspect_settings *settings)
{
	g_free(settings);
}

void md_suspect_settings_set_jobs(struct md_suspect_settings *settings, guint jobs)
{
	settings->jobs = jobs;
}

void md_suspect_settings_set_history(struct md_suspect_settings *settings, gboolean history)
{
	settings->history = history;
}

void md_suspect_settings_set_upstream(struct md_suspect_settings *settings, struct md_tree *since,
				      struct md_tree *later)
{
	settings->since = since;
	settings->later = later;
}
