/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs, as the commands that read them are given them. */
#include "cmd.h"

gboolean log_open_symbols(const struct common_options *options, struct md_symbols **symbols,
			  GError **error)
{
	if (options->vmlinux == NULL && options->system_map == NULL)
		return TRUE;
	*symbols = md_symbols_new(options->vmlinux, options->system_map, error);
	return *symbols != NULL;
}

static gboolean feed(void *data, const char *bytes, gsize size, GError **error)
{
	return md_log_feed(data, bytes, size, error);
}

struct md_log *log_read(const char *path, struct md_symbols *symbols, const struct md_hooks *hooks,
			GError **error)
{
	MD_AUTOPTR(md_log) log = md_log_new(path);

	if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
			    "%s: a folder, where a log is expected: logs stand before trees", path);
		return NULL;
	}
	if (!md_file_feed(path, feed, log, hooks, error) || !md_log_finish(log, error))
		return NULL;
	if (symbols != NULL && !md_symbols_resolve(symbols, log, error))
		return NULL;
	return g_steal_pointer(&log);
}
