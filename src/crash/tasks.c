/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One of each task: what a log says of it twice is joined.
 *
 * A task is its pid and name, the idle task of a CPU that CPU, and one that nobody knows is none
 * but itself.  Of two stacks the later stands; but one that was taken while the task ran is better
 * than the list of all tasks has, which walks what is left below the stack pointer of long ago.
 *
 * A list of all tasks that is there to its end says who is gone: without that, a log with several
 * of them would be one machine on which tasks of different times wait for each other.  Whoever
 * sleeps elsewhere than before has gone on between: what the kernel said of it is over.
 *
 * Thousands of tasks wait at the same place: frames that are the same are one, and stacks that are,
 * one array.
 */
#include "crash/tasks.h"

#include <string.h>

/* What is known of a task beside what others see. */
struct entry {
	guint listed; /* how many of its locks, from the first on, are of a list of all of them */
	gsize last;   /* the line where it was last told of */
	gsize moved;  /* the same, of its last stack but this one that is another; 0: there is none
		       */
};

struct md_tasks {
	GPtrArray *tasks;    /* of struct md_task */
	GArray *entries;     /* of struct entry, one a task */
	GHashTable *by_name; /* char * -> the index of its task + 1 */
	GHashTable *frames;  /* a set of the frames */
	GHashTable *stacks;  /* a set of the arrays of them */
	GHashTable *rows;    /* char * -> struct md_task_row * */
	gsize list;	     /* the line that a list of all tasks began with; 0: none is open */
	gsize whole;	     /* the same of the last that was complete */
	gsize places;	     /* for frames in @stacks */
	gsize left;
};

static void task_free(void *data)
{
	md_task_free(data);
}

static void hash_word(guint *hash, guint64 word)
{
	/* Fowler, Noll and Vo's prime of 32 bits. */
	*hash = (*hash ^ (guint)word ^ (guint)(word >> 32)) * 16777619u;
}

static guint hash_frame(const void *data)
{
	const struct md_frame *frame = data;
	guint hash = frame->symbol != NULL ? g_str_hash(frame->symbol) : 0;

	hash_word(&hash, frame->offset);
	hash_word(&hash, frame->address.value);
	hash_word(&hash, frame->at.value);
	return hash;
}

static gboolean same_word(struct md_word a, struct md_word b)
{
	return a.value == b.value && a.digits == b.digits;
}

static gboolean same_frame(const void *left, const void *right)
{
	const struct md_frame *a = left, *b = right;

	return a->offset == b->offset && a->size == b->size && a->line == b->line &&
	       a->reliable == b->reliable && a->inlined == b->inlined &&
	       same_word(a->address, b->address) && same_word(a->at, b->at) &&
	       g_strcmp0(a->symbol, b->symbol) == 0 && g_strcmp0(a->module, b->module) == 0 &&
	       g_strcmp0(a->stack, b->stack) == 0 && g_strcmp0(a->path, b->path) == 0;
}

/* Of stacks whose frames are shared: the same frame is the same pointer. */
static guint hash_stack(const void *data)
{
	const GPtrArray *frames = data;
	guint hash = frames->len;

	for (guint i = 0; i < frames->len; i++)
		hash_word(&hash, GPOINTER_TO_SIZE(g_ptr_array_index(frames, i)));
	return hash;
}

static gboolean same_stack(const void *a, const void *b)
{
	const GPtrArray *left = a, *right = b;

	return left->len == right->len &&
	       memcmp(left->pdata, right->pdata, left->len * sizeof(*left->pdata)) == 0;
}

static void frame_free(void *data)
{
	md_frame_free(data);
}

static void unref_stack(void *data)
{
	g_ptr_array_unref(data);
}

struct md_tasks *md_tasks_new(void)
{
	struct md_tasks *tasks = g_new0(struct md_tasks, 1);

	tasks->tasks = g_ptr_array_new_with_free_func(task_free);
	tasks->entries = g_array_new(FALSE, TRUE, sizeof(struct entry));
	tasks->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tasks->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tasks->frames = g_hash_table_new_full(hash_frame, same_frame, frame_free, NULL);
	tasks->stacks = g_hash_table_new_full(hash_stack, same_stack, unref_stack, NULL);
	return tasks;
}

void md_tasks_free(struct md_tasks *tasks)
{
	if (tasks == NULL)
		return;
	g_ptr_array_unref(tasks->tasks);
	g_array_unref(tasks->entries);
	g_hash_table_unref(tasks->by_name);
	g_hash_table_unref(tasks->rows);
	g_hash_table_unref(tasks->stacks);
	g_hash_table_unref(tasks->frames);
	g_free(tasks);
}

