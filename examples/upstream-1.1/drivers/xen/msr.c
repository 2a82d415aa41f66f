/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers that the hypervisor reads for us. */
#include <penguin/xen.h>

unsigned long xen_read_msr(unsigned int msr, int *error)
{
	unsigned long value;

	if (pmu_read_msr(msr, &value, error))
		return value;
	value = native_read_msr(msr, error);
	switch (msr) {
	case MSR_APIC_BASE:
		value &= ~X2APIC_ENABLE;
		break;
	case MSR_FEATURE_CONTROL:
		value |= FEATURE_LOCKED;
		break;
	}
	return value;
}

int xen_write_msr(unsigned int msr, unsigned long value)
{
	return hypercall_write_msr(msr, value);
}
