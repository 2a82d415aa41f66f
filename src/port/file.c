/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file: the old base's state, the old downstream's and the new base's go
 * in, the new downstream's comes out, and with it what became of every hunk.
 *
 * What has no lines (a mode, a link, binary content, the file itself) is one
 * value: where one side alone changed it, that side's, where both made the
 * same of it, that, else a conflict, and upstream's stays.
 */
#include "port/internal.h"

#include <string.h>

static const char file_gone[] = "upstream deleted the file";
static const char file_there[] = "upstream has another file of this name";
static const char file_changed[] = "upstream changed the file that the patch deletes";
static const char content_changed[] = "upstream changed the content as well";
static const char in_conflict[] = "it meets the conflict of a patch before it";
static const char mode_changed[] = "upstream changed the mode as well";

/* The markers of git and diff3. */
#define MARKER_OURS "<<<<<<<"
#define MARKER_BASE "|||||||"
#define MARKER_MIDDLE "======="
#define MARKER_THEIRS ">>>>>>>"

/* Lines of a hunk around what it changes. */
#define CONTEXT 3

void md_port_state_clear(struct md_port_state *state)
{
	g_clear_pointer(&state->content, g_bytes_unref);
	state->mode = 0;
}

void md_port_task_free(struct md_port_task *task)
{
	if (task == NULL)
		return;
	for (enum md_merge_text text = 0; text < MD_MERGE_TEXTS; text++) {
		g_free(task->path[text]);
		md_port_state_clear(&task->state[text]);
	}
	g_array_unref(task->changes);
	md_merge_free(task->merge);
	md_patch_free(task->patch);
	g_free(task->to);
	md_port_state_clear(&task->result);
	g_string_free(task->text, TRUE);
	g_string_free(task->rejects, TRUE);
	g_free(task);
}

static gboolean same_content(const struct md_port_state *a, const struct md_port_state *b)
{
	return (a->content == NULL) == (b->content == NULL) &&
	       md_slice_equal(md_slice_from_bytes(a->content), md_slice_from_bytes(b->content));
}

static void take_content(struct md_port_task *task, enum md_merge_text text)
{
	g_clear_pointer(&task->result.content, g_bytes_unref);
	if (task->state[text].content != NULL)
		task->result.content = g_bytes_ref(task->state[text].content);
}

/* ------------------------------------------------------------------- text */

static void append_marker(GString *out, const char *marker, const char *label)
{
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append_printf(out, "%s%s%s\n", marker, label ? " " : "", label ? label : "");
}

static void append_conflict(GString *out, const struct md_slice text[MD_MERGE_TEXTS],
			    const struct md_port_labels *labels)
{
	append_marker(out, MARKER_OURS, labels->text[MD_MERGE_OURS]);
	md_text_append(out, text[MD_MERGE_OURS]);
	append_marker(out, MARKER_BASE, labels->text[MD_MERGE_BASE]);
	md_text_append(out, text[MD_MERGE_BASE]);
	append_marker(out, MARKER_MIDDLE, NULL);
	md_text_append(out, text[MD_MERGE_THEIRS]);
	append_marker(out, MARKER_THEIRS, labels->text[MD_MERGE_THEIRS]);
}

/*
 * What went to chunk @target with a hunk that is left out leaves it again; others that
 * went there are left out, too, for nobody knows how the rest would read without.
 */
static void take_back(struct md_port_task *task, struct md_merge *merge, guint target,
		      const char *reason)
{
	struct md_chunk *goal = &g_array_index(merge->chunks, struct md_chunk, target);

	goal->result = goal->text[MD_MERGE_THEIRS];
	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);

		if (chunk->kind != MD_CHUNK_MOVED || chunk->moved_to != target)
			continue;
		for (guint j = 0; j < task->changes->len; j++) {
			struct md_port_change *change = md_port_task_change(task, j);

			if (md_port_change_holds(change, chunk))
				md_port_report(change, MD_PORT_CONFLICT, reason);
		}
	}
}

/* The chunks of hunks that are left out become upstream's; others that share one go with it. */
static void leave_out(struct md_port_task *task, struct md_merge *merge)
{
	gboolean again;

	do {
		again = FALSE;
		for (guint i = 0; i < merge->chunks->len; i++) {
			struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);
			const char *reason = NULL;

			if (chunk->kind < MD_CHUNK_OURS)
				continue;
			for (guint j = 0; j < task->changes->len; j++) {
				const struct md_port_change *change = md_port_task_change(task, j);

				if (change->report->result == MD_PORT_CONFLICT &&
				    md_port_change_holds(change, chunk))
					reason = change->report->reason;
			}
			if (reason == NULL && chunk->kind != MD_CHUNK_CONFLICT)
				continue;
			for (guint j = 0; reason != NULL && j < task->changes->len; j++) {
				struct md_port_change *change = md_port_task_change(task, j);

				if (md_port_change_holds(change, chunk))
					md_port_report(change, MD_PORT_CONFLICT, reason);
			}
			if (chunk->kind == MD_CHUNK_MOVED)
				take_back(task, merge, chunk->moved_to, reason);
			chunk->kind = MD_CHUNK_THEIRS;
			chunk->result = chunk->text[MD_MERGE_THEIRS];
			again = TRUE;
		}
	} while (again);
}

