/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The faulting instruction, and the address that it reached for.
 *
 * A kernel that dies prints the bytes around its instruction pointer and marks the first of
 * the instruction that faulted: "48 83 ec 10 <65> 48 8b 04 25 28 00 00 00" on x86,
 * "e1a00000 (e5933000)" on arm.  Bytes before the mark cannot be trusted to begin an instruction
 * where the log begins, so only what the mark points at is disassembled; what has no
 * mark is not.
 *
 * The address is base + index * scale + displacement + segment base of the operand in
 * memory, of registers as the log has them: those of the moment of the fault.
 * Where the processor told the address itself (CR2) and no operand comes to it, the
 * processor is right: the access was one that no operand shows (a push), or went on for many bytes.
 *
 * Capstone 4 knows no RISC-V: such reports keep their bytes alone.
 */
#include "crash/explain.h"

#include <string.h>

#include <capstone/capstone.h>

/* One machine as capstone has it.  Words that a kernel prints as numbers are most
 * significant byte first whatever the machine is: hence big endian for all that have words. */
struct machine_row {
	cs_arch arch;
	cs_mode mode;
	guint bits; /* of an address */
};

static const struct machine_row machines[MD_MACHINES] = {
	[MD_MACHINE_X86_64] = { CS_ARCH_X86, CS_MODE_64, 64 },
	[MD_MACHINE_X86] = { CS_ARCH_X86, CS_MODE_32, 32 },
	[MD_MACHINE_ARM64] = { CS_ARCH_ARM64, CS_MODE_BIG_ENDIAN, 64 },
	[MD_MACHINE_ARM] = { CS_ARCH_ARM, CS_MODE_BIG_ENDIAN, 32 },
	[MD_MACHINE_POWERPC] = { CS_ARCH_PPC, CS_MODE_64 | CS_MODE_BIG_ENDIAN, 64 },
	[MD_MACHINE_S390] = { CS_ARCH_SYSZ, CS_MODE_BIG_ENDIAN, 64 },
	[MD_MACHINE_MIPS] = { CS_ARCH_MIPS, CS_MODE_MIPS64 | CS_MODE_BIG_ENDIAN, 64 },
};

/* What rules ask for, by what capstone calls the instruction. */
struct deed_row {
	cs_arch arch;
	guint id;
	enum md_deed deed;
};

static const struct deed_row deeds[] = {
	{ CS_ARCH_X86, X86_INS_UD2, MD_DEED_TRAP },
	{ CS_ARCH_X86, X86_INS_INT3, MD_DEED_BREAK },
	{ CS_ARCH_X86, X86_INS_CALL, MD_DEED_CALL },
	{ CS_ARCH_X86, X86_INS_JMP, MD_DEED_CALL },
	{ CS_ARCH_X86, X86_INS_RET, MD_DEED_RETURN },
	{ CS_ARCH_X86, X86_INS_DIV, MD_DEED_DIVIDE },
	{ CS_ARCH_X86, X86_INS_IDIV, MD_DEED_DIVIDE },
	{ CS_ARCH_X86, X86_INS_RDMSR, MD_DEED_MSR_READ },
	{ CS_ARCH_X86, X86_INS_WRMSR, MD_DEED_MSR_WRITE },
	{ CS_ARCH_X86, X86_INS_XSETBV, MD_DEED_CONTROL },
	{ CS_ARCH_X86, X86_INS_MOVAPS, MD_DEED_ALIGNED },
	{ CS_ARCH_X86, X86_INS_MOVAPD, MD_DEED_ALIGNED },
	{ CS_ARCH_X86, X86_INS_MOVDQA, MD_DEED_ALIGNED },
	{ CS_ARCH_X86, X86_INS_MOVNTDQ, MD_DEED_ALIGNED },
	{ CS_ARCH_ARM64, ARM64_INS_BRK, MD_DEED_TRAP },
	{ CS_ARCH_ARM64, ARM64_INS_BLR, MD_DEED_CALL },
	{ CS_ARCH_ARM64, ARM64_INS_BR, MD_DEED_CALL },
	{ CS_ARCH_ARM64, ARM64_INS_RET, MD_DEED_RETURN },
	{ CS_ARCH_ARM, ARM_INS_UDF, MD_DEED_TRAP },
	{ CS_ARCH_ARM, ARM_INS_BKPT, MD_DEED_TRAP },
	{ CS_ARCH_ARM, ARM_INS_BLX, MD_DEED_CALL },
	{ CS_ARCH_PPC, PPC_INS_TW, MD_DEED_TRAP },
	{ CS_ARCH_PPC, PPC_INS_TWI, MD_DEED_TRAP },
	{ CS_ARCH_PPC, PPC_INS_TD, MD_DEED_TRAP },
	{ CS_ARCH_PPC, PPC_INS_TDI, MD_DEED_TRAP },
	{ CS_ARCH_PPC, PPC_INS_BCTRL, MD_DEED_CALL },
	{ CS_ARCH_PPC, PPC_INS_BCTR, MD_DEED_CALL },
	{ CS_ARCH_MIPS, MIPS_INS_BREAK, MD_DEED_TRAP },
	{ CS_ARCH_MIPS, MIPS_INS_TNE, MD_DEED_TRAP },
	{ CS_ARCH_MIPS, MIPS_INS_JALR, MD_DEED_CALL },
};

