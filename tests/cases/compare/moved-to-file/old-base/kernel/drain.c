void drain(struct queue *queue)
{
	while (queue->length > 0)
		drop(queue, queue->first);
	queue->last = 0;
}

