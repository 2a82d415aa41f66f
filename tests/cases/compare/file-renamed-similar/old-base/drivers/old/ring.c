#include <linux/ring.h>
static int ring_depth = 16;
int ring_probe(struct device *device)
{
	struct ring *ring = ring_alloc(device, ring_depth);
	if (!ring)
		return -ENOMEM;
	ring_reset(ring);
	return ring_register(ring);
}
void ring_remove(struct device *device)
{
	ring_free(device_ring(device));
}
