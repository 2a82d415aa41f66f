/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What port and revert come to: a patch, beside it what was left out, or a whole
 * tree; and a ledger, to standard output where the patch is in a file, else behind
 * it on standard error.
 */
#include "cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* OUT/ as the folder that it names; NULL where something else is asked for. */
static char *tree_folder(const struct common_options *options)
{
	const char *name = options->output;
	gsize size = name ? strlen(name) : 0;

	if (size == 0 || name[size - 1] != '/')
		return NULL;
	while (size > 1 && name[size - 1] == '/')
		size--;
	return g_strndup(name, size);
}

gboolean result_is_tree(const struct common_options *options)
{
	g_autofree char *folder = tree_folder(options);

	return folder != NULL;
}

gboolean result_check(const struct common_options *options, GError **error)
{
	/* A patch is written, be it quiet or not. */
	const struct common_options where = { .output = options->output };
	g_autofree char *folder = tree_folder(options);

	if (folder != NULL)
		return folder_check(folder, error);
	/* Of a series it is a folder that is written, and it may be there. */
	return (where.output != NULL && g_file_test(where.output, G_FILE_TEST_IS_DIR)) ||
	       output_check(&where, error);
}

gboolean result_check_conflicts(const char *conflicts, const struct common_options *options,
				GError **error)
{
	if (g_strcmp0(conflicts, "rej") != 0 || options->output != NULL)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING,
		    "--conflicts=rej: wants -o, for the rejects lie beside what it names");
	return FALSE;
}

static gboolean write_patch(const struct result *result, const struct common_options *where,
			    GError **error)
{
	struct output *output = output_open(where, error);

	if (output == NULL)
		return FALSE;
	return output_close(
		output, result->patch(result->object, output_write_patch, output, error), error);
}

/* OUT.rej, where there is something for it. */
static gboolean write_rejected(const struct result *result, const char *name, GError **error)
{
	g_autofree char *path = g_strconcat(name, ".rej", NULL);
	const struct common_options where = { .output = path };
	GBytes *rejected = result->rejected;
	struct output *output;

	if (g_bytes_get_size(rejected) == 0) {
		/* What a run before left would be taken for this one's. */
		unlink(path);
		return TRUE;
	}
	output = output_open(&where, error);
	if (output == NULL)
		return FALSE;
	return output_close(output,
			    output_write(output, g_bytes_get_data(rejected, NULL),
					 g_bytes_get_size(rejected), error),
			    error);
}

gboolean result_write(const struct result *result, const struct common_options *options,
		      struct progress *progress, GError **error)
{
	g_autofree char *folder = tree_folder(options);

	if (folder != NULL)
		return md_tree_export(result->tree, folder, (guint)options->jobs,
				      progress_hooks(progress), error);
	return write_patch(result, options, error) &&
	       (options->output == NULL || write_rejected(result, options->output, error));
}

static gboolean write_to_stream(void *data, const char *bytes, gsize size, GError **error)
{
	if (fwrite(bytes, 1, size, data) == size)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "the ledger cannot be written");
	return FALSE;
}

gboolean result_write_ledger(const struct result *result, const struct common_options *options,
			     const struct md_render_settings *render, GError **error)
{
	const struct common_options where = { .no_pager = options->no_pager };
	struct output *output;

	if (options->quiet)
		return TRUE;
	if (options->output == NULL)
		return result->ledger(result->object, render, write_to_stream, stderr, error);
	output = output_open(&where, error);
	if (output == NULL)
		return FALSE;
	return output_close(
		output, result->ledger(result->object, render, output_write, output, error), error);
}
