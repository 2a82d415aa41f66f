/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison in SARIF: a result for each region, at its lines in the new downstream or, where
 * they are not in it, at the line that they would stand before; one for what files have without
 * lines; and one for each hunk that does not apply, at its line of the patch. What a reader needs
 * of the rest, the lines that are missing above all, is in the message.
 */
#include "render/place.h"
#include "render/sarif.h"
#include "render/terminal.h"

#include <string.h>

/* The tree that a code host has at hand, and those that it has not. */
#define NEW_DOWNSTREAM "%SRCROOT%"
#define NEW_BASE "NEW_BASE"
#define OLD_DOWNSTREAM "OLD_DOWNSTREAM"

/* What fits on a screen beside the code; --format=jsonl has them all. */
#define MOST_LINES 12
#define MOST_COLUMNS 160
#define MOST_COMMITS 4

/* ---------------------------------------------------------------- message */

static void append_name(GString *text, const char *name, gboolean latin1)
{
	g_autofree char *printable = md_terminal_name(name, latin1);

	g_string_append(text, printable);
}

static void append_commits(GString *text, const char *what, const GPtrArray *commits)
{
	guint count = commits ? commits->len : 0;

	for (guint i = 0; i < MIN(count, MOST_COMMITS); i++) {
		const struct md_commit *commit = g_ptr_array_index(commits, i);

		g_string_append_printf(text, "%s %.*s (\"", i == 0 ? what : ",", MD_ID_DIGITS,
				       commit->id);
		append_name(text, commit->subject, FALSE);
		g_string_append(text, "\")");
	}
	if (count > MOST_COMMITS)
		g_string_append_printf(text, " and %u more", count - MOST_COMMITS);
	g_string_append(text, count > 0 ? "." : "");
}

static void append_line(GString *text, md_mark mark, struct md_slice line, gboolean latin1)
{
	g_autofree char *printable = md_terminal_text(md_slice_chomp(line), latin1);
	g_autofree char *cut = NULL;

	if (g_utf8_strlen(printable, -1) > MOST_COLUMNS)
		cut = g_utf8_substring(printable, 0, MOST_COLUMNS);
	g_string_append_printf(text, "\n%s %s%s", md_mark_info(md_mark_for_reader(mark))->text,
			       cut ? cut : printable, cut ? "..." : "");
}

static void append_lines(GString *text, const struct md_file_region *region, guint32 shown,
			 gboolean latin1)
{
	gsize lines = 0;

	for (gsize i = 0; i < region->count; i++) {
		if (md_mark_sign_if(region->mark[i], shown) == ' ')
			continue;
		if (lines++ < MOST_LINES)
			append_line(text, region->mark[i], region->line[i], latin1);
	}
	if (lines > MOST_LINES)
		g_string_append_printf(text, "\n... and %zu more line%s", lines - MOST_LINES,
				       md_plural(lines - MOST_LINES));
}

static char *describe_region(const struct md_file_comparison *file,
			     const struct md_file_region *region, guint32 shown)
{
	const struct md_rule *rule = md_rule_of_class(region->class);
	GString *text = g_string_new(rule->id);

	if (region->heading != NULL) {
		g_string_append(text, " in ");
		append_name(text, region->heading->name, file->latin1);
	}
	g_string_append_printf(text, ": %s.", rule->meaning);
	append_commits(text, " Upstream's commit", region->commits);
	if (region->origin != NULL) {
		g_string_append_printf(text, " The first is line %zu of ", region->origin->line);
		append_name(text, region->origin->path, file->latin1);
		g_string_append(text, region->origin->version == MD_NEW_BASE
					      ? " in the new base."
					      : " in the old downstream.");
	}
	if (region->backport != NULL) {
		g_string_append(text, " Upstream has it later, at ");
		append_name(text, region->backport->path, file->latin1);
		g_string_append_printf(text, ":%zu.", region->backport->line);
		append_commits(text, " A backport of", region->backport->commits);
	}
	append_lines(text, region, shown, file->latin1);
	return g_string_free(text, FALSE);
}

/* --------------------------------------------------------------- location */

