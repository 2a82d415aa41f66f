/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source code as definitions: which function, struct or table a line lies in.
 *
 *   lexer    text        -> tokens of C, bodies passed over at speed
 *   items    tokens      -> the definitions at the top level of a C file
 *   name     definition  -> what it is called, by tree-sitter
 *   heading  text        -> the same for other languages, by the shape of lines
 *   headlines text       -> where a name may be defined, at the speed of reading
 *   uses     text        -> the names that it uses, each with its role
 *   source   a tree      -> where in it a name is defined
 *   types    expressions -> types, and the names of locks
 *   flow     a function  -> its calls, branches and lock operations
 *   held     a flow      -> the locks that are held at a call
 *   ways     two frames  -> the functions between them that were inlined
 *
 * The text of a kernel file is not C before the preprocessor ran, so nothing
 * here fails: what cannot be understood has no definitions.
 *
 * There are two more views of a C file: the names that it uses (words), and all of it cut
 * into pieces, what stands between definitions as well.
 */
#ifndef MD_CODE_H
#define MD_CODE_H

#include "base/base.h"
#include "tree/tree.h"

enum md_definition_kind {
	MD_DEFINITION_FUNCTION,
	MD_DEFINITION_STRUCT,
	MD_DEFINITION_UNION,
	MD_DEFINITION_ENUM,
	MD_DEFINITION_INITIALIZER, /* a variable with its value in braces */
	MD_DEFINITION_MACRO,	   /* #define */
	MD_DEFINITION_SECTION,	   /* of a file that is not C: a target, a symbol, a class */
	MD_DEFINITION_VARIABLE,	   /* without braces; in md_outline_new_full() alone */
	MD_DEFINITION_KINDS,
};

/** "function" and so on. */
const char *md_definition_kind_name(enum md_definition_kind kind);

/** Bytes [first, end) of a text. */
struct md_extent {
	gsize first, end;
};

/** A definition at the top level of a file. */
struct md_definition {
	enum md_definition_kind kind;
	const char *name;	/* NULL: it has none (enum { A }), or nobody asked yet */
	struct md_extent lines; /* from 0: the line behind its last one ends it */

	/* Where it is C: its bytes, and those of its first two bodies. */
	struct md_extent bytes, body[2];
	gboolean named; /* @name is what it will be */
};

/** TRUE for a macro of one line: a constant, not a place that code is in. */
static inline gboolean md_definition_is_constant(const struct md_definition *definition)
{
	return definition->kind == MD_DEFINITION_MACRO &&
	       definition->lines.end - definition->lines.first == 1;
}

/** TRUE where a file of this name is C, or assembly that goes through C's preprocessor. */
gboolean md_path_is_code(const char *path);

/**
 * Calls @visit for every identifier of C text, keywords and numbers too, that stands neither in
 * a comment nor in a string nor behind #include, with its line, from 0.
 */
typedef void (*md_word_visit)(void *data, struct md_slice word, gsize line);
void md_words_each(struct md_slice text, md_word_visit visit, void *data);

/** What a piece of a C file is. */
enum md_piece_kind {
	MD_PIECE_DEFINITION,  /* of the outline */
	MD_PIECE_VARIABLE,    /* variables without a value in braces, typedefs */
	MD_PIECE_DECLARATION, /* what is defined elsewhere: a prototype, extern, struct a; */
	MD_PIECE_CALL,	      /* a macro: EXPORT_SYMBOL(a); */
	MD_PIECE_INCLUDE,     /* its name is what stands in the quotes or brackets */
	MD_PIECE_DIRECTIVE,
	MD_PIECE_OTHER, /* comments, what was not understood */
};

/**
 * One thing at the top level of a file, with the comment above it and the blank lines behind it,
 * so that taking out its lines takes it out.
 */
struct md_piece {
	enum md_piece_kind kind;
	enum md_definition_kind definition; /* of which kind, where it is one */
	gboolean local;			    /* nothing outside of its file sees it: static */
	const char *name;		    /* of what it defines or declares; NULL: none */
	const char *const *names;	    /* all of them, where it declares several */
	guint name_count;
	struct md_extent lines, core; /* from 0; without the comment and the blank lines */
};

