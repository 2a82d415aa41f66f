int kitchen(struct house *house)
{
	house->ops->tap_open(house, 1, 2);
	return tap_open(house->tap);
}

int clean(struct house *house)
{
	return tap_close(house->tap);
}
