/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the address tells that was reached for: near NULL, an error, below the stack, not one at
 * all, or user space's.
 */
#include "crash/meaning.h"

#include <string.h>

/* ERR_PTR() makes pointers of errors up to this one (include/linux/err.h). */
#define ERRNO_MAX 4095

/* Where it came from: the base register, for the sentences. */
static gboolean base_value(const struct md_meaning_view *view, guint64 *value)
{
	const struct md_instruction *what = view->instruction;

	return what != NULL && what->memory && what->base != NULL && what->index == NULL &&
	       md_code_register(view->report, what->base, value);
}

gboolean md_meaning_null_jump(const struct md_meaning_view *view, GString *text)
{
	guint64 at;

	if (!md_meaning_instruction_pointer(view->report, &at) || at >= MD_MEMBER_MAX)
		return FALSE;
	g_string_append_printf(text,
			       "the processor was sent to 0x%" G_GINT64_MODIFIER
			       "x: a call through a pointer to a function that is NULL",
			       at);
	return TRUE;
}

/* From "NULL + 0x10" on: what a small address is. */
gboolean md_meaning_null_member(const struct md_meaning_view *view, GString *text)
{
	guint64 mask = view->bits == 32 ? G_MAXUINT32 : G_MAXUINT64, base, below;

	if (view->address.digits == 0 || view->fetch)
		return FALSE;
	below = (0 - view->address.value) & mask;
	if (view->address.value == 0) {
		g_string_append(text, "a NULL pointer, or a member at offset 0 behind one");
	} else if (view->address.value < MD_MEMBER_MAX) {
		g_string_append_printf(text, "NULL + 0x%x: a member at offset %u of a NULL pointer",
				       (guint)view->address.value, (guint)view->address.value);
	} else if (below < MD_MEMBER_MAX && base_value(view, &base) && base == 0) {
		g_string_append_printf(text,
				       "NULL - 0x%x: what lies before a NULL pointer, as with "
				       "container_of() of one",
				       (guint)below);
	} else {
		return FALSE;
	}
	return TRUE;
}

/* A function returned ERR_PTR(), and nobody asked IS_ERR() (include/linux/err.h). */
gboolean md_meaning_errno_pointer(const struct md_meaning_view *view, GString *text)
{
	guint64 mask = view->bits == 32 ? G_MAXUINT32 : G_MAXUINT64, pointer, number;
	const char *name;

	if (view->bits == 0 || view->fetch)
		return FALSE;
	if (!base_value(view, &pointer))
		pointer = view->address.digits > 0 ? view->address.value : 0;
	number = (0 - pointer) & mask;
	/* A member's offset may have taken the address over the end; base registers that an
	 * instruction goes back from (the stack's) are never that near to it. */
	if (number == 0 || number > ERRNO_MAX)
		return FALSE;
	name = md_errno_name((guint)number);
	if (name != NULL)
		g_string_append_printf(text, "-%s (-%u) used as a pointer", name, (guint)number);
	else
		g_string_append_printf(text, "-%u used as a pointer", (guint)number);
	g_string_append(text, ": an error that was returned as one, not asked for with IS_ERR()");
	return TRUE;
}

/*
 * Each kernel stack has an unmapped page below it (CONFIG_VMAP_STACK).  A push reached it where the
 * address is just below the stack pointer.
 */
gboolean md_meaning_stack_guard(const struct md_meaning_view *view, GString *text)
{
	static const char *const names[] = { "rsp", "esp", "sp" };
	const char *title = view->report->title;
	guint64 stack = 0;
	gboolean said = title != NULL && (strstr(title, "stack guard page") != NULL ||
					  strstr(title, "stack overflow") != NULL);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (md_code_register(view->report, names[i], &stack))
			break;
	}
	if (!said && (view->address.digits == 0 || stack < MD_MEMBER_MAX ||
		      stack - 1 - view->address.value >= MD_MEMBER_MAX))
		return FALSE;
	g_string_append(text,
			"the stack ran into its guard page, by endless recursion or too large "
			"a frame");
	return TRUE;
}

/* Where user space ends and the kernel's addresses begin: TASK_SIZE of each machine, the largest.
 */