/* Instructions that name an operand in memory and do not touch it. */
static const guint x86_untouching[] = { X86_INS_LEA,	     X86_INS_NOP,	 X86_INS_PREFETCH,
					X86_INS_PREFETCHNTA, X86_INS_PREFETCHT0, X86_INS_PREFETCHT1,
					X86_INS_PREFETCHT2,  X86_INS_PREFETCHW,	 X86_INS_INVLPG };

/* A register under the name of another that logs have. */
struct alias_row {
	enum md_machine machine;
	const char *name, *logged;
	guint64 mask;
};

#define MD_LOW_HALF G_GUINT64_CONSTANT(0xffffffff)
#define MD_WHOLE G_MAXUINT64

static const struct alias_row aliases[] = {
	{ MD_MACHINE_X86_64, "eax", "rax", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "ebx", "rbx", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "ecx", "rcx", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "edx", "rdx", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "esi", "rsi", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "edi", "rdi", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "ebp", "rbp", MD_LOW_HALF },
	{ MD_MACHINE_X86_64, "esp", "rsp", MD_LOW_HALF },
	{ MD_MACHINE_ARM64, "fp", "x29", MD_WHOLE },
	{ MD_MACHINE_ARM64, "x30", "lr", MD_WHOLE },
	{ MD_MACHINE_ARM64, "lr", "x30", MD_WHOLE },
	{ MD_MACHINE_ARM, "r11", "fp", MD_WHOLE },
	{ MD_MACHINE_ARM, "fp", "r11", MD_WHOLE },
	{ MD_MACHINE_ARM, "r12", "ip", MD_WHOLE },
	{ MD_MACHINE_ARM, "ip", "r12", MD_WHOLE },
	{ MD_MACHINE_ARM, "sb", "r9", MD_WHOLE },
	{ MD_MACHINE_ARM, "sl", "r10", MD_WHOLE },
};

guint md_code_bits(const struct md_report *report)
{
	guint bits = machines[report->machine].bits;

	/* Both come in two widths; the registers of a log have their digits in full. */
	if ((report->machine == MD_MACHINE_POWERPC || report->machine == MD_MACHINE_MIPS) &&
	    report->registers->len > 0 &&
	    g_array_index(report->registers, struct md_register, 0).word.digits <= 8)
		bits = 32;
	return bits;
}

gboolean md_code_register(const struct md_report *report, const char *name, guint64 *value)
{
	const struct md_register *reg = md_report_register(report, name);
	guint64 mask = MD_WHOLE;

	for (guint i = 0; i < G_N_ELEMENTS(aliases) && reg == NULL; i++) {
		if (aliases[i].machine != report->machine || strcmp(aliases[i].name, name) != 0)
			continue;
		reg = md_report_register(report, aliases[i].logged);
		mask = aliases[i].mask;
	}
	if (reg == NULL || reg->word.digits == 0)
		return FALSE;
	*value = reg->word.value & mask;
	return TRUE;
}

/* Where the processor leaves the address of a fault: x86, mips, riscv, powerpc, arm64. */
static const char *const fault_registers[] = { "cr2", "badvaddr", "badaddr", "dar", "far" };

/* "... at virtual address 00000010", "... address: 0000000000000010", "... at 00000010". */
static struct md_word address_in_title(const char *title)
{
	static const char *const markers[] = { "address", " at " };
	struct md_word word = { 0 };

