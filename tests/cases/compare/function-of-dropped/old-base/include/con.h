struct con {
	char name[16];
	short flags;
};
