/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random small quadruples of texts. */
#include "quadruple.h"

void quadruple_clear(struct quadruple *quadruple)
{
	for (int version = 0; version < MD_VERSIONS; version++)
		g_string_free(quadruple->text[version], TRUE);
}

static GPtrArray *random_lines(struct vocabulary *vocabulary, guint most)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	guint count = (guint)g_rand_int_range(vocabulary->rand, 0, (gint32)most + 1);

	for (guint i = 0; i < count; i++) {
		guint word = vocabulary->letters
				     ? (guint)g_rand_int_range(vocabulary->rand, 0,
							       (gint32)vocabulary->letters)
				     : vocabulary->made++;

		g_ptr_array_add(lines, g_strdup_printf("line %u\n", word));
	}
	return lines;
}

/* @from with some runs deleted and some lines put in. */
static GPtrArray *random_edit(struct vocabulary *vocabulary, const GPtrArray *from, guint percent)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i <= from->len; i++) {
		if ((guint)g_rand_int_range(vocabulary->rand, 0, 100) < percent) {
			g_autoptr(GPtrArray) more = random_lines(vocabulary, 4);

			for (guint j = 0; j < more->len; j++)
				g_ptr_array_add(lines, g_strdup(g_ptr_array_index(more, j)));
		}
		if (i < from->len && (guint)g_rand_int_range(vocabulary->rand, 0, 100) >= percent)
			g_ptr_array_add(lines, g_strdup(g_ptr_array_index(from, i)));
	}
	return lines;
}

static GString *join(struct vocabulary *vocabulary, const GPtrArray *lines)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < lines->len; i++)
		g_string_append(text, g_ptr_array_index(lines, i));
	/* Some files end without a newline. */
	if (text->len > 0 && vocabulary->letters && g_rand_int_range(vocabulary->rand, 0, 4) == 0)
		g_string_truncate(text, text->len - 1);
	return text;
}

void quadruple_make(struct quadruple *quadruple, struct vocabulary *vocabulary)
{
	guint percent = (guint)g_rand_int_range(vocabulary->rand, 0, 40);
	g_autoptr(GPtrArray) old_base = random_lines(vocabulary, 30);
	g_autoptr(GPtrArray) old_downstream = random_edit(vocabulary, old_base, percent);
	g_autoptr(GPtrArray) new_base = random_edit(vocabulary, old_base, percent);
	g_autoptr(GPtrArray) new_downstream = random_edit(
		vocabulary, g_rand_boolean(vocabulary->rand) ? new_base : old_downstream, percent);

	quadruple->text[MD_OLD_BASE] = join(vocabulary, old_base);
	quadruple->text[MD_OLD_DOWNSTREAM] = join(vocabulary, old_downstream);
	quadruple->text[MD_NEW_BASE] = join(vocabulary, new_base);
	quadruple->text[MD_NEW_DOWNSTREAM] = join(vocabulary, new_downstream);
}
