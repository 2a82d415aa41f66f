/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a fuzz target over the files of a corpus folder once, for builds
 * without libFuzzer, so that every corpus file is an ordinary test.
 */
#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gboolean run_folder(const char *folder, guint *count)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	if (dir == NULL)
		return FALSE;
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *content = NULL;
		gsize size;

		if (!g_file_get_contents(path, &content, &size, NULL))
			return FALSE;
		LLVMFuzzerTestOneInput((const guint8 *)content, size);
		(*count)++;
	}
	return TRUE;
}

int main(int argc, char **argv)
{
	guint count = 0;

	for (int i = 1; i < argc; i++) {
		if (!run_folder(argv[i], &count)) {
			g_printerr("%s: cannot be read\n", argv[i]);
			return 1;
		}
	}
	g_print("%u inputs\n", count);
	/* An empty corpus would be a test that cannot fail. */
	return count == 0;
}