/** All pieces of one text: their lines, in order, are all of it. */
struct md_pieces;
struct md_pieces *md_pieces_new(const char *path, struct md_slice text);
void md_pieces_free(struct md_pieces *pieces);
MD_DEFINE_AUTOPTR(md_pieces)
/** An array of struct md_piece. */
const GArray *md_pieces_all(const struct md_pieces *pieces);

/** The definitions of one text, in order; they do not overlap. */
struct md_outline;

/**
 * Looks for the definitions in @text, which must outlive the outline.  @path
 * says what language it is.
 */
struct md_outline *md_outline_new(const char *path, struct md_slice text);
/** The same with variables that have no value, or none in braces. */
struct md_outline *md_outline_new_full(const char *path, struct md_slice text);
void md_outline_free(struct md_outline *outline);
MD_DEFINE_AUTOPTR(md_outline)

/** All of them, named: an array of struct md_definition. */
const GArray *md_outline_definitions(struct md_outline *outline);

/**
 * The definition, named, in which lines [first, end) lie: the one around the
 * first line, or else the first that lies among them, a constant only where
 * nothing else does. Where first is end, the one around the place between two
 * lines. NULL where there is none or it has no name.
 */
const struct md_definition *md_outline_find(struct md_outline *outline, gsize first, gsize end);

/** A line on which something of that name may be defined. */
struct md_headline {
	guint32 hash; /* md_name_hash() of its name */
	guint32 line; /* from 0 */
};

/**
 * Where definitions may begin in @text: an array of struct md_headline, by line. Few lines too
 * many, and few too few: those that are not written in kernel style.
 */
GArray *md_headlines_find(const char *path, struct md_slice text);
guint32 md_name_hash(struct md_slice name);

/** What a name is to the code that uses it. */
enum md_use_role {
	MD_USE_CALL,
	MD_USE_TYPE, /* struct NAME */
	MD_USE_MEMBER,
	MD_USE_NAME, /* a macro, a variable, a function that is not called here */
};

/** A name that is used, once for each role that it has. */
struct md_use {
	struct md_slice name; /* in the text */
	enum md_use_role role;
	gsize line; /* of the first, from 0 */
};

/** The names in @text, which is C: a new array of struct md_use, by name. */
GArray *md_code_uses(struct md_slice text);
/** The first of that name in such an array, or NULL. */
const struct md_use *md_uses_find(const GArray *uses, const char *name);

/** TRUE where two texts differ in comments and blanks at most. */
gboolean md_code_equal(struct md_slice a, struct md_slice b);

/* ------------------------------------------------- source: the files of a tree */

struct md_file {
	char *path;
	struct md_slice text;
	GBytes *content;
	struct md_outline *outline; /* with variables */
	GArray *headlines;	    /* of struct md_headline */
};

/** Where a name may be defined. */
struct md_hit {
	const char *path;
	gsize line; /* from 0 */
};

struct md_source;
/**
 * @tree is not owned. What is looked up is kept, so from one thread at a time; only
 * md_source_read() and md_source_index() use more cores by themselves.
 */
struct md_source *md_source_new(struct md_tree *tree, guint jobs, const struct md_hooks *hooks);
void md_source_free(struct md_source *source);
MD_DEFINE_AUTOPTR(md_source)

/**
 * Reads @paths (of strings, which are copied) and notes what may be defined in them, on all
 * cores. Nothing of the files is kept. A path that was indexed before costs nothing.
 */
gboolean md_source_index(struct md_source *source, const GPtrArray *paths, GError **error);

/** What a file of a kernel, or of Xen, is for. */
enum md_kernel_part {
	MD_KERNEL_NONE, /* nothing is built from it, or not for these machines */
	MD_KERNEL_CORE,
	MD_KERNEL_DRIVERS, /* two thirds of all */
};
/** @machines: the folders below arch/ that are wanted, NULL-ended; NULL: all. */
enum md_kernel_part md_kernel_part_of(const char *path, const char *const *machines);

/**
 * The same for every file of the tree that a kernel is built from, without the folders below
 * arch/ that @machines (NULL-ended, "x86"; NULL: all are wanted) does not name. With @cache what
 * was found is kept below the user's cache folder, by what the files are, never by their names
 * alone, so that the next time nothing is read. A cache that is damaged or not
 * of this tree is none.
 */
