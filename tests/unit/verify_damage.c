/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A proof is worth what it refuses: a comparison of several files is damaged in every
 * way that a mistake in the program could, and each time md_verify() must say so.
 */
#include "verify/verify.h"

#include "memory_tree.h"

#include <string.h>

struct fixture_file {
	enum md_version first; /* version that has it, and the next ones up to... */
	enum md_version last;
	const char *path;
	guint32 mode;
	const char *content;
	gssize size; /* -1: up to the NUL */
};

#define OB MD_OLD_BASE
#define OD MD_OLD_DOWNSTREAM
#define NB MD_NEW_BASE
#define ND MD_NEW_DOWNSTREAM

#define BODY "alpha one\nbeta two\ngamma three\ndelta four\nepsilon five\nzeta six\n"
#define BLOCK "moved block line 1\nmoved block line 2\nmoved block line 3\nmoved block line 4\n"

static const struct fixture_file files[] = {
	/* Its own change rewritten, in two places. */
	{ OB, OB, "a.c", MD_MODE_FILE, BODY BODY "end\n", -1 },
	{ OD, OD, "a.c", MD_MODE_FILE, "first\n" BODY BODY "end\nlast\n", -1 },
	{ NB, NB, "a.c", MD_MODE_FILE, "upstream\n" BODY BODY "end\n", -1 },
	{ ND, ND, "a.c", MD_MODE_FILE, "upstream\nfirst, again\n" BODY BODY "end\nmost\n", -1 },
	/* Carried whole, and carried over upstream's change. */
	{ OB, OB, "whole.c", MD_MODE_FILE, BODY, -1 },
	{ OD, OD, "whole.c", MD_MODE_FILE, BODY "more\n", -1 },
	{ NB, NB, "whole.c", MD_MODE_FILE, "new\n" BODY, -1 },
	{ ND, ND, "whole.c", MD_MODE_FILE, "new\n" BODY "more\n", -1 },
	/* Renamed by upstream. */
	{ OB, OB, "old-name.c", MD_MODE_FILE, BODY BODY BODY, -1 },
	{ OD, OD, "old-name.c", MD_MODE_FILE, BODY BODY BODY "theirs\n", -1 },
	{ NB, NB, "new-name.c", MD_MODE_FILE, BODY BODY BODY, -1 },
	{ ND, ND, "new-name.c", MD_MODE_FILE, BODY BODY BODY "theirs\n", -1 },
	/* Binary, a mode, a file made and one deleted, a link. */
	{ OB, OB, "logo", MD_MODE_FILE, "1\0", 2 },
	{ OD, OD, "logo", MD_MODE_FILE, "2\0", 2 },
	{ NB, NB, "logo", MD_MODE_FILE, "1\0", 2 },
	{ ND, ND, "logo", MD_MODE_FILE, "3\0", 2 },
	{ OB, NB, "run", MD_MODE_FILE, "#!/bin/sh\n", -1 },
	{ ND, ND, "run", MD_MODE_EXECUTABLE, "#!/bin/sh\n", -1 },
	{ ND, ND, "made.c", MD_MODE_FILE, "made\n", -1 },
	{ OB, NB, "deleted.c", MD_MODE_FILE, "deleted\n", -1 },
	{ OB, NB, "link", MD_MODE_SYMLINK, "here", -1 },
	{ ND, ND, "link", MD_MODE_SYMLINK, "there", -1 },
	/* The downstream moves a block of its own from the one to the other. */
	{ OB, OB, "from.c", MD_MODE_FILE, BODY, -1 },
	{ OD, OD, "from.c", MD_MODE_FILE, BODY BLOCK, -1 },
	{ NB, ND, "from.c", MD_MODE_FILE, BODY, -1 },
	{ OB, NB, "to.c", MD_MODE_FILE, BODY, -1 },
	{ ND, ND, "to.c", MD_MODE_FILE, BODY BLOCK, -1 },
};

struct fixture {
	struct md_tree *empty, *tree[MD_VERSIONS];
	struct md_comparison *comparison;
};

static void fixture_init(struct fixture *fixture, const char *show)
{
	MD_AUTOPTR(md_compare_settings) settings = md_compare_settings_new();
	g_autoptr(GError) error = NULL;

	fixture->empty = memory_tree_new("empty", 0, (struct md_slice){ NULL, 0 });
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		struct md_tree *below = version % 2 ? fixture->tree[version - 1] : fixture->empty;

		fixture->tree[version] = md_tree_overlay_new(below, md_version_name(version));
		for (guint i = 0; i < G_N_ELEMENTS(files); i++)
			md_tree_overlay_set(fixture->tree[version], files[i].path, MD_MODE_ABSENT,
					    NULL);
		for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
			gsize size =
				files[i].size < 0 ? strlen(files[i].content) : (gsize)files[i].size;
			g_autoptr(GBytes) content = g_bytes_new_static(files[i].content, size);

			if (version >= files[i].first && version <= files[i].last)
				md_tree_overlay_set(fixture->tree[version], files[i].path,
						    files[i].mode, content);
		}
	}
	g_assert_true(show == NULL || md_compare_settings_set_show(settings, show, NULL));
	g_assert_true(md_compare_settings_can_verify(settings, NULL));
	fixture->comparison = md_compare(fixture->tree, settings, NULL, &error);
	g_assert_no_error(error);
}

