/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tasks wait for by their stacks and registers, and who waits for nothing. */
#include "lockup/judge.h"

#include <string.h>

/* A spinlock of 3.10, the stack of an NMI above it, as crash(8) prints it. */
static const char ticket[] =
	"PID: 4711   TASK: ffff880123456780  CPU: 6   COMMAND: \"miller\"\n"
	" #0 [ffff88203fd88e60] crash_nmi_callback at ffffffff81046bf2\n"
	" #1 [ffff88203fd88e80] nmi_handle at ffffffff81649c09\n"
	" #2 [ffff88203fd88ec8] do_nmi at ffffffff81649d20\n"
	" #3 [ffff88203fd88ef0] end_repeat_nmi at ffffffff81648ff9\n"
	"    [exception RIP: _raw_spin_lock+55]\n"
	"    RIP: ffffffff81646d77  RSP: ffff880111d1f5e0  RFLAGS: 00000002\n"
	"    RAX: 0000000000001234  RBX: ffff880123456780  RCX: 00000000000001f0\n"
	"    RDX: 00000000000001f2  RSI: 00000000000001f2  RDI: ffff88203fd96600\n"
	"    RBP: ffff880111d1f5e0   R8: 0000000000000000   R9: 0000000000000000\n"
	"    R10: 0000000000000020  R11: 0000000000000000  R12: ffff880123456f84\n"
	"    R13: 0000000000000046  R14: ffff88203fd96600  R15: 0000000000000006\n"
	"    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018\n"
	"--- <NMI exception stack> ---\n"
	" #4 [ffff880111d1f5e0] _raw_spin_lock at ffffffff81646d77\n"
	" #5 [ffff880111d1f5e8] grind at ffffffff810bbdd2\n"
	" #6 [ffff880111d1f630] mill at ffffffff810bbfb2\n"
	" #7 [ffff880111d1ff50] system_call_fastpath at ffffffff816513fd\n";

/* The same kernel's own words: the instruction pointer is not vouched for. */
static const char guessed[] = "[  850.136888]  <NMI>  [<ffffffff8163f2ba>] dump_stack+0x19/0x1b\n"
			      "[  850.148970]  [<ffffffff81638b26>] panic+0xd8/0x1e7\n"
			      "[  850.232921]  [<ffffffff81649d20>] do_nmi+0xd0/0x340\n"
			      "[  850.239185]  [<ffffffff81648ff9>] end_repeat_nmi+0x1e/0x7e\n"
			      "[  850.245668]  [<ffffffff81646d72>] ? _raw_spin_lock+0x32/0x50\n"
			      "[  850.252130]  [<ffffffff81646d72>] ? _raw_spin_lock+0x32/0x50\n"
			      "[  850.258589]  <<EOE>>  [<ffffffff810bbdd2>] grind+0x192/0x300\n"
			      "[  850.265983]  [<ffffffff810bbfb2>] mill+0x12/0x20\n"
			      "[  850.322591]  [<ffffffff811e396f>] SyS_write+0x7f/0xe0\n";

/* A softirq that spins on top of a task, found by a tick on top of that. */
static const char softirq[] =
	"[   50.000001] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [meter:102]\n"
	"[   50.000002] CPU: 1 PID: 102 Comm: meter Not tainted 6.1.0-mill #1\n"
	"[   50.000003] RIP: 0010:native_queued_spin_lock_slowpath+0x6e/0x2a0\n"
	"[   50.000004] RSP: 0018:ffffb3c0400f0e68 EFLAGS: 00000202\n"
	"[   50.000005] RAX: 0000000000080001 RBX: ffffffffc04fe380 RCX: 0000000000000000\n"
	"[   50.000006] RDX: 0000000000000000 RSI: 0000000000000001 RDI: ffffffffc04fe380\n"
	"[   50.000007] RBP: ffffffffc04fe380 R08: 0000000000000000 R09: 0000000000000000\n"
	"[   50.000008] FS:  0000000000000000(0000) GS:ffff9e5fbbd00000(0000) "
	"knlGS:0000000000000000\n"
	"[   50.000009] Call Trace:\n"
	"[   50.000010]  <IRQ>\n"
	"[   50.000011]  _raw_spin_lock+0x25/0x30\n"
	"[   50.000012]  meter_tick+0x10/0x40 [meter]\n"
	"[   50.000013]  call_timer_fn+0x27/0x130\n"
	"[   50.000014]  __do_softirq+0xed/0x2fb\n"
	"[   50.000015]  sysvec_apic_timer_interrupt+0x72/0x90\n"
	"[   50.000016]  </IRQ>\n"
	"[   50.000017]  <TASK>\n"
	"[   50.000018]  asm_sysvec_apic_timer_interrupt+0x16/0x20\n"
	"[   50.000019] RIP: 0010:meter_thread+0x35/0x70 [meter]\n"
	"[   50.000020]  kthread+0xd7/0x100\n"
	"[   50.000021]  ret_from_fork+0x22/0x30\n"
	"[   50.000022]  </TASK>\n";

