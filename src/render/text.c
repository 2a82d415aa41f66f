/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For a person: what to worry about first, then file by file and region by
 * region, every line with its numbers in both downstreams and its two signs.
 *
 * Input comes from strangers and the reader may be a terminal: control
 * characters are written as ^X, and everything is UTF-8.
 */
#include "render/rules.h"
#include "render/stat.h"
#include "render/table.h"
#include "render/terminal.h"
#include "render/words.h"

#include <string.h>

/* Hidden lines that the new downstream does not have, before they are folded. */
#define LONGEST_HIDDEN 12

/* ---------------------------------------------------------------- summary */

static void append_sources(GString *out, const struct md_comparison *comparison,
			   const struct md_render_settings *settings)
{
	static const char *const side_name[MD_SIDES] = { [MD_OLD] = "old", [MD_NEW] = "new" };

	for (enum md_side side = 0; side < MD_SIDES; side++) {
		g_autofree char *base =
			md_terminal_name(md_tree_name(comparison->tree[md_side_base(side)]), FALSE);
		g_autofree char *downstream = md_terminal_name(
			md_tree_name(comparison->tree[md_side_downstream(side)]), FALSE);
		g_autofree char *line =
			g_strdup_printf("%s  %s .. %s", side_name[side], base, downstream);

		md_terminal_append(out, md_terminal_color(settings, FAINT), line);
		g_string_append_c(out, '\n');
	}
	if (comparison->later != NULL) {
		g_autofree char *later = md_terminal_name(md_tree_name(comparison->later), FALSE);
		g_autofree char *line = g_strdup_printf("later %s", later);

		md_terminal_append(out, md_terminal_color(settings, FAINT), line);
		g_string_append_c(out, '\n');
	}
}

static void append_rejects(GString *out, const struct md_comparison *comparison,
			   const struct md_render_settings *settings)
{
	for (enum md_side side = 0; side < MD_SIDES; side++) {
		const GPtrArray *rejects = md_comparison_rejects(comparison, side);

		for (guint i = 0; i < rejects->len; i++) {
			const struct md_reject *reject = g_ptr_array_index(rejects, i);
			g_autofree char *line = g_strdup_printf(
				"reject  %s:%zu: %s%s%s: %s", reject->patch, reject->place,
				reject->path, reject->hunk[0] ? " " : "", reject->hunk,
				reject->reason);
			g_autofree char *printable = md_terminal_name(line, FALSE);

			md_terminal_append(out, md_terminal_color(settings, DANGER_MINUS),
					   printable);
			g_string_append_c(out, '\n');
		}
	}
}

static void append_class(GString *out, const struct md_comparison *comparison, enum md_class class,
			 const struct md_render_settings *settings)
{
	gsize regions = comparison->summary.regions[class];
	gsize lines = md_class_lines(comparison, class, ~0u), declined = 0, held = 0;
	g_autoptr(GString) line = g_string_new(NULL);

	if (regions == 0 && lines == 0)
		return;
	/* What a rebase lost of upstream may stand among other changes. */
	if (class == MD_CLASS_MIXED) {
		declined = md_class_lines(comparison, class, md_mark_set_by_name("declined"));
		held = md_class_lines(comparison, class, md_mark_set_by_name("held"));
	}
	g_string_append_printf(line, "  %-9s %5zu region%-1s %6zu line%-1s  %s",
			       md_class_name(class), regions, md_plural(regions), lines,
			       md_plural(lines), md_rule_of_class(class)->meaning);
	if (declined + held > 0)
		g_string_append_printf(line, ": %zu declined, %zu held", declined, held);
	md_terminal_append(out,
			   md_class_is_dangerous(class) || declined + held > 0
				   ? md_terminal_color(settings, HEAD)
				   : "",
			   line->str);
	g_string_append_c(out, '\n');
}

static void append_classes(GString *out, const struct md_comparison *comparison,
			   const struct md_render_settings *settings)
{
	for (enum md_class class = 0; class < MD_CLASSES; class ++) {
		if (comparison->summary.regions[class] > 0)
			append_class(out, comparison, class, settings);
	}
}

