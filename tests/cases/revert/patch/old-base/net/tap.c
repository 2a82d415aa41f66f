#include <net/tap.h>

static int tap_limit = 16;

int tap_open(struct tap *tap)
{
	if (tap->users >= tap_limit)
		return -EBUSY;
	tap->users++;
	return 0;
}

void tap_close(struct tap *tap)
{
	tap->users--;
}
