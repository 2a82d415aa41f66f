/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle: GNU patch itself.  Thousands of small files of few different
 * lines, each with a patch whose hunks are off, out of order, short of context
 * or meet a file that has changed; every result and every hunk must be what
 * GNU patch makes of it.
 */
#include "patch_fixture.h"

#include <glib/gstdio.h>

#define BATCHES 60
#define BATCH_FILES 100

/* One line of an edit from the base to the patched file. */
struct edit {
	char sign;
	char *text;
};

/* A file with its patch, and what both programs made of it. */
struct sample {
	char *path;
	char *target; /* what the patch meets; NULL: no file */
	GString *patch;
	char *ours, *theirs; /* results, NULL: no file */
	GString *our_log, *their_log;
};

static gboolean chance(int percent)
{
	return g_test_rand_int_range(0, 100) < percent;
}

/* One of @kinds lines: few, so that they recur. */
static char *random_line(int kinds)
{
	return g_strdup_printf("line %c\n", 'a' + g_test_rand_int_range(0, kinds));
}

static void edit_clear(void *data)
{
	struct edit *edit = data;

	g_free(edit->text);
}

static void add_edit(GArray *edits, char sign, char *text)
{
	struct edit edit = { sign, text };

	g_array_append_val(edits, edit);
}

/* A random edit of a random file. */
static GArray *random_edits(int kinds)
{
	GArray *edits = g_array_new(FALSE, FALSE, sizeof(struct edit));
	int lines = g_test_rand_int_range(0, 40), density = g_test_rand_int_range(2, 25);

	g_array_set_clear_func(edits, edit_clear);
	for (int i = 0; i < lines; i++) {
		if (chance(density))
			add_edit(edits, '+', random_line(kinds));
		add_edit(edits, chance(density) ? '-' : ' ', random_line(kinds));
	}
	if (chance(density) || edits->len == 0)
		add_edit(edits, '+', random_line(kinds));
	return edits;
}

/* Takes the newline off the last line of a side, as it stands in both. */
static void drop_final_newline(GArray *edits)
{
	for (guint i = edits->len; i-- > 0;) {
		struct edit *edit = &g_array_index(edits, struct edit, i);

		g_strchomp(edit->text);
		if (i == edits->len - 1 && edit->sign == ' ')
			return;
		/* The other side keeps its newline half of the time. */
		for (guint j = i; j-- > 0 && chance(50);) {
			struct edit *other = &g_array_index(edits, struct edit, j);

			if (other->sign != edit->sign && other->sign != ' ') {
				g_strchomp(other->text);
				return;
			}
			if (other->sign == ' ')
				return;
		}
		return;
	}
}

/* The file on the side whose lines have @sign, changed here and there. */
static char *random_target(const GArray *edits, int kinds, int damage)
{
	GString *target = g_string_new(NULL);

	for (guint i = 0; i < edits->len; i++) {
		const struct edit *edit = &g_array_index(edits, struct edit, i);

		if (chance(damage)) {
			g_autofree char *line = random_line(kinds);

			g_string_append(target, line);
		}
		if (edit->sign != '+' && !chance(damage)) {
			if (target->len > 0 && target->str[target->len - 1] != '\n')
				g_string_append_c(target, '\n');
			g_string_append(target, edit->text);
		}
	}
	return g_string_free(target, FALSE);
}

static void print_edit(GString *out, const struct edit *edit)
{
	g_string_append_c(out, edit->sign);
	g_string_append(out, edit->text);
	if (!g_str_has_suffix(edit->text, "\n"))
		g_string_append(out, "\n\\ No newline at end of file\n");
}

/* Prints edits [first, end) as one hunk whose numbers may be off. */
static char *print_hunk(const GArray *edits, guint first, guint end, int shift)
{
	GString *out = g_string_new(NULL);
	int start[2] = { 1, 1 }, count[2] = { 0, 0 };

	for (guint i = 0; i < end; i++) {
		const struct edit *edit = &g_array_index(edits, struct edit, i);
		int *counter = i < first ? start : count;

		counter[0] += edit->sign != '+';
		counter[1] += edit->sign != '-';
	}
	for (int side = 0; side < 2; side++) {
		start[side] = MAX(start[side] + shift, 1);
		if (count[side] == 0)
			start[side]--;
	}
	g_string_append_printf(out, "@@ -%d,%d +%d,%d @@\n", start[0], count[0], start[1],
			       count[1]);
	for (guint i = first; i < end; i++)
		print_edit(out, &g_array_index(edits, struct edit, i));
	return g_string_free(out, FALSE);
}

