#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	lock(task);
	best = rank(task) + 1;
	mark(task);

	return best;
}