const GPtrArray *md_tasks_all(const struct md_tasks *tasks)
{
	return tasks->tasks;
}

gsize md_tasks_left(const struct md_tasks *tasks)
{
	return tasks->left;
}

/* What names are cut to where tables are narrow (until 2.6.39). */
#define NAME_MAX_CUT 13

/* What tells a task from others; NULL: nobody knows which it is. */
static char *name_of(gint64 pid, gint64 cpu, const char *comm)
{
	if (pid > 0)
		return g_strdup_printf("%" G_GINT64_FORMAT ":%.*s", pid, NAME_MAX_CUT,
				       comm != NULL ? comm : "");
	if (pid == 0 && cpu >= 0)
		return g_strdup_printf("cpu %" G_GINT64_FORMAT, cpu);
	return NULL;
}

/* Its index; the number of tasks: it is not there. */
static guint find_task(const struct md_tasks *tasks, const char *name)
{
	guint found =
		name != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(tasks->by_name, name)) : 0;

	return found > 0 ? found - 1 : tasks->tasks->len;
}

/* Puts one frame in the place of all that are the same. */
static void share_frames(struct md_tasks *tasks, GPtrArray *frames)
{
	for (guint i = 0; i < frames->len; i++) {
		struct md_frame *frame = g_ptr_array_index(frames, i);
		struct md_frame *other = g_hash_table_lookup(tasks->frames, frame);

		if (other == frame)
			continue;
		if (other == NULL) {
			g_hash_table_add(tasks->frames, frame);
			frame->users++;
			continue;
		}
		g_ptr_array_index(frames, i) = other;
		other->users++;
		md_frame_free(frame);
	}
}

static gboolean has_room(const struct md_tasks *tasks, const GPtrArray *frames)
{
	return tasks->places + frames->len <= MD_TASK_PLACES_MAX &&
	       g_hash_table_size(tasks->frames) + frames->len <= MD_TASK_FRAMES_MAX;
}

/* Gives @task the array that another has of the same frames. */
static void share_stack(struct md_tasks *tasks, struct md_task *task)
{
	GPtrArray *frames = task->frames, *other;

	if (frames->len == 0)
		return;
	if (!has_room(tasks, frames)) {
		tasks->left++;
		g_ptr_array_set_size(frames, 0);
		return;
	}
	share_frames(tasks, frames);
	other = g_hash_table_lookup(tasks->stacks, frames);
	if (other == NULL) {
		tasks->places += frames->len;
		g_hash_table_add(tasks->stacks, g_ptr_array_ref(frames));
	} else {
		task->frames = g_ptr_array_ref(other);
		g_ptr_array_unref(frames);
	}
}

static gboolean same_lock(const struct md_said_lock *a, const struct md_said_lock *b)
{
	if (a->address.digits > 0 && b->address.digits > 0)
		return a->address.value == b->address.value && g_strcmp0(a->name, b->name) == 0;
	return g_strcmp0(a->name, b->name) == 0 && g_strcmp0(a->symbol, b->symbol) == 0 &&
	       a->offset == b->offset;
}

static struct md_said_lock *lock_at(GArray *locks, guint index)
{
	return &g_array_index(locks, struct md_said_lock, index);
}

static struct md_said_lock copy_lock(const struct md_said_lock *lock)
{
	struct md_said_lock copy = *lock;

	copy.name = g_strdup(lock->name);
	copy.symbol = g_strdup(lock->symbol);
	copy.why = g_strdup(lock->why);
	return copy;
}

static struct md_said_lock *find_lock(GArray *locks, const struct md_said_lock *lock)
{
	for (guint i = 0; i < locks->len; i++) {
		if (same_lock(lock_at(locks, i), lock))
			return lock_at(locks, i);
	}
	return NULL;
}

/* Of an owner, what was said last stands. */
static void take_owner(struct md_said_lock *known, const struct md_said_lock *later)
{
	if (later->owner < 0 && later->why == NULL)
		return;
	known->owner = later->owner;
	known->state = later->state;
	known->log_line = later->log_line;
	g_free(known->why);
	known->why = g_strdup(later->why);
}

static void add_locks(struct md_task *task, GArray *locks)
{
	for (guint i = 0; i < locks->len; i++) {
		const struct md_said_lock *lock = lock_at(locks, i);
		struct md_said_lock *known = find_lock(task->said, lock);

		if (known != NULL) {
			take_owner(known, lock);
		} else if (task->said->len < MD_SAID_MAX) {
			struct md_said_lock copy = copy_lock(lock);

			g_array_append_val(task->said, copy);
		}
	}
}

