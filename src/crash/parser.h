/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies between a log and its reports.
 *
 *   log.c      chunks of bytes   -> lines; skips what no parser asks for
 *   fold.c     a line            -> lines, where several were made one or one was cut in two
 *   line.c     a line            -> what the kernel printed: prefixes, escapes and tags are off
 *   parsers.c  lines             -> the open reports, each with the parser of its format
 *
 * To add a format: a file of its own with a struct md_parser, and that in the table of
 * parsers.c.  Its words are what makes a line worth a look: while no report is open,
 * a line without any word of any parser costs one pass over its bytes and goes no
 * further.  begin() and line() look at one line at a time; a parser takes a line only
 * when it knows it, and what it does not take is offered to the next.
 */
#ifndef MD_CRASH_PARSER_H
#define MD_CRASH_PARSER_H

#include "crash/crash.h"

/* A log can tell of as many crashes as it likes; nobody reads more, and memory ends. */
#define MD_REPORTS_MAX 1000
/* The deepest real stacks have some 150 frames; a report may hold many of them. */
#define MD_FRAMES_MAX 1500
/* And all reports together so many: some 50 MB. */
#define MD_LOG_FRAMES_MAX 200000
#define MD_REGISTERS_MAX 200
/* A longer line is cut; a whole dump that was pasted as one line is far shorter. */
#define MD_LINE_MAX ((gsize)1 << 20)

/** A line as the kernel printed it. */
struct md_line {
	/* NUL terminated, valid UTF-8, without control characters or blanks at its ends. */
	const char *text;
	gsize size;
	gsize number;	     /* in the log, from 1 */
	guint indent;	     /* blanks that stood before the text, behind its prefixes */
	guint64 caller;	     /* who printed it, from [T123] or [C1]; 0: not said */
	gboolean hypervisor; /* it had "(XEN)" in front */
	gboolean stamped;    /* it had a time or the like in front: it is no rest of another */
	gboolean candidate;  /* it has a word of some parser: a report may begin here */
	gboolean frame;	     /* it is of the stack of a task, which is read */
};

/** What became of a line that was offered. */
enum md_taken {
	MD_TAKEN_NO,   /* it is none of this report's */
	MD_TAKEN_YES,  /* it is; the output shows what it gave, if anything */
	MD_TAKEN_LAST, /* it is, and the report ends with it */
};

struct md_parser;

/** A report that is being read. */
struct md_parse {
	const struct md_parser *parser;
	struct md_report *report;
	void *state; /* of parser->state_size bytes, zero at first */
	guint idle;  /* lines since the last that was taken */
	/* Whose stack it is, where the parser tells that at the end; NULL: it does not. */
	struct md_task *task;
};

/** A format of logs. */
struct md_parser {
	const char *name; /* for md_report.format */
	gsize state_size;
	/** Adds static strings: a line that begins a report has one of them. */
	void (*words)(GPtrArray *words);
	/**
	 * Whether a report begins with @line, which then gave @parse its kind and title.  Else
	 * @parse and its report are as they were.
	 */
	gboolean (*begin)(struct md_parse *parse, const struct md_line *line);
	/** Offers the next line.  One that begins another report is not to be taken. */
	enum md_taken (*line)(struct md_parse *parse, const struct md_line *line);
	/**
	 * No more lines come: the last chance to complete the report.  FALSE: it was none after
	 * all, and is dropped.
	 */
	gboolean (*end)(struct md_parse *parse);
	/** Frees what the state refers to; NULL: nothing. */
	void (*clear)(struct md_parse *parse);
	/**
	 * @from has begun; @to will be the report after it: what is known of the whole log goes
	 * on.  NULL: nothing is.
	 */
	void (*hand_on)(const struct md_parse *from, struct md_parse *to);
};

/* One a format, each in its own file. */
extern const struct md_parser md_parser_crash;
extern const struct md_parser md_parser_linux;
extern const struct md_parser md_parser_xen;
extern const struct md_parser md_parser_xenctx;

/* parsers.c */

struct md_parsers;
struct md_tasks;
/** Adds to @reports and @tasks, which live longer. */
struct md_parsers *md_parsers_new(GPtrArray *reports, struct md_tasks *tasks);
void md_parsers_free(struct md_parsers *parsers);
MD_DEFINE_AUTOPTR(md_parsers)

