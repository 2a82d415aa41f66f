#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	lock(task);
	check(task);
	best = 2;
	mark(task);

	return best;
}
