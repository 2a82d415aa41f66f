/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The laws of a merge and of a patch that is carried, on random small texts.
 * That the printed patch makes of the new base what was carried is asserted in
 * each (support/ported.c).
 */
#include "ported.h"
#include "quadruple.h"
#include "tree/tree.h"

#include <git2.h>
#include <string.h>

#define TRIPLES 2000

typedef void (*law)(GRand *rand, struct md_slice text[MD_MERGE_TEXTS]);

static const guint32 files[MD_MERGE_TEXTS] = { MD_MODE_FILE, MD_MODE_FILE, MD_MODE_FILE };

static void assert_content(const struct ported *ported, struct md_slice text)
{
	struct md_slice content = md_slice_from_bytes(ported->content);

	g_assert_cmpmem(content.data, content.size, text.data, text.size);
}

/* Upstream did nothing: the old downstream comes back, every hunk where it was. */
static void law_same_base(GRand *rand, struct md_slice text[MD_MERGE_TEXTS])
{
	struct ported ported;

	text[MD_MERGE_THEIRS] = text[MD_MERGE_BASE];
	port_and_assert(text, files, "diff3", &ported);
	assert_content(&ported, text[MD_MERGE_OURS]);
	for (enum md_port_result result = MD_PORT_CLEAN + 1; result < MD_PORT_RESULTS; result++)
		g_assert_cmpuint(ported.count[result], ==, 0);
	ported_clear(&ported);
}

/* The downstream did nothing: nothing is carried. */
static void law_no_patch(GRand *rand, struct md_slice text[MD_MERGE_TEXTS])
{
	struct ported ported;

	text[MD_MERGE_OURS] = text[MD_MERGE_BASE];
	port_and_assert(text, files, "diff3", &ported);
	assert_content(&ported, text[MD_MERGE_THEIRS]);
	for (enum md_port_result result = 0; result < MD_PORT_RESULTS; result++)
		g_assert_cmpuint(ported.count[result], ==, 0);
	ported_clear(&ported);
}

/* Upstream made the same change: all is adopted. */
static void law_adopted(GRand *rand, struct md_slice text[MD_MERGE_TEXTS])
{
	struct ported ported;

	text[MD_MERGE_THEIRS] = text[MD_MERGE_OURS];
	port_and_assert(text, files, "diff3", &ported);
	assert_content(&ported, text[MD_MERGE_OURS]);
	for (enum md_port_result result = 0; result < MD_PORT_RESULTS; result++)
		g_assert_true(result == MD_PORT_ADOPTED || ported.count[result] == 0);
	ported_clear(&ported);
}

/* With all conflicts left out no marker stands in the result, whatever there is. */
static void law_rejects(GRand *rand, struct md_slice text[MD_MERGE_TEXTS])
{
	guint32 mode[MD_MERGE_TEXTS];
	struct md_slice content;
	struct ported ported;

	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++) {
		mode[i] = g_rand_int_range(rand, 0, 8) ? MD_MODE_FILE : MD_MODE_EXECUTABLE;
		if (g_rand_int_range(rand, 0, 8) == 0)
			text[i] = (struct md_slice){ NULL, 0 };
	}
	port_and_assert(text, mode, "diff3", NULL);
	port_and_assert(text, mode, "rej", &ported);
	content = md_slice_from_bytes(ported.content);
	g_assert_null(
		g_strstr_len(content.data ? content.data : "", (gssize)content.size, "<<<<<<<"));
	ported_clear(&ported);
}

/* git's merge of the three; NULL where it has conflicts. */
static GString *merge_by_git(const struct md_slice text[MD_MERGE_TEXTS])
{
	git_merge_file_input input[MD_MERGE_TEXTS];
	git_merge_file_result result = { 0 };
	GString *merged = NULL;

	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++) {
		git_merge_file_input_init(&input[i], GIT_MERGE_FILE_INPUT_VERSION);
		input[i].ptr = text[i].data;
		input[i].size = text[i].size;
	}
	g_assert_cmpint(git_merge_file(&result, &input[0], &input[1], &input[2], NULL), ==, 0);
	if (result.automergeable)
		merged = g_string_new_len(result.ptr ? result.ptr : "", (gssize)result.len);
	git_merge_file_result_free(&result);
	return merged;
}

/* Where no line recurs and git merges cleanly, that is what comes out. */
static void law_git(GRand *rand, struct md_slice text[MD_MERGE_TEXTS])
{
	GString *merged = merge_by_git(text);
	struct ported ported;

	if (merged == NULL)
		return;
	port_and_assert(text, files, "diff3", &ported);
	assert_content(&ported, (struct md_slice){ merged->str, merged->len });
	g_assert_cmpuint(ported.count[MD_PORT_CONFLICT], ==, 0);
	ported_clear(&ported);
	g_string_free(merged, TRUE);
}

static gboolean has_line(struct md_slice text, struct md_slice wanted)
{
	struct md_slice line;

	while (md_slice_next_line(&text, &line)) {
		if (md_slice_equal(line, wanted))
			return TRUE;
	}
	return FALSE;
}

