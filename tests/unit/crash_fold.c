/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps that went through mails and web forms say what they said before: all on one line,
 * broken at any width, quoted, or as a page.
 */
#include "crash/crash.h"

#include <string.h>

/* An oops of 2016: addresses in brackets. */
static const char brackets[] =
	"BUG: unable to handle kernel NULL pointer dereference at 0000000000000018\n"
	"IP: [<ffffffff812a41c7>] mill_grind_batch+0x27/0x140 [mill]\n"
	"PGD 0 \n"
	"Oops: 0002 [#1] SMP \n"
	"Modules linked in: mill(O) sluice ext4 jbd2 mbcache\n"
	"CPU: 3 PID: 4711 Comm: millerd Tainted: G           O    4.4.7-mill #12\n"
	"Hardware name: Waterwheel Systems Stone 2/Granite, BIOS 1.07 01/02/2016\n"
	"task: ffff880129e1c4c0 ti: ffff8800b9d4c000 task.ti: ffff8800b9d4c000\n"
	"RIP: 0010:[<ffffffff812a41c7>]  [<ffffffff812a41c7>] mill_grind_batch+0x27/0x140 [mill]\n"
	"RSP: 0018:ffff8800b9d4fd88  EFLAGS: 00010246\n"
	"RAX: 0000000000000000 RBX: ffff88013a2c4800 RCX: 0000000000000001\n"
	"RDX: 0000000000000000 RSI: ffff8800b9d4fdb0 RDI: ffff88013a2c4800\n"
	"FS:  00007f1a2b3c4700(0000) GS:ffff88013fd80000(0000) knlGS:0000000000000000\n"
	"CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033\n"
	"CR2: 0000000000000018 CR3: 00000000b9c8e000 CR4: 00000000000006e0\n"
	"Stack:\n"
	" ffff88013a2c4800 0000000000000000 ffff8800b9d4fde8 ffffffff812a4f01\n"
	"Call Trace:\n"
	" [<ffffffff812a4f01>] mill_run_queue+0x91/0x1c0 [mill]\n"
	" [<ffffffff81091b3f>] ? finish_task_switch+0x7f/0x230\n"
	" [<ffffffff810841d2>] process_one_work+0x152/0x400\n"
	" [<ffffffff81084ab4>] worker_thread+0x114/0x460\n"
	" [<ffffffff8108a2b8>] kthread+0xd8/0xf0\n"
	"Code: 55 48 89 e5 41 54 53 48 89 fb 48 8b 87 a0 00 00 00 <48> 89 50 18 5b 41 5c 5d c3\n"
	"RIP  [<ffffffff812a41c7>] mill_grind_batch+0x27/0x140 [mill]\n"
	" RSP <ffff8800b9d4fd88>\n"
	"CR2: 0000000000000018\n"
	"---[ end trace 5f4dcc3b5aa765d6 ]---\n";

/* One of today: names alone. */
static const char names[] =
	"BUG: kernel NULL pointer dereference, address: 0000000000000030\n"
	"#PF: supervisor read access in kernel mode\n"
	"#PF: error_code(0x0000) - not-present page\n"
	"PGD 0 P4D 0 \n"
	"Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
	"CPU: 1 PID: 802 Comm: sluiced Not tainted 6.6.1-mill #3\n"
	"RIP: 0010:sluice_open_gate+0x1d/0x90\n"
	"Code: 1f 44 00 00 53 48 89 fb 48 8b 07 <48> 8b 40 30 5b c3 cc cc cc cc\n"
	"RSP: 0018:ffffc900004b7e20 EFLAGS: 00010246\n"
	"RAX: 0000000000000000 RBX: ffff888102f7c000 RCX: 0000000000000000\n"
	"CR2: 0000000000000030 CR3: 0000000104d26000 CR4: 0000000000750ee0\n"
	"Call Trace:\n"
	" <TASK>\n"
	" sluice_ioctl+0x142/0x2b0\n"
	" __x64_sys_ioctl+0x8d/0xc0\n"
	" do_syscall_64+0x3a/0x90\n"
	" entry_SYSCALL_64_after_hwframe+0x6e/0xd8\n"
	" </TASK>\n"
	"---[ end trace 0000000000000000 ]---\n";

