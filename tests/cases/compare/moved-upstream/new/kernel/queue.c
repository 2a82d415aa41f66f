int pick_next(struct queue *queue)
{
	return queue->first;
}

void drain(struct queue *queue)
{
	while (queue->length > 0)
		drop(queue, queue->first);
	queue->last = 0;
}

void requeue(struct queue *queue, int task)
{
	vendor_trace_requeue(task);
	queue->last = task;
	queue->length++;
}

