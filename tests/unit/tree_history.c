/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commit brought a line, or took it: histories made up commit by commit,
 * whole and broken ones, and a law on random ones.
 */
#include "tree_fixture.h"

struct fixture {
	char *work;
	git_repository *repository;
	git_odb *odb;
};

static struct fixture fixture_new(void)
{
	struct fixture fixture = { fixture_begin() };

	fixture.repository = git_begin(fixture.work);
	git_check(git_repository_odb(&fixture.odb, fixture.repository));
	return fixture;
}

static void fixture_free(struct fixture *fixture)
{
	git_odb_free(fixture->odb);
	git_repository_free(fixture->repository);
	fixture_end(fixture->work);
}

/* The files of a commit: paths and contents in turn. */
static git_oid write_tree(struct fixture *fixture, const char *const *file)
{
	git_index *index;
	git_oid id;

	git_check(git_index_new(&index));
	for (; file[0] != NULL; file += 2)
		git_add(fixture->repository, index, file[0], MD_MODE_FILE, file[1],
			strlen(file[1]));
	git_check(git_index_write_tree_to(&id, index, fixture->repository));
	git_index_free(index);
	return id;
}

/* A commit as bytes, so that nothing has to be right about it. */
static git_oid commit_tree(struct fixture *fixture, const char *tree, const char *subject,
			   gint64 time, const git_oid *parent, gsize parents)
{
	g_autoptr(GString) text = g_string_new(NULL);
	git_oid id;

	g_string_append_printf(text, "tree %s\n", tree);
	for (gsize i = 0; i < parents; i++) {
		char hex[GIT_OID_HEXSZ + 1];

		git_oid_tostr(hex, sizeof(hex), &parent[i]);
		g_string_append_printf(text, "parent %s\n", hex);
	}
	g_string_append_printf(text,
			       "author A <a> %" G_GINT64_FORMAT " +0000\n"
			       "committer C <c> %" G_GINT64_FORMAT " +0000\n\n%s\n",
			       time, time, subject);
	git_check(git_odb_write(&id, fixture->odb, text->str, text->len, GIT_OBJECT_COMMIT));
	return id;
}

#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PARENTS(...)                                                                               \
	((const git_oid[]){ __VA_ARGS__ }),                                                        \
		sizeof((const git_oid[]){ __VA_ARGS__ }) / sizeof(git_oid)
#define NO_PARENTS NULL, 0

static git_oid commit(struct fixture *fixture, const char *subject, const char *const *file,
		      gint64 time, const git_oid *parent, gsize parents)
{
	git_oid tree = write_tree(fixture, file);
	char hex[GIT_OID_HEXSZ + 1];

	git_oid_tostr(hex, sizeof(hex), &tree);
	return commit_tree(fixture, hex, subject, time, parent, parents);
}

static struct md_tree *open_commit(struct fixture *fixture, const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];

	git_oid_tostr(hex, sizeof(hex), id);
	return open_in(hex, NULL, fixture->work);
}

/* Asks one question; the subject of the answer, owned, or NULL. */
static char *ask_with(struct fixture *fixture, const git_oid *older, const git_oid *newer,
		      struct md_history_file file, gboolean taken, const char *text,
		      gboolean *certain)
{
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(struct md_history_file));
	g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(struct md_history_question));
	g_autoptr(GPtrArray) commits =
		g_ptr_array_new_with_free_func((GDestroyNotify)md_commit_free);
	struct md_history history = { files, questions, commits };
	struct md_history_question question = { 0, taken, { text, strlen(text) }, NULL };
	MD_AUTOPTR(md_tree) older_tree = open_commit(fixture, older);
	MD_AUTOPTR(md_tree) newer_tree = open_commit(fixture, newer);
	g_autoptr(GError) error = NULL;
	const struct md_commit *found;

	g_array_append_val(files, file);
	g_array_append_val(questions, question);
	g_assert_true(md_tree_history(older_tree, newer_tree, &history, NULL, &error));
	g_assert_no_error(error);
	found = g_array_index(questions, struct md_history_question, 0).commit;
	g_assert_cmpuint(commits->len, ==, found != NULL);
	if (certain != NULL)
		*certain = g_array_index(questions, struct md_history_question, 0).certain;
	return found ? g_strdup(found->subject) : NULL;
}

