/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader of patches: each format, what stands around it, and each way to
 * be malformed with its message.
 */
#include "patch_fixture.h"

/* What a patch is in short: its files with kind, names, modes and hunks. */
static char *describe(const struct md_patch *patch)
{
	static const char kinds[] = { [MD_PATCH_MODIFY] = 'M',
				      [MD_PATCH_CREATE] = 'A',
				      [MD_PATCH_DELETE] = 'D',
				      [MD_PATCH_RENAME] = 'R',
				      [MD_PATCH_COPY] = 'C' };
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(patch->files, i);

		g_string_append_printf(out, "%c%s%s %s|%s", kinds[file->kind], file->git ? "g" : "",
				       file->binary ? "b" : "",
				       file->old_name ? file->old_name : "",
				       file->new_name ? file->new_name : "");
		if (file->old_mode != 0 || file->new_mode != 0)
			g_string_append_printf(out, " %o>%o", file->old_mode, file->new_mode);
		for (gsize j = 0; j < file->hunk_count; j++)
			g_string_append_printf(out, " -%zu,%zu+%zu,%zu", file->hunk[j].old_start,
					       file->hunk[j].old_count, file->hunk[j].new_start,
					       file->hunk[j].new_count);
		g_string_append_printf(out, " g%u @%zu\n", file->group, file->place);
	}
	return g_string_free(out, FALSE);
}

#define HUNK "@@ -1,2 +1,2 @@\n one\n-two\n+2\n"

