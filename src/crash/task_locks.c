/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks that Linux itself says are held: lockdep's lists, and the owners that the hung task
 * detector and debugged spinlocks know.
 *
 *   2 locks held by mount/123:
 *    #0: ffff88800e3c0cb8 (&s->lock){+.+.}-{3:3}, at: take+0x2f/0x120 fs/x.c:1
 *    #0: ffffffff8c7cc0a0 (rcu_read_lock){....}-{1:2}, at: show fs/x.h:3 [inline]   the same,
 * inlined #1:  (&s->lock){+.+.}, at: [<ffffffff81171b02>] take+0x2f/0x120                until 4.14
 *   no locks held by mount/123.
 *   mount/123 is trying to acquire lock:
 *   ffff88800e3c0cb8 (&s->lock){+.+.}-{3:3}, at: take+0x2f/0x120
 *   but task is already holding lock:
 *   INFO: task mount:123 is blocked on a mutex likely owned by task sync:124.            since 6.16
 *   INFO: task mount:123 is blocked on a mutex, but the owner is not found.
 *   INFO: task mount:123 <reader> blocked on an rw-semaphore likely owned by task sync:124 <writer>
 *   INFO: task mount:123 blocked on a semaphore likely last held by task sync:124
 *   BUG: spinlock lockup suspected on CPU#3, mount/123
 *    lock: 0xffff88800e3c0cb8, .magic: dead4ead, .owner: sync/124, .owner_cpu: 0
 *
 * A task that waits has its lock in the list already, as the last: lockdep notes it before it is
 * taken.  tasks.c tells by the stack.
 */
#include "crash/linux.h"
#include "crash/tasks.h"

#include <string.h>

gboolean md_task_scan_name(const char *text, gsize size, char mark, struct md_task_name *name)
{
	const char *before = size > 0 ? memrchr(text, mark, size) : NULL, *at = before;
	guint64 pid;

	if (before == NULL)
		return FALSE;
	at++;
	if (!md_scan_number(&at, &pid) || pid > G_MAXINT32 || at > text + size)
		return FALSE;
	name->pid = (gint64)pid;
	name->comm = (struct md_slice){ text, (gsize)(before - text) };
	return TRUE;
}

/* Functions that take a lock for reading, by what is in their names; as in "down_read". */
static const char *const reading[] = {
	"down_read", "read_lock", "_shared", "lock_read", "start_read",
};

static gboolean is_shared(const struct md_said_lock *said)
{
	if (said->name != NULL && g_str_has_prefix(said->name, "rcu_read_lock"))
		return TRUE;
	for (gsize i = 0; said->symbol != NULL && i < G_N_ELEMENTS(reading); i++) {
		if (strstr(said->symbol, reading[i]) != NULL)
			return TRUE;
	}
	return FALSE;
}

/*
 * "ffff88800e3c0cb8 (&s->lock){+.+.}-{3:3}, at: take+0x2f/0x120"; FALSE: it is none, and @said is
 * as it was.  The name may have brackets of its own: "(&(&s->lock)->rlock){+...}".
 */
static gboolean scan_lock(const char *text, struct md_said_lock *said)
{
	struct md_word address = { 0 }, code;
	const char *close, *at;
	struct md_frame *frame;
	struct md_slice symbol;

	md_scan_blanks(&text);
	if (md_scan_hex(&text, &address))
		md_scan_blanks(&text);
	close = strstr(text, "){");
	if (*text != '(' || close == NULL || close == text + 1)
		return FALSE;
	*said = (struct md_said_lock){ .address = address,
				       .owner = -1,
				       .offset = MD_FRAME_UNKNOWN };
	said->name = g_strndup(text + 1, (gsize)(close - text - 1));
	at = strstr(close, " at: ");
	if (at != NULL) {
		at += strlen(" at: ");
		md_scan_bracketed(&at, &code);
		frame = md_linux_location(&at);
		if (frame != NULL) {
			said->symbol = g_steal_pointer(&frame->symbol);
			said->offset = frame->offset;
			md_frame_free(frame);
		} else if (md_scan_symbol(&at, &symbol)) {
			said->symbol = md_slice_dup(symbol);
		}
	}
	said->shared = is_shared(said);
	return TRUE;
}

static void said_clear(struct md_said_lock *said)
{
	g_free(said->name);
	g_free(said->symbol);
	g_free(said->why);
}

/* Whether both are lines of one lock: each function that was inlined has its own. */
static gboolean same_line(const struct md_said_lock *a, const struct md_said_lock *b)
{
	return a->address.value == b->address.value && g_strcmp0(a->name, b->name) == 0 &&
	       a->offset == MD_FRAME_UNKNOWN;
}

