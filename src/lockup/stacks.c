/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each stack holds, read from the source, and what it waits for by name.
 *
 * Between two neighbouring frames md_locks_ways() finds how the one came to the other, and which
 * locks the functions there hold at that call. What an inner function has given back of its
 * callers' is not held any more. Where the source has several ways, only what is held on all
 * of them is certain; at the call of a lock function itself, which of them it is decides choose.c.
 *
 * Tasks with the same stack are read once. An interrupt calls nothing: the functions that it
 * interrupted may hold, uncertain, whatever lock they ever take, unless it is known how they came
 * to where they were.
 */
#include "lockup/internal.h"
#include "lockup/judge.h"

#include <string.h>

/* What was interrupted may be a leaf that another's last call jumped to, so that its caller is not
 * known either; more in a row are rare. */
#define MOST_INTERRUPTED 2

struct reader {
	struct md_lockup *lockup;
	struct md_functions *functions;
	GHashTable *symbols; /* names of functions that were counted */
	/* Of each task, of its ways to what it waits for, an array of struct md_way; or NULL. */
	GPtrArray *options;
};

/* ------------------------------------------------- holds */

static struct md_held copy_held(const struct md_held *held)
{
	struct md_held copy = *held;

	copy.lock = g_strdup(held->lock);
	copy.expression = g_strdup(held->expression);
	copy.text = g_strdup(held->text);
	copy.symbol = g_strdup(held->symbol);
	copy.path = g_strdup(held->path);
	return copy;
}

static gboolean same_held(const struct md_held *a, const struct md_held *b)
{
	return a->kind == b->kind && g_strcmp0(a->lock, b->lock) == 0 &&
	       g_strcmp0(a->expression, b->expression) == 0;
}

static struct md_lockup_hold *hold_at(const struct md_lockup_task *task, guint index)
{
	return &g_array_index(task->holds, struct md_lockup_hold, index);
}

static void add_hold(struct md_lockup_task *task, const struct md_held *held, gsize frame,
		     gboolean certain)
{
	struct md_lockup_hold hold = { .held = copy_held(held), .frame = frame };

	hold.held.certain = held->certain && certain && !task->task->guessed;
	g_array_append_val(task->holds, hold);
}

static const struct md_held *find_held(const GArray *holds, const struct md_held *held)
{
	for (guint i = 0; i < holds->len; i++) {
		const struct md_held *other = &g_array_index(holds, struct md_held, i);

		if (same_held(other, held))
			return other;
	}
	return NULL;
}

/* What is held on any way; certain is what is held on all. */
static void add_ways(struct md_lockup_task *task, const GPtrArray *ways, gsize frame)
{
	gsize before = task->holds->len;

	for (guint w = 0; w < ways->len; w++) {
		const struct md_way *way = g_ptr_array_index(ways, w);

		for (guint h = 0; h < way->held->len; h++) {
			const struct md_held *held = &g_array_index(way->held, struct md_held, h);
			gboolean known = FALSE, certain = TRUE;

			for (gsize i = before; i < task->holds->len && !known; i++)
				known = same_held(&hold_at(task, (guint)i)->held, held);
			for (guint o = 0; o < ways->len; o++) {
				const struct md_way *other = g_ptr_array_index(ways, o);
				const struct md_held *same = find_held(other->held, held);

				certain = certain && same != NULL && same->certain;
			}
			if (!known)
				add_hold(task, held, frame, certain);
		}
	}
}

/* The function at @frame was interrupted, or died: what it holds there is not certain. FALSE: it is
 * the interrupt's entry. */
static gboolean add_possible(struct reader *reader, struct md_lockup_task *task, gsize frame)
{
	const struct md_frame *at = g_ptr_array_index(task->task->frames, frame);
	const struct md_function *function = md_functions_find(reader->functions, at);
	gsize before = task->holds->len;
	const GPtrArray *calls;
	struct md_flow *flow;

	if (function->role != MD_FUNCTION_ANY || function->wait != NULL)
		return FALSE;
	flow = md_flow_find(reader->lockup->locks, function->name, at->path);
	if (flow == NULL)
		return TRUE;
	calls = md_flow_calls(flow);
	for (guint i = 0; i < calls->len; i++) {
		const struct md_call *call = g_ptr_array_index(calls, i);
		g_autoptr(GArray) all = NULL;

		if (at->line > 0 && call->line != at->line)
			continue;
		all = md_flow_held(flow, call);
		for (guint h = 0; h < all->len; h++) {
			const struct md_held *held = &g_array_index(all, struct md_held, h);
			gboolean known = FALSE;

			for (gsize k = before; k < task->holds->len && !known; k++)
				known = same_held(&hold_at(task, (guint)k)->held, held);
			if (!known)
				add_hold(task, held, frame, FALSE);
		}
	}
	return TRUE;
}

