/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tests of the rules of meaning.c, by what they look at. Each writes its sentence and
 * returns TRUE, or returns FALSE.
 */
#ifndef MD_CRASH_MEANING_H
#define MD_CRASH_MEANING_H

#include "crash/explain.h"

/* The largest offset of a member that is worth believing, a page: what NULL pointers, poison and
 * errors as pointers are recognised within, as Linux itself does for NULL (arch/x86/mm/fault.c). */
#define MD_MEMBER_MAX 4096

/* Bits of x86's page fault error code (arch/x86/include/asm/trap_pf.h). */
#define MD_PF_PROT 0x1
#define MD_PF_WRITE 0x2
#define MD_PF_USER 0x4
#define MD_PF_RSVD 0x8
#define MD_PF_INSTR 0x10

/** What the tests look at. */
struct md_meaning_view {
	const struct md_report *report;
	const struct md_instruction *instruction; /* NULL: not known */
	struct md_word address;			  /* that was reached for */
	guint bits;				  /* of an address; 0: not known */
	gboolean fetch; /* the address is where the processor was to go on */
	gboolean fault; /* an instruction failed: its operand is what it failed on */
};

static inline gboolean md_meaning_on_x86(const struct md_meaning_view *view)
{
	return view->report->machine == MD_MACHINE_X86_64 ||
	       view->report->machine == MD_MACHINE_X86;
}

/** The instruction pointer, under the names that machines give it. */
gboolean md_meaning_instruction_pointer(const struct md_report *report, guint64 *value);

/* The instruction. */
gboolean md_meaning_stack_canary(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_gs_base_unset(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_bug_trap(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_breakpoint(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_bad_msr(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_bad_control(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_divided_by_zero(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_misaligned(const struct md_meaning_view *view, GString *text);

/* The address. */
gboolean md_meaning_null_jump(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_null_member(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_errno_pointer(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_stack_guard(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_non_canonical(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_user_address(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_xen_frame_table(const struct md_meaning_view *view, GString *text);

/* Memory that was marked: as free, as off its list, as a shadow. */
gboolean md_meaning_list_poison(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_memory_poison(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_kasan_shadow(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_poisoned_register(const struct md_meaning_view *view, GString *text);

/* What else the report says. */
gboolean md_meaning_use_after_free(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_error_code(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_tainted(const struct md_meaning_view *view, GString *text);
gboolean md_meaning_moved(const struct md_meaning_view *view, GString *text);

#endif
