#include "melt.h"

static int drops;

/* Nobody calls this any more. */
static int evaporate(void)
{
	return drops = 0;
}

int melt(int ice)
{
	drops += ice;
	return drops;
}

SYSCALL_DEFINE1(freeze, int, water)
{
	return drops -= water;
}