/* ------------------------------------------------- ways */

static struct md_spot make_spot(struct md_functions *functions, const struct md_frame *frame)
{
	return (struct md_spot){
		.symbol = md_functions_find(functions, frame)->name,
		.path = frame->path,
		.line = frame->line,
		.offset = frame->offset,
		.size = frame->size,
	};
}

/* The ways from @outer to @inner, indexes of frames; NULL: it did not call it. */
static const GPtrArray *find_ways(struct reader *reader, const struct md_lockup_task *task,
				  gsize inner, gsize outer)
{
	const GPtrArray *frames = task->task->frames;
	struct md_spot inside = make_spot(reader->functions, g_ptr_array_index(frames, inner));
	struct md_spot outside = make_spot(reader->functions, g_ptr_array_index(frames, outer));

	if (md_frames_interrupted(reader->functions, frames, inner, outer) ||
	    md_functions_find(reader->functions, g_ptr_array_index(frames, outer))->role ==
		    MD_FUNCTION_ENTRY)
		return NULL;
	return md_locks_ways(reader->lockup->locks, &outside, &inside);
}

/* Whether the stack was taken where something broke, which no lock function need have called. */
static gboolean broke(const struct md_lockup_task *task)
{
	const struct md_report *report = task->task->report;

	return md_judge_has_died(task) || (report != NULL && report->kind == MD_REPORT_KASAN);
}

/* The frame of the lock function that the task waits in; of one that does not, its first. */
static gsize innermost(const struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;

	for (gsize i = 0; i < frames->len && task->waits; i++) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);

		if (frame->symbol == task->want.function)
			return i;
	}
	return md_frames_next(frames, 0);
}

/* Whether there is no way that calls functions by their names alone. */
static gboolean is_weak(const GPtrArray *ways)
{
	for (guint i = 0; ways != NULL && i < ways->len; i++) {
		const struct md_way *way = g_ptr_array_index(ways, i);
		gboolean pointer = FALSE;

		for (guint k = 0; k < way->steps->len; k++)
			pointer = pointer ||
				  ((struct md_way_step *)g_ptr_array_index(way->steps, k))->how !=
					  NULL;
		if (!pointer)
			return FALSE;
	}
	return TRUE;
}

/* All but what is held at the call of the lock function that the task waits in, if it does. */
static void read_ways(struct reader *reader, struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;
	gsize inner = innermost(task), outer;
	guint interrupted = 0;

	g_ptr_array_set_size(task->ways, (int)frames->len);
	if (broke(task) && inner < frames->len)
		add_possible(reader, task, inner);
	for (; inner < frames->len; inner = outer) {
		const GPtrArray *ways;

		outer = md_frames_next(frames, inner + 1);
		if (outer >= frames->len)
			break;
		ways = find_ways(reader, task, inner, outer);
		if (ways == NULL && task->waits)
			interrupted = MOST_INTERRUPTED;
		if (interrupted > 0 && is_weak(ways)) {
			if (add_possible(reader, task, outer))
				interrupted--;
			continue;
		}
		if (ways == NULL || ways->len == 0)
			continue;
		g_ptr_array_index(task->ways, outer) = g_ptr_array_index(ways, 0);
		if (task->waits && outer == task->want.frame)
			g_ptr_array_index(reader->options, task->same_as) = (void *)ways;
		else
			add_ways(task, ways, outer);
	}
}

static void name_want(struct md_lockup_task *task, const struct md_way *way)
{
	struct md_lockup_want *want = &task->want;
	const struct md_way_step *last;

	g_clear_pointer(&want->lock, g_free);
	g_clear_pointer(&want->path, g_free);
	g_clear_pointer(&want->text, g_free);
	want->lock = g_strdup(way->wanted.name);
	want->global = way->wanted.global;
	if (way->steps->len == 0)
		return;
	last = g_ptr_array_index(way->steps, way->steps->len - 1);
	want->path = g_strdup(last->path);
	want->line = last->line;
	if (way->operation != NULL && way->wanted_expression != NULL)
		want->text =
			g_strdup_printf("%s(%s)", way->operation->name, way->wanted_expression);
}

