/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who only reports a crash or fails for its caller, and who does not: what is called much like
 * a helper may well be what crashed.
 */
#include "crash/crash.h"

static void test_bystanders(void)
{
	static const char *const names[] = {
		"dump_stack",
		"__warn_printk",
		"print_deadlock_bug.cold",
		"__list_del_entry_valid_or_report",
		"xen_do_hypervisor_callback",
		"warn_slowpath_fmt",
		"die",
		"__die_body.cold",
		"kasan_report",
		"describe_object_addr",
		"asm_exc_page_fault",
		"schedule",
		"schedule_timeout.constprop.0",
		"__schedule",
		"watchdog_timer_fn",
		"handle_irq_event_percpu",
		"xen_timer_interrupt",
		"_raw_spin_lock_irqsave",
		"__mutex_lock",
		"down_read",
		"__down_common",
		"up_write",
		"complete",
		"complete_all",
		"memcpy_erms",
		"clear_page_erms",
		"__get_user_4",
		"strlen",
		"crc32_le",
		"sort",
		"kfree",
		"sock_alloc_send_pskb",
		"list_del",
		"__list_add_valid",
		"list_splice_init",
		"rb_erase",
		"rb_insert_color",
		"__rb_erase_color",
		"atomic_inc",
		"atomic64_add_return",
		"hash_long",
		"__bitmap_weight",
		"device_add",
		"__ffs",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_test_message("%s", names[i]);
		g_assert_true(md_symbol_is_bystander(names[i]));
	}
}

static void test_neighbours(void)
{
	static const char *const names[] = {
		"hash_sendmsg",
		"hash_accept",
		"hash_netiface_add",
		"rb_commit",
		"rb_reserve_next_event",
		"atomic_open",
		"atomic_check",
		"complete_walk",
		"complete_signal",
		"vgic_v3_load",
		"vgic_mmio_read_pending",
		"list_lru_add",
		"list_devices",
		"list_add_leaf_cfs_rq",
		"bitmap_endwrite",
		"bitmap_daemon_work",
		"clocksource_watchdog",
		"device_add_disk",
		"sock_alloc_file",
		"schedule_on_each_cpu",
		"sort_range",
		"crc_control_write",
		"die_notifier",
		"describe_options",
		"warn_setuid",
		"replay_log_leb",
		"rep_probe",
		"up_threshold",
		"down_conversion",
		"watchdog_ioctl",
		"string_mount",
		"page_to_skb",
		"ffs_func_bind",
		"copy_page_range",
		"get_user_pages",
		"clear_page_dirty_for_io",
		"get_device_state",
		"delay_work",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_test_message("%s", names[i]);
		g_assert_false(md_symbol_is_bystander(names[i]));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crash/look/bystanders", test_bystanders);
	g_test_add_func("/crash/look/neighbours", test_neighbours);
	return g_test_run();
}
