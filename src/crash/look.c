/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The function to look at first: the first on the stack that is neither the machinery of
 * reporting nor a helper that fails for whoever called it.
 *
 * The table has names without the underscores in front; one '*' in a name stands for anything.
 */
#include "crash/parser.h"

#include <string.h>

static const char *const bystanders[] = {
	/* Xen's: what it dies by, and helpers that ask what their callers hold. */
	"ASSERT_NOT_IN_ATOMIC early_page_fault fatal_trap init_idt_traps machine_halt "
	"machine_restart rspin_* rw_is_locked show_code show_execution_state* show_registers "
	"smp_send_stop spin_is_locked stop_this_cpu xfree* xmalloc* xmem_pool_* xrealloc* "
	"xvfree* xvmalloc* xzalloc*",

	/* Stacks printed and walked. */
	"arch_stack_walk c_backtrace dump_backtrace* dump_cpu_task dump_header dump_stack* "
	"print_trace* save_stack* sched_show_task show_regs* show_stack* show_state* "
	"show_trace* stack_depot_* stack_trace_* unwind_backtrace unwind_get_return_address "
	"walk_stackframe crash_setup_regs kernel_text_address is_bpf_text_address* "
	"is_ftrace_trampoline",

	/* Panics, oopses, warnings: who says so. */
	"add_taint* bad_area* bad_page* bug_handler* cant_sleep* check_bytes_and_report "
	"check_heap_object check_object check_object_size* check_preemption_disabled "
	"crash_kexec create_object* debug_check_no_obj_freed debug_hrtimer_* debug_object_* "
	"debug_print_object debug_rcu_head_* debug_smp_processor_id debug_timer_* "
	"debug_work_* die die_addr die_body die_header die_if_kernel die_nmi do_exit "
	"do_kern_addr_fault do_user_addr_fault dump_page ext4_error* fixup_bug* fortify_panic "
	"free_pages_check_bad handle_bug* handle_overflow handle_page_fault "
	"invalid_page_fault is_prefetch* kernelmode_fixup_or_oops list_*_report list_*_valid* "
	"list_add_valid* list_del_entry_valid* machine_kexec might_fault* might_resched* "
	"might_sleep* nested_*panic nmi_panic* no_context object_err oops_* page_fault_oops "
	"panic phys_addr* print_bad_pte print_trailer print_unrefs refcount_warn_saturate "
	"reiserfs_error reiserfs_panic report_bug report_cfi_failure report_usercopy "
	"schedule_bug show_fault_* skb_over_panic skb_panic skb_under_panic slab_bug slab_err "
	"slab_fix stack_chk_fail sysfs_warn_dup this_cpu_preempt_check ubsan* usercopy_abort "
	"usercopy_warn virt_to_phys* vpanic warn warn_alloc* warn_bogus_* warn_printk "
	"warn_slowpath_* warn_thunk*",

	/* The sanitizers and what compilers put into code for them and for coverage. */
	"addr_has_metadata asan_* check_memory_region* check_poison* check_region_inline "
	"describe_access* describe_address* describe_heap_address* describe_object* "
	"end_report fentry* ftrace_*call* hwasan_* instrument_* kasan_* kcsan_* kfence_* "
	"kmemleak_* kmsan_* look_up_lock_class mcount* msan_* object_is_on_stack "
	"perf_trace_lock* print_address_description* print_report print_shadow* "
	"report_enabled report_invalid_* return_to_handler sanitizer_* set_report_* "
	"start_report trace_event_raw_event_lock* trace_lock_* tsan_* write_comp_data "
	"x86_indirect_* x86_return_thunk*",

	/* Traps and how the machine gets to them. */
	"arm64_*serror* asm_exc_* asm_sysvec_* async_page_fault bad_mode bad_page_fault "
	"brk_handler* call_undef_hook common_exception* dabt_svc data_access_* "
	"die_kernel_fault divide_error do_DataAbort do_PrefetchAbort do_ade "
	"do_alignment_fault do_async_page_fault do_bad_area do_bp do_debug_exception "
	"do_divide_error do_double_fault do_el1_* do_error_trap do_general_protection do_int3 "
	"do_invalid_op do_kernel_fault do_mem_abort do_page_fault do_report_trap do_ri do_sea "
	"do_stack_segment do_tag_check_fault do_tag_recovery do_tr do_translation_fault "
	"do_trap* do_undefinstr double_fault el1_* el1h_* el1sync* el1t_* error_code "
	"error_entry error_exit exc_* general_protection handle_adel* handle_ades* handle_bp* "
	"handle_exception illegal_op instruction_access_* int3 invalid_op irq_svc "
	"kernel_stack_overflow math_error pabt_svc page_fault pgm_check_* program_check_* "
	"report_tag_fault ret_from_except* stack_segment sysvec_* tlb_do_page_fault* "
	"trap_init und_svc",

	/* Interrupts: what ran when somebody looked, not what it ran in. */
	"*_interrupt_entry* apic_timer_interrupt arch_timer_handler_* call_function_interrupt "
	"call_function_single_interrupt call_on_irq_stack common_interrupt "
	"common_interrupt_return do_handle_IPI do_interrupt_handler do_IRQ el0_irq* "
	"entering_irq exiting_irq generic_handle_domain_irq generic_handle_irq* "
	"gic_handle_irq* handle_arch_irq handle_domain_irq handle_IPI handle_irq "
	"handle_edge_irq handle_fasteoi_irq handle_irq_desc handle_irq_event* handle_level_irq "
	"evtchn_2l_handle_events evtchn_fifo_handle_events handle_percpu_irq xen_timer_interrupt "
	"handle_percpu_devid_fasteoi_ipi handle_percpu_devid_irq "
	"ipi_cpu_backtrace ipi_handler irq_enter* irq_exit* irqentry_* "
	"local_apic_timer_interrupt preempt_schedule_irq rcu_gp_fqs* rcu_gp_kthread* "
	"reschedule_interrupt ret_from_intr retint_* run_on_irqstack* smp_*_interrupt "
	"smp_apic_timer_interrupt* smp_trace_* smp_trace_apic_timer_interrupt swake_up* "
	"timer_handler timer_interrupt xen_do_*callback* xen_evtchn_do_upcall "
	"xen_hvm_callback_vector",

	/* Watchdogs and the ticks that they run from. */
	"amd_pmu_handle_irq arch_trigger_* check_cpu_stall* check_hung_* default_do_nmi "
	"do_nmi end_repeat_nmi first_nmi handle_pmi_common hrtimer_interrupt "
	"hrtimer_run_queues hrtimer_run_softirq intel_pmu_handle_irq* is_softlockup nmi "
	"nmi_cpu_backtrace* nmi_handle* nmi_raise_* nmi_stack_* nmi_trigger_* "
	"perf_event_nmi_handler perf_event_overflow perf_sample_* print_cpu_stall* "
	"print_other_cpu_stall* rcu_check_callbacks rcu_check_gp_* rcu_dump_* rcu_pending "
	"rcu_sched_clock_irq run_hrtimer* synchronize_rcu_expedited_wait* tick_do_* "
	"tick_handle_* tick_nohz_* tick_periodic* tick_sched_* trigger_*backtrace "
	"update_process_times watchdog watchdog_buddy_* watchdog_check_* "
	"watchdog_hardlockup_* watchdog_nmi_* watchdog_overflow_callback watchdog_timer_fn "
	"x86_pmu_handle_irq",

	/* Lock debugging. */
	"add_chain_* assign_lock_key check_chain_key check_deadlock* check_irq_* check_lock* "
	"check_noncircular check_prev* check_usage* check_wait_context debug_check_no_locks* "
	"debug_check_no_obj* debug_mutex_* debug_rt_mutex_* find_held_lock hlock_class "
	"lock_acquire* lock_is_held* lock_release* lock_set_* lockdep_* lookup_chain* "
	"mark_held_locks* mark_lock* mark_usage* print_*_bug* print_bad_* print_circular_* "
	"print_deadlock_* print_freed_* print_irq_* print_lock_* print_unlock_* print_usage_* "
	"rcu_lock_acquire rcu_lock_release rcu_lockdep_* rcu_note_context_switch "
	"rcu_read_lock* reacquire_held_locks register_lock_class rwlock_bug spin_bug "
	"spin_dump trace_hardirqs_* trace_softirqs_* valid_state* validate_chain*",

	/* Lock and wait primitives: they wait or fail for whoever called them. */
	"arch_local_* arch_read_* arch_spin_* arch_write_* autoremove_wake_function "
	"bit_spin_* bit_wait* call_rwsem_* cancel_delayed_work_sync cancel_work_sync "
	"cleanup_srcu_struct clocksource_cyc2ns clocksource_delta complete complete_all "
	"complete_on_current_cpu complete_with_flags completion_* cond_resched* console_lock "
	"console_trylock* console_unlock* const_udelay* context_switch cpu_relax "
	"cv_timedwait* cv_wait* "
	"default_wake_function del_timer_sync delay_halt* delay_loop delay_mwaitx delay_tsc "
	"destroy_workqueue do_raw_* do_task_dead do_wait_for_common do_wait_intr* down "
	"down_common down_interruptible down_killable down_read* down_timeout down_trylock* "
	"down_write* drain_workqueue finish_task_switch finish_wait flush_work* "
	"hrtimer_cancel hrtimer_try_to_cancel insert_work* io_schedule* kthread_park* "
	"kthread_stop* ktime_get* kvm_clock_* kvm_wait ldsem_* local_bh_* local_irq_* "
	"lock_page* lock_sock lock_sock_nested msleep* mutex_* native_queued_* "
	"native_safe_halt ndelay* need_resched osq_lock out_of_line_wait_on_* percpu_down_* "
	"percpu_rwsem_* percpu_up_* preempt_count_* preempt_schedule* prepare_to_wait* "
	"pv_hash pv_queued_* pv_wait* pvclock_* queue_delayed_work* queue_rcu_work* "
	"queue_work* queued_read_* queued_spin_* queued_write_* raw_callee_save_* raw_read_* "
	"raw_spin_* raw_write_* rdtsc* read_lock* read_seq* read_unlock* release_sock "
	"rt_mutex_* rt_spin_* rwbase_* rwsem_* sched_clock* schedule schedule_debug "
	"schedule_delayed_work* schedule_hrtimeout* schedule_idle schedule_preempt_disabled "
	"schedule_rtlock* schedule_tail schedule_timeout* schedule_user schedule_work* "
	"seqcount_* seqprop_* spin_lock* spin_trylock* spin_unlock* srcu_read_* "
	"start_flush_work switch_to* ticket_spin_* try_to_del_timer_sync udelay* up up_read* "
	"up_write* usleep_* wait_for_common* wait_for_completion* wait_on_bit* wake_up* "
	"write_lock* write_seq* write_unlock* ww_mutex_*",

	/* Bytes moved and compared. */
	"*_string_nocheck *addr_string* arch_copy_* asm_copy_* bcmp call_console_drivers* "
	"clear_page clear_page_erms clear_page_orig clear_page_rep clear_user* console_emit_* "
	"copy_from_iter* copy_from_user* copy_mc_* copy_page copy_page_from_iter* "
	"copy_page_rep copy_page_to_iter* copy_to_iter* copy_to_user* copy_user_* copyin* "
	"copyout* crc16* crc32* crc64* crc7* crc8* crc_ccitt* crc_itu_t crc_pcl crc_t10dif* "
	"crct10dif* csum_partial* do_csum format_decode* get_user_1 get_user_2 get_user_4 "
	"get_user_8 get_user_nocheck_* hash_32* hash_64* hash_add* hash_del* hash_long "
	"hash_ptr hash_string hex_string* io_serial_* ip_fast_csum jhash* kasprintf* kmemdup* "
	"kstrdup* kvasprintf* mem_serial_* memchr* memcmp* memcpy* memdup_* memmove* memscan* "
	"memset* msg_print_text* pointer printk* put_user_1 put_user_2 put_user_4 put_user_8 "
	"put_user_nocheck_* raw_copy_* raw_read[bwlq] rep_movs* rep_nop rep_stos* scnprintf* "
	"serial8250_* siphash* snprintf* sprintf* strcasecmp* strcat* strchr* strcmp* strcpy* "
	"strdup* strim string string_escape* string_nocheck strlcpy* strlen* strncasecmp* "
	"strncat* strncmp* strncpy* strnlen* strnstr* strrchr* strreplace strscpy* strstr* "
	"uart_console_* univ8250_* user_access_* uuid_string* vprintk* vscnprintf* vsnprintf* "
	"vsprintf* vt_console_* wait_for_xmitr* xxh*",

	/* Memory taken and given back. */
	"alloc_debug_* alloc_page* alloc_percpu* allocate_slab* build_detached_freelist "
	"cache_alloc* cache_free* cache_grow* cache_init* compound_head devm_kmalloc* "
	"devm_kzalloc* dma_alloc_* dma_pool_* do_cache_alloc do_kmalloc* do_slab_free "
	"filemap_alloc* folio_alloc* free_block free_consistency_* free_debug_* "
	"free_large_kmalloc* free_pages* free_pcp* free_percpu free_to_partial_list "
	"free_unref_* get_free_page* get_page_from_freelist kcalloc* kfree* kmalloc* "
	"kmem_cache_* kmem_freepages krealloc* kvfree* kvmalloc* kvzalloc* kzalloc* "
	"large_kmalloc* mempool_* new_slab* page_cache_alloc* page_frag_* page_to_nid "
	"page_to_pfn page_to_virt pcpu_alloc* percpu_alloc* prep_compound_page* prep_new_page "
	"put_page* quarantine_* sk_alloc sk_destruct* sk_free sk_prot_alloc* sk_prot_free* "
	"skb_pull* skb_push* skb_put* skb_trim* slab_alloc* slab_free* slab_post_* slab_pre_* "
	"sock_alloc sock_alloc_inode sock_alloc_send_* sysfs_slab_* vfree* vmalloc* vunmap* "
	"vzalloc*",

	/* Lists, trees, counters, objects. */
	"arch_atomic* arch_test_* atomic64_* atomic_add* atomic_and* atomic_cmpxchg* "
	"atomic_dec* atomic_fetch_* atomic_inc* atomic_long_* atomic_or* atomic_read* "
	"atomic_set* atomic_sub* atomic_try_* atomic_xchg* bitmap_allocate_region bitmap_and "
	"bitmap_andnot bitmap_clear bitmap_complement bitmap_copy bitmap_empty bitmap_equal "
	"bitmap_fill bitmap_find_free_region bitmap_find_next_zero_area* bitmap_full "
	"bitmap_intersects bitmap_list_string* bitmap_or bitmap_parse* bitmap_print_to_* "
	"bitmap_release_region bitmap_set bitmap_shift_* bitmap_string* bitmap_subset "
	"bitmap_weight* bitmap_xor bitmap_zero cleanup_glue_dir* clear_bit* cmp_ex_* "
	"constant_test_* device_add device_add_attrs device_add_class_symlinks "
	"device_add_groups device_del device_initialize device_link* device_register "
	"device_unregister devres_* ffs ffs64 find_first_* find_last_* find_next_* fls fls64 "
	"fls_long get_device get_device_parent* hlist_* ida_* idr_* jump_label_* klist* "
	"kobject_* kref_* kset_* list_add list_add_rcu list_add_tail* list_bulk_move_* "
	"list_cut_* list_del list_del_entry* list_del_init* list_del_rcu list_empty* "
	"list_move list_move_tail list_replace* list_rotate_* list_sort list_splice "
	"list_splice_init* list_splice_tail* llist_* lookup_object percpu_counter_* "
	"percpu_ref_* proc_register* put_device radix_tree_* raw_read* raw_write* rb_add* "
	"rb_augment_* rb_erase* rb_find* rb_first* rb_insert_augmented* rb_insert_color* "
	"rb_last* rb_link_node* rb_next* rb_prev* rb_red_parent rb_replace_node* rb_rotate_* "
	"rb_set_black rb_set_parent* rbtree_* read_once* readb* readl* readq* readw* "
	"refcount_* set_bit* sort sort_r static_key_* sysfs_create_* sysfs_remove_* "
	"test_and_* test_bit* usb_bulk_msg* usb_control_msg* usb_hcd_* "
	"usb_internal_control_msg* usb_kill_* usb_start_wait_urb* usb_submit_urb* "
	"usb_unlink_* variable_test_* write_once* writeb* writel* writeq* writew* xa_* xas_*",
};