static void assert_came(struct fixture *fixture, const git_oid *older, const git_oid *newer,
			const char *text, const char *subject)
{
	struct md_history_file file = { "dir/a", NULL };
	g_autofree char *found = ask_with(fixture, older, newer, file, FALSE, text, NULL);

	g_assert_cmpstr(found, ==, subject);
}

static void assert_taken(struct fixture *fixture, const git_oid *older, const git_oid *newer,
			 const char *text, const char *subject)
{
	struct md_history_file file = { "dir/a", NULL };
	g_autofree char *found = ask_with(fixture, older, newer, file, TRUE, text, NULL);

	g_assert_cmpstr(found, ==, subject);
}

/* ------------------------------------------------------------ whole histories */

static void test_again(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid add = commit(&fixture, "add", FILES("dir/a", "one\nfix\n"), 2, PARENTS(v1));
	git_oid other = commit(&fixture, "other", FILES("dir/a", "one\nfix\n", "b", "b\n"), 3,
			       PARENTS(add));
	git_oid drop =
		commit(&fixture, "drop", FILES("dir/a", "one\n", "b", "b\n"), 4, PARENTS(other));
	git_oid again = commit(&fixture, "again", FILES("dir/a", "fix\none"), 5, PARENTS(drop));
	git_oid twice =
		commit(&fixture, "twice", FILES("dir/a", "fix\none\nfix"), 6, PARENTS(again));

	assert_came(&fixture, &v1, &other, "fix", "add");
	assert_came(&fixture, &v1, &again, "fix", "again");
	assert_came(&fixture, &v1, &twice, "fix", "twice");
	assert_came(&fixture, &v1, &twice, "one", NULL);
	assert_came(&fixture, &v1, &twice, "nowhere", NULL);
	assert_taken(&fixture, &v1, &drop, "fix", "drop");
	assert_taken(&fixture, &add, &drop, "fix", "drop");
	assert_taken(&fixture, &v1, &again, "nowhere", NULL);
	/* A range of one commit, and of none. */
	assert_came(&fixture, &drop, &again, "fix", "again");
	assert_came(&fixture, &again, &again, "fix", NULL);
	assert_came(&fixture, &again, &drop, "fix", NULL);
	fixture_free(&fixture);
}

