#include "igloo.h"

int pick(struct task *task)
{
	int best = 0;

	step(1);
	step(2);
	step(3);
	step(4);
	step(5);
	step(6);
	step(7);
	step(8);
	step(9);
	step(10);
	step(11);
	step(12);
	step(13);
	step(14);
	igloo(1);
	upstream();
	walk(1);
	walk(2);
	walk(3);
	walk(4);
	walk(5);
	walk(6);
	walk(7);
	walk(8);
	walk(9);
	walk(10);
	walk(11);
	walk(12);
	walk(13);
	walk(14);

	return best;
}
