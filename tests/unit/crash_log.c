/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Logs as they come, on the golden logs and on random ones: how they are cut, what is put in
 * front of their lines, where they end and how much of them there is must not matter.
 */
#include "crash/crash.h"

#include <string.h>
#include <time.h>

/* All that a report says, but for the line that it stands in. */
static void print_report(const struct md_report *report, GString *out)
{
	g_string_append_printf(out, "%s %s %s | %s | cpu %d pid %d %s %s %s %s:%u\n",
			       md_report_kind_name(report->kind), report->format, report->symbol,
			       report->title, (int)report->cpu, (int)report->pid, report->comm,
			       report->kernel, report->assertion, report->path, report->line);
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		g_string_append_printf(out, "  %s%s+0x%" G_GINT64_MODIFIER "x [%s] %s %s:%u\n",
				       frame->reliable ? "" : "? ", frame->symbol, frame->offset,
				       frame->module, frame->stack, frame->path, frame->line);
	}
	for (guint i = 0; i < report->registers->len; i++) {
		const struct md_register *reg =
			&g_array_index(report->registers, struct md_register, i);

		g_string_append_printf(out, "  %s=%" G_GINT64_MODIFIER "x", reg->name,
				       reg->word.value);
	}
	if (report->code != NULL)
		g_string_append_printf(out, "\n  code %s", report->code->instruction);
	g_string_append_c(out, '\n');
}

static void print_task(const struct md_task *task, GString *out)
{
	g_string_append_printf(out, "task %d %d %s %c %d %d %u", (int)task->cpu, (int)task->pid,
			       task->comm, task->state != 0 ? task->state : '-', task->on_cpu,
			       (int)task->blocked, task->registers->len);
	for (guint i = 0; i < task->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		g_string_append_printf(out, "  %s%s+0x%" G_GINT64_MODIFIER "x %s\n",
				       frame->reliable ? "" : "? ", frame->symbol, frame->offset,
				       frame->stack);
	}
	for (guint i = 0; i < task->said->len; i++)
		g_string_append_printf(out, "  %s\n",
				       g_array_index(task->said, struct md_said_lock, i).name);
}

static char *print_log(const struct md_log *log)
{
	const GPtrArray *reports = md_log_reports(log), *tasks = md_log_tasks(log);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < reports->len; i++)
		print_report(g_ptr_array_index(reports, i), out);
	for (guint i = 0; i < tasks->len; i++)
		print_task(g_ptr_array_index(tasks, i), out);
	return g_string_free(out, FALSE);
}

/* Feeds @text in pieces of up to @most bytes; 0: in one. */
static char *read_pieces(const char *text, gsize size, gsize most)
{
	MD_AUTOPTR(md_log) log = md_log_new("log");
	gsize at = 0;

	while (at < size) {
		gsize piece = most > 0 ? (gsize)g_test_rand_int_range(1, (gint32)most + 1) : size;

		piece = MIN(piece, size - at);
		g_assert_true(md_log_feed(log, text + at, piece, NULL));
		at += piece;
	}
	g_assert_true(md_log_finish(log, NULL));
	return print_log(log);
}

/* Calls @law with each of the golden logs. */
static void each_golden(void (*law)(const char *name, const char *text, gsize size))
{
	g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "cases", "crash", NULL);
	g_autoptr(GDir) cases = g_dir_open(folder, 0, NULL);
	const char *name, *file;
	guint logs = 0;

	g_assert_nonnull(cases);
	while ((name = g_dir_read_name(cases)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autoptr(GDir) inside = NULL;

		if (!g_str_has_prefix(name, "linux-") && !g_str_has_prefix(name, "log-"))
			continue;
		inside = g_dir_open(path, 0, NULL);
		while (inside != NULL && (file = g_dir_read_name(inside)) != NULL) {
			g_autofree char *log = g_build_filename(path, file, NULL);
			g_autofree char *text = NULL;
			gsize size;

			if (strcmp(file, "README") == 0 || strcmp(file, "command") == 0 ||
			    g_str_has_prefix(file, "expected.") ||
			    !g_file_get_contents(log, &text, &size, NULL))
				continue;
			law(log, text, size);
			logs++;
		}
	}
	/* So that a folder that moved does not make this pass. */
	g_assert_cmpuint(logs, >, 40);
}

static void any_pieces(const char *name, const char *text, gsize size)
{
	g_autofree char *whole = read_pieces(text, size, 0);
	static const gsize most[] = { 1, 7, 100, 5000 };

	g_test_message("%s", name);
	for (gsize i = 0; i < G_N_ELEMENTS(most); i++) {
		g_autofree char *cut = read_pieces(text, size, most[i]);

		g_assert_cmpstr(cut, ==, whole);
	}
}