/* Of a line that recurs it cannot be known which of them was meant. */
static void test_certain(void)
{
	struct fixture fixture = fixture_new();
	const struct md_history_file file = { "dir/a", NULL };
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\ntwo\ntwo\n"), 1, NO_PARENTS);
	git_oid fix =
		commit(&fixture, "fix", FILES("dir/a", "one\none\nfix\ntwo\n"), 2, PARENTS(v1));
	git_oid v2 = commit(&fixture, "v2", FILES("dir/a", "one\none\nfix\ntwo\n", "b", ""), 3,
			    PARENTS(fix));
	const struct {
		const char *text;
		gboolean taken, certain;
	} expected[] = {
		{ "fix", FALSE, TRUE },
		{ "one", FALSE, FALSE },
		{ "two", TRUE, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		gboolean certain = !expected[i].certain;
		g_autofree char *found = ask_with(&fixture, &v1, &v2, file, expected[i].taken,
						  expected[i].text, &certain);

		g_assert_cmpstr(found, ==, "fix");
		g_assert_cmpint(certain, ==, expected[i].certain);
	}
	fixture_free(&fixture);
}

static void test_merge(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\ntwo\n"), 1, NO_PARENTS);
	git_oid side = commit(&fixture, "side", FILES("dir/a", "one\nside\ntwo\n"), 2, PARENTS(v1));
	git_oid left = commit(&fixture, "left", FILES("dir/a", "one\n"), 3, PARENTS(v1));
	git_oid merge = commit(&fixture, "merge", FILES("dir/a", "one\nside\nevil\n"), 4,
			       PARENTS(left, side));
	git_oid idle = commit(&fixture, "idle", FILES("dir/a", "one\nside\nevil\n", "b", ""), 5,
			      PARENTS(merge, v1, left));

	assert_came(&fixture, &v1, &idle, "side", "side");
	assert_came(&fixture, &v1, &idle, "evil", "merge");
	assert_taken(&fixture, &v1, &idle, "two", "left");
	/* What came by a branch that the older end has is not news. */
	assert_came(&fixture, &side, &idle, "side", NULL);
	assert_taken(&fixture, &left, &idle, "two", NULL);
	fixture_free(&fixture);
}

static void test_renamed(void)
{
	struct fixture fixture = fixture_new();
	const struct md_history_file file = { "new/a", "old/a" };
	git_oid v1 = commit(&fixture, "v1", FILES("old/a", "one\ntwo\n"), 1, NO_PARENTS);
	git_oid fix = commit(&fixture, "fix", FILES("old/a", "one\nfix\n"), 2, PARENTS(v1));
	git_oid rename =
		commit(&fixture, "rename", FILES("new/a", "one\nfix\nlate\n"), 3, PARENTS(fix));
	const struct {
		const char *text;
		gboolean taken;
		const char *subject;
	} expected[] = {
		{ "fix", FALSE, "fix" },
		{ "late", FALSE, "rename" },
		{ "two", TRUE, "fix" },
		{ "one", FALSE, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autofree char *found = ask_with(&fixture, &v1, &rename, file, expected[i].taken,
						  expected[i].text, NULL);

		g_assert_cmpstr(found, ==, expected[i].subject);
	}
	fixture_free(&fixture);
}

/* Releases that were imported, each with no parent; and a file that came and went. */
static void test_roots(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid v2 = commit(&fixture, "v2", FILES("dir/a", "one\nfix\n"), 2, NO_PARENTS);
	git_oid v3 = commit(&fixture, "v3", FILES("b", "b\n"), 3, PARENTS(v2));
	git_oid v4 = commit(&fixture, "v4", FILES("b", "b\n", "dir", "a file\n"), 4, PARENTS(v3));

	assert_came(&fixture, &v1, &v2, "fix", "v2");
	assert_taken(&fixture, &v1, &v4, "fix", "v3");
	assert_taken(&fixture, &v1, &v2, "fix", NULL);
	fixture_free(&fixture);
}

/* Every clock is wrong, and the older end is reached by way of the latest commit. */
static void test_clocks(void)
{
	struct fixture fixture = fixture_new();
	git_oid root = commit(&fixture, "root", FILES("dir/a", "one\n"), 900, NO_PARENTS);
	git_oid old_fix = commit(&fixture, "old", FILES("dir/a", "one\nold\n"), 800, PARENTS(root));
	git_oid v1 =
		commit(&fixture, "v1", FILES("dir/a", "one\nold\n", "v", "1"), 1, PARENTS(old_fix));
	git_oid fix =
		commit(&fixture, "fix", FILES("dir/a", "one\nold\nfix\n"), 700, PARENTS(old_fix));
	git_oid v2 = commit(&fixture, "v2", FILES("dir/a", "one\nold\nfix\n", "v", "2"), 2,
			    PARENTS(fix));

	assert_came(&fixture, &v1, &v2, "fix", "fix");
	assert_came(&fixture, &v1, &v2, "old", NULL);
	fixture_free(&fixture);
}

/* ----------------------------------------------------------- broken histories */

static void remove_object(struct fixture *fixture, const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];
	g_autofree char *path = NULL;

	git_oid_tostr(hex, sizeof(hex), id);
	path = g_strdup_printf("%s/objects/%.2s/%s", fixture->work, hex, hex + 2);
	g_assert_cmpint(g_remove(path), ==, 0);
}

/* A shallow clone: what came since is known, what came before is not. */
static void test_missing_commit(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid gone = commit(&fixture, "gone", FILES("dir/a", "one\ngone\n"), 2, PARENTS(v1));
	git_oid end = commit(&fixture, "end", FILES("dir/a", "one\ngone\nend\n"), 3, PARENTS(gone));
	git_oid fix =
		commit(&fixture, "fix", FILES("dir/a", "one\ngone\nend\nfix\n"), 4, PARENTS(end));

	remove_object(&fixture, &gone);
	assert_came(&fixture, &v1, &fix, "fix", "fix");
	assert_came(&fixture, &v1, &fix, "end", NULL);
	assert_came(&fixture, &v1, &fix, "gone", NULL);
	fixture_free(&fixture);
}

static void test_missing_content(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid fix = commit(&fixture, "fix", FILES("dir/a", "one\nfix\n"), 2, PARENTS(v1));
	git_oid more =
		commit(&fixture, "more", FILES("dir/a", "one\nfix\nmore\n"), 3, PARENTS(fix));
	git_oid last = commit(&fixture, "last", FILES("dir/a", "one\nfix\nmore\n", "b", ""), 4,
			      PARENTS(more));
	git_oid tree = write_tree(&fixture, FILES("dir/a", "one\n")), blob;

	git_check(git_odb_hash(&blob, "one\nfix\n", 8, GIT_OBJECT_BLOB));
	remove_object(&fixture, &blob);
	assert_came(&fixture, &v1, &last, "more", NULL);
	assert_came(&fixture, &v1, &last, "fix", NULL);
	git_check(git_blob_create_from_buffer(&blob, fixture.repository, "one\nfix\n", 8));
	assert_came(&fixture, &v1, &last, "more", "more");
	remove_object(&fixture, &tree);
	assert_came(&fixture, &fix, &last, "more", "more");
	fixture_free(&fixture);
}

static void test_malformed(void)
{
	struct fixture fixture = fixture_new();
	const char *const wrong[] = {
		"",
		"tree",
		"tree 0123\n",
		"parent 0123456789012345678901234567890123456789\n",
		"tree 012345678901234567890123456789012345678x\n",
		"tree 0123456789012345678901234567890123456789",
		"tree 0123456789012345678901234567890123456789\ncommitter >",
		("tree 0123456789012345678901234567890123456789\ncommitter > "
		 "9999999999999999999999\n"),
	};
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		git_oid bad, fix, last;

		git_check(git_odb_write(&bad, fixture.odb, wrong[i], strlen(wrong[i]),
					GIT_OBJECT_COMMIT));
		fix = commit(&fixture, "fix", FILES("dir/a", "one\nfix\n"), 2, PARENTS(bad));
		last = commit(&fixture, "last", FILES("dir/a", "one\nfix\nlast\n"), 3,
			      PARENTS(fix));
		assert_came(&fixture, &v1, &last, "last", "last");
		assert_came(&fixture, &v1, &last, "fix", NULL);
	}
	fixture_free(&fixture);
}

