/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a patch does to files: which one each of its entries means, whether it
 * may be created, changed, moved or deleted, and what is reported when not.
 *
 * Which of two names is meant is GNU patch's rule: of those that exist, the one
 * with the fewest folders, then the shortest last part, then the shortest.
 * (For a file that is created GNU patch also counts the folders that it would
 * have to make; here only names are known.)
 *
 * Renames and copies follow git: all that one run of `git diff` wrote is one
 * change, so their source is what was there before it, even when an entry
 * before has changed, replaced or removed it.  So a swap of two names works.
 */
#include "patch/apply.h"
#include "patch/binary.h"
#include "patch/names.h"
#include "patch/state.h"
#include "patch/strip.h"

#include <string.h>

#define TYPE_MASK 0170000u
#define TYPE_FILE 0100000u
#define TYPE_SYMLINK 0120000u
#define MODE_FILE 0100644u
#define MODE_EXECUTABLE 0100755u

/* One entry of a patch on its way in. */
struct job {
	struct md_patched *patched;
	const struct md_patch *patch;
	const struct md_patch_file *file;
	const struct md_apply_settings *settings;
	guint strip;
	GPtrArray *rejects;
	const struct md_hooks *hooks;
	char *from, *to; /* the paths; the same but for renames and copies */
	gsize failed;	 /* hunks */
	gsize *line;	 /* where each went; NULL: nobody asks */
};

void md_applied_free(struct md_applied *applied)
{
	if (applied == NULL)
		return;
	g_free(applied->from);
	g_free(applied->to);
	g_free(applied->line);
	g_free(applied);
}

void md_patched_tell(struct md_patched *patched, GPtrArray *applied)
{
	patched->applied = applied;
}

/* Tells of the entry that was applied. */
static void tell(struct job *job, gboolean whole)
{
	struct md_applied *applied = g_new0(struct md_applied, 1);

	applied->file = job->file;
	applied->from = g_strdup(job->from);
	applied->to = g_strdup(job->to);
	applied->line = g_steal_pointer(&job->line);
	applied->whole = whole;
	g_ptr_array_add(job->patched->applied, applied);
}

void md_reject_free(struct md_reject *reject)
{
	if (reject == NULL)
		return;
	g_free(reject->patch);
	g_free(reject->path);
	g_free(reject->hunk);
	g_free(reject->reason);
	g_free(reject);
}

static gboolean is_move(const struct md_patch_file *file)
{
	return file->kind == MD_PATCH_RENAME || file->kind == MD_PATCH_COPY;
}

static void append_range(GString *text, const char *sign, gsize start, gsize count)
{
	g_string_append_printf(text, "%s%zu", sign, start);
	if (count != 1)
		g_string_append_printf(text, ",%zu", count);
}

/* Reports @hunk, or the whole entry where it is NULL; takes @reason. */
static void reject(struct job *job, const struct md_hunk *hunk, char *reason)
{
	struct md_reject *reject = g_new0(struct md_reject, 1);
	g_autoptr(GString) header = g_string_new(NULL);
	const char *written = job->file->new_name ? job->file->new_name : job->file->old_name;

	if (hunk != NULL) {
		append_range(header, "@@ -", hunk->old_start, hunk->old_count);
		append_range(header, " +", hunk->new_start, hunk->new_count);
		g_string_append(header, " @@");
	}
	reject->patch = g_strdup(job->patch->name);
	reject->path = g_strdup(job->to ? job->to : written ? written : "");
	reject->hunk = g_string_free(g_steal_pointer(&header), FALSE);
	reject->place = hunk ? hunk->place : job->file->place;
	reject->reason = reason;
	g_ptr_array_add(job->rejects, reject);
}

/* Reports every hunk of the entry, or itself where it has none. */
static void reject_all(struct job *job, const char *reason)
{
	for (gsize i = 0; i < job->file->hunk_count; i++)
		reject(job, &job->file->hunk[i], g_strdup(reason));
	if (job->file->hunk_count == 0)
		reject(job, NULL, g_strdup(reason));
}

