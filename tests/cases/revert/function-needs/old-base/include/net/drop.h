#define DROP_FULL 1

void trace_drop(struct packet *packet, int reason);
