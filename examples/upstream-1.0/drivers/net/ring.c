/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of packets between us and the card. */
#include <penguin/errno.h>
#include <penguin/net.h>

int ring_send(struct ring *ring, const void *data, unsigned int length)
{
	struct slot *slot;

	if (ring_is_full(ring))
		return -EBUSY;
	slot = &ring->slot[ring->head++ % RING_SLOTS];
	memcpy(slot->data, data, length);
	slot->length = length;
	kick_card(ring);
	return 0;
}

int ring_receive(struct ring *ring, void *data)
{
	struct slot *slot;

	if (ring_is_empty(ring))
		return -EAGAIN;
	slot = &ring->slot[ring->tail++ % RING_SLOTS];
	memcpy(data, slot->data, slot->length);
	return slot->length;
}
