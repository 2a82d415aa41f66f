/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the source calls the functions that stacks show: the macros of system calls and of
 * interrupt entries make several functions of one, which md_outline_definitions() knows by one
 * name (macros.c).
 */
#include "code/internal.h"

#include <string.h>

static const struct {
	const char *prefix, *name;
} wrappers[] = {
	{ "SyS_", "sys_" },	      { "SYSC_", "sys_" },	  { "compat_SyS_", "compat_sys_" },
	{ "C_SYSC_", "compat_sys_" }, { "__sysvec_", "sysvec_" },
};

/* Before one of these stands what the architecture is called, or what the wrapper does:
 * __x64_sys_read, __arm64_compat_sys_ioctl, __do_sys_read, __se_sys_read. */
static const char *const wrapped[] = { "compat_sys_", "sys_" };

/* @symbol behind "__x64_" where a system call stands there; NULL: none does. */
static const char *skip_machine(const char *symbol)
{
	const char *rest;

	if (!g_str_has_prefix(symbol, "__"))
		return NULL;
	rest = symbol + strlen("__");
	while (g_ascii_isalnum(*rest))
		rest++;
	if (rest == symbol + strlen("__") || *rest++ != '_')
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(wrapped); i++) {
		if (g_str_has_prefix(rest, wrapped[i]))
			return rest;
	}
	return NULL;
}

char *md_symbol_source_name(const char *symbol)
{
	const char *rest = skip_machine(symbol);

	if (rest != NULL)
		return g_strdup(rest);
	for (guint i = 0; i < G_N_ELEMENTS(wrappers); i++) {
		if (g_str_has_prefix(symbol, wrappers[i].prefix))
			return g_strconcat(wrappers[i].name, symbol + strlen(wrappers[i].prefix),
					   NULL);
	}
	return g_strdup(symbol);
}
