/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as a comment on a pull request: how much of what class, then what does not apply,
 * then region by region what a rebase does by accident, then all the rest, as far as there is
 * room. What is left out is counted, so that nobody takes a part for the whole.
 */
#include "render/markdown.h"
#include "render/place.h"
#include "render/rules.h"
#include "render/terminal.h"

#include <string.h>

/* Of one region; a comment is no place to read more. */
#define MOST_LINES 80
#define MOST_COLUMNS 400
#define MOST_COMMITS 4
#define MOST_REJECTS 20
/* What the sentence about all that was left out takes. */
#define ROOM 1000

/* ---------------------------------------------------------------- summary */

static void append_sources(GString *out, const struct md_comparison *comparison)
{
	static const char *const side_name[MD_SIDES] = { [MD_OLD] = "old", [MD_NEW] = "new" };

	for (enum md_side side = 0; side < MD_SIDES; side++) {
		g_string_append_printf(out, "- %s: ", side_name[side]);
		md_markdown_code(out, md_tree_name(comparison->tree[md_side_base(side)]), FALSE);
		g_string_append(out, " .. ");
		md_markdown_code(out, md_tree_name(comparison->tree[md_side_downstream(side)]),
				 FALSE);
		g_string_append_c(out, '\n');
	}
	g_string_append_c(out, '\n');
}

static void append_class(GString *out, const struct md_comparison *comparison, enum md_class class)
{
	const struct md_rule *rule = md_rule_of_class(class);
	gsize regions = comparison->summary.regions[class];
	gsize lines = md_class_lines(comparison, class, ~0u);
	const char *strong = md_class_is_dangerous(class) ? "**" : "";

	if (regions == 0 && lines == 0)
		return;
	g_string_append_printf(out, "| %s%s%s | %zu | %zu | %s", strong, rule->id, strong, regions,
			       lines, rule->meaning);
	if (class == MD_CLASS_MIXED) {
		gsize declined = md_class_lines(comparison, class, md_mark_set_by_name("declined"));
		gsize held = md_class_lines(comparison, class, md_mark_set_by_name("held"));

		if (declined + held > 0)
			g_string_append_printf(out, ": **%zu declined, %zu held**", declined, held);
	}
	g_string_append(out, " |\n");
}

static void append_summary(GString *out, const struct md_comparison *comparison)
{
	const struct md_summary *summary = &comparison->summary;
	gboolean carried = (comparison->shown & md_mark_set_by_name("carried")) != 0;
	gsize regions = 0;

	for (enum md_class class = 0; class < MD_CLASSES; class ++)
		regions += carried || class != MD_CLASS_CARRIED ? summary->regions[class] : 0;
	if (summary->files == 0) {
		g_string_append(out,
				summary->rejects > 0 || comparison->filtered
					? "### The downstream itself changed nothing of this\n\n"
					: "### The downstream itself changed nothing\n\n");
		append_sources(out, comparison);
		return;
	}
	g_string_append_printf(
		out, "### %zu region%s in %zu file%s changed by the downstream itself\n\n", regions,
		md_plural(regions), summary->files, md_plural(summary->files));
	append_sources(out, comparison);
	g_string_append(out, "| class | regions | lines | |\n| --- | ---: | ---: | --- |\n");
	for (enum md_class class = 0; class < MD_CLASSES; class ++) {
		if (carried || class != MD_CLASS_CARRIED)
			append_class(out, comparison, class);
	}
	g_string_append_c(out, '\n');
}

static void append_verification(GString *out, const struct md_verification *verification)
{
	if (verification == NULL)
		return;
	if (verification->failed->len > 0)
		g_string_append_printf(out, "**Not verified: %u file%s.**\n\n",
				       verification->failed->len,
				       md_plural(verification->failed->len));
	else
		g_string_append_printf(out, "Verified: %zu file%s, byte for byte.\n\n",
				       verification->files, md_plural(verification->files));
}

static void append_rejects(GString *out, const struct md_comparison *comparison)
{
	gsize count = 0;

	for (enum md_side side = 0; side < MD_SIDES; side++) {
		const GPtrArray *rejects = md_comparison_rejects(comparison, side);

		for (guint i = 0; i < rejects->len && count < MOST_REJECTS; i++) {
			const struct md_reject *reject = g_ptr_array_index(rejects, i);
			g_autofree char *place =
				g_strdup_printf("%s:%zu", reject->patch, reject->place);
			g_autofree char *what = g_strdup_printf("%s %s: %s", reject->path,
								reject->hunk, reject->reason);
			g_autoptr(GString) line = g_string_new("- **reject** ");

			md_markdown_code(line, place, FALSE);
			g_string_append(line, ": ");
			md_markdown_code(line, what, FALSE);
			g_string_append_c(line, '\n');
			count += md_markdown_fit(out, line, ROOM);
		}
	}
	if (count < comparison->summary.rejects)
		g_string_append_printf(out, "- and %zu more hunks that do not apply\n",
				       comparison->summary.rejects - count);
	g_string_append(out, comparison->summary.rejects > 0 ? "\n" : "");
}

/* ---------------------------------------------------------------- regions */

static void append_commits(GString *out, const char *what, const GPtrArray *commits)
{
	guint count = commits ? commits->len : 0;

	for (guint i = 0; i < MIN(count, MOST_COMMITS); i++) {
		const struct md_commit *commit = g_ptr_array_index(commits, i);

		g_string_append_printf(out, "%s %.*s ", i == 0 ? what : ",", MD_ID_DIGITS,
				       commit->id);
		md_markdown_code(out, commit->subject, FALSE);
	}
	if (count > MOST_COMMITS)
		g_string_append_printf(out, " and %u more", count - MOST_COMMITS);
}

