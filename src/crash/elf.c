/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vmlinux, read with elfutils: its functions by the symbol table, and by its DWARF the line of an
 * address and what was inlined there.
 *
 * DWARF has a tree for each source file: functions, in them blocks, in these inlined
 * functions, each with its ranges of addresses.  The scopes that hold an address are therefore the
 * functions that were inlined there, from the inside out; each says at which file and line
 * it was called, which is the place in the next one out.  Only the tree of the one file
 * that holds the address is read, so that a vmlinux of 600 MB costs what its symbol table does.
 */
#include "crash/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>

struct md_elf {
	int fd;
	Elf *elf;
	Dwarf *dwarf; /* NULL: it has none */
	char *root;   /* of the source tree, with a slash at its end; NULL: not known */
};

/* What each kernel has at the top of its tree: what stands before it is the root. */
static const char *const anchors[] = { "/init/main.c", "/common/kernel.c", "/arch/" };

/*
 * Names are absolute, or relative to the tree; where the compiler was told to make them relative,
 * those of assemblers may be absolute all the same.
 */
static char *find_root(Dwarf *dwarf)
{
	Dwarf_Off offset = 0, next;
	size_t header;

	while (dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
		Dwarf_Die die;
		const char *name = dwarf_offdie(dwarf, offset + header, &die) != NULL
					   ? dwarf_diename(&die)
					   : NULL;

		offset = next;
		for (guint i = 0; name != NULL && i < G_N_ELEMENTS(anchors); i++) {
			const char *found = name[0] == '/' ? strstr(name, anchors[i]) : NULL;

			if (found != NULL)
				return g_strndup(name, (gsize)(found + 1 - name));
		}
	}
	return NULL;
}

static struct md_elf *fail(struct md_elf *elf, const char *path, const char *what, GError **error)
{
	g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: %s", path, what);
	md_elf_free(elf);
	return NULL;
}

struct md_elf *md_elf_new(const char *path, GError **error)
{
	struct md_elf *elf = g_new0(struct md_elf, 1);

	elf->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (elf->fd < 0)
		return fail(elf, path, g_strerror(errno), error);
	elf_version(EV_CURRENT);
	elf->elf = elf_begin(elf->fd, ELF_C_READ_MMAP, NULL);
	if (elf->elf == NULL || elf_kind(elf->elf) != ELF_K_ELF)
		return fail(elf, path, "not an ELF file (a vmlinux is; a bzImage is not)", error);
	elf->dwarf = dwarf_begin_elf(elf->elf, DWARF_C_READ, NULL);
	if (elf->dwarf != NULL)
		elf->root = find_root(elf->dwarf);
	return elf;
}

void md_elf_free(struct md_elf *elf)
{
	if (elf == NULL)
		return;
	dwarf_end(elf->dwarf);
	elf_end(elf->elf);
	if (elf->fd >= 0)
		close(elf->fd);
	g_free(elf->root);
	g_free(elf);
}

/* Whether section @index holds instructions: labels of assemblers have no type of their own. */
static gboolean is_text(Elf *elf, gsize index)
{
	Elf_Scn *section = index < SHN_LORESERVE ? elf_getscn(elf, index) : NULL;
	GElf_Shdr header;

	return section != NULL && gelf_getshdr(section, &header) != NULL &&
	       (header.sh_flags & SHF_EXECINSTR) != 0;
}

void md_elf_symbols(struct md_elf *elf, struct md_symbol_table *table)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf->elf, section)) != NULL) {
		GElf_Shdr header;
		Elf_Data *data;
		GElf_Sym symbol;

		if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_SYMTAB)
			continue;
		data = elf_getdata(section, NULL);
		for (int i = 0; data != NULL && gelf_getsym(data, i, &symbol) != NULL; i++) {
			guint type = GELF_ST_TYPE(symbol.st_info);
			const char *name = elf_strptr(elf->elf, header.sh_link, symbol.st_name);
			struct md_symbol one = { symbol.st_value, symbol.st_size,
						 md_symbol_bare(name) };

			/* "$x" and ".L1" are marks of assemblers (arm, riscv). */
			if (name == NULL || strchr("$.", name[0]) != NULL ||
			    (type != STT_FUNC && type != STT_NOTYPE) ||
			    !is_text(elf->elf, symbol.st_shndx) || !g_utf8_validate(name, -1, NULL))
				continue;
			g_array_append_val(table->symbols, one);
		}
	}
}