/* A tree object that is none, on the way and beside it. */
static void test_malformed_tree(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid tree, bad, fix, last;
	char hex[GIT_OID_HEXSZ + 1];

	git_check(git_odb_write(&tree, fixture.odb, "40000 dir", 9, GIT_OBJECT_TREE));
	git_oid_tostr(hex, sizeof(hex), &tree);
	bad = commit_tree(&fixture, hex, "bad", 2, PARENTS(v1));
	fix = commit(&fixture, "fix", FILES("dir/a", "one\nfix\n"), 3, PARENTS(bad));
	last = commit(&fixture, "last", FILES("dir/a", "one\nfix\nlast\n"), 4, PARENTS(fix, bad));
	assert_came(&fixture, &v1, &last, "fix", NULL);
	assert_came(&fixture, &v1, &last, "last", NULL);
	last = commit(&fixture, "last", FILES("dir/a", "one\nfix\nlast\n"), 4, PARENTS(fix));
	assert_came(&fixture, &v1, &last, "last", "last");
	fixture_free(&fixture);
}

/* A commit that is its own parents many times over, and one with no subject. */
static void test_parents(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid fix = commit(&fixture, "", FILES("dir/a", "one\nfix\n"), 2, PARENTS(v1, v1));
	g_autofree git_oid *many = g_new(git_oid, 1000);
	git_oid last;

	for (gsize i = 0; i < 1000; i++)
		many[i] = fix;
	last = commit(&fixture, "last", FILES("dir/a", "one\nfix\nlast\n"), 3, many, 1000);
	assert_came(&fixture, &v1, &last, "fix", "");
	assert_came(&fixture, &v1, &last, "last", "last");
	fixture_free(&fixture);
}

