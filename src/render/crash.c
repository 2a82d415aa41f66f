/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash as text, to be read at three in the morning: what died and where, what the
 * instruction did, the stack with what changed marked, the suspects with
 * their changed lines, the commits, and the command to type next.
 *
 *   page-fault  pmu_msr_read  (xenctx, line 1 of the log)
 *     ...
 *     stack
 *     * pmu_msr_read+0x10    arch/x86/xen/pmu.c:342   new
 */
#include "render/crash.h"

#include "render/html.h"
#include "render/lockup.h"
#include "render/shell.h"
#include "render/terminal.h"

#include <string.h>

/* Frames and rows of this many columns stand under each other; a longer one pushes its own row. */
#define FRAME_WIDTH 44
/* Of how many suspects the changed lines are shown: who is not among these is seldom the one. */
#define SHOWN_WITH_LINES 5
/* What the deepest stack of a kernel has; the rest of a longer one is counted. */
#define FRAMES_SHOWN 100

char *md_word_text(struct md_word word)
{
	if (word.digits == 0)
		return NULL;
	return g_strdup_printf("%0*" G_GINT64_MODIFIER "x", (int)word.digits, word.value);
}

const struct md_place *md_suspects_place(const struct md_suspects *suspects,
					 const struct md_report *report, gsize index)
{
	const struct md_place *place;

	if (suspects == NULL || suspects->report != report || index >= suspects->places->len)
		return NULL;
	place = &g_array_index(suspects->places, struct md_place, index);
	return place->path != NULL ? place : NULL;
}

GPtrArray *md_crash_command(const struct md_suspects *suspects, const char *const *revert)
{
	g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func(g_free);

	if (revert == NULL || suspects->revert->len == 0)
		return NULL;
	g_ptr_array_add(command, g_strdup("metadiff"));
	g_ptr_array_add(command, g_strdup("revert"));
	for (guint i = 0; i < suspects->revert->len; i++) {
		g_ptr_array_add(command, g_strdup("--function"));
		g_ptr_array_add(command, g_strdup(g_ptr_array_index(suspects->revert, i)));
	}
	for (; *revert != NULL; revert++) {
		if (!md_shell_can_say(*revert))
			return NULL;
		g_ptr_array_add(command, g_strdup(*revert));
	}
	return g_steal_pointer(&command);
}

const struct md_report *md_crash_main(const struct md_log *log, const struct md_suspects *suspects)
{
	const GPtrArray *reports = md_log_reports(log);
	gsize first = md_log_main_report(log);

	if (suspects != NULL)
		return suspects->report;
	return first < reports->len ? g_ptr_array_index(reports, first) : NULL;
}

/* ----------------------------------------------------------------- report */

static void append_text(GString *out, const struct md_render_settings *settings, const char *color,
			const char *text)
{
	g_autofree char *printable = md_terminal_name(text, FALSE);

	md_terminal_append(out, md_terminal_color(settings, color), printable);
}

/* @number is its number in a log of several, as --report wants it; 0: it is the only one. */
static void append_head(GString *out, const struct md_report *report, guint number,
			const struct md_render_settings *settings)
{
	if (number > 0)
		g_string_append_printf(out, "%u. ", number);
	append_text(out, settings, HEAD, md_report_kind_name(report->kind));
	if (report->symbol != NULL) {
		g_string_append(out, " in ");
		append_text(out, settings, HEAD, report->symbol);
	}
	g_string_append_printf(out, "  (%s, line %zu of the log)\n", report->format,
			       report->log_line);
	g_string_append(out, "  ");
	append_text(out, settings, "", report->title);
	g_string_append_c(out, '\n');
}

static void append_fact(GString *out, gboolean *first, const char *name, const char *value)
{
	g_autofree char *printable = value ? md_terminal_name(value, FALSE) : NULL;

	if (value == NULL)
		return;
	g_string_append_printf(out, "%s%s%s", *first ? "  " : ", ", name, printable);
	*first = FALSE;
}

static void append_facts(GString *out, const struct md_report *report)
{
	g_autofree char *cpu =
		report->cpu >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, report->cpu) : NULL;
	g_autofree char *pid =
		report->pid >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, report->pid) : NULL;
	gboolean first = TRUE;

	append_fact(out, &first, "cpu ", cpu);
	append_fact(out, &first, "pid ", pid);
	append_fact(out, &first, "", report->comm);
	append_fact(out, &first, report->hypervisor ? "Xen " : "kernel ", report->kernel);
	append_fact(out, &first, "taint ", report->taint);
	append_fact(out, &first, "on ", report->hardware);
	if (!first)
		g_string_append_c(out, '\n');
}

