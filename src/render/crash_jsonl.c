/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash as JSON Lines: reports, suspects, commits, as docs/jsonl.md describes. */
#include "render/crash.h"

#include "render/lockup.h"
#include "render/record.h"
#include "render/shell.h"

#include <math.h>

/* In steps that a double has exactly: so it prints short, and alike on every machine. */
#define SCORE_STEPS 1024

static void add_score(JsonBuilder *builder, double score)
{
	json_builder_set_member_name(builder, "score");
	json_builder_add_double_value(builder, floor(score * SCORE_STEPS + 0.5) / SCORE_STEPS);
}

static void add_registers(JsonBuilder *builder, const struct md_report *report)
{
	json_builder_set_member_name(builder, "registers");
	json_builder_begin_object(builder);
	for (guint i = 0; i < report->registers->len; i++) {
		const struct md_register *reg =
			&g_array_index(report->registers, struct md_register, i);

		md_record_word(builder, reg->name, reg->word);
	}
	json_builder_end_object(builder);
}

/* What its registers and bytes mean, joined into one text; NULL where nothing was recognised. */
static char *join_meanings(const struct md_report *report)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < report->meanings->len; i++)
		g_string_append_printf(text, "%s%s", i ? "; " : "",
				       g_array_index(report->meanings, struct md_meaning, i).text);
	return text->len > 0 ? g_strdup(text->str) : NULL;
}

static void add_code(JsonBuilder *builder, const struct md_report *report)
{
	const struct md_code *code = report->code;
	g_autoptr(GString) bytes = g_string_new(NULL);
	g_autofree char *meaning = join_meanings(report);

	json_builder_set_member_name(builder, "code");
	if (code == NULL) {
		json_builder_add_null_value(builder);
		return;
	}
	for (gsize i = code->at; i < code->count; i++)
		g_string_append_printf(bytes, "%s%02x", i > code->at ? " " : "", code->bytes[i]);
	json_builder_begin_object(builder);
	md_record_string(builder, "bytes", bytes->str);
	md_record_string(builder, "instruction", code->instruction);
	json_builder_set_member_name(builder, "address");
	if (code->address.digits > 0) {
		g_autofree char *address =
			g_strdup_printf("%" G_GINT64_MODIFIER "x", code->address.value);

		json_builder_add_string_value(builder, address);
	} else {
		json_builder_add_null_value(builder);
	}
	md_record_string(builder, "meaning", meaning);
	json_builder_end_object(builder);
}

