long set_clock(int value)
{
	set_clock_value = value;
	return 0;
}

long set_tick(int value)
{
	set_tick_value = value;
	return 0;
}