/* Whether @name of @length bytes is what @pattern, of @size bytes, stands for. */
static gboolean matches(const char *pattern, gsize size, const char *name, gsize length)
{
	gsize at = 0, rest = 0; /* in the pattern, and in the name */
	gsize star = size, taken = 0;

	while (rest < length) {
		if (at < size && pattern[at] == '*') {
			star = at++;
			taken = rest;
		} else if (at < size && pattern[at] == name[rest]) {
			at++;
			rest++;
		} else if (star < size) {
			/* The last star takes a byte more. */
			at = star + 1;
			rest = ++taken;
		} else {
			return FALSE;
		}
	}
	while (at < size && pattern[at] == '*')
		at++;
	return at == size;
}

static gboolean matches_any(const char *patterns, const char *name, gsize length)
{
	while (*patterns != '\0') {
		const char *blank = strchrnul(patterns, ' ');
		gsize size = (gsize)(blank - patterns);

		if ((*patterns == *name || *patterns == '*') &&
		    matches(patterns, size, name, length))
			return TRUE;
		patterns += size;
		md_scan_blanks(&patterns);
	}
	return FALSE;
}

gboolean md_symbol_is_bystander(const char *symbol)
{
	gsize length = md_symbol_length(symbol);

	while (length > 1 && *symbol == '_') {
		symbol++;
		length--;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(bystanders); i++) {
		if (matches_any(bystanders[i], symbol, length))
			return TRUE;
	}
	return FALSE;
}

