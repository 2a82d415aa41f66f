#include <signal.h>

int send_signal(struct task *task)
{
	if (send_signal_prepare(task) < 0)
		return -EAGAIN;
	return send_signal_work(task);
}

int wait_signal(struct task *task)
{
	if (wait_signal_prepare(task) < 0)
		return -EAGAIN;
	return wait_signal_work(task);
}