static GBytes *join_chunks(const struct md_merge *merge, const struct md_port_labels *labels)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < merge->chunks->len; i++) {
		const struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);

		if (chunk->kind == MD_CHUNK_CONFLICT)
			append_conflict(out, chunk->text, labels);
		else
			md_text_append(out, chunk->result);
	}
	return g_string_free_to_bytes(out);
}

static gboolean is_marker(struct md_slice line, const char *marker, const char *label)
{
	g_autofree char *text = g_strconcat(marker, " ", label, "\n", NULL);

	return md_slice_is(line, text);
}

/* One flag a line of @text: those of a conflict that was written there, with its markers. */
static GByteArray *find_conflicts(struct md_slice text, const struct md_port_labels *labels)
{
	GByteArray *inside = g_byte_array_new();
	struct md_slice line;
	guint8 is_inside = FALSE;

	while (md_slice_next_line(&text, &line)) {
		guint8 flag;

		is_inside |= is_marker(line, MARKER_OURS, labels->text[MD_MERGE_OURS]);
		flag = is_inside;
		g_byte_array_append(inside, &flag, 1);
		is_inside &= !is_marker(line, MARKER_THEIRS, labels->text[MD_MERGE_THEIRS]);
	}
	return inside;
}

/*
 * In a series the base may hold a conflict of a patch before. A hunk in it, or beside it, is
 * no cleaner than that: whoever settles the first has to look at it.
 */
static void report_in_conflict(struct md_port_task *task, const struct md_port_labels *labels)
{
	g_autoptr(GByteArray) inside =
		find_conflicts(md_slice_from_bytes(task->state[MD_MERGE_THEIRS].content), labels);

	for (guint i = 0; i < task->merge->chunks->len; i++) {
		const struct md_chunk *chunk =
			&g_array_index(task->merge->chunks, struct md_chunk, i);
		gsize first = chunk->first[MD_MERGE_THEIRS], end = chunk->end[MD_MERGE_THEIRS];
		gboolean met = FALSE;

		if (chunk->kind < MD_CHUNK_OURS)
			continue;
		for (gsize line = first > CONTEXT ? first - CONTEXT : 0;
		     line < MIN(end + CONTEXT, inside->len); line++)
			met |= inside->data[line];
		for (guint j = 0; met && j < task->changes->len; j++) {
			struct md_port_change *change = md_port_task_change(task, j);

			if (md_port_change_holds(change, chunk))
				md_port_report(change, MD_PORT_CONFLICT, in_conflict);
		}
	}
}

/* Both sides made the file: then no line of it was there to be changed. */
static void report_other_file(struct md_port_task *task)
{
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_hunk *hunk =
			g_array_index(task->changes, struct md_port_change, i).report;

		if (hunk->result == MD_PORT_CONFLICT)
			hunk->reason = file_there;
	}
}

static void finish_lines(struct md_port_task *task, const struct md_port_settings *settings,
			 const struct md_port_labels *labels)
{
	md_port_report_merge(task, !settings->reject);
	if (settings->reject) {
		leave_out(task, task->merge);
		md_port_report_merge(task, FALSE);
	} else {
		report_in_conflict(task, labels);
	}
	g_clear_pointer(&task->result.content, g_bytes_unref);
	task->result.content = join_chunks(task->merge, labels);
	if (task->state[MD_MERGE_BASE].content == NULL)
		report_other_file(task);
}

/* ------------------------------------------------------------------ whole */

/* A value that has no lines: the side that is taken; MD_MERGE_TEXTS is a conflict. */
static enum md_merge_text choose(gboolean ours_changed, gboolean theirs_changed, gboolean same)
{
	if (!ours_changed || same)
		return MD_MERGE_THEIRS;
	return theirs_changed ? MD_MERGE_TEXTS : MD_MERGE_OURS;
}

