/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tasks of a log: whose stack it is, in every form that kernels and debuggers print it in. */
#include "crash/crash.h"

#include <string.h>

static void print_frame(const struct md_frame *frame, GString *out)
{
	g_string_append_printf(out, "  %s%s", frame->reliable ? "" : "? ",
			       frame->symbol != NULL ? frame->symbol : "-");
	if (frame->offset != MD_FRAME_UNKNOWN)
		g_string_append_printf(out, "+%" G_GUINT64_FORMAT, frame->offset);
	if (frame->module != NULL)
		g_string_append_printf(out, " [%s]", frame->module);
	if (frame->path != NULL)
		g_string_append_printf(out, " %s:%u", frame->path, frame->line);
	if (frame->at.digits > 0)
		g_string_append_printf(out, " at %" G_GINT64_MODIFIER "x", frame->at.value);
	if (frame->stack != NULL)
		g_string_append_printf(out, " (%s)", frame->stack);
	g_string_append_c(out, '\n');
}

static void print_said(const struct md_said_lock *said, GString *out)
{
	g_string_append_printf(out, "  %s%s %s", said->wanted ? "wants" : "holds",
			       said->shared ? " shared" : "", said->name);
	if (said->address.digits > 0)
		g_string_append_printf(out, " %" G_GINT64_MODIFIER "x", said->address.value);
	if (said->symbol != NULL)
		g_string_append_printf(out, " at %s", said->symbol);
	if (said->owner >= 0)
		g_string_append_printf(out, " of %d", (int)said->owner);
	if (said->why != NULL)
		g_string_append_printf(out, " (%d: %s)", (int)said->state, said->why);
	g_string_append_c(out, '\n');
}

static void print_task(const struct md_task *task, GString *out)
{
	g_string_append_printf(out, "%d %s", (int)task->pid, task->comm);
	if (task->cpu >= 0)
		g_string_append_printf(out, " cpu %d", (int)task->cpu);
	if (task->state != 0)
		g_string_append_printf(out, " %c", task->state);
	if (task->on_cpu)
		g_string_append(out, " on-cpu");
	if (task->idle)
		g_string_append(out, " idle");
	if (task->blocked >= 0)
		g_string_append_printf(out, " blocked %d", (int)task->blocked);
	if (task->address.digits > 0)
		g_string_append_printf(out, " task %" G_GINT64_MODIFIER "x", task->address.value);
	if (task->report != NULL)
		g_string_append_printf(out, " %s", md_report_kind_name(task->report->kind));
	if (task->guessed)
		g_string_append(out, " guessed");
	g_string_append_c(out, '\n');
	for (guint i = 0; i < task->frames->len; i++)
		print_frame(g_ptr_array_index(task->frames, i), out);
	if (md_task_register(task, "rdi") != NULL)
		g_string_append_printf(out, "  rdi=%" G_GINT64_MODIFIER "x\n",
				       md_task_register(task, "rdi")->word.value);
	for (guint i = 0; i < task->said->len; i++)
		print_said(&g_array_index(task->said, struct md_said_lock, i), out);
}

static struct md_log *read_log(const char *text)
{
	struct md_log *log = md_log_new("log");

	g_assert_true(md_log_feed(log, text, strlen(text), NULL));
	g_assert_true(md_log_finish(log, NULL));
	return log;
}

/* A log, and its tasks as print_task() has them. */
struct tasks_case {
	const char *name, *log, *tasks;
};

