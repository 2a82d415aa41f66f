/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a vmlinux behind a "V", or else as a System.map: the addresses of a log are looked
 * up in it, and what it names can be shown.  With the "V" a seed is no binary for those who look
 * for such in a source.
 */
#include "crash/crash.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Addresses at the beginning of each kind of table, in it and far behind. */
static const char text[] = "BUG: unable to handle page fault for address: 0000000000000008\n"
			   "RIP: 0010:0xffffffff81000010\n"
			   "Call Trace:\n"
			   " [<ffffffff81000000>] ? 0xffffffff81000000\n"
			   " [<ffffffff81000045>] start_kernel+0x5/0x40\n"
			   " [<0000000000401010>] main+0x10/0x20\n"
			   " [<ffffffffffffffff>] 0xffffffffffffffff\n";

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_string(const char *string)
{
	if (string == NULL)
		return;
	g_assert_true(g_utf8_validate(string, -1, NULL));
	for (const char *at = string; *at != '\0'; at++)
		g_assert_false(g_ascii_iscntrl(*at));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int fd = memfd_create("symbols", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	gboolean elf = size > 0 && data[0] == 'V';
	MD_AUTOPTR(md_symbols) symbols = NULL;
	MD_AUTOPTR(md_log) log = md_log_new("log");

	if (elf) {
		data++;
		size--;
	}
	g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
	symbols = md_symbols_new(elf ? path : NULL, elf ? NULL : path, NULL);
	g_assert_true(md_log_feed(log, text, strlen(text), NULL));
	g_assert_true(md_log_finish(log, NULL));
	if (symbols != NULL && md_symbols_resolve(symbols, log, NULL)) {
		const GPtrArray *reports = md_log_reports(log);

		for (guint i = 0; i < reports->len; i++) {
			const struct md_report *report = g_ptr_array_index(reports, i);

			check_string(report->symbol);
			for (guint j = 0; j < report->frames->len; j++) {
				const struct md_frame *frame = g_ptr_array_index(report->frames, j);

				check_string(frame->symbol);
				check_string(frame->path);
			}
		}
	}
	close(fd);
	return 0;
}
