long set_clock(int value)
{
	set_clock_value = value;
	return 0;
}

long set_tick(int value)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	set_tick_value = value;
	return 0;
}
