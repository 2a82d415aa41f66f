/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vmcores: what is asked of crash(8), and made of its answers. In its place there is a program that
 * plays machines that are written down, tests/support/debugger/crash.
 */
#include "lockup/lockup.h"

#include <string.h>

static char *machine(const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "unit", "lockup_vmcore", name, NULL);
}

static void print_task(const struct md_task *task, GString *out)
{
	g_string_append_printf(out, "%d %s cpu %d %c%s", (int)task->pid, task->comm, (int)task->cpu,
			       task->state, task->on_cpu ? " on-cpu" : "");
	if (task->blocked >= 0)
		g_string_append_printf(out, " %d s", (int)task->blocked);
	g_string_append_c(out, '\n');
	for (guint i = 0; i < task->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		g_string_append_printf(out, "  %s+%d%s%s%s%s\n", frame->symbol, (int)frame->offset,
				       frame->module ? " " : "", frame->module ? frame->module : "",
				       frame->stack ? " on " : "",
				       frame->stack ? frame->stack : "");
	}
	for (guint i = 0; i < task->said->len; i++) {
		const struct md_said_lock *said =
			&g_array_index(task->said, struct md_said_lock, i);

		g_string_append_printf(out, "  %s %s %" G_GINT64_MODIFIER "x%s",
				       said->wanted ? "wants" : "holds",
				       said->name ? said->name : "-", said->address.value,
				       said->shared ? " shared" : "");
		if (said->owner >= 0)
			g_string_append_printf(out, " of %d", (int)said->owner);
		if (said->why != NULL)
			g_string_append_printf(out, " (%d: %s)", (int)said->state, said->why);
		g_string_append_c(out, '\n');
	}
}

