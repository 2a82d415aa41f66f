#include <igloo.h>
#include <penguin.h>

struct slot {
	int head;
	int igloo;
};

static int between;

static const struct option table[] = {
	{ "one", 1 },
	{ "igloo", 2 },
};

SYSCALL_DEFINE2(wait, int, pid,
		int *, status)
{
	struct task *task;
	igloo(1);
out:
	return 0;
}

static __always_inline int
two_lines(int a,
	  int b)
{
	int c;
	igloo(2);
	return c;
}

int brand_new(void)
{
	return 3;
}
