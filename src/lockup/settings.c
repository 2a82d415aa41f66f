/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to look for deadlocks. */
#include "lockup/internal.h"

struct md_lockup_settings *md_lockup_settings_new(void)
{
	struct md_lockup_settings *settings = g_new0(struct md_lockup_settings, 1);

	settings->cache = TRUE;
	return settings;
}

void md_lockup_settings_free(struct md_lockup_settings *settings)
{
	g_free(settings);
}

void md_lockup_settings_set_jobs(struct md_lockup_settings *settings, guint jobs)
{
	settings->jobs = jobs;
}

void md_lockup_settings_set_cache(struct md_lockup_settings *settings, gboolean cache)
{
	settings->cache = cache;
}
