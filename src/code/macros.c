/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's macros mean at the top level of a file: which qualify, and
 * which define something that is called after an argument. Names are those of
 * the kernel's own index (`make tags`): SYSCALL_DEFINE3(read, ...) is sys_read.
 */
#include "code/internal.h"

#include <string.h>

static const struct md_macro macros[] = {
	{ "SYSCALL_DEFINE*", "sys_%s", 0, FALSE },
	{ "SYSCALL32_DEFINE*", "sys_%s", 0, FALSE },
	{ "COMPAT_SYSCALL_DEFINE*", "compat_sys_%s", 0, FALSE },
	{ "TRACE_EVENT*", "trace_%s", 0, TRUE },
	{ "DEFINE_EVENT*", "trace_%s", 1, TRUE },
	{ "DECLARE_EVENT_CLASS", "%s", 0, TRUE },
	{ "DECLARE_TRACE*", "trace_%s", 0, TRUE },
	{ "DECLARE_HOOK", "trace_%s", 0, TRUE },
	{ "DT_MACHINE_START", "%s", 0, TRUE },
	{ "MACHINE_START", "%s", 0, TRUE },
	{ "DEFINE_PER_CPU*", "%s", 1, FALSE },
	{ "DO", "do_%s", 0, FALSE }, /* Xen's hypercalls */
	{ "TEST_F", "%s", 1, FALSE },
	{ "TEST_F_*", "%s", 1, FALSE },
};

const struct md_macro *md_macro_find(struct md_slice word)
{
	for (guint i = 0; i < G_N_ELEMENTS(macros); i++) {
		const char *name = macros[i].name;
		gsize size = strlen(name);
		gboolean start = name[size - 1] == '*';

		size -= start;
		if ((start ? word.size >= size : word.size == size) &&
		    memcmp(word.data, name, size) == 0)
			return &macros[i];
	}
	return NULL;
}

/* Whether @word is one of @words, which blanks surround. */
static gboolean is_in(struct md_slice word, const char *words, gsize size)
{
	const char *end = words + size, *at = words;

	while (word.size > 0 &&
	       (at = memmem(at, (gsize)(end - at), word.data, word.size)) != NULL) {
		if (at > words && at[-1] == ' ' && at[word.size] == ' ')
			return TRUE;
		at++;
	}
	return FALSE;
}

gboolean md_word_takes_attributes(struct md_slice word)
{
	static const char words[] =
		/* the compiler's own */
		" __attribute__ __attribute __declspec __asm__ asm _Alignas"
		/* the kernel's for it */
		" __aligned __section __printf __scanf __nonstring __format_arg __alias __malloc"
		" __alloc_size __assume_aligned __no_sanitize __cleanup __diagnose_as __error "
		"__warning"
		" __nonnull __designated_init __compiletime_error __compiletime_warning "
		"__counted_by"
		" __pass_object_size __target"
		/* for sparse and for what checks locks */
		" __acquires __acquire __acquires_shared __releases __release __releases_shared"
		" __must_hold __must_hold_shared __cond_acquires __cond_lock __excludes "
		"__guarded_by"
		/* of BPF programs, of ACPICA, of PaX */
		" SEC ACPI_PRINTF_LIKE __size_overflow __intentional_overflow ";

	return is_in(word, words, sizeof(words) - 1);
}

gboolean md_word_is_attribute(struct md_slice word)
{
	static const char words[] =
		/* sections; some are gone since 3.8 */
		" __init __initdata __initconst __init_or_module __initdata_or_module"
		" __initconst_or_module __init_memblock __initdata_memblock __init_refok __ref"
		" __refdata __refconst __exit __exitdata __devinit __devinitdata __devinitconst"
		" __devexit __devexitdata __cpuinit __cpuinitdata __cpuinitconst __meminit"
		" __meminitdata __net_init __net_initdata __net_exit __read_mostly __read_only"
		" __ro_after_init __page_aligned_data __page_aligned_bss __bss_decrypted __percpu"
		" __tracepoint_string __lockfunc __sched __kprobes"
		/* layout */
		" __packed __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned"
		" ____cacheline_aligned_in_smp ____cacheline_internodealigned_in_smp"
		" __randomize_layout __no_randomize_layout __designated_init __do_const __no_const"
		/* how to compile and to call it */
		" __maybe_unused __always_unused __used __weak __visible __must_check __cold __pure"
		" __noreturn __always_inline __latent_entropy asmlinkage fastcall noinline"
		" noinline_for_stack notrace noinstr nokprobe_inline STATIC INLINE ";

	return is_in(word, words, sizeof(words) - 1);
}
