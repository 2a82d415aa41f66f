/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --format=unified, reversed, applies exactly to the new downstream. */
#include "carry.h"
#include "quadruple.h"
#include "tree/tree.h"

#define QUADRUPLES 3000

static void test_reverse_gives_carried(const void *data)
{
	struct vocabulary vocabulary = { g_rand_new_with_seed((guint32)g_test_rand_int()),
					 (guint)GPOINTER_TO_SIZE(data), 0 };

	for (guint i = 0; i < QUADRUPLES; i++) {
		struct md_slice text[MD_VERSIONS];
		guint32 mode[MD_VERSIONS];
		struct quadruple quadruple;

		quadruple_make(&quadruple, &vocabulary);
		for (enum md_version version = 0; version < MD_VERSIONS; version++) {
			text[version] = (struct md_slice){ quadruple.text[version]->str,
							   quadruple.text[version]->len };
			/* One in ten is missing, one in ten executable. */
			if (g_rand_int_range(vocabulary.rand, 0, 10) == 0)
				text[version].data = NULL, text[version].size = 0;
			mode[version] = g_rand_int_range(vocabulary.rand, 0, 10) == 0
						? MD_MODE_EXECUTABLE
						: MD_MODE_FILE;
		}
		assert_reverse_gives_carried(text, mode);
		quadruple_clear(&quadruple);
	}
	g_rand_free(vocabulary.rand);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/render/unified/lines-that-recur", GSIZE_TO_POINTER(3),
			     test_reverse_gives_carried);
	g_test_add_data_func("/render/unified/some-that-recur", GSIZE_TO_POINTER(40),
			     test_reverse_gives_carried);
	g_test_add_data_func("/render/unified/distinct-lines", GSIZE_TO_POINTER(0),
			     test_reverse_gives_carried);
	return g_test_run();
}
