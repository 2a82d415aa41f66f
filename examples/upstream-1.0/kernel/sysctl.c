/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be set while the system runs. */
#include <penguin/sysctl.h>

static const struct sysctl kernel_table[] = {
	{ "hostname", hostname, 0644 },
	{ "dmesg_restrict", &dmesg_restrict, 0644 },
	{ "panic", &panic_timeout, 0644 },
	{ "pid_max", &pid_max, 0644 },
	{ "threads_max", &threads_max, 0644 },
	{ "kexec", &kexec_enabled, 0644 },
	{ "printk", &console_level, 0644 },
	{ NULL }
};
