/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers and code bytes as Linux prints them.
 *
 *   RAX: 0000000000000000 RBX: ffff88011e09c0c0       x86; FS: and GS: are bases
 *   RSP: 0018:ffff88021fd07d10 EFLAGS: 00010006       with a selector
 *   EIP: 0060:[<f8e40765>] EFLAGS: 00210246 CPU: 1    until 4.9
 *   x29: ffff0000401f7c40 x28: 0000000000000007       arm64
 *   pc : [<80b10c70>]    lr : [<00000000>]    psr: 200d0013      arm
 *   epc : ffffffe000207654 ra : ffffffe000207654      riscv
 *   GPR04: 0000000000000000 0000000000000000          powerpc: four from GPR4 on
 *   $ 4   : 0000000000000000 0000000000000000         mips: the same
 *   Krnl GPRS: 0000000000000000 0000000000000000      s390: the same, on four lines
 *
 *   Code: 48 89 c3 <0f> 0b                            x86: bytes
 *   Code: 910003fd f9000bf3 (08dffe60)                arm, arm64: words
 *   Code: 8c830000 <8c620000>                         mips, powerpc
 */
#include "crash/linux.h"

#include <string.h>

static const struct {
	const char *name;
	enum md_machine machine; /* that has no other register of this name */
	const char *manual;	 /* its name there, where that is another */
} register_names[] = {
	{ "rip", MD_MACHINE_X86_64, NULL },
	{ "rsp", MD_MACHINE_X86_64, NULL },
	{ "rax", MD_MACHINE_X86_64, NULL },
	{ "rbx", MD_MACHINE_X86_64, NULL },
	{ "rcx", MD_MACHINE_X86_64, NULL },
	{ "rdx", MD_MACHINE_X86_64, NULL },
	{ "rsi", MD_MACHINE_X86_64, NULL },
	{ "rdi", MD_MACHINE_X86_64, NULL },
	{ "rbp", MD_MACHINE_X86_64, NULL },
	{ "orig_rax", MD_MACHINE_X86_64, NULL },
	{ "knlgs", MD_MACHINE_X86_64, "kernel_gs_base" },
	{ "eip", MD_MACHINE_X86, NULL },
	{ "esp", MD_MACHINE_X86, NULL },
	{ "eax", MD_MACHINE_X86, NULL },
	{ "ebx", MD_MACHINE_X86, NULL },
	{ "ecx", MD_MACHINE_X86, NULL },
	{ "edx", MD_MACHINE_X86, NULL },
	{ "esi", MD_MACHINE_X86, NULL },
	{ "edi", MD_MACHINE_X86, NULL },
	{ "ebp", MD_MACHINE_X86, NULL },
	{ "eflags", MD_MACHINE_UNKNOWN, NULL },
	{ "rflags", MD_MACHINE_X86_64, "eflags" },
	{ "fsb", MD_MACHINE_X86_64, "fs_base" },
	{ "gsb", MD_MACHINE_X86_64, "gs_base" },
	{ "gss", MD_MACHINE_X86_64, "kernel_gs_base" },
	{ "cpsr", MD_MACHINE_UNKNOWN, "psr" },
	{ "cs", MD_MACHINE_UNKNOWN, NULL },
	{ "ds", MD_MACHINE_UNKNOWN, NULL },
	{ "es", MD_MACHINE_UNKNOWN, NULL },
	{ "fs", MD_MACHINE_UNKNOWN, NULL },
	{ "gs", MD_MACHINE_UNKNOWN, NULL },
	{ "ss", MD_MACHINE_UNKNOWN, NULL },
	{ "pstate", MD_MACHINE_ARM64, NULL },
	{ "psr", MD_MACHINE_ARM, NULL },
	{ "pc", MD_MACHINE_UNKNOWN, NULL },
	{ "lr", MD_MACHINE_UNKNOWN, NULL },
	{ "sp", MD_MACHINE_UNKNOWN, NULL },
	{ "ip", MD_MACHINE_UNKNOWN, NULL },
	{ "fp", MD_MACHINE_UNKNOWN, NULL },
	{ "epc", MD_MACHINE_UNKNOWN, NULL },
	{ "ra", MD_MACHINE_UNKNOWN, NULL },
	{ "gp", MD_MACHINE_RISCV, NULL },
	{ "tp", MD_MACHINE_RISCV, NULL },
	{ "badaddr", MD_MACHINE_RISCV, NULL },
	{ "status", MD_MACHINE_UNKNOWN, NULL },
	{ "cause", MD_MACHINE_UNKNOWN, NULL },
	{ "nip", MD_MACHINE_POWERPC, NULL },
	{ "ctr", MD_MACHINE_POWERPC, NULL },
	{ "msr", MD_MACHINE_POWERPC, NULL },
	{ "cr", MD_MACHINE_POWERPC, NULL },
	{ "xer", MD_MACHINE_POWERPC, NULL },
	{ "cfar", MD_MACHINE_POWERPC, NULL },
	{ "dar", MD_MACHINE_POWERPC, NULL },
	{ "dear", MD_MACHINE_POWERPC, NULL },
	{ "dsisr", MD_MACHINE_POWERPC, NULL },
	{ "hi", MD_MACHINE_MIPS, NULL },
	{ "lo", MD_MACHINE_MIPS, NULL },
	{ "badva", MD_MACHINE_MIPS, NULL },
};

