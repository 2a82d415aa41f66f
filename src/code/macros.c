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
	{ "DECLARE_PER_CPU*", "%s", 1, FALSE },
	{ "DEFINE_PER_CPU*", "%s", 1, FALSE },
	{ "DEFINE_RAW_FLEX", "%s", 1, FALSE },
	{ "TEST_F*", "%s", 1, FALSE },
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

static gboolean is_in(struct md_slice word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (word.size == strlen(*words) && memcmp(word.data, *words, word.size) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean md_word_takes_attributes(struct md_slice word)
{
	static const char *const words[] = {
		"__attribute__",
		"__attribute",
		"__aligned",
		"_Alignas",
		"__section",
		"__printf",
		"__scanf",
		"__nonstring",
		"__format_arg",
		"__alias",
		"__acquires",
		"__acquire",
		"__releases",
		"__release",
		"__must_hold",
		"__cond_lock",
		"__excludes",
		"__guarded_by",
		"__cond_acquires",
		"__counted_by",
		"__alloc_size",
		"__malloc",
		"__must_be_array",
		"__no_sanitize",
		"__cleanup",
		"__diagnose_as",
		"__error",
		"__warning",
		"__nonnull",
		"__designated_init",
		"__assume_aligned",
		"__compiletime_error",
		"__compiletime_warning",
		"__pass_object_size",
		"__must_hold_shared",
		"__acquires_shared",
		"__releases_shared",
		"__target",
		"__declspec",
		"__asm__",
		"asm",
		"SEC",
		"ACPI_PRINTF_LIKE",
		"__size_overflow",
		"__intentional_overflow",
		NULL,
	};

	return is_in(word, words);
}

gboolean md_word_is_attribute(struct md_slice word)
{
	static const char *const words[] = {
		"asmlinkage",	   "noinline", "notrace", "noinstr", "noinline_for_stack",
		"nokprobe_inline", "fastcall", "STATIC",  "INLINE",  NULL,
	};

	return is_in(word, words);
}

gboolean md_word_is_storage(struct md_slice word)
{
	/* The starts of names. What they are for is where the variable is kept. */
	static const char *const starts[] = {
		"__init",
		"__exit",
		"__ref",
		"__read_mostly",
		"__ro_after_init",
		"__maybe_unused",
		"__used",
		"__packed",
		"__cacheline",
		"____cacheline",
		"__page_aligned",
		"__lockfunc",
		"__dev",
		"__meminit",
		"__cpuinit",
		"__latent_entropy",
		"__randomize_layout",
		"__no_randomize_layout",
		"__weak",
		"__visible",
		"__do_const",
		"__read_only",
		"__percpu",
		"__no_const",
		"__initconst",
		"__rte_",
		"__must_check",
		"__cold",
		"__hot",
		"__net_init",
		"__net_exit",
		"__section",
		"__kprobes",
		"__always_unused",
		NULL,
	};

	for (guint i = 0; starts[i] != NULL; i++) {
		if (md_slice_has_prefix(word, starts[i]))
			return TRUE;
	}
	return FALSE;
}
