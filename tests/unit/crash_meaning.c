/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine says of a crash: the instruction, the address that it reached for, and what
 * is recognised in both.  A row a rule, and random bytes.
 */
#include "crash/explain.h"

#include <string.h>

struct machine_case {
	const char *what;
	enum md_machine machine;
	enum md_report_kind kind;
	const char *title;
	const char *registers; /* "rax=0 rbx=10", hexadecimal, with their digits */
	const char *code;      /* bytes, "<" before that of the instruction; NULL: none */
	const char *instruction, *address; /* NULL: none */
	const char *meaning;		   /* "NAME: TEXT" of the first; NULL: none */
};

#define PF MD_REPORT_PAGE_FAULT
#define X64 MD_MACHINE_X86_64

static const struct machine_case cases[] = {
	{ "the canary before the GS base is set", X64, PF, "page fault",
	  "rip=ffffffff8100b2b0 gs_base=0000000000000000", "5348 83ec10 <65488b04252800000048 89",
	  "mov rax, qword ptr gs:[0x28]", "28",
	  "stack-canary: reads the stack protector's canary at %gs:0x28 while the GS base is still "
	  "0: the function ran before the GS base was set, when none may use the stack protector" },
	{ "the canary of i386, whose GS base no log has", MD_MACHINE_X86, PF, "page fault",
	  "eip=c0100000", "<65a114000000", "mov eax, dword ptr gs:[0x14]", NULL,
	  "stack-canary: reads the stack protector's canary at %gs:0x14" },
	{ "per-CPU data before that", X64, PF, "page fault", "gs_base=0000000000000000",
	  "<65 8b 05 00 00 00 00", "mov eax, dword ptr gs:[rip]", NULL,
	  "gs-base: reaches for per-CPU data through %gs while the GS base is 0x0: before it was "
	  "set, or without swapgs on entry" },
	{ "a member of NULL", X64, MD_REPORT_NULL_DEREF,
	  "BUG: kernel NULL pointer dereference, address: 0000000000000010",
	  "rax=0000000000000000 cr2=0000000000000010", "00 <48 8b 40 10 5b",
	  "mov rax, qword ptr [rax + 0x10]", "10",
	  "null-member: NULL + 0x10: a member at offset 16 of a NULL pointer" },
	{ "NULL itself, by an index", X64, MD_REPORT_NULL_DEREF, "oops",
	  "rax=0000000000000000 rbx=0000000000000000", "<8b 04 98",
	  "mov eax, dword ptr [rax + rbx*4]", "0",
	  "null-member: a NULL pointer, or a member at offset 0 behind one" },
	{ "before NULL", X64, PF, "oops", "rbx=0000000000000000", "<48 8b 43 f8",
	  "mov rax, qword ptr [rbx - 8]", "fffffffffffffff8",
	  "null-member: NULL - 0x8: what lies before a NULL pointer, as with container_of() of "
	  "one" },
	{ "no code: what happened says the address", X64, MD_REPORT_NULL_DEREF,
	  "BUG: unable to handle kernel NULL pointer dereference at 0000000000000018", "", NULL,
	  NULL, NULL, "null-member: NULL + 0x18: a member at offset 24 of a NULL pointer" },
	{ "on arm64", MD_MACHINE_ARM64, MD_REPORT_NULL_DEREF,
	  "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008",
	  "x0=0000000000000000 x29=ffff800010003e50", "aa0003f3 <f9400400", "ldr x0, [x0, #8]", "8",
	  "null-member: NULL + 0x8: a member at offset 8 of a NULL pointer" },
	{ "on arm", MD_MACHINE_ARM, MD_REPORT_NULL_DEREF, "oops", "r3=00000000 psr=60000013",
	  "e1a00003 <e5933004", "ldr r3, [r3, #4]", "4",
	  "null-member: NULL + 0x4: a member at offset 4 of a NULL pointer" },
	{ "on arm, Thumb", MD_MACHINE_ARM, MD_REPORT_NULL_DEREF, "oops", "r3=00000000 psr=60000033",
	  "4b05 <6858", "ldr r0, [r3, #4]", "4",
	  "null-member: NULL + 0x4: a member at offset 4 of a NULL pointer" },
	{ "on powerpc", MD_MACHINE_POWERPC, MD_REPORT_NULL_DEREF, "oops", "r9=0000000000000000",
	  "7c0802a6 <e8690010", "ld r3, 0x10(r9)", "10",
	  "null-member: NULL + 0x10: a member at offset 16 of a NULL pointer" },
	{ "on mips", MD_MACHINE_MIPS, MD_REPORT_NULL_DEREF, "oops", "v1=00000000",
	  "00000000 <8c620010", "lw $v0, 0x10($v1)", "10",
	  "null-member: NULL + 0x10: a member at offset 16 of a NULL pointer" },
	{ "RISC-V has no disassembler", MD_MACHINE_RISCV, MD_REPORT_NULL_DEREF,
	  "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008",
	  "epc=ffffffff80001000", "<6508", NULL, NULL,
	  "null-member: NULL + 0x8: a member at offset 8 of a NULL pointer" },
	{ "a freed slab object", X64, MD_REPORT_GPF, "general protection fault: 0000",
	  "rdi=6b6b6b6b6b6b6b6b", "<48 8b 47 18", "mov rax, qword ptr [rdi + 0x18]",
	  "6b6b6b6b6b6b6b83",
	  "memory-poison: 0x6b6b6b6b6b6b6b83 is POISON_FREE: slab memory that was freed; a "
	  "pointer was read from it after that" },
	{ "a slab object that was never set", MD_MACHINE_X86, PF, "oops", "edx=5a5a5a5a", "<8b 02",
	  "mov eax, dword ptr [edx]", "5a5a5a5a",
	  "memory-poison: 0x5a5a5a5a is POISON_INUSE: slab memory that was never initialised" },
	{ "a list entry deleted twice", X64, MD_REPORT_GPF, "general protection fault",
	  "rax=dead000000000122 rdx=ffff888003c00000", "<48 89 10", "mov qword ptr [rax], rdx",
	  "dead000000000122",
	  "list-poison: LIST_POISON2 (prev of a deleted list entry): the entry was taken off its "
	  "list before: list_del() twice, or used after it" },
	{ "its next", X64, MD_REPORT_GPF, "general protection fault", "rdx=dead000000000100",
	  "<48 89 42 08", "mov qword ptr [rdx + 8], rax", "dead000000000108",
	  "list-poison: LIST_POISON1 (next of a deleted list entry): the entry was taken off its "
	  "list before: list_del() twice, or used after it" },
	{ "32 bits have the poison alone", MD_MACHINE_X86, PF, "oops", "edx=00100100", "<8b 42 04",
	  "mov eax, dword ptr [edx + 4]", "100104",
	  "list-poison: LIST_POISON1 (next of a deleted list entry): the entry was taken off its "
	  "list before: list_del() twice, or used after it" },
	{ "an error as a pointer", X64, PF, "oops", "rax=ffffffffffffffea", "<8b 40 20",
	  "mov eax, dword ptr [rax + 0x20]", "a",
	  "errno-pointer: -EINVAL (-22) used as a pointer: an error that was returned as one, "
	  "not asked for with IS_ERR()" },
	{ "an error of 32 bits, in the title", MD_MACHINE_ARM, PF,
	  "Unable to handle kernel paging request at virtual address fffffff4", "", NULL, NULL,
	  NULL,
	  "errno-pointer: -ENOMEM (-12) used as a pointer: an error that was returned as one, "
	  "not asked for with IS_ERR()" },
	{ "an error of the kernel alone", X64, PF, "oops", "rdi=fffffffffffffdfb", "<8b 07",
	  "mov eax, dword ptr [rdi]", "fffffffffffffdfb",
	  "errno-pointer: -EPROBE_DEFER (-517) used as a pointer: an error that was returned as "
	  "one, not asked for with IS_ERR()" },
	{ "an address of user space that SMAP forbids", X64, PF, "oops",
	  "rdi=00007ffd12345678 error_code=0001", "<48 8b 07", "mov rax, qword ptr [rdi]",
	  "7ffd12345678",
	  "user-address: 0x7ffd12345678 is an address of user space (SMAP forbids it, but for "
	  "copy_from_user() and its like)" },
	{ "user space entered", X64, PF,
	  "BUG: unable to handle kernel paging request at 00007f0000001000",
	  "rip=00007f0000001000 cr2=00007f0000001000 error_code=0011", NULL, NULL, NULL,
	  "user-address: 0x7f0000001000 is an address of user space, where the kernel was sent "
	  "to by a bad pointer to a function (SMEP forbids it)" },
	{ "text in a pointer", X64, MD_REPORT_GPF, "general protection fault",
	  "rax=656d616e2f637273", "<48 8b 00", "mov rax, qword ptr [rax]", "656d616e2f637273",
	  "non-canonical: 0x656d616e2f637273 is not canonical: no address at all, but the text "
	  "\"src/name\", written over a pointer" },
	{ "no address at all", X64, MD_REPORT_GPF,
	  "general protection fault, probably for non-canonical address 0x1234000000000000: 0000",
	  "", NULL, NULL, NULL,
	  "non-canonical: 0x1234000000000000 is not canonical: no address at all" },
	{ "KASAN's shadow", X64, MD_REPORT_GPF, "general protection fault",
	  "rax=dffffc0000000000 rdx=0000000000000003", "<80 3c 02 00",
	  "cmp byte ptr [rdx + rax], 0", "dffffc0000000003",
	  "kasan-shadow: KASAN's shadow of 0x18 to 0x1f: NULL + 0x18, a member at offset 24 to "
	  "31 of a NULL pointer" },
	{ "a call through NULL", X64, MD_REPORT_NULL_DEREF,
	  "BUG: kernel NULL pointer dereference, address: 0000000000000000",
	  "rip=0000000000000000 cr2=0000000000000000", NULL, NULL, NULL,
	  "null-jump: the processor was sent to 0x0: a call through a pointer to a function that "
	  "is NULL" },
	{ "a push below the stack", X64, PF, "oops", "rsp=ffffc90000000000 cr2=ffffc8fffffffff8",
	  "<55", "push rbp", "ffffc8fffffffff8",
	  "stack-guard: the stack ran into its guard page, by endless recursion or too large a "
	  "frame" },
	{ "BUG()", X64, MD_REPORT_BUG, "kernel BUG at mm/slub.c:310!", "", "5b <0f0b eb", "ud2",
	  NULL, "bug-trap: ud2 is what BUG() and WARN() compile to: a check in the source failed" },
	{ "BUG() of arm64", MD_MACHINE_ARM64, MD_REPORT_BUG, "kernel BUG", "", "<d4210000",
	  "brk #0x800", NULL,
	  "bug-trap: brk #0x800 is what BUG() and WARN() compile to: a check in the source "
	  "failed" },
	{ "a breakpoint", X64, MD_REPORT_OOPS, "int3", "", "<cc cc cc", "int3", NULL,
	  "breakpoint: int3: a breakpoint, text that was being patched, or the padding behind a "
	  "function that was not to return" },
	{ "an MSR that is not there", X64, MD_REPORT_GPF, "general protection fault",
	  "rax=0000000000000001 rcx=0000000000000049 rdx=0000000000000000", "<0f 30", "wrmsr", NULL,
	  "bad-msr: writes MSR 0x49 (MSR_IA32_PRED_CMD) with 0x1: this processor or hypervisor "
	  "lacks it, or refuses the value" },
	{ "a bit of CR4", X64, MD_REPORT_GPF, "general protection fault", "", "<0f 22 e0",
	  "mov cr4, rax", NULL,
	  "bad-control: mov cr4, rax sets a bit of a control register that this processor or "
	  "hypervisor does not have" },
	{ "a division", X64, MD_REPORT_OOPS, "divide error: 0000", "", "<48 f7 f1", "div rcx", NULL,
	  "divided-by-zero: div rcx divides by zero, or its quotient is too large" },
	{ "a misaligned stack", X64, MD_REPORT_GPF, "general protection fault",
	  "rsp=ffffc90000003e48", "<0f 29 04 24", "movaps xmmword ptr [rsp], xmm0",
	  "ffffc90000003e48",
	  "misaligned: needs an address that 16 divides, and has 0xffffc90000003e48: the stack "
	  "is misaligned" },
	{ "the second operand of a move", X64, PF, "oops",
	  "rdi=ffff888000001000 rsi=0000000000000020 cr2=0000000000000020", "<f3 a4",
	  "rep movsb byte ptr [rdi], byte ptr [rsi]", "20",
	  "null-member: NULL + 0x20: a member at offset 32 of a NULL pointer" },
	{ "half a register", X64, PF, "oops", "rbx=ffffffff00000008", "<67 8b 03",
	  "mov eax, dword ptr [ebx]", "8",
	  "null-member: NULL + 0x8: a member at offset 8 of a NULL pointer" },
	{ "a stall stopped at an instruction that did no wrong", X64, MD_REPORT_SOFT_LOCKUP,
	  "soft lockup", "rdi=0000000000000010", "<8b 07", "mov eax, dword ptr [rdi]", "10", NULL },
	{ "no mark, no instruction", X64, PF, "oops", "", "48 8b 40 10", NULL, NULL, NULL },
	{ "cut off", X64, PF, "oops", "", "<65 48 8b", NULL, NULL, NULL },
	{ "poison in another register", X64, PF, "oops",
	  "rax=ffffc90000000000 rbp=6b6b6b6b6b6b6b6b", "<8b 00", "mov eax, dword ptr [rax]",
	  "ffffc90000000000",
	  "poisoned-register: rbp holds POISON_FREE: slab memory that was freed; a pointer was "
	  "read from it after that" },
};

