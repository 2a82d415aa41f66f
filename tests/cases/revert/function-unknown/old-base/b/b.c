static int reset_counters(void)
{
	return 0;
}

int b(void)
{
	return reset_counters();
}