/* Texts and what they hold; a table, for each is one line of the formats. */
static const struct {
	const char *name, *text, *expected;
} good_table[] = {
	{ "nothing", "just prose\n--- \nand a ruler\n", "" },
	{ "empty", "", "" },
	{ "unified", "--- a/f\n+++ b/f\n" HUNK, "M a/f|b/f -1,2+1,2 g0 @1\n" },
	{ "time", "--- a/my file\t2020-01-01 00:00:00 +0000\n+++ b/my file\t2020-01-02\n" HUNK,
	  "M a/my file|b/my file -1,2+1,2 g0 @1\n" },
	{ "time without a tab", "--- a/f 2020-01-01\n+++ b/f 2020-01-02\n" HUNK,
	  "M a/f|b/f -1,2+1,2 g0 @1\n" },
	{ "prose around",
	  "From: me\nSubject: x\n\nIndex: f\n--- not a header\ntext\n---\n f | 2 +-\n\n"
	  "diff -u a/f b/f\n--- a/f\n+++ b/f\n" HUNK "-- \n2.39\n\n",
	  "M a/f|b/f -1,2+1,2 g0 @11\n" },
	{ "two", "--- a/f\n+++ b/f\n" HUNK "--- a/g\n+++ b/g\n" HUNK,
	  "M a/f|b/f -1,2+1,2 g0 @1\nM a/g|b/g -1,2+1,2 g0 @7\n" },
	{ "created", "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n", "A |b/f -0,0+1,1 g0 @1\n" },
	{ "created at the epoch",
	  "--- a/f\t1970-01-01 01:00:00.000000000 +0100\n+++ b/f\t2020-01-01\n@@ -0,0 +1 @@\n+x\n",
	  "A a/f|b/f -0,0+1,1 g0 @1\n" },
	{ "was empty", "--- a/f\t2020-01-01\n+++ b/f\t2020-01-01\n@@ -0,0 +1 @@\n+x\n",
	  "M a/f|b/f -0,0+1,1 g0 @1\n" },
	{ "deleted", "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "D a/f| -1,1+0,0 g0 @1\n" },
	{ "no newline",
	  "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n"
	  "\\ No newline at end of file\n",
	  "M a/f|b/f -1,1+1,1 g0 @1\n" },
	{ "eaten blanks", "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n\n\ttab\n+x\n last\n",
	  "M a/f|b/f -1,3+1,4 g0 @1\n" },
	{ "comment in a hunk", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n# note\n-two\n+2\n",
	  "M a/f|b/f -1,2+1,2 g0 @1\n" },
	{ "header lines inside a hunk",
	  "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n--- a/g\n+++ b/g\n",
	  "M a/f|b/f -1,2+1,2 g0 @1\n" },
	{ "carriage returns", "--- a/f\r\n+++ b/f\r\n@@ -1,2 +1,2 @@\r\n one\r\n-two\r\n+2\r\n",
	  "M a/f|b/f -1,2+1,2 g0 @1\n" },
	{ "quoted", "--- \"a/\\303\\244\\t\\\"x\"\n+++ \"b/\\303\\244\\t\\\"x\"\n" HUNK,
	  "M a/\303\244\t\"x|b/\303\244\t\"x -1,2+1,2 g0 @1\n" },
	{ "git", "diff --git a/f b/f\nindex 0123abc..4567def 100644\n--- a/f\n+++ b/f\n" HUNK,
	  "Mg a/f|b/f 100644>100644 -1,2+1,2 g0 @1\n" },
	{ "git mode", "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
	  "Mg a/f|b/f 100644>100755 g0 @1\n" },
	{ "git created", "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n",
	  "Ag |b/f 0>100644 g0 @1\n" },
	{ "git deleted", "diff --git a/f b/f\ndeleted file mode 100644\nindex e69de29..0000000\n",
	  "Dg a/f| 100644>0 g0 @1\n" },
	{ "git rename",
	  "diff --git a/x y b/p q\nsimilarity index 100%\nrename from x y\nrename to p q\n",
	  "Rg a/x y|b/p q g0 @1\n" },
	{ "git copy, quoted",
	  "diff --git \"a/x\\ty\" b/z\nsimilarity index 100%\ncopy from \"x\\ty\"\ncopy to z\n",
	  "Cg a/x\ty|b/z g0 @1\n" },
	{ "git, blanks in one name", "diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n",
	  "Mg a/x y|b/x y 100644>100755 g0 @1\n" },
	{ "git in prose", "diff --git a/f b/f\nand that was it\n", "" },
	{ "git, no data",
	  "diff --git a/f b/f\nindex 1..2 100644\nBinary files a/f and b/f differ\n",
	  "Mgb a/f|b/f 100644>100644 g0 @1\n" },
	{ "binary notice", "Binary files a/f and /dev/null differ\n", "Mb a/f| g0 @1\n" },
	{ "git binary",
	  "diff --git a/f b/f\nindex 96db3e1..e7baee6 100644\nGIT binary patch\nliteral 8\n"
	  "PcmYdHN@l32tWpF33~&Oo\n\nliteral 7\nOcmYdHN@hq&O#=W4MFLg;\n\n",
	  "Mgb a/f|b/f 100644>100644 g0 @1\n" },
	{ "two mails",
	  "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n\n"
	  "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n-- \n2.39\n\n"
	  "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n\n"
	  "diff --git a/g b/g\nold mode 100644\nnew mode 100755\n",
	  "Mg a/f|b/f 100644>100755 g0 @3\nMg a/g|b/g 100644>100755 g1 @11\n" },
	{ "two git runs",
	  "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"
	  "diff --git a/f b/f\nold mode 100755\nnew mode 100644\n",
	  "Mg a/f|b/f 100644>100755 g0 @1\nMg a/f|b/f 100755>100644 g1 @4\n" },
	{ "context",
	  "*** a/f\tMon Jan  6 00:00:00 2020\n--- b/f\tMon Jan  6 00:00:01 2020\n"
	  "*************** int f(void)\n*** 1,4 ****\n  one\n! two\n- three\n  four\n"
	  "--- 1,4 ----\n  one\n! 2\n  four\n+ five\n",
	  "M a/f|b/f -1,4+1,4 g0 @1\n" },
	{ "context, only added",
	  "*** a/f\n--- b/f\n***************\n*** 1,2 ****\n--- 1,3 ----\n  one\n+ x\n  two\n",
	  "M a/f|b/f -1,2+1,3 g0 @1\n" },
	{ "context, only deleted",
	  "*** a/f\n--- b/f\n***************\n*** 1,3 ****\n  one\n- x\n  two\n--- 1,2 "
	  "----\ntext\n",
	  "M a/f|b/f -1,3+1,2 g0 @1\n" },
	{ "context, none around",
	  "*** a/f\n--- b/f\n***************\n*** 2 ****\n--- 3 ----\n+ x\n",
	  "M a/f|b/f -2,0+3,1 g0 @1\n" },
	{ "context, created",
	  "*** /dev/null\n--- b/f\n***************\n*** 0 ****\n--- 1,2 ----\n+ x\n+ y\n",
	  "A |b/f -0,0+1,2 g0 @1\n" },
	{ "quoted-printable mail",
	  "From: me\nContent-Transfer-Encoding: quoted-printable\n\nSome =\ntext\n--- a/f\n+++ "
	  "b/f\n"
	  "@@ -1,2 +1,2 @@\n one=20\n-two\n+2 =3D =C3=A4\n",
	  "M a/f|b/f -1,2+1,2 g0 @6\n" },
	{ "8 bit mail that says otherwise",
	  "Content-Transfer-Encoding: quoted-printable\n\n--- a/f\n+++ b/f\n" HUNK " x = y\n",
	  "M a/f|b/f -1,2+1,2 g0 @3\n" },
	{ "base64 mail",
	  "From: me\nContent-Transfer-Encoding: base64\n\n"
	  "LS0tIGEvZgorKysgYi9mCkBAIC0xLDIgKzEsMiBAQAogb25lCi10d28KKzIK\n",
	  "M a/f|b/f -1,2+1,2 g0 @4\n" },
};

static void test_formats(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(good_table); i++) {
		g_autoptr(GError) error = NULL;
		MD_AUTOPTR(md_patch) patch = parse_text(good_table[i].text, -1, &error);
		g_autofree char *found = NULL;

		g_test_message("%s", good_table[i].name);
		g_assert_no_error(error);
		found = describe(patch);
		g_assert_cmpstr(found, ==, good_table[i].expected);
	}
}

