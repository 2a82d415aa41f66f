void drain(struct queue *queue)
{
	while (queue->length > 0)
		drop(queue, queue->first);
	queue->last = 0;
}

/* The vendor counts what it steals. */
static int vendor_stolen;

int vendor_steal(struct queue *queue)
{
	vendor_stolen++;
	return pick_next(queue);
}