/* What SysRq-t lists. */
static const char listed[] = "[  100.000001] task:sifter          state:D stack:0     pid:70    "
			     "ppid:2      flags:0x4000\n"
			     "[  100.000002] Call Trace:\n"
			     "[  100.000003]  <TASK>\n"
			     "[  100.000004]  __schedule+0x34a/0x9f0\n"
			     "[  100.000005]  schedule+0x5a/0xd0\n"
			     "[  100.000006]  schedule_preempt_disabled+0x11/0x20\n"
			     "[  100.000007]  rwsem_down_write_slowpath+0x2ab/0x680\n"
			     "[  100.000008]  down_write+0x5a/0x60\n"
			     "[  100.000009]  sift+0x20/0x80\n"
			     "[  100.000010]  kthread+0xd7/0x100\n"
			     "[  100.000011]  </TASK>\n"
			     "[  100.000012] task:baker           state:D stack:0     pid:71    "
			     "ppid:2      flags:0x4000\n"
			     "[  100.000013] Call Trace:\n"
			     "[  100.000014]  <TASK>\n"
			     "[  100.000015]  __schedule+0x34a/0x9f0\n"
			     "[  100.000016]  schedule+0x5a/0xd0\n"
			     "[  100.000017]  schedule_timeout+0x118/0x150\n"
			     "[  100.000018]  wait_for_completion+0x8a/0x140\n"
			     "[  100.000019]  __wait_rcu_gp+0x11a/0x120\n"
			     "[  100.000020]  synchronize_rcu+0x60/0x80\n"
			     "[  100.000021]  bake+0x20/0x80\n"
			     "[  100.000022]  </TASK>\n"
			     "[  100.000023] task:porter          state:R stack:0     pid:72    "
			     "ppid:2      flags:0x4000\n"
			     "[  100.000024] Call Trace:\n"
			     "[  100.000025]  <TASK>\n"
			     "[  100.000026]  __schedule+0x34a/0x9f0\n"
			     "[  100.000027]  preempt_schedule_common+0x1a/0x30\n"
			     "[  100.000028]  __cond_resched+0x1e/0x30\n"
			     "[  100.000029]  mutex_lock+0xe/0x30\n"
			     "[  100.000030]  carry+0x20/0x80\n"
			     "[  100.000031]  </TASK>\n"
			     "[  100.000032] task:clerk           state:S stack:0     pid:73    "
			     "ppid:2      flags:0x4000\n"
			     "[  100.000033] Call Trace:\n"
			     "[  100.000034]  <TASK>\n"
			     "[  100.000035]  __schedule+0x34a/0x9f0\n"
			     "[  100.000036]  schedule+0x5a/0xd0\n"
			     "[  100.000037]  pipe_read+0x3a1/0x490\n"
			     "[  100.000038]  mutex_lock+0xe/0x30\n"
			     "[  100.000039]  vfs_read+0x20/0x80\n"
			     "[  100.000040]  </TASK>\n";

struct read {
	struct md_log *log;
	struct md_lockup *lockup;
};

static struct read read_log(const char *text)
{
	struct md_lockup_settings *settings = md_lockup_settings_new();
	struct read read = { .log = md_log_new("log") };