/* ------------------------------------------------------------------ names */

static const char *const fault_reasons[] = {
	[MD_NAME_GOOD] = "no file name",
	[MD_NAME_SHORT] = "the name has too few folders to strip",
	[MD_NAME_UNSAFE] = "unsafe path",
};

static char *strip_name(const struct job *job, const char *name, enum md_name_fault *worst)
{
	enum md_name_fault fault = MD_NAME_GOOD;
	char *path = name ? md_name_strip(name, job->strip, &fault) : NULL;

	*worst = MAX(*worst, fault);
	return path;
}

/* Whether the second of two names is the one that is meant. */
static gboolean second_is_meant(struct md_patched *patched, const char *first, const char *second)
{
	gboolean first_exists;

	if (strcmp(first, second) == 0)
		return FALSE;
	first_exists = md_patched_exists(patched, first);
	if (first_exists != md_patched_exists(patched, second))
		return !first_exists;
	return md_name_better(second, first);
}

/* Finds the paths of the entry; returns why there are none, or NULL. */
static const char *find_paths(struct job *job)
{
	const struct md_patch_file *file = job->file;
	enum md_name_fault worst = MD_NAME_GOOD;
	g_autofree char *old_path = strip_name(job, file->old_name, &worst);
	g_autofree char *new_path = strip_name(job, file->new_name, &worst);

	if (is_move(file)) {
		if (old_path == NULL || new_path == NULL)
			return fault_reasons[worst];
		job->from = g_steal_pointer(&old_path);
		job->to = g_steal_pointer(&new_path);
		return NULL;
	}
	if (old_path == NULL && new_path == NULL)
		return fault_reasons[worst];
	if (old_path == NULL ||
	    (new_path != NULL && second_is_meant(job->patched, old_path, new_path)))
		job->to = g_steal_pointer(&new_path);
	else
		job->to = g_steal_pointer(&old_path);
	job->from = g_strdup(job->to);
	return NULL;
}

/* Notes what the group that begins at entry @first moves and deletes. */
static void begin_group(struct job *job, guint first)
{
	const struct md_patch_file *head = g_ptr_array_index(job->patch->files, first);

	md_patched_begin_group(job->patched);
	for (guint i = first; i < job->patch->files->len; i++) {
		const struct md_patch_file *file = g_ptr_array_index(job->patch->files, i);
		g_autofree char *old = NULL;

		if (file->group != head->group)
			break;
		if (file->old_name == NULL || file->kind == MD_PATCH_MODIFY)
			continue;
		old = md_patch_strip_name(file->old_name, job->strip);
		if (old == NULL)
			continue;
		if (file->kind != MD_PATCH_COPY)
			g_hash_table_add(job->patched->leaving, g_strdup(old));
		if (is_move(file))
			g_hash_table_add(job->patched->sources, g_steal_pointer(&old));
	}
}

/* ------------------------------------------------------------------ hunks */

/* Whether @state holds what the entry, a creation, would make. */
static gboolean is_made_already(struct md_state *state, const struct md_patch_file *file)
{
	struct md_slice content = md_slice_from_bytes(md_state_bytes(state));
	gsize at = 0;

	for (gsize i = 0; file->hunk_count == 1 && i < file->hunk->line_count; i++) {
		struct md_slice text = file->hunk->line[i].text;

		if (text.size > content.size - at ||
		    (text.size > 0 && memcmp(content.data + at, text.data, text.size) != 0))
			return FALSE;
		at += text.size;
	}
	return file->hunk_count == 1 && at == content.size;
}

static void log_placing(const struct job *job, gsize index, const struct md_placing *placing)
{
	g_autofree char *fuzz = NULL;
	g_autofree char *offset = NULL;

	if (placing->fuzz == 0 && placing->offset == 0)
		return;
	if (placing->fuzz > 0)
		fuzz = g_strdup_printf(" with fuzz %zu", placing->fuzz);
	if (placing->offset != 0)
		offset = g_strdup_printf(" (offset %" G_GSSIZE_FORMAT " line%s)", placing->offset,
					 placing->offset == 1 ? "" : "s");
	md_hooks_log(job->hooks, "%s: %s: hunk #%zu succeeded at %" G_GSSIZE_FORMAT "%s%s",
		     job->patch->name, job->to, index + 1, placing->line, fuzz ? fuzz : "",
		     offset ? offset : "");
}