static void append_code(GString *out, const struct md_report *report,
			const struct md_render_settings *settings)
{
	const struct md_code *code = report->code;

	if (code != NULL && code->instruction != NULL) {
		g_string_append(out, "  instruction  ");
		append_text(out, settings, HEAD, code->instruction);
		if (code->address.digits > 0)
			g_string_append_printf(out, "  at 0x%" G_GINT64_MODIFIER "x",
					       code->address.value);
		g_string_append_c(out, '\n');
	}
	for (guint i = 0; i < report->meanings->len; i++) {
		const struct md_meaning *meaning =
			&g_array_index(report->meanings, struct md_meaning, i);

		g_string_append(out, "    ");
		append_text(out, settings, "", meaning->text);
		g_string_append_c(out, '\n');
	}
	if (report->assertion != NULL) {
		g_string_append(out, "  assertion    ");
		append_text(out, settings, HEAD, report->assertion);
		g_string_append_c(out, '\n');
	}
}

/* "new by upstream"; without a downstream nobody told whose the trees are. */
static void append_change(GString *out, const struct md_suspects *suspects, enum md_change change,
			  enum md_hand hand)
{
	if (change == MD_CHANGE_NONE)
		return;
	g_string_append_printf(out, "  %s", md_change_name(change));
	if (suspects->tree[MD_NEW_DOWNSTREAM] != NULL)
		g_string_append_printf(out, " by %s", md_hand_name(hand));
}

/* ------------------------------------------------------------------ stack */

static char *frame_text(const struct md_frame *frame)
{
	g_autoptr(GString) text = g_string_new(frame->reliable ? "" : "? ");
	g_autofree char *address = md_word_text(frame->address);

	g_string_append(text, frame->symbol ? frame->symbol : address ? address : "?");
	if (frame->symbol != NULL && frame->offset != MD_FRAME_UNKNOWN) {
		g_string_append_printf(text, "+0x%" G_GINT64_MODIFIER "x", frame->offset);
		if (frame->size != MD_FRAME_UNKNOWN)
			g_string_append_printf(text, "/0x%" G_GINT64_MODIFIER "x", frame->size);
	}
	if (frame->inlined)
		g_string_append(text, " [inlined]");
	if (frame->module != NULL)
		g_string_append_printf(text, " [%s]", frame->module);
	return md_terminal_name(text->str, FALSE);
}

static char *place_text(const struct md_frame *frame, const struct md_place *place)
{
	const char *path = place ? place->path : frame->path;
	guint line = place ? place->line : frame->line;
	g_autofree char *printable = path ? md_terminal_name(path, FALSE) : NULL;

	if (path == NULL)
		return g_strdup("");
	return line > 0 ? g_strdup_printf("%s:%u", printable, line) : g_strdup(printable);
}

static gsize columns(const char *text)
{
	return (gsize)g_utf8_strlen(text, -1);
}

/* @text, and blanks up to @width where something follows. */
static void append_column(GString *out, const char *text, gsize width)
{
	gsize used = columns(text);

	g_string_append(out, text);
	g_string_append_printf(out, "%*s", (int)(used < width ? width - used : 0), "");
}

/* Frame @index of @report. */
static void append_frame(GString *out, const struct md_report *report, gsize index,
			 const struct md_suspects *suspects, gsize width,
			 const struct md_render_settings *settings)
{
	const struct md_frame *frame = g_ptr_array_index(report->frames, index);
	const struct md_place *place = md_suspects_place(suspects, report, index);
	gboolean changed = place != NULL && place->change != MD_CHANGE_NONE;
	const char *color = md_terminal_color(settings, changed		  ? HEAD
							: frame->reliable ? ""
									  : FAINT);
	g_autofree char *what = frame_text(frame);
	g_autofree char *where = place_text(frame, place);
	gsize start = out->len;

	g_string_append(out, changed ? "  * " : "    ");
	append_column(out, what, where[0] != '\0' ? width + 2 : 0);
	append_column(out, where, changed ? FRAME_WIDTH : 0);
	if (changed)
		append_change(out, suspects, place->change, place->hand);
	if (color[0] != '\0') {
		g_string_insert(out, (gssize)start, color);
		g_string_append(out, RESET);
	}
	g_string_append_c(out, '\n');
}

