/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory as a file: /dev/mem, /dev/null and their like. */
#include <penguin/device.h>

static const struct device memory_devices[] = {
	{ "mem", 1, &mem_operations },
	{ "kmem", 2, &kmem_operations },
	{ "null", 3, &null_operations },
	{ "zero", 5, &zero_operations },
	{ "full", 7, &full_operations },
	{ "random", 8, &random_operations },
	{ "oldmem", 12, &oldmem_operations },
	{ NULL }
};

void memory_devices_init(void)
{
	register_devices(memory_devices);
}
