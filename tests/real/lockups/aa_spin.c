/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A spinlock taken twice: whoever counts holds the lock, and a counter that is full is emptied
 * by a helper that takes it again.
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/spinlock.h>

struct tally {
	spinlock_t lock;
	unsigned int count, limit;
	u64 total;
};

static struct tally aa_tally = {
	.lock = __SPIN_LOCK_UNLOCKED(aa_tally.lock),
	.limit = 3,
};

static void tally_flush(struct tally *tally)
{
	spin_lock(&tally->lock);
	tally->total += tally->count;
	tally->count = 0;
	spin_unlock(&tally->lock);
}

static noinline void tally_add(struct tally *tally, unsigned int more)
{
	spin_lock(&tally->lock);
	tally->count += more;
	if (tally->count >= tally->limit)
		tally_flush(tally);
	spin_unlock(&tally->lock);
}

static int aa_thread(void *data)
{
	struct tally *tally = data;
	unsigned int i;

	for (i = 0; i < 8 && !kthread_should_stop(); i++)
		tally_add(tally, 1);
	return 0;
}

static int __init aa_init(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(aa_thread, &aa_tally, "aa_spin"));
}
module_init(aa_init);
MODULE_DESCRIPTION("A spinlock taken twice on one stack");
MODULE_LICENSE("GPL");
