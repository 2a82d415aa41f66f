#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	lock(task);
	check(task, current);
	best = 3;
	mark(task);

	return best;
}