static const struct tasks_case cases[] = {
	{ "sysrq-new",
	  "[   10.000001] sysrq: Show State\n"
	  "[   10.000002] task:miller          state:S stack:0     pid:123   tgid:123   ppid:1     "
	  " "
	  "task_flags:0x400000 flags:0x00000002\n"
	  "[   10.000003] Call Trace:\n"
	  "[   10.000004]  <TASK>\n"
	  "[   10.000005]  __schedule+0x34d/0x9e0\n"
	  "[   10.000006]  ? wake_up+0x10/0x20\n"
	  "[   10.000007]  mill_wait+0x2d/0x50 [mill]\n"
	  "[   10.000008]  </TASK>\n"
	  "[   10.000009] task:IPv6 addrconf   state:R  running task     stack:    0 pid:   72 "
	  "ppid:  "
	  "   2 flags:0x00004000\n"
	  "[   10.000010] Call Trace:\n"
	  "[   10.000011]  <TASK>\n"
	  "[   10.000012]  __schedule+0x34d/0x9e0\n"
	  "[   10.000013]  </TASK>\n"
	  "[   10.000014] task:user            state:R  running task     stack:0     pid:9     "
	  "ppid:1 "
	  "flags:0x00000002\n",
	  "123 miller S\n"
	  "  __schedule+845\n"
	  "  ? wake_up+16\n"
	  "  mill_wait+45 [mill]\n"
	  "72 IPv6 addrconf R\n"
	  "  __schedule+845\n" },
	{ "sysrq-old",
	  "SysRq : Show State\n"
	  "  task                        PC stack   pid father\n"
	  "miller          D ffff88003c3b1d60     0  5032      1 0x00000080\n"
	  " ffff88003c3b1d00 0000000000000086 ffff88003c3b1d60 ffff88003c3b1fd8\n"
	  "Call Trace:\n"
	  " [<ffffffff81500012>] schedule+0x29/0x70\n"
	  " [<ffffffff81500100>] mill_wait+0x2d/0x50 [mill]\n"
	  "mill/0:1        R  running task        0    77      2 0x00000000\n"
	  "Call Trace:\n"
	  " [<ffffffff81500012>] mill_grind+0x1/0x70\n"
	  "swapper         S ffffffff80154db9     0     1      0     2               (NOTLB)\n"
	  "Call Trace:\n"
	  " [<ffffffff80154db9>] do_select+0x3a/0x40\n"
	  "kite            R running task on cpu   3     0   501      1 0x00000008 5846\n"
	  "Call Trace:\n"
	  " <IRQ>  [<ffffffff80154db9>] kite_tick+0x3a/0x40\n"
	  " <EOI>  [<ffffffff80154db9>] kite_fly+0x3a/0x40\n"
	  "sail            S    0   500      1 0x00000000\n"
	  "Call Trace:\n"
	  " sail_wait+0x3a/0x40\n"
	  /* Whatever a task calls itself. */
	  "CPU: 3          S ffff88003c3b1d60     0   502      1 0x00000000\n"
	  "Call Trace:\n"
	  " sail_wait+0x3a/0x40\n",
	  "5032 miller D\n"
	  "  schedule+41\n"
	  "  mill_wait+45 [mill]\n"
	  "77 mill/0:1 R\n"
	  "  mill_grind+1\n"
	  "1 swapper S\n"
	  "  do_select+58\n"
	  "501 kite cpu 3 R on-cpu\n"
	  "  kite_tick+58 (irq)\n"
	  "  kite_fly+58\n"
	  "500 sail S\n"
	  "  sail_wait+58\n"
	  "502 CPU: 3 S\n"
	  "  sail_wait+58\n" },
	{ "sysrq-l",
	  "[   20.000001] sysrq: Show backtrace of all active CPUs\n"
	  "[   20.000002] NMI backtrace for cpu 0\n"
	  "[   20.000003] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\n"
	  "[   20.000004] Call Trace:\n"
	  "[   20.000005]  <TASK>\n"
	  "[   20.000006]  dump_stack_lvl+0x44/0x5c\n"
	  "[   20.000007]  write_sysrq_trigger+0x24/0x40\n"
	  "[   20.000008]  </TASK>\n"
	  "[   20.000009] Sending NMI from CPU 0 to CPUs 1-3:\n"
	  "[   20.000010] NMI backtrace for cpu 1\n"
	  "[   20.000011] CPU: 1 UID: 0 PID: 104 Comm: miller Tainted: G           OE      6.13.0 "
	  "#1\n"
	  "[   20.000012] RIP: 0010:queued_spin_lock+0x30/0x2a0\n"
	  "[   20.000013] RSP: 0018:ffffd16f40393ec8 EFLAGS: 00000202\n"
	  "[   20.000014] RAX: 0000000000000001 RDI: ffffffffc05d8000\n"
	  "[   20.000015] Call Trace:\n"
	  "[   20.000016]  <NMI>\n"
	  "[   20.000017]  ? nmi_cpu_backtrace+0x10/0x20\n"
	  "[   20.000018]  </NMI>\n"
	  "[   20.000019]  <TASK>\n"
	  "[   20.000020]  _raw_spin_lock+0x25/0x30\n"
	  "[   20.000021]  mill_grind+0x2d/0x50 [mill]\n"
	  "[   20.000022] RIP: 0033:0x7f0123456789\n"
	  "[   20.000023] RAX: 0000000000000002 RDI: 0000000000000005\n"
	  "[   20.000024]  </TASK>\n"
	  "[   20.000025] NMI backtrace for cpu 2 skipped: idling at mwait_idle+0x84/0x1c0\n"
	  "[   20.000026] NMI backtrace for cpu 3 skipped: idling at pc 0xffffffff81646d77\n",
	  "1 init cpu 0 on-cpu\n"
	  "  dump_stack_lvl+68\n"
	  "  write_sysrq_trigger+36\n"
	  "104 miller cpu 1 on-cpu\n"
	  "  ? nmi_cpu_backtrace+16 (nmi)\n"
	  "  queued_spin_lock+48\n"
	  "  _raw_spin_lock+37\n"
	  "  mill_grind+45 [mill]\n"
	  "  rdi=ffffffffc05d8000\n"
	  "0 (null) cpu 2 on-cpu idle\n"
	  "  mwait_idle+132\n"
	  "0 (null) cpu 3 on-cpu idle\n"
	  "  -\n" },
	{ "nmi-copies",
	  "[  850.1] <NMI> [<ffffffff8163f2ba>] dump_stack+0x19/0x1b\n"
	  "[  850.2] [<ffffffff81638b26>] panic+0xd8/0x1e7\n"
	  "[  850.3] [<ffffffff81648ff9>] end_repeat_nmi+0x1e/0x7e\n"
	  "[  850.4] [<ffffffff81646d72>] ? _raw_spin_lock+0x32/0x50\n"
	  "[  850.5] [<ffffffff81646d72>] ? _raw_spin_lock+0x32/0x50\n"
	  "[  850.6] [<ffffffff81646d72>] ? _raw_spin_lock+0x32/0x50\n"
	  "[  850.7] <<EOE>> [<ffffffff810bbdd2>] mill_wake+0x192/0x300\n",
	  "-1 (null) panic\n"
	  "  dump_stack+25 (nmi)\n"
	  "  panic+216 (nmi)\n"
	  "  end_repeat_nmi+30 (nmi)\n"
	  "  _raw_spin_lock+50\n"
	  "  mill_wake+402\n" },
	{ "hung-twice",
	  "[  120.1] INFO: task miller:123 blocked for more than 120 seconds.\n"
	  "[  120.2]       Not tainted 6.1.0 #1\n"
	  "[  120.3] \"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.\n"
	  "[  120.4] task:miller          state:D stack:0     pid:123   ppid:2      "
	  "flags:0x00004000\n"
	  "[  120.5] Call Trace:\n"
	  "[  120.6]  <TASK>\n"
	  "[  120.7]  __schedule+0x34d/0x9e0\n"
	  "[  120.8]  </TASK>\n"
	  "[  120.9] INFO: task miller:123 is blocked on a mutex likely owned by task baker:124.\n"
	  "[  241.1] INFO: task miller:123 blocked for more than 241 seconds.\n"
	  "[  241.4] task:miller          state:D stack:0     pid:123   ppid:2      "
	  "flags:0x00004000\n"
	  "[  241.5] Call Trace:\n"
	  "[  241.6]  <TASK>\n"
	  "[  241.7]  __schedule+0x34d/0x9e0\n"
	  "[  241.8]  mill_lock+0x34/0x90\n"
	  "[  241.9]  </TASK>\n",
	  "123 miller D blocked 241 hung-task\n"
	  "  __schedule+845\n"
	  "  mill_lock+52\n"
	  "  wants (null) of 124\n" },
	{ "owners",
	  "task:miller          state:D stack:0     pid:121   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " miller_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task miller:121 is blocked on a mutex likely owned by task the boy: 2:124.\n"
	  "task:carter          state:D stack:0     pid:122   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " carter_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task carter:122 is blocked on a mutex, but the owner is not found.\n"
	  "task:cooper          state:D stack:0     pid:123   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " cooper_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task cooper:123 <reader> blocked on an rw-semaphore likely owned by task "
	  "sawyer:125 <writer>\n"
	  "task:tanner          state:D stack:0     pid:126   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " tanner_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task tanner:126 <writer> blocked on an rw-semaphore likely owned by task "
	  "sawyer:125 <reader>\n"
	  "task:weaver          state:D stack:0     pid:127   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " weaver_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task weaver:127 blocked on a semaphore likely last held by task sawyer:125\n"
	  "task:glover          state:D stack:0     pid:128   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " glover_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task glover:128 is blocked on an rw-semaphore, but the owner is not found.\n",
	  "121 miller D\n"
	  "  miller_wait+52\n"
	  "  wants (null) of 124\n"
	  "122 carter D\n"
	  "  carter_wait+52\n"
	  "  wants (null) (4: the kernel did not find an owner of that mutex)\n"
	  "123 cooper D\n"
	  "  cooper_wait+52\n"
	  "  wants shared (null) of 125\n"
	  "126 tanner D\n"
	  "  tanner_wait+52\n"
	  "  wants (null) of 125 (1: of those that read an rw-semaphore the kernel notes only the "
	  "last)\n"
	  "127 weaver D\n"
	  "  weaver_wait+52\n"
	  "  wants (null) of 125 (1: of a semaphore the kernel notes only who took it last)\n"
	  "128 glover D\n"
	  "  glover_wait+52\n" },
	{ "owner-gone",
	  "INFO: task miller:121 blocked for more than 120 seconds.\n"
	  "task:miller          state:D stack:0     pid:121   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " miller_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "INFO: task miller:121 is blocked on a mutex likely owned by task baker:124.\n"
	  "sysrq: Show State\n"
	  "task:miller          state:D stack:0     pid:121   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " miller_wait+0x34/0x9e0\n"
	  " </TASK>\n"
	  "Showing busy workqueues and worker pools:\n",
	  "121 miller D blocked 120 hung-task\n"
	  "  miller_wait+52\n"
	  "  wants (null) (3: the kernel named pid 124 as its owner, of whom the list of all tasks "
	  "that came later has nothing)\n" },
	{ "guessed-after-owner",
	  "INFO: task miller:121 is blocked on a mutex likely owned by task baker:124.\n"
	  /* What is no such sentence after all. */
	  "INFO: task miller:121 blocked on a door that swings <reader>\n"
	  "task:miller          state:D stack:0     pid:121   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " ? __schedule+0x34/0x9e0\n"
	  " ? mill_wait+0x34/0x9e0\n"
	  " ? mill_grind+0x34/0x9e0\n",
	  "121 miller D guessed\n"
	  "  __schedule+52\n"
	  "  mill_wait+52\n"
	  "  mill_grind+52\n"
	  "  wants (null) of 124\n" },
	{ "soft-lockup-then-list",
	  "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [mill/1:0:104]\n"
	  "Modules linked in: mill(OE)\n"
	  "CPU: 1 PID: 104 Comm: mill/1:0 Tainted: G           OE      6.1.0 #1\n"
	  "RIP: 0010:mill_spin+0x30/0x2a0\n"
	  "RSP: 0018:ffffd16f40393ec8 EFLAGS: 00000202\n"
	  "RAX: 0000000000000001 RDI: ffffffffc05d8000\n"
	  "Call Trace:\n"
	  " <IRQ>\n"
	  " ? watchdog_timer_fn+0x1a8/0x210\n"
	  " </IRQ>\n"
	  " <TASK>\n"
	  " mill_grind+0x25/0x30\n"
	  " </TASK>\n"
	  "task:mill/1:0        state:R  running task     stack:0     pid:104   ppid:2      "
	  "flags:0x00004000\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " ? stale+0x25/0x30\n"
	  " </TASK>\n",
	  "104 mill/1:0 cpu 1 R on-cpu blocked 22 soft-lockup\n"
	  "  ? watchdog_timer_fn+424 (irq)\n"
	  "  mill_spin+48\n"
	  "  mill_grind+37\n"
	  "  rdi=ffffffffc05d8000\n" },
	{ "callers",
	  "[   20.000010][    C1] NMI backtrace for cpu 1\n"
	  "[   20.000010][    C2] NMI backtrace for cpu 2\n"
	  "[   20.000011][    C1] CPU: 1 PID: 104 Comm: miller Not tainted 6.1.0 #1\n"
	  "[   20.000011][    C2] CPU: 2 PID: 105 Comm: baker Not tainted 6.1.0 #1\n"
	  "[   20.000015][    C1] Call Trace:\n"
	  "[   20.000015][    C2] Call Trace:\n"
	  "[   20.000020][    C2]  bake_wait+0x25/0x30\n"
	  "[   20.000020][    C1]  mill_wait+0x25/0x30\n",
	  "104 miller cpu 1 on-cpu\n"
	  "  mill_wait+37\n"
	  "105 baker cpu 2 on-cpu\n"
	  "  bake_wait+37\n" },
	{ "oops",
	  "BUG: kernel NULL pointer dereference, address: 0000000000000018\n"
	  "Oops: 0000 [#1] SMP\n"
	  "CPU: 1 PID: 123 Comm: miller Not tainted 4.14.0+ #129\n"
	  "RIP: 0010:mill_stone fs/mill.c:400 [inline]\n"
	  "RIP: 0010:mill_grind+0xb2/0x250 fs/mill.c:3802\n"
	  "RSP: 0018:ffff8801a4327750 EFLAGS: 00010046\n"
	  "RAX: 0000000000000000 RDI: ffff8801a4327918\n"
	  "Call Trace:\n"
	  " mill_turn+0x72b/0xde0 fs/mill.c:139\n"
	  "Code: 48 89 e5\n"
	  "---[ end trace 0000000000000000 ]---\n"
	  "RIP: 0010:mill_grind+0xb2/0x250\n",
	  "123 miller cpu 1 on-cpu null-deref\n"
	  "  mill_stone fs/mill.c:400\n"
	  "  mill_grind+178 fs/mill.c:3802\n"
	  "  mill_turn+1835 fs/mill.c:139\n"
	  "  rdi=ffff8801a4327918\n" },
	/* The baker is gone, and the brewer runs a program. */
	{ "two-lists",
	  "sysrq: Show State\n"
	  "task:miller          state:D stack:0     pid:123   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "task:baker           state:D stack:0     pid:124   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "task:brewer          state:S stack:0     pid:125   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "Sched Debug Version: v0.11, 6.1.0 #1\n"
	  "sysrq: Show State\n"
	  "task:miller          state:D stack:0     pid:123   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  " mill_wait+0x34d/0x9e0\n"
	  "task:brewer          state:R  running task     stack:0     pid:125   ppid:2      "
	  "flags:0x0\n"
	  "Sched Debug Version: v0.11, 6.1.0 #1\n",
	  "123 miller D\n"
	  "  __schedule+845\n"
	  "  mill_wait+845\n" },
	/* The second list has no end: who is gone is not known. */
	{ "list-cut-short",
	  "sysrq: Show State\n"
	  "task:miller          state:D stack:0     pid:123   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "task:baker           state:D stack:0     pid:124   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "task:brewer          state:S stack:0     pid:125   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "Sched Debug Version: v0.11, 6.1.0 #1\n"
	  "sysrq: Show State\n"
	  "task:miller          state:D stack:0     pid:123   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  " mill_wait+0x34d/0x9e0\n",
	  "123 miller D\n"
	  "  __schedule+845\n"
	  "  mill_wait+845\n"
	  "124 baker D\n"
	  "  __schedule+845\n"
	  "125 brewer S\n"
	  "  __schedule+845\n" },
	/* Nor is it where lines of the list were lost. */
	{ "list-with-holes",
	  "sysrq: Show State\n"
	  "task:miller          state:D stack:0     pid:123   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "sysrq: Show State\n"
	  "task:brewer          state:D stack:0     pid:125   ppid:2      flags:0x00004000\n"
	  "Call Trace:\n"
	  " __schedule+0x34d/0x9e0\n"
	  "** 36 printk messages dropped **\n"
	  "Sched Debug Version: v0.11, 6.1.0 #1\n",
	  "123 miller D\n"
	  "  __schedule+845\n"
	  "125 brewer D\n"
	  "  __schedule+845\n" },
	/* Two CPUs print, and nobody says who. */
	{ "interleaved",
	  "[  247.1] CPU: 1 PID: 206 Comm: baker Not tainted 4.16.0+ #288\n"
	  "[  247.2] INFO: task miller:123 blocked for more than 120 seconds.\n"
	  "[  247.3] Call Trace:\n"
	  "[  247.4]  dump_stack+0x1a7/0x27d\n"
	  "[  247.5]       Not tainted 4.16.0+ #288\n"
	  "[  247.6]  bake_wait+0x14/0xae0\n"
	  "[  247.7] miller          D23720   123      2 0x80000000\n"
	  "[  247.8] Call Trace:\n"
	  "[  247.9]  mill_wait+0x14/0xae0\n",
	  "206 baker cpu 1 on-cpu\n"
	  "  dump_stack+423\n"
	  "  bake_wait+20\n"
	  "123 miller D blocked 120 hung-task\n"
	  "  mill_wait+20\n" },
	/* They went on. */
	{ "noise",
	  "miller invoked oom-killer: gfp_mask=0x24201ca, order=0, oom_score_adj=0\n"
	  "CPU: 1 PID: 206 Comm: miller Not tainted 4.16.0+ #288\n"
	  "Call Trace:\n"
	  " dump_stack+0x1a7/0x27d\n"
	  " out_of_memory+0x14/0xae0\n"
	  "baker: page allocation failure: order:4, mode:0x40dc0\n"
	  "CPU: 1 PID: 207 Comm: baker Not tainted 4.16.0+ #288\n"
	  "Call Trace:\n"
	  " dump_stack+0x1a7/0x27d\n"
	  "CPU: 0 PID: 208 Comm: brewer Not tainted 4.16.0+ #288\n"
	  "Call Trace:\n"
	  " brew_wait+0x1a7/0x27d\n",
	  "208 brewer cpu 0 on-cpu\n"
	  "  brew_wait+423\n" },
	{ "locks",
	  "INFO: task miller:123 blocked for more than 143 seconds.\n"
	  "task:miller          state:D stack:28208 pid:123   ppid:1      flags:0x00004004\n"
	  "Call Trace:\n"
	  " <TASK>\n"
	  " __schedule+0xedf/0x5a90\n"
	  " __mutex_lock+0xb5a/0x1360\n"
	  " mill_open+0x17/0x70 fs/mill.c:9\n"
	  " </TASK>\n"
	  "Showing all locks held in the system:\n"
	  "1 lock held by khungtaskd/27:\n"
	  " #0: ffffffff8c7cc0a0 (rcu_read_lock){....}-{1:2}, at: rcu_read_lock "
	  "include/linux/rcupdate.h:739 [inline]\n"
	  " #0: ffffffff8c7cc0a0 (rcu_read_lock){....}-{1:2}, at: debug_show_all_locks+0x55/0x2a0\n"
	  "2 locks held by miller/123:\n"
	  " #0: ffff888012340000 (&(&m->sluice)->rlock){++++}-{3:3}, at: down_read+0x2f/0x120\n"
	  " #1: ffffffff8dfc9768 (mill_mutex){+.+.}-{3:3}, at: mill_open+0x17/0x70 fs/mill.c:9\n"
	  "1 lock held by kworker/0:1/7:\n"
	  " #0:  (mill_mutex){+.+.}, at: [<ffffffff81171b02>] mill_close+0x17/0x70\n"
	  "no locks held by baker/9.\n"
	  "=============================================\n",
	  "123 miller D blocked 143 hung-task\n"
	  "  __schedule+3807\n"
	  "  __mutex_lock+2906\n"
	  "  mill_open+23 fs/mill.c:9\n"
	  "  holds shared &(&m->sluice)->rlock ffff888012340000 at down_read\n"
	  "  wants mill_mutex ffffffff8dfc9768 at mill_open\n"
	  "27 khungtaskd\n"
	  "  holds shared rcu_read_lock ffffffff8c7cc0a0 at debug_show_all_locks\n"
	  "7 kworker/0:1\n"
	  "  holds mill_mutex at mill_close\n" },
	/* "1 " is also the version of syslog's format. */
	{ "priority-and-one-lock",
	  "<4>1 lock held by miller/123:\n"
	  "<4> #0: ffff888012340000 (mill_mutex){+.+.}-{3:3}, at: mill_open+0x17/0x70\n"
	  "<4>1 2026-11-22T03:15:01Z pantry kernel: 1 lock held by baker/124:\n"
	  "<4> #0: ffff888012340000 (mill_mutex){+.+.}-{3:3}, at: mill_open+0x17/0x70\n",
	  "123 miller\n"
	  "  holds mill_mutex ffff888012340000 at mill_open\n"
	  "124 baker\n"
	  "  holds mill_mutex ffff888012340000 at mill_open\n" },
	{ "crash-bt",
	  "crash> bt -a\n"
	  "PID: 0        TASK: ffffffff81c11460  CPU: 0    COMMAND: \"swapper/0\"\n"
	  " #0 [ffff88003fc06e70] crash_nmi_callback at ffffffff81046bf2\n"
	  " #1 [ffff88003fc06ef0] end_repeat_nmi at ffffffff81648ff9\n"
	  "    [exception RIP: native_safe_halt+6]\n"
	  "    RIP: ffffffff810532b6  RSP: ffffffff81c03e90  RFLAGS: 00000286\n"
	  "    RAX: 00000000ffffffed  RBX: ffffffff81c00000  RDI: 0000000000000000\n"
	  "    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018\n"
	  "--- <NMI exception stack> ---\n"
	  " #2 [ffffffff81c03e90] native_safe_halt at ffffffff810532b6\n"
	  " #3 [ffffffff81c03e98] default_idle at ffffffff8101c93f\n"
	  "PID: 77     TASK: ffff880123450000  CPU: 1   COMMAND: \"grinder\"\n"
	  "    [exception RIP: mill_grind+6]\n"
	  "    RIP: ffffffffa0123006  RSP: ffff88003c3b5e90  RFLAGS: 00000286\n"
	  "    RAX: 0000000000000001  RBX: ffffffff81c00000  RDI: ffffffffa0124000\n"
	  "    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018\n"
	  " #0 [ffff88003c3b5e98] mill_turn+12 at ffffffffa012310c [mill]\n"
	  "PID: 1234   TASK: ffff880123456780  CPU: 5   COMMAND: \"miller\"\n"
	  " #0 [ffff88003c3b1a70] __schedule at ffffffff8164430e\n"
	  " #1 [ffff88003c3b1a90] mill_wait+18 at ffffffffa0123456 [mill]\n"
	  "    /usr/src/linux/fs/mill.c: 123\n"
	  "crash> ps\n"
	  "   PID    PPID  CPU       TASK        ST  %MEM     VSZ    RSS  COMM\n"
	  ">     0      0   0  ffffffff81c11460  RU   0.0       0      0  [swapper/0]\n"
	  "   1234      1   5  ffff880123456780  UN   0.1  115440   3456  miller\n"
	  "   1235      1   5  ffff880123456790  IN   0.1  115440   3456  baker\n"
	  "crash> ps -m\n"
	  "[0 01:02:03.456] [UN]  PID: 1234     TASK: ffff880123456780  CPU: 5    COMMAND: "
	  "\"miller\"\n"
	  "[0 00:00:00.000] [RU]  PID: 0        TASK: ffffffff81c11460  CPU: 0    COMMAND: "
	  "\"swapper/0\"\n",
	  "0 swapper/0 cpu 0 R on-cpu idle task ffffffff81c11460 other\n"
	  "  crash_nmi_callback at ffff88003fc06e70 (nmi)\n"
	  "  end_repeat_nmi at ffff88003fc06ef0 (nmi)\n"
	  "  native_safe_halt+6 at ffffffff81c03e90\n"
	  "  default_idle at ffffffff81c03e98\n"
	  "  rdi=0\n"
	  "77 grinder cpu 1 task ffff880123450000 other\n"
	  "  mill_grind+6\n"
	  "  mill_turn+12 [mill] at ffff88003c3b5e98\n"
	  "  rdi=ffffffffa0124000\n"
	  "1234 miller cpu 5 D blocked 3723 task ffff880123456780 other\n"
	  "  __schedule at ffff88003c3b1a70\n"
	  "  mill_wait+18 [mill] /usr/src/linux/fs/mill.c:123 at ffff88003c3b1a90\n" },
	/* Two CPUs print at once: what is cut off one's stack is nobody's. */
	{ "mixed",
	  "[   20.000001] watchdog: BUG: soft lockup - CPU#2 stuck for 17s! [gull:105]\n"
	  "[   20.000002] CPU: 2 PID: 105 Comm: gull Not tainted 6.1.0 #1\n"
	  "[   20.000003] Call Trace:\n"
	  "[   20.000004]  <TASK>\n"
	  "[   20.000005] watchdog: BUG: soft lockup - CPU#3 stuck for 17s! [tern:106]\n"
	  "[   20.000006] CPU: 3 PID: 106 Comm: tern Not tainted 6.1.0 #1\n"
	  "[   20.000004]  nest_steal+0xe/0x20 [nest]\n"
	  "[   20.000007] Call Trace:\n"
	  "[   20.000008]  <TASK>\n"
	  "[   20.000009]  nest_steal+0xe/0x20 [nest]\n"
	  "[   20.000010]  kthread+0xda/0x100\n"
	  "[   20.000011]  </TASK>\n"
	  "[   20.000004]  kthread+0xda/0x100\n"
	  "[   20.000004]  </TASK>\n"
	  "[   26.000001] watchdog: BUG: soft lockup - CPU#2 stuck for 23s! [gull:105]\n"
	  "[   26.000002] CPU: 2 PID: 105 Comm: gull Not tainted 6.1.0 #1\n"
	  "[   26.000003] Call Trace:\n"
	  "[   26.000004]  <TASK>\n"
	  "[   26.000005]  nest_steal+0xe/0x20 [nest]\n"
	  "[   26.000006]  kthread+0xda/0x100\n"
	  "[   26.000007]  </TASK>\n",
	  "105 gull cpu 2 on-cpu blocked 23 soft-lockup\n"
	  "  nest_steal+14 [nest]\n"
	  "  kthread+218\n"
	  "106 tern cpu 3 on-cpu blocked 17 soft-lockup\n"
	  "  nest_steal+14 [nest]\n" },
};