/* What threads of the kernel begin with, which tells of none of them what it is. */
static const char thread_begins[] =
	"child_rip gs_change kernel_thread_helper kthread ret_from_fork* ret_from_kernel_thread";

static gboolean begins_thread(const char *symbol)
{
	return matches_any(thread_begins, symbol, md_symbol_length(symbol));
}

gboolean md_frame_may_return(const struct md_frame *frame)
{
	return frame->offset == MD_FRAME_UNKNOWN ||
	       (frame->offset > 0 && frame->offset != frame->size);
}

/* On the crash's own stack, sure, and no bystander. */
#define FIT 16

/* How fit a frame is to be looked at; 0: not at all. */
static guint fitness(const struct md_report *report, const struct md_frame *frame,
		     const struct md_frame *named)
{
	gboolean sure = frame->reliable || (report->guessed && md_frame_may_return(frame));
	guint fit = 1;

	if (frame->symbol == NULL)
		return 0;
	if (begins_thread(frame->symbol))
		return fit;
	fit += sure ? 2 : 0;
	fit += frame == named ? 4 : 0;
	fit += frame->stack == NULL ? 8 : 0;
	if (frame->stack == NULL && sure && !md_symbol_is_bystander(frame->symbol))
		fit += FIT;
	return fit;
}