	for (guint i = 0; i < G_N_ELEMENTS(markers) && word.digits == 0; i++) {
		const char *at = g_strrstr(title, markers[i]);
		char *end;

		if (at == NULL)
			continue;
		at += strlen(markers[i]);
		at += strspn(at, " :");
		if (strncmp(at, "0x", 2) == 0)
			at += 2;
		if (!g_ascii_isxdigit(*at))
			continue;
		word.value = g_ascii_strtoull(at, &end, 16);
		/* A word of English ("bad") is no address, nor is what goes on as a name. */
		if (end - at >= 4 && end - at <= 16 && !g_ascii_isalnum(*end) && *end != '_')
			word.digits = (guint)(end - at);
	}
	return word;
}

struct md_word md_code_fault_address(const struct md_report *report)
{
	gboolean page_fault =
		report->kind == MD_REPORT_PAGE_FAULT || report->kind == MD_REPORT_NULL_DEREF;
	struct md_word word = { 0 };

	/* CR2 keeps the address of the last page fault, which elsewhere has nothing to do with it.
	 */
	for (guint i = 0; page_fault && i < G_N_ELEMENTS(fault_registers); i++) {
		const struct md_register *reg = md_report_register(report, fault_registers[i]);

		if (reg != NULL)
			return reg->word;
	}
	if (report->title != NULL && (page_fault || report->kind == MD_REPORT_GPF))
		word = address_in_title(report->title);
	return word;
}

static enum md_deed deed_of(cs_arch arch, const cs_insn *insn)
{
	const cs_x86 *x86 = &insn->detail->x86;

	if (arch == CS_ARCH_X86 && insn->id == X86_INS_MOV && x86->op_count == 2 &&
	    x86->operands[0].type == X86_OP_REG && x86->operands[0].reg >= X86_REG_CR0 &&
	    x86->operands[0].reg <= X86_REG_CR15)
		return MD_DEED_CONTROL;
	for (guint i = 0; i < G_N_ELEMENTS(deeds); i++) {
		if (deeds[i].arch == arch && deeds[i].id == insn->id)
			return deeds[i].deed;
	}
	return MD_DEED_OTHER;
}

static gboolean untouching(const cs_insn *insn)
{
	for (guint i = 0; i < G_N_ELEMENTS(x86_untouching); i++) {
		if (insn->id == x86_untouching[i])
			return TRUE;
	}
	return FALSE;
}

/*
 * The @nth operand in memory of @insn.  FALSE: it has no more.
 */
static gboolean memory_operand(csh handle, cs_arch arch, const cs_insn *insn, guint nth,
			       struct md_instruction *out)
{
	const cs_detail *detail = insn->detail;
	guint seen = 0;

#define MD_OPERANDS(field, kind, ...)                                                              \
	for (guint i = 0; i < detail->field.op_count; i++) {                                       \
		const __typeof__(detail->field.operands[0]) *op = &detail->field.operands[i];      \
		if (op->type != (kind) || seen++ != nth)                                           \
			continue;                                                                  \
		out->base = cs_reg_name(handle, op->mem.base);                                     \
		out->displacement = op->mem.disp;                                                  \
		__VA_ARGS__;                                                                       \
		out->memory = TRUE;                                                                \
		return TRUE;                                                                       \
	}

	out->segment = out->index = NULL;
	out->scale = 1;
	out->size = 0;
	switch (arch) {
	case CS_ARCH_X86:
		if (untouching(insn))
			return FALSE;
		MD_OPERANDS(x86, X86_OP_MEM, {
			out->segment = cs_reg_name(handle, op->mem.segment);
			out->index = cs_reg_name(handle, op->mem.index);
			out->scale = op->mem.scale;
			out->size = op->size;
		})
		break;
	case CS_ARCH_ARM64:
		MD_OPERANDS(arm64, ARM64_OP_MEM, {
			out->index = cs_reg_name(handle, op->mem.index);
			out->scale = op->shift.type == ARM64_SFT_LSL && op->shift.value < 8
					     ? 1 << op->shift.value
					     : 1;
		})
		break;
	case CS_ARCH_ARM:
		MD_OPERANDS(arm, ARM_OP_MEM, {
			out->index = cs_reg_name(handle, op->mem.index);
			out->scale = op->mem.scale *
				     (op->shift.type == ARM_SFT_LSL && op->shift.value < 32
					      ? (gint64)1 << op->shift.value
					      : 1);
		})
		break;
	case CS_ARCH_PPC:
		MD_OPERANDS(ppc, PPC_OP_MEM)
		break;
	case CS_ARCH_MIPS:
		MD_OPERANDS(mips, MIPS_OP_MEM)
		break;
	case CS_ARCH_SYSZ:
		MD_OPERANDS(sysz, SYSZ_OP_MEM, { out->index = cs_reg_name(handle, op->mem.index); })
		break;
	default:
		break;
	}
#undef MD_OPERANDS
	return FALSE;
}