static void test_case(const void *data)
{
	const struct tasks_case *one = data;
	MD_AUTOPTR(md_log) log = read_log(one->log);
	const GPtrArray *tasks = md_log_tasks(log);
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < tasks->len; i++)
		print_task(g_ptr_array_index(tasks, i), out);
	g_assert_cmpstr(out->str, ==, one->tasks);
	g_assert_cmpuint(md_log_tasks_left(log), ==, 0);
}

/* A table is read to its end, however long: nothing but its title shows what it is. */
static void test_long_table(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	MD_AUTOPTR(md_log) log = NULL;
	const GPtrArray *tasks;

	g_string_append(text,
			"   PID    PPID  CPU       TASK        ST  %MEM     VSZ    RSS  COMM\n");
	for (guint i = 1; i <= 1000; i++)
		g_string_append_printf(text,
				       "%7u      2   0  ffff8801%08x  UN   0.0       0      0  "
				       "[miller]\n",
				       i, i);
	g_string_append(text, "PID: 1000  TASK: ffff8801000003e8  CPU: 0  COMMAND: \"miller\"\n"
			      " #0 [ffff88003c3b1a70] __schedule at ffffffff8164430e\n");
	log = read_log(text->str);
	tasks = md_log_tasks(log);
	g_assert_cmpuint(tasks->len, ==, 1);
	g_assert_cmpint(((struct md_task *)g_ptr_array_index(tasks, 0))->state, ==, 'D');
}

