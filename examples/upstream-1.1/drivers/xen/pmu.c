/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Performance counters that the hypervisor keeps for us. */
#include <penguin/pmu.h>
#include <penguin/xen.h>

static bool is_pmu_msr(unsigned int msr)
{
	return msr >= MSR_COUNTER_FIRST && msr <= MSR_COUNTER_LAST;
}

bool pmu_read_msr(unsigned int msr, unsigned long *value, int *error)
{
	char name[MSR_NAME_SIZE];

	if (!is_pmu_msr(msr))
		return false;
	msr_name(name, msr);
	*value = pmu_emulate(name, error);
	return true;
}