static void add_meanings(JsonBuilder *builder, const struct md_report *report)
{
	json_builder_set_member_name(builder, "meanings");
	json_builder_begin_array(builder);
	for (guint i = 0; i < report->meanings->len; i++) {
		const struct md_meaning *meaning =
			&g_array_index(report->meanings, struct md_meaning, i);

		json_builder_begin_object(builder);
		md_record_string(builder, "name", meaning->name);
		md_record_string(builder, "text", meaning->text);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

/* What became of a definition, and by whose hand. */
static void add_change(JsonBuilder *builder, enum md_change change, enum md_hand hand)
{
	md_record_string(builder, "change", md_change_name(change));
	md_record_string(builder, "origin", md_hand_name(hand));
}

static void add_frames(JsonBuilder *builder, const struct md_report *report,
		       const struct md_suspects *suspects)
{
	json_builder_set_member_name(builder, "frames");
	json_builder_begin_array(builder);
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_place *place = md_suspects_place(suspects, report, i);

		json_builder_begin_object(builder);
		md_record_frame(builder, g_ptr_array_index(report->frames, i),
				place ? place->path : NULL, place ? place->line : 0);
		if (place != NULL && place->change != MD_CHANGE_NONE)
			add_change(builder, place->change, place->hand);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

/* @main: it is the one to look at first. */
static void append_report(GString *out, JsonBuilder *builder, const struct md_report *report,
			  gboolean main, const struct md_suspects *suspects)
{
	md_record_begin(builder, "report");
	if (main)
		md_record_flag(builder, "main", TRUE);
	md_record_string(builder, "kind", md_report_kind_name(report->kind));
	md_record_string(builder, "format", report->format);
	md_record_string(builder, "title", report->title);
	md_record_string(builder, "symbol", report->symbol);
	md_record_number(builder, "cpu", report->cpu);
	md_record_number(builder, "pid", report->pid);
	md_record_string(builder, "comm", report->comm);
	md_record_string(builder, "kernel", report->kernel);
	if (report->hypervisor)
		md_record_flag(builder, "hypervisor", TRUE);
	md_record_string(builder, "taint", report->taint);
	md_record_string(builder, "hardware", report->hardware);
	md_record_string(builder, "assertion", report->assertion);
	md_record_count(builder, "line", report->log_line);
	add_registers(builder, report);
	add_code(builder, report);
	add_meanings(builder, report);
	if (md_crash_begins_only(report, suspects))
		md_record_flag(builder, "begins", TRUE);
	add_frames(builder, report, suspects);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

/* Each line as its sign, its number and its text. */
static void add_lines(JsonBuilder *builder, const struct md_suspect *suspect)
{
	json_builder_set_member_name(builder, "lines");
	json_builder_begin_array(builder);
	for (guint i = 0; i < suspect->lines->len; i++) {
		const struct md_suspect_line *line =
			&g_array_index(suspect->lines, struct md_suspect_line, i);
		const char sign[] = { line->sign, '\0' };
		g_autofree char *text = g_utf8_make_valid(line->text, -1);

		json_builder_begin_array(builder);
		json_builder_add_string_value(builder, sign);
		json_builder_add_int_value(builder, line->line);
		json_builder_add_string_value(builder, text);
		json_builder_end_array(builder);
	}
	json_builder_end_array(builder);
	if (suspect->more_lines > 0)
		md_record_count(builder, "more_lines", suspect->more_lines);
}

static void append_suspect(GString *out, JsonBuilder *builder, const struct md_suspects *suspects,
			   gsize rank)
{
	const struct md_suspect *suspect = g_ptr_array_index(suspects->suspects, rank - 1);

	md_record_begin(builder, "suspect");
	md_record_count(builder, "rank", rank);
	md_record_string(builder, "symbol", suspect->symbol);
	if (suspect->path != NULL)
		md_record_string(builder, "path", suspect->path);
	else
		md_record_string(builder, "path", NULL);
	md_record_number(builder, "line", suspect->line > 0 ? (gint64)suspect->line : -1);
	if (suspect->frame < suspects->report->frames->len)
		md_record_count(builder, "frame", suspect->frame);
	add_change(builder, suspect->change, suspect->hand);
	add_score(builder, suspect->score);
	md_record_strings(builder, "why", suspect->why);
	json_builder_set_member_name(builder, "commits");
	json_builder_begin_array(builder);
	for (guint i = 0; i < suspect->commits->len; i++) {
		const struct md_commit *commit = g_ptr_array_index(suspect->commits, i);

		json_builder_add_string_value(builder, commit->id);
	}
	json_builder_end_array(builder);
	add_lines(builder, suspect);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_commit(GString *out, JsonBuilder *builder,
			  const struct md_suspect_commit *suspect, gsize rank)
{
	md_record_begin(builder, "commit");
	md_record_count(builder, "rank", rank);
	md_record_string(builder, "id", suspect->commit->id);
	md_record_string(builder, "subject", suspect->commit->subject);
	add_score(builder, suspect->score);
	md_record_strings(builder, "symbols", suspect->symbols);
	md_record_strings(builder, "why", suspect->why);
	if (suspect->repair != NULL) {
		json_builder_set_member_name(builder, "repair");
		json_builder_begin_object(builder);
		md_record_string(builder, "id", suspect->repair->id);
		md_record_string(builder, "subject", suspect->repair->subject);
		md_record_flag(builder, "reverts", suspect->reverted);
		json_builder_end_object(builder);
	}
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

/* As git and the header of a comparison call them; null where there is none. */
static void add_sources(JsonBuilder *builder, const struct md_suspects *suspects)
{
	json_builder_set_member_name(builder, "sources");
	json_builder_begin_object(builder);
	for (guint i = 0; i < MD_VERSIONS; i++) {
		const char *name = suspects->tree[i] ? md_tree_name(suspects->tree[i]) : NULL;

		if (name != NULL)
			md_record_string(builder, md_version_name(i), name);
		else
			md_record_string(builder, md_version_name(i), NULL);
	}
	json_builder_end_object(builder);
}

static void append_verdict(GString *out, JsonBuilder *builder, const struct md_suspects *suspects,
			   const char *const *revert)
{
	g_autoptr(GPtrArray) command = md_crash_command(suspects, revert);

	md_record_begin(builder, "verdict");
	md_record_flag(builder, "explained", !suspects->unexplained);
	add_sources(builder, suspects);
	if (command != NULL) {
		g_autoptr(GString) shell = g_string_new(NULL);

		for (guint i = 0; i < command->len; i++) {
			g_autofree char *quoted = md_shell_quote(g_ptr_array_index(command, i));

			g_string_append_printf(shell, "%s%s", i > 0 ? " " : "", quoted);
		}
		md_record_strings(builder, "command", command);
		md_record_string(builder, "shell", shell->str);
	}
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_more(GString *out, JsonBuilder *builder, gsize reports)
{
	md_record_begin(builder, "more");
	md_record_count(builder, "reports", reports);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

void md_crash_jsonl(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		    const struct md_lockup *lockup, const char *const *revert,
		    const struct md_render_settings *settings)
{
	const GPtrArray *reports = md_log_reports(log);
	g_autoptr(JsonBuilder) builder = json_builder_new();

	for (guint i = 0; i < reports->len; i++)
		append_report(out, builder, g_ptr_array_index(reports, i),
			      g_ptr_array_index(reports, i) == md_crash_main(log, suspects),
			      suspects);
	if (md_log_reports_left(log) > 0)
		append_more(out, builder, md_log_reports_left(log));
	if (lockup != NULL)
		md_lockup_knots_jsonl(out, lockup);
	if (suspects == NULL)
		return;
	for (guint i = 0; i < suspects->suspects->len; i++)
		append_suspect(out, builder, suspects, i + 1);
	for (guint i = 0; i < suspects->commits->len; i++)
		append_commit(out, builder, g_ptr_array_index(suspects->commits, i), i + 1);
	if (suspects->compared)
		append_verdict(out, builder, suspects, revert);
}
