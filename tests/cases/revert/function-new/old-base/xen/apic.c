#include "xen-ops.h"
#include "smp.h"

static u32 xen_apic_read(u32 reg)
{
	return hypervisor_apic_read(reg);
}