static gboolean stop(void *data, const char *phase, guint64 done, guint64 total)
{
	return FALSE;
}

static void test_no_history(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 = commit(&fixture, "v1", FILES("dir/a", "one\n"), 1, NO_PARENTS);
	git_oid fix = commit(&fixture, "fix", FILES("dir/a", "one\nfix\n"), 2, PARENTS(v1));
	git_oid v2 = commit(&fixture, "v2", FILES("dir/a", "one\nfix\n", "b", ""), 3, PARENTS(fix));
	git_oid tree = write_tree(&fixture, FILES("dir/a", "one\n"));
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(struct md_history_file));
	g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(struct md_history_question));
	g_autoptr(GPtrArray) commits =
		g_ptr_array_new_with_free_func((GDestroyNotify)md_commit_free);
	struct md_history history = { files, questions, commits };
	struct md_history_file file = { "dir/a", NULL };
	struct md_history_question question = { 0, FALSE, { "fix", 3 }, NULL };
	const struct md_hooks hooks = { .progress = stop };
	MD_AUTOPTR(md_tree) old = open_commit(&fixture, &v1);
	MD_AUTOPTR(md_tree) new = open_commit(&fixture, &v2);
	MD_AUTOPTR(md_tree) folder = open_in(fixture.work, NULL, NULL);
	MD_AUTOPTR(md_tree) of_tree = open_commit(&fixture, &tree);
	g_autoptr(GError) error = NULL;

	/* Nothing is asked. */
	g_assert_true(md_tree_history(old, new, &history, &hooks, &error));
	g_array_append_val(files, file);
	g_array_append_val(questions, question);
	g_assert_true(md_tree_history(folder, new, &history, &hooks, &error));
	g_assert_true(md_tree_history(old, folder, &history, &hooks, &error));
	g_assert_true(md_tree_history(folder, folder, &history, &hooks, &error));
	g_assert_true(md_tree_history(of_tree, new, &history, &hooks, &error));
	g_assert_cmpuint(commits->len, ==, 0);
	g_assert_false(md_tree_history(old, new, &history, &hooks, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_CANCELLED);
	fixture_free(&fixture);
}

/* The commit as a line: its subject, then each file: A added, D deleted, M modified, R renamed. */
static char *tell(const struct md_commits *commits, gsize index)
{
	struct md_commit_text text;
	GString *told;

	g_assert_true(md_commits_read(commits, index, &text));
	g_assert_true(text.whole);
	told = g_string_new(text.commit->subject);
	for (guint i = 0; i < text.files->len; i++) {
		const struct md_commit_file *file =
			&g_array_index(text.files, struct md_commit_file, i);
		const char *old = file->path[MD_OLD], *new = file->path[MD_NEW];

		if (old == NULL)
			g_string_append_printf(told, " A %s", new);
		else if (new == NULL)
			g_string_append_printf(told, " D %s", old);
		else if (strcmp(old, new) == 0)
			g_string_append_printf(told, " M %s", new);
		else
			g_string_append_printf(told, " R %s %s", old, new);
	}
	md_commit_text_clear(&text);
	return g_string_free(told, FALSE);
}

static void assert_content(const struct md_commits *commits, gsize index, enum md_side side,
			   const char *expected)
{
	struct md_commit_text text;
	g_autoptr(GBytes) content = NULL;

	g_assert_true(md_commits_read(commits, index, &text));
	content = md_commits_content(commits, &g_array_index(text.files, struct md_commit_file, 0),
				     side);
	if (expected == NULL)
		g_assert_null(content);
	else
		g_assert_cmpmem(g_bytes_get_data(content, NULL), g_bytes_get_size(content),
				expected, strlen(expected));
	md_commit_text_clear(&text);
}

