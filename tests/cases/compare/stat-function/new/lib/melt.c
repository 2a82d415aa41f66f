#include "melt.h"

static int drops;
static int most;

int melt(int ice)
{
	drops += ice;
	if (drops > DEEP)
		return -1;
	return drops;
}

int skate(void)
{
	return drops < 0;
}

static const struct pond ponds[] = {
	{ 1 },
};

int swim_from_one_end_of_the_pond_to_the_other(void)
{
	return drops > 0;
}

SYSCALL_DEFINE1(freeze, int, water)
{
	return drops -= water;
}