/* The hunks themselves, with markers: for a file of which upstream has nothing left. */
static GBytes *mark_hunks(struct md_port_task *task, const struct md_port_labels *labels)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < task->changes->len; i++) {
		const struct md_port_change *change = md_port_task_change(task, i);
		const struct md_hunk *hunk = change->hunk;
		g_autoptr(GString) ours = g_string_new(NULL);
		g_autoptr(GString) base = g_string_new(NULL);
		struct md_slice text[MD_MERGE_TEXTS] = { { "", 0 }, { "", 0 }, { "", 0 } };

		if (hunk == NULL || change->elsewhere != NULL)
			continue;
		for (gsize j = 0; j < hunk->line_count; j++) {
			if (hunk->line[j].sign != '-')
				md_text_append(ours, hunk->line[j].text);
			if (hunk->line[j].sign != '+')
				md_text_append(base, hunk->line[j].text);
		}
		text[MD_MERGE_OURS] = (struct md_slice){ ours->str, ours->len };
		text[MD_MERGE_BASE] = (struct md_slice){ base->str, base->len };
		append_conflict(out, text, labels);
	}
	return g_string_free_to_bytes(out);
}

/* Upstream deleted the file, and its hunks went elsewhere or nowhere. */
static void finish_deleted(struct md_port_task *task, const struct md_port_settings *settings,
			   const struct md_port_labels *labels)
{
	gboolean left = FALSE;

	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *change = md_port_task_change(task, i);

		if (change->elsewhere != NULL)
			continue;
		md_port_report(change, MD_PORT_CONFLICT, file_gone);
		left = TRUE;
	}
	/* Of a mode or a name alone there is nothing to mark. */
	if (!left || settings->reject ||
	    same_content(&task->state[MD_MERGE_BASE], &task->state[MD_MERGE_OURS]))
		return;
	task->result.mode = task->state[MD_MERGE_OURS].mode;
	if (md_slice_is_binary(md_slice_from_bytes(task->state[MD_MERGE_OURS].content)) ||
	    (task->result.mode & MD_MODE_TYPE) != (MD_MODE_FILE & MD_MODE_TYPE))
		take_content(task, MD_MERGE_OURS);
	else
		task->result.content = mark_hunks(task, labels);
}

/* Whether all that there are of the three are text with lines. */
static gboolean have_lines(const struct md_port_task *task)
{
	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++) {
		const struct md_port_state *state = &task->state[i];

		if (state->mode != 0 &&
		    ((state->mode & MD_MODE_TYPE) != (MD_MODE_FILE & MD_MODE_TYPE) ||
		     md_slice_is_binary(md_slice_from_bytes(state->content))))
			return FALSE;
	}
	return TRUE;
}

static void merge_mode(struct md_port_task *task)
{
	const guint32 base = task->state[MD_MERGE_BASE].mode,
		      ours = task->state[MD_MERGE_OURS].mode,
		      theirs = task->state[MD_MERGE_THEIRS].mode;
	enum md_merge_text side = choose(ours != base, theirs != base, ours == theirs);

	if (side == MD_MERGE_TEXTS) {
		md_port_report_all(task, MD_PORT_CONFLICT, mode_changed);
		side = MD_MERGE_THEIRS;
	}
	task->result.mode = task->state[side].mode;
	for (guint i = 0; i < task->changes->len; i++) {
		struct md_port_change *change = md_port_task_change(task, i);

		/* It may tell of content as well: what is equal is adopted. */
		if (change->hunk == NULL && side == MD_MERGE_THEIRS && ours == theirs &&
		    same_content(&task->state[MD_MERGE_OURS], &task->state[MD_MERGE_THEIRS]))
			md_port_report(change, MD_PORT_ADOPTED, NULL);
	}
}

static void finish_content(struct md_port_task *task)
{
	const struct md_port_state *base = &task->state[MD_MERGE_BASE];
	const struct md_port_state *ours = &task->state[MD_MERGE_OURS];
	const struct md_port_state *theirs = &task->state[MD_MERGE_THEIRS];
	enum md_merge_text side = choose(!same_content(ours, base), !same_content(theirs, base),
					 same_content(ours, theirs));

	if (side == MD_MERGE_TEXTS)
		md_port_report_all(task, MD_PORT_CONFLICT, content_changed);
	else
		take_content(task, side);
	if (!same_content(ours, base) && same_content(ours, theirs))
		md_port_report_all(task, MD_PORT_ADOPTED, NULL);
}

/* ---------------------------------------------------------------- printing */

static void print_change(struct md_port_task *task, struct md_workspace *workspace)
{
	const struct md_port_state *theirs = &task->state[MD_MERGE_THEIRS];
	const struct md_port_state *result = &task->result;
	const struct md_patch_change change = {
		.old_path = task->path[MD_MERGE_THEIRS],
		.new_path = task->to,
		.old_mode = task->copy ? MD_MODE_ABSENT : theirs->mode,
		.new_mode = result->mode,
		.old = task->copy ? NULL : theirs->content,
		.new = result->content,
	};
	MD_AUTOPTR(md_patch) patch = NULL;

	if (theirs->mode == 0 && result->mode == 0)
		return;
	if (theirs->mode == result->mode && same_content(theirs, result) &&
	    strcmp(change.old_path, change.new_path) == 0)
		return;
	patch = md_patch_make(task->to, workspace, &change, 1);
	md_patch_print(patch, task->text);
}

