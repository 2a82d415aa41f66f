/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences with which Linux says that something went wrong, of all architectures, from 2.6
 * on.  The first that fits decides, so the particular stand before the general.
 */
#include "crash/linux.h"

#include <string.h>

#define FOLLOWS MD_HEAD_FOLLOWS
#define WHOLE MD_HEAD_WHOLE
#define NOISE MD_HEAD_NOISE
#define PART MD_HEAD_PART
#define PANIC MD_HEAD_PANIC
#define WITHIN MD_HEAD_WITHIN
#define HELD MD_HEAD_HELD
#define ASIDE MD_HEAD_ASIDE
#define SAID MD_HEAD_SAID
#define START MD_HEAD_START
#define PLACE MD_HEAD_PLACE
#define DIE MD_HEAD_DIE
#define BELOW MD_HEAD_BELOW

static const struct md_linux_head heads[] = {
	/* The sanitizers. */
	{ "BUG: KASAN: ", NULL, MD_REPORT_KASAN, 0 },
	{ "BUG: KMSAN: ", NULL, MD_REPORT_KMSAN, 0 },
	{ "BUG: KCSAN: ", NULL, MD_REPORT_KCSAN, 0 },
	{ "BUG: KFENCE: ", NULL, MD_REPORT_KFENCE, 0 },
	{ "UBSAN: ", " in ", MD_REPORT_UBSAN, 0 },
	{ "KASAN: ", " in range", MD_REPORT_GPF, FOLLOWS },
	{ "BUG: memory leak", NULL, MD_REPORT_LEAK, 0 },
	{ "unreferenced object 0x", NULL, MD_REPORT_LEAK, FOLLOWS },

	/* Not crashes: stacks that somebody asked for. */
	{ "FAULT_INJECTION: forcing a failure", NULL, MD_REPORT_OTHER, NOISE },
	{ ": page allocation failure", NULL, MD_REPORT_OTHER, NOISE },
	{ "page allocation stalls for", NULL, MD_REPORT_OTHER, NOISE },
	{ " invoked oom-killer:", NULL, MD_REPORT_OTHER, NOISE },
	{ "sysrq: Show ", NULL, MD_REPORT_OTHER, NOISE },
	{ "SysRq : Show ", NULL, MD_REPORT_OTHER, NOISE },

	/* Lockups and stalls. */
	/* Blocked, or can't die; who has the lock comes behind, and is none of its own. */
	{ "INFO: task ", " for more than ", MD_REPORT_HUNG_TASK, 0 },
	{ "INFO: rcu", "stall", MD_REPORT_RCU_STALL, FOLLOWS },
	{ "self-detected stall", NULL, MD_REPORT_RCU_STALL, FOLLOWS | WHOLE },
	{ "rcu", "detected stall", MD_REPORT_RCU_STALL, FOLLOWS | WHOLE },
	{ "rcu", "detected expedited stall", MD_REPORT_RCU_STALL, FOLLOWS | WHOLE },
	{ "kthread starved for", NULL, MD_REPORT_RCU_STALL, WITHIN | WHOLE },
	{ "BUG: soft lockup", NULL, MD_REPORT_SOFT_LOCKUP, 0 },
	{ "hard LOCKUP", NULL, MD_REPORT_HARD_LOCKUP, FOLLOWS | WHOLE },
	{ "Hard LOCKUP", NULL, MD_REPORT_HARD_LOCKUP, FOLLOWS | WHOLE },
	{ "BUG: workqueue lockup", NULL, MD_REPORT_OTHER, 0 },

	/* Locks. */
	{ "possible circular locking", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "possible recursive locking", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "possible irq lock inversion", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "lock order detected", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "inconsistent lock state", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "inconsistent {", "usage.", MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "bad unlock balance", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "bad contention detected", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "held lock freed", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "lock held when returning", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE | HELD },
	{ "lock held at task exit", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE | HELD },
	{ "still has locks held", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE | HELD },
	{ "ock was not taken", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "uspicious RCU usage", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "uspicious rcu_dereference", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "nvalid wait context", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "trying to register non-static key", NULL, MD_REPORT_LOCKDEP, FOLLOWS | WHOLE },
	{ "BUG: MAX_", "too low", MD_REPORT_LOCKDEP, 0 },
	{ "BUG: looking up invalid subclass", NULL, MD_REPORT_LOCKDEP, 0 },
	{ "BUG: MAX_LOCK", NULL, MD_REPORT_LOCKDEP, 0 },
	{ "BUG: spinlock ", NULL, MD_REPORT_LOCKDEP, 0 },
	{ "BUG: rwlock ", NULL, MD_REPORT_LOCKDEP, 0 },
	{ "BUG: workqueue leaked lock", NULL, MD_REPORT_LOCKDEP, 0 },

	/* Where one must not sleep. */
	{ "BUG: sleeping function called", NULL, MD_REPORT_ATOMIC, 0 },
	{ "BUG: scheduling while atomic", NULL, MD_REPORT_ATOMIC, 0 },
	{ "BUG: using ", "in preemptible", MD_REPORT_ATOMIC, 0 },

	/* Memory that is not there. */
	{ "nable to handle kernel NULL pointer", NULL, MD_REPORT_NULL_DEREF, WHOLE },
	{ "BUG: kernel NULL pointer", NULL, MD_REPORT_NULL_DEREF, 0 },
	{ "BUG: Kernel NULL pointer", NULL, MD_REPORT_NULL_DEREF, 0 },
	{ "nable to handle kernel ", NULL, MD_REPORT_PAGE_FAULT, WHOLE },
	{ "BUG: unable to handle ", NULL, MD_REPORT_PAGE_FAULT, 0 },
	{ "nable to handle fault at", NULL, MD_REPORT_PAGE_FAULT, WHOLE },
	{ "Unhandled fault: ", " at 0x", MD_REPORT_PAGE_FAULT, FOLLOWS },
	{ "Unhandled prefetch abort: ", NULL, MD_REPORT_PAGE_FAULT, FOLLOWS },
	/* A program's: "traps: a.out[12] general protection fault ip:..." */
	{ "general protection", " ip:", MD_REPORT_OTHER, NOISE | ASIDE },
	{ "general protection fault", NULL, MD_REPORT_GPF, FOLLOWS },
	{ "stack segment: ", NULL, MD_REPORT_GPF, FOLLOWS },

	/* What the source asserts; what it says of that stands in the line before. */
	{ "Assertion ", "fail", MD_REPORT_OTHER, SAID },
	{ "assertion ", "fail", MD_REPORT_OTHER, SAID },
	{ "WARN_ON(", ")", MD_REPORT_OTHER, SAID },
	{ "WARN_ON_ONCE(", ")", MD_REPORT_OTHER, SAID },
	{ "kernel BUG at ", NULL, MD_REPORT_BUG, FOLLOWS },
	{ "Kernel BUG at ", NULL, MD_REPORT_BUG, FOLLOWS | PLACE },
	{ "Kernel bug detected", NULL, MD_REPORT_BUG, FOLLOWS },
	{ "CFI failure at ", NULL, MD_REPORT_BUG, FOLLOWS | START },
	{ "WARNING: CPU: ", " at ", MD_REPORT_WARNING, 0 },
	{ "WARNING: at ", NULL, MD_REPORT_WARNING, PLACE },
	{ "WARNING: ", "CPU#", MD_REPORT_WARNING, 0 },
	{ "Badness at ", NULL, MD_REPORT_WARNING, PLACE },
	{ "WARNING: kernel stack ", NULL, MD_REPORT_WARNING, 0 },
	{ "unchecked MSR access error: ", NULL, MD_REPORT_WARNING, 0 },
	{ "kobject_add_internal failed for ", NULL, MD_REPORT_WARNING, 0 },
	{ "sysfs: cannot create duplicate filename", NULL, MD_REPORT_WARNING, 0 },

	/* The end. */
	{ "Kernel panic - not syncing", NULL, MD_REPORT_PANIC, PANIC },
	{ "Kernel panic: ", NULL, MD_REPORT_PANIC, PANIC },

	/* Exceptions. */
	{ "PANIC: double fault", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "PANIC: early exception", NULL, MD_REPORT_OOPS, 0 },
	{ "BUG: stack guard page was hit", NULL, MD_REPORT_OOPS, 0 },
	{ "BUG: TASK stack guard page", NULL, MD_REPORT_OOPS, 0 },
	{ "BUG: IRQ stack guard page", NULL, MD_REPORT_OOPS, 0 },
	{ "kernel stack overflow", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "Kernel stack overflow", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "Insufficient stack space to handle", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "divide error: ", NULL, MD_REPORT_OOPS, FOLLOWS },
	/* Of 5.8 to 5.10. */
	{ "divide_error: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "Alignment trap: not handling", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "Bad mode in ", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "SError Interrupt on CPU", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "Unhandled kernel unaligned access", NULL, MD_REPORT_OOPS, FOLLOWS },
	{ "Internal error: ", NULL, MD_REPORT_OOPS, FOLLOWS | START | DIE },
	{ "Oops: ", NULL, MD_REPORT_OOPS, FOLLOWS | START | DIE },
	{ "Oops - ", NULL, MD_REPORT_OOPS, FOLLOWS | START | DIE },
	{ "Oops[#", NULL, MD_REPORT_OOPS, FOLLOWS | START },
	{ "Oops [#", NULL, MD_REPORT_OOPS, FOLLOWS | START },
	/* What die() says and counts. */
	{ "invalid opcode: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "int3: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "invalid TSS: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "segment not present: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "alignment check: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "double fault: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "illegal operation: ", NULL, MD_REPORT_OOPS, FOLLOWS | DIE },
	{ "exception: 0", NULL, MD_REPORT_OOPS, FOLLOWS | WHOLE | DIE },

	/* Objects that are not as they should be. */
	{ "VFS: Busy inodes after unmount", NULL, MD_REPORT_OTHER, ASIDE },
	{ "VFS: Close: file count is ", NULL, MD_REPORT_OTHER, 0 },
	{ "unregister_netdevice: waiting for ", NULL, MD_REPORT_OTHER, ASIDE },
	{ ": nobody cared", NULL, MD_REPORT_OTHER, WHOLE },
	{ "INFO: Allocated in ", NULL, MD_REPORT_OTHER, WITHIN },
	{ "INFO: Freed in ", NULL, MD_REPORT_OTHER, WITHIN },
	{ "INFO: Slab 0x", NULL, MD_REPORT_OTHER, WITHIN },
	{ "BUG ", "ainted", MD_REPORT_OTHER, START },
	/* "BUG: Bad rss-counter state", "BUG: non-zero pgtables_bytes on freeing mm": one line. */
	{ "BUG: Bad ", NULL, MD_REPORT_OTHER, START },
	{ "BUG: non-zero ", NULL, MD_REPORT_OTHER, START },
	{ "BUG: Dentry ", "still in use", MD_REPORT_OTHER, START },
	{ "BUG: ", NULL, MD_REPORT_OTHER, START | BELOW },

	/* A log that begins in the midst of a report. */
	{ "watchdog_overflow_callback+0x", NULL, MD_REPORT_HARD_LOCKUP, PART },
	{ "watchdog_timer_fn+0x", NULL, MD_REPORT_SOFT_LOCKUP, PART },
	{ "panic+0x", NULL, MD_REPORT_PANIC, PART },
	{ "oops_end+0x", NULL, MD_REPORT_OOPS, PART },
	{ "warn_slowpath_common+0x", NULL, MD_REPORT_WARNING, PART },
	{ "warn_slowpath_fmt+0x", NULL, MD_REPORT_WARNING, PART },
	{ "__warn+0x", NULL, MD_REPORT_WARNING, PART },
	{ "RIP: 0010:", NULL, MD_REPORT_OOPS, PART },
	{ "EIP is at ", NULL, MD_REPORT_OOPS, PART },
	{ "PC is at ", NULL, MD_REPORT_OOPS, PART },
};

static gboolean is_word_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '"' || c == '=';
}

