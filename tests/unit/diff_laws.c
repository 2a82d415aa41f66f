/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The laws of the comparison, on random small quadruples of texts; where no
 * line recurs, git's three-way merge has the one right answer.
 */
#include "quadruple.h"

#include <git2.h>
#include <string.h>

#define QUADRUPLES 10000

static void quadruple_share(struct quadruple *quadruple, enum md_version from, enum md_version to)
{
	g_string_assign(quadruple->text[to], quadruple->text[from]->str);
}

/* The text of one projection of the comparison, and what is shown of it. */
static GString *project(const struct md_columns *columns, guint projection, gsize *shown)
{
	struct md_walk walk = { 0 };
	GString *text = g_string_new(NULL);

	*shown = 0;
	while (walk.column < columns->count) {
		md_mark mark = columns->mark[walk.column];
		struct md_slice line = md_walk_text(&walk, columns);

		*shown += md_mark_shown(mark) != ' ';
		if (md_mark_projections(mark) & MD_BIT(projection))
			g_string_append_len(text, line.data, (gssize)line.size);
		md_walk_next(&walk, columns);
	}
	return text;
}

static void compute(struct md_workspace *workspace, const struct quadruple *quadruple,
		    struct md_columns *columns)
{
	struct md_slice text[MD_VERSIONS];

	for (int version = 0; version < MD_VERSIONS; version++)
		text[version] = (struct md_slice){ quadruple->text[version]->str,
						   quadruple->text[version]->len };
	md_diff_compute(workspace, text, MD_SPACE_EXACT, columns);
	md_columns_carry_words(workspace, columns);
	md_columns_tidy(columns);
}

static void assert_projection(struct md_workspace *workspace, const struct quadruple *quadruple,
			      guint projection, enum md_version version)
{
	struct md_columns columns;
	g_autoptr(GString) text = NULL;
	gsize shown;

	compute(workspace, quadruple, &columns);
	text = project(&columns, projection, &shown);
	g_assert_cmpstr(text->str, ==, quadruple->text[version]->str);
}

typedef void (*law)(struct md_workspace *workspace, struct quadruple *quadruple);

static void law_projects_back(struct md_workspace *workspace, struct quadruple *quadruple)
{
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		assert_projection(workspace, quadruple, version, version);
}

static void law_no_old_patch(struct md_workspace *workspace, struct quadruple *quadruple)
{
	quadruple_share(quadruple, MD_OLD_BASE, MD_OLD_DOWNSTREAM);
	assert_projection(workspace, quadruple, MD_CARRIED, MD_NEW_BASE);
}

static void law_same_base(struct md_workspace *workspace, struct quadruple *quadruple)
{
	quadruple_share(quadruple, MD_OLD_BASE, MD_NEW_BASE);
	assert_projection(workspace, quadruple, MD_CARRIED, MD_OLD_DOWNSTREAM);
}

static void law_all_carried(struct md_workspace *workspace, struct quadruple *quadruple)
{
	struct md_columns columns;
	g_autoptr(GString) text = NULL;
	gsize shown;

	quadruple_share(quadruple, MD_OLD_BASE, MD_NEW_BASE);
	quadruple_share(quadruple, MD_OLD_DOWNSTREAM, MD_NEW_DOWNSTREAM);
	compute(workspace, quadruple, &columns);
	text = project(&columns, MD_CARRIED, &shown);
	g_assert_cmpuint(shown, ==, 0);
}

static void law_no_patch(struct md_workspace *workspace, struct quadruple *quadruple)
{
	struct md_columns columns;
	g_autoptr(GString) text = NULL;
	gsize shown;

	quadruple_share(quadruple, MD_OLD_BASE, MD_OLD_DOWNSTREAM);
	quadruple_share(quadruple, MD_NEW_BASE, MD_NEW_DOWNSTREAM);
	compute(workspace, quadruple, &columns);
	text = project(&columns, MD_CARRIED, &shown);
	g_assert_cmpuint(shown, ==, 0);
}

