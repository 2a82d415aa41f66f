int eat(struct penguin *penguin, int size)
{
	int weight = penguin->weight;

	if (penguin->asleep)
		return 0;
	weight += size;
	return weigh(penguin, weight);
}
