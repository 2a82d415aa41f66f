/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What time it is. */
#include <penguin/time.h>

static unsigned long offset;

unsigned long clock_now(void)
{
	return read_clock() + offset;
}

unsigned long user_cycles(void)
{
	return read_cycles();
}

void set_clock(unsigned long now)
{
	offset = now - read_clock();
}
