#include <linux/ring.h>
#include <linux/trace.h>

int ring_send(struct ring *ring, const void *data, size_t length)
{
	struct slot *slot;

	if (ring_is_full(ring))
		return -EBUSY;
	if (length > RING_SLOT_SIZE)
		return -EMSGSIZE;
	trace_ring_send(ring, length);
	slot = ring_next(ring);
	memcpy(slot->data, data, length);
	wake_up(&ring->wait);
	return 0;
}

int ring_receive(struct ring *ring, void *data)
{
	struct slot *slot = ring_first(ring);

	if (!slot)
		return -EAGAIN;
	memcpy(data, slot->data, slot->length);
	return 0;
}

void ring_close(struct ring *ring)
{
	if (!ring)
		return;
	ring->closed = true;
	wake_up(&ring->wait);
}