/** Adds the words that a report may begin with. */
void md_parsers_words(GPtrArray *words);
/** Whether a report is open, so that every line counts. */
gboolean md_parsers_open(const struct md_parsers *parsers);
void md_parsers_line(struct md_parsers *parsers, const struct md_line *line);
/** How many reports began that were not read, as there were too many. */
gsize md_parsers_left(const struct md_parsers *parsers);
/** Closes what is open. */
void md_parsers_finish(struct md_parsers *parsers);

/* line.c */

/**
 * Makes the bytes of a line into text: escape sequences, control characters and HTML go, entities
 * are what they stand for, and what is not UTF-8 becomes '?'.  A newline is where a page had a
 * line end.
 */
void md_line_clean(struct md_slice raw, GString *text);

/**
 * Strips from @text, which it changes, what logs and terminals put before a message, and
 * fills @line.  Where a second message begins in the midst of the line, @line is the first,
 * and what follows the timestamp of the second is returned; else NULL.
 */
char *md_line_strip(char *text, struct md_line *line);

/* fold.c */

/** Whether @text is several lines that somebody made one. */
gboolean md_fold_is_folded(const char *text);

/**
 * Cuts the first of several lines off @text, which then ends with it, and returns the rest; NULL:
 * it is one line.
 */
char *md_fold_cut(char *text);

/** A line that seems to be only the beginning of one. */
struct md_fold {
	struct md_line line; /* its text is NULL where none is held */
	GString *text;
};

void md_fold_init(struct md_fold *fold);
void md_fold_clear(struct md_fold *fold);
/** Holds @line back where it is cut in two; FALSE: it is whole. */
gboolean md_fold_hold(struct md_fold *fold, const struct md_line *line);
/** Adds @line to the one that is held, where it is the rest of it. */
gboolean md_fold_join(struct md_fold *fold, const struct md_line *line);

/* words.c */

/** The words of several lists, looked for at once. */
struct md_words;
/** At most 8 lists, which are not needed any longer. */
struct md_words *md_words_new(GPtrArray *const *lists, guint count);
void md_words_free(struct md_words *words);
/** Whether @text has a word of one of @lists: bit i is the list i. */
gboolean md_words_found(const struct md_words *words, guint lists, const char *text, gsize size);

/* scan.c: text as the kernel writes it.  A cursor moves only over what was understood. */

/** Moves @text behind @word where it is there. */
static inline gboolean md_scan_text(const char **text, const char *word)
{
	const char *at = *text;

	/* Nearly always it is another from the first letter on. */
	for (; *word != '\0'; word++, at++) {
		if (*at != *word)
			return FALSE;
	}
	*text = at;
	return TRUE;
}

static inline void md_scan_blanks(const char **text)
{
	while (**text == ' ')
		(*text)++;
}
/** A run of hexadecimal digits (1 to 16), without or with "0x". */
gboolean md_scan_hex(const char **text, struct md_word *word);
/** "[<ffffffff81171b02>]", "[c000000000100012]", and the blanks behind it. */
gboolean md_scan_bracketed(const char **text, struct md_word *address);
gboolean md_scan_number(const char **text, guint64 *number);
/** A name as C, assemblers and compilers have it, with dots and dollars in it. */
gboolean md_scan_symbol(const char **text, struct md_slice *symbol);
/** "PATH:LINE" and what may follow it (":COLUMN"). */
gboolean md_scan_place(const char **text, struct md_slice *path, guint *line);
/** A new string of @slice. */
char *md_slice_dup(struct md_slice slice);
/** Sets a string that is not set yet. */
void md_set_once(char **string, struct md_slice value);

/* report.c */

/** A frame of its own, all of which is the same. */
struct md_frame *md_frame_copy(const struct md_frame *frame);

/* crash_ps.c */

/** Whether @text is the row of a task that runs, with its mark in front: ">  1234 ...". */
gboolean md_crash_ps_is_active(const char *text);
/** Whether @text is what `ps -m` has behind the time: " [UN]  PID: 1234 ...". */
gboolean md_crash_ps_is_last(const char *text);

/* look.c */

/**
 * Whether @frame, which was found on a stack and is not vouched for, may be where a call returns
 * to: a function's first byte, or the one behind its last, is a pointer to a function.
 */
gboolean md_frame_may_return(const struct md_frame *frame);
/**
 * Sets symbol and look of @report: the function to look at first, on the stack that is the
 * crash's own.  @named is the frame that the report itself names, for where no other
 * will do; NULL: it names none.
 */
void md_report_look(struct md_report *report, const struct md_frame *named);
#endif
