/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the lock that one task wants is the lock that another holds.
 *
 * Two addresses settle it. A name does where there is one such lock; two files may each have a
 * static one of that name, though. A member of a struct is a class of locks: inodes nest in
 * inodes all day. Then it must be the same object, which two arguments can show for one stack: the
 * object's expression follows the calls from where it was locked to where it is wanted; or both
 * are the lock of the CPU that the stack is on.
 */
#include "lockup/judge.h"

#include <string.h>

gboolean md_lock_is_named(const char *lock)
{
	return lock != NULL && strcmp(lock, "?") != 0;
}

char *md_judge_key(const char *lock, struct md_word address)
{
	if (address.digits > 0)
		return g_strdup_printf("@%" G_GINT64_MODIFIER "x", address.value);
	return md_lock_is_named(lock) ? g_strdup(lock) : NULL;
}

static int compare_tasks(const void *a, const void *b, void *data)
{
	const GPtrArray *tasks = data;
	const struct md_task *x = md_lockup_task_at(tasks, *(const guint *)a)->task;
	const struct md_task *y = md_lockup_task_at(tasks, *(const guint *)b)->task;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? -1 : 1;
	return g_strcmp0(x->comm, y->comm);
}

static void count_name(GHashTable *table, char *name)
{
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(table, name));

	g_hash_table_insert(table, name, GUINT_TO_POINTER(count + 1));
}

/* Counts @task once for each name of a lock that it has to do with. */
static void count_names(struct md_judge *judge, const struct md_lockup_task *task)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iterator;
	void *name;

	if (task->waits && md_lock_is_named(task->want.lock) &&
	    (task->want.flags & MD_LOCK_SHARED) == 0)
		count_name(judge->writers, task->want.lock);
	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_held *held = &md_lockup_hold_at(task, i)->held;

		if (md_lock_is_named(held->lock))
			g_hash_table_add(names, held->lock);
	}
	g_hash_table_iter_init(&iterator, names);
	while (g_hash_table_iter_next(&iterator, &name, NULL))
		count_name(judge->holding, name);
}

void md_judge_init(struct md_judge *judge, struct md_lockup *lockup, struct md_functions *functions)
{
	*judge = (struct md_judge){ .lockup = lockup, .functions = functions };
	md_areas_init(&judge->areas, lockup->tasks);
	judge->defined = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	judge->holding = g_hash_table_new(g_str_hash, g_str_equal);
	judge->writers = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < lockup->tasks->len; i++)
		count_names(judge, md_lockup_task_at(lockup->tasks, i));
	judge->knotted = g_new0(gboolean, lockup->tasks->len + 1);
	judge->order = g_new0(guint, lockup->tasks->len + 1);
	for (guint i = 0; i < lockup->tasks->len; i++)
		judge->order[i] = i;
	g_qsort_with_data(judge->order, (int)lockup->tasks->len, sizeof(guint), compare_tasks,
			  lockup->tasks);
}

void md_judge_clear(struct md_judge *judge)
{
	g_hash_table_unref(judge->defined);
	g_hash_table_unref(judge->holding);
	g_hash_table_unref(judge->writers);
	g_free(judge->knotted);
	g_free(judge->order);
}

/* In how many C files something of that name may be defined. */
static guint count_files(struct md_judge *judge, const char *name)
{
	g_autoptr(GHashTable) paths = NULL;
	g_autoptr(GArray) hits = NULL;
	void *known;

	if (judge->lockup->files == NULL)
		return 1;
	if (g_hash_table_lookup_extended(judge->defined, name, NULL, &known))
		return GPOINTER_TO_UINT(known);
	hits = g_array_new(FALSE, FALSE, sizeof(struct md_hit));
	paths = g_hash_table_new(g_str_hash, g_str_equal);
	md_source_find_name(judge->lockup->files, name, hits);
	for (guint i = 0; i < hits->len; i++) {
		const char *path = g_array_index(hits, struct md_hit, i).path;

		if (g_str_has_suffix(path, ".c"))
			g_hash_table_add(paths, (char *)path);
	}
	g_hash_table_insert(judge->defined, g_strdup(name),
			    GUINT_TO_POINTER(g_hash_table_size(paths)));
	return g_hash_table_size(paths);
}

guint md_judge_holders(const struct md_judge *judge, const char *name)
{
	if (!md_lock_is_named(name))
		return 0;
	return GPOINTER_TO_UINT(g_hash_table_lookup(judge->holding, name));
}

