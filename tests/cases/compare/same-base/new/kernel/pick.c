#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	check2(task);
	best = rank(task);

	return best;
}
