#include <vendor/steal.h>
int pick_next(struct queue *queue)
{
	return queue->first;
}

/* The vendor counts what it steals. */
static int vendor_stolen;

int vendor_steal(struct queue *queue)
{
	vendor_stolen++;
	return pick_next(queue);
}

void requeue(struct queue *queue, int task)
{
	queue->last = task;
	queue->length++;
}