static guint64 user_end(const struct md_meaning_view *view)
{
	switch (view->report->machine) {
	case MD_MACHINE_X86_64:
		return G_GUINT64_CONSTANT(1) << 47;
	case MD_MACHINE_ARM64:
		return G_GUINT64_CONSTANT(1) << 48;
	case MD_MACHINE_POWERPC:
		return view->bits == 64 ? G_GUINT64_CONSTANT(1) << 52
					: G_GUINT64_CONSTANT(0xc0000000);
	case MD_MACHINE_RISCV:
		return G_GUINT64_CONSTANT(1) << 47;
	case MD_MACHINE_X86:
		return G_GUINT64_CONSTANT(0xc0000000);
	case MD_MACHINE_ARM:
		return G_GUINT64_CONSTANT(0xbf000000);
	case MD_MACHINE_MIPS:
		return view->bits == 64 ? G_GUINT64_CONSTANT(1) << 40
					: G_GUINT64_CONSTANT(0x80000000);
	default: /* s390 has an address space of its own for each */
		return 0;
	}
}

/* The printable bytes of @value in the order of memory (little endian); FALSE: not all are. */
static gboolean reads_as_text(guint64 value, guint bits, char text[static 9])
{
	guint count = 0, zeros = 0;

	for (guint shift = 0; shift < bits; shift += 8) {
		char c = (char)(value >> shift & 0xff);

		if (c == '\0')
			zeros++;
		else if (zeros > 0 || !g_ascii_isprint(c))
			return FALSE;
		else
			text[count++] = c;
	}
	text[count] = '\0';
	/* With fewer, too many addresses read as text. */
	return count * 8 >= bits - 16 && count >= 4;
}

gboolean md_meaning_non_canonical(const struct md_meaning_view *view, GString *text)
{
	guint64 top = view->address.value >> 47;
	char said[9];

	/* The 17 uppermost bits are copies of one; with five levels of page tables fewer are, and
	 * no kernel has anything between. */
	if (view->address.digits == 0 || view->report->machine != MD_MACHINE_X86_64 || top == 0 ||
	    top == 0x1ffff)
		return FALSE;
	g_string_append_printf(text,
			       "0x%" G_GINT64_MODIFIER "x is not canonical: no address at all",
			       view->address.value);
	if (reads_as_text(view->address.value, 64, said))
		g_string_append_printf(text, ", but the text \"%s\", written over a pointer", said);
	return TRUE;
}

gboolean md_meaning_user_address(const struct md_meaning_view *view, GString *text)
{
	guint64 code = view->report->error_code.value;
	char said[9];

	if (view->address.digits == 0 || view->address.value < MD_MEMBER_MAX ||
	    view->address.value >= user_end(view) || view->report->hypervisor)
		return FALSE;
	g_string_append_printf(text, "0x%" G_GINT64_MODIFIER "x is an address of user space",
			       view->address.value);
	if (view->bits == 32 && reads_as_text(view->address.value, 32, said))
		g_string_append_printf(text, ", or the text \"%s\"", said);
	if (view->fetch)
		g_string_append(text, ", where the kernel was sent to by a bad pointer to a "
				      "function");
	if (md_meaning_on_x86(view) && view->report->error_code.digits > 0 &&
	    (code & MD_PF_PROT) != 0 && (code & MD_PF_USER) == 0)
		g_string_append(text, (code & MD_PF_INSTR) != 0 ? " (SMEP forbids it)"
								: " (SMAP forbids it, but for "
								  "copy_from_user() and its like)");
	return TRUE;
}

/* The page-frame information array of x86_64 (Xen: asm/config.h); one struct page_info a frame. */
gboolean md_meaning_xen_frame_table(const struct md_meaning_view *view, GString *text)
{
	if (!view->report->hypervisor || view->report->machine != MD_MACHINE_X86_64 ||
	    view->address.digits == 0 ||
	    view->address.value < G_GUINT64_CONSTANT(0xffff82e000000000) ||
	    view->address.value >= G_GUINT64_CONSTANT(0xffff830000000000))
		return FALSE;
	g_string_append(text, "an address in Xen's frame table: the struct page_info of a frame "
			      "that has no memory, perhaps of an invalid frame number");
	return TRUE;
}
