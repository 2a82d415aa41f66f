#include "base.h"

long clock_read(void)
{
	return base() * 2;
}

long clock_seconds(void)
{
	long now = clock_read();

	return now / 1000;
}

void clock_start(struct clock *clock)
{
	clock->running = 1;
	if (clock_read() < 0)
		return;
	clock->users++;
}

static const struct clock_ops ops = {
	.start = clock_start,
	.read = clock_read,
};

int clock_register(void)
{
	return register_clock(&ops);
}
