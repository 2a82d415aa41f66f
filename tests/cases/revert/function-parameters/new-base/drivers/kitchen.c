int kitchen(struct house *house)
{
	house->ops->tap_open(house, 1, 2);
	return tap_open(house->tap, 3);
}

int clean(struct house *house)
{
	return tap_close(house->hot);
}

/* Water comes out of it. */
int bath(struct house *house)
{
	int err;

	err = tap_open(house->tap, 100); /* tap_open(it) */
	return err ? err : house->bath;
}