	g_assert_true(md_log_feed(read.log, text, strlen(text), NULL));
	g_assert_true(md_log_finish(read.log, NULL));
	read.lockup = md_lockup_new(&read.log, 1, NULL, settings, NULL, NULL);
	g_assert_nonnull(read.lockup);
	md_lockup_settings_free(settings);
	return read;
}

static void read_clear(struct read *read)
{
	md_lockup_free(read->lockup);
	md_log_free(read->log);
}

static const struct md_lockup_task *task_of(const struct read *read, gint64 pid)
{
	for (guint i = 0; i < read->lockup->tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(read->lockup->tasks, i);

		if (task->task->pid == pid)
			return task;
	}
	g_assert_not_reached();
}

static void check_want(const struct md_lockup_task *task, enum md_lock_kind kind,
		       const char *function, const char *symbol)
{
	g_assert_true(task->waits);
	g_assert_cmpstr(md_lock_kind_name(task->want.kind), ==, md_lock_kind_name(kind));
	g_assert_cmpstr(task->want.function, ==, function);
	g_assert_cmpstr(task->want.symbol, ==, symbol);
}

/* The only note in which @word stands. */
static const char *note_with(const struct read *read, const char *word)
{
	const char *found = NULL;

	for (guint i = 0; i < read->lockup->notes->len; i++) {
		const char *note = g_ptr_array_index(read->lockup->notes, i);

		if (strstr(note, word) == NULL)
			continue;
		g_assert_null(found);
		found = note;
	}
	g_assert_nonnull(found);
	return found;
}

static void test_ticket(void)
{
	struct read read = read_log(ticket);
	const struct md_lockup_task *task = task_of(&read, 4711);
	g_autofree char *registers = md_words_lock(task);

	check_want(task, MD_LOCK_SPIN, "_raw_spin_lock", "grind");
	g_assert_cmphex(task->want.address.value, ==, 0xffff88203fd96600);
	g_assert_cmpstr(registers, ==,
			"the lock that _raw_spin_lock was called with is ffff88203fd96600: in RDI "
			"and R14");
	g_assert_nonnull(strstr(note_with(&read, "ticket"), "0x1f2"));
	/* ffff88203fd88e60, the NMI's stack, and the lock share 128 KB. */
	g_assert_nonnull(strstr(note_with(&read, "per-CPU area"), "CPU 6 itself"));
	read_clear(&read);
}

static char *replace(const char *text, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(text, from, -1);

	g_assert_cmpuint(g_strv_length(parts), >, 1);
	return g_strjoinv(to, parts);
}

/* What is not plain is not said. */
static void test_no_ticket(void)
{
	g_autofree char *far = replace(ticket, "ffff88203fd96600", "ffff88203fda6600");
	g_autofree char *other = replace(far, "RSI: 00000000000001f2", "RSI: 0000000000000001");
	struct read read = read_log(other);

	g_assert_cmphex(task_of(&read, 4711)->want.address.value, ==, 0xffff88203fda6600);
	for (guint i = 0; i < read.lockup->notes->len; i++) {
		const char *note = g_ptr_array_index(read.lockup->notes, i);

		g_assert_null(strstr(note, "ticket"));
		g_assert_null(strstr(note, "per-CPU"));
	}
	read_clear(&read);
}

static void test_guessed_pointer(void)
{
	struct read read = read_log(guessed);

	g_assert_cmpuint(read.lockup->tasks->len, ==, 1);
	check_want(md_lockup_task_at(read.lockup->tasks, 0), MD_LOCK_SPIN, "_raw_spin_lock",
		   "grind");
	read_clear(&read);
}

static void test_softirq(void)
{
	struct read read = read_log(softirq);
	const struct md_lockup_task *task = task_of(&read, 102);

	check_want(task, MD_LOCK_SPIN, "_raw_spin_lock", "meter_tick");
	g_assert_cmphex(task->want.address.value, ==, 0xffffffffc04fe380);
	/* What was interrupted is below. */
	g_assert_cmpstr(((const struct md_frame *)g_ptr_array_index(task->task->frames,
								    task->task->frames->len - 1))
				->symbol,
			==, "ret_from_fork");
	/* Tail 2 is CPU 1, which reads the word itself. */
	note_with(&read, "last in its queue");
	read_clear(&read);
}

