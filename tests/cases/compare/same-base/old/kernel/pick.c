#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	check(task);
	best = rank(task);
	mark(task);

	return best;
}
