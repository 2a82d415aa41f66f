/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the failed instruction itself tells: what it is made for, and what it was given.
 */
#include "crash/meaning.h"

static enum md_deed deed(const struct md_meaning_view *view)
{
	return view->instruction != NULL ? view->instruction->deed : MD_DEED_OTHER;
}

/*
 * x86_64 keeps the canary of the running task at offset 40 of the segment that GS points to,
 * where the per-CPU data begins (arch/x86/include/asm/stackprotector.h, struct fixed_percpu_data);
 * i386 kept it at %gs:20 until 5.13. Both are fixed in gcc.
 */
gboolean md_meaning_stack_canary(const struct md_meaning_view *view, GString *text)
{
	const struct md_instruction *what = view->instruction;
	gboolean wide = view->report->machine == MD_MACHINE_X86_64;
	guint64 base;

	if (!view->fault || what == NULL || !md_meaning_on_x86(view) || view->report->hypervisor ||
	    !what->memory || g_strcmp0(what->segment, "gs") != 0 || what->base != NULL ||
	    what->index != NULL || what->displacement != (wide ? 0x28 : 0x14))
		return FALSE;
	g_string_append_printf(text, "reads the stack protector's canary at %%gs:0x%x",
			       (guint)what->displacement);
	if (!md_code_register(view->report, "gs_base", &base))
		return TRUE;
	if (base == 0)
		g_string_append(text, " while the GS base is still 0: the function ran before "
				      "the GS base was set, when none may use the stack "
				      "protector");
	else
		g_string_append_printf(text, "; the GS base is 0x%" G_GINT64_MODIFIER "x", base);
	return TRUE;
}

/* Linux keeps all per-CPU data relative to GS (x86_64). */
gboolean md_meaning_gs_base_unset(const struct md_meaning_view *view, GString *text)
{
	const struct md_instruction *what = view->instruction;
	guint64 base;

	if (!view->fault || what == NULL || view->report->machine != MD_MACHINE_X86_64 ||
	    !what->memory || view->report->hypervisor || g_strcmp0(what->segment, "gs") != 0 ||
	    !md_code_register(view->report, "gs_base", &base) || base >= MD_MEMBER_MAX)
		return FALSE;
	g_string_append_printf(text,
			       "reaches for per-CPU data through %%gs while the GS base is "
			       "0x%" G_GINT64_MODIFIER
			       "x: before it was set, or without swapgs on entry",
			       base);
	return TRUE;
}

/* ud2 and its like, which CONFIG_BUG compiles to (arch/../include/asm/bug.h). */
gboolean md_meaning_bug_trap(const struct md_meaning_view *view, GString *text)
{
	if (deed(view) != MD_DEED_TRAP)
		return FALSE;
	g_string_append_printf(text, "%s is what %s compile to: a check in the source failed",
			       view->report->code->instruction,
			       view->report->hypervisor ? "BUG(), WARN() and ASSERT()"
							: "BUG() and WARN()");
	return TRUE;
}

/* 0xcc: breakpoint, and what linkers and live patching fill text with. */
gboolean md_meaning_breakpoint(const struct md_meaning_view *view, GString *text)
{
	if (deed(view) != MD_DEED_BREAK)
		return FALSE;
	g_string_append(text, "int3: a breakpoint, text that was being patched, or the padding "
			      "behind a function that was not to return");
	return TRUE;
}

/* Some of arch/x86/include/asm/msr-index.h that kernels died of. */
struct msr_row {
	guint32 number;
	const char *name;
};

