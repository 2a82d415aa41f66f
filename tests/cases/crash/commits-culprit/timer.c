/* The timer of the kernel. */
static unsigned long ticks;

unsigned long timer_ticks(void)
{
	return ticks;
}

void timer_tick(void)
{
	ticks++;
	wake_sleepers(ticks);
}