static void apply_hunks(struct job *job, struct md_state *state)
{
	const struct md_patch_file *file = job->file;
	struct md_applier applier;

	if (file->hunk_count == 0)
		return;
	md_applier_init(&applier, md_state_text(job->patched, state), job->settings->fuzz);
	for (gsize i = 0; i < file->hunk_count; i++) {
		const struct md_hunk *hunk = &file->hunk[i];
		struct md_placing placing;

		switch (md_applier_hunk(&applier, hunk, &placing)) {
		case MD_OUTCOME_APPLIED:
			log_placing(job, i, &placing);
			if (job->line != NULL)
				job->line[i] = (gsize)MAX(placing.line, 1);
			continue;
		case MD_OUTCOME_NOT_FOUND:
			reject(job, hunk, md_diagnose(&applier, hunk));
			break;
		case MD_OUTCOME_OVERLAPS:
			reject(job, hunk, g_strdup("overlaps the hunk before"));
			break;
		}
		job->failed++;
	}
	md_applier_finish(&applier, job->patched->kept);
	md_applier_clear(&applier);
	if (job->failed < file->hunk_count)
		md_state_text_changed(state);
}

/* Makes the new content of a binary file; returns why it cannot, or NULL. */
static const char *apply_binary(const struct job *job, struct md_state *state)
{
	const struct md_patch_file *file = job->file;
	struct md_slice content = md_slice_from_bytes(md_state_bytes(state));
	g_autoptr(GBytes) made = NULL;

	if (content.data == NULL)
		content.data = "";
	if (file->binary_data == NULL)
		return "the patch does not hold the binary content";
	if (file->kind != MD_PATCH_CREATE && file->old_id != NULL &&
	    !md_binary_has_id(content, file->old_id))
		return md_binary_has_id(content, file->new_id) ? "already applied"
							       : "binary content changed";
	if (!file->binary_is_delta)
		made = g_bytes_ref(file->binary_data);
	else
		made = md_binary_apply_delta(content, md_slice_from_bytes(file->binary_data));
	if (made == NULL)
		return "the binary delta is made for other content";
	if (file->kind != MD_PATCH_DELETE && file->new_id != NULL &&
	    !md_binary_has_id(md_slice_from_bytes(made), file->new_id))
		return "the binary patch does not make what it says";
	md_state_set_bytes(state, g_steal_pointer(&made));
	return NULL;
}

/* ------------------------------------------------------------------ files */

/* The mode as git keeps it: of the permissions only whether it can be run. */
static guint32 normal_mode(guint32 mode)
{
	if ((mode & TYPE_MASK) != TYPE_FILE)
		return mode & TYPE_MASK;
	return mode & 0111 ? MODE_EXECUTABLE : MODE_FILE;
}

/* Why a file of mode @mode cannot be what the entry changes, or NULL. */
static const char *check_type(const struct md_patch_file *file, guint32 mode)
{
	guint32 old_type = file->old_mode & TYPE_MASK, new_type = file->new_mode & TYPE_MASK;
	guint32 wanted = old_type ? old_type : new_type ? new_type : TYPE_FILE;

	if (old_type != 0 && new_type != 0 && old_type != new_type)
		return "the patch changes the type of the file";
	if (mode != 0 && (mode & TYPE_MASK) != wanted)
		return wanted == TYPE_FILE	? "not a regular file"
		       : wanted == TYPE_SYMLINK ? "not a symbolic link"
						: "not a file of the type that the patch says";
	return NULL;
}

