/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of files that appears when it is whole. */
#include "cmd.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors that a walk may hold open. */
#define WALK_DESCRIPTORS 16

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	remove(path);
	return 0;
}

static gboolean write_files(const char *folder, const struct md_port *port, GError **error)
{
	for (gsize i = 0; i < md_port_file_count(port); i++) {
		const char *name;
		GBytes *content = md_port_file(port, i, &name);
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *parent = g_path_get_dirname(path);
		const char *data = g_bytes_get_data(content, NULL);

		if (g_mkdir_with_parents(parent, 0777) != 0) {
			g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: %s", parent,
				    g_strerror(errno));
			return FALSE;
		}
		if (!g_file_set_contents_full(path, data ? data : "",
					      (gssize)g_bytes_get_size(content),
					      G_FILE_SET_CONTENTS_NONE, 0666, error))
			return FALSE;
	}
	return TRUE;
}

gboolean folder_check(const char *folder, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(folder);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);

	if (entries != NULL && g_dir_read_name(entries) == NULL)
		return TRUE;
	if (g_file_test(folder, G_FILE_TEST_EXISTS)) {
		g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "%s: %s", folder,
			    entries != NULL ? "exists and is not empty"
					    : "exists and is not a folder");
		return FALSE;
	}
	if (access(parent, W_OK) == 0)
		return TRUE;
	g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: %s", folder, g_strerror(errno));
	return FALSE;
}

gboolean folder_write(const char *folder, const struct md_port *port, GError **error)
{
	g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", folder);
	mode_t mask = umask(0);
	gboolean done;

	umask(mask);
	if (g_mkdtemp_full(temporary, 0777 & ~mask) == NULL) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: %s", folder, g_strerror(errno));
		return FALSE;
	}
	done = write_files(temporary, port, error);
	/* What is there is replaced only where it is an empty folder. */
	if (done && rename(temporary, folder) != 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_SYSTEM, "%s: %s", folder, g_strerror(errno));
		done = FALSE;
	}
	if (!done)
		nftw(temporary, remove_one, WALK_DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
	return done;
}
