/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that nobody can guess. */
#include <penguin/random.h>

void random_init(void)
{
	struct pool *pool = &main_pool;

	lock(&pool->lock);
	mix(pool, FIRST_SEED);
	mix(pool, read_cycles());
	unlock(&pool->lock);
}

unsigned long random_long(void)
{
	unsigned long number;

	lock(&main_pool.lock);
	number = extract(&main_pool);
	unlock(&main_pool.lock);
	return number;
}