static char *read_tasks(const char *name)
{
	g_autofree char *path = machine(name);
	g_autoptr(GError) error = NULL;
	MD_AUTOPTR(md_log) log = md_vmcore_read(path, path, NULL, &error);
	g_autoptr(GString) out = g_string_new(NULL);
	const GPtrArray *tasks;

	g_assert_no_error(error);
	tasks = md_log_tasks(log);
	for (guint i = 0; i < tasks->len; i++)
		print_task(g_ptr_array_index(tasks, i), out);
	for (guint i = 1; i < md_log_commands(log)->len; i++)
		g_string_append_printf(out, "%s\n",
				       (char *)g_ptr_array_index(md_log_commands(log), i));
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void test_listed(void)
{
	g_autofree char *tasks = read_tasks("listed");

	g_assert_cmpstr(tasks, ==,
			"100 miller cpu 0 D 120 s\n"
			"  __schedule+64\n"
			"  __mutex_lock.constprop.0+921\n"
			"  mill_grind+32 mill\n"
			"  wants flour_lock ffffffffc0002000 of 101\n"
			"  holds - ffff888000100000\n"
			"101 baker cpu 0 D\n"
			"  __schedule+64\n"
			"  __mutex_lock.constprop.0+921\n"
			"  holds flour_lock ffffffffc0002000\n"
			"  wants - ffff888000100000 of 100\n"
			"102 the boy cpu 0 D\n"
			"  __schedule+64\n"
			"  __mutex_lock.constprop.0+921\n"
			"  wants - ffff888000100000 of 100\n"
			"103 carter cpu 0 D\n"
			"  __schedule+64\n"
			"  rwsem_down_read_slowpath+670\n"
			"  wants mill+0x8 ffffffffc0002048 shared\n"
			"104 grinder cpu 1 R on-cpu\n"
			"  native_queued_spin_lock_slowpath+48\n"
			"  _raw_spin_lock+37\n"
			"  wants mill+0x40 ffffffffc0002080\n"
			"sys\nps\nforeach bt -s\nlog\n");
}

static void test_unlisted(void)
{
	g_autofree char *tasks = read_tasks("unlisted");

	g_assert_cmpstr(tasks, ==,
			"104 grinder cpu 1 R on-cpu\n"
			"  native_queued_spin_lock_slowpath+16 on irq\n"
			"  _raw_spin_lock+37 on irq\n"
			"  mill_tick+21 mill on irq\n"
			"  sysvec_timer+32 on irq\n"
			"  asm_sysvec_timer+21\n"
			"  mill_grind+16\n"
			"  kthread+32\n"
			"  wants mill_clock ffffffffc0002040\n"
			"  holds flour_lock ffffffffc0002000\n"
			"100 miller cpu 3 D\n"
			"  __schedule+64\n"
			"  __mutex_lock.constprop.0+37\n"
			"  mill_grind+32 mill\n"
			"  kthread+32\n"
			"  ret_from_fork+16\n"
			"  wants flour_lock ffffffffc0002000 of 104\n"
			"sys\nps\ntree -t xarray ffffffff82000140\nforeach bt -s\nhelp -r\nlog\n");
}

/* Owners that are no task of the machine: of an rt_mutex, and of a rwsem that is held for nobody.
 */
static void test_ownerless(void)
{
	g_autofree char *tasks = read_tasks("ownerless");

	g_assert_cmpstr(tasks, ==,
			"100 miller cpu 0 D\n"
			"  __schedule+64\n"
			"  rt_mutex_slowlock+921\n"
			"  wants flour_lock ffffffffc0002000 (2: the word of its owner is "
			"ffff888000050001, and no task has the task_struct ffff888000050000)\n"
			"101 baker cpu 0 D\n"
			"  __schedule+64\n"
			"  rt_mutex_slowlock+921\n"
			"102 carter cpu 0 D\n"
			"  __schedule+64\n"
			"  rwsem_down_read_slowpath+670\n"
			"  wants mill+0x8 ffffffffc0002048 shared (4: the kernel notes that it was "
			"taken on behalf of nobody, as that of a frozen file system is)\n"
			"sys\nps\nforeach bt -s\nlog\n");
}

static void expect_error(const char *vmcore, const char *message)
{
	g_autofree char *listed = machine("listed");
	g_autoptr(GError) error = NULL;

	g_assert_null(md_vmcore_read(vmcore, listed, NULL, &error));
	g_assert_nonnull(error);
	if (strstr(error->message, message) == NULL)
		g_error("%s", error->message);
}

static void test_errors(void)
{
	g_autofree char *mismatch = machine("mismatch"), *dies = machine("dies"),
			*truncated = machine("truncated"), *listed = machine("listed"),
			*path = g_strdup(g_getenv("PATH"));

	expect_error(mismatch,
		     "mismatch: crash(8) ended: /cores/vmlinux and /cores/vmcore do not match!");
	expect_error(truncated,
		     "truncated: crash(8) ended: the file may be truncated: read error: ");
	expect_error(dies, "dies: crash(8) ended: it did not say why");
	expect_error("/nowhere/vmcore", "/nowhere/vmcore: No such file");
	expect_error("/tmp/$(id)", "cannot open a file of such a name");
	g_setenv("PATH", "/nowhere", TRUE);
	expect_error(listed, "the program crash is not installed");
	g_setenv("PATH", path, TRUE);
}

static gboolean stop(void *data, const char *phase, guint64 done, guint64 total)
{
	(void)data;
	(void)phase;
	(void)total;
	return done < 3;
}

static void test_cancelled(void)
{
	g_autofree char *listed = machine("listed");
	const struct md_hooks hooks = { .progress = stop };
	g_autoptr(GError) error = NULL;

	g_assert_null(md_vmcore_read(listed, listed, &hooks, &error));
	g_assert_error(error, MD_ERROR, MD_ERROR_CANCELLED);
}

int main(int argc, char **argv)
{
	g_autofree char *folder = NULL, *path = NULL;

	g_test_init(&argc, &argv, NULL);
	folder = g_test_build_filename(G_TEST_DIST, "support", "debugger", NULL);
	path = g_strconcat(folder, ":", g_getenv("PATH"), NULL);
	g_setenv("PATH", path, TRUE);
	g_test_add_func("/lockup/vmcore/listed", test_listed);
	g_test_add_func("/lockup/vmcore/unlisted", test_unlisted);
	g_test_add_func("/lockup/vmcore/ownerless", test_ownerless);
	g_test_add_func("/lockup/vmcore/errors", test_errors);
	g_test_add_func("/lockup/vmcore/cancelled", test_cancelled);
	return g_test_run();
}
