/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine says of a crash, whatever its bytes and registers are: nothing but text
 * comes of it, an address only where there is an instruction, and the same again when asked
 * again.
 *
 * The input: the machine, the kind, how many registers and where the mark is, a byte each;
 * registers of eight bytes; the rest is code.
 */
#include "crash/explain.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const char *const names[] = {
	"rip", "rax", "rsp", "gs_base", "fs_base", "cr2", "eax", "x0",
	"x29", "r1",  "psr", "sp",	"pc",	   "far", "rdx", "rcx"
};

static struct md_report *read_report(const guint8 *data, gsize size)
{
	struct md_report *report = md_report_new();
	gsize registers, mark;

	if (size < 4)
		return report;
	report->machine = (enum md_machine)(data[0] % MD_MACHINES);
	report->kind = (enum md_report_kind)(data[1] % MD_REPORT_KINDS);
	report->hypervisor = data[1] & 0x80 ? TRUE : FALSE;
	registers = data[2] % (G_N_ELEMENTS(names) + 1);
	mark = data[3];
	data += 4;
	size -= 4;
	report->title = g_strdup("Unable to handle kernel paging request at 0000000000000010");
	report->error_code = (struct md_word){ mark, 4 };
	for (gsize i = 0; i < registers && size >= 8; i++, data += 8, size -= 8) {
		struct md_register reg = { g_strdup(names[i]), { 0, i % 2 ? 8 : 16 } };

		memcpy(&reg.word.value, data, 8);
		g_array_append_val(report->registers, reg);
	}
	report->code = g_new0(struct md_code, 1);
	report->code->bytes = g_memdup2(data, size);
	report->code->count = size;
	report->code->at = mark;
	return report;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	MD_AUTOPTR(md_report) report = read_report(data, size);
	g_autofree char *instruction = NULL;

	md_report_explain(report);
	for (guint i = 0; i < report->meanings->len; i++) {
		const struct md_meaning *meaning =
			&g_array_index(report->meanings, struct md_meaning, i);

		g_assert_true(g_utf8_validate(meaning->text, -1, NULL));
		g_assert_cmpint(meaning->text[0], !=, '\0');
	}
	if (report->code == NULL)
		return 0;
	g_assert_true(report->code->instruction != NULL || report->code->address.digits == 0);
	instruction = g_strdup(report->code->instruction);
	g_array_set_size(report->meanings, 0);
	md_report_explain(report);
	g_assert_cmpstr(report->code->instruction, ==, instruction);
	return 0;
}