static void add_lock(struct md_task_list *list, struct md_said_lock *said, gboolean again)
{
	GArray *all = list->task->said;
	struct md_said_lock *last =
		all->len > 0 ? &g_array_index(all, struct md_said_lock, all->len - 1) : NULL;

	said->wanted = list->wanted;
	if (again && last != NULL && same_line(last, said)) {
		said->shared |= last->shared;
		said_clear(last);
		*last = *said;
	} else if (all->len < MD_SAID_MAX) {
		g_array_append_val(all, *said);
	} else {
		said_clear(said);
	}
}

void md_task_list_close(struct md_task_list *list, struct md_tasks *tasks)
{
	struct md_task *task = g_steal_pointer(&list->task);

	if (task == NULL)
		return;
	if (list->whole)
		md_tasks_add_list(tasks, task);
	else
		md_tasks_add(tasks, task);
}

static void open_list(struct md_task_list *list, struct md_tasks *tasks,
		      const struct md_task_name *name, const struct md_line *line)
{
	md_task_list_close(list, tasks);
	*list = (struct md_task_list){ .task = md_task_new() };
	list->task->pid = name->pid;
	md_set_once(&list->task->comm, name->comm);
	list->task->log_line = line->number;
	list->task->format = md_parser_linux.name;
}

/* "2 locks held by mount/123:", "1 lock held by kworker/0:1/7:", "no locks held by mount/123." */
static gboolean begin_held(struct md_task_list *list, struct md_tasks *tasks,
			   const struct md_line *line)
{
	const char *at = line->text, *end = line->text + line->size, *last;
	struct md_task_name name;
	guint64 count;

	if (!md_scan_text(&at, "no") && !md_scan_number(&at, &count))
		return FALSE;
	if (!md_scan_text(&at, " locks held by ") && !md_scan_text(&at, " lock held by "))
		return FALSE;
	/* "mount/123, last CPU#3:" */
	last = strstr(at, ", last CPU#");
	if (!md_task_scan_name(at, (gsize)((last != NULL ? last : end) - at), '/', &name))
		return FALSE;
	open_list(list, tasks, &name, line);
	list->whole = TRUE;
	return TRUE;
}

/*
 * "mount/123 is trying to acquire lock:", "mount/123 [HC0[0]:SC0[0]:HE1:SE1] takes:", "mount/123
 * [HC0[0]:SC0[0]:HE1:SE1] is trying to acquire:"
 */
static gboolean begin_wanted(struct md_task_list *list, struct md_tasks *tasks,
			     const struct md_line *line)
{
	const char *end;
	struct md_task_name name;

	if (line->text[line->size - 1] != ':' ||
	    (!g_str_has_suffix(line->text, " is trying to acquire lock:") &&
	     !g_str_has_suffix(line->text, " takes:") &&
	     !g_str_has_suffix(line->text, " is trying to acquire:")))
		return FALSE;
	end = strstr(line->text, " [HC");
	if (end == NULL)
		end = strstr(line->text, " is trying ");
	if (end == NULL || !md_task_scan_name(line->text, (gsize)(end - line->text), '/', &name))
		return FALSE;
	open_list(list, tasks, &name, line);
	list->wanted = TRUE;
	return TRUE;
}

/* What the sentences about who is blocked have in them, and what that says of who is named. */
static const struct {
	const char *words;
	enum md_owner_state state;
	const char *why;
} owners[] = {
	{ " is blocked on a mutex, but the owner is not found", MD_OWNER_UNKNOWN,
	  "the kernel did not find an owner of that mutex" },
	{ " last held by task ", MD_OWNER_LIKELY,
	  "of a semaphore the kernel notes only who took it last" },
	{ " <reader>", MD_OWNER_LIKELY,
	  "of those that read an rw-semaphore the kernel notes only the last" },
};

/* Fills @said in with what @words, those behind the name of who is blocked, say of an owner. */
static gboolean scan_owner(const char *words, struct md_said_lock *said)
{
	const char *by = strstr(words, " by task ");
	struct md_task_name owner;

	if (by != NULL) {
		by += strlen(" by task ");
		if (!md_task_scan_name(by, strlen(by), ':', &owner))
			return FALSE;
		said->owner = owner.pid;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(owners) && said->why == NULL; i++) {
		if (strstr(words, owners[i].words) == NULL ||
		    (by == NULL && owners[i].state != MD_OWNER_UNKNOWN))
			continue;
		said->state = owners[i].state;
		said->why = g_strdup(owners[i].why);
	}
	return by != NULL || said->why != NULL;
}

