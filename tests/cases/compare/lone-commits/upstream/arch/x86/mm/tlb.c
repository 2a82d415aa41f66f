#include <linux/export.h>
#include <linux/mm.h>
#include <asm/mmu_context.h>
#include <asm/nospec-branch.h>
#include <asm/tlbflush.h>

/*
 * TLB flushing, formerly SMP-only
 */

void leave_mm(int cpu)
{
	struct mm_struct *loaded_mm = this_cpu_read(cpu_tlbstate.loaded_mm);

	if (loaded_mm == &init_mm)
		return;
	switch_mm(NULL, &init_mm, NULL);
}

void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *tsk)
{
	unsigned int cpu = smp_processor_id();
	u64 next_tlb_gen = atomic64_read(&next->context.tlb_gen);

	if (likely(prev != next)) {
		this_cpu_write(cpu_tlbstate.state, TLBSTATE_OK);
		this_cpu_write(cpu_tlbstate.loaded_mm, next);
		cpumask_set_cpu(cpu, mm_cpumask(next));

		/* Re-load page tables. */
		load_new_mm_cr3(next->pgd, next_tlb_gen);

		/* Stop flush ipis for the previous mm */
		cpumask_clear_cpu(cpu, mm_cpumask(prev));

		/* Load the LDT, if the LDT is different. */
		if (unlikely(prev->context.ldt != next->context.ldt))
			load_mm_ldt(next);
	}
}
