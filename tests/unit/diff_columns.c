/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks, classes and functions on texts small enough to check by eye: each
 * letter of a version is one line. The old place of a line that upstream
 * moved is in parentheses.
 */
#include "diff/diff.h"

#include <string.h>

struct example {
	const char *name;
	const char *version[MD_VERSIONS]; /* NULL: no such file */
	const char *columns;		  /* "X:++" a column, in order */
	const char *classes;		  /* of the regions, separated by blanks */
};

static const struct example examples[] = {
	{ "nothing", { "ab", "ab", "ab", "ab" }, "a:   b:  ", "" },
	{ "carried", { "ab", "axb", "ab", "axb" }, "a:   x:++ b:  ", "" },
	{ "deletion carried", { "adb", "ab", "adb", "ab" }, "a:   d:-- b:  ", "" },
	{ "upstream", { "adb", "adb", "aub", "aub" }, "a:   d: . u:.  b:  ", "" },
	{ "adopted", { "ab", "axb", "axb", "axb" }, "a:   x:+  b:  ", "" },
	{ "deletion adopted", { "adb", "ab", "ab", "ab" }, "a:   d:-. b:  ", "" },
	{ "added", { "ab", "ab", "ab", "axb" }, "a:   x:.+ b:  ", "added" },
	{ "removed", { "adb", "adb", "adb", "ab" }, "a:   d: - b:  ", "removed" },
	{ "dropped", { "ab", "axb", "ab", "ab" }, "a:   x:+. b:  ", "dropped" },
	{ "restored", { "adb", "ab", "adb", "adb" }, "a:   d:-  b:  ", "restored" },
	{ "declined", { "ab", "ab", "aub", "ab" }, "a:   u:.- b:  ", "declined" },
	{ "held", { "adb", "adb", "ab", "adb" }, "a:   d: + b:  ", "held" },
	{ "reversed", { "ab", "axb", "axb", "ab" }, "a:   x:+- b:  ", "mixed" },
	{ "revived", { "adb", "ab", "ab", "adb" }, "a:   d:-+ b:  ", "mixed" },
	{ "modified", { "ab", "axb", "ab", "ayb" }, "a:   x:+. y:.+ b:  ", "modified" },
	{ "replaced line rewritten",
	  { "adb", "axb", "adb", "ayb" },
	  "a:   d:-- x:+. y:.+ b:  ",
	  "modified" },
	{ "adapted", { "adb", "axb", "aub", "ayb" }, "a:   d:-. u:.- x:+. y:.+ b:  ", "adapted" },
	{ "replaced for the first time",
	  { "adb", "adb", "adb", "ayb" },
	  "a:   d: - y:.+ b:  ",
	  "mixed" },
	{ "two regions", { "ab", "axb", "ab", "aby" }, "a:   x:+. b:   y:.+", "dropped added" },
	{ "file added", { NULL, NULL, NULL, "xy" }, "x:.+ y:.+", "added" },
	{ "file dropped", { NULL, "xy", NULL, NULL }, "x:+. y:+.", "dropped" },
	{ "file adopted", { NULL, "xy", "xy", "xy" }, "x:+  y:+ ", "" },
	{ "file held", { "xy", "xy", NULL, "xy" }, "x: + y: +", "held" },
	/* Upstream moved "abc" behind "defgh": one change, wherever it is. */
	{ "carried along",
	  { "abcdefgh", "axbcdefgh", "defghabc", "defghaxbc" },
	  "(a) (x) (b) (c) d:   e:   f:   g:   h:   a:   x:++ b:   c:  ",
	  "" },
	{ "deletion carried along",
	  { "abcdefgh", "acdefgh", "defghabc", "defghac" },
	  "(a) (b) (c) d:   e:   f:   g:   h:   a:   b:-- c:  ",
	  "" },
	{ "modified on the way",
	  { "abcdefgh", "axbcdefgh", "defghabc", "defghaybc" },
	  "(a) (x) (b) (c) d:   e:   f:   g:   h:   a:   x:+. y:.+ b:   c:  ",
	  "modified" },
	{ "dropped on the way",
	  { "abcdefgh", "axbcdefgh", "defghabc", "defghabc" },
	  "(a) (x) (b) (c) d:   e:   f:   g:   h:   a:   x:+. b:   c:  ",
	  "dropped" },
	{ "added on the way",
	  { "abcdefgh", "abcdefgh", "defghabc", "defghaybc" },
	  "(a) (b) (c) d:   e:   f:   g:   h:   a:   y:.+ b:   c:  ",
	  "added" },
	{ "removed at its new place",
	  { "abcdefgh", "axbcdefgh", "defghabc", "defghaxb" },
	  "(a) (x) (b) (c) d:   e:   f:   g:   h:   a:   x:++ b:   c: -",
	  "removed" },
	{ "adopted at another place",
	  { "abcdefgh", "axbcdefgh", "abcdefghx", "abcdefghx" },
	  "a:   (x) b:   c:   d:   e:   f:   g:   h:   x:+ ",
	  "" },
	/* No line of a base came along: the downstream's own doing, see moves.c. */
	{ "moved by the downstream",
	  { "abcdefgh", "axbcdefgh", "abcdefghu", "abcdefgxhu" },
	  "a:   x:+. b:   c:   d:   e:   f:   g:   x:.+ h:   u:. ",
	  "dropped added" },
	{ "upstream moved on around it",
	  { "abcdef", "abcxdef", "abuudef", "abuuxdef" },
	  "a:   b:   c: . u:.  u:.  x:++ d:   e:   f:  ",
	  "" },
};

