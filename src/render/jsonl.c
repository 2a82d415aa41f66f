/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON Lines: one object a line, as docs/jsonl.md describes.  Lines of a
 * file that is not UTF-8 are read as Latin-1, and its record says so.
 */
#include "render/record.h"

#include <string.h>

static void append_reject(GString *out, JsonBuilder *builder, enum md_side side,
			  const struct md_reject *reject)
{
	md_record_begin(builder, "reject");
	md_record_string(builder, "side", side == MD_OLD ? "old" : "new");
	md_record_string(builder, "patch", reject->patch);
	md_record_string(builder, "path", reject->path);
	md_record_string(builder, "hunk", reject->hunk);
	md_record_count(builder, "line", reject->place);
	md_record_string(builder, "reason", reject->reason);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void begin(GString *out, const struct md_comparison *comparison,
		  const struct md_render_settings *settings)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();

	md_record_begin(builder, "header");
	md_record_count(builder, "version", 1);
	json_builder_set_member_name(builder, "sources");
	json_builder_begin_object(builder);
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		md_record_string(builder, md_version_name(version),
				 md_tree_name(comparison->tree[version]));
	if (comparison->later != NULL)
		md_record_string(builder, "upstream", md_tree_name(comparison->later));
	json_builder_end_object(builder);
	json_builder_end_object(builder);
	md_record_append(out, builder);
	for (enum md_side side = 0; side < MD_SIDES; side++) {
		const GPtrArray *rejects = md_comparison_rejects(comparison, side);

		for (guint i = 0; i < rejects->len; i++)
			append_reject(out, builder, side, g_ptr_array_index(rejects, i));
	}
}

/* Where the first line that the downstream moved here was. */
static void add_moved_from(JsonBuilder *builder, const struct md_file_region *region,
			   gboolean latin1)
{
	struct md_slice name = { region->origin->path, strlen(region->origin->path) };
	g_autofree char *path = md_text_to_utf8(name, latin1);

	json_builder_set_member_name(builder, "moved_from");
	json_builder_begin_object(builder);
	md_record_string(builder, "path", path);
	md_record_string(builder, "version", md_version_name(region->origin->version));
	md_record_count(builder, "line", region->origin->line);
	json_builder_end_object(builder);
}

