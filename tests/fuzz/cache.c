/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a file of the cache of names. As its sum would keep all but damage out, a second
 * reading gets the right one, and the right key: what is then taken for whole must be it.
 */
#include "../../src/code/cache.c" /* for the sum */

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(const char *name)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) postings = g_array_new(FALSE, FALSE, sizeof(struct md_posting));
	gboolean done = md_cache_read(name, paths, postings);

	g_assert_true(done || (paths->len == 0 && postings->len == 0));
	for (guint i = 0; i < postings->len; i++) {
		const struct md_posting *posting = &g_array_index(postings, struct md_posting, i);

		g_assert_cmpuint(posting->file, <, paths->len);
		g_assert_nonnull(g_ptr_array_index(paths, posting->file));
	}
}

/* Not through g_file_set_contents(), which waits for the disk. */
static void write_file(const char *name, const void *data, gsize size)
{
	g_assert_true(g_file_set_contents_full(name, data, (gssize)size, G_FILE_SET_CONTENTS_NONE,
					       0600, NULL));
}

/* Gives the file what an attacker would: a header that fits. */
static void mend(char *file, gsize size, const char *key)
{
	struct header *header = (struct header *)file;
	gsize rest = size - sizeof(*header), names = MIN(header->names, rest) / 8 * 8;
	g_autoptr(GArray) postings = g_array_new(FALSE, FALSE, sizeof(struct md_posting));

	memcpy(header->magic, MAGIC, sizeof(header->magic));
	memcpy(header->key, key, KEY_SIZE);
	header->order = BYTE_ORDER_MARK;
	header->zero = 0;
	header->names = names;
	header->postings = (guint32)((rest - names) / sizeof(struct md_posting));
	g_array_append_vals(postings, file + sizeof(*header) + names, header->postings);
	header->checksum = checksum_of(file + sizeof(*header), names, postings);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *folder = g_dir_make_tmp("metadiff-fuzz-XXXXXX", NULL);
	g_autofree char *key = g_strnfill(KEY_SIZE, 'a');
	g_autofree char *name = g_strdup_printf("%s/" PREFIX "%s", folder, key);
	g_autofree char *file = g_memdup2(data, size);

	write_file(name, data, size);
	check(name);
	if (size >= sizeof(struct header)) {
		mend(file, size, key);
		write_file(name, file, size);
		check(name);
	}
	unlink(name);
	rmdir(folder);
	return 0;
}
