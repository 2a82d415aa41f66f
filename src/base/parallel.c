/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop over all cores.  The workers take the next index from a shared
 * counter, so a few large items do not leave the other threads idle.
 */
#include "base/base.h"

struct parallel {
	gsize count;
	md_parallel_work work;
	void *data;
	const struct md_hooks *hooks;
	const char *phase;
	GMutex lock; /* of all below, and around the hooks */
	gsize next;
	gsize done;
	gint64 reported; /* when the hook was called last, in microseconds */
	GError *error;	 /* the first one; the others are dropped */
};

/* Ten times a second is as often as a person can read. */
#define REPORT_INTERVAL (G_USEC_PER_SEC / 10)

/* Takes the lock: gives an index to work on, or FALSE when there is none. */
static gboolean take(struct parallel *parallel, gboolean finished_one, gsize *index)
{
	gint64 now = g_get_monotonic_time();
	gboolean more;

	g_mutex_lock(&parallel->lock);
	parallel->done += finished_one;
	if (finished_one && parallel->error == NULL &&
	    now - parallel->reported >= REPORT_INTERVAL) {
		parallel->reported = now;
		md_hooks_progress(parallel->hooks, parallel->phase, parallel->done, parallel->count,
				  &parallel->error);
	}
	more = parallel->error == NULL && parallel->next < parallel->count;
	if (more)
		*index = parallel->next++;
	g_mutex_unlock(&parallel->lock);
	return more;
}

static void *worker(void *data)
{
	struct parallel *parallel = data;
	gboolean finished_one = FALSE;
	gsize index;

	while (take(parallel, finished_one, &index)) {
		GError *error = NULL;

		finished_one = TRUE;
		if (parallel->work(index, parallel->data, &error))
			continue;
		g_mutex_lock(&parallel->lock);
		if (parallel->error == NULL)
			parallel->error = g_steal_pointer(&error);
		g_mutex_unlock(&parallel->lock);
		g_clear_error(&error);
	}
	return NULL;
}

gboolean md_parallel_for(gsize count, guint jobs, md_parallel_work work, void *data,
			 const struct md_hooks *hooks, const char *phase, GError **error)
{
	struct parallel parallel = {
		.count = count,
		.work = work,
		.data = data,
		.hooks = hooks,
		.phase = phase,
	};
	g_autoptr(GPtrArray) threads = g_ptr_array_new();

	if (jobs == 0)
		jobs = g_get_num_processors();
	g_mutex_init(&parallel.lock);
	/* The calling thread is one of the workers; it does all where no other starts. */
	for (gsize i = 1; i < MIN(jobs, count); i++) {
		GThread *thread = g_thread_try_new("metadiff", worker, &parallel, NULL);

		if (thread == NULL)
			break;
		g_ptr_array_add(threads, thread);
	}
	worker(&parallel);
	for (guint i = 0; i < threads->len; i++)
		g_thread_join(g_ptr_array_index(threads, i));
	g_mutex_clear(&parallel.lock);
	if (parallel.error != NULL) {
		g_propagate_error(error, parallel.error);
		return FALSE;
	}
	return TRUE;
}