/* A guest of Xen, from outside of it. */
static const char guest[] = "rip: ffffffff8102c4d0 wheel_read_speed+0x20 \n"
			    "flags: 00000246 i z p\n"
			    "rsp: ffffffff81c03e98\n"
			    "rax: 0000000000000000\trcx: 0000000000000002\trdx: ffffffff81c03ef4\n"
			    "rbx: 00000000c0000101\trsi: ffffffff81c03ef0\trdi: 00000000c0000101\n"
			    " cs: e033\t ss: e02b\t ds: 0000\t es: 0000\n"
			    " fs: 0000 @ 0000000000000000\n"
			    " gs: 0000 @ 0000000000000000/0000000000000000\n"
			    "Code (instr addr ffffffff8102c4d0)\n"
			    "90 90 41 54 55 53 48 83 ec 18 <65> 48 8b 04 25 28 00 00 00 48 89 44\n"
			    "\n\n"
			    "Stack:\n"
			    " 0000000000000000 ffffffff8102c4d0 000000010000e030 0000000000010046\n"
			    " ffffffff81c03ed8 000000000000e02b 0000000000000000 ffffffff81009b18\n"
			    "\n"
			    "Call Trace:\n"
			    "  [<ffffffff8102c4d0>] wheel_read_speed+0x20  <--\n"
			    "  [<ffffffff8102c4d0>] wheel_read_speed+0x20 \n"
			    "  [<ffffffff81009b18>] wheel_start+0x48 \n"
			    "  [<ffffffff81d7a0f2>] start_mill+0x1b2 \n";

/* Xen itself. */
static const char hypervisor[] =
	"(XEN) Assertion 'gate->open == 0' failed at common/gate.c:71\n"
	"(XEN) ----[ Xen-4.17.2  x86_64  debug=y  Not tainted ]----\n"
	"(XEN) CPU:    2\n"
	"(XEN) RIP:    e008:[<ffff82d040234567>] common/gate.c#close_gate+0x57/0x80\n"
	"(XEN) RFLAGS: 0000000000010246   CONTEXT: hypervisor (d1v0)\n"
	"(XEN) rax: 0000000000000001   rbx: ffff830123456000   rcx: 0000000000000000\n"
	"(XEN) Xen call trace:\n"
	"(XEN)    [<ffff82d040234567>] R common/gate.c#close_gate+0x57/0x80\n"
	"(XEN)    [<ffff82d040239876>] F gate_timer_expired+0x36/0x60\n"
	"(XEN)    [<ffff82d04022aaaa>] F common/timer.c#execute_timer+0x4a/0x70\n"
	"(XEN) \n"
	"(XEN) Panic on CPU 2:\n"
	"(XEN) Assertion 'gate->open == 0' failed at common/gate.c:71\n";

static const struct {
	const char *name, *text;
} dumps[] = { { "brackets", brackets },
	      { "names", names },
	      { "guest", guest },
	      { "hypervisor", hypervisor } };

static void add_frames(const struct md_report *report, GString *out)
{
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);

		g_string_append_printf(out,
				       " %s%s+%" G_GINT64_MODIFIER "x/%" G_GINT64_MODIFIER
				       "x@%" G_GINT64_MODIFIER "x",
				       frame->reliable ? "" : "?", frame->symbol, frame->offset,
				       frame->size, frame->address.value);
	}
}

/* All that a report says, but for the line that it begins at. */
static char *said(const char *text, gsize size)
{
	MD_AUTOPTR(md_log) log = md_log_new("log");
	GString *out = g_string_new(NULL);
	const GPtrArray *reports;

	g_assert_true(md_log_feed(log, text, size, NULL));
	g_assert_true(md_log_finish(log, NULL));
	reports = md_log_reports(log);
	for (guint i = 0; i < reports->len; i++) {
		const struct md_report *report = g_ptr_array_index(reports, i);

		g_string_append_printf(out, "%s %s: %s at %s:%u if %s; cpu %d; %s;",
				       md_report_kind_name(report->kind), report->format,
				       report->symbol, report->path, report->line,
				       report->assertion, (int)report->cpu,
				       report->code ? report->code->instruction : "no code");
		for (guint j = 0; j < report->registers->len; j++) {
			const struct md_register *reg =
				&g_array_index(report->registers, struct md_register, j);

			g_string_append_printf(out, " %s=%" G_GINT64_MODIFIER "x", reg->name,
					       reg->word.value);
		}
		add_frames(report, out);
		for (guint j = 0; j < report->meanings->len; j++)
			g_string_append_printf(
				out, " %s",
				g_array_index(report->meanings, struct md_meaning, j).name);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

static void test_plain(void)
{
	static const char *const begins[] = {
		"null-deref dmesg: mill_grind_batch at (null):0 if (null); cpu 3; "
		"mov qword ptr [rax + 0x18], rdx; ",
		"null-deref dmesg: sluice_open_gate at (null):0 if (null); cpu 1; "
		"mov rax, qword ptr [rax + 0x30]; ",
		"page-fault xenctx: wheel_read_speed at (null):0 if (null); cpu -1; "
		"mov rax, qword ptr gs:[0x28]; ",
		"bug xen: close_gate at common/gate.c:71 if gate->open == 0; cpu 2; no code; ",
	};

	for (guint i = 0; i < G_N_ELEMENTS(dumps); i++) {
		g_autofree char *text = said(dumps[i].text, strlen(dumps[i].text));
		g_autofree char *begin = g_strndup(text, strlen(begins[i]));

		g_assert_cmpstr(begin, ==, begins[i]);
	}
}

static void test_one_line(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(dumps); i++) {
		g_autofree char *expected = said(dumps[i].text, strlen(dumps[i].text));
		g_autofree char *line = g_strdelimit(g_strdup(dumps[i].text), "\n\t", ' ');
		g_autofree char *text = said(line, strlen(line));

		g_test_message("%s", dumps[i].name);
		g_assert_cmpstr(text, ==, expected);
	}
}

/* @text with lines of at most @width characters, as a mail program breaks and quotes them. */
static GString *wrapped(const char *text, gsize width, const char *quote)
{
	GString *out = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		const char *rest = *line;

		while (strlen(rest) > width) {
			gsize cut = width;

			while (cut > 1 && rest[cut] != ' ')
				cut--;
			if (cut <= 1)
				break;
			g_string_append_printf(out, "%s%.*s\n", quote, (int)cut, rest);
			rest += cut + 1;
		}
		g_string_append_printf(out, "%s%s\n", quote, rest);
	}
	return out;
}

