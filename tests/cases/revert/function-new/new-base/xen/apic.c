#include "xen-ops.h"
#include "pmu.h"
#include "smp.h"

static u32 xen_apic_read(u32 reg)
{
	int err = 0;
	u64 val;

	if (pmu_msr_read(reg, &val, &err))
		return val;
	return hypervisor_apic_read(reg);
}
