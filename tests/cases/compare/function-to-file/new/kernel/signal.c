#include <signal.h>

int send_signal(struct task *task)
{
	if (send_signal_prepare(task) < 0)
		return -EAGAIN;
	if (vendor_denies(task, SEND))
		return -EPERM;
	return send_signal_work(task);
}

int wait_signal(struct task *task)
{
	if (wait_signal_prepare(task) < 0)
		return -EAGAIN;
	vendor_count(WAITS);
	return wait_signal_work(task);
}