/* One letter a line. */
static GString *spell(const char *letters)
{
	GString *text = g_string_new(NULL);

	for (; *letters; letters++)
		g_string_append_printf(text, "%c is a telling line\n", *letters);
	return text;
}

static void test_example(const void *data)
{
	const struct example *example = data;
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autoptr(GString) seen = g_string_new(NULL), classes = g_string_new(NULL);
	g_autoptr(GArray) regions = NULL;
	GString *spelled[MD_VERSIONS] = { NULL };
	struct md_slice text[MD_VERSIONS] = { 0 };
	struct md_columns columns;
	struct md_walk walk = { 0 };

	for (int version = 0; version < MD_VERSIONS; version++) {
		if (example->version[version] == NULL)
			continue;
		spelled[version] = spell(example->version[version]);
		text[version] = (struct md_slice){ spelled[version]->str, spelled[version]->len };
	}
	md_diff_compute(workspace, text, MD_SPACE_EXACT, &columns);
	while (walk.column < columns.count) {
		char letter = md_walk_text(&walk, &columns).data[0];
		md_mark mark = columns.mark[walk.column];

		g_string_append(seen, seen->len ? " " : "");
		if (mark & MD_MARK_AWAY)
			g_string_append_printf(seen, "(%c)", letter);
		else
			g_string_append_printf(seen, "%c:%s", letter, md_mark_info(mark)->text);
		md_walk_next(&walk, &columns);
	}
	g_assert_cmpstr(seen->str, ==, example->columns);
	regions = md_regions_find(&columns, md_mark_set_shown(), 3);
	for (guint i = 0; i < regions->len; i++)
		g_string_append_printf(
			classes, "%s%s", i ? " " : "",
			md_class_name(g_array_index(regions, struct md_region, i).class));
	g_assert_cmpstr(classes->str, ==, example->classes);
	for (int version = 0; version < MD_VERSIONS; version++) {
		if (spelled[version] != NULL)
			g_string_free(spelled[version], TRUE);
	}
}

