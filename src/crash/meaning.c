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
#include "crash/explain.h"

#include <string.h>

/* The largest offset of a member that is worth believing, a page: what NULL pointers, poison and
 * errors as pointers are recognised within, as Linux itself does for NULL (arch/x86/mm/fault.c). */
#define MEMBER_MAX 4096

/* ERR_PTR() makes pointers of errors up to this one (include/linux/err.h). */
#define ERRNO_MAX 4095

/** What the tests look at. */
struct view {
	const struct md_report *report;
	const struct md_instruction *instruction; /* NULL: not known */
	struct md_word address;			  /* that was reached for */
	guint bits;				  /* of an address; 0: not known */
	gboolean fetch; /* the address is where the processor was to go on */
	gboolean fault; /* an instruction failed: its operand is what it failed on */
};

struct rule {
	const char *name;
	gboolean address; /* about the address: the first of these has the say */
	gboolean (*test)(const struct view *view, GString *text);
	const char *const *words;
};

static gboolean on_x86(const struct view *view)
{
	return view->report->machine == MD_MACHINE_X86_64 ||
	       view->report->machine == MD_MACHINE_X86;
}

static enum md_deed deed(const struct view *view)
{
	return view->instruction != NULL ? view->instruction->deed : MD_DEED_OTHER;
}

/* The instruction pointer, under the names that machines give it. */
static gboolean instruction_pointer(const struct md_report *report, guint64 *value)
{
	static const char *const names[] = { "rip", "eip", "pc", "nip", "epc" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (md_code_register(report, names[i], value))
			return TRUE;
	}
	return FALSE;
}

/* ---- the instruction ---- */

/*
 * x86_64 keeps the canary of the running task at offset 40 of the segment that GS points to,
 * where the per-CPU data begins (arch/x86/include/asm/stackprotector.h, struct fixed_percpu_data);
 * i386 kept it at %gs:20 until 5.13. Both are fixed in gcc.
 */
