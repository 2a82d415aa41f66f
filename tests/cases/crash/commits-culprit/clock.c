/* The clock that the timer counts by. */
struct clock {
	const char *name;
	unsigned long rate;
	unsigned long year;
};

static struct clock *current_clock;

unsigned long clock_rate(void)
{
	if (current_clock->rate)
		return current_clock->rate;
	return 100;
}

void clock_register(struct clock *clock)
{
	current_clock = clock;
}
