#include <penguin/lock.h>

/* How long a penguin waits for the fish, in ticks. */
#define PATIENCE 100

int wait_for_fish(struct penguin *penguin)
{
	unsigned int ticks = 0;

	lock(&penguin->lock);
	while (!penguin->fish && ticks++ < PATIENCE)
		sleep_on(&penguin->wakeup);
	unlock(&penguin->lock);
	return penguin->fish ? 0 : -EAGAIN;
}

void eat(struct penguin *penguin)
{
	lock(&penguin->lock);
	penguin->weight += penguin->fish->weight;
	penguin->fish = NULL;
	account(penguin);
	unlock(&penguin->lock);
}

void swim(struct penguin *penguin, struct sea *sea)
{
	dive(penguin, sea->surface);
	penguin->weight -= sea->cold;
	while (!sea->shore)
		paddle(penguin);
	climb(penguin, sea->shore);
}
