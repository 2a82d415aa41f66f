/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine itself says in a report.
 *
 *   code.c     the bytes at the instruction pointer -> an instruction, and what it reached for
 *   meaning.c  instruction, registers, address      -> what a kernel person recognises in them,
 *              by rules whose tests are in meaning_*.c
 */
#ifndef MD_CRASH_EXPLAIN_H
#define MD_CRASH_EXPLAIN_H

#include "crash/crash.h"

/** What an instruction does, as far as rules ask for it. */
enum md_deed {
	MD_DEED_OTHER,
	MD_DEED_TRAP,  /* what BUG() and WARN() are made of: ud2, brk, udf, tw */
	MD_DEED_BREAK, /* int3 */
	MD_DEED_CALL,  /* calls or jumps to where a register or memory says */
	MD_DEED_RETURN,
	MD_DEED_DIVIDE,
	MD_DEED_MSR_READ,  /* rdmsr: its number is in ecx */
	MD_DEED_MSR_WRITE, /* wrmsr */
	MD_DEED_CONTROL,   /* writes a control register: cr4, xcr0 */
	MD_DEED_ALIGNED,   /* faults on an address that its operand's size does not divide */
};

/** The faulting instruction, and its operand in memory where it has one. */
struct md_instruction {
	enum md_deed deed;
	gboolean memory; /* it has one; all below speaks of it */
	/* As capstone calls them; static; NULL: it has none. */
	const char *segment, *base, *index;
	gint64 scale; /* that @index is multiplied by */
	gint64 displacement;
	guint size; /* of what is read or written, in bytes; 0: not known */
};

/**
 * Disassembles what report->code has at its mark, and fills its instruction and address as
 * far as registers allow. FALSE: there is no code, no mark, no disassembler for
 * the machine, or no instruction; @instruction is untouched.
 */
gboolean md_code_explain(struct md_report *report, struct md_instruction *instruction);

/** How wide an address is on the report's machine: 32 or 64; 0: not known. */
guint md_code_bits(const struct md_report *report);

/**
 * The value of a register that an instruction names, which may be half of one that the log
 * has. FALSE: the log does not say.
 */
gboolean md_code_register(const struct md_report *report, const char *name, guint64 *value);

/**
 * The address that the processor itself gave for the fault: CR2 and its like, or the
 * line that says what happened. digits 0: none is known.
 */
struct md_word md_code_fault_address(const struct md_report *report);

/** Fills report->meanings; @instruction NULL: none is known. */
void md_meaning_explain(struct md_report *report, const struct md_instruction *instruction);

/** "EINVAL" for 22, as most of Linux's machines have it; NULL: no such error. */
const char *md_errno_name(guint number);

/**
 * All of this for a report that is complete: its machine where that is not yet known,
 * instruction, address and meanings.
 */
void md_report_explain(struct md_report *report);

#endif
