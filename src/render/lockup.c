/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that stopped, as text: each knot drawn, with what is held and wanted in it and why
 * it is one; then who else waits for a lock, equal stacks told once; then what is left to say.
 *
 *   Deadlock, proved: qemu-kvm (pid 16359) waits for itself (taken-twice)
 *
 *     qemu-kvm (pid 16359), cpu 24
 *       holds  struct rq.lock  taken in __schedule  kernel/sched/core.c:3041
 *       wants  struct rq.lock  in try_to_wake_up    kernel/sched/core.c:1706  ffff88181ff16500
 */
#include "render/lockup.h"

#include "render/html.h"
#include "render/terminal.h"

#include <string.h>

/* Of the tasks that wait for the same in the same way, so many are named. */
#define NAMED_TASKS 8
/* Groups of waiting tasks, the largest first; a healthy machine has few, and a dead one is
 * explained by its knots. */
#define SHOWN_GROUPS 40
/* What fits beside a place on one line. */
#define LOCK_WIDTH 28
#define SYMBOL_WIDTH 36

gboolean md_lockup_waits_for_lock(const struct md_lockup_task *task)
{
	switch (task->want.kind) {
	case MD_LOCK_WAIT_QUEUE:
	case MD_LOCK_IO:
	case MD_LOCK_TIME:
	case MD_LOCK_KINDS:
		return FALSE;
	default:
		return task->waits;
	}
}

static void append_text(GString *out, const struct md_render_settings *settings, const char *color,
			const char *text)
{
	g_autofree char *printable = md_terminal_name(text, FALSE);

	md_terminal_append(out, md_terminal_color(settings, color), printable);
}

/* @text, and blanks up to @width; two at least, as something follows. */
static void append_column(GString *out, const struct md_render_settings *settings,
			  const char *color, const char *text, gsize width)
{
	gsize used = (gsize)g_utf8_strlen(text, -1);

	append_text(out, settings, color, text);
	g_string_append_printf(out, "%*s", (int)(used < width ? width - used + 2 : 2), "");
}

static void append_place(GString *out, const char *path, guint line)
{
	g_autofree char *printable = path ? md_terminal_name(path, FALSE) : NULL;

	if (printable == NULL)
		return;
	g_string_append(out, printable);
	if (line > 0)
		g_string_append_printf(out, ":%u", line);
}

/* ------------------------------------------------------------------ tasks */

/* "qemu-kvm (pid 16359), cpu 24, for 143 seconds" */
static void append_task_head(GString *out, const struct md_lockup_task *found,
			     const struct md_render_settings *settings)
{
	const struct md_task *task = found->task;
	g_autofree char *name = md_lockup_task_name(found);

	append_text(out, settings, HEAD, name);
	if (task->cpu >= 0 && !task->idle)
		g_string_append_printf(out, ", cpu %" G_GINT64_FORMAT, task->cpu);
	if (task->blocked >= 0)
		g_string_append_printf(out, ", for %" G_GINT64_FORMAT " seconds", task->blocked);
	g_string_append_c(out, '\n');
}

static const char *or_unknown(const char *lock)
{
	return lock != NULL ? lock : "a lock not known by name";
}

static void append_hold(GString *out, const struct md_lockup_hold *hold, const char *indent,
			const struct md_render_settings *settings)
{
	const struct md_held *held = &hold->held;
	g_autofree char *address = md_word_text(hold->address);
	g_autofree char *where =
		held->symbol ? g_strdup_printf("taken in %s", held->symbol) : g_strdup("");

	g_string_append_printf(out, "%s%s", indent, held->certain ? "holds  " : "holds? ");
	append_column(out, settings, HEAD, or_unknown(held->lock), LOCK_WIDTH);
	append_column(out, settings, "", where, SYMBOL_WIDTH);
	append_place(out, held->path, held->line);
	if (held->text != NULL) {
		g_string_append(out, "  ");
		append_text(out, settings, FAINT, held->text);
	}
	if (address != NULL)
		g_string_append_printf(out, "  %s", address);
	if (hold->said)
		g_string_append(out, "  (the kernel says)");
	g_string_truncate(out, strlen(g_strchomp(out->str)));
	g_string_append_c(out, '\n');
}