/* Of what was said before stays what is not of such a list, and is not in this one. */
static void replace_list(struct md_task *task, guint *listed, GArray *list)
{
	g_array_remove_range(task->said, 0, *listed);
	for (guint i = task->said->len; i > 0; i--) {
		if (find_lock(list, lock_at(task->said, i - 1)) != NULL)
			g_array_remove_index(task->said, i - 1);
	}
	for (guint i = 0; i < list->len; i++) {
		struct md_said_lock copy = copy_lock(lock_at(list, i));

		g_array_insert_val(task->said, i, copy);
	}
	*listed = list->len;
}

/* Whether the stack of @later is better than that of @task. */
static gboolean stands(const struct md_task *task, const struct md_task *later)
{
	if (later->frames->len == 0)
		return FALSE;
	return task->frames->len == 0 || !task->on_cpu || later->on_cpu || later->state != 'R';
}

/* Whether @later, which has no stack, does not wait any more as @task did: it runs a program. */
static gboolean went_on(const struct md_task *task, const struct md_task *later)
{
	return later->frames->len == 0 && later->state == 'R' && !task->on_cpu;
}

/* Whether it slept, and @later says that it went on since. A stack that was cut short is no other.
 */
static gboolean has_moved(const struct md_task *task, const struct md_task *later)
{
	if (task->on_cpu || later->on_cpu || task->frames->len == 0)
		return FALSE;
	if (later->frames->len == 0)
		return went_on(task, later);
	for (guint i = 0; i < MIN(task->frames->len, later->frames->len); i++) {
		const struct md_frame *old = g_ptr_array_index(task->frames, i);
		const struct md_frame *new = g_ptr_array_index(later->frames, i);

		if (old->offset != new->offset || g_strcmp0(old->symbol, new->symbol) != 0)
			return TRUE;
	}
	return FALSE;
}

/* Gives @task what is new of @later. */
static void join_task(struct md_tasks *tasks, struct md_task *task, struct md_task *later)
{
	if (stands(task, later) || went_on(task, later)) {
		GPtrArray *frames = task->frames;
		GArray *registers = task->registers;

		share_stack(tasks, later);
		task->frames = later->frames;
		later->frames = frames;
		task->guessed = later->guessed;
		task->registers = later->registers;
		later->registers = registers;
		task->on_cpu = later->on_cpu;
		task->state = later->state;
		task->format = later->format;
	}
	if (task->state == 0)
		task->state = later->state;
	task->log_line = MIN(task->log_line, later->log_line);
	if (later->cpu >= 0)
		task->cpu = later->cpu;
	if (later->blocked >= 0)
		task->blocked = later->blocked;
	if (later->address.digits > 0)
		task->address = later->address;
}

/* The index of the one that @task, which is taken, is now a part of; FALSE: there is no room. */
static gboolean take_task(struct md_tasks *tasks, struct md_task *task, guint *index)
{
	g_autofree char *name = name_of(task->pid, task->cpu, task->comm);
	struct entry entry = { 0 };

	*index = find_task(tasks, name);
	if (*index < tasks->tasks->len) {
		struct md_task *known = g_ptr_array_index(tasks->tasks, *index);

		if (has_moved(known, task)) {
			struct entry *own = &g_array_index(tasks->entries, struct entry, *index);

			own->moved = own->last;
			own->listed = 0;
			known->blocked = -1;
			g_array_set_size(known->said, 0);
		}
		join_task(tasks, known, task);
		return TRUE;
	}
	if (*index >= MD_TASKS_MAX) {
		tasks->left++;
		md_task_free(task);
		return FALSE;
	}
	share_stack(tasks, task);
	g_ptr_array_add(tasks->tasks, task);
	g_array_append_val(tasks->entries, entry);
	if (name != NULL)
		g_hash_table_insert(tasks->by_name, g_steal_pointer(&name),
				    GUINT_TO_POINTER(tasks->tasks->len));
	return TRUE;
}

static void take(struct md_tasks *tasks, struct md_task *task, gboolean list)
{
	gsize line = task->log_line;
	struct md_task *own;
	struct entry *entry;
	guint index;

	if (!take_task(tasks, task, &index))
		return;
	entry = &g_array_index(tasks->entries, struct entry, index);
	entry->last = MAX(entry->last, line);
	own = g_ptr_array_index(tasks->tasks, index);
	if (list && own == task)
		entry->listed = task->said->len;
	else if (list)
		replace_list(own, &entry->listed, task->said);
	else if (own != task)
		add_locks(own, task->said);
	if (own != task)
		md_task_free(task);
}

