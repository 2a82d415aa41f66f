int eat(struct fish *fish)
{
	return fish->weight;
}

int fillet(struct fish *fish)
{
	return fish->weight / 2;
}
