/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Logs to reports: what died, where, with which registers, on which stack.
 *
 *   log      bytes       -> lines, as the kernel printed them
 *   parsers  lines       -> reports; one a format, behind one interface
 *   code     Code: bytes -> the faulting instruction and what it reached for
 *   meaning  a report    -> what a kernel person would see in its registers
 *   symbols  addresses   -> functions, files and lines (DWARF, System.map)
 *
 * Nothing here knows of source trees. The only room that names libdw and
 * capstone.
 */
#ifndef MD_CRASH_H
#define MD_CRASH_H

#include "base/base.h"

#include <metadiff/crash.h>

/** What a report is of; the names are those of the records. */
enum md_report_kind {
	MD_REPORT_OOPS,
	MD_REPORT_PAGE_FAULT,
	MD_REPORT_NULL_DEREF,
	MD_REPORT_GPF,
	MD_REPORT_BUG,
	MD_REPORT_WARNING,
	MD_REPORT_PANIC,
	MD_REPORT_SOFT_LOCKUP,
	MD_REPORT_HARD_LOCKUP,
	MD_REPORT_HUNG_TASK,
	MD_REPORT_RCU_STALL,
	MD_REPORT_LOCKDEP,
	MD_REPORT_ATOMIC,
	MD_REPORT_KASAN,
	MD_REPORT_KMSAN,
	MD_REPORT_KCSAN,
	MD_REPORT_KFENCE,
	MD_REPORT_UBSAN,
	MD_REPORT_LEAK,
	MD_REPORT_OTHER,
	MD_REPORT_KINDS,
};

/** "oops", "page-fault" and so on. */
const char *md_report_kind_name(enum md_report_kind kind);

/** The architecture that a report is from, as far as it shows. */
enum md_machine {
	MD_MACHINE_UNKNOWN,
	MD_MACHINE_X86_64,
	MD_MACHINE_X86,
	MD_MACHINE_ARM64,
	MD_MACHINE_ARM,
	MD_MACHINE_POWERPC,
	MD_MACHINE_RISCV,
	MD_MACHINE_S390,
	MD_MACHINE_MIPS,
	MD_MACHINES,
};

/** A machine word as the log has it. */
struct md_word {
	guint64 value;
	guint digits; /* hexadecimal digits that were written; 0: there is no such word */
};

struct md_register {
	char *name; /* lower case, as the machine's manual has it: "rip", "x0", "gs_base" */
	struct md_word word;
};

/** An offset or size that the log does not have. */
#define MD_FRAME_UNKNOWN G_MAXUINT64

/** A function on a stack. */
struct md_frame {
	char *symbol; /* as written, with the suffixes of compilers; NULL: an address alone */
	char *module; /* NULL: the kernel itself, or not said */
	guint64 offset, size; /* in bytes; MD_FRAME_UNKNOWN */
	struct md_word address;
	struct md_word at; /* where on the stack it was found, as crash(8) prints it */
	gboolean reliable; /* not marked '?' */
	gboolean inlined;
	/*
	 * What stack it is on where that is not the one that crashed: "irq", "nmi",
	 * "exception", "allocated", "freed", "cpu 3". NULL: the one that crashed.
	 */
	char *stack;
	/* Where it is, as the log or the debug information says, perhaps only the last part
	 * of the path (Xen's "rt.c#move_repl_timer"); NULL: not said. */
	char *path;
	guint line;  /* from 1; 0: not said */
	guint users; /* how many arrays have it: those of tasks share theirs */
};

/** What stood at the instruction pointer. */
struct md_code {
	/* As the log has them, so that words that were printed as numbers (arm, powerpc, mips) have
	 * their most significant byte first, whatever the order in memory. */
	guint8 *bytes;
	gsize count;
	gsize at;		/* the index of the first byte of the instruction */
	char *instruction;	/* disassembled; NULL: it cannot be */
	struct md_word address; /* of the memory that it reached for; digits 0: not known */
};

/** Something that a kernel person recognises in a report; see meaning.c for the table. */
struct md_meaning {
	const char *name; /* "null-member", "stack-canary", "list-poison"; static */
	char *text;	  /* a sentence without its full stop */
	/* Words to look for in source that it has to do with ("gs_base", "stack_canary",
	 * a member's offset stays a number in the text); a static NULL-ended array or NULL. */
	const char *const *words;
};

/** One crash. Strings are valid UTF-8 without control characters. */
struct md_report {
	enum md_report_kind kind;
	const char *format; /* of the log: "dmesg", "xen", "xenctx", "crash" and so on; static */
	char *title;	    /* the line that says what happened, without its prefixes */
	char *symbol;	    /* the function to look at first; NULL: none is known */
	gsize look;	    /* its index in @frames; the number of frames where it is none */
	gint64 cpu, pid;    /* -1: not said */
	char *comm, *kernel, *taint, *hardware; /* NULL: not said */
	enum md_machine machine;
	gboolean hypervisor;	   /* Xen's own, not a kernel's */
	char *assertion;	   /* the condition that failed, as the source has it; or NULL */
	char *path;		   /* "kernel BUG at PATH:LINE"; NULL: not said */
	guint line;		   /* there, from 1; 0: not said */
	GArray *registers;	   /* of struct md_register */
	struct md_word error_code; /* of the exception, as x86 has it: "Oops: 0002" */
	struct md_word moved; /* by KASLR: "Kernel Offset: 0x1e000000 from 0xffffffff81000000" */
	struct md_code *code; /* NULL: there is none */
	GPtrArray *frames;    /* of struct md_frame, the innermost first */
	gboolean guessed;     /* none of them is vouched for, so that one is as good as another */
	GArray *meanings;     /* of struct md_meaning, the most telling first */
	gsize log_line;	      /* in the log, of its first line, from 1 */
};

