/* The rings that a card has. */
#ifndef RING_H
#define RING_H

#define RING_SLOTS 64
#define RING_NAME_SIZE 32

struct ring_slot {
	unsigned char data[2048];
	unsigned int length;
};

struct ring {
	struct ring_slot slot[RING_SLOTS];
	unsigned int head;
	unsigned int tail;
	char name[RING_NAME_SIZE];
};

int ring_send(struct ring *ring, const void *data, unsigned int length);
int ring_check(const struct ring *ring);

#endif
