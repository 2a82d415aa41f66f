/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel person recognises in the registers of a crash.
 *
 * One table of rules: a name, a test that writes its sentence, and the words to look for in
 * source.  All are tried, in the order of the table, so that the most telling come first:
 * what the instruction is, then what its address is, then what else the report says.
 * Rules on addresses exclude each other (a poisoned address is no user address as well), and
 * the first that knows an address has it.  Each constant has its source beside it; they are
 * those of the kernel's headers, so that an address "near" one allows for a member's offset.
 */
#include "crash/meaning.h"

struct rule {
	const char *name;
	gboolean address; /* about the address: the first of these has the say */
	gboolean (*test)(const struct md_meaning_view *view, GString *text);
	const char *const *words;
};

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct rule rules[] = {
	{ "stack-canary", TRUE, md_meaning_stack_canary,
	  WORDS("stack_canary", "boot_init_stack_canary", "gs_base", "MSR_GS_BASE",
		"load_percpu_segment", "switch_to_new_gdt", "irq_stack_union", "fixed_percpu_data",
		"setup_percpu", "stackprotector") },
	{ "gs-base", TRUE, md_meaning_gs_base_unset,
	  WORDS("gs_base", "MSR_GS_BASE", "load_percpu_segment", "switch_to_new_gdt", "swapgs",
		"SWAPGS", "setup_percpu") },
	{ "bug-trap", FALSE, md_meaning_bug_trap, NULL },
	{ "breakpoint", FALSE, md_meaning_breakpoint,
	  WORDS("int3", "text_poke", "static_key", "noreturn") },
	{ "bad-msr", FALSE, md_meaning_bad_msr,
	  WORDS("wrmsr", "wrmsrl", "rdmsr", "rdmsrl", "native_write_msr") },
	{ "bad-control", FALSE, md_meaning_bad_control,
	  WORDS("cr4_set_bits", "write_cr4", "write_cr0", "xsetbv") },
	{ "divided-by-zero", FALSE, md_meaning_divided_by_zero,
	  WORDS("do_div", "div64_u64", "div_u64") },
	{ "misaligned", FALSE, md_meaning_misaligned, NULL },
	{ "null-jump", TRUE, md_meaning_null_jump, NULL },
	{ "list-poison", TRUE, md_meaning_list_poison,
	  WORDS("list_del", "list_del_init", "list_add", "list_for_each_entry_safe", "hlist_del") },
	{ "memory-poison", TRUE, md_meaning_memory_poison,
	  WORDS("kfree", "kmem_cache_free", "kfree_rcu", "call_rcu", "xfree") },
	{ "kasan-shadow", TRUE, md_meaning_kasan_shadow, NULL },
	{ "errno-pointer", TRUE, md_meaning_errno_pointer,
	  WORDS("ERR_PTR", "IS_ERR", "PTR_ERR", "ERR_CAST") },
	{ "null-member", TRUE, md_meaning_null_member, NULL },
	{ "stack-guard", TRUE, md_meaning_stack_guard, NULL },
	{ "non-canonical", TRUE, md_meaning_non_canonical, NULL },
	{ "user-address", TRUE, md_meaning_user_address,
	  WORDS("copy_from_user", "copy_to_user", "get_user", "put_user", "stac", "clac",
		"__user") },
	{ "frame-table", TRUE, md_meaning_xen_frame_table,
	  WORDS("mfn_valid", "mfn_to_page", "maddr_to_page") },
	{ "poisoned-register", FALSE, md_meaning_poisoned_register,
	  WORDS("kfree", "kmem_cache_free", "kfree_rcu", "call_rcu") },
	{ "use-after-free", FALSE, md_meaning_use_after_free,
	  WORDS("kfree", "kmem_cache_free", "kfree_rcu", "call_rcu") },
	{ "error-code", FALSE, md_meaning_error_code, NULL },
	{ "tainted", FALSE, md_meaning_tainted, NULL },
	{ "kernel-moved", FALSE, md_meaning_moved, NULL },
};

/* The instruction pointer, under the names that machines give it. */
gboolean md_meaning_instruction_pointer(const struct md_report *report, guint64 *value)
{
	static const char *const names[] = { "rip", "eip", "pc", "nip", "epc" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (md_code_register(report, names[i], value))
			return TRUE;
	}
	return FALSE;
}

/* Where the processor was to go on, when it could not fetch that: the address is its own. */
static gboolean is_fetch(const struct md_report *report, struct md_word *address)
{
	guint64 at;
	struct md_word fault = md_code_fault_address(report);

	if (fault.digits == 0 || !md_meaning_instruction_pointer(report, &at) || at != fault.value)
		return FALSE;
	*address = fault;
	return TRUE;
}

/* Elsewhere the processor was stopped at an instruction that did no wrong. */
static gboolean is_fault(const struct md_report *report)
{
	return report->kind == MD_REPORT_OOPS || report->kind == MD_REPORT_PAGE_FAULT ||
	       report->kind == MD_REPORT_NULL_DEREF || report->kind == MD_REPORT_GPF;
}

void md_meaning_explain(struct md_report *report, const struct md_instruction *instruction)
{
	struct md_meaning_view view = { .report = report,
					.instruction = instruction,
					.bits = md_code_bits(report),
					.fault = is_fault(report) };
	gboolean address_known = !view.fault;

	view.fetch = is_fetch(report, &view.address);
	if (!view.fetch)
		view.address = report->code != NULL && report->code->address.digits > 0
				       ? report->code->address
				       : md_code_fault_address(report);
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		struct md_meaning meaning = { .name = rules[i].name, .words = rules[i].words };

		if ((rules[i].address && address_known) || !rules[i].test(&view, text))
			continue;
		address_known |= rules[i].address;
		meaning.text = g_string_free(g_steal_pointer(&text), FALSE);
		g_array_append_val(report->meanings, meaning);
	}
}
