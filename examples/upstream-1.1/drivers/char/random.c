/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that nobody can guess. */
#include <penguin/random.h>

static int seeded;

void random_init(void)
{
	struct pool *pool = &main_pool;

	lock(&pool->lock);
	mix(pool, read_cycles());
	unlock(&pool->lock);
	seeded = 1;
}

unsigned long random_long(void)
{
	unsigned long number;

	lock(&main_pool.lock);
	number = extract(&main_pool);
	unlock(&main_pool.lock);
	return number;
}
