static void settle(void)
{
	port_wait();
}

int clock_read(void)
{
	settle();
	return port_in(0x70);
}

void timer_tick(void)
{
	ticks += clock_read();
}
