/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for whom, for graphviz: tasks are boxes, locks are ellipses, as lock graphs are drawn
 * in textbooks. An arrow from a task to a lock: it wants it; from a lock to a task: that holds
 * it. Red are the tasks of a knot, and the locks that these wait for. A dashed lock is a member of
 * some struct, of which no address is known: arrows that meet there may be of several locks.
 * Tasks on one stack that wait for the same are one box; who neither waits for a lock nor holds one
 * that is waited for is not drawn.
 *
 * The language: https://graphviz.org/doc/info/lang.html
 */
#include "render/lockup.h"

#include "render/crash.h"
#include "render/terminal.h"

const struct md_format md_format_dot = { "dot", NULL, NULL, NULL };

/* A string of the language: in quotes, of which those inside and backslashes are escaped. */
static void append_quoted(GString *out, const char *text)
{
	g_autofree char *printable = md_terminal_name(text, FALSE);

	g_string_append_c(out, '"');
	for (const char *at = printable; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *at);
	}
	g_string_append_c(out, '"');
}

struct drawing {
	const struct md_lockup *lockup;
	GHashTable *knotted; /* the indexes of tasks in knots */
	GHashTable *places;  /* an address, a name that one lock has -> the node with both */
	GHashTable *wanted;  /* node -> whether a task of a knot wants it */
};

/* One node a lock: by its address where that is known, as a name stands for many; or NULL. */
static char *lock_node(const struct drawing *drawing, const char *name, gboolean global,
		       struct md_word address)
{
	g_autofree char *digits = md_word_text(address);
	const char *place = NULL;

	if (digits != NULL)
		place = g_hash_table_lookup(drawing->places, digits);
	else if (name != NULL && global)
		place = g_hash_table_lookup(drawing->places, name);
	return g_strdup(place != NULL ? place : name);
}

static char *want_node(const struct drawing *drawing, const struct md_lockup_task *task)
{
	if (!md_lockup_waits_for_lock(task))
		return NULL;
	return lock_node(drawing, task->want.lock, task->want.global, task->want.address);
}

static char *hold_node(const struct drawing *drawing, const struct md_lockup_hold *hold)
{
	return lock_node(drawing, hold->held.lock, hold->held.global, hold->address);
}

/* Whether somebody waits for the lock of @node; @red: one of a knot. */
static gboolean is_wanted(const struct drawing *drawing, const char *node, gboolean *red)
{
	void *value = NULL;
	gboolean found =
		node != NULL && g_hash_table_lookup_extended(drawing->wanted, node, NULL, &value);

	*red = value != NULL;
	return found;
}

/* The first name that it is called by stands, if it has any. */
static void add_place(struct drawing *drawing, const char *name, gboolean global,
		      struct md_word address)
{
	char *digits = md_word_text(address);
	const char *known;

	if (digits == NULL)
		return;
	known = g_hash_table_lookup(drawing->places, digits);
	if (name != NULL && global)
		g_hash_table_insert(drawing->places, g_strdup(name),
				    known ? g_strdup(known)
					  : g_strdup_printf("%s at %s", name, digits));
	if (known != NULL)
		g_free(digits);
	else
		g_hash_table_insert(drawing->places, digits,
				    name ? g_strdup_printf("%s at %s", name, digits)
					 : g_strdup(digits));
}

static void find_nodes(struct drawing *drawing)
{
	const GPtrArray *tasks = drawing->lockup->tasks;

	for (gsize i = 0; i < tasks->len; i++) {
		const struct md_lockup_task *task = md_lockup_task_at(tasks, i);

		add_place(drawing, task->want.lock, task->want.global, task->want.address);
		for (guint k = 0; k < task->holds->len; k++) {
			const struct md_lockup_hold *hold =
				&g_array_index(task->holds, struct md_lockup_hold, k);

			add_place(drawing, hold->held.lock, hold->held.global, hold->address);
		}
	}
	for (gsize i = 0; i < tasks->len; i++) {
		char *node = want_node(drawing, md_lockup_task_at(tasks, i));
		gboolean red;

		if (node == NULL)
			continue;
		is_wanted(drawing, node, &red);
		red = red || g_hash_table_contains(drawing->knotted, GSIZE_TO_POINTER(i));
		g_hash_table_insert(drawing->wanted, node, GINT_TO_POINTER(red));
	}
}