/* The file that has @address; the index of them may be missing (clang writes none). */
static gboolean unit_at(Dwarf *dwarf, guint64 address, Dwarf_Die *unit)
{
	Dwarf_Off offset = 0, next;
	size_t header;

	if (dwarf_addrdie(dwarf, address, unit) != NULL)
		return TRUE;
	while (dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
		if (dwarf_offdie(dwarf, offset + header, unit) != NULL &&
		    dwarf_haspc(unit, address) == 1)
			return TRUE;
		offset = next;
	}
	return FALSE;
}

/* @path below the root of the tree, where that is known. */
static char *tree_path(const struct md_elf *elf, Dwarf_Die *unit, const char *path)
{
	Dwarf_Attribute attribute;
	const char *folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	g_autofree char *full = NULL;

	if (path == NULL)
		return NULL;
	/* "./include/linux/x.h", "../kernel/x.c": relative to the tree, or to a folder in it. */
	full = g_canonicalize_filename(path, "/");
	if (path[0] != '/')
		return g_utf8_make_valid(full + 1, -1);
	if (elf->root != NULL && g_str_has_prefix(full, elf->root))
		return g_utf8_make_valid(full + strlen(elf->root), -1);
	if (folder != NULL && g_str_has_prefix(full, folder) && full[strlen(folder)] == '/')
		return g_utf8_make_valid(full + strlen(folder) + 1, -1);
	return g_utf8_make_valid(full, -1);
}

static void place_clear(void *data)
{
	struct md_place *place = data;

	g_free(place->symbol);
	g_free(place->path);
}

/* The file that attribute @name of @die counts in its unit's table. */
static const char *file_of(Dwarf_Die *unit, Dwarf_Die *die, guint name)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word index;
	size_t count;

	if (dwarf_formudata(dwarf_attr(die, name, &attribute), &index) != 0 ||
	    dwarf_getsrcfiles(unit, &files, &count) != 0 || index >= count)
		return NULL;
	return dwarf_filesrc(files, index, NULL, NULL);
}

static guint number_of(Dwarf_Die *die, guint name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word number;

	if (dwarf_formudata(dwarf_attr(die, name, &attribute), &number) != 0)
		return 0;
	return (guint)MIN(number, G_MAXUINT32);
}

static const char *name_of(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
}

GArray *md_elf_places(struct md_elf *elf, guint64 address)
{
	GArray *places = g_array_new(FALSE, TRUE, sizeof(struct md_place));
	struct md_place here = { 0 };
	Dwarf_Die unit, *innermost = NULL, *scopes = NULL;
	Dwarf_Line *line;
	int count, number = 0;

	g_array_set_clear_func(places, place_clear);
	if (elf->dwarf == NULL || !unit_at(elf->dwarf, address, &unit))
		return places;
	line = dwarf_getsrc_die(&unit, address);
	if (line == NULL || dwarf_lineno(line, &number) != 0 || number <= 0)
		return places;
	here.path = tree_path(elf, &unit, dwarf_linesrc(line, NULL, NULL));
	here.line = (guint)number;
	/* Behind an inlined function this goes on with where that was defined: only the first of
	 * them is where the address is, and the others are what holds it. */
	count = dwarf_getscopes(&unit, address, &innermost) > 0
			? dwarf_getscopes_die(&innermost[0], &scopes)
			: 0;
	free(innermost);
	for (int i = 0; i < count && dwarf_tag(&scopes[i]) != DW_TAG_subprogram; i++) {
		const char *name = name_of(&scopes[i]);

		if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine || name == NULL)
			continue;
		here.symbol = g_utf8_make_valid(name, -1);
		g_array_append_val(places, here);
		/* Where this one was called is where the next one out is. */
		here.path = tree_path(elf, &unit, file_of(&unit, &scopes[i], DW_AT_call_file));
		here.line = number_of(&scopes[i], DW_AT_call_line);
		here.symbol = NULL;
	}
	free(scopes);
	g_array_append_val(places, here);
	return places;
}
