#define WARM 1

struct pond {
	int level;
};

int melt(int ice);