static void test_commits(void)
{
	struct fixture fixture = fixture_new();
	git_oid v1 =
		commit(&fixture, "v1", FILES("irq.c", "one\n", "old/pci.c", "1\n"), 1, NO_PARENTS);
	git_oid side = commit(&fixture, "add a timer\n\nFixes: nothing",
			      FILES("irq.c", "one\n", "old/pci.c", "1\n", "time/rtc.c", "2\n"), 2,
			      PARENTS(v1));
	git_oid moved =
		commit(&fixture, "move pci and change it",
		       FILES("irq.c", "one\n", "new/pci.c", "1 and more\n"), 3, PARENTS(v1));
	git_oid gone =
		commit(&fixture, "drop irq", FILES("new/pci.c", "1 and more\n"), 4, PARENTS(moved));
	git_oid same =
		commit(&fixture, "rename pci", FILES("bus.c", "1 and more\n"), 5, PARENTS(gone));
	git_oid merge =
		commit(&fixture, "merge", FILES("bus.c", "1 and more\n", "time/rtc.c", "2\n"), 6,
		       PARENTS(same, side));
	git_oid v2 = commit(&fixture, "v2", FILES("bus.c", "1 and more\n", "time/rtc.c", "three\n"),
			    7, PARENTS(merge));
	static const char *const told[] = {
		"v2 M time/rtc.c",	    "rename pci R new/pci.c bus.c",
		"drop irq D irq.c",	    "move pci and change it R old/pci.c new/pci.c",
		"add a timer A time/rtc.c",
	};
	const struct md_hooks hooks = { .progress = stop };
	MD_AUTOPTR(md_tree) old = open_commit(&fixture, &v1);
	MD_AUTOPTR(md_tree) new = open_commit(&fixture, &v2);
	MD_AUTOPTR(md_tree) folder = open_in(fixture.work, NULL, NULL);
	MD_AUTOPTR(md_commits) commits = NULL;
	struct md_commits *none = NULL;
	struct md_commit_text text;
	g_autoptr(GError) error = NULL;

	g_assert_true(md_commits_new(old, new, &commits, NULL, &error));
	g_assert_cmpuint(md_commits_count(commits), ==, G_N_ELEMENTS(told));
	for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
		g_autofree char *line = tell(commits, i);

		g_assert_cmpstr(line, ==, told[i]);
	}
	assert_content(commits, 0, MD_OLD, "2\n");
	assert_content(commits, 0, MD_NEW, "three\n");
	assert_content(commits, 4, MD_OLD, NULL);
	g_assert_true(md_commits_message(commits, 4, &text));
	g_assert_cmpstr(text.message, ==, "add a timer\n\nFixes: nothing\n");
	g_assert_cmpuint(text.files->len, ==, 0);
	md_commit_text_clear(&text);

	g_assert_true(md_commits_new(folder, new, &none, NULL, &error));
	g_assert_null(none);
	g_assert_false(md_commits_new(old, new, &none, &hooks, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_CANCELLED);
	fixture_free(&fixture);
}

/* ------------------------------------------------------------ random histories */

#define COMMITS 12
#define LETTERS 4

struct random_commit {
	git_oid id;
	guint parent[2];
	guint parents;
	guint count[LETTERS]; /* how often each line stands in the file */
};

static void make_random(struct fixture *fixture, GRand *rand, struct random_commit *made,
			guint index)
{
	struct random_commit *commit_made = &made[index];
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *subject = g_strdup_printf("%u", index);
	git_oid parent[2];

	commit_made->parents = index == 0 ? 0 : g_rand_int_range(rand, 1, 3);
	for (guint i = 0; i < commit_made->parents; i++) {
		commit_made->parent[i] =
			(guint)g_rand_int_range(rand, index > 4 ? (gint)index - 4 : 0, (gint)index);
		parent[i] = made[commit_made->parent[i]].id;
	}
	for (guint letter = 0; letter < LETTERS; letter++) {
		guint of = commit_made->parents
				   ? (guint)g_rand_int_range(rand, 0, (gint)commit_made->parents)
				   : 0;

		commit_made->count[letter] =
			commit_made->parents == 0 || g_rand_int_range(rand, 0, 4) == 0
				? (guint)g_rand_int_range(rand, 0, 3)
				: made[commit_made->parent[of]].count[letter];
		for (guint i = 0; i < commit_made->count[letter]; i++)
			g_string_append_printf(text, "line %u\n", letter);
	}
	commit_made->id = commit(fixture, subject, FILES("dir/a", text->str),
				 g_rand_int_range(rand, 1, 1000), parent, commit_made->parents);
}

