/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first C function, and the last one if all goes well. */
#include <penguin/sched.h>

void start_kernel(void)
{
	page_init();
	console_init();
	sched_init();
	xen_init();
	random_init();
	for (;;)
		schedule(0);
}
