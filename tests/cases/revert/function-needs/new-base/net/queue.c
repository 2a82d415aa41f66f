#include <net/queue.h>

int queue_send(struct queue *queue, struct packet *packet)
{
	if (packet == NULL)
		return -EINVAL;
	while (queue->length >= QUEUE_LENGTH)
		packet_free(queue_take(queue));
	queue->length++;
	queue->sent++;
	return link_send(packet);
}

void queue_init(struct queue *queue)
{
	queue->length = 0;
	queue->sent = 0;
}

void queue_stop(struct queue *queue)
{
	queue->length = QUEUE_LENGTH;
}
