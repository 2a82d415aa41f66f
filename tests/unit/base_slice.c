/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be asked of slices. */
#include "base/base.h"

#include <string.h>

/* Random pieces, valid or not, at every distance from each other: GLib is the judge. */
static void test_utf8(void)
{
	static const char *const pieces[] = {
		"a",	"plain text ", "\xc3\xa9",     "\xe2\x82\xac", "\xf0\x9f\x90\xa7", "\x7f",
		"\xe9", "\xc3",	       "\xed\xa0\x80", "\xc0\xaf",     "\xf4\x90\x80\x80", "\xff",
	};
	const guint good = 6; /* the first are valid */
	guint valid = 0, rounds = 20000;
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (guint round = 0; round < rounds; round++) {
		/* Half of the texts have no bad piece, or few would be valid. */
		guint kinds = round % 2 ? good : G_N_ELEMENTS(pieces);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *copy = NULL;
		gboolean expected;

		for (gint i = g_rand_int_range(rand, 0, 12); i > 0; i--)
			g_string_append(text, pieces[g_rand_int_range(rand, 0, (gint32)kinds)]);
		g_string_truncate(text, text->len - MIN(text->len, round % 3));
		expected = g_utf8_validate(text->str, (gssize)text->len, NULL);
		/* Of its own size: what is read behind it is found by the sanitizers. */
		copy = g_memdup2(text->str, text->len);
		g_assert_cmpint(md_slice_is_utf8((struct md_slice){ copy, text->len }), ==,
				expected);
		valid += expected;
	}
	g_assert_cmpuint(valid, >, rounds / 4);
	g_assert_cmpuint(valid, <, rounds * 3 / 4);
	g_assert_true(md_slice_is_utf8((struct md_slice){ NULL, 0 }));
}

static void test_printable(void)
{
	static const struct {
		const char *text, *line, *lines;
	} rows[] = {
		{ "plain\ttext, \xc3\xa9", "plain\ttext, \xc3\xa9", "plain\ttext, \xc3\xa9" },
		{ "a\nb\r\n", "a^Jb^M^J", "a\nb^M\n" },
		{ "\033[31m\177", "^[[31m^?", "^[[31m^?" },
		{ "\xc2\x9b[2J", "<9B>[2J", "<9B>[2J" },
		{ "\xe2\x80\xae turned", "<202E> turned", "<202E> turned" },
		{ "a\xe2\x80\xa8 line", "a<2028> line", "a<2028> line" },
		{ "\xf3\xa0\x81\x81", "<E0041>", "<E0041>" },
		{ "\x9b[2J", "\xef\xbf\xbd[2J", "\xef\xbf\xbd[2J" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *text = rows[i].text;
		g_autofree char *line = md_text_printable(text, strlen(text), FALSE);
		g_autofree char *lines = md_text_printable(text, strlen(text), TRUE);

		g_assert_cmpstr(line, ==, rows[i].line);
		g_assert_cmpstr(lines, ==, rows[i].lines);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/utf8", test_utf8);
	g_test_add_func("/base/printable", test_printable);
	return g_test_run();
}