gboolean md_source_index_kernel(struct md_source *source, const char *const *machines,
				gboolean cache, GError **error);

/**
 * Looks up all @names at once, a table from name to GArray of struct md_hit, to which
 * hits are appended. A system call or a trace event is found by its macro, too.
 */
void md_source_find(const struct md_source *source, GHashTable *names);
/** The same for one name, which costs little: @hits is an array of struct md_hit. */
void md_source_find_name(const struct md_source *source, const char *name, GArray *hits);

/** A table for md_source_find(); names are copied into it by md_names_add(). */
GHashTable *md_names_new(void);
/** The hits of @name, which is added where it is new. */
GArray *md_names_add(GHashTable *names, const char *name);

/** Reads @paths (a set, as md_path_set_new()) on all cores, for md_source_file(). */
gboolean md_source_read(struct md_source *source, GHashTable *paths, GError **error);
/** A file that was read, or is now; NULL where there is none, or it cannot be read. */
const struct md_file *md_source_file(struct md_source *source, const char *path);

/** The longest definition of @name in @file; NULL: it has none. */
const struct md_definition *md_file_find(const struct md_file *file, const char *name);
/** All of them, in order, of const struct md_definition *: #if may choose one. */
GPtrArray *md_file_find_all(const struct md_file *file, const char *name);
/** All definitions of @name in @file, joined: #if may choose one of several. */
GString *md_file_text_of(const struct md_file *file, const char *name);
/** The text of one. */
struct md_slice md_file_slice(const struct md_file *file, const struct md_definition *definition);
/** TRUE where only its own file can use it by its name. */
gboolean md_file_is_static(const struct md_file *file, const struct md_definition *definition);

/* ------------------------------------------------- types: what an expression is */

/** A type without its qualifiers. */
struct md_type {
	char *name;	/* "struct rq", "spinlock_t", "int" */
	guint pointers; /* and levels of arrays; 1: a pointer to it */
};
void md_type_clear(struct md_type *type);

/** The types of a tree: members, variables, functions, typedefs and macros, read when asked. */
struct md_types;
/** @source must outlive it and have been indexed. */
struct md_types *md_types_new(struct md_source *source);
void md_types_free(struct md_types *types);
MD_DEFINE_AUTOPTR(md_types)

/** What names mean inside one function: its parameters and variables, then its file. */
struct md_scope;
/** @path is the file of the function; @text its definition, which must outlive the scope. */
struct md_scope *md_scope_new(struct md_types *types, const char *path, struct md_slice text);
void md_scope_free(struct md_scope *scope);
MD_DEFINE_AUTOPTR(md_scope)
/** The index of the parameter of that name, from 0; -1: it has none. */
int md_scope_parameter(const struct md_scope *scope, struct md_slice name);

/**
 * The type of a C expression, which may call functions and macros: "cpu_rq(cpu)->lock". FALSE,
 * with @type untouched, where it cannot be told.
 */
gboolean md_scope_type(struct md_scope *scope, struct md_slice expression, struct md_type *type);

/** A lock by its name. */
struct md_lock_name {
	/*
	 * The lock that an expression points to: "struct rq.lock" (the innermost struct that has
	 * it, and the member), "rtnl_mutex" (a global, per-CPU and static ones too, by its own
	 * name; with its file where others have a static one of that name: "drivers/a.c:list_lock";
	 * with its function where it stands in one: "f.lock"), "huge_pte_lockptr()" (what that
	 * returns, and no more is known), "struct sock" (where the object is the lock, as of
	 * lock_sock(); a parameter has this and its index); NULL where it cannot be told.
	 */
	char *name;
	/* The expression is this parameter of the function itself, from 0, so that only its
	 * caller knows: f(spinlock_t *lock) { spin_lock(lock); }. -1: it is none. */
	int parameter;
	gboolean global; /* there is one such lock, or one a CPU: its name is its identity */
};
/** Names the lock that @expression, a pointer to one, points to; follows local aliases. */
void md_scope_name_lock(struct md_scope *scope, struct md_slice expression,
			struct md_lock_name *name);
void md_lock_name_clear(struct md_lock_name *name);

/* ---------------------------------------------- locks: what is held at a call */

