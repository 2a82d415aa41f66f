/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the functions on stacks are to who looks for waits, and which frames of a stack are calls.
 *
 * A stack is read from the inside. On top of what a task did may lie an interrupt, an NMI, and
 * all that a watchdog did to print it: each comes in through an entry function, which nobody
 * calls. What unwinders do not vouch for ('?') is passed over: it may be left from an earlier call.
 */
#include "lockup/internal.h"

#include <string.h>

/* Patterns with blanks between them, '*' stands for anything. */
static const struct {
	enum md_function_role role;
	const char *patterns;
} roles[] = {
	{ MD_FUNCTION_ENTRY,
	  "asm_* sysvec_* exc_* apic_timer_interrupt reschedule_interrupt call_function_*interrupt "
	  "common_interrupt ret_from_intr invoke_softirq_entry *_hypervisor_callback "
	  "hypervisor_callback xen_hvm_callback_vector nmi end_repeat_nmi repeat_nmi first_nmi "
	  "error_entry page_fault async_page_fault general_protection int3 debug invalid_op "
	  "double_fault retint_* entry_SYSCALL* entry_INT80* system_call* sysenter_* ia32_sys* "
	  "entry_SYSENTER* ret_from_fork* kernel_thread_helper child_rip "
	  "el0_* el1_* el0t_* el1t_* el1h_* vectors ret_to_user ret_fast_syscall __irq_svc "
	  "__irq_usr __dabt_svc __pabt_svc __und_svc ret_from_exception handle_exception "
	  "hardware_interrupt_common* decrementer_common* interrupt_return* "
	  "do_syscall_64 do_syscall_x64 x64_sys_call ia32_sys_call do_fast_syscall_32 do_int80* "
	  "invoke_syscall el0_svc_common* do_el0_svc "
	  "system_call_common data_access_common* io_int_handler ext_int_handler "
	  "pgm_check_handler mcck_int_handler handle_int syscall_common" },
	{ MD_FUNCTION_SLEEP,
	  "__schedule schedule schedule_timeout* schedule_preempt_disabled schedule_hrtimeout* "
	  "context_switch __switch_to __switch_to_asm switch_to schedule_rtlock rt_mutex_schedule "
	  "io_schedule io_schedule_timeout io_schedule_prepare thread_return bit_wait* "
	  "wait_schedule __wait_on_bit* sleep_on_page* sleep_on_buffer" },
	{ MD_FUNCTION_PREEMPT,
	  "preempt_schedule* __cond_resched* _cond_resched cond_resched* dynamic_cond_resched "
	  "__preempt_schedule* ___preempt_schedule* exit_to_usermode_loop "
	  "exit_to_user_mode_loop exit_to_user_mode_prepare prepare_exit_to_usermode "
	  "irqentry_exit* raw_irqentry_exit* schedule_user sysret_careful retint_careful "
	  "retint_kernel work_pending do_notify_resume yield __sched_yield sys_sched_yield "
	  "do_sched_yield schedule_idle do_idle cpu_startup_entry cpu_idle schedule_tail "
	  "dynamic_preempt_schedule*" },
	{ MD_FUNCTION_PAUSE,
	  "kvm_wait pv_wait* xen_qlock_wait xen_poll_irq* native_halt native_safe_halt __delay "
	  "delay_* __raw_callee_save_* yield_to_preempted native_pause rep_nop cpu_relax" },
	{ MD_FUNCTION_PRINT,
	  "dump_backtrace* show_stack* show_trace* unwind_backtrace* dump_stack* spin_dump" },
};

struct md_functions {
	GHashTable *by_symbol; /* as frames have it -> struct md_function, one a name */
};

static void function_free(void *data)
{
	struct md_function *function = data;

	g_free(function->name);
	g_free(function);
}

struct md_functions *md_functions_new(void)
{
	struct md_functions *functions = g_new0(struct md_functions, 1);

	functions->by_symbol =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, function_free);
	return functions;
}

void md_functions_free(struct md_functions *functions)
{
	if (functions == NULL)
		return;
	g_hash_table_unref(functions->by_symbol);
	g_free(functions);
}

static gboolean matches(const char *patterns, const char *name)
{
	g_auto(GStrv) all = g_strsplit(patterns, " ", -1);

	for (gsize i = 0; all[i] != NULL; i++) {
		if (g_pattern_match_simple(all[i], name))
			return TRUE;
	}
	return FALSE;
}

const struct md_function *md_functions_find(struct md_functions *functions,
					    const struct md_frame *frame)
{
	struct md_function *function = g_hash_table_lookup(functions->by_symbol, frame->symbol);

	if (function != NULL)
		return function;
	function = g_new0(struct md_function, 1);
	function->name = md_symbol_name(frame->symbol);
	function->wait = md_lock_wait_find(function->name);
	for (gsize i = 0; i < G_N_ELEMENTS(roles) && function->role == MD_FUNCTION_ANY; i++) {
		if (matches(roles[i].patterns, function->name))
			function->role = roles[i].role;
	}
	g_hash_table_insert(functions->by_symbol, g_strdup(frame->symbol), function);
	return function;
}

gboolean md_frame_is_own(const struct md_frame *frame)
{
	static const char *const own[] = { "irq", "nmi", "exception", "softirq", "entry", "task" };

	if (frame->stack == NULL)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
		if (strcmp(frame->stack, own[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

gsize md_frames_next(const GPtrArray *frames, gsize index)
{
	for (; index < frames->len; index++) {
		const struct md_frame *frame = g_ptr_array_index(frames, index);

		if (frame->symbol != NULL && frame->reliable && md_frame_is_own(frame))
			break;
	}
	return index;
}

gboolean md_frames_interrupted(struct md_functions *functions, const GPtrArray *frames, gsize inner,
			       gsize outer)
{
	const struct md_frame *inside = g_ptr_array_index(frames, inner);
	const struct md_frame *outside = g_ptr_array_index(frames, outer);

	if (md_functions_find(functions, inside)->role == MD_FUNCTION_ENTRY)
		return TRUE;
	/* The instruction pointer, which is printed above the stack, is said to be of the first
	 * section below it, though that may be the interrupt that printed it. */
	return inner > 0 && inside->stack != NULL && g_strcmp0(inside->stack, outside->stack) != 0;
}