/* Letters that numbered registers begin with, and the machine that alone has them. */
static const struct {
	const char *prefix;
	guint below;
	enum md_machine machine;
} numbered_names[] = {
	{ "x", 31, MD_MACHINE_ARM64 },	 { "r", 32, MD_MACHINE_UNKNOWN },
	{ "a", 8, MD_MACHINE_RISCV },	 { "t", 7, MD_MACHINE_RISCV },
	{ "s", 12, MD_MACHINE_RISCV },	 { "cr", 9, MD_MACHINE_UNKNOWN },
	{ "dr", 8, MD_MACHINE_UNKNOWN }, { "gpr", 32, MD_MACHINE_POWERPC },
};

struct register_name {
	char text[16]; /* lower case, as the manual has it */
	enum md_machine machine;
	gboolean several; /* more of them follow without a name */
	guint number;
};

static gboolean numbered_name(const char *text, struct register_name *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(numbered_names); i++) {
		const char *at = text;
		guint64 number;

		if (!md_scan_text(&at, numbered_names[i].prefix) || !md_scan_number(&at, &number) ||
		    *at != '\0' || number >= numbered_names[i].below)
			continue;
		name->machine = numbered_names[i].machine;
		name->several = name->machine == MD_MACHINE_POWERPC;
		name->number = (guint)number;
		g_snprintf(name->text, sizeof(name->text), "%s%u",
			   name->several ? "r" : numbered_names[i].prefix, name->number);
		return TRUE;
	}
	return FALSE;
}

/* Tells registers from all else that stands before a colon. */
static gboolean known_name(struct md_slice written, struct register_name *name)
{
	char lower[16];

	if (written.size == 0 || written.size >= sizeof(lower))
		return FALSE;
	for (gsize i = 0; i < written.size; i++)
		lower[i] = g_ascii_tolower(written.data[i]);
	lower[written.size] = '\0';
	*name = (struct register_name){ 0 };
	if (numbered_name(lower, name))
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(register_names); i++) {
		const char *manual = register_names[i].manual;

		if (strcmp(register_names[i].name, lower) != 0)
			continue;
		name->machine = register_names[i].machine;
		g_strlcpy(name->text, manual != NULL ? manual : lower, sizeof(name->text));
		return TRUE;
	}
	return FALSE;
}

/* "0018:ffff88021fd07d10", "[<80b10c70>]", "ffff88021fd07d10", "00007f80206db700(0000)". */
static gboolean scan_value(const char **text, struct md_word *value, struct md_word *selector)
{
	const char *at = *text;
	gboolean bracket;

	md_scan_blanks(&at);
	*selector = (struct md_word){ 0 };
	bracket = g_str_has_prefix(at, "[<");
	at += bracket ? 2 : 0;
	if (!md_scan_hex(&at, value))
		return FALSE;
	if (*at == ':' && (at[1] == '[' || g_ascii_isxdigit(at[1])) && value->digits == 4) {
		*selector = *value;
		at++;
		bracket = md_scan_text(&at, "[<");
		if (!md_scan_hex(&at, value))
			return FALSE;
	}
	if (bracket && !md_scan_text(&at, ">]"))
		return FALSE;
	if (*at == '(') {
		at++;
		if (!md_scan_hex(&at, selector) || *at++ != ')')
			return FALSE;
	}
	if (*at != '\0' && *at != ' ' && *at != ',')
		return FALSE;
	*text = at;
	return TRUE;
}

static void add_register(struct md_report *report, const char *name, struct md_word value)
{
	if (report != NULL)
		md_report_add_register(report, name, value);
}

/* What a value of x86 is the register of: FS and GS have their bases printed by 64-bit kernels. */
static void add_named(struct md_report *report, struct register_name *name, struct md_word value,
		      struct md_word selector)
{
	/* "IP: [<ffffffff812a41c7>] foo+0x27/0x140" says where; it is the "ip" of ARM's 32 bits. */
	if (strcmp(name->text, "ip") == 0 && value.digits == 16)
		return;
	if ((strcmp(name->text, "fs") == 0 || strcmp(name->text, "gs") == 0) &&
	    value.digits == 16) {
		if (selector.digits > 0)
			add_register(report, name->text, selector);
		g_strlcat(name->text, "_base", sizeof(name->text));
	} else if (selector.digits > 0) {
		gboolean stack = g_str_has_suffix(name->text, "sp");

		add_register(report, stack ? "ss" : "cs", selector);
	}
	add_register(report, name->text, value);
	if (report != NULL && report->machine == MD_MACHINE_UNKNOWN)
		report->machine = name->machine;
}

