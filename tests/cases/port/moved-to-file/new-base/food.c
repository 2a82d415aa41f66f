#include <penguin/penguin.h>

void eat(struct penguin *penguin)
{
	lock(&penguin->lock);
	penguin->weight += penguin->fish->weight;
	penguin->fish = NULL;
	unlock(&penguin->lock);
}