/* Takes @way for how the task came to what it waits for. */
static void take_way(struct md_lockup_task *task, const struct md_way *way)
{
	g_ptr_array_index(task->ways, task->want.frame) = (void *)way;
	name_want(task, way);
	/* The innermost frame comes first. */
	for (guint i = 0; i < way->held->len; i++) {
		const struct md_held *held = &g_array_index(way->held, struct md_held, i);
		struct md_lockup_hold hold = { .held = copy_held(held), .frame = task->want.frame };

		g_array_insert_val(task->holds, i, hold);
	}
}

/* ------------------------------------------------- parameters, and what was given back */

/* The outermost site of a frame: what its function itself calls. */
static guint frame_site(const GArray *sites, gsize frame)
{
	guint found = sites->len;

	for (guint i = 0; i < sites->len; i++) {
		if (g_array_index(sites, struct md_site, i).frame == frame)
			found = i;
	}
	return found;
}

static gboolean is_named(const char *lock)
{
	return lock != NULL && strcmp(lock, "?") != 0;
}

/* A name that only a caller has becomes @lock, @global. */
static void name_by_caller(const GArray *sites, guint site, int parameter, char **lock,
			   gboolean *global)
{
	struct md_lock_name name;

	if (is_named(*lock) || parameter < 0 || site >= sites->len)
		return;
	md_sites_name_parameter(sites, site, parameter, &name);
	if (name.name != NULL) {
		g_free(*lock);
		*lock = g_strdup(name.name);
		*global = name.global;
	}
	md_lock_name_clear(&name);
}

/* What the function at site @site gave back before @call is not held by those outside any more;
 * what may be the same is not certain, nor is anything where it is not known that it came there. */
static void give_back(struct md_lockup_task *task, const GArray *sites, guint site,
		      const struct md_call *call, gboolean known)
{
	const struct md_site *at = &g_array_index(sites, struct md_site, site);
	g_autoptr(GArray) given = md_flow_given(at->flow, call);

	for (guint g = 0; g < given->len; g++) {
		struct md_held *back = &g_array_index(given, struct md_held, g);

		name_by_caller(sites, site, back->parameter, &back->lock, &back->global);
		for (guint h = task->holds->len; h-- > 0;) {
			struct md_lockup_hold *hold = hold_at(task, h);
			gboolean same =
				is_named(back->lock) && g_strcmp0(hold->held.lock, back->lock) == 0;

			if (hold->frame <= at->frame)
				continue;
			if (same && known)
				g_array_remove_index(task->holds, h);
			else if (same || (hold->held.kind == back->kind &&
					  (!is_named(back->lock) || !is_named(hold->held.lock))))
				hold->held.certain = FALSE;
		}
	}
}

/* The call from a site is not known where it goes through a pointer that nobody could follow: it
 * may be any. */
static void give_all_back(struct md_lockup_task *task, const GArray *sites, guint site)
{
	const struct md_site *at = &g_array_index(sites, struct md_site, site);
	const GPtrArray *calls;

	if (at->flow == NULL)
		return;
	if (at->call != NULL) {
		give_back(task, sites, site, at->call, TRUE);
		return;
	}
	calls = md_flow_calls(at->flow);
	for (guint i = 0; i < calls->len; i++)
		give_back(task, sites, site, g_ptr_array_index(calls, i), FALSE);
}

/*
 * Who has been switched out holds no spinlock, so what it only may hold it does not: of a loop
 * that sleeps and then locks, it is at its begin. Where spinlocks sleep, as with PREEMPT_RT, a task
 * is switched out while it waits for one.
 */
static void drop_spinlocks(const struct reader *reader, struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;
	gsize first = md_frames_next(frames, 0);

	if ((task->waits && md_lock_kind_spins(task->want.kind)) || first >= frames->len ||
	    strcmp(md_functions_find(reader->functions, g_ptr_array_index(frames, first))->name,
		   "__schedule") != 0)
		return;
	for (guint i = task->holds->len; i-- > 0;) {
		const struct md_held *held = &hold_at(task, i)->held;

		if (!held->certain && md_lock_kind_spins(held->kind))
			g_array_remove_index(task->holds, i);
	}
}

