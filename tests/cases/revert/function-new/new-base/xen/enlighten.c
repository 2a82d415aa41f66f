#include "xen-ops.h"
#include "pmu.h"

static u64 xen_read_msr_safe(unsigned int msr, int *err)
{
	u64 val;

	if (pmu_msr_read(msr, &val, err))
		return val;

	val = native_read_msr_safe(msr, err);
	switch (msr) {
	case MSR_IA32_APICBASE:
		val &= ~X2APIC_ENABLE;
		break;
	}
	return val;
}

static int xen_write_msr_safe(unsigned int msr, unsigned int low, unsigned int high)
{
	int ret;

	if (pmu_msr_write(msr, low, high, &ret))
		return ret;
	return native_write_msr_safe(msr, low, high);
}

static const struct cpu_ops xen_cpu_ops = {
	.read_msr = xen_read_msr_safe,
	.write_msr = xen_write_msr_safe,
};
