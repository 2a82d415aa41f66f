/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No deadlock: one thread copies for a long time under a mutex, now at work, now asleep, and
 * twenty wait for it.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>

struct press {
	struct mutex lock;
	unsigned long sheets;
};

static struct press press = { .lock = __MUTEX_INITIALIZER(press.lock) };

static noinline void press_print(struct press *press)
{
	press->sheets++;
	mdelay(50);
	msleep(50);
}

static int print_thread(void *data)
{
	struct press *press = data;
	int i;

	mutex_lock(&press->lock);
	for (i = 0; i < 1200; i++)
		press_print(press);
	mutex_unlock(&press->lock);
	return 0;
}

static int queue_thread(void *data)
{
	struct press *press = data;

	msleep(200);
	mutex_lock(&press->lock);
	press->sheets++;
	mutex_unlock(&press->lock);
	return 0;
}

static int __init slow_mutex_init(void)
{
	int i;

	kthread_run(print_thread, &press, "slow_printer");
	for (i = 0; i < 20; i++)
		kthread_run(queue_thread, &press, "slow_queue/%d", i);
	return 0;
}
module_init(slow_mutex_init);
MODULE_DESCRIPTION("A mutex held for long, and many waiters");
MODULE_LICENSE("GPL");
