int do_poll(struct poll_table *table)
{
	for (;;) {
		if (poll_ready(table))
			return 1;
		schedule();
	}
}
