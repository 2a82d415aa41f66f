int pick_next(struct queue *queue)
{
	return queue->first;
}

void requeue(struct queue *queue, int task)
{
	queue->last = task;
	queue->length++;
}

