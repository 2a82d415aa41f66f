/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers that the hypervisor reads for us. */
#include <penguin/xen.h>

unsigned long xen_read_msr(unsigned int msr, int *error)
{
	unsigned long value;

	value = native_read_msr(msr, error);
	switch (msr) {
	case MSR_APIC_BASE:
		value &= ~X2APIC_ENABLE;
		break;
	}
	return value;
}

void xen_write_msr(unsigned int msr, unsigned long value)
{
	hypercall_write_msr(msr, value);
}
