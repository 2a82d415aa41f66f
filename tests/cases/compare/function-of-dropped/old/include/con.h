struct con {
	char name[16];
	short flags;
	spinlock_t igloo_lock;

	long igloo_count;
};