/* A lock by its address, name and the file that names it. */
struct lock {
	struct md_word address;
	const char *name, *path;
	gboolean global;
};

static enum md_sameness compare_locks(struct md_judge *judge, struct lock a, struct lock b)
{
	if (a.address.digits > 0 && b.address.digits > 0)
		return a.address.value == b.address.value ? MD_SAME_ADDRESS : MD_SAME_NOT;
	if (!md_lock_is_named(a.name) || g_strcmp0(a.name, b.name) != 0)
		return MD_SAME_NOT;
	if (!a.global || !b.global)
		return MD_SAME_CLASS;
	if (g_strcmp0(a.path, b.path) == 0 || count_files(judge, a.name) <= 1)
		return MD_SAME_NAME;
	return MD_SAME_CLASS;
}

static struct lock want_lock(const struct md_lockup_want *want)
{
	return (struct lock){ want->address, want->lock, want->path, want->global };
}

/* Whether the function that took the lock took that of the CPU that it ran on. */
static gboolean took_own_cpus(struct md_judge *judge, const struct md_held *held)
{
	/* What says which CPU this is, or gives what is its. */
	static const char *const own[] = {
		"smp_processor_id", "raw_smp_processor_id", "debug_smp_processor_id",
		"this_rq",	    "this_rq_lock",	    "raw_rq",
		"this_cpu_ptr",	    "raw_cpu_ptr",	    "__this_cpu_ptr",
		"get_cpu",	    "get_cpu_ptr",	    "get_cpu_var",
		"__get_cpu_var",    "this_cpu_read",	    "__this_cpu_read",
	};
	const GPtrArray *calls;
	struct md_flow *flow;

	if (judge->lockup->locks == NULL || held->symbol == NULL)
		return FALSE;
	flow = md_flow_find(judge->lockup->locks, held->symbol, held->path);
	if (flow == NULL)
		return FALSE;
	calls = md_flow_calls(flow);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);

		for (gsize k = 0; k < G_N_ELEMENTS(own) && call->line <= held->line; k++) {
			if (strcmp(call->callee, own[k]) == 0)
				return TRUE;
		}
	}
	return FALSE;
}