static gboolean is_change(const GArray *edits, guint index)
{
	return g_array_index(edits, struct edit, index).sign != ' ';
}

/* Cuts the edits into hunks with up to @context lines around the changes. */
static GPtrArray *random_hunks(const GArray *edits, guint context, gboolean trim, int shift)
{
	GPtrArray *hunks = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0, done = 0; i < edits->len; i++) {
		guint first = i, end, quiet = 0;

		if (!is_change(edits, i))
			continue;
		while (first > done && i - first < context && !is_change(edits, first - 1))
			first--;
		for (end = i; end < edits->len && quiet <= 2 * context; end++)
			quiet = is_change(edits, end) ? 0 : quiet + 1;
		end -= quiet > context ? quiet - context : 0;
		i = done = end;
		/* Context that is shorter at one end ties a hunk to that end of the file. */
		if (trim && !is_change(edits, first))
			first++;
		if (trim && chance(50) && !is_change(edits, end - 1))
			end--;
		g_ptr_array_add(hunks, print_hunk(edits, first, end, shift));
		i--;
	}
	return hunks;
}

static struct sample *random_sample(guint index)
{
	struct sample *sample = g_new0(struct sample, 1);
	int kinds = g_test_rand_int_range(2, 27), damage = chance(40) ? 0 : 4;
	g_autoptr(GArray) edits = random_edits(kinds);
	g_autoptr(GPtrArray) hunks = NULL;
	int shift = chance(50) ? 0 : g_test_rand_int_range(-12, 13), absent;

	if (chance(25))
		drop_final_newline(edits);
	hunks = random_hunks(edits, (guint)g_test_rand_int_range(0, 5), chance(20), shift);
	sample->path = g_strdup_printf("f%u", index);
	sample->target = chance(3) ? NULL : random_target(edits, kinds, damage);
	sample->patch = g_string_new(NULL);
	sample->our_log = g_string_new(NULL);
	sample->their_log = g_string_new(NULL);
	if (hunks->len > 1 && chance(10)) {
		guint other = (guint)g_test_rand_int_range(1, (int)hunks->len);
		gpointer swapped = hunks->pdata[0];

		hunks->pdata[0] = hunks->pdata[other];
		hunks->pdata[other] = swapped;
	}
	if (hunks->len == 0)
		return sample;
	/* At times a name is missing: the hunk then creates or deletes, or says so. */
	absent = hunks->len == 1 ? g_test_rand_int_range(0, 8) : -1;
	g_string_append_printf(sample->patch, "--- %s%s\n", absent == 0 ? "/dev/null" : "a/",
			       absent == 0 ? "" : sample->path);
	g_string_append_printf(sample->patch, "+++ %s%s\n", absent == 1 ? "/dev/null" : "b/",
			       absent == 1 ? "" : sample->path);
	for (guint i = 0; i < hunks->len; i++)
		g_string_append(sample->patch, hunks->pdata[i]);
	return sample;
}

static void sample_free(void *data)
{
	struct sample *sample = data;

	g_free(sample->path);
	g_free(sample->target);
	g_free(sample->ours);
	g_free(sample->theirs);
	g_string_free(sample->patch, TRUE);
	g_string_free(sample->our_log, TRUE);
	g_string_free(sample->their_log, TRUE);
	g_free(sample);
}

/* ------------------------------------------------------------- both sides */

struct settings {
	guint fuzz;
	gboolean remove_empty;
};

/* The sample that a line "NAME..." of a log is of. */
static struct sample *sample_of(GPtrArray *samples, const char *name)
{
	guint64 index = g_ascii_strtoull(name + 1, NULL, 10);

	return g_ptr_array_index(samples, index % BATCH_FILES);
}

static void write_log(void *data, const char *message)
{
	const char *name = strstr(message, ": ") + 2, *hunk = strstr(name, ": ") + 2;

	g_string_append_printf(sample_of(data, name)->our_log, "%s\n", hunk);
}

