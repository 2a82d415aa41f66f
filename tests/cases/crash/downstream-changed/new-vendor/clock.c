static void settle(void)
{
	port_wait();
}

static void settle_if_stale(struct clock *clock)
{
	if (clock->stale)
		settle();
}

int clock_read(void)
{
	settle_if_stale(current_clock);
	return port_in(0x70);
}

void timer_tick(void)
{
	ticks += clock_read() & 0xff;
}
