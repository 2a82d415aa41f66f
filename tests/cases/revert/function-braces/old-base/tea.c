int brew(int cups)
{
	if (cups) {
		if (cups > 1) {
			boil(cups);
			goto out;
		}
		cups = 0;
	}
	pour(cups);

out:
	return cups;
}
