/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rest of a report tells: its title, the error code, what taints the kernel, KASLR.
 */
#include "crash/meaning.h"

#include <string.h>

gboolean md_meaning_use_after_free(const struct md_meaning_view *view, GString *text)
{
	const char *title = view->report->title;

	if (title == NULL || strstr(title, "use-after-free") == NULL)
		return FALSE;
	g_string_append(text,
			"the memory had been freed: the stack marked \"freed\" shows by whom, and "
			"what still referred to it is at fault");
	return TRUE;
}

/* An exception's error code in words. */
gboolean md_meaning_error_code(const struct md_meaning_view *view, GString *text)
{
	guint64 code = view->report->error_code.value;

	if (!md_meaning_on_x86(view) || view->report->error_code.digits == 0 ||
	    (view->report->kind != MD_REPORT_PAGE_FAULT &&
	     view->report->kind != MD_REPORT_NULL_DEREF))
		return FALSE;
	g_string_append_printf(text, "error code %04x: %s %s, %s", (guint)(code & 0xffff),
			       (code & MD_PF_USER) != 0	  ? "user space"
			       : view->report->hypervisor ? "Xen"
							  : "the kernel",
			       (code & MD_PF_INSTR) != 0   ? "fetched an instruction"
			       : (code & MD_PF_WRITE) != 0 ? "wrote"
							   : "read",
			       (code & MD_PF_RSVD) != 0	  ? "the page table is corrupt"
			       : (code & MD_PF_PROT) != 0 ? "the page is mapped but forbids it"
							  : "the page is not mapped");
	return TRUE;
}

/* Documentation/admin-guide/tainted-kernels.rst; '-' and 'G', ' ' say nothing. */
struct taint_row {
	char letter;
	const char *text;
};

static const struct taint_row taints[] = {
	{ 'P', "a proprietary module" },
	{ 'F', "a module loaded by force" },
	{ 'S', "a processor or system out of its specification" },
	{ 'R', "a module unloaded by force" },
	{ 'M', "a machine check before" },
	{ 'B', "a bad page before" },
	{ 'U', "user space asked for it" },
	{ 'D', "died before: an oops or BUG" },
	{ 'A', "an ACPI table was overridden" },
	{ 'W', "a warning before" },
	{ 'C', "a driver from staging" },
	{ 'I', "a workaround for broken firmware" },
	{ 'O', "a module from outside the tree" },
	{ 'E', "a module without a signature" },
	{ 'L', "a soft lockup before" },
	{ 'K', "live patched" },
	{ 'X', "what the distribution says" },
	{ 'T', "its structures laid out at random" },
	{ 'N', "a test was run in it" },
	{ 'J', "user space used a mutating debug operation of fwctl" },
};

/* Xen's are others: print_tainted() of its common/kernel.c. */
static const struct taint_row xen_taints[] = {
	{ 'I', "a processor that is known to be insecure" },
	{ 'M', "a machine check before" },
	{ 'C', "console output that is synchronous" },
	{ 'E', "an error that was injected" },
	{ 'H', "forced emulation that guests may use" },
	{ 'S', "processors with features that differ" },
};

gboolean md_meaning_tainted(const struct md_meaning_view *view, GString *text)
{
	const struct taint_row *rows = view->report->hypervisor ? xen_taints : taints;
	guint count = view->report->hypervisor ? G_N_ELEMENTS(xen_taints) : G_N_ELEMENTS(taints);
	const char *separator = "tainted by ";

	if (view->report->taint == NULL || g_str_has_prefix(view->report->taint, "Not"))
		return FALSE;
	for (const char *c = view->report->taint; *c != '\0'; c++) {
		/* The letters end where a kernel's version, or the long form ("[W]=WARN"), begins.
		 */
		if (!g_ascii_isupper(*c) && *c != ' ')
			break;
		for (guint i = 0; i < count; i++) {
			if (rows[i].letter != *c)
				continue;
			g_string_append_printf(text, "%s%s (%c)", separator, rows[i].text, *c);
			separator = ", ";
		}
	}
	return text->len > 0;
}

gboolean md_meaning_moved(const struct md_meaning_view *view, GString *text)
{
	if (view->report->moved.digits == 0 || view->report->moved.value == 0)
		return FALSE;
	g_string_append_printf(text,
			       "KASLR moved the kernel by 0x%" G_GINT64_MODIFIER
			       "x: addresses here are that much above those of its vmlinux",
			       view->report->moved.value);
	return TRUE;
}
