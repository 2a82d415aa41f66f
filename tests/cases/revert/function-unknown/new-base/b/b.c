static int reset_counters(void)
{
	return 1;
}

int b(void)
{
	return reset_counters();
}
