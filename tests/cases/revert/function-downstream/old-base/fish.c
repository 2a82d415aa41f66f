int eat(struct fish *fish)
{
	return fish->weight;
}
