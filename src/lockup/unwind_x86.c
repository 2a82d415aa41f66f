/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks of x86-64 from the memory of a vmcore, where crash(8) has none: one that is older than
 * the kernel does not find all tasks (8.0.3 and before, where `struct pid` ends in a flexible
 * array: 6.5, and 6.1 in its stable releases), nor the stacks of those that run.
 *
 * A function is called by an instruction, so a word on the stack is a return address only where
 * the bytes before it are a call; and the function that is called is known:
 *
 *   e8 xx xx xx xx           call     to the function itself, or to one that jumps to it (a tail
 *                                     call: mutex_lock to __mutex_lock), at most 3 jumps away
 *   ff /2, or e8 to a thunk  call *   to any
 *
 * The caller is the nearest word that calls the function directly; where there is none up to
 * the end of the stack, the nearest that calls through a pointer, or a function that jumps by one.
 * What an earlier call left behind has no such chain, but for a chance at a call through a pointer.
 * No unwind tables are needed, which modules without debug information have only in memory. Cost: a
 * read of each word up to the caller, once more where calls go through pointers, and the bodies of
 * functions on tail calls.
 *
 * Where interrupts came: the entry (asm_*) calls its handler with the registers (pt_regs) just
 * above, and on another stack, whose highest word is the stack pointer before.
 */
#include "lockup/vmcore.h"

#include <string.h>

/* THREAD_SIZE is 16 KB, with KASAN 32 KB. */
#define STACK_MAX ((guint64)1 << 15)
#define PAGE ((guint64)4096)
/* The largest that matters is x64_sys_call(), which jumps to every system call. */
#define BODY_MAX 16384
/* mutex_lock, __mutex_lock_slowpath, __mutex_lock; and one for a thunk or static call. */
#define JUMPS_MAX 3
/* A stack of 32 KB has room for no more. */
#define FRAMES_MAX 512

/* struct pt_regs, in words. */
enum { PT_R15, PT_IP = 16, PT_CS, PT_FLAGS, PT_SP, PT_SS, PT_WORDS };

static gboolean read_byte(struct md_debugger *debugger, guint64 address, guint8 *byte)
{
	guint64 word;

	if (!md_debugger_read(debugger, address & ~(guint64)7, &word))
		return FALSE;
	*byte = (guint8)(word >> address % 8 * 8);
	return TRUE;
}

/* Where the instruction of 5 bytes at @address jumps to or calls, by its last four. */
static gboolean read_target(struct md_debugger *debugger, guint64 address, guint64 *target)
{
	guint32 distance = 0;

	for (guint i = 0; i < 4; i++) {
		guint8 byte;

		if (!read_byte(debugger, address + 1 + i, &byte))
			return FALSE;
		distance |= (guint32)byte << 8 * i;
	}
	*target = address + 5 + (guint64)(gint64)(gint32)distance;
	return TRUE;
}

static const struct md_debugger_symbol *find_function(struct md_debugger *debugger, guint64 address)
{
	const struct md_debugger_symbol *symbol = md_debugger_symbol(debugger, address);

	/* The functions of modules have no type where these are without debug information. */
	return symbol != NULL && strchr("tTwW?", symbol->type) != NULL && symbol->address >> 63 != 0
		       ? symbol
		       : NULL;
}

/* The parts of a function that compilers put elsewhere are called as the whole. */
static guint64 function_start(struct md_debugger *debugger,
			      const struct md_debugger_symbol *function)
{
	const char *cold = strstr(function->name, ".cold");
	g_autofree char *name = NULL;
	const struct md_debugger_symbol *whole;

	if (cold == NULL)
		return function->address;
	name = g_strndup(function->name, (gsize)(cold - function->name));
	whole = md_debugger_named(debugger, name);
	return whole == NULL ? function->address : whole->address;
}

/* Where a stack goes on. */
struct stack_start {
	guint64 task; /* the lowest address of the task's own stack */
	guint64 pc;   /* in the function whose caller is next */
	guint64 sp;   /* what lies on the stack from here is older */
	guint number; /* of the next frame */
};

struct md_unwinder {
	struct md_debugger *debugger;
	GHashTable *jumps; /* a function -> GArray of guint64: where it jumps to, 0: by a pointer */
};

struct md_unwinder *md_unwinder_new(struct md_debugger *debugger)
{
	struct md_unwinder *unwinder = g_new0(struct md_unwinder, 1);

