/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader that reads again behind a writer: readers do not overtake a writer that waits, so the
 * second down_read() waits for the writer, which waits for the first.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rwsem.h>

struct atlas {
	struct rw_semaphore maps_sem;
	int pages;
};

static struct atlas atlas = { .maps_sem = __RWSEM_INITIALIZER(atlas.maps_sem), .pages = 5 };

static noinline int atlas_count(struct atlas *atlas)
{
	int pages;

	down_read(&atlas->maps_sem);
	pages = atlas->pages;
	up_read(&atlas->maps_sem);
	return pages;
}

static int reader_thread(void *data)
{
	struct atlas *atlas = data;
	int pages;

	down_read(&atlas->maps_sem);
	msleep(1000);
	pages = atlas_count(atlas);
	up_read(&atlas->maps_sem);
	return pages;
}

static int writer_thread(void *data)
{
	struct atlas *atlas = data;

	msleep(300);
	down_write(&atlas->maps_sem);
	atlas->pages++;
	up_write(&atlas->maps_sem);
	return 0;
}

static int __init rwsem_cycle_init(void)
{
	kthread_run(reader_thread, &atlas, "rwsem_reader");
	kthread_run(writer_thread, &atlas, "rwsem_writer");
	return 0;
}
module_init(rwsem_cycle_init);
MODULE_DESCRIPTION("A rwsem read twice with a writer between");
MODULE_LICENSE("GPL");