static void test_pieces(void)
{
	each_golden(any_pieces);
}

/* Puts @before and @after around every line. */
static GString *decorate(const char *text, gsize size, const char *before, const char *after)
{
	GString *out = g_string_new(NULL);
	struct md_slice rest = { text, size }, line;

	while (md_slice_next_line(&rest, &line)) {
		struct md_slice bare = md_slice_chomp(line);

		g_string_append(out, before);
		g_string_append_len(out, bare.data, (gssize)bare.size);
		g_string_append_printf(out, "%s\n", after);
	}
	return out;
}

static void any_decoration(const char *name, const char *text, gsize size)
{
	static const char *const around[][2] = {
		{ "", "\r" },
		{ "\033[33m", "\033[0m" },
		{ "Nov 22 03:15:01 pantry kernel: ", "" },
		{ "2026-11-22T03:15:01.120341+01:00 pantry kernel[0]: ", "  " },
		{ "<4>", "" },
		{ "[Sun Nov 22 03:15:01 2026] ", "" },
		{ "<code>", "</code><br>" },
		{ "<div>", "</div>" },
		{ "Sun 2026-11-22 03:15:01 UTC pantry kernel: ", "" },
		{ "1763777701.123456 pantry kernel: ", "" },
		{ "> ", "" },
		{ ">", "" },
		{ "| ", "" },
	};
	g_autofree char *plain = read_pieces(text, size, 0);

	g_test_message("%s", name);
	/* Junk before a prefix is not junk behind it. */
	if (strstr(name, "log-junk") != NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(around); i++) {
		GString *text_around = decorate(text, size, around[i][0], around[i][1]);
		g_autofree char *found = read_pieces(text_around->str, text_around->len, 0);

		g_assert_cmpstr(found, ==, plain);
		g_string_free(text_around, TRUE);
	}
}

static void test_decorations(void)
{
	each_golden(any_decoration);
}

/* A log may end anywhere: what was there before the cut is still found, and nothing breaks. */
static void any_end(const char *name, const char *text, gsize size)
{
	g_test_message("%s", name);
	for (guint i = 0; i < 20 && size > 1; i++) {
		gsize end = (gsize)g_test_rand_int_range(1, (gint32)size);
		g_autofree char *tail = read_pieces(text + end, size - end, 0);
		g_autofree char *found = read_pieces(text, end, 0);

		g_assert_true(g_utf8_validate(found, -1, NULL));
		g_assert_true(g_utf8_validate(tail, -1, NULL));
	}
}

static void test_ends(void)
{
	each_golden(any_end);
}

/* Strings are what may be shown: without controls, whatever the bytes were. */
static void any_damage(const char *name, const char *text, gsize size)
{
	g_test_message("%s", name);
	for (guint round = 0; round < 10; round++) {
		g_autofree char *damaged = g_memdup2(text, size);
		g_autofree char *found = NULL;

		for (guint i = 0; i < 30; i++)
			damaged[g_test_rand_int_range(0, (gint32)size)] =
				(char)g_test_rand_int_range(0, 256);
		found = read_pieces(damaged, size, 0);
		g_assert_true(g_utf8_validate(found, -1, NULL));
		for (const char *at = found; *at != '\0'; at++)
			g_assert_true(*at == '\n' || !g_ascii_iscntrl(*at));
	}
}

static void test_damage(void)
{
	each_golden(any_damage);
}

static const char oops[] = "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
			   "Oops: 0000 [#1] SMP\n"
			   "CPU: 0 PID: 11 Comm: left Not tainted 6.1.170 #1\n"
			   "RIP: 0010:left_hand+0x1/0x2\n"
			   "Call Trace:\n"
			   " left_arm+0x3/0x4\n"
			   "---[ end trace 0000000000000000 ]---\n";

