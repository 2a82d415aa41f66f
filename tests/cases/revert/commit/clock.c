#include "clock.h"

static unsigned int shift = 3;

int start(struct clock *clock)
{
	clock->begin = read_cycles();
	return clock->begin != 0;
}

unsigned long elapsed(struct clock *clock)
{
	unsigned long now;

	now = read_cycles();
	if (now < clock->begin)
		return 0;
	return now - clock->begin;
}

void stop(struct clock *clock)
{
	clock->begin = 0;
}
