void wait(void)
{
	port_wait();
}

void settle(void)
{
	wait();
}

void read_port(void)
{
	settle();
}

void read_index(void)
{
	read_port();
}

void read_second(void)
{
	read_index();
}

void read_date(void)
{
	read_second();
}

void read_clock(void)
{
	read_date();
}

void tick(void)
{
	count++;
	read_clock();
}

void interrupt(void)
{
	tick();
}
