/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the content of a tree follows from, without reading it: the key of a cache that is
 * never stale.
 *
 * Of files on disk that is what make and git's index go by: size, times, number. It tells a
 * change, but for one of the same size within the same tick of the clock that a file system
 * stamps with. So a file that was changed that shortly before it was looked at has no
 * fingerprint, as git's index does not trust an entry that is not older than the index.
 */
#include "tree/source.h"

#include <string.h>
#include <sys/stat.h>

/* The coarsest clock of a file system: FAT counts in steps of two seconds. */
#define TICK_NANOSECONDS ((gint64)2 * 1000 * 1000 * 1000)

static gint64 nanoseconds(struct timespec time)
{
	return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

gint64 md_stat_modified(const struct stat *status)
{
	return nanoseconds(status->st_mtim);
}

gint64 md_stat_changed(const struct stat *status)
{
	return nanoseconds(status->st_ctim);
}

gboolean md_time_is_young(gint64 time, gint64 now)
{
	return time >= now * 1000 - TICK_NANOSECONDS;
}

void md_checksum_number(GChecksum *checksum, gint64 number)
{
	gint64 bytes = GINT64_TO_LE(number);

	g_checksum_update(checksum, (const guchar *)&bytes, sizeof(bytes));
}

void md_checksum_text(GChecksum *checksum, const char *text)
{
	g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

gboolean md_tree_fingerprint(struct md_tree *tree, GChecksum *checksum,
			     const struct md_hooks *hooks)
{
	return tree->ops->fingerprint != NULL && tree->ops->fingerprint(tree, checksum, hooks);
}
