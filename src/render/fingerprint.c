/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a region is known by from one run to the next: by its file, its function and the lines
 * that are shown, not by where they stand.
 */
#include "render/format.h"

#include <string.h>

/* In digits of a SHA-256: chance makes two of 10,000 regions equal once in 10^11 comparisons. */
#define DIGITS 16

static void add_text(GChecksum *checksum, const char *text)
{
	/* With its NUL, so that no two lists of texts are alike. */
	if (text != NULL)
		g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

char *md_region_fingerprint(const struct md_file_comparison *file,
			    const struct md_file_region *region, guint32 shown, GHashTable *seen)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *digits = NULL;
	guint earlier;

	add_text(checksum, file->name);
	add_text(checksum, region->heading ? region->heading->name : "");
	for (gsize i = 0; i < region->count; i++) {
		if (md_mark_sign_if(region->mark[i], shown) == ' ')
			continue;
		add_text(checksum, md_mark_info(md_mark_for_reader(region->mark[i]))->text);
		g_checksum_update(checksum, (const guchar *)region->line[i].data,
				  (gssize)region->line[i].size);
	}
	digits = g_strndup(g_checksum_get_string(checksum), DIGITS);
	earlier = GPOINTER_TO_UINT(g_hash_table_lookup(seen, digits));
	g_hash_table_insert(seen, g_strdup(digits), GUINT_TO_POINTER(earlier + 1));
	return earlier > 0 ? g_strdup_printf("%s-%u", digits, earlier + 1)
			   : g_steal_pointer(&digits);
}
