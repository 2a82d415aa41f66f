/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The buffers that a thread uses again for each file. */
#include "diff/workspace.h"

void *md_buffer_reserve(struct md_buffer *buffer, gsize count, gsize item)
{
	gsize size;

	if (!g_size_checked_mul(&size, MAX(count, 1), item))
		g_error("a file of %zu lines", count);
	if (size > buffer->size) {
		g_free(buffer->data);
		/* Half more, so that slowly growing files do not allocate each time. */
		buffer->size = size + size / 2;
		buffer->data = g_malloc(buffer->size);
	}
	return buffer->data;
}

void md_buffer_clear(struct md_buffer *buffer)
{
	g_clear_pointer(&buffer->data, g_free);
	buffer->size = 0;
}

struct md_workspace *md_workspace_new(void)
{
	struct md_workspace *workspace = g_new0(struct md_workspace, 1);

	workspace->seed = (guint64)g_random_int() << 32 | g_random_int();
	return workspace;
}

void md_workspace_free(struct md_workspace *workspace)
{
	if (workspace == NULL)
		return;
	md_workspace_free(workspace->words);
	for (int version = 0; version < MD_VERSIONS; version++) {
		md_buffer_clear(&workspace->split[version]);
		md_buffer_clear(&workspace->numbered[version]);
	}
	for (int side = 0; side < MD_SIDES; side++) {
		md_buffer_clear(&workspace->changed[side]);
		md_buffer_clear(&workspace->edit_number[side]);
		md_buffer_clear(&workspace->edit_sign[side]);
	}
	md_buffer_clear(&workspace->slots);
	md_buffer_clear(&workspace->distinct);
	md_buffer_clear(&workspace->original);
	md_buffer_clear(&workspace->folded);
	md_buffer_clear(&workspace->mark);
	md_buffer_clear(&workspace->mark_number);
	md_buffer_clear(&workspace->unpaired);
	md_buffer_clear(&workspace->occurrence);
	md_buffer_clear(&workspace->anchor);
	md_buffer_clear(&workspace->tail);
	md_buffer_clear(&workspace->diagonal);
	g_free(workspace);
}

static void workspace_destroy(void *workspace)
{
	md_workspace_free(workspace);
}

GAsyncQueue *md_workspaces_new(void)
{
	return g_async_queue_new_full(workspace_destroy);
}

struct md_workspace *md_workspaces_take(GAsyncQueue *workspaces)
{
	struct md_workspace *workspace = g_async_queue_try_pop(workspaces);

	return workspace ? workspace : md_workspace_new();
}