/* "**declined** in `ring_send`, `drivers/net/ring.c:12`: upstream 6c21f8c69342 `net: fix...`" */
static void append_head(GString *out, const struct md_file_comparison *file, const char *id,
			const struct md_file_region *region, guint32 shown)
{
	gsize line = region ? md_region_place(file, region, shown).first : 0;
	g_autofree char *place =
		line > 0 && file->path[MD_NEW_DOWNSTREAM] != NULL
			? g_strdup_printf("%s:%zu", file->path[MD_NEW_DOWNSTREAM], line)
			: g_strdup(file->name);

	g_string_append_printf(out, "**%s** ", id);
	if (region != NULL && region->heading != NULL) {
		g_string_append(out, "in ");
		md_markdown_code(out, region->heading->name, file->latin1);
		g_string_append(out, ", ");
	}
	md_markdown_code(out, place, file->latin1);
	if (region != NULL && region->origin != NULL) {
		g_autofree char *origin =
			g_strdup_printf("%s:%zu", region->origin->path, region->origin->line);

		g_string_append(out, region->origin->version == MD_NEW_BASE
					     ? ", upstream has it at "
					     : ", moved from ");
		md_markdown_code(out, origin, file->latin1);
	}
	if (region != NULL) {
		append_commits(out, ": upstream", region->commits);
		if (region->backport != NULL)
			append_commits(out, ": backport of", region->backport->commits);
	}
	g_string_append(out, "\n\n");
}

/* Its sign for a reader of diffs, its mark, its text. What is in neither of both is left out. */
static gboolean append_line(GString *lines, const struct md_file_comparison *file, md_mark mark,
			    struct md_slice line, guint32 shown)
{
	char sign = md_mark_sign_if(mark, shown);
	g_autofree char *text = NULL;
	g_autofree char *cut = NULL;

	if (sign == ' ' && !md_mark_is_in(mark, MD_NEW_DOWNSTREAM))
		return FALSE;
	text = md_terminal_text(md_slice_chomp(line), file->latin1);
	cut = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), MOST_COLUMNS));
	g_string_append_printf(lines, "%c %s %s%s\n", sign,
			       md_mark_info(md_mark_in_text(mark))->text, cut,
			       strlen(cut) < strlen(text) ? "..." : "");
	return TRUE;
}

static GString *describe_region(const struct md_comparison *comparison,
				const struct md_file_comparison *file,
				const struct md_file_region *region)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GString) lines = g_string_new(NULL);
	gsize count = 0;
	gsize i;

	append_head(out, file, md_class_name(region->class), region, comparison->shown);
	for (i = 0; i < region->count && count < MOST_LINES; i++)
		count += append_line(lines, file, region->mark[i], region->line[i],
				     comparison->shown);
	if (i < region->count)
		g_string_append_printf(lines, "... and %zu more lines\n", region->count - i);
	md_markdown_block(out, "diff", lines->str);
	g_string_append_c(out, '\n');
	return out;
}

/* What is said, and what there was no room for. */
struct comment {
	GString *out;
	const struct md_comparison *comparison;
	gboolean dangerous; /* these are told now, or the others */
	gsize left_out[MD_CLASSES], files;
};

static void tell_file(struct comment *comment, const struct md_file_comparison *file)
{
	guint32 shown = comment->comparison->shown;
	const char *own = comment->dangerous ? NULL : md_file_finding(file);
	g_autoptr(GString) head = g_string_new(NULL);

	if (own != NULL) {
		append_head(head, file, own, NULL, shown);
		comment->files += !md_markdown_fit(comment->out, head, ROOM);
	}
	for (guint i = 0; i < file->told->len; i++) {
		const struct md_file_region *region = g_ptr_array_index(file->told, i);
		g_autoptr(GString) text = NULL;

		if (!md_file_region_is_news(region, shown) ||
		    md_region_is_dangerous(region, shown) != comment->dangerous)
			continue;
		text = describe_region(comment->comparison, file, region);
		comment->left_out[region->class] += !md_markdown_fit(comment->out, text, ROOM);
	}
}

static void tell_files(struct comment *comment, gboolean dangerous)
{
	const GPtrArray *files = comment->comparison->files;

	comment->dangerous = dangerous;
	for (guint i = 0; i < files->len; i++) {
		const struct md_file_comparison *file = g_ptr_array_index(files, i);

		if (md_file_comparison_is_news(file, comment->comparison->shown))
			tell_file(comment, file);
	}
}

static void append_left_out(struct comment *comment)
{
	const char *before = "Left out, as a comment has no room for it:";

	for (enum md_class class = 0; class < MD_CLASSES; class ++) {
		if (comment->left_out[class] == 0)
			continue;
		g_string_append_printf(comment->out, "%s %zu %s", before, comment->left_out[class],
				       md_class_name(class));
		before = ",";
	}
	if (comment->files > 0)
		g_string_append_printf(comment->out, "%s %zu file%s without lines", before,
				       comment->files, md_plural(comment->files));
	if (before[0] == ',' || comment->files > 0)
		g_string_append(comment->out, ".\n");
}

static void begin(GString *out, const struct md_comparison *comparison,
		  const struct md_render_settings *settings)
{
	struct comment comment = { .out = out, .comparison = comparison };

	append_summary(out, comparison);
	append_verification(out, comparison->verification);
	append_rejects(out, comparison);
	tell_files(&comment, TRUE);
	tell_files(&comment, FALSE);
	append_left_out(&comment);
}

const struct md_format md_format_markdown = { "markdown", begin, NULL, NULL };
