/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash as a comment: what died, the likeliest suspects with their changed lines, commits. */
#include "render/crash.h"
#include "render/lockup.h"
#include "render/markdown.h"
#include "render/terminal.h"

/* Who is not among the first is seldom the one. */
#define MOST_SUSPECTS 5
#define MOST_COMMITS 5
/* What the sentences about all that is left out take. */
#define ROOM 500

static void append_report(GString *out, const struct md_report *report,
			  const struct md_suspects *suspects,
			  const struct md_render_settings *settings)
{
	g_autoptr(GString) entry = g_string_new("### ");
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append(entry, md_report_kind_name(report->kind));
	if (report->symbol != NULL) {
		g_string_append(entry, " in ");
		md_markdown_code(entry, report->symbol, FALSE);
	}
	g_string_append(entry, "\n\n");
	md_markdown_code(entry, report->title, FALSE);
	g_string_append(entry, "\n\n");
	md_crash_report_text(text, report, suspects, settings);
	md_markdown_block(entry, "", text->str);
	g_string_append_c(entry, '\n');
	if (!md_markdown_fit(out, entry, ROOM))
		g_string_append(out, "Its report has no room in a comment.\n\n");
}

static void append_why(GString *out, const GPtrArray *why)
{
	for (guint i = 0; i < why->len; i++) {
		g_string_append(out, "- ");
		md_markdown_code(out, g_ptr_array_index(why, i), FALSE);
		g_string_append_c(out, '\n');
	}
	g_string_append_c(out, '\n');
}

static gboolean append_suspect(GString *out, const struct md_suspects *suspects, guint index)
{
	const struct md_suspect *suspect = g_ptr_array_index(suspects->suspects, index);
	g_autoptr(GString) entry = g_string_new(NULL);
	g_autoptr(GString) lines = g_string_new(NULL);

	g_string_append_printf(entry, "**%u.** ", index + 1);
	md_markdown_code(entry, suspect->symbol, FALSE);
	if (suspect->change != MD_CHANGE_NONE)
		g_string_append_printf(entry, ", %s", md_change_name(suspect->change));
	if (suspect->change != MD_CHANGE_NONE && suspects->tree[MD_NEW_DOWNSTREAM] != NULL)
		g_string_append_printf(entry, " by %s", md_hand_name(suspect->hand));
	if (suspect->path != NULL) {
		g_autofree char *place = g_strdup_printf("%s:%u", suspect->path, suspect->line);

		g_string_append(entry, ", ");
		md_markdown_code(entry, place, FALSE);
	}
	g_string_append(entry, "\n\n");
	append_why(entry, suspect->why);
	for (guint i = 0; i < suspect->lines->len; i++) {
		const struct md_suspect_line *line =
			&g_array_index(suspect->lines, struct md_suspect_line, i);
		g_autofree char *text = md_terminal_name(line->text, FALSE);

		g_string_append_printf(lines, "%c %s\n", line->sign, text);
	}
	if (suspect->more_lines > 0)
		g_string_append_printf(lines, "... and %zu more lines\n", suspect->more_lines);
	if (lines->len > 0) {
		md_markdown_block(entry, "diff", lines->str);
		g_string_append_c(entry, '\n');
	}
	return md_markdown_fit(out, entry, ROOM);
}

static void append_commit_name(GString *out, const struct md_commit *commit)
{
	g_string_append_printf(out, "%.*s ", MD_ID_DIGITS, commit->id);
	md_markdown_code(out, commit->subject, FALSE);
}

static void append_commits(GString *out, const struct md_suspects *suspects)
{
	g_autoptr(GString) entry = g_string_new("Commits, the likeliest first:\n\n");

	if (suspects->commits->len == 0)
		return;
	for (guint i = 0; i < MIN(suspects->commits->len, MOST_COMMITS); i++) {
		const struct md_suspect_commit *suspect = g_ptr_array_index(suspects->commits, i);

		g_string_append_printf(entry, "%u. ", i + 1);
		append_commit_name(entry, suspect->commit);
		if (suspect->repair != NULL) {
			g_string_append(entry,
					suspect->reverted ? ", reverted by " : ", repaired by ");
			append_commit_name(entry, suspect->repair);
		}
		g_string_append_c(entry, '\n');
	}
	g_string_append_c(entry, '\n');
	md_markdown_fit(out, entry, ROOM);
}

static void append_suspects(GString *out, const struct md_suspects *suspects,
			    const char *const *revert)
{
	g_autofree char *command = md_crash_command_line(suspects, revert);
	guint shown = 0;
	g_autoptr(GString) entry = g_string_new("To take it back out:\n\n");

	if (suspects->unexplained)
		g_string_append(out, "**Not explained by this comparison.**\n\n");
	for (guint i = 0; i < MIN(suspects->suspects->len, MOST_SUSPECTS); i++)
		shown += append_suspect(out, suspects, i);
	if (shown < suspects->suspects->len)
		g_string_append_printf(out, "And %u more that changed near it.\n\n",
				       suspects->suspects->len - shown);
	append_commits(out, suspects);
	if (command == NULL)
		return;
	md_markdown_block(entry, "sh", command);
	g_string_append_c(entry, '\n');
	md_markdown_fit(out, entry, ROOM);
}

void md_crash_markdown(GString *out, const struct md_log *log, const struct md_suspects *suspects,
		       const struct md_lockup *lockup, const char *const *revert,
		       const struct md_render_settings *settings)
{
	const struct md_render_settings plain = { .width = settings->width };
	const GPtrArray *reports = md_log_reports(log);
	gsize others = reports->len + md_log_reports_left(log);
	g_autoptr(GString) locks = g_string_new(NULL);
	g_autoptr(GString) entry = g_string_new(NULL);

	if (reports->len == 0) {
		g_string_append(out, "### The log tells of no crash\n");
		return;
	}
	append_report(out,
		      suspects ? suspects->report
			       : g_ptr_array_index(reports, md_log_main_report(log)),
		      suspects, &plain);
	if (--others > 0)
		g_string_append_printf(out, "The log has %zu more report%s.\n\n", others,
				       md_plural(others));
	if (suspects != NULL)
		append_suspects(out, suspects, revert);
	if (lockup == NULL || lockup->knots->len == 0)
		return;
	md_lockup_in_short(locks, lockup, &plain);
	md_markdown_block(entry, "", g_strchug(locks->str));
	md_markdown_fit(out, entry, ROOM);
}