/** How far whom a lock names as its owner holds it: from MD_OWNER_GONE on nobody does. */
enum md_owner_state {
	MD_OWNER_HOLDS,
	MD_OWNER_LIKELY,      /* it may be another */
	MD_OWNER_GONE,	      /* it held the lock, and is no more */
	MD_OWNER_LIKELY_GONE, /* the same, as far as can be told */
	MD_OWNER_UNKNOWN,     /* nobody can be named: not even by what the source allows */
};

/** A lock that the log itself names: lockdep's lists, a mutex's owner, the words of a vmcore. */
struct md_said_lock {
	char *name;		/* as the kernel has it: "&rq->__lock", "rtnl_mutex"; NULL */
	struct md_word address; /* the same for the same lock; of 4.15 and later it may be hashed */
	gboolean shared;	/* as a reader */
	gboolean wanted;	/* it waits for it; else it holds it */
	char *symbol;		/* the function that took it, or tries to; NULL */
	guint64 offset;		/* where in it the call returns to; MD_FRAME_UNKNOWN */
	gint64 owner;		/* the pid that holds it, where it is wanted; -1: not said, gone */
	enum md_owner_state state; /* of @owner */
	char *why;	/* a sentence without a full stop: what says so; NULL: there is no doubt */
	gsize log_line; /* that names @owner; 0: none */
};

/** A task, and what it does: of a report, or one of a list (SysRq-t, -l, -w, foreach bt). */
struct md_task {
	gint64 cpu, pid;	/* -1: not said */
	char *comm;		/* NULL: not said */
	char state;		/* as ps has it: R S D I T Z; 0: not said */
	gboolean on_cpu;	/* it ran on @cpu when its stack was taken (an NMI, a watchdog) */
	gboolean idle;		/* the idle task of a CPU */
	gint64 blocked;		/* seconds that it has waited, or was stuck; -1: not said */
	struct md_word address; /* of its task_struct, as crash(8) prints it */
	GPtrArray *frames;	/* of struct md_frame, the innermost first; see md_frame.stack */
	gboolean guessed;	/* the log vouches for none of them */
	GArray *registers;	/* of struct md_register: where it was interrupted in the kernel */
	GArray *said;		/* of struct md_said_lock */
	const char *format;	/* as of the report */
	gsize log_line;		/* its first, from 1 */
	const struct md_report *report; /* that it is of; NULL: it is of a list only */
};

struct md_task *md_task_new(void);
void md_task_free(struct md_task *task);
MD_DEFINE_AUTOPTR(md_task)
/** The register of that name, or NULL. */
const struct md_register *md_task_register(const struct md_task *task, const char *name);

/**
 * Every task whose stack the log has, of struct md_task in the order of the log, one a task: what
 * is said of it twice is told once, with the later stack; one that a later list of all tasks
 * (SysRq-t) has no more is left out, unless a report is of it. One of whom the log has only the
 * locks that it holds or waits for is there too, without frames. Where lockdep lists the lock that
 * a task waits for, which it does as the last, that is told by the stack. Several tasks may share
 * one array of frames. Complete after md_log_finish().
 */
const GPtrArray *md_log_tasks(const struct md_log *log);
/** What a debugger was asked for it, of char *; whoever asked adds to them. */
GPtrArray *md_log_commands(const struct md_log *log);
/** How many tasks more the log has that are not read, or not their frames: there is no room. */
gsize md_log_tasks_left(const struct md_log *log);
/** What errors call the log. */
const char *md_log_name(const struct md_log *log);

struct md_report *md_report_new(void);
void md_report_free(struct md_report *report);
MD_DEFINE_AUTOPTR(md_report)

/** The register of that name, or NULL. */
const struct md_register *md_report_register(const struct md_report *report, const char *name);
/** Adds one, unless @report has it (the first is the crash's) or too many. */
void md_report_add_register(struct md_report *report, const char *name, struct md_word word);

struct md_frame *md_frame_new(void);
/** One user less; without any, it goes. */
void md_frame_free(struct md_frame *frame);

/** How many bytes of @symbol are its name: what compilers append (.isra.0, .cold) is not. */
gsize md_symbol_length(const char *symbol);
/** That name as a new string; NULL of NULL. */
char *md_symbol_name(const char *symbol);

/** Whether @symbol only reports, or fails for whoever called it. */
gboolean md_symbol_is_bystander(const char *symbol);

/** Of struct md_report, in the order of the log. Complete after md_log_finish(). */
const GPtrArray *md_log_reports(const struct md_log *log);
/** How many more the log has, which are not read: nobody reads so many, and memory ends. */
gsize md_log_reports_left(const struct md_log *log);

#endif
