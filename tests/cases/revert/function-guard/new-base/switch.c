bool may_look(struct task *at)
{
	return at->owner == me();
}

static void barrier_if_different(struct task *to)
{
	if (has_barrier()) {
		if (to && to->space &&
		    !may_look(to)) {
			barrier();
		}
	}
}

void switch_tasks(struct task *from, struct task *to)
{
	barrier_if_different(to);
	load(to);
}

int look(struct task *at)
{
	if (!may_look(at))
		return -1;
	return at->state;
}