static void settle(struct reader *reader, struct md_lockup_task *task)
{
	g_autoptr(GArray) sites = NULL;
	const struct md_way *way = NULL;

	if (task->waits && task->want.frame < task->ways->len)
		way = g_ptr_array_index(task->ways, task->want.frame);
	if (task->holds->len == 0 && (way == NULL || is_named(task->want.lock)))
		return;
	sites = md_sites_new(reader->lockup->locks, reader->functions, task);
	if (way != NULL)
		name_by_caller(sites, frame_site(sites, task->want.frame), way->wanted.parameter,
			       &task->want.lock, &task->want.global);
	for (guint i = 0; i < task->holds->len; i++) {
		struct md_lockup_hold *hold = hold_at(task, i);

		name_by_caller(sites, frame_site(sites, hold->frame), hold->held.parameter,
			       &hold->held.lock, &hold->held.global);
	}
	for (guint i = 0; i < sites->len; i++)
		give_all_back(task, sites, i);
	drop_spinlocks(reader, task);
}

/* ------------------------------------------------- all of them */

gboolean md_stacks_is_missing(struct md_locks *locks, const struct md_function *function,
			      const struct md_frame *frame)
{
	g_autofree char *name = md_symbol_source_name(function->name);

	return function->role != MD_FUNCTION_ENTRY &&
	       md_flow_find(locks, name, frame->path) == NULL;
}

/* The lock function itself holds nothing that is of interest. */
static void count_functions(struct reader *reader, const struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;

	for (gsize i = md_frames_next(frames, task->want.frame); i < frames->len;
	     i = md_frames_next(frames, i + 1)) {
		const struct md_frame *frame = g_ptr_array_index(frames, i);
		const struct md_function *function = md_functions_find(reader->functions, frame);

		if (function->role == MD_FUNCTION_ENTRY ||
		    !g_hash_table_add(reader->symbols, function->name))
			continue;
		reader->lockup->functions++;
		if (md_stacks_is_missing(reader->lockup->locks, function, frame))
			reader->lockup->missing++;
	}
}

/* What was found of a task with the same stack. */
static void copy_task(const struct md_lockup_task *from, struct md_lockup_task *to)
{
	to->want.lock = g_strdup(from->want.lock);
	to->want.path = g_strdup(from->want.path);
	to->want.text = g_strdup(from->want.text);
	to->want.global = from->want.global;
	to->want.line = from->want.line;
	to->want.chosen = from->want.chosen;
	for (guint i = 0; i < from->holds->len; i++) {
		struct md_lockup_hold hold = *hold_at(from, i);

		hold.held = copy_held(&hold.held);
		g_array_append_val(to->holds, hold);
	}
	for (guint i = 0; i < from->ways->len; i++)
		g_ptr_array_add(to->ways, g_ptr_array_index(from->ways, i));
}

gboolean md_stacks_read(struct md_lockup *lockup, struct md_functions *functions,
			const struct md_hooks *hooks, GError **error)
{
	g_autoptr(GHashTable) symbols = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) options = g_ptr_array_new();
	g_autoptr(GPtrArray) chosen = NULL;
	struct reader reader = { lockup, functions, symbols, options };
	const GPtrArray *tasks = lockup->tasks;

	g_ptr_array_set_size(options, (int)tasks->len);
	for (guint i = 0; i < tasks->len; i++) {
		struct md_lockup_task *task = md_lockup_task_at(tasks, i);

		if (!md_hooks_progress(hooks, "reading stacks", i, tasks->len, error))
			return FALSE;
		if (task->same_as != i)
			continue;
		read_ways(&reader, task);
		if (task->waits)
			count_functions(&reader, task);
	}
	chosen = md_choose_ways(tasks, options);
	for (guint i = 0; i < tasks->len; i++) {
		struct md_lockup_task *task = md_lockup_task_at(tasks, i);
		const struct md_way *way = g_ptr_array_index(chosen, i);

		if (task->same_as != i) {
			copy_task(md_lockup_task_at(tasks, task->same_as), task);
			continue;
		}
		if (way != NULL)
			take_way(task, way);
		settle(&reader, task);
	}
	return TRUE;
}
