static int reset_counters(void)
{
	return 1;
}

int a(void)
{
	return reset_counters();
}