/* How many tasks wait as each first of them does: by its index. */
static gsize *count_alike(const struct md_lockup *lockup)
{
	gsize *alike = g_new0(gsize, lockup->tasks->len + 1);

	for (gsize i = 0; i < lockup->tasks->len; i++)
		alike[md_lockup_task_at(lockup->tasks, i)->same_as]++;
	return alike;
}

static void append_task(GString *out, const struct md_lockup_task *task, gsize index, gsize alike,
			gboolean red)
{
	g_autofree char *name = md_lockup_task_name(task);
	g_autofree char *label =
		alike > 1 ? g_strdup_printf("%s and %zu more", name, alike - 1) : g_strdup(name);

	g_string_append_printf(out, "\ttask%zu [shape=box, label=", index);
	append_quoted(out, label);
	g_string_append(out, red ? ", color=red];\n" : "];\n");
}

static void append_edge(GString *out, gsize task, const char *lock, gboolean wants,
			const char *label, gboolean red)
{
	if (wants) {
		g_string_append_printf(out, "\ttask%zu -> ", task);
		append_quoted(out, lock);
	} else {
		g_string_append_c(out, '\t');
		append_quoted(out, lock);
		g_string_append_printf(out, " -> task%zu", task);
	}
	g_string_append(out, " [label=");
	append_quoted(out, label);
	g_string_append(out, red ? ", color=red];\n" : "];\n");
}

/* A lock that is but a name of many. */
static void append_class(GString *out, const char *name, gboolean global, struct md_word address)
{
	if (name == NULL || global || address.digits > 0)
		return;
	g_string_append_c(out, '\t');
	append_quoted(out, name);
	g_string_append(out, " [style=dashed];\n");
}

/* The box of task @index with its arrows: from what it holds and others want, to what it wants. */
static void append_graph(GString *out, const struct drawing *drawing, gsize index, gsize alike,
			 gboolean red)
{
	const struct md_lockup_task *task = md_lockup_task_at(drawing->lockup->tasks, index);
	const struct md_lockup_want *want = &task->want;
	g_autofree char *node = want_node(drawing, task);
	gboolean drawn = node != NULL || red;

	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_lockup_hold *hold =
			&g_array_index(task->holds, struct md_lockup_hold, i);
		g_autofree char *held = hold_node(drawing, hold);
		gboolean knotted;

		if (!is_wanted(drawing, held, &knotted))
			continue;
		drawn = TRUE;
		append_class(out, hold->held.lock, hold->held.global, hold->address);
		append_edge(out, index, held, FALSE, hold->held.symbol ? hold->held.symbol : "",
			    red && knotted);
	}
	if (!drawn)
		return;
	append_task(out, task, index, alike, red);
	if (node == NULL)
		return;
	append_class(out, want->lock, want->global, want->address);
	append_edge(out, index, node, TRUE, want->symbol ? want->symbol : "", red);
}

void md_lockup_dot(GString *out, const struct md_lockup *lockup,
		   const struct md_render_settings *settings)
{
	g_autoptr(GHashTable) knotted = md_lockup_knotted(lockup);
	g_autoptr(GHashTable) places =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree gsize *alike = count_alike(lockup);
	struct drawing drawing = { lockup, knotted, places, wanted };

	find_nodes(&drawing);
	g_string_append(out, "digraph lockup {\n\trankdir=LR;\n");
	for (gsize i = 0; i < lockup->tasks->len; i++) {
		gboolean red = g_hash_table_contains(knotted, GSIZE_TO_POINTER(i));

		if (red || md_lockup_task_at(lockup->tasks, i)->same_as == i)
			append_graph(out, &drawing, i, red ? 1 : alike[i], red);
	}
	g_string_append(out, "}\n");
}
