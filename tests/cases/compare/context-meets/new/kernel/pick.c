#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	igloo(1);
	lock(task);
	best = 1;
	mark(task);
	give(task);
	igloo(2);

	return best;
}