#define HEAD "--- a/f\n+++ b/f\n"

static const struct {
	const char *text, *message;
} bad_table[] = {
	{ HEAD "@@ -1,9 +1,9 @@\n one\n-two\n+2\n",
	  "fix.patch:3: the hunk is cut off: 7 of its lines are missing" },
	{ HEAD "@@ -1 +1 @@\n-x\n+y\ndiff -urNp a/kernel/fork.c b/ker",
	  "fix.patch:6: the patch is cut off in a header" },
	/* GNU patch would make two empty lines up. */
	{ HEAD "@@ -1,3 +1,4 @@\n one\n+x\n",
	  "fix.patch:3: the hunk is cut off: 2 of its lines are missing" },
	{ HEAD "@@ -1,2 +1,3 @@\n one\n-two\n",
	  "fix.patch:3: the hunk is cut off: 2 of its lines are missing" },
	{ HEAD "@@ -1,3 +1,3 @@\n one\n-two\n+2\nprose\n",
	  "fix.patch:7: the hunk of line 3 is shorter than its header says" },
	{ HEAD "@@ -1,1 +1,2 @@\n one\n-two\n",
	  "fix.patch:5: more '-' lines than the hunk header says" },
	{ HEAD "@@ -1,2 +1,1 @@\n one\n+two\n",
	  "fix.patch:5: more '+' lines than the hunk header says" },
	{ HEAD HUNK "+three\n", "fix.patch:7: the hunk is longer than its header says" },
	{ HEAD HUNK " three\n@@ -9 +9 @@\n-x\n+y\n",
	  "fix.patch:8: a hunk out of place: the one before is longer than its header says" },
	{ HEAD "@@ -1,2 +1,2 @@\n one\n two\n", "fix.patch:3: the hunk changes nothing" },
	{ HEAD "@@ -1,2 +1,2\n one\n", "fix.patch:3: malformed hunk header" },
	{ HEAD "@@ -0,2 +1,2 @@\n one\n", "fix.patch:3: malformed hunk header" },
	{ HEAD "@@ -99999999999999999999 +1 @@\n-x\n+y\n", "fix.patch:3: malformed hunk header" },
	{ HEAD "@@ -1,2147483647 +1,2147483647 @@\n-x\n+y\n",
	  "fix.patch:3: the hunk is cut off: 2147483646 of its lines are missing" },
	{ HEAD "@@ -1,2 +1,2 @@\n-one\n\\ No newline\n-two\n",
	  "fix.patch:5: lines follow the one without a newline" },
	{ HEAD, "fix.patch:1: the patch ends behind the names of a file" },
	{ "--- \"a/f\n+++ b/f\n" HUNK, "fix.patch:1: malformed quoted file name" },
	{ "--- \"a/\\000\"\n+++ b/f\n" HUNK, "fix.patch:1: malformed quoted file name" },
	{ "diff --git a/f b/f\nnew file mode 10064\n",
	  "fix.patch:2: malformed \"new file mode\" line" },
	{ "diff --git a/f b/f\nindex xyz\n", "fix.patch:2: malformed \"index\" line" },
	{ "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n",
	  "fix.patch:1: the header says that the file changes, but no hunk follows" },
	{ "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..1234567\n",
	  "fix.patch:1: the header says that the file changes, but no hunk follows" },
	{ "diff --git a/f b/g\nsimilarity index 90%\nrename from f\nrename to g\n",
	  "fix.patch:1: the header says that the file changes, but no hunk follows" },
	{ "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\nprose\n",
	  "fix.patch:3: no hunk follows the names of the file" },
	{ "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nprose\n",
	  "fix.patch:4: a binary patch without data" },
	{ "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral x\n",
	  "fix.patch:4: malformed binary patch size" },
	{ "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 1\nA\"\"\"\"\"\n\n",
	  "fix.patch:5: malformed line of a binary patch" },
	{ "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 9\nHcmV?d00001\n\n",
	  "fix.patch:4: the binary patch does not hold the 9 bytes it says" },
	{ "diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 99999999999\nHcmV?d00001\n\n",
	  "fix.patch:4: the binary patch does not hold the 99999999999 bytes it says" },
	{ "*** a/f\n--- b/f\n***************\n*** x ****\n", "fix.patch:4: malformed hunk header" },
	{ "*** a/f\n--- b/f\n***************\n*** 1,3 ****\n  one\n",
	  "fix.patch:6: the old lines of the hunk are fewer than it says" },
	{ "*** a/f\n--- b/f\n***************\n*** 1 ****\n! one\nprose\n",
	  "fix.patch:6: the hunk has no line \"--- FIRST,LAST ----\" here" },
	{ "*** a/f\n--- b/f\n***************\n*** 1 ****\n! one\n--- 1,3 ----\n! x\n",
	  "fix.patch:8: the new lines of the hunk are fewer than it says" },
	{ "*** a/f\n--- b/f\n***************\n*** 1,2 ****\n  one\n! two\n--- 1 ----\n! x\n",
	  "fix.patch:3: the old and new lines of the hunk do not fit together" },
	{ "Content-Transfer-Encoding: quoted-printable\n\nlong =\ntext\n" HEAD
	  "@@ -1,9 +1 @@\n-x\n",
	  "fix.patch:7: the hunk is cut off: 8 of its lines are missing" },
};

