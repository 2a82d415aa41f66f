/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole comparison: four texts in (separated by a line "====" each; a
 * text "absent" is no file), every format printed, and the law of
 * --format=unified asserted.
 */
#include "carry.h"
#include "tree/tree.h"

#include <string.h>

static const char separator[] = "====\n";

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const guint32 mode[MD_VERSIONS] = { MD_MODE_FILE, MD_MODE_FILE, MD_MODE_FILE,
						   MD_MODE_FILE };
	struct md_slice text[MD_VERSIONS], rest = { (const char *)data, size };

	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		const char *end =
			rest.size ? memmem(rest.data, rest.size, separator, strlen(separator))
				  : NULL;

		text[version] = (struct md_slice){ rest.size ? rest.data : "", rest.size };
		if (end != NULL)
			text[version].size = (gsize)(end - rest.data);
		rest.data += text[version].size + (end ? strlen(separator) : 0);
		rest.size -= text[version].size + (end ? strlen(separator) : 0);
		if (md_slice_equal(text[version], MD_SLICE_LITERAL("absent")))
			text[version] = (struct md_slice){ NULL, 0 };
	}
	assert_reverse_gives_carried(text, mode);
	return 0;
}