static void add_register(struct md_report *report, const char *name, const char *value)
{
	struct md_word word = { g_ascii_strtoull(value, NULL, 16), (guint)strlen(value) };
	struct md_register reg = { g_strdup(name), word };

	if (strcmp(name, "error_code") == 0) {
		report->error_code = word;
		g_free(reg.name);
		return;
	}
	g_array_append_val(report->registers, reg);
}

static void add_code(struct md_report *report, const char *text)
{
	struct md_code *code = g_new0(struct md_code, 1);
	GByteArray *bytes = g_byte_array_new();

	code->at = G_MAXSIZE;
	for (; *text != '\0'; text++) {
		guint8 byte;

		if (*text == '<')
			code->at = bytes->len;
		if (!g_ascii_isxdigit(*text))
			continue;
		byte = (guint8)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
		g_byte_array_append(bytes, &byte, 1);
		text++;
	}
	code->count = bytes->len;
	code->bytes = g_byte_array_free(bytes, FALSE);
	report->code = code;
}

static struct md_report *report_of(const struct machine_case *one)
{
	struct md_report *report = md_report_new();
	g_auto(GStrv) registers = g_strsplit(one->registers, " ", -1);

	report->machine = one->machine;
	report->kind = one->kind;
	report->title = g_strdup(one->title);
	for (char **reg = registers; *reg != NULL && **reg != '\0'; reg++) {
		char *value = strchr(*reg, '=');

		*value++ = '\0';
		add_register(report, *reg, value);
	}
	if (one->code != NULL)
		add_code(report, one->code);
	return report;
}