static void append_backports(GString *out, gsize count)
{
	if (count == 0)
		g_string_append(out, "  none of these is a backport\n");
	else
		g_string_append_printf(out, "  %zu of these %s: upstream has %s later\n", count,
				       count == 1 ? "is a backport" : "are backports",
				       count == 1 ? "it" : "them");
}

/* Nothing to show is good news only where nothing was left out. */
static const char *nothing(const struct md_comparison *comparison)
{
	if (comparison->summary.rejects > 0)
		return "Of what applied, the downstream itself changed nothing.\n";
	if (comparison->filtered && comparison->paths->len == 0)
		return "Neither patch touches a file that was asked for.\n";
	if (comparison->filtered)
		return "The downstream itself changed nothing of what was asked for.\n";
	return "The downstream itself changed nothing: its patch is carried whole.\n";
}

/* 12,345: a proof is for reading aloud. */
static char *with_commas(gsize number)
{
	GString *digits = g_string_new(NULL);

	g_string_printf(digits, "%zu", number);
	for (gssize at = (gssize)digits->len - 3; at > 0; at -= 3)
		g_string_insert_c(digits, at, ',');
	return g_string_free(digits, FALSE);
}

static void append_verification(GString *out, const struct md_comparison *comparison,
				const struct md_render_settings *settings)
{
	const struct md_verification *verification = comparison->verification;
	g_autofree char *files = NULL;

	if (verification == NULL)
		return;
	files = with_commas(verification->files);
	if (verification->failed->len == 0)
		g_string_append_printf(out,
				       "verified: %s file%s, the carried patch and what is shown "
				       "give the new downstream byte for byte\n",
				       files, md_plural(verification->files));
	for (guint i = 0; i < verification->failed->len; i++) {
		const struct md_failure *failure = g_ptr_array_index(verification->failed, i);
		g_autofree char *line =
			g_strdup_printf("NOT verified: %s: %s", failure->path, failure->reason);
		g_autofree char *printable = md_terminal_name(line, FALSE);

		md_terminal_append(out, md_terminal_color(settings, DANGER_MINUS), printable);
		g_string_append_c(out, '\n');
	}
}

static void begin(GString *out, const struct md_comparison *comparison,
		  const struct md_render_settings *settings)
{
	const struct md_summary *summary = &comparison->summary;
	gsize regions = 0;

	for (enum md_class class = 0; class < MD_CLASSES; class ++)
		regions += summary->regions[class];
	/* Unless they were asked for these are no news. */
	if (!(comparison->shown & md_mark_set_by_name("carried")))
		regions -= summary->regions[MD_CLASS_CARRIED];
	append_sources(out, comparison, settings);
	append_rejects(out, comparison, settings);
	if (summary->files == 0) {
		g_string_append(out, nothing(comparison));
		append_verification(out, comparison, settings);
		return;
	}
	g_string_append_printf(
		out, "\n%zu file%s, %zu region%s changed by the downstream itself:\n",
		summary->files, md_plural(summary->files), regions, md_plural(regions));
	append_classes(out, comparison, settings);
	if (comparison->later != NULL)
		append_backports(out, summary->backports);
	append_verification(out, comparison, settings);
	g_string_append_c(out, '\n');
}

/* ---------------------------------------------------------------- changes */

static const char *mark_color(const struct md_render_settings *settings, md_mark mark,
			      guint32 shown)
{
	const char *name = md_mark_info(mark)->name;
	gboolean danger = strcmp(name, "declined") == 0 || strcmp(name, "held") == 0;

	switch (md_mark_sign_if(mark, shown)) {
	case '+':
		return md_terminal_color(settings, danger ? DANGER_PLUS : PLUS);
	case '-':
		return md_terminal_color(settings, danger ? DANGER_MINUS : MINUS);
	default:
		return strcmp(name, "context") == 0 ? "" : md_terminal_color(settings, FAINT);
	}
}

#define NUMBERS_WIDTH 13 /* of both, with the blanks behind them */

/* A line number; 0: the line is not in that version. */
static void append_number(GString *out, int width, gsize number)
{
	if (number > 0)
		g_string_append_printf(out, "%*zu ", width, number);
	else
		g_string_append_printf(out, "%*s ", width, "");
}

