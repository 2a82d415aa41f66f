#include "tap.h"

int tap_open(struct tap *tap)
{
	return tap->valve;
}

int tap_close(struct tap *tap)
{
	return -tap->valve;
}
