/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs, as the commands that read them are given them. */
#include "cmd.h"

#include <string.h>

#define WHAT_OF_AN_ARCHIVE                                                                         \
	"an archive, where a log is expected: logs stand before trees, and one that is in an "     \
	"archive is taken out first"
#define WHAT_OF_UTF_16 "UTF-16, where a log is expected: 'iconv -f UTF-16 -t UTF-8' makes one of it"
#define WHAT_OF_A_VMCORE                                                                           \
	"a vmcore, where a log is expected: 'metadiff lockup --vmcore' reads one, and crash(8) "   \
	"writes its log"

/* What is no log but is given as one, by the bytes at its beginning; ? is any. */
static const struct {
	gsize offset, size;
	const char *bytes, *what;
} others[] = {
	/* No link's target has all 100 bytes before it, where there is a NUL. */
	{ 256, 6, "\0ustar", WHAT_OF_AN_ARCHIVE },
	{ 0, 4, "PK\003\004", WHAT_OF_AN_ARCHIVE },
	{ 0, 4, "\377\376?\0", WHAT_OF_UTF_16 },
	{ 0, 3, "\376\377\0", WHAT_OF_UTF_16 },
	{ 0, 8, "KDUMP   ", WHAT_OF_A_VMCORE },
	{ 0, 4, "\177ELF",
	  "a program or a vmcore, where a log is expected: --vmlinux and 'metadiff lockup "
	  "--vmcore' read these" },
};

/* As far as any of these reaches. */
#define BEGINNING 262

struct reading {
	struct md_log *log;
	const char *path;
	char beginning[BEGINNING];
	gsize count; /* bytes in beginning */
};

gboolean log_open_symbols(const struct common_options *options, struct md_symbols **symbols,
			  GError **error)
{
	if (options->vmlinux == NULL && options->system_map == NULL)
		return TRUE;
	*symbols = md_symbols_new(options->vmlinux, options->system_map, error);
	return *symbols != NULL;
}

static gboolean begins_as(const char *beginning, guint other)
{
	for (gsize i = 0; i < others[other].size; i++) {
		char byte = others[other].bytes[i];

		if (byte != '?' && byte != beginning[others[other].offset + i])
			return FALSE;
	}
	return TRUE;
}

static gboolean check_beginning(const struct reading *reading, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		gsize end = others[i].offset + others[i].size;

		if (reading->count < end || !begins_as(reading->beginning, i))
			continue;
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", reading->path,
			    others[i].what);
		return FALSE;
	}
	return TRUE;
}

static gboolean feed(void *data, const char *bytes, gsize size, GError **error)
{
	struct reading *reading = data;
	gsize more = MIN(size, BEGINNING - reading->count);

	memcpy(reading->beginning + reading->count, bytes, more);
	reading->count += more;
	return (more == 0 || check_beginning(reading, error)) &&
	       md_log_feed(reading->log, bytes, size, error);
}

struct md_log *log_read(const char *path, struct md_symbols *symbols, const struct md_hooks *hooks,
			GError **error)
{
	MD_AUTOPTR(md_log) log = md_log_new(path);
	struct reading reading = { .log = log, .path = path };

	if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT,
			    "%s: a folder, where a log is expected: logs stand before trees", path);
		return NULL;
	}
	if (!md_file_feed(path, feed, &reading, hooks, error) || !md_log_finish(log, error))
		return NULL;
	if (symbols != NULL && !md_symbols_resolve(symbols, log, error))
		return NULL;
	return g_steal_pointer(&log);
}