static const struct msr_row msrs[] = {
	{ 0x10, "MSR_IA32_TSC" },
	{ 0x1b, "MSR_IA32_APICBASE" },
	{ 0x3a, "MSR_IA32_FEAT_CTL" },
	{ 0x48, "MSR_IA32_SPEC_CTRL" },
	{ 0x49, "MSR_IA32_PRED_CMD" },
	{ 0x79, "MSR_IA32_UCODE_WRITE" },
	{ 0x8b, "MSR_IA32_UCODE_REV" },
	{ 0xc1, "MSR_ARCH_PERFMON_PERFCTR0" },
	{ 0x10a, "MSR_IA32_ARCH_CAPABILITIES" },
	{ 0x10b, "MSR_IA32_FLUSH_CMD" },
	{ 0x122, "MSR_IA32_TSX_CTRL" },
	{ 0x186, "MSR_ARCH_PERFMON_EVENTSEL0" },
	{ 0x1a0, "MSR_IA32_MISC_ENABLE" },
	{ 0x1b0, "MSR_IA32_ENERGY_PERF_BIAS" },
	{ 0x1d9, "MSR_IA32_DEBUGCTLMSR" },
	{ 0x277, "MSR_IA32_CR_PAT" },
	{ 0x38f, "MSR_CORE_PERF_GLOBAL_CTRL" },
	{ 0x3f1, "MSR_IA32_PEBS_ENABLE" },
	{ 0x6a2, "MSR_IA32_S_CET" },
	{ 0x6e0, "MSR_IA32_TSC_DEADLINE" },
	{ 0xda0, "MSR_IA32_XSS" },
	{ 0xc0000080, "MSR_EFER" },
	{ 0xc0000100, "MSR_FS_BASE" },
	{ 0xc0000101, "MSR_GS_BASE" },
	{ 0xc0000102, "MSR_KERNEL_GS_BASE" },
	{ 0xc0000103, "MSR_TSC_AUX" },
	{ 0xc0010114, "MSR_VM_CR" },
	{ 0xc0011029, "MSR_F10H_DECFG" },
};

gboolean md_meaning_bad_msr(const struct md_meaning_view *view, GString *text)
{
	gboolean write = deed(view) == MD_DEED_MSR_WRITE;
	guint64 number, low, high;

	if (!view->fault || (!write && deed(view) != MD_DEED_MSR_READ) ||
	    !(md_code_register(view->report, "ecx", &number) ||
	      md_code_register(view->report, "rcx", &number)))
		return FALSE;
	number &= G_MAXUINT32;
	g_string_append_printf(text, "%s MSR 0x%x", write ? "writes" : "reads", (guint)number);
	for (guint i = 0; i < G_N_ELEMENTS(msrs); i++) {
		if (msrs[i].number == number)
			g_string_append_printf(text, " (%s)", msrs[i].name);
	}
	if (write && md_code_register(view->report, "eax", &low) &&
	    md_code_register(view->report, "edx", &high))
		g_string_append_printf(text, " with 0x%" G_GINT64_MODIFIER "x", high << 32 | low);
	g_string_append(text,
			write ? ": this processor or hypervisor lacks it, or refuses the value"
			      : ": this processor or hypervisor lacks it");
	return TRUE;
}

gboolean md_meaning_bad_control(const struct md_meaning_view *view, GString *text)
{
	if (deed(view) != MD_DEED_CONTROL || view->report->kind != MD_REPORT_GPF)
		return FALSE;
	g_string_append_printf(text,
			       "%s sets a bit of a control register that this processor or "
			       "hypervisor does not have",
			       view->report->code->instruction);
	return TRUE;
}

gboolean md_meaning_divided_by_zero(const struct md_meaning_view *view, GString *text)
{
	if (!view->fault || deed(view) != MD_DEED_DIVIDE)
		return FALSE;
	g_string_append_printf(text, "%s divides by zero, or its quotient is too large",
			       view->report->code->instruction);
	return TRUE;
}

/* Compilers use aligned moves on the stack, whose alignment an interrupted or foreign caller
 * may have broken. */
gboolean md_meaning_misaligned(const struct md_meaning_view *view, GString *text)
{
	const struct md_instruction *what = view->instruction;

	if (!view->fault || deed(view) != MD_DEED_ALIGNED || !what->memory || what->size == 0 ||
	    view->address.digits == 0 || view->address.value % what->size == 0)
		return FALSE;
	g_string_append_printf(
		text, "needs an address that %u divides, and has 0x%" G_GINT64_MODIFIER "x%s",
		what->size, view->address.value,
		g_strcmp0(what->base, "rsp") == 0 || g_strcmp0(what->base, "rbp") == 0
			? ": the stack is misaligned"
			: "");
	return TRUE;
}
