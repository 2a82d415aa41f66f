#ifndef XEN_PMU_H
#define XEN_PMU_H

bool pmu_msr_read(unsigned int msr, u64 *val, int *err);
bool pmu_msr_write(unsigned int msr, unsigned int low, unsigned int high, int *err);

#endif