/* Lines of stacks and code survive any break; registers do, for they are many on a line. */
static void test_wrapped(void)
{
	static const char *const quotes[] = { "", "> ", "> > " };

	for (guint i = 0; i < 3; i++) {
		g_autofree char *expected = said(dumps[i].text, strlen(dumps[i].text));

		for (gsize width = 58; width < 82; width++) {
			const char *quote = quotes[width % G_N_ELEMENTS(quotes)];
			GString *mail = wrapped(dumps[i].text, width, quote);
			g_autofree char *text = said(mail->str, mail->len);

			g_test_message("%s, %zu", dumps[i].name, width);
			g_assert_cmpstr(text, ==, expected);
			g_string_free(mail, TRUE);
		}
	}
}

/* A terminal breaks in the midst of words: each frame at each of its characters. */
static void test_broken(void)
{
	static const char frame[] = " [<ffffffff810841d2>] process_one_work+0x152/0x400\n";
	const char *at = strstr(brackets, frame);
	g_autofree char *expected = said(brackets, strlen(brackets));
	gsize before = (gsize)(at - brackets);

	for (gsize cut = strlen(" [<ffffffff810841d2>]"); cut < strlen(frame) - 3; cut++) {
		GString *log = g_string_new(brackets);
		g_autofree char *text = NULL;

		/* Half of the last number is a number. */
		if (cut > strlen(" [<ffffffff810841d2>] process_one_work+0x152/0x"))
			break;
		g_string_insert_c(log, (gssize)(before + cut), '\n');
		text = said(log->str, log->len);
		g_test_message("%zu", cut);
		g_assert_cmpstr(text, ==, expected);
		g_string_free(log, TRUE);
	}
}

static void test_page(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(dumps); i++) {
		g_autofree char *expected = said(dumps[i].text, strlen(dumps[i].text));
		GString *page = g_string_new("<html><body><pre>\n");
		g_autofree char *text = NULL;

		for (const char *at = dumps[i].text; *at != '\0'; at++) {
			if (*at == '<')
				g_string_append(page, "&lt;");
			else if (*at == '>')
				g_string_append(page, "&gt;");
			else if (*at == '\n')
				g_string_append(page, "<br/>\n");
			else
				g_string_append_c(page, *at);
		}
		text = said(page->str, page->len);
		g_test_message("%s", dumps[i].name);
		g_assert_cmpstr(text, ==, expected);
		g_string_free(page, TRUE);
	}
}

/* Stacks that are not broken stay as they are, though their functions have no names. */
static void test_whole(void)
{
	static const char log[] = "BUG: scheduling while atomic: miller/77/0x00000002\n"
				  "Call Trace:\n"
				  " [<ffffffff81000010>]\n"
				  " [<ffffffff81000020>] turn_wheel+0x10/0x20\n"
				  " [<ffffffff81000030>] lift_sack+0x10/0x20\n";
	g_autofree char *text = said(log, strlen(log));

	g_assert_nonnull(strstr(text, " turn_wheel+10/20@ffffffff81000020 "));
	g_assert_nonnull(strstr(text, " lift_sack+10/20@ffffffff81000030"));
}

/* A question mark at the very beginning has nothing in front to be cut from. */
static void test_question(void)
{
	static const char log[] = "(XEN) ? (XEN) ? BUG: (XEN) ? mill+0x1/0x2 ? stone+0x1/0x2\n"
				  "? BUG: mill+0x1/0x2 ? stone+0x1/0x2 ? sack+0x1/0x2\n";
	g_autofree char *text = said(log, strlen(log));

	g_assert_nonnull(text);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crash/fold/plain", test_plain);
	g_test_add_func("/crash/fold/one-line", test_one_line);
	g_test_add_func("/crash/fold/wrapped", test_wrapped);
	g_test_add_func("/crash/fold/broken", test_broken);
	g_test_add_func("/crash/fold/page", test_page);
	g_test_add_func("/crash/fold/whole", test_whole);
	g_test_add_func("/crash/fold/question", test_question);
	return g_test_run();
}