/*
 * Where there are only bystanders, the outermost says most, which the missing caller called; but
 * who dies does so in the innermost.
 */
static gboolean wants_outermost(enum md_report_kind kind)
{
	switch (kind) {
	case MD_REPORT_HUNG_TASK:
	case MD_REPORT_SOFT_LOCKUP:
	case MD_REPORT_HARD_LOCKUP:
	case MD_REPORT_RCU_STALL:
	case MD_REPORT_ATOMIC:
	case MD_REPORT_PANIC:
	case MD_REPORT_WARNING:
		return TRUE;
	default:
		return FALSE;
	}
}

void md_report_look(struct md_report *report, const struct md_frame *named)
{
	gboolean outermost = wants_outermost(report->kind);
	guint best = 0;

	report->look = report->frames->len;
	for (guint i = 0; i < report->frames->len; i++) {
		guint fit = fitness(report, g_ptr_array_index(report->frames, i), named);

		if (fit > best || (outermost && fit == best && fit > 0)) {
			best = fit;
			report->look = i;
		}
		/* The first that can have to do with it: better there is none. */
		if (best >= FIT)
			break;
	}
	g_clear_pointer(&report->symbol, g_free);
	if (best > 0) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, report->look);

		report->symbol = md_symbol_name(frame->symbol);
	}
}
