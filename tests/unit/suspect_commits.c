/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commits did to code, and what they say: indented and moved lines, calls that are new,
 * code of other machines, ids in messages.
 */
#include "suspect/commits.h"

#include "tree_fixture.h"

struct history {
	char *work;
	git_repository *repository;
	git_oid last;
	gboolean begun;
};

/* Commits the files (paths and contents in turn) and nothing else. */
static void commit(struct history *history, const char *name, const char *const *file)
{
	g_autofree char *reference = g_strdup_printf("refs/tags/%s", name);
	git_commit *parent = NULL;
	git_signature *somebody;
	git_index *index;
	git_tree *tree;
	git_oid id;

	git_check(git_index_new(&index));
	for (; file[0] != NULL; file += 2)
		git_add(history->repository, index, file[0], MD_MODE_FILE, file[1],
			strlen(file[1]));
	git_check(git_index_write_tree_to(&id, index, history->repository));
	git_check(git_tree_lookup(&tree, history->repository, &id));
	git_check(git_signature_new(&somebody, "Somebody", "somebody@localhost", 1, 0));
	if (history->begun)
		git_check(git_commit_lookup(&parent, history->repository, &history->last));
	git_check(git_commit_create_v(&id, history->repository, reference, somebody, somebody, NULL,
				      name, tree, history->begun, parent));
	history->last = id;
	history->begun = TRUE;
	git_commit_free(parent);
	git_signature_free(somebody);
	git_tree_free(tree);
	git_index_free(index);
}

/* What the second of two commits did, a line for each definition of interest. */
static char *tell(const char *const *before, const char *const *after, enum md_machine machine)
{
	struct history history = { .work = fixture_begin() };
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
	const struct md_change_query query = { words, names, places, machine };
	MD_AUTOPTR(md_commits) commits = NULL;
	GString *told = g_string_new(NULL);
	struct md_commit_changes changes;
	struct md_commit_text text;
	g_autoptr(GError) error = NULL;

	history.repository = git_begin(history.work);
	commit(&history, "before", before);
	commit(&history, "after", after);
	g_hash_table_insert(words, (void *)"clock_rate", GUINT_TO_POINTER(1));
	g_hash_table_insert(names, (void *)"timer_tick", GUINT_TO_POINTER(1));
	g_hash_table_insert(names, (void *)"timer_start", GUINT_TO_POINTER(1));
	g_hash_table_insert(places, (void *)"timer.c", (void *)"timer.c");
	{
		MD_AUTOPTR(md_tree) old = open_in("before", NULL, history.work);
		MD_AUTOPTR(md_tree) new = open_in("after", NULL, history.work);

		g_assert_true(md_commits_new(old, new, &commits, NULL, &error));
		g_assert_true(md_commits_read(commits, 0, &text));
		md_commit_changes_init(&changes, workspace, commits, &text, &query);
		g_clear_pointer(&commits, md_commits_free);
	}
	for (guint i = 0; i < changes.touched->len; i++) {
		const struct md_touched *touched = g_ptr_array_index(changes.touched, i);

		if (touched->name == NULL)
			continue;
		g_string_append_printf(told, "%s%s -%u +%u moved %u", told->len > 0 ? "; " : "",
				       touched->name, touched->lines[MD_OLD],
				       touched->lines[MD_NEW], touched->moved);
		if (!touched->is[MD_OLD])
			g_string_append(told, " new");
		for (guint j = 0; j < touched->words->len; j++)
			g_string_append_printf(
				told, " uses %+d",
				g_array_index(touched->words, struct md_word_change, j).more);
	}
	md_commit_changes_clear(&changes);
	md_commit_text_clear(&text);
	git_repository_free(history.repository);
	fixture_end(history.work);
	return g_string_free(told, FALSE);
}

#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TICK "void timer_tick(void)\n{\n\tticks++;\n\twake(ticks);\n}\n"

static void assert_told(const char *const *before, const char *const *after, const char *expected)
{
	g_autofree char *told = tell(before, after, MD_MACHINE_X86_64);

	g_assert_cmpstr(told, ==, expected);
}

