/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the addresses of a kernel lie.
 *
 *   system_map.c  System.map          -> symbols
 *   elf.c         vmlinux             -> symbols, and the places of its DWARF
 *   symbols.c     symbols and reports -> frames with names, files and lines
 */
#ifndef MD_CRASH_SYMBOLS_H
#define MD_CRASH_SYMBOLS_H

#include "crash/crash.h"

/** A function, or a label of an assembler. */
struct md_symbol {
	guint64 address, size; /* size 0: not said; reaches to the next one */
	const char *name;      /* of the table that it is in */
};

/** Functions of a kernel. Filled unsorted; symbols.c sorts it. */
struct md_symbol_table {
	GArray *symbols;     /* of struct md_symbol */
	GStringChunk *names; /* where those of System.map lie; those of a vmlinux are in its file */
};

/** @name without the file that Xen puts in front: "common/sched/rt.c#rt_schedule". */
const char *md_symbol_bare(const char *name);

/** Appends the functions of the System.map at @path. */
gboolean md_system_map_read(const char *path, struct md_symbol_table *table, GError **error);

/** An open vmlinux. */
struct md_elf;
struct md_elf *md_elf_new(const char *path, GError **error);
void md_elf_free(struct md_elf *elf);
MD_DEFINE_AUTOPTR(md_elf)

/** Appends its functions; their names live as long as @elf. */
void md_elf_symbols(struct md_elf *elf, struct md_symbol_table *table);

/** A function at an address, and where in it the address lies. */
struct md_place {
	char *symbol; /* NULL: the one that the address is in, else inlined there */
	char *path;   /* from the root of the source tree where that is known */
	guint line;
};

/**
 * The places of the instruction at @address, as it was linked: those inlined there, the
 * innermost first, then the function itself, whose symbol is NULL. An array of struct md_place,
 * empty where the file does not say.
 */
GArray *md_elf_places(struct md_elf *elf, guint64 address);

/** Does for one report what md_symbols_resolve() does for those of a log. */
void md_symbols_resolve_report(const struct md_symbols *symbols, struct md_report *report);

#endif