static void apply_ours(GPtrArray *samples, const char *text, const struct settings *settings)
{
	g_autoptr(GHashTable) files = memory_new();
	const struct md_patch_base base = memory_base(files);
	const struct md_apply_settings apply = { .strip = 1,
						 .fuzz = settings->fuzz,
						 .remove_empty = settings->remove_empty };
	const struct md_hooks hooks = { .log = write_log, .data = samples };
	MD_AUTOPTR(md_patched) patched = NULL;
	MD_AUTOPTR(md_patch) patch = parse_good(text);
	g_autoptr(GPtrArray) rejects = rejects_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < samples->len; i++) {
		struct sample *sample = g_ptr_array_index(samples, i);

		if (sample->target != NULL)
			memory_add(files, sample->path, 0100644, sample->target, -1);
	}
	patched = md_patched_new(&base);
	g_assert_true(md_patched_apply(patched, patch, &apply, rejects, &hooks, &error));
	g_assert_no_error(error);
	for (guint i = 0; i < rejects->len; i++) {
		const struct md_reject *reject = g_ptr_array_index(rejects, i);

		if (reject->hunk[0] != '\0')
			g_string_append_printf(sample_of(samples, reject->path)->our_log,
					       "failed %s\n", reject->hunk);
	}
	for (guint i = 0; i < samples->len; i++) {
		struct sample *sample = g_ptr_array_index(samples, i);
		struct md_patched_file file;

		sample->ours = md_patched_get(patched, sample->path, &file)
				       ? patched_content(patched, sample->path)
				       : g_strdup(sample->target);
	}
}

/* The header of hunk @number (from 1) of @patch. */
static char *hunk_header(const char *patch, guint64 number)
{
	const char *at = patch, *end;
	g_autofree char *written = NULL;
	g_autoptr(GString) header = NULL;

	while (number-- > 0)
		at = strstr(at, "\n@@ ") + 1;
	end = strstr(at, " @@\n") + 3;
	written = g_strndup(at, (gsize)(end - at));
	header = g_string_new(written);
	/* We leave out a count of one. */
	g_string_replace(header, ",1 ", " ", 0);
	return g_string_free(g_steal_pointer(&header), FALSE);
}

/* Sorts what GNU patch says by file, in our words. */
static void read_their_log(GPtrArray *samples, const char *output)
{
	g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
	struct sample *sample = NULL;

	for (char **line = lines; *line != NULL; line++) {
		char *failed = strstr(*line, " FAILED at ");

		if (g_str_has_prefix(*line, "patching file ")) {
			sample = sample_of(samples, *line + strlen("patching file "));
		} else if (g_str_has_prefix(*line, "Hunk #") && failed != NULL) {
			g_autofree char *header = hunk_header(
				sample->patch->str, g_ascii_strtoull(*line + 6, NULL, 10));

			g_string_append_printf(sample->their_log, "failed %s\n", header);
		} else if (g_str_has_prefix(*line, "Hunk #")) {
			(*line)[strlen(*line) - 1] = '\0';
			g_string_append_printf(sample->their_log, "h%s\n", *line + 1);
		}
	}
}

/* Runs GNU patch over the samples in @folder; FALSE when it was killed. */
static gboolean apply_theirs(GPtrArray *samples, const char *folder, const char *text,
			     const struct settings *settings)
{
	g_autofree char *fuzz = g_strdup_printf("-F%u", settings->fuzz);
	g_autofree char *input = g_build_filename(folder, "input.patch", NULL);
	char *arguments[] = { (char *)"patch",
			      (char *)"-f",
			      (char *)"-p1",
			      (char *)"-u",
			      fuzz,
			      (char *)"--no-backup-if-mismatch",
			      (char *)"-r",
			      (char *)"-",
			      (char *)"-i",
			      (char *)"input.patch",
			      settings->remove_empty ? (char *)"-E" : NULL,
			      NULL };
	g_autofree char *output = NULL;
	g_autoptr(GError) error = NULL;
	int status;

	g_assert_true(g_file_set_contents(input, text, -1, NULL));
	for (guint i = 0; i < samples->len; i++) {
		struct sample *sample = g_ptr_array_index(samples, i);
		g_autofree char *path = g_build_filename(folder, sample->path, NULL);

		if (sample->target != NULL)
			g_assert_true(g_file_set_contents(path, sample->target, -1, NULL));
	}
	g_assert_true(g_spawn_sync(folder, arguments, NULL,
				   G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
				   &output, NULL, &status, &error));
	g_assert_no_error(error);
	read_their_log(samples, output);
	for (guint i = 0; i < samples->len; i++) {
		struct sample *sample = g_ptr_array_index(samples, i);
		g_autofree char *path = g_build_filename(folder, sample->path, NULL);

		g_file_get_contents(path, &sample->theirs, NULL, NULL);
		g_unlink(path);
	}
	g_unlink(input);
	/* A status that no exit gives: it was killed, by its own assertions. */
	return g_spawn_check_wait_status(status, NULL) || status == 0x100;
}