static void test_rules(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		MD_AUTOPTR(md_report) report = report_of(&cases[i]);
		g_autofree char *address = NULL, *meaning = NULL;

		g_test_message("%s", cases[i].what);
		md_report_explain(report);
		if (report->code != NULL && report->code->address.digits > 0)
			address = g_strdup_printf("%" G_GINT64_MODIFIER "x",
						  report->code->address.value);
		if (report->meanings->len > 0) {
			const struct md_meaning *first =
				&g_array_index(report->meanings, struct md_meaning, 0);

			meaning = g_strdup_printf("%s: %s", first->name, first->text);
		}
		g_assert_cmpstr(report->code ? report->code->instruction : NULL, ==,
				cases[i].instruction);
		g_assert_cmpstr(address, ==, cases[i].address);
		g_assert_cmpstr(meaning, ==, cases[i].meaning);
	}
}

static const char *meaning_text(const struct md_report *report, const char *name)
{
	for (guint i = 0; i < report->meanings->len; i++) {
		const struct md_meaning *one =
			&g_array_index(report->meanings, struct md_meaning, i);

		if (strcmp(one->name, name) == 0)
			return one->text;
	}
	return NULL;
}

static void test_rest(void)
{
	MD_AUTOPTR(md_report) report = md_report_new();

	report->kind = MD_REPORT_NULL_DEREF;
	report->machine = MD_MACHINE_X86_64;
	report->error_code = (struct md_word){ 2, 4 };
	report->moved = (struct md_word){ 0x1e000000, 8 };
	report->taint = g_strdup("G        W  O");
	md_report_explain(report);
	g_assert_cmpstr(meaning_text(report, "error-code"), ==,
			"error code 0002: the kernel wrote, the page is not mapped");
	g_assert_cmpstr(meaning_text(report, "kernel-moved"), ==,
			"KASLR moved the kernel by 0x1e000000: addresses here are that much above "
			"those of its vmlinux");
	g_assert_cmpstr(meaning_text(report, "tainted"), ==,
			"tainted by a warning before (W), a module from outside the tree (O)");
}