/* 10,000 stacks are read whole, and what is more than there is room for is counted. */
static void test_many(void)
{
	const guint all = 10000, places = 40;
	g_autoptr(GString) text = g_string_new("sysrq: Show State\n");
	MD_AUTOPTR(md_log) log = NULL;
	const GPtrArray *tasks;

	for (guint i = 0; i < all; i++) {
		g_string_append_printf(
			text,
			"task:miller          state:D stack:0     pid:%u ppid:2      "
			"flags:0x00004000\nCall Trace:\n",
			i + 1);
		for (guint j = 0; j < places; j++)
			g_string_append_printf(text, " mill_%u+0x%x/0x1000\n", j, i % 1000);
	}
	log = read_log(text->str);
	tasks = md_log_tasks(log);
	g_assert_cmpuint(tasks->len, ==, all);
	g_assert_cmpuint(md_log_tasks_left(log), ==, 0);
	for (guint i = 0; i < all; i++) {
		const struct md_task *task = g_ptr_array_index(tasks, i);
		const struct md_task *same = g_ptr_array_index(tasks, i % 1000);

		g_assert_cmpint(task->pid, ==, i + 1);
		g_assert_cmpuint(task->frames->len, ==, places);
		/* The same frames are one array. */
		g_assert_true(task->frames == same->frames);
	}
}