static gsize stack_width(const struct md_report *report, gsize shown)
{
	gsize width = 0;

	for (gsize i = 0; i < shown; i++) {
		g_autofree char *text = frame_text(g_ptr_array_index(report->frames, i));

		width = MAX(width, columns(text));
	}
	return MIN(width, FRAME_WIDTH);
}

gboolean md_crash_begins_only(const struct md_report *report, const struct md_suspects *suspects)
{
	gboolean placed = FALSE;

	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		if (frame->line > 0)
			return FALSE;
		placed = placed || md_suspects_place(suspects, report, i) != NULL;
	}
	return placed;
}

static void append_stack(GString *out, const struct md_report *report,
			 const struct md_suspects *suspects,
			 const struct md_render_settings *settings)
{
	gsize shown = MIN(report->frames->len, FRAMES_SHOWN);
	gsize width = stack_width(report, shown);
	const char *stack = NULL;

	if (shown > 0)
		g_string_append_printf(out, "  stack%s\n",
				       md_crash_begins_only(report, suspects)
					       ? ", and where its functions begin"
					       : "");
	for (gsize i = 0; i < shown; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		if (g_strcmp0(stack, frame->stack) != 0) {
			g_string_append(out, "   ");
			append_text(out, settings, FAINT, frame->stack ? frame->stack : "task");
			g_string_append(out, ":\n");
		}
		stack = frame->stack;
		append_frame(out, report, i, suspects, width, settings);
	}
	if (shown < report->frames->len)
		g_string_append_printf(out, "    ... and %zu more\n", report->frames->len - shown);
}

/* --------------------------------------------------------------- suspects */

static void append_why(GString *out, const GPtrArray *why)
{
	for (guint i = 0; i < why->len; i++) {
		g_autofree char *printable = md_terminal_name(g_ptr_array_index(why, i), FALSE);

		g_string_append_printf(out, "       - %s\n", printable);
	}
}

static void append_changed_line(GString *out, const struct md_suspect_line *line,
				const struct md_render_settings *settings)
{
	g_autofree char *printable = md_terminal_name(line->text, FALSE);
	g_autofree char *text = g_strdup_printf("%6u %c %s", line->line, line->sign, printable);
	const char *color = line->sign == '+' ? PLUS : line->sign == '-' ? MINUS : "";

	g_string_append(out, "    ");
	md_terminal_append(out, md_terminal_color(settings, color), text);
	g_string_append_c(out, '\n');
}

static void append_suspect(GString *out, const struct md_suspects *suspects, gsize rank,
			   const struct md_render_settings *settings)
{
	const struct md_suspect *suspect = g_ptr_array_index(suspects->suspects, rank - 1);

	g_string_append_printf(out, "%4zu. ", rank);
	append_text(out, settings, HEAD, suspect->symbol);
	append_change(out, suspects, suspect->change, suspect->hand);
	if (suspect->path != NULL) {
		g_autofree char *printable = md_terminal_name(suspect->path, FALSE);

		g_string_append_printf(out, "  %s", printable);
		if (suspect->line > 0)
			g_string_append_printf(out, ":%u", suspect->line);
	}
	g_string_append_c(out, '\n');
	append_why(out, suspect->why);
	if (rank > SHOWN_WITH_LINES)
		return;
	for (guint i = 0; i < suspect->lines->len; i++)
		append_changed_line(out, &g_array_index(suspect->lines, struct md_suspect_line, i),
				    settings);
	if (suspect->more_lines > 0)
		g_string_append_printf(out, "           ... and %zu more lines\n",
				       suspect->more_lines);
}

static void append_commit_name(GString *out, const struct md_commit *commit,
			       const struct md_render_settings *settings)
{
	g_autofree char *id = g_strndup(commit->id, MD_ID_DIGITS);

	append_text(out, settings, HEAD, id);
	g_string_append_c(out, ' ');
	append_text(out, settings, "", commit->subject);
	g_string_append_c(out, '\n');
}

static void append_commit(GString *out, const struct md_suspect_commit *suspect, gsize rank,
			  const struct md_render_settings *settings)
{
	g_string_append_printf(out, "%4zu. ", rank);
	append_commit_name(out, suspect->commit, settings);
	if (suspect->repair != NULL) {
		g_string_append_printf(out, "       %s ",
				       suspect->reverted ? "reverted by" : "repaired by");
		append_commit_name(out, suspect->repair, settings);
	}
	append_why(out, suspect->why);
}

