/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a task is made of: its parts made, copied and freed. */
#include "crash/tasks.h"

#include <string.h>

static void register_clear(void *data)
{
	struct md_register *reg = data;

	g_free(reg->name);
}

static void said_clear(void *data)
{
	struct md_said_lock *said = data;

	g_free(said->name);
	g_free(said->symbol);
	g_free(said->why);
}

static void frame_free(void *data)
{
	md_frame_free(data);
}

struct md_task *md_task_new(void)
{
	struct md_task *task = g_new0(struct md_task, 1);

	task->cpu = task->pid = task->blocked = -1;
	task->frames = g_ptr_array_new_with_free_func(frame_free);
	task->registers = g_array_new(FALSE, TRUE, sizeof(struct md_register));
	g_array_set_clear_func(task->registers, register_clear);
	task->said = g_array_new(FALSE, TRUE, sizeof(struct md_said_lock));
	g_array_set_clear_func(task->said, said_clear);
	return task;
}

void md_task_free(struct md_task *task)
{
	if (task == NULL)
		return;
	g_free(task->comm);
	g_ptr_array_unref(task->frames);
	g_array_unref(task->registers);
	g_array_unref(task->said);
	g_free(task);
}

const struct md_register *md_task_register(const struct md_task *task, const char *name)
{
	for (guint i = 0; i < task->registers->len; i++) {
		const struct md_register *reg =
			&g_array_index(task->registers, struct md_register, i);

		if (strcmp(reg->name, name) == 0)
			return reg;
	}
	return NULL;
}

void md_task_copy_registers(struct md_task *task, GArray *registers)
{
	g_array_set_size(task->registers, 0);
	for (guint i = 0; i < registers->len; i++) {
		struct md_register *reg = &g_array_index(registers, struct md_register, i);
		struct md_register own = { g_strdup(reg->name), reg->word };

		g_array_append_val(task->registers, own);
	}
}