/* Whether both sides deleted some line: carried back, that would come back. */
static gboolean deleted_by_both(const struct md_slice text[MD_MERGE_TEXTS])
{
	struct md_slice rest = text[MD_MERGE_BASE], line;

	while (md_slice_next_line(&rest, &line)) {
		if (!has_line(text[MD_MERGE_OURS], line) && !has_line(text[MD_MERGE_THEIRS], line))
			return TRUE;
	}
	return FALSE;
}

/* What was carried where upstream did not come near is undone by carrying it back. */
static void law_undone(GRand *rand, struct md_slice text[MD_MERGE_TEXTS])
{
	struct md_slice back[MD_MERGE_TEXTS] = { text[MD_MERGE_OURS], text[MD_MERGE_BASE] };
	GString *merged = merge_by_git(text);
	struct ported there, again;

	if (merged == NULL)
		return;
	g_string_free(merged, TRUE);
	if (deleted_by_both(text))
		return;
	port_and_assert(text, files, "diff3", &there);
	back[MD_MERGE_THEIRS] = md_slice_from_bytes(there.content);
	port_and_assert(back, files, "diff3", &again);
	assert_content(&again, text[MD_MERGE_THEIRS]);
	ported_clear(&again);
	ported_clear(&there);
}

static const struct {
	const char *name;
	law holds;
	gboolean recurring; /* holds for lines that recur, too */
} laws[] = {
	{ "same-base", law_same_base, TRUE },
	{ "no-patch", law_no_patch, TRUE },
	{ "adopted", law_adopted, TRUE },
	{ "rejects", law_rejects, TRUE },
	{ "git", law_git, FALSE },
	{ "undone", law_undone, FALSE },
};

static void check_law(law holds, guint letters)
{
	guint32 seed = (guint32)g_test_rand_int();
	struct vocabulary vocabulary = { g_rand_new_with_seed(seed), letters, 0 };

	g_test_message("seed %u", seed);
	for (guint i = 0; i < TRIPLES; i++) {
		struct quadruple quadruple;
		struct md_slice text[MD_MERGE_TEXTS];

		quadruple_make(&quadruple, &vocabulary);
		for (enum md_merge_text j = 0; j < MD_MERGE_TEXTS; j++)
			text[j] =
				(struct md_slice){ quadruple.text[j]->str, quadruple.text[j]->len };
		holds(vocabulary.rand, text);
		quadruple_clear(&quadruple);
	}
	g_rand_free(vocabulary.rand);
}

static void test_law(const void *data)
{
	gsize index = GPOINTER_TO_SIZE(data);

	check_law(laws[index].holds, 0);
	if (laws[index].recurring) {
		check_law(laws[index].holds, 3);
		check_law(laws[index].holds, 40);
	}
}

/* ------------------------------------------------------------------ moves */

#define BLOCKS 5
#define BLOCK_LINES 12

/* Appends block @which; where @change is not 0, with the line before it changed. */
static void append_block(GString *text, guint which, guint change)
{
	for (guint i = 0; i < BLOCK_LINES; i++) {
		if (i + 1 == change)
			g_string_append_printf(text, "what we changed in block %u\n", which);
		else
			g_string_append_printf(text, "block %u, line %u of it\n", which, i);
	}
}

/* Upstream put the blocks in another order: our change goes with its block. */
static void test_moved(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());

	for (guint round = 0; round < 500; round++) {
		guint order[BLOCKS], changed = (guint)g_rand_int_range(rand, 0, BLOCKS);
		guint change = (guint)g_rand_int_range(rand, 3, BLOCK_LINES - 1);
		GString *made[MD_MERGE_TEXTS + 1];
		struct md_slice text[MD_MERGE_TEXTS];
		struct ported ported;

		for (guint i = 0; i < G_N_ELEMENTS(made); i++)
			made[i] = g_string_new(NULL);
		for (guint i = 0; i < BLOCKS; i++) {
			guint other = (guint)g_rand_int_range(rand, 0, (gint32)i + 1);

			order[i] = order[other];
			order[other] = i;
		}
		for (guint i = 0; i < BLOCKS; i++) {
			append_block(made[MD_MERGE_BASE], i, 0);
			append_block(made[MD_MERGE_OURS], i, i == changed ? change : 0);
			append_block(made[MD_MERGE_THEIRS], order[i], 0);
			append_block(made[MD_MERGE_TEXTS], order[i],
				     order[i] == changed ? change : 0);
		}
		for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++)
			text[i] = (struct md_slice){ made[i]->str, made[i]->len };
		port_and_assert(text, files, "diff3", &ported);
		assert_content(&ported, (struct md_slice){ made[MD_MERGE_TEXTS]->str,
							   made[MD_MERGE_TEXTS]->len });
		ported_clear(&ported);
		for (guint i = 0; i < G_N_ELEMENTS(made); i++)
			g_string_free(made[i], TRUE);
	}
}

int main(int argc, char **argv)
{
	int status;

	git_libgit2_init();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
		g_autofree char *path = g_strconcat("/port/laws/", laws[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_law);
	}
	g_test_add_func("/port/laws/moved", test_moved);
	status = g_test_run();
	git_libgit2_shutdown();
	return status;
}
