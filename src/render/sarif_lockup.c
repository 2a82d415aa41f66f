/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that stopped in SARIF: a result for each deadlock, at the line that waits, with a
 * thread flow for each task in it: where it took its locks, and where it waits.
 */
#include "render/lockup.h"
#include "render/sarif.h"
#include "render/terminal.h"

#define SOURCE "%SRCROOT%"

/* By md_knot_cause. That it is proved or likely is the level of the result. */
static const struct md_rule rules[MD_KNOT_CAUSES] = {
	[MD_KNOT_TAKEN_TWICE] = {
		"taken-twice", "error", "a task waits for a lock that it holds itself",
		"A task waits for a lock that a function further up on its own stack has taken.",
		"See the functions between: the lock has to be given back before them, or not be "
		"taken in them.",
	},
	[MD_KNOT_INTERRUPT] = {
		"interrupt", "error",
		"an interrupt waits for a lock that what it interrupted holds",
		"An interrupt came while its CPU held a lock, and waits for that lock.",
		"Where the lock is taken outside of interrupts these have to be off.",
	},
	[MD_KNOT_ORDER] = {
		"lock-order", "error", "tasks wait for each other in a circle",
		"Each task waits for a lock that the next one holds.",
		"One of them has to take its locks in the order of the others.",
	},
	[MD_KNOT_READER] = {
		"reader-behind-writer", "error",
		"a reader waits behind a writer that waits for the reader",
		"A task that has read a lock wants to read one again that a writer already waits "
		"for.",
		"A lock that is read must not be read again below.",
	},
	[MD_KNOT_HOLDER_SLEEPS] = {
		"holder-sleeps", "error",
		"who holds a spinlock sleeps, and who spins on it keeps its CPU",
		"A task sleeps with a spinlock held.",
		"What sleeps has to be done before the lock is taken or after it is given back.",
	},
	[MD_KNOT_HOLDER_DEAD] = {
		"holder-dead", "error", "who holds the lock has died",
		"The task that holds the lock has died, or will not run again.",
		"See why it died: the deadlock only follows from it.",
	},
};

static void add_step(JsonBuilder *builder, const char *path, guint line, const char *text)
{
	if (path == NULL)
		return;
	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "location");
	md_sarif_begin_location(builder, path, SOURCE, line, 0);
	md_sarif_message(builder, "message", text);
	json_builder_end_object(builder);
	json_builder_end_object(builder);
}

static char *describe_step(const char *what, const char *lock, const char *in, const char *symbol)
{
	g_autofree char *text = g_strdup_printf("%s %s%s%s", what, lock ? lock : "a lock",
						symbol ? in : "", symbol ? symbol : "");

	return md_terminal_name(text, FALSE);
}

static gboolean has_steps(const struct md_lockup_task *task)
{
	gboolean has = task->waits && task->want.path != NULL;

	for (guint i = 0; i < task->holds->len; i++)
		has |= g_array_index(task->holds, struct md_lockup_hold, i).held.path != NULL;
	return has;
}

static void add_thread(JsonBuilder *builder, const struct md_lockup_task *task)
{
	g_autofree char *name = md_lockup_task_name(task);
	g_autofree char *printable = md_terminal_name(name, FALSE);

	json_builder_begin_object(builder);
	md_sarif_message(builder, "message", printable);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	/* The outermost first, as it took them. */
	for (guint i = task->holds->len; i-- > 0;) {
		const struct md_held *held =
			&g_array_index(task->holds, struct md_lockup_hold, i).held;
		g_autofree char *text = describe_step("takes", held->lock, " in ", held->symbol);

		add_step(builder, held->path, held->line, text);
	}
	if (task->waits) {
		g_autofree char *symbol = md_symbol_name(task->want.symbol);
		g_autofree char *text = describe_step("waits for", task->want.lock, " in ", symbol);

		add_step(builder, task->want.path, task->want.line, text);
	}
	json_builder_end_array(builder);
	json_builder_end_object(builder);
}

/* The tasks of @knot; none of them may have a place that is known. */
static void add_flows(JsonBuilder *builder, const struct md_lockup *lockup,
		      const struct md_knot *knot)
{
	gboolean any = FALSE;

	for (guint i = 0; i < knot->tasks->len; i++) {
		const struct md_lockup_task *task =
			md_lockup_task_at(lockup->tasks, g_array_index(knot->tasks, gsize, i));

		if (!has_steps(task))
			continue;
		if (!any) {
			json_builder_set_member_name(builder, "codeFlows");
			json_builder_begin_array(builder);
			json_builder_begin_object(builder);
			json_builder_set_member_name(builder, "threadFlows");
			json_builder_begin_array(builder);
			any = TRUE;
		}
		add_thread(builder, task);
	}
	if (!any)
		return;
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
}

static void append_knot(GString *out, JsonBuilder *builder, const struct md_lockup *lockup,
			const struct md_knot *knot, gboolean first)
{
	const struct md_lockup_task *task =
		md_lockup_task_at(lockup->tasks, g_array_index(knot->tasks, gsize, 0));
	g_autofree char *title = md_knot_title(lockup, knot);
	g_autoptr(GString) text =
		g_string_new(knot->proved ? "Deadlock, proved: " : "Deadlock, likely: ");
	g_autofree char *printable = NULL;

	g_string_append_printf(text, "%s.", title);
	for (guint i = 0; i < knot->evidence->len; i++)
		g_string_append_printf(text, " %s.",
				       (const char *)g_ptr_array_index(knot->evidence, i));
	printable = md_terminal_name(text->str, FALSE);
	md_sarif_begin_result(builder, rules, &rules[knot->cause],
			      knot->proved ? "error" : "warning", printable);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	if (task->waits && task->want.path != NULL) {
		md_sarif_begin_location(builder, task->want.path, SOURCE, task->want.line, 0);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
	add_flows(builder, lockup, knot);
	md_sarif_end_result(out, builder, first);
}

void md_lockup_sarif(GString *out, const struct md_lockup *lockup,
		     const struct md_render_settings *settings)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();

	md_sarif_begin(builder, "lockup", rules, G_N_ELEMENTS(rules));
	md_sarif_open_results(out, builder);
	for (guint i = 0; i < lockup->knots->len; i++)
		append_knot(out, builder, lockup, g_ptr_array_index(lockup->knots, i), i == 0);
	md_sarif_end(out);
}
