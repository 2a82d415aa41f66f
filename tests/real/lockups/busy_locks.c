/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No deadlock: threads that hold and want many locks at once, all in one order or with a way back,
 * on a machine that is well. Whoever only counts who waits for what sees knots everywhere.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

struct town {
	struct mutex gate;
	struct rw_semaphore market;
	spinlock_t well;
	struct timer_list bell;
	unsigned long water, guests;
};

struct house {
	struct mutex door;
	struct town *town;
	unsigned long guests;
};

static struct town town;
static struct house houses[2];

/* As the threads do, but with softirqs off there. */
static void town_bell(struct timer_list *timer)
{
	struct town *town = from_timer(town, timer, bell);

	spin_lock(&town->well);
	town->water++;
	spin_unlock(&town->well);
	mod_timer(&town->bell, jiffies + 1);
}

static noinline void town_draw(struct town *town)
{
	spin_lock_bh(&town->well);
	udelay(500);
	town->water--;
	spin_unlock_bh(&town->well);
}

static noinline void house_visit(struct house *house)
{
	mutex_lock(&house->door);
	house->guests++;
	town_draw(house->town);
	msleep(3);
	mutex_unlock(&house->door);
}

/* From the gate to the doors: the order that all keep. */
static int guard_thread(void *data)
{
	struct town *town = data;

	for (;;) {
		mutex_lock(&town->gate);
		house_visit(&houses[0]);
		house_visit(&houses[1]);
		mutex_unlock(&town->gate);
		cond_resched();
	}
	return 0;
}

/* From a door to the gate, but only where nobody has it. */
static int guest_thread(void *data)
{
	struct house *house = data;

	for (;;) {
		mutex_lock(&house->door);
		if (mutex_trylock(&house->town->gate)) {
			msleep(1);
			mutex_unlock(&house->town->gate);
		}
		mutex_unlock(&house->door);
		msleep(1);
	}
	return 0;
}

static int buyer_thread(void *data)
{
	struct town *town = data;

	for (;;) {
		down_read(&town->market);
		house_visit(&houses[0]);
		up_read(&town->market);
		/* The lock is another one now, though the source has one name for both. */
		mutex_lock(&houses[1].door);
		town_draw(town);
		mutex_unlock(&houses[1].door);
	}
	return 0;
}

static int seller_thread(void *data)
{
	struct town *town = data;

	for (;;) {
		down_write(&town->market);
		town->guests = houses[0].guests + houses[1].guests;
		msleep(5);
		downgrade_write(&town->market);
		town_draw(town);
		up_read(&town->market);
		msleep(2);
	}
	return 0;
}

static int __init busy_locks_init(void)
{
	int i;

	mutex_init(&town.gate);
	init_rwsem(&town.market);
	spin_lock_init(&town.well);
	for (i = 0; i < 2; i++) {
		mutex_init(&houses[i].door);
		houses[i].town = &town;
	}
	timer_setup(&town.bell, town_bell, 0);
	mod_timer(&town.bell, jiffies + 1);
	for (i = 0; i < 4; i++) {
		kthread_run(guard_thread, &town, "busy_guard/%d", i);
		kthread_run(guest_thread, &houses[i % 2], "busy_guest/%d", i);
		kthread_run(buyer_thread, &town, "busy_buyer/%d", i);
		kthread_run(seller_thread, &town, "busy_seller/%d", i);
	}
	return 0;
}
module_init(busy_locks_init);
MODULE_DESCRIPTION("Many locks in good order");
MODULE_LICENSE("GPL");