/* ---------------------------------------------------------------- compare */

/* Lines that GNU patch joins where the file ends without a newline. */
static gboolean only_joined(const struct sample *sample)
{
	g_autoptr(GString) ours = g_string_new(sample->ours);
	g_autoptr(GString) theirs = g_string_new(sample->theirs);

	if (sample->ours == NULL || sample->theirs == NULL)
		return FALSE;
	g_string_replace(ours, "\n", "", 0);
	g_string_replace(theirs, "\n", "", 0);
	return g_string_equal(ours, theirs);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines of a log in an order of their own: we tell rejects at the end. */
static char *sorted(const char *log)
{
	g_auto(GStrv) lines = g_strsplit(log, "\n", -1);

	qsort(lines, g_strv_length(lines), sizeof(char *), compare_lines);
	return g_strjoinv("\n", lines);
}

static void check_sample(const struct sample *sample)
{
	g_autofree char *our_log = sorted(sample->our_log->str);
	g_autofree char *their_log = sorted(sample->their_log->str);

	if (g_strcmp0(sample->ours, sample->theirs) == 0 && strcmp(our_log, their_log) == 0)
		return;
	/* With -f and fuzz GNU patch changes a file that is missing; we never do. */
	if (sample->target == NULL && sample->ours == NULL)
		return;
	/* With -E it removes a file that was empty before, though no hunk went in. */
	if (g_strcmp0(sample->target, "") == 0 && g_strcmp0(sample->ours, "") == 0)
		return;
	if (strcmp(our_log, their_log) == 0 && only_joined(sample))
		return;
	g_test_message("file:\n%s\npatch:\n%s\nours:\n%s%s\ntheirs:\n%s%s", sample->target,
		       sample->patch->str, our_log, sample->ours, their_log, sample->theirs);
	g_test_fail();
}

static GPtrArray *random_batch(void)
{
	GPtrArray *samples = g_ptr_array_new_with_free_func(sample_free);

	for (guint i = 0; i < BATCH_FILES; i++)
		g_ptr_array_add(samples, random_sample(i));
	return samples;
}

static void test_oracle(void)
{
	g_autofree char *program = g_find_program_in_path("patch");
	g_autofree char *folder = NULL;
	guint killed = 0;

	if (program == NULL) {
		g_test_skip("GNU patch is not installed: NOTHING WAS COMPARED");
		return;
	}
	folder = g_dir_make_tmp("metadiff-oracle-XXXXXX", NULL);
	for (guint i = 0; i < BATCHES && !g_test_failed(); i++) {
		const struct settings settings = { .fuzz = i % 4, .remove_empty = i / 4 % 2 };
		g_autoptr(GPtrArray) samples = random_batch();
		g_autoptr(GString) text = g_string_new(NULL);

		for (guint j = 0; j < samples->len; j++)
			g_string_append(text, ((struct sample *)samples->pdata[j])->patch->str);
		if (!apply_theirs(samples, folder, text->str, &settings)) {
			killed++;
			continue;
		}
		apply_ours(samples, text->str, &settings);
		for (guint j = 0; j < samples->len; j++)
			check_sample(g_ptr_array_index(samples, j));
	}
	g_rmdir(folder);
	g_test_message("%d patches compared", (int)(BATCHES - killed) * BATCH_FILES);
	g_assert_cmpuint(killed, <, BATCHES / 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/patch/oracle", test_oracle);
	return g_test_run();
}
