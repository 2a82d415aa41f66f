/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carrying a patch: three texts in (separated by a line "====" each; a text
 * "absent" is no file), both kinds of conflicts, and what is printed must make
 * of the new base what was carried.
 */
#include "ported.h"
#include "tree/tree.h"

#include <string.h>

static const char separator[] = "====\n";

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const guint32 mode[MD_MERGE_TEXTS] = { MD_MODE_FILE, MD_MODE_FILE, MD_MODE_FILE };
	struct md_slice text[MD_MERGE_TEXTS], rest = { (const char *)data, size };

	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++) {
		const char *end =
			rest.size ? memmem(rest.data, rest.size, separator, strlen(separator))
				  : NULL;

		text[i] = (struct md_slice){ rest.size ? rest.data : "", rest.size };
		if (end != NULL)
			text[i].size = (gsize)(end - rest.data);
		rest.data += text[i].size + (end ? strlen(separator) : 0);
		rest.size -= text[i].size + (end ? strlen(separator) : 0);
		if (md_slice_equal(text[i], MD_SLICE_LITERAL("absent")))
			text[i] = (struct md_slice){ NULL, 0 };
	}
	port_and_assert(text, mode, "diff3", NULL);
	port_and_assert(text, mode, "rej", NULL);
	return 0;
}