static void test_malformed(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(bad_table); i++) {
		g_autoptr(GError) error = NULL;
		MD_AUTOPTR(md_patch) patch = parse_text(bad_table[i].text, -1, &error);

		g_assert_null(patch);
		g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
		g_assert_cmpstr(error->message, ==, bad_table[i].message);
	}
}

/* Every cut of a patch is an error, or a patch, or no patch: never a crash. */
static void test_every_cut(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(good_table); i++) {
		for (gsize size = 0; size < strlen(good_table[i].text); size++) {
			g_autofree char *copy = g_strndup(good_table[i].text, size);

			md_patch_free(parse_text(copy, (gssize)size, NULL));
		}
	}
}

static void test_print_round_trip(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(good_table); i++) {
		MD_AUTOPTR(md_patch) patch = parse_text(good_table[i].text, -1, NULL);
		MD_AUTOPTR(md_patch) again = NULL;
		g_autoptr(GString) first = g_string_new(NULL);
		g_autoptr(GString) second = g_string_new(NULL);

		if (patch == NULL)
			continue;
		md_patch_print(patch, first);
		again = parse_good(first->str);
		md_patch_print(again, second);
		g_assert_cmpstr(first->str, ==, second->str);
		g_assert_cmpuint(patch->files->len, ==, again->files->len);
		g_assert_cmpuint(md_patch_hunk_count(patch), ==, md_patch_hunk_count(again));
		/* Turned around twice it is what it was. */
		md_patch_reverse(patch);
		md_patch_reverse(patch);
		g_string_truncate(second, 0);
		md_patch_print(patch, second);
		g_assert_cmpstr(first->str, ==, second->str);
	}
}

static void test_lines(void)
{
	MD_AUTOPTR(md_patch)
	patch = parse_good(
		"--- a/f\r\n+++ b/f\r\n@@ -1,3 +1,3 @@ int f(void)\r\n one\r\n\r\n-two\r\n"
		"\\ No newline at end of file\r\n+2\r\n");
	const struct md_patch_file *file = g_ptr_array_index(patch->files, 0);
	const struct md_hunk *hunk = file->hunk;
	static const struct {
		char sign;
		const char *text;
	} expected[] = { { ' ', "one\n" }, { ' ', "\n" }, { '-', "two" }, { '+', "2\n" } };

	g_assert_cmpmem(hunk->heading.data, hunk->heading.size, "int f(void)", 11);
	g_assert_cmpuint(hunk->line_count, ==, G_N_ELEMENTS(expected));
	g_assert_cmpuint(hunk->place, ==, 3);
	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_assert_cmpint(hunk->line[i].sign, ==, expected[i].sign);
		g_assert_cmpmem(hunk->line[i].text.data, hunk->line[i].text.size, expected[i].text,
				strlen(expected[i].text));
	}
}