/* The hunks that were left out, as GNU patch writes them. */
static void print_rejects(struct md_port_task *task)
{
	for (guint i = 0; i < task->changes->len; i++) {
		const struct md_port_change *change = md_port_task_change(task, i);

		if (change->report->result != MD_PORT_CONFLICT || change->hunk == NULL)
			continue;
		if (task->rejects->len == 0)
			g_string_append_printf(task->rejects, "--- a/%s\n+++ b/%s\n",
					       task->path[MD_MERGE_BASE], task->to);
		md_patch_print_hunk(change->hunk, task->rejects);
	}
}

/* What the three states are to each other, by who has the file. */
static enum md_port_kind find_kind(const struct md_port_task *task)
{
	const struct md_port_state *base = &task->state[MD_MERGE_BASE];
	const struct md_port_state *ours = &task->state[MD_MERGE_OURS];
	const struct md_port_state *theirs = &task->state[MD_MERGE_THEIRS];

	if (task->blocked)
		return MD_PORT_BLOCKED;
	if (task->beside)
		return have_lines(task) && theirs->mode != 0 ? MD_PORT_LINES : MD_PORT_SAME;
	if (base->mode == ours->mode && same_content(base, ours) &&
	    (theirs->mode != 0 ||
	     g_strcmp0(task->path[MD_MERGE_BASE], task->path[MD_MERGE_OURS]) == 0))
		return MD_PORT_SAME;
	if (base->mode != 0 && theirs->mode == 0)
		return ours->mode == 0 ? MD_PORT_DELETED_BOTH : MD_PORT_DELETED_THEIRS;
	if (base->mode != 0 && ours->mode == 0)
		return same_content(base, theirs) ? MD_PORT_DELETED_OURS : MD_PORT_KEPT;
	if (theirs->mode == 0)
		return MD_PORT_MADE;
	return have_lines(task) ? MD_PORT_LINES : MD_PORT_VALUE;
}

/* Two files that were made of nothing are two versions of one, not two changes to it. */
static void distrust(struct md_merge *merge)
{
	for (guint i = 0; i < merge->chunks->len; i++) {
		struct md_chunk *chunk = &g_array_index(merge->chunks, struct md_chunk, i);

		if (chunk->kind != MD_CHUNK_LINES && chunk->kind != MD_CHUNK_WORDS)
			continue;
		chunk->kind = MD_CHUNK_CONFLICT;
		chunk->result = chunk->text[MD_MERGE_THEIRS];
	}
}

void md_port_file_merge(struct md_port_task *task, struct md_workspace *workspace)
{
	struct md_slice text[MD_MERGE_TEXTS];

	task->kind = find_kind(task);
	task->result.mode = task->state[MD_MERGE_THEIRS].mode;
	take_content(task, MD_MERGE_THEIRS);
	if (task->kind != MD_PORT_LINES)
		return;
	for (enum md_merge_text i = 0; i < MD_MERGE_TEXTS; i++)
		text[i] = md_slice_from_bytes(task->state[i].content);
	task->merge = md_merge_new(workspace, text);
	if (text[MD_MERGE_BASE].data == NULL)
		distrust(task->merge);
}

void md_port_file_finish(struct md_port_task *task, struct md_workspace *workspace,
			 const struct md_port_settings *settings,
			 const struct md_port_labels *labels)
{
	switch (task->kind) {
	case MD_PORT_SAME: /* perhaps renamed: upstream's content, under the new name */
		break;
	case MD_PORT_BLOCKED:
		g_free(task->to);
		task->to = g_strdup(task->path[MD_MERGE_THEIRS]);
		md_port_report_all(task, MD_PORT_CONFLICT, file_there);
		break;
	case MD_PORT_DELETED_BOTH:
		md_port_report_all(task, MD_PORT_ADOPTED, NULL);
		break;
	case MD_PORT_DELETED_THEIRS:
		finish_deleted(task, settings, labels);
		break;
	case MD_PORT_DELETED_OURS:
		md_port_state_clear(&task->result);
		break;
	case MD_PORT_KEPT:
		md_port_report_all(task, MD_PORT_CONFLICT, file_changed);
		break;
	case MD_PORT_MADE:
		task->result.mode = task->state[MD_MERGE_OURS].mode;
		take_content(task, MD_MERGE_OURS);
		break;
	case MD_PORT_VALUE:
		finish_content(task);
		merge_mode(task);
		break;
	case MD_PORT_LINES:
		finish_lines(task, settings, labels);
		merge_mode(task);
		break;
	}
	md_port_report_light(task);
	print_change(task, workspace);
	if (settings->reject)
		print_rejects(task);
}