/* One of the sentences at the top, of hung tasks. */
static gboolean read_owner(struct md_task_list *list, struct md_tasks *tasks,
			   const struct md_line *line)
{
	const char *at = line->text, *blocked;
	struct md_said_lock said = {
		.owner = -1, .wanted = TRUE, .offset = MD_FRAME_UNKNOWN, .log_line = line->number
	};
	struct md_task_name name;

	if (!md_scan_text(&at, "INFO: task "))
		return FALSE;
	blocked = strstr(at, " is blocked on a");
	if (blocked == NULL)
		blocked = strstr(at, " blocked on a");
	if (blocked == NULL || !md_task_scan_name(at, (gsize)(blocked - at), ':', &name) ||
	    !scan_owner(blocked, &said))
		return FALSE;
	said.shared = g_strstr_len(at, blocked - at, " <reader>") != NULL;
	open_list(list, tasks, &name, line);
	g_array_append_val(list->task->said, said);
	md_task_list_close(list, tasks);
	return TRUE;
}

/* "BUG: spinlock lockup suspected on CPU#3, mount/123", and of old " lockup on CPU#3, ..." */
static gboolean begin_spinning(struct md_task_list *list, struct md_tasks *tasks,
			       const struct md_line *line)
{
	const char *at = line->text;
	struct md_task_name name;

	if (!g_str_has_prefix(at, "BUG: spinlock lockup"))
		return FALSE;
	at = strstr(at, ", ");
	if (at == NULL)
		return FALSE;
	at += strlen(", ");
	if (!md_task_scan_name(at, strcspn(at, ","), '/', &name))
		return FALSE;
	open_list(list, tasks, &name, line);
	list->spinning = TRUE;
	return TRUE;
}

/* "lock: 0xffff88800e3c0cb8, .magic: dead4ead, .owner: sync/124, .owner_cpu: 0", or with a name:
 * "lock: oven_lock+0x0/0x40, ..., .owner: <none>/-1" */
static gboolean scan_spinning(const char *text, struct md_said_lock *said)
{
	struct md_frame *frame;
	struct md_task_name owner;

	if (!md_scan_text(&text, "lock: "))
		return FALSE;
	*said = (struct md_said_lock){ .owner = -1, .offset = MD_FRAME_UNKNOWN };
	frame = md_linux_location(&text);
	if (frame != NULL && frame->offset == 0)
		said->name = g_steal_pointer(&frame->symbol);
	else if (frame == NULL)
		md_scan_hex(&text, &said->address);
	md_frame_free(frame);
	text = strstr(text, ", .owner: ");
	if (text == NULL)
		return TRUE;
	text += strlen(", .owner: ");
	if (md_task_scan_name(text, strcspn(text, ","), '/', &owner))
		said->owner = owner.pid;
	return TRUE;
}

/* What comes between the lines of one list. */
static gboolean is_within(const struct md_line *line)
{
	return g_str_has_prefix(line->text, "but task is already holding") ||
	       g_str_has_prefix(line->text, "and this task is already holding");
}

gboolean md_task_list_line(struct md_task_list *list, struct md_tasks *tasks,
			   const struct md_line *line)
{
	const char *at = line->text;
	struct md_said_lock said;
	guint64 number;

	if (list->task != NULL && list->spinning) {
		list->wanted = TRUE;
		if (scan_spinning(line->text, &said)) {
			said.log_line = line->number;
			add_lock(list, &said, FALSE);
			md_task_list_close(list, tasks);
			return TRUE;
		}
	} else if (list->task != NULL) {
		gboolean numbered = md_scan_text(&at, "#") && md_scan_number(&at, &number) &&
				    md_scan_text(&at, ":");

		if (scan_lock(numbered ? at : line->text, &said)) {
			gboolean again =
				list->task->said->len > 0 && numbered && number + 1 == list->number;

			list->number = numbered ? (guint)MIN(number, MD_SAID_MAX) + 1 : 0;
			add_lock(list, &said, again);
			return TRUE;
		}
		if (is_within(line)) {
			list->wanted = FALSE;
			return TRUE;
		}
	}
	if (begin_held(list, tasks, line) || begin_wanted(list, tasks, line) ||
	    read_owner(list, tasks, line) || begin_spinning(list, tasks, line))
		return TRUE;
	md_task_list_close(list, tasks);
	return FALSE;
}
