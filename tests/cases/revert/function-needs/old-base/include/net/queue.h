struct queue {
	struct packet *first;
	unsigned int length;
	unsigned int dropped;
	unsigned int sent;
};

void queue_init(struct queue *queue);