/* Whether the entry may make a file that is not there. */
static gboolean may_create(const struct md_patch_file *file)
{
	if (file->kind == MD_PATCH_CREATE)
		return TRUE;
	return file->kind == MD_PATCH_MODIFY && file->hunk_count > 0 &&
	       file->hunk->old_start == 0 && file->hunk->old_count == 0;
}

/* Why the entry cannot be applied to @state at all, or NULL. */
static const char *check_file(const struct job *job, struct md_state *state)
{
	const struct md_patch_file *file = job->file;
	gboolean exists = state->mode != 0, moves = strcmp(job->from, job->to) != 0;

	if (!exists && !may_create(file))
		return "file missing";
	/* A deletion that git wrote without the content, turned around. */
	if (file->kind == MD_PATCH_CREATE && file->hunk_count == 0 && !file->binary &&
	    file->new_id != NULL && !md_binary_has_id(MD_SLICE_LITERAL(""), file->new_id))
		return "the patch does not hold the content";
	if (file->kind == MD_PATCH_CREATE && exists && !md_state_is_empty(state))
		return is_made_already(state, file) ? "already applied" : "file exists";
	if (moves && md_patched_exists(job->patched, job->to) &&
	    (!g_hash_table_contains(job->patched->leaving, job->to) ||
	     g_hash_table_contains(job->patched->targets, job->to)))
		return "file exists";
	if ((!exists || moves) && md_patched_is_blocked(job->patched, job->to))
		return "a folder of the path is a file";
	if (state->bytes != NULL && g_bytes_get_size(state->bytes) > MD_TEXT_LIMIT)
		return "the file is too large";
	return check_type(file, state->mode);
}

/* Puts the mode of the entry on @state and removes it where that is due. */
static void finish_file(struct job *job, struct md_state *state)
{
	const struct md_patch_file *file = job->file;
	gboolean changed = job->failed < file->hunk_count;

	if (state->bytes == NULL && state->text == NULL)
		md_state_set_bytes(state, g_bytes_new(NULL, 0));
	if (state->mode == 0)
		state->mode = normal_mode(file->new_mode ? file->new_mode : MODE_FILE);
	else if (file->new_mode != 0 && file->new_mode != file->old_mode)
		state->mode = normal_mode(file->new_mode);
	if (md_state_is_empty(state)) {
		if ((file->kind == MD_PATCH_DELETE && job->failed == 0) ||
		    (changed &&
		     (job->settings->remove_empty || (state->mode & TYPE_MASK) == TYPE_SYMLINK)))
			state->mode = 0;
	} else if (file->kind == MD_PATCH_DELETE && job->failed == 0) {
		reject(job, NULL,
		       g_strdup("not deleted: content is left that the patch does not know"));
	}
}

/* Applies content and mode to @state; FALSE when nothing of it went in. */
static gboolean change_file(struct job *job, struct md_state *state)
{
	const struct md_patch_file *file = job->file;
	const char *reason;

	if (file->binary) {
		reason = apply_binary(job, state);
		if (reason != NULL) {
			reject_all(job, reason);
			return FALSE;
		}
	}
	apply_hunks(job, state);
	/* A mode changes even where all hunks fail; nothing is created so. */
	if (job->failed > 0 && job->failed == file->hunk_count &&
	    (state->mode == 0 || file->new_mode == 0 || file->new_mode == file->old_mode))
		return FALSE;
	finish_file(job, state);
	return TRUE;
}

/*
 * The state that a rename or copy starts from: the one before the group, but
 * where the ids in the patch say that it is the one now.
 */
static struct md_state *find_source(const struct job *job, struct md_state *now,
				    gboolean *is_before)
{
	struct md_state *before = g_hash_table_lookup(job->patched->before, job->from);
	const char *id = job->file->old_id;

	*is_before = before != NULL && before->mode != 0;
	if (*is_before && now->mode != 0 && id != NULL)
		*is_before = !md_binary_has_id(md_slice_from_bytes(md_state_bytes(now)), id) ||
			     md_binary_has_id(md_slice_from_bytes(md_state_bytes(before)), id);
	return *is_before ? before : now;
}

