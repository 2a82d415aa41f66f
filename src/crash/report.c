/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report is made of: its parts made, freed and named. */
#include "crash/parser.h"

#include <string.h>

static const char *const kind_names[MD_REPORT_KINDS] = {
	[MD_REPORT_OOPS] = "oops",
	[MD_REPORT_PAGE_FAULT] = "page-fault",
	[MD_REPORT_NULL_DEREF] = "null-deref",
	[MD_REPORT_GPF] = "gpf",
	[MD_REPORT_BUG] = "bug",
	[MD_REPORT_WARNING] = "warning",
	[MD_REPORT_PANIC] = "panic",
	[MD_REPORT_SOFT_LOCKUP] = "soft-lockup",
	[MD_REPORT_HARD_LOCKUP] = "hard-lockup",
	[MD_REPORT_HUNG_TASK] = "hung-task",
	[MD_REPORT_RCU_STALL] = "rcu-stall",
	[MD_REPORT_LOCKDEP] = "lockdep",
	[MD_REPORT_ATOMIC] = "atomic",
	[MD_REPORT_KASAN] = "kasan",
	[MD_REPORT_KMSAN] = "kmsan",
	[MD_REPORT_KCSAN] = "kcsan",
	[MD_REPORT_KFENCE] = "kfence",
	[MD_REPORT_UBSAN] = "ubsan",
	[MD_REPORT_LEAK] = "leak",
	[MD_REPORT_OTHER] = "other",
};

const char *md_report_kind_name(enum md_report_kind kind)
{
	return kind_names[kind];
}

static void register_clear(void *data)
{
	struct md_register *reg = data;

	g_free(reg->name);
}

static void meaning_clear(void *data)
{
	struct md_meaning *meaning = data;

	g_free(meaning->text);
}

static void frame_free(void *data)
{
	md_frame_free(data);
}

struct md_frame *md_frame_new(void)
{
	struct md_frame *frame = g_new0(struct md_frame, 1);

	frame->offset = frame->size = MD_FRAME_UNKNOWN;
	frame->reliable = TRUE;
	frame->users = 1;
	return frame;
}

void md_frame_free(struct md_frame *frame)
{
	if (frame == NULL || --frame->users > 0)
		return;
	g_free(frame->symbol);
	g_free(frame->module);
	g_free(frame->stack);
	g_free(frame->path);
	g_free(frame);
}

struct md_frame *md_frame_copy(const struct md_frame *frame)
{
	struct md_frame *copy = g_memdup2(frame, sizeof(*frame));

	copy->users = 1;
	copy->symbol = g_strdup(frame->symbol);
	copy->module = g_strdup(frame->module);
	copy->stack = g_strdup(frame->stack);
	copy->path = g_strdup(frame->path);
	return copy;
}

struct md_report *md_report_new(void)
{
	struct md_report *report = g_new0(struct md_report, 1);

	report->cpu = report->pid = -1;
	report->registers = g_array_new(FALSE, TRUE, sizeof(struct md_register));
	g_array_set_clear_func(report->registers, register_clear);
	report->frames = g_ptr_array_new_with_free_func(frame_free);
	report->meanings = g_array_new(FALSE, TRUE, sizeof(struct md_meaning));
	g_array_set_clear_func(report->meanings, meaning_clear);
	return report;
}

static void code_free(struct md_code *code)
{
	if (code == NULL)
		return;
	g_free(code->bytes);
	g_free(code->instruction);
	g_free(code);
}

void md_report_free(struct md_report *report)
{
	if (report == NULL)
		return;
	g_free(report->title);
	g_free(report->symbol);
	g_free(report->comm);
	g_free(report->kernel);
	g_free(report->taint);
	g_free(report->hardware);
	g_free(report->assertion);
	g_free(report->path);
	g_array_unref(report->registers);
	code_free(report->code);
	g_ptr_array_unref(report->frames);
	g_array_unref(report->meanings);
	g_free(report);
}

const struct md_register *md_report_register(const struct md_report *report, const char *name)
{
	for (guint i = 0; i < report->registers->len; i++) {
		const struct md_register *reg =
			&g_array_index(report->registers, struct md_register, i);

		if (strcmp(reg->name, name) == 0)
			return reg;
	}
	return NULL;
}

void md_report_add_register(struct md_report *report, const char *name, struct md_word word)
{
	struct md_register reg = { NULL, word };

	if (report->registers->len >= MD_REGISTERS_MAX || md_report_register(report, name) != NULL)
		return;
	reg.name = g_strdup(name);
	g_array_append_val(report->registers, reg);
}

/* What compilers append to the name of a function that they cloned, split or moved. */
static const char *const clone_suffixes[] = {
	".isra", ".part", ".constprop", ".cold", ".llvm", ".lto_priv", ".clone",
};

gsize md_symbol_length(const char *symbol)
{
	const char *end = symbol + strlen(symbol);

	for (guint i = 0; i < G_N_ELEMENTS(clone_suffixes); i++) {
		const char *found = strstr(symbol, clone_suffixes[i]);
		char after = found ? found[strlen(clone_suffixes[i])] : 'x';

		if (found > symbol && found < end && (after == '.' || after == '\0'))
			end = found;
	}
	return (gsize)(end - symbol);
}

char *md_symbol_name(const char *symbol)
{
	return symbol != NULL ? g_strndup(symbol, md_symbol_length(symbol)) : NULL;
}