static gboolean stack_canary(const struct view *view, GString *text)
{
	const struct md_instruction *what = view->instruction;
	gboolean wide = view->report->machine == MD_MACHINE_X86_64;
	guint64 base;

	if (!view->fault || what == NULL || !on_x86(view) || view->report->hypervisor ||
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
static gboolean gs_base_unset(const struct view *view, GString *text)
{
	const struct md_instruction *what = view->instruction;
	guint64 base;

	if (!view->fault || what == NULL || view->report->machine != MD_MACHINE_X86_64 ||
	    !what->memory || view->report->hypervisor || g_strcmp0(what->segment, "gs") != 0 ||
	    !md_code_register(view->report, "gs_base", &base) || base >= MEMBER_MAX)
		return FALSE;
	g_string_append_printf(text,
			       "reaches for per-CPU data through %%gs while the GS base is "
			       "0x%" G_GINT64_MODIFIER
			       "x: before it was set, or without swapgs on entry",
			       base);
	return TRUE;
}

/* ud2 and its like, which CONFIG_BUG compiles to (arch/../include/asm/bug.h). */
static gboolean bug_trap(const struct view *view, GString *text)
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
static gboolean breakpoint(const struct view *view, GString *text)
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

static gboolean bad_msr(const struct view *view, GString *text)
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

static gboolean bad_control(const struct view *view, GString *text)
{
	if (deed(view) != MD_DEED_CONTROL || view->report->kind != MD_REPORT_GPF)
		return FALSE;
	g_string_append_printf(text,
			       "%s sets a bit of a control register that this processor or "
			       "hypervisor does not have",
			       view->report->code->instruction);
	return TRUE;
}

static gboolean divided_by_zero(const struct view *view, GString *text)
{
	if (!view->fault || deed(view) != MD_DEED_DIVIDE)
		return FALSE;
	g_string_append_printf(text, "%s divides by zero, or its quotient is too large",
			       view->report->code->instruction);
	return TRUE;
}

/* Compilers use aligned moves on the stack, whose alignment an interrupted or foreign caller
 * may have broken. */
static gboolean misaligned(const struct view *view, GString *text)
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

/* ---- the address ---- */

/* Where it came from: the base register, for the sentences. */
static gboolean base_value(const struct view *view, guint64 *value)
{
	const struct md_instruction *what = view->instruction;

	return what != NULL && what->memory && what->base != NULL && what->index == NULL &&
	       md_code_register(view->report, what->base, value);
}

static gboolean null_jump(const struct view *view, GString *text)
{
	guint64 at;

	if (!instruction_pointer(view->report, &at) || at >= MEMBER_MAX)
		return FALSE;
	g_string_append_printf(text,
			       "the processor was sent to 0x%" G_GINT64_MODIFIER
			       "x: a call through a pointer to a function that is NULL",
			       at);
	return TRUE;
}

/* From "NULL + 0x10" on: what a small address is. */
static gboolean null_member(const struct view *view, GString *text)
{
	guint64 mask = view->bits == 32 ? G_MAXUINT32 : G_MAXUINT64, base, below;

	if (view->address.digits == 0 || view->fetch)
		return FALSE;
	below = (0 - view->address.value) & mask;
	if (view->address.value == 0) {
		g_string_append(text, "a NULL pointer, or a member at offset 0 behind one");
	} else if (view->address.value < MEMBER_MAX) {
		g_string_append_printf(text, "NULL + 0x%x: a member at offset %u of a NULL pointer",
				       (guint)view->address.value, (guint)view->address.value);
	} else if (below < MEMBER_MAX && base_value(view, &base) && base == 0) {
		g_string_append_printf(text,
				       "NULL - 0x%x: what lies before a NULL pointer, as with "
				       "container_of() of one",
				       (guint)below);
	} else {
		return FALSE;
	}
	return TRUE;
}

/* A function returned ERR_PTR(), and nobody asked IS_ERR() (include/linux/err.h). */
static gboolean errno_pointer(const struct view *view, GString *text)
{
	guint64 mask = view->bits == 32 ? G_MAXUINT32 : G_MAXUINT64, pointer, number;
	const char *name;

	if (view->bits == 0 || view->fetch)
		return FALSE;
	if (!base_value(view, &pointer))
		pointer = view->address.digits > 0 ? view->address.value : 0;
	number = (0 - pointer) & mask;
	/* A member's offset may have taken the address over the end; base registers that an
	 * instruction goes back from (the stack's) are never that near to it. */
	if (number == 0 || number > ERRNO_MAX)
		return FALSE;
	name = md_errno_name((guint)number);
	if (name != NULL)
		g_string_append_printf(text, "-%s (-%u) used as a pointer", name, (guint)number);
	else
		g_string_append_printf(text, "-%u used as a pointer", (guint)number);
	g_string_append(text, ": an error that was returned as one, not asked for with IS_ERR()");
	return TRUE;
}

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
	{ G_GUINT64_CONSTANT(0xdead000000000200), 64, 0, MEMBER_MAX,
	  "LIST_POISON2 (prev of a deleted list entry): " LIST_GONE },
	{ 0x00100100, 0, ENTRY_BELOW, ENTRY_BELOW,
	  "LIST_POISON1 (next of a deleted list entry): " LIST_GONE },
	{ 0x00200200, 0, ENTRY_BELOW, ENTRY_BELOW,
	  "LIST_POISON2 (prev of a deleted list entry): " LIST_GONE },
	{ G_GUINT64_CONSTANT(0x0100100100100100), 64, ENTRY_BELOW, MEMBER_MAX,
	  "Xen's LIST_POISON1 (next of a deleted list entry): " LIST_GONE },
	{ G_GUINT64_CONSTANT(0x0200200200200200), 64, ENTRY_BELOW, MEMBER_MAX,
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

	return value - all < MEMBER_MAX || all - value < MEMBER_MAX;
}

static gboolean list_poison(const struct view *view, GString *text)
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

static gboolean memory_poison(const struct view *view, GString *text)
{
	const struct fill_row *fill =
		view->address.digits > 0 ? fill_of(view->address.value, view->bits) : NULL;

	if (fill == NULL)
		return FALSE;
	g_string_append_printf(text, "0x%" G_GINT64_MODIFIER "x is %s", view->address.value,
			       fill->text);
	return TRUE;
}

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

static gboolean kasan_shadow(const struct view *view, GString *text)
{
	for (guint i = 0; view->address.digits > 0 && i < G_N_ELEMENTS(shadows); i++) {
		guint64 memory = (view->address.value - shadows[i].offset) << SHADOW_SHIFT;

		if (shadows[i].machine != view->report->machine ||
		    view->address.value - shadows[i].offset >= MEMBER_MAX)
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

/*
 * Each kernel stack has an unmapped page below it (CONFIG_VMAP_STACK).  A push or a local
 * variable reached it where the address is just below the stack pointer, or above it within a
 * frame.
 */
static gboolean stack_guard(const struct view *view, GString *text)
{
	static const char *const names[] = { "rsp", "esp", "sp" };
	const char *title = view->report->title;
	guint64 stack = 0;
	gboolean said = title != NULL && (strstr(title, "stack guard page") != NULL ||
					  strstr(title, "stack overflow") != NULL);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (md_code_register(view->report, names[i], &stack))
			break;
	}
	if (!said && (view->address.digits == 0 || stack < MEMBER_MAX ||
		      stack - 1 - view->address.value >= MEMBER_MAX))
		return FALSE;
	g_string_append(text,
			"the stack ran into its guard page, by endless recursion or too large "
			"a frame");
	return TRUE;
}

/* Where user space ends and the kernel's addresses begin: TASK_SIZE of each machine, the largest.
 */
static guint64 user_end(const struct view *view)
{
	switch (view->report->machine) {
	case MD_MACHINE_X86_64:
		return G_GUINT64_CONSTANT(1) << 47;
	case MD_MACHINE_ARM64:
		return G_GUINT64_CONSTANT(1) << 48;
	case MD_MACHINE_POWERPC:
		return view->bits == 64 ? G_GUINT64_CONSTANT(1) << 52
					: G_GUINT64_CONSTANT(0xc0000000);
	case MD_MACHINE_RISCV:
		return G_GUINT64_CONSTANT(1) << 47;
	case MD_MACHINE_X86:
		return G_GUINT64_CONSTANT(0xc0000000);
	case MD_MACHINE_ARM:
		return G_GUINT64_CONSTANT(0xbf000000);
	case MD_MACHINE_MIPS:
		return view->bits == 64 ? G_GUINT64_CONSTANT(1) << 40
					: G_GUINT64_CONSTANT(0x80000000);
	default: /* s390 has an address space of its own for each */
		return 0;
	}
}

/* Bits of x86's page fault error code (arch/x86/include/asm/trap_pf.h). */
#define PF_PROT 0x1
#define PF_WRITE 0x2
#define PF_USER 0x4
#define PF_RSVD 0x8
#define PF_INSTR 0x10

/* The printable bytes of @value in the order of memory (little endian); FALSE: not all are. */
static gboolean reads_as_text(guint64 value, guint bits, char text[static 9])
{
	guint count = 0, zeros = 0;

	for (guint shift = 0; shift < bits; shift += 8) {
		char c = (char)(value >> shift & 0xff);

		if (c == '\0')
			zeros++;
		else if (zeros > 0 || !g_ascii_isprint(c))
			return FALSE;
		else
			text[count++] = c;
	}
	text[count] = '\0';
	/* With fewer, too many addresses read as text. */
	return count * 8 >= bits - 16 && count >= 4;
}

static gboolean non_canonical(const struct view *view, GString *text)
{
	guint64 top = view->address.value >> 47;
	char said[9];

	/* The 17 uppermost bits are copies of one; with five levels of page tables fewer are, and
	 * no kernel has anything between. */
	if (view->address.digits == 0 || view->report->machine != MD_MACHINE_X86_64 || top == 0 ||
	    top == 0x1ffff)
		return FALSE;
	g_string_append_printf(text,
			       "0x%" G_GINT64_MODIFIER "x is not canonical: no address at all",
			       view->address.value);
	if (reads_as_text(view->address.value, 64, said))
		g_string_append_printf(text, ", but the text \"%s\", written over a pointer", said);
	return TRUE;
}

static gboolean user_address(const struct view *view, GString *text)
{
	guint64 code = view->report->error_code.value;
	char said[9];

	if (view->address.digits == 0 || view->address.value < MEMBER_MAX ||
	    view->address.value >= user_end(view) || view->report->hypervisor)
		return FALSE;
	g_string_append_printf(text, "0x%" G_GINT64_MODIFIER "x is an address of user space",
			       view->address.value);
	if (view->bits == 32 && reads_as_text(view->address.value, 32, said))
		g_string_append_printf(text, ", or the text \"%s\"", said);
	if (view->fetch)
		g_string_append(text, ", where the kernel was sent to by a bad pointer to a "
				      "function");
	if (on_x86(view) && view->report->error_code.digits > 0 && (code & PF_PROT) != 0 &&
	    (code & PF_USER) == 0)
		g_string_append(text, (code & PF_INSTR) != 0 ? " (SMEP forbids it)"
							     : " (SMAP forbids it, but for "
							       "copy_from_user() and its like)");
	return TRUE;
}

/* The page-frame information array of x86_64 (Xen: asm/config.h); one struct page_info a frame. */
static gboolean xen_frame_table(const struct view *view, GString *text)
{
	if (!view->report->hypervisor || view->report->machine != MD_MACHINE_X86_64 ||
	    view->address.digits == 0 ||
	    view->address.value < G_GUINT64_CONSTANT(0xffff82e000000000) ||
	    view->address.value >= G_GUINT64_CONSTANT(0xffff830000000000))
		return FALSE;
	g_string_append(text, "an address in Xen's frame table: the struct page_info of a frame "
			      "that has no memory, perhaps of an invalid frame number");
	return TRUE;
}

/* ---- what else the report says ---- */

/* Registers that were filled with what is free, though the instruction did not fault on them. */
static gboolean poisoned_register(const struct view *view, GString *text)
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

static gboolean use_after_free(const struct view *view, GString *text)
{
	const char *title = view->report->title;

	if (title == NULL || strstr(title, "use-after-free") == NULL)
		return FALSE;
	g_string_append(text,
			"the memory had been freed: the stack marked \"freed\" shows by whom, and "
			"what still referred to it is at fault");
	return TRUE;
}

/* An exception's error code in words. */
static gboolean error_code(const struct view *view, GString *text)
{
	guint64 code = view->report->error_code.value;

	if (!on_x86(view) || view->report->error_code.digits == 0 ||
	    (view->report->kind != MD_REPORT_PAGE_FAULT &&
	     view->report->kind != MD_REPORT_NULL_DEREF))
		return FALSE;
	g_string_append_printf(text, "error code %04x: %s %s, %s", (guint)(code & 0xffff),
			       (code & PF_USER) != 0	  ? "user space"
			       : view->report->hypervisor ? "Xen"
							  : "the kernel",
			       (code & PF_INSTR) != 0	? "fetched an instruction"
			       : (code & PF_WRITE) != 0 ? "wrote"
							: "read",
			       (code & PF_RSVD) != 0   ? "the page table is corrupt"
			       : (code & PF_PROT) != 0 ? "the page is mapped but forbids it"
						       : "the page is not mapped");
	return TRUE;
}

/* Documentation/admin-guide/tainted-kernels.rst; '-' and 'G', ' ' say nothing. */
struct taint_row {
	char letter;
	const char *text;
};

static const struct taint_row taints[] = {
	{ 'P', "a proprietary module" },
	{ 'F', "a module loaded by force" },
	{ 'S', "a processor or system out of its specification" },
	{ 'R', "a module unloaded by force" },
	{ 'M', "a machine check before" },
	{ 'B', "a bad page before" },
	{ 'U', "user space asked for it" },
	{ 'D', "died before: an oops or BUG" },
	{ 'A', "an ACPI table was overridden" },
	{ 'W', "a warning before" },
	{ 'C', "a driver from staging" },
	{ 'I', "a workaround for broken firmware" },
	{ 'O', "a module from outside the tree" },
	{ 'E', "a module without a signature" },
	{ 'L', "a soft lockup before" },
	{ 'K', "live patched" },
	{ 'X', "what the distribution says" },
	{ 'T', "its structures laid out at random" },
	{ 'N', "a test was run in it" },
	{ 'J', "user space used a mutating debug operation of fwctl" },
};

/* Xen's are others: print_tainted() of its common/kernel.c. */
static const struct taint_row xen_taints[] = {
	{ 'I', "a processor that is known to be insecure" },
	{ 'M', "a machine check before" },
	{ 'C', "console output that is synchronous" },
	{ 'E', "an error that was injected" },
	{ 'H', "forced emulation that guests may use" },
	{ 'S', "processors with features that differ" },
};

static gboolean tainted(const struct view *view, GString *text)
{
	const struct taint_row *rows = view->report->hypervisor ? xen_taints : taints;
	guint count = view->report->hypervisor ? G_N_ELEMENTS(xen_taints) : G_N_ELEMENTS(taints);
	const char *separator = "tainted by ";

	if (view->report->taint == NULL || g_str_has_prefix(view->report->taint, "Not"))
		return FALSE;
	for (const char *c = view->report->taint; *c != '\0'; c++) {
		/* The letters end where a kernel's version, or the long form ("[W]=WARN"), begins.
		 */
		if (!g_ascii_isupper(*c) && *c != ' ')
			break;
		for (guint i = 0; i < count; i++) {
			if (rows[i].letter != *c)
				continue;
			g_string_append_printf(text, "%s%s (%c)", separator, rows[i].text, *c);
			separator = ", ";
		}
	}
	return text->len > 0;
}

static gboolean moved(const struct view *view, GString *text)
{
	if (view->report->moved.digits == 0 || view->report->moved.value == 0)
		return FALSE;
	g_string_append_printf(text,
			       "KASLR moved the kernel by 0x%" G_GINT64_MODIFIER
			       "x: addresses here are that much above those of its vmlinux",
			       view->report->moved.value);
	return TRUE;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct rule rules[] = {
	{ "stack-canary", TRUE, stack_canary,
	  WORDS("stack_canary", "boot_init_stack_canary", "gs_base", "MSR_GS_BASE",
		"load_percpu_segment", "switch_to_new_gdt", "irq_stack_union", "fixed_percpu_data",
		"setup_percpu", "stackprotector") },
	{ "gs-base", TRUE, gs_base_unset,
	  WORDS("gs_base", "MSR_GS_BASE", "load_percpu_segment", "switch_to_new_gdt", "swapgs",
		"SWAPGS", "setup_percpu") },
	{ "bug-trap", FALSE, bug_trap, NULL },
	{ "breakpoint", FALSE, breakpoint, WORDS("int3", "text_poke", "static_key", "noreturn") },
	{ "bad-msr", FALSE, bad_msr,
	  WORDS("wrmsr", "wrmsrl", "rdmsr", "rdmsrl", "native_write_msr") },
	{ "bad-control", FALSE, bad_control,
	  WORDS("cr4_set_bits", "write_cr4", "write_cr0", "xsetbv") },
	{ "divided-by-zero", FALSE, divided_by_zero, WORDS("do_div", "div64_u64", "div_u64") },
	{ "misaligned", FALSE, misaligned, NULL },
	{ "null-jump", TRUE, null_jump, NULL },
	{ "list-poison", TRUE, list_poison,
	  WORDS("list_del", "list_del_init", "list_add", "list_for_each_entry_safe", "hlist_del") },
	{ "memory-poison", TRUE, memory_poison,
	  WORDS("kfree", "kmem_cache_free", "kfree_rcu", "call_rcu", "xfree") },
	{ "kasan-shadow", TRUE, kasan_shadow, NULL },
	{ "errno-pointer", TRUE, errno_pointer, WORDS("ERR_PTR", "IS_ERR", "PTR_ERR", "ERR_CAST") },
	{ "null-member", TRUE, null_member, NULL },
	{ "stack-guard", TRUE, stack_guard, NULL },
	{ "non-canonical", TRUE, non_canonical, NULL },
	{ "user-address", TRUE, user_address,
	  WORDS("copy_from_user", "copy_to_user", "get_user", "put_user", "stac", "clac",
		"__user") },
	{ "frame-table", TRUE, xen_frame_table,
	  WORDS("mfn_valid", "mfn_to_page", "maddr_to_page") },
	{ "poisoned-register", FALSE, poisoned_register,
	  WORDS("kfree", "kmem_cache_free", "kfree_rcu", "call_rcu") },
	{ "use-after-free", FALSE, use_after_free,
	  WORDS("kfree", "kmem_cache_free", "kfree_rcu", "call_rcu") },
	{ "error-code", FALSE, error_code, NULL },
	{ "tainted", FALSE, tainted, NULL },
	{ "kernel-moved", FALSE, moved, NULL },
};

/* Where the processor was to go on, when it could not fetch that: the address is its own. */
static gboolean is_fetch(const struct md_report *report, struct md_word *address)
{
	guint64 at;
	struct md_word fault = md_code_fault_address(report);

	if (fault.digits == 0 || !instruction_pointer(report, &at) || at != fault.value)
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
	struct view view = { .report = report,
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
