/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sleeping under a spinlock: the holder waits for another thread to fill the tank, which spins on
 * the lock before it can.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

struct tank {
	spinlock_t lock;
	struct completion filled;
	unsigned int litres;
};

static struct tank tank;

static noinline void tank_wait(struct tank *tank)
{
	wait_for_completion(&tank->filled);
}

static int drain_thread(void *data)
{
	struct tank *tank = data;

	spin_lock(&tank->lock);
	if (!tank->litres)
		tank_wait(tank);
	tank->litres--;
	spin_unlock(&tank->lock);
	return 0;
}

static int fill_thread(void *data)
{
	struct tank *tank = data;

	msleep(500);
	spin_lock(&tank->lock);
	tank->litres++;
	spin_unlock(&tank->lock);
	complete(&tank->filled);
	return 0;
}

static int __init sleep_spin_init(void)
{
	spin_lock_init(&tank.lock);
	init_completion(&tank.filled);
	kthread_run(drain_thread, &tank, "sleep_drain");
	kthread_run(fill_thread, &tank, "sleep_fill");
	return 0;
}
module_init(sleep_spin_init);
MODULE_DESCRIPTION("A thread that sleeps under a spinlock");
MODULE_LICENSE("GPL");
