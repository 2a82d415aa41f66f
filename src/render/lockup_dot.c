/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who waits for whom, for graphviz: tasks are boxes, locks are ellipses, as lock graphs are drawn
 * in textbooks. An arrow from a task to a lock: it wants it; from a lock to a task: that holds
 * it. What belongs to a knot is red. Tasks on one stack that wait for the same are one box;
 * who neither waits for a lock nor holds one that is waited for is not drawn.
 *
 * The language: https://graphviz.org/doc/info/lang.html
 */
#include "render/lockup.h"

#include "render/crash.h"

const struct md_format md_format_dot = { "dot", NULL, NULL, NULL };

/* A string of the language: in quotes, of which those inside and backslashes are escaped. */
static void append_quoted(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	g_string_append_c(out, '"');
	for (const char *at = valid; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *at == '\n' ? ' ' : *at);
	}
	g_string_append_c(out, '"');
}

/* One node a lock: by its address where that is known, as a name stands for many. */
static char *lock_node(const char *name, struct md_word address)
{
	g_autofree char *digits = md_word_text(address);

	if (digits == NULL)
		return g_strdup(name);
	return name ? g_strdup_printf("%s at %s", name, digits) : g_strdup(digits);
}

static char *want_node(const struct md_lockup_task *task)
{
	if (!md_lockup_waits_for_lock(task))
		return NULL;
	return lock_node(task->want.lock, task->want.address);
}

/* Whether the locks that somebody waits for have it; their names count where one side has no
 * address. */
static gboolean is_wanted(GHashTable *wanted, const struct md_lockup_hold *hold)
{
	g_autofree char *node = lock_node(hold->held.lock, hold->address);

	return node != NULL && g_hash_table_contains(wanted, node);
}

/* Sets @node of each task in a knot. */
static GHashTable *knotted_tasks(const struct md_lockup *lockup)
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

/* The box of task @index with its arrows. */
static void append_graph(GString *out, const struct md_lockup *lockup, gsize index, gsize alike,
			 GHashTable *wanted, gboolean red)
{
	const struct md_lockup_task *task = md_lockup_task_at(lockup->tasks, index);
	g_autofree char *node = want_node(task);
	gboolean drawn = node != NULL || red;

	for (guint i = 0; !drawn && i < task->holds->len; i++)
		drawn = is_wanted(wanted, &g_array_index(task->holds, struct md_lockup_hold, i));
	if (!drawn)
		return;
	append_task(out, task, index, alike, red);
	for (guint i = 0; i < task->holds->len; i++) {
		const struct md_lockup_hold *hold =
			&g_array_index(task->holds, struct md_lockup_hold, i);
		g_autofree char *held = lock_node(hold->held.lock, hold->address);

		if (held != NULL)
			append_edge(out, index, held, FALSE,
				    hold->held.symbol ? hold->held.symbol : "", red);
	}
	if (node != NULL)
		append_edge(out, index, node, TRUE, task->want.symbol ? task->want.symbol : "",
			    red);
}

void md_lockup_dot(GString *out, const struct md_lockup *lockup,
		   const struct md_render_settings *settings)
{
	g_autoptr(GHashTable) knotted = knotted_tasks(lockup);
	g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree gsize *alike = count_alike(lockup);

	for (gsize i = 0; i < lockup->tasks->len; i++) {
		char *node = want_node(md_lockup_task_at(lockup->tasks, i));

		if (node != NULL)
			g_hash_table_add(wanted, node);
	}
	g_string_append(out, "digraph lockup {\n\trankdir=LR;\n");
	for (gsize i = 0; i < lockup->tasks->len; i++) {
		gboolean red = g_hash_table_contains(knotted, GSIZE_TO_POINTER(i));

		if (red || md_lockup_task_at(lockup->tasks, i)->same_as == i)
			append_graph(out, lockup, i, red ? 1 : alike[i], wanted, red);
	}
	g_string_append(out, "}\n");
}
