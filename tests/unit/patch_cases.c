/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folders in tests/cases/patch, each a story:
 *
 *   before/      the files that the patch meets
 *   fix.patch    the patch, or "series" and the patches that it names
 *   settings     if not "strip 1": lines "strip N", "strip find", "fuzz N",
 *                "remove-empty"
 *   expected     what comes of it: every touched file, every reject, the log
 *
 * METADIFF_REWRITE=1 writes "expected" anew, for review in the diff.
 */
#include "patch_fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_file(GHashTable *files, const char *path, const char *name)
{
	g_autofree char *content = NULL;
	GStatBuf status;
	gsize size;

	g_assert_cmpint(g_lstat(path, &status), ==, 0);
	if (S_ISLNK(status.st_mode)) {
		content = g_file_read_link(path, NULL);
		memory_add(files, name, 0120000, content, -1);
		return;
	}
	g_assert_true(g_file_get_contents(path, &content, &size, NULL));
	memory_add(files, name, status.st_mode & 0100 ? 0100755 : 0100644, content, (gssize)size);
}

/* Reads the files under @folder; their names begin with @prefix. */
static void add_folder(GHashTable *files, const char *folder, const char *prefix)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *entry;

	while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, entry, NULL);
		g_autofree char *name = g_strconcat(prefix, entry, NULL);
		g_autofree char *inside = g_strconcat(name, "/", NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			add_folder(files, path, inside);
		else
			add_file(files, path, name);
	}
}

static void read_settings(const char *folder, struct md_apply_settings *settings)
{
	g_autofree char *path = g_build_filename(folder, "settings", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	lines = g_strsplit(g_strchomp(text), "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		if (strcmp(*line, "strip find") == 0)
			settings->strip = MD_STRIP_FIND;
		else if (g_str_has_prefix(*line, "strip "))
			settings->strip = (*line)[strlen("strip ")] - '0';
		else if (g_str_has_prefix(*line, "fuzz "))
			settings->fuzz = (guint)((*line)[strlen("fuzz ")] - '0');
		else if (strcmp(*line, "remove-empty") == 0)
			settings->remove_empty = TRUE;
		else
			g_error("%s: unknown setting \"%s\"", path, *line);
	}
}

struct run {
	const char *folder;
	struct md_patched *patched;
	struct md_apply_settings settings;
	GPtrArray *rejects;
	GString *out;
};

static void write_log(void *data, const char *message)
{
	g_string_append_printf(data, "# %s\n", message);
}

static void apply_one(struct run *run, const char *name, gboolean reverse)
{
	const struct md_hooks hooks = { .log = write_log, .data = run->out };
	g_autofree char *path = g_build_filename(run->folder, name, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;
	MD_AUTOPTR(md_patch) patch = NULL;
	char *content;
	gsize size;

	g_assert_true(g_file_get_contents(path, &content, &size, NULL));
	bytes = g_bytes_new_take(content, size);
	patch = md_patch_parse(name, bytes, &error);
	if (patch == NULL) {
		g_string_append_printf(run->out, "error: %s\n", error->message);
		return;
	}
	if (reverse)
		md_patch_reverse(patch);
	g_assert_true(md_patched_apply(run->patched, patch, &run->settings, run->rejects, &hooks,
				       &error));
}

static void apply_all(struct run *run)
{
	g_autofree char *path = g_build_filename(run->folder, "series", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) series = NULL;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, NULL)) {
		apply_one(run, "fix.patch", FALSE);
		return;
	}
	series = md_series_parse("series", (struct md_slice){ text, size }, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < series->len; i++) {
		const struct md_series_entry *entry =
			&g_array_index(series, struct md_series_entry, i);

		run->settings.strip = (int)entry->strip;
		apply_one(run, entry->name, entry->reverse);
	}
}

/* Appends content so that it can be read, and told whether it ends in a newline. */
static void append_content(GString *out, GBytes *content)
{
	struct md_slice rest = md_slice_from_bytes(content), line;
	guchar last = md_slice_is_binary(rest) ? '~' : 0xff;

	while (md_slice_next_line(&rest, &line)) {
		struct md_slice text = md_slice_chomp(line);

		for (gsize i = 0; i < text.size; i++) {
			if (((guchar)text.data[i] < ' ' && text.data[i] != '\t') ||
			    (guchar)text.data[i] > last)
				g_string_append_printf(out, "\\%03o", (guchar)text.data[i]);
			else
				g_string_append_c(out, text.data[i]);
		}
		g_string_append(out, text.size < line.size ? "\n" : "\n\\ no newline\n");
	}
}

static void report(const struct run *run)
{
	g_autoptr(GPtrArray) paths = md_patched_paths(run->patched);

	for (guint i = 0; i < paths->len; i++) {
		struct md_patched_file file;

		g_assert_true(md_patched_get(run->patched, paths->pdata[i], &file));
		g_string_append_printf(run->out, "== %s", (const char *)paths->pdata[i]);
		if (file.mode == 0) {
			g_string_append(run->out, " gone\n");
			continue;
		}
		g_string_append_printf(run->out, " %o\n", file.mode);
		append_content(run->out, file.content);
	}
	for (guint i = 0; i < run->rejects->len; i++) {
		const struct md_reject *reject = g_ptr_array_index(run->rejects, i);

		g_string_append_printf(run->out, "!! %s:%zu: %s%s%s: %s\n", reject->patch,
				       reject->place, reject->path, reject->hunk[0] ? " " : "",
				       reject->hunk, reject->reason);
	}
}

static void test_case(gconstpointer data)
{
	const char *folder = data;
	g_autofree char *before = g_build_filename(folder, "before", NULL);
	g_autofree char *expected_path = g_build_filename(folder, "expected", NULL);
	g_autofree char *expected = NULL;
	g_autoptr(GHashTable) files = memory_new();
	const struct md_patch_base base = memory_base(files);
	MD_AUTOPTR(md_patched) patched = md_patched_new(&base);
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autoptr(GString) out = g_string_new(NULL);
	struct run run = { folder, patched, { .strip = 1 }, rejects, out };

	add_folder(files, before, "");
	read_settings(folder, &run.settings);
	apply_all(&run);
	report(&run);
	if (g_getenv("METADIFF_REWRITE") != NULL)
		g_assert_true(g_file_set_contents(expected_path, out->str, (gssize)out->len, NULL));
	g_assert_true(g_file_get_contents(expected_path, &expected, NULL, NULL));
	g_assert_cmpstr(out->str, ==, expected);
}

int main(int argc, char **argv)
{
	g_autofree char *root = NULL;
	g_autoptr(GDir) dir = NULL;
	const char *name;

	g_test_init(&argc, &argv, NULL);
	root = g_test_build_filename(G_TEST_DIST, "cases", "patch", NULL);
	dir = g_dir_open(root, 0, NULL);
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_strconcat("/patch/cases/", name, NULL);

		g_test_add_data_func_full(path, g_build_filename(root, name, NULL), test_case,
					  g_free);
	}
	return g_test_run();
}
