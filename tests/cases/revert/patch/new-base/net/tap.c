#include <net/tap.h>

static int tap_limit = 16;

static void tap_count(struct tap *tap, int by)
{
	atomic_add(by, &tap->users);
}

int tap_open(struct tap *tap)
{
	if (atomic_read(&tap->users) >= tap_limit)
		return -EBUSY;
	tap_count(tap, 1);
	return 0;
}

void tap_close(struct tap *tap)
{
	tap_count(tap, -1);
}