	unwinder->debugger = debugger;
	unwinder->jumps = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
						(GDestroyNotify)g_array_unref);
	return unwinder;
}

void md_unwinder_free(struct md_unwinder *unwinder)
{
	if (unwinder == NULL)
		return;
	g_hash_table_unref(unwinder->jumps);
	g_free(unwinder);
}

/* Where the instruction at @at jumps to, if it may be a jump; 0: by a pointer. */
static gboolean read_jump(struct md_debugger *debugger, guint64 at, guint64 *target)
{
	guint8 byte, next;

	if (!read_byte(debugger, at, &byte) || !read_byte(debugger, at + 1, &next))
		return FALSE;
	*target = 0;
	if (byte == 0xff) /* jmp *%reg, jmp *symbol(%rip) */
		return (next >= 0xe0 && next <= 0xe7) || next == 0x25;
	if (byte == 0xeb || (byte & 0xf0) == 0x70) { /* 8 bits of distance */
		*target = at + 2 + (guint64)(gint64)(gint8)next;
		return TRUE;
	}
	if (byte == 0x0f && (next & 0xf0) == 0x80)
		return read_target(debugger, at + 1, target);
	return byte == 0xe9 && read_target(debugger, at, target);
}

/* Adds where the instruction at @at jumps to, if that is another function. */
static void find_jump(struct md_debugger *debugger, const struct md_debugger_symbol *symbol,
		      guint64 at, GArray *targets)
{
	const struct md_debugger_symbol *function;
	guint64 target;

	if (!read_jump(debugger, at, &target) ||
	    (target >= symbol->address && target < symbol->end))
		return;
	if (target != 0) {
		function = find_function(debugger, target);
		if (function == NULL || function->address != target)
			return;
		if (strstr(function->name, "indirect_thunk") != NULL)
			target = 0;
	}
	g_array_append_val(targets, target);
}

/* Where the function that begins at @function jumps to; NULL: there is no such function. */
static const GArray *find_jumps(struct md_unwinder *unwinder, guint64 function)
{
	GArray *targets = g_hash_table_lookup(unwinder->jumps, &function);
	const struct md_debugger_symbol *symbol = find_function(unwinder->debugger, function);

	if (targets != NULL || symbol == NULL || symbol->address != function)
		return targets;
	targets = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_hash_table_insert(unwinder->jumps, g_memdup2(&function, sizeof(function)), targets);
	if (symbol->end - function > BODY_MAX)
		return targets;
	for (guint64 at = function; at + 2 <= symbol->end; at++)
		find_jump(unwinder->debugger, symbol, at, targets);
	return targets;
}

enum call { CALL_NONE, CALL_POINTER, CALL_DIRECT };

/* How a call of @from may have come to @function, by no more than @jumps. */
static enum call reach(struct md_unwinder *unwinder, guint64 from, guint64 function, guint jumps)
{
	const GArray *targets;
	enum call best = CALL_NONE;

	if (from == function)
		return CALL_DIRECT;
	targets = jumps == 0 ? NULL : find_jumps(unwinder, from);
	for (guint i = 0; targets != NULL && i < targets->len && best != CALL_DIRECT; i++) {
		guint64 target = g_array_index(targets, guint64, i);
		enum call call =
			target == 0 ? CALL_POINTER : reach(unwinder, target, function, jumps - 1);

		best = MAX(best, call);
	}
	return best;
}

/* How the call that returns to @address may have come to @function. */
static enum call find_call(struct md_unwinder *unwinder, guint64 address, guint64 function)
{
	/* Bytes before the address, and the second of the instruction: call *%reg, *disp8(%reg),
	 * *disp32(%reg), *symbol(%rip), *(%reg), *(%reg,%reg,8), *symbol(,%reg,8). */
	static const struct {
		guint8 back, first, last;
	} calls[] = { { 2, 0xd0, 0xd7 }, { 3, 0x50, 0x57 }, { 6, 0x90, 0x97 }, { 6, 0x15, 0x15 },
		      { 2, 0x10, 0x17 }, { 3, 0x14, 0x14 }, { 7, 0x14, 0x14 } };
	struct md_debugger *debugger = unwinder->debugger;
	guint8 byte, next;
	guint64 target;

