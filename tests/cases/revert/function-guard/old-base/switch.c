void switch_tasks(struct task *from, struct task *to)
{
	barrier();
	load(to);
}