static void test_lines(void)
{
	/* Indented anew, commented: nothing was done. */
	assert_told(FILES("timer.c", TICK),
		    FILES("timer.c",
			  "void timer_tick(void)\n{\n    ticks++; \n\n\t/* clock_rate */\n"
			  "\twake(ticks);\n}\n"),
		    "");
	assert_told(FILES("timer.c", TICK),
		    FILES("timer.c", "void timer_tick(void)\n{\n\tticks += clock_rate();\n"
				     "\twake(ticks);\n}\n"),
		    "timer_tick -1 +1 moved 0 uses +1");
	assert_told(FILES("timer.c", TICK),
		    FILES("timer.c", TICK "void timer_start(void)\n{\n\tarm(clock_rate());\n}\n"),
		    "timer_start -0 +2 moved 0 new uses +1");
}

static void test_moved(void)
{
	/* To another file, and into another function. */
	assert_told(FILES("timer.c", TICK, "tick.c", "int other;\n"),
		    FILES("timer.c", "int ticks;\n", "tick.c", "int other;\n" TICK),
		    "timer_tick -0 +0 moved 3");
	assert_told(FILES("timer.c", "void timer_tick(void)\n{\n\tclock_rate();\n}\n"
				     "void timer_start(void)\n{\n\tarm();\n}\n"),
		    FILES("timer.c", "void timer_tick(void)\n{\n}\n"
				     "void timer_start(void)\n{\n\tarm();\n\tclock_rate();\n}\n"),
		    "timer_tick -0 +0 moved 1 uses -1; timer_start -0 +0 moved 1 uses +1");
}

static void test_machines(void)
{
	const char *const *before =
		FILES("arch/mips/timer.c", "int t;\n", "tools/timer.c", "int t;\n");
	const char *const *after = FILES("arch/mips/timer.c", TICK "int a = clock_rate;\n",
					 "tools/timer.c", "int b = clock_rate;\n" TICK);
	g_autofree char *mips = tell(before, after, MD_MACHINE_MIPS);

	assert_told(before, after, "");
	g_assert_cmpstr(mips, ==, "timer_tick -0 +3 moved 0 new");
}

static void assert_repairs(const char *message, const char *expected)
{
	g_autoptr(GArray) repairs = md_message_repairs(message);
	g_autoptr(GString) told = g_string_new(NULL);

	for (guint i = 0; i < repairs->len; i++) {
		const struct md_repaired *repaired = &g_array_index(repairs, struct md_repaired, i);

		g_string_append_printf(told, "%s%s %s %s", i > 0 ? "; " : "",
				       repaired->reverted ? "reverts" : "fixes", repaired->id,
				       repaired->subject ? repaired->subject : "-");
	}
	g_assert_cmpstr(told->str, ==, expected);
}

static void test_repairs(void)
{
	const struct md_commit commit = { "0123456789abcdef0123456789abcdef01234567",
					  (char *)"tick: \"on\"" };
	const struct md_commit other = { "0123456789abffff0123456789abcdef01234567",
					 (char *)"tock" };
	struct md_repaired repaired = { .id = "0123456789ab" };

	assert_repairs("", "");
	assert_repairs("subject\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n",
		       "reverts 0123456789abcdef0123456789abcdef01234567 -");
	assert_repairs("s\n\n  fixes: 0123456789AB (\"tick: \"on\"\")\nFixes: 7654321 no subject",
		       "fixes 0123456789ab tick: \"on\"; fixes 7654321 -");
	assert_repairs("Fixes: 012345 too short\nFixes:\nFixes: #12\nIt Fixes: 0123456789ab", "");
	assert_repairs("Fixes: 01234567 (\"cut\nFixes: 01234567 (\"",
		       "fixes 01234567 -; fixes 01234567 -");
	g_assert_true(md_repaired_is(&repaired, &commit));
	repaired.subject = commit.subject;
	g_assert_true(md_repaired_is(&repaired, &commit));
	g_assert_false(md_repaired_is(&repaired, &other));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/suspect/commits/lines", test_lines);
	g_test_add_func("/suspect/commits/moved", test_moved);
	g_test_add_func("/suspect/commits/machines", test_machines);
	g_test_add_func("/suspect/commits/repairs", test_repairs);
	return g_test_run();
}