	if (read_byte(debugger, address - 5, &byte) && byte == 0xe8 &&
	    read_target(debugger, address - 5, &target)) {
		const struct md_debugger_symbol *symbol = find_function(debugger, target);

		if (symbol != NULL && symbol->address == target)
			return strstr(symbol->name, "indirect_thunk") != NULL
				       ? CALL_POINTER
				       : reach(unwinder, target, function, JUMPS_MAX);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
		guint64 at = address - calls[i].back;

		if (read_byte(debugger, at, &byte) && byte == 0xff &&
		    read_byte(debugger, at + 1, &next) && next >= calls[i].first &&
		    next <= calls[i].last)
			return CALL_POINTER;
	}
	return CALL_NONE;
}

/* The place on the stack where the return address to the caller of @function is; 0: none. */
static guint64 find_caller(struct md_unwinder *unwinder, guint64 sp, guint64 limit,
			   guint64 function)
{
	guint64 pointer = 0, word;

	for (guint64 at = sp; at < limit && md_debugger_read(unwinder->debugger, at, &word);
	     at += 8) {
		enum call call;

		/* A call that never returns may be the last of its function. */
		if (find_function(unwinder->debugger, word - 1) == NULL)
			continue;
		call = find_call(unwinder, word, function);
		if (call == CALL_DIRECT)
			return at;
		if (call == CALL_POINTER && pointer == 0)
			pointer = at;
	}
	return pointer;
}

static void print_frame(GString *text, guint number, guint64 at,
			const struct md_debugger_symbol *function, guint64 pc)
{
	g_string_append_printf(text,
			       "%s#%u [%016" G_GINT64_MODIFIER "x] %s+%" G_GUINT64_FORMAT
			       " at %016" G_GINT64_MODIFIER "x",
			       number < 10 ? " " : "", number, at, function->name,
			       pc - function->address, pc);
	if (function->module != NULL)
		g_string_append_printf(text, " [%s]", function->module);
	g_string_append_c(text, '\n');
}

/* The registers of an interrupted function, from the order of pt_regs to that of crash(8). */
static void print_exception(GString *text, const guint64 *words,
			    const struct md_debugger_symbol *function)
{
	static const struct {
		const char *name;
		guint word;
	} registers[] = {
		{ "\n    RIP", PT_IP }, { "RSP", PT_SP }, { "RFLAGS", PT_FLAGS },
		{ "\n    RAX", 10 },	{ "RBX", 5 },	  { "RCX", 11 },
		{ "\n    RDX", 12 },	{ "RSI", 13 },	  { "RDI", 14 },
		{ "\n    RBP", 4 },	{ " R8", 9 },	  { " R9", 8 },
		{ "\n    R10", 7 },	{ "R11", 6 },	  { "R12", 3 },
		{ "\n    R13", 2 },	{ "R14", 1 },	  { "R15", PT_R15 },
	};

	g_string_append_printf(text, "    [exception RIP: %s+%" G_GUINT64_FORMAT "]",
			       function->name, words[PT_IP] - function->address);
	for (gsize i = 0; i < G_N_ELEMENTS(registers); i++)
		g_string_append_printf(text, "%s%s: %016" G_GINT64_MODIFIER "x",
				       registers[i].name[0] == '\n' ? "" : "  ", registers[i].name,
				       words[registers[i].word]);
	g_string_append_printf(
		text, "\n    ORIG_RAX: %016" G_GINT64_MODIFIER "x  CS: %04x  SS: %04x\n", words[15],
		(guint)words[PT_CS] & 0xffff, (guint)words[PT_SS] & 0xffff);
}

static gboolean within(guint64 address, guint64 stack)
{
	return address - stack < STACK_MAX;
}

/* Where a stack that does not belong to a task ends: its pages do. */
static guint64 stack_limit(const struct stack_start *start)
{
	return (within(start->sp, start->task) ? start->task : start->sp) + STACK_MAX;
}

/*
 * Goes on below an interrupt whose registers begin at @at. FALSE: it came from user space, or
 * these are no registers.
 */
static gboolean leave_interrupt(struct md_debugger *debugger, guint64 at, struct stack_start *start,
				GString *text)
{
	guint64 words[PT_WORDS];
	const struct md_debugger_symbol *function;

	for (guint i = 0; i < PT_WORDS; i++) {
		if (!md_debugger_read(debugger, at + 8 * i, &words[i]))
			return FALSE;
	}
	/* The two lowest bits of CS are the ring; the kernel's code segment is 0x10. */
	function = find_function(debugger, words[PT_IP]);
	if (words[PT_CS] != 0x10 || function == NULL || words[PT_SP] % 8 != 0)
		return FALSE;
	print_exception(text, words, function);
	start->pc = words[PT_IP];
	start->sp = words[PT_SP];
	return TRUE;
}

