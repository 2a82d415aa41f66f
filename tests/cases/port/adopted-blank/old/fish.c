int eat(struct penguin *penguin, int size)
{
	int weight = penguin->weight;

	if (penguin->asleep)
		return 0;

	if (size > penguin->mouth)
		return -E2BIG;

	weight += size;
	return weigh(penguin, weight);
}