/** The kinds of things that a task waits for, or holds. */
enum md_lock_kind {
	MD_LOCK_SPIN, /* spinlock_t, raw_spinlock_t */
	MD_LOCK_RW,   /* rwlock_t */
	MD_LOCK_MUTEX,
	MD_LOCK_RWSEM,
	MD_LOCK_PERCPU_RWSEM,
	MD_LOCK_SEMAPHORE,
	MD_LOCK_RT_MUTEX,
	MD_LOCK_SEQ, /* writers of a seqlock or seqcount */
	MD_LOCK_WW_MUTEX,
	MD_LOCK_BIT,  /* bit_spin_lock, wait_on_bit_lock */
	MD_LOCK_PAGE, /* of a page or folio: PG_locked */
	MD_LOCK_BUFFER,
	MD_LOCK_SOCKET, /* lock_sock() */
	MD_LOCK_LOCAL,	/* local_lock_t */
	MD_LOCK_RCU,	/* rcu_read_lock(); waited for by synchronize_rcu() */
	MD_LOCK_SRCU,
	MD_LOCK_COMPLETION,
	MD_LOCK_WAIT_QUEUE,
	MD_LOCK_WRITEBACK, /* of a page, an inode */
	MD_LOCK_WORK,	   /* flush_work() and its like */
	MD_LOCK_IO,	   /* io_schedule() */
	MD_LOCK_CPU,	   /* other CPUs to answer: smp_call_function_many() */
	MD_LOCK_TIME,	   /* msleep(), schedule_timeout() */
	MD_LOCK_KINDS,
};
/** "spinlock", "mutex" and so on. */
const char *md_lock_kind_name(enum md_lock_kind kind);
/** TRUE where who waits for it spins, so that its holder must not sleep. */
gboolean md_lock_kind_spins(enum md_lock_kind kind);

enum md_lock_effect {
	MD_LOCK_TAKE,
	MD_LOCK_TRY, /* taken where the result is not 0 */
	MD_LOCK_GIVE,
	MD_LOCK_WAIT, /* waits for it, and does not hold it then */
};

/** What a lock operation does besides. */
enum md_lock_flags {
	MD_LOCK_SHARED = 1 << 0,	/* a reader */
	MD_LOCK_IRQ_OFF = 1 << 1,	/* _irq, _irqsave: interrupts are off while it is held */
	MD_LOCK_BH_OFF = 1 << 2,	/* _bh */
	MD_LOCK_SUCCEEDS_ZERO = 1 << 3, /* TRY that says 0 where it has the lock (interruptible) */
};

/** An operation on a lock, by the name that source has. */
struct md_lock_operation {
	const char *name; /* "spin_lock_irqsave" */
	enum md_lock_kind kind;
	enum md_lock_effect effect;
	guint flags;
	int argument; /* which is the lock, from 0; -1: none, it is named by its kind */
	/* The functions that a stack shows while it waits, out of line, blanks between them;
	 * one '*' in a name stands for anything: "_raw_spin_lock_irqsave do_raw_spin_lock". */
	const char *frames;
};
/** The row of that name, or NULL. */
const struct md_lock_operation *md_lock_operation_find(struct md_slice name);
/** TRUE where a stack may show @symbol while a task waits in @operation. */
gboolean md_lock_operation_shows(const struct md_lock_operation *operation, const char *symbol);

/** A function in which tasks wait, as stacks show it; the table has all of Linux's. */
struct md_lock_wait {
	const char *name; /* a pattern: "rwsem_down_read_slowpath*" */
	enum md_lock_kind kind;
	guint flags;
	gboolean outer; /* who uses the lock calls it: not the slow path inside of another row */
	gboolean plain; /* it is a lock function whose own first argument is the lock */
};
/** The row of a function on a stack, its compiler's suffixes off; NULL: nobody waits there. */
const struct md_lock_wait *md_lock_wait_find(const char *symbol);

/** A call in a function. */
struct md_call {
	char *callee;	      /* its name; of a pointer the member or variable: "func" */
	gboolean indirect;    /* through a pointer */
	char *expression;     /* what is called, as it is written: "curr->func" */
	GPtrArray *arguments; /* of char *, as written */
	guint line;	      /* in the file, from 1 */
	guint order;	      /* among the calls of its function, as the source has them */
};