static void test_too_many(void)
{
	const guint all = 2000, places = 1000;
	g_autoptr(GString) text = g_string_new("sysrq: Show State\n");
	MD_AUTOPTR(md_log) log = NULL;
	gsize frames = 0;

	for (guint i = 0; i < all; i++) {
		g_string_append_printf(
			text,
			"task:miller          state:D stack:0     pid:%u ppid:2      "
			"flags:0x00004000\nCall Trace:\n",
			i + 1);
		for (guint j = 0; j < places; j++)
			g_string_append_printf(text, " m+0x%x/0x1000000\n", i * places + j);
	}
	log = read_log(text->str);
	for (guint i = 0; i < md_log_tasks(log)->len; i++) {
		const struct md_task *task = g_ptr_array_index(md_log_tasks(log), i);

		frames += task->frames->len;
	}
	g_assert_cmpuint(md_log_tasks_left(log), >, 0);
	g_assert_cmpuint(md_log_tasks(log)->len + md_log_tasks_left(log), ==, all);
	g_assert_cmpuint(frames, ==, md_log_tasks(log)->len * places);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("/crash/tasks/%s", cases[i].name);

		g_test_add_data_func(name, &cases[i], test_case);
	}
	g_test_add_func("/crash/tasks/long-table", test_long_table);
	g_test_add_func("/crash/tasks/many", test_many);
	g_test_add_func("/crash/tasks/too-many", test_too_many);
	return g_test_run();
}
