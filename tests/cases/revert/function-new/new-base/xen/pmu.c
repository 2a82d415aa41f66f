#include <linux/percpu.h>
#include "pmu.h"

/* Set while an interrupt is handled. */
#define PMU_IRQ_PROCESSING 1

static DEFINE_PER_CPU(struct pmu_data, pmu_shared);
static unsigned int emulated_reads;

static bool is_pmu_msr(unsigned int msr)
{
	return msr >= MSR_PERFCTR0 && msr <= MSR_PERFCTR3;
}

/* What the hypervisor saved for us. */
static bool pmu_emulate_read(unsigned int msr, u64 *val)
{
	struct pmu_data *data = this_cpu_ptr(&pmu_shared);

	if (!(data->flags & PMU_IRQ_PROCESSING))
		return false;
	emulated_reads++;
	*val = data->counter[msr - MSR_PERFCTR0];
	return true;
}

static bool pmu_emulate_write(unsigned int msr, u64 val)
{
	this_cpu_ptr(&pmu_shared)->counter[msr - MSR_PERFCTR0] = val;
	return true;
}

bool pmu_msr_read(unsigned int msr, u64 *val, int *err)
{
	if (!is_pmu_msr(msr))
		return false;
	if (!pmu_emulate_read(msr, val))
		*val = native_read_msr_safe(msr, err);
	return true;
}
EXPORT_SYMBOL_GPL(pmu_msr_read);

bool pmu_msr_write(unsigned int msr, unsigned int low, unsigned int high, int *err)
{
	if (!is_pmu_msr(msr))
		return false;
	*err = 0;
	return pmu_emulate_write(msr, (u64)high << 32 | low);
}
