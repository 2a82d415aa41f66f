/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What registers say of a lock: where it is, whose, and who is before us.
 *
 * Where a task was interrupted in a lock function, the register of the first argument has the
 * address of the lock, as long as nothing else was put there; a register that is saved by who
 * uses it has often a copy, and two that agree are no chance. Nothing is said where it is not
 * plain: what a register holds in the middle of a function is for the compiler to choose.
 *
 * Ticket locks (x86 until 4.1): the lock is two numbers, the ticket that is served (head) and the
 * next to be drawn (tail). arch_spin_lock() draws one (xadd), then compares the head with it,
 * SPIN_THRESHOLD times between two yields. As gcc compiles that, ECX is the head as it was last
 * read, EDX the own ticket, ESI too, and EAX counts down from SPIN_THRESHOLD. Tickets are two
 * apart with paravirtual spinlocks (bit 0 of the tail says that somebody was put to sleep), else
 * one; where both are even, they may be either.
 *
 * Queued spinlocks (4.2 and later): a word of 32 bits; byte 0: locked; byte 1: somebody spins
 * on the word itself; above: the last in the queue, CPU + 1 from bit 18 on and which of its four
 * nodes in bits 16 and 17. The first in the queue reads it over and over, into EAX.
 *
 * Per-CPU variables: pcpu_embed_first_chunk() lays the areas ("units") of all CPUs side by side
 * in blocks of 2 MB (the atom that x86-64 gives it: PMD_SIZE) and a unit is such a block divided
 * by how many fit in: 128 KB is the smallest that the static variables of a kernel of the last 15
 * years fit in ("PERCPU: Embedded 31 pages/cpu ... u131072"). So addresses that are equal from
 * bit 17 upwards are in the same unit, if one of them is in a unit at all. Those that are: the
 * GS base (a unit's beginning), and, until the stacks got a mapping of their own (4.15), the
 * stack of an NMI.
 */
#include "lockup/internal.h"

#include <string.h>

/* The smallest unit of per-CPU areas. */
#define UNIT_MIN (1u << 17)
/* The atom that they are cut from, so the largest unit that a unit is known to be aligned to. */
#define UNIT_MAX (1u << 21)

/* arch/x86/include/asm/spinlock.h */
#define SPIN_THRESHOLD (1u << 15)
/* More CPUs than that wait for no lock. */
#define MOST_AHEAD 4096

/* How functions are called. */
static const struct {
	const char *first; /* the register of the first argument */
	const char *saved; /* those in which a function keeps what it needs later */
	guint digits;	   /* of a word */
	guint64 lowest;	   /* the kernel's addresses begin here */
} conventions[] = {
	{ "rdi", "rbx rbp r12 r13 r14 r15", 16, 0xffff800000000000 },
	{ "x0", "x19 x20 x21 x22 x23 x24 x25 x26 x27 x28", 16, 0xfff0000000000000 },
	{ "a0", "s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11", 16, 0xff00000000000000 },
	{ "r3", "r26 r27 r28 r29 r30 r31", 16, 0xc000000000000000 },
	{ "eax", "ebx esi edi", 8, 0x80000000 },
	{ "r0", "r4 r5 r6 r7 r8 r9 r10", 8, 0x80000000 },
};

/* The highest pages are errors and constants, no memory: ERR_PTR(), -1. */
#define TOP_PAGES (1u << 16)

/* Addresses are those of locks, which lie at multiples of two at least. */
static gboolean is_address(struct md_word word, guint64 lowest, guint digits)
{
	guint64 end = digits == 8 ? G_MAXUINT32 : G_MAXUINT64;

	return word.digits == digits && word.value >= lowest && word.value <= end - TOP_PAGES &&
	       word.value % 2 == 0;
}

static struct md_word read_register(const struct md_task *task, const char *name)
{
	const struct md_register *found = md_task_register(task, name);

	return found != NULL ? found->word : (struct md_word){ 0, 0 };
}

/* The index of the task's convention; FALSE: it is not known, or its registers are not. */
static gboolean find_convention(const struct md_task *task, gsize *convention)
{
	for (gsize i = 0; i < G_N_ELEMENTS(conventions); i++) {
		if (read_register(task, conventions[i].first).digits == conventions[i].digits) {
			*convention = i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean md_words_find_lock(const struct md_task *task, struct md_word *address)
{
	struct md_word word;
	gsize convention;

	if (!find_convention(task, &convention))
		return FALSE;
	word = read_register(task, conventions[convention].first);
	if (!is_address(word, conventions[convention].lowest, conventions[convention].digits))
		return FALSE;
	*address = word;
	return TRUE;
}

/* "RDI", as sentences write registers. */
static char *shout(const char *name)
{
	return g_ascii_strup(name, -1);
}

char *md_words_lock(const struct md_lockup_task *task)
{
	const struct md_word *lock = &task->want.address;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) saved = NULL;
	gsize convention;

	if (lock->digits == 0 || !find_convention(task->task, &convention))
		return NULL;
	if (read_register(task->task, conventions[convention].first).value != lock->value)
		return NULL;
	g_ptr_array_add(names, shout(conventions[convention].first));
	saved = g_strsplit(conventions[convention].saved, " ", -1);
	for (gsize i = 0; saved[i] != NULL; i++) {
		struct md_word word = read_register(task->task, saved[i]);

		if (word.digits > 0 && word.value == lock->value)
			g_ptr_array_add(names, shout(saved[i]));
	}
	g_string_printf(text, "the lock that %s was called with is %0*" G_GINT64_MODIFIER "x: in ",
			task->want.function, (int)lock->digits, lock->value);
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		g_string_append_printf(text, "%s%s",
				       i == 0		    ? ""
				       : i + 1 < names->len ? ", "
							    : " and ",
				       name);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ------------------------------------------------- per-CPU areas */

/* A CPU's area begins at @base. */
struct base {
	gint64 cpu;
	guint64 base;
};

static int compare_bases(const void *a, const void *b)
{
	const struct base *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

/* GS has the base of the area while the kernel runs; it has a user's where that was interrupted. */
static gboolean read_base(const struct md_task *task, guint64 *base)
{
	struct md_word word = read_register(task, "gs_base");

	if (task->cpu < 0 || word.digits != 16 || word.value < conventions[0].lowest)
		return FALSE;
	*base = word.value;
	return TRUE;
}

void md_areas_init(struct md_areas *areas, const GPtrArray *tasks)
{
	g_autoptr(GArray) bases = g_array_new(FALSE, FALSE, sizeof(struct base));
	guint64 nearest = G_MAXUINT64;

	*areas = (struct md_areas){ .unit = UNIT_MIN, .first = -1, .second = -1 };
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_task *task = md_lockup_task_at(tasks, i)->task;
		struct base base = { .cpu = task->cpu };

		if (read_base(task, &base.base))
			g_array_append_val(bases, base);
	}
	/* CPUs that follow each other have areas that do, within a block. */
	g_array_sort(bases, compare_bases);
	for (guint i = 1; i < bases->len; i++) {
		const struct base *last = &g_array_index(bases, struct base, i - 1);
		const struct base *base = &g_array_index(bases, struct base, i);
		guint64 apart = base->base - last->base;

		if (ABS(base->cpu - last->cpu) != 1 || apart < UNIT_MIN || apart >= nearest)
			continue;
		nearest = apart;
		areas->first = last->cpu;
		areas->second = base->cpu;
	}
	if (areas->first < 0)
		return;
	while (areas->unit * 2 <= nearest && areas->unit < UNIT_MAX)
		areas->unit *= 2;
}

static gboolean same_unit(guint64 a, guint64 b)
{
	return a / UNIT_MIN == b / UNIT_MIN;
}

/* Where on the CPU's own stack for NMIs a frame is; FALSE: not known. */
static gboolean find_nmi_stack(const struct md_task *task, guint64 *at)
{
	const struct md_register *sp = md_task_register(task, "rsp");

	for (guint i = 0; i < task->frames->len && sp != NULL; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		/* Another stack than the task's: no kernel has them larger than 32 KB. */
		if (frame->at.digits != 16 || frame->symbol == NULL ||
		    frame->at.value / (32 << 10) == sp->word.value / (32 << 10))
			continue;
		if (strstr(frame->symbol, "nmi") == NULL)
			continue;
		*at = frame->at.value;
		return TRUE;
	}
	return FALSE;
}

char *md_words_own_area(const struct md_areas *areas, const struct md_lockup_task *task)
{
	const struct md_task *from = task->task;
	guint64 lock = task->want.address.value, at;

	if (task->want.address.digits != 16 || from->cpu < 0)
		return NULL;
	if (read_base(from, &at) && lock >= at && lock - at < areas->unit) {
		g_autofree char *rule =
			areas->first < 0
				? g_strdup("no such area is smaller than 128 KB")
				: g_strdup_printf("the areas of CPUs %" G_GINT64_FORMAT
						  " and %" G_GINT64_FORMAT " are %" G_GUINT64_FORMAT
						  " KB apart",
						  areas->first, areas->second, areas->unit >> 10);

		return g_strdup_printf("the lock %016" G_GINT64_MODIFIER
				       "x lies in the per-CPU area of CPU %" G_GINT64_FORMAT
				       " itself, which begins at %016" G_GINT64_MODIFIER
				       "x, its GS base: %s",
				       lock, from->cpu, at, rule);
	}
	if (find_nmi_stack(from, &at) && same_unit(lock, at))
		return g_strdup_printf(
			"the lock %016" G_GINT64_MODIFIER
			"x lies in the per-CPU area of CPU %" G_GINT64_FORMAT
			" itself: so does its NMI stack (%016" G_GINT64_MODIFIER
			"x), and they share an aligned 128 KB, which no area is smaller than",
			lock, from->cpu, at);
	return NULL;
}

/* ------------------------------------------------- tickets and queues */

static char *read_ticket(const struct md_lockup_task *task)
{
	struct md_word head = read_register(task->task, "rcx");
	struct md_word own = read_register(task->task, "rdx");
	struct md_word again = read_register(task->task, "rsi");
	struct md_word count = read_register(task->task, "rax");
	guint ahead;

	if (head.digits != 16 || own.digits != 16 || head.value > G_MAXUINT16 ||
	    own.value > G_MAXUINT16 || own.value != again.value || count.digits != 16 ||
	    count.value > SPIN_THRESHOLD)
		return NULL;
	ahead = (guint16)(own.value - head.value);
	if (ahead == 0 || ahead > MOST_AHEAD)
		return NULL;
	if (ahead == 2 && own.value % 2 == 0)
		return g_strdup_printf(
			"its ticket 0x%x, in RDX and RSI, is the next after 0x%x, in "
			"RCX, which is being served, where tickets are two apart, "
			"as with paravirtual spinlocks: only the holder is before it",
			(guint)own.value, (guint)head.value);
	if (ahead == 1)
		return g_strdup_printf(
			"its ticket 0x%x, in RDX and RSI, is the next after 0x%x, in "
			"RCX, which is being served: only the holder is before it",
			(guint)own.value, (guint)head.value);
	return g_strdup_printf("its ticket is 0x%x, in RDX and RSI, while 0x%x, in RCX, is being "
			       "served: %u before it, or half as many where tickets are two apart",
			       (guint)own.value, (guint)head.value, ahead);
}

static char *read_queue(const struct md_lockup_task *task)
{
	struct md_word word = read_register(task->task, "rax");
	guint32 value = (guint32)word.value;

	/* Locked, nobody on the word itself, and the last in the queue is this CPU. */
	if (word.digits != 16 || word.value > G_MAXUINT32 || (value & 0xffff) != 1 ||
	    task->task->cpu < 0 || (gint64)(value >> 18) != task->task->cpu + 1)
		return NULL;
	return g_strdup_printf("the lock's word 0x%08x, in RAX, says that it is held, and that CPU "
			       "%" G_GINT64_FORMAT " itself is the last in its queue: as it reads "
			       "that word it is the first, too, and only the holder is before it",
			       value, task->task->cpu);
}

char *md_words_queue(const struct md_lockup_task *task)
{
	const struct md_task *from = task->task;
	gboolean queued = FALSE;

	/* The registers are those of the lock function only where the address is. */
	if (task->want.kind != MD_LOCK_SPIN || task->want.address.digits == 0 ||
	    read_register(from, "rdi").value != task->want.address.value)
		return NULL;
	for (gsize i = 0; i < from->frames->len && i < task->want.frame; i++) {
		const struct md_frame *frame = g_ptr_array_index(from->frames, i);

		if (frame->symbol != NULL && strstr(frame->symbol, "queued_spin_lock") != NULL)
			queued = TRUE;
	}
	return queued ? read_queue(task) : read_ticket(task);
}
