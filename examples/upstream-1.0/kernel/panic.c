/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When nothing can be saved any more. */
#include <penguin/sched.h>

int panic_timeout;

void panic(const char *why)
{
	static int panicking;

	if (panicking++)
		halt();
	printk("panic: %s, task %d\n", why, current->pid);
	dump_registers();
	dump_stack();
	if (panic_timeout > 0)
		reboot_in(panic_timeout);
	halt();
}
