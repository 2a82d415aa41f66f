/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that was marked so that it is recognised: lists and bytes that are poisoned, and the
 * shadow of KASAN.
 */
#include "crash/meaning.h"

/* ------------------------------------------------------------------ poison */

/*
 * Values that are written where nobody should read again.  Linux: include/linux/poison.h; with
 * POISON_POINTER_DELTA 0xdead000000000000 on 64 bits, which is CONFIG_ILLEGAL_POINTER_VALUE.
 * LIST_POISON2 was 0x00200200 before 4.3, then 0x200, since 4.15 0x122; Xen's lists: its
 * asm/config.h.
 */
struct poison_row {
	guint64 value;
	guint bits;	    /* of the address that it is */
	guint below, above; /* how far from it an address may be; below for container_of() */
	const char *text;
};

#define LIST_GONE "the entry was taken off its list before: list_del() twice, or used after it"
/* How far into its structure a list_head may be believed to lie. */
#define ENTRY_BELOW 512

static const struct poison_row poisons[] = {
	{ G_GUINT64_CONSTANT(0xdead000000000100), 64, ENTRY_BELOW, 0x21,
	  "LIST_POISON1 (next of a deleted list entry): " LIST_GONE },
	{ G_GUINT64_CONSTANT(0xdead000000000122), 64, 0, 0xdd,
	  "LIST_POISON2 (prev of a deleted list entry): " LIST_GONE },
	{ G_GUINT64_CONSTANT(0xdead000000000200), 64, 0, MD_MEMBER_MAX,
	  "LIST_POISON2 (prev of a deleted list entry): " LIST_GONE },
	{ 0x00100100, 0, ENTRY_BELOW, ENTRY_BELOW,
	  "LIST_POISON1 (next of a deleted list entry): " LIST_GONE },
	{ 0x00200200, 0, ENTRY_BELOW, ENTRY_BELOW,
	  "LIST_POISON2 (prev of a deleted list entry): " LIST_GONE },
	{ G_GUINT64_CONSTANT(0x0100100100100100), 64, ENTRY_BELOW, MD_MEMBER_MAX,
	  "Xen's LIST_POISON1 (next of a deleted list entry): " LIST_GONE },
	{ G_GUINT64_CONSTANT(0x0200200200200200), 64, ENTRY_BELOW, MD_MEMBER_MAX,
	  "Xen's LIST_POISON2 (prev of a deleted list entry): " LIST_GONE },
};

/* Bytes that memory is filled with: include/linux/poison.h; Xen's is its SCRUB_PATTERN. */
struct fill_row {
	guint8 byte;
	const char *text;
};

static const struct fill_row fills[] = {
	{ 0x6b, "POISON_FREE: slab memory that was freed; a pointer was read from it after that" },
	{ 0x5a, "POISON_INUSE: slab memory that was never initialised" },
	{ 0xa5, "POISON_END: the end of slab memory that was freed or never initialised" },
	{ 0xbb, "SLUB_RED_INACTIVE: the red zone around a free slab object" },
	{ 0xcc, "POISON_FREE_INITMEM or SLUB_RED_ACTIVE: init memory that was freed, or the "
		"red zone around a slab object" },
	{ 0xaa, "PAGE_POISON, or the POISON_BYTE of Xen: memory that was freed" },
	{ 0xc2, "Xen's scrub pattern: a page that was freed" },
};

/* @value is @byte all over, but for a member's offset. */
static gboolean filled_with(guint64 value, guint8 byte, guint bits)
{
	guint64 all = (bits == 32 ? G_GUINT64_CONSTANT(0x01010101)
				  : G_GUINT64_CONSTANT(0x0101010101010101)) *
		      byte;

	return value - all < MD_MEMBER_MAX || all - value < MD_MEMBER_MAX;
}

gboolean md_meaning_list_poison(const struct md_meaning_view *view, GString *text)
{
	if (view->address.digits == 0)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(poisons); i++) {
		const struct poison_row *poison = &poisons[i];

		if ((poison->bits != 0 && poison->bits != view->bits) ||
		    view->address.value + poison->below < poison->value ||
		    view->address.value > poison->value + poison->above)
			continue;
		g_string_append(text, poison->text);
		return TRUE;
	}
	return FALSE;
}

static const struct fill_row *fill_of(guint64 value, guint bits)
{
	for (guint i = 0; bits != 0 && i < G_N_ELEMENTS(fills); i++) {
		if (filled_with(value, fills[i].byte, bits))
			return &fills[i];
	}
	return NULL;
}

gboolean md_meaning_memory_poison(const struct md_meaning_view *view, GString *text)
{
	const struct fill_row *fill =
		view->address.digits > 0 ? fill_of(view->address.value, view->bits) : NULL;

	if (fill == NULL)
		return FALSE;
	g_string_append_printf(text, "0x%" G_GINT64_MODIFIER "x is %s", view->address.value,
			       fill->text);
	return TRUE;
}

/* Registers that were filled with what is free, though the instruction did not fault on them. */
gboolean md_meaning_poisoned_register(const struct md_meaning_view *view, GString *text)
{
	for (guint i = 0; i < view->report->registers->len; i++) {
		const struct md_register *reg =
			&g_array_index(view->report->registers, struct md_register, i);
		const struct fill_row *fill = fill_of(reg->word.value, view->bits);

		/* A red zone is no content of an object; all bytes alike are a mask as well. */
		if (fill == NULL || fill->byte != 0x6b)
			continue;
		g_string_append_printf(text, "%s holds %s", reg->name, fill->text);
		return TRUE;
	}
	return FALSE;
}

/* ------------------------------------------------------------------ shadow */

/* KASAN asks a shadow byte for each eight of memory before an access: KASAN_SHADOW_OFFSET of
 * arch/x86/Kconfig and arch/arm64/Kconfig (48, 47, 42, 39 bits of addresses; tags). */
struct shadow_row {
	enum md_machine machine;
	guint64 offset;
};

static const struct shadow_row shadows[] = {
	{ MD_MACHINE_X86_64, G_GUINT64_CONSTANT(0xdffffc0000000000) },
	{ MD_MACHINE_ARM64, G_GUINT64_CONSTANT(0xdfff800000000000) },
	{ MD_MACHINE_ARM64, G_GUINT64_CONSTANT(0xdfffa00000000000) },
	{ MD_MACHINE_ARM64, G_GUINT64_CONSTANT(0xdfffc00000000000) },
	{ MD_MACHINE_ARM64, G_GUINT64_CONSTANT(0xdfffd00000000000) },
	{ MD_MACHINE_RISCV, G_GUINT64_CONSTANT(0xdfffffff00000000) },
};

/* A shadow byte covers this many bytes of memory, as a shift (KASAN_SHADOW_SCALE_SHIFT). */
#define SHADOW_SHIFT 3

gboolean md_meaning_kasan_shadow(const struct md_meaning_view *view, GString *text)
{
	for (guint i = 0; view->address.digits > 0 && i < G_N_ELEMENTS(shadows); i++) {
		guint64 memory = (view->address.value - shadows[i].offset) << SHADOW_SHIFT;

		if (shadows[i].machine != view->report->machine ||
		    view->address.value - shadows[i].offset >= MD_MEMBER_MAX)
			continue;
		g_string_append_printf(text,
				       "KASAN's shadow of 0x%x to 0x%x: NULL + 0x%x, a member "
				       "at offset %u to %u of a NULL pointer",
				       (guint)memory, (guint)memory + 7, (guint)memory,
				       (guint)memory, (guint)memory + 7);
		return TRUE;
	}
	return FALSE;
}