static void add_locations(JsonBuilder *builder, const struct md_file_comparison *file,
			  const struct md_file_region *region, guint32 shown)
{
	const char *path = file->path[MD_NEW_DOWNSTREAM];
	struct md_line_range range = { 0 };

	if (path != NULL && region != NULL)
		range = md_region_place(file, region, shown);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	md_sarif_begin_location(builder, path ? path : file->name, NEW_DOWNSTREAM, range.first,
				range.end - 1);
	if (region != NULL && region->heading != NULL) {
		g_autofree char *name = md_terminal_name(region->heading->name, file->latin1);

		json_builder_set_member_name(builder, "logicalLocations");
		json_builder_begin_array(builder);
		json_builder_begin_object(builder);
		md_record_string(builder, "name", name);
		md_record_string(builder, "kind", md_definition_kind_name(region->heading->kind));
		json_builder_end_object(builder);
		json_builder_end_array(builder);
	}
	json_builder_end_object(builder);
	json_builder_end_array(builder);
}

/* Where the lines are that the new downstream has not. */
static void add_related(JsonBuilder *builder, const struct md_file_comparison *file,
			const struct md_file_region *region, guint32 shown)
{
	static const struct {
		enum md_version version;
		const char *base, *text;
	} others[] = {
		{ MD_NEW_BASE, NEW_BASE, "in the new base" },
		{ MD_OLD_DOWNSTREAM, OLD_DOWNSTREAM, "in the old downstream" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		struct md_line_range range = md_region_lines(region, shown, '-', others[i].version);

		if (range.first == 0 || file->path[others[i].version] == NULL)
			continue;
		json_builder_set_member_name(builder, "relatedLocations");
		json_builder_begin_array(builder);
		md_sarif_begin_location(builder, file->path[others[i].version], others[i].base,
					range.first, range.end - 1);
		md_sarif_message(builder, "message", others[i].text);
		json_builder_end_object(builder);
		json_builder_end_array(builder);
		return;
	}
}

/* ---------------------------------------------------------------- results */

static void add_fingerprint(JsonBuilder *builder, const char *name, const char *value)
{
	json_builder_set_member_name(builder, "partialFingerprints");
	json_builder_begin_object(builder);
	md_record_string(builder, name, value);
	json_builder_end_object(builder);
}

static void add_commits(JsonBuilder *builder, const GPtrArray *commits)
{
	if (commits == NULL)
		return;
	json_builder_set_member_name(builder, "properties");
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "commits");
	json_builder_begin_array(builder);
	for (guint i = 0; i < commits->len; i++) {
		const struct md_commit *commit = g_ptr_array_index(commits, i);

		json_builder_add_string_value(builder, commit->id);
	}
	json_builder_end_array(builder);
	json_builder_end_object(builder);
}

static void append_region(GString *out, JsonBuilder *builder,
			  const struct md_comparison *comparison,
			  const struct md_file_comparison *file,
			  const struct md_file_region *region, const char *fingerprint,
			  gboolean first)
{
	g_autofree char *text = describe_region(file, region, comparison->shown);
	gboolean dangerous = md_region_is_dangerous(region, comparison->shown);
	guint count;

	md_sarif_begin_result(builder, md_rules(&count), md_rule_of_class(region->class),
			      dangerous ? "error" : NULL, text);
	add_locations(builder, file, region, comparison->shown);
	add_related(builder, file, region, comparison->shown);
	add_fingerprint(builder, "metadiffRegion/v1", fingerprint);
	add_commits(builder, region->commits);
	md_sarif_end_result(out, builder, first);
}

/* What the file has without lines. */
static void append_own(GString *out, JsonBuilder *builder, const struct md_file_comparison *file,
		       const struct md_rule *rule, gboolean first)
{
	g_autofree char *text = g_strdup_printf("%s: %s.", rule->id, rule->meaning);
	g_autofree char *all = g_strdup_printf("%s %s", rule->id, file->name);
	g_autofree char *digits = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
	guint count;

	md_sarif_begin_result(builder, md_rules(&count), rule, NULL, text);
	add_locations(builder, file, NULL, 0);
	add_fingerprint(builder, "metadiffFile/v1", digits);
	md_sarif_end_result(out, builder, first);
}

