int tap_open(struct tap *tap);
int tap_close(struct tap *tap);
