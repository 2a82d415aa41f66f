int clock_read(void)
{
	return port_in(0x70);
}

void timer_tick(void)
{
	ticks += clock_read();
}