char *md_lock_unnamed(enum md_lock_kind kind)
{
	/* Of the others "a mutex" and so on. */
	static const char *const phrases[MD_LOCK_KINDS] = {
		[MD_LOCK_RT_MUTEX] = "an rt-mutex",	 [MD_LOCK_SEQ] = "the writers of a seqlock",
		[MD_LOCK_BIT] = "a bit to be clear",	 [MD_LOCK_PAGE] = "a page's lock",
		[MD_LOCK_BUFFER] = "a buffer's lock",	 [MD_LOCK_SOCKET] = "a socket's lock",
		[MD_LOCK_RCU] = "a grace period of RCU", [MD_LOCK_SRCU] = "a grace period of SRCU",
		[MD_LOCK_WAIT_QUEUE] = "an event",	 [MD_LOCK_WRITEBACK] = "writeback to end",
		[MD_LOCK_WORK] = "work to be done",	 [MD_LOCK_IO] = "I/O to end",
		[MD_LOCK_CPU] = "other CPUs to answer",	 [MD_LOCK_TIME] = "time to pass",
	};

	return phrases[kind] != NULL ? g_strdup(phrases[kind])
				     : g_strdup_printf("a %s", md_lock_kind_name(kind));
}

static void append_want(GString *out, const struct md_lockup_want *want, const char *indent,
			const struct md_render_settings *settings)
{
	g_autofree char *address = md_word_text(want->address);
	g_autofree char *lock = want->lock ? g_strdup(want->lock) : md_lock_unnamed(want->kind);
	g_autofree char *symbol = md_symbol_name(want->symbol);
	g_autofree char *function = md_symbol_name(want->function);
	g_autofree char *where = symbol ? g_strdup_printf("in %s", symbol) : g_strdup("");

	g_string_append_printf(out, "%swants  ", indent);
	append_column(out, settings, HEAD, lock, LOCK_WIDTH);
	append_column(out, settings, "", where, SYMBOL_WIDTH);
	append_place(out, want->path, want->line);
	if (want->text != NULL) {
		g_string_append(out, "  ");
		append_text(out, settings, FAINT, want->text);
	} else if (function != NULL) {
		g_string_append_printf(out, "  %s", function);
	}
	if (address != NULL)
		g_string_append_printf(out, "  %s", address);
	if (want->owner >= 0)
		g_string_append_printf(out, "  owned by %" G_GINT64_FORMAT, want->owner);
	g_string_truncate(out, strlen(g_strchomp(out->str)));
	g_string_append_c(out, '\n');
}

static void append_locks(GString *out, const struct md_lockup_task *task, const char *indent,
			 const struct md_render_settings *settings)
{
	for (guint i = task->holds->len; i-- > 0;)
		append_hold(out, &g_array_index(task->holds, struct md_lockup_hold, i), indent,
			    settings);
	if (task->waits)
		append_want(out, &task->want, indent, settings);
}

/* ------------------------------------------------------------------ knots */

/* From where the lock is held to where it is wanted, the inlined functions too. */
static void append_path(GString *out, const struct md_knot *knot,
			const struct md_render_settings *settings)
{
	if (knot->path->len == 0)
		return;
	g_string_append(out, "  from where it is held to where it is wanted\n    ");
	for (guint i = 0; i < knot->path->len; i++) {
		/* As many on a line as fit, an arrow before each but the first. */
		const char *symbol = g_ptr_array_index(knot->path, i);
		const char *line = strrchr(out->str, '\n');
		gsize used = out->len - (gsize)(line - out->str);

		if (i > 0 && used + strlen(" -> ") + strlen(symbol) > settings->width)
			g_string_append(out, "\n   ");
		if (i > 0)
			g_string_append(out, " -> ");
		append_text(out, settings, "", symbol);
	}
	g_string_append_c(out, '\n');
}

/*
 * A circle is drawn beside its tasks: each waits for the one below it, the last for the first.
 *
 *   +-> writer (pid 101)
 *   |     holds  lock_a ...
 *   |     wants  lock_b ...
 *   |   reader (pid 102)
 *   |     ...
 *   +---- wants lock_a ...
 */
static void append_circle(GString *out, const struct md_lockup *lockup, const struct md_knot *knot,
			  const struct md_render_settings *settings)
{
	for (guint i = 0; i < knot->tasks->len; i++) {
		const struct md_lockup_task *task =
			md_lockup_task_at(lockup->tasks, g_array_index(knot->tasks, gsize, i));

		g_string_append(out, i == 0 ? "  +-> " : "  |   ");
		append_task_head(out, task, settings);
		append_locks(out, task, "  |     ", settings);
	}
	g_string_append(out, "  +-- which the first holds\n");
}

/* What a holder does that is in no circle: it waits for none of those that wait for it. */
static const char *holder_state(const struct md_knot *knot)
{
	if (knot->cause == MD_KNOT_HOLDER_SLEEPS)
		return "which sleeps";
	return knot->cause == MD_KNOT_HOLDER_DEAD ? "which has died" : NULL;
}

