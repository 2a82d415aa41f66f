#include <penguin.h>

struct slot {
	int head;
};


static const struct option table[] = {
	{ "one", 1 },
};

SYSCALL_DEFINE2(wait, int, pid,
		int *, status)
{
	struct task *task;
out:
	return 0;
}

static __always_inline int
two_lines(int a,
	  int b)
{
	int c;
	return c;
}