static gsize count_shown(const char *old_line, const char *new_line, enum md_space space)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	const struct md_slice old_text = { old_line, strlen(old_line) };
	const struct md_slice text[MD_VERSIONS] = {
		old_text, old_text, old_text, { new_line, strlen(new_line) }
	};
	struct md_columns columns;
	gsize shown = 0;

	md_diff_compute(workspace, text, space, &columns);
	for (gsize i = 0; i < columns.count; i++)
		shown += md_mark_shown(columns.mark[i]) != ' ';
	return shown;
}

static void test_spaces(void)
{
	g_assert_cmpuint(count_shown("a b\n", "a  b \n", MD_SPACE_EXACT), ==, 2);
	g_assert_cmpuint(count_shown("a b\n", "a \t b \n", MD_SPACE_CHANGE), ==, 0);
	g_assert_cmpuint(count_shown("a b\n", "a b\r\n", MD_SPACE_CHANGE), ==, 0);
	g_assert_cmpuint(count_shown("a b\n", "ab\n", MD_SPACE_CHANGE), ==, 2);
	g_assert_cmpuint(count_shown("a b\n", "ab\n", MD_SPACE_ALL), ==, 0);
	g_assert_cmpuint(count_shown("a b\n", "ac\n", MD_SPACE_ALL), ==, 2);
}

/* A closing brace that stands once in both texts says nothing of where it belongs. */
static void test_brace_is_no_anchor(void)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	const struct md_slice before = MD_SLICE_LITERAL("}\nalpha();\n");
	const struct md_slice after = MD_SLICE_LITERAL("alpha();\n}\n");
	const struct md_slice text[MD_VERSIONS] = { before, before, before, after };
	struct md_columns columns;

	md_diff_compute(workspace, text, MD_SPACE_EXACT, &columns);
	g_assert_cmpuint(columns.count, ==, 3);
	g_assert_cmpuint(columns.mark[1], ==, MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_CONTEXT));
}

/* Where a change could stand at several places: the new text, and the lines that are shown. */
static void test_tidy(void)
{
	static const struct {
		const char *before, *after, *shown;
	} places[] = {
		{ "int a()\n{\n}\n\nint c()\n{\n}\n",
		  "int a()\n{\n}\n\nint b()\n{\n}\n\nint c()\n{\n}\n", "int b()\n{\n}\n\n" },
		{ "\tif (a) {\n\t\tx();\n\t}\n\tend();\n",
		  "\tif (a) {\n\t\tx();\n\t}\n\tif (b) {\n\t\ty();\n\t}\n\tend();\n",
		  "\tif (b) {\n\t\ty();\n\t}\n" },
		{ "\tf();\n\n\tg();\n", "\tf();\n\n\th();\n\n\tg();\n", "\th();\n\n" },
		{ "a\na\na\n", "a\na\na\na\n", "a\n" },
	};
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		const struct md_slice before = { places[i].before, strlen(places[i].before) };
		const struct md_slice text[MD_VERSIONS] = {
			before, before, before, { places[i].after, strlen(places[i].after) }
		};
		g_autoptr(GString) shown = g_string_new(NULL);
		struct md_columns columns;
		struct md_walk walk = { 0 };

		md_diff_compute(workspace, text, MD_SPACE_EXACT, &columns);
		md_columns_tidy(&columns);
		for (; walk.column < columns.count; md_walk_next(&walk, &columns)) {
			struct md_slice line = md_walk_text(&walk, &columns);

			if (md_mark_shown(columns.mark[walk.column]) != ' ')
				g_string_append_len(shown, line.data, (gssize)line.size);
		}
		g_assert_cmpstr(shown->str, ==, places[i].shown);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strconcat("/diff/columns/", examples[i].name, NULL);

		g_test_add_data_func(path, &examples[i], test_example);
	}
	g_test_add_func("/diff/spaces", test_spaces);
	g_test_add_func("/diff/brace-is-no-anchor", test_brace_is_no_anchor);
	g_test_add_func("/diff/tidy", test_tidy);
	return g_test_run();
}