/* A million frames, a million reports, and a line without an end: all are bounded. */
static void test_bounds(void)
{
	MD_AUTOPTR(md_log) deep = md_log_new("deep");
	MD_AUTOPTR(md_log) many = md_log_new("many");
	MD_AUTOPTR(md_log) wide = md_log_new("wide");
	static const char frame[] = " left_finger+0x5/0x6\n";
	g_autofree char *long_line = g_strnfill(1 << 16, 'x');
	const struct md_report *report;

	g_assert_true(md_log_feed(deep, oops, strlen(oops) - 40, NULL));
	for (guint i = 0; i < 1000000; i++)
		g_assert_true(md_log_feed(deep, frame, strlen(frame), NULL));
	g_assert_true(md_log_finish(deep, NULL));
	g_assert_cmpuint(md_log_report_count(deep), ==, 1);
	report = g_ptr_array_index(md_log_reports(deep), 0);
	g_assert_cmpuint(report->frames->len, >, 1000);
	g_assert_cmpuint(report->frames->len, <, 10000);

	for (guint i = 0; i < 100000; i++)
		g_assert_true(md_log_feed(many, oops, strlen(oops), NULL));
	g_assert_true(md_log_finish(many, NULL));
	g_assert_cmpuint(md_log_report_count(many), ==, 1000);
	g_assert_cmpuint(md_log_reports_left(many), ==, 99000);
	/* The last has only what is its own. */
	report = g_ptr_array_index(md_log_reports(many), 999);
	g_assert_cmpuint(report->frames->len, ==, 2);

	g_assert_true(md_log_feed(wide, "BUG: ", 5, NULL));
	for (guint i = 0; i < 1000; i++)
		g_assert_true(md_log_feed(wide, long_line, 1 << 16, NULL));
	g_assert_true(md_log_feed(wide, "\n", 1, NULL));
	g_assert_true(md_log_feed(wide, oops, strlen(oops), NULL));
	g_assert_true(md_log_finish(wide, NULL));
	report = g_ptr_array_index(md_log_reports(wide), md_log_report_count(wide) - 1);
	g_assert_cmpstr(report->symbol, ==, "left_hand");
	g_assert_cmpuint(report->log_line, ==, 2);
}

/* What is said a million times is kept once. */
static void test_registers(void)
{
	static const char *const heads[] = {
		"rip: ffffffff8100b2b0 left_hand+0x10\nrsp: ffffffff81aeff30\n",
		"(XEN) FATAL PAGE FAULT\n(XEN) Faulting linear address: ffff82d040625079\n",
	};
	static const char *const lines[] = { "flags: 00000282 i s nz\n", "(XEN) FAR_EL2: 0123\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		MD_AUTOPTR(md_log) log = md_log_new("log");
		const struct md_report *report;

		g_assert_true(md_log_feed(log, heads[i], strlen(heads[i]), NULL));
		for (guint count = 0; count < 10000; count++)
			g_assert_true(md_log_feed(log, lines[i], strlen(lines[i]), NULL));
		g_assert_true(md_log_finish(log, NULL));
		g_assert_cmpuint(md_log_report_count(log), ==, 1);
		report = g_ptr_array_index(md_log_reports(log), 0);
		g_assert_cmpuint(report->registers->len, >, 1);
		g_assert_cmpuint(report->registers->len, <, 4);
	}
}

/* Lines that are made of prefixes, or of what may be one, take no more time than others. */
static void test_prefixes(void)
{
	static const char *const units[] = {
		"(XEN)",
		"1,2,3,-;",
		">",
		"[1.123456]",
		"<1>",
		"[",
		"03:15:01 ",
		"kernel: ",
		"&lt;",
		"BUG: ",
		"f+0x1/0x2 from ",
		"[<ffffffff81000000>]",
		"<a ",
		"\033]",
		"[1.123456]1,2,3,4 ",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		GString *text = g_string_new("BUG: soft lockup - CPU#1 stuck for 22s! [a:1]\n");
		clock_t begun = clock();
		g_autofree char *found = NULL;

		for (gsize line = 1; line <= 4; line++) {
			while (text->len < line << 20)
				g_string_append(text, units[i]);
			g_string_append_c(text, '\n');
		}
		found = read_pieces(text->str, text->len, 0);
		g_assert_nonnull(strstr(found, "soft-lockup"));
		/* Of the processor's time: some tenths of a second; not linear, many. */
		g_assert_cmpint((clock() - begun) / CLOCKS_PER_SEC, <, 4);
		g_string_free(text, TRUE);
	}
}

/* What callers do without a log. */
static void test_empty(void)
{
	g_autofree char *nothing = read_pieces("", 0, 0), *blank = read_pieces("\n\n\n", 3, 0);

	g_assert_cmpstr(nothing, ==, "");
	g_assert_cmpstr(blank, ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crash/log/empty", test_empty);
	g_test_add_func("/crash/log/pieces", test_pieces);
	g_test_add_func("/crash/log/decorations", test_decorations);
	g_test_add_func("/crash/log/ends", test_ends);
	g_test_add_func("/crash/log/damage", test_damage);
	g_test_add_func("/crash/log/bounds", test_bounds);
	g_test_add_func("/crash/log/registers", test_registers);
	g_test_add_func("/crash/log/prefixes", test_prefixes);
	return g_test_run();
}