/* "[#12]": die() counts. */
static gboolean has_count(const char *text)
{
	for (text = strstr(text, "[#"); text != NULL; text = strstr(text, "[#")) {
		gsize digits = strspn(text += 2, "0123456789");

		if (digits > 0 && text[digits] == ']')
			return TRUE;
	}
	return FALSE;
}

/* "0000 [#1]", "Exception in kernel mode, sig: 5", of old the number alone: "Oops: 17". */
static gboolean has_die(const char *text)
{
	struct md_word number;

	if (has_count(text) || strstr(text, ", sig: ") != NULL)
		return TRUE;
	md_scan_text(&text, "Oops: ");
	return g_ascii_isdigit(*text) && md_scan_hex(&text, &number) && number.digits > 1 &&
	       (*text == '\0' || *text == ' ');
}

/* "fs/x.c:12", and where the kernel does not know that: "c0123456 [verbose debug info ...". */
static gboolean has_place(const char *text)
{
	struct md_slice path;
	guint line;

	return strstr(text, "[verbose debug info unavailable]") != NULL ||
	       md_scan_place(&text, &path, &line);
}

/* Whether @at is more than the words of @head: what the kernel says behind them is there. */
static gboolean is_complete(const struct md_linux_head *head, const char *at)
{
	at += strlen(head->word);
	return (!(head->flags & PLACE) || has_place(at)) && (!(head->flags & DIE) || has_die(at));
}

