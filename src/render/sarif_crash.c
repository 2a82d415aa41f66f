/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash in SARIF: a result for each report, with its stack, and one for each suspect, at the line
 * where its definition begins.
 */
#include "render/crash.h"
#include "render/sarif.h"
#include "render/terminal.h"

#define SOURCE "%SRCROOT%"

enum { REPORT, SUSPECT };

static const struct md_rule rules[] = {
	[REPORT] = {
		"report", "error", "what a log tells of a crash",
		"The kernel reported this, and the function is the one to look at first: the first "
		"on the stack that neither reports nor fails for its caller.",
		"See the suspects, which are results of their own.",
	},
	[SUSPECT] = {
		"suspect", "warning", "a change that the crash may come from",
		"This definition changed between the tree that worked and the one that does not, "
		"and lies on the stack or near it. The rank says how likely it is the cause.",
		"See the reasons and the commits; metadiff revert takes a change back out.",
	},
};

/* A location of its own object: in the source where @path is known, and a function. */
static void add_location(JsonBuilder *builder, const char *path, guint line, const char *symbol)
{
	if (path != NULL)
		md_sarif_begin_location(builder, path, SOURCE, line, 0);
	else
		json_builder_begin_object(builder);
	if (symbol != NULL) {
		g_autofree char *printable = md_terminal_name(symbol, FALSE);

		json_builder_set_member_name(builder, "logicalLocations");
		json_builder_begin_array(builder);
		json_builder_begin_object(builder);
		md_record_string(builder, "name", printable);
		md_record_string(builder, "kind", "function");
		json_builder_end_object(builder);
		json_builder_end_array(builder);
	}
	json_builder_end_object(builder);
}

static void add_stack(JsonBuilder *builder, const struct md_report *report,
		      const struct md_suspects *suspects)
{
	json_builder_set_member_name(builder, "stacks");
	json_builder_begin_array(builder);
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "frames");
	json_builder_begin_array(builder);
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);
		const struct md_place *place = md_suspects_place(suspects, report, i);

		json_builder_begin_object(builder);
		json_builder_set_member_name(builder, "location");
		add_location(builder, place ? place->path : NULL, place ? place->line : 0,
			     frame->symbol);
		if (frame->module != NULL)
			md_record_string(builder, "module", frame->module);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
}

static void append_report(GString *out, JsonBuilder *builder, const struct md_report *report,
			  const struct md_suspects *suspects, gboolean first)
{
	const struct md_place *place = md_suspects_place(suspects, report, report->look);
	g_autofree char *text = g_strdup_printf(
		"%s%s%s: %s.", md_report_kind_name(report->kind), report->symbol ? " in " : "",
		report->symbol ? report->symbol : "", report->title);
	g_autofree char *printable = md_terminal_name(text, FALSE);

	md_sarif_begin_result(builder, rules, &rules[REPORT], NULL, printable);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	if (place != NULL)
		add_location(builder, place->path, place->line, report->symbol);
	json_builder_end_array(builder);
	if (report->frames->len > 0)
		add_stack(builder, report, suspects);
	md_sarif_end_result(out, builder, first);
}

static char *describe_suspect(const struct md_suspects *suspects, const struct md_suspect *suspect)
{
	g_autoptr(GString) text = g_string_new(suspect->symbol);

	if (suspect->change != MD_CHANGE_NONE)
		g_string_append_printf(text, ", %s", md_change_name(suspect->change));
	if (suspect->change != MD_CHANGE_NONE && suspects->tree[MD_NEW_DOWNSTREAM] != NULL)
		g_string_append_printf(text, " by %s", md_hand_name(suspect->hand));
	for (guint i = 0; i < suspect->why->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? ": " : "; ",
				       (const char *)g_ptr_array_index(suspect->why, i));
	g_string_append_c(text, '.');
	for (guint i = 0; i < suspect->commits->len; i++) {
		const struct md_commit *commit = g_ptr_array_index(suspect->commits, i);

		g_string_append_printf(text, "%s %.*s (\"%s\")", i == 0 ? " Commits:" : ",",
				       MD_ID_DIGITS, commit->id, commit->subject);
	}
	g_string_append(text, suspect->commits->len > 0 ? "." : "");
	return md_terminal_name(text->str, FALSE);
}

static void append_suspect(GString *out, JsonBuilder *builder, const struct md_suspects *suspects,
			   const struct md_suspect *suspect)
{
	g_autofree char *text = describe_suspect(suspects, suspect);

	/* Never the first: the report is. */
	md_sarif_begin_result(builder, rules, &rules[SUSPECT], NULL, text);
	json_builder_set_member_name(builder, "rank");
	json_builder_add_double_value(builder, suspect->score * 100);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	add_location(builder, suspect->path, suspect->line, suspect->symbol);
	json_builder_end_array(builder);
	md_sarif_end_result(out, builder, FALSE);
}

void md_crash_sarif(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		    const struct md_lockup *lockup, const char *const *revert,
		    const struct md_render_settings *settings)
{
	const GPtrArray *reports = md_log_reports(log);
	g_autoptr(JsonBuilder) builder = json_builder_new();

	md_sarif_begin(builder, "crash", rules, G_N_ELEMENTS(rules));
	md_sarif_open_results(out, builder);
	for (guint i = 0; i < reports->len; i++)
		append_report(out, builder, g_ptr_array_index(reports, i), suspects, i == 0);
	for (guint i = 0; suspects != NULL && i < suspects->suspects->len; i++)
		append_suspect(out, builder, suspects, g_ptr_array_index(suspects->suspects, i));
	md_sarif_end(out);
}
