/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files share that read Linux's reports.
 *
 *   linux.c            where a report begins and ends
 *   linux_heads.c      sentences  -> what happened
 *   linux_facts.c      sentences  -> who, where, on which kernel
 *   linux_lines.c      the lines below a head, told by how they begin
 *   linux_stack.c      frames     -> the stack that crashed, and the others
 *   linux_frame.c      a line     -> a frame
 *   linux_registers.c  a line     -> registers, code bytes
 */
#ifndef MD_CRASH_LINUX_H
#define MD_CRASH_LINUX_H

#include "crash/parser.h"

/** A report of Linux that is being read. */
struct md_linux {
	struct md_frame *named; /* the function that the report names; NULL: none */
	gboolean held;		/* and that is the one to look at */
	char *said;		/* before the report: the condition that failed; NULL: none did */
	gsize said_at;		/* the line of that */
	const char *segment;	/* of the crash's own stack: "irq" and so on; NULL: the task */
	char *section;		/* what other stack the frames are of; NULL: the crash's own */
	guint calls;		/* frames of the crash's own stack, instruction pointers aside */
	guint traces;		/* times that it was said to begin */
	guint section_calls;	/* the same, of the section at hand */
	gsize pointer;		/* the last instruction pointer's index + 1, until a call comes */
	gsize first_pointer;	/* the same of the first, for good */
	gint64 cpu;		/* the last that was named, for the name of a section */
	gboolean muted;		/* what comes is no part of a crash */
	gboolean noise;		/* nor is what came: there is no report */
	gboolean ended;		/* "---[ end trace": the rest is said twice */
	gboolean user;		/* the registers to come are a program's */
	gboolean registers;	/* those of the crash have come */
	gboolean part;		/* there was no head */
	gboolean alone;		/* nor is the head enough: it has to have something below it */
	gboolean dump;		/* powerpc: lines of instructions come */
	gboolean awaited;	/* "IP:" alone: the frame to come is the instruction pointer */
};

/* linux_stack.c */

/** The frames to come are of another stack than the crash's own: @section; NULL: of that. */
void md_linux_section(struct md_linux *state, const char *section);
/** What came so far, instruction pointers aside, was no part of the crash's own stack. */
void md_linux_disown(struct md_parse *parse);
/** A line of a stack, or of markers between its parts; FALSE: it is none. */
gboolean md_linux_take_frame(struct md_parse *parse, const char *text);
/** Takes @frame, which is where an instruction pointer was (@pointer) or on a stack. */
void md_linux_add_frame(struct md_parse *parse, struct md_frame *frame, gboolean pointer);
/** What stands behind the name of an instruction pointer. */
void md_linux_take_pointer(struct md_parse *parse, const char *text);
/** Puts the function that the report names where it belongs; its frame, or NULL. */
const struct md_frame *md_linux_place_named(struct md_parse *parse);
/** Whether nothing of the crash's own stack in @frames is vouched for but one frame at most. */
gboolean md_linux_is_guessed(const GPtrArray *frames);
/** Which part of the stack crashed: that is the crash's own from then on. */
void md_linux_settle(struct md_report *report);

/* linux_lines.c */

/** A line that is told by its words or is registers; FALSE: it is none. */
gboolean md_linux_take_line(struct md_parse *parse, const char *text);
/** A line that says what the stack below it is of. */
gboolean md_linux_take_title(struct md_parse *parse, const char *text);

/* linux_facts.c: what is said already stays. */

/** What a head says besides what happened. */
void md_linux_read_head(struct md_parse *parse, const char *title);
/** The condition that failed. */
void md_linux_read_condition(char **assertion, const char *title);
/** The error code of the exception, and how far KASLR moved the kernel. */
void md_linux_read_numbers(struct md_report *report, const char *text);
/** The version that @text begins with. */
void md_linux_read_version(struct md_report *report, const char *text);
/** What stands behind "Tainted: ": letters and the version. */
void md_linux_read_taint(struct md_report *report, const char *text);
/** Version and taint, wherever in @text. */
void md_linux_read_kernel(struct md_report *report, const char *text);
/** Who ran: "PID: 946 Comm: X Not tainted 3.15.10-201.fc20.x86_64 #1". */
void md_linux_read_runner(struct md_parse *parse, const char *text);
/** The number behind @word, where @number is not known yet (below 0). */
void md_linux_read_number(const char *text, const char *word, gint64 *number);

/** Where in @comm, what stands behind "Comm: ", the name of the task ends; NULL: it is cut. */
const char *md_linux_comm_end(const char *comm);

/* linux_frame.c */

/**
 * A line of a stack as Linux prints it, on any architecture, in any age.  Where it names two
 * functions ("(callee) from (caller)") the result is the caller, and @callee the other; else that
 * is set to NULL.  NULL: @text is no such line.
 */
struct md_frame *md_linux_frame(const char *text, struct md_frame **callee);
/** "SYMBOL+0xOFFSET/0xSIZE [module] PATH:LINE"; moves @text behind it.  NULL: it is not there. */
struct md_frame *md_linux_location(const char **text);

/* linux_heads.c */

enum md_head_flags {
	/* Also said within a report whose stack has not come yet: "Oops:" behind "BUG:". */
	MD_HEAD_FOLLOWS = 1 << 0,
	/* The title is the line, not only what begins with the word. */
	MD_HEAD_WHOLE = 1 << 1,
	/* Not a crash: what it says until the next head, or in this line (ASIDE), is nobody's. */
	MD_HEAD_NOISE = 1 << 2,
	/* No sentence: part of a stack or of registers whose beginning is not in the log. */
	MD_HEAD_PART = 1 << 3,
	/* Also said in a report of the same kind whose stack has come: part of it. */
	MD_HEAD_WITHIN = 1 << 5,
	/* One line, that says nothing of the report that it may stand in. */
	MD_HEAD_ASIDE = 1 << 6,
	/* A lock is held that should not be: who took it tells more than who noticed. */
	MD_HEAD_HELD = 1 << 7,
	/* No report: the condition that failed, for the report of a few lines below. */
	MD_HEAD_SAID = 1 << 8,
	/* Words that programs use too: only where a message begins. */
	MD_HEAD_START = 1 << 9,
	/* What follows is a file and a line. */
	MD_HEAD_PLACE = 1 << 10,
	/* What follows has what die() says last: which of its reports it is. */
	MD_HEAD_DIE = 1 << 11,
	/* A report only where something of it stands below. */
	MD_HEAD_BELOW = 1 << 12,
	/* The end of the kernel, often the consequence of the report before it. */
	MD_HEAD_PANIC = 1 << 4,
};

/** A sentence that tells that something happened. */
struct md_linux_head {
	const char *word; /* stands in it, not in the midst of another word */
	const char *also; /* stands behind that; NULL: nothing more is asked */
	enum md_report_kind kind;
	guint flags;
};

/** What @text says has happened; NULL: nothing.  @title is where in @text that begins. */
const struct md_linux_head *md_linux_head_find(const char *text, const char **title);
/** Adds the words of all heads, as struct md_parser has it. */
void md_linux_words(GPtrArray *words);

/* linux_registers.c */

/** Takes a line of registers; FALSE: it is none.  NULL @report: only tells. */
gboolean md_linux_registers(const char *text, struct md_report *report);
/** Takes what follows "Code:", or a line more of it; FALSE: there are no bytes in it. */
gboolean md_linux_code(const char *text, struct md_report *report, gboolean more);

#endif
