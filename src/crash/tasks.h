/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies between a log and its tasks.
 *
 *   task_lines.c   lines of Linux   -> whose stack comes, and the stack
 *   task_locks.c   lines of lockdep -> the locks that a task holds or waits for
 *   crash_bt.c     stacks of crash  -> tasks, beside its reports
 *   crash_ps.c     tables of crash  -> the states of tasks
 *   tasks.c        tasks            -> one a task, with the report that it is of
 */
#ifndef MD_CRASH_TASKS_H
#define MD_CRASH_TASKS_H

#include "crash/parser.h"

/* Large machines have some 100,000 threads. */
#define MD_TASKS_MAX 200000
/* Of all tasks together, different ones: some 150 MB. */
#define MD_TASK_FRAMES_MAX 1000000
/* And in different stacks: 100,000 of 40 frames. */
#define MD_TASK_PLACES_MAX 4000000
/* lockdep follows 48 at most (MAX_LOCK_DEPTH). */
#define MD_SAID_MAX 64

/* task.c */

/** Gives @task copies of @registers, of struct md_register. */
void md_task_copy_registers(struct md_task *task, GArray *registers);

/* tasks.c */

/** The tasks of a log. */
struct md_tasks;
struct md_tasks *md_tasks_new(void);
void md_tasks_free(struct md_tasks *tasks);
MD_DEFINE_AUTOPTR(md_tasks)
const GPtrArray *md_tasks_all(const struct md_tasks *tasks);
/** How many more there were that had no room. */
gsize md_tasks_left(const struct md_tasks *tasks);
/** Takes @task.  One that is there already gets what is new of it. */
void md_tasks_add(struct md_tasks *tasks, struct md_task *task);
/** Takes @task, which has only a list of all the locks that it holds now. */
void md_tasks_add_list(struct md_tasks *tasks, struct md_task *task);
/** A list of all tasks begins at @line, or has come to its end. */
void md_tasks_list_begins(struct md_tasks *tasks, gsize line);
void md_tasks_list_ends(struct md_tasks *tasks);

/** What a table says of a task. */
struct md_task_row {
	gint64 pid, cpu, blocked; /* -1: not said */
	char state;		  /* as of struct md_task */
	gboolean on_cpu;
	struct md_word address;
};
void md_tasks_add_row(struct md_tasks *tasks, const struct md_task_row *row);
/** No more come: each is given the report of @reports that it is of. */
void md_tasks_finish(struct md_tasks *tasks, const GPtrArray *reports);

/* task_lines.c */

/** Reads the stacks of Linux's logs. */
struct md_task_reader;
struct md_task_reader *md_task_reader_new(struct md_tasks *tasks);
void md_task_reader_free(struct md_task_reader *reader);
MD_DEFINE_AUTOPTR(md_task_reader)
/** Adds static strings: a line that a task begins with has one of them. */
void md_task_reader_words(GPtrArray *words);
/** Whether a task is open, so that every line counts. */
gboolean md_task_reader_open(const struct md_task_reader *reader);
/** Whether it took @line as one of a stack. */
gboolean md_task_reader_line(struct md_task_reader *reader, const struct md_line *line);
/** Closes what is open. */
void md_task_reader_finish(struct md_task_reader *reader);

/* task_locks.c */

/** A list of locks that is being read. */
struct md_task_list {
	struct md_task *task; /* NULL: there is none */
	gboolean whole;	      /* all that it holds; else some more of it */
	gboolean wanted;      /* the lock to come is waited for */
	gboolean spinning;    /* the same, a spinlock, of which the next line tells */
	guint number;	      /* of the last lock, from 1; 0: it had none */
};

/** Takes a line of a list; FALSE: it is none.  A list that ends goes to @tasks. */
gboolean md_task_list_line(struct md_task_list *list, struct md_tasks *tasks,
			   const struct md_line *line);
/** Hands the list on that is open, if any. */
void md_task_list_close(struct md_task_list *list, struct md_tasks *tasks);

/** A task as sentences have it. */
struct md_task_name {
	struct md_slice comm;
	gint64 pid;
};
/** "X:123" or "X/123" of @size bytes, as @mark is; FALSE: it is none. */
gboolean md_task_scan_name(const char *text, gsize size, char mark, struct md_task_name *name);

/* task_stack.c */

/** Gives @task the stack and the registers that @parse has, of Linux. */
void md_task_take_stack(struct md_task *task, struct md_parse *parse);

/* crash_ps.c */

/** A row of a table of crash(8)'s ps; FALSE: it is none. */
gboolean md_crash_ps_row(const char *text, struct md_task_row *row);

#endif
