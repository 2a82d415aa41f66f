/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which code hosts show beside the
 * lines that it is about: one document, one run, a line for each result.
 *
 * The run's object is made whole, with no results, and then cut open at its end, so that results
 * can follow file by file: what is printed is a document however many there are.
 */
#include "render/sarif.h"

#include <string.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* How a run without results ends, behind the bracket that opens them. */
static const char closing[] = "]}]}";

/* A message object, or a multiformatMessageString: what is in both is the text. */
static void add_text(JsonBuilder *builder, const char *name, const char *text)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_object(builder);
	md_record_string(builder, "text", text);
	json_builder_end_object(builder);
}

/* "](" would make what stands before it a link; a single brace, a placeholder. */
void md_sarif_message(JsonBuilder *builder, const char *name, const char *text)
{
	g_autoptr(GString) escaped = g_string_new(NULL);

	for (const char *c = text; *c != '\0'; c++) {
		g_string_append_c(escaped, *c);
		if (*c == '{' || *c == '}')
			g_string_append_c(escaped, *c);
		else if (c[0] == ']' && c[1] == '(')
			g_string_append_c(escaped, ' ');
	}
	add_text(builder, name, escaped->str);
}

static void add_rule(JsonBuilder *builder, const struct md_rule *rule)
{
	g_autofree char *help = g_strdup_printf("%s %s", rule->detail, rule->advice);
	g_autofree char *meaning = g_strdup_printf("%s: %s.", rule->id, rule->meaning);

	json_builder_begin_object(builder);
	md_record_string(builder, "id", rule->id);
	add_text(builder, "shortDescription", meaning);
	add_text(builder, "fullDescription", rule->detail);
	add_text(builder, "help", help);
	json_builder_set_member_name(builder, "defaultConfiguration");
	json_builder_begin_object(builder);
	md_record_string(builder, "level", rule->level);
	json_builder_end_object(builder);
	json_builder_end_object(builder);
}

void md_sarif_begin(JsonBuilder *builder, const char *command, const struct md_rule *rules,
		    guint count)
{
	g_autofree char *category = g_strdup_printf("metadiff/%s/", command);

	json_builder_begin_object(builder);
	md_record_string(builder, "$schema", SCHEMA);
	md_record_string(builder, "version", "2.1.0");
	json_builder_set_member_name(builder, "runs");
	json_builder_begin_array(builder);
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "tool");
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "driver");
	json_builder_begin_object(builder);
	md_record_string(builder, "name", "metadiff");
	md_record_string(builder, "semanticVersion", MD_VERSION);
	json_builder_set_member_name(builder, "rules");
	json_builder_begin_array(builder);
	for (guint i = 0; i < count; i++)
		add_rule(builder, &rules[i]);
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "automationDetails");
	json_builder_begin_object(builder);
	md_record_string(builder, "id", category);
	json_builder_end_object(builder);
}

void md_sarif_open_results(GString *out, JsonBuilder *builder)
{
	json_builder_set_member_name(builder, "results");
	json_builder_begin_array(builder);
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	md_record_append(out, builder);
	/* With the newline. */
	g_string_truncate(out, out->len - strlen(closing) - 1);
	g_string_append_c(out, '\n');
}

void md_sarif_end(GString *out)
{
	g_string_append_printf(out, "%s\n", closing);
}

/* ---------------------------------------------------------------- results */

void md_sarif_begin_result(JsonBuilder *builder, const struct md_rule *rules,
			   const struct md_rule *rule, const char *level, const char *text)
{
	json_builder_begin_object(builder);
	md_record_string(builder, "ruleId", rule->id);
	md_record_count(builder, "ruleIndex", (gsize)(rule - rules));
	md_record_string(builder, "level", level ? level : rule->level);
	md_sarif_message(builder, "message", text);
}

void md_sarif_end_result(GString *out, JsonBuilder *builder, gboolean first)
{
	json_builder_end_object(builder);
	g_string_append(out, first ? "" : ",");
	md_record_append(out, builder);
}

void md_sarif_begin_location(JsonBuilder *builder, const char *path, const char *base, gsize line,
			     gsize end)
{
	/* Whatever bytes a name has: a URI is ASCII. */
	g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
	g_autofree char *uri = g_path_is_absolute(path) ? g_strconcat("file://", escaped, NULL)
							: g_strdup(escaped);

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "physicalLocation");
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "artifactLocation");
	json_builder_begin_object(builder);
	md_record_string(builder, "uri", uri);
	if (base != NULL)
		md_record_string(builder, "uriBaseId", base);
	json_builder_end_object(builder);
	if (line > 0) {
		json_builder_set_member_name(builder, "region");
		json_builder_begin_object(builder);
		md_record_count(builder, "startLine", line);
		if (end > line)
			md_record_count(builder, "endLine", end);
		json_builder_end_object(builder);
	}
	json_builder_end_object(builder);
}