/* Every region is made of shown lines at its ends, in order, apart from the others. */
static void law_regions(struct md_workspace *workspace, struct quadruple *quadruple)
{
	struct md_columns columns;
	g_autoptr(GArray) regions = NULL;
	gsize at = 0, context = quadruple->text[0]->len % 4;

	compute(workspace, quadruple, &columns);
	regions = md_regions_find(&columns, md_mark_set_shown(), context);
	for (guint i = 0; i < regions->len; i++) {
		const struct md_region *region = &g_array_index(regions, struct md_region, i);

		g_assert_cmpuint(at, <=, region->context_first);
		g_assert_cmpuint(region->context_first, <=, region->first);
		g_assert_cmpuint(region->first, <, region->end);
		g_assert_cmpuint(region->end, <=, region->context_end);
		g_assert_cmpuint(region->start.column, ==, region->context_first);
		for (gsize j = at; j < region->first; j++)
			g_assert_true(md_mark_shown(columns.mark[j]) == ' ');
		g_assert_true(md_mark_is_shown(columns.mark[region->first], md_mark_set_shown()));
		g_assert_true(md_mark_is_shown(columns.mark[region->end - 1], md_mark_set_shown()));
		at = region->end;
		if (i + 1 == regions->len) {
			for (gsize j = at; j < columns.count; j++)
				g_assert_true(md_mark_shown(columns.mark[j]) == ' ');
		}
		at = MAX(at, region->context_end);
	}
}

/* Where git merges cleanly and no line recurs, what is carried is git's merge. */
static void law_merge(struct md_workspace *workspace, struct quadruple *quadruple)
{
	const GString *ancestor = quadruple->text[MD_OLD_BASE];
	const GString *ours = quadruple->text[MD_OLD_DOWNSTREAM];
	const GString *theirs = quadruple->text[MD_NEW_BASE];
	git_merge_file_input input[3];
	git_merge_file_result result = { 0 };
	struct md_columns columns;
	g_autoptr(GString) carried = NULL, merged = NULL;
	gsize shown;

	for (int i = 0; i < 3; i++)
		git_merge_file_input_init(&input[i], GIT_MERGE_FILE_INPUT_VERSION);
	input[0].ptr = ancestor->str;
	input[0].size = ancestor->len;
	input[1].ptr = ours->str;
	input[1].size = ours->len;
	input[2].ptr = theirs->str;
	input[2].size = theirs->len;
	g_assert_cmpint(git_merge_file(&result, &input[0], &input[1], &input[2], NULL), ==, 0);
	if (result.automergeable) {
		merged = g_string_new_len(result.ptr, (gssize)result.len);
		/* The carried text is what any new downstream is measured against. */
		g_string_assign(quadruple->text[MD_NEW_DOWNSTREAM], merged->str);
		compute(workspace, quadruple, &columns);
		carried = project(&columns, MD_CARRIED, &shown);
		g_assert_cmpstr(carried->str, ==, merged->str);
		g_assert_cmpuint(shown, ==, 0);
	}
	git_merge_file_result_free(&result);
}

static void check_law(law holds, guint letters)
{
	MD_AUTOPTR(md_workspace) workspace = md_workspace_new();
	guint32 seed = (guint32)g_test_rand_int();
	struct vocabulary vocabulary = { g_rand_new_with_seed(seed), letters, 0 };

	g_test_message("seed %u", seed);
	for (guint i = 0; i < QUADRUPLES; i++) {
		struct quadruple quadruple;

		quadruple_make(&quadruple, &vocabulary);
		holds(workspace, &quadruple);
		quadruple_clear(&quadruple);
	}
	g_rand_free(vocabulary.rand);
}

static const struct {
	const char *name;
	law holds;
	gboolean recurring; /* holds for lines that recur, too */
} laws[] = {
	{ "projects-back", law_projects_back, TRUE },
	{ "no-old-patch", law_no_old_patch, TRUE },
	{ "same-base", law_same_base, TRUE },
	{ "all-carried", law_all_carried, TRUE },
	{ "no-patch", law_no_patch, TRUE },
	{ "regions", law_regions, TRUE },
	{ "merge", law_merge, FALSE },
};

static void test_law(const void *data)
{
	gsize index = GPOINTER_TO_SIZE(data);

	check_law(laws[index].holds, 0);
	if (laws[index].recurring) {
		check_law(laws[index].holds, 3);
		check_law(laws[index].holds, 40);
	}
}

int main(int argc, char **argv)
{
	int status;

	git_libgit2_init();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
		g_autofree char *path = g_strconcat("/diff/laws/", laws[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_law);
	}
	status = g_test_run();
	git_libgit2_shutdown();
	return status;
}