static void add_commits(JsonBuilder *builder, const GPtrArray *commits)
{
	if (commits == NULL)
		return;
	json_builder_set_member_name(builder, "commits");
	json_builder_begin_array(builder);
	for (guint i = 0; i < commits->len; i++) {
		const struct md_commit *commit = g_ptr_array_index(commits, i);

		json_builder_begin_object(builder);
		md_record_string(builder, "id", commit->id);
		md_record_string(builder, "subject", commit->subject);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

/* Where the later upstream has what the region adds. */
static void add_backport(JsonBuilder *builder, const struct md_backport *backport, gboolean latin1)
{
	struct md_slice name = { backport->path, strlen(backport->path) };
	g_autofree char *path = md_text_to_utf8(name, latin1);

	json_builder_set_member_name(builder, "backport");
	json_builder_begin_object(builder);
	md_record_string(builder, "path", path);
	md_record_count(builder, "line", backport->line);
	md_record_count(builder, "lines", backport->lines);
	md_record_count(builder, "of", backport->of);
	add_commits(builder, backport->commits);
	json_builder_end_object(builder);
}

/* How an adapted region came about: pairs of a sign and the words that have it. */
static void add_words(JsonBuilder *builder, const struct md_word_change *words, gboolean latin1)
{
	json_builder_set_member_name(builder, "words");
	json_builder_begin_object(builder);
	for (enum md_step step = 0; step < MD_STEPS; step++) {
		const char *at = words[step].text->str;

		json_builder_set_member_name(builder, md_step_name(step));
		json_builder_begin_array(builder);
		for (guint i = 0; i < words[step].runs->len; i++) {
			const struct md_word_run *run =
				&g_array_index(words[step].runs, struct md_word_run, i);
			const char sign[] = { run->sign, '\0' };
			g_autofree char *text =
				md_text_to_utf8((struct md_slice){ at, run->size }, latin1);

			json_builder_begin_array(builder);
			json_builder_add_string_value(builder, sign);
			json_builder_add_string_value(builder, text);
			json_builder_end_array(builder);
			at += run->size;
		}
		json_builder_end_array(builder);
	}
	json_builder_end_object(builder);
}

/*
 * Lines that moved have the mark of what became of them; to count lines one
 * needs the mark that they have at this place.
 */
static void add_places(JsonBuilder *builder, const struct md_file_region *region)
{
	gboolean any = FALSE;

	for (gsize i = 0; i < region->count; i++) {
		md_mark here = md_mark_of_place(region->mark[i]);

		if (here == md_mark_for_reader(region->mark[i]))
			continue;
		if (!any) {
			json_builder_set_member_name(builder, "places");
			json_builder_begin_array(builder);
			any = TRUE;
		}
		json_builder_begin_array(builder);
		json_builder_add_int_value(builder, (gint64)i);
		json_builder_add_string_value(builder, md_mark_info(here)->text);
		json_builder_end_array(builder);
	}
	if (any)
		json_builder_end_array(builder);
}

static void add_region(JsonBuilder *builder, const struct md_file_region *region, const char *id,
		       gboolean latin1)
{
	g_autofree char *function = NULL;

	if (region->heading != NULL) {
		struct md_slice name = { region->heading->name, strlen(region->heading->name) };

		function = md_text_to_utf8(name, latin1);
	}
	json_builder_begin_object(builder);
	md_record_string(builder, "id", id);
	md_record_string(builder, "class", md_class_name(region->class));
	md_record_string(builder, "function", function);
	if (function != NULL)
		md_record_string(builder, "kind", md_definition_kind_name(region->heading->kind));
	if (region->origin != NULL)
		add_moved_from(builder, region, latin1);
	add_commits(builder, region->commits);
	if (region->backport != NULL)
		add_backport(builder, region->backport, latin1);
	json_builder_set_member_name(builder, "start");
	json_builder_begin_object(builder);
	for (enum md_version version = 0; version < MD_VERSIONS; version++)
		md_record_count(builder, md_version_name(version), region->start[version]);
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "lines");
	json_builder_begin_array(builder);
	for (gsize i = 0; i < region->count; i++) {
		md_mark mark = md_mark_for_reader(region->mark[i]);
		g_autofree char *text = md_text_to_utf8(md_slice_chomp(region->line[i]), latin1);

		json_builder_begin_array(builder);
		json_builder_add_string_value(builder, md_mark_info(mark)->text);
		json_builder_add_string_value(builder, text);
		json_builder_end_array(builder);
	}
	json_builder_end_array(builder);
	add_places(builder, region);
	if (region->words != NULL)
		add_words(builder, region->words, latin1);
	json_builder_end_object(builder);
}

static void append_file(GString *out, const struct md_comparison *comparison,
			const struct md_file_comparison *file, gboolean first,
			const struct md_render_settings *settings)
{
	g_autoptr(GHashTable) seen = NULL;
	g_autoptr(JsonBuilder) builder = NULL;

	if (!md_file_comparison_is_told(file))
		return;
	seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	builder = json_builder_new();
	md_record_begin(builder, "file");
	json_builder_set_member_name(builder, "paths");
	json_builder_begin_object(builder);
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		const char *path = file->path[version];
		struct md_slice name = { path, path ? strlen(path) : 0 };
		g_autofree char *text = path ? md_text_to_utf8(name, file->latin1) : NULL;

		md_record_string(builder, md_version_name(version), text);
	}
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "modes");
	json_builder_begin_object(builder);
	for (enum md_version version = 0; version < MD_VERSIONS; version++) {
		g_autofree char *mode = g_strdup_printf("%06o", file->mode[version]);

		md_record_string(builder, md_version_name(version),
				 file->mode[version] != MD_MODE_ABSENT ? mode : NULL);
	}
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "binary");
	json_builder_add_boolean_value(builder, file->binary);
	if (file->latin1)
		md_record_string(builder, "encoding", "latin-1");
	json_builder_set_member_name(builder, "regions");
	json_builder_begin_array(builder);
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);
		g_autofree char *id = md_region_fingerprint(file, region, comparison->shown, seen);

		add_region(builder, region, id, file->latin1);
	}
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_verification(GString *out, const struct md_verification *verification)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();

	md_record_begin(builder, "verified");
	md_record_count(builder, "files", verification->files);
	json_builder_set_member_name(builder, "failed");
	json_builder_begin_array(builder);
	for (guint i = 0; i < verification->failed->len; i++) {
		const struct md_failure *failure = g_ptr_array_index(verification->failed, i);

		json_builder_begin_object(builder);
		md_record_string(builder, "path", failure->path);
		md_record_string(builder, "reason", failure->reason);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void end(GString *out, const struct md_comparison *comparison,
		const struct md_render_settings *settings)
{
	const struct md_summary *summary = &comparison->summary;
	g_autoptr(JsonBuilder) builder = json_builder_new();

	if (comparison->verification != NULL)
		append_verification(out, comparison->verification);
	md_record_begin(builder, "summary");
	md_record_count(builder, "files", summary->files);
	json_builder_set_member_name(builder, "regions");
	json_builder_begin_object(builder);
	for (enum md_class class = 0; class < MD_CLASSES; class ++) {
		if (summary->regions[class] > 0)
			md_record_count(builder, md_class_name(class), summary->regions[class]);
	}
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "marks");
	json_builder_begin_object(builder);
	for (md_mark mark = 0; mark < MD_MARKS; mark++) {
		if (summary->marks[mark] > 0)
			md_record_count(builder, md_mark_table[mark].text, summary->marks[mark]);
	}
	json_builder_end_object(builder);
	md_record_count(builder, "rejects", summary->rejects);
	if (comparison->later != NULL)
		md_record_count(builder, "backports", summary->backports);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

const struct md_format md_format_jsonl = { "jsonl", begin, append_file, end };

/* ------------------------------------------------------------------- port */

static void append_hunk(GString *out, JsonBuilder *builder, const struct md_port_hunk *hunk)
{
	md_record_begin(builder, "hunk");
	if (hunk->patch != NULL)
		md_record_string(builder, "patch", hunk->patch);
	else
		md_record_string(builder, "patch", NULL);
	md_record_string(builder, "path", hunk->path);
	md_record_string(builder, "hunk", hunk->header);
	if (hunk->place > 0)
		md_record_count(builder, "line", hunk->place);
	else
		md_record_string(builder, "line", NULL);
	md_record_string(builder, "result", md_port_result_name(hunk->result));
	json_builder_set_member_name(builder, "to");
	json_builder_begin_object(builder);
	md_record_string(builder, "path", hunk->to);
	md_record_count(builder, "line", hunk->line);
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "offset");
	json_builder_add_int_value(builder, hunk->offset);
	if (hunk->reason != NULL)
		md_record_string(builder, "reason", hunk->reason);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void begin_header(JsonBuilder *builder)
{
	md_record_begin(builder, "header");
	md_record_count(builder, "version", 1);
	json_builder_set_member_name(builder, "sources");
	json_builder_begin_object(builder);
}

static void end_header(GString *out, JsonBuilder *builder)
{
	json_builder_end_object(builder);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

/* The last record begins; it is left open. */
static void add_results(JsonBuilder *builder, guint hunks, const gsize count[MD_PORT_RESULTS],
			guint rejects)
{
	md_record_begin(builder, "summary");
	md_record_count(builder, "hunks", hunks);
	json_builder_set_member_name(builder, "results");
	json_builder_begin_object(builder);
	for (enum md_port_result result = 0; result < MD_PORT_RESULTS; result++) {
		if (count[result] > 0)
			md_record_count(builder, md_port_result_name(result), count[result]);
	}
	json_builder_end_object(builder);
	md_record_count(builder, "rejects", rejects);
}

void md_jsonl_ledger(GString *out, const void *result)
{
	const struct md_port *port = result;
	g_autoptr(JsonBuilder) builder = json_builder_new();

	begin_header(builder);
	md_record_string(builder, "old_base", md_tree_name(port->old_base));
	md_record_string(builder, "old_downstream", md_tree_name(port->old_downstream));
	md_record_string(builder, "new_base", md_tree_name(port->new_base));
	end_header(out, builder);
	for (guint i = 0; i < port->rejects->len; i++)
		append_reject(out, builder, MD_OLD, g_ptr_array_index(port->rejects, i));
	for (guint i = 0; i < port->hunks->len; i++)
		append_hunk(out, builder, g_ptr_array_index(port->hunks, i));
	add_results(builder, port->hunks->len, port->count, port->rejects->len);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

/* ----------------------------------------------------------------- revert */

static void append_reference(GString *out, JsonBuilder *builder,
			     const struct md_reference *reference)
{
	md_record_begin(builder, "reference");
	md_record_string(builder, "symbol", reference->name);
	md_record_string(builder, "path", reference->path);
	md_record_count(builder, "line", reference->line);
	if (reference->call) {
		md_record_count(builder, "arguments", reference->arguments);
		md_record_count(builder, "parameters", reference->parameters);
	}
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_cut(GString *out, JsonBuilder *builder, const struct md_cut *cut)
{
	md_record_begin(builder, "cut");
	md_record_string(builder, "path", cut->path);
	md_record_count(builder, "line", cut->line);
	md_record_string(builder, "text", cut->text);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

void md_jsonl_revert(GString *out, const void *result)
{
	const struct md_revert *revert = result;
	g_autoptr(JsonBuilder) builder = json_builder_new();
	guint hunks = 0;

	begin_header(builder);
	md_record_string(builder, "old_base", md_tree_name(revert->old_base));
	md_record_string(builder, "new_base", md_tree_name(revert->new_base));
	md_record_string(builder, "new_downstream", md_tree_name(revert->target));
	end_header(out, builder);
	for (guint i = 0; i < revert->rejects->len; i++)
		append_reject(out, builder, MD_NEW, g_ptr_array_index(revert->rejects, i));
	for (guint i = 0; i < revert->steps->len; i++) {
		const struct md_port *step = g_ptr_array_index(revert->steps, i);

		for (guint j = 0; j < step->hunks->len; j++)
			append_hunk(out, builder, g_ptr_array_index(step->hunks, j));
		hunks += step->hunks->len;
	}
	for (guint i = 0; i < revert->cuts->len; i++)
		append_cut(out, builder, g_ptr_array_index(revert->cuts, i));
	for (guint i = 0; i < revert->references->len; i++)
		append_reference(out, builder, g_ptr_array_index(revert->references, i));
	add_results(builder, hunks, revert->count, revert->rejects->len);
	md_record_count(builder, "references", revert->references->len + revert->more_references);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}