static gboolean has(const struct random_commit *made, guint end, guint index)
{
	if (end == index)
		return TRUE;
	for (guint i = 0; i < made[end].parents; i++) {
		if (has(made, made[end].parent[i], index))
			return TRUE;
	}
	return FALSE;
}

/*
 * The commit named is in the range and has the line as often as the newer end, or
 * more (less), but none of its parents has; where none is named the older end,
 * or a commit that it has, has it so.
 */
static void check_answer(const struct random_commit *made, guint older, guint newer, guint letter,
			 gboolean taken, const char *subject)
{
	guint times = made[newer].count[letter];
	gboolean before = FALSE;
	guint index;

#define HOLDS(of) (taken ? made[of].count[letter] <= times : made[of].count[letter] >= times)
	for (guint i = 0; i < COMMITS; i++)
		before |= has(made, older, i) && has(made, newer, i) && HOLDS(i);
	if (subject == NULL) {
		g_assert_true(before || has(made, older, newer) || (!taken && times == 0) ||
			      (taken && HOLDS(0)));
		return;
	}
	index = (guint)g_ascii_strtoull(subject, NULL, 10);
	/* A single commit did all that is asked about, whatever that is. */
	if (made[newer].parents == 1 && made[newer].parent[0] == older)
		return;
	g_assert_true(has(made, newer, index) && !has(made, older, index) && HOLDS(index));
	for (guint i = 0; i < made[index].parents; i++)
		g_assert_false(HOLDS(made[index].parent[i]));
#undef HOLDS
}

static void test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(20261122);
	guint answered = 0;

	for (guint round = 0; round < 60; round++) {
		struct fixture fixture = fixture_new();
		struct random_commit made[COMMITS];

		for (guint i = 0; i < COMMITS; i++)
			make_random(&fixture, rand, made, i);
		for (guint letter = 0; letter < LETTERS; letter++) {
			guint older = (guint)g_rand_int_range(rand, 0, COMMITS / 2);
			guint newer = (guint)g_rand_int_range(rand, COMMITS / 2, COMMITS);
			gboolean taken = g_rand_boolean(rand);
			struct md_history_file file = { "dir/a", NULL };
			g_autofree char *text = g_strdup_printf("line %u", letter);
			g_autofree char *found = ask_with(&fixture, &made[older].id,
							  &made[newer].id, file, taken, text, NULL);

			check_answer(made, older, newer, letter, taken, found);
			answered += found != NULL;
		}
		fixture_free(&fixture);
	}
	g_assert_cmpuint(answered, >=, 40);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree/history/commits", test_commits);
	g_test_add_func("/tree/history/again", test_again);
	g_test_add_func("/tree/history/certain", test_certain);
	g_test_add_func("/tree/history/merge", test_merge);
	g_test_add_func("/tree/history/renamed", test_renamed);
	g_test_add_func("/tree/history/roots", test_roots);
	g_test_add_func("/tree/history/clocks", test_clocks);
	g_test_add_func("/tree/history/missing-commit", test_missing_commit);
	g_test_add_func("/tree/history/missing-content", test_missing_content);
	g_test_add_func("/tree/history/malformed", test_malformed);
	g_test_add_func("/tree/history/malformed-tree", test_malformed_tree);
	g_test_add_func("/tree/history/parents", test_parents);
	g_test_add_func("/tree/history/no-history", test_no_history);
	g_test_add_func("/tree/history/random", test_random);
	return g_test_run();
}
