/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that stopped as JSON Lines: tasks and deadlocks, as docs/jsonl.md describes. */
#include "render/lockup.h"

#include "render/record.h"

/* A path of a tree, which may be any bytes, and a line; null where it is not known. */
static void add_place(JsonBuilder *builder, const char *path, guint line)
{
	if (path != NULL)
		md_record_string(builder, "path", path);
	else
		md_record_string(builder, "path", NULL);
	md_record_number(builder, "line", line > 0 ? (gint64)line : -1);
}

static void add_optional_name(JsonBuilder *builder, const char *name, const char *value)
{
	if (value != NULL)
		md_record_string(builder, name, value);
}

static void add_wants(JsonBuilder *builder, const struct md_lockup_task *task)
{
	const struct md_lockup_want *want = &task->want;
	g_autofree char *function = md_symbol_name(want->function);
	g_autofree char *symbol = md_symbol_name(want->symbol);

	json_builder_set_member_name(builder, "wants");
	if (!task->waits) {
		json_builder_add_null_value(builder);
		return;
	}
	json_builder_begin_object(builder);
	md_record_string(builder, "lock", want->lock);
	if (want->lock == NULL) {
		g_autofree char *what = md_lock_unnamed(want->kind);

		md_record_string(builder, "what", what);
	}
	md_record_string(builder, "kind", md_lock_kind_name(want->kind));
	md_record_word(builder, "address", want->address);
	md_record_string(builder, "function", function);
	md_record_string(builder, "symbol", symbol);
	add_place(builder, want->path, want->line);
	add_optional_name(builder, "text", want->text);
	if (want->frame < task->task->frames->len)
		md_record_count(builder, "frame", want->frame);
	if (want->flags & MD_LOCK_SHARED)
		md_record_flag(builder, "shared", TRUE);
	if (want->owner >= 0)
		md_record_number(builder, "owner", want->owner);
	if (want->why != NULL)
		md_record_string(builder, "doubt", want->why);
	json_builder_end_object(builder);
}

static void add_hold(JsonBuilder *builder, const struct md_lockup_task *task,
		     const struct md_lockup_hold *hold)
{
	json_builder_begin_object(builder);
	md_record_string(builder, "lock", hold->held.lock);
	md_record_string(builder, "kind", md_lock_kind_name(hold->held.kind));
	md_record_string(builder, "symbol", hold->held.symbol);
	add_place(builder, hold->held.path, hold->held.line);
	add_optional_name(builder, "text", hold->held.text);
	md_record_number(builder, "frame",
			 hold->frame < task->task->frames->len ? (gint64)hold->frame : -1);
	if (hold->address.digits > 0)
		md_record_word(builder, "address", hold->address);
	if (hold->held.flags & MD_LOCK_SHARED)
		md_record_flag(builder, "shared", TRUE);
	md_record_flag(builder, "certain", hold->held.certain);
	if (hold->said)
		md_record_flag(builder, "said", TRUE);
	json_builder_end_object(builder);
}

