#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	lock(task);
	best = 1;
	mark(task);
	give(task);

	return best;
}