static void append_tasks(GString *out, const struct md_lockup *lockup, const struct md_knot *knot,
			 const struct md_render_settings *settings)
{
	for (guint i = 0; i < knot->tasks->len; i++) {
		const struct md_lockup_task *task =
			md_lockup_task_at(lockup->tasks, g_array_index(knot->tasks, gsize, i));

		g_string_append(out, "  ");
		append_task_head(out, task, settings);
		append_locks(out, task, "    ", settings);
	}
}

char *md_knot_title(const struct md_lockup *lockup, const struct md_knot *knot)
{
	const struct md_lockup_task *first =
		md_lockup_task_at(lockup->tasks, g_array_index(knot->tasks, gsize, 0));
	const struct md_lockup_task *last = md_lockup_task_at(
		lockup->tasks, g_array_index(knot->tasks, gsize, knot->tasks->len - 1));
	const char *state = holder_state(knot);
	g_autofree char *name = md_lockup_task_name(first);
	g_autofree char *holder = md_lockup_task_name(last);

	/* Who holds it has left nothing to show. */
	if (state != NULL && knot->tasks->len == 1)
		return g_strdup_printf("%s waits for a task that is gone", name);
	if (state != NULL)
		return g_strdup_printf("%s waits for %s, %s", name, holder, state);
	if (knot->cycle)
		return g_strdup_printf("%u tasks wait for each other", knot->tasks->len);
	return g_strdup_printf("%s waits for itself", name);
}

static void append_verdict(GString *out, const struct md_lockup *lockup, const struct md_knot *knot,
			   const struct md_render_settings *settings)
{
	g_autofree char *title = md_knot_title(lockup, knot);

	append_text(out, settings, HEAD,
		    knot->proved ? "Deadlock, proved: " : "Deadlock, likely: ");
	append_text(out, settings, "", title);
	g_string_append_printf(out, " (%s)\n", md_knot_cause_name(knot->cause));
}

void md_knot_text(GString *out, const struct md_lockup *lockup, const struct md_knot *knot,
		  const struct md_render_settings *settings)
{
	if (knot->cycle && holder_state(knot) == NULL)
		append_circle(out, lockup, knot, settings);
	else
		append_tasks(out, lockup, knot, settings);
	append_path(out, knot, settings);
}

static void append_knot(GString *out, const struct md_lockup *lockup, const struct md_knot *knot,
			const struct md_render_settings *settings)
{
	append_verdict(out, lockup, knot, settings);
	md_knot_text(out, lockup, knot, settings);
	if (knot->evidence->len > 0)
		g_string_append(out, "  because\n");
	for (guint i = 0; i < knot->evidence->len; i++) {
		g_string_append(out, "    - ");
		append_text(out, settings, "", g_ptr_array_index(knot->evidence, i));
		g_string_append_c(out, '\n');
	}
	g_string_append_c(out, '\n');
}

void md_lockup_in_short(GString *out, const struct md_lockup *lockup,
			const struct md_render_settings *settings)
{
	for (guint i = 0; i < lockup->knots->len; i++) {
		const struct md_knot *knot = g_ptr_array_index(lockup->knots, i);

		g_string_append_c(out, '\n');
		append_verdict(out, lockup, knot, settings);
		for (guint j = 0; j < knot->tasks->len; j++) {
			const struct md_lockup_task *task = md_lockup_task_at(
				lockup->tasks, g_array_index(knot->tasks, gsize, j));

			g_string_append(out, "  ");
			append_task_head(out, task, settings);
			append_want(out, &task->want, "    ", settings);
		}
	}
	if (lockup->knots->len > 0)
		g_string_append(out, "'metadiff lockup' with this log and tree tells all of it.\n");
}

/* ---------------------------------------------------------------- waiters */

/* The tasks that wait for the same on the same stack. */
struct group {
	gsize first;   /* the index of the first */
	GArray *tasks; /* of gsize */
};

static void group_free(void *data)
{
	struct group *group = data;

	g_array_unref(group->tasks);
	g_free(group);
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *left = *(struct group *const *)a;
	const struct group *right = *(struct group *const *)b;

	if (left->tasks->len != right->tasks->len)
		return left->tasks->len > right->tasks->len ? -1 : 1;
	return (left->first > right->first) - (left->first < right->first);
}

GHashTable *md_lockup_knotted(const struct md_lockup *lockup)
{
	GHashTable *knotted = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < lockup->knots->len; i++) {
		const struct md_knot *knot = g_ptr_array_index(lockup->knots, i);

		for (guint j = 0; j < knot->tasks->len; j++)
			g_hash_table_add(knotted,
					 GSIZE_TO_POINTER(g_array_index(knot->tasks, gsize, j)));
	}
	return knotted;
}