/* How many columns from @first on are hidden and not in the new downstream. */
static gsize count_hidden(const struct md_file_region *region, gsize first)
{
	gsize end = first;

	while (end < region->count && md_mark_shown(region->mark[end]) == ' ' &&
	       !md_mark_is_in(region->mark[end], MD_NEW_DOWNSTREAM))
		end++;
	return end - first;
}

/* One line with its numbers and its mark, which is the one a reader sees. */
static void append_line(GString *out, const struct md_comparison *comparison,
			const struct md_file_comparison *file, md_mark mark, struct md_slice text,
			gsize old_line, gsize new_line, const struct md_render_settings *settings)
{
	g_autofree char *printable = md_terminal_text(md_slice_chomp(text), file->latin1);
	g_autoptr(GString) line = g_string_new(NULL);

	append_number(line, 5, old_line);
	append_number(line, 6, new_line);
	g_string_append_printf(line, "%s %s", md_mark_info(mark)->text, printable);
	md_terminal_append(out, mark_color(settings, mark, comparison->shown), line->str);
	g_string_append_c(out, '\n');
}

static void append_region_lines(GString *out, const struct md_comparison *comparison,
				const struct md_file_comparison *file,
				const struct md_file_region *region,
				const struct md_render_settings *settings)
{
	gsize old_line = region->start[MD_OLD_DOWNSTREAM];
	gsize new_line = region->start[MD_NEW_DOWNSTREAM];
	gsize folded = 0; /* lines left to pass over */

	for (gsize i = 0; i < region->count; i++) {
		md_mark mark = md_mark_in_text(region->mark[i]);
		gboolean in_old = md_mark_is_in(region->mark[i], MD_OLD_DOWNSTREAM);
		gboolean in_new = md_mark_is_in(region->mark[i], MD_NEW_DOWNSTREAM);

		if (folded == 0 && count_hidden(region, i) > LONGEST_HIDDEN) {
			folded = count_hidden(region, i);
			g_string_append_printf(
				out, "%*s... %zu lines that are not in the new downstream\n",
				NUMBERS_WIDTH, "", folded);
		}
		if (folded > 0)
			folded--;
		else
			append_line(out, comparison, file, mark, region->line[i],
				    in_old ? old_line : 0, in_new ? new_line : 0, settings);
		old_line += in_old;
		new_line += in_new;
	}
}

/* Where the first line that moved was, or is: the other place of it. */
static void append_origin(GString *head, const struct md_file_comparison *file,
			  const struct md_file_region *region)
{
	static const char *const version_name[MD_VERSIONS] = {
		[MD_OLD_DOWNSTREAM] = "the old downstream",
		[MD_NEW_BASE] = "the new base",
	};
	const struct md_origin *origin = region->origin;
	g_autofree char *path = NULL;

	if (origin == NULL)
		return;
	path = md_terminal_name(origin->path, file->latin1);
	g_string_append_printf(head, ", %s %s%sline %zu of %s",
			       origin->version == MD_NEW_BASE ? "upstream has it at" : "moved from",
			       strcmp(origin->path, file->name) == 0 ? "" : path,
			       strcmp(origin->path, file->name) == 0 ? "" : ", ", origin->line,
			       version_name[origin->version]);
}

/* More commits of one region than this say little; records have them all. */
#define MOST_COMMITS 4

static void append_commits(GString *out, const char *what, const GPtrArray *commits)
{
	guint count = commits ? commits->len : 0;

	for (guint i = 0; i < MIN(count, MOST_COMMITS); i++) {
		const struct md_commit *commit = g_ptr_array_index(commits, i);
		g_autofree char *subject = md_terminal_name(commit->subject, FALSE);

		g_string_append_printf(out, "    %s %.12s (\"%s\")\n", what, commit->id, subject);
	}
	if (count > MOST_COMMITS)
		g_string_append_printf(out, "    %s %u more commits\n", what, count - MOST_COMMITS);
}

