#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	lock(task);
	mark(task);

	return best;
}
