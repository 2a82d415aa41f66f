int queue_push(struct queue *queue, struct item *item)
{
	if (queue->closed)
		return -EPIPE;
	list_add_tail(&item->list, &queue->items);
	queue->length++;
	wake_up(&queue->readers);
	return 0;
}

struct item *queue_pop(struct queue *queue)
{
	struct item *item = list_first(&queue->items);

	list_del(&item->list);
	queue->length--;
	return item;
}
