/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files between patches.  A file is split into lines when a hunk first wants
 * them and joined when somebody asks for its content, however many patches
 * lie between.
 */
#include "patch/state.h"

#include <string.h>

struct md_state *md_state_copy(const struct md_state *state)
{
	struct md_state *copy = g_new0(struct md_state, 1);

	copy->mode = state->mode;
	if (state->bytes != NULL)
		copy->bytes = g_bytes_ref(state->bytes);
	else if (state->text != NULL)
		copy->text = g_array_copy(state->text);
	return copy;
}

void md_state_free(struct md_state *state)
{
	if (state == NULL)
		return;
	g_clear_pointer(&state->bytes, g_bytes_unref);
	g_clear_pointer(&state->text, g_array_unref);
	g_free(state);
}

struct md_patched *md_patched_new(const struct md_patch_base *base)
{
	struct md_patched *patched = g_new0(struct md_patched, 1);

	patched->base = *base;
	patched->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       (GDestroyNotify)md_state_free);
	patched->kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	patched->before = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						(GDestroyNotify)md_state_free);
	patched->leaving = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	patched->sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	patched->targets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return patched;
}

void md_patched_free(struct md_patched *patched)
{
	if (patched == NULL)
		return;
	g_hash_table_unref(patched->files);
	g_ptr_array_unref(patched->kept);
	g_hash_table_unref(patched->before);
	g_hash_table_unref(patched->leaving);
	g_hash_table_unref(patched->sources);
	g_hash_table_unref(patched->targets);
	g_free(patched);
}

struct md_state *md_patched_state(struct md_patched *patched, const char *path, GError **error)
{
	struct md_state *state = g_hash_table_lookup(patched->files, path);
	struct md_patched_file file = { 0, NULL };

	if (state != NULL)
		return state;
	if (!patched->base.read(patched->base.data, path, &file, error))
		return NULL;
	state = g_new0(struct md_state, 1);
	state->mode = file.mode;
	state->bytes = file.content;
	g_hash_table_insert(patched->files, g_strdup(path), state);
	return state;
}

gboolean md_patched_exists(struct md_patched *patched, const char *path)
{
	const struct md_state *state = g_hash_table_lookup(patched->files, path);

	return state ? state->mode != 0 : patched->base.exists(patched->base.data, path);
}

gboolean md_patched_is_blocked(struct md_patched *patched, const char *path)
{
	g_autofree char *folder = g_strdup(path);
	char *slash;

	while ((slash = strrchr(folder, '/')) != NULL) {
		*slash = '\0';
		if (!g_hash_table_contains(patched->leaving, folder) &&
		    md_patched_exists(patched, folder))
			return TRUE;
	}
	return FALSE;
}

void md_patched_put(struct md_patched *patched, const char *path, struct md_state *state)
{
	gpointer key, old;

	state->touched = TRUE;
	if (g_hash_table_steal_extended(patched->files, path, &key, &old)) {
		if (g_hash_table_contains(patched->before, path)) {
			md_state_free(old);
			g_free(key);
		} else {
			g_hash_table_insert(patched->before, key, old);
		}
	}
	g_hash_table_insert(patched->files, g_strdup(path), state);
}

void md_patched_remember(struct md_patched *patched, const char *path, const struct md_state *state)
{
	if (g_hash_table_contains(patched->sources, path) &&
	    !g_hash_table_contains(patched->before, path))
		g_hash_table_insert(patched->before, g_strdup(path), md_state_copy(state));
}

void md_patched_begin_group(struct md_patched *patched)
{
	g_hash_table_remove_all(patched->before);
	g_hash_table_remove_all(patched->leaving);
	g_hash_table_remove_all(patched->sources);
	g_hash_table_remove_all(patched->targets);
}

GBytes *md_state_bytes(struct md_state *state)
{
	GBytes *bytes = g_atomic_pointer_get(&state->bytes);

	if (bytes != NULL || state->text == NULL)
		return bytes;
	/* Several threads may come here at once: the first to be done wins. */
	bytes = md_text_join(state->text);
	if (g_atomic_pointer_compare_and_exchange(&state->bytes, NULL, bytes))
		return bytes;
	g_bytes_unref(bytes);
	return g_atomic_pointer_get(&state->bytes);
}

GArray *md_state_text(struct md_patched *patched, struct md_state *state)
{
	if (state->text == NULL && state->bytes == NULL)
		state->text = g_array_new(FALSE, FALSE, sizeof(struct md_line));
	if (state->text == NULL) {
		state->text = md_text_split(state->bytes);
		g_ptr_array_add(patched->kept, g_bytes_ref(state->bytes));
	}
	return state->text;
}

gboolean md_state_is_empty(const struct md_state *state)
{
	if (state->bytes != NULL)
		return g_bytes_get_size(state->bytes) == 0;
	return state->text == NULL || state->text->len == 0;
}

void md_state_set_bytes(struct md_state *state, GBytes *bytes)
{
	g_clear_pointer(&state->text, g_array_unref);
	g_clear_pointer(&state->bytes, g_bytes_unref);
	state->bytes = bytes;
}

void md_state_text_changed(struct md_state *state)
{
	g_clear_pointer(&state->bytes, g_bytes_unref);
}

gboolean md_patched_get(struct md_patched *patched, const char *path, struct md_patched_file *file)
{
	struct md_state *state = g_hash_table_lookup(patched->files, path);

	if (state == NULL || !state->touched)
		return FALSE;
	file->mode = state->mode;
	file->content = state->mode ? md_state_bytes(state) : NULL;
	return TRUE;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *md_patched_paths(struct md_patched *patched)
{
	GPtrArray *paths = g_ptr_array_new();
	GHashTableIter iter;
	gpointer path, state;

	g_hash_table_iter_init(&iter, patched->files);
	while (g_hash_table_iter_next(&iter, &path, &state))
		if (((const struct md_state *)state)->touched)
			g_ptr_array_add(paths, path);
	g_ptr_array_sort(paths, compare_paths);
	return paths;
}