/*
 * Where @head stands in @text.  Its first letter may be what is left of a word that is
 * written with a capital or without, which the table leaves out.
 */
static const char *find_head(const struct md_linux_head *head, const char *text)
{
	const char *at = text;

	while ((at = strstr(at, head->word)) != NULL) {
		if (at == text || (head->flags & (WHOLE | PART)) ||
		    !g_ascii_isalnum(head->word[0]) || !is_word_byte(at[-1]))
			break;
		at++;
	}
	if (at != text && head->flags & START)
		return NULL;
	if (at == NULL || (head->also != NULL && strstr(at, head->also) == NULL) ||
	    !is_complete(head, at))
		return NULL;
	return at;
}

/* What stands before a head that is told by its midst. */
static const char *const title_prefixes[] = {
	"[ ", "INFO: ", "rcu: ", "NMI watchdog: ", "watchdog: ", "traps: ",
};

static const char *skip_prefixes(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(title_prefixes); i++)
		md_scan_text(&text, title_prefixes[i]);
	return text;
}

/* "sssd[123]: ", as the system's log has it: what follows are a program's words. */
static gboolean is_programs(const char *text)
{
	gsize name = strcspn(text, " [:"), digits;

	if (name == 0 || text[name] != '[')
		return FALSE;
	digits = strspn(text + name + 1, "0123456789");
	return digits > 0 && g_str_has_prefix(text + name + 1 + digits, "]: ");
}

const struct md_linux_head *md_linux_head_find(const char *text, const char **title)
{
	if (is_programs(text))
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		const char *at = find_head(&heads[i], text);

		if (at == NULL)
			continue;
		*title = heads[i].flags & WHOLE ? skip_prefixes(text) : at;
		return &heads[i];
	}
	return NULL;
}

void md_linux_words(GPtrArray *words)
{
	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
		g_ptr_array_add(words, (char *)heads[i].word);
}