/* GPR04: and $ 4: name the first of a row. */
static void add_row(struct md_report *report, guint number, const char *text)
{
	struct md_word value, selector;
	char name[16];

	while (number < 32 && scan_value(&text, &value, &selector)) {
		g_snprintf(name, sizeof(name), "r%u", number++);
		add_register(report, name, value);
	}
}

/* "$ 4   : 0000000000000000 0000000000000000" */
static gboolean mips_row(const char *text, struct md_report *report)
{
	guint64 number;

	if (!md_scan_text(&text, "$"))
		return FALSE;
	md_scan_blanks(&text);
	if (!md_scan_number(&text, &number) || number > 31)
		return FALSE;
	md_scan_blanks(&text);
	if (*text++ != ':')
		return FALSE;
	if (report != NULL)
		report->machine = MD_MACHINE_MIPS;
	add_row(report, (guint)number, text);
	return TRUE;
}

/* "Krnl GPRS: ", and the rows below it, which have numbers alone. */
static gboolean s390_row(const char *text, struct md_report *report)
{
	guint number = 0;

	if (md_scan_text(&text, "Krnl GPRS:") || md_scan_text(&text, "User GPRS:")) {
		if (report != NULL)
			report->machine = MD_MACHINE_S390;
		add_row(report, 0, text);
		return TRUE;
	}
	if (report == NULL || report->machine != MD_MACHINE_S390 ||
	    strspn(text, "0123456789abcdef ") != strlen(text) || strcspn(text, " ") != 16)
		return FALSE;
	for (guint i = 0; i < report->registers->len; i++)
		number += g_array_index(report->registers, struct md_register, i).name[0] == 'r';
	add_row(report, number, text);
	return number > 0;
}

gboolean md_linux_registers(const char *text, struct md_report *report)
{
	gboolean found = FALSE;

	if (mips_row(text, report) || s390_row(text, report))
		return TRUE;
	for (;;) {
		struct md_word value, selector;
		struct register_name name;
		struct md_slice written;

		md_scan_blanks(&text);
		text += *text == ',';
		md_scan_blanks(&text);
		if (!md_scan_symbol(&text, &written) || !known_name(written, &name))
			return found;
		md_scan_blanks(&text);
		if (*text++ != ':')
			return found;
		/* "r10: 9684b874  r9 : 000001ff", but "CPU: 0" was no register at all. */
		if (!scan_value(&text, &value, &selector) || value.digits < 2)
			return found;
		found = TRUE;
		if (name.several) {
			add_register(report, name.text, value);
			add_row(report, name.number + 1, text);
			return TRUE;
		}
		add_named(report, &name, value, selector);
	}
}

/* More than any kernel prints: x86 has 64 bytes, s390 some lines. */
#define CODE_MAX 512

/* A byte, or a word of 4 or 8 digits, the high byte first, as struct md_code has it. */
static void add_number(struct md_code *code, struct md_word word)
{
	for (guint digits = word.digits; digits > 0; digits -= 2)
		code->bytes[code->count++] = (guint8)(word.value >> 4 * (digits - 2));
}

/* Kernels that mark nothing (i386 until 2.6) print so many bytes from the instruction on. */
#define CODE_UNMARKED 20

gboolean md_linux_code(const char *text, struct md_report *report, gboolean more)
{
	struct md_code *code = report->code;
	gboolean marked = code != NULL && code->at < code->count;
	gsize before = code != NULL ? code->count : 0;
	struct md_word word;
	const char *at = text + strspn(text, " <(");

	if ((code != NULL && !more) || !md_scan_hex(&at, &word) || word.digits % 2 != 0)
		return FALSE;
	if (code == NULL) {
		code = report->code = g_new0(struct md_code, 1);
		code->bytes = g_new0(guint8, CODE_MAX);
	}
	for (;;) {
		char open;

		md_scan_blanks(&text);
		open = *text == '<' || *text == '(' ? *text : '\0';
		text += open != '\0';
		if (!md_scan_hex(&text, &word) || word.digits % 2 != 0 ||
		    code->count + 8 > CODE_MAX)
			break;
		if (open != '\0') {
			code->at = code->count;
			marked = TRUE;
			text += *text == '>' || *text == ')';
		}
		add_number(code, word);
	}
	if (!marked)
		code->at = code->count == CODE_UNMARKED ? 0 : code->count;
	return code->count > before;
}
