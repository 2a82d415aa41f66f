/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the log itself says of locks, joined with what the source says.
 *
 * lockdep lists what a task holds ("2 locks held by dd/77"): a class by the expression that its
 * lock was initialised with ("&rq->__lock"), an address, and the function that took it. The lock
 * that a task waits for is in that list, too, the last of it: lockdep notes it before it is had.
 * The words of a vmcore name what is wanted, and its owner.
 *
 * "&rq->__lock" and "struct rq.__lock" are one lock where they end in the same member and were
 * taken in the same function; so is, whatever its name, the only lock that both say a function
 * took. What the machine says is certain.
 *
 * A vmcore names an object by its symbol ("one_book") where the source names the lock in it
 * ("struct book.guard"): who waits for that address knows the latter.
 */
#include "lockup/internal.h"

#include <string.h>

/* "__lock" of "&rq->__lock", "&rq->__lock/1", "struct rq.__lock". */
static struct md_slice member_of(const char *name)
{
	gsize size = strcspn(name, "#/");
	gsize first = size;

	while (first > 0 && (g_ascii_isalnum(name[first - 1]) || name[first - 1] == '_'))
		first--;
	return (struct md_slice){ name + first, size - first };
}

/* Without what lockdep adds; @global: no object that it is a member of. */
static char *clean_name(const char *name, gboolean *global)
{
	gsize size = strcspn(name, "#/");

	while (size > 0 && *name == '&') {
		name++;
		size--;
	}
	*global = size > 0 && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789_") >= size;
	return g_strndup(name, size);
}

static gboolean same_function(const char *a, const char *b)
{
	gsize size;

	if (a == NULL || b == NULL)
		return FALSE;
	size = md_symbol_length(a);
	return size == md_symbol_length(b) && strncmp(a, b, size) == 0;
}

static struct md_lockup_hold *hold_at(const struct md_lockup_task *task, guint index)
{
	return &g_array_index(task->holds, struct md_lockup_hold, index);
}

/* Whether it was taken in that function, or in one that was compiled into it. */
static gboolean was_taken_in(const struct md_lockup_task *task, const struct md_lockup_hold *hold,
			     const char *symbol)
{
	const GPtrArray *frames = task->task->frames;

	if (same_function(hold->held.symbol, symbol))
		return TRUE;
	return hold->frame < frames->len &&
	       same_function(
		       ((const struct md_frame *)g_ptr_array_index(frames, hold->frame))->symbol,
		       symbol);
}

static struct md_lockup_hold *find_hold(const struct md_lockup_task *task,
					const struct md_said_lock *said)
{
	struct md_lockup_hold *named = NULL, *placed = NULL;
	guint names = 0, places = 0;

	for (guint i = 0; i < task->holds->len; i++) {
		struct md_lockup_hold *hold = hold_at(task, i);
		gboolean place = was_taken_in(task, hold, said->symbol);
		gboolean name = said->name != NULL && hold->held.lock != NULL &&
				md_slice_equal(member_of(said->name), member_of(hold->held.lock));

		if (hold->said)
			continue;
		if (place && name)
			return hold;
		if (name && names++ == 0)
			named = hold;
		if (place && places++ == 0)
			placed = hold;
	}
	if (names == 1)
		return named;
	return names == 0 && places == 1 ? placed : NULL;
}

static enum md_lock_kind guess_kind(const char *name)
{
	if (name != NULL && g_str_has_prefix(name, "rcu_"))
		return MD_LOCK_RCU;
	if (name != NULL && (strstr(name, "completion)") != NULL))
		return MD_LOCK_WORK;
	return MD_LOCK_MUTEX;
}

static void add_hold(struct md_lockup_task *task, const struct md_said_lock *said)
{
	const GPtrArray *frames = task->task->frames;
	struct md_lockup_hold hold = { .address = said->address, .said = TRUE };

	while (hold.frame < frames->len) {
		const struct md_frame *frame = g_ptr_array_index(frames, hold.frame);

		if (same_function(frame->symbol, said->symbol))
			break;
		hold.frame++;
	}
	hold.held.lock =
		said->name != NULL ? clean_name(said->name, &hold.held.global) : g_strdup("?");
	hold.held.symbol = g_strdup(said->symbol);
	hold.held.parameter = -1;
	hold.held.kind = guess_kind(said->name);
	hold.held.flags = said->shared ? MD_LOCK_SHARED : 0;
	hold.held.certain = TRUE;
	g_array_append_val(task->holds, hold);
}

