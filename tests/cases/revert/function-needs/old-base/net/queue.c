#include <net/drop.h>
#include <net/queue.h>

static void queue_drop(struct queue *queue, struct packet *packet, int reason)
{
	trace_drop(packet, reason);
	queue->dropped++;
	packet_free(packet);
}

int queue_send(struct queue *queue, struct packet *packet)
{
	int reason = DROP_FULL;

	if (packet == NULL)
		return -EINVAL;
	if (queue->length >= QUEUE_LENGTH) {
		queue_drop(queue, packet, reason);
		return -EBUSY;
	}
	queue->length++;
	queue->sent++;
	return link_send(packet);
}

void queue_init(struct queue *queue)
{
	queue->length = 0;
}
