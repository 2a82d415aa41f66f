/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash(8), run on a vmcore: questions, answers, and the memory, symbols and structs of the
 * machine by way of them.
 */
#ifndef MD_LOCKUP_DEBUGGER_H
#define MD_LOCKUP_DEBUGGER_H

#include "lockup/internal.h"

struct md_debugger;

/** Starts crash(8), waits until it has read both files. */
struct md_debugger *md_debugger_new(const char *vmcore, const char *vmlinux,
				    const struct md_hooks *hooks, GError **error);
/** Ends it. */
void md_debugger_free(struct md_debugger *debugger);
MD_DEFINE_AUTOPTR(md_debugger)

/**
 * What it says to @command, which stands until the next question; NULL: it has died, does not
 * answer, or was stopped, and so is every later answer. md_debugger_check() says why.
 */
const GString *md_debugger_ask(struct md_debugger *debugger, const char *command);
/** FALSE with @error where a question went without an answer. */
gboolean md_debugger_check(struct md_debugger *debugger, GError **error);

/** The 64 bits at @address, as the machine reads them; FALSE: they cannot be read. */
gboolean md_debugger_read(struct md_debugger *debugger, guint64 address, guint64 *word);
/** The 32 bits there. */
gboolean md_debugger_read_half(struct md_debugger *debugger, guint64 address, guint32 *half);
/** Where in its struct "task_struct.pid" is, in bytes; FALSE: this kernel has none. */
gboolean md_debugger_offset(struct md_debugger *debugger, const char *member, guint64 *offset);

/** A symbol of the kernel or of a module. */
struct md_debugger_symbol {
	guint64 address, end;	   /* @end: where the next one begins */
	const char *name, *module; /* @module NULL: the kernel's own */
	char type;		   /* as nm(1) has it; '?': not known, as in modules */
};
/** The symbol that @address lies in, or NULL. */
const struct md_debugger_symbol *md_debugger_symbol(struct md_debugger *debugger, guint64 address);
/** The symbol of that name, or NULL. */
const struct md_debugger_symbol *md_debugger_named(struct md_debugger *debugger, const char *name);

#endif