static void walk(struct md_unwinder *unwinder, struct stack_start start, GString *text)
{
	struct md_debugger *debugger = unwinder->debugger;

	while (start.number < FRAMES_MAX) {
		const struct md_debugger_symbol *function = find_function(debugger, start.pc);
		guint64 at, pc, before;

		if (function == NULL)
			return;
		at = find_caller(unwinder, start.sp, stack_limit(&start),
				 function_start(debugger, function));
		if (at == 0 || !md_debugger_read(debugger, at, &pc))
			return;
		/* One less: a call that never returns may be its function's last. */
		function = find_function(debugger, pc - 1);
		print_frame(text, start.number++, at, function, pc);
		start.pc = pc - 1;
		start.sp = at + 8;
		if (g_str_has_prefix(function->name, "asm_")) {
			if (!leave_interrupt(debugger, at + 8, &start, text))
				return;
		} else if (!within(at, start.task) && (at + 16) % PAGE == 0 &&
			   md_debugger_read(debugger, at + 8, &before) &&
			   within(before, start.task)) {
			start.sp = before;
			g_string_append(text, "--- <IRQ stack> ---\n");
		}
	}
}

gboolean md_unwinder_asleep(struct md_unwinder *unwinder, guint64 task, GString *text)
{
	struct md_debugger *debugger = unwinder->debugger;
	struct stack_start start = { 0 };
	const struct md_debugger_symbol *function;
	guint64 stack, thread, sp, back;

	/* __switch_to_asm() leaves what is in inactive_task_frame on the stack; 4.9 and later. */
	if (!md_debugger_offset(debugger, "task_struct.stack", &stack) ||
	    !md_debugger_offset(debugger, "task_struct.thread", &thread) ||
	    !md_debugger_offset(debugger, "thread_struct.sp", &sp) ||
	    !md_debugger_offset(debugger, "inactive_task_frame.ret_addr", &back) ||
	    !md_debugger_read(debugger, task + stack, &start.task) ||
	    !md_debugger_read(debugger, task + thread + sp, &start.sp) ||
	    !within(start.sp, start.task) ||
	    !md_debugger_read(debugger, start.sp + back, &start.pc))
		return FALSE;
	function = find_function(debugger, start.pc);
	if (function == NULL)
		return FALSE;
	start.sp += back + 8;
	print_frame(text, start.number++, start.sp - 8, function, start.pc);
	walk(unwinder, start, text);
	return TRUE;
}

/* "RDI:0000000000036c3c", " R8: ffffffffffc9125a", below "CPU 1:" */
static gboolean find_register(const char *registers, const char *name, guint64 *value)
{
	g_autofree char *word = g_strconcat(" ", name, ":", NULL);
	const char *at = strstr(registers, word), *end = strstr(registers, "\n\n");

	if (at == NULL || (end != NULL && at > end))
		return FALSE;
	*value = g_ascii_strtoull(at + strlen(word), NULL, 16);
	return TRUE;
}

gboolean md_unwinder_active(struct md_unwinder *unwinder, const struct md_vmcore_task *task,
			    const char *registers, GString *text)
{
	struct md_debugger *debugger = unwinder->debugger;
	/* In the order of pt_regs. */
	static const char *const names[] = { "R15", "R14", "R13", "R12", "RBP",	   "RBX", "R11",
					     "R10", "R9",  "R8",  "RAX", "RCX",	   "RDX", "RSI",
					     "RDI", NULL,  "RIP", NULL,	 "RFLAGS", "RSP" };
	g_autofree char *head = g_strdup_printf("CPU %" G_GINT64_FORMAT ":\n", task->cpu);
	const char *at = strstr(registers, head);
	guint64 words[PT_WORDS] = { [15] = G_MAXUINT64, [PT_CS] = 0x10, [PT_SS] = 0x18 };
	struct stack_start start = { 0 };
	const struct md_debugger_symbol *function;
	guint64 stack;

	if (at == NULL || !md_debugger_offset(debugger, "task_struct.stack", &stack) ||
	    !md_debugger_read(debugger, task->address + stack, &start.task))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (names[i] != NULL && !find_register(at, names[i], &words[i]))
			return FALSE;
	}
	function = find_function(debugger, words[PT_IP]);
	if (function == NULL)
		return FALSE;
	print_exception(text, words, function);
	start.pc = words[PT_IP];
	start.sp = words[PT_SP];
	walk(unwinder, start, text);
	return TRUE;
}
