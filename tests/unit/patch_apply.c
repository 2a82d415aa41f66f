/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applying through the door: random edits there and back again, many patches
 * to one file, binary patches that git wrote, and what each setting is for.
 */
#include "patch_fixture.h"

#define ROUNDS 2000

/* Edits a file at random, and writes the edit as a patch with full context. */
static void random_edit(GString *before, GString *after, GString *patch)
{
	g_autoptr(GString) hunk = g_string_new(NULL);
	int lines = g_test_rand_int_range(0, 30), old_count = 0, new_count = 0;
	gboolean changed = FALSE;

	for (int i = 0; i < lines || !changed; i++) {
		const char sign =
			" -+"[g_test_rand_int_range(0, 10) > 6 ? g_test_rand_int_range(1, 3) : 0];
		g_autofree char *line = g_strdup_printf("line %d\n", g_test_rand_int_range(0, 5));

		changed |= sign != ' ';
		if (sign != '+')
			g_string_append(before, line);
		if (sign != '-')
			g_string_append(after, line);
		old_count += sign != '+';
		new_count += sign != '-';
		g_string_append_printf(hunk, "%c%s", sign, line);
	}
	g_string_append_printf(patch, "--- a/f\n+++ b/f\n@@ -%d,%d +%d,%d @@\n%s", old_count > 0,
			       old_count, new_count > 0, new_count, hunk->str);
}

static void check_applied(GString *before, struct md_patch *patch, GString *after)
{
	g_autoptr(GHashTable) files = memory_new();
	const struct md_patch_base base = memory_base(files);
	const struct md_apply_settings settings = { .strip = 1 };
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autofree char *found = NULL;

	memory_add(files, "f", 0100644, before->str, (gssize)before->len);
	g_assert_true(md_patched_apply(patched, patch, &settings, rejects, NULL, NULL));
	g_assert_cmpuint(rejects->len, ==, 0);
	found = patched_content(patched, "f");
	g_assert_cmpstr(found, ==, after->str);
}

static void test_there_and_back(void)
{
	for (gsize i = 0; i < ROUNDS; i++) {
		g_autoptr(GString) before = g_string_new(NULL);
		g_autoptr(GString) after = g_string_new(NULL);
		g_autoptr(GString) text = g_string_new(NULL);
		MD_AUTOPTR(md_patch) patch = NULL;

		random_edit(before, after, text);
		patch = parse_good(text->str);
		check_applied(before, patch, after);
		md_patch_reverse(patch);
		check_applied(after, patch, before);
	}
}

/* Ten thousand entries for one file: seconds if anything were done anew. */
static void test_many_patches(void)
{
	g_autoptr(GHashTable) files = memory_new();
	MD_AUTOPTR(md_patched) patched = NULL;
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *content = NULL;

	for (int i = 0; i < 10000; i++)
		g_string_append_printf(text,
				       "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n+new %d\n %s %d\n"
				       " %s %d\n",
				       i, i > 0 ? "new" : "old", i > 0 ? i - 1 : 0,
				       i > 1 ? "new" : "old", i > 1 ? i - 2 : 1 - i);
	memory_add(files, "f", 0100755, "old 0\nold 1\n", -1);
	patched = apply_text(files, text->str, 0, rejects);
	g_assert_cmpuint(rejects->len, ==, 0);
	content = patched_content(patched, "f");
	g_assert_true(g_str_has_prefix(content, "new 9999\nnew 9998\n"));
	g_assert_true(g_str_has_suffix(content, "new 0\nold 0\nold 1\n"));
}

/* A hunk that fits nowhere in ten megabytes of the same line. */
static void test_failing_hunk(void)
{
	g_autoptr(GHashTable) files = memory_new();
	MD_AUTOPTR(md_patched) patched = NULL;
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autoptr(GString) content = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new("--- a/f\n+++ b/f\n@@ -1000,401 +1000,402 @@\n");
	const struct md_reject *reject;

	for (int i = 0; i < 400000; i++)
		g_string_append(content, "\treturn some_function();\n");
	for (int i = 0; i < 200; i++)
		g_string_append(text, " \treturn some_function();\n");
	g_string_append(text, "-\treturn another_function();\n+x\n+y\n");
	for (int i = 0; i < 200; i++)
		g_string_append(text, " \treturn some_function();\n");
	memory_add(files, "f", 0100644, content->str, (gssize)content->len);
	patched = apply_text(files, text->str, 2, rejects);
	g_assert_cmpuint(rejects->len, ==, 1);
	reject = g_ptr_array_index(rejects, 0);
	g_assert_cmpstr(reject->hunk, ==, "@@ -1000,401 +1000,402 @@");
	g_assert_cmpuint(reject->place, ==, 3);
	g_assert_true(g_str_has_prefix(reject->reason, "context changed at line "));
}

/* What `git diff --binary --full-index` wrote: a literal, there and back. */
static const char binary_patch[] =
	"diff --git a/f b/f\n"
	"index 96db3e1c616a9650209b6a2491a6a663261c7edf..e7baee6654364d5147a097cf5bcbd199c2f8cd3f "
	"100644\n"
	"GIT binary patch\n"
	"literal 8\n"
	"PcmYdHN@l32tWpF33~&Oo\n"
	"\n"
	"literal 7\n"
	"OcmYdHN@hq&O#=W4MFLg;\n"
	"\n";