/* Applies a rename or copy whose source is there. */
static void move_file(struct job *job, struct md_state *source, gboolean is_before)
{
	MD_AUTOPTR(md_state) made = md_state_copy(source);

	if (!change_file(job, made) && job->file->binary)
		return;
	/* The file moves, whatever became of its hunks. */
	md_patched_put(job->patched, job->to, g_steal_pointer(&made));
	g_hash_table_add(job->patched->targets, g_strdup(job->to));
	if (job->file->kind == MD_PATCH_RENAME &&
	    !(is_before && g_hash_table_contains(job->patched->targets, job->from)))
		md_patched_put(job->patched, job->from, g_new0(struct md_state, 1));
}

/* Applies an entry that stays where it is. */
static void change_in_place(struct job *job, struct md_state *state)
{
	gboolean existed = state->mode != 0;

	md_patched_remember(job->patched, job->to, state);
	if (!change_file(job, state))
		return;
	state->touched = TRUE;
	if (state->mode == 0)
		md_state_set_bytes(state, NULL);
	else if (!existed)
		g_hash_table_add(job->patched->targets, g_strdup(job->to));
}

static gboolean apply_file(struct job *job, GError **error)
{
	const char *reason = find_paths(job);
	struct md_state *state, *target;
	gboolean is_before = FALSE;

	if (reason != NULL) {
		reject_all(job, reason);
		return TRUE;
	}
	state = md_patched_state(job->patched, job->from, error);
	target = state ? md_patched_state(job->patched, job->to, error) : NULL;
	if (target == NULL)
		return FALSE;
	if (is_move(job->file)) {
		state = find_source(job, state, &is_before);
		/* Renamed before: as GNU patch, change it where it is. */
		if (state->mode == 0 && target->mode != 0 && job->file->kind == MD_PATCH_RENAME) {
			if (job->file->hunk_count == 0)
				reason = "already applied";
			g_free(job->from);
			job->from = g_strdup(job->to);
			state = target;
		}
	}
	/* Then it is the source that is missing. */
	if (is_move(job->file) && state->mode == 0) {
		g_free(job->to);
		job->to = g_strdup(job->from);
	}
	if (reason == NULL)
		reason = check_file(job, state);
	if (reason != NULL)
		reject_all(job, reason);
	else if (strcmp(job->from, job->to) != 0)
		move_file(job, state, is_before);
	else
		change_in_place(job, state);
	return TRUE;
}

gboolean md_patched_apply(struct md_patched *patched, const struct md_patch *patch,
			  const struct md_apply_settings *settings, GPtrArray *rejects,
			  const struct md_hooks *hooks, GError **error)
{
	struct job job = { .patched = patched,
			   .patch = patch,
			   .settings = settings,
			   .rejects = rejects,
			   .hooks = hooks };
	g_autofree char *phase = g_strdup_printf("applying %s", patch->name);
	const struct md_patch_file *last = NULL;

	for (guint i = 0; i < patch->kept->len; i++)
		g_ptr_array_add(patched->kept, g_bytes_ref(g_ptr_array_index(patch->kept, i)));
	job.strip = settings->strip == MD_STRIP_FIND ? md_strip_find(patched, patch)
						     : (guint)settings->strip;
	for (guint i = 0; i < patch->files->len; i++) {
		gboolean applied;
		guint before;

		job.file = g_ptr_array_index(patch->files, i);
		job.failed = 0;
		if (!md_hooks_progress(hooks, phase, i, patch->files->len, error))
			return FALSE;
		if (last == NULL || last->group != job.file->group)
			begin_group(&job, i);
		last = job.file;
		if (patched->applied != NULL)
			job.line = g_new0(gsize, job.file->hunk_count + 1);
		before = rejects->len;
		applied = apply_file(&job, error);
		if (applied && job.line != NULL)
			tell(&job, rejects->len == before);
		g_clear_pointer(&job.line, g_free);
		g_clear_pointer(&job.from, g_free);
		g_clear_pointer(&job.to, g_free);
		if (!applied)
			return FALSE;
	}
	return TRUE;
}
