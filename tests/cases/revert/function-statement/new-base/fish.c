int weigh(int fish)
{
	return fish * 2;
}

int feed(int fish)
{
	return fish + 1;
}

int feed_once(int fish)
{
	int weight = fish ? 1 :
		feed(fish);

	weigh(fish);
	return weight;
}

int feed_all(int count)
{
	int i;

	for (i = 0;
	     feed(i);
	     i++)
		weigh(i);
	return i;
}

int feed_some(int fish)
{
	switch (fish) {
	case 1:
		feed(fish);
		break;
#ifdef HUNGRY
	default:
#endif
		weigh(2);
		feed(2); /* twice */
	}
	return weigh(fish);
}

int feed_last(int fish)
{
	if (fish)
		goto out;
	weigh(fish);
out:
	feed(fish);
}
