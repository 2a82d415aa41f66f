#include <kernel.h>

int open_file(struct task *task)
{
	if (open_file_prepare(task) < 0)
		return -EAGAIN;
	return open_file_work(task);
}

int close_file(struct task *task)
{
	if (close_file_prepare(task) < 0)
		return -EAGAIN;
	return close_file_work(task);
}

int read_file(struct task *task)
{
	if (read_file_prepare(task) < 0)
		return -EAGAIN;
	return read_file_work(task);
}

