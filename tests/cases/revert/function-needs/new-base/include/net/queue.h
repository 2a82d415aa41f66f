struct queue {
	struct packet *first;
	unsigned int length;
	unsigned long sent;
};

void queue_init(struct queue *queue);
void queue_stop(struct queue *queue);
