#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	check(task);
	lock(task);
	best = 1;
	unlock(task);
	mark(task);
	give(task);
	take(task);

	return best;
}