/** A lock that is held at a place of a stack. */
struct md_held {
	char *lock;	  /* as md_lock_name; "?" where it cannot be told */
	char *expression; /* as its function writes it: "&rq->lock" */
	gboolean global;  /* the name is its identity */
	int parameter;	  /* it is what this parameter points to; -1 */
	enum md_lock_kind kind;
	guint flags; /* enum md_lock_flags */
	char *text;  /* the call that took it, as written: "task_rq_lock(p, &flags)"; or NULL */
	char *symbol, *path; /* the function and file of the operation that took it */
	guint line;	     /* and its line, from 1 */
	gboolean certain;    /* on every way to the call it, or another of its name, is held */
};
void md_held_clear(struct md_held *held);
/** A new array of them that clears its elements. */
GArray *md_held_array_new(void);

/**
 * The lock analysis of a tree: functions are read when they are asked for, and kept. Model, cost
 * and what it does not see: flow.c and held.c.
 */
struct md_locks;
/** @source must outlive it and have been indexed. */
struct md_locks *md_locks_new(struct md_source *source);
void md_locks_free(struct md_locks *locks);
MD_DEFINE_AUTOPTR(md_locks)

/** A function that was read; belongs to the struct md_locks. */
struct md_flow;
/**
 * The function @symbol; @path: of that file, or, where it has none, as seen from it (static ones
 * and headers first); NULL: wherever. NULL where no source of it is found.
 */
struct md_flow *md_flow_find(struct md_locks *locks, const char *symbol, const char *path);
const char *md_flow_symbol(const struct md_flow *flow);
const char *md_flow_path(const struct md_flow *flow);
/** Of its definition, from 1. */
guint md_flow_line(const struct md_flow *flow);
/** TRUE where a compiler may put it into its callers: static, in a header, or a macro. */
gboolean md_flow_may_vanish(const struct md_flow *flow);
/** Its calls, of struct md_call, in the order of the source. */
const GPtrArray *md_flow_calls(const struct md_flow *flow);
/** The locks that it took itself, or by functions that lock for it, and holds at @call. */
GArray *md_flow_held(struct md_flow *flow, const struct md_call *call);
/**
 * The locks that it, or a function for it, has given back before @call though it did not take
 * them, and has not taken again: those of its callers. text and line are of who gave them back.
 */
GArray *md_flow_given(struct md_flow *flow, const struct md_call *call);
/** The names of its locks and types; belongs to it. */
struct md_scope *md_flow_scope(struct md_flow *flow);

/* ------------------------------------------------- ways: from frame to frame */

/** A function on the way from one frame to the next, and where it goes on. */
struct md_way_step {
	char *symbol, *path;
	guint line;	  /* of the call, from 1; 0: not known */
	char *how;	  /* NULL: it calls; else in words: "through wait_queue_entry.func, set by
			   * DEFINE_WAIT" */
	gboolean pointer; /* it does not call what comes next by its name */
};

/** How the outer frame came to the inner one. */
struct md_way {
	GPtrArray *steps; /* of struct md_way_step: the outer frame's function first, the inner's
			     not */
	GArray *held;	  /* of struct md_held: by these functions, when the inner is called */
	/* Where the inner frame is a lock or wait function: what is waited for. */
	struct md_lock_name wanted;
	char *wanted_expression;		   /* as the source has it; NULL */
	const struct md_lock_operation *operation; /* NULL: the inner is no such function */
};

/** A frame, as far as it helps to find it in the source. */
struct md_spot {
	const char *symbol;   /* compiler's suffixes are off */
	const char *path;     /* NULL: not known */
	guint line;	      /* in the outer frame: of the call; 0: not known */
	guint64 offset, size; /* of the return address in the function, bytes; G_MAXUINT64 */
};

/**
 * What the source calls the function that a stack shows as @symbol, which the macro of a system
 * call or of an interrupt's entry may have made: "sys_read" for "SyS_read"; a new string.
 */
char *md_symbol_source_name(const char *symbol);
/**
 * The ways from @outer to @inner, the likeliest first: an array, which @locks owns, of struct
 * md_way. With more than one, the source allows them all (two mutexes in one function); empty
 * where none is found. At most MD_WAYS_MAX.
 */
#define MD_WAYS_MAX 8
const GPtrArray *md_locks_ways(struct md_locks *locks, const struct md_spot *outer,
			       const struct md_spot *inner);

#endif