/* Debug information names the functions that were inlined into the lock function, too. */
static void test_inlined(void)
{
	struct read read =
		read_log("PID: 102    TASK: ffff888000050000  CPU: 1   COMMAND: \"meter\"\n"
			 " #0 [ffffc90000053e00] cpu_relax at ffffffff81003030\n"
			 " #1 [ffffc90000053e00] virt_spin_lock at ffffffff81003030\n"
			 " #2 [ffffc90000053e00] native_queued_spin_lock_slowpath at "
			 "ffffffff81003030\n"
			 " #3 [ffffc90000053e10] queued_spin_lock at ffffffff81003125\n"
			 " #4 [ffffc90000053e10] do_raw_spin_lock at ffffffff81003125\n"
			 " #5 [ffffc90000053e20] _raw_spin_lock at ffffffff81003125\n"
			 " #6 [ffffc90000053e30] meter_tick at ffffffff81004000\n");

	check_want(task_of(&read, 102), MD_LOCK_SPIN, "_raw_spin_lock", "meter_tick");
	read_clear(&read);
}

static void test_listed(void)
{
	struct read read = read_log(listed);

	check_want(task_of(&read, 70), MD_LOCK_RWSEM, "down_write", "sift");
	check_want(task_of(&read, 71), MD_LOCK_RCU, "synchronize_rcu", "bake");
	/* Preempted on its way; the mutex is not what it waits for. */
	g_assert_false(task_of(&read, 72)->waits);
	/* What it once called says nothing of what goes on further inside. */
	check_want(task_of(&read, 73), MD_LOCK_WAIT_QUEUE, "schedule", "pipe_read");
	g_assert_cmpuint(read.lockup->knots->len, ==, 0);
	read_clear(&read);
}

/* Condition variables of OpenZFS, and who flushes its own TLB alone. */
static void test_others(void)
{
	struct read read = read_log("[  100.000001] arc      D    0    70      2 0x80000000\n"
				    "[  100.000002] Call Trace:\n"
				    "[  100.000003]  __schedule+0x24e/0x880\n"
				    "[  100.000004]  schedule+0x2c/0x80\n"
				    "[  100.000005]  cv_wait_common+0x121/0x130 [spl]\n"
				    "[  100.000006]  __cv_wait+0x15/0x20 [spl]\n"
				    "[  100.000007]  sift+0x189/0xff0\n"
				    "[  100.000008] io       D    0    71      2 0x80000000\n"
				    "[  100.000009] Call Trace:\n"
				    "[  100.000010]  io_schedule+0x16/0x40\n"
				    "[  100.000011]  cv_wait_common+0x9f/0x120 [spl]\n"
				    "[  100.000012]  __cv_wait_io+0x18/0x20 [spl]\n"
				    "[  100.000013]  bake+0x89/0xff0\n"
				    "[  100.000014] CPU: 0 PID: 72 Comm: seq Not tainted 4.8.0 #1\n"
				    "[  100.000015] RIP: 0010:native_flush_tlb_global+0x46/0x50\n"
				    "[  100.000016] Call Trace:\n"
				    "[  100.000017]  __flush_tlb_all+0x16/0x20\n"
				    "[  100.000018]  mill+0x18/0x20\n");

	check_want(task_of(&read, 70), MD_LOCK_WAIT_QUEUE, "__cv_wait", "sift");
	check_want(task_of(&read, 71), MD_LOCK_IO, "__cv_wait_io", "bake");
	g_assert_false(task_of(&read, 72)->waits);
	read_clear(&read);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lockup/waits/ticket", test_ticket);
	g_test_add_func("/lockup/waits/no-ticket", test_no_ticket);
	g_test_add_func("/lockup/waits/guessed-pointer", test_guessed_pointer);
	g_test_add_func("/lockup/waits/softirq", test_softirq);
	g_test_add_func("/lockup/waits/inlined", test_inlined);
	g_test_add_func("/lockup/waits/listed", test_listed);
	g_test_add_func("/lockup/waits/others", test_others);
	return g_test_run();
}