static void fixture_clear(struct fixture *fixture)
{
	md_comparison_free(fixture->comparison);
	for (enum md_version version = MD_VERSIONS; version-- > 0;)
		md_tree_free(fixture->tree[version]);
	md_tree_free(fixture->empty);
}

static void verify(struct fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(md_verify(fixture->comparison, 0, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(fixture->comparison->verification->files, ==,
			 fixture->comparison->pairs->len);
}

static struct md_file_comparison *find_file(struct md_comparison *comparison, const char *name)
{
	for (guint i = 0; i < comparison->files->len; i++) {
		struct md_file_comparison *file = g_ptr_array_index(comparison->files, i);

		if (strcmp(file->name, name) == 0)
			return file;
	}
	g_assert_not_reached();
}

static guint find_pair(struct md_comparison *comparison, const char *path)
{
	for (guint i = 0; i < comparison->pairs->len; i++) {
		if (strcmp(g_array_index(comparison->pairs, struct md_file_paths, i).path[ND],
			   path) == 0)
			return i;
	}
	g_assert_not_reached();
}

/* The first column of @name with @mark. */
static md_mark *find_mark(struct md_comparison *comparison, const char *name, const char *mark,
			  struct md_slice **line)
{
	const struct md_file_comparison *file = find_file(comparison, name);

	for (guint i = 0; i < file->regions->len; i++) {
		struct md_file_region *region = g_ptr_array_index(file->regions, i);

		for (gsize j = 0; j < region->count; j++) {
			if (strcmp(md_mark_info(region->mark[j])->text, mark) != 0)
				continue;
			*line = &region->line[j];
			return &region->mark[j];
		}
	}
	g_assert_not_reached();
}

/* ------------------------------------------------------------ the damages */

static void hide_added(struct md_comparison *comparison)
{
	struct md_slice *line;

	*find_mark(comparison, "a.c", ".+", &line) = MD_MARK(MD_SIGN_CONTEXT, MD_SIGN_CONTEXT);
}

/* As if a merge by words had made the line. */
static void explain_away(struct md_comparison *comparison)
{
	struct md_slice *line;

	*find_mark(comparison, "a.c", ".+", &line) |= MD_MARK_WORDS;
}

static void show_context(struct md_comparison *comparison)
{
	struct md_slice *line;

	*find_mark(comparison, "a.c", "  ", &line) = MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM);
}

static void turn_around(struct md_comparison *comparison)
{
	struct md_slice *line;

	*find_mark(comparison, "a.c", "+.", &line) = MD_MARK(MD_SIGN_ABSENT, MD_SIGN_DOWNSTREAM);
}

static void change_line(struct md_comparison *comparison)
{
	struct md_slice *line;

	find_mark(comparison, "a.c", ".+", &line);
	*line = MD_SLICE_LITERAL("another\n");
}

static void lose_newline(struct md_comparison *comparison)
{
	struct md_slice *line;

	find_mark(comparison, "a.c", ".+", &line);
	line->size--;
}

static void shift_region(struct md_comparison *comparison)
{
	const struct md_file_comparison *file = find_file(comparison, "a.c");
	struct md_file_region *region = g_ptr_array_index(file->regions, 1);

	region->start[MD_NEW_DOWNSTREAM]++;
}

static void lose_region(struct md_comparison *comparison)
{
	const struct md_file_comparison *file = find_file(comparison, "a.c");

	g_assert_cmpuint(file->regions->len, ==, 2);
	g_ptr_array_set_size(file->told, 0);
	g_ptr_array_remove_index(file->regions, 1);
}

static void tell_less(struct md_comparison *comparison)
{
	g_ptr_array_remove_index(find_file(comparison, "a.c")->told, 0);
}

static void lose_moved_line(struct md_comparison *comparison)
{
	struct md_slice *line;

	*find_mark(comparison, "to.c", ".+", &line) =
		MD_MARK(MD_SIGN_DOWNSTREAM, MD_SIGN_DOWNSTREAM);
}

static void lose_file(struct md_comparison *comparison)
{
	g_ptr_array_remove(comparison->files, find_file(comparison, "a.c"));
}

static void lose_mode(struct md_comparison *comparison)
{
	struct md_file_comparison *file = find_file(comparison, "run");

	file->mode[MD_CARRIED] = file->mode[MD_NEW_DOWNSTREAM];
}

static void lose_made(struct md_comparison *comparison)
{
	g_ptr_array_remove(comparison->files, find_file(comparison, "made.c"));
}

static void lose_deleted(struct md_comparison *comparison)
{
	find_file(comparison, "deleted.c")->mode[MD_NEW_DOWNSTREAM] = MD_MODE_FILE;
}

static void change_binary(struct md_comparison *comparison)
{
	struct md_file_comparison *file = find_file(comparison, "logo");

	g_bytes_unref(file->carried);
	file->carried = g_bytes_new_static("1\0", 2);
}

static void change_link(struct md_comparison *comparison)
{
	find_file(comparison, "link")->mode[MD_NEW_DOWNSTREAM] = MD_MODE_FILE;
}

static void lose_pair(struct md_comparison *comparison)
{
	g_array_remove_index(comparison->pairs, find_pair(comparison, "whole.c"));
}

static void lose_shown_pair(struct md_comparison *comparison)
{
	g_array_remove_index(comparison->pairs, find_pair(comparison, "run"));
}

static void double_pair(struct md_comparison *comparison)
{
	struct md_file_paths pair = g_array_index(comparison->pairs, struct md_file_paths,
						  find_pair(comparison, "whole.c"));

	g_array_append_val(comparison->pairs, pair);
}

/* As if the new name had not been found. */
static void lose_rename(struct md_comparison *comparison)
{
	guint i = find_pair(comparison, "new-name.c");
	struct md_file_paths *pair = &g_array_index(comparison->pairs, struct md_file_paths, i);

	pair->path[NB] = pair->path[ND] = pair->path[OB];
}

static void pair_wrongly(struct md_comparison *comparison)
{
	guint a = find_pair(comparison, "whole.c"), b = find_pair(comparison, "new-name.c");
	struct md_file_paths *pair = (struct md_file_paths *)comparison->pairs->data;
	const char *path = pair[a].path[NB];

	pair[a].path[NB] = pair[b].path[NB];
	pair[b].path[NB] = path;
}

static const struct {
	const char *name;
	void (*damage)(struct md_comparison *comparison);
	const char *path; /* of the first failure */
} damages[] = {
	{ "hide-added", hide_added, "a.c" },
	{ "explain-away", explain_away, "a.c" },
	{ "show-context", show_context, "a.c" },
	{ "turn-around", turn_around, "a.c" },
	{ "change-line", change_line, "a.c" },
	{ "lose-newline", lose_newline, "a.c" },
	{ "shift-region", shift_region, "a.c" },
	{ "lose-region", lose_region, "a.c" },
	{ "tell-less", tell_less, "a.c" },
	{ "lose-moved-line", lose_moved_line, "to.c" },
	{ "lose-file", lose_file, "a.c" },
	{ "lose-mode", lose_mode, "run" },
	{ "lose-made", lose_made, "made.c" },
	{ "lose-deleted", lose_deleted, "deleted.c" },
	{ "change-binary", change_binary, "logo" },
	{ "change-link", change_link, "link" },
	{ "lose-pair", lose_pair, "whole.c" },
	{ "lose-shown-pair", lose_shown_pair, "run" },
	{ "double-pair", double_pair, "whole.c" },
	{ "lose-rename", lose_rename, "new-name.c" },
	{ "pair-wrongly", pair_wrongly, "new-name.c" },
};

static void test_damage(const void *data)
{
	const gsize index = GPOINTER_TO_SIZE(data);
	g_autoptr(GError) error = NULL;
	struct fixture fixture;
	const struct md_failure *failure;

	fixture_init(&fixture, NULL);
	damages[index].damage(fixture.comparison);
	verify(&fixture);
	g_assert_false(md_verify_passed(fixture.comparison, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_INPUT);
	g_assert_cmpuint(fixture.comparison->verification->failed->len, >, 0);
	failure = g_ptr_array_index(fixture.comparison->verification->failed, 0);
	g_test_message("%s", error->message);
	g_assert_cmpstr(failure->path, ==, damages[index].path);
	g_assert_true(g_str_has_prefix(error->message, damages[index].path));
	fixture_clear(&fixture);
}

static void test_sound(void)
{
	static const char *const shows[] = { NULL, "all" };

	for (guint i = 0; i < G_N_ELEMENTS(shows); i++) {
		g_autoptr(GError) error = NULL;
		struct fixture fixture;

		fixture_init(&fixture, shows[i]);
		verify(&fixture);
		md_verify_passed(fixture.comparison, &error);
		g_assert_no_error(error);
		/* Once more: the new finding takes the place of the old one. */
		verify(&fixture);
		g_assert_true(md_verify_passed(fixture.comparison, NULL));
		fixture_clear(&fixture);
	}
}

static void test_settings(void)
{
	MD_AUTOPTR(md_compare_settings) part = md_compare_settings_new();
	MD_AUTOPTR(md_compare_settings) blanks = md_compare_settings_new();
	g_autoptr(GError) part_error = NULL;
	g_autoptr(GError) blanks_error = NULL;

	g_assert_true(md_compare_settings_set_show(part, "added,dropped", NULL));
	g_assert_false(md_compare_settings_can_verify(part, &part_error));
	g_assert_error(part_error, MD_ERROR, MD_ERROR_SETTING);
	md_compare_settings_ignore_space_change(blanks);
	g_assert_false(md_compare_settings_can_verify(blanks, &blanks_error));
	g_assert_error(blanks_error, MD_ERROR, MD_ERROR_SETTING);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/verify/sound", test_sound);
	g_test_add_func("/verify/settings", test_settings);
	for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree char *path = g_strconcat("/verify/damage/", damages[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_damage);
	}
	return g_test_run();
}