char *md_crash_command_line(const struct md_suspects *suspects, const char *const *revert)
{
	g_autoptr(GPtrArray) command = md_crash_command(suspects, revert);
	GString *line;

	if (command == NULL)
		return NULL;
	line = g_string_new(NULL);
	for (guint i = 0; i < command->len; i++) {
		g_autofree char *quoted = md_shell_quote(g_ptr_array_index(command, i));

		g_string_append_printf(line, "%s%s", i > 0 ? " " : "", quoted);
	}
	return g_string_free(line, FALSE);
}

static void append_command(GString *out, const struct md_suspects *suspects,
			   const char *const *revert, const struct md_render_settings *settings)
{
	g_autofree char *line = md_crash_command_line(suspects, revert);

	if (line == NULL)
		return;
	g_string_append(out, "\nTo take it back out:\n  ");
	append_text(out, settings, HEAD, line);
	g_string_append_c(out, '\n');
}

/* That nothing is to be suspected, as far as was looked. */
static void append_unexplained(GString *out, enum md_report_kind kind)
{
	g_string_append(out,
			"\nNot explained by this comparison: no change was found on this stack or "
			"near it\nthat would explain the crash.\n");
	if (kind >= MD_REPORT_SOFT_LOCKUP && kind <= MD_REPORT_RCU_STALL)
		g_string_append(out,
				"What it waits for may be held by another: see the stacks of the "
				"other CPUs and tasks.\n");
}

static void append_suspects(GString *out, const struct md_suspects *suspects,
			    const char *const *revert, const struct md_render_settings *settings)
{
	const char *heading = !suspects->compared     ? "Where to look, the likeliest first"
			      : suspects->unexplained ? "What changed near it nonetheless"
						      : "Suspects, the likeliest first";

	if (suspects->unexplained)
		append_unexplained(out, suspects->report->kind);
	if (suspects->suspects->len > 0)
		g_string_append_printf(out, "\n%s:\n", heading);
	for (guint i = 0; i < suspects->suspects->len; i++)
		append_suspect(out, suspects, i + 1, settings);
	if (suspects->commits->len > 0)
		g_string_append(out, "\nCommits, the likeliest first:\n");
	for (guint i = 0; i < suspects->commits->len; i++)
		append_commit(out, g_ptr_array_index(suspects->commits, i), i + 1, settings);
	append_command(out, suspects, revert, settings);
}

void md_crash_report_text(GString *out, const struct md_report *report,
			  const struct md_suspects *suspects,
			  const struct md_render_settings *settings)
{
	append_facts(out, report);
	append_code(out, report, settings);
	append_stack(out, report, suspects, settings);
}

static void append_crash(GString *out, const struct md_log *log, const struct md_suspects *suspects,
			 const struct md_lockup *lockup, const char *const *revert,
			 const struct md_render_settings *settings)
{
	const GPtrArray *reports = md_log_reports(log);

	if (reports->len == 0)
		g_string_append(out, "The log tells of no crash.\n");
	for (guint i = 0; i < reports->len; i++) {
		const struct md_report *report = g_ptr_array_index(reports, i);

		if (i > 0)
			g_string_append_c(out, '\n');
		append_head(out, report, reports->len > 1 ? i + 1 : 0, settings);
		md_crash_report_text(out, report, suspects, settings);
		/* Under the report that they are of, before the next. */
		if (suspects != NULL && suspects->report == report)
			append_suspects(out, suspects, revert, settings);
	}
	if (md_log_reports_left(log) > 0)
		g_string_append_printf(out, "\n... and %zu more\n", md_log_reports_left(log));
	if (lockup != NULL)
		md_lockup_in_short(out, lockup, settings);
}

gboolean md_render_crash(const struct md_log *log, const struct md_suspects *suspects,
			 const struct md_lockup *lockup, const char *const *revert,
			 const struct md_render_settings *settings, md_render_write write,
			 void *data, GError **error)
{
	static const struct {
		const struct md_format *format;
		void (*append)(GString *out, const struct md_log *log,
			       const struct md_suspects *suspects, const struct md_lockup *lockup,
			       const char *const *revert,
			       const struct md_render_settings *settings);
	} crashes[] = {
		{ &md_format_text, append_crash },    { &md_format_jsonl, md_crash_jsonl },
		{ &md_format_html, md_crash_html },   { &md_format_markdown, md_crash_markdown },
		{ &md_format_sarif, md_crash_sarif },
	};
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(crashes); i++) {
		if (crashes[i].format != settings->format)
			continue;
		crashes[i].append(out, log, suspects, lockup, revert, settings);
		return write(data, out->str, out->len, error);
	}
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--format: '%s' cannot say what crashed",
		    settings->format->name);
	return FALSE;
}
