int tap_open(struct tap *tap,
	     unsigned int flow);
int tap_close(struct tap *tap);
