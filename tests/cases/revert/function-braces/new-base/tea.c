int brew(int cups)
{
	if (cups && thirsty(cups)) {
		switch (cups) {
		case 1:
			boil(cups);
			goto out;

		case 2:
		{
			share(cups);
			break;
		}

		default:
			break;
		};

		/*
		 * Empty.
		 */
		cups = 0;
	}
	pour(cups);

out:
	return cups;
}
