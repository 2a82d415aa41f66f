#include "../include/sched.h"
#include "../include/mmu_context.h"

DEFINE_PER_CPU(struct rq, runqueues);

static void ttwu_queue(struct task_struct *p, int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	raw_spin_lock(&rq->lock);
	rq->nr_running++;
	raw_spin_unlock(&rq->lock);
}

int try_to_wake_up(struct task_struct *p, unsigned int state)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	ttwu_queue(p, p->cpu);
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
	return 1;
}

int default_wake_function(wait_queue_t *wait, unsigned mode, int flags, void *key)
{
	return try_to_wake_up(wait->private, mode);
}

static void __wake_up_common(wait_queue_head_t *q, unsigned int mode, int nr, void *key)
{
	wait_queue_t *curr;

	list_for_each_entry(curr, &q->task_list, task_list) {
		if (curr->func(curr, mode, 0, key) && !--nr)
			break;
	}
}

void __wake_up(wait_queue_head_t *q, unsigned int mode, int nr, void *key)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	__wake_up_common(q, mode, nr, key);
	spin_unlock_irqrestore(&q->lock, flags);
}

static inline void finish_lock_switch(struct rq *rq)
{
	raw_spin_unlock_irq(&rq->lock);
}

static inline void context_switch(struct rq *rq, struct task_struct *prev,
				  struct task_struct *next)
{
	switch_mm(prev->mm, next->mm, next);
	switch_to(prev, next, prev);
	finish_lock_switch(this_rq());
}

static void __schedule(void)
{
	struct task_struct *prev, *next;
	struct rq *rq;

	rq = cpu_rq(smp_processor_id());
	prev = rq->curr;

	raw_spin_lock_irq(&rq->lock);
	next = pick_next_task(rq);
	if (prev != next)
		context_switch(rq, prev, next);
	else
		raw_spin_unlock_irq(&rq->lock);
}

void schedule(void)
{
	__schedule();
}