/* Those that wait for locks and are in no knot: of struct group, the largest first. */
static GPtrArray *find_groups(const struct md_lockup *lockup)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
	g_autoptr(GHashTable) knotted = md_lockup_knotted(lockup);
	g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);

	for (gsize i = 0; i < lockup->tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(lockup->tasks, i);
		struct group *group;

		if (!md_lockup_waits_for_lock(task) ||
		    g_hash_table_contains(knotted, GSIZE_TO_POINTER(i)))
			continue;
		group = g_hash_table_lookup(known, GSIZE_TO_POINTER(task->same_as));
		if (group == NULL) {
			group = g_new0(struct group, 1);
			group->first = i;
			group->tasks = g_array_new(FALSE, FALSE, sizeof(gsize));
			g_ptr_array_add(groups, group);
			g_hash_table_insert(known, GSIZE_TO_POINTER(task->same_as), group);
		}
		g_array_append_val(group->tasks, i);
	}
	g_ptr_array_sort(groups, compare_groups);
	return groups;
}

static void append_group(GString *out, const struct md_lockup *lockup, const struct group *group,
			 const struct md_render_settings *settings)
{
	const struct md_lockup_task *first = md_lockup_task_at(lockup->tasks, group->first);

	g_string_append(out, "  ");
	if (group->tasks->len == 1) {
		append_task_head(out, first, settings);
	} else {
		g_string_append_printf(out, "%u tasks on one stack: ", group->tasks->len);
		for (guint i = 0; i < MIN(group->tasks->len, NAMED_TASKS); i++) {
			gsize index = g_array_index(group->tasks, gsize, i);
			g_autofree char *name =
				md_lockup_task_name(md_lockup_task_at(lockup->tasks, index));

			g_string_append(out, i ? ", " : "");
			append_text(out, settings, HEAD, name);
		}
		g_string_append(out, group->tasks->len > NAMED_TASKS ? ", ...\n" : "\n");
	}
	append_locks(out, first, "    ", settings);
}

static void append_waiters(GString *out, const struct md_lockup *lockup,
			   const struct md_render_settings *settings)
{
	g_autoptr(GPtrArray) groups = find_groups(lockup);

	if (groups->len == 0)
		return;
	g_string_append(out, lockup->knots->len > 0 ? "Others that wait for locks:\n"
						    : "Tasks that wait for locks:\n");
	for (guint i = 0; i < MIN(groups->len, SHOWN_GROUPS); i++)
		append_group(out, lockup, g_ptr_array_index(groups, i), settings);
	if (groups->len > SHOWN_GROUPS)
		g_string_append_printf(out, "  ... and %u more stacks\n",
				       groups->len - SHOWN_GROUPS);
	g_string_append_c(out, '\n');
}

static void append_lines(GString *out, const char *before, const GPtrArray *lines,
			 const struct md_render_settings *settings)
{
	for (guint i = 0; i < lines->len; i++) {
		g_string_append(out, before);
		append_text(out, settings, "", g_ptr_array_index(lines, i));
		g_string_append_c(out, '\n');
	}
}

static void append_lockup(GString *out, const struct md_lockup *lockup,
			  const struct md_render_settings *settings)
{
	for (guint i = 0; i < lockup->knots->len; i++)
		append_knot(out, lockup, g_ptr_array_index(lockup->knots, i), settings);
	append_waiters(out, lockup, settings);
	if (lockup->knots->len == 0)
		g_string_append(out, lockup->tasks->len > 0 ? "No deadlock was found.\n"
							    : "The log has no task's stack.\n");
	append_lines(out, "  - ", lockup->notes, settings);
	if (lockup->commands->len > 0)
		g_string_append(out, "crash was asked:\n");
	append_lines(out, "  ", lockup->commands, settings);
}

gboolean md_render_lockup(const struct md_lockup *lockup, const struct md_render_settings *settings,
			  md_render_write write, void *data, GError **error)
{
	static const struct {
		const struct md_format *format;
		void (*append)(GString *out, const struct md_lockup *lockup,
			       const struct md_render_settings *settings);
	} lockups[] = {
		{ &md_format_text, append_lockup },    { &md_format_jsonl, md_lockup_jsonl },
		{ &md_format_html, md_lockup_html },   { &md_format_markdown, md_lockup_markdown },
		{ &md_format_sarif, md_lockup_sarif },

		{ &md_format_dot, md_lockup_dot },
	};
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(lockups); i++) {
		if (lockups[i].format != settings->format)
			continue;
		lockups[i].append(out, lockup, settings);
		return write(data, out->str, out->len, error);
	}
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--format: '%s' cannot say who waits",
		    settings->format->name);
	return FALSE;
}