void md_tasks_add(struct md_tasks *tasks, struct md_task *task)
{
	take(tasks, task, FALSE);
}

void md_tasks_add_list(struct md_tasks *tasks, struct md_task *task)
{
	take(tasks, task, TRUE);
}

void md_tasks_list_begins(struct md_tasks *tasks, gsize line)
{
	tasks->list = line;
}

void md_tasks_list_ends(struct md_tasks *tasks)
{
	if (tasks->list > 0)
		tasks->whole = tasks->list;
	tasks->list = 0;
}

static char *row_name(gint64 pid, struct md_word address)
{
	return g_strdup_printf("%" G_GINT64_FORMAT ":%" G_GINT64_MODIFIER "x", pid, address.value);
}

void md_tasks_add_row(struct md_tasks *tasks, const struct md_task_row *row)
{
	g_autofree char *name = row_name(row->pid, row->address);
	struct md_task_row *known = g_hash_table_lookup(tasks->rows, name);

	/* Of two tables, each has a column that the other has not. */
	if (known != NULL) {
		known->state = row->state;
		known->on_cpu |= row->on_cpu;
		known->blocked = MAX(known->blocked, row->blocked);
	} else if (g_hash_table_size(tasks->rows) < MD_TASKS_MAX) {
		g_hash_table_insert(tasks->rows, g_steal_pointer(&name),
				    g_memdup2(row, sizeof(*row)));
	}
}

static void apply_row(const struct md_tasks *tasks, struct md_task *task)
{
	g_autofree char *name = NULL;
	const struct md_task_row *row;

	if (task->address.digits == 0)
		return;
	name = row_name(task->pid, task->address);
	row = g_hash_table_lookup(tasks->rows, name);
	if (row == NULL)
		return;
	task->state = row->state;
	task->on_cpu |= row->on_cpu;
	if (task->blocked < 0)
		task->blocked = row->blocked;
	if (task->cpu < 0)
		task->cpu = row->cpu;
}

/*
 * The last lock of a list is waited for, if the call that takes it has not returned: the stack has
 * the address that it returns to.
 */
static void tell_wanted(struct md_task *task, guint listed)
{
	struct md_said_lock *last = listed > 0 ? lock_at(task->said, listed - 1) : NULL;

	if (last == NULL || last->symbol == NULL || last->offset == MD_FRAME_UNKNOWN)
		return;
	for (guint i = 0; i < task->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		last->wanted |= frame->offset == last->offset &&
				g_strcmp0(frame->symbol, last->symbol) == 0;
	}
}

/* The index of the first report that begins behind @line. */
static guint report_behind(const GPtrArray *reports, gsize line)
{
	guint low = 0, high = reports->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const struct md_report *report = g_ptr_array_index(reports, middle);

		if (report->log_line <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The report that nobody knows of whom it is, above @task or in the midst of its stack; or NULL. */
static const struct md_report *nobodys_report(const GPtrArray *reports, const struct md_task *task)
{
	guint behind = report_behind(reports, task->log_line);
	guint end = report_behind(reports, task->log_line + task->frames->len);

	for (guint i = behind > 0 ? behind - 1 : 0; i < end; i++) {
		const struct md_report *report = g_ptr_array_index(reports, i);

		if (report->pid < 0)
			return report;
	}
	return NULL;
}

/* Whether the report is of a task that stood still, which may pass; others happened for good. */
static gboolean is_of_stall(const struct md_report *report)
{
	return report->kind == MD_REPORT_SOFT_LOCKUP || report->kind == MD_REPORT_HARD_LOCKUP ||
	       report->kind == MD_REPORT_HUNG_TASK || report->kind == MD_REPORT_RCU_STALL;
}

static gboolean is_nameless(const struct md_task *task)
{
	return task->pid < 0 && task->cpu < 0 && task->comm == NULL;
}

/* Those on stacks of tasks with names; frames are shared, so that the same is the same pointer. */
static GHashTable *named_frames(const struct md_tasks *tasks)
{
	GHashTable *named = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < tasks->tasks->len; i++) {
		const struct md_task *task = g_ptr_array_index(tasks->tasks, i);

		for (guint k = 0; k < task->frames->len && !is_nameless(task); k++)
			g_hash_table_add(named, g_ptr_array_index(task->frames, k));
	}
	return named;
}

/* Whether @task is what mixed lines left of the stacks of others. */
static gboolean is_scrap(const struct md_task *task, GHashTable *named)
{
	if (!is_nameless(task) || task->said->len > 0)
		return FALSE;
	for (guint i = 0; i < task->frames->len; i++) {
		if (!g_hash_table_contains(named, g_ptr_array_index(task->frames, i)))
			return FALSE;
	}
	return TRUE;
}

/* Whether anything is known of a task that is still there, or something happened to. */
static gboolean is_worth(const struct md_tasks *tasks, guint index, GHashTable *named)
{
	const struct md_task *task = g_ptr_array_index(tasks->tasks, index);
	const struct entry *entry = &g_array_index(tasks->entries, struct entry, index);

	if ((task->frames->len == 0 && task->said->len == 0) || is_scrap(task, named))
		return FALSE;
	return task->pid <= 0 || (task->report != NULL && !is_of_stall(task->report)) ||
	       entry->last >= tasks->whole;
}

/* The pids of all that the last list of all tasks has, or that were told of since. */
static GHashTable *listed_pids(const struct md_tasks *tasks)
{
	GHashTable *pids = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < tasks->tasks->len; i++) {
		const struct md_task *task = g_ptr_array_index(tasks->tasks, i);

		if (g_array_index(tasks->entries, struct entry, i).last >= tasks->whole)
			g_hash_table_add(pids, GSIZE_TO_POINTER((gsize)task->pid));
	}
	return pids;
}

