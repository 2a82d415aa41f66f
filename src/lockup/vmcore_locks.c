/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lock a task waits for, and who holds it, by the words of a vmcore.
 *
 * Who sleeps for a lock has a node on its own stack, linked into the lock's list of waiters:
 *
 *   struct mutex {                     struct mutex_waiter {       on the stack of A
 *       atomic_long_t owner;               struct list_head list; --> B's --> wait_list
 *       ...                                struct task_struct *task;   = A
 *       struct list_head wait_list; -->    ...
 *
 * so a word of the stack that is the task's own address is the member `task` of its node, if what
 * should be `list` before it is a list: the next one's `prev` and the last one's `next` lead
 * back. Along the list every element is such a node, on the stack of the task that it names, but
 * one: the head, in the lock, and what follows that waits first. Whether `owner` can be believed
 * says vmcore_owner.c. rt_mutex_waiter names its lock itself.
 *
 * The members are asked for by their names, so that a kernel without one (no owner before 3.0 or
 * without CONFIG_MUTEX_SPIN_ON_OWNER) has less to say, and nothing wrong. Cost: the words of each
 * stack up to the node, and once the length of each list.
 *
 * Who spins has the address of the lock in a register, of the first argument or where the
 * function keeps it. It is believed where the word there is that of a lock which is taken.
 */
#include "lockup/vmcore.h"

#include <string.h>

/* A node is nearer to where the task sleeps than this: the frames of schedule() and its callers. */
#define NEAR ((guint64)2048)
/* THREAD_SIZE is less than that everywhere. */
#define STACK_MAX ((guint64)1 << 16)
/* No machine has more tasks than pids. */
#define WAITERS_MAX ((gsize)1 << 22)

/* A kind of locks, by the names of what it is made of. */
struct kind {
	enum md_lock_kind kind;
	const char *task, *list; /* of a node on the stack; @list NULL: it names its lock */
	const char *head;   /* of the waiters in the lock; of rt_mutex_waiter the lock's address */
	const char *owner;  /* NULL: nobody is noted */
	const char *reader; /* of the node: not 0 for a reader; NULL: there are none */
	guint reads;	    /* a bit of the owner's word: it is a reader, one of perhaps many */
};

static const struct kind kinds[] = {
	{ MD_LOCK_MUTEX, "mutex_waiter.task", "mutex_waiter.list", "mutex.wait_list", "mutex.owner",
	  NULL, 0 },
	{ MD_LOCK_WW_MUTEX, "mutex_waiter.task", "mutex_waiter.list", "mutex.wait_list",
	  "mutex.owner", NULL, 0 },
	{ MD_LOCK_RWSEM, "rwsem_waiter.task", "rwsem_waiter.list", "rw_semaphore.wait_list",
	  "rw_semaphore.owner", "rwsem_waiter.type", 1 },
	{ MD_LOCK_SEMAPHORE, "semaphore_waiter.task", "semaphore_waiter.list",
	  "semaphore.wait_list", NULL, NULL, 0 },
	/* It always has an owner while somebody waits. 5.16 and later, then before. */
	{ MD_LOCK_RT_MUTEX, "rt_mutex_waiter.task", NULL, "rt_mutex_waiter.lock",
	  "rt_mutex_base.owner", NULL, 0 },
	{ MD_LOCK_RT_MUTEX, "rt_mutex_waiter.task", NULL, "rt_mutex_waiter.lock", "rt_mutex.owner",
	  NULL, 0 },
};

struct reader {
	struct md_debugger *debugger;
	struct md_owners *owners;
	GHashTable *heads; /* node -> the head of its list */
};

static gboolean read_member(struct md_debugger *debugger, guint64 address, const char *member,
			    guint64 *word)
{
	guint64 offset;

	return md_debugger_offset(debugger, member, &offset) &&
	       md_debugger_read(debugger, address + offset, word);
}

static gboolean is_node(struct reader *reader, const struct kind *kind, guint64 node)
{
	guint64 list, member, task, stack;

	return md_debugger_offset(reader->debugger, kind->list, &list) &&
	       md_debugger_offset(reader->debugger, kind->task, &member) &&
	       md_debugger_read(reader->debugger, node - list + member, &task) &&
	       md_owners_told(reader->owners, task) != NULL &&
	       read_member(reader->debugger, task, "task_struct.stack", &stack) &&
	       node - stack < STACK_MAX;
}

static gboolean is_linked(struct md_debugger *debugger, guint64 list)
{
	guint64 next, last, back, forth;

	return md_debugger_read(debugger, list, &next) &&
	       md_debugger_read(debugger, list + 8, &last) &&
	       md_debugger_read(debugger, next + 8, &back) && back == list &&
	       md_debugger_read(debugger, last, &forth) && forth == list;
}

/* The head of the list that @node is in; FALSE: there is none. */
static gboolean find_head(struct reader *reader, const struct kind *kind, guint64 node,
			  guint64 *head)
{
	g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 at = node;
	const guint64 *known = NULL;

	while (nodes->len < WAITERS_MAX &&
	       (known = g_hash_table_lookup(reader->heads, &at)) == NULL &&
	       is_node(reader, kind, at)) {
		g_array_append_val(nodes, at);
		if (!md_debugger_read(reader->debugger, at, &at) || at == node)
			return FALSE;
	}
	*head = known != NULL ? *known : at;
	for (guint i = 0; i < nodes->len; i++)
		g_hash_table_insert(reader->heads,
				    g_memdup2(&g_array_index(nodes, guint64, i), sizeof(guint64)),
				    g_memdup2(head, sizeof(*head)));
	return TRUE;
}

/* What @lock has noted of who holds it; 0: nothing, or only one of its readers. */
static guint64 owner_word(struct reader *reader, const struct kind *kind, guint64 lock)
{
	guint64 word;

	/*
	 * Of readers only the last to come is noted, and the note stays when it has gone while
	 * others read on: it is no proof that it holds the lock.
	 */
	if (kind->owner == NULL || !read_member(reader->debugger, lock, kind->owner, &word) ||
	    (word & kind->reads) != 0)
		return 0;
	return word;
}

/*
 * The task that waits first for @lock, whom an unlock wakes; 0: there is no list that says so. A
 * reader may sleep on while writers hand a rwsem to each other.
 */
static guint64 first_waiter(struct md_debugger *debugger, const struct kind *kind, guint64 lock)
{
	guint64 list, member, node, task, type;

	if (kind->list == NULL || !md_debugger_offset(debugger, kind->list, &list) ||
	    !md_debugger_offset(debugger, kind->task, &member) ||
	    !read_member(debugger, lock, kind->head, &node) ||
	    !md_debugger_read(debugger, node - list + member, &task))
		return 0;
	if (kind->reader != NULL &&
	    (!read_member(debugger, node - list, kind->reader, &type) || (guint32)type != 0))
		return 0;
	return task;
}

/*
 * Whether @node, which has the task's own address, is an rt_mutex_waiter: its lock has an owner,
 * or, where that one is gone, the task says itself that it waits by this node.
 */
static gboolean is_waiter(struct reader *reader, const struct kind *kind, guint64 task,
			  guint64 node, guint64 lock)
{
	guint64 waiter, word = owner_word(reader, kind, lock);

	return md_owners_listed(reader->owners, word) ||
	       (word != 0 &&
		read_member(reader->debugger, task, "task_struct.pi_blocked_on", &waiter) &&
		waiter == node);
}

/* The lock that @task waits for by a node of @kind between @from and @end on its stack. */
static gboolean find_lock(struct reader *reader, const struct kind *kind, guint64 task,
			  guint64 from, guint64 end, guint64 *lock, guint64 *node)
{
	struct md_debugger *debugger = reader->debugger;
	guint64 word, member, list = 0, head;

	if (!md_debugger_offset(debugger, kind->task, &member) ||
	    !md_debugger_offset(debugger, kind->head, &head) ||
	    (kind->list != NULL && !md_debugger_offset(debugger, kind->list, &list)))
		return FALSE;
	for (guint64 at = from; at < end && md_debugger_read(debugger, at, &word); at += 8) {
		*node = at - member;
		if (word != task || *node % 8 != 0)
			continue;
		if (kind->list == NULL) {
			if (md_debugger_read(debugger, *node + head, lock) &&
			    is_waiter(reader, kind, task, *node, *lock))
				return TRUE;
			continue;
		}
		if (*node + list < from || !is_linked(debugger, *node + list) ||
		    !find_head(reader, kind, *node + list, lock))
			continue;
		*lock -= head;
		return TRUE;
	}
	return FALSE;
}

/* The name of a variable that is, or has, the lock. */
static char *name_of(struct md_debugger *debugger, guint64 lock)
{
	const struct md_debugger_symbol *symbol = md_debugger_symbol(debugger, lock);

	if (symbol == NULL || strchr("tTwW", symbol->type) != NULL)
		return NULL;
	return symbol->address == lock ? g_strdup(symbol->name)
				       : g_strdup_printf("%s+0x%" G_GINT64_MODIFIER "x",
							 symbol->name, lock - symbol->address);
}

static struct md_said_lock *say(struct md_task *task, struct md_debugger *debugger, guint64 lock,
				const struct md_lock_wait *wait)
{
	struct md_said_lock said = { .address = { .value = lock, .digits = 16 },
				     .name = name_of(debugger, lock),
				     .wanted = wait != NULL,
				     .shared = wait != NULL && (wait->flags & MD_LOCK_SHARED) != 0,
				     .owner = -1 };

	/* lockdep may have said so, in the log of the kernel. */
	for (guint i = 0; i < task->said->len; i++) {
		const struct md_said_lock *old = &g_array_index(task->said, struct md_said_lock, i);

		if (old->address.value == lock && old->wanted == said.wanted) {
			g_free(said.name);
			return NULL;
		}
	}
	g_array_append_val(task->said, said);
	return &g_array_index(task->said, struct md_said_lock, task->said->len - 1);
}

static void say_sleeper(struct reader *reader, struct md_task *task,
			const struct md_lock_wait *wait)
{
	const struct md_frame *first = g_ptr_array_index(task->frames, 0);
	guint64 stack, lock, node, type;

	if (!read_member(reader->debugger, task->address.value, "task_struct.stack", &stack) ||
	    first->at.value - stack >= STACK_MAX)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const struct kind *kind = &kinds[i];
		struct md_said_lock *wanted;
		struct md_vmcore_owner owner;

		/* With PREEMPT_RT a spinlock is an rt_mutex inside, and so is a mutex. */
		if ((kind->kind != wait->kind &&
		     (kind->list != NULL || !md_lock_kind_is_held(wait->kind))) ||
		    !find_lock(reader, kind, task->address.value, first->at.value,
			       first->at.value + NEAR, &lock, &node))
			continue;
		wanted = say(task, reader->debugger, lock, wait);
		if (wanted == NULL)
			return;
		if (kind->reader != NULL &&
		    read_member(reader->debugger, node, kind->reader, &type))
			wanted->shared = (guint32)type != 0;
		md_owners_judge(reader->owners, owner_word(reader, kind, lock),
				first_waiter(reader->debugger, kind, lock), &owner);
		wanted->owner = owner.pid;
		wanted->state = owner.state;
		wanted->why = owner.why;
		if (owner.task != NULL)
			say(owner.task, reader->debugger, lock, NULL);
		return;
	}
}

/* A queued spinlock's word, or the tickets of an older one: 0 is a lock that nobody has. */
static gboolean is_taken(struct md_debugger *debugger, guint64 lock)
{
	guint32 word;

	/* Byte 0 of a queued one is 1 while it is held; of tickets head and tail differ. */
	return lock >> 63 != 0 && md_debugger_read_half(debugger, lock, &word) && word != 0 &&
	       ((word & 0xff) == 1 || (word & 0xffff) != word >> 16);
}

static void say_spinner(struct reader *reader, struct md_task *task,
			const struct md_lock_wait *wait)
{
	static const char *const registers[] = { "rdi", "rbx", "rbp", "r12" };

	for (gsize i = 0; i < G_N_ELEMENTS(registers); i++) {
		const struct md_register *found = md_task_register(task, registers[i]);

		if (found != NULL && is_taken(reader->debugger, found->word.value)) {
			say(task, reader->debugger, found->word.value, wait);
			return;
		}
	}
}

/* The function that @task waits in: the innermost of the table. */
static const struct md_lock_wait *find_wait(const struct md_task *task)
{
	for (guint i = 0; i < task->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);
		g_autofree char *symbol = md_symbol_name(frame->symbol);
		const struct md_lock_wait *wait = symbol == NULL ? NULL : md_lock_wait_find(symbol);

		if (wait != NULL)
			return wait;
	}
	return NULL;
}

void md_vmcore_locks(struct md_debugger *debugger, const GArray *tasks, const struct md_log *log)
{
	const GPtrArray *all = md_log_tasks(log);
	MD_AUTOPTR(md_owners) owners = md_owners_new(debugger, tasks, log);
	g_autoptr(GHashTable) heads =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	struct reader reader = { debugger, owners, heads };

	for (guint i = 0; i < all->len; i++) {
		struct md_task *task = g_ptr_array_index(all, i);
		const struct md_lock_wait *wait = find_wait(task);

		if (wait == NULL || task->address.digits == 0)
			continue;
		if (md_lock_kind_spins(wait->kind) && task->on_cpu)
			say_spinner(&reader, task, wait);
		else if (!task->on_cpu)
			say_sleeper(&reader, task, wait);
	}
}