static void check_binary(struct md_patch *patch, struct md_slice before, struct md_slice after)
{
	g_autoptr(GHashTable) files = memory_new();
	const struct md_patch_base base = memory_base(files);
	const struct md_apply_settings settings = { .strip = 1 };
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	g_autoptr(GPtrArray) rejects = rejects_new();
	struct md_patched_file file;
	struct md_slice found;

	memory_add(files, "f", 0100644, before.data, (gssize)before.size);
	g_assert_true(md_patched_apply(patched, patch, &settings, rejects, NULL, NULL));
	g_assert_cmpuint(rejects->len, ==, 0);
	g_assert_true(md_patched_get(patched, "f", &file));
	found = md_slice_from_bytes(file.content);
	g_assert_cmpmem(found.data, found.size, after.data, after.size);
}

static void test_binary(void)
{
	static const struct md_slice before = MD_SLICE_LITERAL("abc\0def");
	static const struct md_slice after = MD_SLICE_LITERAL("abc\0xyz!");
	MD_AUTOPTR(md_patch) patch = parse_good(binary_patch);
	MD_AUTOPTR(md_patch) printed = NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	check_binary(patch, before, after);
	md_patch_print(patch, text);
	printed = parse_good(text->str);
	check_binary(printed, before, after);
	md_patch_reverse(patch);
	check_binary(patch, after, before);
}

/* `git diff --irreversible-delete` cannot be undone, and never makes an empty file. */
static void test_irreversible(void)
{
	g_autoptr(GHashTable) files = memory_new();
	const struct md_patch_base base = memory_base(files);
	const struct md_apply_settings settings = { .strip = 1 };
	MD_AUTOPTR(md_patch)
	patch = parse_good("diff --git a/f b/f\ndeleted file mode 100644\n"
			   "index 587be6b..0000000\n");
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	g_autoptr(GPtrArray) rejects = rejects_new();
	struct md_patched_file file;

	md_patch_reverse(patch);
	g_assert_true(md_patched_apply(patched, patch, &settings, rejects, NULL, NULL));
	g_assert_cmpuint(rejects->len, ==, 1);
	g_assert_false(md_patched_get(patched, "f", &file));
}

static void test_paths(void)
{
	MD_AUTOPTR(md_patch)
	patch = parse_good("--- a/x/f\n+++ b/x/f\n@@ -1 +1 @@\n-x\n+y\n"
			   "--- /dev/null\n+++ b/../g\n@@ -0,0 +1 @@\n+y\n");
	g_autoptr(GPtrArray) one = md_patch_paths(patch, 1);
	g_autoptr(GPtrArray) any = md_patch_paths(patch, MD_STRIP_FIND);

	g_assert_cmpuint(one->len, ==, 1);
	g_assert_cmpstr(one->pdata[0], ==, "x/f");
	/* a/x/f b/x/f x/f f, and of the second what is left without "..": g */
	g_assert_cmpuint(any->len, ==, 5);
}

/* A state that was asked for stays as it is told: touched files alone, sorted. */
static void test_untouched(void)
{
	g_autoptr(GHashTable) files = memory_new();
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autoptr(GPtrArray) paths = NULL;
	MD_AUTOPTR(md_patched) patched = NULL;
	struct md_patched_file file;

	memory_add(files, "f", 0100644, "x\n", -1);
	memory_add(files, "g", 0100644, "x\n", -1);
	patched = apply_text(files,
			     "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n"
			     "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-z\n+y\n",
			     0, rejects);
	g_assert_cmpuint(rejects->len, ==, 1);
	g_assert_false(md_patched_get(patched, "f", &file));
	paths = md_patched_paths(patched);
	g_assert_cmpuint(paths->len, ==, 1);
	g_assert_cmpstr(paths->pdata[0], ==, "g");
}

static gboolean refuse_read(void *data, const char *path, struct md_patched_file *file,
			    GError **error)
{
	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: disk on fire", path);
	return FALSE;
}

static gboolean refuse_progress(void *data, const char *phase, guint64 done, guint64 total)
{
	return FALSE;
}

static void test_errors(void)
{
	const struct md_patch_base base = { .read = refuse_read, .exists = memory_exists };
	const struct md_apply_settings settings = { .strip = 1 };
	const struct md_hooks hooks = { .progress = refuse_progress };
	MD_AUTOPTR(md_patch) patch = parse_good("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n");
	g_autoptr(GHashTable) files = memory_new();
	const struct md_patch_base failing = { base.read, base.exists, files };
	MD_AUTOPTR(md_patched) patched = md_patched_new(&failing);
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(md_patched_apply(patched, patch, &settings, rejects, NULL, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_SYSTEM);
	g_clear_error(&error);
	g_assert_false(md_patched_apply(patched, patch, &settings, rejects, &hooks, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_CANCELLED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/patch/apply/there-and-back", test_there_and_back);
	g_test_add_func("/patch/apply/many-patches", test_many_patches);
	g_test_add_func("/patch/apply/failing-hunk", test_failing_hunk);
	g_test_add_func("/patch/apply/binary", test_binary);
	g_test_add_func("/patch/apply/irreversible", test_irreversible);
	g_test_add_func("/patch/apply/paths", test_paths);
	g_test_add_func("/patch/apply/untouched", test_untouched);
	g_test_add_func("/patch/apply/errors", test_errors);
	return g_test_run();
}