/* Of owners that were named before the last list of all tasks, which has those no more. */
static void tell_gone(struct md_tasks *tasks)
{
	g_autoptr(GHashTable) pids = listed_pids(tasks);

	for (guint i = 0; i < tasks->tasks->len && tasks->whole > 0; i++) {
		const struct md_task *task = g_ptr_array_index(tasks->tasks, i);

		for (guint k = 0; k < task->said->len; k++) {
			struct md_said_lock *said = lock_at(task->said, k);

			if (said->owner <= 0 || said->log_line >= tasks->whole ||
			    g_hash_table_contains(pids, GSIZE_TO_POINTER((gsize)said->owner)))
				continue;
			g_free(said->why);
			said->why = g_strdup_printf(
				"the kernel named pid %" G_GINT64_FORMAT " as its owner, of whom "
				"the list of all tasks that came later has nothing",
				said->owner);
			said->state = MD_OWNER_LIKELY_GONE;
			said->owner = -1;
		}
	}
}

static int by_line(const void *a, const void *b)
{
	const struct md_task *left = *(struct md_task *const *)a;
	const struct md_task *right = *(struct md_task *const *)b;

	return (left->log_line > right->log_line) - (left->log_line < right->log_line);
}

/* Gives each task the first report that is of it as it is now. */
static void add_reports(struct md_tasks *tasks, const GPtrArray *reports)
{
	for (guint i = 0; i < reports->len; i++) {
		const struct md_report *report = g_ptr_array_index(reports, i);
		g_autofree char *name = name_of(report->pid, report->cpu, report->comm);
		guint index = find_task(tasks, name);
		const struct entry *entry;
		struct md_task *task;

		if (index >= tasks->tasks->len)
			continue;
		task = g_ptr_array_index(tasks->tasks, index);
		entry = &g_array_index(tasks->entries, struct entry, index);
		if (task->report == NULL &&
		    (!is_of_stall(report) || report->log_line > entry->moved))
			task->report = report;
	}
}

void md_tasks_finish(struct md_tasks *tasks, const GPtrArray *reports)
{
	g_autoptr(GHashTable) named = named_frames(tasks);

	for (guint i = 0; i < tasks->tasks->len; i++) {
		struct md_task *task = g_ptr_array_index(tasks->tasks, i);

		apply_row(tasks, task);
		tell_wanted(task, g_array_index(tasks->entries, struct entry, i).listed);
		task->idle = task->pid == 0;
		if (task->pid < 0)
			task->report = nobodys_report(reports, task);
	}
	add_reports(tasks, reports);
	tell_gone(tasks);
	g_hash_table_remove_all(tasks->stacks);
	g_hash_table_remove_all(tasks->frames);
	g_hash_table_remove_all(tasks->rows);
	for (guint i = tasks->tasks->len; i > 0; i--) {
		if (!is_worth(tasks, i - 1, named))
			g_ptr_array_remove_index_fast(tasks->tasks, i - 1);
	}
	/* Each caller's come when it has done with them. */
	g_ptr_array_sort(tasks->tasks, by_line);
}
