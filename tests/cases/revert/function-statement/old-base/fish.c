int weigh(int fish)
{
	return fish * 2;
}