static const struct {
	const char *name;
	guint strip;
	const char *path;
} strip_table[] = {
	{ "a/kernel/fork.c", 1, "kernel/fork.c" },
	{ "a/kernel/fork.c", 0, "a/kernel/fork.c" },
	{ "a/kernel/fork.c", 2, "fork.c" },
	{ "a/kernel/fork.c", 3, NULL },
	{ "a//kernel///fork.c", 1, "kernel/fork.c" },
	{ "./kernel/./fork.c", 0, "kernel/fork.c" },
	{ "/etc/passwd", 0, NULL },
	{ "/etc/passwd", 1, "etc/passwd" },
	{ "a/../etc/passwd", 1, NULL },
	{ "a/../etc/passwd", 2, "etc/passwd" },
	{ "a/x/..", 1, NULL },
	{ "a/..x", 1, "..x" },
	{ "a/", 1, NULL },
	{ "", 0, NULL },
	{ ".", 0, NULL },
};

static void test_strip(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(strip_table); i++) {
		g_autofree char *path =
			md_patch_strip_name(strip_table[i].name, strip_table[i].strip);

		g_assert_cmpstr(path, ==, strip_table[i].path);
	}
}

static void test_series(void)
{
	static const char text[] = "# all of it\nfirst.patch\r\n\n  sub/second#2.patch -p0 # why\n"
				   "third.patch -p 2 -R\nfourth.patch -pab\n\t# no\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) series =
		md_series_parse("series", (struct md_slice){ text, strlen(text) }, &error);
	static const struct md_series_entry expected[] = {
		{ (char *)"first.patch", 1, FALSE, 2 },
		{ (char *)"sub/second#2.patch", 0, FALSE, 4 },
		{ (char *)"third.patch", 2, TRUE, 5 },
		{ (char *)"fourth.patch", 1, FALSE, 6 },
	};

	g_assert_no_error(error);
	g_assert_cmpuint(series->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < series->len; i++) {
		const struct md_series_entry *entry =
			&g_array_index(series, struct md_series_entry, i);

		g_assert_cmpstr(entry->name, ==, expected[i].name);
		g_assert_cmpuint(entry->strip, ==, expected[i].strip);
		g_assert_cmpint(entry->reverse, ==, expected[i].reverse);
		g_assert_cmpuint(entry->place, ==, expected[i].place);
	}
}

static const struct {
	const char *text, *message;
} bad_series_table[] = {
	{ "a.patch\n../b.patch\n", "series:2: unsafe path \"../b.patch\"" },
	{ "/b.patch\n", "series:1: unsafe path \"/b.patch\"" },
	{ "a.patch -px\n", "series:1: \"-px\" is not a strip level" },
	{ "a.patch -p\n", "series:1: \"-p\" is not a strip level" },
	{ "a.patch -p99999999999\n", "series:1: \"-p99999999999\" is not a strip level" },
	{ "a.patch --fuzz=3\n", "series:1: unknown option \"--fuzz=3\"" },
};

static void test_bad_series(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(bad_series_table); i++) {
		const char *text = bad_series_table[i].text;
		g_autoptr(GError) error = NULL;
		g_autoptr(GArray) series =
			md_series_parse("series", (struct md_slice){ text, strlen(text) }, &error);

		g_assert_null(series);
		g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
		g_assert_cmpstr(error->message, ==, bad_series_table[i].message);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/patch/parse/formats", test_formats);
	g_test_add_func("/patch/parse/malformed", test_malformed);
	g_test_add_func("/patch/parse/every-cut", test_every_cut);
	g_test_add_func("/patch/parse/lines", test_lines);
	g_test_add_func("/patch/parse/strip", test_strip);
	g_test_add_func("/patch/print/round-trip", test_print_round_trip);
	g_test_add_func("/patch/series/good", test_series);
	g_test_add_func("/patch/series/bad", test_bad_series);
	return g_test_run();
}
