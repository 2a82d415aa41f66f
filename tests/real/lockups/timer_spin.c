/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A spinlock that a timer takes and a thread too, which leaves interrupts on: when the timer
 * fires on the thread's CPU while the thread holds the lock, it spins there for ever.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

struct meter {
	spinlock_t lock;
	struct timer_list tick;
	unsigned long reading;
};

static struct meter meter;

static void meter_tick(struct timer_list *timer)
{
	struct meter *meter = from_timer(meter, timer, tick);

	spin_lock(&meter->lock);
	meter->reading++;
	spin_unlock(&meter->lock);
}

static int meter_thread(void *data)
{
	struct meter *meter = data;

	mod_timer(&meter->tick, jiffies + HZ / 2);
	/* The timer fires where it was started, and that is here. */
	spin_lock(&meter->lock);
	mdelay(1000);
	meter->reading = 0;
	spin_unlock(&meter->lock);
	return 0;
}

static int __init timer_spin_init(void)
{
	struct task_struct *thread;

	spin_lock_init(&meter.lock);
	timer_setup(&meter.tick, meter_tick, TIMER_PINNED);
	thread = kthread_create(meter_thread, &meter, "timer_spin");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_bind(thread, 1);
	wake_up_process(thread);
	return 0;
}
module_init(timer_spin_init);
MODULE_DESCRIPTION("A spinlock taken in a timer and, with interrupts on, by a thread");
MODULE_LICENSE("GPL");