/* Whether two expressions begin with one name: "shelf" of "&shelf->next->lock". */
static gboolean same_base(const char *a, const char *b)
{
	static const char name[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	gsize size;

	a += strspn(a, "&*(");
	b += strspn(b, "&*(");
	size = strspn(a, name);
	return size > 0 && size == strspn(b, name) && strncmp(a, b, size) == 0;
}

/*
 * Whether the object that the hold is of becomes, from argument to argument, that of the want:
 * MD_SAME_FLOW; MD_SAME_NOT where it is another that is reached from the same one; else
 * MD_SAME_CLASS.
 */
static enum md_sameness compare_flow(struct md_judge *judge, const struct md_lockup_task *task,
				     const struct md_lockup_hold *hold)
{
	const struct md_way *way = NULL;
	g_autoptr(GArray) sites = NULL;
	g_autofree char *there = NULL, *here = NULL;
	guint from, to;

	if (judge->lockup->locks == NULL || hold->held.expression == NULL)
		return MD_SAME_CLASS;
	if (task->want.frame < task->ways->len)
		way = g_ptr_array_index(task->ways, task->want.frame);
	if (way == NULL || way->wanted_expression == NULL)
		return MD_SAME_CLASS;
	sites = md_sites_new(judge->lockup->locks, judge->functions, task);
	for (from = 0; from < sites->len; from++) {
		if (g_array_index(sites, struct md_site, from).frame == task->want.frame)
			break;
	}
	for (to = from; to < sites->len; to++) {
		const struct md_site *site = &g_array_index(sites, struct md_site, to);

		if (site->frame == hold->frame && g_strcmp0(site->symbol, hold->held.symbol) == 0)
			break;
	}
	if (to >= sites->len)
		return MD_SAME_CLASS;
	there = md_sites_trace(sites, from, to, way->wanted_expression);
	here = md_sites_trace(sites, to, to, hold->held.expression);
	if (there == NULL || here == NULL)
		return MD_SAME_CLASS;
	if (strcmp(there, here) == 0)
		return MD_SAME_FLOW;
	return same_base(there, here) ? MD_SAME_NOT : MD_SAME_CLASS;
}

enum md_sameness md_judge_hold(struct md_judge *judge, const struct md_lockup_task *waiter,
			       const struct md_lockup_task *holder,
			       const struct md_lockup_hold *hold)
{
	struct lock held = { hold->address, hold->held.lock, hold->held.path, hold->held.global };
	enum md_sameness sameness = compare_locks(judge, want_lock(&waiter->want), held);
	g_autofree char *own = NULL;

	if (md_lockup_wants_nobodys(&waiter->want))
		return MD_SAME_NOT;
	if (sameness != MD_SAME_CLASS || waiter != holder)
		return sameness;
	own = md_words_own_area(&judge->areas, waiter);
	if (own != NULL && took_own_cpus(judge, &hold->held))
		return MD_SAME_CPU;
	return compare_flow(judge, waiter, hold);
}

enum md_sameness md_judge_want(struct md_judge *judge, const struct md_lockup_task *a,
			       const struct md_lockup_task *b)
{
	return compare_locks(judge, want_lock(&a->want), want_lock(&b->want));
}

gboolean md_judge_conflict(const struct md_lockup_want *want, const struct md_lockup_hold *hold)
{
	return ((guint)want->flags & hold->held.flags & MD_LOCK_SHARED) == 0;
}

gboolean md_judge_is_stuck(const struct md_lockup_task *task)
{
	const struct md_report *report = task->task->report;

	return task->task->blocked >= 0 ||
	       (report != NULL &&
		(report->kind == MD_REPORT_SOFT_LOCKUP || report->kind == MD_REPORT_HARD_LOCKUP ||
		 report->kind == MD_REPORT_HUNG_TASK || report->kind == MD_REPORT_RCU_STALL));
}

gboolean md_judge_spins_in_dump(const struct md_lockup_task *task)
{
	return task->waits && task->task->on_cpu && md_lock_kind_spins(task->want.kind) &&
	       g_strcmp0(task->task->format, "crash") == 0;
}

gboolean md_judge_has_died(const struct md_lockup_task *task)
{
	const struct md_report *report = task->task->report;

	return report != NULL &&
	       (report->kind == MD_REPORT_OOPS || report->kind == MD_REPORT_PAGE_FAULT ||
		report->kind == MD_REPORT_NULL_DEREF || report->kind == MD_REPORT_GPF ||
		report->kind == MD_REPORT_BUG);
}

/* ------------------------------------------------- owners that the machine names */

/* Whether every function on the stack of @task, who waits, is in the source: what it holds is
 * known. */
static gboolean is_whole(struct md_judge *judge, const struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;
	/* The lock function itself holds nothing. */
	gsize at = md_frames_next(frames, task->want.frame);

	if (!judge->lockup->source || at >= frames->len)
		return FALSE;
	for (; at < frames->len; at = md_frames_next(frames, at + 1)) {
		const struct md_frame *frame = g_ptr_array_index(frames, at);

		if (md_stacks_is_missing(judge->lockup->locks,
					 md_functions_find(judge->functions, frame), frame))
			return FALSE;
	}
	return TRUE;
}

/* Whether the source has a function on the stack of @holder that takes what @waiter wants. */
static gboolean may_have_taken(const struct md_lockup_task *waiter,
			       const struct md_lockup_task *holder)
{
	for (guint i = 0; i < holder->holds->len; i++) {
		const struct md_lockup_hold *hold = md_lockup_hold_at(holder, i);

		if (hold->held.symbol == NULL)
			continue;
		if (hold->address.digits > 0 && waiter->want.address.digits > 0
			    ? hold->address.value == waiter->want.address.value
			    : !md_lock_is_named(hold->held.lock) ||
				      g_strcmp0(hold->held.lock, waiter->want.lock) == 0)
			return TRUE;
	}
	return FALSE;
}

char *md_judge_doubt(struct md_judge *judge, const struct md_lockup_task *waiter,
		     const struct md_lockup_task *holder)
{
	const struct md_lockup_want *want = &waiter->want;
	g_autofree char *name = NULL;

	if (want->owner <= 0 || want->owner != holder->task->pid || may_have_taken(waiter, holder))
		return NULL;
	if (!md_lock_is_named(want->lock) || want->path == NULL || !is_whole(judge, holder))
		return want->state == MD_OWNER_LIKELY ? g_strdup(want->why) : NULL;
	name = md_lockup_task_name(holder);
	return g_strdup_printf("no function on the stack of %s takes %s: it went on without giving "
			       "it back, or has the task_struct of one that died with it",
			       name, want->lock);
}

/* ------------------------------------------------- sentences */

void md_knot_take(struct md_knot *knot, char *sentence)
{
	if (sentence != NULL)
		g_ptr_array_add(knot->evidence, sentence);
}

char *md_say_lock(const struct md_lockup_task *waiter)
{
	const struct md_lockup_want *want = &waiter->want;

	if (md_lock_is_named(want->lock))
		return g_strdup(want->lock);
	if (want->address.digits > 0)
		return g_strdup_printf("the %s %0*" G_GINT64_MODIFIER "x",
				       md_lock_kind_name(want->kind), (int)want->address.digits,
				       want->address.value);
	return g_strdup_printf("a %s", md_lock_kind_name(want->kind));
}

/* " (kernel/sched/core.c:2910)", or nothing. */
static char *say_place(const char *path, guint line)
{
	if (path == NULL)
		return g_strdup("");
	if (line == 0)
		return g_strdup_printf(" (%s)", path);
	return g_strdup_printf(" (%s:%u)", path, line);
}

char *md_say_hold(const struct md_lockup_task *holder, const struct md_lockup_hold *hold)
{
	g_autofree char *place = say_place(hold->held.path, hold->held.line);
	g_autofree char *name = md_lockup_task_name(holder);

	if (hold->held.symbol == NULL)
		return g_strdup_printf("%s holds %s, as the log says", name,
				       md_lock_is_named(hold->held.lock) ? hold->held.lock : "it");
	return g_strdup_printf("%s %s %s in %s%s%s", name,
			       hold->held.certain ? "holds" : "may hold", hold->held.lock,
			       hold->held.symbol, place, hold->said ? ", as the log says" : "");
}

char *md_say_want(const struct md_lockup_task *waiter)
{
	const struct md_lockup_want *want = &waiter->want;
	g_autofree char *place = say_place(want->path, want->line);
	g_autofree char *name = md_lockup_task_name(waiter);
	g_autofree char *lock = md_say_lock(waiter);
	g_autofree char *symbol =
		md_symbol_name(want->symbol != NULL ? want->symbol : want->function);

	return g_strdup_printf("%s waits for %s in %s%s%s", name, lock, symbol, place,
			       (want->flags & MD_LOCK_SHARED) != 0 ? ", to read" : "");
}

char *md_say_stuck(const struct md_lockup_task *task)
{
	g_autofree char *name = md_lockup_task_name(task);

	if (!md_judge_is_stuck(task))
		return NULL;
	if (task->task->blocked > 0)
		return g_strdup_printf(
			"the kernel found that %s had not gone on for %" G_GINT64_FORMAT " seconds",
			name, task->task->blocked);
	return g_strdup_printf("the kernel found that %s did not go on", name);
}

/* ------------------------------------------------- the path of a knot */

static void add_step(struct md_knot *knot, const char *symbol)
{
	gsize size = md_symbol_length(symbol);
	const char *last =
		knot->path->len == 0 ? "" : g_ptr_array_index(knot->path, knot->path->len - 1);

	if (strlen(last) != size || strncmp(last, symbol, size) != 0)
		g_ptr_array_add(knot->path, g_strndup(symbol, size));
}

/* The functions of a way, from that of @from, if it is among them. */
static void add_steps(struct md_knot *knot, const struct md_way *way, const char *from)
{
	guint first = 0;

	for (guint i = 0; i < way->steps->len && from != NULL; i++) {
		const struct md_way_step *step = g_ptr_array_index(way->steps, i);

		if (strcmp(step->symbol, from) == 0)
			first = i;
	}
	for (guint i = first; i < way->steps->len; i++)
		add_step(knot,
			 ((const struct md_way_step *)g_ptr_array_index(way->steps, i))->symbol);
}

void md_knot_add_path(struct md_knot *knot, struct md_functions *functions,
		      const struct md_lockup_task *task, const struct md_lockup_hold *hold)
{
	const GPtrArray *frames = task->task->frames;

	if (hold->frame >= frames->len || task->want.frame >= frames->len)
		return;
	for (gsize i = hold->frame + 1; i-- > task->want.frame;) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);
		const struct md_way *way = NULL;

		if (md_frames_next(frames, i) != i ||
		    md_functions_find(functions, frame)->role == MD_FUNCTION_ENTRY)
			continue;
		if (i < task->ways->len)
			way = g_ptr_array_index(task->ways, i);
		if (way == NULL || (i == task->want.frame && i != hold->frame))
			add_step(knot, frame->symbol);
		else
			add_steps(knot, way, i == hold->frame ? hold->held.symbol : NULL);
	}
}