/* The address of that operand; FALSE: the log lacks a register of it. */
static gboolean operand_address(const struct md_report *report, const struct md_instruction *what,
				guint instruction_size, guint64 *address)
{
	guint64 sum = (guint64)what->displacement, value = 0;

	if (what->base != NULL) {
		if (!md_code_register(report, what->base, &value))
			return FALSE;
		sum += value;
		/* Relative to the instruction that comes next. */
		if (strcmp(what->base, "rip") == 0)
			sum += instruction_size;
	}
	if (what->index != NULL) {
		if (!md_code_register(report, what->index, &value))
			return FALSE;
		sum += value * (guint64)what->scale;
	}
	/* All other segments begin at 0. */
	if (what->segment != NULL && (what->segment[0] == 'f' || what->segment[0] == 'g')) {
		const char *base = what->segment[0] == 'f' ? "fs_base" : "gs_base";

		if (!md_code_register(report, base, &value))
			return FALSE;
		sum += value;
	}
	*address = md_code_bits(report) == 32 ? sum & MD_LOW_HALF : sum;
	return TRUE;
}

/*
 * Chooses the operand that faulted (rep movs has two): the one that comes to the address
 * that the processor gave, else the first.
 */
static void find_operand(struct md_report *report, csh handle, cs_arch arch, const cs_insn *insn,
			 struct md_instruction *found)
{
	struct md_word fault = md_code_fault_address(report);
	struct md_word *address = &report->code->address;
	struct md_instruction one = *found;

	*address = (struct md_word){ 0 };
	for (guint nth = 0; memory_operand(handle, arch, insn, nth, &one); nth++) {
		guint64 value;
		gboolean known = operand_address(report, &one, insn->size, &value);
		gboolean hit = known && fault.digits > 0 && fault.value - value < MAX(one.size, 1);

		if (nth > 0 && !hit)
			continue;
		*found = one;
		if (known)
			*address = (struct md_word){ value, md_code_bits(report) / 4 };
		if (hit)
			return;
	}
	if (fault.digits > 0)
		*address = fault;
}

static cs_mode mode_of(const struct md_report *report)
{
	cs_mode mode = machines[report->machine].mode;
	const struct md_register *psr = md_report_register(report, "psr");

	/* The T bit of the program status register: Thumb code. */
	if (report->machine == MD_MACHINE_ARM && psr != NULL && (psr->word.value & 0x20) != 0)
		mode |= CS_MODE_THUMB;
	return mode;
}

gboolean md_code_explain(struct md_report *report, struct md_instruction *instruction)
{
	const struct machine_row *machine = &machines[report->machine];
	struct md_code *code = report->code;
	struct md_instruction found = { 0 };
	cs_insn *insn = NULL;
	csh handle;
	gsize count;

	if (code == NULL || machine->bits == 0 || code->at >= code->count)
		return FALSE;
	if (cs_open(machine->arch, mode_of(report), &handle) != CS_ERR_OK)
		return FALSE;
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	count = cs_disasm(handle, code->bytes + code->at, code->count - code->at, 0, 1, &insn);
	if (count == 1) {
		g_free(code->instruction);
		code->instruction =
			g_strstrip(g_strdup_printf("%s %s", insn->mnemonic, insn->op_str));
		found.deed = deed_of(machine->arch, insn);
		find_operand(report, handle, machine->arch, insn, &found);
		*instruction = found;
		cs_free(insn, count);
	}
	cs_close(&handle);
	return count == 1;
}

/* The register that only one machine has under that name. */
struct telling_row {
	const char *name;
	enum md_machine machine;
};

static const struct telling_row telling[] = {
	{ "rip", MD_MACHINE_X86_64 },  { "rax", MD_MACHINE_X86_64 }, { "eip", MD_MACHINE_X86 },
	{ "eax", MD_MACHINE_X86 },     { "x29", MD_MACHINE_ARM64 },  { "psr", MD_MACHINE_ARM },
	{ "nip", MD_MACHINE_POWERPC },
};

void md_report_explain(struct md_report *report)
{
	struct md_instruction instruction;
	gboolean known;

	for (guint i = 0; i < G_N_ELEMENTS(telling) && report->machine == MD_MACHINE_UNKNOWN; i++) {
		if (md_report_register(report, telling[i].name) != NULL)
			report->machine = telling[i].machine;
	}
	known = md_code_explain(report, &instruction);
	md_meaning_explain(report, known ? &instruction : NULL);
}