/* Where the later upstream has what the region adds. */
static void append_backport(GString *out, const struct md_file_comparison *file,
			    const struct md_backport *backport)
{
	g_autofree char *path = md_terminal_name(backport->path, file->latin1);

	g_string_append(out, "    backport: upstream has ");
	if (backport->lines < backport->of)
		g_string_append_printf(out, "%zu of %zu lines", backport->lines, backport->of);
	else
		g_string_append(out, "it");
	g_string_append_printf(out, " at %s:%zu\n", path, backport->line);
	append_commits(out, "backport of", backport->commits);
}

static void append_table(GString *out, const char *table)
{
	g_string_append_printf(out, "%*s... %s\n", NUMBERS_WIDTH, "", table);
}

static void append_region(GString *out, const struct md_comparison *comparison,
			  const struct md_file_comparison *file,
			  const struct md_file_region *region,
			  const struct md_render_settings *settings)
{
	g_autofree char *table = NULL;
	g_autoptr(GString) head = g_string_new(NULL);

	g_string_append_printf(head, "@@ %s", md_class_name(region->class));
	if (region->heading != NULL) {
		g_autofree char *function = md_terminal_name(region->heading->name, file->latin1);

		g_string_append_printf(head, " in %s", function);
	}
	g_string_append_printf(head, " @@ old %zu, new %zu", region->start[MD_OLD_DOWNSTREAM],
			       region->start[MD_NEW_DOWNSTREAM]);
	append_origin(head, file, region);
	md_terminal_append(out, md_terminal_color(settings, HEAD), head->str);
	g_string_append_c(out, '\n');
	append_commits(out, "upstream", region->commits);
	if (region->backport != NULL)
		append_backport(out, file, region->backport);
	table = md_table_describe(comparison, (struct md_file_region **)&region, 1, file->latin1);
	if (table != NULL)
		append_table(out, table);
	else
		append_region_lines(out, comparison, file, region, settings);
	md_words_append(out, region->words, file->latin1, settings);
}

/* The name in the old base of a file that upstream moved. */
static void append_old_path(GString *out, const struct md_file_comparison *file)
{
	g_autofree char *path = NULL;

	if (file->path[MD_OLD_BASE] == NULL || strcmp(file->path[MD_OLD_BASE], file->name) == 0)
		return;
	path = md_terminal_name(file->path[MD_OLD_BASE], file->latin1);
	g_string_append_printf(out, "  (was %s)", path);
}

static void append_file_changes(GString *out, const struct md_comparison *comparison,
				const struct md_file_comparison *file,
				const struct md_render_settings *settings)
{
	g_autofree char *name = md_terminal_name(file->name, file->latin1);
	g_autofree char *what = md_file_describe(file);
	g_autofree char *table = NULL;

	md_terminal_append(out, md_terminal_color(settings, HEAD), name);
	append_old_path(out, file);
	if (what != NULL)
		g_string_append_printf(out, "  (%s)", what);
	if (file->binary &&
	    !md_slice_equal(md_slice_from_bytes(file->carried), md_slice_from_bytes(file->newest)))
		g_string_append(out, "  (binary content differs from the carried one)");
	g_string_append_c(out, '\n');
	table = md_table_describe(comparison, (struct md_file_region **)file->told->pdata,
				  file->told->len, file->latin1);
	if (table != NULL)
		append_table(out, table);
	for (guint i = 0; i < file->told->len && table == NULL; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);

		if (md_file_region_is_news(region, comparison->shown))
			append_region(out, comparison, file, region, settings);
	}
	g_string_append_c(out, '\n');
}

static void append_file(GString *out, const struct md_comparison *comparison,
			const struct md_file_comparison *file, gboolean first,
			const struct md_render_settings *settings)
{
	if (!md_file_comparison_is_news(file, comparison->shown))
		return;
	if (settings->stat == MD_STAT_NONE)
		append_file_changes(out, comparison, file, settings);
	else if (settings->stat != MD_STAT_DIRECTORY)
		md_stat_append_file(out, comparison, file, settings);
}

static void end(GString *out, const struct md_comparison *comparison,
		const struct md_render_settings *settings)
{
	if (settings->stat == MD_STAT_DIRECTORY)
		md_stat_append_directories(out, comparison, settings);
}

const struct md_format md_format_text = { "text", begin, append_file, end };