static void append_reject(GString *out, JsonBuilder *builder, const struct md_reject *reject,
			  gboolean first)
{
	g_autoptr(GString) text = g_string_new("reject: ");
	g_autofree char *all =
		g_strdup_printf("%s %s %s", reject->path, reject->hunk, reject->reason);
	g_autofree char *digits = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
	guint count;

	append_name(text, reject->path, FALSE);
	g_string_append_printf(text, "%s%s: ", reject->hunk[0] ? " " : "", reject->hunk);
	append_name(text, reject->reason, FALSE);
	g_string_append_c(text, '.');
	md_sarif_begin_result(builder, md_rules(&count), md_rule_by_id("reject"), NULL, text->str);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	md_sarif_begin_location(builder, reject->patch, NULL, reject->place, 0);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
	add_fingerprint(builder, "metadiffReject/v1", digits);
	md_sarif_end_result(out, builder, first);
}

/* -------------------------------------------------------------------- run */

/* That --verify failed is said by the run: its results are not to be believed. */
static void add_invocation(JsonBuilder *builder, const struct md_verification *verification)
{
	guint failed = verification ? verification->failed->len : 0;

	json_builder_set_member_name(builder, "invocations");
	json_builder_begin_array(builder);
	json_builder_begin_object(builder);
	md_record_flag(builder, "executionSuccessful", failed == 0);
	json_builder_set_member_name(builder, "toolExecutionNotifications");
	json_builder_begin_array(builder);
	for (guint i = 0; i < failed; i++) {
		const struct md_failure *failure = g_ptr_array_index(verification->failed, i);
		g_autofree char *text =
			g_strdup_printf("not verified: %s: %s", failure->path, failure->reason);
		g_autofree char *printable = md_terminal_name(text, FALSE);

		json_builder_begin_object(builder);
		md_record_string(builder, "level", "error");
		md_sarif_message(builder, "message", printable);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
}

/* Paths are those in the trees: where these are is for the reader to say. */
static void add_bases(JsonBuilder *builder, const struct md_comparison *comparison)
{
	static const struct {
		const char *id;
		enum md_version version;
	} bases[] = {
		{ NEW_DOWNSTREAM, MD_NEW_DOWNSTREAM },
		{ NEW_BASE, MD_NEW_BASE },
		{ OLD_DOWNSTREAM, MD_OLD_DOWNSTREAM },
	};

	json_builder_set_member_name(builder, "originalUriBaseIds");
	json_builder_begin_object(builder);
	for (guint i = 0; i < G_N_ELEMENTS(bases); i++) {
		const char *source = md_tree_name(comparison->tree[bases[i].version]);
		g_autofree char *text =
			g_strdup_printf("%s: %s", md_version_name(bases[i].version), source);
		g_autofree char *printable = md_terminal_name(text, FALSE);

		json_builder_set_member_name(builder, bases[i].id);
		json_builder_begin_object(builder);
		md_sarif_message(builder, "description", printable);
		json_builder_end_object(builder);
	}
	json_builder_end_object(builder);
}

static void begin(GString *out, const struct md_comparison *comparison,
		  const struct md_render_settings *settings)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	gboolean first = TRUE;
	guint count;
	const struct md_rule *rules = md_rules(&count);

	md_sarif_begin(builder, "compare", rules, count);
	add_bases(builder, comparison);
	add_invocation(builder, comparison->verification);
	md_sarif_open_results(out, builder);
	for (enum md_side side = 0; side < MD_SIDES; side++) {
		const GPtrArray *rejects = md_comparison_rejects(comparison, side);

		for (guint i = 0; i < rejects->len; i++, first = FALSE)
			append_reject(out, builder, g_ptr_array_index(rejects, i), first);
	}
}

static void append_file(GString *out, const struct md_comparison *comparison,
			const struct md_file_comparison *file, gboolean first,
			const struct md_render_settings *settings)
{
	const char *own = md_file_finding(file);
	g_autoptr(GHashTable) seen = NULL;
	g_autoptr(JsonBuilder) builder = NULL;

	if (!md_file_comparison_is_news(file, comparison->shown))
		return;
	seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	builder = json_builder_new();
	/* Rejects stand before all files. */
	first = first && comparison->summary.rejects == 0;
	if (own != NULL) {
		append_own(out, builder, file, md_rule_by_id(own), first);
		first = FALSE;
	}
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);
		g_autofree char *id = md_region_fingerprint(file, region, comparison->shown, seen);

		if (!md_file_region_is_news(region, comparison->shown))
			continue;
		append_region(out, builder, comparison, file, region, id, first);
		first = FALSE;
	}
}

static void end(GString *out, const struct md_comparison *comparison,
		const struct md_render_settings *settings)
{
	md_sarif_end(out);
}

const struct md_format md_format_sarif = { "sarif", begin, append_file, end };