/* The functions between this frame and the one inside of it, where there are any. */
static void add_between(JsonBuilder *builder, const struct md_way *way)
{
	json_builder_set_member_name(builder, "between");
	json_builder_begin_array(builder);
	for (guint i = 1; i < way->steps->len; i++) {
		const struct md_way_step *step = g_ptr_array_index(way->steps, i);

		json_builder_begin_object(builder);
		md_record_string(builder, "symbol", step->symbol);
		add_place(builder, step->path, step->line);
		if (step->how != NULL)
			md_record_string(builder, "how", step->how);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

static void add_frames(JsonBuilder *builder, const struct md_lockup_task *task)
{
	const GPtrArray *frames = task->task->frames;

	json_builder_set_member_name(builder, "frames");
	json_builder_begin_array(builder);
	for (guint i = 0; i < frames->len; i++) {
		const struct md_way *way =
			i < task->ways->len ? g_ptr_array_index(task->ways, i) : NULL;
		const struct md_way_step *first = way != NULL && way->steps->len > 0
							  ? g_ptr_array_index(way->steps, 0)
							  : NULL;

		json_builder_begin_object(builder);
		md_record_frame(builder, g_ptr_array_index(frames, i), first ? first->path : NULL,
				first ? first->line : 0);
		if (way != NULL && way->steps->len > 1)
			add_between(builder, way);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

static void append_task(GString *out, JsonBuilder *builder, const struct md_lockup *lockup,
			gsize index)
{
	const struct md_lockup_task *found = md_lockup_task_at(lockup->tasks, index);
	const struct md_task *task = found->task;
	const char state[] = { task->state, '\0' };
	g_autofree char *name = md_lockup_task_name(found);

	md_record_begin(builder, "task");
	md_record_count(builder, "index", index);
	md_record_string(builder, "name", name);
	md_record_number(builder, "cpu", task->cpu);
	md_record_number(builder, "pid", task->pid);
	md_record_string(builder, "comm", task->comm);
	if (task->state != '\0')
		md_record_string(builder, "state", state);
	if (task->blocked >= 0)
		md_record_number(builder, "seconds", task->blocked);
	add_wants(builder, found);
	json_builder_set_member_name(builder, "holds");
	json_builder_begin_array(builder);
	for (guint i = 0; i < found->holds->len; i++)
		add_hold(builder, found, &g_array_index(found->holds, struct md_lockup_hold, i));
	json_builder_end_array(builder);
	if (found->same_as != index)
		md_record_count(builder, "same_as", found->same_as);
	md_record_count(builder, "log_line", task->log_line);
	/* The last, and most of it: a reader may leave it for later, as the page does. */
	add_frames(builder, found);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_knot(GString *out, JsonBuilder *builder, const struct md_lockup *lockup,
			const struct md_knot *knot)
{
	g_autofree char *title = md_knot_title(lockup, knot);

	md_record_begin(builder, "deadlock");
	md_record_string(builder, "title", title);
	md_record_string(builder, "kind", knot->cycle ? "cycle" : "self");
	md_record_string(builder, "cause", md_knot_cause_name(knot->cause));
	md_record_strings(builder, "locks", knot->locks);
	json_builder_set_member_name(builder, "tasks");
	json_builder_begin_array(builder);
	for (guint i = 0; i < knot->tasks->len; i++)
		json_builder_add_int_value(builder, (gint64)g_array_index(knot->tasks, gsize, i));
	json_builder_end_array(builder);
	json_builder_set_member_name(builder, "pids");
	json_builder_begin_array(builder);
	for (guint i = 0; i < knot->tasks->len; i++) {
		const struct md_lockup_task *task =
			md_lockup_task_at(lockup->tasks, g_array_index(knot->tasks, gsize, i));

		if (task->task->pid >= 0)
			json_builder_add_int_value(builder, task->task->pid);
		else
			json_builder_add_null_value(builder);
	}
	json_builder_end_array(builder);
	md_record_strings(builder, "path", knot->path);
	md_record_string(builder, "certainty", knot->proved ? "proved" : "likely");
	md_record_strings(builder, "evidence", knot->evidence);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_summary(GString *out, JsonBuilder *builder, const struct md_lockup *lockup)
{
	gsize waiting = 0;

	for (gsize i = 0; i < lockup->tasks->len; i++)
		waiting += md_lockup_waits_for_lock(md_lockup_task_at(lockup->tasks, i)) ? 1 : 0;
	md_record_begin(builder, "summary");
	md_record_count(builder, "tasks", lockup->tasks->len);
	md_record_count(builder, "waiting", waiting);
	md_record_count(builder, "deadlocks", lockup->knots->len);
	md_record_count(builder, "functions", lockup->functions);
	md_record_count(builder, "missing", lockup->missing);
	md_record_strings(builder, "notes", lockup->notes);
	if (lockup->commands->len > 0)
		md_record_strings(builder, "commands", lockup->commands);
	json_builder_end_object(builder);
	md_record_append(out, builder);
}

static void append_knots(GString *out, JsonBuilder *builder, const struct md_lockup *lockup)
{
	for (guint i = 0; i < lockup->knots->len; i++)
		append_knot(out, builder, lockup, g_ptr_array_index(lockup->knots, i));
}

void md_lockup_knots_jsonl(GString *out, const struct md_lockup *lockup)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();
	g_autoptr(GHashTable) knotted = md_lockup_knotted(lockup);

	for (gsize i = 0; i < lockup->tasks->len; i++)
		if (g_hash_table_contains(knotted, GSIZE_TO_POINTER(i)))
			append_task(out, builder, lockup, i);
	append_knots(out, builder, lockup);
}

void md_lockup_jsonl(GString *out, const struct md_lockup *lockup,
		     const struct md_render_settings *settings)
{
	g_autoptr(JsonBuilder) builder = json_builder_new();

	for (gsize i = 0; i < lockup->tasks->len; i++)
		append_task(out, builder, lockup, i);
	append_knots(out, builder, lockup);
	append_summary(out, builder, lockup);
}