static void test_xen(void)
{
	MD_AUTOPTR(md_report)
	report = report_of(
		&(struct machine_case){ .machine = MD_MACHINE_X86_64,
					.kind = MD_REPORT_PAGE_FAULT,
					.title = "FATAL TRAP: vector = 14 (page fault)",
					.registers = "rax=ffff82e020000000 cr2=ffff82e020000018",
					.code = "<48 8b 40 18" });

	report->hypervisor = TRUE;
	report->taint = g_strdup("  C   ");
	md_report_explain(report);
	g_assert_cmpstr(meaning_text(report, "frame-table"), !=, NULL);
	g_assert_cmpstr(meaning_text(report, "tainted"), ==,
			"tainted by console output that is synchronous (C)");
}

/* Whatever the bytes, registers and machine are: no crash, and texts that are text. */
static void test_random(void)
{
	for (guint round = 0; round < 20000; round++) {
		MD_AUTOPTR(md_report) report = md_report_new();
		guint count = (guint)g_test_rand_int_range(0, 64);
		static const char *const names[] = { "rax", "rdi", "rsp",     "rip", "cr2",
						     "x0",  "r3",  "gs_base", "eax", "r1" };

		report->machine = (enum md_machine)g_test_rand_int_range(0, MD_MACHINES);
		report->kind = (enum md_report_kind)g_test_rand_int_range(0, MD_REPORT_KINDS);
		report->error_code.digits = 4;
		report->error_code.value = (guint64)g_test_rand_int();
		report->code = g_new0(struct md_code, 1);
		report->code->bytes = g_malloc(count);
		report->code->count = count;
		report->code->at = (gsize)g_test_rand_int_range(0, 20);
		for (guint i = 0; i < count; i++)
			report->code->bytes[i] = (guint8)g_test_rand_int();
		for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
			struct md_register reg = { g_strdup(names[i]), { 0, 16 } };

			reg.word.value = (guint64)(guint32)g_test_rand_int() << 32 >>
					 g_test_rand_int_range(0, 64);
			g_array_append_val(report->registers, reg);
		}
		md_report_explain(report);
		for (guint i = 0; i < report->meanings->len; i++)
			g_assert_true(g_utf8_validate(
				g_array_index(report->meanings, struct md_meaning, i).text, -1,
				NULL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crash/meaning/rules", test_rules);
	g_test_add_func("/crash/meaning/rest", test_rest);
	g_test_add_func("/crash/meaning/xen", test_xen);
	g_test_add_func("/crash/meaning/random", test_random);
	return g_test_run();
}