static void join_want(struct md_lockup_task *task, const struct md_said_lock *said)
{
	struct md_lockup_want *want = &task->want;

	if (said->address.digits > 0)
		want->address = said->address;
	if (said->owner >= 0 || said->why != NULL) {
		want->owner = said->owner;
		want->state = said->state;
		want->why = said->why;
	}
	if (want->lock == NULL && said->name != NULL)
		want->lock = clean_name(said->name, &want->global);
}

/* The index of the entry that is what the task waits for; the length of the array: none. */
static guint find_wanted(const struct md_lockup_task *task)
{
	const GArray *all = task->task->said;
	guint last = all->len;

	if (!md_lockup_wants_lock(task))
		return all->len;
	for (guint i = 0; i < all->len; i++) {
		const struct md_said_lock *said = &g_array_index(all, struct md_said_lock, i);

		if (said->wanted)
			return i;
		if (said->symbol != NULL)
			last = i;
	}
	if (last < all->len &&
	    same_function(g_array_index(all, struct md_said_lock, last).symbol, task->want.symbol))
		return last;
	return all->len;
}

void md_lockup_join_said(struct md_lockup_task *task)
{
	const GArray *all = task->task->said;
	guint wanted = find_wanted(task);

	for (guint i = 0; i < all->len; i++) {
		const struct md_said_lock *said = &g_array_index(all, struct md_said_lock, i);
		struct md_lockup_hold *hold;

		if (i == wanted) {
			join_want(task, said);
			continue;
		}
		if (said->wanted)
			continue;
		hold = find_hold(task, said);
		if (hold == NULL) {
			add_hold(task, said);
			continue;
		}
		hold->said = TRUE;
		hold->address = said->address;
		hold->held.certain = TRUE;
	}
}

/* ----------------------------------------------------------- names by address */

/* From the addresses of locks to the names that the source gives to who waits for them. */
static GHashTable *names_by_address(const GPtrArray *tasks)
{
	GHashTable *names = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint i = 0; i < tasks->len; i++) {
		struct md_lockup_want *want = &md_lockup_task_at(tasks, i)->want;

		if (want->address.digits > 0 && want->lock != NULL && want->path != NULL)
			g_hash_table_insert(names, &want->address.value, want->lock);
	}
	return names;
}

/* The one lock of that name that the source alone says @task holds; the length: none, or several.
 */
static guint find_by_name(const struct md_lockup_task *task, const char *name)
{
	guint found = task->holds->len;

	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_lockup_hold *hold = hold_at(task, i);

		if (hold->said || hold->address.digits > 0 || g_strcmp0(hold->held.lock, name) != 0)
			continue;
		if (found < task->holds->len)
			return task->holds->len;
		found = i;
	}
	return found;
}

/* The hold at @index has no place of its own: names it, or gives what it says to the one that has.
 */
static void name_hold(struct md_lockup_task *task, guint index, const char *name)
{
	struct md_lockup_hold *hold = hold_at(task, index);
	guint same = find_by_name(task, name);

	if (same == task->holds->len) {
		g_free(hold->held.lock);
		hold->held.lock = g_strdup(name);
		hold->held.global = FALSE;
		return;
	}
	hold_at(task, same)->address = hold->address;
	hold_at(task, same)->said = TRUE;
	hold_at(task, same)->held.certain = TRUE;
	g_array_remove_index(task->holds, index);
}

void md_lockup_name_said(const GPtrArray *tasks)
{
	g_autoptr(GHashTable) names = names_by_address(tasks);

	for (guint i = 0; i < tasks->len; i++) {
		struct md_lockup_task *task = md_lockup_task_at(tasks, i);

		for (guint k = task->holds->len; k-- > 0;) {
			const struct md_lockup_hold *hold = hold_at(task, k);
			const char *name = g_hash_table_lookup(names, &hold->address.value);

			if (hold->said && hold->address.digits > 0 && hold->held.symbol == NULL &&
			    name != NULL)
				name_hold(task, k, name);
		}
	}
}
